"""What is wrong with a definition: a code, the exact place, and words that help."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.core.json_values import json_values, law
from tests.model.definitions import damaged
from tests.model.samples import (
    API_KEY,
    BASIC,
    CUSTOM,
    SMALLEST,
    action,
    campaign,
    capping,
    example,
    only_problem,
    problems,
    throttling,
    with_value,
    without,
)
from toolkit.core.canonical import DecimalLiteral
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import MAX_ALIKE, Severity
from toolkit.core.pointer import Path, lookup
from toolkit.model.kinds import parse_definition

ENDPOINT = {"method": "POST", "url": "https://example.com/"}
RATING = {"maxCallsCount": 5, "periodInMs": 1000}


def sending(**fields: Any) -> dict[str, Any]:
    """Return an action with these fields in its request."""
    return action(request=fields)


def calling(**changes: Any) -> dict[str, Any]:
    """Return an action with this endpoint."""
    return action(endpoint={**ENDPOINT, **changes})


def authenticated(sample: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an action with this authentication."""
    return action(authentication={**sample, **changes})


def rated(**changes: Any) -> dict[str, Any]:
    """Return a capping with this rating."""
    return capping(services={"action": {"rating": {**RATING, **changes}}})


@pytest.mark.parametrize(
    ("raw", "code", "path", "words"),
    [
        pytest.param([], "AJO111", (), "one JSON object", id="an array"),
        pytest.param("x", "AJO111", (), "one JSON object", id="a text"),
        pytest.param(None, "AJO111", (), "one JSON object", id="null"),
        pytest.param(
            {}, "AJO104", (), 'the field "kind" is missing; it is one of CustomAction', id="nothing"
        ),
        pytest.param(action(kind="Acton"), "AJO101", ("kind",), '"Acton" is not a kind', id="unknown kind"),
        pytest.param(
            action(kind="customaction"), "AJO101", ("kind",), 'did you mean "CustomAction"?', id="kind's case"
        ),
        pytest.param(
            action(kind="Zzz"), "AJO101", ("kind",), "known are CustomAction, CampaignAction", id="far"
        ),
        pytest.param(action(kind=None), "AJO101", ("kind",), "null is not a kind", id="null kind"),
        pytest.param(action(kind=["CustomAction"]), "AJO101", ("kind",), "is not a kind", id="list of kinds"),
        pytest.param(
            action(formatVersion=2), "AJO102", ("formatVersion",), "version 2 is not known", id="v2"
        ),
        pytest.param(action(formatVersion=True), "AJO102", ("formatVersion",), "version true", id="v true"),
        pytest.param(
            action(formatVersion=DecimalLiteral("1.0")),
            "AJO102",
            ("formatVersion",),
            "version 1.0",
            id="v1.0",
        ),
        pytest.param(
            action(formatVersion="1"), "AJO106", ("formatVersion",), '"1" is not one of 1', id="text v1"
        ),
    ],
)
def test_what_is_no_definition_at_all_is_refused(raw: Any, code: str, path: Path, words: str) -> None:
    found = only_problem(raw)
    assert (found.code, found.path) == (code, path)
    assert words in found.message


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        pytest.param(action(endpont={}), ("endpont",), 'did you mean "endpoint"?', id="in an action"),
        pytest.param(action(RESPONSE={}), ("RESPONSE",), 'did you mean "response"?', id="case aside"),
        pytest.param(action(zzz=1), ("zzz",), 'the field "zzz" is unknown here', id="near nothing"),
        pytest.param(calling(uri="x"), ("endpoint", "uri"), 'did you mean "url"?', id="in an endpoint"),
        pytest.param(
            authenticated(BASIC, user="x"),
            ("authentication", "user"),
            'did you mean "username"?',
            id="in basic",
        ),
        pytest.param(
            authenticated(CUSTOM, tokenInRespons="x"),
            ("authentication", "tokenInRespons"),
            'did you mean "tokenInResponse"?',
            id="in custom authorization",
        ),
        pytest.param(
            authenticated(CUSTOM, cacheDuration={"duration": 1, "timeUnit": "hours", "timeunits": 1}),
            ("authentication", "cacheDuration", "timeunits"),
            'did you mean "timeUnit"?',
            id="in a cache duration",
        ),
        pytest.param(
            sending(a={"$variable": "L", "$optinal": True}),
            ("request", "a", "$optinal"),
            'did you mean "$optional"?',
            id="in a hole",
        ),
        pytest.param(
            sending(a=[{"b": {"$variable": "L", "$typ": "integer"}}]),
            ("request", "a", 0, "b", "$typ"),
            'did you mean "$type"?',
            id="in a hole deep inside",
        ),
        pytest.param(
            sending(a={"$variable": "L", "$items": {"b": {"$variable": "M", "$Type": "string"}}}),
            ("request", "a", "$items", "b", "$Type"),
            'did you mean "$type"?',
            id="in an item",
        ),
        pytest.param(
            calling(headers={"X-Key": {"$variable": "L", "$label": "M"}}),
            ("endpoint", "headers", "X-Key", "$label"),
            "is unknown here",
            id="in a header",
        ),
        pytest.param(
            capping(services={"action": {"rating": RATING}, "datasource": {}}),
            ("services", "datasource"),
            'did you mean "dataSource"?',
            id="in services",
        ),
        pytest.param(
            throttling(maxThrougput=1), ("maxThrougput",), 'did you mean "maxThroughput"?', id="throttling"
        ),
        pytest.param(
            campaign(lifecycle={"Protect": True}),
            ("lifecycle", "Protect"),
            'did you mean "protect"?',
            id="lifecycle",
        ),
        pytest.param(
            action(governance={"channel": "sms", "marketingAction": "x"}),
            ("governance", "marketingAction"),
            'did you mean "requiredMarketingAction"?',
            id="governance",
        ),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest_name(raw: Any, path: Path, words: str) -> None:
    found = only_problem(raw)
    assert (found.code, found.path) == ("AJO103", path)
    assert words in found.message


