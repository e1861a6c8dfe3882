"""Passing the gates of a run: warnings are mentioned, waits settled by the policy, stops told of and raised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from workprint.engine.gatekeeper import Stop
from workprint.engine.journal import Journal
from workprint.engine.run import Run
from workprint.film.lineage import Lock
from workprint.film.order import Order
from workprint.film.people import AUTO, Policy
from workprint.film.verdict import Level
from workprint.ports.records import Ruling


class Passage:
    """The way of one run through its gates. A stop is told of once, however many orders run into it."""

    def __init__(self, run: Run, journal: Journal) -> None:
        self._run = run
        self._journal = journal
        self._told: set[tuple[str, str]] = set()

    def pass_gates(self, points: Iterable[str], order: Order | None = None) -> None:
        """Pass every gate at these points; raises GateStopped where a person is due."""
        book = self._run.book
        for stop, passes in self._run.gatekeeper.stops(points, locks=book.locks, rulings=book.rulings, order=order):
            verdict = stop.verdict
            if passes:
                if verdict.level is Level.WARN:
                    self._journal.mention("gate-warns", stop.gate.name, reasons=list(verdict.reasons))
            elif verdict.level is Level.WAIT and self._run.settings.policy is Policy.AUTO:
                self._approve_by_policy(stop)
            else:
                self.halt(stop)

    def halt(self, stop: Stop) -> NoReturn:
        """Record a stop, so that a person can rule on it, and raise its error."""
        verdict = stop.verdict
        if (stop.gate.name, verdict.subject) not in self._told:
            self._told.add((stop.gate.name, verdict.subject))
            self._journal.tell(
                "gate-stopped",
                stop.gate.name,
                level=verdict.level.value,
                judged=verdict.subject,
                reasons=list(verdict.reasons),
                pins=[list(pin) for pin in verdict.pins],
            )
        raise stop.error()

    def _approve_by_policy(self, stop: Stop) -> None:
        verdict, book = stop.verdict, self._run.book
        when = self._journal.clock.now()
        ruling = Ruling(stop.gate.name, verdict.subject, "approve", AUTO.name, when, "policy approve: auto")
        with self._journal.entry() as entry:
            entry.page.add_ruling(ruling)
            for name, recipe in verdict.pins:
                lock = Lock(name, recipe, AUTO.name, when, f"{stop.gate.name}, policy approve: auto")
                entry.page.set_lock(lock)
                book.locks[name] = lock
            entry.tell("gate-approved", stop.gate.name, who=AUTO.name, judged=verdict.subject)
        book.rulings.append(ruling)
