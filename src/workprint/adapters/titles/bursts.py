"""Price bursts: pill, seal, starburst, numeral, tag and block, each drawn round the price as type."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import skia

from workprint.adapters.titles.colours import mix
from workprint.adapters.titles.sheet import Sheet
from workprint.lab.safe_areas import Area
from workprint.lab.type_systems import TypeSystem
from workprint.lab.typeset import Block, set_whole
from workprint.lab.writing import split_clusters

BURST_FACTOR = 1.36
"""A burst's type against the price's type on an end card: here it stands alone."""

LONGEST_IN_A_ROUND = 7
"""Characters up to which a price is set in a round or a star; a longer one would make it cover the picture."""

POINTS = 18
"""Points of a starburst."""

TURNS = {"starburst": -7.0, "block": -5.0}
"""Degrees clockwise a burst is turned: only the loud ones."""

Measure = Callable[[float, float, float], tuple[float, float]]
"""From the ink's width and height and the type's size to the shape's width and height, before it is turned."""


@dataclass(frozen=True)
class Burst:
    """A price ready to draw: its form, its type, the size of its box in pixels, turned as it will be."""

    form: str
    block: Block
    width: float
    height: float


def round_out(width: float, height: float, size: float, room: float) -> tuple[float, float]:
    """A circle around type with `room` type sizes between."""
    side = math.hypot(width, 0.9 * height) + 2 * room * size
    return side, side


MEASURES: dict[str, Measure] = {
    "pill": lambda width, height, size: (max(width + 1.5 * size, height + 0.95 * size), height + 0.95 * size),
    "seal": lambda width, height, size: round_out(width, height, size, 0.42),
    "starburst": lambda width, height, size: round_out(width, height, size, 0.62),
    "numeral": lambda width, height, size: (width, height + 0.34 * size),
    "tag": lambda width, height, size: (width + 1.75 * size, height + 0.80 * size),
    "block": lambda width, height, size: (width + 0.62 * size, height + 0.44 * size),
}


def plan_burst(sheet: Sheet, system: TypeSystem, text: str, widest: float, factor: float = 1.0) -> Burst:
    """Set a price for its type system's form; a long one takes a tag instead of a round."""
    is_short = len(split_clusters(text)) <= LONGEST_IN_A_ROUND
    form = system.burst if is_short or system.burst not in ("seal", "starburst") else "tag"
    style = system.roles["price"]
    typed = style.at(sheet.short_side, sheet.colours.on_accent, "center", BURST_FACTOR * factor)
    block = set_whole(text, typed, widest, style.max_lines, style.floors(sheet.short_side))
    ink = block.ink
    width, height = MEASURES[form](ink.width, ink.height, block.size_px)
    angle = math.radians(abs(TURNS.get(form, 0.0)))
    if form == "block":
        turned = width * math.cos(angle) + height * math.sin(angle), width * math.sin(angle) + height * math.cos(angle)
        return Burst(form, block, *turned)
    return Burst(form, block, width, height)


def draw_burst(sheet: Sheet, burst: Burst, area: Area) -> None:
    """Draw a burst in an area of its size; a numeral takes the sheet's tone, the others the accent colour."""
    if burst.form == "numeral":
        draw_numeral(sheet, burst, area)
        return
    turn = TURNS.get(burst.form, 0.0)
    ink = burst.block.ink
    size = MEASURES[burst.form](ink.width, ink.height, burst.block.size_px)
    middle = (area.x + area.width / 2, area.y + area.height / 2)
    shape = Area(middle[0] - size[0] / 2, middle[1] - size[1] / 2, *size)
    path = PATHS[burst.form](shape)
    path.transform(skia.Matrix.RotateDeg(turn, skia.Point(*middle)))
    sheet.shade(path, 0.016 * sheet.short_side)
    sheet.fill_path(path, sheet.colours.accent, area)
    if burst.form in ("seal", "tag"):
        line = draw_seal_ring(shape) if burst.form == "seal" else draw_tag_hole(shape)
        color = mix(sheet.colours.accent, sheet.colours.on_accent, 0.55)
        sheet.stroke_path(line, color, max(1.5, 0.0022 * sheet.short_side))
    shift = 0.16 * shape.height if burst.form == "tag" else 0.0
    write_middle(sheet, burst.block, Area(shape.x + shift, shape.y, shape.width, shape.height), turn)


