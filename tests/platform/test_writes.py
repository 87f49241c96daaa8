"""Single writes with the steps they need; what fails in between is put back."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.platform.samples import (
    PASSWORD,
    action,
    capping,
    capping_definition,
    custom_action,
    envelope,
    resource,
    served,
)
from toolkit.model.catalog import RemoteRef, ResourceKey
from toolkit.model.text import MASKED
from toolkit.platform import Outcome, PlatformError, Written

REMOTE = RemoteRef("c1", "", "")
URL_KEY = ResourceKey("EndpointConfig", "https://api.example.com/*")


class Limits:
    """One configuration, as the platform keeps it; `fail` gives answers for steps instead of taking them."""

    def __init__(self, element: dict[str, Any] | None, *, in_place: bool = False) -> None:
        self.in_place = in_place
        self.element, self.steps, self.bodies = element, list[str](), list[dict[str, Any]]()
        self.fail: dict[str, list[httpx.Response]] = {}
        self.doubles: list[dict[str, Any]] = []
        self.removed: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if "/list/" in request.url.path:
            return self.listed()
        last = request.url.path.rpartition("/")[2]
        step = last if last in ("deploy", "undeploy", "canDeploy") else request.method
        if step != "GET":
            self.steps.append(step)
        if step == "DELETE" and last != "c1":
            self.removed.append(last)
            return httpx.Response(200, json={"uid": last, "resStatus": "deleted"})
        body = json.loads(request.content) if request.content else {}
        if body:
            self.bodies.append(body)
        if self.fail.get(step):
            return self.fail[step].pop(0)
        answer: httpx.Response = getattr(self, step.lower())(body)
        return answer

    def listed(self) -> httpx.Response:
        if self.fail.get("list"):
            return self.fail["list"].pop(0)
        found = [*([self.element] if self.element else []), *self.doubles]
        pagination = {"pageSize": 100, "totalCount": len(found)}
        return httpx.Response(200, json={"results": found, "pagination": pagination})

    def get(self, body: dict[str, Any]) -> httpx.Response:
        if self.element is None:
            return envelope(404, "1404", "unknown uid")
        return httpx.Response(200, json={"result": self.element, "uid": self.element["uid"]})

    def post(self, body: dict[str, Any]) -> httpx.Response:
        self.element = {**body, "uid": "c1", "state": "created"}
        return httpx.Response(200, json={"createdElement": self.element, "uid": "c1"})

    def put(self, body: dict[str, Any]) -> httpx.Response:
        assert self.element is not None
        self.element |= {**body, "state": self.element["state"] if self.in_place else "updated"}
        return httpx.Response(200, json={"updatedElement": self.element, "uid": "c1"})

    def delete(self, body: dict[str, Any]) -> httpx.Response:
        self.element = None
        return httpx.Response(200, json={"uid": "c1", "resStatus": "deleted"})

    def candeploy(self, body: dict[str, Any]) -> httpx.Response:
        return httpx.Response(200, json={"validationStatus": "ok"})

    def deploy(self, body: dict[str, Any]) -> httpx.Response:
        assert self.element is not None
        shown = {name: self.element[name] for name in self.element if name in self.bodies_members}
        self.element |= {"state": "deployed", "deployedConfig": shown}
        return httpx.Response(204)

    bodies_members = ("url", "methods", "services", "urlPattern", "maxThroughput", "name", "description")

    def undeploy(self, body: dict[str, Any]) -> httpx.Response:
        assert self.element is not None
        self.element.pop("deployedConfig", None)
        self.element["state"] = "updated"
        return httpx.Response(204)


INVALID = httpx.Response(
    200,
    json={
        "validationStatus": "error",
        "reason": "2 errors",
        "errors": [
            {"errorCode": "ERR_ENDPOINTCONFIG_101", "error": "malformed url"},
            {"errorCode": "ERR_ENDPOINTCONFIG_107", "error": "bad count"},
        ],
    },
)


def updated(limits: Limits, calls: int = 20) -> Written:
    return served(limits).update(capping_definition(calls), REMOTE)


def failing_update(limits: Limits, calls: int = 20) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        updated(limits, calls)
    return caught.value


def test_a_capping_is_created_checked_deployed_and_read_back() -> None:
    limits = Limits(None)

    written = served(limits).create(capping_definition())

    assert limits.steps == ["POST", "canDeploy", "deploy"]
    assert limits.bodies[0]["orgId"] == "ORG@AdobeOrg"
    assert written.resource is not None
    assert written.resource.document == capping_definition().document


def doubled(**changes: Any) -> Limits:
    """A platform on which the capping comes to be twice when it is created, the other one with changes."""
    limits = Limits(None)
    served(limits).create(capping_definition())
    assert limits.element is not None
    other = {name: value for name, value in limits.element.items() if name != "deployedConfig"}
    again = Limits(None)
    again.doubles = [{**other, "uid": "c2", "state": "created", **changes}]
    return again


def test_a_creation_that_was_delivered_twice_leaves_one_capping() -> None:
    limits = doubled()
    assert served(limits).create(capping_definition()).resource is not None
    assert limits.removed == ["c2"]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "deployed"},
        {"deployedConfig": {"methods": ["GET"]}},
        {"methods": ["GET"]},
        {"url": "https://other.example.com/*"},
    ],
)
def test_what_is_not_the_same_again_or_counts_is_left_for_people(changes: dict[str, Any]) -> None:
    limits = doubled(**changes)
    served(limits).create(capping_definition())
    assert limits.removed == []


def test_a_capping_that_can_not_be_looked_for_twice_is_created_all_the_same() -> None:
    limits = doubled()
    limits.fail["list"] = [envelope(403, "1403", "no")]
    assert served(limits).create(capping_definition()).resource is not None
    assert limits.removed == []


def test_a_capping_that_cannot_be_deployed_stays_created_and_all_reasons_are_told() -> None:
    limits = Limits(None)
    limits.fail["canDeploy"] = [INVALID]

    with pytest.raises(PlatformError, match="malformed url; ERR_ENDPOINTCONFIG_107 bad count") as caught:
        served(limits).create(capping_definition())

    assert (caught.value.code, caught.value.path) == ("AJO505", ("url",))
    assert "created as c1, but is not deployed" in caught.value.message
    assert limits.steps == ["POST", "canDeploy"]


def test_the_verdict_may_stand_in_a_member_of_its_own() -> None:
    limits = Limits(None)
    limits.fail["canDeploy"] = [httpx.Response(200, json={"canDeploy": {"validationStatus": "ok"}})]

    assert served(limits).create(capping_definition()).resource is not None


def test_a_verdict_of_another_shape_is_not_understood() -> None:
    limits = Limits(None)
    limits.fail["canDeploy"] = [httpx.Response(200, json={"verdict": "fine"})]

    with pytest.raises(PlatformError, match="PF-CAP-2"):
        served(limits).create(capping_definition())


def test_a_deployed_capping_is_undeployed_updated_and_deployed() -> None:
    limits = Limits(capping())

    written = updated(limits)

    assert limits.steps == ["undeploy", "PUT", "canDeploy", "deploy"]
    assert written.resource is not None
    assert written.resource.document == capping_definition(20).document


def test_an_undeployed_capping_is_updated_and_deployed() -> None:
    limits = Limits(capping(state="created", deployedConfig=None))

    updated(limits)

    assert limits.steps == ["PUT", "canDeploy", "deploy"]


def test_an_equal_but_undeployed_capping_is_only_deployed() -> None:
    limits = Limits(capping(state="created", deployedConfig=None))

    updated(limits, calls=10)

    assert limits.steps == ["canDeploy", "deploy"]


def test_an_equal_capping_deployed_with_another_configuration_is_deployed_again() -> None:
    limits = Limits(
        capping(state="updated", deployedConfig={**capping()["deployedConfig"], "methods": ["PUT"]})
    )

    updated(limits, calls=10)

    assert limits.steps == ["undeploy", "canDeploy", "deploy"]


def test_an_equal_capping_of_which_nobody_knows_what_counts_is_deployed_again() -> None:
    limits = Limits(capping(deployedConfig=None))

    updated(limits, calls=10)

    assert limits.steps == ["undeploy", "canDeploy", "deploy"]


def test_an_equal_and_deployed_capping_is_left_alone() -> None:
    limits = Limits(capping())

    assert updated(limits, calls=10).resource is not None
    assert limits.steps == []


@pytest.mark.parametrize("step", ["PUT", "canDeploy", "deploy"])
def test_a_failed_update_puts_the_old_configuration_back(step: str) -> None:
    limits = Limits(capping())
    limits.fail[step] = [
        INVALID if step == "canDeploy" else envelope(400, "ERR_ENDPOINTCONFIG_101", "bad url")
    ]

    error = failing_update(limits)

    assert (error.code, error.outcome, error.path) == ("AJO505", Outcome.REFUSED, ("url",))
    assert "the old configuration was put back" in error.message
    assert limits.element is not None
    assert limits.element["state"] == "deployed"
    assert limits.element["services"] == limits.element["deployedConfig"]["services"] == capping()["services"]


def test_an_update_that_fails_before_anything_changed_says_so() -> None:
    limits = Limits(capping())
    limits.fail["undeploy"] = [envelope(409, "1", "no")]

    error = failing_update(limits)

    assert error.message.endswith("nothing was changed")
    assert limits.steps == ["undeploy"]


def test_a_failed_return_to_the_old_configuration_is_told_as_well() -> None:
    limits = Limits(capping())
    limits.fail["PUT"] = [envelope(400, "1", "first"), envelope(400, "1", "second")]

    error = failing_update(limits)

    assert error.outcome is Outcome.UNKNOWN
    assert "first" in error.message
    assert "putting the old configuration back failed as well (AJO505" in error.message
    assert "second" in error.message


def test_a_failed_update_of_an_undeployed_capping_restores_it_undeployed() -> None:
    limits = Limits(capping(state="created", deployedConfig=None))
    limits.fail["canDeploy"] = [INVALID]

    assert "put back" in failing_update(limits).message
    assert limits.steps == ["PUT", "canDeploy", "PUT"]
    assert limits.element is not None
    assert limits.element["services"] == capping()["services"]


def test_an_update_whose_answer_was_lost_is_put_back_and_stays_unknown() -> None:
    limits = Limits(capping())
    limits.fail["PUT"] = [httpx.Response(200, text="not JSON")]

    error = failing_update(limits)

    assert (error.code, error.outcome) == ("AJO510", Outcome.UNKNOWN)
    assert limits.element is not None
    assert limits.element["state"] == "deployed"


def test_what_vanishes_during_an_update_is_told() -> None:
    limits = Limits(capping())

    def vanish(body: dict[str, Any]) -> httpx.Response:
        limits.element = None
        return envelope(404, "1404", "unknown uid")

    limits.put = vanish  # type: ignore[method-assign]

    assert failing_update(limits).message.endswith("it is gone now")


def test_a_step_that_failed_while_nobody_can_look_is_unknown() -> None:
    limits = Limits(capping())

    def lost(body: dict[str, Any]) -> httpx.Response:
        limits.fail["GET"] = [httpx.Response(503)] * 50
        return httpx.Response(503)

    limits.undeploy = lost  # type: ignore[method-assign]

    error = failing_update(limits)

    assert error.outcome is Outcome.UNKNOWN
    assert "failed as well (AJO503" in error.message


def test_a_throttling_whose_update_fails_is_put_back_in_place() -> None:
    limits = Limits({**throttling(500).document, "uid": "c1"}, in_place=True)
    lost = limits.put

    def put_then_lose(body: dict[str, Any]) -> httpx.Response:
        lost(body)
        limits.put = lost  # type: ignore[method-assign]
        return httpx.Response(200, text="not JSON")

    limits.put = put_then_lose  # type: ignore[method-assign]

    with pytest.raises(PlatformError, match="put back"):
        served(limits).update(throttling(900), REMOTE)

    assert limits.steps == ["PUT", "PUT"]
    assert limits.element is not None
    assert limits.element["maxThroughput"] == 500


def test_what_is_gone_right_after_it_was_written_is_an_error() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return (
            envelope(404, "1404", "gone")
            if request.method == "GET"
            else httpx.Response(200, json={"uid": "u1"})
        )

    with pytest.raises(PlatformError, match="is not there") as caught:
        served(handler).create(custom_action())

    assert caught.value.code == "AJO509"


def test_a_step_whose_answer_was_lost_is_judged_by_the_state() -> None:
    limits = Limits(capping())
    lost = limits.undeploy

    def undeploy_then_refuse(body: dict[str, Any]) -> httpx.Response:
        lost(body)
        return envelope(400, "14468", "not deployed")

    limits.undeploy = undeploy_then_refuse  # type: ignore[method-assign]

    assert updated(limits).resource is not None


def test_updating_what_is_gone_is_a_change_since_the_plan() -> None:
    assert failing_update(Limits(None)).code == "AJO508"
    with pytest.raises(PlatformError) as caught:
        served(lambda _: envelope(404, "1404", "unknown uid")).update(custom_action(), REMOTE)
    assert caught.value.code == "AJO508"


def test_a_deployed_capping_is_undeployed_before_it_is_deleted() -> None:
    limits = Limits(capping())

    written = served(limits).delete(URL_KEY, REMOTE)

    assert (limits.steps, written.resource) == (["undeploy", "DELETE"], None)


def test_a_capping_that_cannot_be_deleted_is_deployed_again() -> None:
    limits = Limits(capping())
    limits.fail["DELETE"] = [envelope(409, "1", "no")]

    with pytest.raises(PlatformError, match="the old configuration was put back"):
        served(limits).delete(URL_KEY, REMOTE)

    assert limits.element is not None
    assert limits.element["state"] == "deployed"


def test_deleting_what_is_gone_is_done() -> None:
    assert served(Limits(None)).delete(URL_KEY, REMOTE).resource is None
    assert served(Limits(None)).delete(ResourceKey("CustomAction", "X"), REMOTE).resource is None


def test_a_deletion_that_does_nothing_is_noticed() -> None:
    limits = Limits(action(uid="c1"))
    limits.fail["DELETE"] = [httpx.Response(200, json={})]

    with pytest.raises(PlatformError, match="still there") as caught:
        served(limits).delete(ResourceKey("CustomAction", "X"), REMOTE)

    assert caught.value.code == "AJO509"


def throttling(maximum: int) -> Any:
    return resource(
        {
            "$schema": "",
            "formatVersion": 1,
            "kind": "ThrottlingConfig",
            "name": "t",
            "urlPattern": "https://api.example.com/*",
            "methods": ["POST"],
            "maxThroughput": maximum,
        }
    )


def test_a_deployed_throttling_is_updated_in_place() -> None:
    element = {**throttling(500).document, "uid": "c1"}
    limits = Limits(element, in_place=True)

    written = served(limits).update(throttling(900), REMOTE)

    assert limits.steps == ["PUT"]
    assert written.resource is not None
    assert written.resource.document == throttling(900).document


def test_an_undeployed_throttling_is_updated_and_deployed() -> None:
    limits = Limits({**throttling(500).document, "uid": "c1", "state": "created"})

    served(limits).update(throttling(900), REMOTE)

    assert limits.steps == ["PUT", "canDeploy", "deploy"]


def test_an_action_is_sent_whole_with_its_secrets_and_read_back() -> None:
    sent = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            sent.append(json.loads(request.content))
        return httpx.Response(200, json={"result": action(uid="c1")})

    served(handler).update(custom_action(), REMOTE)

    assert sent == [
        {
            "name": "Welcome",
            "description": "",
            "actionType": "custom",
            "endpoint": {
                "url": "https://api.example.com/v1",
                "method": "POST",
                "headers": [
                    {"name": "Content-Type", "isVariable": False, "value": "application/json"},
                    {"name": "Charset", "isVariable": False, "value": "UTF-8"},
                ],
                "queryParameters": [],
            },
            "authentication": {"type": "basic", "username": "u", "password": PASSWORD},
        }
    ]


def test_what_was_written_but_cannot_be_read_back_is_unknown() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if request.method == "GET" else httpx.Response(200, json={"uid": "u1"})

    with pytest.raises(PlatformError, match="could not be read back") as caught:
        served(handler).create(custom_action())

    assert (caught.value.code, caught.value.outcome) == ("AJO510", Outcome.UNKNOWN)


def test_what_reads_back_as_something_else_is_an_error() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"uid": "u1", "result": action(surprise=1)})

    with pytest.raises(PlatformError, match="surprise") as caught:
        served(handler).create(custom_action())

    assert caught.value.code == "AJO509"


@pytest.mark.parametrize(("text", "code"), [(MASKED, "AJO307"), ("${host}", "AJO304")])
def test_a_text_that_nobody_filled_in_is_never_sent(text: str, code: str) -> None:
    found = custom_action()
    found.document["authentication"]["password"] = text

    with pytest.raises(PlatformError, match=r"authentication\.password") as caught:
        served(lambda _: httpx.Response(500)).create(found)

    assert caught.value.code == code
