"""Buying in turn: an order goes to the first choice of its route that does not refuse it for its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from workprint.film.errors import ProviderModerated, ProviderRefused, ProviderStopped, Remedy
from workprint.film.order import AnyTake, Order
from workprint.film.routing import Choice, Route, list_allowed
from workprint.ports.desk import Desk


async def buy_in_turn(desk: Desk, route: Route, list_orders: Callable[[Choice], Iterable[Order]]) -> AnyTake:
    """The take of the first order that is not refused for its content.

    `list_orders` gives the wordings for one choice: the whole, and a softer one. Then the next choice that was
    consented to is asked. A model that cannot be asked any more is passed over as soon as its take is not the one that
    is wanted. Raises what stopped the last one, with what could be done about it.
    """
    refusal: ProviderStopped | None = None
    for choice in list_allowed(route):
        for order in list_orders(choice):
            try:
                return await desk.generate(order)
            except ProviderModerated as error:
                refusal = error
            except ProviderRefused as error:
                if not choice.only_kept:
                    raise
                refusal = error
                break
    assert refusal is not None
    waiting = [choice for choice in route.choices if choice.needs_consent]
    if waiting:
        names = ", ".join(f"{choice.model} at up to {choice.price} USD" for choice in waiting)
        refusal.remedy = Remedy(f"dearer models wait for consent: {names}", "set takes_dearer = true in project.toml")
    raise refusal


def list_wordings(prompt: str, choice: Choice) -> tuple[str, ...]:
    """The prompt fitted to the model, and the same with one demand less for when it is refused (O2)."""
    whole = fit_prompt(prompt, choice.prompt_limit)
    softer = fit_prompt(drop_demand(prompt), choice.prompt_limit)
    return (whole, softer) if softer != whole else (whole,)


def fit_prompt(prompt: str, limit: int) -> str:
    """The prompt within a model's limit, cut at the end of a sentence: what stands first matters most."""
    if not limit or len(prompt.encode("utf-16-le")) // 2 <= limit:
        return prompt
    sentences = re.split(r"(?<=[.!?])\s+", prompt)
    kept = ""
    for sentence in sentences:
        longer = f"{kept} {sentence}".strip()
        if len(longer.encode("utf-16-le")) // 2 > limit:
            break
        kept = longer
    return kept or prompt[: limit // 2]


def drop_demand(prompt: str) -> str:
    """The prompt without its last sentence: remove one demand before adding any (regeneration rule O2)."""
    sentences = re.split(r"(?<=[.!?])\s+", prompt.strip())
    return " ".join(sentences[:-1]) if len(sentences) > 1 else prompt
