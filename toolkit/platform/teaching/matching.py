"""Which field of a platform is which of the convention: by names first, then by what it holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.platform.teaching.marks import Mark, convention_word
from toolkit.platform.teaching.members import ACTION, ITEMS, Member, Pointer

MAX_LEVELS = 5
"""How deep an element's objects are looked into for its fields."""

MAX_FIELDS = 1_000
"""How many places of elements are looked at: more than any action has."""

SURE = 6.0
ENOUGH = 4.0


@dataclass(slots=True)
class Leaf:
    """What a platform has at one place of its elements, over all that were recorded."""

    place: Pointer
    kinds: set[str] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)
    items: list[dict[str, Any]] = field(default_factory=list, repr=False)


@dataclass(slots=True)
class Match:
    """What was found out about the fields: ours to theirs, words, what is left over, and what is doubtful."""

    fields: dict[Pointer, Pointer] = field(default_factory=dict)
    words: dict[Pointer, dict[str, str]] = field(default_factory=dict)
    left: list[Pointer] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in small letters, plurals as singulars: ``queryParams`` is query, param."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\s.\[\]-]+", " ", name)
    words = [word.lower() for word in spaced.split() if word != "$"]
    return tuple(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in words
    )


def leaves_of(elements: Iterable[dict[str, Any]]) -> dict[Pointer, Leaf]:
    """Return every place of the elements, objects among them, with what was seen there."""
    found: dict[Pointer, Leaf] = {}
    for element in elements:
        _collect(element, (), found)
    return found


def _collect(value: dict[str, Any], where: Pointer, found: dict[Pointer, Leaf]) -> None:
    for name, member in value.items():
        place = (*where, name)
        if place not in found and len(found) >= MAX_FIELDS:
            continue
        leaf = found.setdefault(place, Leaf(place))
        leaf.kinds |= _kinds(member)
        if isinstance(member, str):
            leaf.words[member] += 1
        if isinstance(member, list):
            leaf.items += [item for item in member if isinstance(item, dict)]
        if isinstance(member, dict) and len(place) < MAX_LEVELS:
            _collect(member, place, found)


def _kinds(value: Any) -> set[str]:
    found: set[str] = set()
    match value:
        case bool():
            found = {"flag"}
        case int() | float():
            found = {"number"}
        case str():
            found = {"text", "method"} if value in {"GET", "POST", "PUT"} else {"text"}
        case Mark():
            found = {"text", "url"} if value.is_url else {"text"}
        case dict():
            found = {"object"}
        case list():
            found = {"list"} if all(isinstance(item, dict) for item in value) else {"array"}
    return found


def match_action(elements: Sequence[dict[str, Any]], apart: Iterable[Pointer] = ()) -> Match:
    """Find the fields of an action in `elements`; the places `apart` are known to be something else."""
    found = Match()
    leaves = leaves_of(elements)
    for place in apart:
        leaves.pop(place, None)
    _match_scope(ACTION, leaves, (), (), found)
    for members in dict.fromkeys(ITEMS.values()):
        # Lists whose items are alike say more together than each alone.
        lists = [ours for ours, theirs in ITEMS.items() if theirs is members and ours in found.fields]
        items = [item for ours in lists for item in _items(leaves[found.fields[ours]], members)]
        inner = leaves_of(items)
        for ours in lists:
            _match_scope(members, inner, (*ours, "*"), (*found.fields[ours], "*"), found)
    return found


def _items(leaf: Leaf, members: tuple[Member, ...]) -> list[dict[str, Any]]:
    """Return the items of a list; of a payload's fields those inside others too, which look alike."""
    items = list(leaf.items)
    if any(member.place == ("fields",) for member in members):
        for item in items:  # grows while it is read: fields of fields
            items += [
                inner
                for member in item.values()
                if isinstance(member, list)
                for inner in member
                if isinstance(inner, dict)
            ]
    return items


def _match_scope(
    members: tuple[Member, ...], leaves: dict[Pointer, Leaf], ours: Pointer, theirs: Pointer, found: Match
) -> None:
    pairs = _assigned(members, leaves, found)
    opaque = {leaf.place for member, leaf in pairs if member.kind in {"object", "list"}}
    taken = {leaf.place for _, leaf in pairs}
    for member, leaf in pairs:
        place = (*ours, *member.place)
        found.fields[place] = (*theirs, *leaf.place)
        if member.kind == "word":
            words = respelled(member, leaf)
            if words:
                found.words[place] = words
    found.left += [(*theirs, *place) for place in _left(leaves, taken, opaque)]


