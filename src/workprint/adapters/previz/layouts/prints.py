"""Prints floating over a backdrop blurred from the same photo: one (frame in frame) or several (cascade)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import Array, Palette, roll_off, to_codes, to_display, to_linear
from workprint.adapters.previz.imaging import (
    blur,
    box_distance,
    choose_crop,
    crop_around,
    crop_to,
    find_focus,
    fit_inside,
    make_sprite,
    smoothstep,
    to_float,
)
from workprint.adapters.previz.light import MAP_SCALE, Dust, Map, Mood, Rig, fall, scatter_dust, sweep, vignette
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite
from workprint.adapters.previz.subject import choose_card_aspect, frame_as_card

Bytes = npt.NDArray[np.uint8]

OVERSIZE = 1.15
"""Baked pixels to a canvas pixel."""
ARRIVAL_SECONDS = 1.1
"""How long a print of a cascade takes to settle: unhurried, but done before a short shot ends."""


@dataclass(frozen=True)
class Berth:
    """Where a print hangs: centre and width in short sides, depth, and whence it arrives (offset, extra seconds)."""

    x: float
    y: float
    width: float
    depth: float
    from_x: float
    from_y: float
    delay: float


BERTHS = {
    ("frame_in_frame", "tall"): (Berth(0.0, -0.03, 0.82, 1.0, 0, 0, 0),),
    ("frame_in_frame", "upright"): (Berth(0.0, -0.01, 0.78, 1.0, 0, 0, 0),),
    ("frame_in_frame", "square"): (Berth(0.0, 0.0, 0.74, 1.0, 0, 0, 0),),
    ("frame_in_frame", "wide"): (Berth(0.0, 0.0, 1.15, 1.0, 0, 0, 0),),
    ("cascade", "tall"): (
        Berth(-0.13, -0.48, 0.62, 0.85, -0.10, 0.03, 0.0),
        Berth(0.14, -0.01, 0.66, 1.05, 0.13, 0.03, 0.35),
        Berth(-0.09, 0.47, 0.62, 1.30, -0.10, 0.10, 0.7),
    ),
    ("cascade", "upright"): (
        Berth(-0.20, -0.28, 0.50, 0.85, -0.08, 0.02, 0.0),
        Berth(0.20, -0.06, 0.52, 1.05, 0.12, 0.02, 0.35),
        Berth(-0.12, 0.28, 0.50, 1.30, -0.06, 0.10, 0.7),
    ),
    ("cascade", "square"): (
        Berth(-0.22, -0.15, 0.46, 0.85, -0.08, 0.02, 0.0),
        Berth(0.22, -0.06, 0.46, 1.05, 0.10, 0.02, 0.35),
        Berth(-0.02, 0.22, 0.46, 1.30, 0.0, 0.10, 0.7),
    ),
    ("cascade", "wide"): (
        Berth(-0.55, -0.05, 0.56, 0.90, -0.10, 0.0, 0.0),
        Berth(0.55, -0.03, 0.56, 1.0, 0.10, 0.0, 0.35),
        Berth(0.0, 0.05, 0.60, 1.25, 0.0, 0.10, 0.7),
    ),
}
"""Hangings by layout and frame shape; later prints lie nearer to the lens and over earlier ones."""
TALLEST = {"tall": 1.20, "upright": 0.98, "square": 0.80, "wide": 0.78}
"""Highest print in short sides; a cascade's are capped by CASCADE_TALLEST."""
CASCADE_TALLEST = {"tall": 0.60, "upright": 0.52, "square": 0.50, "wide": 0.66}


@dataclass(frozen=True)
class Print:
    """A baked print, its berth, and its size in short sides."""

    sprite: Sprite
    berth: Berth
    width: float
    height: float


@dataclass(frozen=True)
class PrintScene:
    """Prints over a blurred backdrop."""

    grid: Grid
    rig: Rig
    prints: tuple[Print, ...]
    backdrop: Map
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """The blurred backdrop with the prints' shadows, and the light on the prints."""
        grid = self.grid
        zoom, dx, dy = pose.at(0.15)
        x = (grid.x - np.float32(dx + 0.02 * pose.wave(10.1))) / np.float32(zoom)
        y = (grid.y - np.float32(dy + 0.015 * pose.wave(8.9))) / np.float32(zoom)
        linear = self.backdrop.read(x, y)
        middle = (0.4 * self.rig.key[0] + 0.10 * pose.wave(7.3) + 0.1 * pose.yaw, 0.5 * self.rig.key[1])
        linear = linear * (0.70 + 0.55 * fall(grid.x, grid.y, middle, (0.55, 0.65)))[..., None]
        for item in self.prints:
            linear = linear * (1 - 0.62 * self.shade(item, pose))[..., None]
        codes = to_codes(to_display(roll_off(linear * vignette(grid, 0.40)[..., None])))
        band = sweep(grid, -1.3 + 2.6 * pose.eased, 0.35)
        gain = (0.95 + 0.05 * band) * (0.99 + 0.01 * pose.wave(5.7))
        return codes, Light(np.asarray(gain, np.float32))

    def shade(self, item: Print, pose: Pose) -> Array:
        """The soft shadow of a print: wider and farther off the nearer it hangs to the lens."""
        x, y, zoom = hang(item.berth, pose)
        lift = 0.022 + 0.03 * item.berth.depth
        side = np.float32(x - 0.35 * lift * np.sign(self.rig.key[0] or 1))
        away = box_distance(
            self.grid.x - side, self.grid.y - np.float32(y + lift), item.width * zoom / 2, item.height * zoom / 2, 0.03
        )
        return smoothstep(1.5 * lift, -1.2 * lift, away)

    def placed(self, pose: Pose) -> list[Placed]:
        """The prints at a pose, far ones first."""
        return [self.place(item, pose) for item in self.prints]

    def place(self, item: Print, pose: Pose) -> Placed:
        """One print at a pose."""
        x, y, zoom = hang(item.berth, pose)
        unit, scale = self.grid.unit, zoom / OVERSIZE
        width, height = item.sprite.size
        left = self.grid.width / 2 + x * unit - width * scale / 2
        top = self.grid.height / 2 + y * unit - height * scale / 2
        return Placed(item.sprite, left, top, scale, scale)


