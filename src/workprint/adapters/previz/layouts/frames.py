"""Frame in frame: a matted picture on a painted wall, and behind its glass a room of its own that moves deeper."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.camera import Pose, arrive
from workprint.adapters.previz.colour import Array
from workprint.adapters.previz.cropping import crop_with_room
from workprint.adapters.previz.grounds import Ground, choose_paper, choose_wall, encode, prepare_ground
from workprint.adapters.previz.imaging import box_distance, crop_to, fit_inside, make_sprite, smoothstep, to_bytes
from workprint.adapters.previz.layouts.photos import grade
from workprint.adapters.previz.light import Dust, Map, Mood, Rig, draw_gobo, fall, scatter_dust, sweep, vignette
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite
from workprint.adapters.previz.subject import choose_card_aspect

Bytes = npt.NDArray[np.uint8]

OVERSIZE = 1.12
"""Baked pixels to a canvas pixel."""
OVERSCAN = 1.20
"""Picture beyond its window: what it moves by behind the mat."""
MAT = {"tall": 0.062, "upright": 0.058, "square": 0.058, "wide": 0.048}
"""Width of the mat in short sides; its foot is half as wide again, as framers cut it."""
FOOT = 1.5
ROOMS = {
    "tall": (0.0, 0.0, 0.78, 1.06),
    "upright": (0.0, -0.02, 0.78, 0.98),
    "square": (0.0, -0.015, 0.80, 0.80),
    "wide": (0.0, -0.01, 1.24, 0.80),
}
"""Middle and largest size of the framed picture by frame shape, in short sides; in tall frames there is room below."""
WIDEST_LEAST = 1.25
"""Least width over height of the window in a wide frame: a square one would leave two dead wings."""
HOLD_SECONDS = 0.7
"""How long the frame takes to come to rest on the wall."""


@dataclass(frozen=True)
class Framed:
    """A wall, a mat with a window, the picture behind it. `size` and `window` in short sides."""

    grid: Grid
    rig: Rig
    ground: Ground
    mat: Sprite
    picture: Sprite
    middle: tuple[float, float]
    size: tuple[float, float]
    window: tuple[float, float]
    shadows: Map
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """The wall in raking light with the frame's shadow, and a sheen that crosses the glass."""
        grid, side = self.grid, float(np.sign(self.rig.key[0] or -1))
        zoom, dx, dy = pose.at(0.7)
        x, y = (grid.x - np.float32(dx)) / np.float32(zoom), (grid.y - np.float32(dy)) / np.float32(zoom)
        drift = np.float32(0.10 * (pose.eased - 0.5) + 0.012 * pose.wave(4.9))
        window = self.shadows.read(x + drift, y + 0.4 * drift)
        pool = fall(x, y, (side * -0.28 + 0.05 * pose.wave(8.1), -0.25), (0.75, 0.85))
        level = (0.36 + 0.58 * pool + 0.42 * window * (0.4 + 0.6 * pool)) * vignette(grid, 0.28)
        linear = self.ground.lit(np.asarray(level, np.float32)) * self.shade(pose, side)[..., None]
        band = sweep(grid, -1.3 + 2.6 * pose.eased, 0.30)
        gain = (0.955 + 0.045 * band) * (0.993 + 0.007 * pose.wave(5.7))
        return encode(linear), Light(np.asarray(gain, np.float32))

    def shade(self, pose: Pose, side: float) -> Array:
        """What the frame leaves of the light on the wall: a tight dark line under it and a long soft fall beside it."""
        x, y, zoom = self.hang(pose)
        half = (self.size[0] * zoom / 2, self.size[1] * zoom / 2)
        keep = np.ones(self.grid.shape, np.float32)
        for lift, soft, depth in ((0.008, 0.016, 0.55), (0.045, 0.085, 0.42)):
            away = box_distance(
                self.grid.x - np.float32(x - 0.6 * side * lift), self.grid.y - np.float32(y + lift), *half, 0.006
            )
            keep = keep * (1 - depth * smoothstep(soft, -soft, away))
        return keep

    def hang(self, pose: Pose) -> tuple[float, float, float]:
        """Middle (short sides) and zoom of the frame; it settles on the wall and then only floats."""
        zoom, dx, dy = pose.at(1.0)
        left = arrive(pose.seconds, HOLD_SECONDS)
        zoom *= 1 - 0.030 * left
        return self.middle[0] * zoom + dx, self.middle[1] * zoom + dy + 0.006 * pose.wave(6.1) + 0.02 * left, zoom

    def placed(self, pose: Pose) -> list[Placed]:
        """The picture, deep behind its window, then the mat over it."""
        grid, unit = self.grid, self.grid.unit
        x, y, zoom = self.hang(pose)
        mat = replace(self.lay(self.mat, (x, y), self.size[0] * zoom), body=(0.0, 0.0, *self.mat.size))
        border = (self.size[1] - self.window[1]) * zoom
        top = y - self.size[1] * zoom / 2 + border / (1 + FOOT)
        hole = (x - self.window[0] * zoom / 2, top, x + self.window[0] * zoom / 2, top + self.window[1] * zoom)
        clip = (
            max(0, round(grid.width / 2 + hole[0] * unit) - 2),
            max(0, round(grid.height / 2 + hole[1] * unit) - 2),
            min(grid.width, round(grid.width / 2 + hole[2] * unit) + 2),
            min(grid.height, round(grid.height / 2 + hole[3] * unit) + 2),
        )
        deep_zoom, deep_x, deep_y = pose.at(2.1)
        scale = min(1.0 + (OVERSCAN - 1) * 0.42, max(0.96, deep_zoom))
        room = [(OVERSCAN * scale - 1) / 2 * side * zoom - 0.004 for side in self.window]
        drift_x = float(np.clip(0.9 * (deep_x - x), -room[0], room[0]))
        drift_y = float(np.clip(0.9 * (deep_y - pose.at(1.0)[2]) + 0.012 * (pose.eased - 0.5), -room[1], room[1]))
        middle_y = (hole[1] + hole[3]) / 2
        inner = self.lay(
            self.picture, (x + drift_x, middle_y + drift_y), self.window[0] * OVERSCAN * scale * zoom, clip
        )
        return [inner, mat]

    def lay(
        self, sprite: Sprite, middle: tuple[float, float], width: float, clip: tuple[int, int, int, int] | None = None
    ) -> Placed:
        """A sprite of a width in short sides with its middle at a place; the mat's clear rim does not count."""
        unit = self.grid.unit
        scale = width * unit / (sprite.size[0] - (4 if clip is None else 0))
        left = self.grid.width / 2 + middle[0] * unit - sprite.size[0] * scale / 2
        top = self.grid.height / 2 + middle[1] * unit - sprite.size[1] * scale / 2
        return Placed(sprite, left, top, scale, scale, clip)


