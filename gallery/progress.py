"""Progress of a run on one line each: share done, what was made, time left."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Tells how far a run of weighted pieces is; weights are seconds expected."""

    total: float
    done: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def finish(self, weight: float, what: str) -> None:
        """One piece is made."""
        self.done += weight
        self.tell(self.done, what)

    def tell(self, done: float, what: str) -> None:
        """Say how far the run is with a piece under way."""
        share = min(1.0, done / self.total) if self.total else 1.0
        spent = time.monotonic() - self.started
        left = spent / share - spent if share > 0 else self.total
        sys.stderr.write(f"{share:4.0%}  {what}, {_say(left)} left\n")
        sys.stderr.flush()


def _say(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
