"""Typed payload trees: what a request sends, with holes for a marketer's values, and what a response says.

Types and their rules: *Configure a custom action*
(``help/using/action/about-custom-action-configuration.md``) and *Pass collections*
(``help/using/building-journeys/collections.md``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from toolkit.core.canonical import DecimalLiteral, JsonScalar
from toolkit.model.base import (
    UNMARKED_NAMES,
    Model,
    PayloadFieldName,
    Root,
    ValueText,
    branch,
    check_value_text,
    chosen_by,
    mark,
)
from toolkit.model.hints import hints
from toolkit.model.payload_hints import (
    COLLECTIONS_PAGE,
    DATE_WORDS,
    ITEM_NODE,
    ITEMS,
    LABEL,
    LIST_WORDS,
    NODE,
    PAGE,
    RESPONSE_NODE,
    TYPE_WORDS,
)

ScalarType = Literal["string", "integer", "decimal", "boolean", "dateTime", "dateTimeOnly", "dateOnly"]
DateType = Literal["dateTime", "dateTimeOnly", "dateOnly"]
ScalarListType = Literal[
    "listString",
    "listInteger",
    "listDecimal",
    "listBoolean",
    "listDateTime",
    "listDateTimeOnly",
    "listDateOnly",
]
LeafType = Literal[ScalarType, ScalarListType]

SCALAR_TYPES: tuple[str, ...] = get_args(ScalarType)
SCALAR_LIST_TYPES: tuple[str, ...] = get_args(ScalarListType)

_SCALAR_SCHEMA = {"type": ["string", "number", "boolean", "null"]}
_DATE_FORMS = {
    "dateOnly": re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII),
    "dateTimeOnly": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?\Z", re.ASCII),
    "dateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)\Z", re.ASCII),
}

Label = Annotated[str, Field(min_length=1, description=LABEL, examples=["First name"])]
Optional = Annotated[
    bool,
    Field(
        description="May stay unfilled: then left out, or sent as null where `allowNullValues` is set.",
        json_schema_extra=hints(page=PAGE),
    ),
]


def item_type(list_type: str) -> str:
    """Return the type of one item: ``listDateOnly`` holds ``dateOnly``."""
    name = list_type.removeprefix("list")
    return name[0].lower() + name[1:]


def list_type_of(scalar_type: str) -> str:
    """Return the list type of a scalar type: ``dateOnly`` becomes ``listDateOnly``."""
    return "list" + scalar_type[0].upper() + scalar_type[1:]


def scalar_type_of(value: JsonScalar) -> str:
    """Return the type read off a constant's literal; null counts as a string (PF-ACT-7)."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case DecimalLiteral():
            return "decimal"
        case _:
            return "string"


def fits_type(value: JsonScalar, type_name: str) -> bool:
    """Tell whether a constant is a value of a scalar type, dates by ISO 8601 and the calendar."""
    if type_name not in _DATE_FORMS:
        return value is not None and scalar_type_of(value) == type_name
    if not isinstance(value, str) or not _DATE_FORMS[type_name].match(value):
        return False
    try:
        (date if type_name == "dateOnly" else datetime).fromisoformat(value)
    except ValueError:
        return False
    return True


def _scalar(value: Any) -> Any:
    if value is not None and not isinstance(value, (bool, int, DecimalLiteral, str)):
        raise PydanticCustomError("wrong_type", "a text, a number, true, false or null expected")
    return check_value_text(value) if isinstance(value, str) else value


class Hole(Model, title="Variable"):
    """A value that the marketer fills in the journey."""

    variable: Label = Field(alias="$variable")
    type: LeafType = Field(
        default="string",
        alias="$type",
        description="Type of the value; a list type for a list.",
        json_schema_extra=hints(page=PAGE, words=TYPE_WORDS),
    )
    optional: Optional = Field(default=False, alias="$optional")


class TextHole(Model, title="Variable text"):
    """A text that the marketer fills in the journey, for a header or a query parameter."""

    variable: Label = Field(alias="$variable")
    type: Literal["string"] = Field(
        default="string", alias="$type", description="Headers and parameters are texts."
    )
    optional: Optional = Field(default=False, alias="$optional")


class TypedScalar(Model, title="Constant date"):
    """A constant date, whose type the JSON literal can't say."""

    constant: ValueText = Field(
        alias="$constant", description="The date as ISO 8601 writes it.", examples=["2026-01-31"]
    )
    type: DateType = Field(
        alias="$type", description="Which kind of date it is.", json_schema_extra=hints(words=DATE_WORDS)
    )


class TypedList(Model, title="Constant list"):
    """A constant list, whose item type the JSON literals can't say: of dates, or empty."""

    constant: list[Annotated[Any, BeforeValidator(_scalar), WithJsonSchema(_SCALAR_SCHEMA)]] = Field(
        alias="$constant", description="The items as they are sent.", examples=[["2026-01-31"]]
    )
    type: ScalarListType = Field(
        alias="$type", description="Type of the list.", json_schema_extra=hints(words=LIST_WORDS)
    )


