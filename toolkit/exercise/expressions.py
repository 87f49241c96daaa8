"""Expressions as a journey writes them over an action's answer: ``@action{Name.field, defaultValue: 0}``.

*Expression syntax* (``help/using/action/action-response.md``). Understood are a field, its default, and over
a list of objects one of ``all``, ``first`` and ``last`` with a comparison of ``currentActionField``; the
platform's expression language has much more, which is refused and never guessed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.core.canonical import DecimalLiteral, Json, JsonError, JsonLimitError, parse_json
from toolkit.exercise.journey import JourneyView
from toolkit.model.custom_action import CustomAction
from toolkit.model.payload import ResponseObject

_EXPRESSION = re.compile(
    r"\s*#?@action\{\s*(?P<name>\w+)\.(?P<path>[^{},()\s]+?)"
    r"(?:\.(?P<function>all|first|last)\((?P<condition>.*)\)(?P<rest>(?:\.[^{},()\s]+)?))?"
    r"\s*(?:,\s*defaultValue\s*:\s*(?P<default>.*?))?\s*\}\s*",
    re.DOTALL | re.ASCII,
)
_CONDITION = re.compile(
    r"\s*currentActionField\.(?P<path>[^\s=!<>]+)\s*(?P<sign>==|!=|>=|<=|>|<)\s*(?P<literal>.+?)\s*",
    re.DOTALL,
)
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_ALWAYS = "jo_status_code"


class NotAnExpression(ValueError):
    """A text is no expression that is understood here, or names no field; the message says which."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    path: str
    function: str
    condition: str
    rest: str
    default: Json


def read_expression(action: CustomAction, seen: JourneyView, text: str) -> Json:
    """Return what a journey reads with the expression `text`: the value, else its default, else None.

    Raises :class:`NotAnExpression`.
    """
    parsed = _parse(action, text)
    if parsed.path not in _readable(action):
        known = ", ".join(sorted(_readable(action)))
        raise NotAnExpression(f"{action.name} has no field {parsed.path} to read; there are: {known}")
    value = seen.values.get(f"@action{{{action.name}.{parsed.path}}}")
    if parsed.function:
        value = _collected(parsed, value)
    return parsed.default if value is None else value


def _parse(action: CustomAction, text: str) -> _Parsed:
    found = _EXPRESSION.fullmatch(text)
    if found is None:
        raise NotAnExpression(f"{text!r} is not understood; write it like @action{{{action.name}.field}}")
    if found["name"] != action.name:
        raise NotAnExpression(f"{text!r} reads another action than {action.name}")
    default = None if found["default"] is None else _literal(found["default"])
    return _Parsed(
        found["path"], found["function"] or "", found["condition"] or "", found["rest"] or "", default
    )


def _literal(text: str) -> Json:
    try:
        return parse_json(text)
    except (JsonError, JsonLimitError):
        raise NotAnExpression(f"{text!r} is no text, number, boolean or list that is understood") from None


def _readable(action: CustomAction) -> set[str]:
    """Return the paths of all fields a journey can read."""
    succeeded = _paths(action.response, "") if action.response else ()
    failed = _paths(action.failure_response, "errorResponse.") if action.failure_response else ()
    return {_ALWAYS, *succeeded, *failed}


def _paths(node: ResponseObject, prefix: str) -> Iterator[str]:
    for name, member in node.root.items():
        if isinstance(member, ResponseObject):
            yield from _paths(member, f"{prefix}{name}.")
        else:
            yield prefix + name


def _collected(parsed: _Parsed, value: Json) -> Json:
    """Return the items that a condition holds for, or the first or last of them, or a field of that one."""
    found = _CONDITION.fullmatch(parsed.condition)
    if found is None:
        raise NotAnExpression(f"{parsed.condition!r} is no comparison with currentActionField")
    if not isinstance(value, list):
        return None
    compare, literal = _SIGNS[found["sign"]], _literal(found["literal"])
    items = [item for item in value if _holds(compare, _field(item, found["path"]), literal)]
    if parsed.function == "all":
        return [_field(item, parsed.rest[1:]) for item in items] if parsed.rest else list(items)
    if not items:
        return None
    return _field(items[0 if parsed.function == "first" else -1], parsed.rest[1:])


def _field(item: Json, path: str) -> Json:
    for name in path.split(".") if path else ():
        item = item.get(name) if isinstance(item, dict) else None
    return item


def _holds(compare: Callable[[Any, Any], bool], value: Json, literal: Json) -> bool:
    """Compare numbers with numbers and texts with texts; what can't be compared does not hold."""
    numbers = (int, DecimalLiteral)
    comparable = type(value) is type(literal) or (
        isinstance(value, numbers) and isinstance(literal, numbers) and not isinstance(value, bool)
    )
    if not comparable or value is None:
        return False
    return compare(value, literal)
