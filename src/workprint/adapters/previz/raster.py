"""The canvas a frame is put together on: smooth light upscaled from a coarse grid, sharp sprites, film grain.

Everything soft is computed on a grid of about 135 points along the short side and enlarged in 16-bit fixed
point with dither, so gradients never band; only sprites are resampled at full size. Planes are 4:2:0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.colour import Array

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.int16]

GRID_POINTS = 135
"""Coarse grid points along the short side: 8 px at 1080, where linear pieces of a soft light are invisible."""
FIXED = 128
"""Fixed-point steps to one code value: 219 x 128 still fits 16 signed bits."""
GRAIN_SIGMA = 0.6
"""Luma grain in code values: felt rather than seen, and what H.264 keeps at our rates hides the last banding."""
BAND_ROWS = 96
"""Rows worked on at once, so that a band of 16-bit words stays in the second-level cache."""
KERNEL = 64
"""Fixed-point unity of resampling weights."""


@dataclass(frozen=True)
class Planes:
    """A finished frame: limited-range BT.709 4:2:0, uint8, luma HxW and both chromas of half size."""

    y: Bytes
    u: Bytes
    v: Bytes


@dataclass(frozen=True)
class Sprite:
    """A sharp picture ready to be placed: premultiplied code values, luma full size, chroma and `half` half size.

    `y` spans 0..219, `u` and `v` are signed; `alpha` is None for an opaque picture.
    """

    y: Bytes
    u: npt.NDArray[np.int8]
    v: npt.NDArray[np.int8]
    alpha: Bytes | None = None
    half: Bytes | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in its own pixels."""
        return self.y.shape[1], self.y.shape[0]


@dataclass(frozen=True)
class Placed:
    """A sprite on the canvas: canvas position of its top-left corner, canvas pixels to a sprite pixel, clip box.

    `body` is the box (x, y, width, height in sprite pixels) of what the shot is about, where the sprite holds it.
    """

    sprite: Sprite
    x: float
    y: float
    scale_x: float
    scale_y: float
    clip: tuple[int, int, int, int] | None = None
    body: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Light:
    """What shines on sprites, on the coarse grid: `gain` 0..1 multiplies, `veil` (code values) is added."""

    gain: Array
    veil: Array | None = None


def weigh(positions: npt.NDArray[np.float64], size: int) -> tuple[npt.NDArray[np.intp], Words]:
    """Catmull-Rom taps: indices (4, n) clamped to the plane, and weights (4, n) that sum to KERNEL."""
    base = np.floor(positions).astype(np.intp)
    f = (positions - base).astype(np.float64)
    w0 = f * (-0.5 + f * (1 - 0.5 * f))
    w1 = 1 + f * f * (1.5 * f - 2.5)
    w3 = f * f * (0.5 * f - 0.5)
    weights = np.rint(np.stack((w0, w1, 1 - w0 - w1 - w3, w3)) * KERNEL).astype(np.int16)
    weights[1] += KERNEL - weights.sum(axis=0, dtype=np.int16)
    taps = np.clip(base + np.arange(-1, 3)[:, None], 0, size - 1)
    return taps, weights


class Sampler:
    """Reads a plane along canvas rows and columns at fractional places; axis-aligned, so both passes are cheap."""

    def __init__(self, rows: npt.NDArray[np.float64], columns: npt.NDArray[np.float64], shape: tuple[int, int]) -> None:
        self.row_taps, self.row_weights = weigh(rows, shape[0])
        taps, self.column_weights = weigh(columns, shape[1])
        self.first, self.last = int(taps.min()), int(taps.max()) + 1
        self.column_taps = taps - self.first

    def read(self, plane: npt.NDArray[np.uint8] | npt.NDArray[np.int8], start: int, stop: int) -> Words:
        """Canvas rows start..stop of the plane, in code values as int16 (overshoot not yet clipped)."""
        taps = self.row_taps[:, start:stop]
        top = int(taps.min())
        block = plane[top : int(taps.max()) + 1, self.first : self.last].astype(np.int16)
        tall = _sum_rows(block, taps - top, self.row_weights[:, start:stop])
        # Turned, a column is a row: picking whole rows costs a tenth of picking single columns, and pays both turns.
        wide = _sum_rows(np.ascontiguousarray(tall.T), self.column_taps, self.column_weights)
        return np.ascontiguousarray(wide.T)


def _sum_rows(block: Words, taps: npt.NDArray[np.intp], weights: Words) -> Words:
    """For every column of `taps` the weighted sum of the rows it names, over KERNEL, rounded."""
    out = np.zeros((taps.shape[1], block.shape[1]), np.int16)
    part = np.empty_like(out)
    for tap, weight in zip(taps, weights, strict=True):
        # Taps lie inside the block; with another mode numpy would collect the rows elsewhere first.
        block.take(tap, axis=0, out=part, mode="clip")
        part *= weight[:, None]
        out += part
    out += KERNEL // 2
    out >>= 6
    return out


