"""The journeys API, read only, as published in ``static/journey-retrieve.yaml`` [J] (PF-JRN-1, PF-JRN-2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import AtOnce, Call
from toolkit.emulator.elements import Element, Space, Use
from toolkit.emulator.gateway import Gateway
from toolkit.emulator.records import Registrar
from toolkit.emulator.refusals import Refusal, unknown_element
from toolkit.emulator.store import Store
from toolkit.emulator.wire import JsonObject, reply

KIND = "journeys"
MAX_PAGE_SIZE = 100
STATUSES = (
    "Draft",
    "Testing",
    "In Review",
    "Deployed",
    "Redeployed",
    "Finished",
    "Stopped",
    "Dry Run",
    "Paused",
    "Unknown",
)
_LIVE = ("deployed", "redeployed")

Test: TypeAlias = Callable[[JsonObject], bool]

_CONDITION = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)(>=|<=|=|>|<)(.*)", re.DOTALL)
_SORT = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)=(asc|desc)")
_COUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class JourneysApi:
    """Routes of the journeys API, and the way in for journeys that this emulator is told about."""

    store: Store
    registrar: Registrar
    gateway: Gateway

    def routes(self, base: str) -> list[Route]:
        """All routes under ``base``."""
        refuse = Refusal.plain_answer
        return [
            self.gateway.protect(f"{base}/journey", {"GET": self._list}, KIND, refuse),
            self.gateway.protect(f"{base}/journey/{{uid}}", {"GET": AtOnce(self._read)}, KIND, refuse),
        ]

    def put(self, space: Space, journey: JsonObject) -> JsonObject:
        """Add a journey or replace the one of the same id; organisation, sandbox and metadata are filled in.

        Raises:
            Refusal: 400 when ``id`` or ``name`` is no text, ``status`` not of PF-JRN-2, a node no object.
        """
        element = self.element(space, journey)
        with self.store.write() as tx:
            if tx.get(space, KIND, element.uid) is None:
                tx.add(space, KIND, element)
            else:
                tx.replace(space, KIND, element)
            tx.set_uses(space, element.uid, uses_of(journey))
        return element.body

    def element(self, space: Space, journey: JsonObject) -> Element:
        """The journey as it is kept; raises as :meth:`put`."""
        _check_journey(journey)
        metadata = {**self.registrar.stamp("created"), **self.registrar.stamp("lastModified")}
        own = {"imsOrgId": space.organisation, "sandboxName": space.sandbox}
        return Element(journey["id"], journey["name"], {"metadata": metadata, **journey, **own})

    def _list(self, call: Call) -> Response:
        page = _number(call, "page", 0, 0, 10**9)
        size = _number(call, "pageSize", MAX_PAGE_SIZE, 1, MAX_PAGE_SIZE)
        tests = list(_tests(call.parameter("filter") or ""))
        sorts = list(_sorts(call.parameter("sort") or ""))
        fields = [field for field in (call.parameter("fields") or "").split(",") if field]
        with self.store.read() as tx:
            if tests or sorts:
                found = _selected([element.body for element in tx.page(call.space, KIND)], tests, sorts)
                total, results = len(found), found[page * size : (page + 1) * size]
            else:
                total = tx.count(call.space, KIND)
                results = [element.body for element in tx.page(call.space, KIND, page * size, size)]
        shown = [_with_fields(journey, fields) for journey in results]
        return reply({"results": shown, "page": page, "limit": size, "pages": max(1, -(-total // size))})

    def _read(self, call: Call) -> Response:
        with self.store.read() as tx:
            element = tx.get(call.space, KIND, call.uid)
        if element is None:
            raise unknown_element(KIND)
        return reply(element.body)


def _check_journey(journey: JsonObject) -> None:
    for key in ("id", "name"):
        if not isinstance(journey.get(key), str) or not journey[key]:
            raise Refusal(400, 400, f"a journey has a text as {key}")
    if journey.get("status") not in STATUSES:
        raise Refusal(400, 400, f"a journey's status is one of {', '.join(STATUSES)}")
    nodes = journey.get("nodes", [])
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        raise Refusal(400, 400, "a journey's nodes are a list of objects")


def uses_of(journey: JsonObject) -> list[Use]:
    """The actions that a journey's nodes name, by name or by uid (PF-JRN-3)."""
    marks = [node.get(key) for node in journey.get("nodes", []) for key in ("name", "actionUid")]
    texts = {mark for mark in marks if isinstance(mark, str) and mark}
    return [Use(mark, journey["id"], journey["name"], journey["status"]) for mark in sorted(texts)]


