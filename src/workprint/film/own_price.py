"""Own prices: what a project pays for a model, where that is not what the provider's price sheet says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workprint.film.model_card import ModelCard, Price, PriceUnit

WHOLE = 1_000_000
"""The sheet's price itself, in millionths of it."""


@dataclass(frozen=True)
class OwnPrice:
    """A negotiated price, higher or lower than the sheet's. `as_of` is the ISO day it was agreed on.

    `micros` are micro-dollars by unit (`second`, `image`, `call`, ...); such a price holds at every size and with
    every input. `share` is what is paid of all other lines, in millionths of the sheet's price.
    """

    as_of: str
    micros: Mapping[str, int] = field(default_factory=dict)
    share: int = WHOLE


def apply_price(card: ModelCard, own: OwnPrice) -> ModelCard:
    """The card with a project's own prices in place of the sheet's.

    Raises ValueError for a unit the model is not sold by: nothing would ever be counted in it.
    """
    sold_by = {price.unit.value for price in card.prices}
    strange = sorted(unit for unit in own.micros if unit not in sold_by)
    if strange:
        raise ValueError(f"{card.name} is sold by {', '.join(sorted(sold_by))}, not by {', '.join(strange)}")
    prices = tuple(_own_lines(card, own, unit) for unit in PriceUnit if unit.value in own.micros)
    rest = tuple(_take_share(price, own.share) for price in card.prices if price.unit.value not in own.micros)
    minimum = -(-card.minimum_micros * own.share // WHOLE)
    return replace(card, prices=(*prices, *rest), minimum_micros=minimum, own_price_as_of=own.as_of)


def _own_lines(card: ModelCard, own: OwnPrice, unit: PriceUnit) -> Price:
    """One line without conditions. How tokens are counted, and how many inputs are free, is not the price's matter."""
    first = next(price for price in card.prices if price.unit is unit)
    return Price(unit, own.micros[unit.value], above_count=first.above_count, frame_rate=first.frame_rate)


def _take_share(price: Price, share: int) -> Price:
    return replace(price, micros=-(-price.micros * share // WHOLE))
