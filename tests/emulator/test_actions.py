"""The life of an action, what is filled in, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import Caller, ok, refusal, showing
from tests.emulator.samples import action, constant, endpoint, request_field, variable

DEFAULT_HEADERS = [constant("Content-Type", "application/json"), constant("Charset", "UTF-8")]


def created(caller: Caller, **changes: Any) -> dict[str, Any]:
    return caller.read("actions", caller.create("actions", action(**changes)))


@pytest.mark.shows("createAction 200", "getAction 200", "PF-ACT-1", "PF-WRT-6")
def test_creating_answers_the_envelope_of_the_authoring_api(caller: Caller) -> None:
    answer = ok(caller.post("actions", action()))
    assert answer["uri"] == f"/voyager/apis/actions/{answer['uid']}"
    assert (answer["resStatus"], answer["canDeploy"]) == ("created", {"validationStatus": "ok"})
    assert answer["createdElement"] == caller.read("actions", answer["uid"])
    assert set(answer["createdElement"]["metadata"]) == {
        f"{verb}{what}" for verb in ("created", "lastModified") for what in ("By", "ById", "At")
    }


@pytest.mark.shows("updateAction 200")
def test_an_update_replaces_the_whole_action(caller: Caller) -> None:
    uid = caller.create("actions", action(description="old", channel="sms", requiredMarketingAction="m"))
    answer = ok(caller.put(f"actions/{uid}", action(name="SlackPost2")))
    updated = answer["updatedElement"]
    assert (answer["resStatus"], updated["state"], updated["name"]) == ("updated", "updated", "SlackPost2")
    assert updated["description"] == ""
    assert not {"channel", "requiredMarketingAction"} & set(updated)


@pytest.mark.shows("deleteAction 200", "deleteAction 404", "getAction 404", "updateAction 404")
def test_a_deleted_action_is_gone_and_its_name_is_free(caller: Caller) -> None:
    uid = caller.create("actions", action())
    assert ok(caller.delete(f"actions/{uid}")) == {"uid": uid, "resStatus": "deleted"}
    for answer in (caller.get(f"actions/{uid}"), caller.put(f"actions/{uid}", action())):
        assert refusal(answer) == (404, 404)
    assert refusal(caller.delete(f"actions/{uid}")) == (404, 404)
    assert caller.create("actions", action()) != uid


@pytest.mark.shows("PF-ACT-5", "PF-ACT-9", "PF-ACT-12")
def test_what_is_not_sent_is_filled_in(caller: Caller) -> None:
    read = created(caller)
    assert read["description"] == ""
    assert read["authentication"] == {"type": "noAuth"}
    assert read["endpoint"] == endpoint(headers=DEFAULT_HEADERS, queryParameters=[])
    assert read["requestPayload"] == {"fields": [request_field()], "allowNullValues": False}
    assert read["usedIn"] == []
    assert not {"responsePayload", "failureResponsePayload", "channel"} & set(read)


@pytest.mark.shows("PF-ACT-5")
def test_sent_default_headers_are_not_doubled(caller: Caller) -> None:
    headers = [constant("x-team", "crm"), constant("content-type", "application/vnd.api+json")]
    read = created(caller, endpoint=endpoint(headers=headers))
    assert read["endpoint"]["headers"] == [constant("Charset", "UTF-8"), *headers]


def test_constant_headers_and_parameters_come_back_as_they_are(caller: Caller) -> None:
    parameters = [constant("team", "crm"), variable("user", "The user")]
    read = created(caller, endpoint=endpoint(method="GET", queryParameters=parameters), requestPayload=None)
    assert read["endpoint"]["queryParameters"] == parameters


REQUEST_FIELDS: list[dict[str, Any]] = [
    request_field("text", value="2.0"),
    request_field("nothing", value=None),
    request_field("whole", type="integer", value="-12"),
    request_field("part", type="decimal", value="2.0"),
    request_field("flag", type="boolean", value="true"),
    request_field("day", type="dateOnly", value="2024-02-29"),
    {"name": "who", "type": "string", "isVariable": True, "label": "Who", "isOptional": True},
    {"name": "tags", "type": "listString", "isVariable": True, "label": "Tags", "isOptional": False},
    {"name": "bare", "type": "object", "fields": [request_field("inner")]},
    {"name": "stated", "type": "object", "isVariable": False, "fields": []},
    {
        "name": "lines",
        "type": "listObject",
        "isVariable": True,
        "label": "Lines",
        "isOptional": False,
        "fields": [
            {"name": "sku", "type": "string", "isVariable": True, "label": "SKU", "isOptional": False}
        ],
    },
    {
        "name": "fixed",
        "type": "listObject",
        "isVariable": False,
        "items": [
            {
                "type": "object",
                "fields": [
                    {"name": "v", "type": "string", "isVariable": True, "label": "V", "isOptional": False}
                ],
            }
        ],
    },
    {
        "name": "mixed",
        "type": "listAny",
        "isVariable": False,
        "items": [
            {"type": "integer", "isVariable": False, "value": "1"},
            {"type": "string", "isVariable": False, "value": None},
            {
                "type": "listInteger",
                "isVariable": False,
                "items": [{"type": "integer", "isVariable": False, "value": "2"}],
            },
        ],
    },
]


@pytest.mark.shows("PF-ACT-6", "PF-ACT-7", "PF-ACT-17", "PF-ACT-19")
def test_every_shape_of_request_field_comes_back_as_it_was_sent(caller: Caller) -> None:
    payload = {"fields": REQUEST_FIELDS, "allowNullValues": True}
    assert created(caller, requestPayload=payload)["requestPayload"] == payload


@pytest.mark.shows("PF-ACT-6", "PF-ACT-8")
def test_response_payloads_come_back_as_they_were_sent(caller: Caller) -> None:
    inner = [{"name": "ts", "type": "dateTime"}, {"name": "any", "type": "listAny"}]
    fields = [{"name": "ok", "type": "boolean"}, {"name": "message", "type": "object", "fields": inner}]
    listed = [{"name": "errors", "type": "listObject", "fields": [{"name": "code", "type": "integer"}]}]
    read = created(caller, responsePayload={"fields": fields}, failureResponsePayload={"fields": listed})
    assert read["responsePayload"] == {"fields": fields}
    assert read["failureResponsePayload"] == {"fields": listed}


@pytest.mark.shows("PF-ACT-3", "PF-ACT-4")
@pytest.mark.parametrize("kind", ["campaignClassic", "campaignStandard", "marketoEngage"])
def test_a_campaign_action_may_do_without_endpoint(caller: Caller, kind: str) -> None:
    assert "endpoint" not in created(caller, actionType=kind, endpoint=None)


@pytest.mark.shows("PF-ACT-4")
def test_a_campaign_actions_endpoint_holds_its_url_alone(caller: Caller) -> None:
    only_url = {"url": "https://campaign.example.com"}
    assert created(caller, actionType="campaignClassic", endpoint=only_url)["endpoint"] == only_url
    answer = caller.post("actions", action(name="Other", actionType="campaignClassic"))
    assert refusal(answer) == (400, 1479)


@pytest.mark.shows("PF-ACT-11")
def test_governance_is_kept(caller: Caller) -> None:
    read = created(caller, channel="sms", requiredMarketingAction="smsTargeting")
    assert (read["channel"], read["requiredMarketingAction"]) == ("sms", "smsTargeting")


@pytest.mark.shows("1471", "PF-ACT-2")
@pytest.mark.parametrize("name", ["", "a" * 31, "with space", "da-sh", "dot.ted", "émoji", None, 5, "ok\n"])
def test_a_bad_name_is_1471(caller: Caller, name: Any) -> None:
    assert refusal(caller.post("actions", action(name=name))) == (400, 1471)


def test_a_name_of_thirty_characters_is_taken(caller: Caller) -> None:
    assert created(caller, name="a" * 30)["name"] == "a" * 30


@pytest.mark.shows("createAction 409", "1470", "PF-ACT-2")
@pytest.mark.parametrize("kind", ["custom", "campaignClassic"])
def test_a_name_that_is_taken_is_1470_whatever_the_type(caller: Caller, kind: str) -> None:
    caller.create("actions", action())
    again = action(actionType=kind, endpoint=endpoint() if kind == "custom" else None)
    assert refusal(caller.post("actions", again)) == (409, 1470)
    assert refusal(caller.post("actions", action(name="Email"))) == (409, 1470)


@pytest.mark.shows("updateAction 409", "1470")
def test_renaming_to_a_taken_name_is_1470_and_changes_nothing(caller: Caller) -> None:
    caller.create("actions", action())
    uid = caller.create("actions", action(name="Other"))
    assert refusal(caller.put(f"actions/{uid}", action())) == (409, 1470)
    assert caller.read("actions", uid)["name"] == "Other"


def test_the_same_name_is_free_in_another_sandbox(new_caller: Callable[[], Caller]) -> None:
    assert new_caller().create("actions", action()) != new_caller().create("actions", action())


@pytest.mark.shows("listActions 200", "PF-ACT-3")
def test_built_in_actions_are_listed_in_every_sandbox(new_caller: Callable[[], Caller]) -> None:
    first, second = new_caller().results("actions"), new_caller().results("actions")
    assert {"Email", "Push", "SMS"} <= {one["name"] for one in first}
    assert {one["actionType"] for one in first} == {"builtIn"}
    assert not {one["uid"] for one in first} & {one["uid"] for one in second}


@pytest.mark.shows("createAction 403", "updateAction 403", "deleteAction 403", "1472", "PF-ACT-3")
def test_built_in_actions_are_protected(caller: Caller) -> None:
    email = caller.results("actions")[0]
    assert refusal(caller.put(f"actions/{email['uid']}", action())) == (403, 1472)
    assert refusal(caller.delete(f"actions/{email['uid']}")) == (403, 1472)
    assert refusal(caller.post("actions", action(actionType="builtIn"))) == (403, 1472)
    assert caller.read("actions", email["uid"]) == email


def varying(*fields: dict[str, Any]) -> dict[str, Any]:
    return {**variable("list", "List"), "type": "listObject", "fields": list(fields)}


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"endpoint": endpoint(url="ftp://a.example.com/")}, 1475),
    ({"endpoint": endpoint(url="https://10.0.0.1/")}, 1475),
    ({"endpoint": endpoint(url=None)}, 1475),
    ({"endpoint": endpoint(method="DELETE")}, 1476),
    ({"endpoint": endpoint(method=None)}, 1476),
    ({"endpoint": endpoint(method="GET")}, 1477),
    ({"endpoint": endpoint(headers=[constant("bad header", "v")])}, 1478),
    ({"endpoint": endpoint(headers=[constant(".dot", "v")])}, 1478),
    ({"endpoint": endpoint(headers=[constant("$dollar", "v")])}, 1478),
    ({"endpoint": endpoint(headers=[constant("", "v")])}, 1478),
    ({"endpoint": endpoint(queryParameters=[constant("$dollar", "v")])}, 1478),
    ({"endpoint": endpoint(queryParameters=[constant(".dot", "v")])}, 1478),
    ({"endpoint": endpoint(queryParameters=[constant("", "v")])}, 1478),
    ({"requestPayload": {"fields": [request_field("a.b")]}}, 1478),
    ({"requestPayload": {"fields": [request_field("$a")]}}, 1478),
    ({"responsePayload": {"fields": [{"name": "a.b", "type": "string"}]}}, 1478),
    ({"failureResponsePayload": {"fields": [{"name": "", "type": "string"}]}}, 1478),
    ({"actionType": "unknown"}, 1479),
    ({"actionType": None}, 1479),
    ({"description": 5}, 1479),
    ({"channel": {}}, 1479),
    ({"actionType": "campaignClassic", "endpoint": None, "channel": "email"}, 1479),
    ({"endpoint": None}, 1479),
    ({"endpoint": endpoint(headers={})}, 1479),
    ({"endpoint": endpoint(headers=["x"])}, 1479),
    ({"endpoint": endpoint(headers=[{"name": "x", "value": "v"}])}, 1479),
    ({"endpoint": endpoint(headers=[{"name": "x", "isVariable": False}])}, 1479),
    ({"endpoint": endpoint(headers=[{"name": "x", "isVariable": True}])}, 1479),
    ({"endpoint": endpoint(headers=[constant("x", "a\r\nb: c")])}, 1479),
    ({"endpoint": endpoint(headers=[constant("x", "1"), constant("X", "2")])}, 1479),
    ({"endpoint": endpoint(headers=[constant("Content-Type", "text/xml")])}, 1479),
    ({"endpoint": endpoint(headers=[variable("Content-Type", "Type")])}, 1479),
    ({"endpoint": endpoint(headers=[constant("Charset", "latin-1")])}, 1479),
    ({"requestPayload": []}, 1479),
    ({"requestPayload": {}}, 1479),
    ({"requestPayload": {"fields": ["a"]}}, 1479),
    ({"requestPayload": {"fields": [], "allowNullValues": "yes"}}, 1479),
    ({"requestPayload": {"fields": [request_field(), request_field()]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="text")]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type=["string"])]}}, 1479),
    ({"requestPayload": {"fields": [request_field(isVariable=None)]}}, 1479),
    ({"requestPayload": {"fields": [request_field(value=5)]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="integer", value="2.0")]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="integer", value=None)]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="boolean", value="yes")]}}, 1479),
    ({"requestPayload": {"fields": [{"name": "a", "type": "string", "isVariable": False}]}}, 1479),
    ({"requestPayload": {"fields": [{"name": "a", "type": "string", "isVariable": True}]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="listAny", isVariable=True, label="L")]}}, 1479),
    ({"requestPayload": {"fields": [varying(varying())]}}, 1479),
    ({"requestPayload": {"fields": [varying({"name": "o", "type": "object", "fields": [varying()]})]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="object", isVariable=True, fields=[])]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="object")]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="listString")]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="listString", items=[1])]}}, 1479),
    ({"requestPayload": {"fields": [request_field(type="listObject", items=[request_field()])]}}, 1479),
    ({"responsePayload": {"fields": [{"name": "a", "type": "object"}]}}, 1479),
    ({"responsePayload": "text"}, 1479),
]


@pytest.mark.shows("createAction 400", "PF-ACT-14")
@pytest.mark.parametrize(("changes", "code"), showing(REFUSED))
def test_a_body_that_breaks_a_rule_is_refused_with_its_code(
    caller: Caller, changes: dict[str, Any], code: int
) -> None:
    assert refusal(caller.post("actions", action(**changes))) == (400, code)


@pytest.mark.shows("updateAction 400")
def test_a_refused_update_changes_nothing(caller: Caller) -> None:
    uid = caller.create("actions", action())
    before = caller.read("actions", uid)
    assert refusal(caller.put(f"actions/{uid}", action(endpoint=endpoint(method="HEAD")))) == (400, 1476)
    assert caller.read("actions", uid) == before


@pytest.mark.shows("PF-WRT-7")
def test_unknown_and_read_only_fields_of_a_body_are_ignored(caller: Caller) -> None:
    read = created(caller, uid="mine", usedIn=["x"], metadata={}, state="deployed", colour="red")
    assert (read["state"], read["usedIn"]) == ("created", [])
    assert read["uid"] != "mine"
    assert "colour" not in read