@pytest.mark.parametrize(
    ("raw", "path", "name"),
    [
        pytest.param(without(action(), ("$schema",)), (), "$schema", id="schema"),
        pytest.param(without(action(), ("formatVersion",)), (), "formatVersion", id="version"),
        pytest.param(without(action(), ("endpoint", "url")), ("endpoint",), "url", id="in an endpoint"),
        pytest.param(
            authenticated(without(API_KEY, ("value",))), ("authentication",), "value", id="in an API key"
        ),
        pytest.param(
            authenticated(CUSTOM, body={"bodyType": "form"}),
            ("authentication", "body"),
            "bodyParams",
            id="body",
        ),
        pytest.param(
            authenticated(CUSTOM, cacheDuration={"timeUnit": "hours"}),
            ("authentication", "cacheDuration"),
            "duration",
            id="in a cache duration",
        ),
        pytest.param(
            authenticated(CUSTOM, cacheDuration={"expiryInResponse": "json://a"}),
            ("authentication", "cacheDuration"),
            "timeUnit",
            id="in an answered cache duration",
        ),
        pytest.param(sending(a={"$type": "string"}), ("request", "a"), "$variable", id="in a hole"),
        pytest.param(sending(a=[{"$optional": True}]), ("request", "a", 0), "$variable", id="in an array"),
        pytest.param(
            sending(a={"$items": {"b": {"$variable": "L"}}}),
            ("request", "a"),
            "$variable",
            id="in a list hole",
        ),
        pytest.param(sending(a={"$constant": []}), ("request", "a"), "$type", id="in a constant list"),
        pytest.param(sending(a={"$constant": "x"}), ("request", "a"), "$type", id="in a constant date"),
        pytest.param(
            calling(query={"q": {}}), ("endpoint", "query", "q"), "$variable", id="in a parameter's hole"
        ),
        pytest.param(
            capping(services={"action": {"maxHttpConnections": 1}}),
            ("services", "action"),
            "rating",
            id="rating",
        ),
    ],
)
def test_a_missing_field_is_named_at_its_object(raw: Any, path: Path, name: str) -> None:
    found = only_problem(raw)
    assert (found.code, found.path, found.message) == ("AJO104", path, f'the field "{name}" is missing')


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        pytest.param(action(name=1), ("name",), "the value must be a text", id="number for text"),
        pytest.param(
            action(description=None), ("description",), "the value must be a text", id="null for text"
        ),
        pytest.param(
            action(allowNullValues=1), ("allowNullValues",), "a valid boolean", id="number for boolean"
        ),
        pytest.param(action(endpoint=[]), ("endpoint",), "an object", id="array for object"),
        pytest.param(calling(headers=[]), ("endpoint", "headers"), "an object", id="array for headers"),
        pytest.param(
            calling(headers={"X": 1}),
            ("endpoint", "headers", "X"),
            'a text, or a variable like {"$va',
            id="header",
        ),
        pytest.param(
            calling(query={"q": None}),
            ("endpoint", "query", "q"),
            "a text, or a variable",
            id="null parameter",
        ),
        pytest.param(
            action(authentication=None), ("authentication",), "null says nothing here", id="null auth"
        ),
        pytest.param(action(request=None), ("request",), "null says nothing here", id="null request"),
        pytest.param(
            action(authentication="basic"),
            ("authentication",),
            "an object with a type of basic, apiKey",
            id="auth",
        ),
        pytest.param(
            authenticated(BASIC, type="oauth"), ("authentication",), "a type of basic", id="auth type"
        ),
        pytest.param(
            authenticated(BASIC, type=["basic"]), ("authentication",), "a type of basic", id="type list"
        ),
        pytest.param(
            authenticated(CUSTOM, cacheDuration="1h"),
            ("authentication", "cacheDuration"),
            "duration or expiryInResponse",
            id="cache duration",
        ),
        pytest.param(
            authenticated(CUSTOM, cacheDuration={"duration": DecimalLiteral("1.0"), "timeUnit": "hours"}),
            ("authentication", "cacheDuration", "duration"),
            "a valid integer",
            id="decimal for integer",
        ),
        pytest.param(action(request=[]), ("request",), "an object", id="array for request"),
        pytest.param(
            action(request={"$variable": "L"}),
            ("request",),
            "an object of named fields expected",
            id="hole as request",
        ),
        pytest.param(
            sending(a={"$variable": "L", "$items": {"b": "x"}}),
            ("request", "a", "$items", "b"),
            "a variable like",
            id="constant in an item",
        ),
        pytest.param(
            sending(a={"$variable": "L", "$items": {"b": []}}),
            ("request", "a", "$items", "b"),
            "or an object of variables",
            id="array in an item",
        ),
        pytest.param(
            sending(a={"$variable": "L", "$items": []}),
            ("request", "a", "$items"),
            "an object",
            id="array of items",
        ),
        pytest.param(
            sending(a={"$constant": [[]], "$type": "listString"}),
            ("request", "a", "$constant", 0),
            "a text, a number, true, false or null",
            id="array in a constant list",
        ),
        pytest.param(
            sending(a={"$constant": 5, "$type": "dateOnly"}),
            ("request", "a", "$constant"),
            "a text",
            id="date",
        ),
        pytest.param(
            action(response={"a": 1}),
            ("response", "a"),
            "a type name, an object, or an array",
            id="response leaf",
        ),
        pytest.param(
            action(response={"a": ["string"]}), ("response", "a", 0), "an object", id="response list"
        ),
        pytest.param(
            action(failureResponse="string"), ("failureResponse",), "an object", id="failure response"
        ),
        pytest.param(capping(methods="POST"), ("methods",), "an array", id="text for array"),
        pytest.param(
            throttling(maxThroughput="200"), ("maxThroughput",), "a valid integer", id="text for integer"
        ),
        pytest.param(
            throttling(maxThroughput=True), ("maxThroughput",), "a valid integer", id="true for integer"
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(raw: Any, path: Path, words: str) -> None:
    found = only_problem(raw)
    assert (found.code, found.path) == ("AJO105", path)
    assert words in found.message


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        pytest.param(
            calling(method="post"), ("endpoint", "method"), '"post" is not one of', id="a method's case"
        ),
        pytest.param(
            calling(method="post"), ("endpoint", "method"), 'did you mean "POST"?', id="the nearest method"
        ),
        pytest.param(
            calling(method=["PUT"]), ("endpoint", "method"), '["PUT"] is not one of', id="list of methods"
        ),
        pytest.param(
            sending(a={"$variable": "L", "$type": "int"}), ("request", "a", "$type"), "integer", id="type"
        ),
        pytest.param(
            sending(a={"$variable": "L", "$type": "liststring"}),
            ("request", "a", "$type"),
            'did you mean "listString"?',
            id="a list type",
        ),
        pytest.param(
            calling(headers={"X": {"$variable": "L", "$type": "integer"}}),
            ("endpoint", "headers", "X", "$type"),
            '"integer" is not one of',
            id="a header's type",
        ),
        pytest.param(
            sending(a={"$constant": "x", "$type": "string"}),
            ("request", "a", "$type"),
            "dateOnly",
            id="constant",
        ),
        pytest.param(
            sending(a={"$constant": [], "$type": "list"}),
            ("request", "a", "$type"),
            "listString",
            id="constant list",
        ),
        pytest.param(
            action(response={"a": "text"}), ("response", "a"), '"text" is not one of', id="response"
        ),
        pytest.param(
            action(response={"a": [{"b": "sting"}]}),
            ("response", "a", 0, "b"),
            'did you mean "string"?',
            id="deep",
        ),
        pytest.param(
            action(governance={"channel": "fax"}), ("governance", "channel"), "'email'", id="channel"
        ),
        pytest.param(
            campaign(campaignType="v8"), ("campaignType",), "'classic' or 'standard'", id="campaign"
        ),
        pytest.param(
            capping(methods=["POST", "HEAD"]), ("methods", 1), '"HEAD" is not one of', id="limit method"
        ),
        pytest.param(
            authenticated(API_KEY, location="body"),
            ("authentication", "location"),
            "'queryParam'",
            id="location",
        ),
    ],
)
def test_a_value_that_is_not_among_the_choices_is_refused(raw: Any, path: Path, words: str) -> None:
    found = only_problem(raw)
    assert (found.code, found.path) == ("AJO106", path)
    assert words in found.message


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        pytest.param(action(name=""), ("name",), "the text must have at least 1 character", id="empty name"),
        pytest.param(
            sending(a={"$variable": ""}), ("request", "a", "$variable"), "the text must", id="empty label"
        ),
        pytest.param(
            action(request={}), ("request",), "the object must have at least 1 item", id="empty request"
        ),
        pytest.param(sending(a={}), ("request", "a"), "the object must have at least 1", id="empty object"),
        pytest.param(sending(a=[]), ("request", "a"), "the array must have at least 1", id="empty array"),
        pytest.param(
            action(response={"a": []}), ("response", "a"), "the array must", id="empty response list"
        ),
        pytest.param(
            action(response={"a": [{"b": "string"}] * 2}),
            ("response", "a"),
            "at most 1 item",
            id="two response items",
        ),
        pytest.param(
            sending(a={"$variable": "L", "$items": {}}),
            ("request", "a", "$items"),
            "the object must",
            id="no items",
        ),
        pytest.param(
            action(lifecycle={"owner": ""}),
            ("lifecycle", "owner"),
            "the text must have at least 1",
            id="no owner",
        ),
        pytest.param(
            action(lifecycle={"targets": []}), ("lifecycle", "targets"), "the array must", id="no targets"
        ),
        pytest.param(
            action(lifecycle={"allow": [{"rule": "AJO253", "at": "", "because": ""}]}),
            ("lifecycle", "allow", 0, "because"),
            "the text must have at least 1",
            id="no reason",
        ),
        pytest.param(
            authenticated(API_KEY, name=""),
            ("authentication", "name"),
            "the text must have at least 1",
            id="no key",
        ),
        pytest.param(
            authenticated(CUSTOM, tokenTarget=""),
            ("authentication", "tokenTarget"),
            "the text must have at least 1 character",
            id="no token target",
        ),
        pytest.param(
            capping(methods=[]), ("methods",), "the array must have at least 1 item", id="no methods"
        ),
        pytest.param(
            capping(services={}),
            ("services",),
            "at least one of action and dataSource is needed",
            id="no service",
        ),
        pytest.param(
            rated(periodInMs=0),
            ("services", "action", "rating", "periodInMs"),
            "than or equal to 1",
            id="period",
        ),
        pytest.param(
            rated(maxCallsCount=-1),
            ("services", "action", "rating", "maxCallsCount"),
            "or equal to 1",
            id="calls",
        ),
        pytest.param(
            throttling(maxThroughput=199), ("maxThroughput",), "greater than or equal to 200", id="too low"
        ),
        pytest.param(
            throttling(maxThroughput=5001), ("maxThroughput",), "less than or equal to 5000", id="too high"
        ),
        pytest.param(sending(**{"": 1}), ("request", ""), "can't be empty", id="empty field name"),
        pytest.param(sending(**{"a\x00": 1}), ("request", "a\x00"), "U+0000", id="field name with U+0000"),
        pytest.param(
            calling(headers={"": "x"}), ("endpoint", "headers", ""), "can't be empty", id="empty header"
        ),
        pytest.param(
            action(response={"$a": "string"}),
            ("response", "$a"),
            "can't begin with $",
            id="marked response field",
        ),
        pytest.param(
            sending(a={"$variable": "L", "$items": {"$b": {"$variable": "M"}}}),
            ("request", "a", "$items", "$b"),
            "can't begin with $",
            id="marked item field",
        ),
    ],
)
def test_a_value_outside_its_limits_is_refused(raw: Any, path: Path, words: str) -> None:
    found = only_problem(raw)
    assert (found.code, found.path) == ("AJO107", path)
    assert words in found.message


