"""What editors are told about payloads: what types mean, the common shapes, which branch to judge by."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import JsonSchemaValue

from toolkit.model.hints import Asked, has, hints, is_a, snippet

PAGE = "action/about-custom-action-configuration.md"
COLLECTIONS_PAGE = "building-journeys/collections.md"

DATE_WORDS = {
    "dateTime": "Date and time with a time zone, such as 2026-01-31T09:30:00Z.",
    "dateTimeOnly": "Date and time without a time zone, such as 2026-01-31T09:30:00.",
    "dateOnly": "A date, such as 2026-01-31.",
}
SCALAR_WORDS = {
    "string": "A text.",
    "integer": "A whole number, such as 12.",
    "decimal": "A number with a fraction, such as 12.5.",
    "boolean": "true or false.",
    **DATE_WORDS,
}
LIST_WORDS = {
    "listString": "A list of texts.",
    "listInteger": "A list of whole numbers.",
    "listDecimal": "A list of numbers with a fraction.",
    "listBoolean": "A list of true and false.",
    "listDateTime": "A list of dates and times with a time zone.",
    "listDateTimeOnly": "A list of dates and times without a time zone.",
    "listDateOnly": "A list of dates.",
}
TYPE_WORDS = {**SCALAR_WORDS, **LIST_WORDS}

LABEL = "What the marketer reads in the journey, where the value goes."
ITEMS = "The fields of one item: variables, or objects of variables."
_MARKS: dict[str, dict[str, Any]] = {
    "$variable": {"description": LABEL, "type": "string"},
    "$constant": {
        "description": "A date, or a list whose type its items can't say; `$type` says it.",
        "type": ["string", "array"],
    },
    "$items": {"description": ITEMS, "type": "object"},
}
"""What begins a hole, offered where none has begun."""

HOLE = snippet("variable", "A value that the marketer fills in.", {"$variable": "«1:Label»"})
OPTIONAL_HOLE = snippet(
    "optional variable", "A value that may stay unfilled.", {"$variable": "«1:Label»", "$optional": True}
)
_TYPED_HOLE = snippet(
    "variable with a type", "A number, a date, a list …", {"$variable": "«1:Label»", "$type": "«2:integer»"}
)
_LIST_HOLE = snippet(
    "list of objects that varies",
    "The marketer maps it to a collection.",
    {"$variable": "«1:Label»", "$items": {"«2:field»": {"$variable": "«3:Label of the field»"}}},
)
_DATE = snippet(
    "constant date", "The same date in every request.", {"$constant": "«1:2026-01-31»", "$type": "dateOnly"}
)
OBJECT = snippet("object", "Fields inside a field.", {"«1:field»": {"$variable": "«2:Label»"}})

# Objects whose every key begins with anything but $, and those without any name yet.
_UNMARKED: dict[str, Any] = {"type": "object", "propertyNames": {"not": {"pattern": "^\\$"}}}
_UNNAMED: dict[str, Any] = {"type": "object", "propertyNames": {"maxLength": 0}}


def _name_one(*offered: str) -> tuple[JsonSchemaValue, JsonSchemaValue]:
    """Refuse an object without any field, and offer the marks of holes where its first one goes."""
    marks = {name: _MARKS[name] for name in offered}
    return _UNNAMED, {"minProperties": 1, "propertyNames": {"minLength": 1}, "properties": marks}


NODE = Asked(
    conditions=(
        {"type": ["string", "number", "boolean", "null"]},
        is_a("array"),
        _UNMARKED,
        has("$items"),
        {**has("$constant"), "properties": {"$constant": {**is_a("array"), "doNotSuggest": True}}},
        has("$constant"),
    ),
    first=(_name_one("$variable", "$constant"),),
    beside={
        "title": "Value of a field",
        "description": "A constant as it is sent, a variable, an object or a list.",
        **hints(
            page=PAGE,
            snippets=[HOLE, OPTIONAL_HOLE, _TYPED_HOLE, _LIST_HOLE, OBJECT, _DATE],
        ),
    },
    beside_last={"properties": {"$items": _MARKS["$items"]}},
)
"""In a request: constant, list, object, list of objects that varies, constant list, constant date, hole."""

ITEM_NODE = Asked(
    conditions=(_UNMARKED,),
    first=(_name_one("$variable"),),
    beside={
        "title": "Field of an item",
        "description": "A variable, or an object of variables: nothing in a list that varies is constant.",
        **hints(page=COLLECTIONS_PAGE, snippets=[HOLE, OPTIONAL_HOLE, _TYPED_HOLE, OBJECT]),
    },
)

PARAMETER = Asked(
    conditions=(is_a("object"),),
    beside={
        "title": "Value of a header or parameter",
        "description": "A text, in which `${name}` is a value of the target and `${secret:path}` a secret; "
        "or a variable.",
        **hints(page=PAGE, snippets=[snippet("text", "A constant.", "«1»"), HOLE, OPTIONAL_HOLE]),
    },
)

RESPONSE_OBJECT = snippet("object", "Fields and their types.", {"«1:field»": "«2:string»"})

RESPONSE_NODE = Asked(
    conditions=(is_a("object"), is_a("array")),
    beside={
        "title": "What comes back",
        "description": "The name of a type, an object of fields, or a list shown by one item.",
        **hints(
            page="action/action-response.md",
            snippets=[
                *(snippet(name, meaning, name) for name, meaning in TYPE_WORDS.items()),
                RESPONSE_OBJECT,
                snippet("list of objects", "Shown by one item.", [{"«1:field»": "«2:string»"}]),
            ],
        ),
    },
)
