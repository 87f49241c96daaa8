"""A sync of many steps against a platform that misbehaves once, what is true of it, and running it again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.plan.samples import SCOPE, action, capping
from toolkit.core.canonical import same_json
from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.emulator import RunningEmulator
from toolkit.emulator.fault_rules import STATUSES
from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.plan.compute import compute
from toolkit.plan.guard import approve
from toolkit.plan.stance import Base, Handling, Stance
from toolkit.plan.types import Plan, Policy
from toolkit.platform import Connection, HttpPlatform
from toolkit.sync.receipt import Receipt, Row, RowStatus
from toolkit.sync.runner import RunOptions, run

TOLD = "told"
"""The property under which a test says how its stories went."""

PATIENCE_S = 10.0
PAUSE_S = 0.01


def _url(name: str) -> str:
    return f"https://{name}.example.com/v1/send"


def _pattern(name: str) -> str:
    return f"https://{name}.example.com/*"


OLD = [
    *(action(name, _url(name.lower()), description="old") for name in ("Upd1", "Upd2", "Upd3")),
    *(action(name, _url(name.lower())) for name in ("Gone1", "Gone2", "Same")),
    *(capping(_pattern(name), calls=100) for name in ("upd1", "upd2", "gone1")),
]
NEW = [
    *(action(name, _url(name.lower()), description="new") for name in ("Upd1", "Upd2", "Upd3")),
    *(action(name, _url(name.lower())) for name in ("New1", "New2", "New3", "Same")),
    *(capping(_pattern(name), calls=200) for name in ("upd1", "upd2")),
    *(capping(_pattern(name), calls=300) for name in ("new1", "new2")),
]
THEIRS = action("Theirs", _url("theirs"))
STEPS = 13
"""What becomes NEW of OLD: 5 to create, 5 to update (2 of them redeployed), 3 to delete."""

IMPATIENT_S = 0.5
"""How long a client waits for an answer where the fault is an answer that comes later than that."""

LATE_S = 2 * IMPATIENT_S


def _edit(moment: str, name: str, changes: Any, collection: str = "actions") -> dict[str, Any]:
    return {"fault": "edit", "moment": moment, "name": name, "changes": changes, "collection": collection}


_EDITED = {"description": "edited"}
_LIMITED = {"services": {"action": {"rating": {"maxCallsCount": 7, "periodInMs": 1000}}}}

FAULTS: Mapping[str, Mapping[str, Any]] = {
    "latency": {"fault": "latency", "seconds": 0.01},
    "latency beyond patience": {"fault": "latency", "seconds": LATE_S},
    "reset before": {"fault": "reset", "moment": "before"},
    "reset after": {"fault": "reset", "moment": "after"},
    "refuse": {"fault": "refuse", "seconds": 0.05},
    "truncate": {"fault": "truncate"},
    "malformed": {"fault": "malformed"},
    "wrong type": {"fault": "wrong-type"},
    "drip": {"fault": "drip", "seconds": 0.02},
    "drip beyond patience": {"fault": "drip", "seconds": LATE_S, "pieces": 1},
    "duplicate": {"fault": "duplicate"},
    "stale": {"fault": "stale", "reads": 2},
    "stale for a while": {"fault": "stale", "seconds": 0.1},
    "edit before": _edit("before", "Upd2", _EDITED),
    "edit after": _edit("after", "Upd2", _EDITED),
    "removal": _edit("before", "Upd3", None),
    "removal after": _edit("after", "Upd3", None),
    "edit of a limit before": _edit("before", _pattern("upd2"), _LIMITED, "endpointConfigs"),
    "edit of a limit after": _edit("after", _pattern("upd2"), _LIMITED, "endpointConfigs"),
    "removal of a limit": _edit("before", _pattern("upd2"), None, "endpointConfigs"),
    "removal of a limit after": _edit("after", _pattern("upd2"), None, "endpointConfigs"),
    **{f"{status}": {"fault": "status", "status": status} for status in STATUSES},
    **{f"{status} after": {"fault": "status", "status": status, "moment": "after"} for status in STATUSES},
    "429 Retry-After": {"fault": "status", "status": 429, "retryAfter": 2},
    "429 Retry-After a date": {
        "fault": "status",
        "status": 429,
        "retryAfter": "Wed, 25 Nov 2026 08:00:00 GMT",
    },
    "503 Retry-After": {"fault": "status", "status": 503, "retryAfter": 2},
}
"""Every way in which the emulator can misbehave, once; a test holds this against the emulator's own list."""