PLACES_FOR_VALUES: list[tuple[dict[str, Any], Path]] = [
    (action(), ("endpoint", "url")),
    (sending(a="x"), ("request", "a")),
    (sending(a=["x"]), ("request", "a", 0)),
    (sending(a={"$constant": "x", "$type": "dateOnly"}), ("request", "a", "$constant")),
    (sending(a={"$constant": ["x"], "$type": "listString"}), ("request", "a", "$constant", 0)),
    (authenticated(API_KEY), ("authentication", "name")),
    (authenticated(CUSTOM), ("authentication", "endpoint")),
    (authenticated(CUSTOM), ("authentication", "tokenInResponse")),
    (authenticated(CUSTOM, tokenTarget="x"), ("authentication", "tokenTarget")),
    (
        authenticated(CUSTOM, cacheDuration={"expiryInResponse": "x", "timeUnit": "hours"}),
        ("authentication", "cacheDuration", "expiryInResponse"),
    ),
    (campaign(endpoint={"url": "x"}), ("endpoint", "url")),
    (capping(), ("url",)),
    (throttling(), ("urlPattern",)),
]
PLACES_FOR_SECRETS: list[tuple[dict[str, Any], Path]] = [
    (calling(headers={"X": "x"}), ("endpoint", "headers", "X")),
    (calling(query={"q": "x"}), ("endpoint", "query", "q")),
    (authenticated(BASIC), ("authentication", "username")),
    (authenticated(BASIC), ("authentication", "password")),
    (authenticated(API_KEY), ("authentication", "value")),
    (authenticated(CUSTOM, headers={"X": "x"}), ("authentication", "headers", "X")),
    (
        authenticated(CUSTOM, body={"bodyType": "json", "bodyParams": {"p": "x"}}),
        ("authentication", "body", "bodyParams", "p"),
    ),
]


