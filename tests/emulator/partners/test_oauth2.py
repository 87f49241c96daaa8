"""The token server for whatever else, client assertions, and the endpoint that its tokens open."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from typing import Any

import httpx
import pytest

from tests.emulator.partners.conftest import NOW, Stage

TOKEN = "example.com/oauth2/token"
ASKED = {"grant_type": "client_credentials", "client_id": "acme", "client_secret": "made-up", "scope": "a b"}
ASSERTED = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
}
CLAIMS = {
    "iss": "acme",
    "sub": "acme",
    "aud": "https://example.com/oauth2/token",
    "exp": NOW + 300,
    "jti": "1",
}
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


def without(fields: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and error, after a look at the shape of RFC 6749, 5.2."""
    assert set(answer.json()) == {"error", "error_description"}
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize(
    "options",
    [
        {"data": ASKED},
        {"json": ASKED},
        {"data": without(ASKED, client_id=None, client_secret=None), "auth": ("acme", "made-up")},
    ],
    ids=["form", "JSON", "Basic"],
)
def test_client_credentials_give_a_token(stage: Stage, options: dict[str, Any]) -> None:
    answer = stage.post(TOKEN, **options)
    assert answer.json() == {
        "access_token": answer.json()["access_token"],
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "a b",
    }
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_secret": "INSERT SECRET HERE"}, 401, "invalid_client"),
        ({"client_secret": "********"}, 401, "invalid_client"),
        ({"scope": 'a "b"'}, 400, "invalid_scope"),
    ],
)
def test_the_error_says_what_is_wrong(stage: Stage, changes: Any, status: int, error: str) -> None:
    assert refused(stage.post(TOKEN, data=without(ASKED, **changes))) == (status, error)
    assert refused(stage.post(TOKEN, json=without(ASKED, **changes))) == (status, error)


def test_invalid_client_names_the_scheme_that_was_tried(stage: Stage) -> None:
    answer = stage.post(TOKEN, data={"grant_type": "client_credentials"}, auth=("acme", ""))
    assert refused(answer) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "options",
    [
        {"data": ASKED, "auth": ("acme", "made-up")},
        {"data": {**ASKED, "client_assertion": "a.b.c"}},
        {"content": "grant_type=client_credentials&grant_type=client_credentials",
         "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"json": {**ASKED, "scope": ["a"]}},
        {"json": []},
        {"content": "{", "headers": {"Content-Type": "application/json"}},
        {"content": "<a/>", "headers": {"Content-Type": "text/xml"}},
    ],
)  # fmt: skip
def test_invalid_request_is_for_several_ways_at_once_and_for_what_can_not_be_read(
    stage: Stage, options: dict[str, Any]
) -> None:
    assert refused(stage.post(TOKEN, **options)) == (400, "invalid_request")


def test_tokens_are_asked_for_with_post(stage: Stage) -> None:
    assert refused(stage.call("GET", TOKEN)) == (405, "invalid_request")


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def asserted(stage: Stage, jwt: str, **changes: Any) -> httpx.Response:
    return stage.post(TOKEN, data=without({**ASSERTED, "client_assertion": jwt}, **changes))


def unsigned(header: Any = None, **claims: Any) -> str:
    """An assertion of a client whose key nobody knows."""
    head = {"alg": "RS256", **(header or {})}
    return f"{encoded(head)}.{encoded(without(CLAIMS, **claims))}.{encoded(b'signature')}"


def test_an_assertion_of_a_client_without_a_key_is_taken_for_its_structure(stage: Stage) -> None:
    assert asserted(stage, unsigned(), client_id="acme").status_code == 200


@pytest.mark.parametrize(
    "jwt",
    [
        unsigned(iss="somebody"),
        unsigned(sub=None),
        unsigned(aud="https://example.com/"),
        unsigned(aud=None),
        unsigned(exp=None),
        unsigned(exp="soon"),
        unsigned(exp=NOW - 61),
        unsigned(exp=NOW + 2 * 24 * 3600),
        unsigned(nbf=NOW + 300),
        unsigned(iat=NOW + 300),
        unsigned(jti=None),
        unsigned({"alg": "none"}),
        unsigned({"alg": "HS256"}),
        unsigned({"alg": ["RS256"]}),
        unsigned().rpartition(".")[0] + ".",
        "a.b",
        "a.b.c",
        "....",
        "ä.b.c",
        f"{encoded([])}.{encoded({})}.{encoded(b'x')}",
        "********",
        "",
    ],
)
def test_invalid_client_is_for_an_assertion_with_another_claim(stage: Stage, jwt: str) -> None:
    assert refused(asserted(stage, jwt)) == (401, "invalid_client")


def test_an_audience_may_be_one_of_several(stage: Stage) -> None:
    assert asserted(stage, unsigned(aud=["https://other.example", CLAIMS["aud"]])).status_code == 200


def test_invalid_client_is_for_an_assertion_that_was_used(stage: Stage) -> None:
    assert asserted(stage, unsigned()).status_code == 200
    assert refused(asserted(stage, unsigned())) == (401, "invalid_client")
    assert asserted(stage, unsigned(jti="2")).status_code == 200


