"""Tells where the subject of a shot stands: the product's own box, or a print's, through the whole move."""

from __future__ import annotations

from collections.abc import Callable

from workprint.adapters.previz.raster import Placed
from workprint.film.canonical import Json

SAMPLES = 9
"""Moments a shot is looked at: moves are eased, so between two of them nothing jumps."""


def tell_subjects(place: Callable[[int], list[Placed]], frames: int, size: tuple[int, int]) -> list[Json]:
    """For every subject a list of [frame, x, y, width, height], the box in thousandths of the frame's sides.

    Only sprites that say where their body is are subjects; a shot that has none gives an empty list. `place` draws
    nothing: it tells what stands where at a frame.
    """
    numbers = sorted({round(step * (frames - 1) / (SAMPLES - 1)) for step in range(SAMPLES)})
    tracks: dict[int, list[Json]] = {}
    for number in numbers:
        bodies = [placed for placed in place(number) if placed.body is not None]
        for index, placed in enumerate(bodies):
            box = find_box(placed, size)
            if box is not None:
                tracks.setdefault(index, []).append([number, *box])
    return [tracks[index] for index in sorted(tracks)]


def find_box(placed: Placed, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The seen part of a placed sprite's body in thousandths of the frame; None when it is off the frame."""
    assert placed.body is not None
    x, y, width, height = placed.body
    left, top, right, bottom = placed.clip or (0, 0, *size)
    x0 = max(placed.x + x * placed.scale_x, left, 0)
    y0 = max(placed.y + y * placed.scale_y, top, 0)
    x1 = min(placed.x + (x + width) * placed.scale_x, right, size[0])
    y1 = min(placed.y + (y + height) * placed.scale_y, bottom, size[1])
    if x1 <= x0 or y1 <= y0:
        return None
    across, down = 1000 / size[0], 1000 / size[1]
    return round(x0 * across), round(y0 * down), round((x1 - x0) * across), round((y1 - y0) * down)
