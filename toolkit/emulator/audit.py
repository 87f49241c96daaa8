"""The audit log: who did what to which action, as the Audit Query API gives it [A] (PF-AUD-1 to PF-AUD-4)."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from threading import Lock
from typing import TypeAlias
from urllib.parse import parse_qs, urlencode

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call
from toolkit.emulator.elements import Space
from toolkit.emulator.gateway import Gateway
from toolkit.emulator.records import sandbox_id
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import JsonObject, reply

KIND = "audit"
ASSET_TYPE = "Journey custom action"
MOST_EVENTS = 10_000
"""How many of the newest events of a sandbox are kept and can be read [A]."""

MAX_LIMIT = 1000
DEFAULT_LIMIT = 50
FIELDS = {
    "timestamp": "timestamp",
    "status": "status",
    "action": "action",
    "user": "userEmail",
    "assetType": "assetType",
}
"""What can be filtered by, and the field of an event that it stands for."""

Test: TypeAlias = Callable[[JsonObject], bool]

_CONDITION = re.compile(rf"({'|'.join(FIELDS)})(==|<|>)(.*)", re.DOTALL)
_COUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """The events of each sandbox, oldest first; in memory, safe in several threads."""

    clock: Callable[[], float]
    _events: dict[Space, deque[JsonObject]] = field(default_factory=dict, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def note(self, space: Space, action: str, uid: str, name: str, author: str, request_id: str) -> None:
        """Add that `author` did `action` (``Create``, ``Update``, ``Delete``) to the action `uid`."""
        event = {
            "id": str(uuid.uuid4()),
            "requestId": request_id,
            "permissionResource": "Journey",
            "permissionType": "Write",
            "assetType": ASSET_TYPE,
            "action": action,
            "status": "Allow",
            "failureCode": "",
            "timestamp": _stamp(self.clock()),
            "version": "1.0",
            "imsOrgId": space.organisation,
            "region": "VA7",
            "authId": author,
            "assetId": uid,
            "assetName": name,
            "sandboxName": space.sandbox,
            "sandboxId": sandbox_id(space),
            "userEmail": author,
            "enhancedEvents": [],
        }
        with self._lock:
            self._events.setdefault(space, deque(maxlen=MOST_EVENTS)).append(event)

    def newest_first(self, space: Space) -> list[JsonObject]:
        """The events of a sandbox."""
        with self._lock:
            return list(reversed(self._events.get(space, ())))


@dataclass(frozen=True, slots=True)
class AuditApi:
    """The route of the Audit Query API that lists events, under ``base``."""

    trail: AuditTrail
    gateway: Gateway
    base: str

    def routes(self) -> list[Route]:
        """All routes."""
        return [self.gateway.protect(self._path, {"GET": self._list}, KIND, Refusal.plain_answer)]

    @property
    def _path(self) -> str:
        return f"{self.base}/audit/events"

    def _list(self, call: Call) -> Response:
        query_id = call.parameter("queryId")
        stated = call.query.getlist("property") if query_id is None else _stated_in(query_id)
        tests = [test for value in stated for test in _tests(value)]
        limit, start = _number(call, "limit", DEFAULT_LIMIT, 1), _number(call, "start", 0, 0)
        found = [event for event in self.trail.newest_first(call.space) if all(test(event) for test in tests)]
        events = list(islice(found, start, start + limit))
        query_id = base64.urlsafe_b64encode(urlencode({"property": stated}, doseq=True).encode()).decode()
        here = f"{self._path}?queryId={query_id}&limit={limit}"
        return reply(
            {
                "_embedded": {"events": events},
                "_links": {
                    "self": {"href": f"{here}&start={start}"},
                    "page": {"href": f"{here}{{&start}}", "templated": True},
                },
                "page": {
                    "size": len(events),
                    "totalElements": len(found),
                    "totalPages": -(-len(found) // limit),
                    "number": start // limit,
                },
                "queryId": query_id,
            }
        )


def _stamp(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "+0000"


def _tests(value: str) -> list[Test]:
    """Conditions ``name==a,b``, ``name>value``, ``name<value`` joined by commas; all have to hold."""
    conditions: list[tuple[str, str, list[str]]] = []
    for part in value.split(","):
        if match := _CONDITION.fullmatch(part.strip()):
            conditions.append((match[1], match[2], [match[3]]))
        elif conditions and conditions[-1][1] == "==":
            conditions[-1][2].append(part)
        else:
            names = ", ".join(FIELDS)
            raise Refusal(400, 400, f"property has to be conditions like action==create on {names}")
    return [_test(*condition) for condition in conditions]


def _test(name: str, sign: str, values: list[str]) -> Test:
    place = FIELDS[name]
    if name == "timestamp" and sign != "==":
        (limit,) = map(_time, values)
        if sign == "<":
            return lambda event: _time(event[place]) < limit
        return lambda event: _time(event[place]) > limit
    if sign != "==":
        raise Refusal(400, 400, f"{name} can only be asked for with ==")
    wanted = {value.strip().lower() for value in values}
    return lambda event: event[place].lower() in wanted


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refusal(400, 400, "a timestamp has to be ISO 8601") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _stated_in(query_id: str) -> list[str]:
    try:
        text = base64.b64decode(query_id, altchars="-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Refusal(400, 400, "no answer gave this queryId") from None
    return parse_qs(text).get("property", [])


def _number(call: Call, name: str, default: int, least: int) -> int:
    text = call.parameter(name)
    if text is None:
        return default
    most = MAX_LIMIT if name == "limit" else 999_999_999
    if not _COUNT.fullmatch(text) or not least <= int(text) <= most:
        raise Refusal(400, 400, f"{name} has to be a number from {least} to {most}")
    return int(text)
