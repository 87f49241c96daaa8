"""Text that people look at holds no credential, whatever state it is in."""

from __future__ import annotations

import pytest

from toolkit.rules.veil import veiled


@pytest.mark.parametrize(
    "text",
    [
        '"password": "canary"',
        '"password" :\n "canary"',
        '"client_secret":"can\\"ary"',
        '"Authorization": "Bearer canary"',
        '"value": "canary"',
        '"x": "https://user:canary@host/"',
        '["xoxb-1234567890-canary"]',
        '"note": "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.canary"',
        '{"token": "canary", "a": ',
    ],
)
def test_a_credential_in_the_open_is_masked(text: str) -> None:
    assert "canary" not in veiled(text)
    assert "ary" not in veiled(text)


@pytest.mark.parametrize(
    "text",
    [
        '"password": "${secret:a/b}"',
        '"tokenInResponse": "json://access_token"',
        '"url": "https://host/path"',
        '"name": "LoyaltyWelcome", "maxCallsCount": 500',
        '{"a": "b',
    ],
)
def test_what_is_no_credential_stays(text: str) -> None:
    assert veiled(text) == text
