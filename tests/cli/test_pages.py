"""The generated pages say what the tool says now, and leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from tests.cli.test_help_and_usage import command_of, every_command
from tests.scenarios.desk import REPOSITORY
from toolkit.cli.main import cli
from toolkit.cli.pages import pages, stale_pages, write_pages
from toolkit.cli.reference import reference
from toolkit.core.codes import EXIT_MEANINGS, Exit

ROW = re.compile(r"^\| (\d+) \| (.*) \|$", re.MULTILINE)
CONTEXT = click.Context(cli)
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def chapter(words: tuple[str, ...]) -> str:
    """What the reference says of one command."""
    head = f"\n## ajo {' '.join(words)}\n"
    text = reference(cli)
    assert text.count(head) == 1, head
    return text.split(head)[1].split("\n## ")[0]


@pytest.mark.parametrize("name", pages())
def test_a_generated_page_is_current(name: str) -> None:
    assert name not in list(stale_pages(REPOSITORY)), "run `make docs` and commit what it writes"


def test_what_is_missing_or_different_is_written_and_then_current(tmp_path: Path) -> None:
    assert write_pages(tmp_path) == list(pages())
    (tmp_path / "docs/cli.md").write_text("something else")
    assert write_pages(tmp_path) == ["docs/cli.md"]
    assert write_pages(tmp_path) == []


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_is_documented_with_all_it_takes(words: tuple[str, ...]) -> None:
    text = chapter(words)
    for parameter in command_of(words).params:
        names = parameter.opts if isinstance(parameter, click.Option) else [parameter.make_metavar(CONTEXT)]
        for name in names:
            assert name in text, name


def test_a_command_without_documentation_would_be_noticed() -> None:
    group = click.Group("ajo", commands=[click.Command("hidden", hidden=True), click.Command("open")])
    assert "## ajo open" in reference(group)
    assert "hidden" not in reference(group)


def test_a_bar_does_not_end_a_cell_of_the_table() -> None:
    rows = [line for line in reference(cli).splitlines() if line.startswith("| `")]
    assert any("\\|" in row for row in rows)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {3}


def test_every_exit_code_has_a_meaning() -> None:
    assert list(EXIT_MEANINGS) == list(Exit)


@pytest.mark.parametrize("page", [README, reference(cli)], ids=["README.md", "docs/cli.md"])
def test_the_table_of_exit_codes_is_that_of_the_code(page: str) -> None:
    table = page.split("## Exit codes")[1].split("\n## ", maxsplit=1)[0]
    assert {int(code): meaning for code, meaning in ROW.findall(table)} == EXIT_MEANINGS


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`ajo ([a-z]+)", README))))
def test_a_command_that_the_readme_names_is_there(name: str) -> None:
    assert name in cli.list_commands(CONTEXT)
