"""Cascade: prints tossed one after another onto a painted table, each at its own slant, each with its own shadow."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import skia

from workprint.adapters.previz.camera import Pose, arrive
from workprint.adapters.previz.colour import Array
from workprint.adapters.previz.cropping import spread_pictures
from workprint.adapters.previz.grounds import Ground, choose_paper, choose_wall, encode, prepare_ground
from workprint.adapters.previz.imaging import box_distance, fit_inside, make_sprite, smoothstep
from workprint.adapters.previz.light import Dust, Mood, Rig, fall, scatter_dust, sweep, vignette
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite
from workprint.adapters.previz.subject import choose_card_aspect, frame_as_card

Bytes = npt.NDArray[np.uint8]

OVERSIZE = 1.15
"""Baked pixels to a canvas pixel."""
ARRIVAL_SECONDS = 0.50
"""How long a print takes to land: a toss, done before the shortest shot of a montage is half over."""


@dataclass(frozen=True)
class Berth:
    """Where a print lies: middle and width in short sides, slant in degrees, depth, whence it comes, seconds late."""

    x: float
    y: float
    width: float
    slant: float
    depth: float
    from_x: float
    from_y: float
    delay: float


BERTHS = {
    "tall": (
        Berth(-0.120, -0.495, 0.66, -4.0, 0.90, -0.10, -0.05, 0.0),
        Berth(0.130, -0.055, 0.66, 3.0, 1.05, 0.16, 0.00, 0.08),
        Berth(-0.110, 0.480, 0.64, -2.0, 1.20, -0.10, 0.14, 0.16),
    ),
    "upright": (
        Berth(-0.190, -0.270, 0.54, -4.5, 0.90, -0.10, -0.04, 0.0),
        Berth(0.195, -0.060, 0.54, 3.5, 1.05, 0.14, 0.02, 0.08),
        Berth(-0.110, 0.270, 0.54, -1.5, 1.20, -0.04, 0.14, 0.16),
    ),
    "square": (
        Berth(-0.215, -0.160, 0.54, -4.5, 0.90, -0.08, -0.04, 0.0),
        Berth(0.215, -0.090, 0.52, 4.0, 1.05, 0.10, -0.02, 0.08),
        Berth(-0.010, 0.180, 0.54, -1.5, 1.20, 0.0, 0.14, 0.16),
    ),
    "wide": (
        Berth(-0.520, -0.030, 0.62, -4.0, 0.90, -0.12, 0.0, 0.0),
        Berth(0.530, -0.020, 0.62, 3.5, 1.0, 0.12, 0.0, 0.08),
        Berth(0.005, 0.025, 0.66, -1.0, 1.20, 0.0, 0.14, 0.16),
    ),
}
"""Where prints lie by frame shape; later ones lie nearer to the lens and over earlier ones, all inside the frame."""

MANY = 5
"""Pictures from which five smaller prints are tossed instead of three."""

BERTHS_OF_MANY = {
    "tall": (
        Berth(-0.175, -0.600, 0.50, -5.0, 0.85, -0.10, -0.05, 0.0),
        Berth(0.185, -0.390, 0.50, 4.0, 0.95, 0.14, -0.02, 0.05),
        Berth(-0.160, -0.040, 0.52, 2.5, 1.00, -0.12, 0.02, 0.10),
        Berth(0.165, 0.270, 0.52, -3.0, 1.10, 0.14, 0.06, 0.15),
        Berth(-0.130, 0.560, 0.52, 2.0, 1.20, -0.08, 0.14, 0.20),
    ),
    "upright": (
        Berth(-0.240, -0.330, 0.44, -5.0, 0.85, -0.10, -0.05, 0.0),
        Berth(0.240, -0.300, 0.44, 4.0, 0.95, 0.12, -0.04, 0.05),
        Berth(-0.250, 0.270, 0.44, 3.0, 1.00, -0.10, 0.08, 0.10),
        Berth(0.250, 0.290, 0.44, -3.5, 1.10, 0.12, 0.08, 0.15),
        Berth(0.000, 0.000, 0.48, -1.5, 1.20, 0.0, 0.14, 0.20),
    ),
    "square": (
        Berth(-0.250, -0.215, 0.42, -5.0, 0.85, -0.08, -0.05, 0.0),
        Berth(0.245, -0.220, 0.42, 4.0, 0.95, 0.10, -0.04, 0.05),
        Berth(-0.240, 0.220, 0.42, 3.0, 1.00, -0.08, 0.08, 0.10),
        Berth(0.250, 0.215, 0.42, -3.5, 1.10, 0.10, 0.08, 0.15),
        Berth(0.000, 0.005, 0.46, -1.5, 1.20, 0.0, 0.14, 0.20),
    ),
    "wide": (
        Berth(-0.620, -0.110, 0.48, -5.0, 0.85, -0.12, -0.02, 0.0),
        Berth(0.620, -0.100, 0.48, 4.0, 0.95, 0.12, -0.02, 0.05),
        Berth(-0.310, 0.130, 0.48, 3.0, 1.00, -0.08, 0.08, 0.10),
        Berth(0.320, 0.140, 0.48, -3.5, 1.10, 0.08, 0.08, 0.15),
        Berth(0.000, -0.060, 0.56, -1.0, 1.20, 0.0, 0.12, 0.20),
    ),
}
"""Where five prints lie by frame shape; later ones over earlier ones, and the last over all."""

FARTHEST_ZOOM, MARGIN = 1.10, 0.012
"""The widest a move makes a print's place, and the ground that then still shows beside it, in short sides."""
TALLEST = {"tall": 0.78, "upright": 0.60, "square": 0.62, "wide": 0.80}
"""Highest print in short sides."""


