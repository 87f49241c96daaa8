"""Where a new definition goes, what is wrong with it there, and putting it there."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from toolkit.app.new.credentials import slug
from toolkit.app.validate import validate
from toolkit.core.canonical import JsonLimitError, parse_json
from toolkit.core.diagnostics import Finding
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.model.document import Document, to_document
from toolkit.model.envelope import FORMAT_VERSION, schema_file_path
from toolkit.model.kinds import ACTION_KINDS, parse_definition
from toolkit.model.labels import tell_labels_apart
from toolkit.rules import check_definition
from toolkit.workspace.load import DefinitionFile, Source, Workspace
from toolkit.workspace.read import MAX_FILE_BYTES
from toolkit.workspace.settings import is_inside
from toolkit.workspace.write import canonical_text, write_text

_ACTION_NAME = re.compile(r"[A-Za-z0-9_]{1,30}")
_LIMIT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]*(/[A-Za-z0-9_][A-Za-z0-9._ -]*)*")
_OF_EVERY_HOST = ("api", "www", "rest", "gateway", "app", "hooks", "co", "com", "org", "net", "gov", "ac")
_OPEN_SECRETS = ("AJO250", "AJO253")


@dataclass(frozen=True, slots=True)
class Made:
    """A new definition as text, the file it is for (relative to the root), and what is wrong with it."""

    file: str
    text: str
    findings: tuple[Finding, ...]


def check_name(kind: str, name: str) -> None:
    """Raise :class:`AjoError` AJO901 for a name that a definition or its file can't have."""
    if kind == "CustomAction" and not _ACTION_NAME.fullmatch(name):
        fix = "Use letters, digits and underscores, at most 30."
        raise AjoError("AJO901", "the name can't be that of an action", fix=fix)
    if not _LIMIT_NAME.fullmatch(name) and kind != "CustomAction":
        fix = "Use letters, digits, dots, hyphens and underscores, at most 100."
        raise AjoError("AJO901", "the name can't be that of a file", fix=fix)


def folder_for(url: str, wanted: str | None, name: str) -> str:
    """Return the partner's folder: the one wanted, or one named after the URL's host.

    Raises :class:`AjoError` AJO901 for one that would not be inside the folder of definitions.
    """
    if wanted is not None:
        if not _FOLDER.fullmatch(wanted.rstrip("/")):
            fix = "Name a folder below the folder of definitions, such as loyalty."
            raise AjoError("AJO901", "--folder is no name of a folder", fix=fix)
        return wanted.rstrip("/")
    host = re.sub(r"^[^:/]*://", "", url).split("/")[0].rpartition("@")[2].split(":")[0]
    labels = [label for label in host.split(".") if "$" not in label][:-1]
    telling = [label for label in labels if label.lower() not in _OF_EVERY_HOST]
    variable = re.match(r"\$\{([A-Za-z0-9_]+)\}", host)
    found = telling[-1] if telling else re.sub("(Api)?Host$", "", variable[1]) if variable else ""
    return slug(found or name)


def made(workspace: Workspace, kind: str, fields: Document, folder: str) -> Made:
    """Make a definition of `fields` (its name among them) and check it among the others.

    Raises :class:`AjoError` where it can't be one, or would hold a credential (AJO813), or its name is taken.
    """
    suffix = "" if kind == "CustomAction" else ".capping"
    file = f"{workspace.settings.actions.rstrip('/')}/{folder}/{fields['name']}{suffix}.json"
    schema = workspace.root / schema_file_path(kind)
    relative = os.path.relpath(schema, (workspace.root / file).parent)
    head = {"$schema": PurePosixPath(relative).as_posix(), "formatVersion": FORMAT_VERSION, "kind": kind}
    document = {**head, **fields}
    tell_labels_apart(document)
    source, item = _parsed(document, file)
    _refuse_open_secrets(source, item)
    _refuse_twin(workspace, item)
    others = tuple(other for other in workspace.definitions if other.file != file)
    # Without the others' findings of loading; the rest of the workspace has its own command.
    with_it = replace(workspace, definitions=(*others, item), findings=())
    findings = tuple(finding for finding in validate(with_it) if finding.file == file)
    return Made(file, source.text, findings)


def _parsed(document: Document, file: str) -> tuple[Source, DefinitionFile]:
    parsed = parse_definition(document)
    if parsed.definition is None:
        source = Source(file, canonical_text(document))
        raise InvalidDefinitions([source.finding(problem) for problem in parsed.problems])
    text = canonical_text(to_document(parsed.definition))
    if len(text.encode()) > MAX_FILE_BYTES:
        raise AjoError("AJO004", "the definition would be too large", fix="Describe the fields that matter.")
    try:
        parse_json(text)
    except JsonLimitError as error:
        raise AjoError("AJO005", f"the definition would not be readable: it is {error}") from None
    source = Source(file, text)
    return source, DefinitionFile(source, parsed.definition)


def _refuse_open_secrets(source: Source, item: DefinitionFile) -> None:
    for problem in check_definition(item.definition):
        if problem.code in _OPEN_SECRETS:
            place = source.finding(problem).pointer
            raise AjoError("AJO813", f"{place} of the definition would hold what looks like a credential")


def _refuse_twin(workspace: Workspace, item: DefinitionFile) -> None:
    for other in workspace.definitions:
        same_kind = other.definition.kind == item.definition.kind or {
            other.definition.kind,
            item.definition.kind,
        } <= set(ACTION_KINDS)
        if same_kind and other.definition.name == item.definition.name and other.file != item.file:
            fix = "Choose another name, or change that definition."
            raise AjoError(
                "AJO010", f'"{item.definition.name}" is the name of the definition in {other.file}', fix=fix
            )


def put(workspace: Workspace, item: Made, *, force: bool) -> Path:
    """Write the file and return its path; raises :class:`AjoError` AJO814 where one is, AJO008, AJO309."""
    path = workspace.root / item.file
    if not is_inside(path.parent, workspace.root):
        raise AjoError("AJO008", f"the folder of {item.file} leads outside the workspace")
    if not force and (path.exists() or path.is_symlink()):
        raise AjoError("AJO814", f"{item.file} exists already")
    write_text(path, item.text)
    return path
