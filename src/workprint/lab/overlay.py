"""Lays pictures with alpha over video frames, straight in their YUV planes and only where there is ink."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

import av
import numpy as np
import numpy.typing as npt
import skia
from av.video.reformatter import ColorRange, Interpolation

from workprint.lab.encode import PixelForm, Plane, convert, view_planes

Weights = npt.NDArray[np.uint16]

FULL = 128
"""Opacity of a layer that is fully there. 128 steps keep the blend of two 8-bit values inside 16 bits."""


@dataclass(frozen=True)
class Box:
    """A rectangle of a frame in pixels, with even sides at even places so that its chroma is whole."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Layer:
    """A picture ready to be laid over: colours already multiplied by alpha (0..255), one pair per plane size."""

    box: Box
    luma: Weights
    luma_alpha: Weights
    blue: Weights
    red: Weights
    chroma_alpha: Weights


@dataclass(frozen=True)
class Pose:
    """How a title stands at one moment: opacity 0..1, pixels below its place, scale, share revealed from the left.

    `hidden` is the share already wiped away from the left, `revealed` the share of a
    part-by-part entrance that is over.
    """

    opacity: float = 1.0
    drop: float = 0.0
    scale: float = 1.0
    shown: float = 1.0
    hidden: float = 0.0
    revealed: float = 1.0


AT_REST = Pose()
"""A title in its place."""

SOFT_EDGE = 0.18
"""Width of a wipe's edge as a share of the ink's width: soft enough not to draw a line of its own."""


