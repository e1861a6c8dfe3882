"""Notes of a plan: what is worth saying aloud beside its lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from workprint.film.attempt import Attempt, Held, Running, Sending, word_of
from workprint.film.market import Market
from workprint.film.routing import LOOK_WORDS, Routes


def list_notes(routes: object, market: Market) -> tuple[str, ...]:
    """What a plan says of its routes: shots that are previz because this is a look, and prices that are yours."""
    return (*_tell_looks(routes), *_tell_prices(routes, market)) if isinstance(routes, Routes) else ()


def _tell_looks(routes: Routes) -> Iterator[str]:
    for route in routes.shots:
        yield from (f"{route.slate}: {reason}" for reason in route.reasons if reason.startswith(LOOK_WORDS))


def _tell_prices(routes: Routes, market: Market) -> Iterator[str]:
    chosen = {choice.model for route in routes.shots for choice in route.choices}
    for card in market.cards:
        if card.own_price_as_of and card.name in chosen:
            yield f"{card.name} is reckoned at your own price of {card.own_price_as_of}, not at its price sheet's"


def list_strays(attempts: Iterable[Attempt], recipes: Collection[str]) -> tuple[str, ...]:
    """Jobs that run on, or may, at providers although nothing in this plan asks for them: they will be charged."""
    return tuple(
        f"{attempt.name}: {attempt.id} is {word_of(attempt.state)} at {attempt.provider} and may cost up to "
        f"{attempt.reserved} USD, but this plan does not ask for it any more (`workprint jobs` shows and cancels it)"
        for attempt in attempts
        if isinstance(attempt.state, (Sending, Running, Held)) and attempt.recipe not in recipes
    )
