"""Nothing in the contract without a test, and what no other test has occasion to show."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from tests.emulator import contract
from tests.emulator.conftest import Caller, note, ok, refusal
from tests.emulator.samples import capping, throttling
from toolkit.emulator import RunningEmulator
from toolkit.emulator.openapi import document

COLLECTED_ONCE = pytest.mark.xdist_group("contract")


@pytest.fixture(scope="module")
def marks() -> dict[str, list[str]]:
    return contract.collected()


@COLLECTED_ONCE
def test_every_entry_of_the_contract_has_a_test(marks: dict[str, list[str]]) -> None:
    assert [entry for entry in contract.entries() if entry not in marks] == []


@COLLECTED_ONCE
def test_no_test_shows_what_the_contract_does_not_know(marks: dict[str, list[str]]) -> None:
    assert set(marks) <= set(contract.entries())


@COLLECTED_ONCE
def test_the_page_of_the_contract_is_current(marks: dict[str, list[str]]) -> None:
    assert contract.PAGE.read_text(encoding="utf-8") == contract.page(marks), "make docs writes it anew"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ('{"error": "invalid_scope"}', "invalid_scope"),
        ('{"error": "{\\"code\\": 1451}"}', "1451"),
        ('{"canDeploy": {"errors": [{"errorCode": "ERR_ENDPOINTCONFIG_100"}]}}', "ERR_ENDPOINTCONFIG_100"),
        (
            '{"canDeploy": {"warnings": [{"warningCode": "ERR_ENDPOINTCONFIG_106"}]}}',
            "ERR_ENDPOINTCONFIG_106",
        ),
    ],
)
def test_a_code_is_found_in_the_envelope_that_has_it(text: str, entry: str) -> None:
    assert contract.sees(contract.Shown("POST", "/", 400, text), entry)
    assert not contract.sees(contract.Shown("POST", "/", 400, json.dumps({"maxThroughput": entry})), entry)


def test_an_operation_is_told_by_method_path_and_status() -> None:
    path = "/journey/orchestration/endpointConfigs/some-uid/deploy"
    assert contract.sees(contract.Shown("POST", path, 204, ""), "deployEndpointConfig 204")
    for other in (("GET", path, 204), ("POST", path, 404), ("POST", f"{path}/more", 204)):
        assert not contract.sees(contract.Shown(*other, ""), "deployEndpointConfig 204")


@pytest.mark.shows("openapi 200")
def test_the_document_needs_no_token(shared_emulator: RunningEmulator) -> None:
    with httpx.Client() as client:
        assert note(client.get(f"{shared_emulator.ims_url}/openapi.json")).json() == document()


@pytest.mark.shows("token 401", "invalid_client")
def test_a_client_with_a_wrong_secret_gets_no_token(shared_emulator: RunningEmulator) -> None:
    form = {"grant_type": "client_credentials", "client_id": shared_emulator.client_id, "client_secret": "no"}
    with httpx.Client() as client:
        answer = note(client.post(f"{shared_emulator.ims_url}/ims/token/v3", data=form))
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.shows("updateEndpointConfig 500", "ERR_ENDPOINTCONFIG_111")
def test_an_update_of_a_wrong_shape_changes_nothing(caller: Caller) -> None:
    uid = caller.create("endpointConfigs", capping())
    before = caller.read("endpointConfigs", uid)
    answer = caller.put(f"endpointConfigs/{uid}", capping(methods="GET"))
    assert refusal(answer) == (500, "ERR_ENDPOINTCONFIG_111")
    assert caller.read("endpointConfigs", uid) == before


@pytest.mark.shows(
    "checkEndpointConfig 404", "checkThrottlingConfig 404", "deleteThrottlingConfig 404", "14467"
)
def test_an_unknown_limit_is_unknown_to_every_method(organisation: Callable[[str], Caller]) -> None:
    prod = organisation("prod")
    assert refusal(prod.get("endpointConfigs/unknown/canDeploy")) == (404, 404)
    assert refusal(prod.get("throttlingConfigs/unknown/canDeploy")) == (404, 14467)
    assert refusal(prod.delete("throttlingConfigs/unknown")) == (404, 14467)


@pytest.mark.shows("checkThrottlingConfig 200", "checkThrottlingConfigByPost 200")
def test_both_methods_of_the_check_say_the_same(organisation: Callable[[str], Caller]) -> None:
    prod = organisation("prod")
    place = f"throttlingConfigs/{prod.create('throttlingConfigs', throttling())}/canDeploy"
    assert ok(prod.get(place)) == ok(prod.post(place)) == {"canDeploy": {"validationStatus": "ok"}}
