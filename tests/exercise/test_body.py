from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exercise.samples import action, hole, resolve
from toolkit.core.canonical import DecimalLiteral, Json, dump_json, parse_json, same_json
from toolkit.core.pointer import lookup
from toolkit.exercise import LIST_OF_OBJECTS, Address, HoleAt, Rendered, fill, holes, render
from toolkit.exercise.request import Fields
from toolkit.model.kinds import CustomAction
from toolkit.model.text import escape_text, reveal_text


def text_of_body(rendered: Rendered) -> str | None:
    assert not isinstance(rendered.request.body, Fields)
    return rendered.request.body


def body(request: Any, values: Any = None, *, nulls: bool = False) -> str | None:
    return text_of_body(render(action(request, allowNullValues=nulls), values or {}))


def test_constants_are_sent_as_they_are_written() -> None:
    request = parse_json(
        '{"z":2,"a":2.0,"e":1.50E+3,"t":"ü \\" \\n","b":[true,1.00,["x"]],'
        '"d":{"$constant":"2026-01-01","$type":"dateOnly"},"l":{"$constant":[],"$type":"listString"}}'
    )
    assert body(request) == (
        '{"z":2,"a":2.0,"e":1.50E+3,"t":"ü \\" \\n","b":[true,1.00,["x"]],"d":"2026-01-01","l":[]}'
    )


def test_an_escaped_reference_in_a_constant_is_sent_as_the_text_it_stands_for() -> None:
    assert body({"a": "costs $5 and $${name}"}) == '{"a":"costs $5 and ${name}"}'


def test_a_value_that_looks_like_a_reference_is_sent_as_it_is() -> None:
    assert body({"a": hole()}, {"a": "${secret:partner/key}"}) == '{"a":"${secret:partner/key}"}'


@pytest.mark.parametrize(
    ("request_payload", "left_out", "with_nulls"),
    [
        ({"c": 1, "a": hole(optional=True)}, '{"c":1}', '{"c":1,"a":null}'),
        ({"c": 1, "o": {"a": hole(optional=True)}}, '{"c":1}', '{"c":1,"o":{"a":null}}'),
        ({"c": 1, "o": {"p": {"a": hole(optional=True)}}}, '{"c":1}', '{"c":1,"o":{"p":{"a":null}}}'),
        ({"o": {"c": 1, "a": hole(optional=True)}}, '{"o":{"c":1}}', '{"o":{"c":1,"a":null}}'),
        ({"a": hole(optional=True)}, "{}", '{"a":null}'),
        ({"c": 1, "t": hole("listString", optional=True)}, '{"c":1}', '{"c":1,"t":[]}'),
        (
            {"c": 1, "p": {"$variable": "P", "$optional": True, "$items": {"a": hole()}}},
            '{"c":1}',
            '{"c":1,"p":[]}',
        ),
        ({"l": [1, hole("integer", optional=True), 2]}, '{"l":[1,2]}', '{"l":[1,2]}'),
        (
            {"l": [{"a": hole(optional=True)}, {"b": 1}]},
            '{"l":[{"b":1}]}',
            '{"l":[{"a":null},{"b":1}]}',
        ),
    ],
)
def test_an_unfilled_optional_value_is_left_out_or_null(
    request_payload: Any, left_out: str, with_nulls: str
) -> None:
    assert body(request_payload) == left_out
    assert body(request_payload, nulls=True) == with_nulls


def test_nulls_are_dropped_from_scalar_arrays_only() -> None:
    request = {
        "scalars": [1, None, 2],
        "typed": {"$constant": [1, None], "$type": "listInteger"},
        "given": hole("listInteger"),
        "mixed": [None, {"a": None}],
    }
    sent = body(request, {"given": [1, None, 2]}, nulls=True)
    assert sent == '{"scalars":[1,2],"typed":[1],"given":[1,2],"mixed":[null,{"a":null}]}'


def test_items_of_a_list_keep_the_order_of_the_definition_and_lose_what_is_unfilled() -> None:
    inner = {"id": hole(), "in": {"x": hole(optional=True)}, "tags": hole("listString", optional=True)}
    request = {"all": {"$variable": "All", "$items": inner}}
    values = {"all": [{"tags": ["t"], "id": "1"}, {"in": {"x": "y"}, "id": "2"}]}
    assert body(request, values) == '{"all":[{"id":"1","tags":["t"]},{"id":"2","in":{"x":"y"}}]}'
    assert (
        body(request, {"all": [{"id": "1"}]}, nulls=True) == '{"all":[{"id":"1","in":{"x":null},"tags":[]}]}'
    )


