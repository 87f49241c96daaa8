"""Real curl commands become actions or are refused by name; credentials are neither written nor shown."""

from __future__ import annotations

import base64
import shlex
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.app_new.desk import document, everything, made, refusal
from tests.core.json_values import law
from toolkit.app.new.choice import Choice
from toolkit.app.new.from_curl import call_of_curl
from toolkit.core.canonical import dump_json
from toolkit.core.errors import AjoError
from toolkit.model.doubts import INTEGER

HUNTER = "hunter2-hunter2"


def curl(root: Path, command: str, **wish: Any) -> dict[str, Any]:
    return document(made(root, curl=command, **wish))


def test_a_copied_command_becomes_an_action(tmp_path: Path) -> None:
    command = """curl -sS --compressed \\
      -X POST 'https://api.loyalty.example/v2/messages?source=journey&lang=de%20AT' \\
      -H 'Content-Type: application/json' -H "X-Locale: de" \\
      -H 'User-Agent: curl/8' -H 'Accept: */*' \\
      --data-raw $'{"first_name":"O\\'Hara","points":3}' | jq ."""
    result = made(tmp_path, curl=command)
    found = document(result)
    assert found["endpoint"] == {
        "method": "POST",
        "url": "https://api.loyalty.example/v2/messages",
        "headers": {"X-Locale": "de"},
        "query": {"source": "journey", "lang": "de AT"},
    }
    assert found["request"] == {
        "first_name": {"$variable": "First name"},
        "points": {"$variable": "Points", "$type": "integer"},
    }
    assert result.doubts == ((INTEGER, ["/request/points"]),)
    assert result.made.file == "actions/loyalty/Sample.json"
    assert result.made.findings == ()
    notes = " ".join(result.notes)
    assert all(word in notes for word in ("pipe", "--silent", "--compressed", "User-Agent"))


METHODS = [
    ("curl https://api.example.com/a", "GET"),
    ('curl https://api.example.com/a -d \'{"a":"b"}\'', "POST"),
    ('curl -XPUT https://api.example.com/a --json \'{"a":"b"}\'', "PUT"),
    ("curl -X put --url https://api.example.com/a", "PUT"),
    ("curl -G https://api.example.com/a -d b=c --data-urlencode 'd=e f'", "GET"),
    ("$ curl.exe -kLX POST https://api.example.com/a", "POST"),
]


@pytest.mark.parametrize(("command", "method"), METHODS)
def test_the_method_is_the_one_that_curl_would_use(tmp_path: Path, command: str, method: str) -> None:
    assert curl(tmp_path, command)["endpoint"]["method"] == method


def test_data_with_get_is_the_query(tmp_path: Path) -> None:
    found = curl(tmp_path, "curl -G 'https://api.example.com/a?x=1#part' -d b=c --data-urlencode 'd=e f'")
    assert found["endpoint"]["query"] == {"x": "1", "b": "c", "d": "e f"}


REFUSED = [
    ("wget https://x.example", "begin with curl"),
    ("", "begin with curl"),
    ("curl", "no URL"),
    ("curl https://a.example https://b.example", "several URLs"),
    ("curl https://a.example -F file=@x", "form"),
    ("curl https://a.example --digest -u a:b", "authentication"),
    ("curl https://a.example -d @body.json", "file"),
    ("curl https://a.example --data-urlencode name@file", "file"),
    ("curl https://a.example -d a=b", "not JSON"),
    ("curl https://a.example -d '{\"a\":'", "not JSON"),
    ("curl https://a.example -d '[1]'", "no JSON object"),
    ('curl https://a.example -d \'{"a":1,"a":2}\'', "repeats a key"),
    ("curl https://a.example -X DELETE", "DELETE"),
    ("curl https://a.example -X GET -d '{\"a\":1}'", "no body with GET"),
    ("curl https://a.example -X 'PO ST'", "no word"),
    ("curl https://a.example -I", "HEAD"),
    ("curl https://a.example --next https://b.example", "second request"),
    ("curl https://a.example --nonsense", "--nonsense"),
    ("curl https://a.example -Z", "-Z"),
    ("curl https://a.example -é", "one"),
    ("curl https://a.example -H", "no value"),
    ("curl https://a.example -H nocolon", "no colon"),
    ("curl https://a.example -H @headers", "file"),
    ("curl 'https://[x/'", "not a URL"),
    ('curl "https://$(hostname)/"', "output"),
    ('curl https://a.example -H "X-When: $(date)"', "output"),
    ("curl https://a.example/\udc80", "UTF-8"),
    ("curl https://a.example -d '{}'", "no field"),
]


