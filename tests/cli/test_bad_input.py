"""Whatever a person or a repository gets wrong: findings or one clear error, never a traceback."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scenarios.desk import COMMAND, Desk, action
from toolkit.cli.main import run
from toolkit.cli.validate import FORMATS

HOSTILE = {
    "a terminal's escape": "\x1b]0;owned\x07\x1b[31mred",
    "a line of its own": "x\n::error::owned\r\nx",
    "right to left": "abc\u202egnp.exe",
    "nothing to see": "\u200b\ufeff",
    "markdown": "](https://evil.example) @everyone <img src=x> | `code` **bold**",
    "half a pair": "\ud800",
    "null": "\x00",
    "long": "x" * 10_000,
    "a percent": "%s%n{0}${value}",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", FORMATS)
def test_a_hostile_name_is_a_finding_and_steers_nothing(desk: Desk, name: str, form: str) -> None:
    desk.write(action("Good"))
    desk.write({**action("x"), "name": name}, "team/Hostile.json")
    checked = desk.ajo("validate", "--format", form)
    assert checked.exit == 3
    assert "AJO900" not in checked.err
    for sign in "\x1b\x07\x00\r\u202e\u200b\ufeff":
        assert sign not in checked.out + checked.err
    commands = re.findall("^::.*", checked.out + checked.err, re.MULTILINE)
    assert all(re.match("::(error|warning) file=", command) for command in commands)
    assert bool(commands) == (form == "github")


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_hostile_description_reaches_the_plan_as_harmless_text(desk: Desk, words: str, form: str) -> None:
    desk.write(action("Hello", description=words))
    planned = desk.ajo("diff", "--format", form)
    assert planned.exit in (0, 3)
    assert "AJO900" not in planned.err
    for sign in "\x1b\x07\x00\r\u202e\u200b\ufeff":
        assert sign not in planned.out + planned.err
    assert "<img" not in planned.out or form != "markdown"


def folder_instead_of_a_definition(root: Path) -> None:
    (root / "actions/Folder.json").mkdir()


def file_instead_of_the_folder(root: Path) -> None:
    (root / "actions").rmdir()
    (root / "actions").write_text("not a folder")


def no_folder_of_definitions(root: Path) -> None:
    (root / "actions").rmdir()


def a_pipe_that_nobody_writes_to(root: Path) -> None:
    os.mkfifo(root / "actions/Pipe.json")


def a_link_in_a_circle(root: Path) -> None:
    (root / "actions/Circle.json").symlink_to("Circle.json")


def a_link_to_a_device(root: Path) -> None:
    (root / "actions/Endless.json").symlink_to("/dev/zero")


def a_name_that_is_no_text(root: Path) -> None:
    (root / "actions" / os.fsdecode(b"\xff\xfe.json")).write_text("{}")


def deep_nesting(root: Path) -> None:
    (root / "actions/Deep.json").write_text("[" * 100_000)


def a_number_without_end(root: Path) -> None:
    (root / "actions/Number.json").write_text('{"x": ' + "9" * 100_000 + "}")


def settings_that_are_a_folder(root: Path) -> None:
    (root / "ajo.toml").unlink()
    (root / "ajo.toml").mkdir()


def settings_of_another_shape(root: Path) -> None:
    (root / "ajo.toml").write_text('targets = "here"\nactions = 7\n')


def settings_that_are_no_text(root: Path) -> None:
    (root / "ajo.toml").write_bytes(b"\xff\xfe\x00")


def definitions_elsewhere(root: Path) -> None:
    (root / "ajo.toml").write_text('actions = "/etc"\n')


@pytest.mark.parametrize("command", ["validate", "list", "fmt", "diff", "schema"])
@pytest.mark.parametrize(
    "spoil",
    [
        folder_instead_of_a_definition,
        file_instead_of_the_folder,
        no_folder_of_definitions,
        a_pipe_that_nobody_writes_to,
        a_link_in_a_circle,
        a_link_to_a_device,
        a_name_that_is_no_text,
        deep_nesting,
        a_number_without_end,
        settings_that_are_a_folder,
        settings_of_another_shape,
        settings_that_are_no_text,
        definitions_elsewhere,
    ],
    ids=lambda spoil: spoil.__name__.replace("_", " "),
)
def test_a_spoilt_workspace_gets_no_traceback(
    desk: Desk, spoil: Callable[[Path], None], command: str
) -> None:
    spoil(desk.root)
    ran = desk.ajo(command)
    assert ran.exit in (0, 3)
    assert "AJO900" not in ran.err
    assert "Traceback" not in ran.out + ran.err


def test_a_folder_that_may_not_be_read_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write(action("Hello"))
    locked = desk.root / "actions/team"
    locked.chmod(0)
    try:
        ran = desk.ajo("validate")
    finally:
        locked.chmod(0o755)
    if os.geteuid() == 0:
        assert ran.exit == 0, "root may read everything"
    else:
        assert ran.exit == 3
        assert "actions/team" in ran.err + ran.out


def test_a_working_folder_that_is_gone_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'cd "{gone}" && rmdir "{gone}" && exec "$0" validate'
    done = subprocess.run(
        ["bash", "-c", script, COMMAND], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "AJO900" not in done.stderr


def quiet(*arguments: str) -> tuple[int, str]:
    """Run a command whose words nobody reads; returns exit code and what it said of errors."""
    errors = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        return run(list(arguments)), errors.getvalue()


words = st.lists(
    st.one_of(st.text(max_size=20), st.sampled_from(["--json", "--format", "--", "-C", "\x00"])), max_size=4
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(command=st.sampled_from(["list", "explain", "validate", "fmt", "diff", "schema"]), more=words)
def test_weird_arguments_are_refused_without_a_fault(desk: Desk, command: str, more: list[str]) -> None:
    if {"--output", "--check"} & set(more) or command in ("fmt", "schema"):
        more = [*(word.replace("/", "|") for word in more), "--check"]  # no folder far away
    code, errors = quiet("-C", str(desk.root), command, *more)
    assert code in (0, 2, 3)
    assert "AJO900" not in errors


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(target=st.text(max_size=30))
def test_a_target_by_any_name_is_refused_without_a_fault(desk: Desk, target: str) -> None:
    code, errors = quiet("-C", str(desk.root), "list", "--target", target)
    assert code == (0 if target in ("", "here") else 3)
    assert "AJO900" not in errors


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(field=st.sampled_from(sorted(action("X"))), content=anything)
def test_any_content_of_any_field_is_judged_without_a_fault(desk: Desk, field: str, content: Any) -> None:
    desk.write({**action("X"), field: content}, "team/X.json")
    for form in FORMATS:
        code, errors = quiet("-C", str(desk.root), "validate", "--format", form)
        assert code in (0, 3), errors
