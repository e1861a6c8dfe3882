"""Planes of transitions: mixed, resized, eased; a scene says what is to be drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from workprint.lab.encode import Plane, view_planes
from workprint.lab.typeset import parse_color

Planes = tuple[Plane, Plane, Plane]
Mask = npt.NDArray[np.int16]
Field = npt.NDArray[np.float32]

FULL = 128
"""Weight of a picture that is fully there; 128 steps keep the blend of two 8-bit values inside 16 bits."""

Subject = tuple[float, float, float, float]
"""Where a picture's subject stands: x, y, width, height in pixels."""


@dataclass(frozen=True)
class Scene:
    """What a transition is: kind, direction, length in frames, picture size, colours, seed.

    `direction` is where things move: left, right, up, down, in, out. `subjects` are those of the outgoing and the
    incoming picture where they are known.
    """

    kind: str
    direction: str
    frames: int
    width: int
    height: int
    palette: tuple[str, ...]
    seed: int
    subjects: tuple[Subject, Subject] | None = None

    @property
    def axis(self) -> int:
        """0 where it moves up or down, else 1."""
        return 0 if self.direction in ("up", "down") else 1


Mixer = Callable[[float, Planes, Planes], Planes]
"""Draws the moment 0 < p < 1 between an outgoing and an incoming picture."""


def ease(share: float) -> float:
    """Hermite's smooth step: still at both ends."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def rush(share: float, power: int = 3) -> float:
    """Penner's in-out curve of a power: slow, very fast through the middle, slow."""
    share = min(1.0, max(0.0, share))
    near = min(share, 1 - share)
    reach = float((2 * near) ** power) / 2
    return reach if share < 0.5 else 1 - reach


def to_code(color: str) -> tuple[int, int, int]:
    """BT.709 limited-range Y, U, V of a colour #RRGGBB."""
    return encode_rgb(np.array(parse_color(color)[:3], np.float64))


def encode_rgb(rgb: npt.NDArray[np.float64]) -> tuple[int, int, int]:
    """BT.709 limited-range Y, U, V of display values 0..255."""
    luma = float(np.dot(rgb, (0.2126, 0.7152, 0.0722))) / 255
    blue, red = (rgb[2] / 255 - luma) / 1.8556, (rgb[0] / 255 - luma) / 1.5748
    return round(16 + 219 * luma), round(128 + 224 * blue), round(128 + 224 * red)


def mix_plane(before: Plane, after: Plane | int, weight: int | Mask) -> Plane:
    """`after` laid over `before` by a weight of 0..128."""
    change = np.subtract(after, before, dtype=np.int16)
    change *= np.int16(weight) if isinstance(weight, int) else weight
    change += FULL // 2
    change >>= 7
    change += before
    return change.astype(np.uint8)


def mix_all(before: Planes, after: Planes | tuple[int, int, int], luma: int | Mask, chroma: int | Mask) -> Planes:
    """Three planes laid over three others."""
    return (
        mix_plane(before[0], after[0], luma),
        mix_plane(before[1], after[1], chroma),
        mix_plane(before[2], after[2], chroma),
    )


def resize(plane: Plane, width: int, height: int, scaler: Interpolation = Interpolation.BILINEAR) -> Plane:
    """A plane at another size, its codes kept: swscale does it in a tenth of the time numpy takes."""
    if plane.shape == (height, width):
        return plane
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(plane), format="gray")
    scaled = VideoReformatter().reformat(
        frame,
        width=width,
        height=height,
        format="gray",
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=scaler | Interpolation.ACCURATE_RND | Interpolation.BITEXACT,
        threads=1,
    )
    rows = np.frombuffer(memoryview(scaled.planes[0]), np.uint8).reshape(height, scaled.planes[0].line_size)
    return rows[:, :width]


def grid(width: int, height: int) -> tuple[Field, Field]:
    """Pixel centres as shares of the frame: columns as a row, rows as a column."""
    x = (np.arange(width, dtype=np.float32)[None, :] + np.float32(0.5)) / np.float32(width)
    y = (np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)) / np.float32(height)
    return x, y


__all__ = [
    "FULL", "Field", "Mask", "Mixer", "Plane", "Planes", "Scene", "Subject", "ease", "encode_rgb", "grid", "mix_all",
    "mix_plane", "resize", "rush", "to_code", "view_planes",
]  # fmt: skip