def test_an_assertion_names_its_type_and_the_same_client(stage: Stage) -> None:
    assert refused(asserted(stage, unsigned(), client_assertion_type="jwt")) == (400, "invalid_request")
    assert refused(asserted(stage, unsigned(), client_id="other")) == (401, "invalid_client")


def is_prime(number: int, chance: random.Random) -> bool:
    """Miller and Rabin's test, good enough for a key of a test."""
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(8):
        power = pow(chance.randrange(2, number - 1), odd, number)
        seen = [power := pow(power, 1 if step == 0 else 2, number) for step in range(twos)]
        if seen[0] != 1 and number - 1 not in seen:
            return False
    return True


def prime(chance: random.Random) -> int:
    while True:
        number = chance.getrandbits(1024) | (3 << 1022) | 1
        if number % 65537 != 1 and is_prime(number, chance):
            return number


class Key:
    """An RSA key of 2,048 bits."""

    def __init__(self) -> None:
        chance = random.Random(4711)
        first, second = prime(chance), prime(chance)
        self.modulus = first * second
        self._private = pow(65537, -1, (first - 1) * (second - 1))

    @property
    def jwk(self) -> dict[str, str]:
        return {"kty": "RSA", "n": encoded(self.modulus.to_bytes(256)), "e": encoded(b"\x01\x00\x01")}

    def signed(self, algorithm: str = "RS256", **claims: Any) -> str:
        text = f"{encoded({'alg': algorithm})}.{encoded(without(CLAIMS, **claims))}"
        digest = SHA256 + hashlib.sha256(text.encode()).digest()
        block = b"\x00\x01" + b"\xff" * (253 - len(digest)) + b"\x00" + digest
        return f"{text}.{encoded(pow(int.from_bytes(block), self._private, self.modulus).to_bytes(256))}"


@pytest.fixture(scope="module")
def key() -> Key:
    return Key()


def test_the_signature_is_checked_with_a_registered_key(stage: Stage, key: Key) -> None:
    assert stage.admin("keys", {"client": "acme", "key": key.jwk}).json() == {"registered": True}
    assert asserted(stage, key.signed()).status_code == 200
    assert refused(asserted(stage, unsigned(jti="2"))) == (401, "invalid_client")
    head, _, signature = key.signed(jti="3").split(".")
    forged = f"{head}.{encoded({**CLAIMS, 'jti': '4'})}.{signature}"
    assert refused(asserted(stage, forged)) == (401, "invalid_client")
    assert refused(asserted(stage, key.signed("PS256", jti="5"))) == (401, "invalid_client")


def test_a_key_is_forgotten_with_everything_else(stage: Stage, key: Key) -> None:
    stage.admin("keys", {"client": "acme", "key": key.jwk})
    stage.admin("reset")
    assert asserted(stage, unsigned()).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"client": "acme"},
        {"client": "acme", "key": {"kty": "EC"}},
        {"client": "acme", "key": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}},
        {"client": "acme", "key": {"kty": "RSA", "n": "!", "e": "AQAB"}},
        {"client": "acme", "key": {"kty": "RSA", "n": encoded(b"\xff" * 256), "e": "AA"}},
        {"client": "", "key": {}},
    ],
)
def test_a_key_that_is_none_is_refused(stage: Stage, body: Any) -> None:
    assert stage.admin("keys", body).status_code == 400


def test_the_controls_want_the_emulators_token(stage: Stage) -> None:
    for path in ("reset", "keys"):
        answer = stage.http.post(f"{stage.running.admin_url}/partners/{path}", json={})
        assert answer.status_code == 401


MESSAGES = "example.com/v2/messages"


@pytest.mark.parametrize(
    "place",
    [
        lambda token: {"headers": {"Authorization": f"Bearer {token}"}},
        lambda token: {"headers": {"X-Access-Token": token}},
        lambda token: {"params": {"access_token": token}},
    ],
    ids=["bearer", "header", "query"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_token_opens_the_endpoint_and_is_not_told(stage: Stage, method: str, place: Any) -> None:
    token = stage.post(TOKEN, data=ASKED).json()["access_token"]
    answer = stage.call(method, MESSAGES, **place(token))
    assert answer.status_code == 202
    assert token not in answer.text


@pytest.mark.parametrize(
    ("options", "status", "error"),
    [
        ({}, 401, "unauthorized"),
        ({"headers": {"Authorization": "Bearer made-up"}}, 401, "invalid_token"),
        ({"headers": {"Authorization": "Basic YTpi"}}, 401, "invalid_token"),
        ({"params": {"access_token": "********"}}, 401, "invalid_token"),
        ({"params": {"access_token": "a"}, "headers": {"X-Access-Token": "a"}}, 400, "invalid_request"),
    ],
)
def test_the_endpoint_says_how_to_authenticate(
    stage: Stage, options: dict[str, Any], status: int, error: str
) -> None:
    answer = stage.post(MESSAGES, **options)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_ends_with_its_life(stage: Stage) -> None:
    headers = {"X-Access-Token": stage.post(TOKEN, data=ASKED).json()["access_token"]}
    stage.clock.now += 3599
    assert stage.post(MESSAGES, headers=headers).status_code == 202
    stage.clock.now += 1
    assert stage.post(MESSAGES, headers=headers).json()["error"] == "invalid_token"