def _selected(
    journeys: list[JsonObject], tests: list[Test], sorts: list[tuple[str, bool]]
) -> list[JsonObject]:
    found = [journey for journey in journeys if all(test(journey) for test in tests)]
    for field, descending in reversed(sorts):
        found.sort(key=lambda journey, path=field: _order(_at(journey, path)), reverse=descending)  # type: ignore[misc]
    return found


def _tests(text: str) -> Iterator[Test]:
    """Conditions ``field=a,b``, ``field>value`` …, separated by ``&``; all have to hold [J]."""
    for part in text.split("&") if text else []:
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise Refusal(400, 400, "filter has to be conditions like status=draft, separated by &")
        yield _test(match[1], match[2], match[3])


def _test(field: str, operator: str, wanted: str) -> Test:
    if operator == "=":
        values = _wanted_values(field, wanted)
        return lambda journey: _text(_at(journey, field), field) in values
    orders: dict[str, Callable[[Any, Any], bool]] = {
        ">": lambda left, right: left > right,
        "<": lambda left, right: left < right,
        ">=": lambda left, right: left >= right,
        "<=": lambda left, right: left <= right,
    }
    return lambda journey: _compares(orders[operator], _at(journey, field), wanted)


def _wanted_values(field: str, wanted: str) -> set[str]:
    values = {_text(value, field) for value in wanted.split(",")}
    if field == "status" and "live" in values:
        # [J]'s example filters by "live", which is no status of its own.
        values.update(_LIVE)
    return values


def _compares(holds: Callable[[Any, Any], bool], value: Any, wanted: str) -> bool:
    if isinstance(value, str):
        return holds(value, wanted)
    if isinstance(value, (int, float)) and _COUNT.fullmatch(wanted):
        return holds(value, int(wanted))
    return False


def _text(value: Any, field: str) -> str:
    text = value if isinstance(value, str) else str(value)
    return text.casefold() if field == "status" else text


def _sorts(text: str) -> Iterator[tuple[str, bool]]:
    for part in text.split(",") if text else []:
        match = _SORT.fullmatch(part)
        if match is None:
            raise Refusal(400, 400, "sort has to be fields like name=asc, separated by commas")
        yield match[1], match[2] == "desc"


def _order(value: Any) -> tuple[int, float, str]:
    if isinstance(value, (int, float)):
        return (0, value, "")
    return (1, 0, value) if isinstance(value, str) else (2, 0, "")


def _at(document: JsonObject, path: str) -> Any:
    value: Any = document
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _with_fields(journey: JsonObject, fields: list[str]) -> JsonObject:
    if not fields:
        return journey
    chosen: JsonObject = {}
    for field in fields:
        value = _at(journey, field)
        if value is not None:
            *parents, last = field.split(".")
            place = chosen
            for parent in parents:
                place = place.setdefault(parent, {})
            place[last] = value
    return chosen


def _number(call: Call, name: str, default: int, low: int, high: int) -> int:
    text = call.parameter(name)
    if text is None:
        return default
    if not _COUNT.fullmatch(text) or not low <= int(text) <= high:
        raise Refusal(400, 400, f"{name} has to be a number from {low} to {high}")
    return int(text)