_CONSTANT, _LIST, _OBJECT, _VARIABLE = map(mark, ("constant", "list", "object", "variable"))
_VARIABLE_LIST, _CONSTANT_LIST, _CONSTANT_DATE = map(
    mark, ("variable list", "constant list", "constant date")
)


def _is_marked(value: dict[Any, Any]) -> bool:
    for key in value:  # noqa: SIM110  # asked of every object, and any() takes three times as long
        if isinstance(key, str) and key[:1] == "$":
            return True
    return False


def _shape_of_item(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return _VARIABLE if _is_marked(value) else _OBJECT


class ItemObject(Root[dict[PayloadFieldName, "ItemNode"]], title="Item of a list"):
    """The fields of one item of a list that varies: variables, or objects of variables."""

    root: dict[PayloadFieldName, ItemNode] = Field(min_length=1, json_schema_extra=UNMARKED_NAMES)


ItemNode = Annotated[
    Annotated[ItemObject, branch("object")] | Annotated[Hole, branch("variable")],
    chosen_by(_shape_of_item, 'a variable like {"$variable": "Label"}, or an object of variables'),
    ITEM_NODE,
]


class ListHole(Model, title="List that varies", json_schema_extra=hints(page=COLLECTIONS_PAGE)):
    """A list of objects that the marketer maps to a collection; every inner field is variable."""

    variable: Label = Field(alias="$variable")
    optional: Optional = Field(default=False, alias="$optional")
    items: ItemObject = Field(
        alias="$items", description=ITEMS, json_schema_extra=hints(page=COLLECTIONS_PAGE)
    )


def _shape_of_node(value: Any) -> str | None:
    if isinstance(value, list):
        return _LIST
    if not isinstance(value, dict):
        return _CONSTANT
    if not _is_marked(value):
        return _OBJECT
    if "$items" in value:
        return _VARIABLE_LIST
    if "$constant" in value:
        return _CONSTANT_LIST if isinstance(value["$constant"], list) else _CONSTANT_DATE
    return _VARIABLE


class PlainObject(Root[dict[PayloadFieldName, "RequestNode"]], title="Object"):
    """A JSON object that is sent with these fields."""

    root: dict[PayloadFieldName, RequestNode] = Field(min_length=1, json_schema_extra=UNMARKED_NAMES)


class FixedList(Root[list["RequestNode"]], title="List with a fixed number of items"):
    """A JSON array that is sent with exactly these items."""

    root: list[RequestNode] = Field(min_length=1)


RequestNode = Annotated[
    Annotated[Any, BeforeValidator(_scalar), WithJsonSchema(_SCALAR_SCHEMA), branch("constant")]
    | Annotated[FixedList, branch("list")]
    | Annotated[PlainObject, branch("object")]
    | Annotated[ListHole, branch("variable list")]
    | Annotated[TypedList, branch("constant list")]
    | Annotated[TypedScalar, branch("constant date")]
    | Annotated[Hole, branch("variable")],
    chosen_by(_shape_of_node, "a constant, a variable, an object or an array"),
    NODE,
]


_ResponseLeaf = Annotated[
    LeafType, Field(description="The type of what comes back.", json_schema_extra=hints(words=TYPE_WORDS))
]


_RESPONSES: Mapping[type[Any], str] = {str: mark("type"), dict: mark("object"), list: mark("list")}


def _shape_of_response(value: Any) -> str | None:
    return _RESPONSES.get(type(value))


class ResponseObject(Root[dict[PayloadFieldName, "ResponseNode"]], title="Object of the answer"):
    """A JSON object of the answer: its fields and their types."""

    root: dict[PayloadFieldName, ResponseNode] = Field(min_length=1, json_schema_extra=UNMARKED_NAMES)


class ResponseList(Root[list[ResponseObject]], title="List of objects of the answer"):
    """A list of objects in the answer, shown by one item."""

    root: list[ResponseObject] = Field(min_length=1, max_length=1)


ResponseNode = Annotated[
    Annotated[ResponseObject, branch("object")]
    | Annotated[ResponseList, branch("list")]
    | Annotated[_ResponseLeaf, branch("type")],
    chosen_by(_shape_of_response, "a type name, an object, or an array of one object"),
    RESPONSE_NODE,
]


def _fields_unmarked(payload: Any) -> Any:
    if isinstance(payload, dict) and _is_marked(payload):
        raise PydanticCustomError("wrong_type", "an object of named fields expected")
    return payload


RequestPayload = Annotated[PlainObject, BeforeValidator(_fields_unmarked)]
"""The body as it is sent; its root is an object."""

for _root in (ItemObject, PlainObject, FixedList, ResponseObject, ResponseList):
    _root.model_rebuild()
