"""How a file gets its tables: numbered migrations, each run once, whole, after a backup of what was there."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from workprint.adapters.records_sqlite.connection import explained
from workprint.film.errors import Remedy, StorageError
from workprint.film.time import Instant
from workprint.ports.disk import explain_refusal

MAJOR = 1
"""Raised when an older program must not touch the file any more."""


@dataclass(frozen=True)
class Migration:
    """A step from one schema to the next. Migrations of one major only add, so an older program can still read."""

    number: int
    statements: tuple[str, ...]


def _refuse(table: str, deed: str, when: str = "") -> str:
    """A trigger that keeps a table append-only. Replacing a row deletes it without a DELETE, so inserts count too."""
    return (
        f"CREATE TRIGGER {table}_refuses_{deed.lower()} BEFORE {deed} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _keep_append_only(table: str) -> tuple[str, str, str]:
    taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number)"
    return _refuse(table, "UPDATE"), _refuse(table, "DELETE"), _refuse(table, "INSERT", taken)


FIRST = Migration(
    1,
    (
        """CREATE TABLE results (
            recipe TEXT PRIMARY KEY NOT NULL, document TEXT NOT NULL, take TEXT NOT NULL, made_at INTEGER NOT NULL,
            trace TEXT NOT NULL, seconds REAL NOT NULL, step TEXT NOT NULL, name TEXT NOT NULL)""",
        """CREATE TABLE versions (
            id INTEGER PRIMARY KEY, step TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL,
            recipe TEXT NOT NULL REFERENCES results (recipe), at INTEGER NOT NULL, UNIQUE (step, name, number))""",
        "CREATE INDEX versions_by_name ON versions (name)",
        "CREATE INDEX versions_by_recipe ON versions (recipe)",
        """CREATE TABLE current (
            step TEXT NOT NULL, name TEXT NOT NULL, recipe TEXT NOT NULL REFERENCES results (recipe),
            PRIMARY KEY (step, name)) WITHOUT ROWID""",
        "CREATE INDEX current_by_recipe ON current (recipe)",
        """CREATE TABLE locks (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, recipe TEXT NOT NULL,
            who TEXT NOT NULL, at INTEGER NOT NULL, why TEXT NOT NULL,
            released_by TEXT, released_at INTEGER, released_why TEXT)""",
        "CREATE UNIQUE INDEX locks_in_force ON locks (name) WHERE released_at IS NULL",
        "CREATE INDEX locks_by_recipe ON locks (recipe)",
        """CREATE TABLE rulings (
            id INTEGER PRIMARY KEY, gate TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, who TEXT NOT NULL,
            at INTEGER NOT NULL, reason TEXT NOT NULL)""",
        """CREATE TABLE ledger (
            number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, reservation TEXT NOT NULL,
            step TEXT NOT NULL, name TEXT NOT NULL, amount INTEGER NOT NULL, at INTEGER NOT NULL,
            trace TEXT NOT NULL, note TEXT NOT NULL)""",
        """CREATE TABLE reservations (
            reservation TEXT PRIMARY KEY NOT NULL, amount INTEGER NOT NULL,
            entry INTEGER NOT NULL REFERENCES ledger (number)) WITHOUT ROWID""",
        "CREATE TABLE purse (id INTEGER PRIMARY KEY CHECK (id = 1), spent INTEGER NOT NULL)",
        "INSERT INTO purse (id, spent) VALUES (1, 0)",
        """CREATE TABLE events (
            number INTEGER PRIMARY KEY AUTOINCREMENT, trace TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
            subject TEXT NOT NULL, data TEXT NOT NULL, chain TEXT NOT NULL)""",
        *_keep_append_only("ledger"),
        *_keep_append_only("events"),
    ),
)

SECOND = Migration(
    2,
    (
        """CREATE TABLE attempts (
            id TEXT PRIMARY KEY NOT NULL, recipe TEXT NOT NULL, generation INTEGER NOT NULL, step TEXT NOT NULL,
            name TEXT NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL, request TEXT NOT NULL,
            reserved INTEGER NOT NULL, opened_at INTEGER NOT NULL, trace TEXT NOT NULL, state TEXT NOT NULL,
            word TEXT NOT NULL, ticket TEXT NOT NULL, changed_at INTEGER NOT NULL, sends INTEGER NOT NULL,
            note TEXT NOT NULL, UNIQUE (recipe, generation))""",
        "CREATE UNIQUE INDEX attempts_by_ticket ON attempts (provider, ticket) WHERE ticket <> ''",
        "CREATE INDEX attempts_by_word ON attempts (word)",
        _refuse("attempts", "DELETE"),
        """CREATE TABLE hooks (
            id INTEGER PRIMARY KEY, provider TEXT NOT NULL, message TEXT NOT NULL, ticket TEXT NOT NULL,
            attempt TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (provider, message))""",
        "CREATE INDEX hooks_by_ticket ON hooks (provider, ticket)",
        "CREATE INDEX hooks_by_attempt ON hooks (attempt)",
    ),
)
"""Paid attempts and webhooks."""

TAKE_LOG = Migration(
    3,
    (
        """CREATE TABLE take_log (
            number INTEGER PRIMARY KEY AUTOINCREMENT, slate TEXT NOT NULL, deed TEXT NOT NULL, document TEXT NOT NULL,
            who TEXT NOT NULL, at INTEGER NOT NULL, why TEXT NOT NULL)""",
        *_keep_append_only("take_log"),
    ),
)
"""What people decided about the takes of shots."""

MIGRATIONS: tuple[Migration, ...] = (FIRST, SECOND, TAKE_LOG)


def upgrade(engine: sa.Engine, path: Path, now: Instant, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a file to the newest schema; a file that has content is backed up beside itself first.

    Raises StorageError when a newer program, which changed the meaning of the file, wrote it.
    """
    with explained(path):
        done = _read_version(engine, path)
        waiting = [step for step in migrations if step.number > done]
        if not waiting:
            return
        if done:
            copy_book(engine, path.with_name(f"{path.name}.before-{waiting[-1].number}"))
        with engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY NOT NULL, value TEXT)")
            # Read again under the write lock: another process may have upgraded in between.
            done = _read_meta(connection, "migration")
            for step in waiting:
                if step.number > done:
                    _run(connection, step, now)


