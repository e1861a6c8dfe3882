"""Grid wall: a wall of pictures whose lanes drift past each other, all but one of them drained of colour."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import Array, Palette, to_display
from workprint.adapters.previz.imaging import box_distance, choose_crop, crop_to, make_sprite, smoothstep
from workprint.adapters.previz.layouts.figures import dim_ground, finish_light, shine_colour
from workprint.adapters.previz.layouts.photos import grade
from workprint.adapters.previz.layouts.prints import spread_pictures
from workprint.adapters.previz.light import Dust, Mood, fall, scatter_dust
from workprint.adapters.previz.mixing import mix_sprites
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite

Bytes = npt.NDArray[np.uint8]

VARIANTS = 5
"""Different tiles beside the hero: a prime to the lanes' stride, so that no two equal tiles touch."""
STRIDE = 2
"""How many tiles on a lane begins after its neighbour."""
TIGHT = 1.15
"""How much tighter than the picture a tile beside the hero is cropped: it is small, what it shows should not be."""
GUTTER = 0.016
"""Gap between tiles in short sides."""
OVERSIZE = 1.06
"""Baked pixels to a canvas pixel."""
DRAINED = (0.55, 0.94)
"""How much colour the other tiles have lost at the first frame, and when the draining is done."""
LEFT_COLOUR = 0.07
"""How much of its chroma a drained tile keeps: a print, not a dead screen."""
GAP_LEVEL = 0.016
"""Luminance of the ground in the gaps."""
SPEED = 0.045
"""Drift of the outer lanes in short sides a second."""


@dataclass(frozen=True)
class Wall:
    """How a wall is divided: tile width and height, whether lanes are rows, lanes to each side, hero's growth."""

    width: float
    height: float
    rows: bool
    sides: int
    growth: float


WALLS = {
    "wide": Wall(0.50, 0.375, True, 2, 0.44),
    "square": Wall(0.40, 0.40, False, 1, 0.36),
    "upright": Wall(0.40, 0.44, False, 1, 0.36),
    "tall": Wall(0.42, 0.52, False, 1, 0.40),
}
"""Divisions by frame shape: rows that run across a wide frame, columns that run down the others."""


