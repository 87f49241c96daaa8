"""Request and response payloads (AJO23x)."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.diagnostics import Severity
from toolkit.core.mends import Drop
from toolkit.core.pointer import Path
from toolkit.model.custom_action import CustomAction
from toolkit.model.kinds import Definition
from toolkit.model.payload import (
    SCALAR_LIST_TYPES,
    FixedList,
    Hole,
    ListHole,
    TypedList,
    TypedScalar,
    fits_type,
    item_type,
)
from toolkit.rules import pages
from toolkit.rules.examples import REMOVED, Example
from toolkit.rules.places import constants, field_names, labels, request_nodes
from toolkit.rules.reading import has_reference
from toolkit.rules.rule import ACTIONS, CUSTOM, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.wording import quoted

EXACT_UP_TO = 2**53
RESERVED = ("errorResponse", "jo_status_code")


def _body_with_get(definition: Definition) -> Iterator[Remark]:
    if isinstance(definition, CustomAction) and definition.endpoint.method == "GET" and definition.request:
        yield Remark(("request",), "the method is GET, which sends no payload")


def _field_names(definition: Definition) -> Iterator[Remark]:
    for path, name in field_names(definition):
        if "." in name:
            yield Remark(path, f"the field name {quoted(name)} holds a dot")


def _nulls(definition: Definition) -> Iterator[Remark]:
    allowed = isinstance(definition, CustomAction) and definition.allow_null_values
    fix = (
        "" if isinstance(definition, CustomAction) else "Leave the field out; Campaign actions send no nulls."
    )
    if not allowed:
        for node in constants(definition):
            if node.value is None:
                yield Remark(node.path, "the constant is null, which is not allowed here", fix)


def _nulls_in_lists(definition: Definition) -> Iterator[Remark]:
    if not (isinstance(definition, CustomAction) and definition.allow_null_values):
        return
    for node in request_nodes(definition):
        items = node.value.root if isinstance(node.value, FixedList) else ()
        where = node.path
        if isinstance(node.value, TypedList):
            items, where = node.value.constant, (*node.path, "$constant")
        for index, item in enumerate(items):
            if item is None:
                path = (*where, index)
                # An array of nulls alone is sent empty, which is written in another way.
                mend = (Drop(path),) if any(other is not None for other in items) else ()
                yield Remark(path, "the null in this array is not sent", mend=mend)


def _typed_constants(definition: Definition) -> Iterator[Remark]:
    for node in request_nodes(definition):
        form = type(node.value)
        if form is TypedScalar:
            yield from _unfit((*node.path, "$constant"), node.value.constant, node.value.type)
        elif form is TypedList:
            for index, item in enumerate(node.value.constant):
                if item is not None:
                    yield from _unfit((*node.path, "$constant", index), item, item_type(node.value.type))


def _unfit(path: Path, value: object, type_name: str) -> Iterator[Remark]:
    if isinstance(value, str) and type_name.startswith("date") and has_reference(value):
        return
    if not fits_type(value, type_name):  # type: ignore[arg-type]  # the model lets only JSON scalars through
        shown = quoted(value) if isinstance(value, str) else "the constant"
        yield Remark(path, f"{shown} is not of the type {type_name}", _FORMS[type_name])


_FORMS = {
    "dateOnly": "Write a date of the calendar as 2026-01-31.",
    "dateTimeOnly": "Write date and time without a zone, as 2026-01-31T12:00:00.",
    "dateTime": "Write date and time with their zone, as 2026-01-31T12:00:00Z.",
    "decimal": "Write the number with a dot, as 2.0.",
    "integer": "Write the number without dot and exponent.",
    "boolean": "Write true or false, without quotes.",
    "string": "Put the value in quotes.",
}


def _large_integers(definition: Definition) -> Iterator[Remark]:
    for node in constants(definition):
        if isinstance(node.value, int) and abs(node.value) > EXACT_UP_TO:
            yield Remark(node.path, "the integer is beyond 2^53")


def _lists_in_items(definition: Definition) -> Iterator[Remark]:
    for node in request_nodes(definition):
        if (
            node.list_path is not None
            and isinstance(node.value, Hole)
            and node.value.type in SCALAR_LIST_TYPES
        ):
            yield Remark(
                node.path, f"{quoted(node.value.variable)} is a list inside the items of a variable list"
            )


def _lists_in_arrays(definition: Definition) -> Iterator[Remark]:
    for node in request_nodes(definition):
        form = type(node.value)
        varies = form is ListHole or (form is Hole and node.value.type in SCALAR_LIST_TYPES)
        if varies and any(isinstance(part, int) for part in node.path):
            yield Remark(node.path, f"{quoted(node.value.variable)} is a variable list inside an array")


def _reserved_answers(definition: Definition) -> Iterator[Remark]:
    fields = definition.response.root if isinstance(definition, CustomAction) and definition.response else {}
    for name in RESERVED:
        if name in fields:
            yield Remark(("response", name), f"the platform itself gives every answer a {name}")


def _repeated_labels(definition: Definition) -> Iterator[Remark]:
    seen: set[tuple[Path, str]] = set()
    for path, label, group in labels(definition):
        key = (group, label.strip().casefold())
        if key in seen:
            yield Remark(path, f"the label {quoted(label)} stands there a second time")
        seen.add(key)


RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO230",
        severity=Severity.ERROR,
        summary="A GET action has no request payload.",
        why="The platform takes a request payload with POST and PUT only.",
        fix='Send the values as "query", or use POST.',
        page=pages.CUSTOM_ACTION,
        kinds=CUSTOM,
        check=_body_with_get,
        needs=frozenset({Trait.REQUEST_WITH_GET}),
        wrong=Example("action", {"/endpoint/method": "GET"}),
        right=Example("action", {"/endpoint/method": "GET", "/request": REMOVED}),
    ),
    Rule(
        id="AJO231",
        severity=Severity.ERROR,
        summary="A payload's field names hold no dot.",
        why="The platform refuses a dot in field names, of requests and of answers alike, since it separates "
        "fields in expressions.",
        fix="Use another name if the service takes one; leave the field of an answer out.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_field_names,
        needs=frozenset({Trait.DOTTED_NAME}),
        wrong=Example("action", {"/request/member.tier": "gold"}),
        right=Example("action", {"/request/member_tier": "gold"}),
    ),
    Rule(
        id="AJO232",
        severity=Severity.ERROR,
        summary="A null constant needs allowNullValues.",
        why="Nulls are kept in the call only if the action allows null values.",
        fix='Set "allowNullValues": true, or leave the field out.',
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_nulls,
        needs=frozenset({Trait.NULL}),
        wrong=Example("action", {"/request/sender": None}),
        right=Example("action", {"/request/sender": None, "/allowNullValues": True}),
    ),
    Rule(
        id="AJO233",
        severity=Severity.WARNING,
        summary="Nulls inside arrays are not sent.",
        why="The platform sends [1, null, 2, 3] as [1, 2, 3], even where null values are allowed.",
        fix="Remove the null.",
        page=pages.CUSTOM_ACTION,
        kinds=CUSTOM,
        check=_nulls_in_lists,
        needs=frozenset({Trait.NULL}),
        wrong=Example("action", {"/request/tags": ["a", None], "/allowNullValues": True}),
        right=Example("action", {"/request/tags": ["a", "b"], "/allowNullValues": True}),
    ),
    Rule(
        id="AJO234",
        severity=Severity.ERROR,
        summary="A typed constant is a value of its type.",
        why="The platform passes a constant on as the type says; a date of another form is no date.",
        fix="Write the value as its type is written, or change the type.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_typed_constants,
        needs=frozenset({Trait.TYPED_CONSTANT}),
        wrong=Example("action", {"/request/start": {"$constant": "2026-02-30", "$type": "dateOnly"}}),
        right=Example("action", {"/request/start": {"$constant": "2026-02-28", "$type": "dateOnly"}}),
    ),
    Rule(
        id="AJO235",
        severity=Severity.WARNING,
        summary="An integer lies within 2^53.",
        why="Beyond 9,007,199,254,740,992 many readers of JSON take the nearest number they know (RFC 8259, "
        "section 6).",
        fix="Send it as a text if the service takes one.",
        page=pages.OURS,
        kinds=ACTIONS,
        check=_large_integers,
        needs=frozenset({Trait.LARGE_INTEGER}),
        wrong=Example("action", {"/request/serial": 9007199254740993}),
        right=Example("action", {"/request/serial": "9007199254740993"}),
    ),
    Rule(
        id="AJO236",
        severity=Severity.WARNING,
        summary="The items of a variable list hold no variable lists.",
        why="The page shows a list of texts inside a variable list of objects, and says further down that "
        "only lists at the bottom can be variable and that inner ones have a fixed number of items.",
        fix="Send the values as one text, or as fields of their own.",
        page=pages.COLLECTIONS,
        kinds=ACTIONS,
        check=_lists_in_items,
        needs=frozenset({Trait.INNER_LIST}),
        wrong=Example(
            "action",
            {
                "/request/products": {
                    "$variable": "Products",
                    "$items": {"colours": {"$variable": "Colours", "$type": "listString"}},
                }
            },
        ),
        right=Example(
            "action",
            {"/request/products": {"$variable": "Products", "$items": {"colour": {"$variable": "Colour"}}}},
        ),
    ),
    Rule(
        id="AJO237",
        severity=Severity.WARNING,
        summary="Labels shown together differ.",
        why="A label is all that tells a marketer in the journey which value goes where. Headers, query, "
        "request and the items of each list are shown in groups of their own.",
        fix="Say in the label what tells the two apart.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_repeated_labels,
        needs=frozenset({Trait.REPEATED_LABEL}),
        wrong=Example("action", {"/request/sender": {"$variable": "Member ID"}}),
        right=Example("action", {"/request/sender": {"$variable": "Sender id"}}),
    ),
    Rule(
        id="AJO238",
        severity=Severity.WARNING,
        summary="An array holds no variable lists.",
        why="Arrays inside arrays have a fixed number of items in a request; only lists that stand in no "
        "array can vary. Whether the objects of a fixed array count is not said, so this is a warning.",
        fix="Write the inner list with its items, or send it beside the array.",
        page=pages.COLLECTIONS,
        kinds=ACTIONS,
        check=_lists_in_arrays,
        needs=frozenset({Trait.INNER_LIST}),
        wrong=Example(
            "action", {"/request/shops": [{"cities": {"$variable": "Cities", "$type": "listString"}}]}
        ),
        right=Example("action", {"/request/shops": [{"cities": [{"$variable": "City"}, "London"]}]}),
    ),
    Rule(
        id="AJO239",
        severity=Severity.WARNING,
        summary="An answer's fields are not called as the platform calls its own.",
        why="Beside the fields of the answer, journeys read jo_status_code and, after a failure, "
        "errorResponse. Which one a journey sees if the answer has such a field too is not documented.",
        fix="Leave the field out of the response.",
        page=pages.RESPONSES,
        kinds=CUSTOM,
        check=_reserved_answers,
        needs=frozenset({Trait.RESERVED_NAME}),
        wrong=Example("action", {"/response": {"jo_status_code": "string"}}),
        right=Example("action", {"/response": {"status_code": "string"}}),
    ),
)
