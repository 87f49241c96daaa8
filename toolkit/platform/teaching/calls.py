"""Which recorded call does what: lists, reads, creates, changes or removes an action."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from toolkit.core.pointer import Path
from toolkit.platform.teaching.har import Recorded
from toolkit.platform.teaching.marks import Mark, mark_of
from toolkit.platform.teaching.matching import leaves_of, words_of
from toolkit.platform.teaching.members import Pointer

MAX_ENVELOPE = 3
"""How deep an element may stand in an answer or a body."""

_IDS = {"id", "uid", "uuid", "key", "identifier", "guid"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A recorded call that does one thing; `at` is where the element, or the list, stands in it."""

    call: Recorded
    at: Pointer = ()
    elements: tuple[dict[str, Any], ...] = field(default=(), repr=False)


@dataclass(slots=True)
class Story:
    """The calls about actions, by what they do, and where an element has its id."""

    lists: list[Seen] = field(default_factory=list)
    reads: list[Seen] = field(default_factory=list)
    creates: list[Seen] = field(default_factory=list)
    changes: list[Seen] = field(default_factory=list)
    deletes: list[Seen] = field(default_factory=list)
    absences: list[Seen] = field(default_factory=list)
    id: Pointer = ()
    ids: set[int] = field(default_factory=set)
    other_lists: list[str] = field(default_factory=list)

    @property
    def elements(self) -> list[dict[str, Any]]:
        """All elements of all answers and bodies."""
        kinds = (self.reads, self.creates, self.changes, self.lists)
        return [element for seen in kinds for each in seen for element in each.elements]


def looks_like_action(value: Any) -> bool:
    """Tell whether an object has what every action has: a name, a URL and one of the methods."""
    if not isinstance(value, dict):
        return False
    leaves = leaves_of([value]).values()
    named = any("name" in words_of(leaf.place[-1]) or "title" in words_of(leaf.place[-1]) for leaf in leaves)
    kinds = {kind for leaf in leaves for kind in leaf.kinds}
    return named and {"url", "method"} <= kinds


def find_story(calls: tuple[Recorded, ...]) -> Story:
    """Return what the calls do; an empty one where none is about actions."""
    story = Story()
    bodies = [(call, at) for call in calls if call.succeeded and (at := _element_at(call.sent)) is not None]
    answers = [
        (call, at) for call in calls if call.succeeded and (at := _element_at(call.answer)) is not None
    ]
    whole = [_look(call.answer, at) for call, at in answers]
    story.id = _id_place(calls, [*whole, *_listed_objects(calls)])
    if not story.id:
        return story
    _find_lists(calls, whole, story)
    known = [*whole, *(element for seen in story.lists for element in seen.elements)]
    story.ids = {mark for element in known if (mark := mark_at(element, story.id))}
    _find_by_id(calls, answers, story)
    for call, at in bodies:
        if call.method in {"POST", "PUT"} and not _has_id(call, story.ids):
            story.creates.append(Seen(call, at, (_look(call.sent, at),)))
    return story


def _find_by_id(calls: tuple[Recorded, ...], answers: list[tuple[Recorded, Pointer]], story: Story) -> None:
    where = {id(call): at for call, at in answers}
    fields = {name for element in story.elements for name in element}
    fields |= {name for call, at in answers for name in _look(call.answer, at)}
    gone: set[int] = set()
    for call in calls:
        position = _id_position(call, story.ids)
        if position is None:
            continue
        mark = call.path[position].mark
        if call.method == "GET" and position == len(call.path) - 1:
            if call.succeeded and id(call) in where:
                read_at = where[id(call)]
                story.reads.append(Seen(call, read_at, (_look(call.answer, read_at),)))
            elif mark in gone and 400 <= call.status < 500:
                story.absences.append(Seen(call))
        elif call.succeeded and _removes(call, position):
            story.deletes.append(Seen(call))
            gone.add(mark)
        elif call.succeeded and call.method in {"PUT", "PATCH", "POST"} and isinstance(call.sent, dict):
            at = _changed_at(call.sent, fields)
            if at is not None:
                story.changes.append(Seen(call, at, (_look(call.sent, at),)))


def _removes(call: Recorded, position: int) -> bool:
    if call.method == "DELETE":
        return True
    last = call.path[-1].word.lower()
    return call.method == "POST" and position < len(call.path) - 1 and last in {"delete", "remove"}


def _changed_at(body: dict[str, Any], fields: set[str]) -> Pointer | None:
    """Return where a body holds an element, or a part of one: where most of its names are an element's."""
    whole = _element_at(body)
    if whole is not None:
        return whole
    places = [((), body), *(((name,), member) for name, member in body.items() if isinstance(member, dict))]
    counted = [(sum(name in fields for name in value), -len(at), at) for at, value in places]
    best = max(counted)
    return best[2] if best[0] else None


