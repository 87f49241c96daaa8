"""Command lines are cut as bash cuts them; nothing is run, and no text makes the cutting fail but clearly."""

from __future__ import annotations

import shlex
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from toolkit.app.new.shell import split_command
from toolkit.core.errors import AjoError

CUTS = [
    ("curl  a\tb", ["curl", "a", "b"]),
    ("curl 'a b' \"c d\" e\\ f", ["curl", "a b", "c d", "e f"]),
    ("curl a'b'\"c\"", ["curl", "abc"]),
    ("curl '' \"\"", ["curl", "", ""]),
    ("curl \\\n  -X \\\r\n POST", ["curl", "-X", "POST"]),
    (r'curl "a\"b\\c\$d\n"', ["curl", 'a"b\\c$d\\n']),
    (r"""curl $'it\'s\n\x41\u00e9\U0001F600\101'""", ["curl", "it's\nA\u00e9\U0001f600A"]),
    ("curl 'it'\\''s'", ["curl", "it's"]),
    ('curl "$TOKEN" ${HOST}/x $', ["curl", "${TOKEN}", "${HOST}/x", "$"]),
    ("curl '$TOKEN'", ["curl", "$TOKEN"]),
    ('curl "Bearer $(gcloud auth (x) | y)" `z w`', ["curl", "Bearer $(gcloud auth (x) | y)", "`z w`"]),
    ("curl a # a comment 'not closed", ["curl", "a"]),
    ("curl a#b", ["curl", "a#b"]),
    ('curl "a\\\nb"', ["curl", "ab"]),
]


@pytest.mark.parametrize(("text", "words"), CUTS)
def test_words_are_those_of_bash(text: str, words: list[str]) -> None:
    assert list(split_command(text).words) == words
    assert not split_command(text).more


@pytest.mark.parametrize("tail", ["| jq .", "> out.json", "&& echo", "; ls", "& ", "\ncurl b"])
def test_only_the_first_command_is_read(tail: str) -> None:
    found = split_command(f"curl a {tail}")
    assert (found.words, found.more) == (("curl", "a"), True)


@pytest.mark.parametrize(
    "text",
    [
        "curl 'hunter2",
        'curl "hunter2',
        "curl $'hunter2",
        "curl `hunter2",
        "curl $(hunter2",
        "curl $'\\ud800'",
    ],
)
def test_what_is_not_closed_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(AjoError) as caught:
        split_command(text)
    assert caught.value.code == "AJO811"
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("text", ['curl ^"https://x^" ', "curl https://x ^\n -H a", "curl ^\r\n x"])
def test_a_command_for_windows_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(AjoError) as caught:
        split_command(text)
    assert "Windows" in caught.value.message
    assert "bash" in caught.value.fix


def test_an_unquoted_ampersand_is_refused_with_the_way_out() -> None:
    with pytest.raises(AjoError) as caught:
        split_command("curl https://x/?a=1&b=2")
    assert "single quotes" in caught.value.fix


@law
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r^"), max_size=8)))
def test_quoted_words_come_back(words: list[str]) -> None:
    assert list(split_command(shlex.join(words)).words) == words


@law
@given(st.text(st.sampled_from("curl -XHd'\"\\$`(){}&|;<>#^\n @:=ab"), max_size=40))
def test_any_text_is_cut_or_refused(text: str) -> None:
    with suppress(AjoError):
        split_command(text)


def test_a_megabyte_of_comments_before_a_command_is_passed_over() -> None:
    assert split_command("#\n" * 500_000 + "curl a").words == ("curl", "a")
