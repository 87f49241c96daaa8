"""Definitions and settings as they were: a workspace at a git revision, nothing checked out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Severity, in_order
from toolkit.core.errors import AjoError
from toolkit.workspace.git import Contents, Entry, Repository, is_argument
from toolkit.workspace.listing import is_definition
from toolkit.workspace.load import DefinitionFile, read_definition
from toolkit.workspace.read import MAX_FILE_BYTES
from toolkit.workspace.settings import SETTINGS_FILES, has_table
from toolkit.workspace.toml import parse_toml

_REVISION_AND_PATH = re.compile(r"((?:[^:{]|\{[^}]*\})*):(.*)", re.DOTALL)
_NONE: Mapping[str, DefinitionFile] = MappingProxyType({})
_LINK, _SUBMODULE = "120000", "160000"


@dataclass(frozen=True)
class Snapshot:
    """A workspace at a commit: `revision` as it was asked for, files relative to the workspace's root.

    `settings_file` is empty, and `settings_text` too, where there were no settings.
    """

    revision: str
    commit: str
    settings_file: str
    settings_text: str = field(repr=False)
    definitions: tuple[DefinitionFile, ...] = field(repr=False)
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """What commits put into a workspace one after another: definitions, and settings as name and text.

    `committed_at` has for each definition when that was, in seconds since 1970.
    """

    definitions: tuple[DefinitionFile, ...]
    settings: tuple[tuple[str, str], ...]
    committed_at: tuple[int, ...] = ()


def split_revision(text: str) -> tuple[str, str | None]:
    """Split ``REV:path``; the path is None where there is none, and empty for ``REV:``."""
    found = _REVISION_AND_PATH.fullmatch(text)
    return (found[1], found[2]) if found else (text, None)


def read_revision(
    root: Path,
    revision: str,
    environment: Mapping[str, str],
    path: str | None = None,
    known: Mapping[str, DefinitionFile] = _NONE,
) -> Snapshot:
    """Read the definitions of the workspace at `root` as they were at `revision`.

    `path` names a file or a folder of definitions instead of the one in the settings of that revision: from
    the top of the repository, as git has it, or from `root` if it begins with ``./`` or ``../``. Whatever is
    wrong with single files comes back as findings. Raises :class:`AjoError` AJO820 without git or a
    repository, AJO821 for an unknown revision, AJO822 for what a clone lacks, AJO824 for an unknown `path`.
    """
    repository = Repository.around(root, environment)
    commit = repository.commit(revision)
    findings: list[Finding] = []
    with repository.contents(MAX_FILE_BYTES + 1) as contents:
        settings_file, settings_text = settings_in(repository, commit, contents, findings)
        if path is None:
            place = _definitions_folder(repository.prefix, settings_file, settings_text, findings)
        else:
            place = _place(repository.prefix, path)
        entries = repository.entries(commit, place, within=True)
        if not entries:
            findings.extend(_why_empty(repository, commit, place, is_asked_for=path is not None))
        definitions = _definitions(repository.prefix, _chosen(entries, place), contents, findings, known)
    return Snapshot(revision, commit, settings_file, settings_text, definitions, in_order(findings))


def versions_since(
    root: Path, snapshot: Snapshot, folders: Iterable[str], environment: Mapping[str, str]
) -> Versions:
    """Read every definition and every settings that a commit since `snapshot` put there, up to ``HEAD``.

    `folders` of definitions count from `root`. What can't be understood was never synced and is left out.
    Raises :class:`AjoError` AJO822 when a clone lacks a part of that history.
    """
    repository = Repository.around(root, environment)
    settings = [repository.prefix + name for name in SETTINGS_FILES]
    entries = repository.added_since(snapshot.commit, "HEAD", *SETTINGS_FILES, *folders)
    definitions: dict[tuple[str, str], DefinitionFile] = {}
    times: list[int] = []
    texts: list[tuple[str, str]] = []
    with repository.contents(MAX_FILE_BYTES + 1) as contents:
        for entry in entries:
            if entry.path in settings:
                texts.append(
                    (posixpath.basename(entry.path), contents.read(entry).decode("utf-8", "replace"))
                )
            elif entry.is_file and is_definition(entry.path):
                file = _shown(entry.path, repository.prefix)
                item, _ = read_definition(file, contents.read(entry))
                if item:
                    definitions[entry.path, entry.object_id] = item
                    times.append(entry.at)
    return Versions(tuple(definitions.values()), tuple(texts), tuple(times))


def _definitions(
    prefix: str,
    entries: Iterable[Entry],
    contents: Contents,
    findings: list[Finding],
    known: Mapping[str, DefinitionFile],
) -> tuple[DefinitionFile, ...]:
    definitions: list[DefinitionFile] = []
    for entry in entries:
        file = _shown(entry.path, prefix)
        if not entry.is_file:
            findings.append(_not_followed(entry, file))
            continue
        content = contents.read(entry)
        definition = known.get(file)
        if definition is None or definition.source.text.encode() != content:
            definition, found = read_definition(file, content)
            findings.extend(found)
        if definition:
            definitions.append(definition)
    return tuple(sorted(definitions, key=lambda item: item.file))


def settings_in(
    repository: Repository, commit: str, contents: Contents, findings: list[Finding]
) -> tuple[str, str]:
    """Return name and text of the settings; both empty where there are none."""
    paths = [repository.prefix + name for name in SETTINGS_FILES]
    entries = {entry.path: entry for entry in repository.entries(commit, *paths, within=False)}
    for name, path in zip(SETTINGS_FILES, paths, strict=True):
        entry = entries.get(path)
        if entry is None or entry.is_folder:
            continue
        if not entry.is_file:
            findings.append(_not_followed(entry, name))
            continue
        try:
            text = contents.read(entry).decode("utf-8")
        except UnicodeDecodeError:
            findings.append(_finding("AJO302", name, "not readable: it is not UTF-8"))
            continue
        if name == "ajo.toml" or has_table(text):
            return name, text
    return "", ""


def _definitions_folder(prefix: str, name: str, text: str, findings: list[Finding]) -> str:
    """Return the folder of definitions that settings name, from the top of the repository."""
    try:
        table: Any = parse_toml(text)
    except ValueError as error:
        findings.append(_finding("AJO302", name, f"not readable: {error}"))
        table = {}
    for part in () if name == "ajo.toml" else ("tool", "ajo"):
        table = table.get(part, {}) if isinstance(table, dict) else {}
    folder = table.get("actions", "actions") if isinstance(table, dict) else None
    if not isinstance(folder, str) or not folder or posixpath.normpath(folder).startswith(("..", "/")):
        findings.append(_finding("AJO302", name, "actions: a folder inside the workspace is expected"))
        folder = "actions"
    return posixpath.normpath(prefix + folder)


def _place(prefix: str, path: str) -> str:
    """Return a path from the repository's top; raises :class:`AjoError` AJO824 for one that leaves it."""
    from_root = path in (".", "..") or path.startswith(("./", "../"))
    place = posixpath.normpath(prefix + path if from_root else path or ".")
    if place.startswith(("..", "/")) or not is_argument(place):
        raise AjoError("AJO824", f"{path!r} leads out of the repository")
    return place


