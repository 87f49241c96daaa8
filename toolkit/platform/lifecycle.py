"""Single writes, each with the steps its collection needs, up to the point where it counts.

Every method takes the conversation of its operation and raises :class:`PlatformError`. A write of several
steps that fails in between is undone where that is possible, and the error says what there is now.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from toolkit.platform.adapter import Adapter
from toolkit.platform.client import Conversation
from toolkit.platform.limits import (
    DEPLOYED,
    configuration,
    is_live,
    live_configuration,
    live_state,
    same_configuration,
)
from toolkit.platform.port import Outcome, PlatformError
from toolkit.platform.shapes import Element
from toolkit.platform.store import Store


class LimitAdapter(Adapter, Protocol):
    """An adapter of configurations that count once they are deployed."""

    @property
    def members(self) -> tuple[str, ...]:
        """The members that are sent."""

    @property
    def effective(self) -> tuple[str, ...]:
        """The members that decide what is limited."""

    @property
    def change_while_deployed(self) -> bool:
        """Whether a deployed one can be updated, and counts at once."""

    @property
    def config_expected(self) -> bool:
        """Whether a deployed element says which configuration counts."""


def _gone(store: Store, uid: str) -> PlatformError:
    return PlatformError("AJO508", f"/{store.path(uid)} is gone", status=404)


def _adding(error: PlatformError, more: str, outcome: Outcome | None = None) -> PlatformError:
    """Return `error` with `more` to say."""
    return PlatformError(
        error.code,
        f"{error.message}; {more}",
        fix=error.fix,
        outcome=outcome or error.outcome,
        status=error.status,
        request_id=error.request_id,
        path=error.path,
        request_ids=error.request_ids,
        service_code=error.service_code,
    )


class Writes(Protocol):
    """Creating, changing and removing one element of a collection."""

    def create(self, talk: Conversation, body: Element) -> str:
        """Create, make it count, and return the uid."""

    def update(self, talk: Conversation, uid: str, body: Element) -> None:
        """Replace the element and make it count."""

    def delete(self, talk: Conversation, uid: str) -> None:
        """Remove the element; one that is gone already is removed."""


class DirectWrites:
    """Writes to elements that count as soon as they are saved (PF-WRT-6)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, talk: Conversation, body: Element) -> str:
        """Create and return the uid."""
        return self._store.post(talk, body)

    def update(self, talk: Conversation, uid: str, body: Element) -> None:
        """Replace the element; AJO508 if it is gone."""
        try:
            self._store.put(talk, uid, body)
        except PlatformError as error:
            if self._store.is_absent(error):
                raise _gone(self._store, uid) from None
            raise

    def delete(self, talk: Conversation, uid: str) -> None:
        """Remove the element."""
        self._store.delete(talk, uid)


class DeployedWrites:
    """Writes to elements that count once they are deployed (PF-CAP-4 to PF-CAP-7, PF-THR-3)."""

    def __init__(self, store: Store, adapter: LimitAdapter) -> None:
        self._store, self._adapter = store, adapter

    def create(self, talk: Conversation, body: Element) -> str:
        """Create, deploy, return the uid; what can't be deployed stays created, and the error says so."""
        uid = self._store.post(talk, body)
        try:
            self._deploy(talk, uid)
        except PlatformError as error:
            raise _adding(error, f"it was created as {uid}, but is not deployed") from None
        return uid

    def update(self, talk: Conversation, uid: str, body: Element) -> None:
        """Bring the element to `body`, deployed; AJO508 if it is gone.

        If that fails on the way, what was there before is put back, and deployed again if it was.
        """
        before = self._store.get(talk, uid)
        if before is None:
            raise _gone(self._store, uid)
        same = same_configuration(before, body, self._adapter.members)
        if same and self._counts_as_shown(before):
            return
        in_place = is_live(before) and self._adapter.change_while_deployed
        try:
            if is_live(before) and not in_place:
                self._switch(talk, uid, on=False)
            if not same or in_place:
                self._store.put(talk, uid, body)
            if not in_place:
                self._deploy(talk, uid)
        except PlatformError as error:
            raise self._put_back(talk, before, error) from None

    def delete(self, talk: Conversation, uid: str) -> None:
        """Undeploy if needed, then remove; if it can't be removed, it is deployed again."""
        before = self._store.get(talk, uid)
        if before is None:
            return
        try:
            if is_live(before):
                self._switch(talk, uid, on=False)
            self._store.delete(talk, uid)
        except PlatformError as error:
            raise self._put_back(talk, before, error) from None

    def doubles(self, elements: Iterable[Element], uid: str) -> list[str]:
        """Return the uids of those elements that are `uid` once more, and don't count."""
        found = {str(element["uid"]): element for element in elements}
        own = found.pop(uid, None)
        return [
            other
            for other, element in found.items()
            if own is not None
            and not is_live(element)
            and same_configuration(element, own, self._adapter.members)
        ]

    def _counts_as_shown(self, element: Element) -> bool:
        expected = self._adapter.config_expected
        return live_state(element, self._adapter.effective, config_expected=expected) == DEPLOYED

    def _deploy(self, talk: Conversation, uid: str) -> None:
        # Asked first: it gives all reasons at once, and a refused deployment may look like a failure (500).
        self._store.can_deploy(talk, uid)
        self._switch(talk, uid, on=True)

    def _switch(self, talk: Conversation, uid: str, *, on: bool) -> None:
        """Deploy or undeploy; what counts is the state afterwards, for a repeated step may be refused."""
        failure = None
        try:
            self._store.step(talk, uid, "deploy" if on else "undeploy")
        except PlatformError as error:
            failure = error
        if failure is not None and not self._is_switched(talk, uid, on=on):
            raise failure

    def _is_switched(self, talk: Conversation, uid: str, *, on: bool) -> bool:
        try:
            element = self._store.get(talk, uid)
        except PlatformError:
            return False
        return element is not None and is_live(element) is on

    def _put_back(self, talk: Conversation, before: Element, error: PlatformError) -> PlatformError:
        """Restore what there was, and return `error` with what came of it."""
        uid = str(before["uid"])
        try:
            now = self._store.get(talk, uid)
            if now is None:
                return _adding(error, "it is gone now")
            if self._is_as(now, before):
                return _adding(error, "nothing was changed")
            self._restore(talk, before, now)
        except PlatformError as second:
            more = f"putting the old configuration back failed as well ({second.code}: {second.message})"
            return _adding(error, more, Outcome.UNKNOWN)
        return _adding(error, "the old configuration was put back")

    def _is_as(self, now: Element, before: Element) -> bool:
        same = same_configuration(now, before, self._adapter.members)
        return same and is_live(now) is is_live(before)

    def _restore(self, talk: Conversation, before: Element, now: Element) -> None:
        uid, old = str(before["uid"]), live_configuration(before) or before
        if is_live(now) and not self._adapter.change_while_deployed:
            self._switch(talk, uid, on=False)
        body = {**configuration(before, self._adapter.members), **configuration(old, self._adapter.effective)}
        if "orgId" in before:
            body["orgId"] = before["orgId"]
        self._store.put(talk, uid, body)
        if is_live(before) and not (is_live(now) and self._adapter.change_while_deployed):
            self._switch(talk, uid, on=True)
