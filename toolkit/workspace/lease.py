"""One sync of a target at a time among machines: a lease on a git remote, which ends by itself.

A reference names a small JSON file: who holds the target, since when, until when, at which commit. Whoever
takes, renews or gives it back does so by compare-and-swap, so exactly one of several wins. Clocks of machines
differ: a holder begins no write after the end, and nobody takes a lease over before :data:`GRACE` after it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from toolkit.core.codes import CODES
from toolkit.core.errors import AjoError
from toolkit.workspace.git_process import GitError
from toolkit.workspace.holder import Holder, holder_in, shown_time
from toolkit.workspace.remote import Change, Remote, said
from toolkit.workspace.synced import encoded

REFERENCES = "refs/ajo/lease/"
GRACE = timedelta(seconds=60)
PAUSE = timedelta(seconds=20)
"""How long a renewal that failed is not tried again."""

_VERSION = 1
_MAX_BYTES = 16 * 1024
_ATTEMPTS = 5
_RUNS = ("CI_JOB_URL", "BUILD_URL")
"""Where a pipeline says which of its runs this is."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a lease says: of which target, who holds it, until when, at which commit. `nonce` is its own."""

    target: str
    holder: Holder
    commit: str
    until: datetime
    nonce: str

    def __str__(self) -> str:
        return f"{self.holder}, until {shown_time(self.until)}"

    def text(self) -> str:
        """Write the terms as JSON."""
        told = {**asdict(self), "until": self.until.isoformat()}
        return json.dumps({"formatVersion": _VERSION, **told}, indent=2) + "\n"


def read_terms(content: bytes) -> Terms | None:
    """Read what :meth:`Terms.text` wrote; None for anything else."""
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None
    match found:
        case {
            "formatVersion": 1,
            "target": str() as target,
            "holder": {**told},
            "commit": str() as commit,
            "until": str() as until,
            "nonce": str() as nonce,
        }:
            holder, end = holder_in(told), _time(until)
            return Terms(target, holder, commit, end, nonce) if holder and end else None
    return None


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Application:
    """What a lease is asked for: a target, at a commit, by whom, for how long at a time."""

    target: str
    commit: str
    holder: Holder
    duration: timedelta

    @property
    def reference(self) -> str:
        """The full name of the target's reference."""
        return REFERENCES + encoded(self.target)

    def terms(self, now: datetime) -> Terms:
        """Return the terms of a new lease."""
        return Terms(self.target, self.holder, self.commit, now + self.duration, secrets.token_hex(8))


def place_of(root: Path, environment: Mapping[str, str]) -> str:
    """Return where this works, as others find it: the pipeline's run, else the checkout at `root`."""
    server, repository, run = (
        environment.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")
    )
    if server and repository and run:
        return f"{server}/{repository}/actions/runs/{run}"
    return next((environment[name] for name in _RUNS if environment.get(name)), str(root))


