"""Where things stand in a definition: its URLs, headers, holes, constants and texts, each with its path.

Every function takes any definition and yields nothing for a kind that has no such place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any, NamedTuple, TypeVar

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


class UrlPlace(NamedTuple):
    """A URL that the platform calls: an action's own, or that of its tokens."""

    path: Path
    text: str
    is_token_endpoint: bool


class Field(NamedTuple):
    """A header or a query parameter."""

    path: Path
    name: str
    value: str | TextHole


class Node(NamedTuple):
    """A constant, hole, object or array of a request; `list_path` is the list hole around it, if any."""

    path: Path
    value: Any
    list_path: Path | None


Found = TypeVar("Found")

_SCALARS = frozenset({type(None), str, bool, int, DecimalLiteral})
_LEAVES = _SCALARS | {Hole}
_HOLES = frozenset({Hole, ListHole})
_OBJECTS = frozenset({PlainObject, ItemObject})


class _LastDefinition:
    """The definition looked at last and what was found in it, by function.

    Both are replaced at once, so threads cost each other time and nothing else.
    """

    def __init__(self) -> None:
        self.pair: tuple[Definition | None, dict[Any, tuple[Any, ...]]] = (None, {})


_last = _LastDefinition()


def once(find: Callable[[Definition], Iterator[Found]]) -> Callable[[Definition], tuple[Found, ...]]:
    """Walk a definition once, not once for each of the rules that look at it one after another.

    All rules together take a third of the time so.
    """

    @wraps(find)
    def remembered(definition: Definition) -> tuple[Found, ...]:
        seen, found = _last.pair
        if seen is not definition:
            found = {}
            _last.pair = (definition, found)
        result = found.get(find)
        if result is None:
            result = found[find] = tuple(find(definition))
        return result

    return remembered


@once
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


@once
def headers(definition: Definition) -> Iterator[Field]:
    """Yield the headers of an action's own request."""
    if isinstance(definition, CustomAction):
        yield from _fields(("endpoint", "headers"), definition.endpoint.headers)


@once
def token_headers(definition: Definition) -> Iterator[Field]:
    """Yield the headers of an action's token request."""
    authorization = token_request(definition)
    if authorization is not None:
        yield from _fields(("authentication", "headers"), authorization.headers)


@once
def token_parameters(definition: Definition) -> Iterator[Field]:
    """Yield the names and values of a token request's body."""
    authorization = token_request(definition)
    if authorization is not None and authorization.body is not None:
        yield from _fields(("authentication", "body", "bodyParams"), authorization.body.body_params)


@once
def query_parameters(definition: Definition) -> Iterator[Field]:
    """Yield the query parameters of an action's own request."""
    if isinstance(definition, CustomAction):
        yield from _fields(("endpoint", "query"), definition.endpoint.query)


def _fields(path: Path, members: Mapping[str, str] | Mapping[str, str | TextHole]) -> Iterator[Field]:
    for name, value in members.items():
        yield Field((*path, name), name, value)


@once
def request_nodes(definition: Definition) -> Iterator[Node]:
    """Yield everything that stands in a request, outer before inner, the root included."""
    if isinstance(definition, (CustomAction, CampaignAction)) and definition.request is not None:
        found: list[Node] = []
        _gather(("request",), definition.request, None, found)
        yield from found


def _gather(path: Path, value: Any, list_path: Path | None, found: list[Node]) -> None:
    found.append(Node(path, value, list_path))
    # By type, not by pattern: to ask pydantic whether a value is a model takes longer than the walk.
    form = type(value)
    if form in _OBJECTS or form is FixedList:
        for part, member in value.root.items() if form is not FixedList else enumerate(value.root):
            if type(member) in _LEAVES:
                found.append(Node((*path, part), member, list_path))
            else:
                _gather((*path, part), member, list_path, found)
    elif form is ListHole:
        _gather((*path, "$items"), value.items, path, found)
    elif form is TypedScalar:
        found.append(Node((*path, "$constant"), value.constant, list_path))
    elif form is TypedList:
        for index, item in enumerate(value.constant):
            found.append(Node((*path, "$constant", index), item, list_path))


@once
def constants(definition: Definition) -> Iterator[Node]:
    """Yield the constants of a request: texts, numbers, truth values and nulls."""
    return (node for node in request_nodes(definition) if type(node.value) in _SCALARS)


@once
def labels(definition: Definition) -> Iterator[tuple[Path, str, Path]]:
    """Yield every label with its path and the group that a journey shows it in.

    Groups are headers, query, request, and the items of each list.
    """
    for field in (*headers(definition), *query_parameters(definition)):
        if isinstance(field.value, TextHole):
            yield (*field.path, "$variable"), field.value.variable, field.path[:2]
    for node in request_nodes(definition):
        if type(node.value) in _HOLES:
            yield (*node.path, "$variable"), node.value.variable, node.list_path or ("request",)


@once
def field_names(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Yield the path and name of every field of a request and of both answers."""
    for node in request_nodes(definition):
        if type(node.value) in _OBJECTS:
            yield from (((*node.path, name), name) for name in node.value.root)
    if isinstance(definition, CustomAction):
        found: list[tuple[Path, str]] = []
        _gather_names(("response",), definition.response, found)
        _gather_names(("failureResponse",), definition.failure_response, found)
        yield from found


def _gather_names(path: Path, value: Any, found: list[tuple[Path, str]]) -> None:
    form = type(value)
    if form is ResponseObject:
        for name, member in value.root.items():
            inner = (*path, name)
            found.append((inner, name))
            if type(member) is not str:
                _gather_names(inner, member, found)
    elif form is ResponseList:
        _gather_names((*path, 0), value.root[0], found)


@once
def soup(definition: Definition) -> Iterator[str]:
    """Yield one text with all texts of a definition, blanks between: what is not in it is nowhere.

    It holds more than :func:`all_texts`, without places, in a fifth of the time.
    """
    found: list[str] = []
    _pour(definition, found)
    yield " ".join(found)


def holds(definition: Definition, marks: tuple[str, ...]) -> bool:
    """Tell whether any of `marks` stands in any text at all; far quicker than to look for it everywhere."""
    (texts,) = soup(definition)
    for mark in marks:  # noqa: SIM110  # any() over a generator takes twice as long, and this is asked often
        if mark in texts:
            return True
    return False


def look_only_at(definition: Definition, texts: Iterable[str]) -> None:
    """Let :func:`soup` of a definition hold only `texts`, for one whose other texts were looked at before."""
    _last.pair = (definition, {soup.__wrapped__: (" ".join(texts),)})  # type: ignore[attr-defined]


def is_printable(definition: Definition) -> bool:
    """Tell whether no text at all holds a control character, a line break or a change of direction."""
    (texts,) = soup(definition)
    return texts.isprintable()


def _pour(value: Any, found: list[str]) -> None:
    form = type(value)
    if form is list:
        members = value
    elif form is dict:
        members = value.values()
    else:
        members = value.__dict__.values()
    for member in members:
        kind = type(member)
        if kind is str:
            found.append(member)
        elif kind is Hole:
            found.append(member.variable)
        elif kind not in _SCALARS:
            _pour(member, found)


@once
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
