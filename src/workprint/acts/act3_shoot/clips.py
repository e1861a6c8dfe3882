"""Clips: every shot in motion, from its first frame (K12)."""

from __future__ import annotations

from dataclasses import replace

from workprint.acts.act3_shoot.bought_clips import buy_clip, order_conform, order_last_frame
from workprint.acts.act3_shoot.tails import lengthen
from workprint.film.board import Board, Shot
from workprint.film.brief import Brief, StagePass
from workprint.film.buy_orders import ORIGIN_ROLE
from workprint.film.dailies import Clips, Stills
from workprint.film.lineage import FileRef
from workprint.film.look import build_look, gather_pictures, seed_shot
from workprint.film.order import AnyTake, Input, Order
from workprint.film.picture_orders import ClipPayload
from workprint.film.routing import Route, Routes
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
from workprint.film.takes import TakeSheet
from workprint.ports.desk import Desk, stage


@stage(version=4)
async def shoot_clips(
    brief: Brief, board: Board, *, specs: Specs, stills: Stills, routes: Routes, sheet: TakeSheet, desk: Desk
) -> Clips:
    """Shoot the clip of every shot where its route says: on the stage, at a provider, or here.

    Where a person's own footage takes a shot's place, it is made to fit the film and nothing is shot.
    """

    async def shoot_run(run: tuple[Shot, ...]) -> tuple[AnyTake, ...]:
        takes: list[AnyTake] = []
        whole: list[AnyTake] = []
        for shot in run:
            first_frame = stills.takes[shot.slate]
            if shot.slate in sheet.starts:
                first_frame = sheet.starts[shot.slate]
            elif takes:
                before = run[len(takes) - 1]
                first_frame = await desk.render(order_last_frame(brief, before, takes[-1]))
            spec, route = specs.of(shot.slate), routes.of(shot.slate)
            if shot.take.footage is not None:
                takes.append(await desk.render(order_footage(brief, shot, shot.take.footage, sheet)))
            else:
                takes.append(await shoot(brief, shot, spec=spec, route=route, first_frame=first_frame, desk=desk))
            whole.append(await lengthen(brief, shot, takes[-1], spec=spec, route=route, desk=desk))
        return tuple(whole)

    runs = cut_runs(list_runs(board, routes), sheet)
    made = await desk.each(runs, shoot_run)
    return Clips(
        {shot.slate: take for run, takes in zip(runs, made, strict=True) for shot, take in zip(run, takes, strict=True)}
    )


async def shoot(brief: Brief, shot: Shot, *, spec: ShotSpec, route: Route, first_frame: AnyTake, desk: Desk) -> AnyTake:
    """The clip of one shot that is made for the film."""
    if is_staged(brief, shot):
        return await shoot_on_stage(brief, shot, desk)
    if not route.is_bought:
        return await desk.generate(order_clip(brief, shot, spec, first_frame))
    bought = await buy_clip(desk, brief, shot, spec=spec, route=route, first_frame=first_frame)
    return await desk.render(order_conform(brief, shot, bought))


def order_footage(brief: Brief, shot: Shot, footage: FileRef, sheet: TakeSheet) -> Order:
    """The order that makes own footage fit; what it was bought as goes along, where a film of the family did."""
    order, origin = order_conform(brief, shot, footage), sheet.origins.get(footage.digest)
    return order if origin is None else replace(order, inputs=(*order.inputs, Input(ORIGIN_ROLE, origin)))


def cut_runs(runs: tuple[tuple[Shot, ...], ...], sheet: TakeSheet) -> tuple[tuple[Shot, ...], ...]:
    """What of the runs is shot: all, or the one shot that is made with those it starts from."""
    if not sheet.only:
        return runs
    (run,) = (run for run in runs if any(shot.slate == sheet.only for shot in run))
    slates = [shot.slate for shot in run]
    last = slates.index(sheet.only)
    first = last if sheet.only in sheet.starts else 0
    return (run[first : last + 1],)


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
        seed=seed_shot(brief, shot),
        units=shot.footage,
        publish=f"clips/{shot.slate}.mp4",
    )
