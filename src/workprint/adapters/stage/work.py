"""Carries out stage orders in a worker: key frames, the still, spans, the clip. Loaded only to work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from workprint.adapters.stage.develop import Darkroom, Floats, Pixels
from workprint.adapters.stage.light_files import read_light, write_light
from workprint.adapters.stage.rendering import (
    Beauty,
    View,
    denoise,
    open_renderer,
    render_beauty,
)
from workprint.adapters.stage.reprojection import Key, prepare_key, reproject
from workprint.adapters.stage.shadow import render_shadow
from workprint.adapters.stage.shoot import Shoot, open_shoot
from workprint.film.brief import StagePass
from workprint.film.canonical import Json
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.stage_orders import (
    FrameSpan,
    SceneRecipe,
    StageClipPayload,
    StageKeyPayload,
    StageSpanPayload,
    StageStillPayload,
    name_key_role,
    name_span_role,
)
from workprint.film.stage_shots import ease
from workprint.lab.encode import PRESETS, FilmWriter
from workprint.lab.mux import join_pictures
from workprint.lab.pictures import save_png
from workprint.ports.maker import Bench, Made, MadeFile

OPAQUE = 255
REPORT_EVERY = 5
EXR = "image/x-exr"


def render_key(bench: Bench) -> Made:
    """One frame in full, as a half-float EXR: linear light, or how much light the product's shadow leaves.

    Facts: `frames` (1), `width`, `height`, `frame`, `samples`, `variant`, `f_number` (the one really used). Raises
    OrderFailed when the product cannot be used.
    """
    payload = bench.payload
    assert isinstance(payload, StageKeyPayload)
    shoot = open_shoot(bench, payload.recipe)
    render = payload.recipe.render
    pose = shoot.pose(payload.frame)
    if payload.of is StagePass.SHADOW:
        light = render_shadow(shoot, pose, bench.seed)
    else:
        view = View(pose, render.width, render.height)
        # One seed for every key: what noise the denoiser leaves stands still instead of flickering from key to key.
        beauty = render_beauty(shoot.scene, view, render.samples, bench.seed, lambda done: bench.report(0.9 * done))
        light = finish(beauty, denoised=render.denoise)
    path = Path(bench.scratch) / "key.exr"
    write_light(light, path)
    facts = {
        **describe(payload.recipe, 1, shoot.variant),
        "frame": payload.frame,
        "samples": render.samples,
        "f_number": round(payload.recipe.camera.focal_length_mm / 1000 / (2 * pose.lens_radius), 2),
    }
    return Made((MadeFile(path, EXR, "key.exr"),), facts)


def finish(beauty: Beauty, *, denoised: bool) -> Floats:
    """The picture as it is kept."""
    return denoise(beauty) if denoised else beauty.colour


def develop_still(bench: Bench) -> Made:
    """The first frame of a shot as a PNG. Facts: `frames` (1), `width`, `height`, `layout`."""
    payload = bench.payload
    assert isinstance(payload, StageStillPayload)
    open_renderer()
    picture = Darkroom(bench.seed).develop(read_key(bench, 0), 0)
    path = Path(bench.scratch) / "still.png"
    save_png(add_alpha(picture), path)
    return Made((MadeFile(path, "image/png", "still.png"),), describe(payload.recipe, 1, ""))


def film_span(bench: Bench) -> Made:
    """The frames of a span, looked up in the keys at its ends, developed and encoded.

    Facts: `frames`, `width`, `height`, `layout`, `keys`, `variant`. Raises OrderFailed when a key is missing.
    """
    payload = bench.payload
    assert isinstance(payload, StageSpanPayload)
    render, span = payload.recipe.render, payload.span
    shoot = open_shoot(bench, payload.recipe)
    path = Path(bench.scratch) / "span.mp4"
    darkroom = Darkroom(bench.seed)
    with FilmWriter(path, render.width, render.height, render.rate, PRESETS[payload.encode].name) as film:
        for number, light in enumerate(draw_frames(bench, shoot, span)):
            film.write_rgb(darkroom.develop(light, span.first + number))
            if number % REPORT_EVERY == 0:
                bench.report((number + 1) / span.frames)
    facts = {**describe(payload.recipe, span.frames, shoot.variant), "keys": list(span.keys)}
    return Made((MadeFile(path, "video/mp4", "span.mp4"),), facts)


def join_clip(bench: Bench) -> Made:
    """The spans of a shot as one clip; no picture is encoded again. Facts: `frames`, `width`, `height`, `layout`."""
    payload = bench.payload
    assert isinstance(payload, StageClipPayload)
    spans = [bench.inputs[name_span_role(number)].path for number in range(payload.spans)]
    path, render = Path(bench.scratch) / "clip.mp4", payload.recipe.render
    frames = join_pictures(path, spans, render.rate)
    if frames != render.frames:
        message = f"The spans hold {frames} frames, the clip should have {render.frames}."
        raise OrderFailed(message, where=bench.name, remedy=Remedy("Make the spans again."))
    return Made((MadeFile(path, "video/mp4", "clip.mp4"),), describe(payload.recipe, frames, ""))


def draw_frames(bench: Bench, shoot: Shoot, span: FrameSpan) -> Iterator[Floats]:
    """Every frame of a span in linear light, in order.

    Keys go through the same hands as what lies between them: outlines would otherwise change with every key.
    """
    if len(span.keys) == 1:
        light = read_key(bench, span.keys[0])
        for _ in range(span.frames):
            yield light
        return
    first, last = span.keys
    if not first <= span.first <= span.first + span.frames - 1 <= last or first == last:
        raise OrderFailed("The key frames do not hold the span between them.", where=bench.name)
    before, after = load_key(bench, shoot, first), load_key(bench, shoot, last)
    for frame in range(span.first, span.first + span.frames):
        pose = shoot.pose(frame)
        share = measure_share(frame, first, last, shoot.recipe.render.frames)
        keys = tuple((key, near) for key, near in ((before, 1 - share), (after, share)) if near > 0)
        yield reproject(shoot.positions(pose), partial(shoot.inside, pose), pose, keys)


def measure_share(frame: int, before: int, after: int, frames: int) -> float:
    """How far the camera has come from one key to the next, 0..1."""
    start, end = ease(before, frames), ease(after, frames)
    return (ease(frame, frames) - start) / (end - start)


def load_key(bench: Bench, shoot: Shoot, frame: int) -> Key:
    """A key frame of the order, ready to be looked up."""
    pose = shoot.pose(frame)
    return prepare_key(read_key(bench, frame), shoot.positions(pose), pose)


def read_key(bench: Bench, frame: int) -> Floats:
    """The linear light of a key frame of the order."""
    role = name_key_role(frame)
    if role not in bench.inputs:
        raise OrderFailed(f"Key frame {frame} is not among the inputs.", where=bench.name)
    return read_light(bench.inputs[role].path)


def add_alpha(picture: Pixels) -> Pixels:
    """An RGB picture as opaque RGBA."""
    return np.dstack([picture, np.full(picture.shape[:2], OPAQUE, np.uint8)])


def describe(recipe: SceneRecipe, frames: int, variant: str) -> Mapping[str, Json]:
    """What a take says of itself."""
    said = {"frames": frames, "width": recipe.render.width, "height": recipe.render.height, "layout": "stage"}
    return {**said, "variant": variant} if variant else said
