"""Ground truth of a key frame: depth and normals as EXR, object masks as PNG, the shadow the product throws."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from workprint.adapters.stage.camera import Pose
from workprint.adapters.stage.product import Floats, Product
from workprint.adapters.stage.rendering import Guide, View, denoise, render_beauty, render_guide
from workprint.adapters.stage.setting import build_scene, build_sensor
from workprint.film.canonical import Json
from workprint.film.errors import OrderFailed
from workprint.film.stage_orders import SceneRecipe
from workprint.lab.pictures import save_png
from workprint.ports.maker import Bench, MadeFile

EXR = "image/x-exr"
SWEEP = 1
"""The number of the sweep among the scene's shapes; the product's parts follow, then the lights."""
HUE_STEP = 0.381966
"""The golden section of the colour circle: neighbours in the list never look alike."""


@contextmanager
def lend_thread() -> Iterator[None]:
    """A second thread for a while: Mitsuba hands EXR files to a helper and, alone, would wait for it for ever."""
    dr.set_thread_count(2)
    try:
        yield
    finally:
        dr.set_thread_count(1)


def write_light(light: Floats, path: Path) -> None:
    """Linear light (h, w, 3) as a half-float OpenEXR file."""
    with lend_thread():
        mi.Bitmap(np.asarray(light, np.float16)).write(str(path))


def write_values(values: Floats, path: Path) -> None:
    """Measured values, (h, w) or (h, w, 3), as a float32 OpenEXR file."""
    with lend_thread():
        mi.Bitmap(np.ascontiguousarray(values, np.float32)).write(str(path))


def read_light(path: PurePath) -> Floats:
    """Linear light of an EXR file a key frame was kept in; raises OrderFailed when it is none."""
    try:
        with lend_thread():
            # The vault's names have no ending, so the format is said.
            picture = np.array(mi.Bitmap(mi.FileStream(str(path)), mi.Bitmap.FileFormat.OpenEXR), np.float32)
    except RuntimeError as error:
        raise OrderFailed("A key frame cannot be read.", where=Path(path).name) from error
    return np.ascontiguousarray(picture[..., :3])


def label_key(
    bench: Bench, recipe: SceneRecipe, product: Product, scene: Any, pose: Pose
) -> tuple[tuple[MadeFile, ...], Mapping[str, Json]]:
    """The labels a recipe asks for, as files, and the facts that explain the masks."""
    wanted, render, folder = recipe.replicator, recipe.render, Path(bench.scratch)
    files: list[MadeFile] = []
    facts: dict[str, Json] = {}
    if wanted.depth or wanted.normals or wanted.masks:
        guide = render_guide(scene, build_sensor(pose, render.width, render.height, sharp=True))
        if wanted.depth:
            write_values(measure_depth(guide, pose), folder / "depth.exr")
            files.append(MadeFile(folder / "depth.exr", EXR, "depth.exr"))
        if wanted.normals:
            write_values(guide.normal, folder / "normals.exr")
            files.append(MadeFile(folder / "normals.exr", EXR, "normals.exr"))
        if wanted.masks:
            facts["masks"] = paint_masks(guide, product, folder / "masks.png")
            files.append(MadeFile(folder / "masks.png", "image/png", "masks.png"))
    if wanted.shadow:
        write_values(measure_shadow(bench, recipe, product, scene, pose), folder / "shadow.exr")
        files.append(MadeFile(folder / "shadow.exr", EXR, "shadow.exr"))
    return tuple(files), facts


def measure_depth(guide: Guide, pose: Pose) -> Floats:
    """Depth (h, w) in metres along the camera's axis; 0 where nothing is met."""
    forward = np.array(pose.target, np.float64) - np.array(pose.origin, np.float64)
    forward /= np.linalg.norm(forward)
    depth = (guide.position - np.array(pose.origin, np.float32)) @ forward.astype(np.float32)
    return np.asarray(np.where(guide.shape > 0, depth, 0), np.float32)


def paint_masks(guide: Guide, product: Product, path: Path) -> dict[str, str]:
    """Every part in a colour of its own, all else black; returns colour to part."""
    table = np.zeros((max(int(guide.shape.max()), SWEEP + len(product.parts)) + 1, 4), np.uint8)
    table[:, 3] = 255
    names = {}
    for number, part in enumerate(product.parts):
        hue = (number * HUE_STEP) % 1.0
        red, green, blue = (round(255 * value) for value in colorsys.hsv_to_rgb(hue, 0.55 + 0.4 * (number % 2), 1.0))
        table[SWEEP + 1 + number, :3] = red, green, blue
        names[f"#{red:02X}{green:02X}{blue:02X}"] = part.name
    save_png(table[guide.shape], path)
    return names


def measure_shadow(bench: Bench, recipe: SceneRecipe, product: Product, scene: Any, pose: Pose) -> Floats:
    """How much of the sweep's light the product leaves, (h, w), 1 for no shadow; 1 on the product itself.

    The sweep with the product over the sweep without it, both denoised; light the product gives counts as none.
    """
    render = recipe.render
    view = View(pose, render.width, render.height, sharp=True)
    with_it, without = (
        denoise(render_beauty(place, view, render.samples, bench.seed, lambda done: None)).mean(axis=-1)
        for place in (scene, build_scene(recipe, product, with_product=False))
    )
    ratio = np.clip(with_it / np.maximum(without, 1e-4), 0, 1)
    guide = render_guide(scene, build_sensor(pose, render.width, render.height, sharp=True))
    return np.asarray(np.where(guide.shape == SWEEP, ratio, 1), np.float32)