def said(place: tuple[dict[str, Any], Path] | Any) -> str | None:
    """Name a case by its path."""
    return ".".join(map(str, place)) if isinstance(place, tuple) else None


@pytest.mark.parametrize(("raw", "path"), PLACES_FOR_VALUES + PLACES_FOR_SECRETS, ids=said)
def test_a_malformed_reference_is_refused_wherever_references_count(raw: dict[str, Any], path: Path) -> None:
    found = only_problem(with_value(raw, path, "a${b c}"))
    assert (found.code, found.path) == ("AJO109", path)
    assert "${b c} is neither ${name} nor ${secret:path/name@label}" in found.message


@pytest.mark.parametrize(("raw", "path"), PLACES_FOR_VALUES, ids=said)
def test_a_secret_is_refused_where_it_must_not_stand(raw: dict[str, Any], path: Path) -> None:
    found = only_problem(with_value(raw, path, "a${secret:b}"))
    assert (found.code, found.path, found.message) == ("AJO110", path, "a secret can't stand here")


@pytest.mark.parametrize(("raw", "path"), PLACES_FOR_SECRETS, ids=said)
def test_a_secret_may_stand_in_authentication_headers_and_parameters(raw: dict[str, Any], path: Path) -> None:
    assert problems(with_value(raw, path, "a${secret:b@c}${d}")) == ()


