"""Ledger nouns (I6): entries that are only ever added, and the balance they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from workprint.film.money import NOTHING, Money
from workprint.film.time import Instant


class EntryKind(str, Enum):
    """What an entry does: an estimate changes nothing; a reservation is undone by a settlement or a release."""

    ESTIMATE = "estimate"
    RESERVE = "reserve"
    SETTLE = "settle"
    RELEASE = "release"


@dataclass(frozen=True)
class Entry:
    """A line of the ledger. `reservation` ties reserve, settle and release together; `note` says why."""

    kind: EntryKind
    reservation: str
    step: str
    name: str
    amount: Money
    when: Instant
    trace: str
    note: str = ""


@dataclass(frozen=True)
class Balance:
    """What is spent for good and what is reserved for work under way."""

    spent: Money = NOTHING
    reserved: Money = NOTHING

    @property
    def committed(self) -> Money:
        """Spent and reserved together: what the cap is compared with."""
        return self.spent + self.reserved


def balance_of(entries: Iterable[Entry]) -> Balance:
    """The balance a ledger adds up to: open reservations count until they are settled or released."""
    open_reservations: dict[str, Money] = {}
    spent = NOTHING
    for entry in entries:
        if entry.kind is EntryKind.RESERVE:
            open_reservations[entry.reservation] = entry.amount
        elif entry.kind is EntryKind.SETTLE:
            open_reservations.pop(entry.reservation, None)
            spent = spent + entry.amount
        elif entry.kind is EntryKind.RELEASE:
            open_reservations.pop(entry.reservation, None)
    return Balance(spent, Money(sum(amount.micros for amount in open_reservations.values())))
