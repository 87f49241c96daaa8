"""Settings: where definitions are and which targets they go to, from ``ajo.toml`` or ``pyproject.toml``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, Severity
from toolkit.core.errors import AjoError
from toolkit.core.pointer import Path as Pointer
from toolkit.core.pointer import format_path
from toolkit.model.base import Maybe, Model
from toolkit.model.problems import problems_of
from toolkit.workspace.own_hosts import LoadSettings
from toolkit.workspace.read import read_bytes
from toolkit.workspace.secret_settings import MadeUpSecrets, SettingsModel
from toolkit.workspace.target_settings import (
    AnyTarget,
    DirectoryTarget,
    PluggedTarget,
    Target,
    TlsSettings,
    Treatment,
)
from toolkit.workspace.toml import key_lines, parse_toml
from toolkit.workspace.urls import is_loopback

__all__ = [
    "SETTINGS_FILES",
    "DirectoryTarget",
    "LoadedSettings",
    "PathRules",
    "PluggedTarget",
    "RulesSettings",
    "Settings",
    "Target",
    "TlsSettings",
    "Treatment",
    "Weight",
    "find_root",
    "has_table",
    "is_inside",
    "is_on_this_machine",
    "load_settings",
    "parse_settings",
]

SETTINGS_FILES = ("ajo.toml", "pyproject.toml")
_TABLE = re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*ajo[ \t]*[.\]]", re.MULTILINE)


Weight = Literal["error", "warning"]
Selector = Annotated[str, Field(min_length=1)]
"""The id of a rule, what ids begin with, or ``ALL``."""


class PathRules(SettingsModel):
    """What holds for the findings in some files alone."""

    ignore: list[Selector] = Field(default_factory=list)
    severity: dict[Selector, Weight] = Field(default_factory=dict)


class RulesSettings(SettingsModel):
    """Which rules count, and how much; and a file of own rules, relative to the root."""

    select: list[Selector] = Field(default=["ALL"])
    ignore: list[Selector] = Field(default_factory=list)
    severity: dict[Selector, Weight] = Field(default_factory=dict)
    per_path: dict[str, PathRules] = Field(default_factory=dict)
    local: Maybe[str] = Field(default=None, min_length=1)


class Settings(SettingsModel):
    """Everything below ``[tool.ajo]``."""

    actions: str = Field(default="actions", min_length=1)
    default_target: Maybe[str] = None
    targets: dict[str, AnyTarget] = Field(default_factory=dict)
    rules: RulesSettings = RulesSettings()
    load: LoadSettings = LoadSettings()


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings, the file they came from (relative to the root), and what is wrong with them."""

    file: str
    settings: Settings | None
    findings: tuple[Finding, ...] = ()
    places: Mapping[Pointer, int] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def finding(self, code: str, path: Pointer, message: str, fix: str = "") -> Finding:
        """Say what is wrong at `path` of the settings, with the line it stands on."""
        problem = Problem(code, path, f"{format_path(path)}: {message}", fix or CODES[code].fix)
        return _finding(self.file, self.places, problem)


def is_inside(path: Path, folder: Path) -> bool:
    """Tell whether `path`, its links followed as far as they lead, is in `folder`; loops are no error."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def find_root(start: Path) -> Path:
    """Return the nearest folder at or above `start` that has settings; raises :class:`AjoError` AJO301."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "ajo.toml").is_file() or _has_table(folder / "pyproject.toml"):
            return folder
    raise AjoError(
        "AJO301", f"neither {start} nor a folder above it has an ajo.toml or a pyproject.toml with [tool.ajo]"
    )


def _has_table(file: Path) -> bool:
    try:
        return has_table(read_bytes(file).decode("utf-8"))
    except (AjoError, UnicodeDecodeError):
        return False


def has_table(text: str) -> bool:
    """Tell whether a ``pyproject.toml`` has settings of ours."""
    return _TABLE.search(text) is not None


def load_settings(root: Path) -> LoadedSettings:
    """Read the settings of the workspace at `root`; what is wrong comes back as findings."""
    name = "ajo.toml" if (root / "ajo.toml").is_file() else "pyproject.toml"
    try:
        text = read_bytes(root / name).decode("utf-8").replace("\r\n", "\n")
    except (AjoError, ValueError) as error:
        return _unreadable(name, error)
    return parse_settings(name, text)


