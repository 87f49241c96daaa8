"""The command line as one meets it: help, names, mistakes in typing, completion, a quick start."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.scenarios.desk import COMMAND, REPOSITORY, Desk, action
from toolkit.cli.main import COMMANDS, cli, run
from toolkit.core.codes import CODES, Exit

HEAVY = {"httpx", "pydantic", "IPython", "nbclient", "starlette", "uvicorn", "rich", "jsonschema"}


def every_command() -> list[tuple[str, ...]]:
    """The words of every command there is, those of groups too."""
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        found.append((name,))
        if isinstance(command, click.Group):
            found.extend((name, inner) for inner in command.commands)
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_has_help_that_begins_with_a_sentence(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "--help"]) == 0
    usage, _, rest = capsys.readouterr().out.partition("\n\n")
    assert usage.startswith(f"Usage: ajo {' '.join(words)}")
    sentence = rest.strip().split("\n\n")[0]
    assert sentence[0].isupper()
    assert sentence.endswith((".", '"'))


def command_of(words: tuple[str, ...]) -> click.Command:
    command: click.Command = cli
    for word in words:
        assert isinstance(command, click.Group)
        inner = command.get_command(click.Context(command), word)
        assert inner is not None
        command = inner
    return command


def every_example() -> list[str]:
    """The example in the help of each command that has one."""
    epilogs = [command_of(words).epilog or "" for words in every_command()]
    return [example for epilog in epilogs for example in re.findall("^Example: (.*)$", epilog, re.MULTILINE)]


@pytest.mark.parametrize("example", every_example())
def test_an_example_in_the_help_is_one_that_can_be_typed(example: str) -> None:
    name, *words = shlex.split(re.sub(r'^eval "\$\((.*)\)"$', r"\1", example))
    assert name == "ajo"
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        inner = command.get_command(click.Context(command), words.pop(0))
        assert inner is not None
        command = inner
    command.make_context("ajo", words)


def test_most_commands_show_an_example() -> None:
    groups_and_obvious = {"new", "emulator", "secrets", "target", "demo"}
    assert len(every_example()) == len(every_command()) - len(groups_and_obvious)


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_option_says_what_it_does(words: tuple[str, ...]) -> None:
    for parameter in command_of(words).params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.opts
            assert parameter.help.endswith((".", "]")), parameter.help


def test_the_list_of_commands_is_shown_with_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for name, line in COMMANDS.items():
        assert f"  {name} " in shown
        assert line in shown


def test_a_file_of_a_command_is_listed_and_every_listed_one_is_there() -> None:
    shared = {"__init__", "main", "console", "basing", "carrying_out", "fixing", "pages", "reference"}
    shared |= {"all_targets", "emulator_calls", "emulator_log", "emulator_state", "giving"}
    shared |= {"exercise_records", "loading"}
    files = {file.stem for file in (REPOSITORY / "toolkit/cli").glob("*.py")} - shared
    assert files == {"importing" if name == "import" else name for name in COMMANDS}


@pytest.mark.parametrize(("typed", "meant"), [("validte", "validate"), ("dif", "diff"), ("snyc", "sync")])
def test_a_mistyped_command_is_told_the_nearest_one(
    typed: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([typed]) == 3
    assert f"Did you mean '{meant}'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["validate", "surplus"],
        ["validate", "--no-such-option"],
        ["diff", "--format", "yaml"],
        ["diff", "--target"],
        ["-C", "/no/such/folder", "validate"],
        ["explain"],
        ["emulator", "start", "--port", "70000"],
        ["emulator", "start", "--port", "many"],
        ["emulator", "strt"],
        ["completion", "tcsh"],
        ["schema", "--print", "NoSuchKind"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_3_with_an_error_and_a_way_out(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "error AJO901" in said.err
    assert "→" in said.err


@pytest.mark.parametrize("arguments", [[], ["emulator"]], ids=["ajo", "ajo emulator"])
def test_a_group_alone_shows_its_commands(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 3
    said = capsys.readouterr()
    assert "Commands:" in said.out + said.err
    assert "Traceback" not in said.err


def test_exit_codes_are_what_scripts_depend_on() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "DONE": 0,
        "FAULT": 1,
        "DIFFERENCE": 2,
        "INVALID": 3,
        "AUTHENTICATION": 4,
        "PLATFORM": 5,
        "REFUSED": 6,
        "INTERRUPTED": 130,
    }


def imported_by(folder: Path, *arguments: str) -> set[str]:
    """The top names of all modules that a process has imported once the command is done."""
    code = (
        "import sys\n"
        "from toolkit.cli.main import run\n"
        f"code = run({list(arguments)!r})\n"
        "print('\\n' + ' '.join(sorted(sys.modules)), file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["completion", "bash"]], ids=" ".join)
def test_what_answers_at_once_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    assert not imported_by(tmp_path, *arguments) & HEAVY


def test_validate_imports_no_http_client_and_no_emulator(desk: Desk) -> None:
    desk.write(action("Hello"))
    imported = imported_by(desk.root, "validate")
    assert "toolkit.rules.registry" in imported
    assert not imported & (HEAVY - {"pydantic"} | {"toolkit.platform.client", "toolkit.emulator"})


def test_cases_that_hold_are_checked_without_the_validator_of_schemas(desk: Desk) -> None:
    cases = {"name": "Hello", "cases": [{"name": "one", "refused": ["recipient.id"]}]}
    document = {"$schema": "x", "formatVersion": 1, "kind": "Cases", **cases}
    desk.write(action("Hello")).with_name("Hello.cases.json").write_text(json.dumps(document))
    imported = imported_by(desk.root, "test")
    assert "toolkit.exercise.journey" in imported
    assert not imported & {"jsonschema", "httpx", "httpcore"}


def test_the_version_is_that_of_the_distribution(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "ajo 0.1.0\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_names_the_command_and_its_variable(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "_AJO_COMPLETE" in script
    assert f"{shell}_complete" in script


def completed(desk: Desk, *words: str) -> list[str]:
    """What the shell is offered after `words`, the last of which is being typed."""
    variables = {
        "_AJO_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("ajo", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = desk.process(env=desk.environment(**variables))
    assert (done.exit, done.err) == (0, "")
    return [line.partition(",")[2] for line in done.out.splitlines() if line]


def test_commands_are_completed(desk: Desk) -> None:
    assert completed(desk, "va") == ["validate"]


def test_the_names_of_targets_are_completed(desk: Desk) -> None:
    lines = desk.target_lines()
    (desk.root / "ajo.toml").write_text(
        "".join(f"[targets.{name}]\n{lines}" for name in ("prod", "preview", "dev"))
    )
    assert completed(desk, "diff", "--target", "pr") == ["prod", "preview"]


def test_the_codes_that_explain_knows_are_completed(desk: Desk) -> None:
    assert completed(desk, "explain", "AJO90") == [code for code in CODES if code.startswith("AJO90")]
    assert "AJO203" in completed(desk, "explain", "ajo2")


@pytest.mark.parametrize("settings", ["not toml at all [", ""], ids=["broken settings", "empty settings"])
def test_completion_says_nothing_where_settings_can_not_be_read(desk: Desk, settings: str) -> None:
    (desk.root / "ajo.toml").write_text(settings)
    assert completed(desk, "diff", "--target", "") == []


def test_completion_says_nothing_outside_a_workspace(desk: Desk) -> None:
    (desk.root / "ajo.toml").unlink()
    assert completed(desk, "diff", "--target", "") == []
