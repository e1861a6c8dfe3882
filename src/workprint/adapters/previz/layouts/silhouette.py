"""Silhouette: the product black before a great lit disc, until a light sweeps over it and shows what it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import Array, Palette
from workprint.adapters.previz.imaging import smoothstep
from workprint.adapters.previz.layouts.figures import Figure, dim_ground, finish_light, fit_subject, shine_colour
from workprint.adapters.previz.light import Dust, Mood, scatter_dust
from workprint.adapters.previz.mixing import mix_sprites, sweep_shares
from workprint.adapters.previz.raster import Grid, Light, Placed
from workprint.adapters.previz.stand import Stand, build_stand
from workprint.adapters.previz.subject import Subject

DARKNESS = 0.055
"""What is left of the product's own light before the sweep: a shape, with a hint of material."""
SWEEP = (0.16, 0.80)
"""Eased shares of the shot between which the light comes on: a beat of riddle before, a beat of product after."""


@dataclass(frozen=True)
class Silhouette:
    """A disc of light, the product before it, dark and lit."""

    grid: Grid
    palette: Palette
    figure: Figure
    dark: Stand
    disc: float
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """The disc on the wall and on the floor; it gives way a little as the light in front comes on."""
        reveal = self.reveal(pose)
        x, y = self.figure.look_around(pose, 0.45)
        middle = -0.50 * self.figure.size[1]
        radius = self.disc * (1 + 0.06 * pose.eased + 0.008 * pose.wave(4.3))
        away = np.hypot(x, y - np.float32(middle)) / np.float32(radius)
        disc = smoothstep(1.06, 0.94, away) * (1.0 - 0.30 * np.clip(away, 0, 1) ** 2)
        halo = np.exp(-np.maximum(away - 0.95, 0) / 0.34)
        floor_x, floor_y = self.figure.look_around(pose, 1.0)
        floor = smoothstep(-0.055, 0.03, floor_y)
        mirror = np.exp(-((floor_x / np.float32(0.9 * radius)) ** 2)) * np.exp(-np.maximum(floor_y, 0) / 0.16)
        mirror = mirror * (0.85 + 0.15 * np.sin(26 * floor_y - np.float32(1.3 * pose.seconds)))
        level = 1.0 - 0.62 * reveal
        wall = (level * disc + 0.26 * halo)[..., None] * shine_colour(self.palette, 0.40, 0.30 - 0.30 * reveal)
        wall = wall + (0.5 + 0.5 * halo)[..., None] * dim_ground(self.palette, 0.030)
        ground = (level * 0.42 * mirror)[..., None] * shine_colour(self.palette, 0.34, 0.25)
        ground = ground + dim_ground(self.palette, 0.022)
        share = floor[..., None]
        edge = np.float32(-1.2 + 2.4 * reveal)
        band = np.exp(-(((floor_x / np.float32(max(0.2, self.figure.size[0])) * 2 - edge) / 0.6) ** 2))
        gain = np.broadcast_to(0.93 + 0.06 * band * np.sin(np.pi * reveal), self.grid.shape)
        linear = np.asarray(wall * (1 - share) + ground * share, np.float32)
        return finish_light(linear, self.grid, 0.40), Light(np.asarray(gain, np.float32))

    def reveal(self, pose: Pose) -> float:
        """How far the light has come, 0..1; it creeps from the first frame to the last and never stands."""
        t = min(1.0, max(0.0, (pose.eased - SWEEP[0]) / (SWEEP[1] - SWEEP[0])))
        return t * t * (3 - 2 * t)

    def placed(self, pose: Pose) -> list[Placed]:
        """The product, lit as far as the sweep has come."""
        lit = self.figure.place(pose)
        sprite = self.figure.stand.sprite
        reveal = self.reveal(pose)
        if reveal <= 0:
            return [replace(lit, sprite=self.dark.sprite)]
        if reveal >= 1:
            return [lit]
        shares = sweep_shares(sprite.size, reveal, 0.30, 0.35)
        return [replace(lit, sprite=mix_sprites(self.dark.sprite, sprite, shares))]


def build_silhouette(grid: Grid, subject: Subject, mood: Mood) -> Silhouette:
    """The silhouette of a subject and what it turns into."""
    palette = mood.palette
    spot, shown, size = fit_subject("silhouette", grid, subject, palette)
    rig = replace(mood.rig, edge=max(0.5, mood.rig.edge), side=0, shadow=0.75)
    pixels = (size[0] * grid.unit, size[1] * grid.unit)
    floor = shine_colour(palette, 0.2, 0.2)
    night = shown.picture.copy()
    night[..., :3] = (night[..., :3] * np.float32(DARKNESS if shown.is_cutout else 3 * DARKNESS)).astype(np.uint8)
    dark = build_stand(Subject(night, shown.is_cutout), pixels, replace(rig, edge=0.62), floor * 0.2, None)
    lit = build_stand(shown, pixels, rig, floor, None)
    disc = min(0.41 * 2 * grid.half_width, max(0.30, 0.56 * size[1], 0.60 * size[0]))
    dust = scatter_dust(mood.seed, 20, mood.f_number)
    return Silhouette(grid, palette, Figure(grid, spot, size, lit), dark, disc, dust)
