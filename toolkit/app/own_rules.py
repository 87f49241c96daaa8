"""A team's own rules from installed packages and, where that is trusted, from a file of the workspace.

The one place that runs code which a workspace names, and only for somebody who asked for it.
"""

from __future__ import annotations

import runpy
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.errors import AjoError
from toolkit.rules import AnyRule, CrossRule, Rule
from toolkit.rules.own import OnFailure, faults_of, guarded, shown_error
from toolkit.workspace.load import Grounds
from toolkit.workspace.settings import is_inside

GROUP = "ajo.rules"
"""The entry points of packages that bring rules."""

_MODULE = "ajo_local_rules"
_SETTING = ("rules", "local")


@dataclass
class OwnRules:
    """Rules that are not ours; `findings` grows when one fails, `is_complete` if all of them are known."""

    rules: list[AnyRule] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    is_complete: bool = True

    def refuse(self, finding: Finding) -> None:
        """Take note that some rules are missing, and why."""
        self.is_complete = False
        self.findings.append(finding)


def own_rules(workspace: Grounds, *, trust: bool) -> OwnRules:
    """Load all rules that are not ours, each guarded; whatever is wrong with them comes back as findings."""
    own = OwnRules()
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        _take_package(workspace, own, point)
    settings = workspace.loaded_settings.settings
    local = settings.rules.local if settings else None
    own.is_complete = own.is_complete and settings is not None
    if local is not None:
        _take_local(workspace, own, local, trust=trust)
    return own


def require_own_rules(workspace: Grounds, *, trust: bool) -> None:
    """Raise :class:`AjoError` AJO334 where a file of rules would not be run: nothing is synced past them."""
    for found in () if trust else unrun_rules(workspace):
        raise AjoError(found.code, found.message, place=found.place)


def unrun_rules(workspace: Grounds) -> Iterator[Finding]:
    """Yield the warning that a file of rules is not run without trust, if the settings name one."""
    local = workspace.settings.rules.local
    if local is not None:
        yield _unrun(workspace, local)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where rules come from: as findings say it, the file that findings name, and that file on the disk."""

    shown: str
    file: str
    path: str = ""

    def finding(self, code: str, message: str, error: BaseException | None = None) -> Finding:
        """Say what is wrong with these rules, on the line that an error leads to."""
        line = _line_in(self.path, error) if error else 0
        place = (self.file, line, 1 if line else 0)
        return Finding(code, Severity.ERROR, *place, (), message, CODES[code].fix)


def _line_in(path: str, error: BaseException) -> int:
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno or 0
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == path), 0)


def _take_package(workspace: Grounds, own: OwnRules, point: EntryPoint) -> None:
    package = f" of {point.dist.name}" if point.dist else ""
    origin = _Origin(f"entry point {point.name}{package} ({point.value})", workspace.loaded_settings.file)
    try:
        found = point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  # a package may do anything
        own.refuse(origin.finding("AJO332", f"{origin.shown} can't be loaded: {shown_error(error)}"))
        return
    _take(own, found, origin)


def _take_local(workspace: Grounds, own: OwnRules, local: str, *, trust: bool) -> None:
    path = workspace.root / local
    reason = _why_not(workspace, path)
    if reason:
        own.refuse(workspace.loaded_settings.finding("AJO332", _SETTING, f"{local} {reason}"))
    elif not trust:
        own.refuse(_unrun(workspace, local))
    else:
        origin = _Origin(local, local, str(path))
        try:
            found = runpy.run_path(origin.path, run_name=_MODULE)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a foreign file may do anything
            own.refuse(origin.finding("AJO332", f"{local} can't be run: {shown_error(error)}", error))
            return
        _take(own, found.get("RULES"), origin)


def _why_not(workspace: Grounds, path: Path) -> str:
    if not is_inside(path, workspace.root):
        return "leads outside the workspace"
    if is_inside(path, workspace.root / workspace.settings.actions):
        return "is among the definitions, which a review takes from whoever proposes a change"
    return "" if path.is_file() else "is not a file"


def _unrun(workspace: Grounds, local: str) -> Finding:
    message = f"the rules in {local} were not run, because a file of the workspace is run with --trust only"
    found = workspace.loaded_settings.finding("AJO334", _SETTING, message)
    return replace(found, severity=Severity.WARNING)


def _take(own: OwnRules, found: object, origin: _Origin) -> None:
    """Add those that are rules, and say of the others why they are none."""
    if not isinstance(found, (list, tuple)) or not found:
        message = f"{origin.shown}: RULES is expected, a list of rules"
        own.refuse(origin.finding("AJO332", message))
        return
    for number, candidate in enumerate(found, start=1):
        rule = candidate if isinstance(candidate, (Rule, CrossRule)) else None
        name = rule.id if rule else f"number {number}"
        faults = list(faults_of(candidate))
        if not faults and any(name == known.id for known in own.rules):
            faults = ["its id is taken by another rule"]
        for fault in faults:
            own.refuse(origin.finding("AJO332", f"rule {name} of {origin.shown}: {fault}"))
        if rule and not faults:
            own.rules.append(guarded(rule, _hearing(own, origin)))


def _hearing(own: OwnRules, origin: _Origin) -> OnFailure:
    def heard(rule_id: str, error: BaseException, where: str) -> None:
        own.failed.add(rule_id)
        message = f"rule {rule_id} of {origin.shown} failed on {where}: {shown_error(error)}"
        own.findings.append(origin.finding("AJO333", message, error))

    return heard
