"""Commands for a shell: every text arrives as it is, no secret stands in them."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exercise.samples import SECRETS, action, hole
from toolkit.core.redact import Secret
from toolkit.exercise import render
from toolkit.exercise.pieces import Encoded, Generated, Piece
from toolkit.exercise.shell import Shell
from toolkit.model.text import SecretRef

KEY = SecretRef("partner/key")
SHELL = Shell(lambda reference: "S_" + reference.path.replace("/", "_"), lambda url: url)
VARIABLES = {"S_partner_key": "a'b\"c $(id) `id` \\ %s\n*", "AJO_TOKEN": "t-1", "AJO_OWN_SECRET": "own"}
MEANT: dict[Any, str] = {KEY: VARIABLES["S_partner_key"], Generated.TOKEN: "t-1", Secret("own"): "own"}

LITERALS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
PIECES = st.lists(LITERALS | st.sampled_from([KEY, Generated.TOKEN, Secret("own")]), max_size=4)


def words(texts: list[list[Piece]]) -> list[str]:
    """What a shell takes the words of these texts for."""
    script = "printf '%s\\0' " + " ".join(map(SHELL.word, texts))
    done = subprocess.run(
        ["sh", "-eu", "-c", script], env=VARIABLES, capture_output=True, check=True, timeout=30
    )
    return done.stdout.decode().split("\0")[:-1]


@settings(max_examples=20, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=20))
def test_a_shell_takes_a_word_for_exactly_its_text(texts: list[list[Piece]]) -> None:
    meant = ["".join(piece if isinstance(piece, str) else MEANT[piece] for piece in text) for text in texts]
    assert words(texts) == meant


def test_base64_is_worked_out_by_the_shell() -> None:
    (word,) = words([["Basic ", Encoded(("u:", KEY))]])
    assert word == "Basic " + base64.b64encode(f"u:{VARIABLES['S_partner_key']}".encode()).decode()


def given_to_curl(script: str) -> list[str]:
    """The words that curl gets, as a shell hands them over."""
    done = subprocess.run(
        ["sh", "-eu", "-c", "curl() { printf '%s\\0' \"$@\"; }\n" + script],
        env={**VARIABLES, "PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
        timeout=30,
    )
    return done.stdout.decode().split("\0")[:-1]


SEGMENTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\?#"), min_size=1)
PATHS = st.lists(SEGMENTS.filter(lambda text: text not in {".", ".."}), max_size=3).map("/".join)
IN_HEADERS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool)


@settings(max_examples=20, deadline=None)
@given(IN_HEADERS, LITERALS, LITERALS, PATHS)
def test_curl_gets_what_an_exercise_sends_whatever_stands_in_it(
    header: str, query: str, text: str, path: str
) -> None:
    subject = action(
        {"text": hole(), "fixed": "it's $(id)"},
        headers={"X-Odd": hole(), "X-Key": "a ${secret:partner/key}"},
        query={"q'": hole(), "key": "${secret:partner/key}"},
    )
    values = {"header:X-Odd": header, "query:q'": query, "text": text, "path": path}
    rendered = render(subject, values)
    words = given_to_curl(SHELL.commands(subject, rendered, 5))
    secret = VARIABLES["S_partner_key"]
    body = words[words.index("--data-raw") + 1]
    url, _, parameters = next(word for word in words if word.startswith("https://")).partition("?")
    assert url == rendered.request.url
    assert parse_qsl(parameters, keep_blank_values=True) == [("q'", query), ("key", secret)]
    headers = [words[place + 1] for place, word in enumerate(words) if word == "--header"]
    assert {f"X-Odd: {header}", f"X-Key: a {secret}"} <= set(headers)
    assert json.loads(body) == {"text": text, "fixed": "it's $(id)"}


def commands(**parts: Any) -> str:
    subject = action(**parts)
    values = {"a": "1"} if subject.request else {}
    return SHELL.commands(subject, render(subject, values), 5)


def curl_lines(script: str) -> list[str]:
    return [line for line in script.splitlines() if line.startswith("curl")]


@pytest.mark.parametrize(
    ("parts", "options"),
    [
        ({}, "--location --max-redirs 5"),
        ({"method": "POST"}, "--data-raw '' --location --max-redirs 5"),
        ({"request": {"a": hole()}}, "--location --max-redirs 5"),
        ({"request": {"a": hole()}, "method": "PUT"}, "--request PUT"),
        ({"headers": {"X-Key": "${secret:partner/key}"}}, ""),
        ({"headers": {"Authorization": "Bearer ${secret:partner/key}"}}, "--location --max-redirs 5"),
    ],
)
def test_a_redirect_is_followed_where_no_credential_would_go_along(parts: Any, options: str) -> None:
    (line,) = curl_lines(commands(**parts))
    assert (
        line
        == f"curl --silent --show-error --fail-with-body --max-time 5{' ' + options if options else ''} \\"
    )


CUSTOM = {
    "type": "customAuthorization",
    "endpoint": "https://login.example/token",
    "method": "POST",
    "body": {"bodyType": "form", "bodyParams": {"client_id": "acme"}},
    "tokenInResponse": "response",
    "authorizationType": "bearer",
}


def test_the_token_may_be_the_whole_answer_or_at_a_path() -> None:
    assert "| tr -d '\\r\\n')" in commands(authentication=CUSTOM)
    script = commands(authentication={**CUSTOM, "tokenInResponse": "json://a.0.b"})
    assert 'json.load(sys.stdin)["a"][0]["b"]' in script


def test_what_has_to_be_set_before_is_said_first_and_no_secret_is_written() -> None:
    certificate = {**CUSTOM, "subType": "certificateCredential", "aud": "https://login.example"}
    script = commands(
        authentication=certificate, headers={"X-Key": "${secret:partner/key}", "Cookie": "session=abcdef"}
    )
    assert script.splitlines()[:3] == [
        "# set before: S_partner_key",
        "# set before: AJO_CLIENT_ASSERTION, a JWT signed with your certificate",
        "# set before: AJO_OWN_SECRET, the credential that the definition itself holds",
    ]
    assert 'client_assertion="$AJO_CLIENT_ASSERTION"' in script
    assert "abcdef" not in script
    assert SECRETS["partner/key"] not in script
