"""An action and its values become a request, in which secrets are still references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, assert_never

from toolkit.core.canonical import Json, dump_json, parse_json
from toolkit.core.errors import AjoError
from toolkit.exercise.addresses import DYNAMIC_PATH, Address, Place
from toolkit.exercise.body import constant, render_body
from toolkit.exercise.paths import append_path
from toolkit.exercise.pieces import (
    Encoded,
    Generated,
    Text,
    is_open,
    own_secret,
    references,
    text_of,
    written,
)
from toolkit.exercise.same import kept_for_each
from toolkit.exercise.values import Filled, fill
from toolkit.model.authentication import (
    ApiKeyAuthentication,
    Authentication,
    BasicAuthentication,
    CustomAuthorization,
)
from toolkit.model.custom_action import CustomAction, ParameterValue
from toolkit.model.document import DEFAULT_HEADERS
from toolkit.model.document import references as references_of
from toolkit.model.payload import TextHole
from toolkit.model.text import MASKED, SecretRef, value_names

ALWAYS_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key"})
"""Headers that prove who we are whatever stands in them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One header or parameter; `credential` when it proves who we are and must not reach anybody else."""

    name: str
    text: Text
    credential: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """The body of a token request: names and values as a form or as one flat JSON object."""

    form: Literal["form", "json"]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class RenderedRequest:
    """What will be sent, secrets aside.

    `url` ends with the dynamic path and has no query. `body` is compact JSON, the fields of a token request,
    or None.
    """

    method: str
    url: str
    query: tuple[Line, ...] = ()
    headers: tuple[Line, ...] = ()
    body: str | Fields | None = field(default=None, repr=False)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Headers, parameters and fields of the body: wherever a secret may stand."""
        return (*self.headers, *self.query, *(self.body.lines if isinstance(self.body, Fields) else ()))

    def to_json(self) -> dict[str, Any]:
        """Return the request as JSON, secrets as ``${secret:…}``; a JSON body as its value."""
        return {
            "method": self.method,
            "url": self.url,
            "query": dict(written_lines(self.query)),
            "headers": dict(written_lines(self.headers)),
            "body": self._body_json(),
        }

    def _body_json(self) -> Json:
        if isinstance(self.body, Fields):
            return dict(written_lines(self.body.lines))
        return None if self.body is None else parse_json(self.body)


@dataclass(frozen=True, slots=True)
class Rendered:
    """Everything that an exercise of `action` will send: its request, and the one for a token, if any."""

    action: str
    request: RenderedRequest
    token_request: RenderedRequest | None = None

    @property
    def requests(self) -> tuple[RenderedRequest, ...]:
        """The requests in the order they are sent."""
        return (self.token_request, self.request) if self.token_request else (self.request,)

    @property
    def secrets(self) -> tuple[SecretRef, ...]:
        """The secrets that have to be resolved, each once."""
        texts = (line.text for request in self.requests for line in request.lines)
        return tuple(dict.fromkeys(reference for text in texts for reference in references(text)))

    def to_json(self) -> dict[str, Any]:
        """Return both requests as JSON, secrets as references."""
        return {
            "action": self.action,
            "tokenRequest": self.token_request and self.token_request.to_json(),
            "request": self.request.to_json(),
        }


