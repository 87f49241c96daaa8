"""``ajo fmt``: canonical form, for a workspace, for some files, and for editors that format on save."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.console import json_option, uses_colour, workspace_of
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.app.format import Looked

STDIN = "-"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to do with what is not canonical; without any of it, write."""

    check: bool
    diff: bool
    json: bool

    @property
    def writes(self) -> bool:
        return not (self.check or self.diff)


@click.command("fmt", epilog="Example: ajo fmt --check")
@click.argument("files", nargs=-1, metavar="[FILE | FOLDER | -]...")
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 when a file is not canonical.")
@click.option(
    "--diff", "show_diff", is_flag=True, help="Write nothing; show what would change, for patch -p0."
)
@click.option("--stdin-filename", metavar="NAME", default="<stdin>", help="What messages call the text of -.")
@json_option
@click.pass_obj
def command(  # one parameter per argument and option, as click has it
    directory: str, files: tuple[str, ...], check: bool, show_diff: bool, stdin_filename: str, as_json: bool
) -> int:
    """Bring definitions and cases into canonical form; what is sent never changes.

    Without FILE, all of the workspace; - reads one definition, or cases, from standard input and writes it to
    standard output. What can't be read is left alone and makes the exit code 3.
    """
    from toolkit.app.format import look_at_files, look_at_workspace

    wanted = _Wanted(check, show_diff, as_json)
    if STDIN in files:
        if len(files) > 1 or (as_json and wanted.writes):
            message = "- stands alone: no other files, and --json only with --check or --diff"
            raise AjoError("AJO901", message)
        return _format_stdin(stdin_filename, wanted)
    if files:
        looked = look_at_files(Path(directory), files)
        _show_findings(looked)
    else:
        looked = look_at_workspace(workspace_of(directory))
        _name_broken(looked)
    return _format_files(looked, wanted)


def _format_files(looked: Looked, wanted: _Wanted) -> int:
    from toolkit.app.format import rewrite
    from toolkit.core.codes import Exit
    from toolkit.report.shown import plural, safe

    changed = []
    for item in looked.changes:
        if wanted.writes and not rewrite(item):
            changed.append(item.file)
        elif wanted.diff and not wanted.json:
            show_change(item.file, item.before, item.after)
        elif not wanted.json:
            click.echo(f"{'formatted' if wanted.writes else 'would format'} {safe(item.file)}")
    left_alone = sorted({*looked.broken, *changed})
    if wanted.json:
        _show_json(looked, left_alone, written=wanted.writes)
    else:
        found = f"{plural(len(looked.changes), 'file')} not canonical, {looked.canonical} are."
        click.echo(found, err=wanted.diff)
    if changed:
        names = ", ".join(map(safe, changed))
        click.echo(f"left alone, changed while this ran, so run it again: {names}", err=True)
    if left_alone:
        return Exit.INVALID
    return Exit.DIFFERENCE if looked.changes and not wanted.writes else Exit.DONE


def _format_stdin(name: str, wanted: _Wanted) -> int:
    from toolkit.app.format import look_at_text
    from toolkit.core.codes import Exit
    from toolkit.report.shown import safe

    content = _stdin()
    looked = look_at_text(name, content)
    _show_findings(looked)
    if wanted.json:
        _show_json(looked, looked.broken, written=False)
    if looked.broken:
        return Exit.INVALID
    for item in looked.changes:
        if wanted.diff and not wanted.json:
            show_change(item.file, item.before, item.after)
        elif wanted.check:
            click.echo(f"would format {safe(name)}", err=True)
    if wanted.writes:
        _write_exactly(looked.changes[0].after.encode() if looked.changes else content)
        return Exit.DONE
    return Exit.DIFFERENCE if looked.changes else Exit.DONE


def _stdin() -> bytes:
    from toolkit.app.format import TEXT_BYTES

    try:
        return sys.stdin.buffer.read(TEXT_BYTES)
    except (AttributeError, OSError, ValueError):  # there is none, or it is closed
        raise AjoError(
            "AJO009", "standard input can't be read", fix="Hand it one definition, or one file of cases."
        ) from None


def _show_findings(looked: Looked) -> None:
    from toolkit.report.text import findings_text

    if looked.findings:
        shown = findings_text(looked.findings, 0, colour=uses_colour(sys.stderr))
        click.echo("\n".join(shown.splitlines()[:-1]), err=True)


def _name_broken(looked: Looked) -> None:
    from toolkit.report.shown import safe

    if looked.broken:
        click.echo(f"left alone, see `ajo validate`: {', '.join(map(safe, looked.broken))}", err=True)


def show_change(file: str, before: str, after: str) -> None:
    """Show a change: harmless and in colours on a terminal, exact for whatever else reads it."""
    from toolkit.report.patch import patch_of, shown_patch

    patch = patch_of(file, before, after)
    if sys.stdout.isatty():
        click.echo(shown_patch(patch, colour=uses_colour(sys.stdout)))
    else:
        _write_exactly(patch.encode())


def _show_json(looked: Looked, left_alone: list[str], *, written: bool) -> None:
    from toolkit.report import data

    names = [item.file for item in looked.changes if item.file not in left_alone]
    click.echo(data.to_json(data.format_data(names, left_alone, written=written)))


def _write_exactly(content: bytes) -> None:
    """Write bytes as they are, whatever the encoding and line ends of the output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
