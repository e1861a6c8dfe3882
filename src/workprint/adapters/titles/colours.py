"""The colours of a title, from the brand's palette: plate, type on it, accent, and how strong the plate must be."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.lab.typeset import contrast_ratio, find_luminance, parse_color

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of any size."""

AIM = 4.9
"""What plates are made for, so that rounding to 8 bits and to video levels still leaves LEAST_CONTRAST."""

LEAST_ACCENT = 1.5
"""Contrast from which a filled shape is seen on its plate whatever lies below; its label has its own contrast."""

INK_DARK, INK_LIGHT = "#0D0E11", "#FFFFFF"
DEFAULT_GROUND, DEFAULT_ACCENT = "#14161A", "#F2F2EE"

LIGHT_GROUND = 0.40
"""Luminance from which a brand's ground is a light one that carries dark type."""

DEEP_ENOUGH = 0.035
"""Luminance of a dark plate; brighter grounds are darkened to it, keeping their hue."""


@dataclass(frozen=True)
class Colours:
    """Colours #RRGGBB: plate under type, type, quieter type, accent shapes and the type on them; plate alpha 0-1."""

    plate: str
    ink: str
    quiet: str
    accent: str
    on_accent: str
    strength: float


def to_hex(red: float, green: float, blue: float) -> str:
    """#RRGGBB of three values 0-255."""
    return f"#{round(red):02X}{round(green):02X}{round(blue):02X}"


def mix(color_a: str, color_b: str, share: float) -> str:
    """A colour between two, `share` of the way from the first to the second, in sRGB as video blends."""
    pairs = zip(parse_color(color_a), parse_color(color_b), strict=True)
    red, green, blue = (a + (b - a) * share for a, b in pairs)
    return to_hex(red, green, blue)


def find_worst_contrast(ink: str, plate: str, alpha: float) -> float:
    """The lowest contrast of type on a plate of this alpha, whatever lies below: black and white are the extremes."""
    return min(contrast_ratio(ink, mix(footage, plate, alpha)) for footage in ("#000000", "#FFFFFF"))


def find_strength(ink: str, plate: str) -> float:
    """The least plate alpha 0-1 that gives AIM over any footage; 1.0 where none does."""
    steps = (step / 200 for step in range(201))
    return next((alpha for alpha in steps if find_worst_contrast(ink, plate, alpha) >= AIM), 1.0)


def darken(color: str, luminance: float) -> str:
    """The colour brought down to a luminance, hue kept."""
    share = 0.0
    while find_luminance(mix(color, "#000000", share)) > luminance and share < 1.0:
        share += 0.02
    return mix(color, "#000000", min(share, 1.0))


def choose_on(ground: str) -> str:
    """Type colour on an opaque shape: the better of dark and light, pure black where the shape is mid-toned."""
    best = max((INK_DARK, INK_LIGHT), key=lambda ink: contrast_ratio(ink, ground))
    return best if contrast_ratio(best, ground) >= LEAST_CONTRAST else "#000000"


def choose_ink(plate: str, palette: tuple[str, ...]) -> str:
    """Type colour on a plate: on dark plates the palette's own light where it is light enough."""
    if find_luminance(plate) > LIGHT_GROUND:
        return darken(plate, 0.006)
    lights = (color for color in palette[2:] if find_luminance(color) > 0.78)
    return next(lights, INK_LIGHT)


def choose_colours(palette: tuple[str, ...]) -> Colours:
    """Colours of a title. The palette is ground, accent, then others; an empty one gives a neutral set."""
    ground = palette[0] if palette else DEFAULT_GROUND
    plate = ground if find_luminance(ground) > LIGHT_GROUND else darken(ground, DEEP_ENOUGH)
    ink = choose_ink(plate, palette)
    quiet = mix(ink, plate, 0.10)
    strength = max(find_strength(ink, plate), find_strength(quiet, plate))
    accent = palette[1] if len(palette) > 1 else DEFAULT_ACCENT
    # A button in the colour of its ground would not be seen: it takes the colour of the type instead.
    accent = accent if find_worst_contrast(accent, plate, strength) >= LEAST_ACCENT else ink
    return Colours(plate, ink, quiet, accent, choose_on(accent), strength)
