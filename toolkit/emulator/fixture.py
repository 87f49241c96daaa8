"""A folder of documents in the wire's form: ``<sandbox>/<kind>/<anything>.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from toolkit.emulator import actions, journeys, lifecycle
from toolkit.emulator.elements import Element, Space, Transaction
from toolkit.emulator.placing import KINDS, Document, PlacingError, Problem
from toolkit.emulator.wire import MAX_BODY_BYTES, JsonObject, NotJsonError, parse_json

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
_OTHER = re.compile(r"[^A-Za-z0-9_-]+")


class FixtureError(Exception):
    """The folder can't be read or written; the message says why."""


def read_fixture(folder: Path, spaces: Mapping[str, Space]) -> tuple[list[Document], list[Problem]]:
    """Read every document, in the order of kinds and names, and what is wrong with the files.

    Raises:
        FixtureError: there is no such folder, or it can't be read.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    try:
        for file in sorted(folder.rglob("*.json")) if folder.is_dir() else _no_folder(folder):
            read = _read(folder, file, spaces)
            (documents if isinstance(read, Document) else problems).append(read)  # type: ignore[arg-type]
    except OSError as error:
        raise FixtureError(f"{folder} can't be read: {error.strerror}") from None
    # Journeys come last: they name actions.
    return sorted(documents, key=lambda document: KINDS.index(document.kind)), problems


def check_empty(tx: Transaction, documents: Iterable[Document]) -> None:
    """A sandbox that has something already keeps it.

    Raises:
        PlacingError: a sandbox of the documents is not as it was at the beginning.
    """
    problems = []
    for space in dict.fromkeys(document.space for document in documents):
        held = {kind: tx.count(space, kind) for kind in KINDS}
        held[actions.KIND] -= len(actions.BUILT_IN_CHANNELS)
        if any(count > 0 for count in held.values()):
            problems.append(Problem(space.sandbox, "the sandbox holds something already; reset it first"))
    if problems:
        raise PlacingError(problems)


def documents_of(tx: Transaction, spaces: Iterable[Space]) -> JsonObject:
    """Everything in the sandboxes as ``{sandbox: {kind: [document]}}``, what is built in left out.

    Secrets are left out as a sandbox copy leaves them out: each is the placeholder (PF-ACT-15).
    """
    found: JsonObject = {}
    for space in spaces:
        kinds = {kind: [_document(kind, one) for one in tx.page(space, kind)] for kind in KINDS}
        kinds[actions.KIND] = [one for one in kinds[actions.KIND] if one["actionType"] != "builtIn"]
        found[space.sandbox] = {kind: documents for kind, documents in kinds.items() if documents}
    return {sandbox: kinds for sandbox, kinds in found.items() if kinds}


def write_fixture(folder: Path, sandboxes: Mapping[str, Any]) -> int:
    """Write what :func:`documents_of` gave into a new or empty folder; returns how many files.

    Raises:
        FixtureError: the folder holds something, can't be written, or a name makes no file name.
    """
    texts = dict(_texts(sandboxes))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FixtureError(f"{folder} holds something already: name a new folder")
        for path, text in texts.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FixtureError(f"{folder} can't be written: {error.strerror}") from None
    return len(texts)


def _no_folder(folder: Path) -> list[Path]:
    raise FixtureError(f"{folder} is no folder")


def _read(folder: Path, file: Path, spaces: Mapping[str, Space]) -> Document | Problem:
    path = file.relative_to(folder)
    place = path.as_posix()
    if len(path.parts) != 3 or path.parts[1] not in KINDS:
        return Problem(place, f"documents are in <sandbox>/<kind>/, and a kind is one of {', '.join(KINDS)}")
    if path.parts[0] not in spaces:
        return Problem(place, f"there is no sandbox of this name, but {', '.join(spaces)}")
    body = _body(file)
    if isinstance(body, str):
        return Problem(place, body)
    return Document(spaces[path.parts[0]], path.parts[1], place, body)


def _body(file: Path) -> JsonObject | str:
    """The object in a file, or what is wrong with the file."""
    try:
        with file.open("rb") as content:
            text = content.read(MAX_BODY_BYTES + 1)
    except OSError as error:
        return f"it can't be read: {error.strerror}"
    if len(text) > MAX_BODY_BYTES:
        return f"it is longer than {MAX_BODY_BYTES} bytes"
    try:
        body = parse_json(text)
    except NotJsonError as error:
        return str(error)
    return body if isinstance(body, dict) else "it is no JSON object"


def _document(kind: str, element: Element) -> JsonObject:
    if kind == journeys.KIND:
        return {key: value for key, value in element.body.items() if key not in ("imsOrgId", "sandboxName")}
    definition = element.body["definition"]
    if kind == actions.KIND:
        if definition["actionType"] != "builtIn":
            definition = actions.without_secrets(definition)
        return {"uid": element.uid, **definition}
    # Edited since its deployment, it is two things at once; a document says one, the edit.
    state = {"state": lifecycle.DEPLOYED} if element.body["state"] == lifecycle.DEPLOYED else {}
    return {"uid": element.uid, **definition, **state}


def _texts(sandboxes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    taken: set[str] = set()
    for sandbox, kinds in sandboxes.items():
        for kind, documents in kinds.items():
            if not _NAME.fullmatch(sandbox) or kind not in KINDS:
                raise FixtureError(f"the sandbox {sandbox!r} makes no name of a folder")
            for document in documents:
                path = f"{sandbox}/{kind}/{_stem(document)}"
                number = 1
                while (unique := path if number == 1 else f"{path}-{number}").lower() in taken:
                    number += 1
                taken.add(unique.lower())
                text = json.dumps(document, indent=2, ensure_ascii=False)
                yield f"{unique}.json", f"{text}\n"


def _stem(document: JsonObject) -> str:
    """What a file is called after: the first of these that the document has."""
    texts = (document.get(key) for key in ("name", "url", "urlPattern", "uid"))
    text = next((text for text in texts if isinstance(text, str) and text), "document")
    return _OTHER.sub("-", text.removeprefix("https://")).strip("-")[:80] or "document"
