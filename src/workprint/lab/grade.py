"""Grades footage (R4): a look or a LUT as one table over luma and chroma codes, applied to 4:2:0 planes by look-up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

import av
import numpy as np
import numpy.typing as npt

from workprint.film.errors import OrderFailed, Remedy
from workprint.film.grade import NO_LOOK, Grade
from workprint.lab.cube_lut import CubeLut, CubeRefused, read_cube
from workprint.lab.encode import Plane, view_planes
from workprint.lab.looks import Rgb, guard_colours, list_guarded, tint_look

NODES = 33
"""Points a side at which a grade is really computed: code values 0, 8, ... 256."""

CELLS = 64
"""Chroma cells a side of the table: four code values each, dithered over the pixels so that no step shows."""

DITHER = np.array([[0, 2], [3, 1]], np.uint8)
"""Added to chroma before it falls into a cell: over four pixels the mean cell is exact."""

ROWS = 128
"""Luma rows graded at once: their look-up places fit the processor's cache."""

LUMA_709 = np.array((0.2126, 0.7152, 0.0722), np.float32)
"""ITU-R BT.709-6, section 3.2."""

BLACK, WHITE, CHROMA_LEAST, CHROMA_MOST = 16, 235, 16, 240
"""Limited range of 8-bit codes (BT.709-6, section 4.6)."""


