"""Where a title stands: in the calmest place near the one asked for, clear of the subject and of other titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workprint.adapters.titles.backdrop import Backdrop
from workprint.adapters.titles.colours import LIGHT_GROUND, Colours
from workprint.adapters.titles.sheet import Sheet
from workprint.adapters.titles.tone import Tone, choose_tone
from workprint.lab.safe_areas import Area
from workprint.lab.typeset import find_luminance

UNREST_WEIGHT = 3.2
"""A place wholly busy costs as much as standing three safe areas away; the weights were set by eye on three films."""

PRESENCE_WEIGHT = 4.0
"""A title wholly over the subject costs more than one on a busy ground: a plate makes that readable, nothing this."""

SCRIM_WEIGHT, LIGHT_SCRIM_WEIGHT = 0.85, 1.9
"""What a full scrim costs: less than a busy place, since it can be drawn well."""

COLLISION = 50.0
"""What touching another title costs: more than anything else."""

CLOSELY_JUDGED = 48
"""Places whose tone is worked out, the best so far; the others lie clearly behind."""

HOMES = {"top": 0.0, "center": 0.47, "bottom": 1.0, "safe-lower-third": 0.86, "corner": 0.0}
"""Where in the safe area's free height an anchor asks for, 0 top, 1 foot. The middle stands a little high."""

REACH = {"top": 0.55, "center": 0.36, "bottom": 0.90, "safe-lower-third": 0.90, "corner": 0.0}
"""How far from there a title may move, in the same measure: a line asked for at the top never ends up at the foot.
One asked for at the foot may rise to the top: platforms cover the foot, and subjects stand there."""

ROWS = 36
"""Places tried from the top of the safe area to its foot."""


@dataclass(frozen=True)
class Candidate:
    """A title's box somewhere: what it costs before its ground is judged, and what set it apart."""

    area: Area
    cost: float
    key: int


@dataclass(frozen=True)
class Place:
    """Where a title stands and in what tone; `unrest` 0..1 is how busy its ground is, `key` the candidate's."""

    area: Area
    tone: Tone
    unrest: float
    key: int


def list_columns(
    safe: Area, size: tuple[float, float], anchor: str, key: int, sides: dict[str, float]
) -> list[Candidate]:
    """Boxes of a size down the safe area, on each side named with its cost (left, center, right)."""
    width, height = size
    free = max(0.0, safe.height - height)
    found = []
    for side, extra in sides.items():
        x = safe.x + (safe.width - width) * {"left": 0.0, "center": 0.5, "right": 1.0}[side]
        for row in range(ROWS + 1):
            share = row / ROWS
            away = abs(share - HOMES[anchor])
            if away <= REACH[anchor] + 0.5 / ROWS:
                found.append(
                    Candidate(Area(x, safe.y + free * share, width, height), extra + away * free / safe.height, key)
                )
    return found


def choose_place(
    sheet: Sheet, candidates: Sequence[Candidate], mates: Sequence[Area], pad: float, care: float = 1.0
) -> Place:
    """The best of at least one candidate; `pad` is the clearance in pixels that must be calm and free as well.

    `care` 0..1 is how much a busy ground matters: less to a title that brings a plate.
    """
    backdrop = sheet.backdrop
    weight = care * UNREST_WEIGHT
    priced = [(price(backdrop, one, mates, pad, weight), index) for index, one in enumerate(candidates)]
    best = [candidates[index] for _, index in sorted(priced)[: CLOSELY_JUDGED if backdrop else 1]]
    places = [judge(backdrop, one, sheet.colours, pad) for one in best]
    costs = [
        price(backdrop, one, mates, pad, weight) + (care * cost_scrim(place.tone) if backdrop else 0)
        for one, place in zip(best, places, strict=True)
    ]
    return places[costs.index(min(costs))]


def price(backdrop: Backdrop | None, one: Candidate, mates: Iterable[Area], pad: float, weight: float) -> float:
    """What a candidate costs: its distance, the unrest behind it by its weight, the subject it covers, collisions."""
    grown = grow(one.area, pad)
    cost = one.cost + COLLISION * sum(touches(grown, mate) for mate in mates)
    if backdrop is None:
        return cost
    return cost + weight * backdrop.find_unrest(grown) + PRESENCE_WEIGHT * backdrop.find_presence(grown)


def cost_scrim(tone: Tone) -> float:
    """What a tone's scrim costs; a light one more, since it looks like mist."""
    return tone.strength * (LIGHT_SCRIM_WEIGHT if find_luminance(tone.scrim) > LIGHT_GROUND else SCRIM_WEIGHT)


def judge(backdrop: Backdrop | None, one: Candidate, colours: Colours, pad: float) -> Place:
    """A candidate with the tone it takes."""
    unrest = backdrop.find_unrest(grow(one.area, pad)) if backdrop else 0.0
    return Place(one.area, choose_tone(backdrop, [grow(one.area, pad / 3)], colours), unrest, one.key)


def grow(area: Area, pad: float) -> Area:
    """An area grown on all sides."""
    return Area(area.x - pad, area.y - pad, area.width + 2 * pad, area.height + 2 * pad)


def touches(first: Area, second: Area) -> bool:
    """Whether two areas share a point."""
    across = min(first.right, second.right) > max(first.x, second.x)
    return across and min(first.bottom, second.bottom) > max(first.y, second.y)


def share_covered(area: Area, other: Area) -> float:
    """How much of an area, 0..1, lies over another."""
    if not touches(area, other):
        return 0.0
    width = min(area.right, other.right) - max(area.x, other.x)
    height = min(area.bottom, other.bottom) - max(area.y, other.y)
    return width * height / (area.width * area.height)


def mirror(costs: dict[str, float], start: str) -> dict[str, float]:
    """The costs of sides for a writing that begins at `start`."""
    if start == "left":
        return costs
    return {"left": costs["right"], "center": costs["center"], "right": costs["left"]}
