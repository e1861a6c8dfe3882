"""Carries out stage orders in a worker: key frames, the still, the clip. Imports the renderer; loaded only to work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workprint.adapters.stage.camera import Pose, place_camera
from workprint.adapters.stage.develop import Darkroom, Floats, Pixels
from workprint.adapters.stage.labels import label_key, read_light, write_light
from workprint.adapters.stage.materials import band_glow, shade_limbs
from workprint.adapters.stage.product import Product, read_product
from workprint.adapters.stage.rendering import (
    Beauty,
    View,
    denoise,
    open_renderer,
    render_beauty,
    render_positions,
)
from workprint.adapters.stage.reprojection import Key, prepare_key, reproject
from workprint.adapters.stage.setting import build_scene, build_sensor
from workprint.film.canonical import Json
from workprint.film.errors import OrderFailed
from workprint.film.stage_orders import (
    SceneRecipe,
    StageClipPayload,
    StageKeyPayload,
    StageStillPayload,
    name_key_role,
)
from workprint.film.stage_shots import ease
from workprint.lab.encode import PRESETS, FilmWriter
from workprint.lab.pictures import save_png
from workprint.lab.stage_extra import PLAIN
from workprint.ports.maker import Bench, Made, MadeFile

OPAQUE = 255
REPORT_EVERY = 15


@dataclass(frozen=True)
class Shoot:
    """A scene ready to be filmed: recipe, product, Mitsuba's scene, the variant that renders it."""

    recipe: SceneRecipe
    product: Product
    scene: Any
    variant: str

    def pose(self, frame: int) -> Pose:
        """The camera at a frame."""
        return place_camera(self.recipe, self.product, frame)

    def positions(self, pose: Pose, scale: int = 1) -> Floats:
        """What a camera sees (h, w, 3) in metres, at a multiple of the film's size."""
        render = self.recipe.render
        return render_positions(self.scene, build_sensor(pose, scale * render.width, scale * render.height, sharp=True))


def open_shoot(bench: Bench, recipe: SceneRecipe) -> Shoot:
    """The scene of an order. Raises OrderFailed when its product cannot be used."""
    variant = open_renderer()
    product = read_product(bench.inputs["product"].path, bench.scratch)
    product = shade_limbs(product, place_camera(recipe, product, recipe.render.frames // 2).origin)
    if variant == PLAIN:
        product = band_glow(product)
    return Shoot(recipe, product, build_scene(recipe, product), variant)


def render_key(bench: Bench) -> Made:
    """One frame in full: linear light as a half-float EXR, and the labels the recipe asks for.

    Facts: `frames` (1), `width`, `height`, `frame`, `samples`, `variant`, `f_number` (the one really used), and
    `masks` (colour to part) when masks are asked for. Raises OrderFailed when the product cannot be used.
    """
    payload = bench.payload
    assert isinstance(payload, StageKeyPayload)
    shoot = open_shoot(bench, payload.recipe)
    render = payload.recipe.render
    pose = shoot.pose(payload.frame)
    view = View(pose, render.width, render.height)
    # One seed for every key: what noise the denoiser leaves stands still instead of flickering from key to key.
    beauty = render_beauty(shoot.scene, view, render.samples, bench.seed, lambda done: bench.report(0.9 * done))
    light = finish(beauty, denoised=render.denoise)
    path = Path(bench.scratch) / "key.exr"
    write_light(light, path)
    labels, masks = label_key(bench, payload.recipe, shoot.product, shoot.scene, pose)
    facts = {
        **describe(payload.recipe, 1, shoot.variant),
        "frame": payload.frame,
        "samples": render.samples,
        "f_number": round(payload.recipe.camera.focal_length_mm / 1000 / (2 * pose.lens_radius), 2),
        **masks,
    }
    return Made((MadeFile(path, "image/x-exr", "key.exr"), *labels), facts)


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


def film_clip(bench: Bench) -> Made:
    """A clip of exactly `frames` frames: key frames as rendered, in-betweens reprojected from the keys beside them.

    Facts: `frames`, `width`, `height`, `layout`, `keys`, `variant`. Raises OrderFailed when a key is missing.
    """
    payload = bench.payload
    assert isinstance(payload, StageClipPayload)
    render = payload.recipe.render
    shoot = open_shoot(bench, payload.recipe)
    path = Path(bench.scratch) / "clip.mp4"
    darkroom = Darkroom(bench.seed)
    with FilmWriter(path, render.width, render.height, render.rate, PRESETS[payload.encode].name) as film:
        for frame, light in enumerate(draw_frames(bench, shoot, payload.keys)):
            film.write_rgb(darkroom.develop(light, frame))
            if frame % REPORT_EVERY == 0:
                bench.report((frame + 1) / render.frames)
    facts = {**describe(payload.recipe, render.frames, shoot.variant), "keys": list(payload.keys)}
    return Made((MadeFile(path, "video/mp4", "clip.mp4"),), facts)


def draw_frames(bench: Bench, shoot: Shoot, keys: tuple[int, ...]) -> Iterator[Floats]:
    """Every frame of a shot in linear light, in order.

    Keys go through the same hands as what lies between them: outlines would otherwise change with every key.
    """
    frames = shoot.recipe.render.frames
    if len(keys) == 1:
        light = read_key(bench, keys[0])
        for _ in range(frames):
            yield light
        return
    if keys[0] != 0 or keys[-1] != frames - 1 or list(keys) != sorted(set(keys)):
        raise OrderFailed("The key frames do not span the shot.", where=bench.name)
    before, after = load_key(bench, shoot, keys[0]), load_key(bench, shoot, keys[1])
    place = 0
    for frame in range(frames):
        while frame > keys[place + 1]:
            place += 1
            before, after = after, load_key(bench, shoot, keys[place + 1])
        pose = shoot.pose(frame)
        fine = shoot.positions(pose, scale=2)
        yield reproject(fine, pose, before, after, measure_share(frame, keys[place], keys[place + 1], frames))


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
