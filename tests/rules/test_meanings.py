"""Every code that can be printed has one meaning."""

from __future__ import annotations

import pytest

from toolkit.core.codes import CODES, Exit
from toolkit.core.diagnostics import Severity
from toolkit.rules import AnyRule, all_rules
from toolkit.rules.meanings import all_codes, meaning


def test_all_codes_are_the_tools_own_and_the_rules_in_order() -> None:
    assert list(all_codes()) == sorted(all_codes())
    assert set(all_codes()) == {*CODES, *(rule.id for rule in all_rules())}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_means_what_it_says_and_only_an_error_fails_a_run(rule: AnyRule) -> None:
    known = meaning(rule.id)
    assert known is not None
    assert (known.summary, known.why, known.fix, known.page) == (rule.summary, rule.why, rule.fix, rule.page)
    assert (known.severity, known.kinds) == (rule.severity, rule.kinds)
    assert (known.exit is Exit.INVALID) == (rule.severity is Severity.ERROR)


@pytest.mark.parametrize("code", CODES)
def test_a_code_of_the_tool_means_what_is_declared(code: str) -> None:
    known = meaning(code)
    assert known is not None
    assert (known.summary, known.fix, known.exit) == (CODES[code].meaning, CODES[code].fix, CODES[code].exit)
    assert (known.severity, known.kinds, known.why) == (None, (), "")


def test_anything_else_means_nothing() -> None:
    assert meaning("AJO999") is None
