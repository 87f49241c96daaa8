"""What others changed between our last look and our write, as the platform's audit log says.

The platform has no conditional update, and what is written over is gone: a read-back can't tell. Its audit
log can: it names every write to an action, so one that stands between the version that was looked at and
ours was overwritten. The log has no contents; who is named there knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from toolkit.core.codes import CODES
from toolkit.model.catalog import RemoteRef
from toolkit.platform.port import Edit, PlatformError
from toolkit.sync.receipt import Row, RowStatus

CLOCKS_DIFFER_BY = timedelta(minutes=10)
"""So far may this machine's clock be ahead of the platform's, which keeps the log."""

NEAR = timedelta(seconds=2)
"""So far from the time that an element states may the log's own entry of that write be."""

Look = Callable[[datetime], Sequence[Edit] | None]


@dataclass(frozen=True, slots=True)
class Over:
    """A write over an element: its uid, when the version last looked at was made, the ids of our requests.

    `seen` is None where the platform does not say.
    """

    uid: str
    seen: datetime | None
    request_ids: tuple[str, ...]

    @classmethod
    def of(cls, found: RemoteRef, row: Row) -> Over:
        """Return the write of `row` over what was `found`."""
        try:
            seen = datetime.fromisoformat(found.touched.at)
        except ValueError:
            return cls(found.uid, None, row.request_ids)
        return cls(found.uid, seen if seen.tzinfo else None, row.request_ids)


def overwritten(over: Over, edits: Iterable[Edit], accounts: frozenset[str]) -> list[Edit] | None:
    """Return what others did between the version that was looked at and our write.

    None where our own write is not in the log: then it says nothing of what was before it. `edits` are in the
    order of the log; `accounts` are ours, whose writes can't be told from those of this run.
    """
    if over.seen is None:
        return None
    seen = over.seen
    mine = [edit for edit in edits if edit.uid == over.uid]
    near = [place for place, edit in enumerate(mine) if abs(edit.at - seen) <= NEAR]
    version = min(near, key=lambda place: abs(mine[place].at - seen), default=None)
    since = mine[version + 1 :] if version is not None else [edit for edit in mine if edit.at > seen]
    ours = [place for place, edit in enumerate(since) if edit.account in accounts]
    if not ours:
        return None
    return [edit for edit in since[: ours[-1]] if edit.account not in accounts]


def our_accounts(edits: Iterable[Edit], overs: Iterable[Over]) -> frozenset[str]:
    """Return the accounts that made the requests of this run."""
    ids = {each for over in overs for each in over.request_ids}
    return frozenset(edit.account for edit in edits if edit.request_id in ids)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What the log says: the edits that each write, by its index, went over, and why it says too little."""

    lost: Mapping[int, Sequence[Edit]]
    trouble: str = ""


def judged(overs: Mapping[int, Over], edits: Sequence[Edit]) -> tuple[Disclosure, int]:
    """Look every write up in the log; returns what it says, and how many writes it does not show."""
    accounts = our_accounts(edits, overs.values())
    of_uid: dict[str, list[Edit]] = {}
    for edit in edits:
        of_uid.setdefault(edit.uid, []).append(edit)
    found = {index: overwritten(over, of_uid.get(over.uid, ()), accounts) for index, over in overs.items()}
    unseen = sum(edits is None for edits in found.values())
    trouble = ""
    if unseen:
        trouble = f"the platform's audit log does not show {unseen} of {len(overs)} writes over something yet"
    return Disclosure({index: edits for index, edits in found.items() if edits}, trouble), unseen


def ask(
    overs: Mapping[int, Over],
    look: Look,
    begun: datetime,
    pauses: Iterable[float],
    sleep: Callable[[float], None],
) -> Disclosure:
    """Ask the log until it shows our writes, as long as there are `pauses` (seconds) to wait in between."""
    waits = iter(pauses)
    while True:
        try:
            edits = look(begun - CLOCKS_DIFFER_BY)
        except PlatformError as error:
            return Disclosure({}, f"the platform's audit log was not read: {error.message}")
        if edits is None:
            return Disclosure({})
        verdict, unseen = judged(overs, edits)
        pause = next(waits, None)
        if not unseen or pause is None:
            return verdict
        sleep(pause)


def told(row: Row, lost: Sequence[Edit]) -> Row:
    """Return the row of a write that others' edits went under."""
    who = ", ".join(f"{edit.who or 'somebody'} at {edit.at:%Y-%m-%d %H:%M:%S} UTC" for edit in lost)
    message = f"overwritten between the last look and the write: an edit by {who}"
    if row.code:
        message = f"{row.message}; {message}"
    return replace(
        row, status=RowStatus.FAILED, code="AJO515", message=message, fix=CODES["AJO515"].fix, path=()
    )
