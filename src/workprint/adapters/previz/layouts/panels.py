"""Split screen: two or three pictures in masked panels that slide in one after another and keep moving inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import Array, normalise, roll_off, to_codes, to_display
from workprint.adapters.previz.imaging import choose_crop, crop_to, make_sprite
from workprint.adapters.previz.layouts.photos import grade
from workprint.adapters.previz.layouts.prints import choose_cut
from workprint.adapters.previz.light import Dust, Mood, Rig, fall, scatter_dust, sweep, vignette
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite

Bytes = npt.NDArray[np.uint8]

GUTTER = 0.011
"""Gap between panels in short sides: 12 px at 1080."""
OVERSCAN = 1.14
"""Picture beyond its panel, used by the moves inside it."""
SLIDE = 0.55
"""How much of a panel's full slide is still to come at the first frame, which must already be a picture."""
SLIDE_SECONDS = 0.95
"""How long the first panel takes to close; each next one takes STAGGER_SECONDS longer."""
STAGGER_SECONDS = 0.35


@dataclass(frozen=True)
class Panel:
    """A panel: its box in shares of the frame (left, top, right, bottom), and from which side it slides (x, y)."""

    box: tuple[float, float, float, float]
    slide: tuple[float, float]


PANELS = {
    (2, "tall"): (Panel((0, 0, 1, 0.5), (-0.16, 0)), Panel((0, 0.5, 1, 1), (0.16, 0))),
    (3, "tall"): (
        Panel((0, 0, 1, 0.36), (-0.14, 0)),
        Panel((0, 0.36, 1, 0.66), (0.18, 0)),
        Panel((0, 0.66, 1, 1), (-0.22, 0)),
    ),
    (2, "upright"): (Panel((0, 0, 1, 0.5), (-0.16, 0)), Panel((0, 0.5, 1, 1), (0.16, 0))),
    (2, "square"): (Panel((0, 0, 0.5, 1), (0, -0.14)), Panel((0.5, 0, 1, 1), (0, 0.14))),
    (3, "upright"): (
        Panel((0, 0, 1, 0.56), (0, -0.12)),
        Panel((0, 0.56, 0.5, 1), (-0.16, 0)),
        Panel((0.5, 0.56, 1, 1), (0.22, 0)),
    ),
    (3, "square"): (
        Panel((0, 0, 0.56, 1), (0, -0.12)),
        Panel((0.56, 0, 1, 0.5), (0.16, 0)),
        Panel((0.56, 0.5, 1, 1), (0.22, 0)),
    ),
    (2, "wide"): (Panel((0, 0, 0.5, 1), (0, -0.14)), Panel((0.5, 0, 1, 1), (0, 0.14))),
    (3, "wide"): (
        Panel((0, 0, 0.36, 1), (0, -0.12)),
        Panel((0.36, 0, 0.66, 1), (0, 0.16)),
        Panel((0.66, 0, 1, 1), (0, -0.20)),
    ),
}
"""Divisions by number of pictures and frame shape: bands in a tall frame, columns in a wide one, both in 4:5."""


@dataclass(frozen=True)
class PanelScene:
    """Panels over a lit ground."""

    grid: Grid
    rig: Rig
    panels: tuple[Panel, ...]
    sprites: tuple[Sprite, ...]
    ground: Array
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """The ground behind the panels and a sweep of light over them."""
        grid = self.grid
        glow = 0.12 + 0.9 * fall(grid.x, grid.y, (0.15 * pose.wave(7.0), -0.1), (0.6, 0.7))
        codes = to_codes(to_display(roll_off(glow[..., None] * self.ground)))
        band = sweep(grid, -1.35 + 2.7 * pose.eased, 0.38)
        gain = (0.95 + 0.05 * band) * vignette(grid, 0.16) * (0.99 + 0.01 * pose.wave(5.3))
        return codes, Light(np.asarray(gain, np.float32))

    def placed(self, pose: Pose) -> list[Placed]:
        """Every panel at a pose."""
        pairs = zip(self.panels, self.sprites, strict=True)
        return [self.place(index, panel, sprite, pose) for index, (panel, sprite) in enumerate(pairs)]

    def place(self, index: int, panel: Panel, sprite: Sprite, pose: Pose) -> Placed:
        """One panel: its box slides to its place, its picture drifts against the slide."""
        grid = self.grid
        share = min(1.0, pose.seconds / (SLIDE_SECONDS + index * STAGGER_SECONDS))
        away = (1 - share) ** 3
        left, top, right, bottom = inner_box(panel, grid)
        shift_x, shift_y = SLIDE * panel.slide[0] * away * grid.width, SLIDE * panel.slide[1] * away * grid.height
        clip = (round(left + shift_x), round(top + shift_y), round(right + shift_x), round(bottom + shift_y))
        zoom, dx, dy = pose.at(0.8 + 0.25 * index)
        turn = 1 if index % 2 else -1
        scale = zoom * (1 + 0.022 * pose.eased) * (right - left) * OVERSCAN / sprite.size[0]
        room_x = (sprite.size[0] * scale - (right - left)) / 2
        room_y = (sprite.size[1] * scale - (bottom - top)) / 2
        drift_x = np.clip(dx * grid.unit + turn * 0.010 * pose.wave(6.1, 0.2 * index) * grid.unit, -room_x, room_x)
        drift_y = np.clip(dy * grid.unit + turn * 0.02 * (pose.eased - 0.5) * grid.unit, -room_y, room_y)
        x = (clip[0] + clip[2]) / 2 + float(drift_x) - sprite.size[0] * scale / 2
        y = (clip[1] + clip[3]) / 2 + float(drift_y) - sprite.size[1] * scale / 2
        return Placed(sprite, x, y, scale, scale, clip)


def inner_box(panel: Panel, grid: Grid) -> tuple[float, float, float, float]:
    """A panel's box in canvas pixels; inner sides give way to the gutter, outer ones run over the frame."""
    half = GUTTER * grid.unit / 2
    left, top, right, bottom = panel.box
    return (
        left * grid.width + (half if left > 0 else 0),
        top * grid.height + (half if top > 0 else 0),
        right * grid.width - (half if right < 1 else 0),
        bottom * grid.height - (half if bottom < 1 else 0),
    )


def build_panels(grid: Grid, pictures: tuple[Bytes, ...], mood: Mood) -> PanelScene:
    """A split of two or three opaque pictures; one picture is split into three cuts of itself."""
    palette, rig = mood.palette, mood.rig
    count = 2 if len(pictures) == 2 else 3
    panels = PANELS[count, grid.kind]
    sprites = []
    for index, panel in enumerate(panels):
        left, top, right, bottom = inner_box(panel, grid)
        width, height = round((right - left) * OVERSCAN * 1.04), round((bottom - top) * OVERSCAN * 1.04)
        picture = pictures[index % len(pictures)]
        extra = index - len(pictures)
        window = choose_crop(picture, width / height) if extra < 0 else choose_cut(picture, width / height, extra)
        sprites.append(make_sprite(grade(crop_to(picture, window, width, height), mood.hint, rig)))
    level = min(0.5, 0.06 + 0.6 * palette.brightness)
    ground = normalise(np.asarray(0.7 * palette.ground + 0.3 * palette.accent * palette.brightness, np.float32), level)
    return PanelScene(grid, rig, panels, tuple(sprites), ground, scatter_dust(mood.seed, 16, mood.f_number))
