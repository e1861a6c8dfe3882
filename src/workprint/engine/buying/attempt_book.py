"""The attempts of a run in its records: every change of state moves the ledger in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from workprint.engine import ledger
from workprint.engine.gatekeeper import Stop
from workprint.engine.journal import Entry, Journal
from workprint.film.attempt import (
    Abandoned,
    Attempt,
    AttemptState,
    Cancelled,
    Delivered,
    Failed,
    Intended,
    Lost,
    Moderated,
    Refused,
    Running,
    name_attempt,
    word_of,
)
from workprint.film.canonical import Json, encode
from workprint.film.ledger import Entry as LedgerEntry
from workprint.film.ledger import EntryKind
from workprint.film.lineage import FileRef
from workprint.film.money import Money
from workprint.film.order import Order, Take
from workprint.film.pricing import Quote
from workprint.film.request import GenerationRequest
from workprint.ports.provider import LocalInput
from workprint.ports.records import Records

Refuse = Callable[[Entry, Money], Stop | None]
"""Asks the budget gates about a price inside an open transaction; what they answer, or None."""

Record = Callable[[Entry, tuple[FileRef, ...], Mapping[str, Json], Money], Take]
"""Writes the result of an order inside an open transaction."""


@dataclass(frozen=True)
class Purchase:
    """One order to buy: what is asked, with its input files, what it costs at most, and who records the result."""

    order: Order
    recipe: str
    request: GenerationRequest
    inputs: tuple[LocalInput, ...]
    quote: Quote
    refuse: Refuse
    record: Record


class AttemptBook:
    """Opens attempts and moves them on. A move that comes too late, or twice, changes nothing and returns None."""

    def __init__(self, records: Records, journal: Journal) -> None:
        self._records = records
        self._journal = journal

    def latest(self, recipe: str) -> Attempt | None:
        """The newest attempt of a recipe."""
        with self._records.page() as page:
            attempts = page.attempts_of(recipe)
        return attempts[-1] if attempts else None

    def read(self, attempt: Attempt) -> Attempt:
        """The attempt as it stands now."""
        with self._records.page() as page:
            return page.attempt(attempt.id) or attempt

    def open(self, purchase: Purchase, generation: int) -> Attempt | Stop:
        """Reserve the price and write down the intent in one transaction; a budget gate's stop writes nothing."""
        with self._journal.entry() as entry:
            stop = purchase.refuse(entry, purchase.quote.amount)
            if stop is not None:
                return stop
            now, order = entry.now(), purchase.order
            attempt = Attempt(
                id=name_attempt(purchase.recipe, generation),
                recipe=purchase.recipe,
                step=order.step,
                name=order.name,
                generation=generation,
                model=purchase.request.model,
                request=encode(purchase.request, whole=True),
                reserved=purchase.quote.amount,
                opened=now,
                trace=entry.trace,
                state=Intended(),
                changed=now,
            )
            if not entry.page.add_attempt(attempt):
                raise RuntimeError(f"{attempt.id} was opened by somebody else")
            ledger.reserve(entry, attempt.reservation, order, attempt.reserved)
            self._tell(entry, attempt, price=str(attempt.reserved))
        return attempt

    def move(self, attempt: Attempt, new: AttemptState, *, sends: int | None = None, why: str = "") -> Attempt | None:
        """Change the state and the ledger together; None when the attempt is not where it was any more."""
        with self._journal.entry() as entry:
            return self._move(entry, attempt, new, sends, why)

    def deliver(
        self,
        attempt: Attempt,
        new: Delivered,
        purchase: Purchase,
        files: tuple[FileRef, ...],
        facts: Mapping[str, Json],
    ) -> Take | None:
        """Record the result, what it cost and the end of the attempt in one transaction; None when it came too late."""
        with self._journal.entry() as entry:
            if self._move(entry, attempt, new, None, "") is None:
                return None
            return purchase.record(entry, files, facts, new.charge)

    def _move(self, entry: Entry, attempt: Attempt, new: AttemptState, sends: int | None, why: str) -> Attempt | None:
        now = entry.now()
        count = attempt.sends if sends is None else sends
        if not entry.page.move_attempt(attempt.id, attempt.state, new, now, count):
            return None
        _move_ledger(entry, attempt, new, why)
        moved = replace(attempt, state=new, changed=now, sends=count)
        self._tell(entry, moved, **({"why": why[:300]} if why else {}))
        return moved

    def _tell(self, entry: Entry, attempt: Attempt, **data: Json) -> None:
        facts: dict[str, Json] = {"attempt": attempt.id, "model": attempt.model, **data}
        if attempt.ticket:
            facts["ticket"] = attempt.ticket
        if isinstance(attempt.state, (Delivered, Failed, Moderated, Cancelled, Lost, Abandoned)):
            facts["charge"] = str(attempt.charge)
        for field in ("trouble", "message", "why"):
            if getattr(attempt.state, field, ""):
                facts[field] = str(getattr(attempt.state, field))[:300]
        entry.tell(f"attempt-{word_of(attempt.state)}", attempt.name, **facts)


def _move_ledger(entry: Entry, attempt: Attempt, new: AttemptState, why: str) -> None:
    """What a new state means for what is reserved: kept, given back, or turned into what it cost."""
    match new:
        case Refused(message=message):
            _release(entry, attempt, f"refused: {message}"[:300])
        case Delivered(charge=charge):
            _settle(entry, attempt, charge)
        case Failed(charge=charge) | Moderated(charge=charge) | Cancelled(charge=charge) | Abandoned(charge=charge):
            if charge.micros:
                _settle(entry, attempt, charge)
            else:
                _release(entry, attempt, why or word_of(new))
        case Lost(charge=charge):
            _settle(entry, attempt, charge)
        case Intended() | Running() | _:
            pass


def _settle(entry: Entry, attempt: Attempt, charge: Money) -> None:
    note = "" if charge.micros <= attempt.reserved.micros else f"{charge} charged, {attempt.reserved} expected"
    _write(entry, attempt, EntryKind.SETTLE, charge, note)


def _release(entry: Entry, attempt: Attempt, why: str) -> None:
    _write(entry, attempt, EntryKind.RELEASE, Money(0), why)


def _write(entry: Entry, attempt: Attempt, kind: EntryKind, amount: Money, note: str) -> None:
    entry.page.add_entry(
        LedgerEntry(kind, attempt.reservation, attempt.step, attempt.name, amount, entry.now(), entry.trace, note)
    )
