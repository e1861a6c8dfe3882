"""Own prices put into the cards of models, and refused where they name what nobody sells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workprint.film.errors import Remedy, UsageError
from workprint.film.model_card import ModelCard
from workprint.film.own_price import OwnPrice, apply_price
from workprint.ports.provider import ProviderCard


def price_models(models: Iterable[ModelCard], prices: Mapping[str, OwnPrice]) -> tuple[ModelCard, ...]:
    """The cards of models, with a project's own prices where it has some. Raises UsageError for a strange unit."""
    try:
        return tuple(apply_price(card, prices[card.name]) if card.name in prices else card for card in models)
    except ValueError as error:
        raise UsageError(f"[providers.prices]: {error}.", remedy=Remedy("write a unit it is sold by")) from error


def check_priced(prices: Mapping[str, OwnPrice], cards: Mapping[str, ProviderCard]) -> None:
    """Raise UsageError for a price of a model that nobody sells: a slip of the pen there would cost money."""
    for name in prices:
        card = cards.get(name.partition("/")[0])
        if card is None or card.model(name) is None:
            known = ", ".join(model.name for model in card.models) if card else ", ".join(cards)
            raise UsageError(f"[providers.prices] names {name}, which nobody sells.", remedy=Remedy(f"known: {known}"))