def hang(berth: Berth, pose: Pose) -> tuple[float, float, float]:
    """Centre (short sides) and zoom of a berth at a pose; arrivals ease out and never quite stop floating."""
    zoom, dx, dy = pose.at(berth.depth)
    share = min(1.0, pose.seconds / (ARRIVAL_SECONDS + berth.delay))
    left = (1 - share) ** 3
    x = berth.x * zoom + dx + berth.from_x * left + 0.006 * pose.wave(6.7, berth.delay)
    y = berth.y * zoom + dy + berth.from_y * left + 0.008 * pose.wave(5.1, 0.3 + berth.delay)
    return x, y, zoom


def build_prints(layout: str, grid: Grid, pictures: tuple[Bytes, ...], mood: Mood) -> PrintScene:
    """A scene of prints; a cascade with fewer than three pictures shows other parts of the first."""
    palette, shape = mood.palette, grid.kind
    berths = BERTHS[layout, shape]
    tallest = (TALLEST if layout == "frame_in_frame" else CASCADE_TALLEST)[shape]
    paper = to_display(palette.light)
    shown = pictures if len(berths) == 1 else spread_pictures(pictures, len(berths))
    prints = tuple(bake(berth, picture, tallest, grid, paper) for berth, picture in zip(berths, shown, strict=False))
    backdrop = blur_backdrop(pictures[0], grid, palette)
    return PrintScene(grid, mood.rig, prints, backdrop, scatter_dust(mood.seed, 18, mood.f_number))


def bake(berth: Berth, picture: Bytes, tallest: float, grid: Grid, paper: Array) -> Print:
    """A print of a picture that fits its berth."""
    aspect = choose_card_aspect(picture, grid.kind)
    width, height = fit_inside(aspect, berth.width, tallest)
    card = frame_as_card(picture, max(24, round(width * grid.unit * OVERSIZE)), aspect, paper)
    # A clear rim lets the edge be interpolated: without it a slow print would creep in whole pixels.
    return Print(make_sprite(np.pad(card, ((2, 2), (2, 2), (0, 0)))), berth, width, height)


def spread_pictures(pictures: tuple[Bytes, ...], count: int) -> tuple[Bytes, ...]:
    """`count` pictures: what is missing is cut tighter from those there are."""
    shown = list(pictures[:count])
    for extra in range(count - len(shown)):
        source = pictures[extra % len(pictures)]
        window = choose_cut(source, source.shape[1] / source.shape[0], extra)
        shown.append(crop_to(source, window, round(window[2]), round(window[3])))
    return tuple(shown)


def choose_cut(picture: Bytes, aspect: float, extra: int) -> tuple[float, float, float, float]:
    """The window of another look at a picture: first at its finest detail, then at what lies opposite."""
    x, y = find_focus(picture)
    if extra % 2 == 0:
        return crop_around(picture, aspect, 1.7, (x, y))
    return crop_around(picture, aspect, 1.3, (0.5 * x + 0.25, 1 - y))


def blur_backdrop(picture: Bytes, grid: Grid, palette: Palette) -> Map:
    """A linear backdrop from a photo, blurred wide and drawn towards the ground colour."""
    half_width, half_height = grid.half_width + 0.15, grid.half_height + 0.15
    columns, rows = int(2 * half_width * MAP_SCALE), int(2 * half_height * MAP_SCALE)
    window = choose_crop(picture, columns / rows)
    small = blur(to_linear(to_float(crop_to(picture, window, columns, rows))[..., :3]), 0.075 * MAP_SCALE)
    level = min(0.40, 0.055 + 0.5 * palette.brightness)
    scale = level / max(0.02, float(small.mean()))
    own = small * min(1.6, scale)
    ground = palette.ground * (level / max(palette.brightness, 0.02)) * 0.75
    values = 0.55 * own + 0.45 * np.minimum(ground, 0.5)
    return Map(np.asarray(values, np.float32), -half_width, -half_height)
