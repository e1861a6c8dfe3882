"""Pulls the plug on purchases: real processes killed at every named point and at random, then the bills are compared.

A batch is a few orders in one folder at one provider, bought by processes that are killed one after another; at the
end one more runs undisturbed. Whatever happened, nothing may be charged twice, lost, or left hanging.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.engine.buying.hooks import receive_hook
from workprint.engine.buying.means import POINTS
from workprint.film.attempt import Attempt, word_of
from workprint.film.model_card import ModelCard, Recovery
from workprint.testing.buying_bench import BuyingBench
from workprint.testing.fakes.faults import Fault, break_after, delay, drop_after, garble, refuse
from workprint.testing.fakes.studio import FakeProvider
from workprint.testing.kill_child import open_bench
from workprint.testing.provider_contract import Pair, find_pairs

ORDERS = 3
MOST_KILLS_A_BATCH = 12
GLANCE_S = 0.002
PATIENCE_S = 60.0
"""How long one child may take before the harness itself calls it stuck."""

ANSWER_DELAY_S = 0.03
"""How long a taken request stays unanswered, so that a random kill often falls just then: the dearest moment."""

FAULTS: tuple[Fault, ...] = (
    drop_after("submit"),
    break_after("submit", 500),
    garble("submit"),
    refuse("submit", 429),
    drop_after("poll"),
    drop_after("media"),
)


@dataclass
class KillReport:
    """What came of all batches of one recovery class."""

    recovery: Recovery
    provider: str
    kills: int = 0
    orders: int = 0
    delivered: int = 0
    held: int = 0
    points: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Nursery:
    """The parent of all children: loaded once, forks one for every task."""

    def __enter__(self) -> Nursery:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "workprint.testing.kill_child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def start(self, task: dict[str, Any]) -> int:
        """Begin a task; the child's process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(task).encode() + b"\n")
        self._process.stdin.flush()
        return int(self._read()["pid"])

    def has_ended(self, seconds: float) -> bool:
        """Whether the child has ended, looked for so long."""
        assert self._process.stdout is not None
        return bool(select.select([self._process.stdout], [], [], seconds)[0])

    def end(self) -> int:
        """Wait for the child's exit code; -9 when it was killed."""
        return int(self._read()["code"])

    def _read(self) -> dict[str, int]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the nursery has died")
        data: dict[str, int] = json.loads(line)
        return data


def choose_pairs() -> dict[Recovery, Pair]:
    """For every recovery class the first provider that has a fake and whose first model is of that class."""
    chosen: dict[Recovery, Pair] = {}
    for pair in find_pairs():
        first = pair.card.models[0]
        # Orders of a batch ask for the same: a list that gives back what was asked, unmarked, cannot tell them apart.
        if pair.make_fake is not None and not pair.card.sends_in_process and first.is_marked and _costs(first):
            chosen.setdefault(first.recovery, pair)
    return chosen


def _costs(model: ModelCard) -> bool:
    """Whether anything is charged: one's own machine shows nothing about bills."""
    return any(price.micros for price in model.prices)


def tell_nobody(kills: int) -> None:
    """Nobody is told how many kills there were."""


