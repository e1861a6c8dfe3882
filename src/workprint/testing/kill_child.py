"""A process that buys, made to be killed: forked from a parent that has loaded everything, so that it starts at once.

The parent speaks JSON lines: one in for every child wanted, one out with its process id, one out when it has ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workprint.adapters.providers import find_providers
from workprint.film.errors import WorkprintError
from workprint.ports.provider import Account, Limits
from workprint.testing.buying_bench import QUICK, BuyingBench
from workprint.testing.provider_samples import lay_out_inputs, plain_request

SETTLE_S = 400.0
"""At the bench's pace 0.4 s: longer than a busy machine takes to serve a request that a dead process has sent."""


def watch_points(kill_at: str, hit: int) -> Callable[[str], None]:
    """A watcher that kills this very process, with no chance to tidy up, when it reaches a point for the n-th time."""
    seen = 0

    def reached(name: str) -> None:
        nonlocal seen
        seen += name == kill_at
        if seen == hit and name == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


def open_bench(task: Mapping[str, Any]) -> BuyingBench:
    """The bench of a task: folder, provider, address, secrets, and where to die."""
    card = next(card for card in find_providers() if card.name == task["provider"])
    account = Account(task["url"], lambda name: str(task["secrets"][name]), settings=task["settings"], answer_s=5.0)
    limits = Limits(creates_per_minute=100_000, jobs_at_once=64, poll_every_s=1.0, settle_s=SETTLE_S)
    reached = watch_points(task.get("kill_at", ""), task.get("hit", 1))
    callback = "https://hooks.example/hooks" if task.get("calls_back") else ""
    return BuyingBench(
        Path(task["folder"]),
        {card.name: (card, account)},
        patience=QUICK,
        limits=limits,
        reached=reached,
        callback=callback,
    )


async def buy_all(task: Mapping[str, Any]) -> None:
    """Buy every order of a task side by side; what is held or refused is left as it is."""
    bench = open_bench(task)
    bench.release_stale()
    card = next(iter(bench.cards.values()))[0]
    request = plain_request(card.models[0])
    inputs = lay_out_inputs(request, bench.folder)

    async def buy(number: int) -> None:
        try:
            await bench.buy(bench.order(request, inputs, number=number))
        except WorkprintError:
            return

    await asyncio.gather(*(buy(number) for number in range(task["orders"])))
    await bench.close()


def main() -> None:
    """Fork a child for every line that comes in."""
    for line in sys.stdin:
        task = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                asyncio.run(buy_all(task))
                code = 0
            finally:
                sys.stderr.flush()
                os._exit(code)
        _say({"pid": pid})
        _, status = os.waitpid(pid, 0)
        _say({"code": os.waitstatus_to_exitcode(status)})


def _say(data: Mapping[str, int]) -> None:
    sys.stdout.write(json.dumps(data) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
