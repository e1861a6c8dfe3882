"""Attempts and webhooks as rows: written under the book's transaction, changed only from the state they were in."""

from __future__ import annotations

import json

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from workprint.adapters.records_sqlite import schema
from workprint.adapters.records_sqlite.rows import Row
from workprint.film.attempt import Attempt, AttemptState, decode_state, encode_state, may_follow, word_of
from workprint.film.canonical import to_text
from workprint.film.money import Money
from workprint.film.time import Instant
from workprint.ports.records import Hook


def add_attempt(connection: sa.Connection, attempt: Attempt) -> bool:
    """Insert an attempt; False when its recipe has one of that generation."""
    row = {
        "id": attempt.id,
        "recipe": attempt.recipe,
        "generation": attempt.generation,
        "step": attempt.step,
        "name": attempt.name,
        "model": attempt.model,
        "provider": attempt.provider,
        "request": to_text(attempt.request),
        "reserved": attempt.reserved.micros,
        "opened_at": attempt.opened.micros,
        "trace": attempt.trace,
        "state": to_text(encode_state(attempt.state)),
        "word": word_of(attempt.state),
        "ticket": attempt.ticket,
        "changed_at": attempt.changed.micros,
        "sends": attempt.sends,
        "note": attempt.note,
    }
    return connection.execute(insert(schema.attempts).values(row).on_conflict_do_nothing()).rowcount > 0


def row_to_attempt(row: Row) -> Attempt:
    """An attempt from a row."""
    return Attempt(
        id=row.id,
        recipe=row.recipe,
        step=row.step,
        name=row.name,
        generation=row.generation,
        model=row.model,
        request=json.loads(row.request),
        reserved=Money(row.reserved),
        opened=Instant(row.opened_at),
        trace=row.trace,
        state=decode_state(json.loads(row.state)),
        changed=Instant(row.changed_at),
        sends=row.sends,
        note=row.note,
    )


def find_attempt(connection: sa.Connection, attempt_id: str) -> Attempt | None:
    """An attempt by its id."""
    row = connection.execute(sa.select(schema.attempts).where(schema.attempts.c.id == attempt_id)).first()
    return row_to_attempt(row) if row else None


def list_attempts(connection: sa.Connection, recipe: str = "") -> tuple[Attempt, ...]:
    """All attempts, or those of one recipe, oldest first."""
    table = schema.attempts
    query = sa.select(table).order_by(table.c.opened_at, table.c.generation)
    rows = connection.execute(query.where(table.c.recipe == recipe) if recipe else query)
    return tuple(row_to_attempt(row) for row in rows)


def move_attempt(
    connection: sa.Connection, attempt_id: str, old: AttemptState, new: AttemptState, *, when: Instant, sends: int
) -> bool:
    """Change a state if the stored one is the old one and the new may follow."""
    found = find_attempt(connection, attempt_id)
    if found is None or found.state != old or not may_follow(old, new):
        return False
    table, ticket = schema.attempts, str(getattr(new, "ticket", ""))
    if ticket:
        mine = (table.c.provider == found.provider) & (table.c.ticket == ticket) & (table.c.id != attempt_id)
        if connection.execute(sa.select(table.c.id).where(mine)).first() is not None:
            return False
    row = {"state": to_text(encode_state(new)), "word": word_of(new), "changed_at": when.micros, "sends": sends}
    kept = ticket or found.ticket
    done = connection.execute(sa.update(table).where(table.c.id == attempt_id).values(ticket=kept, **row))
    return done.rowcount > 0


def add_hook(connection: sa.Connection, hook: Hook) -> bool:
    """Insert a webhook; False when its message is known."""
    row = {"provider": hook.provider, "message": hook.message, "ticket": hook.ticket, "attempt": hook.attempt}
    inserting = insert(schema.hooks).values(at=hook.when.micros, **row).on_conflict_do_nothing()
    return connection.execute(inserting).rowcount > 0


def list_hooks(connection: sa.Connection, provider: str, attempt: str, ticket: str) -> tuple[Hook, ...]:
    """Webhooks about an attempt, by our id or by ticket."""
    table = schema.hooks
    about = (table.c.attempt == attempt) & (table.c.attempt != "")
    if ticket:
        about = about | (table.c.ticket == ticket)
    rows = connection.execute(sa.select(table).where((table.c.provider == provider) & about).order_by(table.c.id))
    return tuple(Hook(row.provider, row.message, row.ticket, row.attempt, Instant(row.at)) for row in rows)
