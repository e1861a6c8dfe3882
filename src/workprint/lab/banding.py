"""Finds bands: even plateaus side by side a few levels apart, where a gradient should run and no noise hides them."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np
import numpy.typing as npt

from workprint.lab.encode import Plane

Levels = npt.NDArray[np.int16]

TILE = 8
"""Pixels on a tile's side: an encoder's transform, so that what it leaves even is even in whole tiles."""

PLATEAU = 2
"""Tiles on a plateau's side: single even tiles are an encoder's mottle, two by two lie in a band wide enough to see."""

GAPS = (1, 2, 3)
"""Tiles between two plateaus; a step of several levels rings over more than one."""

GREATEST_STEP = 6
"""Levels; two even fields further apart are a drawn edge, not a gradient."""


def measure_banding(luma: Plane) -> float:
    """How banded a picture is: mean over its tiles of the squared step, in levels, between the plateaus beside each.

    Squared, because a gradient drawn in steps of four levels has a quarter of the edges, each seen far better.
    Calibrated on gradients of 20 to 100 levels over 720 lines, encoded as a master is: in single levels .10-.38, by
    2 levels .30-1.0, by 4 levels .6-2.7; under Gaussian noise of one level .004-.014, of 1.5 levels 0. Dither of
    less than one level does not survive the encoder and measures like none. CAMBI at its defaults misses
    posterisation (reference notes: 0.0 for a sky in steps of four levels).
    """
    if min(luma.shape) < TILE * PLATEAU:
        return 0.0
    high, low = _reduce(luma, np.maximum), _reduce(luma, np.minimum)
    even = high == low
    score = np.zeros(even.shape, np.float32)
    for is_even, level, target in ((even, low, score), (even.T, low.T, score.T)):
        for gap in GAPS:
            _add_steps(is_even, level, PLATEAU + gap, target)
    return float(score.mean())


def _reduce(luma: Plane, keep: Callable[[Plane, Plane], Plane]) -> Levels:
    """The extreme of every plateau: of each tile, then of each tile with its right and lower neighbours."""
    height, width = (length // TILE for length in luma.shape)
    rows = luma[: height * TILE, : width * TILE].reshape(height, TILE, width * TILE)
    lines = reduce(keep, (rows[:, place] for place in range(TILE)))
    tiles = reduce(keep, (lines[:, place::TILE] for place in range(TILE)))
    for axis in (0, 1):
        count = tiles.shape[axis] - PLATEAU + 1
        tiles = reduce(keep, (tiles.take(range(place, place + count), axis) for place in range(PLATEAU)))
    return tiles.astype(np.int16)


def _add_steps(even: npt.NDArray[np.bool_], level: Levels, distance: int, score: npt.NDArray[np.float32]) -> None:
    """Note, midway between plateaus that lie `distance` tiles apart in a row, the square of the step between them."""
    if level.shape[1] <= distance:
        return
    step = np.abs(level[:, distance:] - level[:, :-distance])
    is_band = even[:, distance:] & even[:, :-distance] & (step >= 1) & (step <= GREATEST_STEP)
    middle = score[:, distance // 2 : distance // 2 + step.shape[1]]
    np.maximum(middle, np.where(is_band, step * step, 0), out=middle)
