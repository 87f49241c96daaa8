"""What docs/rehearsal.md shows is what the tool prints."""

from __future__ import annotations

import re
import shlex

from tests.scenarios.desk import REPOSITORY, Desk, action

PAGE = (REPOSITORY / "docs/rehearsal.md").read_text(encoding="utf-8")


def test_a_rehearsal_prints_what_the_page_shows(desk: Desk) -> None:
    desk.settings()
    desk.write(action("Welcome"))
    found = re.search(r"```console\n\$ ajo (.*)\n((?:.|\n)*?)```", PAGE)
    assert found is not None
    assert desk.ajo(*shlex.split(found[1])).out == found[2]
