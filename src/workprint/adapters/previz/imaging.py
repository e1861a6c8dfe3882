"""Picture work done once per shot, before the first frame: resizing, blur, masks, sprites."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import skia

from workprint.adapters.previz.colour import CB_SCALE, CHROMA_SPAN, CR_SCALE, LUMA_709, LUMA_SPAN, SLAB_ROWS, Array
from workprint.adapters.previz.raster import Sprite

Bytes = npt.NDArray[np.uint8]


def resize(picture: Bytes, width: int, height: int) -> Bytes:
    """A premultiplied or opaque RGBA picture at another size: mipmaps going down, Mitchell going up."""
    width, height = max(1, width), max(1, height)
    if picture.shape[1] == width and picture.shape[0] == height:
        return picture
    image = skia.Image.fromarray(np.ascontiguousarray(picture), skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    if width < picture.shape[1] or height < picture.shape[0]:
        sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    else:
        sampling = skia.SamplingOptions(skia.CubicResampler.Mitchell())
    out = np.zeros((height, width, 4), np.uint8)
    info = skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRasterDirect(info, out, width * 4)
    paint = skia.Paint(BlendMode=skia.BlendMode.kSrc)
    surface.getCanvas().drawImageRect(image, skia.Rect.MakeWH(width, height), sampling, paint)
    return out


def premultiply(picture: Bytes) -> Bytes:
    """Straight alpha to premultiplied, rounded."""
    alpha = picture[..., 3:4].astype(np.uint16)
    out = picture.copy()
    out[..., :3] = (picture[..., :3] * alpha + 127) // 255
    return out


def blur(plane: Array, sigma: float) -> Array:
    """Gaussian-like blur (three box passes) of a plane or a stack (rows, columns, ...), edges held.

    Source: W. M. Wells, "Efficient synthesis of Gaussian filters by cascaded uniform filters", PAMI 1986.
    """
    radius = round((np.sqrt(4 * sigma * sigma + 1) - 1) / 2)
    out = plane.astype(np.float32)
    if radius < 1:
        return out
    for _ in range(2):
        for _ in range(3):
            out = average_down(out, radius)
        out = np.ascontiguousarray(out.swapaxes(0, 1))
    return out


def average_down(plane: Array, radius: int) -> Array:
    """Running mean over 2 x radius + 1 rows, edges held.

    One row of running sums in double precision, added to and taken from row by row: ten times as fast as sums of the
    whole plane, and without their memory.
    """
    size = plane.shape[0]
    rows = plane.reshape(size, -1)
    out = np.empty_like(rows)
    sums = rows[0].astype(np.float64) * (radius + 1)
    for ahead in range(1, radius + 1):
        sums += rows[min(ahead, size - 1)]
    share = 1 / (2 * radius + 1)
    for index in range(size):
        np.multiply(sums, share, out=out[index], casting="same_kind")
        sums += rows[min(index + radius + 1, size - 1)]
        sums -= rows[max(index - radius, 0)]
    return out.reshape(plane.shape)


def smoothstep(low: float, high: float, value: Array) -> Array:
    """Hermite step from 0 at `low` to 1 at `high`; the other way round when low > high."""
    t = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def round_box(width: int, height: int, radius: float) -> Array:
    """Coverage 0..1 of a rounded rectangle that fills the plane, with a soft edge of one pixel."""
    x = np.abs(np.arange(width, dtype=np.float32) + 0.5 - width / 2) - (width / 2 - radius)
    y = np.abs(np.arange(height, dtype=np.float32) + 0.5 - height / 2) - (height / 2 - radius)
    away = np.hypot(np.maximum(x, 0)[None, :], np.maximum(y, 0)[:, None])
    return np.asarray(np.clip(radius - away + 0.5, 0, 1), np.float32)


def box_distance(x: Array, y: Array, half_width: float, half_height: float, radius: float) -> Array:
    """Signed distance to a rounded rectangle around the origin; negative inside."""
    dx, dy = np.abs(x) - (half_width - radius), np.abs(y) - (half_height - radius)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return np.asarray(outside + np.minimum(np.maximum(dx, dy), 0) - radius, np.float32)


def fit_inside(aspect: float, width: float, height: float) -> tuple[float, float]:
    """The largest size with `aspect` (width over height) inside a box."""
    return (width, width / aspect) if width / aspect <= height else (height * aspect, height)


def place_over(top: Array, under: Array) -> Array:
    """Premultiplied RGBA over premultiplied RGBA, both floats 0..1."""
    return np.asarray(top + under * (1 - top[..., 3:4]), np.float32)


def to_float(picture: Bytes) -> Array:
    """8-bit channels as floats 0..1."""
    return picture.astype(np.float32) * np.float32(1 / 255)


def add_alpha(rgb: Bytes) -> Bytes:
    """An RGB picture as opaque RGBA."""
    return np.pad(rgb, ((0, 0), (0, 0), (0, 1)), constant_values=255)


def to_bytes(picture: Array, seed: int) -> Bytes:
    """Floats 0..1 as 8-bit channels, dithered so that drawn gradients do not band."""
    random = np.random.Generator(np.random.PCG64(seed))
    out = np.empty(picture.shape, np.uint8)
    for start in range(0, picture.shape[0], SLAB_ROWS):
        slab = picture[start : start + SLAB_ROWS] * np.float32(255)
        noise = random.random(slab.shape[:2], np.float32)[..., None]
        # Where nothing is, nothing may appear: dither only real ink.
        slab += np.where(slab > 0.02, noise, 0)
        out[start : start + SLAB_ROWS] = np.clip(slab, 0, 255)
    out[..., :3] = np.minimum(out[..., :3], out[..., 3:4])
    return out


def make_sprite(picture: Bytes) -> Sprite:
    """Planes of a premultiplied RGBA picture; opaque pictures get no alpha planes. Odd sizes gain an edge pixel."""
    picture = np.pad(picture, ((0, picture.shape[0] % 2), (0, picture.shape[1] % 2), (0, 0)), mode="edge")
    height, width = picture.shape[:2]
    luma = np.empty((height, width), np.uint8)
    chroma = [np.empty((height // 2, width // 2), np.int8) for _ in range(2)]
    for start in range(0, height, SLAB_ROWS):
        slab = to_float(picture[start : start + SLAB_ROWS, :, :3])
        level = slab @ LUMA_709
        luma[start : start + SLAB_ROWS] = level * np.float32(LUMA_SPAN) + np.float32(0.5)
        for plane, channel, scale in zip(chroma, (2, 0), (CB_SCALE, CR_SCALE), strict=True):
            difference = (slab[..., channel] - level) * np.float32(CHROMA_SPAN / scale)
            plane[start // 2 : (start + SLAB_ROWS) // 2] = np.rint(halve(difference))
    alpha = np.ascontiguousarray(picture[..., 3])
    if alpha.min() == 255:
        return Sprite(luma, chroma[0], chroma[1])
    half = np.rint(halve(alpha.astype(np.float32))).astype(np.uint8)
    return Sprite(luma, chroma[0], chroma[1], alpha, half)


def halve(plane: Array) -> Array:
    """A plane of even size at half its size, each 2x2 block averaged."""
    return np.asarray(0.25 * (plane[0::2, 0::2] + plane[1::2, 0::2] + plane[0::2, 1::2] + plane[1::2, 1::2]))


def defocus(picture: Bytes, sigma: float) -> Bytes:
    """A blurred copy of an RGBA picture; wide blurs are made at a quarter of the size."""
    share = 4 if sigma > 6 else 2
    height, width = picture.shape[:2]
    small = to_float(resize(picture, max(2, width // share), max(2, height // share)))
    soft = blur(small, sigma / share)
    return resize(np.asarray(np.clip(soft * 255 + 0.5, 0, 255), np.uint8), width, height)


def mix_pictures(first: Bytes, second: Bytes, share: Array) -> Bytes:
    """Two RGBA pictures mixed by a plane: `first` where it is 0, `second` where it is 1."""
    out = np.empty_like(first)
    for start in range(0, first.shape[0], SLAB_ROWS):
        rows = slice(start, start + SLAB_ROWS)
        part = share[rows][..., None]
        out[rows] = first[rows] * (1 - part) + second[rows] * part + np.float32(0.5)
    return out


def crop_to(picture: Bytes, window: tuple[float, float, float, float], width: int, height: int) -> Bytes:
    """A window of a picture at a given size."""
    left, top = round(window[0]), round(window[1])
    part = picture[top : top + max(1, round(window[3])), left : left + max(1, round(window[2]))]
    return resize(part, width, height)
