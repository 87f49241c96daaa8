"""Headers and query parameters."""

from __future__ import annotations

import pytest

from tests.rules.asking import ids, only, problems
from toolkit.rules.headers import is_json_media_type

_VARIABLE = {"$variable": "Value"}


@pytest.mark.parametrize("name", ["X-A", "x_a", "A.b", "!#%&'*+-^_`|~9"])
def test_header_name_is_fine(name: str) -> None:
    assert ids("action", {"/endpoint/headers": {name: _VARIABLE}}) == set()


@pytest.mark.parametrize("name", [".a", "$a", "a b", "a:", "a\r\nb", "(a)", "é", "a/b", '"a"', "${a}", "a\n"])
def test_header_name_is_refused(name: str) -> None:
    assert ids("action", {"/endpoint/headers": {name: _VARIABLE}}) == {"AJO220"}


def test_header_name_of_a_token_request_is_refused_too() -> None:
    problem = only("action with a token", {"/authentication/headers": {"X A": "1"}})

    assert (problem.code, problem.path) == ("AJO220", ("authentication", "headers", "X A"))


@pytest.mark.parametrize("name", ["a", "a.b", "a[]", "filter[name]", "ä", "a b", "a$"])
def test_query_name_is_fine(name: str) -> None:
    assert ids("action", {"/endpoint/query": {name: "1"}}) == set()


@pytest.mark.parametrize("name", [".a", "$a", ".", "$", "a\nb"])
def test_query_name_is_refused(name: str) -> None:
    assert ids("action", {"/endpoint/query": {name: "1"}}) == {"AJO221"}


@pytest.mark.parametrize(
    "text",
    [
        "application/json",
        "Application/JSON",
        "application/cloudevents+json",
        "application/vnd.api+json",
        "model/gltf+json",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json ; version=1;charset=utf-8 ",
        'application/json; profile="https://example.com/a;b"',
    ],
)
def test_media_type_is_json(text: str) -> None:
    assert is_json_media_type(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "json",
        "application/",
        "/json",
        "text/json",
        "text/plain",
        "application/xml",
        "application/jsonp",
        "application/json+xml",
        "application/json;",
        "application/json; charset",
        "application/json charset=utf-8",
        "application/json; charset=iso-8859-1",
        "application/json, text/plain",
        " application/json",
        "application/json\n",
        "application/json" + "; a=b" * 100,
    ],
)
def test_media_type_is_not_json(text: str) -> None:
    assert not is_json_media_type(text)


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_content_type_is_known_in_any_case(name: str) -> None:
    assert ids("action", {"/endpoint/headers": {name: "text/plain"}}) == {"AJO222"}


def test_content_type_can_not_be_a_variable() -> None:
    assert ids("action", {"/endpoint/headers/Content-Type": _VARIABLE}) == {"AJO222"}


def test_content_type_that_a_value_completes_is_not_judged_before() -> None:
    assert ids("action", {"/endpoint/headers/Content-Type": "application/${format}"}) == set()


@pytest.mark.parametrize(
    "value", ["utf-8", "UTF-16", "", _VARIABLE], ids=["other case", "other", "empty", "variable"]
)
def test_charset_can_not_be_changed(value: object) -> None:
    assert ids("action", {"/endpoint/headers/charset": value}) == {"AJO223"}


def test_headers_that_differ_by_case_are_reported_at_the_second() -> None:
    problem = only("action", {"/endpoint/headers": {"X-A": "1", "X-B": "2", "x-a": "3"}})

    assert (problem.code, problem.path) == ("AJO224", ("endpoint", "headers", "x-a"))


def test_header_of_the_action_and_one_of_its_token_request_may_have_one_name() -> None:
    changes = {"/endpoint/headers": {"X-A": "1"}, "/authentication/headers": {"x-a": "1"}}

    assert ids("action with a token", changes) == set()


@pytest.mark.parametrize("character", ["\r", "\n", "\x00", "\x0b", "\x1b", "\x7f"])
def test_control_character_in_a_header_value_is_refused(character: str) -> None:
    assert ids("action", {"/endpoint/headers/X-A": f"a{character}b"}) == {"AJO225"}


def test_tab_in_a_header_value_is_fine() -> None:
    assert ids("action", {"/endpoint/headers/X-A": "a\tb"}) == set()


def test_control_character_beside_a_reference_is_found() -> None:
    assert ids("action", {"/endpoint/headers/X-A": "${a}\n${b}"}) == {"AJO225"}


def test_control_character_in_an_api_key_is_found_and_the_key_not_shown() -> None:
    key = {"type": "apiKey", "name": "X-Key", "value": "abc\n${secret:a}", "location": "header"}
    problem = only("action", {"/authentication": key})

    assert (problem.code, problem.path) == ("AJO225", ("authentication", "value"))
    assert "abc" not in problem.message


@pytest.mark.parametrize("value", ["é", "\u2028", " a", "a ", "\ta"])
def test_fragile_header_value_is_a_warning(value: str) -> None:
    assert ids("action", {"/endpoint/headers/X-A": value}) == {"AJO226"}


def test_reference_at_the_edge_of_a_header_value_is_no_blank() -> None:
    assert problems("action", {"/endpoint/headers/X-A": "${a} b ${c}"}) == ()


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "TE"])
def test_header_of_the_connection_is_a_warning(name: str) -> None:
    assert ids("action", {"/endpoint/headers": {name: _VARIABLE}}) == {"AJO227"}


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding"])
def test_credential_is_not_sent_in_a_header_of_the_connection(name: str) -> None:
    key = {"type": "apiKey", "name": name, "value": "${secret:a}", "location": "header"}
    target = {"/authentication/authorizationType": "header", "/authentication/tokenTarget": name}

    assert ids("action", {"/authentication": key}) == {"AJO227"}
    assert ids("action", {"/authentication": {**key, "location": "queryParam"}}) == set()
    assert ids("action with a token", target) == {"AJO227"}
