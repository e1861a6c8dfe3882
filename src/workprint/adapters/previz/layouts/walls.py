"""Grid wall: a wall of pictures whose lanes drift past each other and sink into the brand's tone behind one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import Array, Palette, to_codes, to_display
from workprint.adapters.previz.cropping import choose_crop, spread_pictures
from workprint.adapters.previz.grounds import Ground, choose_paper, encode, prepare_ground
from workprint.adapters.previz.imaging import box_distance, crop_to, make_sprite, smoothstep
from workprint.adapters.previz.layouts.photos import grade
from workprint.adapters.previz.light import Dust, Mood, fall, scatter_dust
from workprint.adapters.previz.mixing import mix_sprites
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite
from workprint.adapters.previz.subject import frame_as_card

Bytes = npt.NDArray[np.uint8]

VARIANTS, MOST_VARIANTS = 5, 8
"""Different tiles beside the hero, and how many there are where as many pictures are given. Five and more never let
two equal tiles touch; more than eight are not told apart before the shot is over."""
STRIDE = 2
"""How many tiles on a lane begins after its neighbour."""
TIGHT = 1.15
"""How much tighter than the picture a tile beside the hero is cropped: it is small, what it shows should not be."""
GUTTER = 0.016
"""Gap between tiles in short sides."""
OVERSIZE = 1.06
"""Baked pixels to a canvas pixel."""
TONED = (0.10, 0.94)
"""How far the other tiles have taken the brand's tone at the first frame, and when that is done."""
OWN_COLOUR = 0.62
"""How much of its own chroma a toned tile keeps; the rest is the brand's hue at the tile's own lightness."""
TONE = 0.55
"""Strength of the brand's hue in a toned tile."""
GAP_LIGHT = 0.42
"""Light on the ground that shows in the gaps."""
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
    "wide": Wall(0.50, 0.375, True, 2, 0.62),
    "square": Wall(0.44, 0.44, False, 1, 0.50),
    "upright": Wall(0.44, 0.50, False, 1, 0.50),
    "tall": Wall(0.46, 0.58, False, 1, 0.56),
}
"""Divisions by frame shape: rows that run across a wide frame, columns that run down the others."""


@dataclass(frozen=True)
class GridWall:
    """A wall of tiles with a hero in its middle."""

    grid: Grid
    ground: Ground
    wall: Wall
    hero: Sprite
    tiles: tuple[tuple[Sprite, Sprite], ...]
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """The ground in the gaps, and a light that gathers on the hero and leaves its shadow round it."""
        grid = self.grid
        x, y, scale = self.find_hero(pose)
        half_width, half_height = self.wall.width * scale / 2, self.wall.height * scale / 2
        away = box_distance(grid.x - np.float32(x), grid.y - np.float32(y + 0.012), half_width, half_height, 0.01)
        # The step from dim to full lies just outside the hero's rim, where its shadow hides it.
        card = box_distance(grid.x - np.float32(x), grid.y - np.float32(y), half_width, half_height, 0.01)
        inside = smoothstep(0.012, 0.0, card)
        shadow = np.exp(-np.maximum(away, 0) / 0.045)
        lamp = fall(grid.x, grid.y, (x + 0.08 * pose.wave(6.2), y), (0.62, 0.70))
        rest = (0.90 - 0.20 * pose.eased + 0.10 * lamp) * (1 - 0.50 * shadow * (0.4 + 0.6 * pose.eased))
        gain = rest * (1 - inside) + (0.985 + 0.01 * pose.wave(4.9)) * inside
        level = GAP_LIGHT * (0.6 + 0.7 * lamp) * (1 - 0.5 * shadow)
        return encode(self.ground.lit(np.asarray(level, np.float32))), Light(np.asarray(gain, np.float32))

    def find_hero(self, pose: Pose) -> tuple[float, float, float]:
        """Middle (short sides) and scale of the hero: it comes forward as the shot goes on."""
        zoom, dx, dy = pose.at(1.1)
        return dx, dy - 0.01, zoom * (1 + self.wall.growth * (0.15 + 0.85 * pose.eased))

    def placed(self, pose: Pose) -> list[Placed]:
        """Every tile that can be seen, then the hero over them."""
        start, end = TONED
        toned = start + (1 - start) * min(1.0, pose.eased / end)
        shown = tuple(mix_sprites(own, tone, toned) for own, tone in self.tiles)
        out = [
            self.place_tile(pose, lane, index, shown)
            for lane in range(-self.wall.sides, self.wall.sides + 1)
            for index in self.list_indices(pose, lane)
        ]
        x, y, scale = self.find_hero(pose)
        return [*out, replace(self.hang(self.hero, x, y, scale), body=(0.0, 0.0, *self.hero.size))]

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
    ground = prepare_ground(palette.ground)
    gap = to_display(ground.lit(np.full((1, 1), GAP_LIGHT, np.float32)))[0, 0]
    tiles = []
    for picture in spread_pictures(others, min(MOST_VARIANTS, max(VARIANTS, len(others)))):
        own = make_sprite(frame_tile(bake_tile(picture, wall, grid, mood), gap))
        tiles.append((own, tone_tile(own, palette)))
    dust = scatter_dust(mood.seed, 10, mood.f_number)
    return GridWall(grid, ground, wall, bake_hero(pictures[0], wall, grid, mood), tuple(tiles), dust)


def bake_hero(picture: Bytes, wall: Wall, grid: Grid, mood: Mood) -> Sprite:
    """The hero's pixels: the picture as a print, with a clear rim so that its edge glides."""
    paper = choose_paper(mood.palette, mood.palette.ground)
    pixels = 2 * round(wall.width * grid.unit * OVERSIZE * (1 + wall.growth) / 2)
    card = frame_as_card(grade(picture, mood.hint, mood.rig), max(24, pixels), wall.width / wall.height, paper)
    return make_sprite(np.pad(card, ((2, 2), (2, 2), (0, 0))))


def bake_tile(picture: Bytes, wall: Wall, grid: Grid, mood: Mood) -> Bytes:
    """A tile's pixels: cropped to what matters, and graded."""
    width, height = (max(8, 2 * round(side * grid.unit * OVERSIZE / 2)) for side in (wall.width, wall.height))
    return grade(crop_to(picture, choose_crop(picture, width / height, TIGHT), width, height), mood.hint, mood.rig)


def frame_tile(tile: Bytes, gap: Array) -> Bytes:
    """A tile with a rim of the gap's colour (display RGB): its edge glides as a clear rim's would, at half the cost."""
    out = np.full((tile.shape[0] + 4, tile.shape[1] + 4, 4), 255, np.uint8)
    out[..., :3] = gap * 255
    out[2:-2, 2:-2] = tile
    return out


def tone_tile(tile: Sprite, palette: Palette) -> Sprite:
    """A tile in the brand's tone: its own luma, its chroma drawn to the hue of the lamp as each place is bright."""
    hue = to_codes(to_display(palette.lamp))
    share = tile.y[::2, ::2].astype(np.float32) * np.float32(TONE / max(30.0, float(hue[0])))
    share = np.minimum(share, 1.0)
    u, v = (
        np.clip(plane * np.float32(OWN_COLOUR) + share * (1 - np.float32(OWN_COLOUR)) * hue[index], -112, 112).astype(
            np.int8
        )
        for index, plane in ((1, tile.u), (2, tile.v))
    )
    return Sprite(tile.y, u, v)
