"""Names, labels, descriptions and links."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import ids, only, problems


@pytest.mark.parametrize("name", ["a", "A_1", "_", "9lives", "x" * 30])
def test_action_name_is_fine(name: str) -> None:
    assert ids("action", {"/name": name}) == set()


@pytest.mark.parametrize(
    "name",
    ["a-b", "a b", "a.b", "Grüße", "a\n", "\u0661", "${name}", "x" * 31],
    ids=["hyphen", "space", "dot", "umlaut", "final newline", "Arabic digit", "reference", "31 characters"],
)
@pytest.mark.parametrize("base", ["action", "campaign"])
def test_action_name_is_refused(base: str, name: str) -> None:
    assert ids(base, {"/name": name}) == {"AJO200"}


def test_long_action_name_with_hyphens_has_both_faults_said() -> None:
    assert len(problems("action", {"/name": "a-" * 20})) == 2


@pytest.mark.parametrize(
    "name", ["loyalty-api", "Loyalty API (EU)", "Kundentreue für Österreich", "a/b", "x" * 200]
)
@pytest.mark.parametrize("base", ["capping", "throttling"])
def test_limit_name_is_any_printable_text(base: str, name: str) -> None:
    assert ids(base, {"/name": name}) == set()


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        ("capping", {"/name": "loyalty\napi"}),
        ("throttling", {"/name": "loyalty\x1b[31m"}),
        ("action", {"/lifecycle": {"owner": "crm\u2028team"}}),
        ("action", {"/governance": {"channel": "other", "requiredMarketingAction": "a\x00b"}}),
        ("action", {"/endpoint/headers/X-Locale": {"$variable": "Locale\x7f"}}),
        ("action", {"/endpoint/query/lang": {"$variable": "Locale\u2066"}}),
        ("action", {"/request/list": {"$variable": "List\t", "$items": {"id": {"$variable": "Id"}}}}),
        ("action", {"/request/list": {"$variable": "List", "$items": {"id": {"$variable": "Id\r"}}}}),
        ("campaign", {"/request/ctx/firstName": {"$variable": "First\u202ename"}}),
    ],
    ids=[
        "capping's name",
        "throttling's name",
        "owner",
        "marketing action",
        "label of a header",
        "label of a parameter",
        "label of a list",
        "label in items",
        "label of a Campaign action",
    ],
)
def test_control_character_in_a_one_line_text_is_refused(base: str, changes: dict[str, Any]) -> None:
    assert ids(base, changes) == {"AJO201"}


@pytest.mark.parametrize(
    "label",
    ["Prénom 😀👩‍👩‍👧", "שם פרטי\u200f", "名前"],
    ids=["joined emoji", "Hebrew with a mark", "Japanese"],
)
def test_labels_in_any_script_are_fine(label: str) -> None:
    assert ids("action", {"/request/member": {"$variable": label}}) == set()


@pytest.mark.parametrize("character", ["\n", "\t"])
def test_description_may_have_lines_and_tabs(character: str) -> None:
    assert ids("action", {"/description": f"One{character}two"}) == set()


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\r", "\x7f", "\x9b", "\u202e", "\u2067"])
@pytest.mark.parametrize("base", ["action", "campaign", "capping", "throttling"])
def test_description_with_another_control_character_is_refused(base: str, character: str) -> None:
    problem = only(base, {"/description": f"One{character}two"})

    assert problem.code == "AJO202"
    assert f"U+{ord(character):04X}" in problem.message


@pytest.mark.parametrize(
    "link",
    [
        "example.com",
        "javascript:alert(1)",
        "ftp://example.com/",
        "https://",
        "https:///x",
        "https://a b/",
        "",
    ],
)
def test_link_that_is_no_web_address_is_refused(link: str) -> None:
    problem = only("action", {"/lifecycle": {"links": ["https://example.com/", link]}})

    assert (problem.code, problem.path) == ("AJO204", ("lifecycle", "links", 1))


@pytest.mark.parametrize(
    "link", ["https://example.com/a?b=c#d", "http://wiki:8080/page", "https://10.0.0.1/"]
)
def test_link_to_any_web_page_is_fine(link: str) -> None:
    assert ids("action", {"/lifecycle": {"links": [link]}}) == set()


@pytest.mark.parametrize("label", [" ", "\u00a0", "\u3000 "])
def test_blank_label_is_a_warning(label: str) -> None:
    assert ids("action", {"/request/member": {"$variable": label}}) == {"AJO205"}
