"""What a journey sees of an action: the variables it fills, the answer it reads, where its requests go.

Worked out from a comparable document (:mod:`toolkit.model.document`), so it is the same for a definition and
for what a platform holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.core.pointer import Path
from toolkit.model.document import Document

LIST_OF_OBJECTS = "listObject"
"""Type of a variable that takes a list of objects, and of such a list in an answer."""

_PLAIN_NAME = re.compile(r"""[^.\[\]"]+""")
_PARAMETER_PLACES = {("endpoint", "headers"): "header", ("endpoint", "query"): "query"}


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that the marketer fills in; `path` leads to it in the document, `items` are one item's fields.

    `type` is a scalar type, a list type, or :data:`LIST_OF_OBJECTS`, which alone has `items`.
    """

    path: Path
    label: str
    type: str
    optional: bool = False
    items: tuple[Variable, ...] = ()

    @property
    def address(self) -> str:
        """How people name it: ``recipient.id``, ``products[].price``, ``header:X-Locale``, ``query:lang``."""
        return address_of(self.path)


@dataclass(frozen=True, slots=True)
class AnswerField:
    """A part of the answer that expressions read; `fields` are an object's, or those of a list's items."""

    path: Path
    type: str
    fields: tuple[AnswerField, ...] = ()


@dataclass(frozen=True, slots=True)
class Interface:
    """An action as journeys see it. Texts are empty, and answers None, where the document has nothing.

    `constants` are the fixed values by path: no journey sees them, but each can become a variable.
    """

    name: str = ""
    campaign_type: str = ""
    method: str = ""
    url: str = ""
    authentication: str = "none"
    channel: str = ""
    marketing_action: str = ""
    allow_null_values: bool = False
    variables: tuple[Variable, ...] = ()
    constants: Mapping[Path, Any] = field(default_factory=dict, repr=False)
    response: AnswerField | None = None
    failure_response: AnswerField | None = None


def interface_of(document: Document) -> Interface:
    """Return the interface of an action's comparable document."""
    endpoint = document.get("endpoint", {})
    governance = document.get("governance", {})
    variables: list[Variable] = []
    constants: dict[Path, Any] = {}
    for part in (*_parameters(endpoint), *_nodes(("request",), document.get("request", {}))):
        if isinstance(part, Variable):
            variables.append(part)
        else:
            path, constants[path] = part[0], part[1]
    return Interface(
        name=document.get("name", ""),
        campaign_type=document.get("campaignType", ""),
        method=endpoint.get("method", ""),
        url=endpoint.get("url", ""),
        authentication=document.get("authentication", {}).get("type", "none"),
        channel=governance.get("channel", ""),
        marketing_action=governance.get("requiredMarketingAction", ""),
        allow_null_values=document.get("allowNullValues", False),
        variables=tuple(variables),
        constants=constants,
        response=_answer("response", document),
        failure_response=_answer("failureResponse", document),
    )


_Constant = tuple[Path, Any]


def _parameters(endpoint: Mapping[str, Any]) -> Iterator[Variable | _Constant]:
    for place in ("headers", "query"):
        for name, value in endpoint.get(place, {}).items():
            yield from _nodes(("endpoint", place, name), value)


def _nodes(path: Path, node: Any) -> Iterator[Variable | _Constant]:
    if isinstance(node, dict) and "$variable" in node:
        yield _variable(path, node)
    elif isinstance(node, dict) and "$constant" not in node:
        for key, member in node.items():
            yield from _nodes((*path, key), member)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _nodes((*path, index), item)
    else:
        yield path, node


def _variable(path: Path, node: Mapping[str, Any]) -> Variable:
    inside = _nodes((*path, "$items"), node["$items"]) if "$items" in node else ()
    return Variable(
        path,
        label=node["$variable"],
        type=LIST_OF_OBJECTS if "$items" in node else node.get("$type", "string"),
        optional=node.get("$optional", False),
        items=tuple(item for item in inside if isinstance(item, Variable)),
    )


def _answer(key: str, document: Document) -> AnswerField | None:
    return _answer_field((key,), document[key]) if key in document else None


def _answer_field(path: Path, node: Any) -> AnswerField:
    if isinstance(node, str):
        return AnswerField(path, node)
    is_list = isinstance(node, list)
    inside, start = (node[0], (*path, 0)) if is_list else (node, path)
    fields = tuple(_answer_field((*start, key), member) for key, member in inside.items())
    return AnswerField(path, LIST_OF_OBJECTS if is_list else "object", fields)


def address_of(path: Path) -> str:
    """Return how people name the place of a value; ``[]`` stands for each item of a list that varies.

    Fields of the request are named without ``request``, those of answers with ``response`` before them.
    """
    place = _PARAMETER_PLACES.get((str(path[0]), str(path[1]))) if len(path) == 3 else None
    if place:
        return f"{place}:{path[2]}"
    is_answer = path[:1] in (("response",), ("failureResponse",))
    parts = path[1:] if path[:1] == ("request",) else path
    text = ""
    for part in parts:
        if part == "$items" or (is_answer and part == 0):
            text += "[]"
        elif isinstance(part, int):
            text += f"[{part}]"
        elif not _PLAIN_NAME.fullmatch(part) or (not text and _reads_otherwise(part)):
            text += f"[{json.dumps(part, ensure_ascii=False)}]"
        else:
            text += f".{part}" if text else part
    return text


def _reads_otherwise(name: str) -> bool:
    return name == "path" or name.startswith(("header:", "query:"))