@dataclass(frozen=True)
class Print:
    """A baked print, its berth, and its size in short sides before it is slanted."""

    sprite: Sprite
    berth: Berth
    width: float
    height: float


@dataclass(frozen=True)
class Cascade:
    """Prints on a painted table."""

    grid: Grid
    rig: Rig
    ground: Ground
    prints: tuple[Print, ...]
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """The table in one broad light from the side, the prints' shadows on it and on each other."""
        grid, side = self.grid, float(np.sign(self.rig.key[0] or -1))
        zoom, dx, dy = pose.at(0.6)
        x, y = (grid.x - np.float32(dx)) / np.float32(zoom), (grid.y - np.float32(dy)) / np.float32(zoom)
        lamp = fall(x, y, (side * -0.34 + 0.06 * pose.wave(7.3), -0.45), (0.85, 1.0))
        level = (0.42 + 0.72 * lamp) * vignette(grid, 0.24)
        keep = np.ones(grid.shape, np.float32)
        for item in self.prints:
            keep = keep * self.shade(item, pose, side)
        linear = self.ground.lit(np.asarray(level, np.float32)) * keep[..., None]
        band = sweep(grid, -1.3 + 2.6 * pose.eased, 0.35)
        gain = (0.955 + 0.045 * band) * (0.993 + 0.007 * pose.wave(5.7))
        return encode(linear), Light(np.asarray(gain, np.float32))

    def shade(self, item: Print, pose: Pose, side: float) -> Array:
        """What a print leaves of the light on the table: wider and paler the higher it still flies."""
        x, y, zoom, high = lie(item.berth, pose)
        turn = math.radians(item.berth.slant)
        lift = 0.010 + 0.006 * item.berth.depth + 0.07 * high
        u = self.grid.x - np.float32(x - 0.7 * side * lift)
        v = self.grid.y - np.float32(y + lift)
        along, down = u * math.cos(turn) + v * math.sin(turn), v * math.cos(turn) - u * math.sin(turn)
        away = box_distance(
            np.asarray(along, np.float32),
            np.asarray(down, np.float32),
            item.width * zoom / 2,
            item.height * zoom / 2,
            0.01,
        )
        soft = 0.022 + 1.3 * lift
        return np.asarray(1 - (0.60 - 0.25 * high) * smoothstep(soft, -0.7 * soft, away), np.float32)

    def placed(self, pose: Pose) -> list[Placed]:
        """The prints at a pose, far ones first."""
        return [self.place(item, pose) for item in self.prints]

    def place(self, item: Print, pose: Pose) -> Placed:
        """One print at a pose."""
        x, y, zoom, _ = lie(item.berth, pose)
        unit, scale = self.grid.unit, zoom / OVERSIZE
        width, height = item.sprite.size
        left = self.grid.width / 2 + x * unit - width * scale / 2
        top = self.grid.height / 2 + y * unit - height * scale / 2
        return Placed(item.sprite, left, top, scale, scale, body=(0.0, 0.0, width, height))


