"""A database file as a copy of the state: checked from its first byte to its last row before it counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from toolkit.emulator import actions, capping, journeys, throttling
from toolkit.emulator.elements import ELEMENT, USE, Row
from toolkit.emulator.store import SCHEMA_VERSION, create_tables

MAX_BYTES = 128 << 20
"""Largest snapshot that is read."""

_MAGIC = b"SQLite format 3\x00"
_KINDS = (actions.KIND, capping.KIND, throttling.KIND, journeys.KIND)


class SnapshotError(Exception):
    """These bytes are no snapshot of an emulator; the message says why and quotes nothing of them."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Every row of a snapshot: of elements, and of which journey names which action."""

    elements: list[Row]
    uses: list[Row]


def read_snapshot(image: bytes) -> Contents:
    """Read a snapshot.

    Raises:
        SnapshotError: it is foreign, damaged, or of another version.
    """
    if not image.startswith(_MAGIC):
        raise SnapshotError("it is no SQLite database")
    try:
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(image)
            copy.execute("PRAGMA trusted_schema = OFF")
            copy.execute("PRAGMA cell_size_check = ON")
            _check_schema(copy)
            elements = copy.execute(f"SELECT {ELEMENT} FROM element ORDER BY seq").fetchall()
            uses = copy.execute(f"SELECT {USE} FROM action_use").fetchall()
    except (sqlite3.Error, UnicodeDecodeError, OverflowError):
        raise SnapshotError("it is damaged, or not all of it is there") from None
    for row in elements:
        _check_element(row)
    if not all(isinstance(value, str) for row in uses for value in row):
        raise SnapshotError("the use of an action is no text")
    return Contents(elements, uses)


def _check_schema(copy: sqlite3.Connection) -> None:
    version = copy.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        newer = f"schema {version}; this one reads {SCHEMA_VERSION}"
        raise SnapshotError(f"a newer version of the emulator wrote it ({newer})")
    if version != SCHEMA_VERSION or set(_tables(copy)) != set(_own_tables()):
        raise SnapshotError("it is a database of something else")
    if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise SnapshotError("it is damaged, or not all of it is there")


def _tables(connection: sqlite3.Connection) -> Iterator[Row]:
    yield from connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")


def _own_tables() -> list[Row]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        create_tables(fresh)
        return list(_tables(fresh))


def _check_element(row: Row) -> None:
    kind, body = row[3], row[6]
    if not all(isinstance(value, str) for value in row[1:]) or kind not in _KINDS:
        raise SnapshotError("it holds something that no emulator keeps")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    parts = (("nodes", list),) if kind == journeys.KIND else (("definition", dict), ("metadata", dict))
    if not isinstance(document, dict) or not all(
        isinstance(document.get(key, of()), of) for key, of in parts
    ):
        raise SnapshotError(f"it holds a malformed element of {kind}")