@dataclass(frozen=True)
class GradeTable:
    """A grade ready for frames: flat tables by (red cell, blue cell, luma code).

    `luma` holds new codes; `blue` and `red` hold what is added to the chroma codes, modulo 256.
    """

    luma: Plane
    blue: Plane
    red: Plane

    def apply(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The graded picture of a yuv420p frame with even sides, as a new frame."""
        graded = av.VideoFrame(frame.width, frame.height, "yuv420p")
        luma, blue, red = view_planes(frame)
        new = view_planes(graded)
        dither = np.tile(DITHER, (ROWS // 4 + 1, frame.width // 4 + 1))[: ROWS // 2, : blue.shape[1]]
        for top in range(0, frame.height, ROWS):
            rows, half = slice(top, top + ROWS), slice(top // 2, (top + ROWS) // 2)
            strip = luma[rows], blue[half], red[half]
            self._apply_rows(strip, (new[0][rows], new[1][half], new[2][half]), dither)
        return graded

    def _apply_rows(self, strip: tuple[Plane, ...], new: tuple[Plane, ...], dither: Plane) -> None:
        luma, blue, red = strip
        tall, wide = blue.shape
        cell = self._find_cells(red, dither).astype(np.int32)
        cell <<= 6
        cell |= self._find_cells(blue, dither)
        cell <<= 8
        level = (luma[::2, ::2].astype(np.uint16) + luma[1::2, 1::2]) >> 1
        at = cell | level
        np.add(blue, self.blue.take(at), out=new[1])
        np.add(red, self.red.take(at), out=new[2])
        # Two cells side by side as one wide number: numpy is six times slower over rows that repeat every second place.
        pairs = cell.astype(np.int64)
        pairs |= pairs << 32
        every = np.empty((tall, 2, 2 * wide), np.int32)
        every[:] = pairs.view(np.int32)[:, None]
        places = every.reshape(2 * tall, 2 * wide)
        places |= luma
        new[0][:] = self.luma.take(places)

    @staticmethod
    def _find_cells(chroma: Plane, dither: Plane) -> Plane:
        """The cell every chroma code falls into once dither is added."""
        cells = np.minimum(chroma, 252)
        cells += dither[: len(chroma)]
        cells >>= 2
        return cells


def open_grade(grade: Grade | None, lut: PurePath | None) -> GradeTable | None:
    """The table of a grade, None for none; tables are kept, since the segments of a film share one or two.

    Raises OrderFailed when the LUT cannot be read.
    """
    if grade is None:
        return None
    return _keep_table(grade, lut if grade.has_lut else None)


@lru_cache(maxsize=4)
def _keep_table(grade: Grade, lut: PurePath | None) -> GradeTable:
    if not grade.has_lut:
        return build_table(grade, None)
    if lut is None:
        raise OrderFailed("The look-up table is not on the bench.", where="product.style_pack.lut")
    try:
        return build_table(grade, read_cube(lut))
    except CubeRefused as refused:
        remedy = Remedy("Export the table again as .cube, or remove product.style_pack.lut.")
        message = f"The look-up table cannot be used: {refused.message}."
        raise OrderFailed(message, where="product.style_pack.lut", remedy=remedy) from refused


def grade_rgb(rgb: Rgb, grade: Grade, lut: CubeLut | None) -> Rgb:
    """Display colours (n, 3) of 0..1 as the grade makes them: the look, then the table."""
    graded = rgb if grade.look == NO_LOOK else tint_look(rgb, grade)
    if lut is None:
        return graded
    mapped = np.clip(lut.apply(graded), 0, 1)
    return guard_colours(graded, mapped, list_guarded(grade)) if grade.guards_ground else np.asarray(mapped, np.float32)


def build_table(grade: Grade, lut: CubeLut | None) -> GradeTable:
    """The table of a grade: computed at 33 points a side, linear in between.

    What the grade does to a colour is stored as a difference, so that codes no colour has keep their distance from
    those that one has, and a grade that does nothing changes no bit.
    """
    steps = np.arange(NODES, dtype=np.float32) * 8
    red, blue, luma = (axis.ravel() for axis in np.meshgrid(steps, steps, steps, indexing="ij"))
    rgb = np.clip(codes_to_rgb(np.stack((luma, blue, red), axis=1)), 0, 1).astype(np.float32)
    change = rgb_to_codes(grade_rgb(rgb, grade, lut)) - rgb_to_codes(rgb)
    fine = [_refine(np.ascontiguousarray(change[:, i]).reshape(NODES, NODES, NODES)) for i in range(3)]
    levels = np.arange(256, dtype=np.float32)
    return GradeTable(
        luma=np.clip(np.rint(levels + fine[0]), BLACK, WHITE).astype(np.uint8).ravel(),
        blue=_wrap(fine[1], axis=1),
        red=_wrap(fine[2], axis=0),
    )


def _refine(coarse: Rgb) -> Rgb:
    """Differences at every table place (red cell, blue cell, luma code) from those at the nodes."""
    chroma, luma = _weigh(np.arange(CELLS) * 4), _weigh(np.arange(256))
    fine = np.einsum("ir,rbl->ibl", chroma, coarse, optimize=True)
    fine = np.einsum("jb,ibl->ijl", chroma, fine, optimize=True)
    return np.asarray(fine @ luma.T, np.float32)


def _weigh(codes: npt.NDArray[np.int64]) -> Rgb:
    """Weights (codes, nodes) of linear interpolation between the nodes."""
    return np.asarray(np.maximum(0, 1 - np.abs(codes[:, None] / 8 - np.arange(NODES))), np.float32)


def _wrap(change: Rgb, axis: int) -> Plane:
    """Whole differences, held so that a code of the cell stays in range, as bytes to be added modulo 256."""
    shape = [1, 1, 1]
    shape[axis] = CELLS
    first = (np.arange(CELLS) * 4).reshape(shape)
    # With dither a cell serves codes from three below to three above its own.
    lowest, highest = np.minimum(CHROMA_LEAST - first + 3, 0), np.maximum(CHROMA_MOST - first - 3, 0)
    whole = np.clip(np.rint(change), lowest, highest).astype(np.int16)
    return (whole & 255).astype(np.uint8).ravel()


def codes_to_rgb(codes: Rgb) -> Rgb:
    """Display RGB of limited-range codes (n, 3) luma, blue, red; beyond 0..1 for codes no colour has."""
    luma = (codes[:, 0] - BLACK) / 219
    blue, red = (codes[:, 1] - 128) / 224, (codes[:, 2] - 128) / 224
    r, b = luma + 1.5748 * red, luma + 1.8556 * blue
    g = (luma - LUMA_709[0] * r - LUMA_709[2] * b) / LUMA_709[1]
    return np.stack((r, g, b), axis=1).astype(np.float32)


def rgb_to_codes(rgb: Rgb) -> Rgb:
    """Limited-range codes (n, 3) luma, blue, red of display RGB, not rounded (BT.709-6, section 3)."""
    luma = rgb @ LUMA_709
    blue, red = (rgb[:, 2] - luma) / 1.8556, (rgb[:, 0] - luma) / 1.5748
    return np.stack((BLACK + 219 * luma, 128 + 224 * blue, 128 + 224 * red), axis=1).astype(np.float32)
