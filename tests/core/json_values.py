"""Strategies for JSON as we hold it: ints, decimals that remember their spelling, any Unicode text."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from toolkit.core.canonical import DecimalLiteral

law = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For every property: enough examples to matter, no opinion about a busy machine."""

odd_characters = st.sampled_from(
    '\x00\x1f\x7f\x85\u00e9\u061c\u200b\u200e\u2028\u202e\u2066\ufeff\U0001f600"\\/${}'
)
texts = st.text(max_size=12) | st.text(odd_characters, max_size=6)

decimals = st.builds(
    DecimalLiteral,
    st.from_regex(
        r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40}([eE][+-]?[0-9]{1,6})?|[eE][+-]?[0-9]{1,6})", fullmatch=True
    ),
)
integers = st.integers() | st.integers(min_value=-(10**60), max_value=10**60)
scalars = st.none() | st.booleans() | integers | decimals | texts


def trees(leaves: st.SearchStrategy[Any], keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Return JSON values with `leaves` below objects with `keys` and arrays."""
    return st.recursive(
        leaves,
        lambda children: st.lists(children, max_size=4) | st.dictionaries(keys, children, max_size=4),
        max_leaves=15,
    )


json_values = trees(scalars, texts)


def exactly(value: Any) -> str:
    """Return what tells two parsed values apart: types, spelling of numbers, order of keys."""
    return repr(value)


@st.composite
def shuffled(draw: st.DrawFn, value: Any) -> Any:
    """Return `value` with the keys of every object in another order."""
    if isinstance(value, dict):
        return {key: draw(shuffled(value[key])) for key in draw(st.permutations(list(value)))}
    if isinstance(value, list):
        return [draw(shuffled(item)) for item in value]
    return value


@st.composite
def respelled(draw: st.DrawFn, value: Any) -> Any:
    """Return `value` with its decimals written another way: the same numbers, other zeros and exponents."""
    if isinstance(value, dict):
        return {key: draw(respelled(member)) for key, member in value.items()}
    if isinstance(value, list):
        return [draw(respelled(item)) for item in value]
    if isinstance(value, DecimalLiteral):
        sign, digits, exponent = value.as_tuple()
        zeros = draw(st.integers(0, 3))
        mantissa = "".join(map(str, digits)) + "0" * zeros
        return DecimalLiteral(f"{'-' * sign}{mantissa}{draw(st.sampled_from('eE'))}{int(exponent) - zeros}")
    return value
