"""Lighting presets: soft boxes round the product, sized and placed by its height, as in a small tabletop studio."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Box:
    """A soft box: where it hangs, where it points, width and height (all in product heights), linear radiance."""

    at: Vector
    to: Vector
    size: tuple[float, float]
    light: Vector


@dataclass(frozen=True)
class Pool:
    """A spot that lays a pool of light on the wall behind the product and lifts the product off it.

    Where it hangs and where it points, in product heights; half its angle in degrees; linear intensity for a product
    of one height.
    """

    at: Vector
    to: Vector
    half_angle: float
    light: Vector


@dataclass(frozen=True)
class Preset:
    """A lighting: its boxes, the light from everywhere, a pool on the wall, and how far the product's own glow is
    turned up.
    """

    boxes: tuple[Box, ...]
    ambient: Vector
    pool: Pool
    glow: float = 1.0


def _panes(at: Vector, pane: tuple[float, float], light: Vector) -> tuple[Box, ...]:
    """A window of two by two panes to the product's left, with bars between them."""
    gap = 1.14
    return tuple(
        Box((at[0], at[1] + column * pane[0] * gap, at[2] + row * pane[1] * gap), (0, 0.1, 0.4), pane, light)
        for column in (-0.5, 0.5)
        for row in (-0.5, 0.5)
    )


WALL_AT = 3.2
"""Where the sweep's wall stands behind the product, in product heights: far enough that the boxes leave it dark."""

PRESETS = {
    "soft_top": Preset(
        (
            Box((-0.3, -0.5, 2.3), (0, 0.1, 0.4), (1.3, 1.1), (9.5, 9.1, 8.6)),
            Box((2.1, 0.7, 1.3), (0, 0, 0.55), (0.4, 1.9), (14.0, 13.4, 12.5)),
            Box((-2.2, 0.5, 1.3), (0, 0, 0.55), (0.5, 1.9), (10.0, 9.8, 9.5)),
            Box((-1.7, -2.6, 0.9), (0, 0, 0.4), (1.5, 2.0), (1.0, 0.97, 0.93)),
        ),
        (0.012, 0.012, 0.014),
        Pool((0.6, 0.7, 2.9), (0.1, WALL_AT, 0.62), 29, (48, 44.5, 38.5)),
    ),
    "window": Preset(
        (
            *_panes((-3.0, -0.9, 1.6), (1.1, 1.2), (9.0, 8.3, 7.2)),
            Box((2.3, 0.7, 1.1), (0, 0, 0.5), (0.5, 2.2), (3.2, 3.5, 4.0)),
            Box((2.4, -1.8, 1.0), (0, 0, 0.4), (1.6, 2.0), (0.55, 0.6, 0.7)),
        ),
        (0.05, 0.055, 0.065),
        Pool((-1.6, 0.4, 2.6), (0.35, WALL_AT, 0.8), 30, (15, 13.6, 11.6)),
    ),
    "rim": Preset(
        (
            Box((-1.9, 1.0, 1.2), (0, 0, 0.55), (0.5, 2.6), (18, 17.5, 16.5)),
            Box((1.9, 1.0, 1.2), (0, 0, 0.55), (0.5, 2.6), (18, 17.5, 16.5)),
            Box((0, -0.8, 2.7), (0, 0.1, 0.4), (1.4, 1.2), (3.2, 3.2, 3.3)),
        ),
        (0.022, 0.022, 0.027),
        Pool((0.0, 0.8, 3.0), (0.0, WALL_AT, 0.6), 28, (6, 6, 6.2)),
    ),
    "golden": Preset(
        (
            Box((2.6, 0.3, 1.2), (0, 0, 0.45), (1.1, 1.5), (17.5, 11.2, 6.0)),
            Box((-2.3, 0.4, 1.1), (0, 0, 0.5), (0.5, 2.2), (3.6, 2.6, 1.8)),
            Box((-1.6, -2.4, 1.0), (0, 0, 0.4), (1.6, 2.0), (0.9, 0.75, 0.62)),
            Box((0.2, -0.7, 2.7), (0, 0.1, 0.4), (1.5, 1.4), (2.6, 2.05, 1.5)),
        ),
        (0.04, 0.036, 0.032),
        Pool((1.4, 0.5, 2.4), (-0.2, WALL_AT, 0.7), 30, (15, 11.8, 8.6)),
    ),
    "night": Preset(
        (
            Box((-2.1, 0.8, 1.5), (0, 0, 0.5), (0.6, 2.4), (4.2, 5.8, 9.2)),
            Box((2.1, 0.5, 1.1), (0, 0, 0.5), (0.4, 2.2), (1.6, 2.2, 3.6)),
            Box((-0.4, -0.8, 2.7), (0, 0.1, 0.4), (1.6, 1.4), (0.9, 1.15, 1.7)),
        ),
        (0.014, 0.018, 0.028),
        Pool((-0.6, 0.6, 3.0), (0.2, WALL_AT, 0.7), 30, (3.4, 4.6, 7.0)),
        1.1,
    ),
}
"""The board's lighting names, set by eye on the example product."""