def _why_empty(repository: Repository, commit: str, place: str, *, is_asked_for: bool) -> Iterator[Finding]:
    """Say why nothing is below `place`; raises :class:`AjoError` AJO824 if somebody asked for it."""
    parts = place.split("/")
    around = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    for entry in repository.entries(commit, *around, within=False):
        if not entry.is_file and not entry.is_folder:
            yield _not_followed(entry, _shown(entry.path, repository.prefix))
            return
    if is_asked_for:
        raise AjoError("AJO824", f"{place} is not in commit {commit[:12]}")


def _chosen(entries: list[Entry], place: str) -> Iterator[Entry]:
    """Yield the entries that a workspace would read: JSON files whose path below `place` hides nothing."""
    start = "" if place == "." else place + "/"
    for entry in entries:
        below = entry.path.removeprefix(start).split("/")
        is_wanted = entry.mode == _SUBMODULE or is_definition(entry.path)
        if entry.path == place or (is_wanted and not any(part.startswith(".") for part in below)):
            yield entry


def _not_followed(entry: Entry, file: str) -> Finding:
    word = "link" if entry.mode == _LINK else "submodule"
    return _finding("AJO823", file, f"a {word}; what it leads to is not read", Severity.WARNING)


def _shown(path: str, prefix: str) -> str:
    """Return a path as findings name it: relative to the workspace's root, undecodable bytes escaped."""
    relative = posixpath.relpath(path, prefix or ".")
    return relative.encode("utf-8", "backslashreplace").decode("utf-8")


def _finding(code: str, file: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, severity, file, 0, 0, (), message, CODES[code].fix)
