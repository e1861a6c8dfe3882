"""Finds where the subject of a picture stands: the box that holds nearly all of its detail and colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation

from workprint.lab.encode import Plane
from workprint.lab.transitions.planes import Subject, resize

Field = npt.NDArray[np.float32]

SEARCH_SIDE = 120
"""Long side of the small picture a subject is looked for in: grain is gone, a product still has a shape."""

FLOOR = 1.6
"""Times the median of all detail that still counts as ground: gradients, grain, soft backgrounds."""

TAIL = 0.04
"""Share of all detail left out at each edge of the box: stray specks do not move it."""

WIDEST = 0.86
"""Share of the frame a box may take in both directions; above it the picture has no subject that stands by itself."""

NEAR = 12
"""Frames before and after a stretch whose told boxes count too: a clip tells of some moments only, moves are slow."""

CENTRE = 0.55
"""How much detail at the rim counts for less than in the middle: a subject is framed, its surroundings are cut off."""


def find_subject(planes: tuple[Plane, Plane, Plane]) -> Subject | None:
    """The box (x, y, width, height in pixels of the first) of what stands out in planes of one picture, or None."""
    height, width = planes[0].shape
    scale = SEARCH_SIDE / max(width, height)
    small = round(width * scale), round(height * scale)
    detail = np.zeros((small[1], small[0]), np.float32)
    for plane in planes:
        detail += _measure_detail(resize(plane, *small, Interpolation.AREA).astype(np.float32))
    detail = np.maximum(detail - FLOOR * np.median(detail), 0)
    detail *= _weigh_rim(small[0])[None, :] * _weigh_rim(small[1])[:, None]
    if detail.sum() <= 0:
        return None
    left, right = _find_edges(detail.sum(axis=0))
    top, bottom = _find_edges(detail.sum(axis=1))
    if right - left > WIDEST and bottom - top > WIDEST:
        return None
    return left * width, top * height, (right - left) * width, (bottom - top) * height


def sketch_picture(pixels: Plane) -> tuple[str, tuple[int, int, int, int] | None]:
    """Mean colour #RRGGBB and subject box (thousandths of the sides) of an RGBA picture, alpha straight."""
    stride = max(1, max(pixels.shape[:2]) // (4 * SEARCH_SIDE))
    small = pixels[::stride, ::stride]
    alpha = small[..., 3:].astype(np.float32) / 255
    shown = small[..., :3] * alpha
    mean = shown.sum(axis=(0, 1)) / max(1.0, float(alpha.sum()))
    tone = "#" + "".join(f"{round(float(value)):02X}" for value in mean)
    planes = [np.asarray(shown[..., channel], np.uint8) for channel in range(3)]
    found = find_subject((planes[0], planes[1], planes[2]))
    if found is None:
        return tone, None
    height, width = small.shape[:2]
    sides = width, height, width, height
    box = [round(1000 * place / side) for place, side in zip(found, sides, strict=True)]
    return tone, (box[0], box[1], box[2], box[3])


def _measure_detail(plane: Field) -> Field:
    """How much a plane changes about every sample, large steps held back so that one edge is not everything."""
    across, down = np.zeros_like(plane), np.zeros_like(plane)
    across[:, 1:-1] = plane[:, 2:] - plane[:, :-2]
    down[1:-1] = plane[2:] - plane[:-2]
    return np.asarray(np.sqrt(np.hypot(across, down)), np.float32)


def _weigh_rim(count: int) -> Field:
    place = np.abs(np.linspace(-1, 1, count, dtype=np.float32))
    return np.asarray(1 - CENTRE * place**2, np.float32)


def _find_edges(sums: Field) -> tuple[float, float]:
    """Where a profile has gained all but its tails, as shares of its length."""
    gained = np.cumsum(sums) / sums.sum()
    first, last = np.searchsorted(gained, (TAIL, 1 - TAIL))
    return float(first / len(sums)), float((last + 1) / len(sums))