class Lease:
    """A lease that is held; safe in several threads. `taken_over` are the terms of one that had ended."""

    def __init__(  # made by :func:`take` alone
        self,
        remote: Remote,
        asked: Application,
        terms: Terms,
        object_id: str,
        now: Clock,
        taken_over: Terms | None,
    ) -> None:
        self.taken_over = taken_over
        self._remote, self._asked, self._now = remote, asked, now
        self._terms, self._object_id = terms, object_id
        self._lock, self._renewing, self._lost, self._trouble = Lock(), Lock(), "", ""
        self._due = terms.until - 2 * asked.duration / 3

    def keep(self) -> None:
        """Renew the lease once a third of its time is over; what goes wrong is said by :meth:`require`.

        One thread does it, and no other waits for the remote meanwhile, least of all between look and write.
        """
        if not self._renewing.acquire(blocking=False):
            return
        try:
            with self._lock:
                now, terms, object_id = self._now(), self._terms, self._object_id
                if self._lost or now < self._due:
                    return
            self._renew(replace(terms, until=now + self._asked.duration), object_id)
        finally:
            self._renewing.release()

    def _renew(self, renewed: Terms, expected: str) -> None:
        try:
            object_id = _pushed(self._remote, self._asked, renewed, expected)
        except (GitError, AjoError) as error:
            self._not_renewed(said(error), expected)
        else:
            self._hold(renewed, object_id)

    def _hold(self, terms: Terms, object_id: str) -> None:
        with self._lock:
            self._terms, self._object_id, self._trouble = terms, object_id, ""
            self._due = terms.until - 2 * self._asked.duration / 3

    def require(self) -> None:
        """Raise :class:`AjoError` AJO626 where the lease is lost or has ended: no write may begin."""
        with self._lock:
            lost = self._lost
            if not lost and self._now() >= self._terms.until:
                why = f" and could not be renewed: {self._trouble}" if self._trouble else ""
                lost = f"it ended at {shown_time(self._terms.until)}{why}"
        if lost:
            raise AjoError("AJO626", f"the lease of target {self._asked.target} is lost: {lost}")

    def release(self) -> str:
        """Give the lease back; returns what went wrong, then it ends by itself."""
        reference = self._asked.reference
        with self._renewing, self._lock:
            try:
                if self._lost or self._remote.references(reference).get(reference) != self._object_id:
                    return ""
                self._remote.push(Change(reference, None, self._object_id))
            except (GitError, AjoError) as error:
                end = shown_time(self._terms.until)
                return f"{reference} could not be given back: {said(error)}; it ends at {end}"
        return ""

    def _not_renewed(self, why: str, expected: str) -> None:
        """Find out what a renewal that failed means."""
        try:
            there = _named(self._remote, self._asked)
        except AjoError:  # not reached: nobody can tell, and nobody can take it over before it has ended
            there = expected
        if there == expected:
            with self._lock:
                self._trouble, self._due = why, self._now() + PAUSE
            return
        holder = _read(self._remote, self._asked.reference, there) if there else None
        if holder and holder.nonce == self._terms.nonce:
            self._hold(holder, there)  # an earlier renewal of ours, whose answer did not come
            return
        with self._lock:
            self._lost = f"it is held by {holder}" if holder else "somebody else took it or gave it back"


def take(remote: Remote, asked: Application, now: Clock) -> Lease:
    """Take the lease of a target.

    Raises :class:`AjoError` AJO624 where somebody holds it, AJO625 where it can't be taken.
    """
    for _ in range(_ATTEMPTS):
        there = _named(remote, asked)
        before = _read(remote, asked.reference, there) if there else None
        if before and now() - GRACE < before.until:
            raise _held(remote, asked, before)
        why = f"what it names is no lease that can be read ({there[:12]})"
        if before or not there:
            terms = asked.terms(now())
            try:
                object_id = _pushed(remote, asked, terms, there)
            except (GitError, AjoError) as error:
                why = said(error)
            except KeyboardInterrupt:
                _give_up(remote, asked, terms)
                raise
            else:
                return Lease(remote, asked, terms, object_id, now, before)
        if _named(remote, asked) == there:
            raise _refused(remote, asked, why)
        # Somebody was quicker: look again what they did.
    raise _refused(remote, asked, "others take it and give it back all the time")


def _named(remote: Remote, asked: Application) -> str:
    """Return what the reference names there, empty for nothing; raises :class:`AjoError` AJO625."""
    try:
        return remote.references(asked.reference).get(asked.reference, "")
    except (GitError, AjoError) as error:
        raise _refused(remote, asked, said(error)) from None


def _read(remote: Remote, name: str, object_id: str) -> Terms | None:
    try:
        return read_terms(remote.blob(name, object_id, _MAX_BYTES))
    except (GitError, AjoError):
        return None


def _pushed(remote: Remote, asked: Application, terms: Terms, expected: str) -> str:
    """Let the reference name `terms`; returns the id of the object, also where only the answer was lost."""
    object_id = remote.repository.write_blob(terms.text().encode())
    try:
        remote.push(Change(asked.reference, object_id, expected))
    except (GitError, AjoError):
        if remote.references(asked.reference).get(asked.reference) != object_id:
            raise
    return object_id


def _give_up(remote: Remote, asked: Application, terms: Terms) -> None:
    """Give back what may have been taken before anybody knew."""
    with suppress(GitError, AjoError):
        object_id = remote.repository.write_blob(terms.text().encode())
        remote.push(Change(asked.reference, None, object_id))


def _held(remote: Remote, asked: Application, terms: Terms) -> AjoError:
    gone = f"If that process is certainly gone: `git push {remote.name} :{asked.reference}`."
    fix = f"{CODES['AJO624'].fix} {gone}"
    return AjoError("AJO624", f"target {asked.target} is leased by {terms}", fix=fix)


def _refused(remote: Remote, asked: Application, why: str) -> AjoError:
    return AjoError("AJO625", f"{asked.reference} of remote {remote.name}: {why}")
