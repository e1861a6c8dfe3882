"""Routes of stills, voice, music and effects: nothing unasked, the right model and its price, refusals with reasons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workprint.adapters.providers import find_providers
from workprint.film.brief import SceneType
from workprint.film.market import Learned, Market
from workprint.film.media_routing import STILL_NEEDS, MediaNeed, Piece, route_media
from workprint.film.money import Money
from workprint.film.request import Medium
from workprint.film.routing import Route

CARDS = {card.name: card for card in find_providers()}
STILL = MediaNeed(Medium.IMAGE, "SC01_SH01", (Piece(),), STILL_NEEDS[SceneType.PACKSHOT], aspect="9:16", references=3)
VOICE = MediaNeed(Medium.VOICE, "SC00_SH00", (Piece("a" * 100), Piece("b" * 50)), ("voice",))
MUSIC = MediaNeed(Medium.MUSIC, "SC00_SH00", (Piece("", 15_000),), ("music",))
EFFECTS = MediaNeed(Medium.EFFECT, "SC00_SH00", (Piece("a", 700), Piece("b", 1400)), ("effect",))


def sell(*names: str, **wishes: str) -> Market:
    """A market of these providers, with wishes by medium."""
    cards = tuple(model for name in names for model in CARDS[name].models)
    return Market(providers=names, cards=cards, today="2026-11-25", wishes=wishes)


def chain(route: Route) -> list[str]:
    """The models of a route in the order they are tried."""
    return [choice.model for choice in route.choices]


@pytest.mark.parametrize("need", [STILL, VOICE, MUSIC, EFFECTS], ids=lambda need: need.medium.value)
def test_nothing_is_bought_that_nobody_asked_for(need: MediaNeed) -> None:
    """Naming providers buys no still and no sound; a quick look buys none although they are wished for."""
    market = sell("elevenlabs", "fal", "modelark")
    assert route_media(need, market).choices == ()
    wished = replace(market, wishes={need.medium.value: "auto"})
    assert route_media(need, wished).is_bought
    looked = route_media(need, replace(wished, is_look=True))
    assert looked.choices == ()
    assert looked.reasons == ("previz: a quick look buys nothing",)


def test_a_still_goes_to_who_sees_the_product_and_nobody_blind_takes_over() -> None:
    """A cheaper model that sees no pictures comes neither first nor as a fallback; where it is alone it is chosen."""
    route = route_media(STILL, sell("stability", "modelark", image="auto"))
    assert all(choice.most_references for choice in route.choices)
    assert "sees 3 of 3 reference pictures" in route.reasons[0]
    blind = route_media(STILL, sell("openai_compatible", image="auto"))
    assert blind.is_bought
    assert "the product is its own guess" in blind.reasons[0]


def test_price_decides_among_equals_and_quality_where_it_is_preferred() -> None:
    """By price the cheapest that is good at products; by quality strengths go first; a dearer fallback waits."""
    market = sell("modelark", "gemini", image="auto")
    cheap = route_media(STILL, market)
    prices = [choice.price for choice in cheap.choices]
    assert prices[0] == min(prices)
    assert all(choice.needs_consent == (choice.price > prices[0]) for choice in cheap.choices)
    consented = route_media(STILL, replace(market, takes_dearer=True))
    assert not any(choice.needs_consent for choice in consented.choices)
    assert "good at product" in route_media(STILL, replace(market, prefers="quality")).reasons[0]


def test_what_was_bought_stays_with_its_model_and_lessons_move_the_rest() -> None:
    """The model of the take that is there keeps it; another still is moved by how many takes were good."""
    market = sell("modelark", image="auto")
    first, second = chain(route_media(STILL, market))[:2]
    kept = replace(market, bought={"image SC01_SH01": second})
    assert chain(route_media(STILL, kept))[0] == second
    assert chain(route_media(replace(STILL, slate="SC02_SH01"), kept))[0] == first
    learned = route_media(STILL, replace(market, learned={first: Learned(9, 0)}))
    assert chain(learned)[0] != first
    spoken = replace(sell("elevenlabs", voice="auto"), bought={"voice": "elevenlabs/eleven_flash_v2_5"})
    assert chain(route_media(VOICE, spoken)) == ["elevenlabs/eleven_flash_v2_5"]


def test_prices_are_those_of_all_that_is_asked_for() -> None:
    """Both lines, the film's whole length, each different effect: added up as the provider bills them."""
    market = sell("elevenlabs", voice="auto", music="auto", effect="auto")
    assert route_media(VOICE, market).choices[0].price == Money(150 * 240)
    assert route_media(MUSIC, market).choices[0].price == Money(15_000 * 800_000 // 60_000)
    assert route_media(EFFECTS, market).choices[0].price == Money(
        -(-700 * 140_000 // 60_000) - (-1400 * 140_000 // 60_000)
    )


def test_a_film_has_one_voice() -> None:
    """No other voice takes over a line; music may go to another model."""
    market = sell("elevenlabs", "stability", voice="auto", music="auto")
    assert len(route_media(VOICE, market).choices) == 1
    assert len(route_media(MUSIC, market).choices) == 2


def test_a_wish_that_cannot_be_met_is_told_with_its_reason_and_nobody_stands_in() -> None:
    """No key, ended, avoided, not named, unknown model, wrong medium, too long: each is a reason, and no choice."""
    market = sell("elevenlabs", "modelark", voice="elevenlabs", music="elevenlabs")
    ended = tuple(replace(card, ends_on="2026-11-24") for card in market.cards)
    cases = {
        "ELEVENLABS_API_KEY is not set": (VOICE, replace(market, missing_keys={"elevenlabs": "ELEVENLABS_API_KEY"})),
        "could be asked until 2026-11-24": (VOICE, replace(market, cards=ended)),
        "project.toml avoids it": (VOICE, replace(market, avoid=("elevenlabs",))),
        "kling is not named under [providers] use": (VOICE, replace(market, wishes={"voice": "kling"})),
        "no such model is known": (VOICE, replace(market, wishes={"voice": "elevenlabs/eleven_v9"})),
        "modelark makes voice with none": (VOICE, replace(market, wishes={"voice": "modelark"})),
        "no provider under [providers] use": (VOICE, Market(wishes={"voice": "auto"})),
        "makes at most 120 s": (replace(MUSIC, pieces=(Piece("", 180_000),)), market),
    }
    for reason, (need, sold) in cases.items():
        route = route_media(need, sold)
        assert route.choices == ()
        assert any(reason in refusal for refusal in route.refused), (reason, route.refused)
        assert route.wish == sold.wishes[need.medium.value]
