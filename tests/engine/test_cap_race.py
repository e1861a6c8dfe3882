"""Fifty processes race for a purse that holds enough for ten: never more is committed, and exactly ten get theirs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from workprint.film.attempt import word_of
from workprint.film.errors import WorkprintError
from workprint.film.pricing import quote_price
from workprint.testing.buying_bench import BuyingBench
from workprint.testing.cap_race import ALLOWED, run_races
from workprint.testing.fakes.faults import Outcome, break_after, drop_after, refuse
from workprint.testing.provider_contract import find_pairs, open_account
from workprint.testing.provider_samples import lay_out_inputs, plain_request

RACES = 10
SEED = 4
ORDERS = 50
RUNS = 4


def test_fifty_processes_never_pass_the_cap(tmp_path: Path) -> None:
    """At no line of the ledger is more spent and reserved than the cap, and at the end ten have what they wanted."""
    results = list(run_races(RACES, tmp_path, seed=SEED))
    assert [fault for result in results for fault in result.faults] == []
    assert [result.granted for result in results] == [ALLOWED] * RACES
    assert sum(result.given_back for result in results) > RACES
    assert all(result.tries > 50 for result in results)


def test_a_purse_that_is_looked_at_too_early_is_noticed(tmp_path: Path) -> None:
    """The race itself can tell: buyers who judge a balance from before their transaction overspend, and are named."""
    results = list(run_races(2, tmp_path, seed=SEED, workers=9, allowed=2, careless=True))
    assert all(result.granted > 2 for result in results)
    assert all(any("committed at one moment" in fault for fault in result.faults) for result in results)


def test_fifty_orders_at_a_provider_that_stumbles_never_pass_the_cap(tmp_path: Path) -> None:
    """Bought side by side through refusals, lost answers and failed jobs, ten are paid: the bill, the book, the cap.

    What was turned away while others held the money is bought by a later run, once they have given it back.
    """
    pair = next(pair for pair in find_pairs() if pair.card.name == "kling")
    assert pair.make_fake is not None
    request = plain_request(pair.card.models[0])
    cap = ALLOWED * quote_price(pair.card.models[0], request).amount.micros
    with pair.make_fake() as fake:
        fake.misbehave(refuse("submit", 429), drop_after("submit"), break_after("submit", 500), refuse("submit", 400))
        fake.decide(*(Outcome.FAIL, Outcome.SUCCEED, Outcome.MODERATED_OUTPUT, Outcome.FAIL))
        bench = BuyingBench(tmp_path, {"kling": (pair.card, open_account(fake))}, cap=cap)
        inputs = lay_out_inputs(request, tmp_path)

        async def buy(number: int) -> None:
            try:
                await bench.buy(bench.order(request, inputs, number=number))
            except WorkprintError:
                return

        async def race() -> None:
            for _ in range(RUNS):
                await asyncio.gather(*(buy(number) for number in range(1, ORDERS + 1)))
                with bench.records.page() as page:
                    assert page.balance().committed.micros <= cap
            await bench.close()

        asyncio.run(race())
        words = [word_of(attempt.state) for attempt in bench.records.attempts()]
        assert words.count("delivered") == ALLOWED
        assert len([charge for charge in fake.charges if charge.micros]) == ALLOWED
        assert fake.billed == cap
