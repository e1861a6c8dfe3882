"""In-between frames from two key frames: every pixel of the new camera is looked up where the key cameras saw it.

Exact for what a surface looks like from everywhere; reflections cross-fade. What neither key camera saw is taken
from the nearest the keys have. A pixel on an outline mixes two surfaces, and would draw a ghost of the outline where
it is not any more: the keys are freed of such mixtures, and outlines are mixed anew from four points a pixel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.stage.camera import Pose, find_axes

Floats = npt.NDArray[np.float32]

UNSEEN = 1e-4
"""Weight of a key picture where it saw something else: it counts only where no key saw the point."""
STEP = 0.015
"""A step in depth, in shares of the distance, that makes two points two surfaces. Where depth goes on, so does the
motion, whatever parts meet there: a mixture of the two stays right."""
MIXED = 1 / 720
"""How far round an outline pixels are mixtures, in short sides: the box filter's one pixel, and a little defocus."""
LUMINANCE = (0.2126, 0.7152, 0.0722)
"""Rec. 709: brightness of linear red, green and blue."""
SHARPEST = (0.75, 1.35)
"""Least and most a spline may make of a brightness: round a spark in metal it would draw a dark ring."""
MIX_LOSS = 0.12
"""Bend taken off besides where two keys weigh alike: laid over each other they lose the grain of a surface that each
has a little differently. So set that knurled brass is as crisp there as at a key (example, 540x960)."""
DARKEST = np.float32(1e-3)
"""Linear light below which nothing is sharpened."""
POINTS = 32_768
"""Points worked on at once: what is held besides the keys stays in the processor's cache."""

Find = Callable[[npt.NDArray[np.intp]], Floats]
"""Positions (n, 4, 3) in metres that the camera sees at four points inside each of n pixels, given by number."""


@dataclass(frozen=True)
class Key:
    """A key frame ready to be looked up: planes, camera axes and scale.

    The planes (6, h * w) are red, green, blue, distance in metres, and the bend of brightness across and down.
    """

    planes: Floats
    origin: npt.NDArray[np.float64]
    axes: npt.NDArray[np.float64]
    pixels: float
    width: int
    height: int


def prepare_key(colour: Floats, position: Floats, pose: Pose) -> Key:
    """A key frame: its picture in linear light, the positions its pixels show (both (h, w, 3)), its camera."""
    height, width = colour.shape[:2]
    distance = measure_distances(position, pose)
    planes = np.empty((6, height * width), np.float32)
    pure = purify(colour, distance)
    planes[:3] = pure.reshape(-1, 3).T
    planes[3] = distance.ravel()
    light = pure @ np.array(LUMINANCE, np.float32)
    planes[4] = measure_bends(light, distance).ravel()
    planes[5] = measure_bends(light.T, distance.T).T.ravel()
    pixels = max(width, height) / 2 / math.tan(math.radians(pose.fov_deg) / 2)
    return Key(planes, np.array(pose.origin, np.float64), find_axes(pose), pixels, width, height)


def measure_distances(position: Floats, pose: Pose) -> Floats:
    """Distances (h, w) in metres of positions from a camera."""
    away = position - np.array(pose.origin, np.float32)
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", away, away)), np.float32)


def measure_bends(light: Floats, distance: Floats) -> Floats:
    """Second differences of brightness (h, w) along its rows; none where the surface ends beside a pixel."""
    bends = np.zeros_like(light)
    near, far = np.minimum(distance[:, :-2], distance[:, 2:]), np.maximum(distance[:, :-2], distance[:, 2:])
    middle, slack = distance[:, 1:-1], STEP * distance[:, 1:-1]
    is_one = (far - middle < slack) & (middle - near < slack)
    bends[:, 1:-1] = (light[:, :-2] + light[:, 2:] - 2 * light[:, 1:-1]) * is_one
    return bends


def purify(colour: Floats, distance: Floats) -> Floats:
    """The picture with pixels on outlines coloured like the surface beside them.

    A surface too thin to have a pixel of its own keeps the mixture.
    """
    height, width = distance.shape
    reach = max(1, round(min(height, width) * MIXED))
    edge = find_outlines(distance)
    for _ in range(reach - 1):
        edge = grow(edge)
    known = np.zeros((height + 2, width + 2), bool)
    known[1:-1, 1:-1] = ~edge
    waiting = np.flatnonzero(np.pad(edge, 1))
    known = known.ravel()
    pure = np.pad(colour, ((1, 1), (1, 1), (0, 0)), mode="edge").reshape(-1, 3)
    far = np.pad(distance, 1, mode="edge").ravel()
    wide = width + 2
    around = np.array([-wide - 1, -wide, -wide + 1, -1, 1, wide - 1, wide, wide + 1])
    for _ in range(reach + 1):
        beside = waiting[:, None] + around
        counts = known[beside] & (np.abs(far[beside] - far[waiting][:, None]) < STEP * far[waiting][:, None])
        number = counts.sum(axis=1)
        total = np.einsum("ijk,ij->ik", pure[beside], counts.astype(np.float32))
        is_found = number > 0
        pure[waiting[is_found]] = total[is_found] / number[is_found, None]
        known[waiting[is_found]] = True
        waiting = waiting[~is_found]
    return np.asarray(pure.reshape(height + 2, wide, 3)[1:-1, 1:-1], np.float32)


