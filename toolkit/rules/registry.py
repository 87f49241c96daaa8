"""All rules, in the order of their ids, and what they find together."""

from __future__ import annotations

from toolkit.core.diagnostics import Problem
from toolkit.model.kinds import Definition
from toolkit.rules import (
    authentication,
    campaign,
    headers,
    limits,
    names,
    payload,
    secrets,
    token_requests,
    urls,
)
from toolkit.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *urls.RULES,
    *headers.RULES,
    *payload.RULES,
    *authentication.RULES,
    *token_requests.RULES,
    *secrets.RULES,
    *limits.RULES,
    *campaign.RULES,
)


def rule(rule_id: str) -> Rule | None:
    """Return the rule with this id, or None."""
    return next((candidate for candidate in RULES if candidate.id == rule_id), None)


def check_definition(definition: Definition) -> tuple[Problem, ...]:
    """Return everything the rules find, in the order of their ids, then of the places in the definition.

    The definition may have a target's values filled in or not. Never raises for one that the model accepts.
    """
    return tuple(
        Problem(
            code=applied.id,
            path=remark.path,
            message=remark.message,
            fix=remark.fix or applied.fix,
            severity=applied.severity,
            page=applied.page,
        )
        for applied in RULES
        if definition.kind in applied.kinds
        for remark in applied.check(definition)
    )
