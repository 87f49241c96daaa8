"""Every rule proves itself: its wrong example has its finding and no other, its right one none."""

from __future__ import annotations

import pytest

from tests.rules.asking import problems
from toolkit.rules import RULES, Rule
from toolkit.rules.examples import BASES

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


@each_rule
def test_wrong_example_has_this_finding_and_no_other(rule: Rule) -> None:
    assert [problem.code for problem in problems(rule.wrong.base, rule.wrong.changes)] == [rule.id]


@each_rule
def test_right_example_has_no_finding(rule: Rule) -> None:
    assert problems(rule.right.base, rule.right.changes) == ()


@each_rule
def test_examples_are_of_a_kind_the_rule_looks_at(rule: Rule) -> None:
    kinds = {example.document()["kind"] for example in (rule.wrong, rule.right)}

    assert kinds <= set(rule.kinds)


@each_rule
def test_finding_says_severity_page_and_way_out(rule: Rule) -> None:
    (problem,) = problems(rule.wrong.base, rule.wrong.changes)

    assert (problem.severity, problem.page) == (rule.severity, rule.page)
    assert problem.fix


@pytest.mark.parametrize("base", BASES)
def test_bases_of_examples_have_no_finding(base: str) -> None:
    assert problems(base, {}) == ()


def test_examples_do_not_share_their_documents() -> None:
    example = RULES[0].right
    example.document()["endpoint"]["url"] = "changed"

    assert example.document()["endpoint"]["url"] != "changed"
