"""``ajo explain``: what a code means."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

import click

from toolkit.cli.console import json_option, uses_colour
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@click.command("explain", epilog="Example: ajo explain 203")
@click.argument("code", shell_complete=lambda ctx, parameter, begun: code_items(begun))
@json_option
def command(code: str, as_json: bool) -> None:
    """Explain CODE, as printed beside a finding or an error; a rule with a wrong and a right example.

    The examples show what matters in them; with --json they are whole.
    """
    from toolkit.report import data, explained
    from toolkit.rules import rule
    from toolkit.rules.meanings import all_codes, meaning

    code = full_code(code)
    known = meaning(code)
    if known is None:
        close = nearest(code, all_codes())
        fix = f"Did you mean {close}?" if close else "Codes look like AJO103; `ajo rules` lists the rules'."
        raise AjoError("AJO901", f"{code} is not a code of this tool", fix=fix)
    if as_json:
        click.echo(data.to_json(explained.explanation_data(known, rule(code))))
    else:
        click.echo(explained.explanation_text(known, rule(code), colour=uses_colour(sys.stdout)))


def code_items(begun: str) -> list[CompletionItem]:
    """Return the codes that begin as what was typed, each with its meaning."""
    from click.shell_completion import CompletionItem

    from toolkit.rules.meanings import all_codes, meaning

    known = (meaning(code) for code in all_codes() if code.startswith(begun.upper()))
    return [CompletionItem(each.code, help=each.summary) for each in known if each]


def full_code(typed: str) -> str:
    """Return a code as it is printed: ``ajo203`` and ``203`` are ``AJO203``."""
    typed = typed.strip().upper()
    return f"AJO{typed:0>3}" if re.fullmatch("[0-9]{1,3}", typed) else typed


def nearest(typed: str, codes: Sequence[str]) -> str:
    """Return the code most like `typed`, or ``""``: of all that come near, how they begin and end counts."""
    from difflib import get_close_matches

    def shared(code: str) -> int:
        both_ways = (zip(code, typed, strict=False), zip(code[::-1], typed[::-1], strict=False))
        return sum(len(list(takewhile(lambda pair: pair[0] == pair[1], pairs))) for pairs in both_ways)

    close = sorted(get_close_matches(typed, codes, n=len(codes)))
    return max(close, key=shared, default="")