def _element_at(value: Any) -> Pointer | None:
    """Return where an answer or a body has an element, whole; None where there is none."""
    level: list[tuple[Pointer, Any]] = [((), value)]
    for _ in range(MAX_ENVELOPE):
        level = [(at, each) for at, each in level if isinstance(each, dict)]
        # The element is the object that has the name, not its envelope, which has it only further below.
        for at, each in level:
            own = {leaf.place: leaf for leaf in leaves_of([each]).values() if len(leaf.place) == 1}
            has_name = any(
                {"text"} & leaf.kinds and {"name", "title"} & set(words_of(place[-1]))
                for place, leaf in own.items()
            )
            if has_name and looks_like_action(each):
                return at
        level = [((*at, name), member) for at, each in level for name, member in each.items()]
    return None


def _look(value: Any, at: Pointer) -> Any:
    for part in at:
        value = value[part]
    return value


def _arrays(value: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, list[dict[str, Any]]]]:
    """Yield the arrays of objects in an answer's envelope."""
    if isinstance(value, list):
        objects = [item for item in value if isinstance(item, dict)]
        if objects and len(objects) == len(value):
            yield at, objects
    elif isinstance(value, dict) and len(at) < MAX_ENVELOPE:
        for name, member in value.items():
            yield from _arrays(member, (*at, name))


def _listed_objects(calls: tuple[Recorded, ...]) -> list[dict[str, Any]]:
    return [
        item
        for call in calls
        if call.succeeded
        for _, objects in _arrays(call.answer)
        if any(map(looks_like_action, objects))
        for item in objects
    ]


def _find_lists(calls: tuple[Recorded, ...], whole: list[dict[str, Any]], story: Story) -> None:
    """Find the list, by whole actions in it or the ids that are read one by one; then every page of it."""
    single = {mark for element in whole if (mark := mark_at(element, story.id))}
    asking = [
        call
        for call in calls
        if call.succeeded and call.method in {"GET", "POST"} and _element_at(call.sent) is None
    ]
    found: Counter[tuple[str, str, tuple[int, ...], Pointer]] = Counter()
    for call in asking:
        for at, objects in _arrays(call.answer):
            ids = {mark_at(item, story.id) for item in objects}
            if any(map(looks_like_action, objects)) or (0 not in ids and ids & single):
                found[call.origin, call.method, _shape(call), at] += len(objects)
    if not found:
        return
    most = max(found, key=lambda key: (found[key], -len(key[2]), key))
    for call in asking:
        if (call.origin, call.method, _shape(call)) == most[:3]:
            objects = _look_up(call.answer, most[3])
            if isinstance(objects, list) and all(isinstance(item, dict) for item in objects):
                story.lists.append(Seen(call, most[3], tuple(objects)))
    paths = {key[:3] for key in found} - {most[:3]}
    others = [call.number for call in asking if (call.origin, call.method, _shape(call)) in paths]
    story.other_lists = [f"call {number}" for number in others]


def _look_up(value: Any, at: Pointer) -> Any:
    for part in at:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _shape(call: Recorded) -> tuple[int, ...]:
    return tuple(part.mark for part in call.path)


def mark_at(element: dict[str, Any], place: Path) -> int:
    """Return the mark of the id at a place of an element, 0 where there is none."""
    value: Any = element
    for part in place:
        value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, Mark):
        return value.number
    return mark_of(value) if isinstance(value, int) and not isinstance(value, bool) else 0


def _id_place(calls: tuple[Recorded, ...], elements: list[dict[str, Any]]) -> Pointer:
    """Return where elements have what stands in paths of calls; with several places, the likeliest name."""
    in_paths = {part.mark for call in calls for part in call.path}
    hits: Counter[Pointer] = Counter()
    for element in elements:
        for leaf in leaves_of([element]).values():
            if len(leaf.place) <= 2 and mark_at(element, leaf.place) in in_paths:
                hits[leaf.place] += 1
    ranked = sorted(
        hits, key=lambda place: (not _IDS & set(words_of(place[-1])), len(place), -hits[place], place)
    )
    return ranked[0] if ranked else ()


def _id_position(call: Recorded, ids: set[int]) -> int | None:
    positions = [index for index, part in enumerate(call.path) if part.mark in ids]
    return positions[-1] if positions else None


def _has_id(call: Recorded, ids: set[int]) -> bool:
    return _id_position(call, ids) is not None


def template(call: Recorded, ids: set[int]) -> tuple[str, ...] | None:
    """Return a call's path with ``{id}`` for the id; None where another part of it is no plain word."""
    position = _id_position(call, ids)
    parts = ["{id}" if index == position else part.word for index, part in enumerate(call.path)]
    return tuple(parts) if all(parts) else None
