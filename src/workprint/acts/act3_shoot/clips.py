"""Clips: every shot in motion, from its first frame (K12)."""

from __future__ import annotations

from workprint.acts.act3_shoot.bought_clips import buy_clip, order_conform, order_last_frame
from workprint.film.board import Board, Shot
from workprint.film.brief import Brief, StagePass
from workprint.film.dailies import Clips, Stills
from workprint.film.look import build_look, derive_seed, gather_pictures
from workprint.film.order import AnyTake, Input, Order
from workprint.film.picture_orders import ClipPayload
from workprint.film.routing import Routes
from workprint.film.shot_names import name_shot
from workprint.film.shot_runs import list_runs
from workprint.film.spec import ShotSpec, Specs
from workprint.film.stage_orders import FrameSpan
from workprint.film.stage_shots import (
    build_scene_recipe,
    choose_keys,
    choose_quality,
    cut_spans,
    is_staged,
    order_key,
    order_pass,
    order_span,
    order_stage_clip,
)
from workprint.ports.desk import Desk, stage


@stage(version=3)
async def shoot_clips(brief: Brief, board: Board, *, specs: Specs, stills: Stills, routes: Routes, desk: Desk) -> Clips:
    """Shoot the clip of every shot where its route says: on the stage, at a provider, or here."""

    async def shoot(shot: Shot, first_frame: AnyTake) -> AnyTake:
        if is_staged(brief, shot):
            return await shoot_on_stage(brief, shot, desk)
        spec, route = specs.of(shot.slate), routes.of(shot.slate)
        if not route.is_bought:
            return await desk.generate(order_clip(brief, shot, spec, first_frame))
        bought = await buy_clip(desk, brief, shot, spec=spec, route=route, first_frame=first_frame)
        return await desk.render(order_conform(brief, shot, bought))

    async def shoot_run(run: tuple[Shot, ...]) -> tuple[AnyTake, ...]:
        takes: list[AnyTake] = []
        for shot in run:
            first_frame = stills.takes[shot.slate]
            if takes:
                before = run[len(takes) - 1]
                first_frame = await desk.render(order_last_frame(brief, before, takes[-1]))
            takes.append(await shoot(shot, first_frame))
        return tuple(takes)

    runs = list_runs(board, routes)
    made = await desk.each(runs, shoot_run)
    return Clips(
        {shot.slate: take for run, takes in zip(runs, made, strict=True) for shot, take in zip(run, takes, strict=True)}
    )


async def shoot_on_stage(brief: Brief, shot: Shot, desk: Desk) -> AnyTake:
    """Shoot a clip on the stage, and the passes the brief asks for beside it.

    Key frames side by side, then what lies between them, each kept as soon as it is made; then the clip.
    """
    keys = await render_keys(brief, shot, StagePass.BEAUTY, desk)
    spans = cut_spans(tuple(keys), shot.footage)

    async def film(span: FrameSpan) -> AnyTake:
        return await desk.generate(order_span(brief, shot, span, keys))

    clip = await desk.generate(order_stage_clip(brief, shot, await desk.each(spans, film)))
    for of in brief.stage_passes:
        await shoot_pass(brief, shot, of, keys, desk)
    return clip


async def render_keys(brief: Brief, shot: Shot, of: StagePass, desk: Desk) -> dict[int, AnyTake]:
    """Render the key frames of a shot, by frame."""
    camera = build_scene_recipe(brief, shot).camera
    frames = choose_keys(camera, shot.footage, choose_quality(brief))

    async def render(frame: int) -> AnyTake:
        return await desk.generate(order_key(brief, shot, frame, of))

    return dict(zip(frames, await desk.each(frames, render), strict=True))


async def shoot_pass(brief: Brief, shot: Shot, of: StagePass, beauty: dict[int, AnyTake], desk: Desk) -> None:
    """Have one pass of a shot made; what is published is all anybody needs of it."""
    keys = await render_keys(brief, shot, of, desk) if of is StagePass.SHADOW else beauty

    async def render(span: FrameSpan) -> AnyTake:
        return await desk.render(order_pass(brief, shot, of, span, keys))

    await desk.each(cut_spans(tuple(beauty), shot.footage), render)


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