def written_lines(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    """Yield names and texts for people and files, secrets as references."""
    return ((line.name, written(line.text)) for line in lines)


def render_request(action: CustomAction, values: Mapping[str, Any]) -> RenderedRequest:
    """Return the request that `action` makes with `values` (address → value, ``path`` the dynamic path).

    ``Content-Type`` and ``Charset`` are always among the headers (PF-ACT-5). An unfilled optional header or
    parameter is left out, whatever ``allowNullValues`` says: neither can be null. Authentication wins over a
    header or parameter of its name (PF-RUN-5).

    Raises:
        ValuesError: AJO701, every value that is missing or does not fit.
        AjoError: AJO304 where a target's value was not filled in, AJO307 where a secret is only a mask.
    """
    frame = _frame(action)
    filled = fill(action, values)
    body = None
    if action.request is not None:
        rendered = render_body(action.request, filled, allow_null_values=action.allow_null_values)
        body = dump_json(rendered, indent=None)
    return RenderedRequest(
        method=action.endpoint.method,
        url=append_path(frame.url, str(filled.get(DYNAMIC_PATH) or "")),
        query=tuple(_lines(frame.query, filled)),
        headers=tuple(_lines(frame.headers, filled)),
        body=body,
    )


@dataclass(frozen=True, slots=True)
class _Open:
    """A header or parameter that a journey fills in; `otherwise` is sent where it does not."""

    name: str
    address: Address
    credential: bool
    otherwise: Line | _Open | None = None


_Slot = Line | _Open


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a definition alone decides of its request."""

    url: str
    headers: tuple[_Slot, ...]
    query: tuple[_Slot, ...]


@kept_for_each
def _frame(action: CustomAction) -> _Frame:
    """Return the frame of an action, worked out once; raises ``AjoError`` for what nobody can resolve."""
    _refuse_unfilled(action)
    headers = _with_defaults(_slots("header", action.endpoint.headers))
    query = tuple(_slots("query", action.endpoint.query))
    return _Frame(str(constant(action.endpoint.url)), *_authenticated(headers, query, action.authentication))


def _refuse_unfilled(action: CustomAction) -> None:
    found = [text for _, text in references_of(action)]
    if MASKED in found:
        raise AjoError("AJO307", f"a secret of {action.name} is only known as a mask")
    missing = sorted({name for text in found for name in value_names(text)})
    if missing:
        raise AjoError("AJO304", f"{action.name} was not filled with the values {', '.join(missing)}")


def constant_line(name: str, text: str, *, credential: bool = False) -> Line:
    """Return a line that a definition writes; what is always a credential is a secret as a whole."""
    pieces = text_of(text)
    credential = credential or name.lower() in ALWAYS_CREDENTIALS or is_open(pieces)
    return Line(name, own_secret(pieces) if credential else pieces, credential)


def _slots(place: Place, parameters: Mapping[str, ParameterValue]) -> Iterator[_Slot]:
    for name, value in parameters.items():
        if isinstance(value, TextHole):
            # A credential that a journey fills in is one all the same.
            yield _Open(name, Address(place, (name,)), name.lower() in ALWAYS_CREDENTIALS)
        else:
            yield constant_line(name, value)


def _lines(slots: Iterable[_Slot], filled: Filled) -> Iterator[Line]:
    for slot in slots:
        line = slot if isinstance(slot, Line) else _line(slot, filled)
        if line is not None:
            yield line


def _line(slot: _Slot | None, filled: Filled) -> Line | None:
    if not isinstance(slot, _Open):
        return slot
    given = filled.get(slot.address)
    if given is None:
        return _line(slot.otherwise, filled)
    pieces: Text = (str(given),) if given else ()
    return Line(slot.name, own_secret(pieces) if slot.credential else pieces, slot.credential)


def _with_defaults(slots: Iterable[_Slot]) -> tuple[_Slot, ...]:
    """Put the headers every action has in front, once each in whatever case they were written."""
    spelled = {name.lower(): name for name in DEFAULT_HEADERS}
    headers: dict[str, _Slot] = {name: Line(name, (text,)) for name, text in DEFAULT_HEADERS.items()}
    for slot in slots:
        name = spelled.get(slot.name.lower(), slot.name)
        if isinstance(slot, Line):
            headers[name] = replace(slot, name=name)
        else:
            headers[name] = replace(slot, name=name, otherwise=headers.get(name))
    return tuple(headers.values())


def _authenticated(
    headers: tuple[_Slot, ...], query: tuple[_Slot, ...], authentication: Authentication | None
) -> tuple[tuple[_Slot, ...], tuple[_Slot, ...]]:
    match authentication:
        case None:
            return headers, query
        case BasicAuthentication():
            line, in_query = _basic(authentication), False
        case ApiKeyAuthentication(name=name, value=value, location=location):
            line, in_query = constant_line(name, value, credential=True), location == "queryParam"
        case CustomAuthorization(authorization_type=kind, token_target=target):
            line, in_query = _with_token(kind, target or ""), kind == "queryParam"
        case _:
            assert_never(authentication)
    if in_query:
        return headers, (*(each for each in query if each.name != line.name), line)
    replaced = line.name.lower()
    return (*(header for header in headers if header.name.lower() != replaced), line), query


def _with_token(kind: str, target: str) -> Line:
    if kind == "bearer":
        return Line("Authorization", ("Bearer ", Generated.TOKEN), credential=True)
    return Line(target, (Generated.TOKEN,), credential=True)


def _basic(authentication: BasicAuthentication) -> Line:
    """Return the header of *basic* (RFC 7617): UTF-8, base64."""
    password = own_secret(text_of(authentication.password))
    pair: Text = (*text_of(authentication.username), ":", *password)
    return Line("Authorization", ("Basic ", Encoded(pair)), credential=True)
