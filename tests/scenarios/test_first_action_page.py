"""docs/first-action.md: its commands, in order, in an empty folder, lead where it says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.scenarios.desk import REPOSITORY
from toolkit.cli.main import run
from toolkit.emulator import EmulatorConfig, start_emulator

PAGE = (REPOSITORY / "docs/first-action.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line[2:])
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


def test_the_page_leads_from_a_curl_command_to_a_synced_action(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (script,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    with start_emulator(EmulatorConfig()) as running:
        for command in COMMANDS:
            if command[0] == "cd":
                monkeypatch.chdir(tmp_path / command[1])
                Path("call.txt").write_text(script)
                # The page's platform listens where the settings of a new workspace say; this one elsewhere.
                settings = Path("ajo.toml")
                address = running.ims_url
                settings.write_text(settings.read_text().replace("http://127.0.0.1:8765", address))
                continue
            assert run(command[1:]) == 0, (command, capsys.readouterr())
    folder = tmp_path / "shop/actions/example"
    definition = json.loads((folder / "ShopWelcome.json").read_text())
    assert definition["request"]["template"] == "welcome"
    assert definition["response"]["messageId"] == "string"
    assert "3f9a7c1e5b2d4860" not in "".join(file.read_text() for file in folder.iterdir())
    (case,) = json.loads((folder / "ShopWelcome.cases.json").read_text())["cases"]
    assert case["journey"]["view"]["@action{ShopWelcome.received.body.points}"] == 120
