"""From files to a :class:`Workspace`: every definition with its source, everything wrong with all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from toolkit.core.canonical import MAX_DEPTH, Json, JsonError, JsonLimitError, depths, parse_json
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, Severity, few_alike, in_order
from toolkit.core.errors import AjoError
from toolkit.core.mends import DropRepeat, Mend, Put, Recode
from toolkit.model.kinds import ACTION_KINDS, Definition, parse_definition
from toolkit.workspace.edits import repeats_itself
from toolkit.workspace.listing import Listed, list_files, relative, whole
from toolkit.workspace.read import MAX_FILE_BYTES, read_bytes
from toolkit.workspace.settings import LoadedSettings, Settings, Target, find_root, load_settings
from toolkit.workspace.source_map import Irregularity, SourceMap
from toolkit.workspace.trusted import Trusted

MAX_DEPTHS = 1_000_000
"""The depths of all values of a file together: a mistake at each may take memory for each level around it."""

_SMALL = 2 * MAX_DEPTHS // MAX_DEPTH
"""Characters of a file that can't reach that; a value takes two with what parts it from the next."""

_ENDINGS = {
    "CustomAction": ".json",
    "CampaignAction": ".json",
    "EndpointConfig": ".capping.json",
    "ThrottlingConfig": ".throttling.json",
}


@dataclass(frozen=True)
class Source:
    """The text of one file, and where things stand in it. `file` is relative to the root, with ``/``."""

    file: str
    text: str = field(repr=False)

    @cached_property
    def map(self) -> SourceMap:
        """Positions in the text; worked out when first asked for."""
        return SourceMap(self.text)

    def finding(self, problem: Problem) -> Finding:
        """Give a problem its line and column."""
        wants_key = problem.code in ("AJO103", "AJO110") or problem.message.startswith("the field")
        position = self.map.key(problem.path) if wants_key else self.map.value(problem.path)
        place = (position.line, position.column)
        return Finding(
            problem.code,
            problem.severity,
            self.file,
            *place,
            problem.path,
            problem.message,
            problem.fix,
            problem.page,
            problem.mend,
        )


@dataclass(frozen=True)
class DefinitionFile:
    """A definition and where it is written."""

    source: Source
    definition: Definition

    @property
    def file(self) -> str:
        """Path of the file, relative to the root."""
        return self.source.file


@dataclass(frozen=True)
class Grounds:
    """Where definitions are and what the settings say; none is read yet.

    Where settings and waivers are those of a commit, not of the files, that is `trusted`.
    """

    root: Path
    loaded_settings: LoadedSettings
    trusted: Trusted | None = field(default=None, kw_only=True)

    @property
    def settings(self) -> Settings:
        """The settings; raises :class:`AjoError` AJO302 when they could not be read."""
        if self.loaded_settings.settings is None:
            first = self.loaded_settings.findings[0]
            raise AjoError("AJO302", first.message, fix=first.fix, place=first.place)
        return self.loaded_settings.settings

    @property
    def default_target(self) -> str | None:
        """The target that is meant when none is named: the one of the settings, or the only one."""
        targets = self.settings.targets
        return self.settings.default_target or (next(iter(targets)) if len(targets) == 1 else None)

    def target(self, name: str | None) -> tuple[str, Target]:
        """Return a target by name, or the default one; raises :class:`AjoError` AJO303."""
        targets = self.settings.targets
        chosen = name or self.default_target
        known = ", ".join(targets) or "none"
        if chosen is None:
            raise AjoError(
                "AJO303", f"no target was named and the settings have no default-target; there are: {known}"
            )
        if chosen not in targets:
            raise AjoError("AJO303", f'"{chosen}" is not a target; there are: {known}')
        return chosen, targets[chosen]


@dataclass(frozen=True)
class Workspace(Grounds):
    """Definitions, settings, and the findings of loading them."""

    definitions: tuple[DefinitionFile, ...]
    findings: tuple[Finding, ...]


def open_grounds(start: Path) -> Grounds:
    """Read the settings at or above `start`, no definition; only a missing workspace raises AJO301."""
    root = find_root(start)
    return Grounds(root, load_settings(root))


def open_workspace(start: Path, trusted: Trusted | None = None) -> Workspace:
    """Load the workspace at or above `start`; only a missing workspace raises (:class:`AjoError` AJO301).

    Its settings are the `trusted` ones, if there are any.
    """
    root = find_root(start)
    loaded = trusted.loaded() if trusted else load_settings(root)
    folder = loaded.settings.actions if loaded.settings else "actions"
    definitions, findings = load_folder(root, root / folder)
    findings.extend(loaded.findings)
    findings.extend(_naming(definitions))
    return Workspace(root, loaded, tuple(definitions), in_order(findings), trusted=trusted)


def load_folder(root: Path, folder: Path) -> tuple[list[DefinitionFile], list[Finding]]:
    """Read every definition below `folder`, which is `root` or inside it."""
    definitions: list[DefinitionFile] = []
    findings: list[Finding] = []
    for listed in list_files(root, folder, findings):
        file_definition, file_findings = read_file(listed)
        findings.extend(file_findings)
        if file_definition:
            definitions.append(file_definition)
    return definitions, findings