@pytest.mark.parametrize(("command", "word"), REFUSED)
def test_what_cannot_become_an_action_is_refused_by_name(tmp_path: Path, command: str, word: str) -> None:
    error = refusal(tmp_path, curl=command)
    assert error.code in ("AJO810", "AJO811")
    assert word in error.message + error.fix
    assert not list(tmp_path.rglob("*.json"))


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


CREDENTIALS: list[tuple[str, dict[str, Any]]] = [
    (
        f"-u me:{HUNTER}",
        {"type": "basic", "username": "me", "password": "${secret:partner/password}"},
    ),
    (
        f"-ume:{HUNTER}",
        {"type": "basic", "username": "me", "password": "${secret:partner/password}"},
    ),
    (
        f"-H 'Authorization: Basic {encoded('me:' + HUNTER)}'",
        {"type": "basic", "username": "me", "password": "${secret:partner/password}"},
    ),
    (
        f"-u {HUNTER}:",
        {
            "type": "apiKey",
            "name": "Authorization",
            "value": "Basic ${secret:partner/basic-credentials}",
            "location": "header",
        },
    ),
    ("-u me", {"type": "basic", "username": "me", "password": "${secret:partner/password}"}),
    *(
        (
            f"-H 'Authorization: {scheme}{HUNTER}'",
            {
                "type": "apiKey",
                "name": "Authorization",
                "value": f"{scheme}${{secret:partner/token}}",
                "location": "header",
            },
        )
        for scheme in ("Bearer ", "ApiKey ", "GenieKey ", "Klaviyo-API-Key ", "")
    ),
    (
        f"--oauth2-bearer {HUNTER}",
        {
            "type": "apiKey",
            "name": "Authorization",
            "value": "Bearer ${secret:partner/token}",
            "location": "header",
        },
    ),
    (
        f"-H 'X-Api-Key: {HUNTER}'",
        {"type": "apiKey", "name": "X-Api-Key", "value": "${secret:partner/api-key}", "location": "header"},
    ),
]


@pytest.mark.parametrize(("option", "authentication"), CREDENTIALS)
def test_credentials_become_references(tmp_path: Path, option: str, authentication: dict[str, Any]) -> None:
    result = made(tmp_path, curl=f"curl https://api.partner.example/a {option}")
    assert document(result)["authentication"] == authentication
    assert HUNTER not in everything(result)
    assert encoded("me:" + HUNTER) not in everything(result)
    assert encoded(HUNTER + ":") not in everything(result)
    assert not [finding for finding in result.made.findings if finding.severity == "error"]


def test_a_password_in_the_url_and_a_token_in_the_query_become_references(tmp_path: Path) -> None:
    command = f"curl 'https://me:{HUNTER}@api.partner.example/a?access_token={HUNTER}x&lang=de'"
    result = made(tmp_path, curl=command)
    found = document(result)
    assert found["endpoint"]["url"] == "https://api.partner.example/a"
    assert found["endpoint"]["query"] == {"access_token": "${secret:partner/access-token}", "lang": "de"}
    assert found["authentication"]["password"] == "${secret:partner/password}"
    assert HUNTER not in everything(result)


def test_a_credential_that_stands_elsewhere_too_is_a_reference_there(tmp_path: Path) -> None:
    url = f"https://api.partner.example/?note={HUNTER}"
    command = f"curl '{url}' -H 'X-Copy: {HUNTER}' -H 'Authorization: Bearer {HUNTER}'"
    result = made(tmp_path, curl=command)
    assert document(result)["endpoint"]["query"] == {"note": "${secret:partner/token}"}
    assert HUNTER not in everything(result)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX",
            "https://hooks.slack.com/services/",
        ),
        ("https://discord.com/api/webhooks/123456/abcdef", "https://discord.com/api/webhooks/"),
        ("https://api.telegram.org/bot123:abc/sendMessage", "https://api.telegram.org/"),
        ("https://a.example/v1/gH7kPq2Lw9ZxT4bNs8RvYc3M/send", "https://a.example/v1/"),
        (
            "https://a.example/v1/projects/GetCustomerDetails",
            "https://a.example/v1/projects/GetCustomerDetails",
        ),
    ],
)
def test_a_url_ends_before_a_credential_in_its_path(tmp_path: Path, url: str, kept: str) -> None:
    result = made(tmp_path, curl=f"curl {url}")
    assert document(result)["endpoint"]["url"] == kept
    assert any("looks like a credential" in note for note in result.notes) == (url != kept)