class Title:
    """A full-frame RGBA picture laid over frames of a size; a picture of another size is scaled to it.

    The layer of the resting title is made once. Raises ValueError when the file is no picture.
    """

    def __init__(self, path: PurePath, width: int, height: int) -> None:
        whole = read_premultiplied(path, width, height)
        self._picture = skia.Image.fromarray(whole, skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType)
        self._size = (width, height)
        self.ink = find_ink(whole[:, :, 3])
        self._rest = make_layer(cut(whole, self.ink), self.ink) if self.ink else None
        self._fills_frame = self.ink == Box(0, 0, width // 2 * 2, height // 2 * 2)

    def lay(self, frame: av.VideoFrame, pose: Pose) -> None:
        """Lay the title over a yuv420p frame of one's own, in place."""
        if self._rest is None or self.ink is None or pose.opacity <= 0:
            return
        layer = self._move(pose)
        strength = _strength(pose, self.ink, layer.box)
        lay_over(frame, layer, strength)

    def _move(self, pose: Pose) -> Layer:
        assert self._rest is not None
        assert self.ink is not None
        # A picture that fills the frame would bare its own edges if it moved.
        if self._fills_frame or (pose.drop == 0 and pose.scale == 1):
            return self._rest
        box = _grow(self.ink, pose, self._size)
        middle = (self.ink.x + self.ink.width / 2, self.ink.y + self.ink.height / 2)
        return make_layer(_draw(self._picture, box, self._size, pose, middle), box)


def read_premultiplied(path: PurePath, width: int, height: int) -> Plane:
    """A picture scaled to (height, width, 4) premultiplied RGBA. Raises ValueError when the file is no picture."""
    picture = skia.Image.MakeFromEncoded(skia.Data.MakeFromFileName(str(path)))
    if picture is None:
        raise ValueError(f"{path.name} is not a picture")
    return _draw(picture, Box(0, 0, width, height), (width, height), AT_REST, (0.0, 0.0))


def _draw(picture: skia.Image, box: Box, size: tuple[int, int], pose: Pose, middle: tuple[float, float]) -> Plane:
    """The part of the posed picture inside the box as premultiplied RGBA; `middle` is what it scales about."""
    width, height = size
    pixels = np.zeros((box.height, box.width, 4), np.uint8)
    info = skia.ImageInfo.Make(box.width, box.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    canvas = skia.Surface.MakeRasterDirect(info, pixels, box.width * 4).getCanvas()
    canvas.translate(-box.x, pose.drop - box.y)
    canvas.translate(*middle)
    canvas.scale(pose.scale, pose.scale)
    canvas.translate(-middle[0], -middle[1])
    shrinks = width < picture.width() or height < picture.height()
    sampling = (
        skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
        if shrinks
        else skia.SamplingOptions(skia.CubicResampler.Mitchell())
    )
    if (picture.width(), picture.height()) == (width, height) and pose.drop == 0 and pose.scale == 1:
        sampling = skia.SamplingOptions()
    canvas.drawImageRect(picture, skia.Rect.MakeWH(width, height), sampling)
    return pixels


def cut(pixels: Plane, box: Box) -> Plane:
    """The part of a picture inside a box."""
    return np.ascontiguousarray(pixels[box.y : box.y + box.height, box.x : box.x + box.width])


def find_ink(alpha: Plane) -> Box | None:
    """The smallest even box around all non-zero values, or None."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not len(rows):
        return None
    return even_box((columns[0], rows[0]), (columns[-1] + 1, rows[-1] + 1), (alpha.shape[1], alpha.shape[0]))


def even_box(near: tuple[float, float], far: tuple[float, float], size: tuple[int, int]) -> Box:
    """The smallest even box around the edges that lies inside the frame."""
    x, y = (max(0, int(edge) // 2 * 2) for edge in near)
    far_x, far_y = (min(side // 2, -int(-edge // 2)) * 2 for edge, side in zip(far, size, strict=True))
    return Box(x, y, max(2, far_x - x), max(2, far_y - y))


def _grow(ink: Box, pose: Pose, size: tuple[int, int]) -> Box:
    """Where the ink can be in a pose, with two pixels for resampling."""
    more_x, more_y = ink.width * max(0.0, pose.scale - 1) / 2 + 2, ink.height * max(0.0, pose.scale - 1) / 2 + 2
    top = ink.y - more_y + min(0.0, pose.drop)
    bottom = ink.y + ink.height + more_y + max(0.0, pose.drop)
    return even_box((max(0.0, ink.x - more_x), max(0.0, top)), (ink.x + ink.width + more_x, bottom), size)


def _strength(pose: Pose, ink: Box, box: Box) -> int | npt.NDArray[np.int16]:
    """Opacity in steps of 1/128: one number, or one for every column of the box while a wipe runs."""
    if pose.shown >= 1 and pose.hidden <= 0:
        return round(FULL * pose.opacity)
    soft = max(2.0, ink.width * SOFT_EDGE)
    places = np.arange(box.width) + 0.5 + box.x - ink.x
    shown = np.clip((pose.shown * (ink.width + soft) - places) / soft, 0, 1)
    kept = np.clip((places - pose.hidden * (ink.width + soft)) / soft + 1, 0, 1)
    columns: npt.NDArray[np.int16] = np.rint(FULL * pose.opacity * shown * kept).astype(np.int16)
    return columns


def make_layer(pixels: Plane, box: Box) -> Layer:
    """A layer of premultiplied (h, w, 4) RGBA pixels; BT.709 limited range, chroma averaged over 2x2 pixels."""
    alpha = pixels[:, :, 3].astype(np.uint16)
    luma, blue, red = _convert(pixels)
    # Swscale saw colour times alpha over black, so the offsets 16 and 128 must be scaled by alpha too.
    small_alpha = _halve(alpha)
    return Layer(
        box=box,
        luma=(luma - 16) * 255 + 16 * alpha,
        luma_alpha=255 - alpha,
        blue=_offset_chroma(_halve(blue), small_alpha),
        red=_offset_chroma(_halve(red), small_alpha),
        chroma_alpha=255 - small_alpha,
    )


def _convert(pixels: Plane) -> tuple[Weights, Weights, Weights]:
    height, width = pixels.shape[:2]
    scaler = Interpolation.BILINEAR | Interpolation.ACCURATE_RND
    form = PixelForm(width, height, "yuv444p", ColorRange.JPEG, ColorRange.MPEG, scaler)
    frame = convert(av.VideoFrame.from_ndarray(pixels, format="rgba"), form)
    luma, blue, red = view_planes(frame)
    return np.maximum(luma, 16).astype(np.uint16), blue.astype(np.uint16), red.astype(np.uint16)


def _halve(plane: Weights) -> Weights:
    four = plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]
    return np.asarray((four + 2) >> 2, np.uint16)


def _offset_chroma(chroma: Weights, alpha: Weights) -> Weights:
    weighted = (chroma.astype(np.int32) - 128) * 255 + 128 * alpha
    return np.asarray(np.clip(weighted, 0, 240 * 255), np.uint16)


def lay_over(frame: av.VideoFrame, layer: Layer, strength: int | npt.NDArray[np.int16] = FULL) -> None:
    """Lay a layer over a yuv420p frame, in place; `strength` 0..128 for all of it or for every column."""
    box = layer.box
    planes = view_planes(frame)
    half = Box(box.x // 2, box.y // 2, box.width // 2, box.height // 2)
    thin = strength if isinstance(strength, int) else strength[::2]
    _blend(planes[0], box, layer.luma, layer.luma_alpha, strength)
    _blend(planes[1], half, layer.blue, layer.chroma_alpha, thin)
    _blend(planes[2], half, layer.red, layer.chroma_alpha, thin)


def _blend(plane: Plane, box: Box, color: Weights, rest: Weights, strength: int | npt.NDArray[np.int16]) -> None:
    part = plane[box.y : box.y + box.height, box.x : box.x + box.width]
    mixed = part * rest
    mixed += color
    # Division by 255, rounded, without leaving 16 bits.
    mixed += 128
    mixed += mixed >> 8
    mixed >>= 8
    if isinstance(strength, int) and strength >= FULL:
        part[:] = mixed
        return
    change = mixed.astype(np.int16)
    change -= part
    change *= np.int16(strength) if isinstance(strength, int) else strength
    change += FULL // 2
    change >>= 7
    change += part
    part[:] = change