@pytest.mark.parametrize(("raw", "path"), PLACES_FOR_VALUES + PLACES_FOR_SECRETS, ids=said)
def test_a_value_may_stand_wherever_references_count(raw: dict[str, Any], path: Path) -> None:
    assert problems(with_value(raw, path, "a${b}$${c}")) == ()


def test_all_problems_of_a_definition_are_told_together() -> None:
    raw = without(example(), ("name",))
    raw["endpoint"]["method"] = "PATCH"
    raw["authentication"]["cacheDuration"]["duration"] = 0
    raw["request"]["products"]["$items"]["id"]["$typ"] = "string"
    raw["response"]["offers"][0]["code"] = "text"
    raw["lifecycle"]["protect"] = "yes"
    raw["colour"] = "red"
    assert {(found.code, found.path) for found in problems(raw)} == {
        ("AJO104", ()),
        ("AJO106", ("endpoint", "method")),
        ("AJO107", ("authentication", "cacheDuration", "duration")),
        ("AJO103", ("request", "products", "$items", "id", "$typ")),
        ("AJO106", ("response", "offers", 0, "code")),
        ("AJO105", ("lifecycle", "protect")),
        ("AJO103", ("colour",)),
    }


def test_a_refused_null_says_to_leave_the_field_out() -> None:
    assert only_problem(action(response=None)).fix == "Leave the field out."


