"""Notes of a plan: what is worth saying aloud beside its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workprint.film.attempt import Attempt, Intended, word_of
from workprint.film.market import Market
from workprint.film.plan import PlanLine
from workprint.film.routing import LOOK_WORDS, Route, Routes


def list_notes(routes: object, market: Market) -> tuple[str, ...]:
    """What a plan says of its routes: shots that are previz because this is a look, and prices that are yours."""
    return (*_tell_looks(routes), *_tell_prices(routes, market)) if isinstance(routes, Routes) else ()


def _tell_looks(routes: Routes) -> Iterator[str]:
    for route in list_all(routes):
        yield from (f"{route.slate}: {reason}" for reason in route.reasons if reason.startswith(LOOK_WORDS))


def list_all(routes: Routes) -> tuple[Route, ...]:
    """Every route: shots, then stills and sounds."""
    return (*routes.shots, *(route for found in routes.media().values() for route in found))


def _tell_prices(routes: Routes, market: Market) -> Iterator[str]:
    chosen = {choice.model for route in list_all(routes) for choice in route.choices}
    for card in market.cards:
        if card.own_price_as_of and card.name in chosen:
            yield f"{card.name} is reckoned at your own price of {card.own_price_as_of}, not at its price sheet's"


def list_strays(attempts: Iterable[Attempt], lines: Iterable[PlanLine]) -> tuple[str, ...]:
    """Jobs at providers that no order of this plan asks for: they may be charged, or keep their price reserved.

    Nothing is said where the plan does not know all of its orders yet: it may ask for them later.
    """
    lines = tuple(lines)
    if any(line.step == "stage" for line in lines):
        return ()
    recipes = {line.recipe for line in lines}
    told = []
    for attempt in attempts:
        if not attempt.is_open or attempt.recipe in recipes:
            continue
        what = f"{attempt.name}: {attempt.id} at {attempt.provider} is {word_of(attempt.state)}"
        if isinstance(attempt.state, Intended):
            told.append(f"{what}, not sent; {attempt.reserved} USD stay reserved (`workprint jobs cancel` frees them)")
        else:
            told.append(
                f"{what} and may cost up to {attempt.reserved} USD; it belongs to no order of this plan, but to a take "
                f"beside the film or to an earlier brief (`workprint jobs`)"
            )
    return tuple(told)
