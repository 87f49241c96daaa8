"""Drift that the team accepts for a while: one file beside the settings, an entry for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from toolkit.core.canonical import JsonError, JsonLimitError, parse_json
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, Severity
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.core.pointer import Path
from toolkit.model.base import Maybe, Model
from toolkit.model.problems import problems_of
from toolkit.workspace.listing import whole
from toolkit.workspace.load import Grounds, Source, decoded
from toolkit.workspace.read import read_bytes

WAIVERS_FILE = "ajo-waivers.json"
_PART = re.compile(r"\[(\d+)\]|\['([^']*)'\]|(?:^|\.)([^.\[\]]+)")


def _field(text: str) -> str:
    if _PART.sub("", text):
        raise PydanticCustomError("field", "a field as plans name it is needed, such as endpoint.url")
    return text


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("day", "a day like 2026-12-31 is needed") from None
    return text


class WaiverEntry(Model):
    """One accepted drift: where, why, until when (that day included)."""

    target: str = Field(min_length=1)
    kind: Literal["CustomAction", "CampaignAction", "EndpointConfig", "ThrottlingConfig"]
    name: str = Field(min_length=1)
    field: Maybe[Annotated[str, AfterValidator(_field)]] = Field(default=None, min_length=1)
    reason: str = Field(min_length=1)
    until: Annotated[str, AfterValidator(_day)]


class WaiversDocument(Model):
    """The whole file."""

    format_version: Literal[1]
    waivers: list[WaiverEntry]


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver that holds: of the field at `path`, or with ``()`` of the whole resource.

    `unused` is what is to be said where it hides nothing.
    """

    kind: str
    name: str
    path: Path
    reason: str
    until: date
    unused: Finding


@dataclass(frozen=True, slots=True)
class Waivers:
    """What holds for a target on a day, and a warning for each that has expired."""

    holding: tuple[Waived, ...] = ()
    findings: tuple[Finding, ...] = ()


def check_waivers(grounds: Grounds) -> list[Finding]:
    """Return what is wrong with the file of waivers; there need not be one."""
    try:
        source = _source(grounds)
        if source is None:
            return []
        entries = _parsed(source).waivers
    except InvalidDefinitions as error:
        return list(error.findings)
    settings = grounds.loaded_settings.settings
    known = settings.targets if settings else {}
    findings = []
    for index, entry in enumerate(entries):
        if settings and entry.target not in known:
            message = f'"{entry.target}" is not a target; there are: {", ".join(known) or "none"}'
            place: Path = ("waivers", index, "target")
            findings.append(source.finding(Problem("AJO303", place, message, CODES["AJO303"].fix)))
    return findings


def load_waivers(grounds: Grounds, target: str, today: date) -> Waivers:
    """Read the waivers of `target`; without the file there are none.

    Raises :class:`InvalidDefinitions` with everything that is wrong with the file.
    """
    source = _source(grounds)
    if source is None:
        return Waivers()
    holding: list[Waived] = []
    findings: list[Finding] = []
    for index, entry in enumerate(_parsed(source).waivers):
        until = date.fromisoformat(entry.until)
        if entry.target != target:
            continue
        if until < today:
            findings.append(_expired(source, index, entry))
        else:
            path_of = _path(entry.field or "")
            unused = _unused(source, index, entry)
            holding.append(Waived(entry.kind, entry.name, path_of, entry.reason, until, unused))
    return Waivers(tuple(holding), tuple(findings))


def _source(grounds: Grounds) -> Source | None:
    try:
        file, content = _content(grounds)
        return None if content is None else Source(file, decoded(content))
    except AjoError as error:
        raise InvalidDefinitions([whole(error.code, WAIVERS_FILE, error.message)]) from None


def _content(grounds: Grounds) -> tuple[str, bytes | None]:
    """Return the name of the file and what is in it, None where there is none."""
    if grounds.trusted:
        return grounds.trusted.place(WAIVERS_FILE), grounds.trusted.waivers
    path = grounds.root / WAIVERS_FILE
    return WAIVERS_FILE, read_bytes(path) if path.exists() else None


def _parsed(source: Source) -> WaiversDocument:
    try:
        raw = parse_json(source.text)
    except (JsonError, JsonLimitError) as error:
        raise InvalidDefinitions([whole("AJO002", source.file, str(error))]) from None
    try:
        return WaiversDocument.model_validate(raw, context={})
    except ValidationError as error:
        problems = problems_of(error, raw, {})
        raise InvalidDefinitions([source.finding(problem) for problem in problems]) from None


def _unused(source: Source, index: int, entry: WaiverEntry) -> Finding:
    message = f"the waiver of {_waived(entry)} hides nothing: no such drift is there"
    return source.finding(
        Problem("AJO611", ("waivers", index), message, CODES["AJO611"].fix, Severity.WARNING)
    )


def _waived(entry: WaiverEntry) -> str:
    return f"{entry.field} of {entry.name}" if entry.field else entry.name


def _expired(source: Source, index: int, entry: WaiverEntry) -> Finding:
    expired = f"expired on {entry.until} and hides nothing any more"
    message = f"the waiver of {_waived(entry)} {expired}: {entry.reason}"
    place: Path = ("waivers", index, "until")
    return source.finding(Problem("AJO609", place, message, CODES["AJO609"].fix, Severity.WARNING))


def _path(text: str) -> Path:
    return tuple(int(found[1]) if found[1] else found[3] or found[2] or "" for found in _PART.finditer(text))
