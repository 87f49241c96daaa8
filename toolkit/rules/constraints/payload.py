"""Constraints of request and response payloads."""

from __future__ import annotations

from typing import Final

from toolkit.rules import pages
from toolkit.rules.constraints.row import Constraint, action, sends
from toolkit.rules.examples import Example

_ITEM = {"name": {"$variable": "Name"}}
_LIST = {"$variable": "Cities", "$type": "listString"}

CONSTRAINTS: Final = (
    Constraint("A request payload is for POST and PUT only.", pages.CUSTOM_ACTION, ("AJO230",)),
    Constraint(
        "Payloads are JSON, an object at their root.",
        pages.CUSTOM_ACTION,
        ("AJO105",),
        tuple(action({f"/{part}": ["a"]}) for part in ("request", "response", "failureResponse")),
        elsewhere="What is no JSON at all: reading the file, AJO002.",
    ),
    Constraint(
        "Field names hold no dot, in requests and answers.",
        pages.CUSTOM_ACTION,
        ("AJO231",),
        (
            action({"/request/a.b": 1}),
            action({"/response": {"a.b": "string"}}),
            action({"/failureResponse": {"a.b": "string"}}),
        ),
    ),
    Constraint(
        "Field names do not begin with $.",
        pages.CUSTOM_ACTION,
        ("AJO104", "AJO105", "AJO107", "AJO103"),
        (
            action({"/request": {"$a": 1}}),
            sends({"$a": 1}),
            action({"/response": {"$a": "string"}}),
            sends({"$variable": "A", "$a": 1}),
        ),
    ),
    Constraint(
        "A parameter is of one of the types: string, integer, decimal, boolean, dateTime, dateTimeOnly, "
        "dateOnly.",
        pages.CUSTOM_ACTION,
        ("AJO106",),
        (
            sends({"$variable": "A", "$type": "date"}),
            sends({"$variable": "A", "$type": "number"}),
            action({"/response": {"a": "text"}}),
        ),
    ),
    Constraint(
        "A list is of one of the types: listString, listInteger, listDecimal, listBoolean, listDateTime, "
        "listDateTimeOnly, listDateOnly, listObject; a list of objects shows one of them.",
        pages.COLLECTIONS,
        ("AJO106", "AJO105", "AJO107"),
        (
            sends({"$variable": "A", "$type": "listAny"}),
            sends({"$variable": "A", "$type": "listObject"}),
            sends({"$constant": [], "$type": "listNumber"}),
            action({"/response": {"a": "listObject"}}),
            sends({"$variable": "A", "$items": [_ITEM]}),
            sends({"$variable": "A", "$items": {}}),
        ),
    ),
    Constraint(
        "Values keep to the type of their parameter.",
        pages.COLLECTIONS,
        ("AJO234", "AJO106"),
        (
            sends({"$constant": "31.12.2026", "$type": "dateOnly"}),
            sends({"$constant": "2026-01-31T12:00:00", "$type": "dateTime"}),
            sends({"$constant": "2026-01-31T12:00:00Z", "$type": "dateTimeOnly"}),
            sends({"$constant": [1, "2"], "$type": "listInteger"}),
            sends({"$constant": "1", "$type": "integer"}),
        ),
        elsewhere="Values that a journey gives: an exercise, AJO701.",
    ),
    Constraint(
        "An array has at least one item, or says its type.",
        pages.COLLECTIONS,
        ("AJO107",),
        (sends([]), sends({})),
    ),
    Constraint(
        "A variable list makes all fields of its items variable.",
        pages.COLLECTIONS,
        ("AJO105",),
        (sends({"$variable": "A", "$items": {"name": "constant"}}),),
    ),
    Constraint(
        "Inside a variable list of objects no other list varies.",
        pages.COLLECTIONS,
        ("AJO105", "AJO236", "AJO104"),
        (
            sends({"$variable": "A", "$items": {"b": [_ITEM]}}),
            sends({"$variable": "A", "$items": {"b": _LIST}}),
            sends({"$variable": "A", "$items": {"b": {"$items": _ITEM}}}),
        ),
    ),
    Constraint(
        "Nested arrays of a request have a fixed number of items.",
        pages.COLLECTIONS,
        ("AJO238",),
        (sends([{"cities": _LIST}]), sends([_LIST]), sends([{"shops": {"$variable": "A", "$items": _ITEM}}])),
    ),
    Constraint(
        "Arrays of several types, and arrays of arrays, are listAny: single items are mapped, never the "
        "array.",
        pages.COLLECTIONS,
        ("AJO106", "AJO105"),
        (sends({"$variable": "A", "$type": "listAny"}), sends({"$constant": [["a"]], "$type": "listString"})),
    ),
    Constraint(
        "Arrays of several types are not supported in answers.",
        pages.RESPONSES,
        ("AJO107", "AJO106"),
        (
            action({"/response": {"a": ["string", "integer"]}}),
            action({"/response": {"a": [{"b": "string"}, {"b": "integer"}]}}),
            action({"/response": {"a": "listAny"}}),
        ),
    ),
    Constraint(
        "A null needs the option that allows null values; Campaign actions have none.",
        pages.CUSTOM_ACTION,
        ("AJO232", "AJO103"),
        (
            sends(None),
            Example("campaign", {"/request/a": None}),
            Example("campaign", {"/allowNullValues": True}),
        ),
    ),
    Constraint(
        "Nulls inside arrays are not sent, even where they are allowed.", pages.CUSTOM_ACTION, ("AJO233",)
    ),
    Constraint(
        "A list that is null is sent empty; an optional field that stays unfilled is left out, or null.",
        pages.CUSTOM_ACTION,
        elsewhere="An exercise shows the body as it would be sent.",
    ),
    Constraint("The option to allow nulls is one of the request.", pages.CUSTOM_ACTION, ("AJO295",)),
    Constraint(
        "Optional is a variable, never a constant.",
        pages.CUSTOM_ACTION,
        ("AJO103", "AJO104"),
        (
            sends({"$constant": "2026-01-01", "$type": "dateOnly", "$optional": True}),
            sends({"$optional": True}),
        ),
    ),
    Constraint(
        "A failure response obeys the rules of the response.",
        pages.CUSTOM_ACTION,
        ("AJO106", "AJO107"),
        (action({"/failureResponse": {"a": "text"}}), action({"/failureResponse": {}})),
    ),
    Constraint(
        "Journeys read jo_status_code and errorResponse beside the fields of an answer.",
        pages.RESPONSES,
        ("AJO239",),
    ),
    Constraint(
        "Fields of an answer that hold other than letters, digits, _ and - are quoted in expressions.",
        pages.FIELD_REFERENCES,
        elsewhere="People who write the journey: all such names can be quoted.",
    ),
    Constraint(
        "An action without request sends no body.",
        pages.CUSTOM_ACTION,
        elsewhere="Allowed: `request` may be left out; an exercise shows it.",
    ),
    Constraint(
        "A test request checks the structure of a payload, not the types in it.",
        pages.TEST_REQUEST,
        elsewhere="An exercise checks both, AJO701.",
    ),
    Constraint(
        "Numbers arrive as they were written.",
        pages.COLLECTIONS,
        ("AJO235",),
        (sends(2**53 + 1), sends(-(2**60))),
    ),
)
"""Each documented constraint of this subject."""
