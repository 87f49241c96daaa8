"""`ajo validate --fix` and `--diff`: what is written, what is only shown, and how the command ends."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.scenarios.desk import Desk, action

SLIP = {"method": "post", "url": "https://hello.example.com/v1/messages"}


def test_a_finding_says_that_it_is_fixable_and_the_sum_how(desk: Desk) -> None:
    desk.write(action("Hello", endpoint=SLIP))
    checked = desk.ajo("validate")
    assert checked.exit == 3
    assert "→ Use one of the values named. [fixable]" in checked.out
    assert checked.out.splitlines()[-1] == "1 fixable with --fix; --diff shows what it would write."


def test_json_says_of_each_finding_whether_it_is_fixable(desk: Desk) -> None:
    desk.write(action("Hello", endpoint=SLIP))
    desk.write(action("bad-name"))
    found = desk.ajo("validate", "--json").json()["findings"]
    assert {each["code"]: each["fixable"] for each in found} == {"AJO106": True, "AJO200": False}


def test_a_fix_writes_the_mend_alone_and_the_command_ends_well(desk: Desk) -> None:
    file = desk.write(action("Hello", endpoint=SLIP))
    before = file.read_text()
    done = desk.ajo("validate", "--fix")
    assert (done.exit, done.out) == (0, "1 definition checked: all is well.\n")
    assert done.err == "fixed actions/team/Hello.json: AJO106\n"
    assert file.read_text() == before.replace('"post"', '"POST"')


def test_what_is_left_decides_how_a_fix_ends(desk: Desk) -> None:
    desk.write(action("Hello", endpoint=SLIP | {"url": "https://10.0.0.1/"}))
    done = desk.ajo("validate", "--fix")
    assert done.exit == 3
    assert "AJO213" in done.out


def test_a_fix_without_anything_to_fix_says_and_writes_nothing(desk: Desk) -> None:
    file = desk.write(action("Hello"))
    written = file.stat().st_mtime_ns
    assert desk.ajo("validate", "--fix").err == ""
    assert file.stat().st_mtime_ns == written


@pytest.mark.parametrize("also", [(), ("--fix",)])
def test_a_diff_shows_the_change_writes_nothing_and_is_exit_code_2(desk: Desk, also: tuple[str, ...]) -> None:
    file = desk.write(action("Hello", endpoint=SLIP))
    before = file.read_bytes()
    shown = desk.ajo("validate", "--diff", *also)
    assert shown.exit == 2
    assert '-    "method": "post",\n+    "method": "POST",' in shown.out
    assert "1 finding would be fixed in 1 file; nothing was written." in shown.err
    assert file.read_bytes() == before


def test_a_diff_of_nothing_is_empty_and_exit_code_0(desk: Desk) -> None:
    desk.write(action("bad-name"))
    shown = desk.ajo("validate", "--diff")
    assert (shown.exit, shown.out, shown.err) == (0, "", "Nothing to fix.\n")


def test_a_diff_as_json_names_file_findings_and_lines(desk: Desk) -> None:
    desk.write(action("Hello", endpoint=SLIP))
    shown = desk.ajo("validate", "--diff", "--json")
    (file,) = shown.json()["files"]
    assert (shown.exit, file["file"]) == (2, "actions/team/Hello.json")
    assert [each["code"] for each in file["findings"]] == ["AJO106"]
    assert '+    "method": "POST",' in file["diff"]


def test_a_diff_of_an_encoding_has_no_lines_and_names_the_file(desk: Desk) -> None:
    file = desk.write(action("Hello"))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    shown = desk.ajo("validate", "--diff")
    assert (shown.exit, shown.out) == (2, "")
    assert "    actions/team/Hello.json: AJO001\n" in shown.err


def test_a_diff_is_what_git_applies(desk: Desk) -> None:
    file = desk.write(action("Hello", endpoint=SLIP))
    patch = desk.process("validate", "--diff").out
    subprocess.run(["git", "apply", "-p0", "-"], input=patch, text=True, cwd=desk.root, check=True)
    mended = file.read_text()
    assert '"POST"' in mended
    assert desk.ajo("validate", "--fix").exit == 0
    assert file.read_text() == mended


def test_a_credential_beside_a_mend_is_in_no_output(desk: Desk) -> None:
    login = {"type": "basic", "username": "ada", "password": "canary-1"}
    headers = {
        "Authorization": "Bearer canary-2",
        "X-Api-Token": "canary-3",
        "X-A": "xoxb-1234567890-canary-4",
    }
    url = "https://ada:canary-5@hello.example.com./v1"
    endpoint = {"method": "POST", "url": url, "headers": headers}
    file = desk.write(action("Hello", endpoint=endpoint, authentication=login))
    one_line = action("Other", endpoint=endpoint | {"method": "post"}, authentication=login)
    (file.parent / "Other.json").write_text(json.dumps(one_line))
    said = [
        desk.ajo("validate", "--diff"),
        desk.ajo("validate", "--diff", "--json"),
        desk.ajo("validate", "--fix"),
    ]
    assert [each.exit for each in said] == [2, 2, 3]
    assert not [each for each in said if "canary" in each.out + each.err]
    assert "canary-1" in file.read_text()
