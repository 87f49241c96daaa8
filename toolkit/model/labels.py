"""Labels of variables: made from field names, and told apart where a journey shows them together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.core.pointer import Path
from toolkit.model.document import Document

_WORD_ENDS = (
    (re.compile(r"([a-z0-9])([A-Z])"), r"\1 \2"),
    (re.compile(r"([A-Z]+)([A-Z][a-z])"), r"\1 \2"),
    (re.compile(r"[\W_]+"), " "),
)
_LONGEST_LABEL = 100


def label_of(name: str) -> str:
    """Make a label of a field's name: ``first_name`` and ``firstName`` become "First name"."""
    text = "".join(character for character in name if character.isprintable())[:_LONGEST_LABEL]
    for pattern, replacement in _WORD_ENDS:
        text = pattern.sub(replacement, text)
    words = [word if len(word) > 1 and word.isupper() else word.lower() for word in text.split()]
    label = " ".join(words) or "Value"
    return label[0].upper() + label[1:]


@dataclass(slots=True)
class _Labelled:
    """A variable of a document: the names around it, outermost first, and the label it has so far."""

    hole: dict[str, Any]
    around: list[str]
    label: str


def tell_labels_apart(document: Document) -> None:
    """Change labels of `document` so that no two differ by case alone where a journey shows them together.

    Those that are the same get the names around them in front, then a number. Headers, query, request and the
    items of each list are groups of their own.
    """
    endpoint = document.get("endpoint", {})
    for part in (endpoint.get("headers", {}), endpoint.get("query", {}), document.get("request", {})):
        groups: list[list[_Labelled]] = [[]]
        for labelled, group in _found(part, (), 0, groups):
            groups[group].append(labelled)
        for members in groups:
            _tell_apart(members)


def _tell_apart(members: list[_Labelled]) -> None:
    while repeated := [item for item in _repeated(members) if item.around]:
        for item in repeated:
            item.label = f"{item.around.pop()} {_in_sentence(item.label)}"
    used = {item.label.casefold() for item in members}
    for item in _repeated(members)[1:]:
        number = next(n for n in range(2, len(members) + 3) if f"{item.label} {n}".casefold() not in used)
        item.label = f"{item.label} {number}"
        used.add(item.label.casefold())
    for item in members:
        item.hole["$variable"] = item.label


def _repeated(members: list[_Labelled]) -> list[_Labelled]:
    count = Counter(item.label.casefold() for item in members)
    return [item for item in members if count[item.label.casefold()] > 1]


def _in_sentence(label: str) -> str:
    """Return a label as it continues another: in lower case, unless it begins with an abbreviation."""
    return label if label[1:2].isupper() else label[0].lower() + label[1:]


def _found(
    node: Any, path: Path, group: int, groups: list[list[_Labelled]]
) -> Iterator[tuple[_Labelled, int]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _found(item, (*path, index), group, groups)
    elif isinstance(node, dict) and "$variable" in node:
        names = [label_of(part) for part in path if isinstance(part, str)][:-1]
        yield _Labelled(node, names, node["$variable"]), group
        if "$items" in node:
            groups.append([])
            yield from _found(node["$items"], (), len(groups) - 1, groups)
    elif isinstance(node, dict):
        for name, member in node.items():
            yield from _found(member, (*path, name), group, groups)
