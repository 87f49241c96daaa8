"""The live change brought back into the files that are there, as new texts; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.app.bring.merged import Merging, edits_between
from toolkit.app.bring.placeholders import OPEN_SECRETS, Names, with_placeholders
from toolkit.app.validate import validate
from toolkit.core.canonical import JsonError, JsonLimitError, parse_json, same_json
from toolkit.core.diagnostics import Severity
from toolkit.core.mends import Put
from toolkit.core.pointer import Path, format_path
from toolkit.model.catalog import Catalog, Resource
from toolkit.model.document import Document, to_document
from toolkit.model.kinds import Definition, parse_definition
from toolkit.plan.drift import Act, Drift, Drifted
from toolkit.plan.merge import with_live
from toolkit.plan.types import Verdict
from toolkit.workspace.edits import edited
from toolkit.workspace.load import DefinitionFile, Source, Workspace
from toolkit.workspace.values import resources_of
from toolkit.workspace.write import canonical_text

_ROUNDS = 20
"""How often the text is read again: edits that touch one another take a round each."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A file as it is and as the platform has it: None for one whose resource is gone.

    `secrets` are references that somebody has to provide.
    """

    file: str
    before: str = field(repr=False)
    after: str | None = field(repr=False)
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotBrought:
    """What a patch does not bring back, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """All that came of it; `also` are other targets whose definitions change with these files."""

    files: tuple[Changed, ...]
    left_out: tuple[NotBrought, ...]
    also: tuple[str, ...] = ()


def bring_back(
    workspace: Workspace, target: str, drift: Drift, sides: tuple[Catalog, Catalog], *, trust: bool = False
) -> BroughtBack:
    """Return the files that say what is live where `drift` is, conflicts left out.

    `sides` are what is desired and what is live. References to values stay where their text is still there.
    """
    back = _Back(workspace, target, *sides)
    files: list[Changed] = []
    left_out: list[NotBrought] = []
    for item in drift.drifted:
        found = back.changed(item)
        files.extend([found] if isinstance(found, Changed) else [])
        left_out.extend([NotBrought(item.name, found)] if isinstance(found, str) else [])
        left_out.extend(_in_conflict(item))
    valid, invalid = _parted(workspace, files, trust=trust)
    others = dict.fromkeys(name for each in valid for name in back.others(each.file))
    return BroughtBack(tuple(valid), (*left_out, *invalid), tuple(others))


def _in_conflict(item: Drifted) -> Iterable[NotBrought]:
    fields = [format_path(each.path) for each in item.changes if each.verdict is Verdict.CONFLICT]
    if fields:
        yield NotBrought(item.name, f"{', '.join(fields)}: the file was changed too; decide by hand")


