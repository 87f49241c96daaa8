"""What a definition's response would have to say for an answer to fit: the least that has to change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.core.canonical import Json, JsonError, JsonLimitError, parse_json
from toolkit.core.mends import Edit, Put
from toolkit.core.pointer import Path, parse_pointer
from toolkit.exercise.journey import Deviation, What
from toolkit.model.custom_action import CustomAction
from toolkit.model.document import part_document
from toolkit.model.inference import NotAPayload, infer_response


class NothingToLearn(ValueError):
    """An answer says nothing about the response; the message says why."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """Edits of a definition, each at a path of its document, that let an answer fit."""

    edits: tuple[Edit, ...]


def amend(action: CustomAction, status: int, body: str, deviations: Iterable[Deviation]) -> Amendment:
    """Return what has to change in `action` for the answer `body` to fit.

    Fields that the answer has beyond the definition are added with the type the platform would infer, those
    of another type get it, those that are missing stay: another answer may have them. Raises
    :class:`NothingToLearn`.
    """
    failed = status >= 300
    field, node = ("failureResponse", action.failure_response) if failed else ("response", action.response)
    try:
        answer = _united(parse_json(body.removeprefix("\ufeff")))
        inferred = infer_response(answer).payload
    except (JsonError, JsonLimitError):
        raise NothingToLearn("the answer is not JSON, or was cut") from None
    except NotAPayload as reason:
        raise NothingToLearn(f"the answer describes no payload: {reason}") from None
    if node is None:
        return Amendment((Put((field,), inferred),))
    wrong = {_in_definition(found.pointer) for found in deviations if found.what is What.TYPE}
    old = part_document(node)  # type: ignore[arg-type]
    return Amendment(tuple(_edits(old, inferred, (field,), {(field, *path) for path in wrong})))


def _united(value: Json) -> Json:
    """Return a value whose lists of objects have one item with the fields of all."""
    if isinstance(value, dict):
        return {name: _united(member) for name, member in value.items()}
    if not isinstance(value, list):
        return value
    objects = [item for item in value if isinstance(item, dict)]
    if not objects or len(objects) < len(value):
        return [_united(item) for item in value]
    fields: dict[str, Json] = {}
    for item in objects:
        for name, member in item.items():
            fields[name] = _both(fields[name], member) if name in fields else member
    return [_united(fields)]


def _both(one: Json, other: Json) -> Json:
    """Return a value that has the fields of two."""
    if isinstance(one, dict) and isinstance(other, dict):
        shared = {name: _both(member, other[name]) for name, member in one.items() if name in other}
        return {**one, **other, **shared}
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    return other if one is None else one


def _in_definition(pointer: str) -> Path:
    """Return the path of what a pointer into an answer is about: a list is described by its first item."""
    return tuple(0 if part.isdigit() else part for part in parse_pointer(pointer))


def _edits(old: Any, new: Any, path: Path, wrong: set[Path]) -> Iterator[Edit]:
    if path in wrong:
        if new != old:  # items of a list may differ among themselves
            yield Put(path, new)
    elif isinstance(old, dict) and isinstance(new, dict):
        for name, node in new.items():
            if name in old:
                yield from _edits(old[name], node, (*path, name), wrong)
            else:
                yield Put((*path, name), node)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _edits(old[0], new[0], (*path, 0), wrong)
    elif isinstance(new, str) and new.startswith("list") and any(each[: len(path)] == path for each in wrong):
        # An item of a scalar list is wrong: the list's type is.
        yield Put(path, new)
