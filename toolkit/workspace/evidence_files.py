"""Files with evidence: one for each action of a target, in a folder beside the settings.

Not beside the definitions: who may say what is tried out at which target can be other people, and a folder of
its own can have owners of its own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Problem
from toolkit.core.errors import AjoError
from toolkit.model.evidence import Evidence, Filed
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
class Owner:
    """Whose evidence is looked for: an action, where it goes, whether a stand-in counts as its endpoint."""

    kind: str
    action: str
    target: str
    organisation: str
    sandbox: str
    stand_ins: bool

    @property
    def file(self) -> str:
        """Where it has to be."""
        return evidence_file(self.target, self.action)


def evidence_folder(target: str) -> str:
    """Return the folder of a target's evidence, relative to the root; none is hidden, or leads upwards."""
    name = private_name(target, "")
    return f"{EVIDENCE_FOLDER}/{'%2E' + name[1:] if name.startswith('.') else name}"


def evidence_file(target: str, action: str) -> str:
    """Return the file of the evidence for an action, relative to the root."""
    return f"{evidence_folder(target)}/{action}{EVIDENCE_ENDING}"


def read_evidence(root: Path, owner: Owner) -> Filed | None:
    """Read the evidence of `owner`; None where there is none."""
    file = owner.file
    path = root / file
    if not path.exists() and not path.is_symlink():
        return None
    if not is_inside(path, root):
        return Filed(file, None, (whole("AJO008", file, "a link out of the workspace"),))
    try:
        content = read_bytes(path, MAX_EVIDENCE_BYTES)
    except AjoError as error:
        return Filed(file, None, (whole(error.code, file, error.message),))
    return _filed(owner, content)


def read_evidence_at(
    root: Path, commit: str, owners: Iterable[Owner], environment: Mapping[str, str]
) -> dict[Owner, Filed]:
    """Read evidence as it is at a commit; raises :class:`AjoError` AJO820 to AJO822."""
    repository = Repository.around(root, environment)
    asked = {posixpath.normpath(repository.prefix + owner.file): owner for owner in owners}
    found: dict[Owner, Filed] = {}
    with repository.contents(MAX_EVIDENCE_BYTES) as contents:
        for entry in repository.entries(commit, *asked, within=False) if asked else ():
            if entry.is_file:
                owner = asked[entry.path]
                found[owner] = _filed(owner, contents.read(entry))
    return found


def _filed(owner: Owner, content: bytes) -> Filed:
    source, document, findings = read_json(owner.file, content)
    if source is None:
        return Filed(owner.file, None, tuple(findings))
    parsed = parse_evidence(document)
    problems = parsed.problems or tuple(_foreign(parsed.evidence, owner))
    return Filed(owner.file, None if problems else parsed.evidence, tuple(map(source.finding, problems)))


def _foreign(evidence: Evidence | None, owner: Owner) -> Iterator[Problem]:
    """Yield why evidence is not the owner's."""
    for name in ("kind", "action", "target", "organisation", "sandbox"):
        found, expected = getattr(evidence, name), getattr(owner, name)
        if found != expected:
            message = f"it is of {name} {found[:60]!r}, not of {expected!r}"
            yield Problem("AJO643", (name,), message, CODES["AJO643"].fix)
    if evidence and evidence.stand_in and not owner.stand_ins:
        message = "a stand-in answered, which counts for a target on this machine alone"
        yield Problem("AJO643", ("standIn",), message, CODES["AJO643"].fix)


def write_evidence(root: Path, evidence: Evidence) -> str:
    """Write evidence where it belongs, in the place of what was there; returns the file.

    Raises :class:`AjoError` AJO309, also where a link would lead out of the workspace.
    """
    file = evidence_file(evidence.target, evidence.action)
    if not is_inside(root / file, root):
        raise AjoError("AJO309", f"{file} can't be written: a link leads out of the workspace")
    write_text(root / file, evidence_text(evidence))
    return file
