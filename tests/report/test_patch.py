"""A diff is applied by the programs that apply diffs, to the byte, and harmless where a person reads it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.report.patch import patch_of, shown_patch

lines = st.text("ab {}\t\r\u2028\x85\x0c\u202e\U0001f600-+@\\\\", max_size=4)
texts = st.lists(lines, min_size=1, max_size=12).map("\n".join)
NAMES = [
    "a.json",
    "actions/team/A b.json",
    'a"b.json',
    "tab\there.json",
    "b\\x.json",
    "ümlaut.json",
    "-.json",
]


def applied(folder: Path, file: str, before: str, after: str) -> bytes:
    """What `git apply` makes of a file with the text `before`."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(before.encode())
    command = ["git", "apply", "-p0", "--whitespace=nowarn", "-"]
    patch = patch_of(file, before, after).encode()
    subprocess.run(command, cwd=folder, input=patch, check=True, capture_output=True)
    return path.read_bytes()


@settings(max_examples=40, deadline=None)
@given(before=texts.filter(bool), after=texts.filter(bool))
def test_a_diff_applies_whatever_the_texts_hold(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str
) -> None:
    if before != after:
        assert applied(tmp_path_factory.mktemp("patch"), "f.json", before, after) == after.encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_diff_finds_its_file_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert applied(tmp_path, name, "a\nb", "a\nc\n") == b"a\nc\n"


def test_a_missing_line_end_is_said_as_diff_says_it() -> None:
    assert patch_of("f", "a", "a\n") == ("--- f\n+++ f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n")


def test_texts_that_are_the_same_have_no_diff() -> None:
    assert patch_of("f", "a\n", "a\n") == ""


def test_a_diff_for_a_person_steers_no_terminal() -> None:
    shown = shown_patch(patch_of("f\x1b[31m", "a\r\n\x9b31m\u202e", "b\n"))
    assert all(line.isprintable() for line in shown.split("\n"))
    assert r"-a\u000d" in shown


def test_colours_tell_what_goes_and_what_comes_and_change_no_word() -> None:
    patch = patch_of("f", "a\nb", "a\nc\n")
    painted = shown_patch(patch, colour=True)
    assert "\x1b[31m-b\x1b[0m" in painted
    assert "\x1b[32m+c\x1b[0m" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) + "\n" == patch
