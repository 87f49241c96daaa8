"""Reading journeys: pages, filters, order and fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Caller, ok, plain_refusal

JOURNEYS = [
    ("j1", "Welcome", "Draft", 3, "2024-12-24T10:00:00Z"),
    ("j2", "Birthday", "Deployed", 1, "2024-12-25T10:00:00Z"),
    ("j3", "Winback", "Redeployed", 2, "2024-12-26T10:00:00Z"),
    ("j4", "Welcome", "Stopped", 2, "2024-12-27T10:00:00Z"),
]


@pytest.fixture
def reader(caller: Caller) -> Caller:
    for uid, name, status, priority, modified in JOURNEYS:
        metadata = {"lastModifiedAt": modified}
        caller.add_journey(id=uid, name=name, status=status, priority=priority, metadata=metadata)
    return caller


def journeys(caller: Caller, **query: Any) -> dict[str, Any]:
    return ok(caller.get(f"{caller.running.journeys_url}/journey", params=query))


def ids(caller: Caller, **query: Any) -> list[str]:
    return [journey["id"] for journey in journeys(caller, **query)["results"]]


@pytest.mark.shows("listJourneys 200", "PF-JRN-1")
def test_all_journeys_come_on_one_page_by_default(reader: Caller) -> None:
    answer = journeys(reader)
    assert [journey["id"] for journey in answer["results"]] == ["j1", "j2", "j3", "j4"]
    assert (answer["page"], answer["limit"], answer["pages"]) == (0, 100, 1)


def test_an_empty_sandbox_has_one_empty_page(caller: Caller) -> None:
    assert journeys(caller) == {"results": [], "page": 0, "limit": 100, "pages": 1}


@pytest.mark.shows("PF-JRN-1")
def test_pages_count_from_zero(reader: Caller) -> None:
    answer = journeys(reader, page=1, pageSize=3)
    assert [journey["id"] for journey in answer["results"]] == ["j4"]
    assert (answer["page"], answer["limit"], answer["pages"]) == (1, 3, 2)
    assert ids(reader, page=1, pageSize=3, sort="name=asc") == ["j3"]


@pytest.mark.shows("PF-JRN-6")
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("status=draft", ["j1"]),
        ("status=draft,live", ["j1", "j2", "j3"]),
        ("name=Welcome", ["j1", "j4"]),
        ("name=welcome", []),
        ("name=Welcome&status=Stopped", ["j4"]),
        ("metadata.lastModifiedAt>2024-12-25", ["j2", "j3", "j4"]),
        ("metadata.lastModifiedAt<=2024-12-25T10:00:00Z", ["j1", "j2"]),
        ("priority>=2", ["j1", "j3", "j4"]),
        ("priority<2", ["j2"]),
        ("priority=2", ["j3", "j4"]),
        ("unknown.field>5", []),
        ("priority>text", []),
    ],
)
def test_a_filter_selects_journeys(reader: Caller, condition: str, expected: list[str]) -> None:
    assert ids(reader, filter=condition) == expected


@pytest.mark.shows("PF-JRN-6")
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name=asc", ["j2", "j1", "j4", "j3"]),
        ("name=desc,priority=asc", ["j3", "j4", "j1", "j2"]),
        ("priority=desc,metadata.lastModifiedAt=desc", ["j1", "j4", "j3", "j2"]),
        ("nodes=asc", ["j1", "j2", "j3", "j4"]),
    ],
)
def test_journeys_are_sorted_by_several_fields(reader: Caller, order: str, expected: list[str]) -> None:
    assert ids(reader, sort=order) == expected


@pytest.mark.shows("PF-JRN-6")
def test_only_the_fields_that_are_asked_for_come(reader: Caller) -> None:
    answer = journeys(reader, fields="name,metadata.lastModifiedAt,unknown", pageSize=1)
    assert answer["results"] == [{"name": "Welcome", "metadata": {"lastModifiedAt": JOURNEYS[0][4]}}]


def test_overlapping_fields_do_not_change_the_stored_journey(reader: Caller) -> None:
    stored = ok(reader.get(f"{reader.running.journeys_url}/journey/j1"))
    answer = journeys(reader, fields="metadata,metadata.lastModifiedAt,metadata.lastModifiedAt.x,name.x")
    assert answer["results"][0] == {"metadata": {"lastModifiedAt": JOURNEYS[0][4]}}
    assert ok(reader.get(f"{reader.running.journeys_url}/journey/j1")) == stored


@pytest.mark.shows("400", "PF-JRN-5")
@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"},
        {"page": "x"},
        {"pageSize": "0"},
        {"pageSize": "101"},
        {"filter": "status"},
        {"filter": "status=a&"},
        {"sort": "name"},
        {"sort": "name=up"},
    ],
)
def test_a_malformed_query_is_400(caller: Caller, query: dict[str, str]) -> None:
    answer = caller.get(f"{caller.running.journeys_url}/journey", params=query)
    assert plain_refusal(answer) == (400, "Bad Request")


@pytest.mark.shows("getJourney 200", "getJourney 404", "PF-JRN-1", "PF-JRN-5")
def test_a_journey_is_read_by_its_id(reader: Caller) -> None:
    journey = ok(reader.get(f"{reader.running.journeys_url}/journey/j2", params={"include": "campaigns"}))
    assert (journey["name"], journey["sandboxName"]) == ("Birthday", reader.sandbox)
    unknown = reader.get(f"{reader.running.journeys_url}/journey/unknown")
    assert plain_refusal(unknown) == (404, "Not Found")


def test_journeys_can_not_be_written_here(caller: Caller) -> None:
    answer = caller.post(f"{caller.running.journeys_url}/journey", {})
    assert plain_refusal(answer) == (405, "Method Not Allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
