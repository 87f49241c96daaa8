"""No body, however strange, is more than refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulator.samples import MASK, action, capping, constant, custom_authorization, endpoint, throttling
from tests.emulator.test_actions import REQUEST_FIELDS
from toolkit.emulator import (
    actions,
    credentials,
    journeys,
)
from toolkit.emulator import (
    capping as capping_api,
)
from toolkit.emulator import (
    throttling as throttling_api,
)
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import NotJsonError, parse_json, render_json

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FULL_ACTION = action(
    endpoint=endpoint(headers=[constant("x", "y")], queryParameters=[constant("q", "z")]),
    requestPayload={"fields": REQUEST_FIELDS, "allowNullValues": True},
    responsePayload={"fields": [{"name": "a", "type": "object", "fields": []}]},
    authentication=custom_authorization(),
)
JOURNEY = {"id": "j", "name": "n", "status": "Draft", "nodes": [{"name": "a", "actionUid": "u"}]}


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here]
    items: Any = []
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        found.extend(paths(inner, (*here, key)))
    return found


@st.composite
def damaged(draw: st.DrawFn, sample: dict[str, Any]) -> Any:
    """The sample with something else, or nothing, in one or two of its places."""
    body = copy.deepcopy(sample)
    for _ in range(draw(st.integers(1, 2))):
        *parents, last = draw(st.sampled_from(paths(body)[1:]))
        place = body
        for parent in parents:
            place = place[parent]
        if draw(st.booleans()):
            place[last] = draw(JSON | st.just(MASK))
        else:
            del place[last]
    return body


def clean_journey(body: dict[str, Any]) -> None:
    journeys._check_journey(body)
    journeys.uses_of(body)


def clean_and_judge(module: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda body: module.verdict(module.clean(body))


def clean_and_mask(body: dict[str, Any]) -> None:
    definition = actions.clean(body, None)
    credentials.masked(definition["authentication"])
    actions.without_secrets(definition)


CASES: list[tuple[dict[str, Any], Callable[[dict[str, Any]], Any]]] = [
    (FULL_ACTION, clean_and_mask),
    (capping(), clean_and_judge(capping_api)),
    (throttling(), clean_and_judge(throttling_api)),
    (JOURNEY, clean_journey),
]


@pytest.mark.parametrize(("sample", "clean"), CASES, ids=["action", "capping", "throttling", "journey"])
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_body_is_taken_or_refused(
    data: st.DataObject, sample: dict[str, Any], clean: Callable[[dict[str, Any]], Any]
) -> None:
    clean(copy.deepcopy(sample))
    body = data.draw(damaged(sample))
    with suppress(Refusal):
        clean(body)


@given(JSON)
def test_what_is_read_can_be_written_again(value: Any) -> None:
    try:
        read = parse_json(render_json(value))
    except NotJsonError:
        return
    assert parse_json(render_json(read)) == read == value


@given(st.binary(max_size=40))
def test_any_bytes_are_json_or_are_not(body: bytes) -> None:
    try:
        render_json(parse_json(body))
    except NotJsonError:
        return
