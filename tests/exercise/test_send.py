from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exercise.conftest import Partner
from tests.exercise.samples import HOST, SECRETS, Handler, action, hole, made_up, resolve
from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK
from toolkit.exercise import render
from toolkit.exercise.caller import Caller
from toolkit.exercise.destinations import Destinations
from toolkit.exercise.hop import Hop
from toolkit.exercise.routes import Routes
from toolkit.exercise.send import MAX_BODY_BYTES, MAX_REDIRECTS, send
from toolkit.exercise.tls import NO_FILES, tls_context
from toolkit.exercise.transport import RawHeaders, Reply, Wire
from toolkit.exercise.vault import Vault
from toolkit.exercise.wire import Stopwatch
from toolkit.model.kinds import CustomAction

KEY = {"type": "apiKey", "name": "X-Key", "value": "${secret:partner/key}", "location": "header"}
SHORT_S = 0.3


def at(path: str, **parts: Any) -> CustomAction:
    return action(url=f"https://{HOST}/v1/{path}", authentication=KEY, **parts)


def send_to(
    partner: Partner,
    subject: CustomAction,
    values: Any = None,
    *,
    timeout_s: float = 10,
    other: str | None = None,
) -> tuple[Hop, ...]:
    return sent(
        subject, values, {HOST: partner.base, **({"other.example": other} if other else {})}, timeout_s
    )


def sent(
    subject: CustomAction,
    values: Any = None,
    routes: Mapping[str, str] | None = None,
    timeout_s: float = 10,
    handler: Handler | None = None,
) -> tuple[Hop, ...]:
    """One attempt, over real connections unless a function stands in for the network."""
    vault, watch, stand_ins = Vault(resolve), Stopwatch(time.monotonic), Routes.of(routes or {})
    rendered = render(subject, values or {})
    vault.open(rendered)
    wire = Wire(watch, Destinations.of(stand_ins.bases.values()), lambda: tls_context(NO_FILES))
    watch.start(timeout_s)
    with closing(wire):
        return send(
            vault.revealed(rendered.request),
            routes=stand_ins,
            transport=made_up(handler)(watch) if handler else wire,
            watch=watch,
            redactor=vault.redactor,
        )


def test_the_request_reaches_the_stand_in_with_everything_that_was_built(partner: Partner) -> None:
    subject = at("ok", request={"a": hole(), "n": 1}, query={"q": "a b&c", "r": "ü"}, headers={"X-A": "ü"})
    (hop,) = send_to(partner, subject, {"a": "grün", "path": "42/x y"})
    ((method, path, headers, body),) = partner.seen
    assert (method, path) == ("POST", "/v1/ok/42/x%20y?q=a%20b%26c&r=%C3%BC")
    assert body.decode() == '{"a":"grün","n":1}'
    assert headers["x-key"] == SECRETS["partner/key"]
    assert (headers["content-type"], headers["charset"]) == ("application/json", "UTF-8")
    assert headers["x-a"].encode("latin-1").decode() == "ü"
    assert hop.url == f"https://{HOST}/v1/ok/42/x%20y?q=a%20b%26c&r=%C3%BC"
    assert hop.sent_to == f"{partner.base}/v1/ok/42/x%20y?q=a%20b%26c&r=%C3%BC"
    assert (hop.status, hop.content, hop.failure) == (200, b'{"messageId":"m1"}', "")


def test_the_headers_shown_are_those_that_went_out_with_secrets_masked(partner: Partner) -> None:
    (hop,) = send_to(partner, at("ok", request={"a": 1}))
    shown = {name.lower(): value for name, value in hop.headers}
    assert shown == {**partner.seen[0][2], "x-key": MASK}


@pytest.mark.parametrize("base_path", ["", "/", "/partners/it"])
def test_a_stand_in_may_live_below_any_path(partner: Partner, base_path: str) -> None:
    below = Partner(partner.base + base_path)
    send_to(below, at("ok"))
    assert partner.seen[0][1] == base_path.rstrip("/") + "/v1/ok"


@pytest.mark.parametrize("name", ["moved", "prefixed"])
@pytest.mark.parametrize("base_path", ["", "/partners/it"])
def test_a_redirect_is_followed_with_get_and_credentials_on_the_same_origin(
    partner: Partner, name: str, base_path: str
) -> None:
    hops = send_to(Partner(partner.base + base_path), at(name, request={"a": 1}))
    assert [(hop.method, hop.url, hop.status) for hop in hops] == [
        ("POST", f"https://{HOST}/v1/{name}", 302),
        ("GET", f"https://{HOST}/v1/ok", 200),
    ]
    assert partner.seen[1][1] == f"{base_path}/v1/ok"
    assert partner.seen[1][2]["x-key"] == SECRETS["partner/key"]
    assert partner.seen[1][3] == b""


def test_a_redirect_to_another_origin_loses_credentials_and_cookies(
    start_partner: Callable[[], Partner],
) -> None:
    partner, other = start_partner(), start_partner()
    subject = at("elsewhere", headers={"X-Also": "k=${secret:partner/key}", "X-Open": "1", "Cookie": "a=b"})
    hops = send_to(partner, subject, other=other.base)
    assert hops[-1].status == 200
    ((_, _, headers, _),) = other.seen
    assert headers["x-open"] == "1"
    assert not {"x-key", "x-also", "cookie"} & headers.keys()


