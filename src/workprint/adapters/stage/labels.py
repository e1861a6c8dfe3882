"""Ground truth of a shot, frame by frame: depth and normals as EXR, object masks as PNG, beauty and shadow in light."""

from __future__ import annotations

import colorsys
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from workprint.adapters.stage.camera import Pose
from workprint.adapters.stage.light_files import write_light, write_values
from workprint.adapters.stage.product import Floats, Product
from workprint.adapters.stage.rendering import Guide
from workprint.adapters.stage.shadow import SWEEP
from workprint.adapters.stage.shoot import Shoot, open_shoot
from workprint.adapters.stage.work import EXR, REPORT_EVERY, describe, draw_frames
from workprint.film.brief import StagePass
from workprint.film.stage_orders import PASSES_FROM_KEYS, StagePassPayload
from workprint.lab.pictures import save_png
from workprint.ports.maker import Bench, Made, MadeFile

HUE_STEP = 0.381966
"""The golden section of the colour circle: neighbours in the list never look alike."""
LEGEND = "parts.json"


def make_pass(bench: Bench) -> Made:
    """A pass over a span, one file a frame: `depth.0000.exr` and on; masks begin with `parts.json`, colour to part.

    Depth in metres along the camera's axis (float32, channel Y, 0 for nothing); normals of unit length in the stage's
    axes, z up (half); masks as PNG without blending; beauty in linear light before the lens's veil (half); shadow as
    the share of light that is left (half). Facts: `frames`, `width`, `height`, `layout`, `pass`, `first`, `variant`.
    """
    payload = bench.payload
    assert isinstance(payload, StagePassPayload)
    shoot = open_shoot(bench, payload.recipe)
    files = []
    for number, file in enumerate(_draw(bench, payload, shoot)):
        files.append(file)
        if number % REPORT_EVERY == 0:
            bench.report(min(1.0, (number + 1) / payload.span.frames))
    facts = {
        **describe(payload.recipe, payload.span.frames, shoot.variant),
        "pass": payload.of.value,
        "first": payload.span.first,
    }
    return Made(tuple(files), facts)


def _draw(bench: Bench, payload: StagePassPayload, shoot: Shoot) -> Iterator[MadeFile]:
    folder, first = Path(bench.scratch), payload.span.first
    if payload.of in PASSES_FROM_KEYS:
        for number, light in enumerate(draw_frames(bench, shoot, payload.span)):
            path = folder / name_frame(payload.of, first + number)
            # A spline goes a little beyond what it joins; a share does not.
            write_light(light if payload.of is StagePass.BEAUTY else np.clip(light[..., 0], 0, 1), path)
            yield MadeFile(path, EXR, path.name)
        return
    if payload.of is StagePass.MASKS and first == 0:
        path = folder / LEGEND
        path.write_text(json.dumps(choose_colours(shoot.product), indent=1) + "\n", encoding="utf-8")
        yield MadeFile(path, "application/json", path.name)
    for frame in range(first, first + payload.span.frames):
        pose = shoot.pose(frame)
        path = folder / name_frame(payload.of, frame)
        WRITERS[payload.of](shoot, pose, path)
        yield MadeFile(path, "image/png" if payload.of is StagePass.MASKS else EXR, path.name)


def name_frame(of: StagePass, frame: int) -> str:
    """The file of a frame, as compositing programs read sequences."""
    return f"{of.value}.{frame:04d}.{'png' if of is StagePass.MASKS else 'exr'}"


def measure_depth(guide: Guide, pose: Pose) -> Floats:
    """Depth (h, w) in metres along the camera's axis; 0 where nothing is met."""
    forward = np.array(pose.target, np.float64) - np.array(pose.origin, np.float64)
    forward /= np.linalg.norm(forward)
    depth = (guide.position - np.array(pose.origin, np.float32)) @ forward.astype(np.float32)
    return np.asarray(np.where(guide.shape > 0, depth, 0), np.float32)


Colour = tuple[int, int, int]


def choose_colours(product: Product) -> dict[str, str]:
    """A colour of its own for every part: #RRGGBB to the part's name."""
    return {f"#{red:02X}{green:02X}{blue:02X}": name for name, (red, green, blue) in _colour_names(product).items()}


def _colour_names(product: Product) -> dict[str, Colour]:
    """By name, not by mesh: the plain renderer has a glowing part cut into several."""
    names = dict.fromkeys(part.name for part in product.parts)
    return {name: _pick_colour(number) for number, name in enumerate(names)}


def _pick_colour(number: int) -> Colour:
    hue = (number * HUE_STEP) % 1.0
    red, green, blue = (round(255 * value) for value in colorsys.hsv_to_rgb(hue, 0.55 + 0.4 * (number % 2), 1.0))
    return red, green, blue


def paint_masks(guide: Guide, product: Product) -> npt.NDArray[np.uint8]:
    """Every part in its colour, all else black: opaque RGBA (h, w, 4)."""
    table = np.zeros((max(int(guide.shape.max()), SWEEP + len(product.parts)) + 1, 4), np.uint8)
    table[:, 3] = 255
    colours = _colour_names(product)
    for number, part in enumerate(product.parts):
        table[SWEEP + 1 + number, :3] = colours[part.name]
    return np.asarray(table[guide.shape], np.uint8)


def _write_depth(shoot: Shoot, pose: Pose, path: Path) -> None:
    write_values(measure_depth(shoot.guide(pose), pose), path)


def _write_normals(shoot: Shoot, pose: Pose, path: Path) -> None:
    write_light(shoot.guide(pose).normal, path)


def _write_masks(shoot: Shoot, pose: Pose, path: Path) -> None:
    save_png(paint_masks(shoot.guide(pose), shoot.product), path)


WRITERS: dict[StagePass, Callable[[Shoot, Pose, Path], None]] = {
    StagePass.DEPTH: _write_depth,
    StagePass.NORMALS: _write_normals,
    StagePass.MASKS: _write_masks,
}
"""Passes that are measured at every frame."""
