"""What is kept of a definition for rules about several."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.model.definitions import definitions
from tests.rules.scenes import facts
from toolkit.model.document import references
from toolkit.model.guardrails import Rate
from toolkit.model.kinds import parse_definition
from toolkit.model.text import secret_refs
from toolkit.rules import facts_of
from toolkit.rules.facts import Address

BASIC = {"type": "basic", "username": "ajo", "password": "${secret:loyalty/ajo}"}


def address_of(url: str) -> Address | None:
    return facts("action", {"/endpoint/url": url}).address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example.com/v1", ("https", "api.example.com", "/v1")),
        ("HTTPS://API.Example.com/V1", ("https", "api.example.com", "/V1")),
        ("https://api.example.com", ("https", "api.example.com", "/")),
        ("https://api.example.com:443/v1", ("https", "api.example.com", "/v1")),
        ("http://api.example.com:80/v1", ("http", "api.example.com", "/v1")),
    ],
)
def test_one_place_has_one_address_however_it_is_spelled(url: str, expected: tuple[str, str, str]) -> None:
    assert address_of(url) == Address(*expected)


@pytest.mark.parametrize(
    "url",
    [
        "https://${host}/v1",
        "https://api.example.com/${tenant}",
        "https://api.example.com:8443/v1",
        "https://10.0.0.1/v1",
        "https://me@api.example.com/v1",
        "https://api.example.com/v1?a=b",
        "ftp://api.example.com/v1",
        "not a URL",
    ],
)
def test_a_url_that_is_unknown_or_wrong_has_no_address(url: str) -> None:
    assert address_of(url) is None


def test_an_action_that_is_not_authenticated_sends_credentials_nowhere() -> None:
    known = facts("action", {})

    assert (known.authentication, known.hosts) == ("", ())


def test_a_credential_goes_to_the_host_of_the_action() -> None:
    assert facts("action", {"/authentication": BASIC}).hosts == ("api.loyalty.example",)


def test_a_token_is_asked_for_at_a_host_of_its_own() -> None:
    assert set(facts("action with a token", {}).hosts) == {"api.loyalty.example", "login.loyalty.example"}


@pytest.mark.parametrize(
    "changed",
    [{**BASIC, "username": "other"}, {**BASIC, "password": "${secret:loyalty/ajo@2026-11}"}],
    ids=["another user", "another label of the secret"],
)
def test_another_credential_is_another_authentication(changed: dict[str, Any]) -> None:
    one, other = (facts("action", {"/authentication": each}) for each in (BASIC, changed))

    assert one.authentication != other.authentication


def test_a_secret_goes_where_its_request_goes() -> None:
    token = {
        "type": "customAuthorization",
        "endpoint": "https://login.example.com/token",
        "method": "POST",
        "body": {"bodyType": "form", "bodyParams": {"client_secret": "${secret:team/client@2}"}},
        "tokenInResponse": "json://access_token",
        "authorizationType": "bearer",
    }
    known = facts(
        "action",
        {
            "/endpoint/url": "https://API.example.com/v1",
            "/endpoint/headers": {"X-Key": "k ${secret:team/key}"},
            "/authentication": token,
        },
    )
    assert known.secrets == (
        ("team/key", "api.example.com", ("endpoint", "headers", "X-Key")),
        ("team/client", "login.example.com", ("authentication", "body", "bodyParams", "client_secret")),
    )


@pytest.mark.parametrize("url", ["https://api.example.com:8443/v1", "https://user@api.example.com/v1"])
def test_the_host_of_a_secret_is_known_however_odd_the_url(url: str) -> None:
    known = facts("action", {"/endpoint/url": url, "/authentication": BASIC})
    assert [host for _, host, _ in known.secrets] == ["api.example.com"]


@pytest.mark.parametrize("url", ["https://${host}.example.com/", "https:///v1", "nowhere"])
def test_a_secret_goes_to_no_known_host_where_the_url_has_none(url: str) -> None:
    known = facts("action", {"/endpoint/url": url, "/authentication": BASIC})
    assert [host for _, host, _ in known.secrets] == [""]


def test_keys_in_another_order_are_the_same_authentication() -> None:
    turned = dict(reversed(BASIC.items()))

    assert facts("action", {"/authentication": BASIC}).authentication == (
        facts("action", {"/authentication": turned}).authentication
    )


def test_a_capping_limits_actions_by_its_rating() -> None:
    known = facts("capping", {})

    assert (known.rate, known.services, known.methods) == (Rate(500, 1000), ("action",), ("POST",))


def test_a_capping_of_data_sources_alone_limits_no_action() -> None:
    rating = {"maxCallsCount": 500, "periodInMs": 1000}
    known = facts("capping", {"/services": {"dataSource": {"maxHttpConnections": 50, "rating": rating}}})

    assert (known.rate, known.services) == (None, ("dataSource",))


def test_a_throttling_is_a_rate_a_second() -> None:
    assert facts("throttling", {}).rate == Rate(400, 1000)


@given(definitions)
def test_facts_of_any_definition_are_known_and_depend_on_nothing_else(document: Any) -> None:
    definition = parse_definition(document).definition
    if definition is not None:
        assert facts_of(definition, "a.json") == facts_of(definition, "a.json")


@given(definitions)
def test_no_secret_of_any_definition_is_overlooked(document: Any) -> None:
    definition = parse_definition(document).definition
    if definition is not None:
        written = [
            (reference.path, path) for path, text in references(definition) for reference in secret_refs(text)
        ]
        known = [(secret, path) for secret, _, path in facts_of(definition).secrets]
        assert sorted(known, key=repr) == sorted(written, key=repr)
