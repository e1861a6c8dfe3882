"""Routes of shots bought from a model that cannot be asked any more: what it made stays, nothing is bought anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workprint.adapters.providers import kling, runway
from workprint.film.brief import SceneType
from workprint.film.market import Market
from workprint.film.request import Role
from workprint.film.routing import ShotNeed, list_allowed, route_shot

NEED = ShotNeed("SC01_SH01", SceneType.LIFESTYLE, "A round thing", "auto", 2500, "16:9", (Role.FIRST_FRAME,))
V3, GEN = "kling/kling-v3", "runway/gen4.5"
CARDS = tuple(card for card in (*kling.PROVIDER.models, *runway.PROVIDER.models) if card.name in (V3, GEN))
ENDED = tuple(replace(card, ends_on="2026-01-01") if card.name == V3 else card for card in CARDS)
MARKET = Market(providers=("kling", "runway"), cards=CARDS, today="2026-06-01", bought={NEED.slate: V3})


@pytest.mark.parametrize(
    "market",
    [replace(MARKET, cards=ENDED), replace(MARKET, missing_keys={"kling": "KLING_ACCESS_KEY"})],
    ids=["past its end", "without its key"],
)
def test_what_a_closed_model_made_keeps_the_shot(market: Market) -> None:
    """It stands first for as long as its take is kept, and another one that needs no consent comes after it."""
    route = route_shot(NEED, market)
    assert [(choice.model, choice.only_kept, choice.needs_consent) for choice in route.choices] == [
        (V3, True, False),
        (GEN, False, False),
    ]
    assert "what it made is kept" in route.reasons[0]
    assert len(tuple(list_allowed(route))) == 2


def test_a_shot_that_was_not_bought_goes_elsewhere() -> None:
    """Without a take of its own a closed model is refused with the reason, as before."""
    route = route_shot(NEED, replace(MARKET, cards=ENDED, bought={}))
    assert [choice.model for choice in route.choices] == [GEN]
    assert route.refused == (f"{V3}: it could be asked until 2026-01-01",)


def test_avoid_is_a_person_speaking() -> None:
    """A model that the project avoids does not keep a shot, whatever it made."""
    assert [choice.model for choice in route_shot(NEED, replace(MARKET, avoid=(V3,))).choices] == [GEN]
