"""What a change of an action means for the journeys that use it: safe, needs care, or breaking.

Pure, and about the interface alone: whether a journey uses the action at all is not known here. The table of
classes and reasons is in :mod:`toolkit.plan.change_kinds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from toolkit.core.pointer import Path
from toolkit.model.document import Document, comparable
from toolkit.model.interface import AnswerField, Interface, Variable, interface_of
from toolkit.model.kinds import Definition
from toolkit.plan.assessment import Assessment, InterfaceChange
from toolkit.plan.change_kinds import ChangeKind
from toolkit.plan.limit_change import limit_changes
from toolkit.plan.merge import classify, compare
from toolkit.plan.types import Verdict

NOTHING: frozenset[Path] = frozenset()
"""No paths at all: inside a list that varies there are no constants."""


def classify_change(old: Definition, new: Definition) -> tuple[InterfaceChange, ...]:
    """Return every change of the interface from `old` to `new`, in the order of the document."""
    if old.kind != new.kind:
        return (InterfaceChange(ChangeKind.KIND_CHANGED, ("kind",), old.kind, new.kind),)
    previous = new.lifecycle.previous_name if new.lifecycle else None
    return tuple(_changes(comparable(old), comparable(new), previous))


def compat_of_documents(
    live_document: Document, desired_document: Document, previous_name: str | None = None
) -> Assessment:
    """Return what an update from live to desired means; both are comparable documents of one kind.

    What can't be known, because the platform masks it, is no change. `previous_name` is what a definition
    says it was called before.
    """
    return Assessment(tuple(_changes(live_document, desired_document, previous_name)))


def _changes(old: Document, new: Document, previous_name: str | None) -> Iterator[InterfaceChange]:
    if "methods" in new:
        yield from limit_changes(old, new)
        return
    before, after = interface_of(old), interface_of(new)
    yield from _identity(before, after, previous_name)
    if old.get("description", "") != new.get("description", ""):
        yield InterfaceChange(ChangeKind.DESCRIPTION_CHANGED, ("description",))
    yield from _endpoint(before, after)
    yield from _authentication(old, new, before, after)
    yield from _settings(before, after)
    constants = (frozenset(before.constants), frozenset(after.constants))
    yield from _variables(before.variables, after.variables, *constants)
    yield from _constants(before, after)
    yield from _answer(before.response, after.response)
    yield from _answer(before.failure_response, after.failure_response)


def _identity(old: Interface, new: Interface, previous_name: str | None) -> Iterator[InterfaceChange]:
    if old.name != new.name:
        kind = ChangeKind.RENAMED if previous_name == old.name else ChangeKind.NAME_CHANGED
        yield InterfaceChange(kind, ("name",), old.name, new.name)
    if old.campaign_type != new.campaign_type:
        types = (old.campaign_type, new.campaign_type)
        yield InterfaceChange(ChangeKind.KIND_CHANGED, ("campaignType",), *types)


def _endpoint(old: Interface, new: Interface) -> Iterator[InterfaceChange]:
    if old.method != new.method:
        yield InterfaceChange(ChangeKind.METHOD_CHANGED, ("endpoint", "method"), old.method, new.method)
    if old.url != new.url:
        moved = _host(old.url) != _host(new.url)
        kind = ChangeKind.URL_HOST_CHANGED if moved else ChangeKind.URL_CHANGED
        yield InterfaceChange(kind, ("endpoint", "url"), old.url, new.url)


def _host(url: str) -> str:
    """Return host and port; plain text work, for a URL may hold references where its host stands."""
    return url.partition("://")[2].partition("/")[0].lower()


def _authentication(
    old: Document, new: Document, before: Interface, after: Interface
) -> Iterator[InterfaceChange]:
    if before.authentication != after.authentication:
        kinds = (before.authentication, after.authentication)
        yield InterfaceChange(ChangeKind.AUTHENTICATION_KIND_CHANGED, ("authentication",), *kinds)
        return
    found = compare(new.get("authentication", {}), old.get("authentication", {}))
    if any(change.verdict is not Verdict.UNKNOWABLE for change in found):
        yield InterfaceChange(ChangeKind.AUTHENTICATION_CHANGED, ("authentication",))


def _settings(old: Interface, new: Interface) -> Iterator[InterfaceChange]:
    if old.channel != new.channel:
        path = ("governance", "channel")
        yield InterfaceChange(ChangeKind.CHANNEL_CHANGED, path, old.channel, new.channel)
    if old.marketing_action != new.marketing_action:
        actions = (old.marketing_action, new.marketing_action)
        path = ("governance", "requiredMarketingAction")
        yield InterfaceChange(ChangeKind.MARKETING_ACTION_CHANGED, path, *actions)
    if old.allow_null_values != new.allow_null_values:
        words = ("false", "true") if new.allow_null_values else ("true", "false")
        yield InterfaceChange(ChangeKind.NULL_VALUES_CHANGED, ("allowNullValues",), *words)


def _variables(
    old: Iterable[Variable], new: Iterable[Variable], old_constants: Set[Path], new_constants: Set[Path]
) -> Iterator[InterfaceChange]:
    before, after = ({variable.path: variable for variable in side} for side in (old, new))
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    reshaped = _reshaped(gone, come)
    fixed, opened = _and_above(new_constants), _and_above(old_constants)
    for path, variable in before.items():
        if path in after:
            yield from _variable(variable, after[path])
        elif not _is_at_or_below(path, reshaped):
            kind = ChangeKind.VARIABLE_BECAME_CONSTANT if path in fixed else ChangeKind.VARIABLE_REMOVED
            yield InterfaceChange(kind, path, _described(variable))
    for path in sorted(reshaped, key=str):
        yield InterfaceChange(ChangeKind.VARIABLE_SHAPE_CHANGED, path)
    for path, variable in after.items():
        if path in come and not _is_at_or_below(path, reshaped):
            yield InterfaceChange(_addition(variable, path in opened), path, after=_described(variable))


def _reshaped(gone: Set[Path], come: Set[Path]) -> set[Path]:
    """Return the paths of variables that gave way to variables below them, or came in the place of such."""
    return {*(gone & _above(come)), *(come & _above(gone))}


def _addition(variable: Variable, was_constant: bool) -> ChangeKind:
    if was_constant:
        optional, required = ChangeKind.CONSTANT_BECAME_OPTIONAL, ChangeKind.CONSTANT_BECAME_REQUIRED
    else:
        optional, required = ChangeKind.VARIABLE_ADDED_OPTIONAL, ChangeKind.VARIABLE_ADDED_REQUIRED
    return optional if variable.optional else required


def _variable(old: Variable, new: Variable) -> Iterator[InterfaceChange]:
    if old.type != new.type:
        yield InterfaceChange(ChangeKind.VARIABLE_TYPE_CHANGED, new.path, old.type, new.type)
    if old.optional != new.optional:
        kind = ChangeKind.VARIABLE_MADE_OPTIONAL if new.optional else ChangeKind.VARIABLE_MADE_REQUIRED
        yield InterfaceChange(kind, new.path)
    if old.label != new.label:
        yield InterfaceChange(ChangeKind.VARIABLE_LABEL_CHANGED, new.path, old.label, new.label)
    if old.type == new.type:
        yield from _variables(old.items, new.items, NOTHING, NOTHING)


def _described(variable: Variable) -> str:
    return f"{variable.label} ({variable.type}{', optional' if variable.optional else ''})"


def _constants(old: Interface, new: Interface) -> Iterator[InterfaceChange]:
    """Yield what became of constants; those that took a variable's place, or gave it up, are told there."""
    were = {variable.path for variable in old.variables}
    are = {variable.path for variable in new.variables}
    for path, value in old.constants.items():
        if path in new.constants:
            if classify(new.constants[path], value, value) not in (Verdict.UNCHANGED, Verdict.UNKNOWABLE):
                yield InterfaceChange(ChangeKind.CONSTANT_CHANGED, path)
        elif not _is_at_or_below(path, are):
            yield InterfaceChange(ChangeKind.CONSTANT_REMOVED, path)
    for path in new.constants:
        if path not in old.constants and not _is_at_or_below(path, were):
            yield InterfaceChange(ChangeKind.CONSTANT_ADDED, path)


def _answer(old: AnswerField | None, new: AnswerField | None) -> Iterator[InterfaceChange]:
    if old is None or new is None:
        if old is not None:
            yield InterfaceChange(ChangeKind.ANSWER_FIELD_REMOVED, old.path, old.type)
        elif new is not None:
            yield InterfaceChange(ChangeKind.ANSWER_FIELD_ADDED, new.path, after=new.type)
    elif old.type != new.type:
        yield InterfaceChange(ChangeKind.ANSWER_FIELD_TYPE_CHANGED, new.path, old.type, new.type)
    else:
        before, after = ({field.path: field for field in side.fields} for side in (old, new))
        for path in dict.fromkeys((*before, *after)):
            yield from _answer(before.get(path), after.get(path))


def _above(paths: Iterable[Path]) -> set[Path]:
    """Return every path that leads to something around one of `paths`."""
    return {path[:length] for path in paths for length in range(len(path))}


def _and_above(paths: Set[Path]) -> set[Path]:
    return _above(paths).union(paths)


def _is_at_or_below(path: Path, places: Set[Path]) -> bool:
    return any(path[:length] in places for length in range(len(path) + 1))
