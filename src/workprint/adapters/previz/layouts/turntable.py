"""Orbit stage: the product on a turning lit disc, lamps running round its rim, strip lights passing behind."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from workprint.adapters.previz.camera import TURN, Pose
from workprint.adapters.previz.colour import Array, Palette, to_display
from workprint.adapters.previz.imaging import make_sprite, smoothstep, to_bytes
from workprint.adapters.previz.layouts.figures import (
    Figure,
    bake_glow,
    dim_ground,
    finish_light,
    fit_subject,
    place_at,
    shine_colour,
)
from workprint.adapters.previz.light import Dust, Mood, fall, scatter_dust
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite
from workprint.adapters.previz.stand import build_stand
from workprint.adapters.previz.subject import Subject

LAMPS = 14
"""Lamps on the rim: few enough to be seen one by one as they pass."""
TURNS_PER_SECOND = 0.055
"""How fast the disc turns: a quarter of a turn in a usual shot."""
FLAT = 0.20
"""How much the disc is foreshortened: a camera about 12 degrees above it."""
STRIP_GAP = 0.62
"""Distance between the strip lights behind, in short sides."""


@dataclass(frozen=True)
class Turntable:
    """A disc with its lamps, the product on it, and a dark room of strip lights."""

    grid: Grid
    palette: Palette
    figure: Figure
    disc: Sprite
    lamp: Sprite
    reach: float
    drop: float
    dust: Dust
    phase: float

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """Strip lights behind, the glow of the rim on the floor, and a highlight that wanders round the product."""
        grid, palette = self.grid, self.palette
        x, y = self.figure.look_around(pose, 0.5)
        along = x - np.float32(0.11 * pose.seconds + 0.35 * pose.yaw + self.phase)
        strip = np.abs(np.mod(along, np.float32(STRIP_GAP)) - np.float32(STRIP_GAP / 2))
        bands = np.exp(-((strip / np.float32(0.085)) ** 2))
        rise = smoothstep(0.06, -0.42, y) * (0.55 + 0.45 * smoothstep(-1.1, -0.3, y))
        floor_x, floor_y = self.figure.look_around(pose, 1.0)
        floor = smoothstep(-0.08, 0.06, y)
        away = np.hypot(floor_x, (floor_y - np.float32(self.drop)) / np.float32(FLAT)) / np.float32(self.reach)
        turn = TURN * (TURNS_PER_SECOND * pose.seconds + 0.12 * pose.yaw)
        angle = np.arctan2((floor_y - np.float32(self.drop)) / np.float32(FLAT), floor_x)
        glow = np.exp(-(((away - 1.04) / np.where(away > 1.04, 0.34, 0.10)) ** 2))
        glow = glow * (0.72 + 0.28 * np.sin(3 * (angle - np.float32(turn))))
        pool = fall(floor_x, floor_y, (0.0, -0.35), (0.42, 0.42))
        linear = (0.24 + 0.95 * bands * rise * (1 - floor) + 0.30 * bands * floor * np.exp(-floor_y / 0.2))[
            ..., None
        ] * dim_ground(palette, 0.105)
        linear = linear + (0.5 * pool + 0.3 * bands * rise)[..., None] * shine_colour(palette, 0.085, 0.4)
        linear = linear + glow[..., None] * shine_colour(palette, 0.20, 0.25)
        across = floor_x / np.float32(max(0.12, self.figure.size[0]))
        orbit = np.sin(np.float32(2.6) * across - np.float32(1.15 * pose.seconds + 1.2 * pose.yaw))
        gain = np.broadcast_to(0.86 + 0.12 * orbit, grid.shape)
        return finish_light(np.asarray(linear, np.float32), grid, 0.45), Light(np.asarray(gain, np.float32))

    def placed(self, pose: Pose) -> list[Placed]:
        """Disc, far lamps, product, near lamps."""
        spot = self.figure.spot
        disc = place_at(self.grid, pose, self.disc, (spot.x, spot.foot + self.drop + 0.012))
        far: list[Placed] = []
        near: list[Placed] = []
        for index in range(LAMPS):
            angle = TURN * (index / LAMPS + TURNS_PER_SECOND * pose.seconds + 0.12 * pose.yaw)
            depth = math.sin(angle)
            x, y = spot.x + self.reach * math.cos(angle), spot.foot + self.drop + FLAT * self.reach * depth
            lamp = place_at(self.grid, pose, self.lamp, (x, y + 0.006), 0.82 + 0.18 * depth)
            (near if depth > 0 else far).append(lamp)
        squeeze = 1 - 0.018 * (1 + pose.wave(7.3, 0.1)) / 2 - 0.02 * pose.yaw**2
        return [disc, *far, self.figure.place(pose, 0.0, squeeze), *near]


def build_turntable(grid: Grid, subject: Subject, mood: Mood) -> Turntable:
    """The orbit stage of a subject."""
    palette = mood.palette
    spot, shown, size = fit_subject("orbit_stage", grid, subject, palette)
    rig = replace(mood.rig, edge=max(0.7, mood.rig.edge), side=0, shadow=max(0.6, mood.rig.shadow))
    stand = build_stand(shown, (size[0] * grid.unit, size[1] * grid.unit), rig, shine_colour(palette, 0.3, 0.3), None)
    reach = min(0.94 * grid.half_width, max(0.40, 0.62 * size[0] + 0.10))
    lamp = bake_glow(0.032 * grid.unit, shine_colour(palette, 0.4, 0.35))
    dust = scatter_dust(mood.seed, 22, mood.f_number)
    figure = Figure(grid, spot, size, stand)
    disc = draw_disc(reach * grid.unit, palette)
    # A product seen from above touches the disc all along its lower edge, not only at its lowest corner.
    drop = 0.03 - 0.45 * stand.rise / grid.unit
    return Turntable(grid, palette, figure, disc, lamp, reach, drop, dust, (mood.seed % 89) / 89 * STRIP_GAP)


def draw_disc(half: float, palette: Palette) -> Sprite:
    """A thick polished disc, `half` pixels from its middle to its rim: lid, lit lip, dark side."""
    thick, flat = 0.075 * half, FLAT * half
    x = ((np.arange(2 * int(half) + 8, dtype=np.float32) + 0.5) / np.float32(half) - np.float32(1 + 4 / half))[None, :]
    rows = 2 * int(flat + thick) + 8
    y = (np.arange(rows, dtype=np.float32) + 0.5 - rows / 2)[:, None]
    bow = np.sqrt(np.maximum(1 - x * x, 0))
    inside = np.clip((1 - np.abs(x)) * np.float32(half) + 0.5, 0, 1)
    lid = np.clip(flat * bow - np.abs(y) + 0.5, 0, 1) * inside
    side = np.clip(flat * bow + thick - np.abs(y), 0, 1) * (y > 0) * inside
    radius = np.sqrt(x * x + (y / np.float32(flat)) ** 2)
    sheen = 0.45 + 0.55 * np.exp(-((x / 0.45) ** 2)) * (0.7 + 0.3 * y / np.float32(flat))
    groove = 0.10 * np.exp(-(((radius - 0.80) / 0.012) ** 2)) + 0.55 * np.exp(-(((radius - 0.985) / 0.016) ** 2))
    top = sheen[..., None] * dim_ground(palette, 0.115) + groove[..., None] * shine_colour(palette, 0.30, 0.3)
    wall = (0.25 + 0.75 * bow**2 + 0 * y)[..., None] * dim_ground(palette, 0.045)
    ink = to_display(np.minimum(top, 0.8)) * lid[..., None]
    ink = ink + to_display(np.asarray(wall, np.float32)) * (side * (1 - lid))[..., None]
    return make_sprite(to_bytes(np.dstack((ink, np.maximum(lid, side))).astype(np.float32), 2))
