"""Editors are told which schema is for which file, and nothing of their settings is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import exactly, json_values, law, texts
from toolkit.app.editors import (
    catalog_text,
    editor_files,
    merged_settings,
    vscode_schemas,
    write_editor_file,
)
from toolkit.core.canonical import dump_json, parse_json
from toolkit.core.errors import AjoError
from toolkit.model.schema import schema_files

REPOSITORY = Path(__file__).parents[2]
OTHER = {"fileMatch": ["x.json"], "url": "https://example.com/x.json"}


def test_the_files_of_this_repository_are_current() -> None:
    assert [item.name for item in editor_files(REPOSITORY) if not item.is_current] == []


def test_a_catalog_names_schemas_that_are_there() -> None:
    catalog = json.loads(catalog_text("actions"))
    assert catalog["version"] == 1
    for entry in catalog["schemas"]:
        assert entry["url"] in schema_files()
        assert entry["name"]
        assert entry["description"].endswith(".")
        assert "\n" not in entry["description"]
    assert [entry["fileMatch"] for entry in catalog["schemas"]] == [
        ["*.capping.json"],
        ["*.throttling.json"],
        ["*.cases.json"],
        ["actions/**/*.json"],
    ]


@pytest.mark.parametrize(
    ("actions", "pattern"),
    [
        ("definitions", "definitions/**/*.json"),
        ("./journeys/actions/", "journeys/actions/**/*.json"),
        (".", "**/*.json"),
    ],
)
def test_the_mapping_follows_the_folder_of_definitions(actions: str, pattern: str) -> None:
    assert vscode_schemas(actions)[-1]["fileMatch"] == [pattern]


settings = st.dictionaries(texts, json_values, max_size=4) | st.fixed_dictionaries(
    {"json.schemas": st.lists(st.just(OTHER) | st.sampled_from(vscode_schemas("elsewhere")), max_size=3)},
    optional={"editor.tabSize": st.just(2)},
)


@law
@given(before=settings, indent=st.sampled_from([None, 1, 2, 4]))
def test_merging_keeps_all_other_settings_and_is_done_once(before: dict[str, Any], indent: Any) -> None:
    text = dump_json(before, indent=indent)
    merged = merged_settings(text, "actions")
    assert merged is not None
    after: Any = parse_json(merged)
    schemas = after.pop("json.schemas")
    kept = [item for item in before.pop("json.schemas", []) if item == OTHER]
    assert schemas == kept + vscode_schemas("actions")
    assert exactly(after) == exactly(before)
    assert merged_settings(merged, "actions") == merged


@pytest.mark.parametrize("indent", ["  ", "    ", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_merging_keeps_indentation_and_line_ends(indent: str, line_end: str) -> None:
    text = json.dumps({"a": {"b": [" x"]}}, indent=indent).replace("\n", line_end)
    merged = merged_settings(text, "actions")
    assert merged is not None
    assert merged.startswith(text.removesuffix(f"{line_end}}}"))
    assert merged.replace("\r\n", "").count("\n") == (0 if line_end == "\r\n" else merged.count("\n"))


COMMENTED = """{
  // "json.schemas": nothing yet
  "a": "http://x", /* {"b": 1} */
}
"""


@pytest.mark.parametrize(
    "text",
    [COMMENTED, "", "[]", "{", '{"json.schemas": {}}', '{"a": 1, "a": 2}', '{"json.schemas": null}', "nul"],
)
def test_what_can_not_be_merged_safely_is_left_alone(text: str) -> None:
    assert merged_settings(text, "actions") is None


def test_settings_with_comments_that_hold_our_schemas_already_are_current() -> None:
    block = dump_json({"json.schemas": vscode_schemas("actions")})
    text = block.replace("{", "{ // mine", 1).replace("]\n}", "],\n}")
    assert merged_settings(text, "actions") == text
    assert merged_settings(text, "definitions") is None


def test_settings_edited_meanwhile_are_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / ".vscode/settings.json"
    file.parent.mkdir()
    file.write_text("{}")
    (tmp_path / "ajo.toml").touch()
    item = editor_files(tmp_path)[1]
    file.write_text('{"a": 1}')
    with pytest.raises(AjoError, match="was changed"):
        write_editor_file(tmp_path, item)
    assert file.read_text() == '{"a": 1}'
