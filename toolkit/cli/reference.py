"""The command reference as Markdown, read from the commands themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from toolkit.core.codes import EXIT_MEANINGS

HEAD = """\
# The commands

<!-- Written by `make docs` from the commands' own help. Change that, not this page. -->

`ajo` alone, `ajo --help` and `ajo COMMAND --help` show the same in a terminal. Every command takes the
options of `ajo` itself before its name: `ajo -C folder validate`.

"""
_EXAMPLE = re.compile("^Example: (.*)$", re.MULTILINE)
WIDE = 10_000
"""Columns of a terminal on which nothing is wrapped."""


def reference(group: click.Group) -> str:
    """Return the page of `group`: each command with arguments, options and examples, and the exit codes."""
    context = click.Context(
        group, info_name="ajo", terminal_width=WIDE, max_content_width=WIDE, **group.context_settings
    )
    chapters = [HEAD + _options(group, context)]
    chapters += [_chapter(command, inner) for command, inner in _commands(group, context)]
    chapters.append(_exit_codes())
    return "\n".join(chapters)


def _commands(group: click.Group, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, context, name, terminal_width=WIDE, max_content_width=WIDE)
        yield command, inner
        if isinstance(command, click.Group):
            yield from _commands(command, inner)


def _chapter(command: click.Command, context: click.Context) -> str:
    usage = context.get_usage().removeprefix("Usage: ")
    lines = [f"## {context.command_path}", "", "```console", f"$ {usage}", "```", ""]
    lines += [inspect.cleandoc(command.help or ""), ""]
    if command.epilog:
        lines += [_EXAMPLE.sub(r"Example: `\1`", inspect.cleandoc(command.epilog)), ""]
    options = _options(command, context)
    return "\n".join([*lines, options] if options else lines)


def _options(command: click.Command, context: click.Context) -> str:
    records = [
        record
        for parameter in (command.params if context.parent else command.get_params(context))
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context))
    ]
    if not records:
        return ""
    rows = [f"| `{_cell(names)}` | {_cell(meaning)} |" for names, meaning in records]
    return "\n".join(["| option | meaning |", "| --- | --- |", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _exit_codes() -> str:
    rows = [f"| {int(code)} | {meaning} |" for code, meaning in EXIT_MEANINGS.items()]
    return "\n".join(["## Exit codes", "", "| code | meaning |", "| --- | --- |", *rows, ""])
