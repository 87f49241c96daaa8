"""What an answer means to a journey: its status code, the values it can read, what deviates.

*Use API call responses in custom actions* (``help/using/action/action-response.md``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from toolkit.core.canonical import Json, JsonError, JsonLimitError, parse_json
from toolkit.core.pointer import Path, format_pointer
from toolkit.exercise.same import kept_for_each
from toolkit.model.custom_action import CustomAction
from toolkit.model.payload import SCALAR_LIST_TYPES, ResponseList, ResponseObject, fits_type, item_type

if TYPE_CHECKING:
    # Loaded where an answer deviates: with all its formats, that takes longer than a thousand cases.
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import ValidationError


class What(StrEnum):
    """How an answer deviates from what the definition says comes back."""

    MISSING = "missing field"
    EXTRA = "extra field"
    TYPE = "wrong type"
    NOT_JSON = "not JSON"
    CUT = "too long"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference: `pointer` into the answer, `expected` the type the definition names, if any.

    A null counts as missing: a journey reads neither.
    """

    pointer: str
    what: What
    expected: str = ""


Failure = Literal["", "timedout", "capped", "internalError"]
"""What the platform calls a call without an answer; empty where there is one."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, as far as a journey is concerned: a status and a text, or the failure instead of both.

    `cut` when only the beginning of the body was read.
    """

    status: int | None
    body: str = ""
    failure: Failure = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class JourneyView:
    """What a journey gets of an answer; `values` by expression, as ``@action{Name.field}``."""

    jo_status_code: str
    values: Mapping[str, Json]
    deviations: tuple[Deviation, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the view as JSON, keys in camelCase."""
        return {
            "joStatusCode": self.jo_status_code,
            "view": dict(self.values),
            "deviations": [
                {"pointer": found.pointer, "what": found.what.value, "expected": found.expected}
                for found in self.deviations
            ],
        }


def view(action: CustomAction, response: Response) -> JourneyView:
    """Read the answer of a call as a journey does.

    Above 2xx the failure response counts, and its fields stand under ``errorResponse``; without a response
    in the definition nothing is checked. A value of the wrong type is None in the view; a list of objects is
    one value with the fields of the definition.
    """
    status = response.status
    code = response.failure or f"http_{status}"
    values: dict[str, Json] = {f"@action{{{action.name}.jo_status_code}}": code}
    failed = status is not None and status >= 300
    expected = action.failure_response if failed else action.response
    if response.failure or status is None or expected is None:
        return JourneyView(code, values)
    prefix: Path = (action.name, "errorResponse") if failed else (action.name,)
    try:
        body = None if response.cut else parse_json(response.body.removeprefix("\ufeff"))
    except (JsonError, JsonLimitError):
        nothing = dict(_leaves(expected, None, prefix))
        return JourneyView(code, values | nothing, (Deviation("", What.NOT_JSON),))
    values |= dict(_leaves(expected, body, prefix))
    deviations = (Deviation("", What.CUT),) if response.cut else tuple(deviations_of(expected, body))
    return JourneyView(code, values, deviations)


def schema_of_response(node: Any) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that an answer as defined by a response node satisfies."""
    match node:
        case ResponseObject():
            return {
                "type": "object",
                "properties": {name: schema_of_response(member) for name, member in node.root.items()},
                "required": list(node.root),
                "additionalProperties": False,
            }
        case ResponseList():
            return {"type": "array", "items": schema_of_response(node.root[0])}
        case str() if node in SCALAR_LIST_TYPES:
            return {"type": "array", "items": schema_of_response(item_type(node))}
        case _:
            return _SCALAR_SCHEMAS[str(node)]


_SCALAR_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "dateTime": {"type": "string", "format": "dateTime"},
    "dateTimeOnly": {"type": "string", "format": "dateTimeOnly"},
    "dateOnly": {"type": "string", "format": "dateOnly"},
}


def date_formats() -> FormatChecker:
    """Return what checks the platform's three forms of dates in a schema."""
    from jsonschema import FormatChecker  # noqa: PLC0415  # see above

    checker = FormatChecker(formats=())
    for name in ("dateTime", "dateTimeOnly", "dateOnly"):

        def fits(value: object, name: str = name) -> bool:
            return not isinstance(value, str) or fits_type(value, name)

        checker.checks(name)(fits)
    return checker


@kept_for_each
def _validator(node: Any) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # see above

    return Draft202012Validator(schema_of_response(node), format_checker=date_formats())


def deviations_of(expected: ResponseObject, body: Json) -> Iterator[Deviation]:
    """Yield every deviation once, in the order of their places."""
    if _conforms(expected, body):
        return iter(())
    found = {deviation for error in _validator(expected).iter_errors(body) for deviation in _of_error(error)}
    return iter(sorted(found, key=lambda deviation: (deviation.pointer, deviation.what)))


def _of_error(error: ValidationError) -> Iterator[Deviation]:
    path = tuple(error.absolute_path)
    schema: Any = error.schema
    instance: Any = error.instance
    match error.validator:
        case "required":
            for name in schema["properties"].keys() - instance.keys():
                yield Deviation(
                    format_pointer((*path, name)), What.MISSING, _type_of(schema["properties"][name])
                )
        case "additionalProperties":
            for name in instance.keys() - schema["properties"].keys():
                yield Deviation(format_pointer((*path, name)), What.EXTRA)
        case _:
            what = What.MISSING if instance is None else What.TYPE
            yield Deviation(format_pointer(path), what, _type_of(schema))


def _type_of(schema: Mapping[str, Any]) -> str:
    name = str(schema.get("format", schema["type"]))
    return "decimal" if name == "number" else name


def _leaves(node: Any, value: Json, path: Path) -> Iterator[tuple[str, Json]]:
    if not isinstance(node, ResponseObject):
        yield f"@action{{{'.'.join(map(str, path))}}}", _visible(node, value)
        return
    for name, member in node.root.items():
        inner = value.get(name) if isinstance(value, dict) else None
        yield from _leaves(member, inner, (*path, name))


def _visible(node: Any, value: Json) -> Json:
    """Return what a journey sees of `value`: fields of the definition, None where the type is another."""
    match node:
        case ResponseObject():
            if not isinstance(value, dict):
                return None
            return {name: _visible(member, value.get(name)) for name, member in node.root.items()}
        case ResponseList():
            return [_visible(node.root[0], item) for item in value] if isinstance(value, list) else None
        case _:
            return value if _fits(str(node), value) else None


def _conforms(node: Any, value: Json) -> bool:
    """Tell whether a value satisfies the schema of a node, far quicker than its validator does."""
    match node:
        case ResponseObject():
            members = node.root
            return (
                isinstance(value, dict)
                and value.keys() == members.keys()
                and all(_conforms(member, value[name]) for name, member in members.items())
            )
        case ResponseList():
            return isinstance(value, list) and all(_conforms(node.root[0], item) for item in value)
        case _:
            return _fits(str(node), value)


def _fits(type_name: str, value: Json) -> bool:
    """Tell what the schema of a leaf tells, which is asked for every leaf of every answer."""
    if type_name in SCALAR_LIST_TYPES:
        return isinstance(value, list) and all(_fits(item_type(type_name), item) for item in value)
    if type_name == "decimal" and isinstance(value, int):
        return not isinstance(value, bool)
    return not isinstance(value, (dict, list)) and fits_type(value, type_name)
