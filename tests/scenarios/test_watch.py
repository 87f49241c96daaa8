"""``ajo validate --watch`` as a person and a program see it."""

from __future__ import annotations

import json
import re
import signal

import pytest

from tests.scenarios.desk import Desk, action
from tests.scenarios.terminal import terminal


def test_a_terminal_shows_each_check_with_its_time_until_ctrl_c(desk: Desk) -> None:
    desk.write(action("Hello"))
    with terminal(desk, "validate", "--watch", NO_COLOR="1") as shown:
        shown.wait_for("1 definition checked: all is well.")
        desk.write(action("bad-name"))
        shown.wait_for("2 definitions checked: 1 error, 0 warnings.")
        (desk.root / "ajo.toml").write_text("not toml [")
        shown.wait_for("error AJO302")
        shown.interrupt("Interrupted.")
        assert shown.end() == 130
    assert len(re.findall(r"^\d\d:\d\d:\d\d\r$", shown.shown, re.MULTILINE)) >= 3
    assert "Traceback" not in shown.shown


def test_a_program_reads_one_document_a_line(desk: Desk) -> None:
    desk.write(action("Hello"))
    process = desk.start("validate", "--watch", "--json")
    try:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        desk.write(action("bad-name"))
        second = json.loads(process.stdout.readline())
        (desk.root / "ajo.toml").unlink()
        third = json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    assert (first["format"], first["checked"], first["findings"]) == ("ajo-findings", 1, [])
    assert [found["code"] for found in second["findings"]] == ["AJO200"]
    assert (third["format"], third["code"]) == ("ajo-error", "AJO301")
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", each["at"]) for each in (first, second)
    )
    assert (rest, process.returncode) == ("", 130)


@pytest.mark.parametrize(
    "more", [["--format", "sarif"], ["--format", "junit"], ["--output", "x"]], ids=" ".join
)
def test_a_watch_writes_no_report(desk: Desk, more: list[str]) -> None:
    refused = desk.ajo("validate", "--watch", *more)
    assert (refused.exit, "AJO901" in refused.err) == (3, True)


def test_a_watch_of_nothing_ends_at_once(desk: Desk) -> None:
    (desk.root / "ajo.toml").unlink()
    assert desk.ajo("validate", "--watch").exit == 3