def run_kills(
    kills: int, folder: Path, *, seed: int = 1, tell: Callable[[int], None] = tell_nobody
) -> list[KillReport]:
    """So many kills, shared out over the recovery classes there are. `seed` decides every choice that is made.

    `tell` hears after each batch how many there were.
    """
    pairs = choose_pairs()
    reports: list[KillReport] = []
    with Nursery() as nursery:
        for recovery, pair in sorted(pairs.items(), key=lambda item: item[0].value):
            chance = random.Random(f"{seed}-{recovery.value}")
            report = KillReport(recovery, pair.card.name)
            points = _deal_points(chance)
            batch = 0
            while report.kills < -(-kills // len(pairs)):
                batch += 1
                _run_batch(nursery, pair, folder / f"{pair.card.name}-{batch}", report, chance, points)
                tell(report.kills + sum(done.kills for done in reports))
            reports.append(report)
    return reports


def _deal_points(chance: random.Random) -> Iterator[str]:
    """Named points and random moments ("") in turn, so that each comes up again and again."""
    while True:
        dealt = [*POINTS, *([""] * len(POINTS))]
        chance.shuffle(dealt)
        yield from dealt


def _run_batch(  # noqa: PLR0917  everything a batch is about
    nursery: Nursery, pair: Pair, folder: Path, report: KillReport, chance: random.Random, points: Iterator[str]
) -> None:
    assert pair.make_fake is not None
    calls_back = report.recovery is Recovery.BY_WEBHOOK
    with pair.make_fake() as fake:
        task: dict[str, Any] = {
            "folder": str(folder),
            "provider": pair.card.name,
            "url": fake.url,
            "secrets": dict(fake.secrets),
            "settings": dict(fake.settings),
            "orders": ORDERS,
            "calls_back": calls_back,
        }
        for _ in range(MOST_KILLS_A_BATCH):
            if chance.random() < 0.4:
                fake.misbehave(chance.choice(FAULTS))
            killed = _run_child(nursery, fake, task, chance, next(points), report)
            if calls_back:
                deliver_hooks(fake, task)
            if not killed:
                break
        for _ in range(2):
            _finish_child(nursery, task, report)
            if calls_back:
                deliver_hooks(fake, task)
        _judge(fake, folder, report, task)
    shutil.rmtree(folder, ignore_errors=True)


def _run_child(  # noqa: PLR0917
    nursery: Nursery, fake: FakeProvider, task: dict[str, Any], chance: random.Random, point: str, report: KillReport
) -> bool:
    """Start a child that dies at a named point, or is killed at a random moment; whether it was killed."""
    if point:
        pid = nursery.start({**task, "kill_at": point, "hit": chance.choice((1, 1, 2, 3))})
    else:
        fake.misbehave(delay("submit", ANSWER_DELAY_S))
        target = len(fake.calls) + chance.randint(1, 4 * ORDERS)
        pid = nursery.start(task)
        waited = 0.0
        while len(fake.calls) < target and not nursery.has_ended(GLANCE_S) and waited < PATIENCE_S:
            waited += GLANCE_S
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    killed = nursery.end() == -signal.SIGKILL
    if killed:
        report.kills += 1
        report.points[point or "random"] = report.points.get(point or "random", 0) + 1
    return killed


def _finish_child(nursery: Nursery, task: dict[str, Any], report: KillReport) -> None:
    nursery.start(task)
    if not nursery.has_ended(PATIENCE_S):
        report.faults.append("a run that nobody disturbed does not end")
    if nursery.end() != 0:
        report.faults.append("a run that nobody disturbed failed")


def deliver_hooks(fake: FakeProvider, task: dict[str, Any]) -> None:
    """The provider calls back about every job it has, to the address each job was given."""
    asyncio.run(_deliver(fake, open_bench(task), str(task["provider"])))


async def _deliver(fake: FakeProvider, bench: BuyingBench, name: str) -> None:
    provider, clock = bench.shop.counters[name].provider, SystemClock()
    for job in list(fake.jobs.values()):
        headers, body = fake.hook(job, "succeeded")
        attempt = job.callback.rpartition("/")[2]
        await receive_hook(bench.records, clock, name, provider, attempt=attempt, headers=headers, body=body)
    await bench.close()


def _judge(fake: FakeProvider, folder: Path, report: KillReport, task: dict[str, Any]) -> None:
    """Compare the fake's bill with our book."""
    bench = open_bench(task)
    records: SqliteRecords = bench.records
    attempts = records.attempts()
    with records.page() as page:
        balance = page.balance()
    paid = [charge for charge in fake.charges if charge.micros]
    by_recipe: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        by_recipe.setdefault(attempt.recipe, []).append(attempt)
    delivered = [item for item in attempts if word_of(item.state) == "delivered"]
    held = [item for item in attempts if word_of(item.state) == "held"]
    hanging = [item for item in attempts if word_of(item.state) in ("intended", "sending", "running")]
    report.orders += ORDERS
    report.delivered += len(delivered)
    report.held += len(held)
    where = f"{fake.provider} {folder.name}"
    # Who only calls back cannot say that it has never heard of something: what never arrived there is held, too.
    may_hold = report.recovery in (Recovery.NONE, Recovery.BY_WEBHOOK)
    checks = (
        (len(paid) <= ORDERS, f"{len(paid)} charges for {ORDERS} orders"),
        (not hanging, f"left hanging: {[word_of(item.state) for item in hanging]}"),
        (len(delivered) + len(held) >= ORDERS or may_hold, f"{len(delivered)} delivered"),
        (may_hold or not held, f"{len(held)} held"),
        (report.recovery is Recovery.NONE or len(paid) == len(delivered), "a paid output is not here"),
        (balance.committed.micros >= fake.billed, f"{balance.committed} in the book, {fake.billed} billed"),
        (
            bool(held) or balance.spent.micros == fake.billed,
            f"spent {balance.spent.micros}, billed {fake.billed}",
        ),
        (balance.reserved.micros == sum(item.reserved.micros for item in held), "reserved for nothing"),
        (all(bench.vault.check(file.digest) for file in _list_files(records)), "a stored file is damaged"),
        (records.check() == (), "the book is not sound"),
    )
    report.faults += [f"{where}: {words}" for holds, words in checks if not holds]
    records.close()


def _list_files(records: SqliteRecords) -> Iterator[Any]:
    for known in records.all_known().values():
        yield from known.take.files


def format_reports(reports: list[KillReport]) -> str:
    """A line a class: kills, orders, delivered, held, faults, and how often each point was hit."""
    lines = [f"{'class':<6}{'provider':<14}{'kills':>6}{'orders':>8}{'delivered':>11}{'held':>6}{'faults':>8}  points"]
    for report in reports:
        points = ", ".join(f"{name} {count}" for name, count in sorted(report.points.items()))
        lines.append(
            f"{report.recovery.value:<6}{report.provider:<14}{report.kills:>6}{report.orders:>8}{report.delivered:>11}"
            f"{report.held:>6}{len(report.faults):>8}  {points}"
        )
    return "\n".join(lines)
