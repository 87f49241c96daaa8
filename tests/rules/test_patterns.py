"""Patterns of URLs: laws that hold for any two, and what a limit counts."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.rules.facts import Address
from toolkit.rules.patterns import Beginnings, can_call, head, matches, overlap, root_of

patterns = st.text("ab/*", max_size=8)
texts = st.text("ab/", max_size=10)


def translated(pattern: str) -> re.Pattern[str]:
    """The same pattern as another engine has it."""
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


@given(patterns, texts)
@example("a*a", "a")
@example("*a*", "a")
@example("**", "")
def test_a_pattern_matches_what_a_regular_expression_does(pattern: str, text: str) -> None:
    assert matches(pattern, text) == (translated(pattern).fullmatch(text) is not None)


@given(texts)
def test_a_text_without_a_star_matches_itself_alone(text: str) -> None:
    assert matches(text, text)
    assert not matches(text, text + "a")


@given(patterns)
def test_every_pattern_overlaps_itself_and_what_matches_all(pattern: str) -> None:
    assert overlap(pattern, pattern)
    assert overlap(pattern, "*")


@given(patterns, patterns)
def test_overlap_is_symmetric(one: str, other: str) -> None:
    assert overlap(one, other) == overlap(other, one)


@given(patterns, patterns, texts)
def test_patterns_that_match_one_text_overlap(one: str, other: str, text: str) -> None:
    if matches(one, text) and matches(other, text):
        assert overlap(one, other)


@given(patterns, patterns)
@example("a*b", "ab*")
@example("ab*b", "a*ab")
def test_where_patterns_overlap_there_is_a_text_that_both_match(one: str, other: str) -> None:
    if overlap(one, other):
        assert any(
            matches(one, text) and matches(other, text)
            for text in (
                *(one, other, one.replace("*", ""), other.replace("*", "")),
                _woven(one, other),
                _woven(other, one),
            )
        )


def _woven(one: str, other: str) -> str:
    """A text that both match if any does: the longer beginning, all the middles, the longer end."""
    longer_head = max((one.split("*", maxsplit=1)[0], other.split("*", maxsplit=1)[0]), key=len)
    longer_tail = max((one.rsplit("*", maxsplit=1)[-1], other.rsplit("*", maxsplit=1)[-1]), key=len)
    return longer_head + "".join(one.split("*")[1:-1] + other.split("*")[1:-1]) + longer_tail


@given(st.lists(st.text("ab", max_size=4), max_size=8), st.text("ab", max_size=4))
def test_near_are_those_of_which_one_begins_the_other(items: list[str], text: str) -> None:
    found = Beginnings((item, index) for index, item in enumerate(items)).near(text)

    near = [i for i, item in enumerate(items) if item.startswith(text) or text.startswith(item)]
    assert sorted(found) == near


@given(patterns)
def test_a_head_is_what_stands_before_the_first_star(pattern: str) -> None:
    assert "*" not in head(pattern)
    assert pattern == head(pattern) or pattern.startswith(head(pattern) + "*")


HOST = "api.example.com"


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("/v2/messages", "/v2/messages", True),
        ("/v2/*", "/v2/messages", True),
        ("/*", "/v2/messages", True),
        ("/*/messages", "/v2/messages", True),
        # A journey may add a dynamic path.
        ("/v2/messages/welcome", "/v2/messages", True),
        ("/v2/messages/*", "/v2/messages", True),
        ("/v2/*/welcome", "/v2/messages", True),
        ("/v2/messages", "/", True),
        # What no dynamic path leads to.
        ("/v2/messagesX", "/v2/messages", False),
        ("/v3/*", "/v2/messages", False),
        ("/v2", "/v2/messages", False),
        ("/V2/*", "/v2/messages", False),
    ],
)
def test_a_limit_counts_what_an_action_can_call(pattern: str, action: str, expected: bool) -> None:
    assert can_call(Address("https", HOST, pattern), Address("https", HOST, action)) is expected


@pytest.mark.parametrize("other", [("http", HOST), ("https", "other.example.com")])
def test_a_limit_of_another_scheme_or_host_counts_nothing(other: tuple[str, str]) -> None:
    assert not can_call(Address(*other, "/*"), Address("https", HOST, "/v2"))


def test_a_dynamic_path_is_added_after_one_slash() -> None:
    assert {root_of(Address("https", HOST, path)) for path in ("/v2", "/v2/")} == {"/v2/"}
