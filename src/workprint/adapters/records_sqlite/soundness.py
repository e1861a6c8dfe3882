"""What must be true of a sound book, and the search for what is not."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from workprint.adapters.records_sqlite import schema
from workprint.adapters.records_sqlite.rows import chain_event, row_to_entry, row_to_known
from workprint.film.ledger import Entry, EntryKind, balance_of


def find_faults(connection: sa.Connection) -> Iterator[str]:
    """Every fault of the book, as a sentence. SQLite's own check comes first: when it fails, the rest would lie."""
    broken = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check") if row[0] != "ok"]
    if broken:
        yield from (f"The file is damaged: {line}." for line in broken)
        return
    for table, _, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"A row of {table} refers to a row of {parent} that is not there."
    yield from _check_results(connection)
    yield from _check_versions(connection)
    yield from _check_sequence(connection, schema.ledger)
    yield from _check_ledger(connection)
    yield from _check_sequence(connection, schema.events)
    yield from _check_events(connection)
    yield from _check_sequence(connection, schema.take_log)


def _check_results(connection: sa.Connection) -> Iterator[str]:
    table = schema.results
    columns = (table.c.recipe, table.c.document, table.c.take, table.c.made_at, table.c.trace, table.c.seconds)
    for recipe, *rest in connection.execute(sa.select(*columns)):
        try:
            known = row_to_known(rest)
        except (ValueError, KeyError, TypeError) as error:
            yield f"The result {recipe[:12]} cannot be read: {error}."
            continue
        if known.take.recipe != recipe:
            yield f"The result {recipe[:12]} holds the take of another recipe."


def _check_versions(connection: sa.Connection) -> Iterator[str]:
    mine = "v.step = c.step AND v.name = c.name AND v.recipe = c.recipe"
    query = f"SELECT c.step, c.name FROM current c WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE {mine})"
    for step, name in connection.exec_driver_sql(query):
        yield f"The current {step} of {name} is none of its versions."
    query = "SELECT step, name FROM versions GROUP BY step, name HAVING max(number) <> count(*) OR min(number) <> 1"
    for step, name in connection.exec_driver_sql(query):
        yield f"The versions of {step} {name} are not numbered without a gap."


def _check_sequence(connection: sa.Connection, table: sa.Table) -> Iterator[str]:
    """Rows of an append-only table count up from 1 to the last number ever given, which SQLite remembers apart."""
    count, last = connection.exec_driver_sql(f"SELECT count(*), coalesce(max(number), 0) FROM {table.name}").one()
    given = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).scalar() or 0
    if not count == last == given:
        yield f"Rows of {table.name} are missing: {given} were written, {count} are there."


def _check_ledger(connection: sa.Connection) -> Iterator[str]:
    entries = [row_to_entry(row) for row in connection.execute(sa.select(schema.ledger).order_by("number"))]
    open_names: set[str] = set()
    for number, entry in enumerate(entries, 1):
        fault = _take_entry(entry, open_names)
        if fault:
            yield f"Line {number} of the ledger {fault} {entry.reservation!r}."
    balance = balance_of(entries)
    spent = connection.execute(sa.select(schema.purse.c.spent)).scalar_one()
    rows = connection.execute(sa.select(schema.reservations)).all()
    reserved = sum(row.amount for row in rows)
    if (spent, reserved) != (balance.spent.micros, balance.reserved.micros):
        yield f"The ledger adds up to {balance.spent} spent and {balance.reserved} reserved; the book says otherwise."
    if {row.reservation for row in rows} != open_names:
        yield "The open reservations are not those of the ledger."


def _take_entry(entry: Entry, open_names: set[str]) -> str:
    """Follow one line of the ledger; what is wrong with it, or nothing."""
    if entry.kind is EntryKind.ESTIMATE:
        return ""
    if entry.kind is EntryKind.RESERVE:
        again = entry.reservation in open_names
        open_names.add(entry.reservation)
        return "reserves again the open reservation" if again else ""
    known = entry.reservation in open_names
    open_names.discard(entry.reservation)
    return "" if known else f"has a {entry.kind.value} without an open reservation"


def _check_events(connection: sa.Connection) -> Iterator[str]:
    before = ""
    for row in connection.execute(sa.select(schema.events).order_by("number")):
        if row.chain != chain_event(before, row._mapping):
            yield f"Event {row.number} was changed after it was written, or one before it is missing."
        before = row.chain
