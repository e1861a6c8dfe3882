"""Prices: each kind against figures of the price sheets, and no legal request that costs more than it was quoted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workprint.engine.buying.shop import check_card
from workprint.film.model_card import Durations, ModelCard, Price, PriceUnit, Recovery, SoundKind
from workprint.film.pricing import count_tokens, quote_price
from workprint.film.request import GenerationRequest, MediaInput, Medium, Role
from workprint.ports.provider import Provider, Receipt
from workprint.testing.buying_bench import TODAY
from workprint.testing.card_contract import list_sold
from workprint.testing.provider_contract import ANSWER_S, Pair, find_pairs, make_key, open_account
from workprint.testing.provider_samples import lay_out_inputs, make_input, plain_request

PAIRS = {pair.card.name: pair for pair in find_pairs()}
FAKED = [pair for pair in PAIRS.values() if pair.make_fake is not None and not pair.card.sends_in_process]
CARDS = [model for pair in PAIRS.values() for model in pair.card.models]
DRAWS = 4
"""Legal requests bought of every model."""


def card_of(name: str) -> ModelCard:
    """A shipped card by its full name."""
    return next(card for card in CARDS if card.name == name)


def make_card(*prices: Price, **more: object) -> ModelCard:
    """A card with prices and seconds from one to ten."""
    facts = {"durations": Durations(low=1000, high=10_000), "prices": prices, **more}
    return ModelCard("house", "model", Medium.VIDEO, "2026-11-01", "a test", Recovery.BY_KEY, **facts)  # type: ignore[arg-type]


def ask(card: ModelCard, **facts: object) -> GenerationRequest:
    """A request to a card for four seconds of 720p, or as told."""
    return replace(
        GenerationRequest(card.medium, card.name, "", duration_ms=4000, aspect="16:9", resolution="720p"),
        **facts,  # type: ignore[arg-type]
    )


def usd(card: ModelCard, request: GenerationRequest) -> str:
    """A quote in dollars."""
    return str(quote_price(card, request).amount)


@pytest.mark.parametrize(("resolution", "tokens", "price"), [("480p", 50_639, "0.354473"), ("720p", 108_900, "0.7623")])
def test_tokens_are_counted_as_they_are_billed(resolution: str, tokens: int, price: str) -> None:
    """Five seconds of Seedance 2.0 are 50 638.5 tokens at 480p and 108 900 at 720p, of which a part counts as one."""
    card = card_of("modelark/dreamina-seedance-2-0-260128")
    request = ask(card, duration_ms=5000, resolution=resolution)
    assert count_tokens(card, request, 24, 5000) == tokens
    assert usd(card, request) == price


def test_a_sent_in_video_counts_as_tokens_at_its_own_rate() -> None:
    """With a reference video its frames are billed, too, at the cheaper rate the card has for such requests."""
    card = card_of("modelark/dreamina-seedance-2-0-260128")
    video = replace(make_input(Role.REFERENCE_VIDEO), duration_ms=5000)
    request = ask(card, duration_ms=5000, inputs=(video,))
    assert count_tokens(card, request, 24, 5000) == 216_900
    assert usd(card, request) == "0.93267"


@pytest.mark.parametrize(
    ("name", "facts", "price", "billed_ms"),
    [
        ("kling/kling-v3", {"duration_ms": 4200}, "0.42", 5000),
        ("kling/kling-v3", {"duration_ms": 5000, "audio": True}, "0.63", 5000),
        ("kling/kling-v3", {"duration_ms": 5000, "resolution": "1080p"}, "0.56", 5000),
        ("runway/gen4_turbo", {"duration_ms": 5000}, "0.25", 5000),
        ("runway/veo3.1", {"duration_ms": 4000, "audio": True}, "1.60", 4000),
        ("runway/veo3.1", {"duration_ms": 4000}, "0.80", 4000),
        ("minimax/MiniMax-Hailuo-02", {"duration_ms": 5000, "resolution": "768P"}, "0.28", 6000),
        ("minimax/MiniMax-Hailuo-02", {"duration_ms": 7000, "resolution": "768P"}, "0.56", 10_000),
        ("luma/ray-3.2", {"duration_ms": 5000, "resolution": "360p"}, "0.06", 5000),
        ("luma/ray-3.2", {"duration_ms": 5001, "resolution": "360p"}, "0.18", 10_000),
        ("fal/fal-ai/flux-2-pro/edit", {"duration_ms": 0, "resolution": "1k"}, "0.045", 0),
        ("stability/ultra", {"duration_ms": 0, "resolution": "1k"}, "0.08", 0),
        ("veo/veo-3.1-lite-generate-001", {"duration_ms": 8000, "resolution": "1080p"}, "0.64", 8000),
    ],
)
def test_shipped_prices_are_those_of_the_sheet(name: str, facts: dict[str, object], price: str, billed_ms: int) -> None:
    """Seconds, slots, sound, resolution and matrix: each card asks what the fact sheet says, for the billed slot."""
    card = card_of(name)
    quote = quote_price(card, ask(card, **facts))
    assert (str(quote.amount), quote.billed_ms) == (price, billed_ms)
    assert quote.lines


def test_pictures_are_paid_by_number_and_those_sent_in_beyond_the_free_ones() -> None:
    """Four pictures cost four times one; a second input picture costs extra where only the first is free."""
    card = card_of("fal/fal-ai/flux-2-pro/edit")
    one = ask(card, duration_ms=0, resolution="1k", inputs=(make_input(Role.REFERENCE_IMAGE),))
    assert usd(card, one) == "0.045"
    assert usd(card, replace(one, inputs=one.inputs * 3)) == "0.075"
    core = card_of("stability/core")
    assert usd(core, ask(core, duration_ms=0, resolution="1k", knobs={"count": 4})) == "0.12"


def test_speech_is_paid_by_the_character() -> None:
    """A thousand characters cost the price of a thousand, one costs its share, rounded up to the micro-dollar."""
    card = card_of("elevenlabs/eleven_v3")
    assert usd(card, ask(card, duration_ms=0, prompt="a" * 1000)) == "0.24"
    assert usd(card, ask(card, duration_ms=0, prompt="a")) == "0.00024"
    assert quote_price(card, ask(card, duration_ms=0, prompt="abc")).amount.micros == 720


def test_a_minimum_and_a_surcharge_count() -> None:
    """A price below the minimum is raised to it, and says so; lines of different units add up."""
    card = make_card(Price(PriceUnit.SECOND, 100_000), Price(PriceUnit.CALL, 20_000), minimum_micros=560_000)
    assert usd(card, ask(card, duration_ms=2000)) == "0.56"
    assert "minimum" in quote_price(card, ask(card, duration_ms=2000)).lines[-1]
    assert usd(card, ask(card, duration_ms=6000)) == "0.62"


def test_what_has_no_price_is_not_quoted() -> None:
    """No line for the resolution, too long for every slot, or a price for inputs alone: each is refused in words."""
    card = make_card(Price(PriceUnit.SECOND, 100_000, resolutions=("720p",)), Price(PriceUnit.INPUT_IMAGE, 1000))
    for facts, words in (({"resolution": "4k"}, "no price"), ({"duration_ms": 10_001}, "at most 10 s")):
        with pytest.raises(ValueError, match=words):
            quote_price(card, ask(card, **facts))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_quote_never_shrinks_when_more_is_asked(data: st.DataObject) -> None:
    """On every shipped card a longer request costs at least as much, and is billed for at least what it asks."""
    card = data.draw(st.sampled_from([card for card in CARDS if card.durations.longest]))
    plain = plain_request(card)
    longest = card.durations.longest
    short = data.draw(st.integers(1, longest))
    longer = data.draw(st.integers(short, longest))
    first, second = (quote_price(card, replace(plain, duration_ms=length)) for length in (short, longer))
    assert first.billed_ms >= short
    assert second.billed_ms >= longer
    assert first.billed_ms <= second.billed_ms
    assert first.amount <= second.amount


def draw_requests(card: ModelCard, provider: Provider) -> Iterator[GenerationRequest]:
    """Legal requests of a card, drawn at random: length, shape, size, sound, prompt, inputs and how many of them."""
    chance, found = random.Random(card.name), 0
    for _ in range(DRAWS * 12):
        request = _draw(card, chance)
        issues = (*check_card(card, request, min(TODAY, card.ends_on or TODAY)), *provider.preflight(request))
        if not any(issue.stops for issue in issues):
            found += 1
            yield request
        if found == DRAWS:
            return
    assert found, f"no legal request of {card.name} was drawn"


def _draw(card: ModelCard, chance: random.Random) -> GenerationRequest:
    plain = plain_request(card)
    if plain.duration_ms and card.durations.longest:
        longest = card.durations.longest if card.medium is Medium.VIDEO else 6000
        plain = replace(plain, duration_ms=chance.randint(1, min(longest, card.durations.longest)))
    if card.sound is SoundKind.OPTIONAL:
        plain = replace(plain, audio=chance.random() < 0.5)
    groups = list(card.exclusive) or [tuple(limit.role for limit in card.inputs)]
    group = chance.choice(groups) if groups else ()
    free = {limit.role for limit in card.inputs} - {role for one in card.exclusive for role in one}
    inputs: list[MediaInput] = []
    for limit in card.inputs:
        wanted = limit.role in group or limit.role in free
        most = min(limit.most, 3, limit.most_total_ms // 2000 if limit.most_total_ms else 3)
        inputs += [make_input(limit.role)] * (
            chance.randint(limit.least, max(limit.least, most)) if wanted else limit.least
        )
    return replace(
        plain,
        prompt=plain.prompt * chance.randint(1, 3),
        aspect=chance.choice(card.aspects) if card.aspects else "",
        resolution=chance.choice(card.resolutions) if card.resolutions else "",
        seed=chance.choice((None, 7)),
        inputs=tuple(inputs),
    )


async def _submit(provider: Provider, request: GenerationRequest, number: int, folder: Path) -> Receipt:
    prepared = await provider.prepare_inputs(request, lay_out_inputs(request, folder))
    return await provider.submit(request, prepared, make_key(number), "")


@pytest.mark.parametrize("pair", FAKED, ids=lambda pair: pair.card.name)
def test_no_legal_request_is_billed_above_its_quote(pair: Pair, tmp_path: Path) -> None:
    """Whatever a card allows, bought at the fake with its own price list, costs at most what was quoted."""
    assert pair.make_fake is not None

    async def buy() -> list[str]:
        faults, number = [], 0
        assert pair.make_fake is not None
        with pair.make_fake() as fake:
            provider = pair.card.make(open_account(fake, answer_s=ANSWER_S))
            for card in list_sold(pair.card):
                for request in draw_requests(card, provider):
                    number, before = number + 1, fake.billed
                    quote = quote_price(card, request).amount.micros
                    await _submit(provider, request, number, tmp_path)
                    billed = fake.billed - before
                    if billed > quote:
                        faults.append(f"{billed} billed, {quote} quoted: {request}")
            await provider.close()
        return faults

    assert asyncio.run(buy()) == []
