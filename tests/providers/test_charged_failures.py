"""A failure that was charged is not repeated by itself; one that cost nothing is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from workprint.adapters.providers.luma import PROVIDER
from workprint.film.attempt import Failed
from workprint.film.errors import ProviderRefused
from workprint.ports.provider import ProviderCard
from workprint.testing.buying_bench import BuyingBench
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.luma import FAKE
from workprint.testing.provider_contract import open_account
from workprint.testing.provider_samples import lay_out_inputs, plain_request


def _set_charging(card: ProviderCard, charges: bool) -> ProviderCard:
    return replace(card, models=tuple(replace(model, charges_failures=charges) for model in card.models))


@pytest.mark.parametrize("charges", [True, False])
def test_a_charged_failure_waits_for_a_word(tmp_path: Path, charges: bool) -> None:
    """One job fails and the next would succeed: where failing is charged only one is sent, else both are."""
    card = _set_charging(PROVIDER, charges)

    async def buy(fake: FAKE) -> None:
        bench = BuyingBench(tmp_path / "shop", {card.name: (card, open_account(fake))})
        fake.decide(Outcome.FAIL)
        request = plain_request(card.models[0])
        purchase = bench.order(request, lay_out_inputs(request, tmp_path))
        if not charges:
            await bench.buy(purchase)
            assert fake.count("submit") == 2
        else:
            with pytest.raises(ProviderRefused, match="It cost"):
                await bench.buy(purchase)
            (attempt,) = bench.records.attempts()
            assert isinstance(attempt.state, Failed)
            assert attempt.charge == attempt.reserved
            assert fake.count("submit") == 1
        await bench.close()

    with FAKE() as fake:
        asyncio.run(buy(fake))
