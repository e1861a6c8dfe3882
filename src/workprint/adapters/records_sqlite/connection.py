"""Connections to a SQLite file that survive power loss, and the errors SQLite gives, in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from workprint.film.errors import ArtifactDamaged, Remedy, StorageError
from workprint.ports.disk import explain_full

WAL_IS_SAFE_FROM = (3, 51, 3)
"""Below this version SQLite can corrupt a write-ahead log that several connections use (sqlite.org, WAL-reset bug)."""

BUSY_TIMEOUT_MS = 10_000
"""How long a connection waits for another's write before it gives up."""

JOURNAL_MODE = "WAL" if sqlite3.sqlite_version_info >= WAL_IS_SAFE_FROM else "TRUNCATE"
"""The journal every connection uses; TRUNCATE is a property of the connection, so each one must ask for it."""

PRAGMAS = (
    ("busy_timeout", str(BUSY_TIMEOUT_MS)),
    ("journal_mode", JOURNAL_MODE),
    ("synchronous", "FULL"),
    ("foreign_keys", "ON"),
    ("trusted_schema", "OFF"),
    ("mmap_size", "0"),
)
"""Asked for on every connection. The timeout comes first: the journal mode may have to wait for a lock."""


def connect_hook(dbapi_connection: sqlite3.Connection, record: object) -> None:
    """Set up a new connection, as SQLAlchemy's `connect` event.

    Any write takes the write lock at its first statement (IMMEDIATE): a read that later turns into a write fails at
    once when another commits in between. A begin of our own would break owners of an engine that begin themselves,
    as DBOS does, so `SqliteRecords` begins its pages in words.
    """
    dbapi_connection.isolation_level = "IMMEDIATE"
    for name, value in PRAGMAS:
        dbapi_connection.execute(f"PRAGMA {name}={value}").close()


def make_engine(path: Path) -> sa.Engine:
    """An engine for a SQLite file with the connect hook on every connection; the file is made when first used.

    No other code of this process may open the file itself: closing any descriptor of it drops SQLite's locks.
    """
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", connect_hook)
    return engine


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into DiskFull, ArtifactDamaged or StorageError, each with what to do."""
    try:
        yield
    except DBAPIError as error:
        raise _explain(error.orig, path) from error
    except sqlite3.Error as error:
        raise _explain(error, path) from error


def _explain(error: BaseException | None, path: Path) -> StorageError:
    # The low byte is the primary code; the others tell variants of it apart.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    where = str(path)
    if code == sqlite3.SQLITE_FULL:
        return explain_full(where)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        remedy = Remedy("Restore the newest backup into an empty folder.", "workprint restore")
        return ArtifactDamaged(f"The records are damaged: {error}.", where=where, remedy=remedy)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        remedy = Remedy("Another process is writing; wait until it ends, then run the same command again.")
        return StorageError("The records stayed busy for too long.", where=where, remedy=remedy)
    if code == sqlite3.SQLITE_CONSTRAINT:
        remedy = Remedy("Nothing was recorded. Please report this with the command you ran.")
        return StorageError(f"The records refuse this change: {error}.", where=where, remedy=remedy)
    remedy = Remedy("Check that the project lies on a local, writable disk and that you own its folders.")
    return StorageError(f"The records cannot be read or written: {error}.", where=where, remedy=remedy)
