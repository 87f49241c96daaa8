"""Codes: declared once, used, and stable."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from toolkit.core.codes import CODES, Exit
from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.errors import AjoError, InvalidDefinitions

TOOLKIT = Path(__file__).parents[2] / "toolkit"
CODE = re.compile(r"AJO\d{3}")

# Declared before the code that prints them is written. A code that becomes used leaves this set; nothing
# joins it.
DECLARED_AHEAD = {"AJO702"}


def is_rule(code: str) -> bool:
    """Tell whether a code is a rule's: those are declared in toolkit/rules."""
    return code.startswith("AJO2")


def used_codes() -> set[str]:
    """Return every code that stands as a string of its own in the source, its declaration aside."""
    found: set[str] = set()
    for file in TOOLKIT.rglob("*.py"):
        if file != TOOLKIT / "core" / "codes.py":
            nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            texts = (
                node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
            found |= {text for text in texts if CODE.fullmatch(text) and not is_rule(text)}
    return found


def test_every_code_in_the_source_is_declared() -> None:
    assert used_codes() - CODES.keys() == set()


def test_every_declared_code_is_used_or_known_to_wait_for_its_use() -> None:
    assert CODES.keys() - used_codes() == DECLARED_AHEAD


def test_exit_codes_are_frozen() -> None:
    assert {exit_code.name: exit_code.value for exit_code in Exit} == {
        "DONE": 0,
        "FAULT": 1,
        "DIFFERENCE": 2,
        "INVALID": 3,
        "AUTHENTICATION": 4,
        "PLATFORM": 5,
        "REFUSED": 6,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize("code", CODES)
def test_a_code_says_what_is_wrong_and_what_to_do(code: str) -> None:
    declared = CODES[code]
    assert CODE.fullmatch(code)
    assert re.fullmatch(r"[A-Z].*[.]", declared.meaning)
    assert re.fullmatch(r"[A-Z`].*[.;{]", declared.fix)


@pytest.mark.parametrize("code", CODES)
def test_no_code_means_success(code: str) -> None:
    assert CODES[code].exit not in (Exit.DONE, Exit.INTERRUPTED)


def test_codes_stand_in_order_and_none_is_a_rules() -> None:
    assert list(CODES) == sorted(CODES)
    assert not list(filter(is_rule, CODES))


@pytest.mark.parametrize("code", CODES)
def test_an_error_leads_to_the_exit_code_of_its_code(code: str) -> None:
    assert AjoError(code, "something").exit is CODES[code].exit


def test_an_error_without_advice_of_its_own_gives_its_codes() -> None:
    assert AjoError("AJO301", "nothing here").fix == CODES["AJO301"].fix


def test_an_error_says_what_where_and_what_to_do() -> None:
    error = AjoError("AJO302", "wrong", fix="mend it", place="ajo.toml:1:1")
    assert (str(error), error.code, error.fix, error.place) == ("wrong", "AJO302", "mend it", "ajo.toml:1:1")


def test_invalid_definitions_carry_all_findings() -> None:
    finding = Finding("AJO103", Severity.ERROR, "a.json", 1, 1, (), "wrong", "mend it")
    error = InvalidDefinitions([finding, finding])
    assert error.findings == (finding, finding)
    assert (error.exit, str(error)) == (Exit.INVALID, "2 findings must be mended first")