def test_a_long_value_is_shown_cut() -> None:
    assert len(only_problem(calling(method="x" * 100_000)).message) < 200


def test_a_long_kind_is_shown_cut() -> None:
    assert len(only_problem(action(kind="x" * 100_000)).message) < 200


def test_a_wrong_value_is_shown_without_control_characters() -> None:
    assert "\x1b" not in only_problem(calling(method="\x1b[31m")).message


def test_a_document_key_that_looks_like_a_unions_branch_keeps_its_place() -> None:
    raw = sending(object={"constant": {"[key]": {"$variable": 1}}})
    assert only_problem(raw).path == ("request", "object", "constant", "[key]", "$variable")


@law
@given(damaged())
def test_every_problem_is_an_error_with_a_known_code_a_place_and_advice(document: Any) -> None:
    for found in problems(document):
        assert found.code in CODES
        assert found.severity is Severity.ERROR
        assert found.message
        assert found.fix
        parent = lookup(document, found.path[:-1])
        assert not found.path or found.path[-1] in parent or isinstance(parent, list)


@law
@given(json_values)
def test_no_json_value_breaks_reading(raw: Any) -> None:
    assert parse_definition(raw).problems


@pytest.mark.parametrize("kind", SMALLEST)
@law
@given(value=json_values)
def test_no_value_of_a_field_breaks_reading(kind: str, value: Any) -> None:
    for name in SMALLEST[kind]:
        parse_definition({**SMALLEST[kind], name: value})


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"rule": "253"}, "rule", "the id of a rule is needed, such as AJO253"),
        ({"rule": "ajo253"}, "rule", "the id of a rule"),
        ({"rule": "AJO2530"}, "rule", "the id of a rule"),
        ({"rule": "AJO253\n"}, "rule", "the id of a rule"),
        ({"at": "request/sku"}, "at", "a JSON pointer is needed, such as /request/sku"),
        ({"at": "/a~b"}, "at", "~ is written ~0"),
        ({"at": "/a~"}, "at", "a JSON pointer"),
        ({"because": " \n"}, "because", "the reason is needed"),
    ],
)
def test_an_allowance_names_a_rule_a_place_and_a_reason(
    changes: dict[str, str], field: str, words: str
) -> None:
    allowance = {"rule": "AJO253", "at": "/request/a", "because": "a word of the shop", **changes}
    found = only_problem(action(lifecycle={"allow": [allowance]}))
    assert found.path == ("lifecycle", "allow", 0, field)
    assert words in found.message


@pytest.mark.parametrize("field", ["rule", "at", "because"])
def test_an_allowance_leaves_nothing_out(field: str) -> None:
    allowance = {"rule": "AJO253", "at": "/request/a", "because": "a word of the shop"}
    del allowance[field]
    found = only_problem(action(lifecycle={"allow": [allowance]}))
    assert (found.code, found.path) == ("AJO104", ("lifecycle", "allow", 0))


def test_of_many_mistakes_alike_a_few_are_told() -> None:
    found = problems(action(request={"a": [{}] * 1_000}))
    assert len(found) == MAX_ALIKE
    assert found[-1].message.endswith("(and 900 more like this, not listed)")
