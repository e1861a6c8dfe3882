"""Own footage: how many film frames a file gives, and what of it would be cut away to reach the film's shape."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from workprint.film.time import Rate


@dataclass(frozen=True)
class FootageFacts:
    """What a decoded file holds: size in pixels, frames that really decode, and their rate."""

    width: int
    height: int
    frames: int
    rate: tuple[int, int]


def count_film_frames(facts: FootageFacts, rate: Rate) -> int:
    """Film frames the footage can fill when each takes the source frame on screen at its time; nothing is invented."""
    source = Fraction(*facts.rate) if facts.rate[0] and facts.rate[1] else Fraction(rate.numerator, rate.denominator)
    return -(-facts.frames * Fraction(rate.numerator, rate.denominator) // source)


def measure_cut(facts: FootageFacts, size: tuple[int, int]) -> float:
    """The share of the picture that is cut away, 0..1, when its middle is cropped to the film's shape."""
    shape, target = Fraction(facts.width, facts.height), Fraction(*size)
    return float(1 - min(shape, target) / max(shape, target))


def measure_enlargement(facts: FootageFacts, size: tuple[int, int]) -> float:
    """How much the picture is scaled to fill the film's frame; above 1 it is enlarged."""
    return max(size[0] / facts.width, size[1] / facts.height)
