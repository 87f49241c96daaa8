"""Lists are whole or an error, whatever happens between their pages."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import httpx
import pytest

from tests.platform.samples import action, capping, envelope, listing, served
from toolkit.model.catalog import ResourceKey
from toolkit.platform import PlatformError
from toolkit.platform.call import Call
from toolkit.platform.client import Conversation
from toolkit.platform.dialect import Dialect
from toolkit.platform.paging import Pager

Page = Callable[[int, int], httpx.Response]


class Shelf:
    """Answers lists of actions page by page; `change` may interfere, given the count of pages read so far."""

    def __init__(self, count: int, size: int = 2) -> None:
        self.elements = [action(f"A{number}", f"u{number}") for number in range(count)]
        self.size, self.reads, self.lock = size, list[int](), Lock()
        self.change: Callable[[Shelf], httpx.Response | None] = lambda shelf: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/list/actions"):
            return listing()
        with self.lock:
            page = int(request.headers["x-vyg-query-page"])
            self.reads.append(page)
            interference = self.change(self)
            start = page * self.size
            shown = self.elements[start : start + self.size]
            return interference or listing(*shown, size=self.size, total=len(self.elements))


def names(shelf: Shelf, **changes: Any) -> list[str]:
    live = served(shelf, page_size=shelf.size, **changes).read()
    return [resource.name for resource in live.catalog]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 40])
def test_all_pages_are_read_and_kept_in_order(count: int) -> None:
    shelf = Shelf(count)

    assert names(shelf, workers=4) == [f"A{number}" for number in range(count)]
    assert sorted(shelf.reads) == list(range(max(1, -(-count // 2))))


def test_the_page_size_of_the_answer_counts() -> None:
    shelf = Shelf(5)

    assert len(served(shelf, page_size=100).read().catalog) == 5


def test_a_list_without_pagination_is_whole() -> None:
    assert served(lambda _: httpx.Response(200, json={"results": []})).read().catalog.resources == {}


def test_a_failed_page_is_an_error_and_never_a_shorter_list() -> None:
    shelf = Shelf(6)
    shelf.change = lambda shelf: httpx.Response(500) if len(shelf.reads) > 2 else None

    with pytest.raises(PlatformError) as caught:
        names(shelf)

    assert caught.value.code == "AJO503"


def test_a_list_that_changed_once_is_read_again() -> None:
    def remove_one(shelf: Shelf) -> None:
        if len(shelf.reads) == 2:
            del shelf.elements[0]

    shelf = Shelf(5)
    shelf.change = remove_one

    assert names(shelf, workers=1) == ["A1", "A2", "A3", "A4"]


def test_a_list_that_keeps_growing_is_an_error() -> None:
    def add_one(shelf: Shelf) -> None:
        number = len(shelf.elements)
        shelf.elements.append(action(f"A{number}", f"u{number}"))

    shelf = Shelf(5)
    shelf.change = add_one

    with pytest.raises(PlatformError, match="totalCount went from") as caught:
        names(shelf, workers=1)

    assert caught.value.code == "AJO506"


def test_an_element_that_comes_twice_is_an_error() -> None:
    shelf = Shelf(4)
    shelf.elements[3] = shelf.elements[0]

    with pytest.raises(PlatformError, match="came twice") as caught:
        names(shelf)

    assert caught.value.code == "AJO506"


@pytest.mark.parametrize("total", [1, 3])
def test_fewer_or_more_elements_than_counted_are_an_error(total: int) -> None:
    with pytest.raises(PlatformError, match="2 elements came where totalCount is") as caught:
        served(lambda _: listing(action("A", "a"), action("B", "b"), total=total)).read()

    assert caught.value.code == "AJO506"


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"results": {}},
        {"results": ["x"]},
        {"results": [{"name": "no uid"}]},
        {"results": [{"uid": ".."}]},
        {"results": [{"uid": 7}]},
        {"results": [], "pagination": None},
        {"results": [], "pagination": {"pageSize": 0, "totalCount": 0}},
        {"results": [], "pagination": {"pageSize": 50, "totalCount": -1}},
        {"results": [], "pagination": {"pageSize": 50, "totalCount": "1"}},
        {"results": [], "pagination": {"pageSize": 1, "totalCount": 10**9}},
    ],
    ids=repr,
)
def test_a_page_of_another_shape_is_not_understood(content: Any) -> None:
    with pytest.raises(PlatformError, match="PF-") as caught:
        served(lambda _: httpx.Response(200, json=content)).read()

    assert caught.value.code == "AJO504"


def test_a_later_page_without_pagination_contradicts_the_first() -> None:
    shelf = Shelf(4)
    answer = httpx.Response(200, json={"results": shelf.elements[2:]})
    shelf.change = lambda shelf: answer if len(shelf.reads) == 2 else None

    with pytest.raises(PlatformError, match="PF-LST-2") as caught:
        names(shelf)

    assert caught.value.code == "AJO504"


@pytest.mark.parametrize("understood", [True, False])
def test_twins_are_an_error_that_names_both(understood: bool) -> None:
    second = action("Welcome", "u2", **({} if understood else {"surprise": 1}))

    def handler(request: httpx.Request) -> httpx.Response:
        return listing(action(), second) if request.url.path.endswith("actions") else listing()

    with pytest.raises(PlatformError, match=r"Welcome in actions \(u1, u2\)") as caught:
        served(handler).read()
    assert caught.value.code == "AJO507"
    with pytest.raises(PlatformError, match=r"Welcome in actions \(u1, u2\)"):
        served(handler).find(ResourceKey("CustomAction", "Welcome"))


def test_two_cappings_with_one_url_are_twins() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return (
            listing(capping(), capping("c2")) if request.url.path.endswith("endpointConfigs") else listing()
        )

    with pytest.raises(PlatformError, match=r"https://api.example.com/\* in endpointConfigs \(c1, c2\)"):
        served(handler).read()


def test_where_throttling_cannot_exist_there_is_none() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        throttling = request.url.path.endswith("throttlingConfigs")
        return envelope(400, "1463", "not a production sandbox") if throttling else listing()

    assert len(served(handler).read().catalog) == 0


def test_a_pager_asks_for_no_more_pages_at_once_than_there_are_workers() -> None:
    asked = []

    class Silent(Conversation):
        def __init__(self) -> None:
            pass

        def send(self, call: Call) -> Any:
            asked.append(int(call.headers["x-vyg-query-page"]))
            results = [{"uid": f"u{asked[-1]}"}]
            return {"results": results, "pagination": {"pageSize": 1, "totalCount": 5}}

    assert len(Pager(Dialect("actions", {}), 1, 1).list_all(Silent())) == 5
    assert asked == [0, 1, 2, 3, 4]
