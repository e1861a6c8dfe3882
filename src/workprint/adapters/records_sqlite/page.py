"""One open transaction on the book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from workprint.adapters.records_sqlite import attempts, schema
from workprint.adapters.records_sqlite.rows import (
    chain_event,
    entry_to_row,
    known_to_row,
    row_to_entry,
    take_note_to_row,
)
from workprint.film.attempt import Attempt, AttemptState
from workprint.film.canonical import Json, encode, to_text
from workprint.film.errors import Remedy, StorageError
from workprint.film.ledger import Balance, Entry, EntryKind
from workprint.film.lineage import PICTURE_LOCK, Lock
from workprint.film.money import Money
from workprint.film.takes import TakeNote
from workprint.film.time import Instant
from workprint.ports.records import Hook, Known, Ruling


class SqlitePage:
    """Implements `workprint.ports.records.Page` on a connection whose transaction its owner begins and ends."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add_result(self, known: Known, name: str = "") -> int:
        """Record a result as the newest version of (step, `name` or the take's own name); the version number.

        A recipe that is the newest version already stays so: making it again gives no new version.
        """
        row = known_to_row(known)
        adding = insert(schema.results).values(row)
        replaced = {key: adding.excluded[key] for key in row if key != "recipe"}
        self._connection.execute(adding.on_conflict_do_update(index_elements=["recipe"], set_=replaced))
        take = known.take
        kept_under = name or take.name
        newest = self._newest(take.step, kept_under)
        number = newest.number if newest and newest.recipe == take.recipe else None
        return self._make_current(take.step, kept_under, take.recipe, known.when, number)

    def point(self, step: str, name: str, recipe: str, when: Instant) -> int:
        """Make a known recipe current; its version number under this name, a new one if it never had one here.

        Raises StorageError when no result of the recipe is recorded.
        """
        self._require_result(recipe, name)
        table = schema.versions
        mine = (table.c.step == step) & (table.c.name == name) & (table.c.recipe == recipe)
        number = self._connection.execute(sa.select(sa.func.max(table.c.number)).where(mine)).scalar()
        return self._make_current(step, name, recipe, when, number)

    def add_entry(self, entry: Entry) -> None:
        """Add a line to the ledger and carry it over to the purse and the open reservations."""
        done = self._connection.execute(sa.insert(schema.ledger).values(entry_to_row(entry)))
        table = schema.reservations
        if entry.kind is not EntryKind.ESTIMATE:
            self._connection.execute(sa.delete(table).where(table.c.reservation == entry.reservation))
        if entry.kind is EntryKind.RESERVE:
            row = {"reservation": entry.reservation, "amount": entry.amount.micros, "entry": done.lastrowid}
            self._connection.execute(sa.insert(table).values(row))
        if entry.kind is EntryKind.SETTLE:
            spent = schema.purse.c.spent + entry.amount.micros
            self._connection.execute(sa.update(schema.purse).values(spent=spent))

    def add_event(self, trace: str, when: Instant, kind: str, subject: str, data: Mapping[str, Json]) -> int:
        """Append an event, chained to the one before; returns its number."""
        table = schema.events
        last = self._connection.execute(sa.select(table).order_by(table.c.number.desc()).limit(1)).first()
        number, before = (last.number + 1, last.chain) if last else (1, "")
        text = to_text(encode(data))
        row = {"number": number, "trace": trace, "at": when.micros, "kind": kind, "subject": subject, "data": text}
        self._connection.execute(sa.insert(table).values(chain=chain_event(before, row), **row))
        return number

    def add_ruling(self, ruling: Ruling) -> None:
        """Record a ruling."""
        row = {"gate": ruling.gate, "subject": ruling.subject, "kind": ruling.kind, "who": ruling.who}
        self._connection.execute(sa.insert(schema.rulings).values(at=ruling.when.micros, reason=ruling.reason, **row))

    def set_lock(self, lock: Lock) -> None:
        """Pin a version; a pin already on the name is released by the same person.

        Raises StorageError when no result of the recipe is recorded; the picture lock pins an edit, not a result.
        """
        if lock.name != PICTURE_LOCK:
            self._require_result(lock.recipe, lock.name)
        self.release_lock(lock.name, lock.who, lock.when, "replaced by another lock")
        row = {"name": lock.name, "recipe": lock.recipe, "who": lock.who, "at": lock.when.micros, "why": lock.why}
        self._connection.execute(sa.insert(schema.locks).values(row))

    def release_lock(self, name: str, who: str, when: Instant, why: str) -> bool:
        """Release a pin; False when there was none."""
        table = schema.locks
        in_force = (table.c.name == name) & table.c.released_at.is_(None)
        row = {"released_by": who, "released_at": when.micros, "released_why": why}
        return self._connection.execute(sa.update(table).where(in_force).values(row)).rowcount > 0

    def add_take_note(self, note: TakeNote) -> None:
        """Add a line to the take log."""
        self._connection.execute(sa.insert(schema.take_log).values(take_note_to_row(note)))

    def balance(self) -> Balance:
        """The ledger's balance as this transaction sees it."""
        spent = self._connection.execute(sa.select(schema.purse.c.spent)).scalar_one()
        reserved = self._connection.execute(sa.select(sa.func.sum(schema.reservations.c.amount))).scalar()
        return Balance(Money(spent), Money(reserved or 0))

    def open_reservations(self) -> tuple[Entry, ...]:
        """Reservations neither settled nor released, oldest first."""
        mine = schema.ledger.c.number == schema.reservations.c.entry
        query = sa.select(schema.ledger).where(mine).order_by(schema.ledger.c.number)
        return tuple(row_to_entry(row) for row in self._connection.execute(query))

    def add_attempt(self, attempt: Attempt) -> bool:
        """Record a new attempt; False when its recipe has one of that generation."""
        return attempts.add_attempt(self._connection, attempt)

    def attempt(self, attempt_id: str) -> Attempt | None:
        """An attempt as this transaction sees it."""
        return attempts.find_attempt(self._connection, attempt_id)

    def attempts_of(self, recipe: str) -> tuple[Attempt, ...]:
        """Every attempt of a recipe, oldest first."""
        return attempts.list_attempts(self._connection, recipe)

    def move_attempt(self, attempt_id: str, old: AttemptState, new: AttemptState, when: Instant, sends: int) -> bool:
        """Change an attempt's state if it is still the old one and the new may follow; whether it was changed."""
        return attempts.move_attempt(self._connection, attempt_id, old, new, when=when, sends=sends)

    def add_hook(self, hook: Hook) -> bool:
        """Keep a webhook; False when its provider sent that message before."""
        return attempts.add_hook(self._connection, hook)

    def _newest(self, step: str, name: str) -> sa.Row[Any, Any] | None:
        table = schema.versions
        mine = (table.c.step == step) & (table.c.name == name)
        query = sa.select(table.c.number, table.c.recipe).where(mine).order_by(table.c.number.desc()).limit(1)
        return self._connection.execute(query).first()

    def _make_current(self, step: str, name: str, recipe: str, when: Instant, number: int | None) -> int:
        """Point a name at a recipe; without a number it becomes the next version."""
        if number is None:
            newest = self._newest(step, name)
            number = newest.number + 1 if newest else 1
            row = {"step": step, "name": name, "number": number, "recipe": recipe, "at": when.micros}
            self._connection.execute(sa.insert(schema.versions).values(row))
        pointing = insert(schema.current).values(step=step, name=name, recipe=recipe)
        update = pointing.on_conflict_do_update(index_elements=["step", "name"], set_={"recipe": recipe})
        self._connection.execute(update)
        return number

    def _require_result(self, recipe: str, name: str) -> None:
        table = schema.results
        if self._connection.execute(sa.select(table.c.step).where(table.c.recipe == recipe)).first() is None:
            raise StorageError(
                f"{name} cannot refer to {recipe[:12]}: no such result is recorded.",
                where=name,
                remedy=Remedy("List the versions there are and name one of them.", "workprint show"),
            )
