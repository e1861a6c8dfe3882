"""Corners of buying: inputs that need company, replays under a key, unexpected hosts, prices of one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from workprint.adapters.project_toml import read_settings
from workprint.adapters.providers import comfy_router, kling, runway
from workprint.engine.buying.attempt_book import AttemptBook, Purchase
from workprint.engine.buying.means import Means, ignore_point
from workprint.engine.buying.own_prices import check_priced, price_models
from workprint.engine.buying.sending import Sender
from workprint.engine.buying.shop import Counter, check_card
from workprint.engine.journal import Journal
from workprint.film.attempt import Held, Refused, Running, Sending
from workprint.film.errors import BriefRejected, OutcomeHeld, ProviderUnavailable, UsageError
from workprint.film.model_card import ModelCard, PriceUnit
from workprint.film.money import Money
from workprint.film.own_price import OwnPrice, apply_price
from workprint.film.pricing import quote_price
from workprint.film.request import Role
from workprint.film.time import Instant
from workprint.testing.buying_bench import BuyingBench
from workprint.testing.fakes.comfy_router import FakeComfyRouter
from workprint.testing.fakes.faults import Fault, drop_after, drop_before
from workprint.testing.fakes.runway import FakeRunway
from workprint.testing.fakes.studio import FakeProvider
from workprint.testing.provider_contract import find_pairs, open_account
from workprint.testing.provider_samples import lay_out_inputs, make_input, plain_request

CARDS = [card for pair in find_pairs() for card in pair.card.models]
NEEDING_COMPANY = [(card, limit) for card in CARDS for limit in card.inputs if limit.beside]
KLING = next(card for card in kling.PROVIDER.models if card.name == "kling/kling-v3")


class PowerCut(BaseException):
    """The process ends here."""


class StoppedClock:
    """A clock that stands still."""

    def __init__(self, micros: int) -> None:
        self._micros = micros

    def now(self) -> Instant:
        """The same moment, always."""
        return Instant(self._micros)

    def monotonic(self) -> float:
        """Nothing passes."""
        return 0.0


@pytest.mark.parametrize(("card", "limit"), NEEDING_COMPANY, ids=lambda value: getattr(value, "name", ""))
def test_an_input_that_needs_company_is_refused_alone(card: ModelCard, limit: object) -> None:
    """Where a card says that a role is only taken beside others, it stops alone and passes with one of them."""
    assert hasattr(limit, "role")
    alone = replace(plain_request(card), inputs=(make_input(limit.role),))
    along = replace(alone, inputs=(*alone.inputs, make_input(limit.beside[0])))
    assert "input-alone" in {issue.code for issue in check_card(card, alone, "2026-01-01") if issue.stops}
    assert "input-alone" not in {issue.code for issue in check_card(card, along, "2026-01-01")}


def open_router(
    folder: Path, fake: FakeProvider, reached: Callable[[str], None] = ignore_point
) -> tuple[BuyingBench, Purchase]:
    """A bench at Comfy Router, and a purchase with a picture as its input."""
    bench = BuyingBench(folder, {"comfy_router": (comfy_router.PROVIDER, open_account(fake))}, reached=reached)
    request = replace(plain_request(comfy_router.PROVIDER.models[0]), inputs=(make_input(Role.FIRST_FRAME),))
    return bench, bench.order(request, lay_out_inputs(request, bench.folder))


@pytest.mark.parametrize("fault", [drop_before("submit"), drop_after("submit")], ids=["never arrived", "was taken"])
def test_after_a_restart_a_replay_has_its_inputs_again(fault: Fault, tmp_path: Path) -> None:
    """A process that dies without an answer: the next one prepares the inputs anew, submits under the same key, and
    gets the one job of it, whether or not the first request arrived. One charge."""

    def cut(point: str) -> None:
        if point == "unanswered":
            raise PowerCut

    async def run(fake: FakeComfyRouter) -> None:
        fake.misbehave(fault)
        bench, purchase = open_router(tmp_path, fake, cut)
        with pytest.raises(PowerCut):
            await bench.buy(purchase)
        assert isinstance(bench.records.attempts()[0].state, Sending)
        await bench.close()
        again, purchase = open_router(tmp_path, fake)
        take = await again.buy(purchase)
        assert len(fake.jobs) == 1
        assert take.cost.micros == fake.billed > 0
        assert again.records.check() == ()
        await again.close()

    with FakeComfyRouter(pace=(0, 0)) as fake:
        asyncio.run(run(fake))


def open_lost(bench: BuyingBench, purchase: Purchase, since: int) -> None:
    """Write down an attempt that was sent at a moment, in microseconds, and never answered."""
    book = AttemptBook(bench.records, Journal(bench.records, StoppedClock(since), "old", lambda event: None))
    attempt = book.open(purchase, 1)
    assert not hasattr(attempt, "verdict")
    assert book.move(attempt, Sending(), sends=1) is not None  # type: ignore[arg-type]


def test_a_key_that_may_be_forgotten_is_not_sent_again(tmp_path: Path) -> None:
    """Past the life of its record a replay would pay twice: nothing is sent, and the attempt is held with its price."""

    async def run(fake: FakeComfyRouter) -> None:
        bench, purchase = open_router(tmp_path, fake)
        life = comfy_router.PROVIDER.models[0].replay_life_s
        open_lost(bench, purchase, bench.clock.now().micros - life * 1_000_000)
        with pytest.raises(OutcomeHeld, match="too old to be sent again"):
            await bench.buy(purchase)
        (attempt,) = bench.records.attempts()
        assert isinstance(attempt.state, Held)
        assert fake.calls == []
        with bench.records.page() as page:
            assert page.balance().reserved == attempt.reserved
        await bench.close()

    with FakeComfyRouter() as fake:
        asyncio.run(run(fake))


def test_a_price_that_was_given_back_is_not_spent_by_a_question(tmp_path: Path) -> None:
    """Somebody says that it was not taken while we are about to ask: the question would be the submission, so none."""

    async def run(fake: FakeComfyRouter) -> None:
        bench, purchase = open_router(tmp_path, fake)
        open_lost(bench, purchase, bench.clock.now().micros)
        book = AttemptBook(bench.records, bench.journal)
        stale = book.latest(purchase.recipe)
        assert stale is not None
        assert book.move(stale, Refused("timeout", "a person found that it was not taken")) is not None
        means = Means(bench.records, bench.journal, bench.shop, bench.turnstile, bench.clock)
        counter: Counter = bench.shop.counter(purchase.request)
        after = await Sender(book, means).recover(stale, purchase, counter)
        assert isinstance(after.state, Refused)
        assert fake.calls == []
        await bench.close()

    with FakeComfyRouter() as fake:
        asyncio.run(run(fake))


def test_a_result_on_an_unexpected_host_waits_for_the_setting(tmp_path: Path) -> None:
    """It is not fetched, not lost and not bought again; the remedy names media_hosts, and with it the film comes."""

    async def run(fake: FakeRunway) -> None:
        card = {"runway": (runway.PROVIDER, open_account(fake))}
        bench = BuyingBench(tmp_path, card)
        purchase = bench.order(plain_request(runway.PROVIDER.models[0]))
        known = bench.shop.counters["runway"]
        bench.shop.counters["runway"] = replace(known, hosts=("cdn.example.com",))  # type: ignore[index]
        with pytest.raises(ProviderUnavailable, match=r"not expected: 127\.0\.0\.1") as stopped:
            await bench.buy(purchase)
        assert stopped.value.remedy is not None
        assert "media_hosts under [providers]" in stopped.value.remedy.text
        assert isinstance(bench.records.attempts()[0].state, Running)
        bench.shop.counters["runway"] = known  # type: ignore[index]
        await bench.buy(purchase)
        assert fake.count("submit") == 1
        await bench.close()

    with FakeRunway(pace=(0, 0)) as fake:
        asyncio.run(run(fake))


def test_own_prices_take_the_place_of_the_sheet() -> None:
    """A unit's own price holds at every size; a percentage holds for all lines; both say of which day they are."""
    request = replace(plain_request(KLING), resolution="720p", duration_ms=5000)
    assert quote_price(KLING, request).amount == Money(420_000)
    flat = apply_price(KLING, OwnPrice("2026-11-01", {"second": 70_000}))
    assert quote_price(flat, request).amount == Money(350_000)
    assert quote_price(flat, replace(request, resolution="1080p")).amount == Money(350_000)
    dearer = apply_price(KLING, OwnPrice("2026-11-01", share=1_250_000))
    assert quote_price(dearer, request).amount == Money(525_000)
    assert quote_price(dearer, replace(request, resolution="1080p")).amount == Money(700_000)
    assert (flat.own_price_as_of, KLING.own_price_as_of) == ("2026-11-01", "")