EDGE = 0.3
"""Brightness of a soft box at its edge: the cloth of a real one is brightest before the lamp, and a highlight that
fades out shows the form of what it lies on."""
CLOTH = 48


def weave_cloth(light: Vector) -> Any:
    """The brightness of a soft box over its face, (CLOTH, CLOTH, 3) of linear light."""
    place = (np.arange(CLOTH, dtype=np.float32) + np.float32(0.5)) / np.float32(CLOTH) * 2 - 1
    reach = np.clip(1 - np.maximum(np.abs(place)[:, None], np.abs(place)[None, :]) ** 2, 0, 1)
    round_reach = np.clip(1 - (place[:, None] ** 2 + place[None, :] ** 2) / 2, 0, 1)
    share = EDGE + (1 - EDGE) * np.sqrt(reach * round_reach)
    return np.asarray(share[..., None] * np.array(light, np.float32), np.float32)


def find_preset(name: str) -> Preset:
    """The preset of a lighting name; an unknown one is lit softly from above, as the previz does."""
    return PRESETS.get(name, PRESETS["soft_top"])


SPREAD, CLEAR = 1.4, 0.5
"""How far outside the frame a box at the side hangs: in half frame widths at the product (a move may begin wider),
and in product heights on top."""


def step_aside(box: Box, half_width: float) -> Box:
    """The box moved out of a frame of a half width, in product heights; grown as it goes, it lights the same."""
    share = max(1.0, (SPREAD * half_width + CLEAR) / abs(box.at[0])) if abs(box.at[0]) > 1 else 1.0
    away = (box.at[0] * share, box.at[1] * share, box.to[2] + (box.at[2] - box.to[2]) * share)
    return replace(box, at=away, size=(box.size[0] * share, box.size[1] * share))


def hang(box: Box, cloth: Any, height: float, transform: Any) -> dict[str, Any]:
    """A box over a product of a height in metres, as a Mitsuba rectangle; `transform` is its scalar 4x4 class.

    `cloth` is the texture of its brightness.
    """
    at, to = [value * height for value in box.at], [value * height for value in box.to]
    up = [0, 1, 0] if abs(box.at[0]) + abs(box.at[1]) < 1 else [0, 0, 1]
    scale = [box.size[0] * height / 2, box.size[1] * height / 2, 1]
    return {
        "type": "rectangle",
        "to_world": transform().look_at(origin=at, target=to, up=up) @ transform().scale(scale),
        "surface": {"type": "diffuse", "reflectance": {"type": "rgb", "value": 0}},
        "emitter": {"type": "area", "radiance": cloth},
    }


APRON_HEIGHT, APRON_ANGLES, APRON_SHARE, APRON_AT = 4.0, (12.0, 46.0), 0.65, 0.8
"""A second spot down on the floor in front of the product: how high it hangs in product heights, half its angle (least
and most), its share of the pool's light, and how far out on the floor that the frame shows. Without it the lower part
of a frame that stands falls into black."""
LEAN, LEAN_DEG = 0.2, 4.0
"""How far it leans back, in product heights, and how much wider that makes it there: straight down a lamp has no upper
side, and gives no light at all."""

PALE = 4.0
"""How much less a pool is given on paler paint: it should shape the wall, not burn a disc into it."""
WIDE = 1.35
"""How much wider a pool is in a frame that lies: its rim belongs outside, or where nobody sees it."""


def lay_apron(pool: Pool, front: float, radius: float) -> Pool:
    """The spot on the floor that goes with a pool on the wall; the frame shows the floor as far out as `front`.

    It does not reach a product of a radius, where it would be a pinprick in all that shines. Product heights.
    """
    red, green, blue = (value * APRON_SHARE for value in pool.light)
    out = -APRON_AT * front
    clear = math.degrees(math.atan2(-out - radius, APRON_HEIGHT - 1)) - LEAN_DEG
    angle = min(max(clear, APRON_ANGLES[0]), APRON_ANGLES[1])
    return Pool((0.0, out, APRON_HEIGHT), (0.0, out + LEAN, 0.0), angle, (red, green, blue))


def point_spot(pool: Pool, height: float, paint: float, is_wide: bool, transform: Any) -> dict[str, Any]:
    """A pool as a Mitsuba spot, for a product of a height in metres.

    `paint` is the luminance of the sweep's colour, 0..1; `transform` is Mitsuba's scalar 4x4 class.
    """
    angle = pool.half_angle * (WIDE if is_wide else 1.0)
    strength = height * height / (1 + PALE * paint)
    at, to = [value * height for value in pool.at], [value * height for value in pool.to]
    return {
        "type": "spot",
        "to_world": transform().look_at(origin=at, target=to, up=[0, 0, 1]),
        "intensity": {"type": "rgb", "value": [value * strength for value in pool.light]},
        "cutoff_angle": angle,
        "beam_width": angle * 0.05,
    }
