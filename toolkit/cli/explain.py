"""``ajo explain``: what a code means."""

from __future__ import annotations

import click

from toolkit.cli.console import json_option
from toolkit.core.errors import AjoError


@click.command("explain")
@click.argument("code")
@json_option
def command(code: str, as_json: bool) -> None:
    """Explain CODE, as printed beside a finding or an error (such as AJO103)."""
    from toolkit.core.codes import CODES
    from toolkit.report import data
    from toolkit.rules import rule

    code = code.upper()
    found = rule(code)
    if found is not None:
        explanation = {
            "code": code,
            "meaning": found.summary,
            "why": found.why,
            "fix": found.fix,
            "page": found.page,
        }
    elif code in CODES:
        meaning = CODES[code]
        explanation = {
            "code": code,
            "meaning": meaning.meaning,
            "fix": meaning.fix,
            "exit": str(int(meaning.exit)),
        }
    else:
        raise AjoError("AJO901", f"{code} is not a code of this tool", fix="Codes look like AJO103.")
    if as_json:
        click.echo(data.to_json({"format": "ajo-explanation", "version": 1, **explanation}))
        return
    for name, content in explanation.items():
        if content:
            click.echo(f"{name:8} {content}")
