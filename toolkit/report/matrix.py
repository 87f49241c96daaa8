"""Plans of several targets: a row for each resource, a column for each target, then the plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolkit.plan.matrix import Cell, Column, Row
from toolkit.report import data
from toolkit.report.markdown import bounded, code, plan_markdown, prose
from toolkit.report.shown import KIND_TITLES, safe
from toolkit.report.text import paint, plan_text

_COLOURS = {
    Cell.CREATE: "green",
    Cell.UPDATE: "yellow",
    Cell.DELETE: "red",
    Cell.BLOCKED: "red",
    Cell.UNKNOWN: "red",
}


def matrix_text(rows: Sequence[Row], columns: Sequence[Column], *, colour: bool = False) -> str:
    """Show the table, why a target could not be read, and each plan."""
    head = ["", *(safe(column.target) for column in columns)]
    table = [[_title(row), *(cell.value for cell in row.cells)] for row in rows]
    widths = [max(map(len, cells)) for cells in zip(head, *table, strict=True)]
    lines = [_line(head, widths, [""] * len(head), colour=False)]
    for row, cells in zip(rows, table, strict=True):
        styles = ["", *(_COLOURS.get(cell, "") for cell in row.cells)]
        lines.append(_line(cells, widths, styles, colour=colour))
    for column in columns:
        lines.append("")
        if column.plan is not None:
            lines.append(plan_text(column.plan, colour=colour))
        elif column.error is not None:
            why = paint(f"not read {column.error.code}", "red", colour=colour)
            lines.append(f"Target {safe(column.target)}: {why}: {safe(column.error.message)}")
            lines.append(f"    → {safe(column.error.fix)}")
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int], styles: Sequence[str], *, colour: bool) -> str:
    last = len(cells) - 1
    padded = (
        (cell, "" if index == last else " " * (width - len(cell)), style)
        for index, (cell, width, style) in enumerate(zip(cells, widths, styles, strict=True))
    )
    return "  ".join(
        (paint(cell, style, colour=colour) if style else cell) + pad for cell, pad, style in padded
    )


def _title(row: Row) -> str:
    return f"{KIND_TITLES.get(row.kind, row.kind)} {safe(row.name)}"


def matrix_markdown(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """Show the same for a pull request; the table comes first, for the case that the rest is cut."""
    lines = [
        f"| resource | {' | '.join(code(column.target) for column in columns)} |",
        f"| --- |{' --- |' * len(columns)}",
    ]
    for row in rows:
        title = f"{KIND_TITLES.get(row.kind, row.kind)} {code(row.name)}"
        lines.append(f"| {title} | {' | '.join(_marked(cell) for cell in row.cells)} |")
    for column in columns:
        lines.append("")
        if column.plan is not None:
            lines.append(plan_markdown(column.plan))
        elif column.error is not None:
            error = column.error
            lines += [f"### Target {code(column.target)}: not read", ""]
            lines.append(f"{error.code} {prose(error.message)}. {prose(error.fix)}")
    return bounded(lines)


def _marked(cell: Cell) -> str:
    return f"**{cell.value}**" if cell in _COLOURS else cell.value


def matrix_data(rows: Sequence[Row], columns: Sequence[Column]) -> dict[str, Any]:
    """Return the table by target, and each plan or error."""
    names = [column.target for column in columns]
    return {
        "format": "ajo-plans",
        "version": 1,
        "complete": all(column.error is None for column in columns),
        "resources": [
            {
                "kind": row.kind,
                "name": row.name,
                "targets": {name: cell.value for name, cell in zip(names, row.cells, strict=True)},
            }
            for row in rows
        ],
        "targets": [
            {
                "target": column.target,
                "plan": data.plan_data(column.plan) if column.plan is not None else None,
                "error": data.error_data(column.error) if column.error is not None else None,
            }
            for column in columns
        ],
    }
