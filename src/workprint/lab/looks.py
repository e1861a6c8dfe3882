"""Looks: contrast, saturation and split tones taken from a film's palette, with the brand colours held in place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.film.grade import Grade
from workprint.lab.typeset import parse_color

Rgb = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LookRecipe:
    """A look in OKLab: gain of contrast about PIVOT, gain of saturation, lift of black, chroma of the split tones."""

    contrast: float
    saturation: float
    lift: float
    tint: float


RECIPES = {
    "palette": LookRecipe(contrast=0.09, saturation=0.04, lift=0.0, tint=0.020),
    "soft": LookRecipe(contrast=-0.08, saturation=-0.12, lift=0.034, tint=0.016),
    "vivid": LookRecipe(contrast=0.14, saturation=0.16, lift=0.0, tint=0.012),
}
"""How each look is made. Our own, set by eye: greys move by at most 3 dE, so that skin and metal stay themselves."""

PIVOT = 0.50
"""OKLab lightness contrast turns about: display code 99, a mid-grey card."""

HINT_HUES = {"warm": 72.0, "cool": 238.0}
"""OKLab hue of the highlights in degrees: tungsten light, and open shade."""

NEUTRAL_SHARE = 0.5
"""Tints without a palette hint are half as strong: they come from the brand colours alone."""

COLOURED = 0.02
"""OKLab chroma from which a colour has a hue worth borrowing."""

DARK = 0.60
"""OKLab lightness below which a brand colour may tint the shadows."""

FULL_CHROMA = 0.24
"""OKLab chroma at which nothing more is saturated: about that of the strongest printed colours."""

GUARD = 0.10
"""OKLab distance over which a brand colour holds the grade off: itself, and what light and shade make of it."""

SHADES = (0.25, 0.4, 0.6, 0.8, 1.3)
"""Light on a ground, as a share of what its brand colour stands for: from a vignette's corner to a pool of light."""

_TO_LMS = np.array(
    ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
     (0.0883024619, 0.2817188376, 0.6299787005)), np.float64,
)  # fmt: skip
_TO_LAB = np.array(
    ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
     (0.0259040371, 0.7827717662, -0.8086757660)), np.float64,
)  # fmt: skip
"""Ottosson, "A perceptual color space for image processing" (2020): linear sRGB to LMS, its cube root to OKLab."""


def to_oklab(rgb: Rgb) -> Rgb:
    """OKLab (n, 3) of display sRGB 0..1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((np.maximum(rgb, 0) + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T, np.float32)


def from_oklab(lab: Rgb) -> Rgb:
    """Display sRGB (n, 3) of OKLab, clipped to 0..1."""
    lms = (lab.astype(np.float64) @ np.linalg.inv(_TO_LAB).T) ** 3
    linear = np.clip(lms @ np.linalg.inv(_TO_LMS).T, 0, 1)
    display = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(display, np.float32)


def tint_look(rgb: Rgb, grade: Grade) -> Rgb:
    """Display colours as a look makes them; the brand colours stay where they are. Raises KeyError for no look."""
    recipe = RECIPES[grade.look]
    lab = to_oklab(rgb)
    light = lab[:, :1]
    # Zero at black, pivot and white, so that all three stay.
    bent = light + 4 * recipe.contrast * light * (1 - light) * (light - np.float32(PIVOT))
    bent = bent + np.float32(recipe.lift) * (1 - light) ** 3
    chroma = np.hypot(lab[:, 1:2], lab[:, 2:3])
    room = np.clip(1 - chroma / FULL_CHROMA, 0, 1) if recipe.saturation > 0 else np.float32(1)
    colour = lab[:, 1:] * (1 + recipe.saturation * room)
    shadow, highlight = choose_tints(grade.hint, grade.palette)
    # Split tones leave pure black and white alone and cross over in the middle.
    colour = colour + recipe.tint * (_bump(light, 0.30) * shadow + _bump(light, 0.74) * highlight)
    return guard_colours(rgb, from_oklab(np.concatenate((bent, colour), axis=1)), list_guarded(grade))


def _bump(light: Rgb, peak: float) -> Rgb:
    """1 at a lightness, 0 at black and white and a third of the scale away."""
    near = np.clip(1 - np.abs(light - np.float32(peak)) / 0.34, 0, 1)
    ends = np.clip(np.minimum(light, 1 - light) / 0.12, 0, 1)
    return np.asarray(near * near * (3 - 2 * near) * ends, np.float32)


def choose_tints(hint: str, palette: tuple[str, ...]) -> tuple[Rgb, Rgb]:
    """Directions (a, b) in OKLab of the shadows' and the highlights' tint, at most 1 long.

    Highlights follow the hint, else the accent. Shadows take the first dark brand colour that has a hue, so that a film
    sinks into its own ground; without one they lean against the highlights.
    """
    colours = _read_palette(palette)
    chroma = np.hypot(colours[:, 1], colours[:, 2])
    hued = [index for index in range(len(colours)) if chroma[index] >= COLOURED]
    dark = [index for index in hued if colours[index, 0] < DARK]
    share = 1.0 if hint in HINT_HUES else NEUTRAL_SHARE
    if hint in HINT_HUES:
        turn = np.deg2rad(HINT_HUES[hint])
        highlight = np.array((np.cos(turn), np.sin(turn)), np.float32)
    else:
        highlight = colours[hued[-1], 1:] / chroma[hued[-1]] if hued else np.zeros(2, np.float32)
    shadow = colours[dark[0], 1:] / chroma[dark[0]] if dark else -0.6 * highlight
    return np.asarray(share * shadow, np.float32), np.asarray(share * highlight, np.float32)


def list_guarded(grade: Grade) -> Rgb:
    """The colours a grade leaves alone, in OKLab (n, 3): the brand's, and its ground in light and shade where asked."""
    colours = _read_palette(grade.palette)
    if not grade.guards_ground or not len(colours):
        return colours
    # Light scales a surface's linear colour, which scales all of OKLab by the cube root.
    shades = [colours[:1] * np.float32(light ** (1 / 3)) for light in SHADES]
    return np.asarray(np.concatenate((colours, *shades)), np.float32)


def guard_colours(before: Rgb, after: Rgb, colours: Rgb) -> Rgb:
    """The graded colours, drawn back to what they were the nearer they lie to one of some colours (OKLab)."""
    lab = to_oklab(before)
    share = np.ones((len(lab), 1), np.float32)
    for colour in colours:
        away = ((lab - colour) ** 2).sum(axis=1, keepdims=True)
        share *= 1 - np.exp(-away / np.float32(2 * GUARD**2))
    return np.asarray(before + share * (after - before), np.float32)


def _read_palette(palette: tuple[str, ...]) -> Rgb:
    rgb = np.array([parse_color(colour)[:3] for colour in palette], np.float32).reshape(-1, 3) / 255
    return to_oklab(rgb.astype(np.float32))
