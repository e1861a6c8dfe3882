"""Renders with Mitsuba so that the same scene gives the same bits: fixed seeds, box filter, sums in one order."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np
import numpy.typing as npt
import pyoidn

from workprint.adapters.stage.camera import Pose, find_axes
from workprint.adapters.stage.setting import build_sensor
from workprint.lab.stage_extra import LLVM_VARIABLE, PLAIN, choose_variant, find_llvm

Floats = npt.NDArray[np.float32]

MOST_LANES = 700_000
"""Paths followed at once by the compiled variant: each holds some 400 bytes, and a worker must stay near 1 GB."""
MOST_DENOISER_MB = 300
MAX_DEPTH, ROULETTE_DEPTH = 9, 3
"""Path lengths: glass in front of metal in front of the sweep needs eight; roulette from the third saves a tenth."""
GUIDE_SEED = 0
"""Guides take one ray through the middle of each pixel; the seed changes nothing."""


def open_renderer() -> str:
    """Choose Mitsuba's variant for this process, one thread; returns its name."""
    variant = choose_variant()
    if variant != PLAIN:
        os.environ[LLVM_VARIABLE] = find_llvm().path
    if mi.variant() != variant:
        mi.set_variant(variant)
    # A worker has one core: orders run side by side, not threads.
    dr.set_thread_count(1)
    return variant


@dataclass(frozen=True)
class Guide:
    """What one ray through the middle of each pixel meets: position (h, w, 3) in metres, normal (h, w, 3), and the
    number of the shape in the scene (h, w) counted from 1; 0 where nothing is met.
    """

    position: Floats
    normal: Floats
    shape: npt.NDArray[np.uint16]


def render_guide(scene: Any, sensor: Any) -> Guide:
    """The guide of a camera made by `build_sensor(..., sharp=True)`."""
    integrator = mi.load_dict({"type": "aov", "aovs": "pp:position,nn:sh_normal,si:shape_index"})
    values = np.array(
        mi.render(scene, sensor=sensor, integrator=integrator, spp=1, seed=mi.UInt32(GUIDE_SEED)), np.float32
    )
    position, normal, index = values[..., -7:-4], values[..., -4:-1], values[..., -1]
    return Guide(position, normal, number_shapes(scene)[np.rint(index).astype(np.intp)])


def number_shapes(scene: Any) -> npt.NDArray[np.uint16]:
    """The place in the scene, from 1, by what the renderer calls a shape: compiled variants count over a process."""
    count = len(scene.shapes())
    if mi.variant() == PLAIN:
        return np.arange(count + 1, dtype=np.uint16)
    called = np.array(dr.reinterpret_array(mi.UInt32, scene.shapes_dr()), np.intp)
    table = np.zeros(int(called.max()) + 1, np.uint16)
    table[called] = np.arange(1, count + 1)
    return table


def render_positions(scene: Any, sensor: Any) -> Floats:
    """Only the positions (h, w, 3) of a guide: a third of its cost."""
    integrator = mi.load_dict({"type": "aov", "aovs": "pp:position"})
    values = np.array(mi.render(scene, sensor=sensor, integrator=integrator, spp=1, seed=mi.UInt32(GUIDE_SEED)))
    return np.ascontiguousarray(values[..., -3:], np.float32)


QUARTERS = ((-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25))
"""Four points inside a pixel, right and down from its middle, as the pixels of a picture of twice the size lie."""


def render_inside(scene: Any, pose: Pose, size: tuple[int, int], pixels: npt.NDArray[np.intp]) -> Floats:
    """Positions (n, 4, 3) at four points inside each of some pixels (n,), numbered by row, of a width and height."""
    width, height = size
    if mi.variant() == PLAIN:
        # No single rays there: the rows they lie in, at twice the size.
        top, last = int(pixels.min()) // width, int(pixels.max()) // width
        count = last - top + 1
        sensor = build_sensor(pose, 2 * width, 2 * height, sharp=True, band=(2 * top, 2 * count))
        fine = render_positions(scene, sensor).reshape(count, 2, width, 2, 3).transpose(0, 2, 1, 3, 4)
        return np.ascontiguousarray(fine.reshape(-1, 4, 3)[pixels - top * width])
    rows, columns = np.divmod(pixels, width)
    reach = 2 * math.tan(math.radians(pose.fov_deg) / 2) / max(width, height)
    offsets = np.array(QUARTERS)
    right = (columns[:, None] + 0.5 + offsets[:, 0] - width / 2).ravel() * reach
    down = (rows[:, None] + 0.5 + offsets[:, 1] - height / 2).ravel() * reach
    axes = find_axes(pose)
    way = (right[:, None] * axes[0] + down[:, None] * axes[1] + axes[2]).astype(np.float32)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    # Numbers, sizes and addresses that the kernel knew would make a kernel of its own for every frame.
    origin = mi.Point3f(*(dr.opaque(mi.Float, value) for value in pose.origin))
    place, flat = dr.arange(mi.UInt32, len(way)) * 3, mi.Float(way.ravel())
    ray = mi.Ray3f(origin, mi.Vector3f(*(dr.gather(mi.Float, flat, place + axis) for axis in range(3))))
    found = np.array(scene.ray_intersect_preliminary(ray, coherent=True).t, np.float32)
    reached = np.where(np.isfinite(found), found, 0)[:, None]
    return np.asarray(np.array(pose.origin, np.float32) + way * reached, np.float32).reshape(-1, 4, 3)


