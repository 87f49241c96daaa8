"""``ajo new``: a definition from an example, a curl command, or an operation of an OpenAPI description."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.console import uses_colour, workspace_of

if TYPE_CHECKING:
    from toolkit.app.new import ActionWish, Result
    from toolkit.workspace.load import Workspace

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("new")
def command() -> None:
    """Write a new definition; a file is never overwritten without --force."""


def _output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--force", is_flag=True, help="Replace the file that is there."),
        click.option("--stdout", "to_stdout", is_flag=True, help="Print the definition; write nothing."),
        click.option(
            "--folder", metavar="PARTNER", help="Folder below that of the definitions; else the host's."
        ),
    ):
        function = option(function)
    return function


@command.command(
    "action",
    context_settings={"allow_extra_args": True},
    epilog="Places: recipient.id, header:X-Locale, query:lang.\n\n"
    "Example: ajo new action Welcome --from-curl @call.txt",
)
@click.argument("name")
@click.option("--url", help="Scheme, host and path; a query becomes parameters.")
@click.option("--method", help="POST, GET or PUT.")
@click.option("--header", "headers", multiple=True, metavar="'K: V'", help="A header; may be repeated.")
@click.option("--request", type=_FILE, metavar="FILE", help="An example of what is sent, JSON.")
@click.option("--response", type=_FILE, metavar="FILE", help="An example of what is answered.")
@click.option("--failure", type=_FILE, metavar="FILE", help="An example of what is answered on failure.")
@click.option("--constants", multiple=True, metavar="PLACES", help="Places that are the same in every call.")
@click.option("--variables", multiple=True, metavar="PLACES", help="The only places that are not.")
@click.option("--all-constant", is_flag=True, help="The whole request is the same in every call.")
@click.option(
    "--from-curl", "curl", metavar="COMMAND", help="A command line, - for standard input, or @FILE."
)
@click.option("--from-openapi", "description", type=_FILE, metavar="FILE", help="OpenAPI 3.0 or 3.1.")
@click.option("--operation", default="", metavar="ID", help="Its operationId, or 'POST /path'.")
@click.option("--path-values", multiple=True, metavar="NAMES", help="Path parameters that a target fixes.")
@click.option(
    "--dynamic-path", is_flag=True, help="Let the journey append the path from its first parameter."
)
@_output_options
@click.pass_context
def action(ctx: click.Context, /, **options: Any) -> int:
    """Write a custom action NAME.

    Fields of the request become variables with labels made from their names. What an example can't tell for
    sure is named. Credentials are replaced by references; their values are neither written nor shown.
    """
    from toolkit.app.new import make_action

    if ctx.args:
        raise click.UsageError("unexpected words; put a curl command in single quotes, as one value.", ctx)
    _check_together(options, ctx)
    wish = _wish(options, ctx)
    workspace = workspace_of(ctx.obj)
    return _deliver(workspace, make_action(workspace, wish), options)


@command.command(
    "capping",
    epilog="Example: ajo new capping crm --url 'https://crm.example/*' --calls 500 --period-ms 1000",
)
@click.argument("name")
@click.option(
    "--url", required=True, metavar="PATTERN", help="URL pattern; * stands for any text after the host."
)
@click.option(
    "--method", "methods", multiple=True, default=("POST",), show_default=True, help="May be repeated."
)
@click.option("--calls", type=click.IntRange(1), required=True, help="Calls in one period.")
@click.option("--period-ms", type=click.IntRange(1), required=True, help="Length of the period.")
@click.option("--connections", type=click.IntRange(1), help="Connections open at once.")
@_output_options
@click.pass_obj
def capping(directory: str, /, **options: Any) -> int:
    """Write a capping NAME for the actions that a URL pattern matches."""
    from toolkit.app.new import make_capping
    from toolkit.app.new.capping import CappingWish

    numbers = (options["calls"], options["period_ms"], options["connections"])
    wish = CappingWish(options["name"], options["url"], options["methods"], *numbers)
    workspace = workspace_of(directory)
    return _deliver(workspace, make_capping(workspace, wish, options["folder"]), options)


def _check_together(options: dict[str, Any], ctx: click.Context) -> None:
    if options["curl"] is not None and options["description"] is not None:
        raise click.UsageError("--from-curl and --from-openapi exclude each other.", ctx)
    if (options["description"] is None) != (not options["operation"]):
        raise click.UsageError("--from-openapi and --operation need each other.", ctx)
    if options["description"] is None and (options["path_values"] or options["dynamic_path"]):
        raise click.UsageError("--path-values and --dynamic-path belong to --from-openapi.", ctx)
    if sum(map(bool, (options["constants"], options["variables"], options["all_constant"]))) > 1:
        raise click.UsageError("--constants, --variables and --all-constant exclude each other.", ctx)


def _wish(options: dict[str, Any], ctx: click.Context) -> ActionWish:
    from toolkit.app.new import ActionWish
    from toolkit.app.new.choice import Choice
    from toolkit.app.new.inputs import read_example
    from toolkit.app.new.openapi_url import PathWish

    stands_alone = options["curl"] is None and options["description"] is None
    examples = {
        name: None if options[name] is None else read_example(_path(ctx, options[name]))
        for name in ("request", "response", "failure")
    }
    return ActionWish(
        name=options["name"],
        url=_asked(options["url"], "url", ctx) if stands_alone else options["url"],
        method=_asked(options["method"], "method", ctx) if stands_alone else options["method"],
        folder=options["folder"],
        headers=options["headers"],
        choice=Choice(_split(options["constants"]), _split(options["variables"]), options["all_constant"]),
        curl=_curl(options["curl"], ctx),
        description=options["description"] and _path(ctx, options["description"]),
        operation=options["operation"],
        path=PathWish(_split(options["path_values"]), options["dynamic_path"]),
        **examples,
    )


def _path(ctx: click.Context, path: Path) -> Path:
    """Return where a file is, as if started in the folder of ``-C``."""
    return Path(ctx.obj) / path


def _split(places: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for text in places for part in text.split(",") if part.strip())


def _asked(given: str | None, name: str, ctx: click.Context) -> str:
    """Return an option's value, asked for on a terminal."""
    if given:
        return given
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(f"--{name} is missing; or use --from-curl or --from-openapi.", ctx)
    default = "POST" if name == "method" else None
    return str(click.prompt(f"The action's {name}", default=default, err=True))


