"""Two states of definitions side by side: files, folders, or git revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Severity, in_order
from toolkit.core.errors import AjoError
from toolkit.model.kinds import CampaignAction, CustomAction, Definition
from toolkit.plan.assessment import Assessment, Comparison, InterfaceChange
from toolkit.plan.change_kinds import ChangeKind
from toolkit.plan.interface_change import classify_change
from toolkit.workspace.history import Snapshot, read_revision, split_revision
from toolkit.workspace.listing import is_definition
from toolkit.workspace.load import DefinitionFile, load_file, open_workspace
from toolkit.workspace.settings import find_root, is_inside

WORKING_TREE = "working tree"

Identity = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """Definitions to compare: `shown` says where they are from, `is_one_file` that it was a single file.

    `is_whole` tells all the definitions of a workspace or folder from a chosen few: only what is missing
    from a whole is gone, and only what a whole lacked is new.
    """

    shown: str
    definitions: tuple[DefinitionFile, ...]
    findings: tuple[Finding, ...] = ()
    is_one_file: bool = False
    is_whole: bool = True


def compare_states(start: Path, old: str, new: str | None, environment: Mapping[str, str]) -> Comparison:
    """Compare what `old` and `new` name; without `new`, the definitions of the workspace around `start`.

    Each names a file or a folder below `start`, or else a git revision: ``REV``, ``REV:path``. Raises
    :class:`AjoError` AJO301, and AJO820 to AJO824 for what git does not have.
    """
    before = _side(start, old, environment)
    after = _side(start, new, environment) if new is not None else _working_tree(start)
    pairs = list(_pairs(before, after))
    assessments = [found for found in (_assessed(*pair) for pair in pairs) if found.changes]
    findings = [finding for side in (before, after) for finding in (*side.findings, *_twins(side))]
    return Comparison(
        before.shown,
        after.shown,
        tuple(sorted(assessments, key=lambda item: (-item.worst, item.kind, item.name))),
        unchanged=len(pairs) - len(assessments),
        findings=in_order(findings),
    )


def _working_tree(start: Path) -> Side:
    workspace = open_workspace(start)
    errors = [finding for finding in workspace.findings if finding.severity is Severity.ERROR]
    return Side(WORKING_TREE, workspace.definitions, tuple(errors))


def _side(start: Path, name: str, environment: Mapping[str, str]) -> Side:
    path = start / name
    try:
        is_there = bool(name) and path.exists()
    except (OSError, ValueError):
        is_there = False
    if is_there:
        return _folder(path, name) if path.is_dir() else _file(path, name)
    revision, inside = split_revision(name)
    try:
        root = find_root(start)
    except AjoError:
        root = start
    try:
        snapshot = read_revision(root, revision, environment, inside or None)
    except AjoError as error:
        if error.code == "AJO821":
            message = f'"{name}" is neither a file or folder here nor a revision: {error.message}'
            raise AjoError("AJO821", message) from None
        raise
    return _revision(name, inside, snapshot)


def _revision(name: str, inside: str | None, snapshot: Snapshot) -> Side:
    is_one_file = bool(inside) and len(snapshot.definitions) == 1 and str(inside).endswith(".json")
    findings = tuple(replace(found, file=f"{name}: {found.file}") for found in snapshot.findings)
    shown = f"{name} ({snapshot.commit[:12]})"
    return Side(shown, snapshot.definitions, findings, is_one_file, is_whole=not inside)


def _file(path: Path, name: str) -> Side:
    definition, findings = _loaded(path, name)
    definitions = (definition,) if definition else ()
    return Side(name, definitions, tuple(findings), is_one_file=True, is_whole=False)


def _loaded(path: Path, name: str) -> tuple[DefinitionFile | None, list[Finding]]:
    """Read a file under the name by which it was asked for."""
    item, findings = load_file(path.parent, path)
    renamed = replace(item, source=replace(item.source, file=name)) if item else None
    return renamed, [replace(finding, file=name) for finding in findings]


def _folder(path: Path, name: str) -> Side:
    definitions: list[DefinitionFile] = []
    findings: list[Finding] = []
    for file in sorted(path.rglob("*.json")):
        below = file.relative_to(path)
        shown = (Path(name) / below).as_posix()
        if any(part.startswith(".") for part in below.parts) or file.is_dir() or not is_definition(file.name):
            continue
        if not is_inside(file, path):
            message = "a link that leads out of the folder"
            findings.append(Finding("AJO008", Severity.ERROR, shown, 0, 0, (), message, CODES["AJO008"].fix))
            continue
        definition, found = _loaded(file, shown)
        findings.extend(found)
        if definition:
            definitions.append(definition)
    return Side(name, tuple(definitions), tuple(findings))


def _identity(definition: Definition) -> Identity:
    is_action = isinstance(definition, (CustomAction, CampaignAction))
    return ("action" if is_action else definition.kind, definition.name)


def _twins(side: Side) -> Iterator[Finding]:
    """Name definitions that can't be told apart; the first of them is compared."""
    seen: dict[Identity, str] = {}
    for item in side.definitions:
        first = seen.setdefault(_identity(item.definition), item.file)
        known = any(found.code in ("AJO010", "AJO011") and found.file == item.file for found in side.findings)
        if first != item.file and not known:
            message = f'"{item.definition.name}" is the name in {first} too'
            yield Finding("AJO010", Severity.ERROR, item.file, 0, 0, ("name",), message, CODES["AJO010"].fix)


