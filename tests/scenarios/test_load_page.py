"""What docs/load.md shows is what the tool prints."""

from __future__ import annotations

import re
import shlex

from tests.scenarios.desk import REPOSITORY, Desk, action

PAGE = (REPOSITORY / "docs/load.md").read_text(encoding="utf-8")


def test_a_dry_run_prints_what_the_page_shows(desk: Desk) -> None:
    desk.settings()
    file = desk.root / "ajo.toml"
    table = re.search(r"```toml\n\[tool\.ajo\.load\]\n((?:.|\n)*?)```", PAGE)
    assert table is not None
    file.write_text(f"{file.read_text()}[load]\n{table[1]}")
    desk.write(action("Welcome", endpoint={"method": "POST", "url": "https://api.example.com/v1/messages"}))
    found = re.search(r"```console\n\$ ajo (load .*--dry-run)\n((?:.|\n)+?)```", PAGE)
    assert found is not None
    assert desk.ajo(*shlex.split(found[1])).out == found[2]
