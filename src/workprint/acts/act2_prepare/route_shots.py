"""Routes: who makes every shot, why, what it costs at most, and what comes next when it is refused (K5)."""

from __future__ import annotations

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief
from workprint.film.market import Market
from workprint.film.request import Role
from workprint.film.routing import Route, Routes, ShotNeed, route_shot
from workprint.film.stage_shots import is_staged
from workprint.ports.desk import Desk, stage


@stage(version=1)
async def route_shots(brief: Brief, board: Board, market: Market, desk: Desk) -> Routes:
    """Choose who makes each shot. The result is filed as a document, with every reason."""
    routes = tuple(choose_route(brief, shot, market) for shot in board.shots)
    return Routes(routes, market.continues_shots)


def choose_route(brief: Brief, shot: Shot, market: Market) -> Route:
    """The route of one shot. A shot for the stage stays there: its product is exact in every frame."""
    scene = next(scene for scene in brief.scenes if scene.id == shot.scene)
    if shot.take.footage is not None:
        return Route(shot.slate, (), ("own footage: nothing is made",))
    if is_staged(brief, shot):
        return Route(shot.slate, (), ("stage: the product itself is filmed",))
    need = ShotNeed(
        slate=shot.slate,
        type=shot.type,
        intent=scene.intent,
        hint=scene.hint,
        duration_ms=brief.rate.milliseconds(shot.footage),
        aspect=brief.aspect.value,
        inputs=(Role.FIRST_FRAME,),
    )
    return route_shot(need, market)
