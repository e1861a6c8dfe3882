"""Colour for the previz renderer: linear light, display encoding, BT.709 planes, and the palette of a film."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

SLAB_ROWS = 256
"""Rows converted at once, even: float work on a whole 4K picture would not fit a worker's memory."""

LUMA_709 = np.array((0.2126, 0.7152, 0.0722), np.float32)
"""Luma weights of ITU-R BT.709-6, section 3.2."""
CB_SCALE, CR_SCALE = 1.8556, 1.5748
"""Colour difference scales of ITU-R BT.709-6, section 3.3."""
LUMA_SPAN, CHROMA_SPAN = 219.0, 224.0
"""8-bit code values between black and white, and between the chroma ends (BT.709-6, section 4)."""
SHOULDER = 0.75
"""Linear level where highlights begin to roll off, so that no area reaches paper white."""
CEILING = 0.93
"""The highest linear level a lit set can reach: display code 247 of 255."""
BRIGHTEST_GROUND = 0.86
"""Highest linear channel of a brand colour as a set's paint: white paper reflects about this much."""
VIVID = (0.08, 0.45)
"""Strongest linear channel at which a ground begins to be lit as colour, and from which it is nothing else."""
DEEP_LEVEL = 0.022
"""Luminance of the derived dark colour: display code 45, a set at night that still has a hue."""
TABLE_SIZE, TABLE_TOP = 512, 2.0
"""Entries of a paint's table, and the light level of the last: finer than the dither that follows."""
HINTS = {"warm": (1.05, 1.0, 0.91), "cool": (0.93, 1.0, 1.07)}
"""Linear channel gains of a palette hint; our own, about one third of a colour correction filter."""


@dataclass(frozen=True)
class Palette:
    """The colours of a film in linear light.

    Where things stand, what stands out, the lightest tint, what a dark set is painted in, and what its lamps shine in.
    """

    ground: Array
    accent: Array
    light: Array
    deep: Array
    lamp: Array

    @property
    def brightness(self) -> float:
        """Relative luminance of the ground, 0 to 1."""
        return float(self.ground @ LUMA_709)

    @property
    def vivid(self) -> float:
        """How far the ground is a colour to be kept (1: yellow, red, white) rather than a darkness to be lit (0)."""
        return measure_vivid(self.ground)


@dataclass(frozen=True)
class Paint:
    """A paint under light: linear colours by light level 0..TABLE_TOP; 1 shows it as the brand names it."""

    table: Array

    def lit(self, level: Array) -> Array:
        """Linear RGB (last axis 3) of light levels."""
        place = np.clip(level, 0, TABLE_TOP) * np.float32((TABLE_SIZE - 1.001) / TABLE_TOP)
        whole = place.astype(np.intp)
        low = self.table[whole]
        return np.asarray(low + (self.table[whole + 1] - low) * (place - whole)[..., None], np.float32)


def mix_paint(colour: Array) -> Paint:
    """The paint of a linear colour. In shade it deepens in its own hue, as layered pigment does, and never greys.

    Yellow goes through orange to rust, white to a clear grey; above level 1 it brightens towards its own light.
    """
    level = np.linspace(0, TABLE_TOP, TABLE_SIZE, dtype=np.float32)[:, None]
    shade = np.maximum(1 - level, 0)
    chroma = float((colour.max() - colour.min()) / max(float(colour.max()), 1e-4))
    layers = 1 + 1.5 * chroma * shade * min(1.0, float(colour.max()) / 0.3)
    weaken = 1 - (0.92 - 0.34 * chroma) * shade
    table = np.power(np.maximum(colour, 1e-4), layers) * weaken * np.maximum(level, 1) ** np.float32(0.8)
    return Paint(np.asarray(table, np.float32))


def parse_hex(text: str) -> Array:
    """Linear RGB of #RRGGBB. Raises ValueError when it is not one."""
    digits = text.lstrip("#")
    if len(digits) != 6:
        raise ValueError(f"{text!r} is not a #RRGGBB colour")
    return to_linear(np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32))


def to_linear(display: Array) -> Array:
    """Linear light of sRGB display values 0..1 (IEC 61966-2-1)."""
    high = ((np.maximum(display, 0) + 0.055) / 1.055) ** 2.4
    return np.asarray(np.where(display <= 0.04045, display / 12.92, high), np.float32)


def to_display(linear: Array) -> Array:
    """Display values 0..1 of linear light, by a plain 2.2 power: fast, and blacks stay soft."""
    return np.asarray(np.power(np.maximum(linear, 0), np.float32(1 / 2.2)), np.float32)


def roll_off(linear: Array) -> Array:
    """Film-like shoulder: levels above SHOULDER approach CEILING and never pass it."""
    span = np.float32(CEILING - SHOULDER)
    over = np.maximum(linear - np.float32(SHOULDER), 0)
    return np.asarray(np.minimum(linear, np.float32(SHOULDER)) + span * (1 - np.exp(-over / span)), np.float32)


def to_codes(display: Array) -> Array:
    """Code values (luma from 0 to 219, signed chroma around 0) of display RGB, last axis 3."""
    luma = display @ LUMA_709
    blue = (display[..., 2] - luma) * np.float32(CHROMA_SPAN / CB_SCALE)
    red = (display[..., 0] - luma) * np.float32(CHROMA_SPAN / CR_SCALE)
    return np.stack((luma * np.float32(LUMA_SPAN), blue, red), axis=-1)


