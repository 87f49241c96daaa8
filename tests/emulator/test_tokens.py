"""The ways to ask the identity service, and whose token is whose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.emulator.conftest import Caller, call_headers, note, ok, refusal
from tests.emulator.samples import action, throttling
from toolkit.emulator import EmulatorConfig, Organisation, RunningEmulator, start_emulator

OTHER = Organisation("OTHER@AdobeOrg", "other-client", "made-up-other-secret", {"prod": "production"})
NOT_THEIR_OWN = {"error_code": "401014", "message": "Token not allowed in the current context"}


def credentials(running: RunningEmulator) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": running.client_id,
        "client_secret": running.client_secret,
        "scope": "openid,AdobeID",
    }


def ask(running: RunningEmulator, **request: Any) -> httpx.Response:
    return note(httpx.post(f"{running.ims_url}/ims/token/v3", **request, verify=False))


@pytest.mark.shows("token 200", "PF-ACC-1")
@pytest.mark.parametrize(
    "in_query", [(), ("client_id",), ("client_id", "client_secret", "grant_type", "scope")]
)
def test_parameters_come_in_the_body_or_in_the_query(
    shared_emulator: RunningEmulator, in_query: tuple[str, ...]
) -> None:
    values = credentials(shared_emulator)
    query = {name: values.pop(name) for name in in_query}
    assert ok(ask(shared_emulator, params=query, data=values))["token_type"] == "bearer"


def test_a_parameter_in_body_and_query_is_refused(shared_emulator: RunningEmulator) -> None:
    values = credentials(shared_emulator)
    answer = ask(shared_emulator, params={"client_id": values["client_id"]}, data=values)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.shows("invalid_request")
def test_a_repeated_parameter_is_refused(shared_emulator: RunningEmulator) -> None:
    values = {**credentials(shared_emulator), "client_secret": ["wrong", shared_emulator.client_secret]}
    answer = ask(shared_emulator, data=values)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.shows("token 400", "invalid_request")
def test_json_is_no_token_request(shared_emulator: RunningEmulator) -> None:
    answer = ask(shared_emulator, json=credentials(shared_emulator))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_token_is_not_to_be_kept_by_caches(shared_emulator: RunningEmulator) -> None:
    assert ask(shared_emulator, data=credentials(shared_emulator)).headers["cache-control"] == "no-store"


@pytest.fixture
def both() -> Iterator[tuple[Caller, Caller]]:
    """Callers of two organisations on one emulator, each in its sandbox *prod*."""
    with start_emulator(EmulatorConfig(others=(OTHER,))) as running:
        headers = call_headers(running, "prod")
        values = {**credentials(running), "client_id": OTHER.client_id, "client_secret": OTHER.client_secret}
        token = ok(ask(running, data=values))["access_token"]
        others = {
            "Authorization": f"Bearer {token}",
            "x-api-key": OTHER.client_id,
            "x-gw-ims-org-id": OTHER.id,
            "x-sandbox-name": "prod",
        }
        with httpx.Client(headers=headers) as mine, httpx.Client(headers=others) as theirs:
            yield Caller(running, mine, "prod"), Caller(running, theirs, "prod")


def test_organisations_see_nothing_of_each_other(both: tuple[Caller, Caller]) -> None:
    mine, theirs = both
    uid = mine.create("actions", action())
    assert refusal(theirs.get(f"actions/{uid}")) == (404, 404)
    assert theirs.create("actions", action()) != uid
    assert theirs.read("actions", theirs.results("actions")[-1]["uid"])["orgId"] == OTHER.id


@pytest.mark.shows("PF-THR-2")
def test_each_organisation_has_its_one_throttling(both: tuple[Caller, Caller]) -> None:
    for caller in both:
        assert caller.create("throttlingConfigs", throttling())
        assert refusal(caller.post("throttlingConfigs", throttling())) == (400, 1465)


@pytest.mark.shows("401014", "403")
def test_a_token_counts_with_its_own_key_and_organisation_only(both: tuple[Caller, Caller]) -> None:
    mine, theirs = both
    borrowed = {"Authorization": theirs.http.headers["authorization"]}
    answer = mine.post("list/actions", {}, headers=borrowed)
    assert (answer.status_code, answer.json()) == (401, NOT_THEIR_OWN)
    assert refusal(mine.post("list/actions", {}, headers={"x-gw-ims-org-id": OTHER.id})) == (403, 403)


@pytest.mark.shows("4000")
def test_a_sandbox_of_another_organisation_is_unknown(both: tuple[Caller, Caller]) -> None:
    assert refusal(both[1].post("list/actions", {}, headers={"x-sandbox-name": "dev"})) == (500, 4000)


def test_journeys_are_added_to_the_organisation_that_is_named(both: tuple[Caller, Caller]) -> None:
    mine, theirs = both
    journey = {"id": "j", "name": "n", "status": "Draft"}
    ok(mine.admin("journeys", {"organisation": OTHER.id, "sandbox": "prod", "journey": journey}))
    url = f"{mine.running.journeys_url}/journey/j"
    assert mine.get(url).status_code == 404
    assert ok(theirs.get(url))["imsOrgId"] == OTHER.id
    foreign = {"organisation": OTHER.id, "sandbox": "dev", "journey": journey}
    assert refusal(mine.admin("journeys", foreign)) == (400, 400)


@pytest.mark.parametrize("twin", [{"organisation": OTHER.id}, {"client_id": OTHER.client_id}])
def test_two_organisations_never_share_an_id_or_a_client(twin: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="share"):
        EmulatorConfig(others=(OTHER,), **twin)  # type: ignore[arg-type]
