"""Which files below a folder are definitions, in the order in which everything looks at them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Severity
from toolkit.workspace.settings import is_inside

CASES_ENDING = ".cases.json"
"""The end of the name of a file with cases; before it stands the action's name."""

EVIDENCE_ENDING = ".evidence.json"
"""The end of the name of a file with evidence, likewise."""


def is_definition(name: str) -> bool:
    """Tell by a file's name whether it is a definition: JSON, and neither cases nor evidence."""
    return name.endswith(".json") and not name.endswith((CASES_ENDING, EVIDENCE_ENDING))


class Listed(NamedTuple):
    """A file: relative to the root with ``/``, as findings name it, and where it is on the disk."""

    file: str
    path: str


def list_files(
    root: Path, folder: Path, findings: list[Finding], is_wanted: Callable[[str], bool] = is_definition
) -> Iterator[Listed]:
    """Yield the wanted files below `folder`; what can't be looked at is added to `findings`."""
    if not folder.is_dir() or not is_inside(folder, root):
        inside = "is not a folder" if not folder.is_dir() else "leads outside the workspace"
        findings.append(whole("AJO009", relative(root, folder), f"the folder of definitions {inside}"))
        return
    yield from _below(root, str(folder), relative(root, folder), findings, is_wanted)


def _below(
    root: Path, folder: str, shown: str, findings: list[Finding], is_wanted: Callable[[str], bool]
) -> Iterator[Listed]:
    """Look at one folder with as few questions to the disk as can be: there are folders of thousands."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        findings.append(whole("AJO009", shown, f"can't be read: {error.strerror}"))
        return
    prefix = f"{shown}/" if shown != "." else ""
    folders: list[os.DirEntry[str]] = []
    files: list[os.DirEntry[str]] = []
    for entry in entries:
        (folders if _is_folder(entry) else files).append(entry)
    folders = [entry for entry in folders if not entry.name.startswith(".")]
    links = [entry for entry in folders if entry.is_symlink()]
    for entry in (*links, *files):
        name = prefix + entry.name.encode("utf-8", "backslashreplace").decode("utf-8")
        if entry.is_symlink() and not is_inside(Path(entry.path), root):
            findings.append(whole("AJO008", name, f"a link to {Path(entry.path).readlink()}"))
        elif is_wanted(entry.name) and not entry.name.startswith(".") and entry not in links:
            yield Listed(name, entry.path)
    for entry in folders:
        if entry not in links:
            yield from _below(root, entry.path, prefix + entry.name, findings, is_wanted)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def relative(root: Path, path: Path) -> str:
    """Return a path as findings name it: relative to the root, if it is inside."""
    try:
        name = path.relative_to(root).as_posix()
    except ValueError:
        name = path.as_posix()
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def whole(code: str, file: str, message: str) -> Finding:
    """Return a finding about a file as a whole."""
    return Finding(code, Severity.ERROR, file, 0, 0, (), message, CODES[code].fix)
