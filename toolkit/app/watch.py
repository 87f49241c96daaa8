"""Validating again whenever a definition or the settings change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from toolkit.app.validate import validate
from toolkit.core.diagnostics import Finding
from toolkit.core.errors import AjoError
from toolkit.workspace.load import Workspace, open_workspace
from toolkit.workspace.lookout import Lookout, Stamps
from toolkit.workspace.settings import find_root

POLL_S = 0.5
"""Seconds between two looks."""

QUIET_S = 0.1
"""Seconds without a change after which an editor, or git, has written all that it has to write."""

MOST_QUIET_ROUNDS = 20
"""Looks for quiet at most: what never rests is checked all the same."""

IDLE_FACTOR = 19
"""Seconds to rest for each second of looking, so that looking takes a twentieth of the time at most."""

LONGEST_POLL_S = 5.0
"""Seconds between two looks at most, however long one takes."""


Judge = Callable[[Workspace], tuple[Finding, ...]]
"""Finds what is wrong with a workspace."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the watch needs it: `sleep` and `ticks` in seconds, `now` with a time zone."""

    sleep: Callable[[float], None]
    ticks: Callable[[], float]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Run:
    """One check: when it began, how many definitions were read, and what is wrong; or why there was none."""

    at: datetime
    checked: int = 0
    findings: tuple[Finding, ...] = ()
    error: AjoError | None = None


def watch(start: Path, show: Callable[[Run], None], clock: Clock, judge: Judge = validate) -> NoReturn:
    """Check the workspace at or above `start`, and again after each change, until something is raised.

    That is what `clock` or `show` raise to end it, or :class:`AjoError` AJO301 where there is no workspace to
    begin with. One that is lost later is shown and waited for.
    """
    lookout = Lookout(find_root(start))
    while True:
        seen = lookout.look()
        show(_checked(lookout.root, clock.now(), judge))
        _wait_for_change(lookout, seen, clock)


def _checked(root: Path, at: datetime, judge: Judge) -> Run:
    try:
        if find_root(root) != root:
            raise AjoError("AJO301", f"the settings in {root} are gone")
        workspace = open_workspace(root)
        return Run(at, len(workspace.definitions), judge(workspace))
    except AjoError as error:
        return Run(at, error=error)


def _wait_for_change(lookout: Lookout, seen: Stamps, clock: Clock) -> None:
    pause = POLL_S
    found = seen
    while found == seen:
        clock.sleep(pause)
        began = clock.ticks()
        found = lookout.look()
        pause = min(LONGEST_POLL_S, max(POLL_S, IDLE_FACTOR * (clock.ticks() - began)))
    for _ in range(MOST_QUIET_ROUNDS):
        clock.sleep(QUIET_S)
        again = lookout.look()
        if again == found:
            return
        found = again
