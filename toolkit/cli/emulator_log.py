"""``ajo emulator log``: what was asked and answered."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import click

from toolkit.cli.console import json_option
from toolkit.cli.emulator_calls import call, port_option

_WAIT_S = 25


@click.command("log", epilog="Example: ajo emulator log --follow --sandbox dev")
@port_option
@click.option("--sandbox", metavar="NAME", default="", help="Only requests to this sandbox.")
@click.option(
    "-n", "--lines", type=click.IntRange(1, 10_000), default=20, show_default=True, help="The last so many."
)
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes; Ctrl-C ends it.")
@click.option("--bodies", is_flag=True, help="Show headers and bodies too, without secrets.")
@json_option
def log(port: int, sandbox: str, lines: int, follow: bool, bodies: bool, as_json: bool) -> None:
    """Show the last requests; as JSON one request a line."""
    wanted = {"sandbox": sandbox, "bodies": str(bodies).lower()}
    first = call(port, "GET", f"requests?{urlencode({**wanted, 'limit': lines})}")
    answers = _going_on(port, wanted, first) if follow else iter([first])
    for answer in answers:
        if answer["missed"]:
            click.echo(f"{answer['missed']} requests were let go before they were read", err=True)
        for entry in answer["requests"]:
            for line in (json.dumps(entry),) if as_json else _lines(entry):
                click.echo(line)
        sys.stdout.flush()


def _going_on(port: int, wanted: dict[str, str], answer: Any) -> Iterator[Any]:
    while True:
        yield answer
        after = {"after": answer["next"], "wait": _WAIT_S}
        answer = call(port, "GET", f"requests?{urlencode({**wanted, **after})}")


def _lines(entry: dict[str, Any]) -> Iterator[str]:
    from toolkit.report.shown import safe

    query = "&".join(f"{name}={value}" for name, value in entry["query"].items())
    yield safe(
        f"{entry['time'][11:23]}  {entry['status'] or '---'}  {entry['method']} {entry['path']}"
        f"{'?' if query else ''}{query}  {entry['sandbox'] or '-'}  {entry['durationMs']:g} ms"
        f"{'  fault: ' + entry['fault'] if entry['fault'] else ''}"
    )
    for mark, side in ((">", entry.get("request")), ("<", entry.get("answer"))):
        for name, value in side["headers"].items() if side else ():
            yield safe(f"    {mark} {name}: {value}")
        if side and side["body"] is not None:
            yield safe(f"    {mark} {json.dumps(side['body'], ensure_ascii=False)}")
