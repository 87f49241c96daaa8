"""Cases: sample values of an action, what it sends with them, and what a journey makes of an answer.

Ours alone: a platform never sees a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from toolkit.core.canonical import DecimalLiteral, Json, dump_json
from toolkit.core.diagnostics import Problem
from toolkit.model.base import Maybe, Model
from toolkit.model.envelope import FORMAT_VERSION, Envelope
from toolkit.model.hints import hints
from toolkit.model.problems import problem, problems_of, shown

KIND = "Cases"
ENDING = ".cases.json"
"""The end of the name of a file with cases; before it stands the action's name."""

RESPONSE_PAGE = "action/action-response.md"

_MATCHES = {
    "exact": "What is named is all there is.",
    "subset": "What is named has to be there; there may be more.",
}
_FAILURES = {
    "timedout": "No answer came in time.",
    "capped": "The call was dropped, for there were too many.",
    "internalError": "The call could not be made.",
}
_DEVIATIONS = {
    "missing field": "A field of the definition is not in the answer, or null.",
    "extra field": "The definition does not have the field.",
    "wrong type": "The value has another type than the definition says.",
    "not JSON": "The answer is no JSON at all.",
    "too long": "Only the beginning of the answer was read.",
}


class CaseRequest(Model, title="Expected request"):
    """What is to be sent. A part that is left out is not compared; secrets stand as ``${secret:path}``."""

    method: Maybe[str] = Field(default=None, description="The HTTP method.", examples=["POST"])
    url: Maybe[str] = Field(
        default=None,
        description="The URL with its dynamic path, without parameters; `${name}` is a target's value.",
        examples=["https://${loyaltyHost}/v2/messages"],
    )
    query: Maybe[dict[str, str]] = Field(
        default=None, description="The parameters in the URL.", examples=[{"lang": "de"}]
    )
    headers: Maybe[dict[str, str]] = Field(
        default=None, description="The headers.", examples=[{"X-Locale": "de"}]
    )
    body: Any = Field(
        default=None, description="The body; null is no body.", examples=[{"recipient": {"id": "4711"}}]
    )


class CaseResponse(Model, title="Stubbed response"):
    """The answer that a journey is to read: a status with a body, or why there is none."""

    status: Maybe[int] = Field(default=None, ge=100, le=599, description="The HTTP status.", examples=[200])
    body: Any = Field(default=None, description="The body as JSON.", examples=[{"messageId": "m-1"}])
    text: Maybe[str] = Field(default=None, description="The body where it is no JSON.", examples=["<html>"])
    failure: Maybe[
        Annotated[
            Literal["timedout", "capped", "internalError"], Field(json_schema_extra=hints(words=_FAILURES))
        ]
    ] = Field(default=None, description="Why there is no answer.", examples=["timedout"])

    @model_validator(mode="after")
    def _be_one_answer(self) -> Self:
        if (self.status is None) == (self.failure is None):
            raise PydanticCustomError("limit", "either status or failure is needed")
        has_body = "body" in self.model_fields_set
        if (has_body and self.text is not None) or (self.failure and (has_body or self.text is not None)):
            raise PydanticCustomError("limit", "an answer has either body or text, and a failure has neither")
        return self


class CaseDeviation(Model, title="Expected deviation"):
    """A difference between the answer and the definition that this case is about."""

    pointer: str = Field(description="The place in the answer.", examples=["/messageId"])
    what: Annotated[
        Literal["missing field", "extra field", "wrong type", "not JSON", "too long"],
        Field(json_schema_extra=hints(words=_DEVIATIONS)),
    ] = Field(description="How it differs.")
    expected: str = Field(default="", description="The type that the definition names.", examples=["string"])


class CaseJourney(Model, title="Expected view", json_schema_extra=hints(page=RESPONSE_PAGE)):
    """What a journey is to see of the answer."""

    jo_status_code: Maybe[str] = Field(
        default=None, description="`http_<code>`, or the word of a failure.", examples=["http_200"]
    )
    view: Maybe[dict[str, Any]] = Field(
        default=None,
        description="Values by expression; those that are not named are not compared.",
        examples=[{"@action{LoyaltyWelcome.messageId}": "m-1"}],
    )
    deviations: list[CaseDeviation] = Field(
        default_factory=list, description="How the answer differs from the definition; in no way if left out."
    )


def _plain_name(text: str) -> str:
    if not text.strip() or any(character < " " for character in text):
        raise PydanticCustomError("limit", "a name of one line is needed")
    return text


