"""What a recording taught, as TOML with its reasons as comments, and as data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from toolkit.core.canonical import dump_json
from toolkit.platform.teaching.draft import Part
from toolkit.platform.teaching.proposal import Proposal
from toolkit.report.shown import plural, safe

WIDTH = 110


def learned_toml(proposal: Proposal, prefix: str, target: str) -> str:
    """Return the proposed settings of a target, each with what it rests on and what is unsure.

    `prefix` is what the names of tables begin with in the file that they are for.
    """
    lines = [f"# Proposed from {plural(proposal.calls, 'recorded call')}. Read it before you use it."]
    for words in (*proposal.missing, *proposal.notes):
        lines += _comment(words)
    for collection, parts in proposal.collections.items():
        lines += ["", *_table(f"{prefix}targets.{_key(target)}.api.{collection}", parts)]
    if not proposal.collections:
        lines.append("# Everything that was recorded is as the settings have it: nothing to add.")
    return "\n".join(lines) + "\n"


def learned_data(proposal: Proposal, target: str) -> dict[str, Any]:
    """Return the same as data."""
    return {
        "format": "ajo-learned",
        "version": 1,
        "target": target,
        "calls": proposal.calls,
        "missing": list(proposal.missing),
        "notes": list(proposal.notes),
        "api": {
            collection: [
                {
                    "setting": part.key,
                    "value": part.value,
                    "restsOn": list(part.rests_on),
                    "doubts": list(part.doubts),
                }
                for part in parts
            ]
            for collection, parts in proposal.collections.items()
        },
    }


def _table(name: str, parts: tuple[Part, ...]) -> Iterator[str]:
    plain = [part for part in parts if not isinstance(part.value, dict)]
    yield f"[{name}]"
    for part in plain:
        yield from _reasons(part)
        yield f"{_key(part.key)} = {_value(part.value)}"
    for part in parts:
        if isinstance(part.value, dict):
            yield ""
            yield from _reasons(part)
            yield from _lines(f"{name}.{_key(part.key)}", part.value)


def _lines(name: str, table: dict[str, Any]) -> Iterator[str]:
    yield f"[{name}]"
    for key, value in table.items():
        if not isinstance(value, dict):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _lines(f"{name}.{_key(key)}", value)


def _reasons(part: Part) -> Iterator[str]:
    numbers = ", ".join(map(str, part.rests_on[:12])) + (", …" if len(part.rests_on) > 12 else "")
    yield from _comment(
        f"rests on call {numbers}" if len(part.rests_on) == 1 else f"rests on calls {numbers}"
    )
    for doubt in part.doubts:
        yield from _comment(f"unsure: {doubt}")


def _comment(words: str) -> Iterator[str]:
    line = "#"
    for word in safe(words).split():
        if len(line) + len(word) >= WIDTH:
            yield line
            line = "#  "
        line += f" {word}"
    yield line


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else dump_json(name)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return dump_json(value, indent=None)
