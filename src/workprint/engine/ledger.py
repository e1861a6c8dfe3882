"""Ledger rules: no spend without a reservation, and the cap is judged in the transaction that reserves."""

from __future__ import annotations

from workprint.engine.gatekeeper import Stop
from workprint.engine.journal import Entry as JournalEntry
from workprint.engine.run import Run
from workprint.film.ledger import Entry, EntryKind
from workprint.film.money import NOTHING, Money
from workprint.film.order import Order


def refuse_spend(run: Run, entry: JournalEntry, order: Order, price: Money) -> Stop | None:
    """The first budget gate that refuses the order, judged on the balance this very transaction sees."""
    for stop, passes in run.gatekeeper.stops(
        ("spend",),
        locks=run.book.locks,
        rulings=run.book.rulings,
        order=order,
        price=price,
        balance=entry.page.balance(),
    ):
        if not passes:
            return stop
    return None


def reserve(entry: JournalEntry, reservation: str, order: Order, price: Money) -> None:
    """Write the estimate and the reservation of an order."""
    for kind in (EntryKind.ESTIMATE, EntryKind.RESERVE):
        entry.page.add_entry(Entry(kind, reservation, order.step, order.name, price, entry.now(), entry.trace))


def settle(entry: JournalEntry, reservation: str, order: Order, charge: Money) -> None:
    """Turn a reservation into what it really cost."""
    entry.page.add_entry(Entry(EntryKind.SETTLE, reservation, order.step, order.name, charge, entry.now(), entry.trace))


def release(entry: JournalEntry, reserved: Entry, why: str) -> None:
    """Give a reservation back, with the reason."""
    entry.page.add_entry(
        Entry(
            EntryKind.RELEASE,
            reserved.reservation,
            reserved.step,
            reserved.name,
            NOTHING,
            entry.now(),
            entry.trace,
            why,
        )
    )
