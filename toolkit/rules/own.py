"""A team's own rules: what makes one a rule, proof by its own examples, and a guard around its check.

Ours are held to the same by tests; these come from outside, so it is looked at each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from toolkit.core.diagnostics import Severity
from toolkit.model.kinds import KINDS, Definition, parse_definition
from toolkit.rules.examples import Example
from toolkit.rules.facts import facts_of
from toolkit.rules.registry import AnyRule
from toolkit.rules.rule import Remark, Rule
from toolkit.rules.together import CrossRule, PlacedRemark, Scene, Together
from toolkit.rules.wording import quoted

_ID = re.compile(r"(?!AJO)[A-Z]{2,10}[0-9]{3}")
_TEXTS = ("summary", "why", "fix")

OnFailure = Callable[[str, BaseException, str], None]
"""Hears which rule failed, how, and on what."""


class NoRemarkError(Exception):
    """A check gave something that is no remark."""


def faults_of(candidate: object) -> Iterator[str]:
    """Yield why something is no rule; an examination of its examples included, which runs its check."""
    if not isinstance(candidate, (Rule, CrossRule)):
        yield f"{quoted(type(candidate).__name__)} is neither a Rule nor a CrossRule"
        return
    faults = list(_faults_of_fields(candidate))
    yield from faults or _faults_of_examples(candidate)


def _faults_of_fields(rule: Any) -> Iterator[str]:
    if not isinstance(rule.id, str) or not _ID.fullmatch(rule.id):
        yield "its id must be 2 to 10 capital letters, not AJO, and 3 digits, such as ACME001"
    if not isinstance(rule.severity, Severity):
        yield "its severity must be Severity.ERROR or Severity.WARNING"
    for name in _TEXTS:
        text = getattr(rule, name)
        if not isinstance(text, str) or not text.strip():
            yield f"its {name} must be a text that says something"
    if not isinstance(rule.page, str):
        yield "its page must be a text, empty where there is none"
    if (
        not isinstance(rule.kinds, tuple)
        or not rule.kinds
        or not all(each in [*KINDS] for each in rule.kinds)
    ):
        yield f"its kinds must be a tuple of some of {', '.join(KINDS)}"
    if not callable(rule.check):
        yield "its check must be a function"
    shape = Example if isinstance(rule, Rule) else Scene
    for name in ("wrong", "right"):
        if not isinstance(getattr(rule, name), shape):
            yield f"its {name} must be {'an' if shape is Example else 'a'} {shape.__name__}"


def _faults_of_examples(rule: AnyRule) -> Iterator[str]:
    for name, is_wrong in (("wrong", True), ("right", False)):
        example: Example | Scene = getattr(rule, name)
        try:
            finds = bool(_remarks_on(rule, example))
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a foreign rule may do anything
            yield f"its {name} example can't be judged: {shown_error(error)}"
            continue
        if finds is not is_wrong:
            yield f"its {name} example has {'no' if is_wrong else 'a'} finding"


def _remarks_on(rule: AnyRule, example: Example | Scene) -> tuple[Remark | PlacedRemark, ...]:
    if isinstance(rule, Rule) and isinstance(example, Example):
        definition = _parsed(example)
        return _remarks(rule.check(definition)) if definition.kind in rule.kinds else ()
    if isinstance(rule, CrossRule) and isinstance(example, Scene):
        files = sorted(example.definitions.items())
        facts = tuple(facts_of(_parsed(each), file) for file, each in files)
        return _placed(rule.check(together := Together(facts, example.target)), together)
    raise AssertionError("examined before")


def _parsed(example: Example) -> Definition:
    parsed = parse_definition(example.document())
    if parsed.definition is None:
        raise ValueError(parsed.problems[0].message)
    return parsed.definition


def guarded(rule: AnyRule, on_failure: OnFailure) -> AnyRule:
    """Return the rule with a check that never raises: its first failure is told, then it is asked no more."""
    failed = False

    def fail(error: BaseException, where: str) -> tuple[()]:
        nonlocal failed
        failed = True
        on_failure(rule.id, error, where)
        return ()

    if isinstance(rule, CrossRule):
        look = rule.check

        def check_all(together: Together) -> Iterable[PlacedRemark]:
            target = f"the definitions of target {quoted(together.target.name)}"
            try:
                return () if failed else _placed(look(together), together)
            except (Exception, SystemExit) as error:  # noqa: BLE001  # a foreign rule may do anything
                return fail(error, target if together.target.name else "the definitions")

        return replace(rule, check=check_all)
    ask = rule.check

    def check_one(definition: Definition) -> Iterable[Remark]:
        try:
            return () if failed else _remarks(ask(definition))
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a foreign rule may do anything
            return fail(error, f"{definition.kind} {quoted(definition.name)}")

    return replace(rule, check=check_one)


def shown_error(error: BaseException) -> str:
    """Return an error on one line, cut short."""
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message[:200]}" if message else type(error).__name__


def _remarks(found: Any) -> tuple[Remark, ...]:
    # A foreign remark mends nothing: what `--fix` writes is held to promises that are tested here.
    return tuple(replace(remark, path=_path(remark), mend=()) for remark in _each(found, Remark))


def _placed(found: Any, together: Together) -> tuple[PlacedRemark, ...]:
    remarks = tuple(replace(remark, path=_path(remark)) for remark in _each(found, PlacedRemark))
    files = {facts.file for facts in together.definitions}
    for remark in remarks:
        if remark.file not in files:
            raise NoRemarkError(f"{remark.file!r} is none of the files that were looked at")
    return remarks


def _each(found: Any, shape: type[Any]) -> Iterator[Any]:
    for remark in found:
        if not isinstance(remark, shape):
            raise NoRemarkError(f"the check gave a {type(remark).__name__}, not a {shape.__name__}")
        if not isinstance(remark.message, str) or not isinstance(remark.fix, str):
            raise NoRemarkError("the message and the fix of a remark are texts")
        yield remark


def _path(remark: Remark | PlacedRemark) -> tuple[str | int, ...]:
    path: Any = remark.path
    if not isinstance(path, (tuple, list)) or not all(isinstance(part, (str, int)) for part in path):
        raise NoRemarkError('the path of a remark is a tuple such as ("request", "sku")')
    return tuple(path)
