"""When the network or the platform fails: what is tried again, what is not, and what is said."""

from __future__ import annotations

import httpx
import pytest

from tests.platform.samples import Clock, action, custom_action, envelope, served
from toolkit.model.catalog import RemoteRef, ResourceKey
from toolkit.platform import HttpPlatform, Outcome, PlatformError

KEY, REMOTE = ResourceKey("CustomAction", "Welcome"), RemoteRef("u1", "", "")
SERVED = httpx.Response(200, json={"result": action()})


class Script:
    """Gives one answer or exception after the other, the last one for ever."""

    def __init__(self, *steps: httpx.Response | Exception) -> None:
        self.steps, self.requests = list(steps), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.steps[min(len(self.requests), len(self.steps)) - 1]
        if isinstance(step, Exception):
            raise step
        return httpx.Response(step.status_code, headers=step.headers, content=step.content)

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("closed"),
        *(httpx.Response(status) for status in (429, 500, 502, 503, 504)),
    ],
    ids=repr,
)
def test_a_read_is_repeated_until_it_succeeds(failure: httpx.Response | Exception) -> None:
    script, clock = Script(failure, failure, SERVED), Clock()

    assert served(script, clock).fetch(KEY, REMOTE) is not None
    assert len(clock.pauses) == 2


def test_pauses_grow() -> None:
    clock = Clock()

    with pytest.raises(PlatformError):
        served(Script(httpx.Response(503)), clock).fetch(KEY, REMOTE)

    assert len(clock.pauses) == 4
    assert clock.pauses == sorted(clock.pauses)
    assert clock.pauses[-1] >= 4


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Retry-After": "7"}, 7, 7),
        ({"Retry-After": "Mon, 01 Jan 2024 00:00:09 GMT", "Date": "Mon, 01 Jan 2024 00:00:00 GMT"}, 9, 9),
        ({"Retry-After": "86400"}, 60, 60),
        ({"Retry-After": "Mon, 01 Jan 2024 00:00:09 GMT"}, 0, 2),
        ({"Retry-After": "soon"}, 0, 2),
        ({"Retry-After": "-5"}, 0, 2),
    ],
)
def test_the_platform_may_ask_for_a_pause_in_bounds(
    headers: dict[str, str], least: float, most: float
) -> None:
    clock = Clock()

    served(Script(httpx.Response(429, headers=headers), SERVED), clock).fetch(KEY, REMOTE)

    assert least <= clock.pauses[0] <= most


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (httpx.ConnectError("refused"), "AJO501"),
        (httpx.ReadTimeout("slow"), "AJO502"),
        (httpx.Response(429), "AJO503"),
        (httpx.Response(503), "AJO503"),
        (httpx.Response(400), "AJO504"),
        (envelope(400, "1", "bad list"), "AJO504"),
        (envelope(500, "1", "broken"), "AJO503"),
    ],
    ids=repr,
)
def test_a_read_that_never_succeeds_says_why(failure: httpx.Response | Exception, code: str) -> None:
    with pytest.raises(PlatformError) as caught:
        served(Script(failure)).fetch(KEY, REMOTE)

    assert (caught.value.code, caught.value.outcome) == (code, Outcome.REFUSED)


NO_CLEAR_ANSWER: tuple[httpx.Response | Exception, ...] = (
    httpx.ReadTimeout("slow"),
    httpx.WriteError("broke"),
    httpx.RemoteProtocolError("closed"),
    *(httpx.Response(status) for status in (500, 502, 503, 504)),
    httpx.Response(200, text="<html>welcome</html>"),
    httpx.Response(200, json={"resStatus": "created"}),
)


@pytest.mark.parametrize("failure", NO_CLEAR_ANSWER, ids=repr)
def test_a_creation_without_a_clear_answer_is_unknown_and_sent_once(
    failure: httpx.Response | Exception,
) -> None:
    script = Script(failure)

    with pytest.raises(PlatformError) as caught:
        served(script).create(custom_action())

    assert (caught.value.code, caught.value.outcome) == ("AJO510", Outcome.UNKNOWN)
    assert script.methods == ["POST"]


@pytest.mark.parametrize(
    "failure", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.Response(429)], ids=repr
)
def test_a_creation_that_certainly_was_not_carried_out_is_repeated(
    failure: httpx.Response | Exception,
) -> None:
    created = httpx.Response(200, json={"uid": "u1", "createdElement": {}})
    script = Script(failure, created, SERVED)

    assert served(script).create(custom_action()).resource is not None
    assert script.methods == ["POST", "POST", "GET"]


def test_a_refused_creation_names_code_field_and_request() -> None:
    with pytest.raises(PlatformError, match=r"1470 name taken \(request req-1\)") as caught:
        served(Script(envelope(409, "1470", "name taken"))).create(custom_action())

    error = caught.value
    assert (error.code, error.outcome, error.status) == ("AJO505", Outcome.REFUSED, 409)
    assert (error.path, error.request_id, error.request_ids) == (("name",), "req-1", ("req-1",))


def test_an_update_without_a_clear_answer_at_any_attempt_is_unknown() -> None:
    script = Script(httpx.ReadTimeout("slow"), httpx.ConnectError("refused"))

    with pytest.raises(PlatformError) as caught:
        served(script).update(custom_action(), REMOTE)

    assert (caught.value.code, caught.value.outcome) == ("AJO510", Outcome.UNKNOWN)
    assert script.methods == ["PUT"] * 5


def test_an_update_that_never_got_out_is_known_not_to_be_done() -> None:
    with pytest.raises(PlatformError) as caught:
        served(Script(httpx.ConnectError("refused"))).update(custom_action(), REMOTE)

    assert (caught.value.code, caught.value.outcome) == ("AJO501", Outcome.REFUSED)


def test_a_known_refusal_with_status_500_is_not_repeated() -> None:
    script = Script(envelope(500, "1479", "malformed"))

    with pytest.raises(PlatformError) as caught:
        served(script).update(custom_action(), REMOTE)

    assert (caught.value.code, script.methods) == ("AJO505", ["PUT"])


def test_nothing_is_tried_again_once_the_platform_is_closed() -> None:
    script, running = Script(httpx.Response(503)), list[HttpPlatform]()

    def handler(request: httpx.Request) -> httpx.Response:
        running[0].close()
        return script(request)

    running.append(served(handler))
    with pytest.raises(PlatformError):
        running[0].fetch(KEY, REMOTE)

    assert len(script.requests) == 1
