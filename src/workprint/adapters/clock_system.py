"""The system's clock: the only place that reads the time."""

from __future__ import annotations

import time

from workprint.film.time import Instant


class SystemClock:
    """Wall time in UTC for records, monotonic seconds for durations."""

    def now(self) -> Instant:
        """This moment, UTC, to the microsecond."""
        return Instant(time.time_ns() // 1000)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()
