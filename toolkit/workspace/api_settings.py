"""What settings say of an API that differs from the convention: calls, envelopes, paging, names of fields.

A pointer in these tables names a place in JSON (RFC 6901); in the names of fields ``*`` stands for every item
of an array. What is left out is as ``docs/platform-facts.md`` has it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from toolkit.core.diagnostics import Problem
from toolkit.core.pointer import parse_pointer
from toolkit.model.base import Maybe, Model
from toolkit.model.problems import problems_of
from toolkit.workspace.secret_settings import SettingsModel
from toolkit.workspace.urls import ServiceUrl

ID_MARK = "{id}"
"""Stands in a path where an element's id is to be."""

RESERVED_HEADERS = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "cookie",
        "host",
        "proxy-authorization",
        "transfer-encoding",
        "x-api-key",
        "x-gw-ims-org-id",
        "x-sandbox-name",
    }
)
"""Headers that the target's other settings decide, or HTTP itself."""

_CALL = re.compile(
    r"(GET|POST|PUT|PATCH|DELETE) ([A-Za-z0-9._~!$&'()*+,;=:@%{}-]+(?:/[A-Za-z0-9._~!$&'()*+,;=:@%{}-]+)*)"
)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def _call(text: str, *, with_id: bool) -> str:
    found = _CALL.fullmatch(text)
    segments = found[2].split("/") if found else []
    if not found or {".", ".."} & set(segments):
        raise PydanticCustomError(
            "call", "a method and a path below the base URL are needed, like GET actions"
        )
    marked = [segment for segment in segments if set("{}") & set(segment)]
    if marked != ([ID_MARK] if with_id else []):
        words = "one part of the path has to be {id}" if with_id else "the path holds no { or }"
        raise PydanticCustomError("call", words)
    return text


def _pointer(text: str) -> str:
    try:
        parts = parse_pointer(text)
    except ValueError:
        parts = ("",)
    if any(not part or part == "*" for part in parts):
        raise PydanticCustomError("pointer", "a JSON pointer like /data/items is needed")
    return text


def _field_pointer(text: str) -> str:
    try:
        parts = parse_pointer(text)
    except ValueError:
        parts = ()
    if not parts or "" in parts or parts[-1] == "*" or parts[0] == "*" or ("*", "*") in pairwise(parts):
        raise PydanticCustomError(
            "pointer", "a pointer like /endpoint/url or /endpoint/headers/*/name is needed"
        )
    return text


