"""Stills first: the first frame of every shot (K7)."""

from __future__ import annotations

from workprint.acts.act3_shoot.bought_stills import buy_still
from workprint.film.board import Board, Shot
from workprint.film.brief import Brief
from workprint.film.dailies import Stills
from workprint.film.look import build_look, derive_seed, gather_pictures, seed_shot
from workprint.film.order import AnyTake, Order
from workprint.film.picture_orders import StillPayload
from workprint.film.routing import Routes
from workprint.film.shot_names import name_shot
from workprint.film.spec import ShotSpec, Specs
from workprint.film.stage_shots import is_staged, order_key, order_stage_still
from workprint.ports.desk import Desk, stage


@stage(version=2)
async def shoot_stills(brief: Brief, board: Board, specs: Specs, routes: Routes, desk: Desk) -> Stills:
    """Shoot the first frame of every shot; a shot on the stage takes it from its first key frame.

    A still is bought where its route says so: for bought shots that start from one. Takes of a bought shot that differ
    in their seed start from the same still.
    """

    async def shoot(shot: Shot) -> AnyTake:
        if is_staged(brief, shot):
            key = await desk.generate(order_key(brief, shot, 0))
            return await desk.render(order_stage_still(brief, shot, key))
        spec, route = specs.of(shot.slate), routes.still_of(shot.slate)
        if route is not None:
            return await buy_still(desk, brief, shot, spec, route)
        seed = derive_seed(brief, shot.slate) if routes.of(shot.slate).is_bought else seed_shot(brief, shot)
        return await desk.generate(order_still(brief, shot, spec, seed))

    takes = await desk.each(board.shots, shoot)
    return Stills({shot.slate: take for shot, take in zip(board.shots, takes, strict=True)})


def order_still(brief: Brief, shot: Shot, spec: ShotSpec, seed: int) -> Order:
    """The order of one first frame: look, prompt and pictures; nothing that is laid over it later."""
    return Order(
        step="still",
        name=name_shot(shot, "STILL"),
        payload=StillPayload(build_look(brief, shot), spec.image.prompt, spec.image.negatives),
        inputs=gather_pictures(brief, shot),
        seed=seed,
        publish=f"stills/{shot.slate}.png",
    )
