"""Two targets side by side: what is missing in one, and what differs field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.core.pointer import format_path, format_pointer
from toolkit.plan.beside import Beside, Difference, Pair
from toolkit.plan.types import ABSENT
from toolkit.report.markdown import bounded, code
from toolkit.report.shown import KIND_TITLES, plural, safe, two
from toolkit.report.text import paint


def beside_text(found: Beside, *, colour: bool = False) -> str:
    """Show each resource that differs, then the sum."""
    lines = [_headline(found), ""]
    for pair in found.pairs:
        lines.extend(_pair_lines(found, pair, colour=colour))
    return "\n".join([*lines, _sum(found)])


def _headline(found: Beside) -> str:
    what = "the sandboxes as they are" if found.live else "the files, values filled in"
    return f"{safe(found.left)} → {safe(found.right)}: {what}"


def _pair_lines(found: Beside, pair: Pair, *, colour: bool) -> Iterator[str]:
    if pair.is_same:
        return
    title = f"{KIND_TITLES.get(pair.kind, pair.kind)} {safe(pair.name)}"
    lacking = _lacking(found, pair)
    if lacking:
        yield f"  {paint(title, 'bold', colour=colour)}: {paint(lacking, 'yellow', colour=colour)}"
    else:
        yield f"  {paint(title, 'bold', colour=colour)}"
    for item in pair.differences:
        yield f"      {safe(format_path(item.path))}: {' → '.join(two(item.left, item.right))}"
    if pair.hidden:
        paths = ", ".join(safe(format_path(path)) for path in pair.hidden)
        yield f"      not comparable, the platform hides it: {paths}"


def _lacking(found: Beside, pair: Pair) -> str:
    if pair.in_left and pair.in_right:
        return ""
    return f"only in {safe(found.left if pair.in_left else found.right)}"


def _sum(found: Beside) -> str:
    both = [pair for pair in found.pairs if pair.in_left and pair.in_right]
    same = sum(pair.is_same for pair in both)
    only_left = sum(not pair.in_right for pair in found.pairs)
    only_right = sum(not pair.in_left for pair in found.pairs)
    return (
        f"{plural(len(both) - same, 'resource')} with differences, {same} without; "
        f"{only_left} only in {safe(found.left)}, {only_right} only in {safe(found.right)}."
    )


def beside_markdown(found: Beside) -> str:
    """Show the same as tables."""
    lines = [f"### {code(found.left)} beside {code(found.right)}", "", _sum(found), ""]
    for pair in found.pairs:
        if pair.is_same:
            continue
        lacking = _lacking(found, pair)
        title = f"{KIND_TITLES.get(pair.kind, pair.kind)} {code(pair.name)}"
        lines += [f"#### {title}{': ' + lacking if lacking else ''}", ""]
        if pair.differences:
            lines += [f"| field | {code(found.left)} | {code(found.right)} |", "| --- | --- | --- |"]
            lines += [_row(item) for item in pair.differences]
            lines.append("")
        if pair.hidden:
            paths = ", ".join(code(format_path(path)) for path in pair.hidden)
            lines += [f"Not comparable, the platform hides it: {paths}", ""]
    return bounded(lines)


def _row(item: Difference) -> str:
    cells = (format_path(item.path), *two(item.left, item.right))
    return f"| {' | '.join(map(code, cells))} |"


def beside_data(found: Beside) -> dict[str, Any]:
    """Return every resource of either side; a side of a field is left out where it has nothing there."""
    return {
        "format": "ajo-compare",
        "version": 1,
        "left": found.left,
        "right": found.right,
        "live": found.live,
        "same": found.is_same,
        "resources": [
            {
                "kind": pair.kind,
                "name": pair.name,
                "inLeft": pair.in_left,
                "inRight": pair.in_right,
                "differences": [_difference(item) for item in pair.differences],
                "hidden": [format_pointer(path) for path in pair.hidden],
            }
            for pair in found.pairs
        ],
    }


def _difference(item: Difference) -> dict[str, Any]:
    sides = {"left": item.left, "right": item.right}
    return {"pointer": format_pointer(item.path)} | {
        name: side for name, side in sides.items() if side is not ABSENT
    }
