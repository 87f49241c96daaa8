"""A definition as a document: canonical for files, comparable for plans."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.core.json_values import exactly, law, shuffled
from tests.model.definitions import definitions, literals
from tests.model.samples import (
    API_KEY,
    BASIC,
    CUSTOM,
    SMALLEST,
    action,
    campaign,
    capping,
    example,
    parsed,
    throttling,
    with_value,
)
from toolkit.core.canonical import DecimalLiteral, digest, dump_json, parse_json, same_json
from toolkit.core.pointer import Path
from toolkit.model.document import (
    DEFAULT_CACHE_DURATION,
    DEFAULT_HEADERS,
    comparable,
    fill_document,
    map_texts,
    texts,
    to_document,
)
from toolkit.model.kinds import CustomAction
from toolkit.model.text import fill_values


def spellings(value: Any) -> list[str]:
    """Return the spelling of every number, sorted."""
    if isinstance(value, dict):
        return sorted(found for member in value.values() for found in spellings(member))
    if isinstance(value, list):
        return sorted(found for item in value for found in spellings(item))
    return [str(value)] if isinstance(value, (int, DecimalLiteral)) and not isinstance(value, bool) else []


def noted(raw: dict[str, Any]) -> list[tuple[Path, str]]:
    return list(texts(raw["kind"], raw))


@law
@given(definitions)
def test_a_documents_document_is_itself(raw: Any) -> None:
    once = to_document(parsed(raw))
    assert exactly(to_document(parsed(once))) == exactly(once)


@law
@given(definitions)
def test_a_document_keeps_the_spelling_of_every_number(raw: Any) -> None:
    assert spellings(to_document(parsed(raw))) == spellings(raw)


@law
@given(definitions)
def test_a_document_written_and_read_means_the_same_definition(raw: Any) -> None:
    definition = parsed(raw)
    text = dump_json(to_document(definition))
    assert comparable(parsed(parse_json(text))) == comparable(definition)
    assert dump_json(to_document(parsed(parse_json(text)))) == text


@law
@given(definitions, st.data())
def test_the_order_of_an_envelopes_keys_does_not_reach_the_document(raw: Any, data: st.DataObject) -> None:
    order = data.draw(st.permutations(list(raw)))
    moved = {key: raw[key] for key in order}
    assert exactly(to_document(parsed(moved))) == exactly(to_document(parsed(raw)))


@law
@given(definitions, st.data())
def test_the_order_of_keys_does_not_count_for_comparing(raw: Any, data: st.DataObject) -> None:
    one, other = comparable(parsed(raw)), comparable(parsed(data.draw(shuffled(raw))))
    assert same_json(one, other)
    assert digest(one) == digest(other)


def test_the_keys_of_an_envelope_come_in_the_order_of_the_format() -> None:
    document = to_document(parsed(dict(reversed(example().items()))))
    assert list(document) == [
        *(
            "$schema",
            "formatVersion",
            "kind",
            "name",
            "description",
            "endpoint",
            "authentication",
            "governance",
        ),
        *("request", "allowNullValues", "response", "failureResponse", "lifecycle"),
    ]


def test_payload_fields_keep_the_authors_order() -> None:
    document = to_document(parsed(action(request={"z": 1, "a": {"y": 1, "b": 2}})))
    assert dump_json(document["request"], indent=None) == '{"z":1,"a":{"y":1,"b":2}}'


DEFAULTS: list[Any] = [
    pytest.param(action(), {"description": ""}, id="description"),
    pytest.param(action(), {"allowNullValues": False}, id="nulls"),
    pytest.param(
        action(),
        {"endpoint": {"method": "POST", "url": "https://example.com/", "headers": {}, "query": {}}},
        id="empty",
    ),
    pytest.param(
        action(request={"a": {"$variable": "L"}}),
        {"request": {"a": {"$variable": "L", "$type": "string", "$optional": False}}},
        id="hole",
    ),
    pytest.param(
        action(request={"a": {"$variable": "L", "$items": {"b": {"$variable": "M"}}}}),
        {"request": {"a": {"$variable": "L", "$optional": False, "$items": {"b": {"$variable": "M"}}}}},
        id="list hole",
    ),
    pytest.param(
        action(authentication=CUSTOM), {"authentication": {**CUSTOM, "headers": {}}}, id="token headers"
    ),
    pytest.param(
        action(lifecycle={"owner": "a"}),
        {"lifecycle": {"owner": "a", "protect": False, "links": []}},
        id="lifecycle",
    ),
]


@pytest.mark.parametrize(("raw", "spelled_out"), DEFAULTS)
def test_a_document_leaves_defaults_out(raw: dict[str, Any], spelled_out: dict[str, Any]) -> None:
    assert exactly(to_document(parsed({**raw, **spelled_out}))) == exactly(to_document(parsed(raw)))


@pytest.mark.parametrize(("raw", "spelled_out"), DEFAULTS)
def test_defaults_do_not_count_for_comparing(raw: dict[str, Any], spelled_out: dict[str, Any]) -> None:
    assert comparable(parsed({**raw, **spelled_out})) == comparable(parsed(raw))


@pytest.mark.parametrize(
    ("raw", "changes"),
    [
        pytest.param(action(), {"$schema": "elsewhere"}, id="schema"),
        pytest.param(action(), {"lifecycle": {"protect": True, "targets": ["stage"]}}, id="lifecycle"),
        pytest.param(capping(), {"name": "Other"}, id="a capping's name"),
        pytest.param(capping(), {"description": "Other"}, id="a capping's description"),
        pytest.param(
            capping(methods=["GET", "POST"]), {"methods": ["POST", "GET", "POST"]}, id="methods' order"
        ),
        pytest.param(
            action(),
            {"endpoint": {"method": "POST", "url": "https://example.com/", "headers": dict(DEFAULT_HEADERS)}},
            id="the platform's own headers",
        ),
        pytest.param(
            action(),
            {
                "endpoint": {
                    "method": "POST",
                    "url": "https://example.com/",
                    "headers": {"content-TYPE": "application/json"},
                }
            },
            id="the case of the platform's own headers",
        ),
        pytest.param(
            action(authentication=CUSTOM),
            {"authentication": {**CUSTOM, "cacheDuration": DEFAULT_CACHE_DURATION}},
            id="one hour",
        ),
        pytest.param(
            action(request={"a": DecimalLiteral("2.0")}),
            {"request": {"a": DecimalLiteral("2.00")}},
            id="spelling",
        ),
        pytest.param(
            action(request={"a": [1, 2]}),
            {"request": {"a": {"$constant": [1, 2], "$type": "listInteger"}}},
            id="a list as literals or by its type",
        ),
        pytest.param(
            campaign(request={"a": [[{"$constant": "2026-01-01", "$type": "dateOnly"}]]}),
            {"request": {"a": [{"$constant": ["2026-01-01"], "$type": "listDateOnly"}]}},
            id="dates one by one or as a list",
        ),
        pytest.param(action(), {"allowNullValues": True}, id="nulls of no request"),
    ],
)
def test_what_a_platform_does_not_keep_does_not_count(raw: dict[str, Any], changes: dict[str, Any]) -> None:
    assert same_json(comparable(parsed({**raw, **changes})), comparable(parsed(raw)))


@pytest.mark.parametrize(
    ("raw", "path", "value"),
    [
        pytest.param(action(), ("name",), "Other", id="name"),
        pytest.param(action(), ("description",), "Other", id="description"),
        pytest.param(action(), ("endpoint", "method"), "PUT", id="method"),
        pytest.param(action(), ("endpoint", "url"), "https://example.com/other", id="URL"),
        pytest.param(action(), ("endpoint", "headers"), {"Content-Type": "application/x+json"}, id="header"),
        pytest.param(action(request={"a": 1}), ("allowNullValues",), True, id="nulls"),
        pytest.param(action(), ("authentication",), BASIC, id="authentication"),
        pytest.param(
            action(authentication=API_KEY),
            ("authentication", "value"),
            "${secret:partner/key@2}",
            id="rotation",
        ),
        pytest.param(
            action(request={"a": 1}), ("request", "a"), DecimalLiteral("1.0"), id="type of a number"
        ),
        pytest.param(action(request={"a": 1}), ("request", "a"), True, id="type of a constant"),
        pytest.param(action(request={"a": [1, 2]}), ("request", "a"), [2, 1], id="order of items"),
        pytest.param(action(response={"a": "string"}), ("response", "a"), "integer", id="response"),
        pytest.param(campaign(), ("campaignType",), "standard", id="campaign type"),
        pytest.param(capping(), ("methods",), ["GET"], id="methods"),
        pytest.param(capping(), ("services", "action", "maxHttpConnections"), 5, id="connections"),
        pytest.param(throttling(), ("name",), "Other", id="a throttling's name"),
        pytest.param(throttling(), ("maxThroughput",), 300, id="throughput"),
        pytest.param(
            action(request={"a": {"$constant": ["x"], "$type": "listString"}}),
            ("request", "a", "$type"),
            "listDateOnly",
            id="type of a list",
        ),
        pytest.param(action(request={"a": [1, 2]}), ("request", "a"), [1, None], id="null in a list"),
        pytest.param(
            action(request={"a": {"$constant": [], "$type": "listString"}}),
            ("request", "a", "$type"),
            "listInteger",
            id="type of an empty list",
        ),
    ],
)
def test_what_a_platform_keeps_counts(raw: dict[str, Any], path: Path, value: Any) -> None:
    assert digest(comparable(parsed(with_value(raw, path, value)))) != digest(comparable(parsed(raw)))


@pytest.mark.parametrize("raw", [capping(), throttling()], ids=["capping", "throttling"])
def test_a_limit_is_always_deployed(raw: dict[str, Any]) -> None:
    assert comparable(parsed(raw))["state"] == "deployed"


@pytest.mark.parametrize("kind", SMALLEST)
def test_a_comparable_document_holds_nothing_that_is_ours_alone(kind: str) -> None:
    raw = {**SMALLEST[kind], "lifecycle": {"owner": "team"}}
    assert not {"$schema", "formatVersion", "kind", "lifecycle"} & comparable(parsed(raw)).keys()


def test_comparing_changes_no_shared_default() -> None:
    document = comparable(parsed(action(authentication=CUSTOM)))
    document["authentication"]["cacheDuration"]["duration"] = 99
    assert DEFAULT_CACHE_DURATION == {"duration": 1, "timeUnit": "hours"}


def test_texts_in_which_references_count_are_found_with_their_places() -> None:
    found = dict(noted(example()))
    assert found["endpoint", "url"] == "https://${loyaltyHost}/v2/messages"
    assert found["authentication", "headers", "Authorization"].startswith(
        "Basic EncodeBase64(${loyaltyClient}"
    )
    assert found["request", "template"] == "welcome"


@pytest.mark.parametrize(
    "path",
    [
        ("name",),
        ("description",),
        ("endpoint", "headers", "X-Locale", "$variable"),
        ("request", "recipient", "id", "$type"),
        ("request", "products", "$items", "price", "$variable"),
        ("response", "messageId"),
        ("lifecycle", "owner"),
    ],
    ids=".".join,
)
def test_names_labels_types_and_descriptions_hold_no_references(path: Path) -> None:
    assert path not in dict(noted(example()))


@pytest.mark.parametrize(
    ("raw", "paths"),
    [
        (campaign(endpoint={"url": "x"}), [("request", "channel"), ("endpoint", "url")]),
        (capping(), [("url",)]),
        (throttling(), [("urlPattern",)]),
        (action(request={"a": ["x", {"$constant": "y", "$type": "dateOnly"}, 5, None]}), None),
    ],
    ids=["campaign", "capping", "throttling", "constants"],
)
def test_texts_of_every_kind_are_found(raw: dict[str, Any], paths: list[Path] | None) -> None:
    constants: list[Path] = [("request", "a", 0), ("request", "a", 1, "$constant")]
    expected = paths or [("endpoint", "method"), ("endpoint", "url"), *constants]
    assert [path for path, _ in noted(raw)] == expected


def test_changing_texts_leaves_the_rest_and_the_original_alone() -> None:
    raw = action(request={"${a}": "${a}", "n": 1, "l": ["${a}"]})
    changed = map_texts("CustomAction", raw, lambda path, text: text.upper())
    assert changed["request"] == {"${a}": "${A}", "n": 1, "l": ["${A}"]}
    assert raw["request"]["${a}"] == "${a}"


@law
@given(definitions, st.dictionaries(st.sampled_from(["host", "a_1"]), literals))
def test_filling_a_document_fills_every_text_and_nothing_else(raw: Any, values: dict[str, str]) -> None:
    filled = fill_document(raw["kind"], raw, values)
    assert dict(noted(filled)) == {path: fill_values(text, values) for path, text in noted(raw)}
    assert exactly(fill_document(raw["kind"], filled, {"host": "x", "a_1": "y"} | values)) == exactly(
        fill_document(raw["kind"], raw, {"host": "x", "a_1": "y"} | values)
    )


@pytest.mark.parametrize("kind", SMALLEST)
def test_a_definition_is_frozen(kind: str) -> None:
    definition: Any = parsed(SMALLEST[kind])
    with pytest.raises(ValidationError, match="frozen"):
        definition.name = "Other"


def test_the_parts_of_a_definition_are_frozen() -> None:
    definition: Any = parsed(example())
    for part, name in [
        (definition.endpoint, "url"),
        (definition.request, "root"),
        (definition.lifecycle, "protect"),
    ]:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, name, None)


def test_a_model_reads_a_document_by_itself_too() -> None:
    assert CustomAction.model_validate(action()) == parsed(action())


def test_fields_are_read_by_the_spelling_of_files_alone() -> None:
    definition: Any = parsed(action(allowNullValues=True))
    assert definition.allow_null_values is True
    assert "allowNullValues" in type(definition).field_names()
