"""Runs every stage of the catalogue at one desk, as the engine does, without gates or records."""

from __future__ import annotations

from workprint.engine.catalogue import find_stages, stages_for
from workprint.film.brief import Brief
from workprint.film.market import NOTHING_FOR_SALE, Market
from workprint.film.takes import FIRST_TAKES, TakeSheet
from workprint.ports.desk import Desk


async def run_film(
    brief: Brief,
    desk: Desk,
    target: type | None = None,
    market: Market = NOTHING_FOR_SALE,
    sheet: TakeSheet = FIRST_TAKES,
) -> dict[type, object]:
    """What the stages make of a brief, by type: all of them, or those needed for one noun."""
    stages = find_stages()
    made: dict[type, object] = {Brief: brief, Market: market, TakeSheet: sheet}
    for stage in stages if target is None else stages_for(stages, target):
        needs = {name: made[kind] for name, kind in stage.needs}
        made[stage.makes] = await stage.function(**needs, desk=desk)
    return made
