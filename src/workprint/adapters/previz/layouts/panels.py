"""Split screen: two to four pictures that fill the frame between them, their seams gliding to where they balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.camera import Pose, arrive
from workprint.adapters.previz.colour import Array, to_codes
from workprint.adapters.previz.cropping import choose_crop, choose_cut, rate_interest
from workprint.adapters.previz.grounds import choose_paper
from workprint.adapters.previz.imaging import crop_to, make_sprite
from workprint.adapters.previz.layouts.photos import grade
from workprint.adapters.previz.light import Dust, Mood, Rig, scatter_dust, sweep, vignette
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite

Bytes = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]

GUTTER = 0.013
"""Width of a seam in short sides: 14 px at 1080, the same everywhere."""
OVERSCAN = 1.10
"""Picture beyond the largest a panel gets, used by the moves inside it."""
GLIDE_SECONDS = 0.80
"""How long the seams take to their places; what is left of their way they creep until the shot ends."""
CREEP = 0.14


@dataclass(frozen=True)
class Seam:
    """A seam: whether it runs down the frame, its place at the start and at the end, and where it begins.

    Places are shares of the frame; a negative `start` is that of the seam with the index -1 - start.
    """

    upright: bool
    first: float
    last: float
    start: float = 0.0


@dataclass(frozen=True)
class Division:
    """How a frame is divided: its seams, and for every panel its sides (left, top, right, bottom) as seam or -1."""

    seams: tuple[Seam, ...]
    panels: tuple[tuple[int, int, int, int], ...]


BANDS_2 = Division((Seam(False, 0.64, 0.50),), ((-1, -1, -1, 0), (-1, 0, -1, -1)))
COLUMNS_2 = Division((Seam(True, 0.64, 0.50),), ((-1, -1, 0, -1), (0, -1, -1, -1)))
BANDS_3 = Division(
    (Seam(False, 0.50, 0.355), Seam(False, 0.80, 0.655)), ((-1, -1, -1, 0), (-1, 0, -1, 1), (-1, 1, -1, -1))
)
COLUMNS_3 = Division(
    (Seam(True, 0.50, 0.355), Seam(True, 0.80, 0.655)), ((-1, -1, 0, -1), (0, -1, 1, -1), (1, -1, -1, -1))
)
SIDE_3 = Division(
    (Seam(True, 0.70, 0.55), Seam(False, 0.64, 0.50, start=-1)), ((-1, -1, 0, -1), (0, -1, -1, 1), (0, 1, -1, -1))
)
TOP_3 = Division(
    (Seam(False, 0.70, 0.56), Seam(True, 0.36, 0.50, start=-1)), ((-1, -1, -1, 0), (-1, 0, 1, -1), (1, 0, -1, -1))
)
GRID_4 = Division(
    (Seam(True, 0.62, 0.50), Seam(False, 0.40, 0.50)), ((-1, -1, 0, 1), (0, -1, -1, 1), (-1, 1, 0, -1), (0, 1, -1, -1))
)
COLUMNS_4 = Division(
    (Seam(True, 0.36, 0.25), Seam(True, 0.61, 0.50), Seam(True, 0.85, 0.75)),
    ((-1, -1, 0, -1), (0, -1, 1, -1), (1, -1, 2, -1), (2, -1, -1, -1)),
)
DIVISIONS = {
    (2, "tall"): BANDS_2,
    (2, "upright"): BANDS_2,
    (2, "square"): COLUMNS_2,
    (2, "wide"): COLUMNS_2,
    (3, "tall"): BANDS_3,
    (3, "upright"): TOP_3,
    (3, "square"): SIDE_3,
    (3, "wide"): COLUMNS_3,
    (4, "tall"): GRID_4,
    (4, "upright"): GRID_4,
    (4, "square"): GRID_4,
    (4, "wide"): COLUMNS_4,
}
"""Divisions by number of pictures and frame shape: bands in a tall frame, columns in a wide one, both between;
four pictures have fields of the frame's own shape, or columns where it is wide."""


@dataclass(frozen=True)
class Panel:
    """A baked picture, and where its subject is in it, in shares from its middle (-0.5..0.5)."""

    sprite: Sprite
    heart: tuple[float, float]


