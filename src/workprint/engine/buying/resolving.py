"""What a person decides about attempts: an unknown outcome, another try, a wrong charge, an end. All of it recorded."""

from __future__ import annotations

from workprint.engine.buying.attempt_book import AttemptBook
from workprint.engine.buying.endings import AGAIN
from workprint.engine.journal import Journal
from workprint.engine.rulings import Acting
from workprint.film.attempt import (
    Abandoned,
    Attempt,
    Cancelled,
    Delivered,
    Held,
    Intended,
    Lost,
    Moderated,
    Refused,
    Running,
    word_of,
)
from workprint.film.errors import Remedy, UsageError
from workprint.film.ledger import Entry, EntryKind
from workprint.film.money import NOTHING, Money
from workprint.film.people import Role
from workprint.ports.provider import AskFailed, CancelOutcome, Provider, Trouble
from workprint.ports.records import Records, Ruling

SHORTEST_START = 6
"""Characters of an attempt's id, or of its ticket, by which it can be named."""


def find_attempt(records: Records, text: str) -> Attempt:
    """The attempt a person means by its id, the start of it, its ticket, or the name of its shot (the newest of it).

    Raises UsageError when there is none, or more than one.
    """
    attempts = records.attempts()
    exact = [item for item in attempts if text in (item.id, item.ticket)]
    named = [item for item in attempts if text and item.name.startswith(text)][-1:]
    started = [item for item in attempts if len(text) >= SHORTEST_START and item.id.startswith(text)]
    found = exact or named or started
    if len(found) != 1:
        what = "No job" if not found else f"{len(found)} jobs"
        raise UsageError(f"{what} of that name: `{text}`.", remedy=Remedy("see them", "workprint jobs"))
    return found[0]


