"""The journal of a run: events are written in the transaction of what they tell of, then told to who listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workprint.film.canonical import Json
from workprint.film.event import Event
from workprint.film.time import Instant
from workprint.ports.clock import Clock
from workprint.ports.records import Page, Records

Listener = Callable[[Event], None]


class Entry:
    """One open transaction of the journal: the records' page, and the events it will tell when it has committed."""

    def __init__(self, page: Page, trace: str, clock: Clock) -> None:
        self.page = page
        self.trace = trace
        self._clock = clock
        self.told: list[Event] = []

    def now(self) -> Instant:
        """This moment."""
        return self._clock.now()

    def tell(self, kind: str, subject: str, /, **data: Json) -> None:
        """Add an event to this transaction."""
        when = self._clock.now()
        number = self.page.add_event(self.trace, when, kind, subject, data)
        self.told.append(Event(number, self.trace, when, kind, subject, data))


class Journal:
    """Writes the events of one run, all under one trace id."""

    def __init__(self, records: Records, clock: Clock, trace: str, listener: Listener) -> None:
        self._records = records
        self.clock = clock
        self.trace = trace
        self._listener = listener

    @contextmanager
    def entry(self) -> Iterator[Entry]:
        """A transaction with events; they are told only after it has committed."""
        with self._records.page() as page:
            entry = Entry(page, self.trace, self.clock)
            yield entry
        for event in entry.told:
            self._listener(event)

    def tell(self, kind: str, subject: str, /, **data: Json) -> None:
        """Record one event in a transaction of its own."""
        with self.entry() as entry:
            entry.tell(kind, subject, **data)

    def mention(self, kind: str, subject: str, /, **data: Json) -> None:
        """Tell listeners something that is not worth keeping (progress). It has no number."""
        self._listener(Event(0, self.trace, self.clock.now(), kind, subject, data))
