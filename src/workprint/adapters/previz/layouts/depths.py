"""Rack focus: near lights sharp and the product soft, then the focus is pulled to the product and the lights swell."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import CHROMA_SPAN, LUMA_SPAN, Array, Palette, to_codes, to_display
from workprint.adapters.previz.imaging import blur, smoothstep
from workprint.adapters.previz.layouts.figures import Figure, dim_ground, finish_light, fit_subject, shine_colour
from workprint.adapters.previz.light import Bokeh, Dust, Mood, fall, scatter_bokeh, scatter_dust
from workprint.adapters.previz.mixing import mix_sprites
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite
from workprint.adapters.previz.stand import build_stand
from workprint.adapters.previz.subject import Subject

SOFTNESS = (0.0, 0.0045, 0.0130)
"""Blur of the product's bakings in short sides, sharp to softest; between them it is mixed."""
PULL = 0.62
"""Eased share of the shot at which the product is sharp: the rest is for looking at it."""
DARKNESS = 0.046
"""Luminance of the room: dark enough for its lights to be seen as lights in any brand."""
VEIL_CEILING = 110.0
"""Highest code value of the near lights: what the canvas's fixed point holds, and no highlight clips."""


@dataclass(frozen=True)
class RackFocus:
    """A product between far lights and near ones."""

    grid: Grid
    palette: Palette
    figure: Figure
    bakings: tuple[Sprite, ...]
    far: Bokeh
    near: Bokeh
    level: float
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """Far lights that stay soft, near ones that go out of focus and lie over the product as a veil."""
        grid = self.grid
        focus = self.focus(pose)
        x, y = self.figure.look_around(pose, 0.4)
        wall = 0.6 + 1.2 * fall(x, y, (0.05 * pose.wave(8.1), -0.5 * self.figure.size[1]), (0.55, 0.5))
        table = smoothstep(-0.02, 0.10, y)
        near_x, near_y = self.figure.look_around(pose, 1.0)
        pool = fall(near_x, near_y, (0.0, 0.03), (0.45, 0.09))
        linear = (wall * (1 - 0.45 * table))[..., None] * dim_ground(self.palette, self.level)
        linear = linear + (0.8 * pool)[..., None] * shine_colour(self.palette, 0.6 * self.level, 0.4)
        linear = np.asarray(linear, np.float32)
        scale_bokeh(self.far, 1.0 + 0.16 * focus, 1.0).add(linear, grid, pose, 0.42)
        codes = finish_light(linear, grid, 0.38)
        veil = np.zeros((*grid.shape, 3), np.float32)
        scale_bokeh(self.near, 1.0 + 2.1 * focus, 1.0 - 0.60 * focus).add(veil, grid, pose, 1.0)
        over = np.maximum(1.0, veil[..., 0] / np.float32(VEIL_CEILING))[..., None]
        veil = veil / over
        hold = 1 - veil[..., 0] / np.float32(LUMA_SPAN)
        codes = codes * hold[..., None] + veil
        gain = (0.955 + 0.02 * pose.wave(6.7)) * hold
        return codes, Light(np.asarray(gain, np.float32), np.asarray(veil, np.float32))

    def focus(self, pose: Pose) -> float:
        """Where the focus is: 0 on the near lights, 1 on the product; it never quite stands still before the end."""
        t = min(1.0, pose.eased / PULL)
        return t * t * (3 - 2 * t)

    def placed(self, pose: Pose) -> list[Placed]:
        """The product, as sharp as the focus has come. The lens breathes: it grows a little on the way."""
        focus = self.focus(pose)
        place = (1 - focus) * (len(self.bakings) - 1)
        low = min(int(place), len(self.bakings) - 2)
        sprite = mix_sprites(self.bakings[low], self.bakings[low + 1], place - low)
        near = replace(pose, zoom=pose.zoom * (0.985 + 0.015 * focus))
        return [replace(self.figure.place(near), sprite=sprite)]


def scale_bokeh(bokeh: Bokeh, radius: float, level: float) -> Bokeh:
    """The same lights at another radius and level: another focus."""
    return Bokeh(bokeh.discs * np.array((1, 1, radius, level, 1, 1), np.float32), bokeh.colours)


def build_rack(grid: Grid, subject: Subject, mood: Mood) -> RackFocus:
    """The rack focus of a subject; a wider aperture makes every light larger."""
    palette, seed = mood.palette, mood.seed
    spot, shown, size = fit_subject("rack_focus", grid, subject, palette)
    level = DARKNESS
    rig = replace(mood.rig, edge=max(0.45, mood.rig.edge))
    stand = build_stand(shown, (size[0] * grid.unit, size[1] * grid.unit), rig, shine_colour(palette, 0.2, 0.3), None)
    bakings = tuple(soften(stand.sprite, sigma * grid.unit * stand.oversize) for sigma in SOFTNESS)
    open_lens = float(np.clip(2.8 / max(mood.f_number, 0.7), 0.5, 1.8)) ** 0.5
    tints = (shine_colour(palette, 0.45, 0.05), shine_colour(palette, 0.7, 0.8), shine_colour(palette, 0.36, 0.0))
    far = scatter_bokeh(
        grid, seed, count=20, radius=0.075 * open_lens, tints=tints, depth=(0.1, 0.45), lowest=spot.foot - 0.10
    )
    lamps = tuple(
        np.asarray(to_codes(to_display(np.minimum(tint, 0.8))) * np.float32(0.55), np.float32) for tint in tints[:2]
    )
    near = scatter_bokeh(grid, seed + 1, count=9, radius=0.062 * open_lens, tints=lamps, depth=(1.7, 2.6))
    figure = Figure(grid, spot, size, stand)
    near = keep_clear(near, figure)
    return RackFocus(grid, palette, figure, bakings, far, near, level, scatter_dust(seed, 18, mood.f_number))


def keep_clear(near: Bokeh, figure: Figure) -> Bokeh:
    """Near lights moved away from the middle of the product, which must not be lost behind them."""
    discs = near.discs.copy()
    x = discs[:, 0] - np.float32(figure.spot.x)
    room = np.float32(0.5 * figure.size[0] + 0.10)
    inside = np.abs(x) < room
    turned = np.where(x < 0, -room, room) + 0.35 * x
    discs[:, 0] = np.where(inside, figure.spot.x + turned, discs[:, 0])
    return Bokeh(discs, near.colours)


def soften(sprite: Sprite, sigma: float) -> Sprite:
    """A sprite out of focus by `sigma` of its own pixels; an opaque or sharp one stays as it is."""
    if sigma < 0.4 or sprite.alpha is None or sprite.half is None:
        return sprite
    y, alpha = (
        np.clip(blur(plane.astype(np.float32), sigma) + 0.5, 0, 255).astype(np.uint8)
        for plane in (sprite.y, sprite.alpha)
    )
    u, v = (
        np.clip(np.rint(blur(plane.astype(np.float32), sigma / 2)), -CHROMA_SPAN / 2, CHROMA_SPAN / 2).astype(np.int8)
        for plane in (sprite.u, sprite.v)
    )
    half = np.clip(blur(sprite.half.astype(np.float32), sigma / 2) + 0.5, 0, 255).astype(np.uint8)
    return Sprite(y, u, v, alpha, half)
