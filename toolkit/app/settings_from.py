"""A workspace under review: definitions from the files, everything that decides about them from a commit.

Where a change is looked at with credentials at hand, it must not say where they go, what may be done or what
runs. What it would change of that is told to the reviewer.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Severity, few_alike
from toolkit.core.errors import AjoError
from toolkit.core.pointer import Path as Pointer
from toolkit.core.redact import MASK
from toolkit.workspace.evidence_files import EVIDENCE_FOLDER
from toolkit.workspace.git import Repository
from toolkit.workspace.git_process import GitError
from toolkit.workspace.history import settings_in
from toolkit.workspace.listing import CASES_ENDING, EVIDENCE_ENDING, is_definition
from toolkit.workspace.load import Workspace, open_workspace
from toolkit.workspace.read import MAX_FILE_BYTES, read_bytes
from toolkit.workspace.settings import SETTINGS_FILES, LoadedSettings, find_root, load_settings
from toolkit.workspace.toml import parse_toml
from toolkit.workspace.trusted import Trusted
from toolkit.workspace.waivers import WAIVERS_FILE

MAX_SHOWN = 100
"""Characters of a setting that are shown."""

_TYPED_IN = re.compile(r"key|token|secret|pass|pwd|cookie|credential|session|jwt", re.IGNORECASE)
"""Names of settings whose text may be a secret that somebody typed in instead of its reference."""

_REFERENCE = re.compile(r"\$\{secret:[^{}]*\}")


def open_reviewed(start: Path, revision: str, environment: Mapping[str, str], *, trust: bool) -> Workspace:
    """Load the workspace at or above `start` with settings and waivers as they are at `revision`.

    With `trust` code of the workspace is run, so all that could be code has to be as it is there. Raises
    :class:`AjoError` AJO301, AJO613, AJO820 to AJO822, and AJO824 where there are no settings at `revision`.
    """
    root = find_root(start)
    repository = Repository.around(root, environment)
    trusted = _trusted(repository, revision)
    if trust:
        _require_same_code(repository, trusted)
    return open_workspace(start, replace(trusted, findings=tuple(_told(root, trusted))))


def _trusted(repository: Repository, revision: str) -> Trusted:
    commit = repository.commit(revision)
    findings: list[Finding] = []
    with repository.contents(MAX_FILE_BYTES + 1) as contents:
        file, text = settings_in(repository, commit, contents, findings)
        entries = repository.entries(commit, repository.prefix + WAIVERS_FILE, within=False)
        waivers = next((contents.read(entry) for entry in entries if entry.is_file), None)
    if not file:
        why = findings[0].message if findings else "there are none"
        raise AjoError("AJO824", f"no settings can be taken from {commit[:12]} ({revision}): {why}")
    return Trusted(revision, commit, file, text, waivers)


def _require_same_code(repository: Repository, trusted: Trusted) -> None:
    settings = trusted.loaded().settings
    folder = posixpath.normpath(f"{repository.prefix}{settings.actions if settings else 'actions'}")
    inside = "" if folder == "." else f"{folder}/"
    evidence = f"{repository.prefix}{EVIDENCE_FOLDER}/"
    data = (repository.prefix + "ajo.toml", repository.prefix + WAIVERS_FILE)
    try:
        differing = repository.differing(trusted.commit)
    except GitError as error:
        raise AjoError("AJO820", f"{repository.folder}: {error}") from None
    for path in differing:
        is_defined = path.startswith(inside) and (is_definition(path) or path.endswith(CASES_ENDING))
        is_data = path in data or is_defined
        if not is_data and not (path.startswith(evidence) and path.endswith(EVIDENCE_ENDING)):
            raise AjoError("AJO613", f"{path} is not as {trusted.shown} has it, and --trust may run it")


def _told(root: Path, trusted: Trusted) -> Iterator[Finding]:
    """Yield what the change says otherwise than what counts."""
    yield from _about_settings(root, trusted)
    path = root / WAIVERS_FILE
    try:
        waivers = read_bytes(path) if path.exists() and not path.is_symlink() else None
    except AjoError:
        waivers = None
    if waivers != trusted.waivers:
        message = f"the change has other waivers; those of {trusted.shown} count"
        yield _finding(WAIVERS_FILE, message)


def _about_settings(root: Path, trusted: Trusted) -> Iterator[Finding]:
    for file in SETTINGS_FILES:
        if (root / file).is_symlink():
            yield _finding(file, f"a link; what it leads to is not read, and {trusted.shown} counts")
            return
    loaded = load_settings(root)
    if loaded.settings is None:
        why = loaded.findings[0].message
        yield _finding(loaded.file, f"the change's settings can't be used, {trusted.shown} counts: {why}")
        return
    if loaded.file != trusted.file:
        message = f"the change has its settings here; {trusted.file} of {trusted.shown} counts"
        yield _finding(loaded.file, message)
    now = dict(_leaves(_table(loaded.file, read_bytes(root / loaded.file).decode("utf-8"))))
    then = dict(_leaves(_table(trusted.file, trusted.text)))
    differing = [path for path in {**then, **now} if _shown(path, then) != _shown(path, now)]
    yield from few_alike(
        differing, code=lambda _: "AJO612", make=lambda path: _difference(loaded, trusted, path, then, now)
    )


def _difference(
    loaded: LoadedSettings,
    trusted: Trusted,
    path: Pointer,
    then: Mapping[Pointer, Any],
    now: Mapping[Pointer, Any],
) -> Finding:
    ours, theirs = (_presentable(path, values) for values in (then, now))
    message = f"{theirs} in the change; {ours} at {trusted.shown}, which counts"
    return replace(loaded.finding("AJO612", path, message), severity=Severity.WARNING)


def _finding(file: str, message: str) -> Finding:
    return Finding("AJO612", Severity.WARNING, file, 0, 0, (), message, CODES["AJO612"].fix)


def _table(file: str, text: str) -> Any:
    table: Any = parse_toml(text.replace("\r\n", "\n"))
    for part in () if file == "ajo.toml" else ("tool", "ajo"):
        table = table.get(part, {}) if isinstance(table, dict) else {}
    return table


def _leaves(table: Any, path: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    if isinstance(table, dict) and table:
        for name, value in table.items():
            yield from _leaves(value, (*path, name))
    else:
        yield path, table


def _shown(path: Pointer, values: Mapping[Pointer, Any]) -> str:
    return json.dumps(values[path], ensure_ascii=False, default=str) if path in values else "nothing"


def _presentable(path: Pointer, values: Mapping[Pointer, Any]) -> str:
    """Write a setting, without a secret that was typed in, and not at length."""
    value = values.get(path)
    if _TYPED_IN.search(str(path[-1])) and isinstance(value, str) and not _REFERENCE.fullmatch(value):
        return MASK
    text = _shown(path, values)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
