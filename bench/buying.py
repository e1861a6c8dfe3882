"""Rows about buying: races for a cap, kills of processes that buy, and what the engine adds to each bought shot."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import run
from bench.table import Row
from workprint.film.model_card import Recovery
from workprint.testing.buying_load import Load
from workprint.testing.cap_race import ALLOWED, WORKERS, run_races
from workprint.testing.kill_harness import KillReport, run_kills

RACES = 1000
KILLS = 1000
SEED = 20_261
SAY_EVERY_S = 10.0
FEW_SHOTS, MANY_SHOTS = 100, 1000

GROWTH_BAR = 1.5
"""A shot costs the same in a large production as in a small one (ratio 1); half as much is left to the machine."""

ADDED_BAR_MS = 100.0
"""CPU the engine may add to a shot that a provider works on for a minute."""


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


def measure_kills(folder: Path, kills: int = KILLS) -> Iterator[Row]:
    """Kill so many processes that buy, at every named point and at random, and compare every bill with the book."""
    countdown, began = Countdown("kills", kills), time.monotonic()
    reports = run_kills(kills, folder, seed=SEED, tell=countdown.tell)
    for report in reports:
        for fault in report.faults:
            sys.stderr.write(f"  fault: {fault}\n")
        yield _show_class(report)
    done, faults = sum(report.kills for report in reports), sum(len(report.faults) for report in reports)
    yield Row(
        "paid kills",
        f"kill -9 of processes that buy, seed {SEED}",
        f"{done} kills, {sum(report.orders for report in reports)} orders, {time.monotonic() - began:.0f} s",
        ratio=f"{faults} charged twice, lost, stuck or booked wrongly",
        bar="0 faults",
        passed=not faults and done >= kills and {report.recovery for report in reports} == set(Recovery),
    )


def _show_class(report: KillReport) -> Row:
    points = ", ".join(f"{name} {count}" for name, count in sorted(report.points.items()))
    return Row(
        f"kills {report.recovery.value}",
        f"class {report.recovery.value}, {report.provider}: {points}",
        f"{report.kills} kills, {report.orders} orders, {report.delivered} delivered, {report.held} held",
        ratio=f"{len(report.faults)} faults",
        bar="0 faults",
        passed=not report.faults,
    )


def measure_overhead(folder: Path) -> Iterator[Row]:
    """What the engine adds to a bought shot over the bare calls of the same run, at 100 and at 1,000 shots."""
    loads = {}
    for shots in (FEW_SHOTS, MANY_SHOTS):
        command = [sys.executable, "-m", "workprint.testing.buying_load", str(shots), str(folder / f"shop-{shots}")]
        load = loads[shots] = Load(**json.loads(run(command, Path.cwd()).require().output))
        is_true = load.delivered == shots and load.spent == load.billed
        yield Row(
            f"buying{shots}",
            f"{shots} shots bought at a fake, the bill in the book",
            f"{load.added_cpu_ms:.1f} ms CPU and {load.added_ms:.1f} ms wall added a shot, {load.peak_mb:.0f} MB "
            f"({load.grown_mb:+.0f})",
            f"bare calls {load.bare_cpu_s / shots * 1000:.1f} ms CPU, {load.bare_s / shots * 1000:.1f} ms wall",
            f"{load.bought_cpu_s / load.bare_cpu_s:.2f}",
            f"<= {ADDED_BAR_MS:g} ms CPU",
            is_true and load.added_cpu_ms <= ADDED_BAR_MS,
        )
    few, many = loads[FEW_SHOTS], loads[MANY_SHOTS]
    yield Row(
        "buying growth",
        f"CPU added to a shot, {MANY_SHOTS} against {FEW_SHOTS} shots",
        f"{many.added_cpu_ms:.1f} ms",
        f"{few.added_cpu_ms:.1f} ms",
        f"{many.added_cpu_ms / few.added_cpu_ms:.2f}",
        f"<= {GROWTH_BAR:g}",
        0 < many.added_cpu_ms / few.added_cpu_ms <= GROWTH_BAR,
    )
