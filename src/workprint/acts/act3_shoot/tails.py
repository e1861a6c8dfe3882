"""Tails: a clip made longer from its own last frame, where the clip itself was made; joined without a new encode."""

from __future__ import annotations

from dataclasses import replace

from workprint.acts.act3_shoot.bought_clips import buy_clip
from workprint.film.board import Shot
from workprint.film.brief import Brief, StagePass
from workprint.film.buy_orders import LAST_FRAME, ConformPayload, LastFramePayload
from workprint.film.look import build_look, gather_pictures, seed_shot
from workprint.film.order import AnyTake, Input, Order
from workprint.film.picture_orders import Look
from workprint.film.routing import Route
from workprint.film.shot_names import name_shot
from workprint.film.spec import ShotSpec
from workprint.film.stage_orders import FrameSpan
from workprint.film.stage_shots import is_staged, order_key, order_span
from workprint.film.tail_orders import (
    CLIP_TAIL,
    CONFORM_TAIL,
    SPLICE,
    ClipTailPayload,
    ConformTailPayload,
    SplicePayload,
)
from workprint.film.time import Span
from workprint.ports.desk import Desk

REPEATED = 1
"""Frames at the start of a bought tail that show the picture it was started from once more."""


async def lengthen(brief: Brief, shot: Shot, clip: AnyTake, *, spec: ShotSpec, route: Route, desk: Desk) -> AnyTake:
    """The clip with the tails its take asks for; the clip itself when there are none."""
    parts, first = [clip], shot.footage
    for number, frames in enumerate(shot.take.tails, start=1):
        tail = Span(first, frames)
        parts.append(await shoot_tail(brief, shot, parts[-1], number, tail, spec=spec, route=route, desk=desk))
        first += frames
    return await desk.render(order_splice(brief, shot, tuple(parts))) if len(parts) > 1 else clip


async def shoot_tail(
    brief: Brief, shot: Shot, before: AnyTake, number: int, tail: Span, *, spec: ShotSpec, route: Route, desk: Desk
) -> AnyTake:
    """One tail: on the stage, here, or at the provider, from the last frame of what stands before it."""
    if is_staged(brief, shot):
        last = shot.footage - 1
        key = await desk.generate(order_key(brief, shot, last, StagePass.BEAUTY))
        return await desk.generate(order_span(brief, shot, FrameSpan(tail.start, tail.length, (last,)), {last: key}))
    if not route.is_bought:
        return await desk.generate(order_clip_tail(brief, shot, spec, before, number=number, tail=tail))
    frame = await desk.render(order_start(shot, before, number=number))
    goes_on = replace(spec, video=replace(spec.video, prompt=f"The shot goes on without a cut. {spec.video.prompt}"))
    length = tail.length + REPEATED
    bought = await buy_clip(
        desk, brief, shot, spec=goes_on, route=route, first_frame=frame, frames=length, suffix=f"-tail{number}"
    )
    return await desk.render(order_conform_tail(brief, shot, bought, number=number, tail=tail))


def order_start(shot: Shot, before: AnyTake, *, number: int) -> Order:
    """The last frame of what a tail continues."""
    own = shot.footage if number == 1 else shot.take.tails[number - 2]
    return Order(
        LAST_FRAME,
        name_shot(shot, "STILL", f"-tail{number}-start"),
        LastFramePayload(own - 1),
        (Input("clip", before),),
    )


def order_clip_tail(brief: Brief, shot: Shot, spec: ShotSpec, before: AnyTake, *, number: int, tail: Span) -> Order:
    """A tail drawn by the previz; its units are frames."""
    look: Look = build_look(brief, shot)
    return Order(
        step=CLIP_TAIL,
        name=name_shot(shot, "CLIP", f"-tail{number}"),
        payload=ClipTailPayload(look, spec.video.prompt, "intermediate", tail.start, tail.length),
        inputs=(*gather_pictures(brief, shot), Input("before", before)),
        seed=seed_shot(brief, shot),
        units=tail.length,
    )


def order_conform_tail(brief: Brief, shot: Shot, bought: AnyTake, *, number: int, tail: Span) -> Order:
    """A bought tail made to fit the film."""
    width, height = brief.size
    rate = (brief.rate.numerator, brief.rate.denominator)
    fit = ConformPayload(width, height, rate, tail.length + REPEATED, "intermediate")
    return Order(
        step=CONFORM_TAIL,
        name=name_shot(shot, "CLIP", f"-tail{number}"),
        payload=ConformTailPayload(fit, REPEATED),
        inputs=(Input("clip", bought),),
        units=tail.length,
    )


def order_splice(brief: Brief, shot: Shot, parts: tuple[AnyTake, ...]) -> Order:
    """The clip and its tails as one clip."""
    return Order(
        step=SPLICE,
        name=name_shot(shot, "CLIP"),
        payload=SplicePayload((brief.rate.numerator, brief.rate.denominator), shot.clip_frames),
        inputs=tuple(Input(f"part.{number:02d}", part) for number, part in enumerate(parts)),
        units=shot.clip_frames,
        publish=f"clips/{shot.slate}.mp4",
    )
