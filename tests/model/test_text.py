"""References inside text."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.definitions import literals, secret_refs, value_refs
from toolkit.core.redact import Secret
from toolkit.model.text import (
    MASKED,
    Part,
    ReferenceSyntaxError,
    SecretRef,
    ValueRef,
    escape_text,
    fill_values,
    parse_text,
    reveal_text,
    value_names,
    write_parts,
)
from toolkit.model.text import (
    secret_refs as secrets_in,
)

any_text = st.text(max_size=20) | st.text("${}ax:", max_size=12)
parts = st.lists(literals | value_refs | secret_refs, max_size=6)
texts = parts.map(write_parts)


def fold(found: list[Part]) -> tuple[Part, ...]:
    """Join neighbouring literals, the slow way."""
    folded: list[Part] = []
    for part in found:
        if isinstance(part, str) and folded and isinstance(folded[-1], str):
            folded[-1] += part
        elif part != "":
            folded.append(part)
    return tuple(folded)


@law
@given(parts)
def test_parts_that_are_written_read_back(found: list[Part]) -> None:
    assert parse_text(write_parts(found)) == fold(found)


@law
@given(any_text)
def test_text_that_reads_as_parts_writes_back_with_the_same_meaning(text: str) -> None:
    try:
        found = parse_text(text)
    except ReferenceSyntaxError:
        return
    assert parse_text(write_parts(found)) == found


@law
@given(any_text)
def test_escaped_text_reads_as_itself(text: str) -> None:
    assert parse_text(escape_text(text)) == ((text,) if text else ())


@law
@given(any_text)
def test_escaped_text_is_sent_as_itself(text: str) -> None:
    assert reveal_text(escape_text(text), lambda reference: Secret("never asked for")) == text


@law
@given(texts)
def test_no_two_literals_stand_side_by_side(text: str) -> None:
    found = parse_text(text)
    assert "" not in found
    assert not any(isinstance(left, str) and isinstance(right, str) for left, right in pairwise(found))


@law
@given(texts, st.dictionaries(st.sampled_from(["host", "a_1", "x"]), any_text))
def test_filling_in_values_makes_them_literal_and_nothing_else(text: str, values: dict[str, str]) -> None:
    expected = [
        values.get(part.name, part) if isinstance(part, ValueRef) else part for part in parse_text(text)
    ]
    assert parse_text(fill_values(text, values)) == fold(expected)


@law
@given(texts, st.dictionaries(st.sampled_from(["host", "a_1"]), any_text))
def test_filling_in_never_adds_a_reference(text: str, values: dict[str, str]) -> None:
    filled = fill_values(text, values)
    assert list(secrets_in(filled)) == list(secrets_in(text))
    assert set(value_names(filled)) <= set(value_names(text))


@law
@given(texts, any_text)
def test_filling_in_twice_changes_nothing(text: str, value: str) -> None:
    once = fill_values(text, {"host": value})
    assert fill_values(once, {"host": "another"}) == once


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("plain", ("plain",), id="plain"),
        pytest.param("$", ("$",), id="a dollar"),
        pytest.param("$x", ("$x",), id="a dollar and a name"),
        pytest.param("{x}", ("{x}",), id="braces"),
        pytest.param("$ {x}", ("$ {x}",), id="a dollar, a space, braces"),
        pytest.param("$$", ("$$",), id="two dollars"),
        pytest.param("${x}", (ValueRef("x"),), id="1 dollar opens"),
        pytest.param("$${x}", ("${x}",), id="2 dollars are one"),
        pytest.param("$$${x}", ("$", ValueRef("x")), id="3 dollars are one and open"),
        pytest.param("$$$${x}", ("$${x}",), id="4 dollars are two"),
        pytest.param("$$$$${x}", ("$$", ValueRef("x")), id="5 dollars are two and open"),
        pytest.param("$${", ("${",), id="an escaped opening, never closed"),
        pytest.param("${x}}", (ValueRef("x"), "}"), id="a brace too many"),
        pytest.param("${a}${b}", (ValueRef("a"), ValueRef("b")), id="side by side"),
        pytest.param("${a}$${b}", (ValueRef("a"), "${b}"), id="the second escaped"),
        pytest.param("${secret}", (ValueRef("secret"),), id="a value named secret"),
        pytest.param("${secret:a/b.c-d_e}", (SecretRef("a/b.c-d_e"),), id="a secret"),
        pytest.param(
            "x ${secret:a@2026-11} y", ("x ", SecretRef("a", "2026-11"), " y"), id="a secret with a label"
        ),
    ],
)
def test_text_reads_as_parts(text: str, found: tuple[Part, ...]) -> None:
    assert parse_text(text) == found


@pytest.mark.parametrize(
    "text",
    ["${x}", "$${x}", "$$${x}", "a$${", "${secret:a/b@c}", "$$$${x} ${y}"],
)
def test_text_in_its_shortest_form_writes_back_as_it_was(text: str) -> None:
    assert write_parts(parse_text(text)) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("a ${x", "'${x' is not closed", id="never closed"),
        pytest.param("$$${", "'${' is not closed", id="never closed after an escape"),
        pytest.param("${}", "${} is neither", id="empty"),
        pytest.param("${1a}", "${1a} is neither", id="a digit first"),
        pytest.param("${a-b}", "${a-b} is neither", id="a hyphen"),
        pytest.param("${ a }", "${ a } is neither", id="spaces"),
        pytest.param("${a\n}", "is neither", id="a line end"),
        pytest.param("${größe}", "is neither", id="not ASCII"),
        pytest.param("${${x}}", "${${x} is neither", id="nested"),
        pytest.param("${secret:}", "is neither", id="a secret without path"),
        pytest.param("${secret:/a}", "is neither", id="a secret's absolute path"),
        pytest.param("${secret:a//b}", "is neither", id="a secret's empty folder"),
        pytest.param("${secret:a@}", "is neither", id="an empty label"),
        pytest.param("${secret:a b}", "is neither", id="a secret's path with a space"),
        pytest.param("${env:HOME}", "is neither", id="a scheme we don't know"),
    ],
)
def test_a_malformed_reference_is_refused_with_its_words(text: str, reason: str) -> None:
    with pytest.raises(ReferenceSyntaxError) as caught:
        parse_text(text)
    assert reason in str(caught.value)


def test_a_reference_shows_as_it_is_written() -> None:
    assert [str(part) for part in (ValueRef("a"), SecretRef("b"), SecretRef("b", "c"))] == [
        "${a}",
        "${secret:b}",
        "${secret:b@c}",
    ]


def test_references_of_a_text_are_told() -> None:
    text = "${a} ${secret:b@1} $${c} ${d}"
    assert list(value_names(text)) == ["a", "d"]
    assert list(secrets_in(text)) == [SecretRef("b", "1")]


@pytest.mark.parametrize("text", ["plain", "${broken", MASKED])
def test_malformed_and_masked_text_has_no_references(text: str) -> None:
    assert [*value_names(text), *secrets_in(text)] == []


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        pytest.param("plain $5", {"x": "1"}, "plain $5", id="nothing to fill"),
        pytest.param("${x}!", {"x": "1"}, "1!", id="a value"),
        pytest.param("${x}", {}, "${x}", id="a value that is not there"),
        pytest.param("${x}", {"x": "${secret:y}"}, "$${secret:y}", id="a value that looks like a secret"),
        pytest.param("${x}", {"x": "$${y}"}, "$$$${y}", id="a value that looks escaped"),
        pytest.param("${x}", {"x": ""}, "", id="an empty value"),
        pytest.param("${x}{y}", {"x": "$"}, "$${y}", id="a value that ends in a dollar before a brace"),
        pytest.param("${x}${y}", {"x": "$"}, "$$${y}", id="a value that ends in a dollar before a reference"),
        pytest.param("$${x}", {"x": "1"}, "$${x}", id="an escaped reference"),
        pytest.param("${secret:x}", {"secret": "1"}, "${secret:x}", id="a secret"),
        pytest.param(MASKED, {"x": "1"}, MASKED, id="the platform's mask"),
    ],
)
def test_values_are_filled_in_as_data(text: str, values: dict[str, str], filled: str) -> None:
    assert fill_values(text, values) == filled


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        pytest.param("plain $$", "plain $$", id="nothing to reveal"),
        pytest.param("Bearer ${secret:a@2}", "Bearer <a@2>", id="a secret inside text"),
        pytest.param("$${secret:a}", "${secret:a}", id="an escaped secret"),
        pytest.param("${host}", "${host}", id="a value never filled in"),
    ],
)
def test_text_to_send_has_its_secrets_and_no_escapes(text: str, sent: str) -> None:
    def resolve(reference: SecretRef) -> Secret:
        return Secret(f"<{reference.path}@{reference.label}>")

    assert reveal_text(text, resolve) == sent


def test_a_reference_is_frozen() -> None:
    reference: Any = SecretRef("a")
    with pytest.raises(AttributeError):
        reference.path = "b"
