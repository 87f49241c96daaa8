"""Cases checked offline, brought up to date, and recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from toolkit.app.case_findings import orphans
from toolkit.app.crew import Crew, cores, share
from toolkit.app.validate import validate
from toolkit.core.canonical import dump_json, parse_json
from toolkit.core.diagnostics import Finding, Severity, has_errors
from toolkit.core.errors import AjoError
from toolkit.exercise.cases import ABSENT, CaseResult, Difference, differences, play
from toolkit.model.cases import Case
from toolkit.model.document import to_document
from toolkit.model.kinds import CampaignAction, CustomAction
from toolkit.model.text import ReferenceSyntaxError, ValueRef, parse_text
from toolkit.workspace.case_files import CaseFile, list_case_files, load_case_files
from toolkit.workspace.load import Workspace
from toolkit.workspace.values import for_target


@dataclass(frozen=True, slots=True)
class Checked:
    """All cases that were checked, and what is wrong with files of cases."""

    target: str
    results: tuple[CaseResult, ...]
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> list[CaseResult]:
        """The cases that do not hold."""
        return [result for result in self.results if not result.holds]

    @property
    def unread(self) -> int:
        """How many files could not be read."""
        read = {result.file for result in self.results}
        errors = {found.file for found in self.findings if found.severity is Severity.ERROR}
        return len(errors - read)

    @property
    def holds(self) -> bool:
        """Tell whether everything is as the cases say."""
        return not self.failed and not has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Stage:
    """What cases of a workspace are played with: a target's actions, filled in, and its values.

    `broken` says by name why an action can't be played; of actions of `campaign` only the body is ours.
    """

    target: str
    actions: Mapping[str, CustomAction]
    broken: Mapping[str, str]
    values: Mapping[str, str]
    campaign: frozenset[str] = frozenset()

    def fill(self, text: str) -> str:
        """Put the target's values into a text of a case; what is no value of it stays as it is."""
        if "${" not in text:
            return text
        try:
            parts = parse_text(text)
        except ReferenceSyntaxError:
            return text
        return "".join(
            self.values.get(part.name, str(part)) if isinstance(part, ValueRef) else str(part)
            for part in parts
        )

    def missing(self, action: str) -> str:
        """Say why there is no action to play."""
        return self.broken.get(action) or f'target "{self.target}" has no custom action "{action}"'

    def check(self, item: CaseFile) -> Iterator[CaseResult]:
        """Check the cases of one file."""
        for number, case in enumerate(item.cases.cases):
            yield self._checked(item, number, case)

    def _checked(self, item: CaseFile, number: int, case: Case) -> CaseResult:
        action, error = self.actions.get(item.cases.name), ""
        found: tuple[Difference, ...] = ()
        if action is None:
            error = self.missing(item.cases.name)
        else:
            try:
                found = tuple(differences(case, play(action, case), self.fill))
            except AjoError as wrong:
                error = f"{wrong.code} {wrong.message}"
        line = item.source.map.value(("cases", number)).line if found or error else 0
        return CaseResult(item.file, line, item.cases.name, case.name, found, error)


def check_cases(
    workspace: Workspace, target_name: str | None, chosen: Sequence[str] = (), helpers: int | None = None
) -> Checked:
    """Check the cases of a workspace with a target's values; sends nothing.

    `chosen` are names of actions, with ``*`` for any text, or files; without any, all. `helpers` are other
    processes: by default one for each further core, when there is enough to do. Raises :class:`AjoError`
    AJO303 for the target, AJO730 where no case is meant.
    """
    files, findings = chosen_files(workspace, chosen)
    findings += orphans(workspace, files)
    stage = stage_of(workspace, target_name)
    count = sum(len(item.cases.cases) for item in files)
    if helpers is None:
        helpers = cores() - 1 if count >= MANY else 0
    if helpers:
        results = _shared(workspace, stage, files, helpers)
    else:
        results = [result for item in files for result in stage.check(item)]
    return Checked(stage.target, tuple(results), tuple(findings))


MANY = 4_000
"""Cases from which on other processes help: each takes a second to start."""

_PIECE = 40


def _shared(workspace: Workspace, stage: Stage, files: Sequence[CaseFile], helpers: int) -> list[CaseResult]:
    known = {item.file: item for item in files}
    pieces = [[item.file for item in files[at : at + _PIECE]] for at in range(0, len(files), _PIECE)]

    def work(names: Sequence[str]) -> list[Any]:
        return [row_of(result) for name in names for result in stage.check(known[name])]

    crew = Crew(helpers, "toolkit.app.case_helper", [str(workspace.root), stage.target])
    return [result_of(row) for rows in share(pieces, work, crew) for row in rows]


