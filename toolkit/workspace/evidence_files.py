"""Files with evidence: one for each action of a target, in a folder beside the settings.

Not beside the definitions: who may say what is tried out at which target can be other people, and a folder of
its own can have owners of its own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.diagnostics import Finding
from toolkit.core.errors import AjoError
from toolkit.model.evidence import Evidence
from toolkit.model.evidence_format import evidence_text, parse_evidence
from toolkit.workspace.git import Repository
from toolkit.workspace.listing import EVIDENCE_ENDING, whole
from toolkit.workspace.load import read_json
from toolkit.workspace.private import private_name
from toolkit.workspace.read import read_bytes
from toolkit.workspace.settings import is_inside
from toolkit.workspace.write import write_text

EVIDENCE_FOLDER = "evidence"
MAX_EVIDENCE_BYTES = 256 * 1024
"""The longest file that is read; a record names each field of an action once or twice."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What a file holds: evidence, or why it can't be used."""

    file: str
    evidence: Evidence | None
    findings: tuple[Finding, ...] = ()


def evidence_folder(target: str) -> str:
    """Return the folder of a target's evidence, relative to the root; none is hidden, or leads upwards."""
    name = private_name(target, "")
    return f"{EVIDENCE_FOLDER}/{'%2E' + name[1:] if name.startswith('.') else name}"


def evidence_file(target: str, action: str) -> str:
    """Return the file of the evidence for an action, relative to the root."""
    return f"{evidence_folder(target)}/{action}{EVIDENCE_ENDING}"


def read_evidence(root: Path, file: str) -> Filed | None:
    """Read a file with evidence; None where there is none."""
    path = root / file
    if not path.exists() and not path.is_symlink():
        return None
    if not is_inside(path, root):
        return Filed(file, None, (whole("AJO008", file, "a link out of the workspace"),))
    try:
        content = read_bytes(path, MAX_EVIDENCE_BYTES)
    except AjoError as error:
        return Filed(file, None, (whole(error.code, file, error.message),))
    return filed(file, content)


def read_evidence_at(
    root: Path, commit: str, files: Iterable[str], environment: Mapping[str, str]
) -> dict[str, Filed]:
    """Read files with evidence as they are at a commit; raises :class:`AjoError` AJO820 to AJO822."""
    repository = Repository.around(root, environment)
    asked = {posixpath.normpath(repository.prefix + file): file for file in files}
    found: dict[str, Filed] = {}
    with repository.contents(MAX_EVIDENCE_BYTES) as contents:
        for entry in repository.entries(commit, *asked, within=False) if asked else ():
            if entry.is_file:
                file = asked[entry.path]
                found[file] = filed(file, contents.read(entry))
    return found


def filed(file: str, content: bytes) -> Filed:
    """Return what is in the `content` of a file with evidence."""
    source, document, findings = read_json(file, content)
    if source is None:
        return Filed(file, None, tuple(findings))
    parsed = parse_evidence(document)
    return Filed(file, parsed.evidence, tuple(map(source.finding, parsed.problems)))


def write_evidence(root: Path, evidence: Evidence) -> str:
    """Write evidence where it belongs, in the place of what was there; returns the file.

    Raises :class:`AjoError` AJO309, also where a link would lead out of the workspace.
    """
    file = evidence_file(evidence.target, evidence.action)
    if not is_inside(root / file, root):
        raise AjoError("AJO309", f"{file} can't be written: a link leads out of the workspace")
    write_text(root / file, evidence_text(evidence))
    return file
