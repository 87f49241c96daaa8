"""What is kept, and what one transaction does with it: elements, and which journey names which action.

An element is JSON text under organisation, sandbox, kind and uid. Its sequence number is its place in every
list: the order of creation, which no update changes (PF-LST-3).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from toolkit.emulator.wire import JsonObject

ELEMENT = "seq, organisation, sandbox, kind, uid, name, body"
USE = "organisation, sandbox, mark, journey, name, status"
Row: TypeAlias = tuple[Any, ...]
_HERE = "organisation = ? AND sandbox = ? AND kind = ?"


@dataclass(frozen=True, slots=True)
class Space:
    """Where an element lives; nothing is visible outside of its organisation and sandbox."""

    organisation: str
    sandbox: str


@dataclass(frozen=True, slots=True)
class Element:
    """One stored thing. ``name`` is what it is found by in its kind, ``""`` when it has none."""

    uid: str
    name: str
    body: JsonObject


@dataclass(frozen=True, slots=True)
class Use:
    """A journey that names an action: ``mark`` is the action's name or uid as the journey's node gives it."""

    mark: str
    journey: str
    name: str
    status: str


class Transaction:
    """Reads and writes that happen together or not at all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    def add(self, space: Space, kind: str, element: Element) -> None:
        """Append an element; its uid is new in this space and kind."""
        self._sql.execute(
            "INSERT INTO element (organisation, sandbox, kind, uid, name, body) VALUES (?, ?, ?, ?, ?, ?)",
            (space.organisation, space.sandbox, kind, element.uid, element.name, json.dumps(element.body)),
        )

    def replace(self, space: Space, kind: str, element: Element) -> None:
        """Overwrite the element of this uid; its place in lists stays."""
        self._sql.execute(
            f"UPDATE element SET name = ?, body = ? WHERE {_HERE} AND uid = ?",
            (element.name, json.dumps(element.body), space.organisation, space.sandbox, kind, element.uid),
        )

    def remove(self, space: Space, kind: str, uid: str) -> None:
        """Delete the element of this uid, if there is one."""
        self._sql.execute(
            f"DELETE FROM element WHERE {_HERE} AND uid = ?", (space.organisation, space.sandbox, kind, uid)
        )

    def get(self, space: Space, kind: str, uid: str) -> Element | None:
        """The element of this uid, or None."""
        return self._first(f"{_HERE} AND uid = ?", (space.organisation, space.sandbox, kind, uid))

    def named(self, space: Space, kind: str, name: str) -> Element | None:
        """The oldest element of this name, or None."""
        return self._first(f"{_HERE} AND name = ?", (space.organisation, space.sandbox, kind, name))

    def page(self, space: Space, kind: str, offset: int = 0, limit: int = -1) -> list[Element]:
        """Elements oldest first: ``limit`` of them (-1 for all) after skipping ``offset``."""
        rows = self._sql.execute(
            f"SELECT uid, name, body FROM element WHERE {_HERE} ORDER BY seq LIMIT ? OFFSET ?",
            (space.organisation, space.sandbox, kind, limit, offset),
        )
        return [Element(uid, name, json.loads(body)) for uid, name, body in rows]

    def count(self, space: Space, kind: str) -> int:
        """How many elements of this kind the sandbox has."""
        return self._number(f"{_HERE}", (space.organisation, space.sandbox, kind))

    def count_in_organisation(self, organisation: str, kind: str) -> int:
        """How many elements of this kind all sandboxes of the organisation have."""
        return self._number("organisation = ? AND kind = ?", (organisation, kind))

    def set_uses(self, space: Space, journey: str, uses: Sequence[Use]) -> None:
        """State anew which actions a journey names."""
        here = (space.organisation, space.sandbox)
        self._sql.execute(
            "DELETE FROM action_use WHERE organisation = ? AND sandbox = ? AND journey = ?", (*here, journey)
        )
        self._sql.executemany(
            "INSERT INTO action_use (organisation, sandbox, mark, journey, name, status)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(*here, use.mark, use.journey, use.name, use.status) for use in uses],
        )

    def uses(self, space: Space, marks: Sequence[str]) -> list[Use]:
        """Journeys that name any of ``marks``, ordered by journey id."""
        # With the plus the rows are found by their marks, and not by reading all journeys in order.
        places = ", ".join("?" * len(marks))
        rows = self._sql.execute(
            "SELECT mark, journey, name, status FROM action_use"
            f" WHERE organisation = ? AND sandbox = ? AND mark IN ({places}) ORDER BY +journey",
            (space.organisation, space.sandbox, *marks),
        )
        return [Use(*row) for row in rows]

    def empty(self, space: Space | None = None) -> None:
        """Remove everything, or everything of one sandbox."""
        where, values = "", tuple[str, ...]()
        if space is not None:
            where, values = " WHERE organisation = ? AND sandbox = ?", (space.organisation, space.sandbox)
        for table in ("element", "action_use"):
            self._sql.execute(f"DELETE FROM {table}{where}", values)

    def fill(self, elements: Iterable[Row], uses: Iterable[Row]) -> None:
        """Add rows of both tables as another database of this schema has them."""
        self._sql.executemany(f"INSERT INTO element ({ELEMENT}) VALUES (?, ?, ?, ?, ?, ?, ?)", elements)
        self._sql.executemany(f"INSERT INTO action_use ({USE}) VALUES (?, ?, ?, ?, ?, ?)", uses)

    def _first(self, where: str, values: tuple[str, ...]) -> Element | None:
        row = self._sql.execute(
            f"SELECT uid, name, body FROM element WHERE {where} ORDER BY seq LIMIT 1", values
        ).fetchone()
        return Element(row[0], row[1], json.loads(row[2])) if row else None

    def _number(self, where: str, values: tuple[str, ...]) -> int:
        return int(self._sql.execute(f"SELECT count(*) FROM element WHERE {where}", values).fetchone()[0])