@dataclass(frozen=True)
class PanelScene:
    """Panels that fill the frame, and the seams over them."""

    grid: Grid
    rig: Rig
    division: Division
    panels: tuple[Panel, ...]
    bands: tuple[Sprite, ...]
    paper: Array
    dust: Dust

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """The paper of the seams, and a sweep of light over all panels."""
        grid = self.grid
        codes = np.broadcast_to(to_codes(self.paper), (*grid.shape, 3))
        band = sweep(grid, -1.35 + 2.7 * pose.eased, 0.38)
        gain = (0.955 + 0.045 * band) * vignette(grid, 0.10) * (0.994 + 0.006 * pose.wave(5.3))
        return codes, Light(np.asarray(gain, np.float32))

    def placed(self, pose: Pose) -> list[Placed]:
        """Every panel at a pose, then the seams."""
        seams = place_seams(self.division, glide(pose))
        boxes = [find_box(self.division, index, seams) for index in range(len(self.panels))]
        shown = [
            self.fill(index, panel, box, pose)
            for index, (panel, box) in enumerate(zip(self.panels, boxes, strict=True))
        ]
        return shown + [self.draw_seam(index, sprite, seams) for index, sprite in enumerate(self.bands)]

    def fill(self, index: int, panel: Panel, box: Box, pose: Pose) -> Placed:
        """One panel: its picture drifts behind its box, the subject held in the middle as far as there is picture."""
        grid, sprite = self.grid, panel.sprite
        left, top, right, bottom = (
            share * side for share, side in zip(box, (grid.width, grid.height) * 2, strict=True)
        )
        clip = (round(left), round(top), round(right), round(bottom))
        turn = 1 if index % 2 else -1
        zoom, dx, dy = pose.at(0.7 + 0.3 * index)
        scale = max(1.0, zoom * (1 + 0.02 * pose.eased))
        room_x = max(0.0, (sprite.size[0] * scale - (right - left)) / 2 - 1)
        room_y = max(0.0, (sprite.size[1] * scale - (bottom - top)) / 2 - 1)
        want_x = (dx + turn * 0.008 * pose.wave(6.1, 0.2 * index)) * grid.unit - panel.heart[0] * sprite.size[0] * scale
        want_y = (dy + turn * 0.022 * (pose.eased - 0.5)) * grid.unit - panel.heart[1] * sprite.size[1] * scale
        x = (left + right) / 2 + float(np.clip(want_x, -room_x, room_x)) - sprite.size[0] * scale / 2
        y = (top + bottom) / 2 + float(np.clip(want_y, -room_y, room_y)) - sprite.size[1] * scale / 2
        return Placed(sprite, x, y, scale, scale, clip)

    def draw_seam(self, index: int, band: Sprite, seams: tuple[float, ...]) -> Placed:
        """A seam at its place; where it ends at another one it is clipped there."""
        grid, seam = self.grid, self.division.seams[index]
        start = seams[int(-1 - seam.start)] if seam.start < 0 else seam.start
        if seam.upright:
            clip = (0, round(start * grid.height), grid.width, grid.height)
            return Placed(band, seams[index] * grid.width - band.size[0] / 2, 0.0, 1.0, 1.0, clip)
        clip = (round(start * grid.width), 0, grid.width, grid.height)
        return Placed(band, 0.0, seams[index] * grid.height - band.size[1] / 2, 1.0, 1.0, clip)


def glide(pose: Pose) -> float:
    """How far the seams have come, 0..1: most of it early and eased, the rest over the whole shot."""
    return (1 - CREEP) * (1 - arrive(pose.seconds, GLIDE_SECONDS)) + CREEP * pose.eased


def place_seams(division: Division, share: float) -> tuple[float, ...]:
    """Where every seam is, in shares of the frame."""
    return tuple(seam.first + (seam.last - seam.first) * share for seam in division.seams)


def find_box(division: Division, index: int, seams: tuple[float, ...]) -> Box:
    """The box of a panel in shares of the frame; outer sides are the frame's."""
    left, top, right, bottom = division.panels[index]
    return (
        seams[left] if left >= 0 else 0.0,
        seams[top] if top >= 0 else 0.0,
        seams[right] if right >= 0 else 1.0,
        seams[bottom] if bottom >= 0 else 1.0,
    )


def build_panels(grid: Grid, pictures: tuple[Bytes, ...], mood: Mood) -> PanelScene:
    """A split of two to four opaque pictures; one picture is split into three cuts of itself."""
    fields = 3 if len(pictures) == 1 else min(4, len(pictures))
    division = DIVISIONS[fields, grid.kind]
    panels = tuple(bake(grid, division, index, pictures, mood) for index in range(len(division.panels)))
    paper = choose_paper(mood.palette, mood.palette.ground)
    bands = tuple(draw_band(grid, seam, paper) for seam in division.seams)
    return PanelScene(grid, mood.rig, division, panels, bands, paper, scatter_dust(mood.seed, 12, mood.f_number))


def bake(grid: Grid, division: Division, index: int, pictures: tuple[Bytes, ...], mood: Mood) -> Panel:
    """The picture of a panel, as large as the panel ever gets and a little more."""
    boxes = [find_box(division, index, place_seams(division, share)) for share in (0.0, 1.0)]
    width = round(max(box[2] - box[0] for box in boxes) * grid.width * OVERSCAN) + 2
    height = round(max(box[3] - box[1] for box in boxes) * grid.height * OVERSCAN) + 2
    picture = pictures[index % len(pictures)]
    extra = index - len(pictures)
    window = choose_crop(picture, width / height) if extra < 0 else choose_cut(picture, width / height, extra)
    baked = grade(crop_to(picture, window, width, height), mood.hint, mood.rig)
    interest = rate_interest(baked)
    rows, columns = ((np.arange(size) + 0.5) / size - 0.5 for size in interest.shape)
    heart = (float(interest.sum(axis=0) @ columns), float(interest.sum(axis=1) @ rows))
    return Panel(make_sprite(baked), heart)


def draw_band(grid: Grid, seam: Seam, paper: Array) -> Sprite:
    """A strip of paper as long as the frame, with a clear rim along its sides, so that it glides between pixels."""
    thick = max(2, round(GUTTER * grid.unit))
    length = grid.height if seam.upright else grid.width
    strip = np.zeros((thick + 4, length, 4), np.uint8)
    strip[2:-2, :, :3] = paper * 255
    strip[2:-2, :, 3] = 255
    return make_sprite(np.ascontiguousarray(strip.swapaxes(0, 1)) if seam.upright else strip)