def plan_palette(colours: tuple[str, ...], hint: str) -> Palette:
    """The palette of one or more #RRGGBB colours; what is missing is derived from the ground."""
    gains = np.array(HINTS.get(hint, (1.0, 1.0, 1.0)), np.float32)
    parsed = [hold(parse_hex(colour) * gains, BRIGHTEST_GROUND) for colour in colours] or [np.full(3, 0.03, np.float32)]
    ground = parsed[0]
    accent = parsed[1] if len(parsed) > 1 else derive_accent(ground)
    known = [ground, accent, *parsed[2:]]
    lightest, darkest = max(known, key=measure_light), min(known, key=measure_light)
    light = lightest if measure_light(lightest) > 0.5 else np.asarray(0.25 * accent + 0.62, np.float32)
    deep = darkest if measure_light(darkest) < 0.05 else derive_deep(darkest)
    lamp = max((accent, ground, light), key=measure_chroma)
    return Palette(*(np.asarray(colour, np.float32) for colour in (ground, accent, light, deep, lamp)))


def measure_light(colour: Array) -> float:
    """Relative luminance of a linear colour."""
    return float(colour @ LUMA_709)


def measure_vivid(colour: Array) -> float:
    """How far a linear colour is lit as a colour (1) rather than as a darkness (0)."""
    t = float(np.clip((colour.max() - VIVID[0]) / (VIVID[1] - VIVID[0]), 0, 1))
    return t * t * (3 - 2 * t)


def measure_chroma(colour: Array) -> float:
    """How well a colour serves as a lamp's: strong in hue and light enough to shine."""
    light = measure_light(colour)
    return float(colour.max() - colour.min()) * float(light**0.25) + 0.05 * light


def derive_deep(colour: Array) -> Array:
    """A dark colour of the hue of another: its pigment laid on thick."""
    thick = np.power(np.maximum(colour, 1e-3), np.float32(1.7))
    return normalise(thick, DEEP_LEVEL)


def hold(colour: Array, ceiling: float) -> Array:
    """A linear colour scaled so that no channel passes a ceiling, hue kept, and none is quite black."""
    return np.asarray(np.maximum(colour * min(1.0, ceiling / max(float(colour.max()), 1e-4)), 0.0045), np.float32)


def derive_accent(ground: Array) -> Array:
    """An accent for a lone ground: its own hue, far enough away in lightness to be seen."""
    level = float(ground @ LUMA_709)
    target = 0.42 if level < 0.25 else 0.16
    tint = ground / max(level, 1e-4)
    return np.asarray(np.clip(target * (0.5 * tint + 0.5), 0.01, 0.85), np.float32)


def normalise(colour: Array, level: float) -> Array:
    """A colour's hue at a given luminance, desaturated a little where a channel would leave the range."""
    tint = colour / max(float(colour @ LUMA_709), 1e-4)
    tint = np.minimum(tint, 2.6)
    return np.asarray(tint * (level / max(float(tint @ LUMA_709), 1e-4)), np.float32)


def planes_to_rgb(luma: Bytes, blue: Bytes, red: Bytes) -> Bytes:
    """HxWx3 display RGB of limited-range 4:2:0 planes, chroma interpolated at the centre of each 2x2 block."""
    height, width = luma.shape
    out = np.empty((height, width, 3), np.uint8)
    around = [np.pad(plane, 1, mode="edge").astype(np.float32) - 128 for plane in (blue, red)]
    for start in range(0, height, SLAB_ROWS):
        rows = slice(start, min(start + SLAB_ROWS, height))
        y = (luma[rows].astype(np.float32) - 16) / np.float32(LUMA_SPAN)
        near = slice(start // 2, start // 2 + (rows.stop - start + 1) // 2 + 2)
        cb, cr = (widen(plane[near])[: rows.stop - start, :width] / np.float32(CHROMA_SPAN) for plane in around)
        r, b = y + np.float32(CR_SCALE) * cr, y + np.float32(CB_SCALE) * cb
        g = (y - LUMA_709[0] * r - LUMA_709[2] * b) / LUMA_709[1]
        out[rows] = np.clip(np.stack((r, g, b), axis=-1) * 255 + 0.5, 0, 255)
    return out


def widen(plane: Array) -> Array:
    """A chroma plane (with one sample of margin all round) at twice its size, by the 3:1 triangle filter."""
    height, width = plane.shape[0] - 2, plane.shape[1] - 2
    tall = np.empty((2 * height, width + 2), np.float32)
    tall[0::2] = 0.75 * plane[1:-1] + 0.25 * plane[:-2]
    tall[1::2] = 0.75 * plane[1:-1] + 0.25 * plane[2:]
    wide = np.empty((2 * height, 2 * width), np.float32)
    wide[:, 0::2] = 0.75 * tall[:, 1:-1] + 0.25 * tall[:, :-2]
    wide[:, 1::2] = 0.75 * tall[:, 1:-1] + 0.25 * tall[:, 2:]
    return wide