def test_two_credentials_of_one_name_are_two_secrets(tmp_path: Path) -> None:
    result = made(
        tmp_path, curl="curl 'https://a.example/?token=first1&other_token=second2' -H 'Token: third3'"
    )
    found = document(result)
    assert found["authentication"]["value"] == "${secret:a/token}"
    query = {"token": "${secret:a/token-2}", "other_token": "${secret:a/other-token}"}
    assert found["endpoint"]["query"] == query


def test_a_basic_header_that_holds_no_pair_is_one_secret(tmp_path: Path) -> None:
    result = made(tmp_path, curl=f"curl https://a.example -u me:pass1 -H 'Authorization: Basic {HUNTER}'")
    found = document(result)
    assert found["authentication"]["username"] == "me"
    assert found["endpoint"]["headers"] == {"Authorization": "Basic ${secret:a/token}"}


def test_a_query_without_names_or_with_repeated_ones_is_named(tmp_path: Path) -> None:
    result = made(tmp_path, curl="curl 'https://a.example/?=x&a=1&a=2'")
    assert document(result)["endpoint"]["query"] == {"a": "1"}
    assert len(result.notes) == 2


def test_references_that_are_given_stay(tmp_path: Path) -> None:
    headers = ("X-Api-Key: ${secret:mine/key}", "Authorization: Bearer ${secret:mine/token}")
    found = document(made(tmp_path, url="https://a.example", method="GET", headers=headers))
    assert found["authentication"]["value"] == "Bearer ${secret:mine/token}"
    assert found["endpoint"]["headers"] == {"X-Api-Key": "${secret:mine/key}"}


def test_values_that_look_random_become_references(tmp_path: Path) -> None:
    token = "gH7kPq2Lw9ZxT4bNs8RvYc3M"
    result = made(tmp_path, curl=f"curl 'https://a.example/?ref={token}&{token}2=1' -H 'X-Shop: {token}x'")
    assert document(result)["endpoint"]["query"] == {"ref": "${secret:a/ref}"}
    assert token not in everything(result)


def test_signatures_cookies_and_second_headers_are_left_out_and_named(tmp_path: Path) -> None:
    command = (
        "curl https://a.example -b session=hunter2 -H 'Cookie: hunter2' -H 'X-A: 1' -H 'x-a: 2' "
        "-H 'Authorization: AWS4-HMAC-SHA256 Credential=hunter2' -H 'Content-Type: text/xml' "
        "-H 'Charset: x' -H 'X-Empty;' -H 'Drop:'"
    )
    result = made(tmp_path, curl=command)
    assert document(result)["endpoint"]["headers"] == {"X-A": "1", "X-Empty": ""}
    assert "hunter2" not in everything(result)
    notes = " ".join(result.notes)
    assert all(word in notes for word in ("signature", "cookies", "several times", "Content-Type"))


def test_shell_variables_are_values_of_the_target(tmp_path: Path) -> None:
    command = 'curl "https://$loyaltyHost/v2" -H "X-Team: $team" -H "Authorization: Bearer $TOKEN"'
    result = made(tmp_path, curl=command, values={"loyaltyHost": "api.loyalty.example"})
    found = document(result)
    assert found["endpoint"] == {
        "method": "GET",
        "url": "https://${loyaltyHost}/v2",
        "headers": {"X-Team": "${team}"},
    }
    assert found["authentication"]["value"] == "Bearer ${secret:loyalty/token}"
    assert result.made.file == "actions/loyalty/Sample.json"
    assert [finding.code for finding in result.made.findings] == ["AJO304"]


def test_options_and_examples_win_over_the_command(tmp_path: Path) -> None:
    found = curl(
        tmp_path,
        "curl https://a.example -H 'X-A: 1' -H 'X-B: 2' -d @body.json",
        url="b.example/x?y=z",
        method="put",
        headers=("x-a: 3",),
        request={"n": None, "s": "t"},
        response={"id": "x"},
        failure={"code": "y"},
        choice=Choice(variables=("header:X-B", "query:y", "s")),
    )
    assert found["endpoint"] == {
        "method": "PUT",
        "url": "https://b.example/x",
        "headers": {"x-a": "3", "X-B": {"$variable": "B"}},
        "query": {"y": {"$variable": "Y"}},
    }
    assert (found["request"], found["allowNullValues"]) == ({"n": None, "s": {"$variable": "S"}}, True)
    assert (found["response"], found["failureResponse"]) == ({"id": "string"}, {"code": "string"})


