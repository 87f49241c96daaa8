"""What must hold of any file: the way it goes through the tool, and what is to come out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.fuzz.seeds import GOLDEN_CASES
from tests.model.golden_cases import golden_action
from toolkit.app.case_updates import updated
from toolkit.app.cases import Stage
from toolkit.app.examine import Question, examine
from toolkit.app.findings_report import FORMATS, Checked
from toolkit.app.fix import fixes
from toolkit.app.format import look_at_text
from toolkit.app.kept import Answer
from toolkit.app.look import answer_to
from toolkit.app.new import ActionWish, make_action
from toolkit.app.new.inputs import decoded, read_example
from toolkit.app.validate import validate
from toolkit.core.canonical import MAX_DEPTH, dump_json, parse_json
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Severity, has_errors
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.exercise import LIST_OF_OBJECTS, HoleAt, Response, holes, render, view
from toolkit.exercise.shell import Shell
from toolkit.model.cases import cases_document
from toolkit.model.document import to_document
from toolkit.model.kinds import CustomAction, Definition
from toolkit.model.payload import item_type
from toolkit.plan.assessment import Assessment, Comparison
from toolkit.plan.interface_change import classify_change
from toolkit.report import cases, compat, data, listing, text
from toolkit.report.exchange import rendered_text
from toolkit.rules import RULES, all_rules, check_definition
from toolkit.workspace.case_files import read_cases
from toolkit.workspace.fill import fill_definition, value_places
from toolkit.workspace.load import DefinitionFile, Workspace, open_workspace, read_definition
from toolkit.workspace.write import canonical_text

FILE = "actions/partner/Sample.json"
CASES_FILE = "actions/partner/Sample.cases.json"
QUESTION = Question({"local": {"host": "api.example.com"}, "other": {}}, RULES, is_ours=True)
KNOWN = CODES.keys() | {rule.id for rule in all_rules()}


_SAMPLES = {
    "integer": 1,
    "decimal": "1.5",
    "boolean": True,
    "dateTime": "2026-01-31T09:30:00Z",
    "dateTimeOnly": "2026-01-31T09:30:00",
    "dateOnly": "2026-01-31",
}


def _value_for(hole: HoleAt) -> Any:
    """A value that fits a hole."""
    if hole.type == LIST_OF_OBJECTS:
        return [{str(inner.address): _value_for(inner) for inner in hole.items}] if not _nested(hole) else []
    if hole.type.startswith("list"):
        return [_SAMPLES.get(item_type(hole.type), "a")]
    return _SAMPLES.get(hole.type, "a")


def _nested(hole: HoleAt) -> bool:
    return any(len(inner.address.path) > 1 or "." in str(inner.address) for inner in hole.items)


@dataclass
class Judge:
    """Takes one file after another of a subject; raises ``AssertionError``, or whatever the tool lets out.

    `folder` is its own; `originals` are what definitions are compared with; `codes` are those seen.
    """

    folder: Path
    originals: tuple[Definition, ...]
    settings: bytes
    codes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        (self.folder / "actions").mkdir(parents=True, exist_ok=True)
        self._settings(self.settings)
        self.empty = open_workspace(self.folder)
        self.action = golden_action(GOLDEN_CASES)

    def take(self, subject: str, content: bytes) -> frozenset[str]:
        """Put one file through the tool; returns the codes that it was answered with."""
        found = {"json": self._definition, "cases": self._cases, "toml": self._own_settings}.get(subject)
        codes = found(content) if found else self._new(subject, content)
        self.codes |= codes
        return codes

    def _definition(self, content: bytes) -> frozenset[str]:
        item, findings = read_definition(FILE, content)
        assert (item is None) == bool(findings), "a file is read, or it is said why not"
        plain = Answer(tuple(findings), examine(item, QUESTION) if item else None)
        assert answer_to(FILE, content, QUESTION) == plain, "a glance sees something else"
        if item is not None:
            findings = [item.source.finding(problem) for problem in check_definition(item.definition)]
            self._formatted(item)
            self._compared(item.definition)
            if isinstance(item.definition, CustomAction) and not has_errors(findings):
                self._exercised(item.definition)
        return checked(findings, content)

    def _formatted(self, item: DefinitionFile) -> None:
        canonical = canonical_text(to_document(item.definition))
        again, findings = read_definition(FILE, canonical.encode("utf-8"))
        assert again is not None, findings
        assert again.definition == item.definition, "formatting changes what is sent"
        assert not look_at_text(FILE, canonical.encode("utf-8")).changes, "formatting twice changes something"

    def _cases(self, content: bytes) -> frozenset[str]:
        """Check cases against the action that golden ones are of, and show in every form what comes of it."""
        item, findings = read_cases(CASES_FILE, content)
        if item is not None:
            canonical = canonical_text(cases_document(item.cases))
            again, _ = read_cases(CASES_FILE, canonical.encode("utf-8"))
            assert again is not None, "what was formatted is read"
            assert not look_at_text(CASES_FILE, canonical.encode("utf-8")).changes
            stage = Stage("local", {item.cases.name: self.action}, {}, {"partnerHost": "partner.example.com"})
            results = list(stage.check(item))
            assert [each.differences for each in stage.check(again)] == [each.differences for each in results]
            assert cases.results_text(results, 0, colour=True).encode("utf-8")
            assert cases.results_junit(results).encode("utf-8")
            assert data.to_json(cases.results_data("local", results)).encode("utf-8")
            after = updated(item, stage)
            if after is not None:
                renewed, wrong = read_cases(CASES_FILE, after.encode("utf-8"))
                assert renewed is not None, wrong
                assert all(each.holds or each.error for each in stage.check(renewed)), "updated, they hold"
        return checked(findings, content)

    def _compared(self, definition: Definition) -> None:
        assert classify_change(definition, definition) == ()
        for original in self.originals:
            for change in (*classify_change(original, definition), *classify_change(definition, original)):
                assert change.address or not change.path
                assert change.kind.rule.what

    def _exercised(self, action: CustomAction) -> None:
        """Render a definition without errors, show it in every way, and read answers with it."""
        places = value_places(action)
        names = {name: "value.example" for place in places for name in place.names}
        filled = fill_definition(action, places, "local", names)[0]
        action = filled if isinstance(filled, CustomAction) else action
        values = {str(hole.address): _value_for(hole) for hole in holes(action)}
        try:
            rendered = render(action, values)
        except AjoError as error:
            if error.code != "AJO304":  # what a target's value decides
                raise
            return
        assert rendered_text(rendered)
        assert parse_json(dump_json(rendered.to_json()), depth=MAX_DEPTH + 2) is not None
        shell = Shell(lambda reference: f"S_{abs(hash(reference))}", lambda url: url)
        assert "curl" in shell.commands(action, rendered, 30)
        for answer in (
            Response(200, "{}"),
            Response(404, '{"error": [1]}'),
            Response(None, failure="timedout"),
        ):
            assert view(action, answer).jo_status_code

    def _own_settings(self, content: bytes) -> frozenset[str]:
        self._settings(content)
        try:
            return checked(open_workspace(self.folder).findings, None)
        finally:
            self._settings(self.settings)

    def _settings(self, content: bytes) -> None:
        (self.folder / "ajo.toml").write_bytes(content)

    def _new(self, subject: str, content: bytes) -> frozenset[str]:
        try:
            made = make_action(self.empty, self._wish(subject, content)).made
        except InvalidDefinitions as error:
            return checked(error.findings, None)
        except AjoError as error:
            return checked([_of_error(error)], None)
        item, findings = read_definition(made.file, made.text.encode("utf-8"))
        assert item is not None, findings
        return checked(made.findings, None)

    def _wish(self, subject: str, content: bytes) -> ActionWish:
        wish = ActionWish("Sample", folder="partner")
        if subject == "curl":
            return replace(wish, curl=decoded(content, "standard input"))
        path = self.folder / f"input.{'yaml' if subject == 'yaml' else 'json'}"
        path.write_bytes(content)
        if subject == "yaml":
            return replace(wish, description=path, operation="send")
        example = read_example(path)
        return replace(wish, url="https://api.example.com/a", method="PUT", request=example, response=example)

    def take_together(self, contents: Sequence[bytes]) -> None:
        """Validate several definitions as one workspace, and show what is found in every form."""
        written = [self.folder / f"actions/File{index}.json" for index, _ in enumerate(contents)]
        for path, content in zip(written, contents, strict=True):
            path.write_bytes(content)
        try:
            workspace = open_workspace(self.folder)
            findings = validate(workspace)
            self.codes |= checked(findings, None)
            for fixed in fixes(workspace, findings):
                assert fixed.after.encode("utf-8") != fixed.before, "a fix changes something"
            _shown(workspace, findings, self.originals)
        finally:
            for path in written:
                path.unlink()


def checked(findings: Iterable[Finding], content: bytes | None) -> frozenset[str]:
    """Check that each finding is whole, and lies inside `content` where that is given; returns the codes."""
    lines = None if content is None else content.count(b"\n") + 1
    codes = set()
    for found in findings:
        assert found.code in KNOWN, found.code
        assert isinstance(found.severity, Severity)
        assert found.file
        assert found.line >= 0
        assert (found.line == 0) == (found.column == 0)
        assert lines is None or found.line <= lines
        assert found.message
        assert found.fix
        assert (found.file + found.message + found.pointer + found.fix).encode("utf-8")
        codes.add(found.code)
    return frozenset(codes)


def _of_error(error: AjoError) -> Finding:
    return Finding(error.code, Severity.ERROR, FILE, 0, 0, (), error.message, error.fix)


def _shown(workspace: Workspace, findings: Sequence[Finding], originals: Sequence[Definition]) -> None:
    files = [item.file for item in workspace.definitions]
    report = Checked(workspace.root, tuple(findings), files, "0")
    shown = [render(report) for render in FORMATS.values()]
    shown.append(text.findings_text(findings, 1, colour=True))
    rows = listing.definition_rows(workspace.definitions)
    shown += [listing.table(rows), data.to_json(data.listing_data("definitions", rows, target=None))]
    assessments = tuple(
        Assessment(classify_change(original, item.definition), item.definition.kind, item.definition.name)
        for item in workspace.definitions
        for original in originals
    )
    comparison = Comparison("old", "new", assessments, unchanged=0, findings=tuple(findings))
    shown += [
        compat.comparison_text(comparison),
        compat.comparison_markdown(comparison),
        data.to_json(compat.comparison_data(comparison)),
    ]
    for form in shown:
        assert "\x00" not in form
        assert form.encode("utf-8")
