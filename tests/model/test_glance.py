"""What a glance tells of a definition is what the models tell of it; whatever else it leaves to them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.definitions import damaged, definitions
from tests.rules.test_any_definition import documents, wild
from toolkit.core.canonical import DecimalLiteral, dump_json
from toolkit.model.glance import MOST_CHARACTERS, glance
from toolkit.model.outline import Outline, outline_of
from toolkit.rules.examples import BASES
from toolkit.workspace.load import read_definition

ACTION = BASES["action with a token"]


def said(outline: Outline) -> Any:
    """Return what an outline says, whatever the order in which it was gathered."""
    return (
        (outline.kind, outline.name, outline.schema, outline.url, outline.method),
        (dict(outline.headers), dict(outline.query), outline.authentication),
        (outline.has_request, outline.allows_null, list(outline.answer)),
        (outline.previous_name, outline.targets, outline.links, outline.references),
        (sorted(outline.soup.split()), sorted(map(repr, outline.constants)), sorted(outline.labels)),
        (sorted(outline.names), sorted(outline.answers)),
        (outline.has_inner_list, outline.has_typed_constant, outline.campaign_type, dict(outline.event)),
        (outline.pattern, outline.methods, dict(outline.services)),
    )


def same(text: str) -> bool:
    """Hold a glance at `text` against a close look; tell whether it knew the definition."""
    outline = glance(text)
    if outline is not None:
        item, findings = read_definition("a.json", text.encode())
        assert item is not None, findings
        assert said(outline) == said(outline_of(item.definition))
    return outline is not None


@law
@given(definitions | damaged())
def test_a_definition_of_any_form_is_seen_as_the_models_see_it(raw: Any) -> None:
    same(dump_json(raw))


@wild
@given(documents)
def test_a_wild_definition_is_seen_as_the_models_see_it(raw: Any) -> None:
    same(dump_json(raw))
    same(json.dumps(raw, default=str))


PIECES = st.sampled_from(
    [
        *(
            '"',
            ":",
            ",",
            "{",
            "}",
            "[",
            "]",
            "null",
            "true",
            "0",
            "-0",
            "1.0",
            "1e999999999",
            "NaN",
            "9" * 30,
        ),
        *('""', '"$variable"', '"$type"', '"$items"', '"a": 1,', '"name": "x",', '"request": {"a": 1},'),
        *(
            "\\u0000",
            "\\ud800",
            "\\u003a",
            "\\n",
            "\\:",
            "${x}",
            "${secret:a}",
            "${",
            "$",
            " ",
            "\t",
            "\ufeff",
        ),
    ]
)


@law
@given(definitions, st.lists(st.tuples(st.integers(0), st.integers(0, 12), PIECES), max_size=3))
def test_a_text_that_is_damaged_anywhere_is_seen_as_it_is_read(raw: Any, cuts: list[Any]) -> None:
    text = dump_json(raw)
    for place, length, piece in cuts:
        start = place % (len(text) + 1)
        text = text[:start] + piece + text[start + length :]
    same(text)


def test_texts_with_one_line_twice_or_gone_are_seen_as_they_are_read() -> None:
    lines = dump_json(ACTION).split("\n")
    for index, line in enumerate(lines):
        same("\n".join(lines[:index] + lines[index + 1 :]))
        assert not same("\n".join([*lines[:index], line, line, *lines[index + 1 :]])) or ":" not in line


@pytest.mark.parametrize("member", ['"name": "Other"', '"request": {"a": "b"}', '"description": "a: b"'])
def test_a_key_that_is_repeated_is_left_to_a_closer_look(member: str) -> None:
    text = dump_json({**ACTION, "description": 'It says "a": 1, and c: d.'})
    assert same(text)
    assert not same(text.replace("{", "{" + member + ",", 1))


def test_a_key_is_found_to_be_repeated_in_any_object() -> None:
    text = dump_json({**ACTION, "request": {"a": {"b": {"$variable": "B: c"}}, "d": [{"e": 1}]}})
    assert same(text)
    for index, character in enumerate(text):
        if character == "{" and text[index - 1] != "$":
            key = text[index:].split('"')[1]
            assert not same(f'{text[: index + 1]}"{key}": "x",{text[index + 1 :]}')


@pytest.mark.parametrize(
    "literal",
    [
        "-0",
        "1" * 4_001,
        "1" * 4_300,
        "1" * 20_000,
        "NaN",
        "-Infinity",
        "1e99999999999999999999",
        "1" * 4_001 + ".0",
    ],
)
def test_a_number_that_is_not_plain_is_left_to_a_closer_look(literal: str) -> None:
    text = dump_json({**ACTION, "request": {"a": 12345}})
    assert same(text)
    assert not same(text.replace("12345", literal))
    assert not same(dump_json(ACTION).replace('"duration": 50', f'"duration": {literal}'))


def test_what_only_looks_like_a_strange_number_is_plain() -> None:
    assert same(
        dump_json({**ACTION, "description": "-0.", "request": {"a": -1, "b": "2026-01-01", "c": "x-0"}})
    )


@pytest.mark.parametrize("depth", [49, 50, 51, 62, 63, 64, 65, 2_000])
def test_depth_is_bounded_as_everywhere(depth: int) -> None:
    inner = '{"a":' * depth + '"string"' + "}" * depth
    for part in ("request", "response"):
        text = dump_json({**ACTION, part: "PLACE"}).replace('"PLACE"', inner)
        assert same(text) == (depth < 51)


LIST: Any = {"$variable": "Items", "$items": {"a": {"$variable": "A"}, "b": {"c": {"$variable": "C"}}}}
KNOWN: tuple[tuple[str, Any], ...] = (
    ("description", ""),
    ("allowNullValues", True),
    ("governance", {"channel": "sms", "requiredMarketingAction": "Loyalty"}),
    ("request", {"a": [1, None, True, "x", DecimalLiteral("2.50"), {"b": {"$variable": "B"}}, ["y"]]}),
    (
        "request",
        {"a": LIST, "b": {**LIST, "$optional": True}, "c": [LIST], "d": {"e": "${host}"}, "f": ["${x}"]},
    ),
    ("request", {"a": {"$variable": "A", "$type": "listString", "$optional": False}}),
    ("request", {"a": [{"$variable": "A", "$type": "listInteger"}], "b": {"$variable": "${host}"}}),
    ("response", {"a": "string", "b": {"c": "listDecimal"}, "d": [{"e": "dateOnly"}]}),
    ("lifecycle", {"owner": "loyalty-team"}),
    ("governance", {"channel": "other"}),
    ("request", {"a": "a", "b": "${host}", "c": 1, "d": {"e": "e"}}),
    ("failureResponse", {"jo_status_code": "integer"}),
    ("lifecycle", {"protect": True, "previousName": "Old", "owner": "o", "targets": ["prod"], "links": []}),
    ("endpoint", {"method": "GET", "url": "https://${host}/$", "query": {"q": {"$variable": "Q"}, "r": "s"}}),
    ("endpoint", {"method": "PUT", "url": "", "headers": {"A": "a ${secret:b} c", "B": "${x}"}}),
    ("authentication", {"type": "apiKey", "name": "K", "value": "${secret:a}", "location": "queryParam"}),
)
HOLE: Any = {"$variable": "A"}
NODES: tuple[Any, ...] = (
    *(
        [],
        {},
        {"": 1},
        {"$x": 1},
        {"a:b": 1},
        2**63,
        -(2**63),
        "${",
        "${secret:a}",
        {"$constant": "x"},
    ),
    *({"$variable": ""}, {"$variable": 1}, {**HOLE, "$type": "text"}, {**HOLE, "$type": []}),
    *({**HOLE, "$optional": None}, {**HOLE, "$optional": 1}, {**HOLE, "$constant": "x"}),
    *(
        {**HOLE, "$items": {}},
        {**HOLE, "$items": []},
        {**HOLE, "$items": {"a": 1}},
        {**LIST, "$type": "string"},
    ),
    *({**LIST, "$optional": 0}, {**HOLE, "$items": {"a": LIST}}, {**LIST, "$variable": ""}),
)
ANSWERS: tuple[Any, ...] = (
    "string",
    {},
    [],
    {"a": []},
    {"a": "text"},
    {"a": 1},
    {"a": [{}]},
    {"$a": "string"},
)
HEADERS: tuple[Any, ...] = (
    [],
    {"a": 1},
    {"a": {"$x": 1}},
    {"a": {**HOLE, "$type": "integer"}},
    {"": "a"},
    {"a": "${"},
)
LEFT: tuple[tuple[str, Any], ...] = (
    ("formatVersion", 2),
    ("formatVersion", True),
    ("kind", "Action"),
    ("kind", None),
    ("name", ""),
    ("description", None),
    ("unknown", 1),
    ("allowNullValues", 1),
    ("governance", None),
    ("governance", {"channel": "post"}),
    ("governance", {"channel": []}),
    ("governance", {"channel": "sms", "requiredMarketingAction": ""}),
    *(("request", {"a": node}) for node in NODES),
    ("request", []),
    ("request", None),
    ("request", HOLE),
    *(("response", answer) for answer in ANSWERS),
    ("response", {"a": [{"b": "string"}, {"b": "string"}]}),
    ("lifecycle", {"allow": []}),
    ("lifecycle", {"protect": 0}),
    ("lifecycle", {"previousName": ""}),
    ("lifecycle", {"targets": []}),
    ("lifecycle", {"links": ["a", 1]}),
    ("lifecycle", {"links": "a"}),
    ("endpoint", None),
    ("endpoint", {"method": "POST"}),
    *(("endpoint", {"method": "POST", "url": url}) for url in (1, "${", "${secret:a}")),
    *(("endpoint", {**ACTION["endpoint"], "headers": headers}) for headers in HEADERS),
    ("authentication", None),
    ("authentication", {"type": "basic"}),
    ("authentication", {"type": "basic", "username": DecimalLiteral("1.5"), "password": "a"}),
)


@pytest.mark.parametrize(("field", "value"), KNOWN)
def test_a_usual_form_is_known(field: str, value: Any) -> None:
    assert same(dump_json({**ACTION, field: value}))


@pytest.mark.parametrize(("field", "value"), LEFT)
def test_what_is_wrong_or_rare_is_left_to_a_closer_look(field: str, value: Any) -> None:
    assert not same(dump_json({**ACTION, field: value}))


def test_names_are_looked_at_anew_when_too_many_are_remembered() -> None:
    names = {f"n{number}" + "x" * (number % 120): 1 for number in range(400)}
    for start in range(0, 66_000, 400):
        fields = {f"{name}_{start}": 1 for name in names}
        assert glance(dump_json({**ACTION, "request": fields}, indent=None)) is not None
    assert same(dump_json({**ACTION, "request": names}, indent=None))


def test_a_long_text_is_left_to_a_closer_look() -> None:
    assert same(dump_json({**ACTION, "description": "x" * (MOST_CHARACTERS // 2)}))
    assert glance(dump_json({**ACTION, "description": "x" * MOST_CHARACTERS})) is None


def test_most_forms_are_known() -> None:
    for base, document in BASES.items():
        if base != "throttling":
            assert same(dump_json(document)), base


def test_authentications_are_told_apart_whether_they_are_remembered_or_not() -> None:
    for number in (*range(5_600), 0, 1):
        raw = {
            "type": "basic",
            "username": f"n{number}",
            "password": "${secret:a}" + "x" * (6_000 * (number % 10 == 0)),
        }
        outline = glance(dump_json({**ACTION, "authentication": raw}, indent=None))
        assert outline is not None
        assert getattr(outline.authentication, "username", "") == f"n{number}"


def test_a_campaign_action_is_known() -> None:
    campaign = BASES["campaign"]
    assert same(dump_json({**campaign, "endpoint": {"url": "https://${host}/"}}))
    for field, value in (
        ("campaignType", "other"),
        ("endpoint", {"url": 1}),
        ("request", None),
        ("response", {"a": "string"}),
    ):
        assert not same(dump_json({**campaign, field: value}))


SERVICE: Any = {"maxHttpConnections": 50, "rating": {"maxCallsCount": 2, "periodInMs": 1000}}
RATING: Any = SERVICE["rating"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "https://${host}/*"),
        ("methods", ["OPTION", "POST", "POST"]),
        ("services", {"dataSource": {"rating": RATING}, "action": SERVICE}),
        ("lifecycle", {"targets": ["prod"]}),
    ],
)
def test_a_capping_is_known(field: str, value: Any) -> None:
    assert same(dump_json({**BASES["capping"], field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "${"),
        ("methods", []),
        ("methods", ["POST", "HEAD"]),
        ("services", {}),
        ("services", {"action": None}),
        ("services", {"action": {"maxHttpConnections": 50}}),
        ("services", {"action": {**SERVICE, "maxHttpConnections": None}}),
        ("services", {"action": {**SERVICE, "maxHttpConnections": 0}}),
        ("services", {"action": {"rating": {**RATING, "maxCallsCount": 2**63}}}),
        ("services", {"action": {"rating": {**RATING, "maxCallsCount": True}}}),
        ("services", {"action": {"rating": {"maxCallsCount": 1}}}),
        ("services", {"event": SERVICE}),
        ("request", {"a": "b"}),
    ],
)
def test_an_odd_capping_is_left_to_a_closer_look(field: str, value: Any) -> None:
    assert not same(dump_json({**BASES["capping"], field: value}))


def test_a_throttling_is_left_to_a_closer_look() -> None:
    assert not same(dump_json(BASES["throttling"]))
