"""The targets of a workspace, for people and for pipelines."""

from __future__ import annotations

import json

from tests.scenarios.desk import Desk


def two(desk: Desk, default: str = "") -> None:
    (desk.root / "ajo.toml").write_text(
        f"{default}\n[targets.dev]\n{desk.target_lines()}"
        f"[targets.live]\n{desk.target_lines(sandbox='prod', production=True)}"
    )


def test_targets_are_listed_with_what_tells_them_apart(desk: Desk) -> None:
    two(desk, 'default-target = "dev"')
    head, dev, live = (line.split() for line in desk.ajo("targets").out.splitlines())
    assert head == ["TARGET", "ORGANISATION", "SANDBOX", "PRODUCTION", "DEFAULT"]
    assert dev == ["dev", desk.running.organisation, desk.sandbox, "yes"]
    assert live == ["live", desk.running.organisation, "prod", "yes"]


def test_targets_are_told_as_json(desk: Desk) -> None:
    two(desk)
    answer = desk.ajo("targets", "--json").json()
    assert (answer["format"], answer["version"]) == ("ajo-targets", 1)
    assert [(one["target"], one["production"], one["default"]) for one in answer["targets"]] == [
        ("dev", False, False),
        ("live", True, False),
    ]


def test_the_only_target_is_the_default(desk: Desk) -> None:
    (desk.root / "ajo.toml").write_text(f"[targets.here]\n{desk.target_lines()}")
    assert desk.ajo("targets", "--json").json()["targets"][0]["default"] is True


def test_a_matrix_is_one_line_that_a_workflow_takes(desk: Desk) -> None:
    two(desk)
    out = desk.ajo("targets", "--format", "github-matrix").out
    assert out.count("\n") == 1
    assert [(one["target"], one["sandbox"]) for one in json.loads(out)["include"]] == [
        ("dev", desk.sandbox),
        ("live", "prod"),
    ]


def test_targets_are_known_although_definitions_are_broken(desk: Desk) -> None:
    two(desk)
    desk.write({}, "Broken.json")
    assert desk.ajo("targets").exit == 0


def test_settings_with_a_mistake_are_refused_with_their_place(desk: Desk) -> None:
    (desk.root / "ajo.toml").write_text("[targets.here]\n")
    ran = desk.ajo("targets")
    assert (ran.exit, "ajo.toml:1:1" in ran.err) == (3, True)


def test_a_workspace_without_targets_lists_nothing(desk: Desk) -> None:
    (desk.root / "ajo.toml").write_text("")
    assert desk.ajo("targets").out == "Nothing to list.\n"
    assert json.loads(desk.ajo("targets", "--format", "github-matrix").out) == {"include": []}