@dataclass(frozen=True, slots=True)
class Box:
    """A sandbox of a running platform that nobody else uses."""

    running: RunningEmulator
    sandbox: str
    http: httpx.Client = field(repr=False)

    @contextmanager
    def platform(self, patience_s: float = 30.0) -> Iterator[HttpPlatform]:
        """The sandbox through the port: one request at a time, and no waiting between attempts."""
        connection = Connection(
            base_url=self.running.base_url,
            journeys_url=self.running.journeys_url,
            ims_url=self.running.ims_url,
            organisation=self.running.organisation,
            sandbox=self.sandbox,
            client_id=self.running.client_id,
            client_secret=Secret(self.running.client_secret),
            scopes=("openid",),
            workers=1,
            audit_url=self.running.audit_url,
            timeout_s=patience_s,
        )
        with HttpPlatform(connection, _no_secret, sleep=lambda _: None) as platform:
            yield platform

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Use the emulator's own controls; waits while it accepts nobody."""
        headers = {"x-emulator-admin-token": self.running.admin_token}
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self.http.request(
                    method, f"{self.running.admin_url}/{path}", json=body, headers=headers
                )
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_S)
                continue
            answer.raise_for_status()
            return answer.json() if answer.content else None

    def misbehave(self, rule: Mapping[str, Any], at: int) -> None:
        """Let the platform misbehave at one request to the sandbox, from 1; 0 is the one for a token."""
        where = {"sandbox": self.sandbox, "nth": at} if at else {"path": "*/ims/token/*", "nth": 1}
        self.admin("POST", "faults", {**rule, **where})

    def behave(self) -> bool:
        """End all faults; tells whether one struck."""
        rules = self.admin("GET", "faults")["faults"]
        self.admin("DELETE", "faults")
        return any(rule["struck"] for rule in rules)

    def outlast(self) -> None:
        """Wait until the request that met a fault is carried out, even if nobody waits for its answer."""
        after, deadline = 0, time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = self.admin("GET", f"requests?sandbox={self.sandbox}&after={after}&wait=1")
            if any(item["fault"] for item in found["requests"]):
                return
            after = found["next"]
        raise AssertionError("no request met a fault")

    def count(self) -> int:
        """How many requests the sandbox has had."""
        return sum(item["sandbox"] == self.sandbox for item in self.admin("GET", "requests")["requests"])

    def live(self) -> dict[ResourceKey, Resource]:
        """What is live; raises where something is live twice."""
        with self.platform() as platform:
            return dict(platform.read().catalog.resources)


def _no_secret(_: object) -> Secret:
    raise AssertionError("no definition here has a secret")


def planned(platform: HttpPlatform) -> Plan:
    stance = Stance(Handling.OVERWRITE, Handling.OVERWRITE)
    return compute(SCOPE, Catalog.of(NEW), platform.read().catalog, Base(Catalog.of(OLD)), stance=stance)


def sync(box: Box, patience_s: float = 30.0) -> Receipt:
    """Make the sandbox what NEW says, as the command does; raises what the reading raises."""
    with box.platform(patience_s) as platform:
        approved = approve(planned(platform), Policy(True, True), "a test")
        return run(approved, platform, RunOptions(workers=1))


def furnish(box: Box) -> None:
    """Bring OLD into the sandbox, and something of somebody else's."""
    with box.platform() as platform:
        for resource in [*OLD, THEIRS]:
            platform.create(resource)


def is_as(found: Resource | None, wanted: Resource | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return same_json(found.document, wanted.document)


OLD_BY_KEY = {resource.key: resource for resource in OLD}
NEW_BY_KEY = {resource.key: resource for resource in NEW}


def lies(
    receipt: Receipt, live: Mapping[ResourceKey, Resource], edited: tuple[str, ...], *, is_late: bool = False
) -> list[str]:
    """What a receipt says that is not so; of what others edited meanwhile nothing can be said.

    Nor of a limit after a request that was given up and came late: it may undeploy what was read back since.
    """
    return [
        f"{row.status} {row.kind} {row.key}: {row.code} {row.message}"
        for row in receipt.rows
        if row.key.identity not in edited
        if not (is_late and row.key.kind == "EndpointConfig" and row.status is RowStatus.DONE)
        if not _is_true(row, live.get(row.key))
    ]


HALF_DONE = ("it was created as", "it is there all the same")
"""What a receipt says of a creation that was not finished."""


def _is_true(row: Row, found: Resource | None) -> bool:
    if row.status is RowStatus.DONE:
        return is_as(found, NEW_BY_KEY.get(row.key))
    if (
        row.status is RowStatus.UNKNOWN
        or row.code == "AJO509"
        or any(words in row.message for words in HALF_DONE)
    ):
        return True
    return is_as(found, OLD_BY_KEY.get(row.key))


@dataclass(frozen=True, slots=True)
class Told:
    """How a story went: whether the fault struck, how the first run ended, what is not as it should be."""

    struck: bool
    first: str
    wrong: tuple[str, ...]


def tell(box: Box, fault: str, at: int) -> Told:
    """Sync while the platform misbehaves at request `at`, then again when it behaves."""
    furnish(box)
    rule = FAULTS[fault]
    edited = (rule["name"],) if "name" in rule else ()
    is_late = rule.get("seconds") == LATE_S
    box.misbehave(rule, at)
    wrong: list[str] = []
    receipt = None
    try:
        receipt = sync(box, IMPATIENT_S if is_late else 30.0)
        first = "complete" if receipt.complete else "incomplete"
    except AjoError as error:
        first = error.code
    if is_late and at:
        box.outlast()
    struck = box.behave()
    for _ in range(3):
        box.live()  # readers may see the past for some reads yet
    live = box.live()
    if receipt:
        wrong += lies(receipt, live, edited, is_late=is_late)
    elif not all(is_as(live.get(key), old) for key, old in OLD_BY_KEY.items() if key.identity not in edited):
        wrong.append("something was written by a run without a receipt")
    again = sync(box)
    wrong += [f"second run: {row.key} {row.code} {row.message}" for row in again.rows if row.code]
    return Told(struck, first, (*wrong, *_differences(box)))


def _differences(box: Box) -> Iterator[str]:
    live, wanted = box.live(), {**NEW_BY_KEY, THEIRS.key: THEIRS}
    for key in sorted({**live, **wanted}):
        if not is_as(live.get(key), wanted.get(key)):
            yield f"{key} is not as it should be in the end"
    with box.platform() as platform:
        if planned(platform):
            yield "a third run would have something to do"