@dataclass(frozen=True)
class View:
    """What is rendered: a camera and the size of its picture; `sharp` leaves the lens out, `depth` ends the paths."""

    pose: Pose
    width: int
    height: int
    sharp: bool = False
    depth: int = MAX_DEPTH


@dataclass(frozen=True)
class Beauty:
    """A picture in linear light (h, w, 3), and what helps the denoiser: albedo and normal."""

    colour: Floats
    albedo: Floats
    normal: Floats


def render_beauty(scene: Any, view: View, samples: int, seed: int, report: Callable[[float], None]) -> Beauty:
    """The picture, in bands and passes as memory allows, each with a seed of its own, added up in one order."""
    path = mi.load_dict({"type": "path", "max_depth": view.depth, "rr_depth": ROULETTE_DEPTH})
    # Asked for in one, a compiled variant follows every path twice (Mitsuba 3.9.1, measured); apart they give the same.
    guide = mi.load_dict({"type": "aov", "aovs": "al:albedo,nn:sh_normal"})
    total = np.zeros((view.height, view.width, 9), np.float32)
    rows = max(1, min(view.height, MOST_LANES // view.width))
    each = max(1, min(samples, MOST_LANES // (view.width * rows)))
    for top in range(0, view.height, rows):
        band = (top, min(rows, view.height - top))
        sensor = build_sensor(view.pose, view.width, view.height, sharp=view.sharp, band=band)
        for done in range(0, samples, each):
            count = min(each, samples - done)
            one = (seed + 7919 * done + 104729 * top) & 0x7FFFFFFF
            parts = [
                np.array(mi.render(scene, sensor=sensor, integrator=way, spp=count, seed=mi.UInt32(one)), np.float32)
                for way in (path, guide)
            ]
            picture = np.nan_to_num(np.dstack([parts[0][..., :3], parts[1][..., -6:]]), nan=0.0, posinf=0.0, neginf=0.0)
            total[top : top + band[1]] += picture * np.float32(count / samples)
        report(min(1.0, (top + rows) / view.height))
    return Beauty(*(np.ascontiguousarray(total[..., at : at + 3]) for at in (0, 3, 6)))


def denoise(beauty: Beauty) -> Floats:
    """The picture without its noise, by Open Image Denoise with albedo and normal beside it, on one thread."""
    # The filter keeps addresses only: every array it is given must outlive it.
    result, albedo = np.zeros_like(beauty.colour), np.ascontiguousarray(np.clip(beauty.albedo, 0, 1))
    with pyoidn.Device() as device:
        device.set_int("numThreads", 1)
        device.set_bool("setAffinity", False)
        device.commit()
        with pyoidn.Filter(device, pyoidn.OIDN_FILTER_TYPE_RT) as work:
            kind = pyoidn.OIDN_FORMAT_FLOAT3
            work.set_image(pyoidn.OIDN_IMAGE_COLOR, beauty.colour, kind)
            work.set_image(pyoidn.OIDN_IMAGE_ALBEDO, albedo, kind)
            work.set_image(pyoidn.OIDN_IMAGE_NORMAL, beauty.normal, kind)
            work.set_image(pyoidn.OIDN_IMAGE_OUTPUT, result, kind)
            work.set_bool("hdr", True)
            work.set_int("maxMemoryMB", MOST_DENOISER_MB)
            work.commit()
            work.execute()
        problem = device.get_error()
    if problem:
        raise RuntimeError(f"Open Image Denoise: {problem}")
    return np.maximum(result, 0)