def build_framed(grid: Grid, picture: Bytes, mood: Mood) -> Framed:
    """The framed view of an opaque picture on the wall that suits it."""
    palette, shape = mood.palette, grid.kind
    x, y, widest, tallest = ROOMS[shape]
    mat = MAT[shape]
    aspect = max(choose_card_aspect(picture, shape), WIDEST_LEAST if shape == "wide" else 0.0)
    window = fit_inside(aspect, widest - 2 * mat, tallest - (1 + FOOT) * mat)
    size = (window[0] + 2 * mat, window[1] + (1 + FOOT) * mat)
    wall = choose_wall(palette, (picture,))
    width, height = (max(8, round(side * OVERSCAN * grid.unit * OVERSIZE)) for side in window)
    inner = make_sprite(
        grade(crop_to(picture, crop_with_room(picture, width / height, OVERSCAN), width, height), mood.hint, mood.rig)
    )
    return Framed(
        grid=grid,
        rig=mood.rig,
        ground=prepare_ground(wall),
        mat=draw_mat(grid, size, window, choose_paper(palette, wall)),
        picture=inner,
        middle=(x, y),
        size=size,
        window=window,
        shadows=draw_gobo(grid, mood.seed),
        dust=scatter_dust(mood.seed, 12, mood.f_number),
    )


def draw_mat(grid: Grid, size: tuple[float, float], window: tuple[float, float], paper: Array) -> Sprite:
    """A mat of paper (display RGB) with a bevelled window cut in it, a hair darker towards its foot."""
    unit = grid.unit * OVERSIZE
    width, height = round(size[0] * unit), round(size[1] * unit)
    side = (size[0] - window[0]) / 2 * unit
    top = (size[1] - window[1]) / (1 + FOOT) * unit
    x = np.arange(width, dtype=np.float32)[None, :] + 0.5
    y = np.arange(height, dtype=np.float32)[:, None] + 0.5
    middle = (np.float32(width / 2), np.float32(top + window[1] * unit / 2))
    away = box_distance(x - middle[0], y - middle[1], window[0] * unit / 2, window[1] * unit / 2, 0.5)
    cover = np.clip(away + 0.5, 0, 1)
    bevel = max(1.5, 0.0045 * unit)
    # The cut is lit from above: its upper edge lies in shade, its lower one shines.
    rim = np.clip(1 - away / np.float32(bevel), 0, 1)
    turn = np.where(y < middle[1], np.float32(-0.20), np.float32(0.03)) * np.ones_like(x)
    tone = 1.0 - 0.035 * y / np.float32(height) + rim * turn
    fall_in = 0.10 * np.exp(-np.maximum(away - bevel, 0) / np.float32(0.012 * unit + side * 0.02))
    ink = np.minimum(paper * (tone - 0.3 * fall_in)[..., None], 0.955)
    sheet = np.dstack((ink * cover[..., None], cover)).astype(np.float32)
    return make_sprite(np.pad(to_bytes(sheet, 3), ((2, 2), (2, 2), (0, 0))))
