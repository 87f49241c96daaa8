"""The room of findings: what is wrong with a definition although its structure is right.

In: one definition, as its file has it or with a target's values filled in. Out: problems, each with the id
of its rule, a path, what is wrong there, what to do, and the page it rests on. Pure: no disk, clock or
network. What takes more than one definition to see (two of one name) belongs to ``workspace``, what takes the
platform to ``plan``.
"""

from toolkit.rules.examples import Example
from toolkit.rules.registry import RULES, check_definition, rule
from toolkit.rules.rule import Rule

__all__ = ["RULES", "Example", "Rule", "check_definition", "rule"]
