"""Records: the one book of recipes, versions, locks, rulings, ledger and events, with transactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from workprint.film.attempt import Attempt, AttemptState
from workprint.film.canonical import Json
from workprint.film.event import Event
from workprint.film.ledger import Balance, Entry
from workprint.film.lineage import Lock, Recipe, Version
from workprint.film.order import Take
from workprint.film.takes import TakeNote
from workprint.film.time import Instant


@dataclass(frozen=True)
class Known:
    """A recorded result: the recipe in full, the take, when and in which run it was made, seconds it took."""

    recipe: Recipe
    take: Take
    when: Instant
    trace: str
    seconds: float


@dataclass(frozen=True)
class Ruling:
    """What a person (or the policy) decided at a gate about one subject. `kind`: approve or override."""

    gate: str
    subject: str
    kind: str
    who: str
    when: Instant
    reason: str


@dataclass(frozen=True)
class Hook:
    """A webhook that was verified and kept: once for each message of a provider. It is a hint to look, nothing more."""

    provider: str
    message: str
    ticket: str
    attempt: str
    when: Instant


class Page(Protocol):
    """One open transaction. Everything written through it commits together or not at all."""

    def add_result(self, known: Known, name: str = "") -> int:
        """Record a result as the newest version of (step, `name` or the take's own); returns the version number."""
        ...

    def point(self, step: str, name: str, recipe: str, when: Instant) -> int:
        """Make a known recipe the current version of a name again; returns the version number."""
        ...

    def add_entry(self, entry: Entry) -> None:
        """Add a line to the ledger."""
        ...

    def add_event(self, trace: str, when: Instant, kind: str, subject: str, data: Mapping[str, Json]) -> int:
        """Append an event; returns its number."""
        ...

    def add_ruling(self, ruling: Ruling) -> None:
        """Record a ruling."""
        ...

    def set_lock(self, lock: Lock) -> None:
        """Pin a version."""
        ...

    def release_lock(self, name: str, who: str, when: Instant, why: str) -> bool:
        """Release a pin; False when there was none. The lock's row stays, marked released."""
        ...

    def add_take_note(self, note: TakeNote) -> None:
        """Add a line to the take log."""
        ...

    def balance(self) -> Balance:
        """The ledger's balance as this transaction sees it."""
        ...

    def open_reservations(self) -> tuple[Entry, ...]:
        """Reservations neither settled nor released."""
        ...

    def add_attempt(self, attempt: Attempt) -> bool:
        """Record a new attempt; False, and nothing written, when its recipe has one of that generation already."""
        ...

    def attempt(self, attempt_id: str) -> Attempt | None:
        """An attempt as this transaction sees it."""
        ...

    def attempts_of(self, recipe: str) -> tuple[Attempt, ...]:
        """Every attempt of a recipe, oldest generation first."""
        ...

    def move_attempt(self, attempt_id: str, old: AttemptState, new: AttemptState, when: Instant, sends: int) -> bool:
        """Change an attempt's state if it is still the old one and the new may follow it; whether it was changed.

        A ticket belongs to one attempt of a provider: a second one with the same ticket is not changed.
        """
        ...

    def add_hook(self, hook: Hook) -> bool:
        """Keep a webhook; False when its provider sent that message before."""
        ...


class Records(Protocol):
    """The book. Promise: what a closed `page()` wrote survives power loss, whole."""

    def page(self) -> AbstractContextManager[Page]:
        """Open a transaction that takes the write lock at once; commits on leaving, rolls back on an exception."""
        ...

    def known(self, recipe: str) -> Known | None:
        """The result of a recipe."""
        ...

    def all_known(self) -> Mapping[str, Known]:
        """Every recorded result, by recipe digest."""
        ...

    def current(self) -> Mapping[tuple[str, str], str]:
        """The current recipe digest of every (step, name)."""
        ...

    def versions(self, name: str) -> tuple[Version, ...]:
        """All versions a name has had, oldest first, over all steps that bear it."""
        ...

    def locks(self) -> Mapping[str, Lock]:
        """Locks in force, by name."""
        ...

    def rulings(self) -> tuple[Ruling, ...]:
        """All rulings, oldest first."""
        ...

    def take_notes(self) -> tuple[TakeNote, ...]:
        """The whole take log, oldest first."""
        ...

    def entries(self) -> tuple[Entry, ...]:
        """The whole ledger, oldest first."""
        ...

    def events(self, after: int = 0) -> Iterable[Event]:
        """Events with a higher number, oldest first."""
        ...

    def attempts(self) -> tuple[Attempt, ...]:
        """Every attempt, oldest first."""
        ...

    def hooks_about(self, provider: str, attempt: str, ticket: str) -> tuple[Hook, ...]:
        """Webhooks about one attempt, by our own id or by the provider's ticket, oldest first."""
        ...

    def check(self) -> tuple[str, ...]:
        """Faults of the book itself; empty when sound."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