def test_tokens_are_counted_as_before_at_an_own_price() -> None:
    """What a token is does not change with its price."""
    card = next(card for card in CARDS if any(price.unit is PriceUnit.THOUSAND_TOKENS for price in card.prices))
    request = plain_request(card)
    sheet = next(price for price in card.prices if price.unit is PriceUnit.THOUSAND_TOKENS)
    doubled = apply_price(card, OwnPrice("2026-11-01", {"thousand_tokens": sheet.micros * 2}))
    assert quote_price(doubled, request).amount.micros == pytest.approx(
        2 * quote_price(card, request).amount.micros, abs=2
    )


def test_prices_that_name_nothing_are_refused() -> None:
    """A model that nobody sells, and a unit a model is not sold by, are errors: a slip there would cost money."""
    cards = {"kling": kling.PROVIDER}
    with pytest.raises(UsageError, match="names kling/kling-v33, which nobody sells"):
        check_priced({"kling/kling-v33": OwnPrice("2026-11-01")}, cards)
    with pytest.raises(UsageError, match="is sold by second, not by image"):
        price_models(kling.PROVIDER.models, {"kling/kling-v3": OwnPrice("2026-11-01", {"image": 1})})


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("second = 0.07", "is not the day"),
        ('as_of = "last week"\nsecond = 0.07', "is not the day"),
        ("as_of = 2026-11-01", "names its day and what a unit costs"),
        ("as_of = 2026-11-01\nfortnight = 1", "`fortnight` is not one of"),
        ("as_of = 2026-11-01\nsecond = -1", "is US dollars"),
        ("as_of = 2026-11-01\nsecond = true", "is US dollars"),
        ("as_of = 2026-11-01\npercent = 5000", "percent goes from 0 to 1000"),
    ],
)
def test_wrong_prices_in_project_toml_are_findings(lines: str, wrong: str, tmp_path: Path) -> None:
    """Each wrong line is told where it stands, before anything is asked."""
    path = tmp_path / "project.toml"
    path.write_text(f'[providers.prices."kling/kling-v3"]\n{lines}\n')
    with pytest.raises(BriefRejected) as refused:
        read_settings(path, "me")
    (finding,) = refused.value.findings
    assert wrong in finding.message  # type: ignore[attr-defined]
    assert finding.path == "providers.prices.kling/kling-v3"  # type: ignore[attr-defined]


def test_good_prices_and_hosts_are_read(tmp_path: Path) -> None:
    """A TOML date, dollars a unit, a percentage, and hosts; a host that stands for all hosts is a finding."""
    path = tmp_path / "project.toml"
    path.write_text(
        '[providers]\nmedia_hosts = ["cdn.example.com", "*.example.net"]\n'
        '[providers.prices."kling/kling-v3"]\nas_of = 2026-11-01\nsecond = 0.07\npercent = 85.5\n'
    )
    wishes = read_settings(path, "me").providers
    assert wishes.media_hosts == ("cdn.example.com", "*.example.net")
    assert wishes.prices == {"kling/kling-v3": OwnPrice("2026-11-01", {"second": 70_000}, 855_000)}
    for host in ("*", "*.com", "https://cdn.example.com", ""):
        path.write_text(f'[providers]\nmedia_hosts = ["{host}"]\n')
        with pytest.raises(BriefRejected):
            read_settings(path, "me")
