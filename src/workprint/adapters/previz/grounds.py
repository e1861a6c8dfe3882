"""Painted grounds behind pictures: a brand colour that sets them off, lit so that it stays that colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.colour import (
    Array,
    Paint,
    Palette,
    measure_light,
    measure_vivid,
    mix_paint,
    normalise,
    roll_off,
    to_codes,
    to_display,
)
from workprint.adapters.previz.imaging import resize, to_float

Bytes = npt.NDArray[np.uint8]

NEAR = 0.42
"""Difference in display RGB (euclidean, 0 to 1.7) below which a picture's rim and a ground run into each other."""
RIM_SIDE = 24
"""Side of the small copy whose rim is compared."""


@dataclass(frozen=True)
class Ground:
    """A paint and how it is lit: a coloured one within a narrow range of light, a dark one by all of it."""

    paint: Paint
    vivid: float

    def lit(self, level: Array) -> Array:
        """Linear RGB (last axis 3) of light levels, 1 being full light."""
        held = (1 - self.vivid) * level + self.vivid * (0.80 + 0.25 * np.minimum(level, 1.25))
        return self.paint.lit(np.asarray(held, np.float32))


def prepare_ground(colour: Array) -> Ground:
    """The ground of a linear colour; a dark one is lifted as far as its lamps would."""
    vivid = measure_vivid(colour)
    lifted = normalise(colour, 0.085 + 0.62 * measure_light(colour))
    return Ground(mix_paint(np.asarray(vivid * colour + (1 - vivid) * lifted, np.float32)), vivid)


def choose_wall(palette: Palette, pictures: tuple[Bytes, ...]) -> Array:
    """The linear colour of a wall for pictures: the ground, unless they would run into it; then accent or dark.

    A dark ground is always right: paper stands out from it.
    """
    rims = [find_rim(picture) for picture in pictures]

    def differ(colour: Array) -> float:
        return min(float(np.linalg.norm(to_display(colour) - rim)) for rim in rims)

    if palette.vivid < 0.5:
        return palette.ground
    walls = (palette.ground, palette.accent, palette.deep)
    return next((colour for colour in walls if differ(colour) >= NEAR), max(walls, key=differ))


def find_rim(picture: Bytes) -> Array:
    """Median display RGB round the rim of an opaque picture."""
    small = to_float(resize(picture, RIM_SIDE, RIM_SIDE))[..., :3]
    rim = np.concatenate((small[:2].reshape(-1, 3), small[-2:].reshape(-1, 3), small[:, 0], small[:, -1]))
    return np.asarray(np.median(rim, axis=0), np.float32)


def choose_paper(palette: Palette, wall: Array) -> Array:
    """Display RGB of the paper prints are made on: the brand's lightest tint, or plain white on a wall of that."""
    paper = to_display(palette.light)
    if float(np.linalg.norm(paper - to_display(wall))) < 0.25:
        paper = np.full(3, 0.965, np.float32)
    return np.asarray(
        np.minimum(0.35 * paper + 0.65 * paper / max(0.01, float(paper.max())) * 0.955, 0.955), np.float32
    )


def encode(linear: Array) -> Array:
    """Coarse code values of a linear picture."""
    return to_codes(to_display(roll_off(linear)))
