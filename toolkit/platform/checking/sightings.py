"""What is looked at: single requests, whole lists, and what a throw-away action showed. Reads only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from toolkit.platform.actions import ActionsAdapter
from toolkit.platform.answers import Answer, MalformedAnswer
from toolkit.platform.call import Call
from toolkit.platform.client import Conversation, HttpClient
from toolkit.platform.dialect import Dialect
from toolkit.platform.http_platform import elements_of
from toolkit.platform.paging import PAGE_HEADER, SIZE_HEADER
from toolkit.platform.port import Connection, PlatformError
from toolkit.platform.shapes import Element
from toolkit.platform.throttling import ThrottlingAdapter
from toolkit.platform.veil import Veil

ACCESS_CODES = ("AJO401", "AJO402", "AJO501", "AJO502", "AJO503", "AJO506")
"""Errors after which there is nothing to look at: no way in, or not now."""

NOBODY = "AJO-CHECK@AdobeOrg"
"""An organisation that no token belongs to."""


@dataclass(frozen=True, slots=True)
class Look:
    """The answer to one request: status (0: none), headers, JSON if it is some, and why there is none."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    answer: Any = field(default=None, repr=False)
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Probed:
    """What became of a throw-away action: as it was sent and read, and how its removal was answered."""

    sent: Element = field(repr=False)
    read: Element | None = field(default=None, repr=False)
    removed: Look | None = None
    after: Look | None = None


@dataclass(frozen=True, slots=True)
class Sightings:
    """All that was seen.

    `actions` is the whole list in the words of the convention, `no_list` why there is none; `not_probed` why
    a throw-away action could not be created and read.
    """

    looks: Mapping[str, Look]
    actions: tuple[Element, ...] = field(default=(), repr=False)
    no_list: str = ""
    is_taught: bool = False
    is_production: bool = False
    probed: Probed | None = None
    not_probed: str = ""


class Inspector:
    """Looks at one sandbox; close it, or use it in a ``with`` of :func:`contextlib.closing`."""

    def __init__(self, connection: Connection, *, transport: httpx.BaseTransport | None = None) -> None:
        self._connection = connection
        self._veil = Veil([connection.client_secret])
        self._client = HttpClient(connection, self._veil, transport=transport)
        self.adapter = ActionsAdapter()
        self.dialect = Dialect("actions", self.adapter.places, connection.apis.get("actions"))
        throttlings = ThrottlingAdapter(connection.organisation)
        self._throttlings = Dialect(
            throttlings.collection, throttlings.places, connection.apis.get("throttlings")
        )

    def close(self) -> None:
        """Give connections back."""
        self._client.close()

    def talk(self) -> Conversation:
        """Return a conversation for requests that have to succeed."""
        return Conversation(self._client)

    def shown(self, text: str) -> str:
        """Return a foreign text fit for a report: one line, no secrets."""
        return self._veil.shown(text, 200)

    def actions(self) -> list[Element]:
        """Return the whole list of actions; raises :class:`PlatformError`."""
        return elements_of(self.dialect, self._connection)(self.talk())

    def look(
        self, call: Call, without: frozenset[str] = frozenset(), instead: Mapping[str, str] | None = None
    ) -> Look:
        """Send one request, some headers left out or exchanged; whatever is answered is a sighting."""
        try:
            answer = self._client.look(call, without, instead or {})
        except PlatformError as error:
            return Look(error.status, trouble=self.shown(error.message))
        return _look(answer)

    def see(self, *, is_production: bool = False) -> Sightings:
        """Look at everything that reading shows.

        Raises :class:`PlatformError` where nobody gets in at all: codes :data:`ACCESS_CODES`.
        """
        actions, no_list = self._list()
        looks = {name: self.look(call, *changed) for name, (call, *changed) in self._plan(actions).items()}
        return Sightings(
            looks,
            tuple(actions),
            no_list,
            is_taught=self.dialect.is_taught,
            is_production=is_production,
        )

    def _list(self) -> tuple[list[Element], str]:
        try:
            return self.actions(), ""
        except PlatformError as error:
            if error.code in ACCESS_CODES:
                raise
            return [], self.shown(error.message)

    def _plan(self, actions: list[Element]) -> dict[str, tuple[Any, ...]]:
        listing = self.dialect.to_list({}, {}, {})
        journeys = self._connection.journeys_url
        none: frozenset[str] = frozenset()
        plan: dict[str, tuple[Any, ...]] = {
            "first page": (self.dialect.to_list({}, _page(0), {}),),
            "second page": (self.dialect.to_list({}, _page(1), {}),),
            "unknown action": (self.dialect.to_read(f"ajo-check-{secrets.token_hex(8)}"),),
            "unknown path": (Call("GET", f"ajo-check-{secrets.token_hex(4)}"),),
            "options": (Call("OPTIONS", listing.path, base_url=listing.base_url),),
            "no JSON accepted": (listing, none, {"Accept": "text/html"}),
            "no key": (listing, frozenset({"x-api-key"})),
            "wrong key": (listing, none, {"x-api-key": "ajo-check"}),
            "no token": (listing, frozenset({"authorization"})),
            "wrong token": (listing, none, {"Authorization": "Bearer ajo-check"}),
            "other organisation": (listing, none, {"x-gw-ims-org-id": NOBODY}),
            "throttlings": (self._throttlings.to_list({}, {}, {}),),
            "journeys": (Call("GET", "journey?page=0&pageSize=100", base_url=journeys),),
            "live journeys": (Call("GET", "journey?filter=status%3Dlive", base_url=journeys),),
            "two sizes": (Call("GET", "journey?pageSize=1&pageSize=2", base_url=journeys),),
            "wrong page of journeys": (Call("GET", "journey?page=first", base_url=journeys),),
            "unknown journey": (Call("GET", f"journey/ajo-check-{secrets.token_hex(4)}", base_url=journeys),),
        }
        if self._connection.audit_url:
            plan["audit log"] = (Call("GET", "audit/events?limit=50", base_url=self._connection.audit_url),)
        custom = next((each for each in actions if each.get("actionType") == "custom"), None)
        if actions:
            plan["one action"] = (self.dialect.to_read(str((custom or actions[0])["uid"])),)
        return plan


def _page(number: int) -> dict[str, str]:
    return {PAGE_HEADER: str(number), SIZE_HEADER: "2"}


def _look(answer: Answer) -> Look:
    try:
        return Look(answer.status, answer.headers, answer.json())
    except MalformedAnswer as error:
        return Look(answer.status, answer.headers, None, str(error))
