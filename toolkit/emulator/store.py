"""Elements on disk: SQLite in WAL mode, one transaction per request, durable once acknowledged.

An element is JSON text under organisation, sandbox, kind and uid. Its sequence number is its place in every
list: the order of creation, which no update changes (PF-LST-3).
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, TypeAlias

from toolkit.emulator.wire import JsonObject

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE element (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation TEXT NOT NULL, sandbox TEXT NOT NULL, kind TEXT NOT NULL,
    uid TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL
);
CREATE UNIQUE INDEX element_by_uid ON element (organisation, sandbox, kind, uid);
CREATE INDEX element_by_age ON element (organisation, sandbox, kind, seq);
CREATE INDEX element_by_name ON element (organisation, sandbox, kind, name);
CREATE TABLE action_use (
    organisation TEXT NOT NULL, sandbox TEXT NOT NULL, mark TEXT NOT NULL,
    journey TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
    PRIMARY KEY (organisation, sandbox, mark, journey)
) WITHOUT ROWID;
CREATE INDEX action_use_by_journey ON action_use (organisation, sandbox, journey);
"""
ELEMENT = "seq, organisation, sandbox, kind, uid, name, body"
USE = "organisation, sandbox, mark, journey, name, status"
Row: TypeAlias = tuple[Any, ...]
_HERE = "organisation = ? AND sandbox = ? AND kind = ?"


_JOURNAL_MODE = slice(18, 20)
"""Where a database file says that it has a write-ahead log, 2 and 2, or none, 1 and 1 (file format, 1.3)."""


class StoreError(Exception):
    """The database can't be opened, or was written by another version of the emulator."""


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
        places = ", ".join("?" * len(marks))
        rows = self._sql.execute(
            "SELECT mark, journey, name, status FROM action_use"
            f" WHERE organisation = ? AND sandbox = ? AND mark IN ({places}) ORDER BY journey",
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


class Past:
    """The state as it was at one moment, for as long as it is kept open."""

    def __init__(
        self, connection: sqlite3.Connection, give_back: Callable[[sqlite3.Connection], None]
    ) -> None:
        self._connection = connection
        self._give_back = give_back
        self._lock = threading.Lock()
        self._closed = False
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM element").fetchone()  # a snapshot begins with the first read

    @contextmanager
    def read(self) -> Iterator[Transaction | None]:
        """Look into it, one reader at a time; None when it was closed meanwhile."""
        with self._lock:
            yield None if self._closed else Transaction(self._connection)

    def close(self) -> None:
        """Let it go; a second call does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._connection.rollback()
                self._give_back(self._connection)


_seen_as: ContextVar[Past | None] = ContextVar("seen_as", default=None)


class Store:
    """One database file. Readers never wait for a writer; writers wait for each other."""

    def __init__(self, database: Path | None) -> None:
        """Open ``database`` (created with mode 0600), or a temporary one that :meth:`close` removes.

        Raises:
            StoreError: the file can't be opened or is not an emulator's database.
        """
        self._temporary = Path(tempfile.mkdtemp(prefix="ajo-emulator-")) if database is None else None
        self._path = database if self._temporary is None else self._temporary / "platform.sqlite3"
        self._readers: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._lock = threading.Lock()
        self._closed = False
        try:
            self._writer = _open(self._path or Path())
        except (OSError, sqlite3.Error) as error:
            self._remove_temporary()
            raise StoreError(f"{self._path}: {error}") from error

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """See one consistent state, untouched by writes meanwhile; an old one inside :meth:`seen_as`."""
        past = _seen_as.get()
        if past is not None:
            with past.read() as old:
                if old is not None:
                    yield old
                    return
        connection = self._borrow()
        try:
            connection.execute("BEGIN")
            yield Transaction(connection)
        finally:
            connection.rollback()
            self._give_back(connection)

    def image(self) -> bytes:
        """The state as it is now, as the bytes of a database file; writers go on meanwhile."""
        connection = self._borrow()
        try:
            with closing(sqlite3.connect(":memory:")) as copy:
                connection.backup(copy)
                image = bytearray(copy.serialize())
        finally:
            self._give_back(connection)
        image[_JOURNAL_MODE] = b"\x01\x01"
        return bytes(image)

    def past(self) -> Past:
        """Keep the state as it is now; to be closed."""
        return Past(self._borrow(), self._give_back)

    @contextmanager
    def seen_as(self, past: Past) -> Iterator[None]:
        """Let every :meth:`read` of this context see `past`."""
        token = _seen_as.set(past)
        try:
            yield
        finally:
            _seen_as.reset(token)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Change the state; on leaving it is on disk, after an exception nothing has happened."""
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self._writer)
            except BaseException:
                self._writer.rollback()
                raise
            self._writer.commit()

    def close(self) -> None:
        """Close the file and remove a temporary one; a second call does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            while (reader := self._idle_reader()) is not None:
                reader.close()
            self._writer.close()
            self._remove_temporary()

    def _borrow(self) -> sqlite3.Connection:
        return self._idle_reader() or _connect(self._path or Path())

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._readers.put(connection)

    def _idle_reader(self) -> sqlite3.Connection | None:
        try:
            return self._readers.get_nowait()
        except Empty:
            return None

    def _remove_temporary(self) -> None:
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)


def create_tables(connection: sqlite3.Connection) -> None:
    """Make an empty database one of the emulator."""
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _connect(path: Path) -> sqlite3.Connection:
    # A connection moves between the worker threads, but only one thread has it at a time.
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _open(path: Path) -> sqlite3.Connection:
    # The file holds secrets: it is made private before SQLite writes to it.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = _connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            create_tables(connection)
        elif version != SCHEMA_VERSION:
            raise sqlite3.DatabaseError(f"written by another version (schema {version})")
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection
