"""Two authentications have one mark exactly when they say the same, and a long one takes no memory."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.samples import parsed
from tests.rules.test_any_definition import authentications
from toolkit.core.pointer import Path
from toolkit.model.authentication import Authentication
from toolkit.model.kinds import CustomAction, Definition, parse_definition
from toolkit.rules.alike import mark_of
from toolkit.rules.examples import BASES

TEXTS = st.sampled_from(["a", "b"])


def with_authentication(raw: Any) -> Definition | None:
    return parse_definition({**BASES["action"], "authentication": raw}).definition


def sent(definition: Definition) -> Authentication | None:
    assert isinstance(definition, CustomAction)
    return definition.authentication


def of_basic(password: str) -> Authentication | None:
    raw = {"type": "basic", "username": "ajo", "password": password}
    return sent(parsed({**BASES["action"], "authentication": raw}))


@law
@given(authentications, authentications)
def test_equal_marks_mean_the_same_authentication(one: Any, other: Any) -> None:
    first, second = with_authentication(one), with_authentication(other)
    if first is not None and second is not None and mark_of(sent(first), {}) == mark_of(sent(second), {}):
        assert sent(first) == sent(second)


@law
@given(authentications)
def test_the_same_authentication_has_the_same_mark_in_another_action(raw: Any) -> None:
    first, second = with_authentication(raw), with_authentication(raw)
    if first is not None and second is not None:
        assert mark_of(sent(first), {}) == mark_of(sent(second), {})


@given(TEXTS, TEXTS, st.sampled_from([1, 20_000]), st.sampled_from([1, 20_000]))
def test_what_is_filled_in_counts_however_long_it_is(one: str, other: str, size: int, filled: int) -> None:
    path: Path = ("authentication", "username")
    long = "p" * size
    first = mark_of(of_basic(long + one), {path: "x" * filled + one})
    assert first == mark_of(of_basic(long + one), {path: "x" * filled + one, ("endpoint", "url"): "b"})
    assert (first == mark_of(of_basic(long + other), {path: "x" * filled + one})) == (one == other)
    assert (first == mark_of(of_basic(long + one), {path: "x" * filled + other})) == (one == other)


def test_a_long_authentication_is_not_kept_itself() -> None:
    mark = mark_of(of_basic("p" * 20_000), {("authentication", "username"): "x" * 20_000})
    assert len(repr(mark)) < 200


def test_what_has_no_authentication_has_no_mark() -> None:
    assert mark_of(None, {}) is None
