"""What is written and read back is what was meant, for every definition that can be drawn."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from tests.platform.samples import document
from tests.strategies import (
    Refs,
    campaign_actions,
    custom_actions,
    endpoint_configs,
    request_payloads,
    response_payloads,
    throttling_configs,
)
from toolkit.core.canonical import DecimalLiteral, dump_json
from toolkit.core.redact import MASK, Secret
from toolkit.model.document import map_texts
from toolkit.model.text import MASKED, reveal_text
from toolkit.platform.actions import ActionsAdapter
from toolkit.platform.adapter import Adapter, literal_text, sendable_document
from toolkit.platform.answers import parse_answer
from toolkit.platform.authentication import is_masked_place
from toolkit.platform.capping import CappingAdapter
from toolkit.platform.payload import (
    read_request_fields,
    read_response_fields,
    request_fields,
    response_fields,
)
from toolkit.platform.throttling import ThrottlingAdapter

SECRETS = Refs(secrets=True)
CANARY = Secret("s3cret ${x}")


def read_back(adapter: Adapter, raw: dict[str, Any], **stored: Any) -> tuple[str, Any]:
    """Send a definition, store it as the platform does, and read it."""
    sent = adapter.body(sendable_document(raw["kind"], document(raw), lambda _: CANARY))
    element = parse_answer(dump_json({**sent, "uid": "u", **stored}).encode())
    if "authentication" in element:
        mask(element["authentication"])
    reading = adapter.read(element)
    return reading.kind, reading.document


def mask(authentication: dict[str, Any]) -> None:
    for name in ("password", "value"):
        if name in authentication:
            authentication[name] = MASK
    for place in (authentication.get("headers", {}), authentication.get("body", {}).get("bodyParams", {})):
        place.update(dict.fromkeys(place, MASK))


def as_live(raw: dict[str, Any]) -> Any:
    """The comparable document with secrets in place where they show, and masks where they don't."""

    def shown(path: Any, text: str) -> str:
        return MASKED if is_masked_place(path) else literal_text(reveal_text(text, lambda _: CANARY))

    return map_texts(raw["kind"], document(raw), shown)


@given(custom_actions(SECRETS))
def test_a_custom_action_reads_back_as_it_was_written(raw: dict[str, Any]) -> None:
    kind, found = read_back(ActionsAdapter(), raw, usedIn=[], state="created", metadata={})

    assert (kind, found) == ("CustomAction", as_live(raw))


@given(campaign_actions())
def test_a_campaign_action_reads_back_as_it_was_written(raw: dict[str, Any]) -> None:
    added = {"authentication": {"type": "noAuth"}, "usedIn": [], "state": "created"}

    assert read_back(ActionsAdapter(), raw, **added) == ("CampaignAction", as_live(raw))


@given(endpoint_configs())
def test_a_deployed_capping_reads_back_as_it_was_written(raw: dict[str, Any]) -> None:
    adapter = CappingAdapter("ORG")
    live = adapter.body(sendable_document(raw["kind"], document(raw), lambda _: CANARY))

    assert read_back(adapter, raw, state="deployed", deployedConfig=live) == ("EndpointConfig", as_live(raw))


@given(throttling_configs())
def test_a_deployed_throttling_reads_back_as_it_was_written(raw: dict[str, Any]) -> None:
    assert read_back(ThrottlingAdapter("ORG"), raw, state="deployed") == ("ThrottlingConfig", as_live(raw))


@given(request_payloads(nulls=True))
def test_the_spelling_of_numbers_survives_the_wire(payload: dict[str, Any]) -> None:
    fields = parse_answer(dump_json(request_fields(payload)).encode())

    assert numbers(read_request_fields(fields, ())) == numbers(payload)


def numbers(value: Any) -> list[str]:
    match value:
        case DecimalLiteral() | bool() | int():
            return [dump_json(value)]
        case dict():
            hidden = ("$variable", "$type", "$optional")
            return [each for key, member in value.items() if key not in hidden for each in numbers(member)]
        case list():
            return [each for member in value for each in numbers(member)]
        case _:
            return []


@given(response_payloads())
def test_a_response_reads_back_as_it_was_written(payload: dict[str, Any]) -> None:
    assert read_response_fields(response_fields(payload), ()) == payload


def test_nulls_between_numbers_keep_the_type_of_the_list() -> None:
    node = {"list": {"$constant": [1, None], "$type": "listInteger"}, "mixed": [1, None]}

    fields = request_fields(node)

    assert [field["type"] for field in fields] == ["listInteger", "listAny"]
    assert read_request_fields(fields, ()) == node


def test_constants_travel_as_the_text_of_their_literal() -> None:
    fields = request_fields({"d": DecimalLiteral("2.0"), "b": True, "s": "welcome", "n": None, "i": 7})

    assert [(field["type"], field["value"]) for field in fields] == [
        ("decimal", "2.0"),
        ("boolean", "true"),
        ("string", "welcome"),
        ("string", None),
        ("integer", "7"),
    ]
