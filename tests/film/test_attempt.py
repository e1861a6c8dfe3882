"""Attempts as a state machine over the real book: nothing leaves an end, late events change nothing, sums hold."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.engine.buying.attempt_book import AttemptBook, Purchase
from workprint.engine.gatekeeper import Stop
from workprint.engine.journal import Entry, Journal
from workprint.film.attempt import (
    OPEN,
    STATES,
    STEPS,
    Abandoned,
    Attempt,
    AttemptState,
    Cancelled,
    Delivered,
    Failed,
    Held,
    Intended,
    Lost,
    Moderated,
    Refused,
    Running,
    Sending,
    decode_state,
    encode_state,
    may_follow,
    name_attempt,
    word_of,
)
from workprint.film.canonical import Json
from workprint.film.ledger import EntryKind, balance_of
from workprint.film.lineage import FileRef, Recipe
from workprint.film.money import NOTHING, Money
from workprint.film.order import Order, Take
from workprint.film.pricing import Quote
from workprint.film.request import GenerationRequest, Medium
from workprint.ports.records import Known

CAP = Money(2_000_000)

amounts = st.integers(1, 600_000).map(Money)
charges = st.one_of(st.just(NOTHING), amounts)
tickets = st.sampled_from(["t1", "t2", "t3"])
states: st.SearchStrategy[AttemptState] = st.one_of(
    st.just(Intended()),
    st.just(Sending()),
    st.builds(Running, tickets),
    st.builds(Delivered, tickets, charges),
    st.builds(Refused, st.just("invalid_input"), st.just("no")),
    st.builds(Failed, tickets, st.just("provider_error"), st.just("broken"), charges),
    st.builds(Moderated, tickets, st.just("moderated_output"), st.just("no"), charges),
    st.builds(Cancelled, tickets, charges),
    st.builds(Lost, tickets, st.just("gone"), amounts),
    st.builds(Held, st.just("nobody knows")),
    st.builds(Abandoned, st.just("ann"), st.just("given up"), charges),
)


def test_every_state_is_stored_and_read_back() -> None:
    """A state as plain data is the same state again; a word nobody knows is an error, never a guess."""
    for state in (Sending(), Running("t"), Lost("t", "gone", Money(5)), Abandoned("ann", "why", Money(3))):
        assert decode_state(encode_state(state)) == state
    assert {word_of(kind) for kind in (Intended(), Sending(), Held("why"))} <= set(STATES)
    with pytest.raises(ValueError, match="unknown state"):
        decode_state({"kind": "vanished"})


def test_nothing_follows_an_end_and_nothing_goes_back() -> None:
    """Only open states may be left; running never becomes intended or sending again, and only held is decided."""
    assert set(STEPS) == set(OPEN)
    assert not {"intended", "sending"} & set(STEPS["running"])
    assert [word for word, steps in STEPS.items() if "abandoned" in steps] == ["held"]
    assert all(step in STATES for steps in STEPS.values() for step in steps)
    assert not may_follow(Delivered("t", Money(1)), Running("t"))


def test_names_and_seeds_tell_tries_apart() -> None:
    """Each generation of a recipe has an id that every provider takes as a key, and a seed of its own."""
    ids = [name_attempt("ab" * 32, generation) for generation in range(1, 200)]
    assert len(set(ids)) == len(ids)
    assert all(char.isalnum() or char == "-" for char in "".join(ids))


class Attempts(RuleBasedStateMachine):
    """Many hands move attempts with whatever they last saw; the book must stay true."""

    moved = Bundle("moved")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="workprint-attempts-")
        self.records = SqliteRecords(Path(self._folder.name) / "records.sqlite", SystemClock())
        self.journal = Journal(self.records, SystemClock(), "machine", lambda event: None)
        self.book = AttemptBook(self.records, self.journal)
        self.ends: dict[str, AttemptState] = {}
        self.delivered = 0
        self.count = 0

    def teardown(self) -> None:
        """The book is sound at the end, and let go."""
        assert self.records.check() == ()
        self.records.close()
        self._folder.cleanup()

    def purchase(self, number: int, price: Money) -> Purchase:
        """An order with a cap over all of them."""
        request = GenerationRequest(Medium.VIDEO, "house/model", f"order {number}")
        order = Order("bought_clip", f"SC{number:02d}_SH01_CLIP", request, model=request.model)
        recipe = Recipe("bought_clip", 1, [number], {}, request.model, 0, "test")

        def record(entry: Entry, files: tuple[FileRef, ...], facts: dict[str, Json], charge: Money) -> Take:
            take = Take(recipe.digest, order.step, order.name, files, facts, charge)
            entry.page.add_result(Known(recipe, take, entry.now(), "machine", 0.0))
            return take

        def refuse(entry: Entry, asked: Money) -> Stop | None:
            fits = entry.page.balance().committed + asked <= CAP
            return None if fits else STOP

        return Purchase(order, recipe.digest, request, (), Quote(price, 0, ()), refuse, record)  # type: ignore[arg-type]

    @rule(target=moved, number=st.integers(0, 4), price=amounts)
    def open(self, number: int, price: Money) -> object:
        """A new try, as the buyer opens one: after the last of its order is over."""
        purchase = self.purchase(number, price)
        before = self.book.latest(purchase.recipe)
        if before is not None and before.is_open:
            return multiple()
        opened = self.book.open(purchase, before.generation + 1 if before else 1)
        return multiple() if isinstance(opened, Stop) else opened

    @rule(target=moved, attempt=moved, state=states)
    def move(self, attempt: Attempt, state: AttemptState) -> object:
        """Somebody moves an attempt from where he last saw it, perhaps long ago."""
        stands = self.book.read(attempt)
        taken = [item for item in self.records.attempts() if item.id != attempt.id]
        new = self.book.move(attempt, state)
        now = self.book.read(attempt)
        if new is None:
            assert now == stands
            return multiple()
        assert stands.state == attempt.state
        assert may_follow(attempt.state, state)
        assert now.state == state
        assert word_of(stands.state) in OPEN
        assert not now.ticket or now.ticket not in [item.ticket for item in taken]
        return new

    @rule(attempt=moved, ticket=tickets, charge=charges)
    def deliver(self, attempt: Attempt, ticket: str, charge: Money) -> None:
        """A result comes, perhaps twice: the second one changes nothing."""
        purchase = self.purchase(int(attempt.name[2:4]), attempt.reserved)
        state = Delivered(ticket, charge)
        take = self.book.deliver(attempt, state, purchase, (), {})
        again = self.book.deliver(attempt, state, purchase, (), {})
        assert again is None
        if take is not None:
            assert take.cost == charge
            assert self.book.read(attempt).state == state

    @rule(attempt=moved)
    def repeat(self, attempt: Attempt) -> None:
        """The same event again finds that it may not, and the ledger does not grow."""
        before = len(self.records.entries())
        assert self.book.move(attempt, attempt.state) is None
        assert len(self.records.entries()) == before

    @invariant()
    def ends_stay(self) -> None:
        """What is over stays exactly as it ended."""
        for attempt in self.records.attempts():
            if not attempt.is_open:
                assert self.ends.setdefault(attempt.id, attempt.state) == attempt.state
        standing = {attempt.id: attempt for attempt in self.records.attempts()}
        assert all(standing[name].state == state for name, state in self.ends.items())

    @invariant()
    def sums_hold(self) -> None:
        """Reserved is what open attempts may cost, spent what those that are over did; the book agrees line by line."""
        attempts, entries = self.records.attempts(), self.records.entries()
        balance = balance_of(entries)
        assert balance.reserved.micros == sum(item.reserved.micros for item in attempts if item.is_open)
        assert balance.spent.micros == sum(item.charge.micros for item in attempts if not item.is_open)
        with self.records.page() as page:
            assert page.balance() == balance
        for item in attempts:
            closed = [line for line in entries if line.reservation == item.id and line.kind in CLOSING]
            assert len(closed) == (0 if item.is_open else 1)

    @invariant()
    def tickets_are_unique(self) -> None:
        """A provider's ticket belongs to one attempt."""
        held = [attempt.ticket for attempt in self.records.attempts() if attempt.ticket]
        assert len(held) == len(set(held))


CLOSING = (EntryKind.SETTLE, EntryKind.RELEASE)
STOP = Stop(None, None)  # type: ignore[arg-type]
"""What a budget gate answers when it does not let an order pass; nobody looks into it here."""

Attempts.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAttempts = Attempts.TestCase
