"""Quick looks: what the film has bought is shown in them; nothing is bought for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workprint.engine.passes import Nouns, Scope, plan_stages
from workprint.engine.planning_desk import PlanBook
from workprint.engine.run import Run
from workprint.film.buy_orders import BOUGHT_STEPS
from workprint.film.ledger import Balance
from workprint.film.market import Market
from workprint.film.order import Take
from workprint.film.plan import Action
from workprint.film.request import Medium
from workprint.film.shot_names import find_slate
from workprint.ports.desk import Stage

Bought = Mapping[tuple[str, str], Take]
"""Bought results by step and name."""


async def find_kept(film: Run, stages: tuple[Stage, ...]) -> Bought:
    """Every bought result that the whole film, as its brief stands now, would keep: its recipe is known, or locked.

    `film` is a run of the whole film at its full size: a look's own orders would have other recipes.
    """
    plan = PlanBook(Balance())
    await plan_stages(
        film, stages, Nouns(film.brief, Scope(), film.parts.market, film.parts.takes), plan, ask_gates=False
    )
    kept: dict[tuple[str, str], Take] = {}
    for line in plan.lines:
        if line.step in BOUGHT_STEPS.values() and line.action in (Action.KEEP, Action.DRIFTED):
            known = film.book.find(line.recipe)
            if known is not None:
                kept[line.step, line.name] = known.take
    return kept


def narrow_market(market: Market, bought: Bought) -> Market:
    """The market of a quick look: closed, but for the shots whose bought clip is there to be shown."""
    clips = sorted({find_slate(name) for step, name in bought if step == BOUGHT_STEPS[Medium.VIDEO]})
    return replace(market, is_look=True, kept=tuple(clips))
