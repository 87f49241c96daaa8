"""Asks the rules about a small change to a definition that has no finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.core.diagnostics import Problem
from toolkit.model.kinds import Definition, parse_definition
from toolkit.rules import Example, check_definition


def definition(base: str, changes: Mapping[str, Any]) -> Definition:
    """Return the changed definition, which the model has to accept."""
    parsed = parse_definition(Example(base, changes).document())
    assert parsed.definition is not None, parsed.problems
    return parsed.definition


def problems(base: str, changes: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return what the rules find in the changed definition."""
    return check_definition(definition(base, changes))


def ids(base: str, changes: Mapping[str, Any]) -> set[str]:
    """Return the ids of the rules that find something in the changed definition."""
    return {problem.code for problem in problems(base, changes)}


def only(base: str, changes: Mapping[str, Any]) -> Problem:
    """Return the one problem of the changed definition."""
    (problem,) = problems(base, changes)
    return problem
