"""Lists as rows of named columns, and rows as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toolkit.model.catalog import Catalog, RemoteRef
from toolkit.report.shown import KIND_TITLES, safe
from toolkit.workspace.load import DefinitionFile

Row = dict[str, str]


def definition_rows(definitions: Iterable[DefinitionFile], target: str | None = None) -> list[Row]:
    """Return a row per definition; with `target`, only those meant for it."""
    rows = []
    for item in definitions:
        lifecycle = item.definition.lifecycle
        targets = lifecycle.targets if lifecycle else None
        if target is None or targets is None or target in targets:
            rows.append(
                {
                    "kind": item.definition.kind,
                    "name": item.definition.name,
                    "file": item.file,
                    "targets": ", ".join(targets) if targets else "all",
                    "owner": (lifecycle.owner if lifecycle else None) or "",
                }
            )
    return rows


def live_rows(catalog: Catalog, others: Iterable[tuple[str, str, str]]) -> list[Row]:
    """Return a row per live resource, and one per thing no definition stands for (kind, name, why)."""
    rows = [
        {
            "kind": resource.key.kind,
            "name": resource.name,
            "state": resource.remote.state if resource.remote else "",
            "used in": _users(resource.remote),
            "uid": resource.remote.uid if resource.remote else "",
        }
        for resource in catalog
    ]
    rows += [
        {"kind": kind, "name": name, "state": reason, "used in": "", "uid": ""}
        for kind, name, reason in others
    ]
    return rows


def _users(remote: RemoteRef | None) -> str:
    return ", ".join(f"{use.name} ({use.status})" for use in (remote.used_in if remote else ()))


def table(rows: Sequence[Row]) -> str:
    """Return rows as aligned columns under their names."""
    if not rows:
        return "Nothing to list."
    names = list(rows[0])
    shown = [[safe(_shown(name, row[name])) for name in names] for row in rows]
    widths = [max(len(name), *(len(row[index]) for row in shown)) for index, name in enumerate(names)]
    lines = [[name.upper() for name in names], *shown]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _shown(column: str, content: str) -> str:
    return KIND_TITLES.get(content, content) if column == "kind" else content
