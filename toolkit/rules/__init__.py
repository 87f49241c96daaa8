"""The room of findings: what is wrong with a definition although its structure is right.

In: one definition, as its file has it or with a target's values filled in; or all that one target gets, as
facts. Out: problems, each with the id of its rule, a path, what is wrong there, what to do, and the page it
rests on. Pure: no disk, clock or network. What keeps definitions from being told apart (two of one name)
belongs to ``workspace``, what takes the platform to ``plan``.
"""

from toolkit.core.diagnostics import Severity
from toolkit.model.document import to_document
from toolkit.rules.examples import Example
from toolkit.rules.facts import Facts, facts_of
from toolkit.rules.registry import (
    CROSS_RULES,
    RULES,
    AnyRule,
    all_rules,
    check_definition,
    check_together,
    rule,
)
from toolkit.rules.rule import Remark, Rule
from toolkit.rules.screen import Look, Screen
from toolkit.rules.together import CrossRule, PlacedRemark, Scene, TargetFacts, Together

__all__ = [
    "CROSS_RULES",
    "RULES",
    "AnyRule",
    "CrossRule",
    "Example",
    "Facts",
    "Look",
    "PlacedRemark",
    "Remark",
    "Rule",
    "Scene",
    "Screen",
    "Severity",
    "TargetFacts",
    "Together",
    "all_rules",
    "check_definition",
    "check_together",
    "facts_of",
    "rule",
    "to_document",
]
