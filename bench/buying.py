"""Rows about buying: races for a cap, kills of processes that buy, and what the engine adds to each bought shot."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.table import Row
from workprint.testing.cap_race import ALLOWED, WORKERS, run_races

RACES = 1000
SEED = 20_261
SAY_EVERY_S = 10.0


class Countdown:
    """Says on standard error how far a long row is, and about how long it still takes."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._began = self._said = time.monotonic()

    def tell(self, done: int) -> None:
        """So much is done; said only now and then."""
        now = time.monotonic()
        if done and now - self._said >= SAY_EVERY_S:
            self._said = now
            left = (now - self._began) / done * max(0, self._total - done)
            sys.stderr.write(f"  {done} of {self._total} {self._what}, about {left:.0f} s left\n")
            sys.stderr.flush()


def measure_races(folder: Path, races: int = RACES) -> Iterator[Row]:
    """Fifty processes against a cap for ten, so many times: how many passed the cap, or let in another number."""
    countdown, began = Countdown("races", races), time.monotonic()
    results = []
    for result in run_races(races, folder, seed=SEED):
        results.append(result)
        for fault in result.faults:
            sys.stderr.write(f"  race {result.race}: {fault}\n")
        countdown.tell(len(results))
    faults = sum(len(result.faults) for result in results)
    exact = sum(result.granted == ALLOWED for result in results)
    yield Row(
        "cap race",
        f"{WORKERS} processes against a cap for {ALLOWED}, {races} races, seed {SEED}",
        f"{exact} races granted {ALLOWED}, at most {max(result.most for result in results):.1%} of the cap committed",
        f"{sum(result.tries for result in results)} tries, {sum(result.given_back for result in results)} given back, "
        f"{time.monotonic() - began:.0f} s",
        f"{faults} faults",
        "0 faults",
        not faults and exact == len(results) == races,
    )