def _run(connection: sa.Connection, step: Migration, now: Instant) -> None:
    for statement in step.statements:
        connection.exec_driver_sql(statement)
    for key, value in (("major", MAJOR), ("migration", step.number), (f"migrated-{step.number}", now.micros)):
        connection.exec_driver_sql("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, str(value)))


def _read_version(engine: sa.Engine, path: Path) -> int:
    """The number of the last migration a file has seen, 0 for a new file."""
    with engine.connect() as connection:
        if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'meta'").first():
            return 0
        major = _read_meta(connection, "major")
        if major > MAJOR:
            raise StorageError(
                f"The records were written by a newer Workprint (format {major}; this one reads up to {MAJOR}).",
                where=str(path),
                remedy=Remedy("Update Workprint, or restore a backup made with this version."),
            )
        return _read_meta(connection, "migration")


def _read_meta(connection: sa.Connection, key: str) -> int:
    row = connection.exec_driver_sql("SELECT value FROM meta WHERE key = ?", (key,)).first()
    return int(row[0]) if row else 0


def copy_book(engine: sa.Engine, target: Path) -> None:
    """A consistent copy of the whole file through SQLite's backup interface, while others go on writing."""
    with explained(target), engine.connect() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        _remove(target)
        copy = sqlite3.connect(target)
        try:
            copy.execute("PRAGMA synchronous=FULL").close()
            source.backup(copy)
            # The copy must be one file, whatever journal the book uses.
            copy.execute("PRAGMA journal_mode=DELETE").close()
        finally:
            copy.close()


def _remove(target: Path) -> None:
    try:
        target.unlink(missing_ok=True)
    except OSError as error:
        raise explain_refusal(error, "replacing", target) from error
