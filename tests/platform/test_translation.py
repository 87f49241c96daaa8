"""Names of fields that are turned into ours, and back into the platform's."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.platform.samples import action
from toolkit.platform.translation import Translation
from toolkit.workspace.api_settings import Api


def translation(**table: Any) -> Translation:
    return Translation(Api.model_validate({name.replace("_", "-"): value for name, value in table.items()}))


RENAMED = translation(
    id="/key",
    fields={
        "/name": "/title",
        "/endpoint": "/config/target",
        "/endpoint/url": "/config/address",
        "/endpoint/headers/*/name": "/config/target/headers/*/key",
        "/requestPayload": "/config/request",
        "/requestPayload/fields": "/config/request/params",
        "/requestPayload/fields/*/fields": "/config/request/params/*/params",
        "/requestPayload/fields/*/name": "/config/request/params/*/id",
    },
    values={"/requestPayload/fields/*/type": {"decimal": "DEC", "object": "OBJ"}},
    fixed={"/actionType": "custom"},
    ignored=["/links", "/config/target/headers/*/order"],
)

THEIRS: dict[str, Any] = {
    "key": 7,
    "title": "Welcome",
    "links": {"self": "x"},
    "config": {
        "address": "https://api.example.com/v1",
        "target": {
            "method": "POST",
            "headers": [{"key": "Accept", "isVariable": False, "value": "*", "order": 1}],
        },
        "request": {"params": [{"id": "a", "type": "OBJ", "params": [{"id": "b", "type": "DEC"}]}]},
    },
}


def test_an_element_is_turned_into_our_words_wherever_its_fields_stand() -> None:
    assert RENAMED.ours(THEIRS) == {
        "uid": "7",
        "name": "Welcome",
        "actionType": "custom",
        "endpoint": {
            "url": "https://api.example.com/v1",
            "method": "POST",
            "headers": [{"name": "Accept", "isVariable": False, "value": "*"}],
        },
        "requestPayload": {
            "fields": [{"name": "a", "type": "object", "fields": [{"name": "b", "type": "decimal"}]}]
        },
    }


def test_a_body_is_turned_into_the_platforms_words() -> None:
    ours = RENAMED.ours(THEIRS)
    del ours["uid"]
    back = RENAMED.theirs(ours)
    kept = deepcopy({name: value for name, value in THEIRS.items() if name not in {"key", "links"}})
    kept["config"]["target"]["headers"][0].pop("order")
    assert back == kept


def test_what_is_given_is_left_as_it_was() -> None:
    element = {"key": "u1", "title": "Welcome", "links": 1}
    RENAMED.ours(element)
    assert element == {"key": "u1", "title": "Welcome", "links": 1}


@pytest.mark.parametrize(
    "element",
    [
        pytest.param({"key": "u1", "title": "A", "name": "B"}, id="two for one place"),
        pytest.param({"key": "u1", "config": {"address": "x"}, "endpoint": "y"}, id="a text for an object"),
    ],
)
def test_an_element_that_can_not_be_turned_keeps_its_fields_and_has_its_id(element: dict[str, Any]) -> None:
    assert RENAMED.ours(element) == {**element, "uid": "u1"}


NAMES = st.sampled_from(["name", "description", "endpoint", "usedIn", "channel", "state"])
PLACES = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3).map(tuple)


@st.composite
def renamings(draw: st.DrawFn) -> dict[str, str]:
    """Pairs of fields of which no platform's place is inside another's."""
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    places: list[tuple[str, ...]] = []
    for _ in names:
        place = draw(PLACES.filter(lambda one: all(not _touch(one, other) for other in places)))
        places.append(place)
    return {f"/{name}": "/" + "/".join(place) for name, place in zip(names, places, strict=True)}


def _touch(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    short = min(len(one), len(other))
    return one[:short] == other[:short]


@given(renamings().filter(lambda pairs: len(pairs) < 4))
def test_there_and_back_is_where_it_began(pairs: dict[str, str]) -> None:
    turned = translation(fields=pairs)
    element = action(channel="email")
    assert turned.ours(turned.theirs(element)) == element
