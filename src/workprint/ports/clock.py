"""The clock: the only source of time."""

from __future__ import annotations

from typing import Protocol

from workprint.film.time import Instant


class Clock(Protocol):
    """Wall time for records, monotonic time for durations and deadlines."""

    def now(self) -> Instant:
        """This moment, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        ...
