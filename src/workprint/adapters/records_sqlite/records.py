"""The book of records in one SQLite file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from workprint.adapters.records_sqlite import attempts, schema
from workprint.adapters.records_sqlite.connection import explained, make_engine
from workprint.adapters.records_sqlite.migrations import copy_book, upgrade
from workprint.adapters.records_sqlite.page import SqlitePage
from workprint.adapters.records_sqlite.rows import (
    KnownByRecipe,
    Row,
    row_to_entry,
    row_to_event,
    row_to_known,
    row_to_lock,
    row_to_ruling,
    row_to_take_note,
    row_to_version,
)
from workprint.adapters.records_sqlite.soundness import find_faults
from workprint.film.attempt import Attempt
from workprint.film.errors import ArtifactDamaged
from workprint.film.event import Event
from workprint.film.ledger import Entry
from workprint.film.lineage import Lock, Version
from workprint.film.takes import TakeNote
from workprint.ports.clock import Clock
from workprint.ports.records import Hook, Known, Ruling

EVENTS_AT_A_TIME = 1000
"""Events read in one go, so that a slow reader of a long log holds no lock."""


class SqliteRecords:
    """Implements `workprint.ports.records.Records`. The folder of `path` must exist; the file is made when missing.

    An `engine` made by `make_engine` for the same file may be given to share it. Raises StorageError when a newer
    program wrote the file, ArtifactDamaged when it is no book at all.
    """

    def __init__(self, path: Path, clock: Clock, engine: sa.Engine | None = None) -> None:
        self._path = path
        self._engine = engine or make_engine(path)
        try:
            upgrade(self._engine, path, clock.now())
        except BaseException:
            self._engine.dispose()
            raise

    @contextmanager
    def page(self) -> Iterator[SqlitePage]:
        """Open a transaction that takes the write lock at once; commits on leaving, rolls back on an exception.

        Waits up to 10 s for another writer. Raises DiskFull when there is no room; nothing is written then. A page
        opened inside a page of the same thread can only wait for itself.
        """
        with explained(self._path), self._engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield SqlitePage(connection)

    def known(self, recipe: str) -> Known | None:
        """The result of a recipe."""
        table = schema.results
        rows = self._read(sa.select(*_known_columns()).where(table.c.recipe == recipe))
        return row_to_known(rows[0]) if rows else None

    def all_known(self) -> Mapping[str, Known]:
        """Every recorded result as of now, by recipe digest, in the order they were made; decoded on access."""
        table = schema.results
        query = sa.select(table.c.recipe, *_known_columns()).order_by(table.c.made_at, table.c.recipe)
        return KnownByRecipe({row[0]: row[1:] for row in self._read(query)})

    def current(self) -> Mapping[tuple[str, str], str]:
        """The current recipe digest of every (step, name)."""
        table = schema.current
        query = sa.select(table.c.step, table.c.name, table.c.recipe).order_by(table.c.step, table.c.name)
        return {(row.step, row.name): row.recipe for row in self._read(query)}

    def versions(self, name: str) -> tuple[Version, ...]:
        """All versions a name has had, oldest first, over all steps that bear it."""
        table, results = schema.versions, schema.results
        joined = table.join(results, table.c.recipe == results.c.recipe)
        query = sa.select(table, results.c.take).select_from(joined).where(table.c.name == name).order_by(table.c.id)
        return tuple(row_to_version(row) for row in self._read(query))

    def locks(self) -> Mapping[str, Lock]:
        """Locks in force, by name."""
        table = schema.locks
        query = sa.select(table).where(table.c.released_at.is_(None)).order_by(table.c.name)
        return {row.name: row_to_lock(row) for row in self._read(query)}

    def rulings(self) -> tuple[Ruling, ...]:
        """All rulings, oldest first."""
        return tuple(row_to_ruling(row) for row in self._read(sa.select(schema.rulings).order_by("id")))

    def take_notes(self) -> tuple[TakeNote, ...]:
        """The whole take log, oldest first."""
        return tuple(row_to_take_note(row) for row in self._read(sa.select(schema.take_log).order_by("number")))

    def entries(self) -> tuple[Entry, ...]:
        """The whole ledger, oldest first."""
        return tuple(row_to_entry(row) for row in self._read(sa.select(schema.ledger).order_by("number")))

    def events(self, after: int = 0) -> Iterable[Event]:
        """Events with a higher number, oldest first; read in parts, so one written meanwhile is seen too."""
        table = schema.events
        while True:
            query = sa.select(table).where(table.c.number > after).order_by(table.c.number).limit(EVENTS_AT_A_TIME)
            rows = self._read(query)
            yield from (row_to_event(row) for row in rows)
            if len(rows) < EVENTS_AT_A_TIME:
                return
            after = rows[-1].number

    def attempts(self) -> tuple[Attempt, ...]:
        """Every attempt, oldest first."""
        with explained(self._path), self._engine.connect() as connection:
            return attempts.list_attempts(connection)

    def hooks_about(self, provider: str, attempt: str, ticket: str) -> tuple[Hook, ...]:
        """Webhooks about one attempt, by our own id or by the provider's ticket, oldest first."""
        with explained(self._path), self._engine.connect() as connection:
            return attempts.list_hooks(connection, provider, attempt, ticket)

    def check(self) -> tuple[str, ...]:
        """Faults of the book itself: the file, references, versions, ledger sums, the chain of events."""
        try:
            with explained(self._path), self._engine.connect() as connection:
                # One read transaction: what is written meanwhile must not look like a fault.
                connection.exec_driver_sql("BEGIN")
                return tuple(find_faults(connection))
        except ArtifactDamaged as damage:
            return (damage.message,)

    def snapshot(self, target: Path) -> None:
        """Write a consistent copy of the book to a new file, while others go on writing."""
        copy_book(self._engine, target)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _read(self, query: sa.Select[Any]) -> list[Row]:
        with explained(self._path), self._engine.connect() as connection:
            return list(connection.execute(query).all())


def _known_columns() -> tuple[sa.Column[Any], ...]:
    table = schema.results
    return (table.c.document, table.c.take, table.c.made_at, table.c.trace, table.c.seconds)