def _curl(given: str | None, ctx: click.Context) -> str | None:
    from toolkit.app.new.inputs import decoded, read_text
    from toolkit.workspace.read import MAX_FILE_BYTES

    if given == "-":
        return decoded(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), "standard input")
    if given is not None and given.startswith("@"):
        return read_text(_path(ctx, Path(given[1:])))
    return given


def _deliver(workspace: Workspace, result: Result, options: dict[str, Any]) -> int:
    from toolkit.app.new.place import put
    from toolkit.core.codes import Exit
    from toolkit.core.diagnostics import has_errors

    if options["to_stdout"]:
        click.echo(result.made.text, nl=False)
        _tell(result)
    else:
        put(workspace, result.made, force=options["force"])
        click.echo(f"wrote {result.made.file}")
        _tell(result)
        click.echo("Next: look at it, then ajo validate, ajo diff.")
    return Exit.INVALID if has_errors(result.made.findings) else Exit.DONE


def _tell(result: Result) -> None:
    """Say on standard error what is doubtful, was left out, must be provided, and is wrong."""
    from toolkit.report import text
    from toolkit.report.shown import safe

    lines: list[str] = []
    if result.doubts:
        lines.append("Doubtful, please check:")
        for question, places in result.doubts:
            more = f" and {len(places) - 10} more" if len(places) > 10 else ""
            lines += [f"  {safe(question)}", f"      {safe(', '.join(places[:10]))}{more}"]
    if result.notes:
        lines += ["Decided or left out:", *(f"  {safe(note)}" for note in result.notes)]
    if result.secrets:
        lines += [
            "Secrets to provide; no value was written:",
            *(f"  {safe(name)}" for name in result.secrets),
        ]
    if result.made.findings:
        shown = text.findings_text(result.made.findings, 1, colour=uses_colour(sys.stderr))
        lines += shown.splitlines()
    if lines:
        click.echo("\n".join(lines), err=True)
