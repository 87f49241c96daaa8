from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exercise.samples import HOST, action, hole
from toolkit.core.errors import AjoError
from toolkit.exercise import Line, ValuesError, render
from toolkit.model.kinds import CustomAction


def rendered(subject: CustomAction, values: Any = None) -> dict[str, Any]:
    return render(subject, values or {}).request.to_json()


def with_path(path: str, url: str = f"https://{HOST}/static/") -> str:
    return render(action(url=url), {"path": path}).request.url


def test_a_request_is_the_method_the_url_and_the_two_headers_every_action_has() -> None:
    assert render(action(), {}).to_json() == {
        "action": "Welcome",
        "tokenRequest": None,
        "request": {
            "method": "GET",
            "url": f"https://{HOST}/v1/messages",
            "query": {},
            "headers": {"Content-Type": "application/json", "Charset": "UTF-8"},
            "body": None,
        },
    }


def test_an_own_content_type_takes_the_place_of_the_default_in_any_case() -> None:
    prepared = rendered(action(headers={"X-A": "1", "content-type": "application/vnd.x+json"}))
    assert list(prepared["headers"].items()) == [
        ("Content-Type", "application/vnd.x+json"),
        ("Charset", "UTF-8"),
        ("X-A", "1"),
    ]


def test_a_variable_content_type_that_is_unfilled_stays_the_default() -> None:
    headers = {"Content-Type": {"$variable": "Type", "$optional": True}}
    assert rendered(action(headers=headers))["headers"]["Content-Type"] == "application/json"


@pytest.mark.parametrize("nulls", [False, True])
def test_an_unfilled_optional_header_or_parameter_is_left_out(nulls: bool) -> None:
    optional = {"$variable": "Label", "$optional": True}
    subject = action(headers={"X-A": optional}, query={"b": optional, "c": "1"}, allowNullValues=nulls)
    prepared = rendered(subject, {"query:b": None} if nulls else {})
    assert prepared["query"] == {"c": "1"}
    assert "X-A" not in prepared["headers"]


def test_secrets_are_only_references_each_named_once() -> None:
    subject = action(
        headers={"X-Key": "${secret:partner/key}"},
        query={"k": "${secret:partner/key}"},
        authentication={"type": "basic", "username": "u", "password": "${secret:partner/password@2}"},
    )
    found = render(subject, {})
    assert [str(reference) for reference in found.secrets] == [
        "${secret:partner/key}",
        "${secret:partner/password@2}",
    ]
    assert found.request.to_json()["query"] == {"k": "${secret:partner/key}"}
    assert found.request.to_json()["headers"]["Authorization"] == (
        "Basic EncodeBase64(u:${secret:partner/password@2})"
    )


def test_a_value_can_not_name_a_secret() -> None:
    found = render(action(query={"q": {"$variable": "Q"}}), {"query:q": "${secret:partner/key}"})
    assert found.request.query == (Line("q", ("${secret:partner/key}",)),)
    assert found.secrets == ()


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("", ""),
        ("/", ""),
        ("42/messages", "42/messages"),
        ("/42/messages", "42/messages"),
        ("42/", "42/"),
        ("a b/ü/%2e%2e", "a%20b/%C3%BC/%252e%252e"),
        ("user@evil.example:80", "user@evil.example:80"),
        ("...", "..."),
    ],
)
def test_a_dynamic_path_is_appended_after_one_slash_and_encoded_once(path: str, url: str) -> None:
    assert with_path(path) == f"https://{HOST}/static/{url}"
    assert with_path(path, f"https://{HOST}/static") == f"https://{HOST}/static" + (f"/{url}" if url else "")


@pytest.mark.parametrize(
    "path",
    [
        "..",
        "a/../b",
        ".",
        "a/./b",
        "/..",
        "a//b",
        "//evil.example/x",
        "a?b=c",
        "a#b",
        "a\\..\\b",
        "a\nb",
        "\x7f",
    ],
)
def test_a_dynamic_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValuesError) as caught:
        with_path(path)
    assert [problem.address for problem in caught.value.problems] == ["path"]


@given(
    st.text(),
    st.sampled_from([f"https://{HOST}", f"https://{HOST}/", f"https://{HOST}/a", f"https://{HOST}/a/"]),
)
def test_no_dynamic_path_changes_the_host_or_climbs_out(path: str, url: str) -> None:
    try:
        parts = urlsplit(with_path(path, url))
    except ValuesError:
        return
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", HOST, "", "")
    assert parts.path.startswith(urlsplit(url).path)
    assert parts.path.isascii()
    assert ".." not in parts.path.split("/")
    assert unquote(parts.path).endswith(path.removeprefix("/"))


def test_problems_of_the_path_come_together_with_those_of_the_values() -> None:
    with pytest.raises(ValuesError) as caught:
        render(action({"a": hole()}), {"path": ".."})
    assert {problem.address for problem in caught.value.problems} == {"a", "path"}


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"url": "https://${host}/x"}, "AJO304"),
        ({"headers": {"X-Key": "${key}"}}, "AJO304"),
    ],
)
def test_an_action_that_was_not_filled_for_a_target_is_refused(parts: Any, code: str) -> None:
    with pytest.raises(AjoError) as caught:
        render(action(**parts), {})
    assert caught.value.code == code


def test_a_secret_that_is_only_a_mask_is_refused() -> None:
    subject = action(authentication={"type": "basic", "username": "u", "password": "x"})
    assert subject.authentication is not None
    masked = subject.model_copy(
        update={"authentication": subject.authentication.model_copy(update={"password": "${secret:}"})}
    )
    with pytest.raises(AjoError) as caught:
        render(masked, {})
    assert caught.value.code == "AJO307"
