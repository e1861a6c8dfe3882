"""Lighting presets: soft boxes round the product, sized and placed by its height, as in a small tabletop studio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Box:
    """A soft box: where it hangs, where it points, width and height (all in product heights), linear radiance."""

    at: Vector
    to: Vector
    size: tuple[float, float]
    light: Vector


@dataclass(frozen=True)
class Preset:
    """A lighting: its boxes, the light from everywhere, and how far the glow of the product itself is turned up."""

    boxes: tuple[Box, ...]
    ambient: Vector
    glow: float = 1.0


def _panes(at: Vector, pane: tuple[float, float], light: Vector) -> tuple[Box, ...]:
    """A window of two by two panes to the product's left, with bars between them."""
    gap = 1.14
    return tuple(
        Box((at[0], at[1] + column * pane[0] * gap, at[2] + row * pane[1] * gap), (0, 0.1, 0.4), pane, light)
        for column in (-0.5, 0.5)
        for row in (-0.5, 0.5)
    )


PRESETS = {
    "soft_top": Preset(
        (
            Box((-0.5, -0.5, 3.0), (0, 0.1, 0.4), (2.4, 2.4), (5.5, 5.3, 5.0)),
            Box((2.6, -1.6, 1.2), (0, 0, 0.5), (0.8, 2.0), (1.6, 1.65, 1.7)),
            Box((-2.8, -0.8, 1.0), (0, 0, 0.5), (0.5, 2.2), (2.2, 2.15, 2.1)),
        ),
        (0.05, 0.05, 0.055),
    ),
    "window": Preset(
        (
            *_panes((-3.2, -0.7, 1.7), (1.1, 1.2), (7.5, 6.9, 6.0)),
            Box((2.6, -1.4, 1.1), (0, 0, 0.5), (1.4, 2.0), (0.45, 0.5, 0.6)),
        ),
        (0.06, 0.065, 0.075),
    ),
    "rim": Preset(
        (
            Box((-2.0, 1.3, 1.3), (0, 0, 0.55), (0.5, 2.6), (15, 14.5, 13.5)),
            Box((2.0, 1.3, 1.3), (0, 0, 0.55), (0.5, 2.6), (15, 14.5, 13.5)),
            Box((0, -0.6, 3.0), (0, 0.1, 0.4), (1.2, 1.2), (1.8, 1.8, 1.85)),
        ),
        (0.025, 0.025, 0.03),
    ),
    "golden": Preset(
        (
            Box((2.9, 0.5, 1.3), (0, 0, 0.45), (1.3, 1.5), (15.0, 8.2, 3.2)),
            Box((-2.6, -1.2, 1.3), (0, 0, 0.5), (1.2, 2.2), (1.1, 0.75, 0.5)),
            Box((0.2, -0.6, 3.0), (0, 0.1, 0.4), (1.6, 1.6), (1.5, 1.1, 0.75)),
        ),
        (0.055, 0.042, 0.03),
    ),
    "night": Preset(
        (
            Box((-2.4, 0.7, 2.0), (0, 0, 0.5), (0.9, 2.2), (1.7, 2.5, 4.4)),
            Box((2.6, -1.2, 1.2), (0, 0, 0.5), (0.5, 2.2), (0.35, 0.5, 0.9)),
        ),
        (0.012, 0.017, 0.028),
        1.15,
    ),
}
"""The board's lighting names, set by eye on the example product."""


def find_preset(name: str) -> Preset:
    """The preset of a lighting name; an unknown one is lit softly from above, as the previz does."""
    return PRESETS.get(name, PRESETS["soft_top"])


def hang(box: Box, height: float, transform: Any) -> dict[str, Any]:
    """A box over a product of a height in metres, as a Mitsuba rectangle; `transform` is its scalar 4x4 class."""
    at, to = [value * height for value in box.at], [value * height for value in box.to]
    up = [0, 1, 0] if abs(box.at[0]) + abs(box.at[1]) < 1 else [0, 0, 1]
    scale = [box.size[0] * height / 2, box.size[1] * height / 2, 1]
    return {
        "type": "rectangle",
        "to_world": transform().look_at(origin=at, target=to, up=up) @ transform().scale(scale),
        "surface": {"type": "diffuse", "reflectance": {"type": "rgb", "value": 0}},
        "emitter": {"type": "area", "radiance": {"type": "rgb", "value": list(box.light)}},
    }
