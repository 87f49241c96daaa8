"""The rules that a workspace asks for: ours and its own, which of them count, and how much."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from toolkit.app.own_rules import OwnRules, own_rules
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.pointer import Path
from toolkit.model.problems import nearest
from toolkit.rules import AnyRule, CrossRule, Rule, all_rules
from toolkit.rules.choice import Choice, PathChoice, selects
from toolkit.workspace.load import Grounds
from toolkit.workspace.settings import LoadedSettings, RulesSettings, Weight


@dataclass(frozen=True)
class RuleSet:
    """All rules there are, in the order of their ids with ours first, and the choice among them."""

    rules: tuple[AnyRule, ...]
    choice: Choice
    own: OwnRules

    @property
    def for_one(self) -> tuple[Rule, ...]:
        """The rules to run on each definition."""
        return tuple(rule for rule in self.rules if isinstance(rule, Rule) and self.choice.is_on(rule.id))

    @property
    def for_several(self) -> tuple[CrossRule, ...]:
        """The rules to run on all definitions of a target."""
        return tuple(
            rule for rule in self.rules if isinstance(rule, CrossRule) and self.choice.is_on(rule.id)
        )

    def knows(self, selector: str) -> bool:
        """Tell whether a selector stands for some rule, or may stand for one that could not be loaded."""
        if any(selects(selector, rule.id) for rule in self.rules):
            return True
        return not (self.own.is_complete or selector.startswith("AJO"))

    def was_run(self, rule_id: str) -> bool:
        """Tell whether a rule was run on everything, once all is done."""
        is_there = any(rule.id == rule_id for rule in self.rules)
        return is_there and self.choice.is_on(rule_id) and rule_id not in self.own.failed

    def unknown(self, name: str) -> str:
        """Say that no rule is called `name`."""
        if name in CODES:
            return f'"{name}" is no rule; what it finds stops a definition from being read, and always counts'
        return f'no rule is "{name}" or begins so{nearest(name, (rule.id for rule in self.rules))}'

    def weighed(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings of rules that are not ignored in their file, with the severity asked for."""
        is_usual = not (self.choice.per_path or self.choice.severity)
        for finding in findings:
            severity = (
                finding.severity
                if is_usual
                else self.choice.severity_in(finding.file, finding.code, finding.severity)
            )
            if severity is not None:
                yield finding if severity is finding.severity else replace(finding, severity=severity)


def rules_of(workspace: Grounds, *, trust: bool = False) -> RuleSet:
    """Return the rules of a workspace; a file of own rules that it names is run only with `trust`."""
    own = own_rules(workspace, trust=trust)
    settings = workspace.loaded_settings.settings
    choice = _choice(settings.rules) if settings else Choice()
    return RuleSet((*all_rules(), *sorted(own.rules, key=lambda rule: rule.id)), choice, own)


def check_choice(loaded: LoadedSettings, files: Collection[str], rules: RuleSet) -> Iterator[Finding]:
    """Yield what is wrong with the settings about rules: names of no rule, patterns of none of the files."""
    settings = loaded.settings
    for path, selector in _selectors(settings.rules) if settings else ():
        if not rules.knows(selector):
            yield loaded.finding("AJO330", ("rules", *path), rules.unknown(selector))
    for pattern in rules.choice.per_path:
        if not any(map(pattern.covers, files)):
            place = ("rules", "per-path", pattern.pattern)
            found = loaded.finding("AJO335", place, "no definition is there")
            yield replace(found, severity=Severity.WARNING)


def _choice(settings: RulesSettings) -> Choice:
    return Choice(
        tuple(settings.select),
        tuple(settings.ignore),
        _severities(settings.severity),
        tuple(
            PathChoice(pattern, tuple(here.ignore), _severities(here.severity))
            for pattern, here in settings.per_path.items()
        ),
    )


def _severities(severity: Mapping[str, Weight]) -> dict[str, Severity]:
    return {selector: Severity(weight) for selector, weight in severity.items()}


def _selectors(settings: RulesSettings) -> Iterator[tuple[Path, str]]:
    yield from ((("select", index), selector) for index, selector in enumerate(settings.select))
    yield from ((("ignore", index), selector) for index, selector in enumerate(settings.ignore))
    yield from ((("severity", selector), selector) for selector in settings.severity)
    for pattern, here in settings.per_path.items():
        path = ("per-path", pattern)
        yield from (((*path, "ignore", index), selector) for index, selector in enumerate(here.ignore))
        yield from (((*path, "severity", selector), selector) for selector in here.severity)
