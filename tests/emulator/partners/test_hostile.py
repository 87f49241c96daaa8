"""Whatever is sent, a stand-in answers in its vendor's shape and tells no credential."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from tests.emulator.partners.conftest import NOW
from tests.emulator.partners.test_adobe_io import EVENT as CLOUD_EVENT
from tests.emulator.partners.test_campaign import EVENT as CAMPAIGN_EVENT
from tests.emulator.partners.test_epsilon import MESSAGE as EPSILON_MESSAGE
from tests.emulator.partners.test_facebook import event as facebook_event
from tests.emulator.partners.test_oauth2 import ASKED, ASSERTED, unsigned
from tests.emulator.test_robustness import JSON, damaged
from toolkit.emulator.partners import PartnerLimits, Partners, adobe_io, epsilon, fcm
from toolkit.emulator.partners.adobe_io import AdobeIo
from toolkit.emulator.partners.epsilon import Epsilon
from toolkit.emulator.partners.fcm import Fcm
from toolkit.emulator.tokens import Tokens

FORM = "application/x-www-form-urlencoded"
CREDENTIAL = "s3cr3t-that-nobody-tells"

PARTNERS = Partners.start(lambda: NOW, PartnerLimits())
APP = Starlette(routes=PARTNERS.routes())
TOKENS: dict[str, Tokens] = {
    host: item.tokens
    for item in PARTNERS.stand_ins
    for kind, host in ((Fcm, fcm.HOST), (Epsilon, epsilon.HOST), (AdobeIo, adobe_io.HOST))
    if isinstance(item, kind)
}


class Asker:
    """Sends requests to the stand-ins without a server in between, in one event loop."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        transport = httpx.ASGITransport(app=APP)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://localhost", verify=False)

    def __call__(self, method: str, path: str, headers: dict[str, str], content: bytes) -> httpx.Response:
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        request = self._http.request(method, f"/partners/{path}", headers=raw, content=content)
        return self._runner.run(request)


@pytest.fixture(scope="module")
def ask() -> Iterator[Asker]:
    with asyncio.Runner() as runner:
        yield Asker(runner)


def oauth(answer: httpx.Response) -> None:
    body = answer.json()
    assert {"access_token", "token_type", "expires_in"} <= set(body) or set(body) == {
        "error",
        "error_description",
    }


def google(answer: httpx.Response) -> None:
    body = answer.json()
    if "name" in body:
        assert answer.status_code == 200
    else:
        assert body["error"]["code"] == answer.status_code
        assert isinstance(body["error"]["status"], str)


def graph(answer: httpx.Response) -> None:
    body = answer.json()
    if answer.status_code == 200:
        assert set(body) == {"events_received", "messages", "fbtrace_id"}
    else:
        assert {"message", "type", "code", "fbtrace_id"} <= set(body["error"])


def harmony(answer: httpx.Response) -> None:
    assert {"resultCode", "resultString", "serviceTransactionId"} <= set(answer.json())


def gateway(answer: httpx.Response) -> None:
    if answer.status_code not in (200, 204):
        assert set(answer.json()) == {"error_code", "message"}


def slack(answer: httpx.Response) -> None:
    body = answer.json()
    assert body["ok"] is True or isinstance(body["error"], str)
    assert answer.status_code in (200, 429)


def campaign(answer: httpx.Response) -> None:
    body = answer.json()
    assert "eventId" in body or body["error"]["code"] == answer.status_code


