"""Match cuts: reference pictures in an order in which shape and colour carry the eye from one to the next."""

from __future__ import annotations

import math

from workprint.film.brief import Picture

PLACE_WEIGHT, SIZE_WEIGHT, TONE_WEIGHT = 1.0, 0.5, 0.7
"""What counts in a match: where the subject stands (shares of the frame), how large it is (log), mean colour (0..1).
A shape that stays in place carries a cut better than a colour that does."""

UNKNOWN = 1.0
"""How unlike two pictures are when nobody knows where their subjects stand: about half a frame apart."""


def measure_unlikeness(one: Picture, other: Picture) -> float:
    """How badly two pictures match across a cut; 0 for the same picture."""
    return _compare_subjects(one, other) + TONE_WEIGHT * _compare_tones(one.tone, other.tone)


def _compare_subjects(one: Picture, other: Picture) -> float:
    if one.subject is None or other.subject is None:
        return 0.0 if one.file.digest == other.file.digest else UNKNOWN
    (x, y, width, height), (u, v, wide, high) = one.subject, other.subject
    apart = math.hypot(x + width / 2 - u - wide / 2, y + height / 2 - v - high / 2) / 1000
    change = abs(math.log(max(1, width * height) / max(1, wide * high))) / 2
    return PLACE_WEIGHT * apart + SIZE_WEIGHT * change


def _compare_tones(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return math.sqrt(sum((a - b) ** 2 for a, b in pairs) / 3) / 255


def tour_by_match(pictures: tuple[Picture, ...], places: tuple[int, ...]) -> tuple[int, ...]:
    """The places in an order in which each picture is the one left that follows best on the one before.

    It begins with the first. Where nobody looked at the pictures, they stay in the order they stand in.
    """
    if not all(pictures[place].tone for place in places):
        return places
    tour, left = list(places[:1]), list(places[1:])
    while left:
        last = pictures[tour[-1]]
        best = min(left, key=lambda place: (measure_unlikeness(last, pictures[place]), left.index(place)))
        left.remove(best)
        tour.append(best)
    return tuple(tour)
