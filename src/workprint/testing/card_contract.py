"""What every provider's card must hold, offline: dates, sources, names, and a price for all that it offers."""

from __future__ import annotations

import re

from workprint.film.model_card import ModelCard
from workprint.film.pricing import quote_price
from workprint.ports.provider import ProviderCard
from workprint.testing.provider_samples import full_requests


def check_cards(card: ProviderCard) -> None:
    """Every model is dated, named once, priced for all it offers, and says how a lost answer can be found."""
    assert card.models, f"{card.name} offers nothing"
    names = [model.name for model in card.models]
    assert len(names) == len(set(names)), f"{card.name} names a model twice"
    for model in card.models:
        assert model.provider == card.name, f"{model.name} is listed by {card.name}"
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", model.as_of), f"{model.name} has no date"
        assert model.source, f"{model.name} has no source"
        assert not model.ends_on or re.fullmatch(r"20\d\d-\d\d-\d\d", model.ends_on), f"{model.name}: odd end date"
        for request in full_requests(model):
            quote = quote_price(model, request)
            assert quote.amount.micros >= 0, f"{model.name} pays us"
            assert quote.billed_ms >= request.duration_ms, f"{model.name} bills less than it makes"


def list_sold(card: ProviderCard) -> tuple[ModelCard, ...]:
    """The models that could still be bought on the day of their card."""
    return tuple(model for model in card.models if not model.ends_on or model.ends_on >= model.as_of)
