"""What is live becomes resources, or is reported with a reason; nothing is guessed and nothing crashes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.platform.samples import action, capping, listing, served
from toolkit.core.redact import MASK
from toolkit.model.catalog import JourneyUse, Resource, ResourceKey
from toolkit.model.text import MASKED
from toolkit.platform import OTHER_CONFIGURATION, OtherResource, PlatformError
from toolkit.platform.actions import ActionsAdapter
from toolkit.platform.adapter import understood
from toolkit.platform.capping import CappingAdapter
from toolkit.platform.throttling import ThrottlingAdapter
from toolkit.platform.veil import Veil

CONSTANT = {"name": "n", "type": "string", "isVariable": False, "value": "x"}


def seen(element: dict[str, Any], adapter: Any = None) -> Resource | OtherResource:
    return understood(adapter or ActionsAdapter(), element, Veil())


def resource_of(element: dict[str, Any], adapter: Any = None) -> Resource:
    found = seen(element, adapter)
    assert isinstance(found, Resource), found
    return found


def other_of(element: dict[str, Any], adapter: Any = None) -> OtherResource:
    found = seen(element, adapter)
    assert isinstance(found, OtherResource)
    return found


def fields(*found: dict[str, Any]) -> dict[str, Any]:
    return action(requestPayload={"fields": list(found), "allowNullValues": False})


def throttling(**changes: Any) -> dict[str, Any]:
    element = {
        "uid": "t1",
        "urlPattern": "https://api.example.com/*",
        "methods": ["POST"],
        "maxThroughput": 500,
        "state": "deployed",
        "orgId": "ORG",
    }
    return {**element, **changes}


def test_a_live_action_is_a_resource_with_uid_state_and_uses() -> None:
    use = {"journeyId": "j1", "name": "Onboarding", "status": "Deployed"}

    found = resource_of(action(usedIn=[use]))

    assert found.key == ResourceKey("CustomAction", "Welcome")
    assert found.remote is not None
    assert (found.remote.uid, found.remote.state) == ("u1", "created")
    assert found.remote.used_in == (JourneyUse("j1", "Onboarding", "Deployed"),)


def test_a_fingerprint_ignores_who_uses_or_touched_the_element_but_not_its_configuration() -> None:
    def fingerprint(**changes: Any) -> str:
        remote = resource_of(action(**changes)).remote
        assert remote is not None
        return remote.fingerprint

    use = {"journeyId": "j", "name": "n", "status": "Draft"}
    assert fingerprint() == fingerprint(metadata={"lastModifiedAt": "later"}, usedIn=[use])
    assert fingerprint() != fingerprint(description="changed")
    assert fingerprint() != fingerprint(state="updated")


def test_a_literal_reference_in_a_live_text_is_escaped() -> None:
    endpoint = {**action()["endpoint"], "url": "https://h/${notOurs}"}

    document = resource_of(action(endpoint=endpoint)).document

    assert document["endpoint"]["url"] == "https://h/$${notOurs}"


def test_masks_are_marked_only_where_the_platform_masks() -> None:
    query = [{"name": "q", "isVariable": False, "value": MASK}]
    basic = {"type": "basic", "username": MASK, "password": MASK}
    endpoint = {**action()["endpoint"], "queryParameters": query}

    document = resource_of(action(authentication=basic, endpoint=endpoint)).document

    assert document["authentication"] == {"type": "basic", "username": MASK, "password": MASKED}
    assert document["endpoint"]["query"] == {"q": MASK}


def test_what_a_sandbox_copy_left_stays_as_it_is() -> None:
    basic = {"type": "basic", "username": "u", "password": "INSERT SECRET HERE"}

    document = resource_of(action(authentication=basic)).document

    assert document["authentication"]["password"] == "INSERT SECRET HERE"


@pytest.mark.parametrize(
    ("action_type", "reason"), [("builtIn", "built in"), ("marketoEngage", "Marketo Engage")]
)
def test_actions_of_other_types_are_reported_with_their_type(action_type: str, reason: str) -> None:
    found = other_of({"uid": "b1", "name": "email", "actionType": action_type, "anything": 1})

    assert (found.kind, found.name, found.uid) == (action_type, "email", "b1")
    assert found.reason.startswith(reason)


def test_an_unknown_type_of_action_is_reported() -> None:
    found = other_of(action(actionType="hologram"))

    assert (found.kind, found.name) == ("hologram", "Welcome")
    assert "PF-ACT-3" in found.reason


NOT_UNDERSTOOD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown member": (action(surprise=1), "surprise"),
    "no type": (action(actionType=None), "actionType"),
    "no uses": ({k: v for k, v in action().items() if k != "usedIn"}, "usedIn"),
    "use of another shape": (action(usedIn=[{"journeyId": "j"}]), "usedIn[0]"),
    "description": (action(description=None), "description"),
    "bad channel": (action(channel="fax"), "governance.channel"),
    "marketing action alone": (action(requiredMarketingAction="m"), "governance: the field"),
    "bad authentication": (action(authentication={"type": "oauth3"}), "authentication"),
    "noAuth with more": (action(authentication={"type": "noAuth", "x": 1}), "authentication.x"),
    "endpoint member": (action(endpoint={**action()["endpoint"], "retry": 1}), "endpoint.retry"),
    "no endpoint": ({k: v for k, v in action().items() if k != "endpoint"}, "endpoint is missing"),
    "no allowNullValues": (action(requestPayload={"fields": [CONSTANT]}), "allowNullValues is missing"),
    "no fields": (fields(), "request"),
    "field type": (fields({**CONSTANT, "type": "uuid"}), "no constant of the type uuid"),
    "field member": (fields({**CONSTANT, "format": "x"}), "fields[0].format"),
    "field mark": (fields({**CONSTANT, "name": "$variable"}), "begins with $"),
    "field twice": (fields(CONSTANT, CONSTANT), "a second field 'n'"),
    "number text": (fields({**CONSTANT, "type": "integer", "value": "2.0"}), "no literal"),
    "number blanks": (fields({**CONSTANT, "type": "integer", "value": " 2"}), "blanks"),
    "boolean text": (fields({**CONSTANT, "type": "boolean", "value": "yes"}), "no literal"),
    "null number": (fields({**CONSTANT, "type": "integer", "value": None}), "no constant"),
    "object value": (fields({**CONSTANT, "value": {}}), "no constant"),
    "variable object": (
        fields({"name": "o", "type": "object", "isVariable": True, "label": "l", "isOptional": False}),
        "request.o.$type",
    ),
    "wrong items": (
        fields({"name": "l", "type": "listInteger", "isVariable": False, "items": [
            {"type": "string", "isVariable": False, "value": "x"}]}),
        "no items of a listInteger",
    ),
    "constant inside a variable list": (
        fields({"name": "l", "type": "listObject", "isVariable": True, "label": "l", "isOptional": False,
                "fields": [CONSTANT]}),
        "request.l.$items",
    ),
    "response type": (action(responsePayload={"fields": [{"name": "r", "type": "uuid"}]}), "response.r"),
    "response twice": (
        action(responsePayload={"fields": [{"name": "r", "type": "string"}] * 2}), "a second field 'r'"
    ),
    "no isVariable": (fields({"name": "n", "type": "string", "value": "x"}), "isVariable"),
    "campaign that allows nulls": (
        {k: v for k, v in action(
            actionType="campaignClassic", requestPayload={"fields": [CONSTANT], "allowNullValues": True}
        ).items() if k != "endpoint"},
        "allowNullValues",
    ),
    "campaign with authentication": (
        {k: v for k, v in action(
            actionType="campaignStandard", authentication={"type": "basic", "username": "u", "password": "p"}
        ).items() if k != "endpoint"},
        "none of its own",
    ),
    "half a surrogate pair": (action(description="\ud800"), "surrogate"),
    "campaign with a method": (action(actionType="campaignClassic"), "endpoint.method"),
    "campaign with a channel": (action(actionType="campaignClassic", channel="sms"), "channel"),
}  # fmt: skip


@pytest.mark.parametrize(("element", "words"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_an_action_of_another_shape_is_reported_and_not_guessed(element: dict[str, Any], words: str) -> None:
    found = other_of(element)

    assert found.reason.startswith("not understood: ")
    assert words in found.reason
    assert found.name == "Welcome"


@pytest.mark.parametrize("names", [("X-A", "x-a"), ("Content-Type", "content-type")])
def test_a_header_that_comes_twice_is_not_understood(names: tuple[str, str]) -> None:
    headers = [{"name": name, "isVariable": False, "value": "v"} for name in names]

    assert "a second" in other_of(action(endpoint={**action()["endpoint"], "headers": headers})).reason


def test_parameter_names_count_with_case() -> None:
    query = [{"name": name, "isVariable": False, "value": "v"} for name in ("a", "A")]

    document = resource_of(action(endpoint={**action()["endpoint"], "queryParameters": query})).document

    assert document["endpoint"]["query"] == {"a": "v", "A": "v"}


def test_a_nesting_beyond_any_definition_is_not_understood() -> None:
    deep: dict[str, Any] = CONSTANT
    for _ in range(100):
        deep = {"name": "o", "type": "object", "isVariable": False, "fields": [deep]}

    assert "nested deeper" in other_of(fields(deep)).reason


def test_a_nesting_as_deep_as_a_file_allows_is_understood() -> None:
    deep: dict[str, Any] = CONSTANT
    for _ in range(62):
        deep = {"name": "o", "type": "object", "isVariable": False, "fields": [deep]}

    assert resource_of(fields(deep)).document["request"]["o"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(action())), json_values)
def test_no_member_of_an_element_makes_the_reading_crash(name: str, value: Any) -> None:
    element = {**action(), "channel": "sms", name: value, "uid": "u1"}

    assert isinstance(seen(element), (Resource, OtherResource))


@given(st.sampled_from([*capping(), "surprise"]), json_values)
def test_no_member_of_a_limit_makes_the_reading_crash(name: str, value: Any) -> None:
    for element, adapter in ((capping(), CappingAdapter("ORG")), (throttling(), ThrottlingAdapter("ORG"))):
        assert isinstance(seen({**element, name: value, "uid": "x"}, adapter), (Resource, OtherResource))


OTHER_BODY = {**capping()["deployedConfig"], "methods": ["GET"]}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "deployed"),
        ({"methods": ["POST", "POST"]}, "deployed"),
        ({"deployedConfig": {**capping()["deployedConfig"], "_id": "x", "id": "x"}}, "deployed"),
        ({"state": "created", "deployedConfig": None}, "created"),
        ({"state": "updated", "deployedConfig": None}, "updated"),
        ({"state": "deployed", "deployedConfig": OTHER_BODY}, OTHER_CONFIGURATION),
        ({"state": "updated", "deployedConfig": OTHER_BODY}, OTHER_CONFIGURATION),
        ({"state": "updated"}, "deployed"),
        ({"state": "deployed", "deployedConfig": None}, OTHER_CONFIGURATION),
    ],
)
def test_a_capping_counts_as_deployed_only_with_the_configuration_it_shows(
    changes: dict[str, Any], state: str
) -> None:
    assert resource_of(capping(**changes), CappingAdapter("ORG")).document["state"] == state


def test_an_action_without_authentication_has_none() -> None:
    element = action()
    del element["authentication"]

    assert "authentication" not in resource_of(element).document


def test_a_capping_of_another_shape_is_reported_under_its_url() -> None:
    found = other_of(capping(methods=["BREW"]), CappingAdapter("ORG"))

    assert (found.kind, found.name) == ("EndpointConfig", "https://api.example.com/*")


def test_a_throttling_without_name_shows_that_it_has_none() -> None:
    document = resource_of(throttling(), ThrottlingAdapter("ORG")).document

    assert (document["name"], document["description"], document["state"]) == ("", "", "deployed")


def test_reading_separates_resources_from_what_definitions_do_not_stand_for() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        match request.url.path.rpartition("/")[2]:
            case "actions":
                return listing(action(), action("Old", "u2", actionType="builtIn"))
            case "endpointConfigs":
                return listing(capping())
            case _:
                return listing(throttling())

    live = served(handler).read()

    assert [str(resource.key) for resource in live.catalog] == [
        "CustomAction Welcome",
        "EndpointConfig https://api.example.com/*",
        "ThrottlingConfig https://api.example.com/*",
    ]
    assert [other.name for other in live.others] == ["Old"]


def test_finding_something_that_is_not_understood_is_an_error_and_not_nothing() -> None:
    with pytest.raises(PlatformError, match="surprise") as caught:
        served(lambda _: listing(action(surprise=1))).find(ResourceKey("CustomAction", "Welcome"))

    assert caught.value.code == "AJO504"


def test_finding_goes_by_kind_and_identity() -> None:
    live = served(lambda _: listing(action(), action("Other", "u2")))

    assert live.find(ResourceKey("CampaignAction", "Welcome")) is None
    assert live.find(ResourceKey("CustomAction", "Missing")) is None
    found = live.find(ResourceKey("CustomAction", "Other"))
    assert found is not None
    assert found.remote is not None
    assert found.remote.uid == "u2"
