"""Horizon: the product on a wide plain before a low sun, its long shadow falling towards the lens."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import Array, Palette
from workprint.adapters.previz.imaging import smoothstep
from workprint.adapters.previz.layouts.figures import Figure, dim_ground, finish_light, fit_subject, shine_colour
from workprint.adapters.previz.light import Dust, Map, Mood, cast_shadow, scatter_dust
from workprint.adapters.previz.raster import Grid, Light, Placed
from workprint.adapters.previz.stand import build_stand
from workprint.adapters.previz.subject import Subject

ABOVE_FOOT = 0.105
"""How far the horizon lies above the product's foot, in short sides."""
SUN_PLACE = 0.60
"""How far to the side of the product the sun stands, in product widths and a little: beside it."""
LONG = 0.95
"""Length of the shadow on the picture, in product heights: a sun about ten degrees up."""


@dataclass(frozen=True)
class Horizon:
    """A sky with a sun in it, a shining plain, a product against the light."""

    grid: Grid
    palette: Palette
    figure: Figure
    shadow: Map
    sun: tuple[float, float]
    above: float
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """Sky and plain at a pose, and the light on the product."""
        x, y = self.figure.look_around(pose, 0.22)
        line = np.float32(-self.above)
        sun_x, radius = self.sun
        sun_y = float(line) - 0.55 * radius - 0.16 * (pose.eased - 0.3) * radius * 4
        sky = self.light_sky(x, y - line, (sun_x, sun_y - float(line)), pose)
        plain = self.light_plain(pose, sun_x)
        share = smoothstep(-0.004, 0.012, y - line)[..., None]
        gain = np.broadcast_to(0.90 + 0.05 * pose.wave(5.9) + 0.04 * (pose.eased - 0.5), self.grid.shape)
        linear = np.asarray(sky * (1 - share) + plain * share, np.float32)
        return finish_light(linear, self.grid, 0.34), Light(np.asarray(gain, np.float32))

    def light_sky(self, x: Array, up: Array, sun: tuple[float, float], pose: Pose) -> Array:
        """Linear sky: glow along the horizon, strata of cloud that drift, the disc of the sun. `up` < 0 is higher."""
        high = np.maximum(-up, 0)
        drift = np.float32(0.05 * pose.seconds)
        strata = np.sin(34 * high + 1.4 * np.sin(2.1 * x + 5 * drift) + 0.8 * np.sin(5.3 * x - 7 * drift))
        cloud = 1 - 0.30 * np.maximum(strata, 0) * np.exp(-high / 0.35) * smoothstep(0.02, 0.10, high)
        away = np.hypot(x - np.float32(sun[0]), up - np.float32(sun[1])) / np.float32(self.sun[1])
        disc = smoothstep(1.07, 0.93, away)
        halo = np.exp(-np.maximum(away - 0.9, 0) / 1.1)
        band = np.exp(-high / 0.24)
        shine = 0.85 * disc + (0.24 * halo + 0.30 * band + 0.03 * np.exp(-high / 0.8)) * cloud
        dark = (0.55 + 0.9 * np.exp(-high / 0.6)) * cloud
        out = shine[..., None] * shine_colour(self.palette, 0.44, 0.10) + dark[..., None] * dim_ground(
            self.palette, 0.060
        )
        return np.asarray(out, np.float32)

    def light_plain(self, pose: Pose, sun_x: float) -> Array:
        """Linear plain: a path of glints under the sun, and the product's shadow lying towards the lens."""
        x, y = self.figure.look_around(pose, 0.75)
        deep = np.maximum(y + np.float32(self.above), 0)
        run = np.log(deep + np.float32(0.10))
        waves = np.sin(24 * run + 1.7 * np.sin(5 * x / (0.25 + deep)) - np.float32(0.9 * pose.seconds))
        waves = waves + 0.6 * np.sin(33 * run - 3.1 * x / (0.2 + deep) + np.float32(1.3 * pose.seconds))
        waves = waves * smoothstep(0.0, 0.05, deep) * np.exp(-deep / 0.45)
        path = np.exp(-(((x - np.float32(sun_x)) / (0.13 + 0.75 * deep)) ** 2))
        glint = path * (0.42 + 0.36 * np.clip(waves, -1, 1.4)) * np.exp(-deep / 0.40)
        sheen = 0.26 * np.exp(-deep / 0.09)
        near_x, near_y = self.figure.look_around(pose, 1.0)
        lying = self.shadow.read(near_x, -near_y) * smoothstep(-0.02, 0.01, near_y)
        keep = 1 - 0.86 * lying
        shine = (glint + sheen) * keep
        dark = (0.75 + 0.07 * np.clip(waves, -1, 1)) * keep
        out = shine[..., None] * shine_colour(self.palette, 0.42, 0.15) + dark[..., None] * dim_ground(
            self.palette, 0.050
        )
        return np.asarray(out, np.float32)

    def placed(self, pose: Pose) -> list[Placed]:
        """The product at a pose."""
        return [self.figure.place(pose, 0.0, 1 - 0.018 * pose.yaw * pose.yaw)]


def build_horizon(grid: Grid, subject: Subject, mood: Mood) -> Horizon:
    """The horizon of a subject; the sun stands to its side, where the frame has more room."""
    palette = mood.palette
    spot, shown, size = fit_subject("horizon", grid, subject, palette)
    radius = min(0.26, 0.17 + 0.05 * grid.half_width)
    sun_x = min(SUN_PLACE * size[0] + 0.08, grid.half_width - spot.x - 1.2 * radius)
    rig = replace(mood.rig, key=(0.45, -0.1), edge=max(0.75, mood.rig.edge), edge_tint=(1.0, 0.84, 0.62), side=1)
    pixels = (size[0] * grid.unit, size[1] * grid.unit)
    stand = build_stand(shown, pixels, rig, shine_colour(palette, 0.25, 0.2), None)
    lean = -0.75 * sun_x / max(0.2, size[1])
    shadow = cast_shadow(stand.silhouette, size[1], size[0], lean, LONG)
    dust = scatter_dust(mood.seed, 24, mood.f_number)
    # A product seen from above touches the plain along a slant: all of that must lie below the horizon.
    above = ABOVE_FOOT + 0.9 * stand.rise / grid.unit
    return Horizon(grid, palette, Figure(grid, spot, size, stand), shadow, (sun_x, radius), above, dust)
