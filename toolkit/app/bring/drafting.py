"""Definitions of live resources as drafts: made, tried among the others, and what comes of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import is_
from pathlib import Path

from toolkit.app.bring.as_file import file_document
from toolkit.app.bring.imported import Imported, ImportWish, LeftOut
from toolkit.app.bring.place import Place, Placing, exists_in
from toolkit.app.bring.placeholders import OPEN_SECRETS, Names, Placeholder, Reason, with_placeholders
from toolkit.app.bring.value_refs import with_values
from toolkit.app.validate import validate
from toolkit.core.canonical import JsonLimitError, parse_json
from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.pointer import Path as Pointer
from toolkit.core.pointer import format_path, format_pointer
from toolkit.model.catalog import Resource
from toolkit.model.document import to_document
from toolkit.model.kinds import parse_definition
from toolkit.plan.merge import compare
from toolkit.plan.types import Verdict
from toolkit.workspace.load import DefinitionFile, Source, Workspace, naming_problems
from toolkit.workspace.read import MAX_FILE_BYTES
from toolkit.workspace.values import for_target
from toolkit.workspace.write import canonical_text

_PARAMETERS = (("endpoint", "headers"), ("endpoint", "query"))


@dataclass(frozen=True, slots=True)
class _Draft:
    resource: Resource
    place: Place
    item: DefinitionFile
    placeholders: tuple[Placeholder, ...]
    values: tuple[str, ...]
    offered: tuple[str, ...]
    open_: frozenset[Pointer]


class Drafting:
    """Makes definitions of resources for one workspace, each name and file once."""

    def __init__(self, workspace: Workspace, target: str, wish: ImportWish) -> None:
        self._workspace, self._target, self._wish = workspace, target, wish
        self._settings = workspace.settings.targets[target]
        definitions, root = workspace.definitions, workspace.root
        listing = exists_in(lambda folder: _names_in(root / folder))
        self._placing = Placing.beside(definitions, workspace.settings.actions, wish.into, listing)
        self._names = Names.of(definitions)

    def drafts(self, resources: Iterable[Resource]) -> tuple[list[_Draft], list[LeftOut]]:
        """Return a draft of each resource, or why there is none."""
        drafts: list[_Draft] = []
        left_out: list[LeftOut] = []
        for resource in resources:
            found = self._draft(resource)
            if isinstance(found, _Draft):
                drafts.append(found)
            else:
                left_out.append(LeftOut(resource.key.kind, resource.name, found))
        return drafts, left_out

    def tried(self, drafts: list[_Draft]) -> tuple[list[Imported], list[LeftOut]]:
        """Try drafts together among the other definitions; what would be an error is left out and named."""
        refused: list[LeftOut] = []
        findings = self._findings(drafts)
        while True:
            better: list[_Draft] = []
            for draft in drafts:
                found = self._better(draft, findings.get(draft.place.file, []))
                if isinstance(found, _Draft):
                    better.append(found)
                else:
                    refused.append(LeftOut(draft.resource.key.kind, draft.resource.name, found))
            is_settled = len(better) == len(drafts) and all(map(is_, better, drafts))
            drafts = better
            if is_settled:
                break
            findings = self._findings(drafts)
        exact, inexact = self._exact(drafts)
        return [self._imported(draft, findings.get(draft.place.file, [])) for draft in exact], [
            *refused,
            *inexact,
        ]

    def _better(self, draft: _Draft, findings: Sequence[Finding]) -> _Draft | str:
        """Return the draft, one with fewer open credentials, or why there can be none."""
        open_ = draft.open_ | {found.path for found in findings if _is_open_secret(found)}
        if open_ != draft.open_:
            return self._written(draft.resource, draft.place, open_)
        wrong = (
            found for found in findings if found.severity is Severity.ERROR or found.code in OPEN_SECRETS
        )
        error = next(wrong, None)
        return draft if error is None else _why_refused(error)

    def _draft(self, resource: Resource) -> _Draft | str:
        reason = _inexpressible(resource)
        if reason:
            return reason
        place = self._placing.place(resource)
        if not self._wish.force and self._placing.exists(place.file):
            return self._why_there(resource, place)
        return self._written(resource, place, frozenset())

    def _written(self, resource: Resource, place: Place, open_: frozenset[Pointer]) -> _Draft | str:
        kind = resource.key.kind
        document, placeholders = with_placeholders(
            kind, resource.document, place.folder, self._names.for_file(place.file), open_.__contains__
        )
        document = file_document(kind, document, place.name, place.file)
        several = len(self._workspace.settings.targets) > 1
        if several and not self._wish.for_all_targets:
            document["lifecycle"] = {"targets": [self._target]}
        valued, found = with_values(kind, document, self._settings.values)
        parsed = parse_definition(valued if self._wish.use_values else document)
        if parsed.definition is None:
            problem = parsed.problems[0]
            return f"the format can't say it: {format_path(problem.path)}: {problem.message}"
        text = canonical_text(to_document(parsed.definition))
        try:
            parse_json(text)
        except JsonLimitError as error:
            return f"the format can't say it: it is {error}"
        if len(text.encode()) > MAX_FILE_BYTES:
            return f"its file would be larger than {MAX_FILE_BYTES // 1024**2} MiB"
        used, offered = (found, ()) if self._wish.use_values else ((), found)
        item = DefinitionFile(Source(place.file, text), parsed.definition)
        return _Draft(resource, place, item, tuple(placeholders), used, offered, open_)

    def _why_there(self, resource: Resource, place: Place) -> str:
        for item in self._workspace.definitions:
            if item.definition.name == place.name and item.definition.kind == resource.key.kind:
                return f"{item.file} has its name and is not for this target: add it to lifecycle.targets"
        return f"{place.file} exists already; --force replaces it"

    def _with(self, drafts: Iterable[_Draft]) -> Workspace:
        new = {draft.place.file: draft.item for draft in drafts}
        kept = [item for item in self._workspace.definitions if item.file not in new]
        definitions = sorted([*kept, *new.values()], key=lambda item: item.file)
        sources = {item.file: item.source for item in definitions}
        names = ((item.file, item.definition.kind, item.definition.name) for item in definitions)
        naming = tuple(sources[file].finding(problem) for file, problem in naming_problems(names))
        return replace(self._workspace, definitions=tuple(definitions), findings=naming)

    def _findings(self, drafts: Iterable[_Draft]) -> Mapping[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for finding in validate(self._with(drafts), trust=self._wish.trust):
            found.setdefault(finding.file, []).append(finding)
        return found

    def _exact(self, drafts: list[_Draft]) -> tuple[list[_Draft], list[LeftOut]]:
        """Part those whose definition says exactly what is live from those where it would be a difference."""
        exact: list[_Draft] = []
        inexact: list[LeftOut] = []
        catalog = for_target(self._with(drafts), self._target).catalog()
        for draft in drafts:
            desired = catalog.get(draft.resource.key)
            wrong = "the whole" if desired is None else _difference(desired, draft)
            if wrong:
                reason = f"the format can't say it exactly: {wrong} would differ"
                inexact.append(LeftOut(draft.resource.key.kind, draft.resource.name, reason))
            else:
                exact.append(draft)
        return exact, inexact

    def _imported(self, draft: _Draft, findings: Sequence[Finding]) -> Imported:
        path = self._workspace.root / draft.place.file
        before = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
        return Imported(
            draft.resource.key,
            draft.place.name,
            draft.place.file,
            draft.item.source.text,
            before,
            draft.placeholders,
            draft.values,
            draft.offered,
            tuple(_remarks(draft)),
            tuple(findings),
        )


def _names_in(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in folder.iterdir()]
    except OSError:
        return []


def _inexpressible(resource: Resource) -> str:
    state = resource.document.get("state", "deployed")
    if state == "deployed":
        return ""
    return f"its state is {state}, and a definition stands for a limit that is deployed: deploy or remove it"


def _is_open_secret(found: Finding) -> bool:
    return found.code in OPEN_SECRETS and found.path[:2] in _PARAMETERS


def _why_refused(error: Finding) -> str:
    where = f" at {format_pointer(error.path)}" if error.path else ""
    return f"its definition would not be valid, {error.code}{where}: {error.message}"


def _difference(desired: Resource, draft: _Draft) -> str:
    """Name what would differ from what is live, besides what is known to be so and said."""
    lost = {each.path for each in draft.placeholders if each.reason is Reason.LOST}
    nameless = draft.resource.key.kind == "ThrottlingConfig" and not draft.resource.document["name"]
    allowed = lost | ({("name",)} if nameless else set())
    changes = compare(desired.document, draft.resource.document)
    wrong = [
        each.path for each in changes if each.verdict is not Verdict.UNKNOWABLE and each.path not in allowed
    ]
    return ", ".join(map(format_path, wrong))


def _remarks(draft: _Draft) -> Iterator[str]:
    if draft.resource.key.kind == "ThrottlingConfig" and not draft.resource.document["name"]:
        yield f"it has no name on the platform; the next sync names it {draft.place.name}"
    lost = [format_path(each.path) for each in draft.placeholders if each.reason is Reason.LOST]
    if lost:
        yield f"a sandbox copy lost {', '.join(lost)}; the next sync puts it back"