def test_a_redirect_from_a_host_name_to_an_address_inside_is_refused(partner: Partner) -> None:
    hops = send_to(partner, at("inside"))
    assert [(hop.failure, hop.status) for hop in hops] == [("internalError", 302)]
    assert "IP address" in hops[0].detail


def test_a_redirect_without_end_is_given_up(partner: Partner) -> None:
    hops = send_to(partner, at("round"))
    assert len(hops) == MAX_REDIRECTS + 1
    assert hops[-1].failure == "internalError"


@pytest.mark.parametrize(("name", "status"), [("nowhere", 302), ("post_only", 307), ("refused", 400)])
def test_any_other_status_is_an_answer(partner: Partner, name: str, status: int) -> None:
    (hop,) = send_to(partner, at(name))
    assert (hop.status, hop.failure) == (status, "")


@pytest.mark.parametrize("name", ["big", "bomb"])
def test_a_body_is_read_up_to_its_limit(partner: Partner, name: str) -> None:
    (hop,) = send_to(partner, at(name))
    assert (len(hop.content), hop.cut, hop.failure) == (MAX_BODY_BYTES, True, "")


@pytest.mark.parametrize("name", ["slow", "head_drips", "body_drips"])
def test_time_is_up_at_the_deadline_whatever_the_other_side_does(partner: Partner, name: str) -> None:
    started = time.monotonic()
    (hop,) = send_to(partner, at(name), timeout_s=SHORT_S)
    assert (hop.failure, hop.status, hop.content) == ("timedout", None, b"")
    assert SHORT_S * 0.9 <= time.monotonic() - started < 5
    assert hop.timings.total_ms >= SHORT_S * 900


@pytest.mark.parametrize("name", ["closed", "garbage", "not_gzip"])
def test_a_broken_answer_is_an_internal_error(partner: Partner, name: str) -> None:
    (hop,) = send_to(partner, at(name))
    assert (hop.failure, hop.status) == ("internalError", None)
    assert hop.detail


def test_a_refused_connection_is_an_internal_error_that_says_so() -> None:
    (hop,) = send_to(Partner("http://127.0.0.1:1"), at("ok"))
    assert (hop.failure, hop.status) == ("internalError", None)
    assert "ConnectError" in hop.detail


def test_credentials_for_a_secure_address_never_leave_this_machine_unencrypted() -> None:
    with pytest.raises(AjoError) as caught:
        send_to(Partner("http://stand-in.example"), at("ok"))
    assert caught.value.code == "AJO302"


@pytest.mark.parametrize(
    ("url", "authentication"), [(f"http://{HOST}/x", KEY), (f"https://{HOST}/x", None)], ids=["http", "open"]
)
def test_a_plain_stand_in_is_fine_where_the_definition_is_plain_or_has_no_credentials(
    url: str, authentication: Any
) -> None:
    subject = action(url=url, **({"authentication": authentication} if authentication else {}))
    routes = {HOST: "http://stand-in.example"}
    (hop,) = sent(subject, routes=routes, handler=lambda request: httpx.Response(200, text=str(request.url)))
    assert hop.content == b"http://stand-in.example/x"


@pytest.mark.parametrize("base", ["ftp://x", "127.0.0.1:80", "http://", "http://x?y=1", "http://x#y", ""])
def test_a_route_that_is_no_address_is_refused(base: str) -> None:
    with pytest.raises(AjoError) as caught:
        Routes.of({HOST: base})
    assert caught.value.code == "AJO302"


@pytest.mark.parametrize(
    "location",
    ["ftp://x/y", "https://user:pw@partner.example/", "https://[::1", "file:///etc/passwd",
     "http://localhost/x", "http://169.254.1.1/x", "http://[::1]/x", "https://partner.example:99999/"],
)  # fmt: skip
def test_a_redirect_to_what_is_no_public_web_address_is_refused(location: str) -> None:
    hops = sent(action(), handler=lambda _: httpx.Response(302, headers={"Location": location}))
    assert [hop.failure for hop in hops] == ["internalError"]
    assert location not in hops[0].detail


HOSTS = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        ["x" * 64 + "ü.example", "ü.example", "a..b", "[::1", "[v1.x]", "%41.example", "1.2.3", "-"]
    ),
)


@given(
    st.builds(
        "{}{}{}".format, st.sampled_from(["http://", "https://", "//", "/", ""]), HOSTS, st.text(max_size=20)
    )
)
def test_a_redirect_to_anything_at_all_is_an_outcome(location: str) -> None:
    @contextmanager
    def answering(method: str, url: str, headers: RawHeaders, body: bytes | None) -> Iterator[Reply]:
        found = [(b"Location", location.encode("latin-1", "replace"))]
        yield Reply(302, found, iter([]))

    with Caller(resolve, transport=lambda _: answering) as caller:
        exchange = caller.call(action(), {})
    assert exchange.jo_status_code in ("http_302", "internalError")
