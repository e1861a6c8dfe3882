"""How nouns become rows and rows become nouns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from workprint.film.canonical import decode, digest_bytes, encode, to_text
from workprint.film.event import Event
from workprint.film.ledger import Entry, EntryKind
from workprint.film.lineage import Lock, Recipe, Version
from workprint.film.money import Money
from workprint.film.order import Take
from workprint.film.takes import Deed, ShotTake, TakeNote
from workprint.film.time import Instant
from workprint.ports.records import Known, Ruling

Row = sa.Row[Any]


def known_to_row(known: Known) -> dict[str, object]:
    """A result as a row of `results`, named by the recipe its take carries."""
    return {
        "recipe": known.take.recipe,
        "document": to_text(encode(known.recipe, whole=True)),
        "take": to_text(encode(known.take, whole=True)),
        "made_at": known.when.micros,
        "trace": known.trace,
        "seconds": known.seconds,
        "step": known.take.step,
        "name": known.take.name,
    }


def row_to_known(row: Sequence[Any]) -> Known:
    """A result from (document, take, made_at, trace, seconds)."""
    document, take, made_at, trace, seconds = row
    recipe = decode(Recipe, json.loads(document))
    return Known(recipe, decode(Take, json.loads(take)), Instant(made_at), trace, float(seconds))


class KnownByRecipe(Mapping[str, Known]):
    """Every recorded result, decoded when it is first looked at: a plan looks at few of many."""

    def __init__(self, rows: Mapping[str, Sequence[Any]]) -> None:
        self._rows = rows
        self._decoded: dict[str, Known] = {}

    def __getitem__(self, recipe: str) -> Known:
        known = self._decoded.get(recipe)
        if known is None:
            known = self._decoded[recipe] = row_to_known(self._rows[recipe])
        return known

    def __contains__(self, recipe: object) -> bool:
        return recipe in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def row_to_version(row: Row) -> Version:
    """A version from a row with the take's document, which holds the cost."""
    cost = json.loads(row.take).get("cost", {}).get("micros", 0)
    return Version(row.name, row.number, row.recipe, Instant(row.at), Money(cost))


def row_to_lock(row: Row) -> Lock:
    """A lock from a row of `locks`."""
    return Lock(row.name, row.recipe, row.who, Instant(row.at), row.why)


def row_to_ruling(row: Row) -> Ruling:
    """A ruling from a row of `rulings`."""
    return Ruling(row.gate, row.subject, row.kind, row.who, Instant(row.at), row.reason)


def entry_to_row(entry: Entry) -> dict[str, object]:
    """A ledger line as a row of `ledger`."""
    return {
        "kind": entry.kind.value,
        "reservation": entry.reservation,
        "step": entry.step,
        "name": entry.name,
        "amount": entry.amount.micros,
        "at": entry.when.micros,
        "trace": entry.trace,
        "note": entry.note,
    }


def row_to_entry(row: Row) -> Entry:
    """A ledger line from a row of `ledger`."""
    amount, when = Money(row.amount), Instant(row.at)
    return Entry(EntryKind(row.kind), row.reservation, row.step, row.name, amount, when, row.trace, row.note)


def take_note_to_row(note: TakeNote) -> dict[str, object]:
    """A line of the take log as a row of `take_log`."""
    document = {"number": note.number, "take": encode(note.take, whole=True), "start": note.start}
    row = {"slate": note.slate, "deed": note.deed.value, "document": to_text(document), "who": note.who}
    return {**row, "at": note.when.micros, "why": note.why}


def row_to_take_note(row: Row) -> TakeNote:
    """A line of the take log from a row of `take_log`."""
    data = json.loads(row.document)
    take = decode(ShotTake, data["take"]) if data["take"] is not None else None
    number, start = int(data["number"]), str(data["start"])
    return TakeNote(row.slate, Deed(row.deed), number, row.who, Instant(row.at), row.why, take, start)


def row_to_event(row: Row) -> Event:
    """An event from a row of `events`."""
    return Event(row.number, row.trace, Instant(row.at), row.kind, row.subject, json.loads(row.data))


def chain_event(before: str, row: Mapping[str, Any] | sa.RowMapping) -> str:
    """The link of an event: sha256 over the link before and everything its row says, as canonical JSON."""
    content = [row[key] for key in ("number", "trace", "at", "kind", "subject", "data")]
    return digest_bytes(to_text([before, *content]).encode())