def parse_settings(name: str, text: str) -> LoadedSettings:
    """Read settings from the `text` of the file `name`; what is wrong comes back as findings."""
    try:
        table: Any = parse_toml(text)
    except ValueError as error:
        return _unreadable(name, error)
    prefix: Pointer = () if name == "ajo.toml" else ("tool", "ajo")
    for part in prefix:
        table = table.get(part, {}) if isinstance(table, dict) else {}
    return _validated(name, table, key_lines(text, len(prefix)))


def _unreadable(name: str, error: Exception) -> LoadedSettings:
    line = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    place = (int(line[1]), int(line[2])) if line else (0, 0)
    message = f"not readable: {error}"
    finding = Finding("AJO302", Severity.ERROR, name, *place, (), message, CODES["AJO302"].fix)
    return LoadedSettings(name, None, (finding,))


def _validated(name: str, table: Any, places: Mapping[Pointer, int]) -> LoadedSettings:
    shapes: dict[int, type[Model]] = {}
    try:
        settings = Settings.model_validate(table, context=shapes)
    except ValidationError as error:
        problems = problems_of(error, table, shapes)
        return LoadedSettings(
            name, None, tuple(_setting_finding(name, places, problem) for problem in problems), places
        )
    wrong = list(_api_problems(settings))
    if wrong:
        findings = tuple(_setting_finding(name, places, problem) for problem in wrong)
        return LoadedSettings(name, None, findings, places)
    loaded = LoadedSettings(name, settings, (), places)
    return LoadedSettings(name, settings, tuple(_cross_checks(loaded, settings)), places)


def _api_problems(settings: Settings) -> Iterator[Problem]:
    for name, target in settings.targets.items():
        if target.api:
            from toolkit.workspace.api_settings import problems_in  # noqa: PLC0415  # as in Target.apis

            for problem in problems_in(target.api):
                yield replace(problem, path=("targets", name, "api", *problem.path))


def _cross_checks(loaded: LoadedSettings, settings: Settings) -> list[Finding]:
    findings = []
    if settings.default_target is not None and settings.default_target not in settings.targets:
        message = (
            f'"{settings.default_target}" is not a target; there are {", ".join(settings.targets) or "none"}'
        )
        findings.append(loaded.finding("AJO303", ("default-target",), message))
    for name, target in settings.targets.items():
        findings += _checks_of_target(loaded, settings, name, target)
    return findings


def _checks_of_target(
    loaded: LoadedSettings, settings: Settings, name: str, target: Target
) -> Iterator[Finding]:
    at: Pointer = ("targets", name)
    if isinstance(target.secrets, MadeUpSecrets) and not is_on_this_machine(target):
        message = "made-up secrets are for a target on this machine only"
        yield loaded.finding("AJO302", (*at, "secrets"), message, "Name the real source.")
    if not target.evidence and "evidence_days" in target.model_fields_set:
        message = "says how old evidence may be, and the target demands none"
        fix = 'Add evidence = "required", or remove it.'
        yield loaded.finding("AJO302", (*at, "evidence-days"), message, fix)
    if isinstance(target, DirectoryTarget):
        folder, definitions = Path(target.path), Path(settings.actions)
        if folder.is_relative_to(definitions) or definitions.is_relative_to(folder):
            message = f"definitions are in {settings.actions}, and a target's files are none"
            yield loaded.finding("AJO302", (*at, "path"), message, "Name a folder beside it.")


def is_on_this_machine(target: Target) -> bool:
    """Tell whether a target is the emulator, or a folder: nothing of it is anywhere else."""
    if isinstance(target, PluggedTarget):
        return isinstance(target, DirectoryTarget)
    apis = [api.base_url for api in target.apis().values() if api.base_url]
    return all(
        map(
            is_loopback,
            (
                target.base_url,
                target.journeys_url,
                target.ims_url,
                target.audit_address or target.base_url,
                *apis,
            ),
        )
    )


def _setting_finding(file: str, places: Mapping[Pointer, int], problem: Problem) -> Finding:
    where = f"{format_path(problem.path)}: " if problem.path else ""
    return _finding(file, places, Problem("AJO302", problem.path, where + problem.message, problem.fix))


def _finding(file: str, places: Mapping[Pointer, int], problem: Problem) -> Finding:
    path = problem.path
    while path and path not in places:
        path = path[:-1]
    line = places.get(path, 0)
    return Finding(
        problem.code,
        problem.severity,
        file,
        line,
        1 if line else 0,
        problem.path,
        problem.message,
        problem.fix,
    )