def test_a_credential_in_the_body_never_stays_as_a_constant(tmp_path: Path) -> None:
    body = '{"password": "hunter2", "items": ["gH7kPq2Lw9ZxT4bNs8RvYc3M"], "collapse_key": "x", "n": 1}'
    result = made(
        tmp_path, curl=f"curl https://a.example -d {shlex.quote(body)}", choice=Choice(all_constant=True)
    )
    found = document(result)["request"]
    assert found["password"] == {"$variable": "Password"}
    assert found["items"] == {"$variable": "Items", "$type": "listString"}
    assert (found["collapse_key"], found["n"]) == ("x", 1)
    assert "gH7k" not in everything(result)


def test_a_well_known_token_inside_a_value_makes_all_of_it_a_reference(tmp_path: Path) -> None:
    result = made(tmp_path, curl="curl https://a.example -H 'X-Note: see AKIAABCDEFGHIJKLMNOP now'")
    assert document(result)["endpoint"]["headers"] == {"X-Note": "${secret:a/note}"}
    assert "AKIA" not in everything(result)


secrets = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=9, max_size=40).map(
    "Zq{}".format
)


WAYS = (
    lambda secret: f"-u {shlex.quote('me:' + secret)}",
    lambda secret: f"-H {shlex.quote('Authorization: Bearer ' + secret)}",
    lambda secret: f"-H {shlex.quote('Authorization: ' + secret)}",
    lambda secret: f"-H {shlex.quote('Authorization: Basic ' + encoded('me:' + secret))}",
    lambda secret: f"-H {shlex.quote('X-Api-Key: ' + secret)} -H {shlex.quote('X-Other: ' + secret)}",
    lambda secret: f"-b {shlex.quote('session=' + secret)}",
    lambda secret: f"-d {shlex.quote(dump_json({'password': secret}))}",
    lambda secret: f"-U {shlex.quote('proxy:' + secret)}",
)
"""Where a command holds a credential, besides its URL."""

ADDRESSES = ("https://a.example/x", "https://me:{}@a.example/", "https://a.example/?token={}")


@pytest.mark.parametrize("way", range(len(WAYS)))
@settings(max_examples=20, deadline=None)
@given(secret=secrets, address=st.sampled_from(ADDRESSES))
def test_no_credential_is_written_or_shown(way: int, secret: str, address: str) -> None:
    command = f"curl {address.format(secret)} {WAYS[way](secret)}"
    with tempfile.TemporaryDirectory() as folder:
        result = made(Path(folder), curl=command, choice=Choice(all_constant=True))
    assert secret not in everything(result)


@law
@given(secrets)
def test_no_error_shows_a_credential(secret: str) -> None:
    for tail in (
        f"-H {secret}",
        f"-X {secret}!",
        f"--{secret}",
        f"-d {secret}",
        f"-d '{{{secret}'",
        f"{secret} {secret}",
        f"'{secret}",
        f"-H @{secret}",
        f"-d @{secret}",
        f"-F a={secret}",
    ):
        with pytest.raises(AjoError) as caught:
            call_of_curl(f"curl https://a.example {tail}")
        assert secret not in f"{caught.value} {caught.value.fix} {caught.value.place}"


WORDS = st.sampled_from(
    [
        *"-XHdGuk'\"\\$@&|#{}[]:=? \n",
        "curl",
        "https://",
        "a.example",
        "--data",
        "--json",
        "-H",
        "é",
        "\udc80",
        "^",
    ]
)


@law
@given(st.lists(WORDS, max_size=20).map("".join) | st.text(max_size=30), st.booleans())
def test_any_text_is_a_call_or_a_clear_refusal(text: str, begins: bool) -> None:
    with suppress(AjoError):
        call_of_curl(("curl https://a.example " if begins else "") + text)


def test_a_file_named_as_the_command_is_told_how_to_be_read(tmp_path: Path) -> None:
    with pytest.raises(AjoError) as refused:
        made(tmp_path, curl="call.txt")
    assert (refused.value.code, "@FILE" in refused.value.fix) == ("AJO811", True)