def _pairs(old: Side, new: Side) -> Iterator[tuple[DefinitionFile | None, DefinitionFile | None]]:
    if old.is_one_file and new.is_one_file and old.definitions and new.definitions:
        yield old.definitions[0], new.definitions[0]
        return
    before, after = _by_identity(old.definitions), _by_identity(new.definitions)
    renamed = _renames(before, after)
    for identity, item in before.items():
        successor = after.get(identity) or renamed.get(identity)
        if successor is not None or new.is_whole:
            yield item, successor
    taken = {_identity(item.definition) for item in renamed.values()}
    for identity, item in after.items():
        if identity not in before and identity not in taken and old.is_whole:
            yield None, item


def _by_identity(definitions: Iterable[DefinitionFile]) -> dict[Identity, DefinitionFile]:
    found: dict[Identity, DefinitionFile] = {}
    for item in definitions:
        found.setdefault(_identity(item.definition), item)
    return found


def _renames(
    before: Mapping[Identity, DefinitionFile], after: Mapping[Identity, DefinitionFile]
) -> dict[Identity, DefinitionFile]:
    """Return what old definitions are called now, where the new ones say so."""
    renamed: dict[Identity, DefinitionFile] = {}
    for identity, item in after.items():
        lifecycle = item.definition.lifecycle
        previous = (identity[0], lifecycle.previous_name or "") if lifecycle else ("", "")
        if identity not in before and previous in before and previous not in after:
            renamed.setdefault(previous, item)
    return renamed


def _assessed(old: DefinitionFile | None, new: DefinitionFile | None) -> Assessment:
    either = new or old
    if either is None:
        raise AssertionError("a pair has at least one side")
    definition = either.definition
    files = (old.file if old else "", new.file if new else "")
    changes: tuple[InterfaceChange, ...] = ()
    if old and new:
        if old.source.text != new.source.text:
            changes = classify_change(old.definition, new.definition)
    else:
        changes = (_whole(definition, is_new=old is None),)
    return Assessment(changes, definition.kind, definition.name, *files)


def _whole(definition: Definition, *, is_new: bool) -> InterfaceChange:
    is_action = isinstance(definition, (CustomAction, CampaignAction))
    if is_new:
        kind = ChangeKind.ACTION_ADDED if is_action else ChangeKind.LIMIT_ADDED
    else:
        kind = ChangeKind.ACTION_REMOVED if is_action else ChangeKind.LIMIT_REMOVED
    return InterfaceChange(kind, ())
