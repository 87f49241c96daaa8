"""Payloads from schemas: a request with a variable per field, a response with a type at each leaf."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from toolkit.app.new.draft import Draft
from toolkit.app.new.openapi_schema import Plain, Schemas, fits, hint
from toolkit.app.new.openapi_spec import Description
from toolkit.core.canonical import MAX_DEPTH, DecimalLiteral
from toolkit.core.pointer import Path
from toolkit.model.doubts import BAD_KEY, DOTTED_KEY, Doubt
from toolkit.model.inference import constant_of, is_usable_key
from toolkit.model.labels import label_of
from toolkit.model.payload import list_type_of
from toolkit.model.text import escape_text

Known = frozenset[str]

_DEEPEST = MAX_DEPTH - 10
"""Names of a path; the rest is for what a definition puts around them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a schema stands: its path, the references followed to it, whether it may be left out."""

    path: Path
    followed: Known = frozenset()
    optional: bool = False
    in_list: bool = False

    def below(self, part: str | int, plain: Plain, *, optional: bool = False, in_list: bool = False) -> Place:
        """Return the place of a part; what is below something optional or varying is so too."""
        return Place((*self.path, part), plain.references, self.optional or optional, self.in_list or in_list)


def request_of(description: Description, schema: Any, draft: Draft) -> dict[str, Any] | None:
    """Return the request that a schema describes; None when it describes no object with usable fields.

    Raises :class:`AjoError` AJO812.
    """
    return _Request(_schemas(description, draft), draft).root(schema, "request")


def response_of(description: Description, schema: Any, draft: Draft, field: str) -> dict[str, Any] | None:
    """Return what a schema says of an answer; None when it describes no object with usable fields."""
    return _Response(_schemas(description, draft), draft).root(schema, field)


def _schemas(description: Description, draft: Draft) -> Schemas:
    return Schemas(description, lambda path, text: draft.doubts.append(Doubt(path, text)))


@dataclass(slots=True)
class _Reader(ABC):
    schemas: Schemas
    draft: Draft

    def doubt(self, place: Place, text: str) -> None:
        self.draft.doubts.append(Doubt(place.path, text))

    def root(self, schema: Any, field: str) -> dict[str, Any] | None:
        place = Place((field,))
        plain = self.schemas.plain(schema, place.path, place.followed)
        if plain is None or plain.kind != "object":
            kind = plain.kind if plain else "schema that holds itself"
            self.doubt(place, f"a payload is an object, and the description has: {kind}; left out")
            return None
        return self.object(plain, place)

    def object(self, plain: Plain, place: Place) -> dict[str, Any] | None:
        """Return the fields of an object; None when none can be written."""
        if len(place.path) > _DEEPEST:
            self.doubt(place, "nested too deeply; left out")
            return None
        fields: dict[str, Any] = {}
        for name, schema in plain.members.items():
            inner = place.below(name, plain, optional=name not in plain.required)
            if not self.takes(name, inner):
                continue
            member = self.schemas.plain(schema, inner.path, inner.followed)
            node = self.node(member, inner) if member is not None else None
            if node is not None:
                fields[name] = node
        if not fields:
            free = plain.words.get("additionalProperties") not in (None, False) or not plain.members
            reason = "an object with free field names" if free else "an object without usable fields"
            self.doubt(place, f"{reason} can't be written; left out")
        return fields or None

    def takes(self, name: str, place: Place) -> bool:
        if not is_usable_key(name):
            self.doubt(place, BAD_KEY)
        return is_usable_key(name)

    @abstractmethod
    def node(self, plain: Plain, place: Place) -> Any:
        """Return what a schema is in a definition; None when it can't be written, which is told."""

    def item(self, plain: Plain, place: Place) -> Plain | None:
        """Return the schema of a list's items; None (told) for lists of lists and unknown items."""
        if "items" not in plain.words or isinstance(plain.words["items"], (bool, list)):
            self.doubt(place, "a list whose items are not described can't be written; left out")
            return None
        item = self.schemas.plain(plain.words["items"], (*place.path, 0), plain.references)
        if item is not None and item.kind == "array":
            self.doubt(place, "lists inside a list can't be written from a description; left out")
            return None
        return item

    def told_type(self, plain: Plain, place: Place) -> str:
        if plain.kind == "any":
            self.doubt(place, "the description names no type; string was taken")
        if plain.words.get("format") in ("binary", "byte"):
            self.doubt(place, "binary data as text; check what the service takes")
        return plain.type


@dataclass(slots=True)
class _Response(_Reader):
    def takes(self, name: str, place: Place) -> bool:
        if "." in name:
            self.doubt(place, DOTTED_KEY)
            return False
        return _Reader.takes(self, name, place)

    def node(self, plain: Plain, place: Place) -> Any:
        if plain.words.get("writeOnly") is True:
            self.doubt(place, "the description says that it is never answered; left out")
            return None
        if plain.kind == "object":
            return self.object(plain, place)
        if plain.kind != "array":
            return self.told_type(plain, place)
        item = self.item(plain, place)
        if item is None:
            return None
        inner = place.below(0, item)
        if item.kind != "object":
            return list_type_of(self.told_type(item, inner))
        fields = self.object(item, inner)
        return [fields] if fields else None


@dataclass(slots=True)
class _Request(_Reader):
    def node(self, plain: Plain, place: Place) -> Any:
        if plain.words.get("readOnly") is True:
            self.doubt(place, "the description says that it is never sent; left out")
            return None
        if plain.nullable:
            self.doubt(
                place, 'may be null: with "allowNullValues": true an unfilled optional field is sent so'
            )
        if plain.kind == "object":
            return self.object(plain, place)
        if plain.kind == "array":
            return self._list(plain, place)
        constant = self._constant(plain, place)
        return self._hole(plain, place, self.told_type(plain, place)) if constant is None else constant

    def _constant(self, plain: Plain, place: Place) -> Any:
        """Return the one value that is allowed; None where there are others, or where it can't stand."""
        if not plain.constant or not fits(plain.constant[0], plain):
            return None
        if place.in_list:
            self.doubt(place, "a constant can't stand in a list that varies; a variable was taken")
            return None
        if place.optional:
            self.doubt(place, "the only value allowed is always sent, though the field may be left out")
        return _as_constant(plain.constant[0], plain)

    def _hole(self, plain: Plain, place: Place, type_name: str) -> dict[str, Any]:
        name = next(str(part) for part in reversed(place.path) if isinstance(part, str))
        mark = {"$optional": True} if place.optional else {}
        return {"$variable": label_of(name) + hint(plain), "$type": type_name, **mark}

    def _list(self, plain: Plain, place: Place) -> Any:
        item = self.item(plain, place)
        if item is None:
            return None
        if item.kind != "object":
            inner = place.below(0, item)
            return self._hole(item, place, list_type_of(self.told_type(item, inner)))
        if place.in_list:
            self.doubt(place, "a list of objects inside a list that varies can't be sent; left out")
            return None
        fields = self.object(item, Place((*place.path, 0), item.references, in_list=True))
        if fields is None:
            return None
        hole = self._hole(plain, place, "")
        del hole["$type"]
        return {**hole, "$items": fields}


def _as_constant(value: Any, plain: Plain) -> Any:
    if plain.type == "decimal" and isinstance(value, int):
        return DecimalLiteral(f"{value}.0")
    if plain.type == "string":
        return escape_text(str(value))
    return constant_of(value)
