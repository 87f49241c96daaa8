"""All rules, those about one definition and those about several, and what they find."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from toolkit.core.diagnostics import Problem
from toolkit.model.kinds import Definition
from toolkit.rules import (
    authentication,
    campaign,
    clashes,
    contradictions,
    coverage,
    generated,
    headers,
    limits,
    names,
    pasted,
    payload,
    secrets,
    token_requests,
    urls,
)
from toolkit.rules.rule import Remark, Rule
from toolkit.rules.together import CrossRule, PlacedRemark, Together

AnyRule = Rule | CrossRule

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *urls.RULES,
    *headers.RULES,
    *payload.RULES,
    *authentication.RULES,
    *token_requests.RULES,
    *secrets.RULES,
    *generated.RULES,
    *limits.RULES,
    *campaign.RULES,
    *pasted.RULES,
    *contradictions.RULES,
)
"""The rules that look at one definition, in the order of their ids."""

CROSS_RULES: tuple[CrossRule, ...] = tuple(
    sorted((*clashes.RULES, *coverage.RULES), key=attrgetter("id")),
)
"""The rules that look at all definitions of a target together, in the order of their ids."""


def all_rules() -> tuple[AnyRule, ...]:
    """Return the rules of both kinds, in the order of their ids."""
    both: tuple[AnyRule, ...] = (*RULES, *CROSS_RULES)
    return tuple(sorted(both, key=attrgetter("id")))


def rule(rule_id: str) -> AnyRule | None:
    """Return the rule with this id, or None."""
    return next((candidate for candidate in all_rules() if candidate.id == rule_id), None)


def check_definition(definition: Definition, rules: Iterable[Rule] = RULES) -> tuple[Problem, ...]:
    """Return everything the rules find, in the order of their ids, then of the places in the definition.

    The definition may have a target's values filled in or not. Never raises for one that the model accepts.
    """
    kind = definition.kind
    return tuple(
        _problem(applied, remark)
        for applied in rules
        if kind in applied.kinds
        for remark in applied.check(definition)
    )


def check_together(
    together: Together, rules: Iterable[CrossRule] = CROSS_RULES
) -> tuple[tuple[str, Problem], ...]:
    """Return everything the rules find between definitions, each problem with the file it is in."""
    return tuple(
        (remark.file, _problem(applied, remark)) for applied in rules for remark in applied.check(together)
    )


def _problem(applied: AnyRule, remark: Remark | PlacedRemark) -> Problem:
    return Problem(
        code=applied.id,
        path=remark.path,
        message=remark.message,
        fix=remark.fix or applied.fix,
        severity=applied.severity,
        page=applied.page,
        mend=remark.mend if isinstance(remark, Remark) else (),
    )
