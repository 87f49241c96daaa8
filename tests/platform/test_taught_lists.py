"""Lists that page in another way: whole, or an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.platform.samples import action, capping, listing, served
from toolkit.platform import PlatformError
from toolkit.workspace.api_settings import Api, LimitApi

ALL = [action(f"A{number}", f"u{number}") for number in range(7)]
Page = Callable[[httpx.Request], dict[str, Any]]


def read(page: Page, **table: Any) -> list[str]:
    """The names that are read through a platform whose list of actions `page` answers."""

    def handler(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/all"):
            return listing()
        return httpx.Response(200, json=page(request))

    api = Api.model_validate({"list": {"call": "GET all", "elements": "/items", **table}})
    return sorted(resource.name for resource in served(handler, apis={"actions": api}).read().catalog)


def number(request: httpx.Request, name: str, default: int = 0) -> int:
    return int(request.url.params.get(name, default))


def by_page(request: httpx.Request) -> dict[str, Any]:
    start = number(request, "page") * 3
    return {"items": ALL[start : start + 3], "all": len(ALL)}


def by_offset(request: httpx.Request) -> dict[str, Any]:
    start = number(request, "from")
    return {"items": ALL[start : start + 3], "all": len(ALL)}


def by_cursor(request: httpx.Request) -> dict[str, Any]:
    start = number(request, "after")
    more = start + 3 < len(ALL)
    return {"items": ALL[start : start + 3], "all": len(ALL), "next": f"{start + 3}" if more else None}


def by_link(request: httpx.Request) -> dict[str, Any]:
    found = by_cursor(request)
    link = f"https://elsewhere.example/steal?after={found['next']}" if found["next"] else ""
    return {**found, "next": link}


PAGE = {"style": "page", "parameter": "page"}
OFFSET = {"style": "offset", "parameter": "from"}
CURSOR = {"style": "cursor", "parameter": "after", "next": "/next"}
EVERYTHING = [f"A{number}" for number in range(7)]


@pytest.mark.parametrize("total", [{}, {"total": "/all"}], ids=["uncounted", "counted"])
@pytest.mark.parametrize(
    ("page", "paging"),
    [(by_page, PAGE), (by_offset, OFFSET), (by_cursor, CURSOR), (by_link, CURSOR)],
    ids=["page", "offset", "cursor", "link"],
)
def test_all_pages_are_read(page: Page, paging: dict[str, Any], total: dict[str, str]) -> None:
    assert read(page, paging=paging, **total) == EVERYTHING


def test_a_short_page_does_not_end_a_list() -> None:
    def uneven(request: httpx.Request) -> dict[str, Any]:
        start = number(request, "from")
        return {"items": ALL[start : start + (1 if start == 0 else 3)]}

    assert read(uneven, paging=OFFSET) == EVERYTHING


def test_a_link_is_followed_only_in_what_it_asks_for() -> None:
    asked = []

    def page(request: httpx.Request) -> dict[str, Any]:
        asked.append(request.url.host)
        return by_link(request)

    read(page, paging=CURSOR)
    assert set(asked) == {"platform.example.com"}


def test_a_list_may_give_a_part_of_each_element() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/all"):
            return httpx.Response(200, json={"items": [{"uid": "u0"}]})
        return httpx.Response(200, json={"result": ALL[0]}) if "actions/u0" in str(request.url) else listing()

    api = Api.model_validate({"list": {"call": "GET all", "elements": "/items", "summaries": True}})
    catalog = served(handler, apis={"actions": api}).read().catalog
    assert [resource.name for resource in catalog] == ["A0"]


@pytest.mark.parametrize(
    ("page", "table", "code"),
    [
        pytest.param(
            lambda _: {"items": ALL[:3], "all": 7}, {"total": "/all"}, "AJO506", id="one page of three"
        ),
        pytest.param(lambda _: {"items": ALL[:3]}, {"paging": PAGE}, "AJO506", id="the same page always"),
        pytest.param(
            lambda _: {"items": [], "next": "x"}, {"paging": CURSOR}, "AJO506", id="a cursor in a circle"
        ),
        pytest.param(lambda _: {"items": [], "next": ["x"]}, {"paging": CURSOR}, "AJO504", id="no cursor"),
        pytest.param(lambda _: {"items": ALL, "all": "7"}, {"total": "/all"}, "AJO504", id="no number"),
        pytest.param(lambda _: {"items": {"a": 1}}, {}, "AJO504", id="no list"),
        pytest.param(lambda _: {"results": ALL}, {}, "AJO504", id="another envelope"),
        pytest.param(lambda _: {"items": [{"name": "A"}]}, {}, "AJO504", id="no id"),
    ],
)
def test_a_list_that_may_not_be_whole_is_an_error(page: Page, table: dict[str, Any], code: str) -> None:
    with pytest.raises(PlatformError) as caught:
        read(page, **table)
    assert caught.value.code == code


def test_parameters_may_be_sent_in_headers_or_in_the_body() -> None:
    asked: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/all"):
            return listing()
        asked.append(json.loads(request.content) if request.content else request.headers.get("x-page"))
        return httpx.Response(200, json={"items": []})

    for place, method in (("body", "POST"), ("header", "GET")):
        paging = {
            "style": "page",
            "parameter": "x-page",
            "first": 1,
            "sent-in": place,
            "size-parameter": "x-size",
        }
        api = Api.model_validate({"list": {"call": f"{method} all", "elements": "/items", "paging": paging}})
        served(handler, apis={"actions": api}).read()
    assert asked == [{"x-page": 1, "x-size": 100}, "1"]


def test_extra_headers_and_parameters_go_with_every_call() -> None:
    seen: list[tuple[str, str, str]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/all"):
            seen.append((request.url.host, request.headers["x-product"], request.url.params["kind"]))
            return httpx.Response(200, json={"items": []})
        return listing()

    table = {"call": "GET all", "elements": "/items", "query": {"kind": "custom"}}
    api = Api.model_validate(
        {"base-url": "https://ui.example.com/v1", "headers": {"x-product": "ajo"}, "list": table}
    )
    served(handler, apis={"actions": api}).read()
    assert seen == [("ui.example.com", "ajo", "custom")]


def test_limits_may_have_other_names_of_fields() -> None:
    renamed = {("limit" if name == "services" else name): value for name, value in capping().items()}
    deployed = {
        ("limit" if name == "services" else name): value
        for name, value in capping()["deployedConfig"].items()
    }

    def handler(request: httpx.Request) -> httpx.Response:
        element = {**renamed, "deployedConfig": deployed}
        return listing(element) if request.url.path.endswith("/list/endpointConfigs") else listing()

    fields = {"/services": "/limit", "/deployedConfig/services": "/deployedConfig/limit"}
    api = LimitApi.model_validate({"fields": fields})
    (found,) = served(handler, apis={"cappings": api}).read().catalog
    assert (found.key.kind, found.document["state"]) == ("EndpointConfig", "deployed")