class Resolver:
    """Carries out a person's decisions about attempts."""

    def __init__(self, acting: Acting, journal: Journal) -> None:
        self._acting = acting
        self._book = AttemptBook(acting.records, journal)
        self._journal = journal

    def say_taken(self, attempt: Attempt, ticket: str) -> Attempt:
        """The provider took it, under this ticket: the next run follows it and fetches its result."""
        self._require(attempt, (Held,), "is not held")
        moved = self._book.move(attempt, Running(ticket), why=f"{self._acting.person.name} found it")
        if moved is None:
            raise UsageError(f"The ticket `{ticket}` belongs to another attempt.", remedy=Remedy("look again there"))
        return moved

    def say_not_taken(self, attempt: Attempt, reason: str) -> Attempt:
        """The provider never took it: what was reserved is given back, and the next run may send it again."""
        self._require(attempt, (Held,), "is not held")
        refused = Refused(Trouble.TIMEOUT.value, f"{self._acting.person.name} found that it was not taken. {reason}")
        return self._changed(self._book.move(attempt, refused), attempt)

    def write_off(self, attempt: Attempt, reason: str) -> Attempt:
        """Count a held attempt as charged in full, and let the next run send it again."""
        self._require(attempt, (Held,), "is not held")
        gone = Abandoned(self._acting.person.name, reason, attempt.reserved)
        return self._changed(self._book.move(attempt, gone), attempt)

    def allow_again(self, attempt: Attempt, reason: str) -> None:
        """Let something that was paid for, or refused for its content, be bought once more."""
        self._require(attempt, (Lost, Moderated, Delivered), "needs no leave to be tried again")
        when, who = self._acting.clock.now(), self._acting.person.name
        with self._journal.entry() as entry:
            entry.page.add_ruling(Ruling(AGAIN, attempt.id, "approve", who, when, reason))
            entry.tell("attempt-again", attempt.name, attempt=attempt.id, who=who, reason=reason)

    def correct_charge(self, attempt: Attempt, charge: Money, reason: str) -> None:
        """Write down what an attempt that is over really cost, as a line of its own: nothing in the ledger changes."""
        if attempt.is_open:
            raise UsageError(f"{attempt.id} is {word_of(attempt.state)}; what it costs is known when it is over.")
        self._require_role()
        booked = self._booked(attempt)
        difference = charge - booked
        name = f"{attempt.id}-correction-{self._acting.trace}"
        with self._journal.entry() as entry:
            for kind, amount in ((EntryKind.RESERVE, NOTHING), (EntryKind.SETTLE, difference)):
                note = f"{self._acting.person.name}: {reason}"
                entry.page.add_entry(
                    Entry(kind, name, attempt.step, attempt.name, amount, entry.now(), entry.trace, note)
                )
            told = {"booked": str(booked), "charge": str(charge), "who": self._acting.person.name, "reason": reason}
            entry.tell("attempt-corrected", attempt.name, attempt=attempt.id, **told)

    def _booked(self, attempt: Attempt) -> Money:
        """What the ledger says an attempt cost, corrections included."""
        micros = sum(
            entry.amount.micros
            for entry in self._acting.records.entries()
            if entry.kind is EntryKind.SETTLE
            and (entry.reservation == attempt.id or entry.reservation.startswith(f"{attempt.id}-correction-"))
        )
        return Money(micros)

    async def cancel(self, attempt: Attempt, provider: Provider | None) -> tuple[Attempt, str]:
        """Ask the provider to stop; the attempt afterwards, and the truth about it in a sentence."""
        self._require_role()
        if isinstance(attempt.state, Intended):
            moved = self._changed(self._book.move(attempt, Cancelled(""), why="cancelled before it was sent"), attempt)
            return moved, "It was not sent yet; nothing is charged."
        self._require(attempt, (Running,), "does not run")
        if provider is None:
            raise UsageError(f"{attempt.provider} is not opened in this project.", remedy=Remedy("set its key"))
        try:
            outcome = await provider.cancel(attempt.ticket)
        except AskFailed as fault:
            raise UsageError(
                f"{attempt.provider} does not answer: {fault.message}. It runs on.", remedy=Remedy("try again later")
            ) from fault
        return self._take_cancel(attempt, outcome)

    def _take_cancel(self, attempt: Attempt, outcome: CancelOutcome) -> tuple[Attempt, str]:
        match outcome:
            case CancelOutcome.FREE:
                charge, told = NOTHING, "It was stopped; nothing is charged."
            case CancelOutcome.CHARGED:
                charge, told = attempt.reserved, f"It was stopped, and is charged all the same: {attempt.reserved} USD."
            case CancelOutcome.STOPPED:
                charge = attempt.reserved
                told = f"It was stopped; what is charged is not told, so all of {attempt.reserved} USD is booked."
            case CancelOutcome.TOO_LATE:
                return attempt, "It is too late: it runs on, and will be charged. The next run fetches its result."
            case CancelOutcome.UNSUPPORTED:
                return attempt, f"{attempt.provider} has no way to stop a job: it runs on, and will be charged."
        assumed = outcome is CancelOutcome.STOPPED
        moved = self._book.move(attempt, Cancelled(attempt.ticket, charge, assumed))
        return self._changed(moved, attempt), told

    def _require(self, attempt: Attempt, states: tuple[type, ...], words: str) -> None:
        self._require_role()
        if not isinstance(attempt.state, states):
            message = f"{attempt.id} {words}: it is {word_of(attempt.state)}."
            raise UsageError(message, remedy=Remedy("see it", f"workprint jobs show {attempt.id}"))

    def _require_role(self) -> None:
        person = self._acting.person
        if not person.role.includes(Role.ADMIN):
            raise UsageError(f"{person.name} is {person.role.value}; deciding about money takes an admin.")

    def _changed(self, moved: Attempt | None, before: Attempt) -> Attempt:
        if moved is None:
            raise UsageError(f"{before.id} has changed meanwhile.", remedy=Remedy("look again", "workprint jobs"))
        return moved