def row_of(result: CaseResult) -> list[Any]:
    """Return a result as JSON that gives it back exactly."""
    place = [result.file, result.line, result.action, result.name, result.error]
    return [
        *place,
        [
            [each.pointer, *map(_text, (each.expected, each.actual)), each.reason]
            for each in result.differences
        ],
    ]


def result_of(row: Sequence[Any]) -> CaseResult:
    """Return the result of a row."""
    file, line, action, name, error, rows = row
    found = tuple(
        Difference(pointer, _value(expected), _value(actual), reason)
        for pointer, expected, actual, reason in rows
    )
    return CaseResult(file, line, action, name, found, error)


def _text(value: Any) -> str | None:
    return None if value is ABSENT else dump_json(value, indent=None)


def _value(text: str | None) -> Any:
    return ABSENT if text is None else parse_json(text)


def chosen_files(workspace: Workspace, chosen: Sequence[str]) -> tuple[list[CaseFile], list[Finding]]:
    """Return the files with cases that are meant; raises :class:`AjoError` AJO730 where there is none."""
    listed = list_case_files(workspace.root, workspace.root / workspace.settings.actions)
    wanted = [each for each in listed if not chosen or any(_is_meant(each.file, name) for name in chosen)]
    for name in chosen:
        if not any(_is_meant(each.file, name) for each in listed):
            raise AjoError("AJO730", f'there are no cases of "{name}"')
    if not wanted:
        raise AjoError("AJO730", f"there are no cases below {workspace.settings.actions}")
    return load_case_files(wanted)


def _is_meant(file: str, chosen: str) -> bool:
    name = file.rsplit("/", 1)[-1]
    path = Path(chosen).as_posix()
    return (
        fnmatchcase(name.removesuffix(".cases.json"), chosen)
        or file == path
        or file.startswith(path.rstrip("/") + "/")
    )


def stage_of(workspace: Workspace, target_name: str | None) -> Stage:
    """Return what cases are played with; an action with errors is kept apart, with its first one."""
    name, target = workspace.target(target_name)
    filling = for_target(workspace, name)
    broken = dict(_broken(workspace, [*validate(workspace), *filling.findings]))
    fine = [item.definition for item in filling.filled if item.definition.name not in broken]
    actions = {each.name: each for each in fine if isinstance(each, CustomAction)}
    campaign = {each.name: as_called(each) for each in fine if isinstance(each, CampaignAction)}
    return Stage(name, actions | campaign, broken, target.values, frozenset(campaign))


def as_called(action: CampaignAction) -> CustomAction:
    """Return the event that a Campaign action sends as a call, to play it; where to is the integration's."""
    url = action.endpoint.url if action.endpoint else ""
    endpoint = {"method": "POST", "url": url or "https://campaign.invalid/"}
    document = {
        "$schema": action.schema_,
        "formatVersion": 1,
        "kind": "CustomAction",
        "name": action.name,
        "endpoint": endpoint,
        "request": to_document(action)["request"],
    }
    return CustomAction.model_validate(document)


def _broken(workspace: Workspace, findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    names = {item.file: item.definition.name for item in workspace.definitions}
    for found in findings:
        if found.severity is Severity.ERROR:
            name = names.get(found.file) or found.file.rsplit("/", 1)[-1].removesuffix(".json")
            yield name, f"{found.file}:{found.line}: {found.code} {found.message}"


def values_in(text: str, values: Mapping[str, str]) -> str:
    """Return a text with a target's values as ``${name}`` again, the longest first; short ones stay."""
    for name, value in sorted(values.items(), key=lambda item: -len(item[1])):
        if len(value) >= SHORTEST_VALUE and value in text:
            text = text.replace(value, "${" + name + "}")
    return text


SHORTEST_VALUE = 6
"""Characters from which on a value in a text is taken for the target's: shorter ones come by chance."""


def with_values(value: Any, values: Mapping[str, str]) -> Any:
    """Return a JSON value with a target's values as ``${name}`` in its texts."""
    match value:
        case str():
            return values_in(value, values)
        case dict():
            return {name: with_values(member, values) for name, member in value.items()}
        case list():
            return [with_values(item, values) for item in value]
        case _:
            return value
