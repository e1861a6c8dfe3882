"""In-between frames from two key frames: every pixel of the new camera is looked up where the key cameras saw it.

Exact for what a surface looks like from everywhere; reflections cross-fade. What neither key camera saw is taken
from the nearest the keys have. A pixel on an outline mixes two surfaces, and would draw a ghost of the outline where
it is not any more: the keys are freed of such mixtures, and outlines are mixed anew from four points a pixel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.stage.camera import Pose

Floats = npt.NDArray[np.float32]

UNSEEN = 1e-4
"""Weight of a key picture where it saw something else: it counts only where no key saw the point."""
STEP = 0.015
"""A step in depth, in shares of the distance, that makes two points two surfaces. Where depth goes on, so does the
motion, whatever parts meet there: a mixture of the two stays right."""
MIXED = 1 / 720
"""How far round an outline pixels are mixtures, in short sides: the box filter's one pixel, and a little defocus."""
ROWS = 135
"""Rows worked on at once: what is held besides the keys stays small, and in the processor's cache."""


@dataclass(frozen=True)
class Key:
    """A key frame ready to be looked up: (h * w, 4) of colour and distance in metres; camera axes and scale."""

    rows: Floats
    origin: npt.NDArray[np.float64]
    axes: npt.NDArray[np.float64]
    pixels: float
    width: int
    height: int


def prepare_key(colour: Floats, position: Floats, pose: Pose) -> Key:
    """A key frame: its picture in linear light, the positions its pixels show (both (h, w, 3)), its camera."""
    height, width = colour.shape[:2]
    distance = np.asarray(np.linalg.norm(position - np.array(pose.origin, np.float32), axis=-1), np.float32)
    rows = np.empty((height * width, 4), np.float32)
    rows[:, :3] = purify(colour, distance).reshape(-1, 3)
    rows[:, 3] = distance.ravel()
    pixels = max(width, height) / 2 / math.tan(math.radians(pose.fov_deg) / 2)
    return Key(rows, np.array(pose.origin, np.float64), find_axes(pose), pixels, width, height)


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


def find_axes(pose: Pose) -> npt.NDArray[np.float64]:
    """Rows: right, down, forward of a camera held level."""
    forward = np.array(pose.target, np.float64) - np.array(pose.origin, np.float64)
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(forward, right), forward])


def reproject(fine: Floats, pose: Pose, before: Key, after: Key, share: float) -> Floats:
    """The picture (h, w, 3) in linear light at a camera, `share` of the way from one key to the next.

    `fine` are the positions (2h, 2w, 3) that camera sees at twice the width and height.
    """
    height, width = before.height, before.width
    quads = fine.reshape(height, 2, width, 2, 3).transpose(0, 2, 1, 3, 4).reshape(-1, 4, 3)
    picture = np.empty((height * width, 3), np.float32)
    for start in range(0, height * width, ROWS * width):
        rows = slice(start, start + ROWS * width)
        points = quads[rows]
        picture[rows] = mix_keys(points.mean(axis=1), before, after, share)
        mixed = np.flatnonzero(find_mixed(points, pose))
        parts = mix_keys(points[mixed].reshape(-1, 3), before, after, share)
        picture[start + mixed] = parts.reshape(-1, 4, 3).mean(axis=1)
    return picture.reshape(height, width, 3)


def find_mixed(quads: Floats, pose: Pose) -> npt.NDArray[np.bool_]:
    """Pixels (n,) whose four points lie on more than one surface: their distances differ by a step."""
    x, y, z = (quads[..., axis] - np.float32(pose.origin[axis]) for axis in range(3))
    square = x * x + y * y + z * z
    # Squares differ by twice the step where it is small: no root is needed.
    return np.asarray(square.max(axis=1) > np.float32((1 + STEP) ** 2) * square.min(axis=1))


def mix_keys(position: Floats, before: Key, after: Key, share: float) -> Floats:
    """Colours (n, 3) of points, from both keys by nearness in the move and by what each could see."""
    first, first_weight = look_up(before, position)
    second, second_weight = look_up(after, position)
    first_weight *= np.float32(1 - share)
    second_weight *= np.float32(share)
    mixed = first * first_weight[:, None] + second * second_weight[:, None]
    return np.asarray(mixed / np.maximum(first_weight + second_weight, 1e-12)[:, None], np.float32)


def look_up(key: Key, position: Floats) -> tuple[Floats, Floats]:
    """Colours (n, 3) of points as a key saw them, and how far to trust them (n,), UNSEEN..1.

    Bilinear over the four pixels round the point, each counting only if it shows something at the same depth.
    """
    away = position - key.origin.astype(np.float32)
    distance = np.sqrt(np.einsum("ij,ij->i", away, away))
    seen = away @ key.axes.T.astype(np.float32)
    depth = np.maximum(seen[:, 2], 1e-6)
    across = seen[:, 0] / depth * np.float32(key.pixels) + np.float32(key.width / 2 - 0.5)
    down = seen[:, 1] / depth * np.float32(key.pixels) + np.float32(key.height / 2 - 0.5)
    is_inside = (across > -1) & (across < key.width) & (down > -1) & (down < key.height)
    across, down = np.clip(across, 0, key.width - 1.001), np.clip(down, 0, key.height - 1.001)
    left, top = across.astype(np.int32), down.astype(np.int32)
    x, y = across - left, down - top
    start = top * key.width + left
    total = np.zeros((len(position), 3), np.float32)
    trust = np.zeros(len(position), np.float32)
    weights = np.zeros(len(position), np.float32)
    slack = distance * np.float32(STEP)
    for step, weight in (
        (0, (1 - x) * (1 - y)),
        (1, x * (1 - y)),
        (key.width, (1 - x) * y),
        (key.width + 1, x * y),
    ):
        found = key.rows[start + step]
        is_same = (np.abs(found[:, 3] - distance) < slack) & is_inside
        counted = weight * np.where(is_same, np.float32(1), np.float32(UNSEEN)) + np.float32(1e-9)
        trust += weight * is_same
        weights += counted
        total += found[:, :3] * counted[:, None]
    total /= weights[:, None]
    return total, np.maximum(trust, np.float32(UNSEEN))
