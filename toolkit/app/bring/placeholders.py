"""References in the place of what the platform hides, or shows and must not come into a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from toolkit.app.new.credentials import slug
from toolkit.core.pointer import Path
from toolkit.model.document import Document, map_texts, references
from toolkit.model.text import MASKED, SECRET_LOST, SecretRef, secret_refs
from toolkit.plan.merge import presentable
from toolkit.workspace.load import DefinitionFile
from toolkit.workspace.secrets import variable_name

OPEN_SECRETS = ("AJO250", "AJO251", "AJO252", "AJO253", "AJO254", "AJO255")
"""Findings of what should be a secret reference; a file is for ever, so that a warning is enough."""

_SCHEME = re.compile(r"(Basic|Bearer|Digest)( +)(?=\S)", re.IGNORECASE)
_PARAMETERS = (("endpoint", "headers"), ("endpoint", "query"))
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")


class Reason(StrEnum):
    """Why a reference stands where it does."""

    MASKED = "the platform hides it"
    CREDENTIAL = "it looks like a credential"
    LOST = "a sandbox copy lost it"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A reference that somebody has to provide: where it stands, and why."""

    reference: SecretRef
    path: Path
    reason: Reason


@dataclass(slots=True)
class Names:
    """Gives each placeholder a path that no other reference has, in the names of variables either."""

    taken: set[str] = field(default_factory=set)
    _given: dict[str, set[str]] = field(default_factory=dict)
    _file: str = ""

    @classmethod
    def of(cls, definitions: Iterable[DefinitionFile]) -> Names:
        """Start with the references that definitions have."""
        names = cls()
        for item in definitions:
            for _, text in references(item.definition):
                names.taken.update(variable_name(each, "") for each in secret_refs(text))
        return names

    def for_file(self, file: str) -> Names:
        """Give references to the definition in `file` from now on, and take back those it had."""
        self.taken -= self._given.pop(file, set())
        self._file = file
        return self

    def reference(self, path: str) -> SecretRef:
        """Return a reference with that path, or with a number behind it."""
        for candidate in _numbered(path):
            reference = SecretRef(candidate)
            if variable_name(reference, "") not in self.taken:
                self.taken.add(variable_name(reference, ""))
                self._given.setdefault(self._file, set()).add(variable_name(reference, ""))
                return reference
        raise AssertionError("numbers do not end")


def _numbered(path: str) -> Iterator[str]:
    yield path
    number = 2
    while True:
        yield f"{path}-{number}"
        number += 1


def with_placeholders(
    kind: str,
    document: Document,
    folder: str,
    names: Names,
    also: Callable[[Path], bool] = lambda path: False,
) -> tuple[Document, list[Placeholder]]:
    """Return a live `document` with references for what is hidden, lost, or looks like a credential.

    `also` names more places that hold one. Paths are the partner's folder, the action, and what it is.
    """
    found: list[Placeholder] = []
    name = _UNFIT.sub("-", str(document.get("name", ""))) or "action"
    prefix = "/".join([*(slug(part) for part in folder.split("/")), name])

    def changed(path: Path, text: str) -> str:
        reason = _reason(path, text) or (Reason.CREDENTIAL if also(path) else None)
        if reason is None:
            return text
        reference = names.reference(f"{prefix}/{_title(document, path)}")
        found.append(Placeholder(reference, path, reason))
        scheme = _SCHEME.match(text) if reason is Reason.CREDENTIAL else None
        return f"{scheme[0] if scheme else ''}{reference}"

    return map_texts(kind, document, changed), found


def _reason(path: Path, text: str) -> Reason | None:
    if text == MASKED:
        return Reason.MASKED
    if path[:2] not in _PARAMETERS:
        return None
    if text == SECRET_LOST:
        return Reason.LOST
    return Reason.CREDENTIAL if presentable(path, text) != text else None


def _title(document: Document, path: Path) -> str:
    """Return what a secret is called: the name of the header, parameter or API key, else of the field."""
    if path == ("authentication", "value"):
        return slug(str(document["authentication"].get("name", "")) or "api-key")
    return slug(str(path[-1]))