class _Back:
    """Brings single definitions back, for one target."""

    def __init__(self, workspace: Workspace, target: str, desired: Catalog, live: Catalog) -> None:
        self._workspace, self._target, self._desired, self._live = workspace, target, desired, live
        self._files = {item.file: item for item in workspace.definitions}
        self._values = workspace.settings.targets[target].values
        self._names = Names.of(workspace.definitions)

    def others(self, file: str) -> tuple[str, ...]:
        """Return the other targets that the definition in `file` is for."""
        lifecycle = self._files[file].definition.lifecycle
        named = (lifecycle and lifecycle.targets) or self._workspace.settings.targets
        return tuple(name for name in named if name != self._target)

    def changed(self, item: Drifted) -> Changed | str | None:
        """Return the file with the change, or why there is none; None where all of it is in conflict."""
        if item.file not in self._files:
            return f"no file stands for it any more: {item.why}"
        file = self._files[item.file]
        if item.act is Act.REMOVED:
            return self._removed(item, file)
        paths = [each.path for each in item.changes if each.verdict is Verdict.THEIRS]
        if not paths:
            return None
        if ("state",) in paths:
            return "state: a definition stands for a limit that is deployed, and this one is not any more"
        desired, live = self._desired.get(item.key), self._live.get(item.live_key)
        if desired is None or live is None:
            raise AssertionError("a drift is between two sides")
        return self._merged(file, desired, live, paths)

    def _removed(self, item: Drifted, file: DefinitionFile) -> Changed | str:
        if item.in_conflict:
            return "it was removed on the platform, and the file was changed: decide by hand"
        lifecycle = file.definition.lifecycle
        if lifecycle and lifecycle.protect:
            return "it was removed on the platform, and lifecycle.protect stands in its file"
        others = self.others(item.file)
        if not others:
            return Changed(item.file, file.source.text, None)
        raw: Any = parse_json(file.source.text)
        new = {**raw, "lifecycle": {**raw.get("lifecycle", {}), "targets": list(others)}}
        return _written(file, new) or "lifecycle.targets can't be written"

    def _merged(
        self, file: DefinitionFile, desired: Resource, live: Resource, paths: Sequence[Path]
    ) -> Changed | str:
        folder = file.file.rpartition("/")[0].rpartition("/")[2] or "actions"
        kind = desired.key.kind
        document, placeholders = with_placeholders(
            kind, live.document, folder, self._names.for_file(file.file)
        )
        wanted = with_live(desired.document, document, paths)
        raw: Any = parse_json(file.source.text)
        new = Merging(self._values).merged(raw, desired.document, wanted)
        changed = _written(file, new)
        if changed is None or not self._says(changed, wanted):
            fields = ", ".join(map(format_path, paths))
            return f"{fields}: the file can't say what is live with a small change; edit it by hand"
        secrets = [str(each.reference) for each in placeholders if _covered(each.path, paths)]
        return replace(changed, secrets=tuple(secrets))

    def _says(self, changed: Changed, wanted: Document) -> bool:
        item = _read(changed.file, changed.after or "")
        found = list(resources_of([item], self._target, self._values)) if item else []
        return len(found) == 1 and same_json(found[0].document, wanted)


def _covered(path: Path, paths: Iterable[Path]) -> bool:
    return any(path[: len(each)] == each for each in paths)


def _read(file: str, text: str) -> DefinitionFile | None:
    definition = _definition(text)
    return DefinitionFile(Source(file, text), definition) if definition else None


def _definition(text: str) -> Definition | None:
    try:
        return parse_definition(parse_json(text)).definition
    except (JsonError, JsonLimitError):
        return None


def _written(file: DefinitionFile, new: Mapping[str, Any]) -> Changed | None:
    """Return the file with the new document: in canonical form if it was, else with edits alone."""
    parsed = parse_definition(dict(new)).definition
    if parsed is None:
        return None
    text = file.source.text
    if canonical_text(to_document(file.definition)) == text:
        return Changed(file.file, text, canonical_text(to_document(parsed)))
    after = _edited(text, dict(new), file.file)
    return Changed(file.file, text, canonical_text(to_document(parsed)) if after is None else after)


def _edited(text: str, new: dict[str, Any], file: str) -> str | None:
    """Return `text` edited so that it says `new`, or None where edits can't do it."""
    for _ in range(_ROUNDS):
        edits = list(edits_between(parse_json(text), new))
        if not edits:
            return text
        # What comes in first: an object that loses its only member says nothing of its layout.
        chosen = [edit for edit in edits if isinstance(edit, Put)] or edits
        try:
            text, done = edited(text.encode(), [(edit,) for edit in chosen], file)
        except LookupError:
            return None
        if not done:
            return None
    return None


def _parted(
    workspace: Workspace, files: Sequence[Changed], *, trust: bool
) -> tuple[list[Changed], list[NotBrought]]:
    """Part the files that stay valid from those that would get an error, which is named."""
    new = {each.file: _read(each.file, each.after) if each.after is not None else None for each in files}
    kept = [new.get(item.file, item) for item in workspace.definitions]
    later = replace(workspace, definitions=tuple(item for item in kept if item), findings=())
    before = {(found.file, found.code, found.path) for found in validate(workspace, trust=trust)}
    before = {(found.file, found.code, found.path) for found in validate(workspace, trust=trust)}
    errors = {
        found.file: found
        for found in validate(later, trust=trust)
        if (found.severity is Severity.ERROR or found.code in OPEN_SECRETS)
        and (found.file, found.code, found.path) not in before
    }
    names = {item.file: item.definition.name for item in workspace.definitions}
    invalid = [
        NotBrought(names[each.file], f"its file would not be valid: {found.code} {found.message}")
        for each in files
        if (found := errors.get(each.file))
    ]
    return [each for each in files if each.file not in errors], invalid
