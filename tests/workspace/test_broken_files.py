"""Files that are no definition: a code, a place, and every one of them told."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tests.model.samples import action, campaign, capping
from tests.workspace.folder import Folder
from toolkit.core.canonical import MAX_NUMBER_DIGITS, dump_json
from toolkit.core.diagnostics import MAX_ALIKE
from toolkit.workspace.load import read_definition
from toolkit.workspace.read import MAX_FILE_BYTES

KIND = '{"kind": "CustomAction", '
LONG = "1" * (MAX_NUMBER_DIGITS + 1)


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        pytest.param("", "AJO002", 1, 1, id="empty file"),
        pytest.param("{\n  oops\n}", "AJO002", 2, 3, id="broken JSON"),
        pytest.param('{"a": 1}\n{}', "AJO002", 2, 1, id="two documents"),
        pytest.param('{"a": None}', "AJO002", 1, 7, id="a word that is no number"),
        pytest.param('{"a": "\n"}', "AJO002", 1, 8, id="line end in a text"),
        pytest.param("\x00{}", "AJO002", 1, 1, id="NUL byte first"),
        pytest.param("{}\x00", "AJO002", 1, 3, id="NUL byte last"),
        pytest.param("{\x00}".encode("utf-16-le"), "AJO002", 1, 2, id="UTF-16 without mark"),
        pytest.param("\ufeff{}", "AJO001", 0, 0, id="UTF-8 with mark"),
        pytest.param("{}".encode("utf-16"), "AJO001", 0, 0, id="UTF-16"),
        pytest.param(b"\xfe\xff\x00{\x00}", "AJO001", 0, 0, id="UTF-16 the other way round"),
        pytest.param(b'{"a": "\xe9"}', "AJO001", 0, 0, id="Latin-1"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', "AJO001", 0, 0, id="a surrogate in UTF-8"),
        pytest.param(KIND + '"a": {"b": 1,\n "b": 1}}', "AJO003", 2, 2, id="key twice, inside"),
        pytest.param(KIND + '"kind": ""}', "AJO003", 1, 26, id="key twice"),
        pytest.param(KIND + '"a": 1, "\\u0061": 1}', "AJO003", 1, 34, id="key twice, once escaped"),
        pytest.param(b" " * (MAX_FILE_BYTES + 1), "AJO004", 0, 0, id="a byte over 1 MiB"),
        pytest.param("[" * 64 + "\n[" + "]" * 65, "AJO005", 2, 1, id="too deep"),
        pytest.param("[" * 64 + "\n[1" + "]" * 65, "AJO005", 2, 1, id="too deep around a number"),
        pytest.param("[" * 500_000, "AJO005", 1, 65, id="half a million levels"),
        pytest.param(KIND + f'"a": [\n {LONG}]}}', "AJO006", 2, 2, id="long number"),
        pytest.param('{"a": -0}', "AJO006", 1, 7, id="-0"),
        pytest.param('{"a": [1, NaN]}', "AJO006", 1, 11, id="NaN"),
        pytest.param('{"a": -Infinity}', "AJO006", 1, 7, id="-Infinity"),
        pytest.param('{"a": 1e99999999999999999999}', "AJO006", 1, 7, id="exponent"),
        pytest.param('{"a": "\\ud800"}', "AJO007", 1, 7, id="half a pair"),
        pytest.param('{"\\udc00": 1}', "AJO007", 1, 2, id="half a pair in a key"),
        pytest.param("[]", "AJO111", 1, 1, id="array"),
        pytest.param('\n "text"', "AJO111", 2, 2, id="text"),
        pytest.param("{}", "AJO104", 1, 1, id="object of nothing"),
        pytest.param('{\n  "kind": "Custom"\n}', "AJO101", 2, 11, id="unknown kind"),
    ],
)
def test_a_broken_file_is_told_with_its_place(
    folder: Folder, content: str | bytes, code: str, line: int, column: int
) -> None:
    folder.put("actions/partner/Sample.json", content)
    found = [each for each in folder.findings() if each.code == code]
    assert [(each.file, each.line, each.column) for each in found] == [
        ("actions/partner/Sample.json", line, column)
    ]


def test_a_trailing_comma_is_told_at_the_comma_or_right_after_it(folder: Folder) -> None:
    folder.put("actions/Sample.json", '{\n  "a": 1,\n}')
    found = folder.finding()
    assert found.code == "AJO002"
    assert (found.line, found.column) in {(2, 9), (3, 1)}  # the comma from Python 3.13 on


def test_a_word_that_is_no_number_is_only_a_mistake_of_syntax(folder: Folder) -> None:
    folder.put("actions/Sample.json", '{"a": None, "b": undefined}')
    assert folder.finding().code == "AJO002"


def test_half_of_a_pair_in_a_key_can_be_printed(folder: Folder) -> None:
    folder.put("actions/Sample.json", '{"\\udc00": 1, "\\udc00": {"a": -0}}')
    for found in folder.findings():
        assert (found.message + found.pointer + found.fix).encode("utf-8")


@pytest.mark.parametrize("text", ["-00", "NaNs", "[-0x]"])
def test_a_limit_met_in_broken_syntax_hides_no_place(folder: Folder, text: str) -> None:
    folder.put("actions/Sample.json", text)
    assert ("AJO002", 1) in {(found.code, found.line) for found in folder.findings()}


def test_an_invalid_byte_is_told_with_its_line(folder: Folder) -> None:
    folder.put("actions/Sample.json", b'{\n\n"a": "\xff"}')
    assert folder.finding().message == "byte 0xff on line 3 is not UTF-8"


def test_content_over_1_mib_from_elsewhere_is_refused_too() -> None:
    loaded, (found,) = read_definition("actions/Sample.json", b" " * (MAX_FILE_BYTES + 1))
    assert (loaded, found.code, found.place) == (None, "AJO004", "actions/Sample.json")


def test_a_file_of_exactly_1_mib_is_read(folder: Folder) -> None:
    text = dump_json(action())
    folder.put("actions/Sample.json", text + " " * (MAX_FILE_BYTES - len(text)))
    assert folder.findings() == ()


def test_a_file_of_a_gigabyte_is_not_read(folder: Folder) -> None:
    path = folder.put("actions/Sample.json", "")
    os.truncate(path, 2**30)
    tracemalloc.start()
    found = folder.finding()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.code == "AJO004"
    assert peak < MAX_FILE_BYTES


def test_syntax_and_what_is_irregular_before_it_are_told_together(folder: Folder) -> None:
    folder.put("actions/Sample.json", '{"a": 1, "a": 2, "b": -0,')
    assert [found.code for found in folder.findings()] == ["AJO003", "AJO006", "AJO002"]


def test_every_irregularity_of_a_file_is_told(folder: Folder) -> None:
    folder.put("actions/Sample.json", '{"a": -0,\n "a": NaN,\n "b": "\\ud800",\n "c": {"d": 1, "d": 1}}')
    assert [(found.code, found.line) for found in folder.findings()] == [
        *(("AJO006", 1), ("AJO003", 2), ("AJO006", 2), ("AJO007", 3), ("AJO003", 4)),
    ]


def test_every_mistake_of_every_file_is_told_in_one_run(folder: Folder) -> None:
    folder.settings("[targets.stage]\norganisation = 1\n")
    folder.put("actions/a.json", "{")
    folder.put("actions/b.json", b"\xff")
    folder.put("actions/c.json", action(colour="red", kind="CustomAction", name=1))
    folder.put("actions/deep/er/D.json", action(name="Other"))
    told = {(found.file, found.code) for found in folder.findings()}
    assert told == {
        ("actions/a.json", "AJO002"),
        ("actions/b.json", "AJO001"),
        ("actions/c.json", "AJO103"),
        ("actions/c.json", "AJO105"),
        ("actions/deep/er/D.json", "AJO012"),
        ("ajo.toml", "AJO302"),
    }


def test_a_structural_problem_stands_at_its_key_or_value(folder: Folder) -> None:
    raw = action(
        request={"a": {"$variable": "L", "$typ": "string"}, "b": {"$variable": 1}, "c": {"$optional": True}}
    )
    text = dump_json(raw)
    folder.put("actions/Sample.json", text)
    lines = text.splitlines()
    shown = [lines[found.line - 1][found.column - 1 :] for found in folder.findings()]
    assert shown == ['"$typ": "string"', "1", '"c": {']


def test_a_secret_where_none_may_stand_is_told_at_its_key(folder: Folder) -> None:
    folder.put("actions/Sample.json", '{"kind": "CampaignAction",\n "endpoint": {"url":\n "${secret:a}"}}')
    places = {found.code: (found.line, found.column) for found in folder.findings()}
    assert places["AJO110"] == (2, 15)


def deep_down(inner: Any) -> dict[str, Any]:
    for _ in range(58):
        inner = {"a": inner}
    return action(request=inner)


def test_many_values_may_stand_in_a_row_and_a_few_of_them_deep_down(folder: Folder) -> None:
    folder.put("actions/row/Sample.json", action(request={"a": [1] * 100_000}))
    folder.put("actions/deep/Deep.json", {**deep_down([1] * 1_000), "name": "Deep"})
    assert folder.findings() == ()


def test_more_values_deep_down_than_can_be_checked_are_refused_as_a_whole(folder: Folder) -> None:
    folder.put("actions/Sample.json", dump_json(deep_down([{}] * 100_000), indent=None))
    found = folder.finding()
    assert (found.code, found.line) == ("AJO107", 0)


@pytest.mark.parametrize(
    ("piece", "code"), [("-0,", "AJO006"), ('"\\ud800",', "AJO007"), ("7,", "AJO105")], ids=str
)
def test_of_many_mistakes_alike_in_one_file_a_few_are_told(folder: Folder, piece: str, code: str) -> None:
    text = dump_json(action(lifecycle={"links": []}), indent=None)
    folder.put("actions/Sample.json", text.replace('"links":[]', f'"links":[{piece * 1_000}""]'))
    found = [finding for finding in folder.findings() if finding.code == code]
    assert len(found) == MAX_ALIKE
    assert "more like this" in found[-1].message


# Links, and what is no file.


def test_a_link_out_of_the_workspace_is_refused(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "Sample.json"
    outside.write_text(dump_json(action()), encoding="utf-8")
    (folder.root / "actions" / "Sample.json").symlink_to(outside)
    opened = folder.open()
    assert [(found.code, found.file) for found in opened.findings] == [("AJO008", "actions/Sample.json")]
    assert opened.definitions == ()


def test_a_link_to_a_folder_outside_is_refused(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "Sample.json").write_text(dump_json(action()), encoding="utf-8")
    (folder.root / "actions" / "partner").symlink_to(outside, target_is_directory=True)
    opened = folder.open()
    assert [(found.code, found.file) for found in opened.findings] == [("AJO008", "actions/partner")]
    assert opened.definitions == ()


def test_a_link_that_climbs_out_through_another_is_refused(folder: Folder) -> None:
    (folder.root / "actions" / "up").symlink_to("../..", target_is_directory=True)
    (folder.root / "actions" / "Sample.json").symlink_to("up/elsewhere.json")
    assert [found.code for found in folder.findings()] == ["AJO008", "AJO008"]


def test_a_link_inside_the_workspace_is_followed(folder: Folder) -> None:
    folder.put("shared/Sample.json", action())
    (folder.root / "actions" / "Sample.json").symlink_to("../shared/Sample.json")
    opened = folder.open()
    assert opened.findings == ()
    assert [each.file for each in opened.definitions] == ["actions/Sample.json"]


@pytest.mark.parametrize(
    "destination",
    [pytest.param("Sample.json", id="itself"), pytest.param("gone.json", id="nothing")],
)
def test_a_link_that_leads_nowhere_can_not_be_read(folder: Folder, destination: str) -> None:
    (folder.root / "actions" / "Sample.json").symlink_to(destination)
    found = folder.finding()
    assert (found.code, found.file, found.line) == ("AJO009", "actions/Sample.json", 0)


def test_links_in_a_circle_can_not_be_read(folder: Folder) -> None:
    (folder.root / "actions" / "A.json").symlink_to("B.json")
    (folder.root / "actions" / "B.json").symlink_to("A.json")
    assert [found.code for found in folder.findings()] == ["AJO009", "AJO009"]


def test_a_folder_linked_into_itself_is_walked_once(folder: Folder) -> None:
    folder.put("actions/Sample.json", action())
    (folder.root / "actions" / "again").symlink_to(".", target_is_directory=True)
    opened = folder.open()
    assert (len(opened.definitions), opened.findings) == (1, ())


def test_a_pipe_is_not_waited_for(folder: Folder) -> None:
    os.mkfifo(folder.root / "actions" / "Sample.json")
    found = folder.finding()
    assert (found.code, found.message) == ("AJO009", "not a file")


def test_a_folder_named_like_a_file_is_a_folder(folder: Folder) -> None:
    folder.put("actions/Partner.json/Sample.json", action())
    opened = folder.open()
    assert [each.file for each in opened.definitions] == ["actions/Partner.json/Sample.json"]
    assert opened.findings == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_can_not_be_read(folder: Folder) -> None:
    folder.put("actions/Sample.json", action()).chmod(0)
    assert folder.finding().code == "AJO009"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_can_not_be_read(folder: Folder) -> None:
    folder.put("actions/partner/Sample.json", action()).parent.chmod(0)
    found = folder.finding()
    (folder.root / "actions" / "partner").chmod(0o700)
    assert (found.code, found.file) == ("AJO009", "actions/partner")


def test_a_file_name_that_is_no_unicode_can_be_printed(folder: Folder) -> None:
    Path(os.fsdecode(os.fsencode(folder.root) + b"/actions/\xff.json")).write_bytes(b"{")
    assert folder.finding().file == "actions/\\udcff.json"


@pytest.mark.parametrize(
    "name", [".Sample.json", "Sample.json~", "Sample.txt", "README.md", ".hidden/Sample.json"]
)
def test_other_files_are_left_alone(folder: Folder, name: str) -> None:
    folder.put(f"actions/{name}", "{")
    assert folder.findings() == ()


# Names.


def test_two_definitions_of_one_kind_can_not_share_a_name(folder: Folder) -> None:
    folder.put("actions/a/Sample.json", action())
    folder.put("actions/b/Sample.json", action())
    found = folder.finding()
    assert (found.code, found.file, found.line) == ("AJO010", "actions/b/Sample.json", 5)
    assert found.message == '"Sample" is the name in actions/a/Sample.json too'


def test_a_custom_and_a_campaign_action_can_not_share_a_name(folder: Folder) -> None:
    folder.put("actions/a/Sample.json", campaign())
    folder.put("actions/b/Sample.json", action())
    assert folder.finding().code == "AJO011"


def test_an_action_and_a_limit_may_share_a_name(folder: Folder) -> None:
    folder.put("actions/Sample.json", action())
    folder.put("actions/Sample.capping.json", capping())
    assert folder.findings() == ()


def test_names_differ_by_case(folder: Folder) -> None:
    folder.put("actions/a/Sample.json", action())
    folder.put("actions/b/SAMPLE.json", action(name="SAMPLE"))
    assert folder.findings() == ()