def test_an_item_without_any_filled_field_still_counts_as_an_item() -> None:
    request = {"all": {"$variable": "All", "$items": {"a": hole(optional=True)}}}
    assert body(request, {"all": [{}, {"a": "x"}]}) == '{"all":[{},{"a":"x"}]}'


CHARACTERS = st.characters(codec="utf-8")
TEXTS = st.text(CHARACTERS)
NAMES = st.one_of(
    st.sampled_from(["path", "header:X", "query:y", "a[0]", "a b", '"', "ä", "]", "x\ny"]),
    st.text(CHARACTERS, min_size=1, max_size=8),
).filter(lambda name: name[0] != "$" and "\x00" not in name)
DECIMALS = st.from_regex(r"-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,9}|[eE][+-]?[0-9]{1,2})", fullmatch=True).map(
    DecimalLiteral
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "integer": st.integers(),
    "decimal": DECIMALS,
    "boolean": st.booleans(),
    "dateOnly": st.dates().map(str),
    "dateTimeOnly": st.datetimes().map(lambda moment: moment.isoformat()),
    "dateTime": st.datetimes().map(lambda moment: moment.isoformat() + "+02:00"),
    "listString": st.lists(TEXTS, max_size=3),
    "listDecimal": st.lists(DECIMALS, max_size=3),
}
CONSTANTS = (
    TEXTS.map(lambda text: escape_text(text) if text else "") | st.integers() | DECIMALS | st.booleans()
)
HOLES = st.builds(
    lambda name, optional: hole(name, optional=optional), st.sampled_from(sorted(VALUES)), st.booleans()
)
ITEMS = st.recursive(HOLES, lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3), max_leaves=4)
LIST_HOLES = st.builds(
    lambda items: {"$variable": "List", "$items": items},
    st.dictionaries(NAMES, ITEMS, min_size=1, max_size=3),
)


def _payloads(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    nodes = st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3) | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
        ),
        max_leaves=8,
    )
    return st.dictionaries(NAMES, nodes, min_size=1, max_size=4)


def _value_for(draw: st.DrawFn, at: HoleAt) -> Json:
    if at.type != LIST_OF_OBJECTS:
        value: Json = draw(VALUES[at.type])
        return value
    items: list[Json] = []
    for _ in range(draw(st.integers(0, 2))):
        item: dict[str, Any] = {}
        for inner in at.items:
            target = item
            for part in inner.address.path[:-1]:
                target = target.setdefault(str(part), {})
            target[str(inner.address.path[-1])] = _value_for(draw, inner)
        items.append(item)
    return items


@st.composite
def filled_actions(draw: st.DrawFn) -> tuple[CustomAction, dict[str, Json]]:
    """An action of any shape, and a value for every hole of it."""
    subject = action(draw(_payloads(CONSTANTS | HOLES | LIST_HOLES)))
    return subject, {str(at.address): _value_for(draw, at) for at in holes(subject)}


@given(filled_actions())
def test_a_body_is_json_with_every_value_at_its_address(sample: tuple[CustomAction, dict[str, Json]]) -> None:
    subject, values = sample
    sent = parse_json(text_of_body(render(subject, values)) or "")
    for at in holes(subject):
        assert same_json(lookup(sent, at.address.path), values[str(at.address)])


@given(filled_actions())
def test_values_typed_as_text_make_the_same_body(sample: tuple[CustomAction, dict[str, Json]]) -> None:
    subject, values = sample
    typed = {
        name: value if isinstance(value, str) else dump_json(value, indent=None)
        for name, value in values.items()
    }
    assert render(subject, typed) == render(subject, values)


@given(_payloads(CONSTANTS))
def test_a_body_of_constants_is_the_file_s_text(payload: Any) -> None:
    assert body(payload) == dump_json(_unescaped(payload), indent=None)


def _unescaped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unescaped(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_unescaped(item) for item in value]
    return reveal_text(value, resolve) if isinstance(value, str) else value


def test_filling_nothing_into_an_action_without_holes_is_fine() -> None:
    assert fill(action({"a": 1}), {}) == {}
    assert Address("body") == Address("body", ())
