"""Round steps under the product in frames with room below it: lit tops, soft lips, shaded faces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workprint.adapters.previz.colour import Array
from workprint.adapters.previz.imaging import smoothstep

FLAT = 0.30
"""How much a step's round top is foreshortened: the camera stands about 17 degrees above it."""
SOFT = 0.011
"""Softness of edges in short sides: more than the coarse grid's pitch, so that a slow move never crawls."""


@dataclass(frozen=True)
class Step:
    """A round step: drop of its middle below the foot, radius, thickness (short sides), light on its top."""

    drop: float
    reach: float
    thick: float
    top: float


STEPS = (Step(0.23, 1.30, 0.17, 0.62), Step(0.115, 0.86, 0.115, 0.80), Step(0.0, 0.56, 0.115, 1.0))
"""Three steps, widest first; the lower ones run out of the frame on both sides."""
FACE = 0.40
"""Light on a face where it begins, as a share of the light on its top."""


def light_dais(x: Array, y: Array, level: Array, lean: float) -> Array:
    """The light level (1 = full) of a picture with steps laid over `level`; the foot is at the origin.

    `lean` -1..1 is the side the key light comes from.
    """
    for step in STEPS:
        across = x / np.float32(step.reach)
        bow = np.sqrt(np.maximum(1 - across * across, 0)) * np.float32(FLAT * step.reach)
        near = y - np.float32(step.drop)
        inside = smoothstep(SOFT, -SOFT, (np.abs(across) - 1) * np.float32(step.reach))
        top = smoothstep(SOFT, -SOFT, np.abs(near) - bow) * inside
        face = smoothstep(-SOFT, SOFT, near - bow) * smoothstep(SOFT, -SOFT, near - bow - np.float32(step.thick))
        turn = np.clip(0.86 - 0.34 * across * across + 0.30 * np.float32(lean) * across, 0, 1.1)
        down = np.maximum(near - bow, 0) / np.float32(step.thick)
        lip = 0.42 * np.exp(-(((near - bow) / np.float32(SOFT)) ** 2)) * turn * inside
        pool = 0.42 + 0.58 * np.exp(-((x / 0.42) ** 2) - (near / np.float32(0.9 * FLAT * step.reach)) ** 2)
        lit = np.float32(step.top) * pool
        side = np.float32(FACE * step.top) * turn * (1 - 0.62 * down)
        level = level * (1 - top) + lit * top
        level = level * (1 - face * inside) + side * face * inside
        level = level + np.float32(step.top) * lip
    return np.asarray(level, np.float32)
