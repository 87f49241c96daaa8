"""What the README shows is what the tool prints."""

from __future__ import annotations

import re
import shutil
import tomllib

from tests.scenarios.desk import REPOSITORY, Desk

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_the_diff_of_the_readme_is_what_such_a_change_prints(desk: Desk) -> None:
    shown = re.search(r"```console\n\$ ajo diff\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    shutil.copytree(REPOSITORY / "actions", desk.root / "actions", dirs_exist_ok=True)
    own = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ajo"]["targets"]
    desk.settings(own["local"]["values"])
    assert desk.ajo("sync", "--yes").exit == 0
    for file, before, after in (
        ("slack-api.capping.json", '"maxCallsCount": 5', '"maxCallsCount": 10'),
        ("SlackPostMessage.json", '"Headline"', '"Headline of the message"'),
    ):
        path = desk.root / "actions/slack" / file
        path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")

    printed = desk.ajo("diff").out.replace(
        "Target here: sandbox " + desk.sandbox, "Target local: sandbox dev"
    )

    assert printed == shown[1]
