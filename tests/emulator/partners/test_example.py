"""example.com, who takes any message."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.emulator.conftest import refusal
from toolkit.emulator import RunningEmulator


def messages(running: RunningEmulator, method: str = "POST", **options: Any) -> httpx.Response:
    url = f"{running.partners_url}/example.com/v1/messages"
    return httpx.request(method, url, verify=False, **options)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize(
    "credentials",
    [{"auth": ("journey", "pw")}, {"headers": {"X-Api-Key": "k"}}, {"params": {"api_key": "k"}}],
)
def test_the_other_partner_takes_basic_authentication_or_an_api_key(
    shared_emulator: RunningEmulator, method: str, credentials: dict[str, Any]
) -> None:
    answer = messages(shared_emulator, method, **credentials)
    assert answer.status_code == 202
    assert answer.json()["received"]["method"] == method


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"auth": ("somebody", "pw")},
        {"auth": ("journey", "")},
        {"headers": {"Authorization": "Basic ***"}},
        {"headers": {"Authorization": "Basic /w=="}},
        {"headers": {"Authorization": "Bearer token"}},
        {"headers": {"X-Api-Key": ""}},
        {"params": {"api_key": ""}},
    ],
)
def test_without_them_it_answers_401(shared_emulator: RunningEmulator, credentials: dict[str, Any]) -> None:
    answer = messages(shared_emulator, **credentials)
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_it_says_what_it_got_without_credentials(shared_emulator: RunningEmulator) -> None:
    answer = messages(
        shared_emulator,
        params=[("api_key", "secret-1"), ("to", "a"), ("to", "b"), ("lang", "en")],
        headers={
            "X-Api-Key": "secret-2",
            "Authorization": "Basic secret-3",
            "Cookie": "s=secret-4",
            "x-team": "c",
        },
        json={"text": "hello", "n": 2.5},
    )
    received = answer.json()["received"]
    assert "secret-" not in answer.text
    assert received["query"] == {"to": ["a", "b"], "lang": "en"}
    assert received["headers"]["x-team"] == "c"
    assert received["body"] == {"text": "hello", "n": 2.5}


@pytest.mark.parametrize(
    ("content", "expected"), [(b"", None), (b"plain", "plain"), (b"\xff", "\ufffd"), (b"NaN", "NaN")]
)
def test_a_body_that_is_no_json_comes_back_as_text(
    shared_emulator: RunningEmulator, content: bytes, expected: str | None
) -> None:
    answer = messages(shared_emulator, content=content, headers={"X-Api-Key": "k"})
    assert answer.json()["received"]["body"] == expected


def test_an_unknown_partner_is_404_in_the_envelope(shared_emulator: RunningEmulator) -> None:
    answer = httpx.get(f"{shared_emulator.partners_url}/unknown.example/", verify=False)
    assert refusal(answer) == (404, 404)
    assert refusal(messages(shared_emulator, "DELETE", params={"api_key": "k"})) == (405, 405)