class Case(Model):
    """One case: values, what is sent with them, an answer, and what a journey makes of it."""

    name: Annotated[str, AfterValidator(_plain_name)] = Field(
        min_length=1, description="What the case shows; unique in the file.", examples=["a new member"]
    )
    description: str = Field(default="", description="Why the case is here.")
    values: dict[str, Any] = Field(
        default_factory=dict,
        description="Values by address, as for `ajo exercise --set`.",
        examples=[{"recipient.id": "4711", "header:X-Locale": "de"}],
    )
    match: Annotated[Literal["exact", "subset"], Field(json_schema_extra=hints(words=_MATCHES))] = Field(
        default="exact", description="How parts of the requests are compared."
    )
    refused: Maybe[list[str]] = Field(
        default=None,
        min_length=1,
        description="Addresses of values that are wrong or missing, so that nothing is sent.",
        examples=[["recipient.id"]],
    )
    token_request: Maybe[CaseRequest] = Field(default=None, description="What is sent for a token.")
    request: Maybe[CaseRequest] = Field(default=None, description="What is sent.")
    response: Maybe[CaseResponse] = Field(default=None, description="The answer that a journey reads.")
    journey: Maybe[CaseJourney] = Field(default=None, description="What a journey is to see of the answer.")

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        sent = (self.request, self.token_request, self.response, self.journey)
        if self.refused is not None and any(part is not None for part in sent):
            raise PydanticCustomError("limit", "what is refused is not sent: leave the other parts out")
        if self.journey is not None and self.response is None:
            raise PydanticCustomError("limit", "what a journey sees needs a response")
        return self


def _unique_names(cases: list[Case]) -> list[Case]:
    names = [case.name for case in cases]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise PydanticCustomError("limit", "two cases are named {name}", {"name": dump_json(twice)})
    return cases


class Cases(Envelope, title="Cases"):
    """Cases of one action; ``ajo test`` checks them. Never sent to a platform."""

    kind: Literal["Cases"] = Field(description="Cases of an action.")
    name: str = Field(
        min_length=1, description="The action that the cases are of.", examples=["LoyaltyWelcome"]
    )
    cases: Annotated[list[Case], AfterValidator(_unique_names)] = Field(
        min_length=1, description="The cases."
    )


@dataclass(frozen=True, slots=True)
class ParsedCases:
    """Cases, or every reason why there are none."""

    cases: Cases | None
    problems: tuple[Problem, ...] = ()


def parse_cases(raw: Json) -> ParsedCases:
    """Read the cases of one file; all structural problems are reported together, each with its path."""
    problems = tuple(_not_cases(raw))
    if problems or not isinstance(raw, dict):
        return ParsedCases(None, problems)
    shapes: dict[int, type[Model]] = {}
    try:
        return ParsedCases(Cases.model_validate(raw, context=shapes))
    except ValidationError as error:
        return ParsedCases(None, problems_of(error, raw, shapes))


def cases_document(cases: Cases) -> dict[str, Json]:
    """Return cases as their file says them: canonical order of keys, what says nothing left out.

    A null is no default where a case writes it: ``"body": null`` expects no body.
    """
    return dict(_said(cases))


def _said(model: Model) -> Iterator[tuple[str, Json]]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        named = name in model.model_fields_set
        if named and (value is None or value != field.get_default(call_default_factory=True)):
            yield field.alias or name, _plain(value)


def _plain(value: Any) -> Json:
    match value:
        case Model():
            return dict(_said(value))
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(member) for name, member in value.items()}
        case _:
            plain: Json = value
            return plain


def _not_cases(raw: Json) -> Iterator[Problem]:
    if not isinstance(raw, dict):
        yield problem("AJO111", (), "a file of cases is one JSON object")
        return
    kind, version = raw.get("kind"), raw.get("formatVersion")
    if "kind" not in raw:
        yield problem("AJO104", (), f'the field "kind" is missing; in {ENDING} files it is {KIND}')
    elif kind != KIND:
        yield problem("AJO101", ("kind",), f"{shown(kind)} does not belong in a {ENDING} file; {KIND} does")
    elif isinstance(version, (int, DecimalLiteral)) and (
        type(version) is not int or version != FORMAT_VERSION
    ):
        known = f"this release reads version {FORMAT_VERSION}"
        message = f"format version {dump_json(version)} is not known; {known}"
        yield problem("AJO102", ("formatVersion",), message)
