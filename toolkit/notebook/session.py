"""A session over one workspace and one of its targets."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from toolkit.app.connect import connected
from toolkit.app.diff import make_plan
from toolkit.app.exercise import Subject, exercise_once, subject_of
from toolkit.app.exercise_many import Course, exercise_many
from toolkit.app.leased import Manner
from toolkit.app.own_rules import require_own_rules
from toolkit.app.scratch import LocalTarget, copy_workspace
from toolkit.app.sync import alone, carry_out, pace_of, policy_of
from toolkit.app.validate import validate
from toolkit.core.canonical import parse_json
from toolkit.core.diagnostics import Finding
from toolkit.core.errors import AjoError
from toolkit.core.pointer import format_path, lookup, parse_pointer
from toolkit.exercise import Exchange, Rendered, ResolveSecret, holes, render
from toolkit.exercise.given import by_address
from toolkit.exercise.outcomes import Account
from toolkit.model.document import to_document
from toolkit.model.kinds import CustomAction, parse_definition
from toolkit.plan.guard import approve
from toolkit.plan.types import Plan
from toolkit.report import exchange as exchange_report
from toolkit.report import markdown, outcomes, text
from toolkit.report.markdown import code, fenced
from toolkit.report.shown import safe
from toolkit.sync.receipt import Receipt
from toolkit.workspace.load import DefinitionFile, Workspace, open_workspace
from toolkit.workspace.secrets import secret_resolver
from toolkit.workspace.write import canonical_text, write_text


class _View:
    """Something a notebook shows as Markdown and a terminal as text."""

    def __repr__(self) -> str:
        return self._repr_markdown_()

    def _repr_markdown_(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class FindingsView(_View):
    """What is wrong with the workspace."""

    findings: tuple[Finding, ...]
    checked: int

    def _repr_markdown_(self) -> str:
        return markdown.findings_markdown(self.findings, self.checked)


@dataclass(frozen=True, repr=False)
class ActionView(_View):
    """A definition as its file says it, and the values a marketer fills in."""

    item: DefinitionFile

    def _repr_markdown_(self) -> str:
        document = canonical_text(to_document(self.item.definition))
        lines = [code(self.item.file), "", fenced(document.rstrip(), "json")]
        if isinstance(self.item.definition, CustomAction):
            lines += ["", "| value | label in the journey | type | optional |", "| --- | --- | --- | --- |"]
            for hole in holes(self.item.definition):
                optional = "yes" if hole.optional else ""
                lines.append(f"| {code(str(hole.address))} | {code(hole.label)} | {hole.type} | {optional} |")
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, repr=False)
class PlanView(_View):
    """What a sync would do."""

    plan: Plan

    def __bool__(self) -> bool:
        return bool(self.plan)

    def __repr__(self) -> str:
        return text.plan_text(self.plan)

    def _repr_markdown_(self) -> str:
        return markdown.plan_markdown(self.plan)


@dataclass(frozen=True, repr=False)
class ReceiptView(_View):
    """What a sync did."""

    receipt: Receipt

    def __repr__(self) -> str:
        return text.receipt_text(self.receipt)

    def _repr_markdown_(self) -> str:
        return markdown.receipt_markdown(self.receipt)


@dataclass(frozen=True, repr=False)
class ExchangeView(_View):
    """A request that was sent, and what the journey would see."""

    exchange: Exchange

    def __repr__(self) -> str:
        return exchange_report.exchange_text(self.exchange)

    def _repr_markdown_(self) -> str:
        return exchange_report.exchange_markdown(self.exchange)


@dataclass(frozen=True, repr=False)
class RenderedView(_View):
    """What would be sent, secrets as references."""

    rendered: Rendered

    def __repr__(self) -> str:
        return exchange_report.rendered_text(self.rendered)

    def _repr_markdown_(self) -> str:
        return fenced(exchange_report.rendered_text(self.rendered), "text") + "\n"


@dataclass(frozen=True, repr=False)
class AccountView(_View):
    """What came of many exercises."""

    account: Account

    def __repr__(self) -> str:
        return outcomes.account_text(self.account)

    def _repr_markdown_(self) -> str:
        return outcomes.account_markdown(self.account)


class Session:
    """A workspace and a target. Every call reads the files anew, so an editor beside the notebook is seen."""

    def __init__(self, root: Path, target: str, *, trust: bool = False) -> None:
        self._root, self._target, self._trust = root, target, trust

    @classmethod
    def open(cls, folder: str | Path = ".", target: str | None = None, *, trust: bool = False) -> Self:
        """Open the workspace at or above `folder`; raises :class:`AjoError` AJO301, AJO303.

        What the settings name is run only with `trust`: a file of own rules, a command for secrets.
        """
        workspace = open_workspace(Path(folder))
        return cls(workspace.root, workspace.target(target)[0], trust=trust)

    def scratch(self, folder: str | Path, settings: Mapping[str, str], routes: Mapping[str, str]) -> Session:
        """Return a session over a copy in the empty `folder`, all of whose targets have these settings.

        For trying things on a platform of this machine: `settings` are those of a target (``base-url`` …),
        `routes` send requests for a partner's host to a stand-in.
        """
        root = Path(folder).resolve()
        copy_workspace(self._workspace(), root, LocalTarget(self._target, settings, routes))
        return Session(root, self._target)

    def _workspace(self) -> Workspace:
        return open_workspace(self._root)

    def _item(self, name: str) -> DefinitionFile:
        workspace = self._workspace()
        for item in workspace.definitions:
            if item.definition.name == name:
                return item
        known = ", ".join(item.definition.name for item in workspace.definitions) or "none"
        raise AjoError("AJO308", f'there is no definition "{name}" that can be read; there are: {known}')

    def names(self) -> list[str]:
        """Return the names of all definitions that can be read."""
        return [item.definition.name for item in self._workspace().definitions]

    def check(self) -> FindingsView:
        """Return everything that is wrong with the workspace."""
        workspace = self._workspace()
        return FindingsView(validate(workspace, trust=self._trust), len(workspace.definitions))

    def show(self, name: str) -> ActionView:
        """Return one definition; raises :class:`AjoError` AJO308."""
        return ActionView(self._item(name))

    def change(self, name: str, changes: Mapping[str, Any]) -> ActionView:
        """Set fields of a definition's file by JSON pointer (``{"/description": "…"}``) and return it.

        Raises :class:`AjoError` and writes nothing: AJO308 for a pointer that leads nowhere, AJO1xx for what
        is no definition any more. Whatever else is wrong with the new content, :meth:`check` says.
        """
        item = self._item(name)
        document = to_document(item.definition)
        for pointer, content in changes.items():
            _set(document, name, pointer, content)
        write_text(self._root / item.file, _definition_text(document))
        return ActionView(self._item(document["name"]))

    def diff(self) -> PlanView:
        """Return what a sync would do to the target; never writes."""
        workspace = self._workspace()
        target = workspace.target(self._target)[1]
        with connected(target, self._root, os.environ, trust=self._trust) as platform:
            return PlanView(make_plan(workspace, self._target, platform, trust=self._trust))

    def sync(self, plan: PlanView, *, allow_destroy: bool = False) -> ReceiptView:
        """Carry out exactly the plan that was looked at; raises :class:`AjoError` when it is refused."""
        workspace = self._workspace()
        require_own_rules(workspace, trust=self._trust)
        target = workspace.target(self._target)[1]
        approved = approve(plan.plan, policy_of(target, allow_destroy=allow_destroy), "notebook")
        resolve = secret_resolver(target, self._root, os.environ, trust=self._trust)
        manner = Manner(os.environ, lambda words: warnings.warn(safe(words), stacklevel=2), target.lease)
        with (
            alone(workspace, self._target, "notebook", manner) as account,
            connected(target, self._root, os.environ, resolve=resolve) as platform,
        ):
            return ReceiptView(carry_out(approved, platform, resolve, pace_of(target), account=account))

    def preview(self, name: str, values: Mapping[str, Any]) -> RenderedView:
        """Return what :meth:`exercise` would send, secrets as references; sends nothing."""
        subject = subject_of(self._workspace(), self._target, name)
        return RenderedView(render(subject.action, by_address(subject.action, values)))

    def exercise(self, name: str, values: Mapping[str, Any]) -> ExchangeView:
        """Send one request of an action with `values` by address, or nested as the request is.

        Raises :class:`AjoError` AJO701 for values that are missing or don't fit.
        """
        subject = subject_of(self._workspace(), self._target, name)
        given = by_address(subject.action, values)
        return ExchangeView(exercise_once(subject, self._root, given, self._resolver(subject)))

    def exercise_many(self, name: str, rows: Iterable[Mapping[str, Any]], *, workers: int = 4) -> AccountView:
        """Send one request for each row of values; nothing is sent while any row is wrong (AJO701)."""
        subject = subject_of(self._workspace(), self._target, name)
        given = [by_address(subject.action, row) for row in rows]
        course = Course(workers=workers)
        return AccountView(exercise_many(subject, self._root, given, self._resolver(subject), course))

    def _resolver(self, subject: Subject) -> ResolveSecret:
        return secret_resolver(subject.target, self._root, os.environ, trust=self._trust)


def _set(document: dict[str, Any], name: str, pointer: str, content: Any) -> None:
    """Set one field of the document of definition `name`."""
    try:
        *path, last = parse_pointer(pointer)
        parent = lookup(document, tuple(path))
    except (LookupError, ValueError):
        parent, last = None, ""
    if not isinstance(parent, dict):
        raise AjoError("AJO308", f"{name} has no object at {pointer!r} to set a field of")
    parent[last] = content


def _definition_text(document: dict[str, Any]) -> str:
    """Return a document as its file's text; raises :class:`AjoError` for one that is no definition."""
    try:
        text = canonical_text(document)
        text.encode()
        parsed = parse_definition(parse_json(text))
    except (TypeError, ValueError, RecursionError) as error:
        raise AjoError("AJO105", f"the new content is not JSON: {error}") from None
    if parsed.definition is None:
        first = parsed.problems[0]
        reasons = (f"{format_path(problem.path)}: {problem.message}" for problem in parsed.problems)
        raise AjoError(first.code, "; ".join(reasons), fix=first.fix)
    return text