Shape = Callable[[httpx.Response], None]
JSON_TYPE = "application/json"
ENDPOINTS: list[tuple[str, str, str, Any, Shape]] = [
    ("POST", "oauth2.googleapis.com/token", FORM, None, oauth),
    ("POST", "fcm.googleapis.com/v1/projects/acme/messages:send", JSON_TYPE,
     {"validate_only": False,
      "message": {"token": "t", "data": {"a": "b"}, "notification": {"title": "x"},
                  "android": {"ttl": "1s", "data": {"c": "d"}, "notification": {"body_loc_args": ["x"]}},
                  "apns": {"headers": {"h": "x"}, "payload": {}, "fcm_options": {"analytics_label": "l"}},
                  "webpush": {"notification": {}, "fcm_options": {"link": "x"}},
                  "fcm_options": {"analytics_label": "l"}}}, google),
    ("POST", f"graph.facebook.com/v26.0/1/events?access_token={CREDENTIAL}", JSON_TYPE,
     {"data": [facebook_event(opt_out=False, custom_data={"currency": "EUR", "value": 1.5})],
      "test_event_code": "T"}, graph),
    ("POST", "api-public.epsilon.com/Epsilon/oauth2/access_token", FORM, None, oauth),
    ("PUT", "api.harmony.epsilon.com/v5/messages/0a1b2c3d-0000-4000-8000-000000000001/send", JSON_TYPE,
     EPSILON_MESSAGE, harmony),
    ("POST", "ims-na1.adobelogin.com/ims/token/v3", FORM, None, oauth),
    ("POST", "eventsingress.adobe.io/", "application/cloudevents+json", CLOUD_EVENT, gateway),
    ("POST", "slack.com/api/chat.postMessage", JSON_TYPE,
     {"channel": "C1", "text": "t", "thread_ts": "1.000001", "attachments": [{"text": "x"}],
      "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x"}},
                 {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}]},
                 {"type": "context", "elements": [{"type": "image", "alt_text": "x", "image_url": "x"}]},
                 {"type": "actions", "elements": [{}]}, {"type": "markdown", "text": "x"}]}, slack),
    ("POST", "campaign.example/events", JSON_TYPE, CAMPAIGN_EVENT, campaign),
    ("POST", "example.com/oauth2/token", JSON_TYPE, ASKED, oauth),
    ("POST", "example.com/oauth2/token", JSON_TYPE, {**ASSERTED, "client_assertion": unsigned()}, oauth),
]  # fmt: skip
IDS = [f"{number}-{endpoint[1].partition('/')[0]}" for number, endpoint in enumerate(ENDPOINTS)]

LINE = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)
FORMS = st.lists(
    st.tuples(
        st.sampled_from(("grant_type", "client_id", "client_secret", "scope", "refresh_token", "username")),
        st.sampled_from(("refresh_token", "client_credentials", "password", CREDENTIAL, "********"))
        | st.text(max_size=9),
    ),
    max_size=8,
).map(lambda pairs: urlencode(pairs).encode())
WRONG_TYPES = st.sampled_from((JSON_TYPE, FORM, "text/plain", "multipart/form-data", "a/b; charset=\xe4", ""))


MOSTLY = st.sampled_from((True, True, True, False))


@st.composite
def requests(draw: st.DrawFn, host: str, media_type: str, sample: Any) -> tuple[dict[str, str], bytes]:
    """Headers and a body: mostly nearly right, sometimes anything."""
    bodies = st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()) | FORMS
    if sample is not None and draw(MOSTLY):
        bodies = damaged(copy.deepcopy(sample)).map(lambda value: json.dumps(value).encode())
    right = {
        "Authorization": f"Bearer {TOKENS[host].issue('io-client') if host in TOKENS else CREDENTIAL}",
        "Content-Type": media_type,
        "x-api-key": "io-client",
        "X-OUID": "ouid",
    }
    if draw(MOSTLY):
        return right, draw(bodies)
    wrong = {**dict.fromkeys(right, LINE), "Content-Type": WRONG_TYPES}
    headers = {name: draw(st.just(value) | wrong[name]) for name, value in right.items()}
    return {name: value for name, value in headers.items() if draw(st.booleans())}, draw(bodies)


@pytest.mark.parametrize(("method", "path", "media_type", "sample", "shape"), ENDPOINTS, ids=IDS)
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_any_request_is_answered_in_the_vendors_shape(
    ask: Asker, data: st.DataObject, method: str, path: str, media_type: str, sample: Any, shape: Shape
) -> None:
    headers, content = data.draw(requests(path.partition("/")[0], media_type, sample))
    answer = ask(method, path, headers, content)
    assert answer.status_code < 500
    shape(answer)
    assert CREDENTIAL not in answer.text + str(answer.headers)


@pytest.mark.parametrize(("method", "path", "media_type", "sample", "shape"), ENDPOINTS, ids=IDS)
def test_a_body_that_is_too_long_is_refused_in_the_vendors_shape(
    ask: Asker, method: str, path: str, media_type: str, sample: Any, shape: Shape
) -> None:
    answer = ask(method, path, {"Content-Type": media_type}, b"[" * ((1 << 20) + 1))
    assert answer.status_code == (200 if shape is slack else 413)
    shape(answer)


@pytest.mark.parametrize(("method", "path", "media_type", "sample", "shape"), ENDPOINTS, ids=IDS)
def test_another_method_is_refused_in_the_vendors_shape(
    ask: Asker, method: str, path: str, media_type: str, sample: Any, shape: Shape
) -> None:
    answer = ask("DELETE", path, {}, b"")
    assert method in answer.headers["allow"].split(", ")
    shape(answer)
