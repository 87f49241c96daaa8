"""The life of the one throttling configuration that an organisation may have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.emulator.conftest import Caller, connect, ok, refusal
from tests.emulator.samples import throttling
from toolkit.emulator import EmulatorConfig, RunningEmulator, start_emulator

KIND = "throttlingConfigs"
MODES = {"prod": "production", "prod2": "production", "dev": "development"}


@pytest.fixture(scope="module")
def running() -> Iterator[RunningEmulator]:
    with start_emulator(EmulatorConfig(sandboxes=MODES)) as emulator:
        yield emulator


@pytest.fixture
def enter(running: RunningEmulator) -> Iterator[Callable[[str], Caller]]:
    """Callers by sandbox; afterwards the organisation has no configuration again."""
    callers = {name: connect(running, name) for name in MODES}
    yield callers.__getitem__
    for caller in callers.values():
        for element in caller.results(KIND):
            caller.delete(f"{KIND}/{element['uid']}", params={"forceDelete": "true"})
        caller.http.close()


@pytest.fixture
def prod(enter: Callable[[str], Caller]) -> Caller:
    return enter("prod")


@pytest.mark.shows("createThrottlingConfig 200", "getThrottlingConfig 200", "PF-THR-1", "PF-THR-5")
def test_creating_answers_the_published_envelope(prod: Caller) -> None:
    answer = ok(prod.post(KIND, throttling(description="a partner")))
    created = answer["createdElement"]
    assert answer["canDeploy"] == {"validationStatus": "ok"}
    assert answer["uri"] == f"/voyager/apis/{KIND}/{answer['uid']}"
    assert created == {**created, **throttling(description="a partner"), "state": "created"}
    assert created.keys().isdisjoint({"_id", "hasBeenDeployed", "tenantId", "version"})
    read = prod.read(KIND, answer["uid"])
    assert read == {**created, "_id": f"{read['uid']}_{read['sandboxId']}", "hasBeenDeployed": False}


@pytest.mark.shows(
    "createThrottlingConfig 400",
    "updateThrottlingConfig 400",
    "deleteThrottlingConfig 400",
    "deployThrottlingConfig 400",
    "undeployThrottlingConfig 400",
    "listThrottlingConfigs 200",
    "1463",
    "PF-THR-2",
    "PF-THR-5",
)
def test_it_lives_in_production_sandboxes_only(enter: Callable[[str], Caller]) -> None:
    dev = enter("dev")
    assert refusal(dev.post(KIND, throttling())) == (400, 1463)
    assert refusal(dev.put(f"{KIND}/uid", throttling())) == (400, 1463)
    assert refusal(dev.delete(f"{KIND}/uid")) == (400, 1463)
    assert refusal(dev.post(f"{KIND}/uid/deploy")) == (400, 1463)
    assert refusal(dev.post(f"{KIND}/uid/undeploy")) == (400, 1463)
    assert dev.results(KIND) == []


@pytest.mark.shows("createThrottlingConfig 400", "1465", "PF-THR-2")
def test_an_organisation_has_only_one(enter: Callable[[str], Caller]) -> None:
    uid = enter("prod").create(KIND, throttling())
    assert refusal(enter("prod").post(KIND, throttling())) == (400, 1465)
    assert refusal(enter("prod2").post(KIND, throttling())) == (400, 1465)
    enter("prod").delete(f"{KIND}/{uid}")
    assert enter("prod2").create(KIND, throttling())


@pytest.mark.shows("deployThrottlingConfig 204", "undeployThrottlingConfig 204", "14466", "14468", "PF-THR-3")
def test_deploying_and_undeploying_follow_the_published_codes(prod: Caller) -> None:
    uid = prod.create(KIND, throttling())
    assert refusal(prod.post(f"{KIND}/{uid}/undeploy")) == (400, 14468)
    assert prod.post(f"{KIND}/{uid}/deploy").status_code == 204
    assert refusal(prod.post(f"{KIND}/{uid}/deploy")) == (400, 14466)
    read = prod.read(KIND, uid)
    assert (read["state"], read["hasBeenDeployed"], read["version"]) == ("deployed", True, "1.0")
    assert prod.post(f"{KIND}/{uid}/undeploy").status_code == 204
    read = prod.read(KIND, uid)
    assert (read["state"], read["hasBeenDeployed"]) == ("created", False)


@pytest.mark.shows("updateThrottlingConfig 200", "PF-THR-3")
def test_updating_a_deployed_one_keeps_it_deployed(prod: Caller) -> None:
    uid = prod.create(KIND, throttling())
    prod.post(f"{KIND}/{uid}/deploy")
    updated = ok(prod.put(f"{KIND}/{uid}", throttling(maxThroughput=300)))["updatedElement"]
    assert (updated["state"], updated["maxThroughput"], updated["hasBeenDeployed"]) == ("deployed", 300, True)
    prod.post(f"{KIND}/{uid}/undeploy")
    assert prod.read(KIND, uid)["state"] == "updated"


@pytest.mark.shows("updateThrottlingConfig 500")
def test_a_deployed_one_can_not_be_made_invalid(prod: Caller) -> None:
    uid = prod.create(KIND, throttling())
    prod.post(f"{KIND}/{uid}/deploy")
    answer = prod.put(f"{KIND}/{uid}", throttling(maxThroughput=1))
    assert refusal(answer) == (500, "ERR_THROTTLING_CONFIG_101")
    assert prod.read(KIND, uid)["maxThroughput"] == 4000


@pytest.mark.shows(
    "deleteThrottlingConfig 200", "deleteThrottlingConfig 400", "getThrottlingConfig 404", "1456", "PF-THR-3"
)
def test_a_deployed_one_is_deleted_only_by_force(prod: Caller) -> None:
    uid = prod.create(KIND, throttling())
    prod.post(f"{KIND}/{uid}/deploy")
    assert refusal(prod.delete(f"{KIND}/{uid}")) == (400, 1456)
    assert ok(prod.delete(f"{KIND}/{uid}", params={"forceDelete": "true"})) == {}
    assert refusal(prod.get(f"{KIND}/{uid}")) == (404, 14467)


@pytest.mark.shows("updateThrottlingConfig 404", "14467")
@pytest.mark.parametrize(
    ("verb", "operation"),
    [
        pytest.param(verb, operation, marks=pytest.mark.shows(f"{operation} 404"))
        for verb, operation in [
            ("deploy", "deployThrottlingConfig"),
            ("undeploy", "undeployThrottlingConfig"),
            ("canDeploy", "checkThrottlingConfigByPost"),
        ]
    ],
)
def test_an_unknown_one_has_its_own_code(prod: Caller, verb: str, operation: str) -> None:
    assert refusal(prod.post(f"{KIND}/unknown/{verb}")) == (404, 14467)
    assert refusal(prod.put(f"{KIND}/unknown", throttling())) == (404, 14467)


@pytest.mark.shows("checkThrottlingConfig 200", "deployThrottlingConfig 500", "PF-THR-4")
@pytest.mark.parametrize(
    ("changes", "number"),
    [
        pytest.param(changes, number, marks=pytest.mark.shows(f"ERR_THROTTLING_CONFIG_{number}"))
        for changes, number in [
            ({"urlPattern": None}, "100"),
            ({"methods": []}, "100"),
            ({"maxThroughput": None}, "101"),
            ({"maxThroughput": 199}, "101"),
            ({"maxThroughput": 5001}, "101"),
            ({"urlPattern": "api.example.org"}, "104"),
            ({"urlPattern": "https://*.example.org/"}, "105"),
        ]
    ],
)
def test_an_invalid_one_is_saved_but_not_deployed(prod: Caller, changes: dict[str, Any], number: str) -> None:
    created = ok(prod.post(KIND, throttling(**changes)))
    code = f"ERR_THROTTLING_CONFIG_{number}"
    assert [error["errorCode"] for error in created["canDeploy"]["errors"]] == [code]
    checked = ok(prod.get(f"{KIND}/{created['uid']}/canDeploy"))["canDeploy"]
    assert checked == created["canDeploy"]
    assert refusal(prod.post(f"{KIND}/{created['uid']}/deploy")) == (500, code)


@pytest.mark.parametrize("limit", [200, 5000])
def test_the_limits_of_the_range_belong_to_it(prod: Caller, limit: int) -> None:
    created = ok(prod.post(KIND, throttling(maxThroughput=limit)))
    assert created["canDeploy"] == {"validationStatus": "ok"}


@pytest.mark.shows("createThrottlingConfig 500", "ERR_THROTTLING_CONFIG_106", "PF-THR-4")
@pytest.mark.parametrize(
    "changes",
    [
        {"name": 1},
        {"urlPattern": []},
        {"methods": ["FETCH"]},
        {"methods": {}},
        {"maxThroughput": "300"},
        {"maxThroughput": 300.5},
    ],
)
def test_a_payload_of_a_wrong_shape_is_not_saved(prod: Caller, changes: dict[str, Any]) -> None:
    assert refusal(prod.post(KIND, throttling(**changes))) == (500, "ERR_THROTTLING_CONFIG_106")
    assert prod.results(KIND) == []
