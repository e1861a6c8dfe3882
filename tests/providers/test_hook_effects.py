"""Webhooks beside a purchase: they shorten the wait and find lost jobs, and in no order do they change what is."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.faces.http.hook_door import open_door

from workprint.engine.buying.attempt_book import Purchase
from workprint.engine.buying.hooks import receive_hook
from workprint.engine.buying.resolving import Resolver
from workprint.engine.buying.shop import Patience
from workprint.engine.rulings import Acting
from workprint.film.attempt import Attempt, AttemptState, word_of
from workprint.film.errors import WorkprintError
from workprint.film.people import Person, Role
from workprint.ports.provider import Limits
from workprint.testing.buying_bench import BuyingBench
from workprint.testing.fakes.faults import Outcome, drop_after
from workprint.testing.fakes.kling import FakeKling
from workprint.testing.fakes.minimax import FakeMiniMax
from workprint.testing.fakes.replicate import FakeReplicate
from workprint.testing.fakes.studio import FakeJob, FakeProvider
from workprint.testing.provider_contract import Pair, find_pairs, open_account, plain_request

PAIRS = {pair.card.name: pair for pair in find_pairs()}
POLL_S = 20.0
LIMITS = Limits(creates_per_minute=10_000, jobs_at_once=8, poll_every_s=POLL_S, settle_s=0.0)

Visit = Callable[[], Awaitable[None]]


@dataclass
class Hall:
    """A bench where nobody really waits: `waited` are the seconds that were to be waited, `visits` happen meanwhile."""

    bench: BuyingBench
    fake: FakeProvider
    pair: Pair
    waited: list[float]
    visits: list[Visit]
    answers: list[int] = field(default_factory=list)

    def order(self, number: int = 1) -> Purchase:
        """The plain order."""
        return self.bench.order(plain_request(self.pair.card.models[0]), number=number)

    async def call(self, job: FakeJob, phase: str, attempt: str = "", change: dict[str, object] | None = None) -> None:
        """A webhook about a job comes in, as the provider sends it, or with its facts changed."""
        headers, body = self.fake.hook(job, phase)
        if change:
            body = json.dumps({**json.loads(body), **change}).encode()
        name = self.pair.card.name
        provider = self.bench.shop.counters[name].provider
        answer = await receive_hook(
            self.bench.records, self.bench.clock, name, provider, attempt=attempt, headers=headers, body=body
        )
        self.answers.append(answer.status)

    def read(self, attempt: Attempt) -> Attempt | None:
        """The attempt as it stands now."""
        with self.bench.records.page() as page:
            return page.attempt(attempt.id)

    def describe(self, attempt: str) -> tuple[object, ...]:
        """All that is written down about an attempt but moments and names: its state, its ledger, its sends."""
        with self.bench.records.page() as page:
            found = page.attempt(attempt)
            balance = page.balance()
        assert found is not None
        lines = [
            (item.kind, item.amount, item.note)
            for item in self.bench.records.entries()
            if item.reservation == found.reservation
        ]
        return _tell(found.state), lines, found.sends, balance.reserved


def _tell(state: AttemptState) -> tuple[object, ...]:
    return word_of(state), getattr(state, "charge", None), getattr(state, "trouble", ""), getattr(state, "message", "")


def open_hall(folder: Path, fake: FakeProvider, *, generations: int = 3) -> Hall:
    """A bench at a fake, with an address for webhooks."""
    pair = PAIRS[fake.provider]
    waited: list[float] = []
    visits: list[Visit] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        if visits:
            await visits.pop(0)()
        await asyncio.sleep(0)

    bench = BuyingBench(
        folder,
        {pair.card.name: (pair.card, open_account(fake))},
        patience=Patience(pause=pause, generations=generations),
        limits=LIMITS,
        callback="https://hooks.example/hooks",
    )
    return Hall(bench, fake, pair, waited, visits)


async def buy(hall: Hall, number: int = 1) -> Attempt:
    """Buy an order; its newest attempt, however it ended."""
    purchase = hall.order(number)
    with suppress(WorkprintError):
        await hall.bench.buy(purchase)
    with hall.bench.records.page() as page:
        return page.attempts_of(purchase.recipe)[-1]


def test_a_webhook_ends_the_wait_for_the_next_poll(tmp_path: Path) -> None:
    """With a signed webhook at the third look of twenty the job is polled then; without one, after all twenty."""

    async def run(folder: Path, *, is_told: bool) -> tuple[str, int, int, list[int]]:
        with FakeReplicate(pace=(1, 0)) as fake:
            hall = open_hall(folder, fake)
            other = hall.pair.card.make(open_account(fake))
            codes: list[int] = []
            async with open_door(folder, {"replicate": other}) as door:

                async def nothing() -> None:
                    return

                async def knock() -> None:
                    (job,) = fake.jobs.values()
                    headers, body = fake.hook(job, "completed")
                    path = job.callback.removeprefix("https://hooks.example")
                    codes.append((await door.knock(path, headers, body)).status_code)

                hall.visits += [nothing, nothing, knock] if is_told else []
                attempt = await buy(hall)
            await hall.bench.close()
            return word_of(attempt.state), len(hall.waited), fake.count("poll"), codes

    assert asyncio.run(run(tmp_path / "told", is_told=True)) == ("delivered", 3, 2, [200])
    assert asyncio.run(run(tmp_path / "untold", is_told=False)) == ("delivered", int(POLL_S), 2, [])


EVENTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("submitted", {"updated_at": 1}),
    ("processing", {"updated_at": 2}),
    ("succeed", {"updated_at": 3}),
    ("failed", {"updated_at": 4}),
    ("succeed", {"updated_at": 5, "final_unit_deduction": "9999"}),
)
"""Five events about one job, told by somebody who contradicts himself: the last one claims another charge, too."""


def test_no_order_of_events_changes_what_is_paid_or_made(tmp_path: Path) -> None:
    """All 120 orders of 5 events, each sent three times during and after the job, end in the same state and ledger."""

    async def run() -> tuple[list[tuple[object, ...]], list[list[int]], int, int]:
        with FakeKling(pace=(1, 1)) as fake:
            hall = open_hall(tmp_path, fake)
            seen: list[tuple[object, ...]] = []
            kept: list[list[int]] = []
            for number, events in enumerate(itertools.permutations(EVENTS), 1):
                told = [*events, *events, *reversed(events)]
                hall.answers = []

                def deliver(phase: str, change: dict[str, object], number: int = number) -> Visit:
                    async def call() -> None:
                        job = next(job for job in fake.jobs.values() if job.number == number)
                        await hall.call(job, phase, change=change)

                    return call

                hall.visits[:] = [deliver(phase, change) for phase, change in told]
                attempt = await buy(hall, number)
                before = hall.describe(attempt.id)
                while hall.visits:  # these come too late
                    await hall.visits.pop(0)()
                    assert hall.read(attempt) == attempt
                assert hall.describe(attempt.id) == before
                assert await buy(hall, number) == attempt
                seen.append(before)
                kept.append(hall.answers)
            sound = len(hall.bench.records.check())
            await hall.bench.close()
            return seen, kept, fake.count("submit"), sound

    seen, kept, sent, faults = asyncio.run(run())
    assert (len(seen), sent, faults) == (120, 120, 0)
    assert all(item[0] == seen[0][0] and item[1:] == seen[0][1:] for item in seen)
    assert seen[0][0][0] == "delivered"  # type: ignore[index]
    assert [sorted(answers) for answers in kept] == [[200] * 5 + [202] * 10] * 120


ENDINGS = {
    "delivered": Outcome.SUCCEED,
    "failed": Outcome.FAIL,
    "moderated": Outcome.MODERATED_OUTPUT,
    "lost": Outcome.NO_OUTPUT,
}


@pytest.mark.parametrize("word", ENDINGS)
def test_a_late_event_moves_nothing_that_is_over(word: str, tmp_path: Path) -> None:
    """Whatever an event says about a job that is over, its state, its charge and what is reserved stay."""

    async def run() -> None:
        with FakeKling() as fake:
            fake.decide(ENDINGS[word])
            hall = open_hall(tmp_path, fake, generations=1)
            attempt = await buy(hall)
            before = hall.describe(attempt.id)
            assert before[0][0] == word  # type: ignore[index]
            await call_all(hall, attempt)
            assert hall.describe(attempt.id) == before
            assert fake.count("submit") == 1
            await hall.bench.close()

    asyncio.run(run())


async def call_all(hall: Hall, attempt: Attempt) -> None:
    """Every event about the first job comes in."""
    job = next(iter(hall.fake.jobs.values()))
    for phase, change in EVENTS:
        await hall.call(job, phase, attempt.id, change)
    assert hall.answers[-5:] == [200] * 5


def test_a_late_event_does_not_wake_what_was_cancelled(tmp_path: Path) -> None:
    """A job that was cancelled by a person stays cancelled and uncharged, though events say that it succeeded."""

    async def run() -> None:
        with FakeMiniMax(pace=(99, 99)) as fake:
            hall = open_hall(tmp_path, fake)
            stopped: list[str] = []

            async def cancel() -> None:
                (attempt,) = hall.bench.records.attempts()
                person = Acting(hall.bench.records, hall.bench.clock, Person("ann", Role.OWNER), "trace")
                provider = hall.bench.shop.counters["minimax"].provider
                _, told = await Resolver(person, hall.bench.journal).cancel(attempt, provider)
                stopped.append(told)

            hall.visits.append(cancel)
            attempt = await buy(hall)
            before = hall.describe(attempt.id)
            assert before[0][0] == "cancelled", stopped  # type: ignore[index]
            job = next(iter(fake.jobs.values()))
            for phase in ("queued", "running", "succeeded", "failed", "succeeded"):
                await hall.call(job, phase, attempt.id)
            assert hall.answers == [200, 200, 200, 200, 202]
            assert hall.describe(attempt.id) == before
            assert fake.billed == 0
            await hall.bench.close()

    asyncio.run(run())


@pytest.mark.parametrize("events", list(itertools.permutations(("queued", "running", "succeeded"))))
def test_an_event_finds_a_held_job_and_it_is_paid_once(events: tuple[str, ...], tmp_path: Path) -> None:
    """A lost answer that only a webhook can clear up is held; events leave it held until the next run fetches it."""

    async def run() -> None:
        with FakeMiniMax() as fake:
            fake.misbehave(drop_after("submit"))
            hall = open_hall(tmp_path, fake)
            held = await buy(hall)
            before = hall.describe(held.id)
            assert before[0][0] == "held"  # type: ignore[index]
            (job,) = fake.jobs.values()
            for phase in (*events, *events):
                await hall.call(job, phase, held.id)
            assert hall.answers == [200, 200, 200, 202, 202, 202]
            assert hall.describe(held.id) == before
            fetched = await buy(hall)
            assert (fetched.id, word_of(fetched.state), fetched.ticket) == (held.id, "delivered", f"v2/{job.id}")
            assert (fake.count("submit"), fetched.charge.micros) == (1, fake.billed)
            await hall.bench.close()

    asyncio.run(run())
