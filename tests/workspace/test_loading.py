"""From a folder to a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.model.samples import SHIPPED, action, campaign, capping, throttling
from tests.workspace.folder import TARGET, Folder
from toolkit.core.diagnostics import Severity
from toolkit.core.errors import AjoError
from toolkit.workspace.load import file_name_of, load_file, open_workspace

OTHER = TARGET.replace("stage", "prod")


def test_definitions_come_in_the_order_of_their_folders(folder: Folder) -> None:
    for name in ("b/B", "a/C", "A", "a/B"):
        folder.put(f"actions/{name}.json", action(name=name.replace("/", "")))
    assert [each.file for each in folder.open().definitions] == [
        *("actions/A.json", "actions/a/B.json", "actions/a/C.json", "actions/b/B.json"),
    ]


def test_a_definition_knows_its_text_and_file(folder: Folder) -> None:
    path = folder.put("actions/Sample.json", action())
    (loaded,) = folder.open().definitions
    assert loaded.source.text == path.read_text(encoding="utf-8")
    assert (loaded.file, loaded.definition.name) == ("actions/Sample.json", "Sample")


def test_a_workspace_is_found_from_a_folder_inside_it(folder: Folder) -> None:
    folder.put("actions/partner/Sample.json", action())
    assert open_workspace(folder.root / "actions" / "partner").root == folder.root.resolve()


def test_the_nearest_workspace_counts(folder: Folder) -> None:
    folder.settings(TARGET, name="inner/ajo.toml")
    (folder.root / "inner" / "actions").mkdir()
    assert open_workspace(folder.root / "inner").root == (folder.root / "inner").resolve()


@pytest.mark.parametrize(
    ("header", "found"),
    [
        pytest.param("[tool.ajo]", True, id="table"),
        pytest.param("  [ tool . ajo ]", True, id="table with spaces"),
        pytest.param("[tool.ajo.targets.stage]", True, id="table below"),
        pytest.param("[tool.ajo-other]", False, id="another tool"),
        pytest.param("[tool.ajourney]", False, id="another longer tool"),
        pytest.param("# [tool.ajo]", False, id="comment"),
        pytest.param("[tool.other]", False, id="other"),
    ],
)
def test_a_pyproject_makes_a_workspace_by_its_table(tmp_path: Path, header: str, found: bool) -> None:
    (tmp_path / "ajo.toml").touch()
    inner = tmp_path / "inner"
    (inner / "actions").mkdir(parents=True)
    (inner / "pyproject.toml").write_text(header + "\n", encoding="utf-8")
    assert (open_workspace(inner).root == inner.resolve()) is found


def test_a_pyproject_that_is_no_text_makes_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "ajo.toml").touch()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "pyproject.toml").write_bytes(b"[tool.ajo]\n\xff")
    assert open_workspace(tmp_path / "inner").root == tmp_path.resolve()


def test_without_a_workspace_that_is_said() -> None:
    with pytest.raises(AjoError) as caught:
        open_workspace(Path("/proc"))
    assert caught.value.code == "AJO301"


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        pytest.param("nowhere", "is not a folder", id="missing"),
        pytest.param("ajo.toml", "is not a folder", id="a file"),
        pytest.param("..", "leads outside the workspace", id="above"),
        pytest.param("/", "leads outside the workspace", id="absolute"),
        pytest.param("link", "leads outside the workspace", id="a link out"),
    ],
)
def test_the_folder_of_definitions_must_be_a_folder_inside(folder: Folder, actions: str, words: str) -> None:
    folder.settings(f'actions = "{actions}"\n' + TARGET)
    (folder.root / "link").symlink_to("/", target_is_directory=True)
    found = folder.finding()
    assert found.code == "AJO009"
    assert words in found.message


def test_the_folder_of_definitions_may_be_named_otherwise(folder: Folder) -> None:
    folder.settings('actions = "definitions/live"\n' + TARGET)
    folder.put("definitions/live/Sample.json", action())
    assert [each.file for each in folder.open().definitions] == ["definitions/live/Sample.json"]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (action(), "Sample.json"),
        (campaign(), "Sample.json"),
        (capping(), "Sample.capping.json"),
        (throttling(), "Sample.throttling.json"),
    ],
    ids=["action", "campaign", "capping", "throttling"],
)
def test_a_file_is_named_after_its_definition(folder: Folder, raw: dict[str, Any], name: str) -> None:
    folder.put(f"actions/{name}", raw)
    opened = folder.open()
    assert opened.findings == ()
    assert file_name_of(opened.definitions[0].definition) == name


@pytest.mark.parametrize("raw", [action(), capping()], ids=["action", "capping"])
def test_a_file_named_otherwise_is_a_warning(folder: Folder, raw: dict[str, Any]) -> None:
    folder.put("actions/Other.json", raw)
    found = folder.finding()
    assert (found.code, found.severity, found.line) == ("AJO012", Severity.WARNING, 5)
    assert len(folder.open().definitions) == 1


def test_a_file_outside_the_root_keeps_its_whole_name(folder: Folder, tmp_path: Path) -> None:
    path = folder.put("actions/Sample.json", "{")
    _, (found,) = load_file(tmp_path / "elsewhere", path)
    assert found.file == path.as_posix()


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_a_shipped_definition_loads_without_findings(file: Path) -> None:
    loaded, findings = load_file(file.parents[2], file)
    assert findings == []
    assert loaded
    assert loaded.file == f"actions/{file.parent.name}/{file.name}"
    assert file_name_of(loaded.definition) == file.name


# Targets.


def test_the_only_target_needs_no_name(folder: Folder) -> None:
    assert folder.open().target(None)[0] == "stage"


def test_a_target_is_taken_by_its_name(folder: Folder) -> None:
    folder.settings(TARGET + OTHER)
    assert folder.open().target("prod")[1].sandbox == "prod"


def test_the_default_target_is_taken_without_a_name(folder: Folder) -> None:
    folder.settings('default-target = "prod"\n' + TARGET + OTHER)
    assert folder.open().target(None)[0] == "prod"


def test_of_several_targets_one_must_be_named(folder: Folder) -> None:
    folder.settings(TARGET + OTHER)
    with pytest.raises(AjoError, match=r"no target was named .* there are: stage, prod") as caught:
        folder.open().target(None)
    assert caught.value.code == "AJO303"


@pytest.mark.parametrize(("settings", "known"), [(TARGET, "stage"), ("", "none")], ids=["one", "none"])
def test_an_unknown_target_is_refused_with_the_known_ones(folder: Folder, settings: str, known: str) -> None:
    folder.settings(settings)
    with pytest.raises(AjoError, match=f'"live" is not a target; there are: {known}') as caught:
        folder.open().target("live")
    assert caught.value.code == "AJO303"


def test_asking_for_settings_that_could_not_be_read_raises_with_their_place(folder: Folder) -> None:
    folder.settings("\ncolour = 1\n")
    opened = folder.open()
    with pytest.raises(AjoError, match="colour") as caught:
        opened.target("stage")
    assert (caught.value.code, caught.value.place) == ("AJO302", "ajo.toml:2:1")