def _header_name(name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise PydanticCustomError("header", "the name of a header is needed")
    if name.lower() in RESERVED_HEADERS:
        raise PydanticCustomError("header", "this header is sent as the target's other settings say")
    return name


def _plain_text(text: str) -> str:
    if "${" in text or not text.isascii() or not text.isprintable() or text != text.strip():
        raise PydanticCustomError(
            "plain", "plain ASCII text is needed; neither values nor secrets can stand here"
        )
    return text


CallText = Annotated[str, AfterValidator(lambda text: _call(text, with_id=False))]
"""A method and a path below the base URL: ``POST list/actions``."""

ElementCallText = Annotated[str, AfterValidator(lambda text: _call(text, with_id=True))]
"""The same for one element, whose id is where the path says ``{id}``."""

Pointer = Annotated[str, AfterValidator(_pointer)]
FieldPointer = Annotated[str, AfterValidator(_field_pointer)]
PlainText = Annotated[str, AfterValidator(_plain_text)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
Token = Annotated[str, Field(min_length=1), AfterValidator(_plain_text)]


class Paging(SettingsModel):
    """How the pages of a list are asked for, one after the other, until the list is whole.

    `parameter` takes the number of a page (`style` ``page``, the first one is `first`), of an element
    (``offset``), or what the answer before names at `next` (``cursor``): a text, or a URL that holds it.
    """

    style: Literal["page", "offset", "cursor"]
    parameter: Token
    sent_in: Literal["query", "header", "body"] = "query"
    first: int = Field(default=0, ge=0, le=1)
    size_parameter: Maybe[Token] = None
    size: int = Field(default=100, ge=1, le=1000)
    next: Maybe[Pointer] = None


class ListCall(SettingsModel):
    """How all elements are listed: where the answer has them, and how many there are in all.

    With `summaries` an element of the list is only a part, and each is then read by itself.
    """

    call: CallText
    query: dict[Token, PlainText] = Field(default_factory=dict)
    elements: Pointer = "/results"
    total: Maybe[Pointer] = None
    summaries: bool = False
    paging: Maybe[Paging] = None


class ReadCall(SettingsModel):
    """How one element is read, and which statuses say that there is none."""

    call: ElementCallText
    element: Pointer = "/result"
    absent_status: list[Annotated[int, Field(ge=400, le=499)]] = Field(default_factory=list)


class CreateCall(SettingsModel):
    """How an element is created: where it stands in the body, and the new id in the answer."""

    call: CallText
    within: Pointer = ""
    id: Pointer = "/uid"


class ChangeCall(SettingsModel):
    """How an element is replaced: where it stands in the body."""

    call: ElementCallText
    within: Pointer = ""


class DeleteCall(SettingsModel):
    """How an element is removed."""

    call: ElementCallText


def _scalar(value: Any) -> Any:
    if not isinstance(value, (str, bool, int)):
        raise PydanticCustomError("scalar", "a text, a number or true or false is needed")
    return value


Pointers = list[FieldPointer]
Scalar = Annotated[Any, AfterValidator(_scalar)]


class Api(SettingsModel):
    """One collection of the platform as it is spoken to, where that differs from the convention.

    `fields` are our pointers, each with the platform's; `values` the platform's words for ours at one of our
    pointers; `fixed` what our pointer says where the platform has no such field; `ignored` the platform's
    fields that say nothing about the configuration.
    """

    base_url: Maybe[ServiceUrl] = None
    headers: dict[HeaderName, PlainText] = Field(default_factory=dict)
    id: FieldPointer = "/uid"
    list: Maybe[ListCall] = None
    read: Maybe[ReadCall] = None
    create: Maybe[CreateCall] = None
    change: Maybe[ChangeCall] = None
    delete: Maybe[DeleteCall] = None
    fields: dict[FieldPointer, FieldPointer] = Field(default_factory=dict)
    values: dict[FieldPointer, dict[str, str]] = Field(default_factory=dict)
    fixed: dict[FieldPointer, Scalar] = Field(default_factory=dict)
    ignored: Pointers = Field(default_factory=Pointers)


class LimitApi(Api):
    """The same for what is deployed."""

    can_deploy: Maybe[ElementCallText] = None
    deploy: Maybe[ElementCallText] = None
    undeploy: Maybe[ElementCallText] = None


class Apis(SettingsModel):
    """The collections that are spoken to in another way than the convention's."""

    actions: Maybe[Api] = None
    cappings: Maybe[LimitApi] = None
    throttlings: Maybe[LimitApi] = None

    def taught(self) -> dict[str, Api]:
        """Return those that the settings say something about, by their names there."""
        found = {"actions": self.actions, "cappings": self.cappings, "throttlings": self.throttlings}
        return {name: api for name, api in found.items() if api is not None}


def apis_of(table: dict[str, Any]) -> dict[str, Api]:
    """Return the collections that a target's table ``api`` is about; raises ``ValidationError``."""
    return Apis.model_validate(table).taught() if table else {}


def problems_in(table: dict[str, Any]) -> list[Problem]:
    """Return everything that is wrong with a target's table ``api``, with places below the table."""
    shapes: dict[int, type[Model]] = {}
    try:
        apis = Apis.model_validate(table, context=shapes).taught()
    except ValidationError as error:
        return list(problems_of(error, table, shapes))
    advice = "docs/calibration.md shows such a table."
    return [
        Problem("AJO302", (name, *below), words, advice)
        for name, api in apis.items()
        for below, words in _contradictions(api)
    ]


def _contradictions(api: Api) -> list[tuple[tuple[str, ...], str]]:
    """Return what can't hold together in a table: the place below it, and why."""
    found: list[tuple[tuple[str, ...], str]] = []
    theirs: dict[str, str] = {}
    for ours, place in api.fields.items():
        where = ("fields", ours)
        if ours.split("/").count("*") != place.split("/").count("*"):
            found.append((where, f"{ours} and {place} do not have the same number of *"))
        elif place in theirs:
            found.append((where, f"{place} is named for {theirs[place]} too"))
        elif ours == "/uid" and place != api.id:
            found.append((where, "id names this field"))
        theirs.setdefault(place, ours)
    found += [(("values", place), f"two words of ours are {word!r} there") for place, word in _doubled(api)]
    paging = api.list.paging if api.list else None
    if paging is not None and (paging.style == "cursor") != (paging.next is not None):
        found.append((("list", "paging"), "a cursor needs next, and nothing else has it"))
    return found


def _doubled(api: Api) -> list[tuple[str, str]]:
    return [
        (place, word)
        for place, words in api.values.items()
        for word in {each for each in words.values() if list(words.values()).count(each) > 1}
    ]
