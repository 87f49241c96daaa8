"""A credential that would go to a host it is not bound to is a danger that names both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.plan.samples import SCOPE, action, changed, live
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, Resource
from toolkit.plan.compute import compute
from toolkit.plan.guard import approve
from toolkit.plan.stance import Base
from toolkit.plan.types import Plan, Policy

KEY, CLIENT = "${secret:acme/key}", "${secret:acme/client}"
OWN, EVIL = "https://api.example.com/v1", "https://evil.example/v1"
LOGIN = "https://login.example.com/token"


def keyed(url: str = OWN, name: str = "Welcome", key: str = KEY) -> Resource:
    """An action that sends a key in a header."""
    return action(name, url, headers={"X-Key": key})


def with_token(url: str = OWN, login: str = LOGIN, name: str = "Welcome") -> Resource:
    """An action that asks for a token with a client secret."""
    authentication = {
        "type": "customAuthorization",
        "endpoint": login,
        "method": "POST",
        "body": {"bodyType": "form", "bodyParams": {"client_secret": CLIENT}},
        "tokenInResponse": "json://access_token",
        "authorizationType": "bearer",
    }
    return action(name, url, authentication=authentication)


def plan_of(
    desired: Sequence[Resource],
    live_ones: Sequence[Resource] = (),
    base: Sequence[Resource] | None = None,
    table: Mapping[str, Sequence[str]] | None = None,
) -> Plan:
    ours = None if base is None else Base(Catalog.of(base), secret_hosts=table or {})
    return compute(SCOPE, Catalog.of(desired), Catalog.of(map(live, live_ones)), ours)


def dangers(*arguments: Any, **more: Any) -> list[str]:
    return [danger for step in plan_of(*arguments, **more).steps for danger in step.dangers]


TO_EVIL = "${secret:acme/key} is bound to api.example.com and would go to evil.example"


def test_a_url_that_leads_a_secret_elsewhere_names_the_secret_and_both_hosts() -> None:
    assert dangers([keyed(EVIL)], [keyed()], [keyed()]) == [TO_EVIL]


def test_a_new_action_that_would_send_a_known_secret_elsewhere_is_a_danger_too() -> None:
    assert dangers([keyed(), keyed(EVIL, "Thief")], [keyed()], [keyed()]) == [TO_EVIL]


def test_an_action_that_begins_to_send_a_secret_of_another_is_a_danger() -> None:
    bare = action("Other", EVIL)
    assert dangers([keyed(), keyed(EVIL, "Other")], [keyed(), bare], [keyed(), bare]) == [TO_EVIL]


def test_a_secret_under_a_new_label_is_still_the_same() -> None:
    assert dangers([keyed(EVIL, key="${secret:acme/key@2027}")], [keyed()], [keyed()]) == [TO_EVIL]


def test_a_token_endpoint_elsewhere_is_a_danger() -> None:
    found = dangers([with_token(login="https://evil.example/token")], [with_token()], [with_token()])
    assert found == ["${secret:acme/client} is bound to login.example.com and would go to evil.example"]


def test_a_token_that_would_go_elsewhere_is_a_danger() -> None:
    assert dangers([with_token(EVIL)], [with_token()], [with_token()]) == [
        "the token got with ${secret:acme/client} is bound to api.example.com and would go to evil.example"
    ]


def test_a_client_secret_sent_to_the_action_itself_is_a_danger() -> None:
    thief = keyed(OWN, "Thief", CLIENT)
    assert dangers([with_token(), thief], [with_token()], [with_token()]) == [
        "${secret:acme/client} is bound to login.example.com and would go to api.example.com"
    ]


def test_hosts_that_change_places_are_a_danger_for_both_credentials() -> None:
    swapped = with_token("https://login.example.com/v1", "https://api.example.com/token")
    assert len(dangers([swapped], [with_token()], [with_token()])) == 2


@pytest.mark.parametrize(
    ("hosts", "is_danger"),
    [
        (["*.example.com"], False),
        (["api.example.com", "new.example.com"], False),
        (["api.example.com"], True),
    ],
    ids=["below", "named", "not named"],
)
def test_the_settings_of_the_base_say_where_a_secret_may_go(hosts: list[str], is_danger: bool) -> None:
    moved = keyed("https://new.example.com/v1")
    assert bool(dangers([moved], [keyed()], [keyed()], {"acme/*": hosts})) is is_danger


def test_a_new_secret_of_a_new_action_goes_where_its_definition_says() -> None:
    assert dangers([keyed(EVIL, key="${secret:new/key}")], [], [keyed()]) == []


def test_without_a_base_a_secret_is_bound_to_the_hosts_that_are_live() -> None:
    assert dangers([keyed(EVIL)], [keyed()]) == [TO_EVIL]
    assert dangers([keyed(EVIL)]) == []


def test_what_goes_where_it_went_is_no_danger() -> None:
    both = [with_token(), keyed(name="Other")]
    assert dangers([changed(each, description="new") for each in both], both, both) == []


@pytest.mark.parametrize("url", ["https://[broken/", "no url"])
def test_an_address_that_is_none_is_no_other_host(url: str) -> None:
    before = keyed()
    assert dangers([changed(before, endpoint={**before.document["endpoint"], "url": url})], [before]) == []


def test_such_a_plan_is_carried_out_only_where_destroying_is_allowed() -> None:
    plan = plan_of([keyed(EVIL)], [keyed()], [keyed()])
    with pytest.raises(
        AjoError, match=r"Welcome: .* is bound to api\.example\.com and would go to evil"
    ) as no:
        approve(plan, Policy(), "ada")
    assert no.value.code == "AJO604"
    assert approve(plan, Policy(allow_destroy=True), "ada").plan is plan