def find_outlines(distance: Floats) -> npt.NDArray[np.bool_]:
    """Pixels (h, w) with a step in depth beside them."""
    edge = np.zeros(distance.shape, bool)
    down = np.abs(distance[1:] - distance[:-1]) > STEP * distance[1:]
    across = np.abs(distance[:, 1:] - distance[:, :-1]) > STEP * distance[:, 1:]
    edge[1:] |= down
    edge[:-1] |= down
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    return edge


def grow(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """A mask one pixel wider on all four sides."""
    wide = np.pad(mask, 1)
    return np.asarray(wide[1:-1, 1:-1] | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:])


def reproject(position: Floats, find: Find, pose: Pose, keys: Sequence[tuple[Key, float]]) -> Floats:
    """The picture (h, w, 3) in linear light at a camera, from keys and how near each is, 0..1.

    `position` (h, w, 3) is what that camera sees in the middle of each pixel; `find` sees closer at outlines. A key
    that is infinitely far away need not be given.
    """
    height, width = position.shape[:2]
    picture = mix_keys(position.reshape(-1, 3), keys)
    mixed = np.flatnonzero(find_outlines(measure_distances(position, pose)))
    if len(mixed):
        parts = mix_keys(find(mixed).reshape(-1, 3), keys)
        picture[mixed] = parts.reshape(-1, 4, 3).mean(axis=1)
    return picture.reshape(height, width, 3)


def mix_keys(position: Floats, keys: Sequence[tuple[Key, float]]) -> Floats:
    """Colours (n, 3) of points, from the keys by nearness in the move and by what each could see."""
    picture = np.empty((len(position), 3), np.float32)
    for start in range(0, len(position), POINTS):
        points = position[start : start + POINTS]
        total, weights = np.zeros((3, len(points)), np.float32), np.full(len(points), 1e-12, np.float32)
        for key, nearness in keys:
            colour, trust = look_up(key, points, np.float32(4 * MIX_LOSS * nearness * (1 - nearness)))
            trust *= np.float32(nearness)
            total += colour * trust
            weights += trust
        picture[start : start + POINTS] = (total / weights).T
    return picture


def look_up(key: Key, position: Floats, extra: np.float32) -> tuple[Floats, Floats]:
    """Colours (3, n) of points as a key saw them, and how far to trust them (n,), UNSEEN..1.

    Bilinear over the four pixels round the point, each counting only if it shows something at the same depth; then as
    bright as a Catmull-Rom spline makes it, which is the same less t (1 - t) / 2 of the bend, and `extra` / 2 of it.
    Bilinear alone is softer between pixels than on them: the picture would sharpen at every key.
    """
    right, down, depth = key.axes.astype(np.float32) @ (position - key.origin.astype(np.float32)).T
    distance = np.sqrt(right * right + down * down + depth * depth)
    scale = np.float32(key.pixels) / np.maximum(depth, np.float32(1e-6))
    right = right * scale + np.float32(key.width / 2 - 0.5)
    down = down * scale + np.float32(key.height / 2 - 0.5)
    is_inside = (right > -1) & (right < key.width) & (down > -1) & (down < key.height)
    np.clip(right, 0, np.float32(key.width - 1.001), out=right)
    np.clip(down, 0, np.float32(key.height - 1.001), out=down)
    left, top = right.astype(np.int32), down.astype(np.int32)
    x, y = right - left, down - top
    start = (top * key.width + left).astype(np.intp)
    slack = np.where(is_inside, distance * np.float32(STEP), np.float32(-1))
    total = np.zeros((5, len(position)), np.float32)
    trust, weights = np.zeros(len(position), np.float32), np.full(len(position), 1e-9, np.float32)
    planes = (*key.planes[:3], *key.planes[4:])
    for step, weight in (
        (0, (1 - x) * (1 - y)),
        (1, x * (1 - y)),
        (key.width, (1 - x) * y),
        (key.width + 1, x * y),
    ):
        place = start + step
        is_same = np.abs(key.planes[3].take(place) - distance) < slack
        trust += weight * is_same
        counted = weight * np.where(is_same, np.float32(1), np.float32(UNSEEN))
        weights += counted
        for value, plane in zip(total, planes, strict=True):
            value += plane.take(place) * counted
    total /= weights
    bend = total[3] * (x * (1 - x) + extra) + total[4] * (y * (1 - y) + extra)
    light = np.array(LUMINANCE, np.float32) @ total[:3]
    total[:3] *= np.clip(1 - bend / (2 * np.maximum(light, DARKEST)), *SHARPEST)
    return total[:3], np.maximum(trust, np.float32(UNSEEN))
