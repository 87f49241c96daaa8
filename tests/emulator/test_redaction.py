"""Secrets that were planted wherever a caller can put one are found nowhere."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from tests.emulator.conftest import call_headers, token_of
from tests.emulator.samples import action, constant, custom_authorization, endpoint, request_field, variable
from toolkit.emulator import EmulatorConfig, RunningEmulator, build_app, start_emulator
from toolkit.emulator.redaction import KEPT_MASKED, Masked, Masking
from toolkit.emulator.secret_places import Sent

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def canary(place: str) -> str:
    """A secret of its own for every place, with characters that each encoding spells differently."""
    return f"canary {place}+ä/&=\"'?"


def spellings(text: str) -> Iterator[str]:
    raw = text.encode()
    yield text
    yield quote(raw, safe="")
    yield quote_plus(raw)
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")


def typed(text: str) -> str:
    """As a header can carry it."""
    return quote(text, safe="")


def plant(running: RunningEmulator) -> dict[str, str]:
    """Send a secret to every place that can hold one; returns the secrets by place."""
    planted: dict[str, str] = {}

    def new(place: str) -> str:
        return planted.setdefault(place, canary(place))

    with httpx.Client(verify=False, base_url=running.base_url, headers=call_headers(running, "dev")) as http:
        basic = {"type": "basic", "username": "journey", "password": new("password")}
        key = {"type": "apiKey", "name": "k", "value": new("api key"), "location": "header"}
        custom = custom_authorization(
            headers={"x-own": new("token header")},
            body={"bodyType": "form", "bodyParams": {"client_secret": new("body parameter"), "n": "v"}},
        )
        for number, authentication in enumerate((basic, key, custom, {**basic, "type": "madeUp"})):
            http.post("/actions", json=action(name=f"Auth{number}", authentication=authentication))
        parts = {
            "headers": [constant("x-key", new("constant header")), variable("x-lang", "Language")],
            "queryParameters": [constant("key", new("constant parameter"))],
        }
        http.post("/actions", json=action(name="Constants", endpoint=endpoint(**parts)))
        said_twice = {
            **action(name="Twice", description=f"it is {planted['password']}"),
            "authentication": basic,
        }
        http.post("/actions", json=said_twice)
        pair = base64.b64encode(f"journey:{planted['password']}".encode()).decode()
        http.post("/actions", json={**said_twice, "name": "Pair", "description": pair})
        field = request_field(accessToken=new("token field"), value=f"Bearer {typed(new('bearer'))}")
        fields = {"fields": [field]}
        http.post("/actions", json=action(name="Payload", requestPayload=fields))
        http.get("/actions/x", params={"api_key": new("query"), "pageSize": new("page size")})
        http.get(f"/actions/x?{typed(new('nameless'))}")
        http.get(f"/actions/{typed(new('path'))}", params={"k": planted["path"]})
        wrong = {
            "Authorization": f"Bearer {typed(new('authorization'))}",
            "x-api-key": typed(new("key header")),
        }
        http.get("/actions/x", headers=wrong)
        http.get(
            "/actions/x", headers={"cookie": f"session={typed(new('cookie'))}", "x-own": typed(new("own"))}
        )
        http.get(f"{running.admin_url}/requests", headers={"x-emulator-admin-token": typed(new("admin"))})
        partner = f"{running.partners_url}/example.com/v1/messages"
        login = httpx.BasicAuth("journey", new("basic login"))
        http.post(partner, json={"said": planted["basic login"], "password": new("named")}, auth=login)
        http.get(partner, params={"api_key": new("partner key"), "other": new("other parameter")})
        http.post(f"{running.partners_url}/hooks.example.com/services/B{'0a' * 12}", json={})
        planted["webhook"] = "0a" * 12
    token_of(running, client_secret=new("client secret"), client_assertion=new("assertion"))
    token_of(running, client_id=new("client id"))
    issued = token_of(running).json()["access_token"]
    planted["issued token"] = issued
    planted["the client's secret"] = running.client_secret
    planted["the admin token"] = running.admin_token
    return planted


def found(planted: dict[str, str], text: str) -> list[str]:
    return [place for place, secret in planted.items() if any(one in text for one in spellings(secret))]


def test_planted_secrets_are_nowhere_in_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "toolkit.emulator")
    database = tmp_path / "platform.sqlite3"
    with start_emulator(EmulatorConfig(database=database)) as running:
        planted = plant(running)
        with httpx.Client(verify=False, headers={"x-emulator-admin-token": running.admin_token}) as http:
            log = http.get(f"{running.admin_url}/requests?bodies=true").text
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir()).decode("latin-1")
    assert len(json.loads(log)["requests"]) > 20
    readable = json.dumps(json.loads(log), ensure_ascii=False)
    assert found(planted, log + readable) == []
    said = capfd.readouterr()
    assert found(planted, said.out + said.err + caplog.text) == []
    # What the platform keeps as an action's secret is in its database, and nothing else of it all.
    kept = {"password", "api key", "token header", "body parameter", "bearer"}
    kept |= {"constant header", "constant parameter"}
    assert set(found(planted, files)) <= kept


BODIES = (b'{"password": "planted"}', b'{"url": "https://planted@b/"}', b"password=planted", b"planted", b"{")


@given(st.lists(st.tuples(st.sampled_from(BODIES), st.sampled_from([JSON, FORM, "text/plain"])), max_size=8))
def test_a_body_that_came_before_is_kept_like_the_first(came: list[tuple[bytes, str]]) -> None:
    masked = Masked()
    for body, kind in came:
        one = Sent(Headers({"content-type": kind}), body, len(body))
        shown = Masking(one, b"", masked=masked).side(one)
        assert shown == Masking(one, b"").side(one)
        assert "planted" not in json.dumps(shown)


def test_of_a_body_nothing_unmasked_is_kept() -> None:
    masked = Masked()
    for number in range(KEPT_MASKED + 3):
        one = sent({}, {"password": "planted", "n": number})
        Masking(one, b"", masked=masked).side(one)
    texts = texts_within(masked)
    assert len([text for text in texts if '"n":' in text]) == KEPT_MASKED
    assert not [text for text in texts if "planted" in text]


def test_the_log_holds_nothing_unmasked() -> None:
    app = build_app(EmulatorConfig())

    async def ask() -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", verify=False) as http:
            await http.post("/partners/example.com/v1", json={"password": "planted"})

    try:
        asyncio.run(ask())
    finally:
        app.state.store.close()
    assert len(texts := texts_within(app.state.log)) > 5
    assert not [text for text in texts if "planted" in text]


def texts_within(root: object) -> list[str]:
    """Every text and every body that an object holds, however deep."""
    found, seen, waiting = [], set(), [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, (type, ModuleType, FunctionType)):
            continue
        seen.add(id(one))
        if isinstance(one, (str, bytes)):
            found.append(one if isinstance(one, str) else one.decode("latin-1"))
        waiting.extend(gc.get_referents(one))
    return found


@given(
    secret=st.text(min_size=8, max_size=30).filter(lambda text: not text.isspace()),
    around=st.text(max_size=20),
)
def test_a_secret_of_a_header_is_masked_in_every_spelling_of_the_body(secret: str, around: str) -> None:
    held = quote(secret)
    request = sent({"x-key": held}, {"a": around + held, "b": {held: [held]}})
    masking = Masking(request, f"q={quote_plus(held)}".encode())
    shown = json.dumps([masking.side(request), masking.query(), masking.path(f"/{held}")])
    assert held not in shown or held in "********"


LITERALS = ("null", "true", "false")


@given(
    value=st.recursive(
        # A secret that reads like a literal of JSON takes that literal with it, wherever it stands.
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=5).filter(lambda text: text not in LITERALS),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["password", "authentication", "headers", "query", "a"]), inner)
        ),
        max_leaves=10,
    )
)
def test_whatever_stands_at_a_secrets_name_is_masked(value: object) -> None:
    request = sent({}, {"client_secret": value, "authentication": value, "rest": value})
    body = json.loads(str(Masking(request, b"").side(request)["body"]))
    assert body["client_secret"] in ("********", value if value is None or isinstance(value, bool) else "")
    assert body["authentication"] == "********"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("grant_type", "client_credentials"),
        ("grant_type", "my secret"),
        ("scope", "openid"),
        ("anything", "else"),
    ],
)
def test_of_a_form_only_the_grant_is_shown(name: str, value: str) -> None:
    body = f"{name}={quote_plus(value)}".encode()
    request = Sent(Headers({"content-type": FORM}), body, len(body))
    shown = json.loads(str(Masking(request, b"").side(request)["body"]))
    assert shown == {name: value if value == "client_credentials" else "********"}


@pytest.mark.parametrize(
    "text",
    [
        "https://me:hunter22@example.com/",
        "Authorization: Bearer hunter22",
        "https://example.com/?key=hunter22",
        "token xoxb-hunter22-1",
        "-----BEGIN PRIVATE KEY-----\nhunter22",
    ],
)
def test_what_looks_like_a_secret_is_masked_wherever_it_stands(text: str) -> None:
    request = sent({}, {"description": text})
    assert "hunter22" not in str(Masking(request, b"").side(request))


def test_a_clients_id_is_no_secret() -> None:
    request = sent({"x-api-key": "local-client"}, {"by": "local-client@example.com"})
    assert "local-client@" in str(Masking(request, b"", {"local-client"}).side(request))


def sent(headers: dict[str, str], content: object) -> Sent:
    body = json.dumps(content).encode()
    return Sent(Headers({"content-type": JSON, **headers}), body, len(body))
