"""Buys many shots at a fake in a process of its own, and the same calls bare: what does the engine add to each?

The bare calls are what a script would send: upload-free submit, polls to the end, one download, nothing written down.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from workprint.film.attempt import word_of
from workprint.film.request import GenerationRequest
from workprint.ports.provider import Limits, Provider
from workprint.testing.buying_bench import BuyingBench
from workprint.testing.fakes.media import make_media
from workprint.testing.fakes.studio import FakeProvider
from workprint.testing.provider_contract import find_fakes, find_pairs, make_key, open_account
from workprint.testing.provider_samples import plain_request

PROVIDER = "kling"
AT_ONCE = 16
"""Shots bought side by side, by the engine and bare."""

LIMITS = Limits(creates_per_minute=10**9, jobs_at_once=10**6, poll_every_s=0.0)


@dataclass(frozen=True)
class Load:
    """What so many shots took: seconds and CPU seconds, bare and bought, memory at the peak, and what came of them."""

    shots: int
    bare_s: float
    bare_cpu_s: float
    bought_s: float
    bought_cpu_s: float
    peak_mb: float
    grown_mb: float
    delivered: int
    billed: int
    spent: int

    @property
    def added_ms(self) -> float:
        """Milliseconds the engine adds to a shot over the bare calls."""
        return (self.bought_s - self.bare_s) / self.shots * 1000

    @property
    def added_cpu_ms(self) -> float:
        """Milliseconds of CPU the engine adds to a shot; the fake's own are in both and go away."""
        return (self.bought_cpu_s - self.bare_cpu_s) / self.shots * 1000


async def _gather(count: int, work: Callable[[int], Awaitable[None]]) -> tuple[float, float]:
    """Do a numbered piece of work so many times, a few at once; wall and CPU seconds of it all."""
    places = asyncio.Semaphore(AT_ONCE)

    async def do(number: int) -> None:
        async with places:
            await work(number)

    began, cpu = time.monotonic(), time.process_time()
    await asyncio.gather(*(do(number) for number in range(1, count + 1)))
    return time.monotonic() - began, time.process_time() - cpu


async def _call_bare(provider: Provider, request: GenerationRequest, client: httpx.AsyncClient, number: int) -> None:
    receipt = await provider.submit(request, (), make_key(number), "")
    state = receipt.state
    while state is None or not state.phase.is_over:
        state = await provider.poll(receipt.ticket)
    (await client.get(state.outputs[0].address)).raise_for_status()


def measure_load(shots: int, folder: Path) -> Load:
    """Buy so many shots, after the same number of bare purchases."""
    pair = next(pair for pair in find_pairs() if pair.card.name == PROVIDER)
    clip = make_media("video", 64, 36, 1000, seed=1)

    make_fake = find_fakes()[PROVIDER]

    def open_fake() -> FakeProvider:
        return make_fake(media=lambda job: clip)

    request = plain_request(pair.card.models[0])

    async def run() -> Load:
        with open_fake() as fake:
            provider = pair.card.make(open_account(fake))
            async with httpx.AsyncClient() as client:
                bare = await _gather(shots, lambda number: _call_bare(provider, request, client, number))
            await provider.close()
        before = _peak_mb()
        with open_fake() as fake:
            bench = BuyingBench(folder, {PROVIDER: (pair.card, open_account(fake))}, limits=LIMITS)

            async def buy(number: int) -> None:
                await bench.buy(bench.order(request, number=number))

            bought = await _gather(shots, buy)
            peak = _peak_mb()
            words = [word_of(attempt.state) for attempt in bench.records.attempts()]
            with bench.records.page() as page:
                spent = page.balance().spent.micros
            await bench.close()
            return Load(shots, *bare, *bought, peak, peak - before, words.count("delivered"), fake.billed, spent)

    return asyncio.run(run())


def _peak_mb() -> float:
    """The largest memory of this process so far, in megabytes (Linux counts in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    """Measure the number of shots that is the first argument, in the folder that is the second; a line of JSON."""
    sys.stdout.write(json.dumps(asdict(measure_load(int(sys.argv[1]), Path(sys.argv[2])))) + "\n")


if __name__ == "__main__":
    main()
