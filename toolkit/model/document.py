"""A definition as a JSON document: canonical for files, comparable for plans, and the texts in either.

A *comparable* document holds what a platform keeps of a definition, in the words of the file format, with
every default written out: two comparable documents are equal exactly when nothing needs to be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, assert_never

from pydantic import BaseModel, RootModel

from toolkit.core.canonical import DecimalLiteral
from toolkit.core.pointer import Path
from toolkit.model.base import Model
from toolkit.model.kinds import CampaignAction, CustomAction, Definition, EndpointConfig, ThrottlingConfig
from toolkit.model.payload import (
    FixedList,
    Hole,
    ItemObject,
    PlainObject,
    TextHole,
    list_type_of,
    scalar_type_of,
)
from toolkit.model.text import fill_values

Document = dict[str, Any]
Part = TypeVar("Part", bound=Model)

DEFAULT_HEADERS: Mapping[str, str] = {"Content-Type": "application/json", "Charset": "UTF-8"}
"""Headers every custom action has (PF-ACT-5)."""

DEFAULT_CACHE_DURATION = {"duration": 1, "timeUnit": "hours"}
"""How long a token is kept where a custom authorization does not say
(``help/using/datasource/external-data-sources.md``)."""

_REQUIRED = object()

_TEXTS_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "CustomAction": ("endpoint", "authentication", "request"),
    "CampaignAction": ("endpoint", "request"),
    "EndpointConfig": ("url",),
    "ThrottlingConfig": ("urlPattern",),
}
_FIELDS = {"urlPattern": "url_pattern"}
_MARKS = ("$variable", "$type")
_ROOTS = frozenset({PlainObject, ItemObject, FixedList})
_WITHOUT_TEXT = frozenset({type(None), bool, int, DecimalLiteral, Hole, TextHole})


def to_document(definition: Definition) -> Document:
    """Return the definition as its file says it: canonical order of keys, defaults left out."""
    document: Document = _plain(definition)
    return document


def part_document(part: Model) -> Document:
    """Return a part of a definition as its file says it."""
    document: Document = _plain(part)
    return document


def _plain(value: Any, *, defaults: bool = False) -> Any:
    if isinstance(value, RootModel):
        return _plain(value.root, defaults=defaults)
    if isinstance(value, Model):
        return dict(_fields(value, defaults=defaults))
    if isinstance(value, dict):
        return {key: _plain(member, defaults=defaults) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(item, defaults=defaults) for item in value]
    return value


def _fields(model: BaseModel, *, defaults: bool) -> Iterator[tuple[str, Any]]:
    for name, spelled, default in _shape_of(type(model)):
        value = getattr(model, name)
        if value is None:
            continue
        if defaults or value != default:
            yield spelled, _plain(value, defaults=defaults)


@cache
def _shape_of(model: type[BaseModel]) -> tuple[tuple[str, str, Any], ...]:
    """Return each field's name, its spelling in files, and its default (none equals a required one's)."""
    return tuple(
        (
            name,
            field.alias or name,
            _REQUIRED if field.is_required() else field.get_default(call_default_factory=True),
        )
        for name, field in model.model_fields.items()
    )


def comparable(definition: Definition) -> Document:
    """Return what a platform keeps of the definition, defaults written out, without what is ours alone."""
    ours = {"$schema", "formatVersion", "kind", "lifecycle"}
    match definition:
        case CustomAction():
            return _comparable_action(definition, ours)
        case CampaignAction():
            document = _plain(definition, defaults=True)
            document["request"] = _one_form(document["request"])
        case ThrottlingConfig():
            document = _plain(definition, defaults=True)
        case EndpointConfig():
            document = _plain(definition, defaults=True)
            ours |= {"name", "description"}
        case _:
            assert_never(definition)
    if "methods" in document:
        document["methods"] = sorted(set(document["methods"]))
        document["state"] = "deployed"
    return {key: value for key, value in document.items() if key not in ours}


def _comparable_action(action: CustomAction, ours: set[str]) -> Document:
    document = {key: value for key, value in _plain(action, defaults=True).items() if key not in ours}
    spelled = {name.lower(): name for name in DEFAULT_HEADERS}
    headers = {
        spelled.get(name.lower(), name): value for name, value in document["endpoint"]["headers"].items()
    }
    document["endpoint"]["headers"] = {**DEFAULT_HEADERS, **headers}
    if "request" in document:
        document["request"] = _one_form(document["request"])
    else:
        document["allowNullValues"] = False
    if document.get("authentication", {}).get("type") == "customAuthorization":
        document["authentication"].setdefault("cacheDuration", dict(DEFAULT_CACHE_DURATION))
    return document


def _one_form(node: Any) -> Any:
    """Write constant lists that can be said in two ways in one: as literals, dates by their list type."""
    if isinstance(node, dict):
        constant, list_type = node.get("$constant"), node.get("$type")
        if isinstance(constant, list) and constant and _literals_say(constant, list_type):
            return constant
        return {key: _one_form(member) for key, member in node.items()}
    if isinstance(node, list):
        types = {
            item.get("$type") if isinstance(item, dict) and "$constant" in item else None for item in node
        }
        shared = types.pop() if len(types) == 1 else None
        if isinstance(shared, str) and not shared.startswith("list"):
            return {"$constant": [item["$constant"] for item in node], "$type": list_type_of(shared)}
        return [_one_form(item) for item in node]
    return node


def _literals_say(constants: list[Any], list_type: Any) -> bool:
    return None not in constants and {list_type_of(scalar_type_of(item)) for item in constants} == {list_type}


def map_texts(kind: str, document: Document, change: Callable[[Path, str], str]) -> Document:
    """Return `document` with every text in which references count passed through ``change(path, text)``.

    Those are URLs, authentication, header and query values and payload constants; never keys, labels, type
    names or descriptions.
    """
    return {
        key: _mapped((key,), value, change) if key in _TEXTS_OF_KIND[kind] else value
        for key, value in document.items()
    }


def _mapped(path: Path, value: Any, change: Callable[[Path, str], str]) -> Any:
    if isinstance(value, str):
        return change(path, value)
    if isinstance(value, dict):
        return {
            key: member if _is_mark(path, key) else _mapped((*path, key), member, change)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [_mapped((*path, index), item, change) for index, item in enumerate(value)]
    return value


def _is_mark(path: Path, key: str) -> bool:
    """Tell whether a key belongs to a hole, whose label and type are no texts; elsewhere it may be a name."""
    names_are_free = path[0] == "authentication" or path in (("endpoint", "headers"), ("endpoint", "query"))
    return key in _MARKS and not names_are_free


def texts(kind: str, document: Document) -> Iterator[tuple[Path, str]]:
    """Yield every text of `document` in which references count, with its path."""
    found: list[tuple[Path, str]] = []

    def note(path: Path, text: str) -> str:
        found.append((path, text))
        return text

    map_texts(kind, document, note)
    return iter(found)


def references(definition: Definition, most: int | None = None) -> tuple[tuple[Path, str], ...]:
    """Return those of :func:`texts` that hold ``${``, in the same order, without making a document.

    Where it is known how often ``${`` stands there at `most`, no request is searched once all were found.
    """
    found: list[tuple[Path, str]] = []
    for name in _TEXTS_OF_KIND[definition.kind]:
        if name == "request" and most is not None and _count(found) >= most:
            break
        value = definition.__dict__[_FIELDS.get(name, name)]
        if type(value) is str:
            if "${" in value:
                found.append(((name,), value))
        elif value is not None:
            _gather((name,), value, found)
    return tuple(found)


def part_references(path: Path, part: Model) -> tuple[tuple[Path, str], ...]:
    """Do the same for the part of a definition that stands at `path`."""
    found: list[tuple[Path, str]] = []
    _gather(path, part, found)
    return tuple(found)


def _count(found: Iterable[tuple[Path, str]]) -> int:
    count = 0
    for _, text in found:
        count += text.count("${")
    return count


def _gather(path: Path, value: Any, found: list[tuple[Path, str]]) -> None:
    members: Iterable[tuple[str | int, Any]]
    if type(value) in _ROOTS:
        value = value.root
    model: type[BaseModel] = type(value)
    if type(value) is dict:
        members = value.items()
    elif type(value) is list:
        members = enumerate(value)
    else:
        fields = value.__dict__
        members = [(spelled, fields[name]) for name, spelled, _ in _shape_of(model) if spelled not in _MARKS]
    for part, member in members:
        form = type(member)
        if form is str:
            if "${" in member:
                found.append(((*path, part), member))
        elif form not in _WITHOUT_TEXT:
            _gather((*path, part), member, found)


def with_texts(definition: Definition, changes: Mapping[Path, str]) -> Definition:
    """Return the definition with other texts at some paths of :func:`references`; they must not be empty.

    Nothing is read again: what stands there is text as before, and no text that refers to a value is bound to
    a form, except that some can't be empty.
    """
    changed: Definition = _replaced(definition, list(changes.items()))
    return changed


def part_with_texts(part: Part, changes: Mapping[Path, str]) -> Part:
    """Do the same for a part of a definition."""
    changed: Part = _replaced(part, list(changes.items())) if changes else part
    return changed


def _replaced(value: Any, changes: list[tuple[Path, str]]) -> Any:
    if not changes[0][0]:
        return changes[0][1]
    if isinstance(value, RootModel):
        return value.model_copy(update={"root": _replaced(value.root, changes)})
    inside: dict[str | int, list[tuple[Path, str]]] = {}
    for path, text in changes:
        inside.setdefault(path[0], []).append((path[1:], text))
    if isinstance(value, Model):
        members = {
            name: _replaced(getattr(value, name), inside[spelled])
            for name, spelled, _ in _shape_of(type(value))
            if spelled in inside
        }
        return value.model_copy(update=members)
    copy = value.copy()
    for part, inner in inside.items():
        copy[part] = _replaced(value[part], inner)
    return copy


def fill_document(kind: str, document: Document, values: Mapping[str, str]) -> Document:
    """Return `document` with a target's values filled in; secrets stay references."""
    return map_texts(kind, document, lambda _, text: fill_values(text, values))