class Grid:
    """The coarse grid of a canvas: coordinates with the short side 1 and the origin in the middle, y down."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.step = max(2, round(min(width, height) / GRID_POINTS / 2) * 2)
        columns, rows = -(-width // self.step) + 1, -(-height // self.step) + 1
        unit = min(width, height)
        self.x: Array = ((np.arange(columns) * self.step - width / 2) / unit).astype(np.float32)[None, :]
        self.y: Array = ((np.arange(rows) * self.step - height / 2) / unit).astype(np.float32)[:, None]
        self.half_width, self.half_height = width / unit / 2, height / unit / 2
        self.unit = unit

    @property
    def kind(self) -> str:
        """The frame's shape: tall, upright (4:5), square or wide; layouts are composed for each."""
        if self.half_height > 0.56:
            return "tall" if self.half_height > 0.75 else "upright"
        return "wide" if self.half_width > 0.6 else "square"

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a coarse field."""
        return self.y.shape[0], self.x.shape[1]

    def enlarge(self, field: Array, out: Words, step: int, factor: float) -> None:
        """Write a coarse field times `factor` into `out`, bilinearly, with `step` canvas pixels to a grid point."""
        width = out.shape[1]
        place = np.arange(width) / step
        left = np.minimum(place.astype(np.intp), field.shape[1] - 2)
        share = (place - left).astype(np.float32)
        # Turned, because picking whole rows costs a tenth of picking single columns.
        scaled = np.ascontiguousarray((field * np.float32(factor)).T)
        turned = scaled[left]
        turned += (scaled[left + 1] - turned) * share[:, None]
        rows = np.ascontiguousarray(turned.T)
        ends = np.rint(rows).astype(np.int16)
        slope = np.rint((rows[1:] - rows[:-1]) / np.float32(step)).astype(np.int16)
        for k in range(step):
            target = out[k::step]
            n = target.shape[0]
            if k == 0:
                target[:] = ends[:n]
            else:
                np.add(out[k - 1 :: step][:n], slope[:n], out=target)


class Canvas:
    """One reusable frame: paint the base, place sprites, finish. The same calls give the same bytes."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        self.grid = Grid(width, height)
        self.width, self.height = width, height
        self.half_size = ((height + 1) // 2, (width + 1) // 2)
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.noise = self.make_noise((height + 96, width + 96), GRAIN_SIGMA)
        self.chroma_noise = self.make_noise((self.half_size[0] + 96, self.half_size[1] + 96), 0.30)
        self.luma = np.zeros((height, width), np.uint8)
        self.chroma = (np.zeros(self.half_size, np.int16), np.zeros(self.half_size, np.int16))
        self.scratch = np.empty((height, width), np.int16)
        self.gain = np.empty((height, width), np.int16)
        self.half_gain = np.empty(self.half_size, np.int16)

    def make_noise(self, shape: tuple[int, int], sigma: float) -> Words:
        """Grain with its dither: normal noise plus a uniform step of one code value, in fixed point, mean 1/2."""
        grain = self.random.standard_normal(shape, np.float32) * np.float32(sigma)
        np.clip(grain, -3 * sigma, 3 * sigma, out=grain)
        grain += self.random.random(shape, np.float32)
        grain *= FIXED
        return grain.astype(np.int16)

    def begin(self, frame: int, base: Array, light: Light, *, is_hidden: bool = False) -> None:
        """Start a frame from coarse code values (rows, columns, 3) and the light that falls on its sprites.

        A ground that the first sprite will hide is not painted.
        """
        shift = np.random.Generator(np.random.PCG64([frame, 0x6EA1])).integers(0, 96, 4)
        self.window = self.noise[shift[0] : shift[0] + self.height, shift[1] : shift[1] + self.width]
        rows, columns = self.half_size
        self.chroma_window = self.chroma_noise[shift[2] : shift[2] + rows, shift[3] : shift[3] + columns]
        if not is_hidden:
            self.paint(base)
        self.shine(light)

    def paint(self, base: Array) -> None:
        """Fill the frame with coarse code values, dithered."""
        step = self.grid.step
        self.grid.enlarge(np.clip(base[..., 0], 4, 222), self.scratch, step, FIXED)
        self.scratch += self.window
        self.scratch >>= 7
        self.luma[:] = self.scratch
        for plane, channel in zip(self.chroma, (1, 2), strict=True):
            self.grid.enlarge(np.clip(base[..., channel], -110, 110), plane, step // 2, FIXED)
            plane += self.chroma_window
            plane >>= 7

    def is_filled_by(self, placed: Placed) -> bool:
        """Whether a placed sprite hides all that lies under it."""
        return placed.sprite.alpha is None and self.find_box(placed) == (0, 0, self.width, self.height)

    def shine(self, light: Light) -> None:
        """Set the light for the sprites that follow. Gains carry grain, which dithers them too."""
        step = self.grid.step
        for out, noise, size in ((self.gain, self.window, step), (self.half_gain, self.chroma_window, step // 2)):
            self.grid.enlarge(np.clip(light.gain, 0, 1), out, size, 248 * 64)
            out += noise
            out >>= 6
        self.veils: tuple[Words, Words, Words] | None = None
        if light.veil is not None:
            veils = (np.empty_like(self.luma, np.int16), *(np.empty(self.half_size, np.int16) for _ in range(2)))
            for index, veil in enumerate(veils):
                self.grid.enlarge(light.veil[..., index], veil, step if index == 0 else step // 2, 64)
            self.veils = (veils[0], veils[1], veils[2])

    def place(self, placed: Placed) -> None:
        """Lay a sprite over the frame."""
        sprite = placed.sprite
        box = self.find_box(placed)
        if box is None:
            return
        veils = self.veils or (None, None, None)
        self.lay(
            placed, box, plane=sprite.y, alpha=sprite.alpha, share=1, target=self.luma, gain=self.gain, veil=veils[0]
        )
        small = (box[0] // 2, box[1] // 2, (box[2] + 1) // 2, (box[3] + 1) // 2)
        for plane, target, veil in zip((sprite.u, sprite.v), self.chroma, veils[1:], strict=True):
            self.lay(
                placed, small, plane=plane, alpha=sprite.half, share=2, target=target, gain=self.half_gain, veil=veil
            )

    def find_box(self, placed: Placed) -> tuple[int, int, int, int] | None:
        """The canvas pixels a placed sprite touches, or None when it is off the frame."""
        width, height = placed.sprite.size
        left, top, right, bottom = placed.clip or (0, 0, self.width, self.height)
        x0, y0 = max(left, int(np.floor(placed.x)), 0), max(top, int(np.floor(placed.y)), 0)
        x1 = min(right, int(np.ceil(placed.x + width * placed.scale_x)), self.width)
        y1 = min(bottom, int(np.ceil(placed.y + height * placed.scale_y)), self.height)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def lay(
        self,
        placed: Placed,
        box: tuple[int, int, int, int],
        *,
        plane: npt.NDArray[np.uint8] | npt.NDArray[np.int8],
        alpha: Bytes | None,
        share: int,
        target: Bytes | Words,
        gain: Words,
        veil: Words | None,
    ) -> None:
        """Lay one plane (of 1/share size) of a placed sprite into `target`, in bands."""
        x0, y0, x1, y1 = box
        rows = (np.arange(y0, y1, dtype=np.float64) + 0.5 - placed.y / share) / placed.scale_y - 0.5
        columns = (np.arange(x0, x1, dtype=np.float64) + 0.5 - placed.x / share) / placed.scale_x - 0.5
        sampler = Sampler(rows, columns, (plane.shape[0], plane.shape[1]))
        luma = share == 1
        # Luma times gain needs all 16 bits, chroma its sign; views keep one code path for both.
        kind: Any = np.uint16 if luma else np.int16
        for start in range(0, y1 - y0, BAND_ROWS * share):
            stop = min(start + BAND_ROWS * share, y1 - y0)
            here = (slice(y0 + start, y0 + stop), slice(x0, x1))
            ink = sampler.read(plane, start, stop)
            np.clip(ink, 0 if luma else -112, 228 if luma else 112, out=ink)
            cover = None if alpha is None else np.clip(sampler.read(alpha, start, stop), 0, 255)
            product = ink.view(kind) * gain[here].view(kind)
            if veil is not None:
                product += spread_veil(veil[here], cover).view(kind)
            if cover is not None:
                product = blend(product, cover, target[here], kind)
            product >>= 8
            target[here] = product

    def sparkle(self, x: float, y: float, radius: float, level: float) -> None:
        """Add a soft speck of light of `level` luma codes at a canvas place; no larger than a few pixels."""
        reach = int(np.ceil(radius * 2.2)) + 1
        x0, x1 = max(0, int(x) - reach), min(self.width, int(x) + reach + 1)
        y0, y1 = max(0, int(y) - reach), min(self.height, int(y) + reach + 1)
        if x1 <= x0 or y1 <= y0:
            return
        across = np.exp(-(((np.arange(x0, x1) - x) / radius) ** 2))
        down = np.exp(-(((np.arange(y0, y1) - y) / radius) ** 2))
        patch = self.luma[y0:y1, x0:x1]
        patch[:] = np.minimum(patch + (level * down[:, None] * across).astype(np.int16), 226)

    def finish(self) -> Planes:
        """The frame's planes, in arrays of their own."""
        u, v = ((plane + 128).astype(np.uint8) for plane in self.chroma)
        return Planes(self.luma + np.uint8(16), u, v)


def spread_veil(veil: Words, cover: Words | None) -> Words:
    """A veil (64 to a code value) as 256 to a code value, only where the sprite covers."""
    if cover is None:
        return veil * np.int16(4)
    return (veil >> 5) * (cover >> 1)


def blend(product: Any, cover: Words, under: Any, kind: Any) -> Any:
    """Premultiplied ink (256 to a code value, uint16 or int16 as `kind`) over what lies under it (code values)."""
    rest = 256 - cover - (cover >> 7)
    product += under * rest.view(kind)
    product += kind(128)
    return product
