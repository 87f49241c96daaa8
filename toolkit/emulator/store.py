"""The state on disk: SQLite in WAL mode, one transaction per request, durable once acknowledged."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from pathlib import Path
from queue import Empty, LifoQueue

from toolkit.emulator.elements import Transaction

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
_JOURNAL_MODE = slice(18, 20)
"""Where a database file says that it has a write-ahead log, 2 and 2, or none, 1 and 1 (file format, 1.3)."""


class StoreError(Exception):
    """The database can't be opened, or was written by another version of the emulator."""


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