def load_file(root: Path, path: Path) -> tuple[DefinitionFile | None, list[Finding]]:
    """Read one definition; everything wrong with the file comes back as findings."""
    return read_file(Listed(relative(root, path), str(path)))


def read_file(listed: Listed) -> tuple[DefinitionFile | None, list[Finding]]:
    """Do the same for a file whose name is known."""
    try:
        content = read_bytes(listed.path)
    except AjoError as error:
        return None, [whole(error.code, listed.file, error.message)]
    return read_definition(listed.file, content)


def read_definition(file: str, content: bytes) -> tuple[DefinitionFile | None, list[Finding]]:
    """Read one definition from a file's `content`; everything wrong with it comes back as findings."""
    source, raw, findings = read_json(file, content)
    if source is None:
        return None, findings
    parsed = parse_definition(raw)
    if parsed.definition is None:
        return None, [source.finding(problem) for problem in parsed.problems]
    return DefinitionFile(source, parsed.definition), []


def read_json(file: str, content: bytes) -> tuple[Source | None, Json, list[Finding]]:
    """Read the JSON of a file's `content` exactly; where there is no source, the findings say why."""
    try:
        text = decoded(content)
    except AjoError as error:
        finding = whole(error.code, file, error.message)
        return None, None, [replace(finding, mend=_recoding(content)) if error.code == "AJO001" else finding]
    source = Source(file, text)
    try:
        raw: Json = parse_json(text)
    except JsonError:
        return None, None, [*_irregular(source), *_not_json(source)]
    except JsonLimitError as error:
        return None, None, [*_irregular(source), *_not_json(source)] or [whole("AJO002", file, str(error))]
    if len(text) > _SMALL and depths(raw, MAX_DEPTHS) > MAX_DEPTHS:
        message = "too many values stand too deep; the depths of all together are at most"
        return None, None, [whole("AJO107", file, f"{message} {MAX_DEPTHS:,}")]
    return source, raw, []


def _not_json(source: Source) -> list[Finding]:
    """Return where the grammar is broken, which a limit met earlier may have hidden."""
    try:
        json.loads(source.text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        place = (error.lineno, error.colno)
        message = f"not JSON: {error.msg}"
        return [Finding("AJO002", Severity.ERROR, source.file, *place, (), message, CODES["AJO002"].fix)]
    except RecursionError:
        pass
    return []


def _irregular(source: Source) -> tuple[Finding, ...]:
    def finding(found: Irregularity) -> Finding:
        mend = _mend_of(source, found)
        place = (source.file, found.position.line, found.position.column, found.path)
        return Finding(found.code, Severity.ERROR, *place, found.message, CODES[found.code].fix, mend=mend)

    return few_alike(source.map.irregularities(), code=lambda found: found.code, make=finding)


def _mend_of(source: Source, found: Irregularity) -> Mend:
    if found.code == "AJO003" and repeats_itself(source.text, found.path):
        return (DropRepeat(found.path),)
    return (Put(found.path, 0),) if found.code == "AJO006" and found.message.startswith("-0") else ()


def _recoding(content: bytes) -> Mend:
    """Say how to read what begins with a byte order mark; encodings without one look alike."""
    encodings = {b"\xef\xbb": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    encoding = encodings.get(content[:2], "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return ()
    # UTF-32 begins as UTF-16 does, and read so it is full of U+0000.
    return (Recode(encoding),) if "\0" not in text else ()


def decoded(content: bytes) -> str:
    """Return the text of a file; raises :class:`AjoError` AJO001 or AJO004."""
    if len(content) > MAX_FILE_BYTES:
        raise AjoError("AJO004", f"more than {MAX_FILE_BYTES} bytes")
    marks = {b"\xef\xbb\xbf": "UTF-8 with a byte order mark", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
    for mark, encoding in marks.items():
        if content.startswith(mark):
            raise AjoError("AJO001", f"the file begins as {encoding} does")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise AjoError("AJO001", f"byte {content[error.start]:#04x} on line {line} is not UTF-8") from None


def naming_problems(definitions: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, Problem]]:
    """Yield what is wrong with names, by file; of each definition its file, kind and name are asked for."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for file, kind, name in definitions:
        first_file, first_kind = seen.setdefault(
            ("action" if kind in ACTION_KINDS else kind, name), (file, kind)
        )
        if first_file != file:
            code = "AJO010" if first_kind == kind else "AJO011"
            yield file, Problem(code, ("name",), f'"{name}" is the name in {first_file} too', CODES[code].fix)
        expected = name + _ENDINGS[kind]
        if file[file.rfind("/") + 1 :] != expected:
            message = f'the file of "{name}" is expected to be named {expected}'
            yield file, Problem("AJO012", ("name",), message, CODES["AJO012"].fix, Severity.WARNING)


def _naming(definitions: Sequence[DefinitionFile]) -> Iterator[Finding]:
    sources = {item.file: item.source for item in definitions}
    names = ((item.file, item.definition.kind, item.definition.name) for item in definitions)
    return (sources[file].finding(problem) for file, problem in naming_problems(names))


def file_name_of(definition: Definition) -> str:
    """Return the name a definition's file should have."""
    return definition.name + _ENDINGS[definition.kind]
