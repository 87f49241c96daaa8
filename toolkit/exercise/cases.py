"""Checking a case without a network: what would be sent, what a journey would see, and where both differ.

In: an action filled with a target's values, a case, and a way to fill the case's texts. Out: differences by
JSON pointer into the case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.core.canonical import Json, dump_json, same_json
from toolkit.core.pointer import Path, format_pointer
from toolkit.exercise.journey import JourneyView, Response, view
from toolkit.exercise.render import render
from toolkit.exercise.request import Rendered, RenderedRequest
from toolkit.exercise.values import ValuesError
from toolkit.model.cases import Case, CaseJourney, CaseRequest, CaseResponse
from toolkit.model.custom_action import CustomAction

Fill = Callable[[str], str]
"""Puts a target's values into a text of a case."""

PARTS = ("method", "url", "query", "headers", "body")


class _Absent:
    def __repr__(self) -> str:
        return "(nothing)"


ABSENT: Any = _Absent()
"""Stands where one side has nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a case and the action part: `pointer` into the case, what it says, what is so.

    Both are JSON, or :data:`ABSENT`; `reason` is for what no value says.
    """

    pointer: str
    expected: Any
    actual: Any
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """A case played: what is sent, what a journey sees, or what is wrong with the values."""

    rendered: Rendered | None
    seen: JourneyView | None
    refused: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case checked: where it stands, and how it and the action differ; none if it holds.

    `error` says why it could not be checked. `line` is 0 where the case holds.
    """

    file: str
    line: int
    action: str
    name: str
    differences: tuple[Difference, ...] = ()
    error: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether the action does what the case says."""
        return not self.differences and not self.error


def play(action: CustomAction, case: Case) -> Played:
    """Return what `action` does with a case's values and what a journey makes of its answer.

    Raises :class:`~toolkit.core.errors.AjoError` where the action itself can't be rendered.
    """
    try:
        rendered = render(action, case.values)
    except ValuesError as error:
        return Played(None, None, tuple(found.address for found in error.problems), error.message)
    seen = view(action, response_of(case.response)) if case.response else None
    return Played(rendered, seen)


def response_of(stub: CaseResponse) -> Response:
    """Return a stub as the answer that a journey reads."""
    if stub.failure is not None:
        return Response(None, failure=stub.failure)
    if stub.text is not None:
        return Response(stub.status, stub.text)
    has_body = "body" in stub.model_fields_set
    return Response(stub.status, dump_json(stub.body, indent=None) if has_body else "")


def differences(case: Case, played: Played, fill: Fill) -> Iterator[Difference]:
    """Yield where a case and what was played differ, in the order of the file."""
    if played.rendered is None:
        if case.refused is None:
            yield Difference("/values", ABSENT, ABSENT, played.reason)
        elif sorted(case.refused) != sorted(played.refused):
            yield Difference("/refused", case.refused, list(played.refused))
        return
    if case.refused is not None:
        yield Difference("/refused", case.refused, ABSENT, "nothing is refused: the values fit")
        return
    exact = case.match == "exact"
    if case.token_request is not None:
        sent = played.rendered.token_request
        yield from _of_request("tokenRequest", case.token_request, sent, fill, exact=exact)
    if case.request is not None:
        yield from _of_request("request", case.request, played.rendered.request, fill, exact=exact)
    if case.journey is not None and played.seen is not None:
        yield from _of_journey(case.journey, played.seen, fill)


def _of_request(
    name: str, wanted: CaseRequest, sent: RenderedRequest | None, fill: Fill, *, exact: bool
) -> Iterator[Difference]:
    if sent is None:
        yield Difference(f"/{name}", ABSENT, ABSENT, "there is no such request")
        return
    actual = sent.to_json()
    for part, expected in parts_of(wanted).items():
        yield from compare(filled(expected, fill), actual[part], (name, part), exact=exact)


def parts_of(wanted: CaseRequest) -> dict[str, Any]:
    """Return the parts of a request that a case names, as they are written."""
    return {part: getattr(wanted, part) for part in PARTS if part in wanted.model_fields_set}


def _of_journey(wanted: CaseJourney, seen: JourneyView, fill: Fill) -> Iterator[Difference]:
    if wanted.jo_status_code is not None and wanted.jo_status_code != seen.jo_status_code:
        yield Difference("/journey/joStatusCode", wanted.jo_status_code, seen.jo_status_code)
    for expression, expected in (wanted.view or {}).items():
        actual = seen.values.get(expression, ABSENT)
        yield from compare(filled(expected, fill), actual, ("journey", "view", expression), exact=True)
    found = deviations_json(seen)
    expected_deviations = [item.model_dump(by_alias=True) for item in wanted.deviations]
    yield from compare(expected_deviations, found, ("journey", "deviations"), exact=True)


def deviations_json(seen: JourneyView) -> list[dict[str, str]]:
    """Return deviations as a case writes them, every field there."""
    return [
        {"pointer": found.pointer, "what": found.what.value, "expected": found.expected}
        for found in seen.deviations
    ]


def filled(value: Any, fill: Fill) -> Any:
    """Return a JSON value with a target's values in its texts."""
    match value:
        case str():
            return fill(value)
        case dict():
            return {name: filled(member, fill) for name, member in value.items()}
        case list():
            return [filled(item, fill) for item in value]
        case _:
            return value


def compare(expected: Any, actual: Any, path: Path, *, exact: bool) -> Iterator[Difference]:
    """Yield the deepest places in which two JSON values differ; not `exact`: objects may hold more."""
    match expected, actual:
        case dict(), dict():
            yield from _of_objects(expected, actual, path, exact=exact)
        case list(), list() if len(expected) == len(actual):
            for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
                yield from compare(one, other, (*path, index), exact=exact)
        case _ if expected is ABSENT or actual is ABSENT or not same_json(expected, actual):
            yield Difference(format_pointer(path), expected, actual)


def _of_objects(
    expected: Mapping[str, Json], actual: Mapping[str, Json], path: Path, *, exact: bool
) -> Iterator[Difference]:
    for name, value in expected.items():
        yield from compare(value, actual.get(name, ABSENT), (*path, name), exact=exact)
    if exact:
        for name in (name for name in actual if name not in expected):
            yield Difference(format_pointer((*path, name)), ABSENT, actual[name])
