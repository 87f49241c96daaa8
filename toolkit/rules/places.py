"""Where things stand in a definition: its URLs, headers, holes, constants and texts, each with its path.

Every function takes any definition and yields nothing for a kind that has no such place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from pydantic import BaseModel

from toolkit.core.canonical import DecimalLiteral
from toolkit.core.pointer import Path
from toolkit.model.authentication import CustomAuthorization
from toolkit.model.custom_action import CampaignAction, CustomAction
from toolkit.model.document import to_document
from toolkit.model.kinds import Definition
from toolkit.model.payload import (
    FixedList,
    Hole,
    ItemObject,
    ListHole,
    PlainObject,
    ResponseList,
    ResponseObject,
    TextHole,
    TypedList,
    TypedScalar,
)


@dataclass(frozen=True, slots=True)
class UrlPlace:
    """A URL that the platform calls: an action's own, or that of its tokens."""

    path: Path
    text: str
    is_token_endpoint: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A header or a query parameter."""

    path: Path
    name: str
    value: str | TextHole


@dataclass(frozen=True, slots=True)
class Node:
    """A constant, hole, object or array of a request; `list_path` is the list hole around it, if any."""

    path: Path
    value: Any
    list_path: Path | None


Found = TypeVar("Found")


class _LastDefinition(threading.local):
    """What was found in the definition looked at last, by function; each thread has its own."""

    def __init__(self) -> None:
        self.definition: Definition | None = None
        self.found: dict[Any, tuple[Any, ...]] = {}


_last = _LastDefinition()


def _once(find: Callable[[Definition], Iterator[Found]]) -> Callable[[Definition], tuple[Found, ...]]:
    """Walk a definition once, not once for each of the rules that look at it one after another.

    All rules together take a third of the time so.
    """

    @wraps(find)
    def remembered(definition: Definition) -> tuple[Found, ...]:
        if _last.definition is not definition:
            _last.definition, _last.found = definition, {}
        if find not in _last.found:
            _last.found[find] = tuple(find(definition))
        return _last.found[find]

    return remembered


@_once
def urls(definition: Definition) -> Iterator[UrlPlace]:
    """Yield the URL of an action and that of its token endpoint."""
    if isinstance(definition, (CustomAction, CampaignAction)) and definition.endpoint is not None:
        yield UrlPlace(("endpoint", "url"), definition.endpoint.url, is_token_endpoint=False)
    authorization = token_request(definition)
    if authorization is not None:
        yield UrlPlace(("authentication", "endpoint"), authorization.endpoint, is_token_endpoint=True)


def token_request(definition: Definition) -> CustomAuthorization | None:
    """Return the custom authorization of an action, if it has one."""
    if isinstance(definition, CustomAction) and isinstance(definition.authentication, CustomAuthorization):
        return definition.authentication
    return None


@_once
def headers(definition: Definition) -> Iterator[Field]:
    """Yield the headers of an action's own request."""
    if isinstance(definition, CustomAction):
        yield from _fields(("endpoint", "headers"), definition.endpoint.headers)


@_once
def token_headers(definition: Definition) -> Iterator[Field]:
    """Yield the headers of an action's token request."""
    authorization = token_request(definition)
    if authorization is not None:
        yield from _fields(("authentication", "headers"), authorization.headers)


@_once
def token_parameters(definition: Definition) -> Iterator[Field]:
    """Yield the names and values of a token request's body."""
    authorization = token_request(definition)
    if authorization is not None and authorization.body is not None:
        yield from _fields(("authentication", "body", "bodyParams"), authorization.body.body_params)


@_once
def query_parameters(definition: Definition) -> Iterator[Field]:
    """Yield the query parameters of an action's own request."""
    if isinstance(definition, CustomAction):
        yield from _fields(("endpoint", "query"), definition.endpoint.query)


def _fields(path: Path, members: Mapping[str, str] | Mapping[str, str | TextHole]) -> Iterator[Field]:
    for name, value in members.items():
        yield Field((*path, name), name, value)


@_once
def request_nodes(definition: Definition) -> Iterator[Node]:
    """Yield everything that stands in a request, outer before inner, the root included."""
    if isinstance(definition, (CustomAction, CampaignAction)) and definition.request is not None:
        yield from _nodes(("request",), definition.request, None)


def _nodes(path: Path, value: Any, list_path: Path | None) -> Iterator[Node]:
    yield Node(path, value, list_path)
    match value:
        case PlainObject() | ItemObject():
            for name, member in value.root.items():
                yield from _nodes((*path, name), member, list_path)
        case FixedList():
            for index, item in enumerate(value.root):
                yield from _nodes((*path, index), item, list_path)
        case ListHole():
            yield from _nodes((*path, "$items"), value.items, path)
        case TypedScalar():
            yield Node((*path, "$constant"), value.constant, list_path)
        case TypedList():
            for index, item in enumerate(value.constant):
                yield Node((*path, "$constant", index), item, list_path)
        case _:
            return


@_once
def constants(definition: Definition) -> Iterator[Node]:
    """Yield the constants of a request: texts, numbers, truth values and nulls."""
    for node in request_nodes(definition):
        if node.value is None or isinstance(node.value, (str, bool, int, DecimalLiteral)):
            yield node


@_once
def labels(definition: Definition) -> Iterator[tuple[Path, str, Path]]:
    """Yield every label with its path and the group that a journey shows it in.

    Groups are headers, query, request, and the items of each list.
    """
    for field in (*headers(definition), *query_parameters(definition)):
        if isinstance(field.value, TextHole):
            yield (*field.path, "$variable"), field.value.variable, field.path[:2]
    for node in request_nodes(definition):
        if isinstance(node.value, (Hole, ListHole)):
            yield (*node.path, "$variable"), node.value.variable, node.list_path or ("request",)


@_once
def field_names(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Yield the path and name of every field of a request and of both answers."""
    for node in request_nodes(definition):
        if isinstance(node.value, (PlainObject, ItemObject)):
            yield from (((*node.path, name), name) for name in node.value.root)
    if isinstance(definition, CustomAction):
        yield from _response_names(("response",), definition.response)
        yield from _response_names(("failureResponse",), definition.failure_response)


def _response_names(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, ResponseObject):
        for name, member in value.root.items():
            yield (*path, name), name
            yield from _response_names((*path, name), member)
    elif isinstance(value, ResponseList):
        yield from _response_names((*path, 0), value.root[0])


@_once
def soup(definition: Definition) -> Iterator[str]:
    """Yield one text with every text of a definition on a line of its own: what is not in it is nowhere.

    It holds more than :func:`all_texts`, without places, in a fifth of the time.
    """
    found: list[str] = []
    _pour(definition, found)
    yield "\n".join(found)


def _pour(value: Any, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, BaseModel):
        for member in value.__dict__.values():
            _pour(member, found)
    elif isinstance(value, dict):
        for member in value.values():
            _pour(member, found)
    elif isinstance(value, list):
        for item in value:
            _pour(item, found)


@_once
def all_texts(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Yield every text of a definition, whatever it is for; no keys."""
    return _texts((), to_document(definition))


def _texts(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _texts((*path, key), member)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts((*path, index), item)
