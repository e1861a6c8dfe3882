"""The tone of type on a place: ink, and how much of a scrim in the footage's own dark or light it takes to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workprint.adapters.titles.backdrop import Backdrop
from workprint.adapters.titles.colours import (
    INK_DARK,
    LIGHT_GROUND,
    Colours,
    darken,
    mix,
    to_hex,
)
from workprint.lab.safe_areas import Area
from workprint.lab.typeset import contrast_ratio, find_luminance

AIM_OVER_FOOTAGE = 5.4
"""Contrast scrims are made for where the footage is known: grain, encoding and what moves between two looked-at frames
must leave the 4.5 of WCAG 2.2."""

DARKEST, LIGHTEST = 0.010, 0.90
"""Luminance of a dark and of a light scrim."""

LOYALTY = 0.12
"""How much more scrim, of 1, the ink of the brand's own tone may cost before the other ink is taken."""

QUIETER = 0.14
"""How far quieter type goes from the ink towards its ground, where contrast leaves room."""


@dataclass(frozen=True)
class Tone:
    """Ink and quieter ink, the scrim's colour, and its strength 0..1 behind the letters."""

    ink: str
    quiet: str
    scrim: str
    strength: float


def choose_tone(backdrop: Backdrop | None, areas: Sequence[Area], colours: Colours) -> Tone:
    """The tone for type on all these areas; over unknown footage the brand's plate, strong enough for any."""
    if backdrop is None or not areas:
        return Tone(colours.ink, colours.quiet, colours.plate, colours.strength)
    ranges = [backdrop.find_range(area) for area in areas]
    low, high = min(pair[0] for pair in ranges), max(pair[1] for pair in ranges)
    seen = [backdrop.find_color(area) for area in areas]
    red, green, blue = (sum(color[channel] for color in seen) / len(seen) for channel in range(3))
    ground = to_hex(red, green, blue)
    light = make_tone(choose_light(colours), darken(ground, DARKEST), high)
    dark = make_tone(choose_dark(colours), lighten(ground, LIGHTEST), low)
    brand_is_light = find_luminance(colours.ink) > LIGHT_GROUND
    own, other = (light, dark) if brand_is_light else (dark, light)
    return own if own.strength <= other.strength + LOYALTY else other


def make_tone(ink: str, scrim: str, worst: float) -> Tone:
    """The tone of an ink over footage whose worst luminance for it is `worst`."""
    behind = find_gray(worst)
    strength = find_strength_over(ink, scrim, behind)
    quiet = mix(ink, mix(behind, scrim, strength), QUIETER)
    under = mix(behind, scrim, strength)
    return Tone(ink, quiet if contrast_ratio(quiet, under) >= AIM_OVER_FOOTAGE else ink, scrim, strength)


def find_strength_over(ink: str, scrim: str, behind: str) -> float:
    """The least alpha of a scrim that makes an ink readable over a colour; 1 where none does."""
    steps = (step / 100 for step in range(101))
    return next((one for one in steps if contrast_ratio(ink, mix(behind, scrim, one)) >= AIM_OVER_FOOTAGE), 1.0)


def find_gray(luminance: float) -> str:
    """The gray of a relative luminance."""
    linear = min(1.0, max(0.0, luminance))
    code = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return to_hex(255 * code, 255 * code, 255 * code)


def choose_light(colours: Colours) -> str:
    """The light ink: the brand's where it has one."""
    return colours.ink if find_luminance(colours.ink) > LIGHT_GROUND else "#FFFFFF"


def choose_dark(colours: Colours) -> str:
    """The dark ink: the brand's where it has one."""
    return colours.ink if find_luminance(colours.ink) <= LIGHT_GROUND else INK_DARK


def lighten(color: str, luminance: float) -> str:
    """The colour brought up to a luminance, hue kept."""
    share = 0.0
    while find_luminance(mix(color, "#FFFFFF", share)) < luminance and share < 1.0:
        share += 0.02
    return mix(color, "#FFFFFF", min(share, 1.0))