def lie(berth: Berth, pose: Pose) -> tuple[float, float, float, float]:
    """Middle (short sides), zoom, and how high a print still flies (1 to 0); it lands softly."""
    zoom, dx, dy = pose.at(berth.depth)
    high = arrive(pose.seconds - berth.delay, ARRIVAL_SECONDS)
    x = berth.x * zoom + dx + berth.from_x * high + 0.003 * pose.wave(6.7, berth.delay)
    y = berth.y * zoom + dy + berth.from_y * high + 0.003 * pose.wave(5.1, 0.3 + berth.delay)
    return x, y, zoom * (1 + 0.07 * high), high


def build_cascade(grid: Grid, pictures: tuple[Bytes, ...], mood: Mood) -> Cascade:
    """A cascade of three opaque pictures, or of five where there are as many; missing ones are other cuts of those."""
    palette, shape = mood.palette, grid.kind
    berths = BERTHS_OF_MANY[shape] if len(pictures) >= MANY else BERTHS[shape]
    shown = spread_pictures(pictures, len(berths))
    wall = choose_wall(palette, shown)
    paper = choose_paper(palette, wall)
    prints = tuple(
        bake(berth, picture, TALLEST[shape], grid, paper) for berth, picture in zip(berths, shown, strict=True)
    )
    return Cascade(grid, mood.rig, prepare_ground(wall), prints, scatter_dust(mood.seed, 12, mood.f_number))


def bake(berth: Berth, picture: Bytes, tallest: float, grid: Grid, paper: Array) -> Print:
    """A slanted print of a picture that fits its berth, moved inwards where its slant or a move would cut it."""
    aspect = choose_card_aspect(picture, grid.kind)
    turn = math.radians(berth.slant)
    cos, sin = math.cos(turn), abs(math.sin(turn))
    limits = (grid.half_width / FARTHEST_ZOOM - MARGIN, grid.half_height / FARTHEST_ZOOM - MARGIN)
    width, height = fit_inside(aspect, berth.width, tallest)
    across, down = width * cos + height * sin, width * sin + height * cos
    share = min(1.0, 2 * limits[0] / across, 2 * limits[1] / down)
    width, height, across, down = (side * share for side in (width, height, across, down))
    room = (limits[0] - across / 2, limits[1] - down / 2)
    held = replace(berth, x=float(np.clip(berth.x, -room[0], room[0])), y=float(np.clip(berth.y, -room[1], room[1])))
    card = frame_as_card(picture, max(24, round(width * grid.unit * OVERSIZE)), aspect, paper)
    return Print(make_sprite(slant(card, berth.slant)), held, width, height)


def slant(card: Bytes, degrees: float) -> Bytes:
    """A premultiplied RGBA card turned clockwise about its middle, with a clear rim round it."""
    turn = math.radians(degrees)
    cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
    width, height = card.shape[1], card.shape[0]
    columns, rows = (2 * math.ceil(side / 2) + 4 for side in (width * cos + height * sin, width * sin + height * cos))
    out = np.zeros((rows, columns, 4), np.uint8)
    info = skia.ImageInfo.Make(columns, rows, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    canvas = skia.Surface.MakeRasterDirect(info, out, columns * 4).getCanvas()
    canvas.translate(columns / 2, rows / 2)
    canvas.rotate(degrees)
    image = skia.Image.fromarray(np.ascontiguousarray(card), skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    paint = skia.Paint(AntiAlias=True)
    canvas.drawImageRect(
        image,
        skia.Rect.MakeXYWH(-width / 2, -height / 2, width, height),
        skia.SamplingOptions(skia.CubicResampler.Mitchell()),
        paint,
    )
    return out