def _left(leaves: dict[Pointer, Leaf], taken: set[Pointer], opaque: set[Pointer]) -> list[Pointer]:
    """Return the places that are nobody's, an object of such places as one."""
    left: list[Pointer] = []
    for place in sorted(leaves):
        above = [place[:length] for length in range(1, len(place))]
        holds_taken = any(one[: len(place)] == place for one in taken)
        if not holds_taken and not any(one in opaque or one in left for one in above):
            left.append(place)
    return left


def lifted(pairs: dict[Pointer, Pointer]) -> dict[Pointer, Pointer]:
    """Return the same pairs in fewer words: what moves with its parent is said of the parent alone."""
    found = dict(pairs)
    changed = True
    while changed:
        changed = False
        for ours in sorted(found, key=len, reverse=True):
            theirs = found[ours]
            above, over = ours[:-1], theirs[:-1]
            if ours[-1] != theirs[-1] or not above or not over or "*" in (above[-1], over[-1]):
                continue
            if found.get(above, over) == over and all(
                one[: len(over)] == over for place, one in found.items() if place[: len(above)] == above
            ):
                del found[ours]
                found[above] = over
                changed = True
                break
    for ours in sorted(found, key=len, reverse=True):
        above = next((ours[:length] for length in range(len(ours) - 1, 0, -1) if ours[:length] in found), ())
        if (*found.get(above, ()), *ours[len(above) :]) == found[ours]:
            del found[ours]
    return found


def _assigned(
    members: tuple[Member, ...], leaves: dict[Pointer, Leaf], found: Match
) -> list[tuple[Member, Leaf]]:
    """Return who is who: the best pairs first, each field once."""
    scored = [
        (score, member, leaf)
        for member in members
        for leaf in leaves.values()
        if (score := likeness(member, leaf)) >= ENOUGH
    ]
    scored.sort(key=lambda each: (-each[0], len(each[2].place), each[2].place))
    pairs: list[tuple[Member, Leaf]] = []
    closed: list[Pointer] = []
    for score, member, leaf in scored:
        is_closed = any(leaf.place[: len(above)] == above for above in closed)
        if is_closed or any(member is known or leaf is there for known, there in pairs):
            continue
        pairs.append((member, leaf))
        if member.kind == "object":
            closed.append(leaf.place)
        if score < SURE:
            found.doubts[_text(leaf.place)] = _text(member.place)
    return pairs


_SPELLINGS = (
    str.upper,
    lambda word: _parted(word, "_").upper(),
    lambda word: _parted(word, "_"),
    lambda word: _parted(word, "-"),
    str.lower,
    lambda word: word[:1].upper() + word[1:],
)


def respelled(member: Member, leaf: Leaf) -> dict[str, str]:
    """Return the platform's words where it spells ours in another way, all of them if one rule fits."""
    seen = {known: word for word in leaf.words if (known := convention_word(word)) is not None}
    if all(known == word for known, word in seen.items()):
        return {}
    for spelt in _SPELLINGS:
        if all(spelt(known) == word for known, word in seen.items()):
            return {word: spelt(word) for word in member.words if spelt(word) != word}
    return {known: word for known, word in sorted(seen.items()) if known != word}


def _parted(word: str, mark: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", mark, word).lower()


def _text(place: Pointer) -> str:
    return "/" + "/".join(place)


def likeness(member: Member, leaf: Leaf) -> float:
    """Return how much a platform's field looks like one of ours; below :data:`ENOUGH` it does not."""
    if leaf.place == member.place and _fits(member, leaf):
        return 20.0
    above = {word for part in leaf.place[:-1] for word in words_of(part)}
    if not _fits(member, leaf) or above & set(member.never):
        return 0.0
    name = words_of(leaf.place[-1])
    own = words_of(member.place[-1])
    ours_above = {word for part in member.place[:-1] for word in words_of(part)}
    score = _name_score(name, own, member.names)
    if member.within and not (above | set(name[:-1])) & set(member.within):
        return 0.0
    if set(name) & set(member.never) and not set(own) & set(member.never):
        return 0.0
    if score:
        score += 1.5 * len(above & (ours_above | set(member.within)))
        score += 0.2 if not above and not ours_above else 0.0
    if member.kind in {"url", "method"} and member.kind in leaf.kinds:
        score += 3.0
    return score


def _name_score(name: tuple[str, ...], own: tuple[str, ...], others: tuple[str, ...]) -> float:
    if name == own:
        return 6.0
    alternatives = [words_of(other) for other in others]
    if name in alternatives:
        return 5.5
    for words in (own, *alternatives):
        if len(name) > len(words) and name[-len(words) :] == words:
            return 3.5
    return 0.0


def _fits(member: Member, leaf: Leaf) -> bool:
    if member.kind in {"url", "method", "word"}:
        return "text" in leaf.kinds
    return bool(leaf.kinds) and (member.kind == "any" or member.kind in leaf.kinds)