@dataclass(frozen=True)
class GridWall:
    """A wall of tiles with a hero in its middle."""

    grid: Grid
    palette: Palette
    wall: Wall
    hero: Sprite
    tiles: tuple[tuple[Sprite, Sprite], ...]
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """The ground in the gaps, and a light that gathers on the hero and leaves its shadow round it."""
        grid = self.grid
        x, y, scale = self.find_hero(pose)
        half_width, half_height = self.wall.width * scale / 2, self.wall.height * scale / 2
        away = box_distance(grid.x - np.float32(x), grid.y - np.float32(y), half_width, half_height, 0.02)
        inside = smoothstep(0.004, -0.004, away)
        shadow = np.exp(-np.maximum(away, 0) / 0.05)
        lamp = fall(grid.x, grid.y, (x + 0.08 * pose.wave(6.2), y), (0.55, 0.55))
        rest = (0.60 + 0.22 * lamp - 0.12 * pose.eased) * (1 - 0.55 * shadow * (0.3 + 0.7 * pose.eased))
        gain = rest * (1 - inside) + (0.955 + 0.02 * pose.wave(4.9)) * inside
        glow = (0.4 + 0.9 * lamp)[..., None] * dim_ground(self.palette, GAP_LEVEL)
        glow = glow + (0.25 * lamp)[..., None] * shine_colour(self.palette, 0.02, 0.2)
        return finish_light(np.asarray(glow, np.float32), grid, 0.4), Light(np.asarray(gain, np.float32))

    def find_hero(self, pose: Pose) -> tuple[float, float, float]:
        """Middle (short sides) and scale of the hero: it comes forward as the shot goes on."""
        zoom, dx, dy = pose.at(1.1)
        return dx, dy - 0.01, zoom * (1 + self.wall.growth * (0.15 + 0.85 * pose.eased))

    def placed(self, pose: Pose) -> list[Placed]:
        """Every tile that can be seen, then the hero over them."""
        start, end = DRAINED
        drained = start + (1 - start) * min(1.0, pose.eased / end)
        shown = tuple(mix_sprites(colour, grey, drained) for colour, grey in self.tiles)
        out = [
            self.place_tile(pose, lane, index, shown)
            for lane in range(-self.wall.sides, self.wall.sides + 1)
            for index in self.list_indices(pose, lane)
        ]
        x, y, scale = self.find_hero(pose)
        return [*out, self.hang(self.hero, x, y, scale)]

    def drift(self, pose: Pose, lane: int) -> float:
        """How far a lane has moved along itself: outer lanes against each other, the hero's hardly."""
        turn = (1 if lane % 2 else -1) * (0.25 if lane == 0 else 1.0 + 0.2 * abs(lane))
        return turn * (SPEED * pose.seconds + 0.10 * pose.eased) + (0.31 * lane if lane else 0.0)

    def list_indices(self, pose: Pose, lane: int) -> range:
        """The tiles of a lane that can be in the frame; the hero's own place stays empty beneath it."""
        pitch = (self.wall.width if self.wall.rows else self.wall.height) + GUTTER
        half = self.grid.half_width if self.wall.rows else self.grid.half_height
        moved = self.drift(pose, lane)
        first = math.floor((-half - 0.12 - moved) / pitch - 0.5)
        return range(first, math.ceil((half + 0.12 - moved) / pitch + 0.5) + 1)

    def place_tile(self, pose: Pose, lane: int, index: int, shown: tuple[Sprite, ...]) -> Placed:
        """One tile of a lane."""
        zoom, dx, dy = pose.at(0.7)
        along = index * ((self.wall.width if self.wall.rows else self.wall.height) + GUTTER) + self.drift(pose, lane)
        across = lane * ((self.wall.height if self.wall.rows else self.wall.width) + GUTTER)
        x, y = (along, across) if self.wall.rows else (across, along)
        sprite = shown[(index + STRIDE * lane) % len(shown)]
        return self.hang(sprite, x * zoom + dx, y * zoom + dy, zoom)

    def hang(self, sprite: Sprite, x: float, y: float, scale: float) -> Placed:
        """A sprite with its middle at a place in short sides; its size follows the tile, not its pixels."""
        unit = self.grid.unit
        fit = scale * self.wall.width * unit / (sprite.size[0] - 4)
        left = self.grid.width / 2 + x * unit - sprite.size[0] * fit / 2
        top = self.grid.height / 2 + y * unit - sprite.size[1] * fit / 2
        return Placed(sprite, left, top, fit, fit)


def build_wall(grid: Grid, pictures: tuple[Bytes, ...], mood: Mood) -> GridWall:
    """A wall of one to many opaque pictures: the first is the hero, the rest and other cuts of all fill the lanes."""
    wall, palette = WALLS[grid.kind], mood.palette
    others = (*pictures[1:], pictures[0]) if len(pictures) > 1 else pictures
    hero = np.pad(
        bake_tile(pictures[0], wall, grid, mood, OVERSIZE * (1 + wall.growth), tight=1.0), ((2, 2), (2, 2), (0, 0))
    )
    tiles = []
    for picture in spread_pictures(others, VARIANTS):
        colour = make_sprite(frame_tile(bake_tile(picture, wall, grid, mood, OVERSIZE, tight=TIGHT), palette))
        tiles.append((colour, drain(colour)))
    return GridWall(grid, palette, wall, make_sprite(hero), tuple(tiles), scatter_dust(mood.seed, 16, mood.f_number))


def bake_tile(picture: Bytes, wall: Wall, grid: Grid, mood: Mood, density: float, *, tight: float) -> Bytes:
    """A tile's pixels: cropped to what matters, and graded."""
    width, height = (max(8, 2 * round(side * grid.unit * density / 2)) for side in (wall.width, wall.height))
    return grade(crop_to(picture, choose_crop(picture, width / height, tight), width, height), mood.hint, mood.rig)


def frame_tile(tile: Bytes, palette: Palette) -> Bytes:
    """A tile with a rim of the gap's colour: its edge glides as a clear rim's would, at half the cost."""
    out = np.full((tile.shape[0] + 4, tile.shape[1] + 4, 4), 255, np.uint8)
    out[..., :3] = to_display(dim_ground(palette, GAP_LEVEL)) * 255
    out[2:-2, 2:-2] = tile
    return out


def drain(tile: Sprite) -> Sprite:
    """A tile without its colours: the same luma, hardly any chroma."""
    u, v = ((plane * np.float32(LEFT_COLOUR)).astype(np.int8) for plane in (tile.u, tile.v))
    return Sprite(tile.y, u, v)
