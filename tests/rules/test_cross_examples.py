"""Every rule about several definitions proves itself, as those about one do."""

from __future__ import annotations

import pytest

from tests.rules.asking import ids
from tests.rules.scenes import found
from toolkit.rules import CROSS_RULES, CrossRule

each_rule = pytest.mark.parametrize("rule", CROSS_RULES, ids=lambda rule: rule.id)


@each_rule
def test_wrong_scene_has_this_finding_and_no_other(rule: CrossRule) -> None:
    assert [problem.code for _, problem in found(rule.wrong)] == [rule.id]


@each_rule
def test_right_scene_has_no_finding(rule: CrossRule) -> None:
    assert found(rule.right) == []


@each_rule
def test_definitions_of_scenes_have_no_finding_of_their_own(rule: CrossRule) -> None:
    for scene in (rule.wrong, rule.right):
        for example in scene.definitions.values():
            assert ids(example.base, example.changes) == set()


@each_rule
def test_finding_says_severity_page_way_out_and_a_file_of_a_kind_the_rule_names(rule: CrossRule) -> None:
    ((file, problem),) = found(rule.wrong)

    assert (problem.severity, problem.page) == (rule.severity, rule.page)
    assert problem.fix
    assert rule.wrong.definitions[file].document()["kind"] in rule.kinds


@each_rule
def test_two_files_of_a_scene_do_not_hold_one_resource(rule: CrossRule) -> None:
    for scene in (rule.wrong, rule.right):
        documents = [example.document() for example in scene.definitions.values()]
        names = [(document["kind"], document["name"]) for document in documents]

        assert len(names) == len(set(names))
