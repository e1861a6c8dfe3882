"""Levitate: the product afloat in a light room, a ring of light gliding up and down round it, ripples below."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import Array, Palette, to_display
from workprint.adapters.previz.grounds import Ground, prepare_ground
from workprint.adapters.previz.imaging import make_sprite, smoothstep
from workprint.adapters.previz.layouts.figures import (
    Figure,
    dim_ground,
    finish_light,
    fit_subject,
    place_at,
    shine_colour,
)
from workprint.adapters.previz.light import Dust, Mood, fall, scatter_dust
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite
from workprint.adapters.previz.stand import build_floating
from workprint.adapters.previz.subject import Subject

RING_FLAT = 0.17
"""How much ring and ripples are foreshortened."""
ROOM_LEVEL = 0.135
"""Luminance of the room where the ground is a dark one; a coloured ground is its own room."""
DROP = 0.15
"""Air under the product, in short sides."""


@dataclass(frozen=True)
class Levitation:
    """A floating product with its ring, over a floor it does not touch."""

    grid: Grid
    palette: Palette
    ground: Ground
    figure: Figure
    ring: Sprite
    level: float
    dust: Dust

    def rise(self, pose: Pose) -> float:
        """How high above its resting place the product floats, in short sides."""
        return 0.020 * pose.wave(3.9) + 0.05 * (pose.eased - 0.5)

    def ring_place(self, pose: Pose) -> float:
        """Height of the ring above the product's foot, in short sides."""
        return self.figure.size[1] * (0.42 + 0.36 * pose.wave(5.2, 0.62))

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """A seamless light room, the soft shadow under the product, ripples of light running out from it."""
        grid, size = self.grid, self.figure.size
        x, y = self.figure.look_around(pose, 0.3)
        glow = fall(x, y, (0.06 * pose.wave(8.3), -0.55 * size[1]), (0.60, 0.62))
        near_x, near_y = self.figure.look_around(pose, 1.0)
        floor = smoothstep(-0.10, 0.20, near_y)
        below = near_y - np.float32(DROP)
        away = np.hypot(near_x, below / np.float32(RING_FLAT))
        wide = np.float32(max(0.16, 0.55 * size[0]))
        lift = self.rise(pose)
        shadow = (0.62 - 2.5 * lift) * np.exp(-((away / (wide * np.float32(1 + 3 * lift))) ** 2))
        runs = np.sin(np.float32(21) * away - np.float32(2.4 * pose.seconds))
        ripple = np.maximum(runs, 0) ** 2 * np.exp(-away / 0.42) * smoothstep(0.10, 0.30, away) * floor
        base = (0.62 + 0.75 * glow) * (1 - 0.20 * floor)
        vivid = self.ground.vivid
        dark = base[..., None] * dim_ground(self.palette, self.level)
        dark = dark + (0.30 * glow)[..., None] * shine_colour(self.palette, self.level, 0.6)
        linear = (1 - vivid) * dark + vivid * self.ground.lit(np.asarray(base, np.float32))
        linear = linear * (1 - (1 - 0.30 * vivid) * shadow)[..., None]
        linear = linear + (0.9 * ripple)[..., None] * shine_colour(self.palette, 0.5 * self.level + 0.06, 0.4)
        ring = near_y + np.float32(self.ring_place(pose) + lift)
        lamp = np.exp(-((ring / 0.10) ** 2)) * np.exp(-((near_x / np.float32(0.7 * size[0] + 0.25)) ** 2))
        linear = linear + (0.30 * lamp)[..., None] * shine_colour(self.palette, 0.10, 0.2)
        gain = np.broadcast_to(0.88 + 0.09 * lamp, grid.shape)
        return finish_light(np.asarray(linear, np.float32), grid, 0.30 - 0.22 * vivid), Light(
            np.asarray(gain, np.float32)
        )

    def placed(self, pose: Pose) -> list[Placed]:
        """The far half of the ring, the product, the near half."""
        lift, spot = self.rise(pose), self.figure.spot
        ring = place_at(self.grid, pose, self.ring, (spot.x, spot.foot - lift - self.ring_place(pose)))
        middle = 2 * round((ring.y + self.ring.size[1] * ring.scale_y / 2) / 2)
        far = replace(ring, clip=(0, 0, self.grid.width, middle))
        near = replace(ring, clip=(0, middle, self.grid.width, self.grid.height))
        return [far, self.figure.place(pose, lift, 1 - 0.012 * (1 + pose.wave(6.1, 0.3))), near]


def build_levitation(grid: Grid, subject: Subject, mood: Mood) -> Levitation:
    """The floating set of a subject: as light as the brand's ground lets it be."""
    palette = mood.palette
    spot, shown, size = fit_subject("levitate", grid, subject, palette)
    level = ROOM_LEVEL
    rig = replace(mood.rig, edge=max(0.35, mood.rig.edge), side=0)
    stand = build_floating(shown, (size[0] * grid.unit, size[1] * grid.unit), rig, dim_ground(palette, level))
    reach = min(0.90 * grid.half_width, 0.5 * size[0] + 0.13)
    ring = draw_ring(reach * grid.unit, 0.0055 * grid.unit, shine_colour(palette, 0.5, 0.45))
    dust = scatter_dust(mood.seed, 40, mood.f_number)
    rising = Dust(dust.specks * np.array((1, 1, 1, 2.6, 1.5, 1.2, 1), np.float32))
    return Levitation(
        grid, palette, prepare_ground(palette.ground), Figure(grid, spot, size, stand), ring, level, rising
    )


def draw_ring(half: float, thick: float, colour: Array) -> Sprite:
    """A foreshortened ring of light with its halo: `half` pixels from its middle to its tube, `thick` the tube."""
    thick = max(0.9, thick)
    margin = int(6 * thick) + 3
    width, height = 2 * (int(half) + margin), 4 * ((int(RING_FLAT * half) + margin + 1) // 2)
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2)[None, :]
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, None]
    flat = np.float32(RING_FLAT)
    radius = np.hypot(x, y / flat)
    # Distance to the ellipse in pixels: the implicit function over the length of its gradient.
    slope = np.maximum(np.hypot(x, y / (flat * flat)) / np.maximum(radius, 1), 1e-3)
    away = np.abs(radius - np.float32(half)) / slope
    near = 0.75 + 0.25 * y / np.float32(height / 2)
    tube = np.clip(thick * near - away + 0.5, 0, 1)
    halo = 0.30 * np.exp(-((away / np.float32(2.6 * thick)) ** 2)) * near
    cover = np.maximum(tube * (0.70 + 0.30 * near), halo)
    tint = to_display(colour)
    tint = tint / max(0.01, float(tint.max())) * np.float32(0.88)
    ink = tint + (np.float32(0.91) - tint) * (0.6 * tube)[..., None]
    picture = np.dstack((ink * cover[..., None], cover))
    return make_sprite(np.asarray(np.clip(picture * 255 + 0.5, 0, 255), np.uint8))
