"""Dailies: every clip checked against its spec, always (M1, M6)."""

from __future__ import annotations

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief, CameraMove, SceneType
from workprint.film.dailies import Clips, Dailies
from workprint.film.order import AnyTake, Input, Order
from workprint.film.picture_orders import ClipCheckPayload
from workprint.film.shot_names import name_shot
from workprint.ports.desk import Desk, stage


@stage(version=2)
async def check_clips(brief: Brief, board: Board, clips: Clips, desk: Desk) -> Dailies:
    """Check every clip; what the readings mean is for the dailies gate to say."""

    async def check(shot: Shot) -> AnyTake:
        return await desk.measure(order_check(brief, shot, clips.takes[shot.slate]))

    # Of a single shot that is made again, the shots it starts from are on the board and have no new clip.
    shot_here = tuple(shot for shot in board.shots if shot.slate in clips.takes)
    checks = await desk.each(shot_here, check)
    return Dailies(clips.takes, {shot.slate: take for shot, take in zip(shot_here, checks, strict=True)})


def order_check(brief: Brief, shot: Shot, clip: AnyTake) -> Order:
    """The order of one check; stillness is a fault only where the board asked for motion."""
    width, height = brief.size
    payload = ClipCheckPayload(
        width=width,
        height=height,
        rate=(brief.rate.numerator, brief.rate.denominator),
        frames=shot.clip_frames,
        stillness_allowed=shot.move is CameraMove.STATIC or shot.type is SceneType.ENDCARD,
    )
    return Order("check", name_shot(shot, "CLIP"), payload, (Input("clip", clip),), units=shot.clip_frames)