def draw_numeral(sheet: Sheet, burst: Burst, area: Area) -> None:
    """The price alone, large, in the tone of its place, over a hairline."""
    style = replace(burst.block.style, color=sheet.tone.ink)
    own = burst.block.size_px
    block = set_whole(burst.block.text, style, burst.block.width, burst.block.lines, (own, own))
    thick = max(2.0, 0.0026 * sheet.short_side)
    sheet.fill(Area(area.x, area.bottom - thick, area.width, thick), sheet.tone.ink, 0.0)
    ink = block.ink
    sheet.write(block, area.x + (area.width - ink.width) / 2 - ink.x, area.y - ink.y, "price")


def write_middle(sheet: Sheet, block: Block, area: Area, turn: float) -> None:
    """Type with its ink in the middle of a shape, on the accent colour."""
    ink = block.ink
    x = area.x + (area.width - ink.width) / 2 - ink.x
    y = area.y + (area.height - ink.height) / 2 - ink.y
    sheet.write_turned(block, (x, y), "price", sheet.colours.accent, turn)


def draw_pill(area: Area) -> skia.Path:
    """A rectangle with half-round ends."""
    return round_rect(area, area.height / 2)


def draw_block(area: Area) -> skia.Path:
    """A plain rectangle."""
    return round_rect(area, 0.0)


def round_rect(area: Area, radius: float) -> skia.Path:
    """A rounded rectangle as a path."""
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeXYWH(area.x, area.y, area.width, area.height), radius, radius)
    return path


def draw_seal(area: Area) -> skia.Path:
    """A circle."""
    return round_rect(area, area.width / 2)


def draw_seal_ring(area: Area) -> skia.Path:
    """A circle inside a seal's edge."""
    inset = 0.055 * area.width
    return draw_seal(Area(area.x + inset, area.y + inset, area.width - 2 * inset, area.height - 2 * inset))


def draw_starburst(area: Area) -> skia.Path:
    """A star of many short points, their tips slightly blunted by the depth of the notches between them."""
    middle = (area.x + area.width / 2, area.y + area.height / 2)
    path = skia.Path()
    for index in range(2 * POINTS):
        reach = area.width / 2 * (1.0 if index % 2 == 0 else 0.86)
        angle = math.pi * index / POINTS
        point = middle[0] + reach * math.sin(angle), middle[1] - reach * math.cos(angle)
        (path.lineTo if index else path.moveTo)(*point)
    path.close()
    return path


def draw_tag(area: Area) -> skia.Path:
    """A swing tag: its left end cut to a point, where the hole is."""
    nose = 0.42 * area.height
    path = skia.Path()
    path.moveTo(area.x + nose, area.y)
    path.lineTo(area.right, area.y)
    path.lineTo(area.right, area.bottom)
    path.lineTo(area.x + nose, area.bottom)
    path.lineTo(area.x, area.y + area.height / 2)
    path.close()
    return path


def draw_tag_hole(area: Area) -> skia.Path:
    """The hole in a tag's nose."""
    path = skia.Path()
    path.addCircle(area.x + 0.42 * area.height, area.y + area.height / 2, 0.085 * area.height)
    return path


PATHS: dict[str, Callable[[Area], skia.Path]] = {
    "pill": draw_pill,
    "seal": draw_seal,
    "starburst": draw_starburst,
    "tag": draw_tag,
    "block": draw_block,
}


def split_price(text: str) -> tuple[str, str]:
    """A short currency sign before a number, and the number: ("$", "129"); else ("", text)."""
    found = re.fullmatch(r"([^\d\s.,+-]{1,2})(\d[\d.,]*)", text)
    return (found[1], found[2]) if found else ("", text)
