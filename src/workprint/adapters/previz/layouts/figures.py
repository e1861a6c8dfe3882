"""The product as a figure in a designed set: its spot by frame shape, its baking, its place under the camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import Array, Palette, normalise, roll_off, to_codes, to_display
from workprint.adapters.previz.imaging import fit_inside, make_sprite
from workprint.adapters.previz.layouts.sets import Spot, print_subject
from workprint.adapters.previz.light import vignette
from workprint.adapters.previz.raster import Grid, Placed, Sprite
from workprint.adapters.previz.stand import Stand
from workprint.adapters.previz.subject import Subject

SPOTS = {
    ("orbit_stage", "tall"): Spot(0.0, 0.100, 0.72, 0.76),
    ("orbit_stage", "upright"): Spot(0.0, 0.240, 0.70, 0.64),
    ("orbit_stage", "square"): Spot(0.0, 0.250, 0.68, 0.58),
    ("orbit_stage", "wide"): Spot(0.0, 0.285, 0.90, 0.62),
    ("silhouette", "tall"): Spot(0.0, 0.115, 0.80, 0.80),
    ("silhouette", "upright"): Spot(0.0, 0.295, 0.80, 0.74),
    ("silhouette", "square"): Spot(0.0, 0.330, 0.80, 0.66),
    ("silhouette", "wide"): Spot(0.0, 0.345, 0.95, 0.70),
    ("rack_focus", "tall"): Spot(0.06, 0.115, 0.78, 0.84),
    ("rack_focus", "upright"): Spot(0.08, 0.295, 0.76, 0.76),
    ("rack_focus", "square"): Spot(0.09, 0.345, 0.76, 0.70),
    ("rack_focus", "wide"): Spot(0.36, 0.365, 0.86, 0.76),
    ("levitate", "tall"): Spot(0.0, 0.020, 0.74, 0.70),
    ("levitate", "upright"): Spot(0.0, 0.200, 0.70, 0.62),
    ("levitate", "square"): Spot(0.0, 0.225, 0.76, 0.60),
    ("levitate", "wide"): Spot(0.0, 0.230, 0.90, 0.60),
    ("horizon", "tall"): Spot(-0.12, 0.110, 0.66, 0.70),
    ("horizon", "upright"): Spot(-0.14, 0.270, 0.64, 0.62),
    ("horizon", "square"): Spot(-0.16, 0.270, 0.62, 0.56),
    ("horizon", "wide"): Spot(-0.36, 0.270, 0.84, 0.58),
}
"""Spots by layout and frame shape, in tall frames above the place of a name, as those of the plain sets."""


@dataclass(frozen=True)
class Figure:
    """A product baked for a set: where it stands, its size in short sides, its sprite."""

    grid: Grid
    spot: Spot
    size: tuple[float, float]
    stand: Stand

    def place(self, pose: Pose, lift: float = 0.0, squeeze: float = 1.0) -> Placed:
        """The product at a pose, `lift` short sides above its spot."""
        zoom, dx, dy = pose.at(1.0)
        unit = self.grid.unit
        x = self.grid.width / 2 + (self.spot.x * zoom + dx) * unit
        y = self.grid.height / 2 + ((self.spot.foot - lift) * zoom + dy) * unit
        return self.stand.place(x, y, zoom, squeeze)

    def look_around(self, pose: Pose, depth: float) -> tuple[Array, Array]:
        """Set coordinates of the coarse grid at a depth, with the origin at the figure's foot."""
        zoom, dx, dy = pose.at(depth)
        x = (self.grid.x - np.float32(dx)) / np.float32(zoom) - np.float32(self.spot.x)
        y = (self.grid.y - np.float32(dy)) / np.float32(zoom) - np.float32(self.spot.foot)
        return x.astype(np.float32), y.astype(np.float32)


def fit_subject(
    layout: str, grid: Grid, subject: Subject, palette: Palette
) -> tuple[Spot, Subject, tuple[float, float]]:
    """The spot of a layout, the subject (a photo as a print) and its size in short sides."""
    spot = SPOTS[layout, grid.kind]
    shown = subject if subject.is_cutout else print_subject(subject, grid, spot, palette)
    return spot, shown, fit_inside(shown.aspect, spot.width, spot.height)


def place_at(grid: Grid, pose: Pose, sprite: Sprite, spot: tuple[float, float], scale: float = 1.0) -> Placed:
    """A small sprite with its middle at a place of the set (short sides), at the subject's depth."""
    zoom, dx, dy = pose.at(1.0)
    scale *= zoom
    width, height = sprite.size
    left = grid.width / 2 + (spot[0] * zoom + dx) * grid.unit - width * scale / 2
    top = grid.height / 2 + (spot[1] * zoom + dy) * grid.unit - height * scale / 2
    return Placed(sprite, left, top, scale, scale)


def finish_light(linear: Array, grid: Grid, corner: float) -> Array:
    """Coarse code values of a linear picture, corners falling off by a share."""
    return to_codes(to_display(roll_off(linear * vignette(grid, corner)[..., None])))


def dim_ground(palette: Palette, level: float) -> Array:
    """The brand's dark colour at a luminance: what a set made for the dark is painted in, whatever the ground."""
    return normalise(palette.deep, level)


def shine_colour(palette: Palette, level: float, white: float) -> Array:
    """The colour of a set's lamps: the brand's most shining one, with a share of the lightest tint, at a luminance."""
    return normalise(np.asarray((1 - white) * palette.lamp + white * palette.light, np.float32), level)


def bake_glow(radius: float, colour: Array) -> Sprite:
    """A lamp seen directly: a bright core in a halo of a linear colour, `radius` pixels to where it is faint."""
    side = 2 * int(np.ceil(radius)) + 4
    place = (np.arange(side, dtype=np.float32) + 0.5 - side / 2) / np.float32(max(radius, 1.0))
    away = np.hypot(place[None, :], place[:, None])
    fade = np.clip(1 - away, 0, 1) ** 2
    core = np.exp(-((away / 0.30) ** 2))
    cover = np.clip(0.55 * fade * fade + 0.95 * core, 0, 1)
    tint = to_display(colour)
    tint = tint / max(0.01, float(tint.max())) * np.float32(0.88)
    ink = tint + (np.float32(0.92) - tint) * np.float32(0.7) * core[..., None]
    picture = np.dstack((ink * cover[..., None], cover))
    return make_sprite(np.asarray(np.clip(picture * 255 + 0.5, 0, 255), np.uint8))
