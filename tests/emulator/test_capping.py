"""The life of a capping configuration."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Caller, ok, refusal, showing
from tests.emulator.samples import capping

KIND = "endpointConfigs"


def codes(can_deploy: dict[str, Any]) -> list[str]:
    return [error["errorCode"] for error in can_deploy.get("errors", [])]


def service(**changes: Any) -> dict[str, Any]:
    return {"maxHttpConnections": 50, "rating": {"maxCallsCount": 500, "periodInMs": 1000}, **changes}


def rated(**rating: Any) -> dict[str, Any]:
    return {"action": service(rating=rating)}


@pytest.mark.shows("createEndpointConfig 200", "PF-WRT-1", "PF-WRT-5", "PF-CAP-1")
def test_creating_answers_the_published_envelope(caller: Caller) -> None:
    answer = ok(caller.post(KIND, capping()))
    created = answer["createdElement"]
    assert answer["uri"] == f"/voyager/apis/{KIND}/{answer['uid']}"
    assert answer["resStatus"] == "created"
    assert answer["canDeploy"] == {"validationStatus": "ok"}
    assert created == {**created, **capping()}
    assert (created["state"], created["hasBeenDeployed"]) == ("created", False)
    assert created["orgId"] == "LOCAL@AdobeOrg"
    assert created["authoringFormatVersion"] == "1.0"
    assert created["metadata"]["createdAt"].endswith("Z")


@pytest.mark.shows("getEndpointConfig 200", "PF-WRT-3", "PF-WRT-7")
def test_read_only_and_unknown_fields_of_a_body_are_ignored(caller: Caller) -> None:
    uid = caller.create(KIND, capping(uid="mine", state="deployed", orgId="OTHER", colour="red"))
    read = caller.read(KIND, uid)
    assert (read["uid"], read["state"], read["orgId"]) == (uid, "created", "LOCAL@AdobeOrg")
    assert "colour" not in read


@pytest.mark.shows("deployEndpointConfig 204", "PF-CAP-4", "PF-CAP-5")
def test_deploying_puts_the_configuration_live(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    answer = caller.post(f"{KIND}/{uid}/deploy")
    assert (answer.status_code, answer.content) == (204, b"")
    read = caller.read(KIND, uid)
    assert (read["state"], read["hasBeenDeployed"]) == ("deployed", True)
    assert read["deployedConfig"] == {
        **capping(),
        **{key: read[key] for key in ("_id", "uid", "orgId", "tenantId", "sandboxName", "sandboxId")},
    }
    assert read["metadata"]["lastDeployedAt"] >= read["metadata"]["createdAt"]


@pytest.mark.shows("updateEndpointConfig 200", "PF-WRT-2", "PF-CAP-6")
def test_updating_a_deployed_one_leaves_the_old_one_live_until_the_next_deployment(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    caller.post(f"{KIND}/{uid}/deploy")
    answer = ok(caller.put(f"{KIND}/{uid}", capping(methods=["POST"])))
    assert answer["resStatus"] == "updated"
    read = caller.read(KIND, uid)
    assert (read["state"], read["hasBeenDeployed"]) == ("updated", True)
    assert (read["methods"], read["deployedConfig"]["methods"]) == (["POST"], ["GET"])
    caller.post(f"{KIND}/{uid}/deploy")
    assert caller.read(KIND, uid)["deployedConfig"]["methods"] == ["POST"]


@pytest.mark.shows("undeployEndpointConfig 204", "PF-CAP-6")
@pytest.mark.parametrize("edited", [False, True])
def test_undeploying_goes_back_to_the_state_before_deployment(caller: Caller, edited: bool) -> None:
    uid = caller.create(KIND, capping())
    if edited:
        caller.put(f"{KIND}/{uid}", capping())
    caller.post(f"{KIND}/{uid}/deploy")
    caller.post(f"{KIND}/{uid}/deploy")
    assert caller.post(f"{KIND}/{uid}/undeploy").status_code == 204
    read = caller.read(KIND, uid)
    assert (read["state"], read["hasBeenDeployed"]) == ("updated" if edited else "created", False)
    assert "deployedConfig" not in read


@pytest.mark.shows("undeployEndpointConfig 204", "PF-CAP-6")
def test_undeploying_what_is_not_deployed_is_no_error(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    assert caller.post(f"{KIND}/{uid}/undeploy").status_code == 204
    assert caller.read(KIND, uid)["state"] == "created"


@pytest.mark.shows("deleteEndpointConfig 200", "deleteEndpointConfig 500", "1451", "PF-CAP-7", "PF-WRT-4")
def test_a_deployed_one_is_deleted_only_by_force(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    caller.post(f"{KIND}/{uid}/deploy")
    assert refusal(caller.delete(f"{KIND}/{uid}")) == (500, 1451)
    assert refusal(caller.delete(f"{KIND}/{uid}", params={"forceDelete": "false"})) == (500, 1451)
    assert ok(caller.delete(f"{KIND}/{uid}", params={"forceDelete": "true"})) == {}
    assert refusal(caller.get(f"{KIND}/{uid}")) == (404, 404)


@pytest.mark.shows("1451")
def test_an_edited_deployed_one_is_still_not_deleted(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    caller.post(f"{KIND}/{uid}/deploy")
    caller.put(f"{KIND}/{uid}", capping())
    assert refusal(caller.delete(f"{KIND}/{uid}")) == (500, 1451)


@pytest.mark.parametrize(
    "method",
    [pytest.param("PUT", marks=pytest.mark.shows("updateEndpointConfig 404")), "GET", "DELETE"],
)
def test_an_unknown_uid_is_404(caller: Caller, method: str) -> None:
    assert refusal(caller.send(method, f"{KIND}/unknown", capping())) == (404, 404)


@pytest.mark.parametrize(
    ("verb", "operation"),
    [
        pytest.param(verb, operation, marks=pytest.mark.shows(f"{operation} 404"))
        for verb, operation in [
            ("deploy", "deployEndpointConfig"),
            ("undeploy", "undeployEndpointConfig"),
            ("canDeploy", "checkEndpointConfigByPost"),
        ]
    ],
)
def test_an_unknown_uid_is_404_for_every_verb(caller: Caller, verb: str, operation: str) -> None:
    assert refusal(caller.post(f"{KIND}/unknown/{verb}")) == (404, 404)


FAULTS = [
    ({"url": None}, "ERR_ENDPOINTCONFIG_100"),
    ({"url": ""}, "ERR_ENDPOINTCONFIG_100"),
    ({"url": "ftp://api.example.org/"}, "ERR_ENDPOINTCONFIG_101"),
    ({"url": "https://api.example*.org:8*0/data/2.5/weather"}, "ERR_ENDPOINTCONFIG_101"),
    ({"url": "https://api.example*.org/"}, "ERR_ENDPOINTCONFIG_102"),
    ({"methods": None}, "ERR_ENDPOINTCONFIG_103"),
    ({"methods": []}, "ERR_ENDPOINTCONFIG_103"),
    ({"services": None}, "ERR_ENDPOINTCONFIG_104"),
    ({"services": {}}, "ERR_ENDPOINTCONFIG_104"),
    ({"services": {"action": {"maxHttpConnections": 1}}}, "ERR_ENDPOINTCONFIG_104"),
    ({"services": rated(periodInMs=1)}, "ERR_ENDPOINTCONFIG_107"),
    ({"services": rated(maxCallsCount=0, periodInMs=1)}, "ERR_ENDPOINTCONFIG_107"),
    ({"services": rated(maxCallsCount=1.5, periodInMs=1)}, "ERR_ENDPOINTCONFIG_107"),
    ({"services": rated(maxCallsCount=True, periodInMs=1)}, "ERR_ENDPOINTCONFIG_107"),
    ({"services": rated(maxCallsCount=1)}, "ERR_ENDPOINTCONFIG_108"),
    ({"services": rated(maxCallsCount=1, periodInMs=0)}, "ERR_ENDPOINTCONFIG_108"),
]


@pytest.mark.shows(
    "checkEndpointConfig 200",
    "checkEndpointConfigByPost 200",
    "deployEndpointConfig 500",
    "PF-CAP-2",
    "PF-CAP-8",
)
@pytest.mark.parametrize(("changes", "code"), showing(FAULTS))
def test_an_invalid_one_is_saved_but_not_deployed(caller: Caller, changes: dict[str, Any], code: str) -> None:
    created = ok(caller.post(KIND, capping(**changes)))
    assert created["canDeploy"]["reason"] == "1 error is currently blocking the publication"
    assert codes(created["canDeploy"]) == [code]
    uid = created["uid"]
    for method in ("GET", "POST"):
        checked = ok(caller.send(method, f"{KIND}/{uid}/canDeploy"))["canDeploy"]
        assert (checked["validationStatus"], codes(checked)) == ("error", [code])
    assert refusal(caller.post(f"{KIND}/{uid}/deploy")) == (500, code)
    assert caller.read(KIND, uid)["hasBeenDeployed"] is False


@pytest.mark.shows("PF-CAP-2")
def test_several_faults_are_told_together(caller: Caller) -> None:
    can_deploy = ok(caller.post(KIND, {}))["canDeploy"]
    numbers = [code.removeprefix("ERR_ENDPOINTCONFIG_") for code in codes(can_deploy)]
    assert numbers == ["100", "103", "104"]
    assert can_deploy["reason"] == "3 errors are currently blocking the publication"


@pytest.mark.shows("createEndpointConfig 500", "PF-CAP-3")
@pytest.mark.parametrize(
    ("changes", "code"),
    showing(
        [
            ({"url": 5}, "ERR_ENDPOINTCONFIG_111"),
            ({"methods": "GET"}, "ERR_ENDPOINTCONFIG_111"),
            ({"methods": ["get"]}, "ERR_ENDPOINTCONFIG_111"),
            ({"methods": [{}]}, "ERR_ENDPOINTCONFIG_111"),
            ({"services": []}, "ERR_ENDPOINTCONFIG_111"),
            ({"services": {"action": 1}}, "ERR_ENDPOINTCONFIG_111"),
            ({"services": {"action": {"rating": 1}}}, "ERR_ENDPOINTCONFIG_111"),
            ({"services": {"action": service(maxHttpConnections=0)}}, "ERR_ENDPOINTCONFIG_111"),
            ({"services": {"action": service(maxHttpConnections="9")}}, "ERR_ENDPOINTCONFIG_111"),
            ({"services": {"journey": service()}}, "ERR_AUTHORING_ENDPOINTCONFIG_1"),
        ]
    ),
)
def test_a_payload_of_a_wrong_shape_is_not_saved(caller: Caller, changes: dict[str, Any], code: str) -> None:
    assert refusal(caller.post(KIND, capping(**changes))) == (500, code)
    assert caller.results(KIND) == []


@pytest.mark.shows("ERR_ENDPOINTCONFIG_106", "PF-CAP-3")
def test_unlimited_connections_are_a_warning_and_are_written_into_what_is_live(caller: Caller) -> None:
    rating = {"maxCallsCount": 500, "periodInMs": 1000}
    created = ok(caller.post(KIND, capping(services={"dataSource": {"rating": rating}})))
    assert created["canDeploy"]["validationStatus"] == "ok"
    assert created["canDeploy"]["warnings"] == [
        {
            "warningCode": "ERR_ENDPOINTCONFIG_106",
            "warning": "capping config: max HTTP connections not defined: no limitation by default",
            "scope": {"endpointConfigService": "dataSource", "endpointConfigUrl": capping()["url"]},
        }
    ]
    caller.post(f"{KIND}/{created['uid']}/deploy")
    read = caller.read(KIND, created["uid"])
    assert read["services"] == {"dataSource": {"rating": rating}}
    assert read["deployedConfig"]["services"]["dataSource"]["maxHttpConnections"] == -1


@pytest.mark.shows("PF-CAP-9")
def test_two_configurations_may_have_one_url(caller: Caller) -> None:
    first, second = caller.create(KIND, capping()), caller.create(KIND, capping())
    assert [one["uid"] for one in caller.results(KIND)] == [first, second]


@pytest.mark.shows("listEndpointConfigs 200", "PF-LST-1", "PF-LST-2")
def test_the_list_is_whole_unless_a_page_is_asked_for(caller: Caller) -> None:
    uids = [caller.create(KIND, capping()) for _ in range(3)]
    whole = ok(caller.post(f"list/{KIND}"))
    assert [one["uid"] for one in whole["results"]] == uids
    assert "pagination" not in whole
    page = ok(caller.post(f"list/{KIND}", {}, headers={"x-vyg-query-page": "1", "x-vyg-query-pagesize": "2"}))
    assert [one["uid"] for one in page["results"]] == uids[2:]
    assert page["pagination"] == {"pageSize": 2, "totalCount": 3}
