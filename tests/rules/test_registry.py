"""What the registry promises about all rules."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

from tests.rules.asking import problems
from toolkit import rules
from toolkit.core.codes import CODES
from toolkit.model.kinds import KINDS
from toolkit.rules import CROSS_RULES, RULES, AnyRule, all_rules, rule

each_rule = pytest.mark.parametrize("each", all_rules(), ids=lambda each: each.id)


def test_ids_are_unique_and_in_order() -> None:
    for some in (RULES, CROSS_RULES, all_rules()):
        ids = [each.id for each in some]
        assert ids == sorted(set(ids))


def test_all_rules_are_those_about_one_definition_and_those_about_several() -> None:
    assert set(map(id, all_rules())) == {*map(id, RULES), *map(id, CROSS_RULES)}


def test_ids_are_no_codes_of_the_tool_itself() -> None:
    assert not {each.id for each in all_rules()} & set(CODES)


def test_every_rule_of_a_theme_is_in_the_registry() -> None:
    modules = [
        importlib.import_module(f"toolkit.rules.{m.name}") for m in pkgutil.iter_modules(rules.__path__)
    ]
    themes = [each for module in modules for each in getattr(module, "RULES", ())]

    assert set(map(id, themes)) == set(map(id, all_rules()))


def test_public_names_are_all_there() -> None:
    assert all(hasattr(rules, name) for name in rules.__all__)


@each_rule
def test_id_is_in_the_block_of_rules(each: AnyRule) -> None:
    assert re.fullmatch(r"AJO2\d\d", each.id)


@each_rule
def test_texts_are_sentences(each: AnyRule) -> None:
    assert all(text.endswith(".") for text in (each.summary, each.why, each.fix))


@each_rule
def test_page_is_a_web_address_or_the_rule_is_ours(each: AnyRule) -> None:
    assert each.page == "" or each.page.startswith("https://github.com/AdobeDocs/")


@each_rule
def test_kinds_are_known(each: AnyRule) -> None:
    assert each.kinds
    assert set(each.kinds) <= set(KINDS)


@each_rule
def test_rule_is_found_by_its_id(each: AnyRule) -> None:
    assert rule(each.id) is each


def test_unknown_id_finds_no_rule() -> None:
    assert rule("AJO299") is None


def test_problems_come_in_the_order_of_rules() -> None:
    found = problems(
        "action",
        {
            "/name": "not-a-name",
            "/endpoint/url": "http://10.0.0.1:8080/",
            "/endpoint/headers": {"X Y": "é"},
            "/request/a.b": None,
        },
    )
    codes = [problem.code for problem in found]

    assert codes == sorted(codes)
    assert len(set(codes)) > 5
