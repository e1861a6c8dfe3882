"""Clips: every shot in motion, from its first frame (K12)."""

from __future__ import annotations

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief
from workprint.film.dailies import Clips, Stills
from workprint.film.look import build_look, derive_seed, gather_pictures
from workprint.film.order import AnyTake, Input, Order
from workprint.film.picture_orders import ClipPayload
from workprint.film.shot_names import name_shot
from workprint.film.spec import ShotSpec, Specs
from workprint.film.stage_shots import choose_keys, choose_quality, is_staged, order_key, order_stage_clip
from workprint.ports.desk import Desk, stage


@stage(version=2)
async def shoot_clips(brief: Brief, board: Board, specs: Specs, stills: Stills, desk: Desk) -> Clips:
    """Shoot the clip of every shot."""

    async def shoot(shot: Shot) -> AnyTake:
        if is_staged(brief, shot):
            return await shoot_on_stage(brief, shot, desk)
        return await desk.generate(order_clip(brief, shot, specs.of(shot.slate), stills.takes[shot.slate]))

    takes = await desk.each(board.shots, shoot)
    return Clips({shot.slate: take for shot, take in zip(board.shots, takes, strict=True)})


async def shoot_on_stage(brief: Brief, shot: Shot, desk: Desk) -> AnyTake:
    """Shoot a clip on the stage: its key frames side by side, each kept as soon as it is made, then the clip."""
    frames = choose_keys(shot.move, shot.span.length, choose_quality(brief))

    async def render(frame: int) -> AnyTake:
        return await desk.generate(order_key(brief, shot, frame))

    takes = await desk.each(frames, render)
    return await desk.generate(order_stage_clip(brief, shot, tuple(zip(frames, takes, strict=True))))


def order_clip(brief: Brief, shot: Shot, spec: ShotSpec, still: AnyTake) -> Order:
    """The order of one clip, in the encoder preset that segments are cut from; its units are frames."""
    return Order(
        step="clip",
        name=name_shot(shot, "CLIP"),
        payload=ClipPayload(build_look(brief, shot), spec.video.prompt, "intermediate"),
        inputs=(*gather_pictures(brief, shot), Input("first_frame", still)),
        seed=derive_seed(brief, shot.slate),
        units=shot.footage,
        publish=f"clips/{shot.slate}.mp4",
    )
