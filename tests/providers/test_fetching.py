"""A result that was paid for and does not come is not given up while it may still lie where it was made."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from workprint.adapters.downloads_http import check_host
from workprint.adapters.providers.runway import PROVIDER
from workprint.film.attempt import Running
from workprint.film.errors import ProviderUnavailable
from workprint.ports.downloads import DownloadFailed
from workprint.testing.buying_bench import BuyingBench
from workprint.testing.fakes.faults import break_after
from workprint.testing.fakes.runway import FakeRunway
from workprint.testing.provider_contract import open_account
from workprint.testing.provider_samples import plain_request


def test_an_outage_of_the_media_host_loses_nothing(tmp_path: Path) -> None:
    """While no byte comes the job stays running and its price reserved; the next run fetches it, charged once."""

    async def buy_through_an_outage(fake: FakeRunway) -> None:
        bench = BuyingBench(tmp_path, {PROVIDER.name: (PROVIDER, open_account(fake))})
        purchase = bench.order(plain_request(PROVIDER.models[0]))
        fake.misbehave(*(break_after("media", 503) for _ in range(40)))
        with pytest.raises(ProviderUnavailable, match="not bought again"):
            await bench.buy(purchase)
        (attempt,) = bench.records.attempts()
        assert isinstance(attempt.state, Running)
        with bench.records.page() as page:
            assert page.balance().reserved == attempt.reserved
        fake.recover()
        take = await bench.buy(purchase)
        assert take.cost.micros == fake.billed > 0
        assert fake.count("submit") == 1
        assert bench.records.check() == ()
        await bench.close()

    with FakeRunway() as fake:
        asyncio.run(buy_through_an_outage(fake))


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/a.mp4", "http://cdn.example/a.mp4", "file:///etc/passwd", "http://169.254.169.254/a"],
)
def test_a_strange_host_is_refused_and_not_called_gone(address: str) -> None:
    """We do not fetch from a host that is not the provider's, and do not say that the result is lost because of it."""
    with pytest.raises(DownloadFailed) as caught:
        check_host(address, ("cdn.example",))
    assert caught.value.is_refused
    assert not caught.value.is_gone
