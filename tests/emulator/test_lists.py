"""Paging through a list of the authoring API."""

from __future__ import annotations

import pytest

from tests.emulator.conftest import Caller, ok, refusal
from tests.emulator.samples import action


def page(caller: Caller, **headers: str) -> tuple[list[str], dict[str, int]]:
    answer = ok(
        caller.post("list/actions", {}, headers={f"x-vyg-query-{key}": headers[key] for key in headers})
    )
    return [one["name"] for one in answer["results"]], answer["pagination"]


@pytest.mark.shows("listActions 200", "PF-LST-2")
def test_the_first_fifty_come_without_any_header(caller: Caller) -> None:
    built_in, _ = page(caller)
    names = [*built_in, *(f"a{number:02}" for number in range(60))]
    for name in names[len(built_in) :]:
        caller.create("actions", action(name=name))
    assert page(caller) == (names[:50], {"pageSize": 50, "totalCount": len(names)})
    assert page(caller, page="1") == (names[50:], {"pageSize": 50, "totalCount": len(names)})
    assert page(caller, page="2", pagesize="7") == (names[14:21], {"pageSize": 7, "totalCount": len(names)})
    assert page(caller, page="9999")[0] == []


@pytest.mark.shows("PF-LST-3")
def test_elements_stay_in_order_of_creation_through_updates(caller: Caller) -> None:
    uids = [caller.create("actions", action(name=name)) for name in ("zulu", "alpha")]
    ok(caller.put(f"actions/{uids[0]}", action(name="yankee")))
    assert page(caller)[0][-2:] == ["yankee", "alpha"]


@pytest.mark.shows("PF-LST-4")
def test_an_element_of_a_list_is_complete(caller: Caller) -> None:
    uid = caller.create("actions", action())
    assert caller.results("actions")[-1] == caller.read("actions", uid)


@pytest.mark.shows("400")
@pytest.mark.parametrize(
    "headers",
    [
        {"x-vyg-query-page": "-1"},
        {"x-vyg-query-page": "one"},
        {"x-vyg-query-page": ""},
        {"x-vyg-query-page": "9" * 400},
        {"x-vyg-query-pagesize": "0"},
        {"x-vyg-query-pagesize": "101"},
    ],
)
@pytest.mark.parametrize("kind", ["actions", "endpointConfigs", "throttlingConfigs"])
def test_a_page_out_of_range_is_400(caller: Caller, kind: str, headers: dict[str, str]) -> None:
    assert refusal(caller.post(f"list/{kind}", {}, headers=headers)) == (400, 400)


@pytest.mark.shows(
    "listEndpointConfigs 500", "listThrottlingConfigs 500", "ERR_ENDPOINTCONFIG_112", "PF-LST-1"
)
def test_the_filter_is_an_object_or_absent(caller: Caller) -> None:
    assert caller.post("list/actions").status_code == 200
    assert refusal(caller.post("list/actions", [])) == (400, 1479)
    assert refusal(caller.post("list/endpointConfigs", [])) == (500, "ERR_ENDPOINTCONFIG_112")
    assert refusal(caller.post("list/throttlingConfigs", 5)) == (500, "ERR_THROTTLING_CONFIG_106")
