"""The parts of a title that come one after another: shapes, and the lines, words or letters of its type."""

from __future__ import annotations

import math
from collections.abc import Callable

from workprint.adapters.titles.sheet import Sheet, Written
from workprint.film.canonical import Json
from workprint.film.cut_orders import TitleCue, TitleLife
from workprint.film.time import Rate, Span
from workprint.lab.kinetic import choose_parts
from workprint.lab.lettering import find_letters, find_lines, find_words
from workprint.lab.safe_areas import Area
from workprint.lab.title_motion import plan_motion
from workprint.lab.typeset import Block, InkBox

MOVING_KINDS = ("endcard", "product", "text")
"""Kinds made of parts. A price is one thing on its tag, a logo one picture."""

Find = Callable[[Block], tuple[InkBox, ...]]


def list_parts(sheet: Sheet, kind: str) -> dict[str, Json]:
    """Boxes [x, y, width, height] in reading order under `lines`, and for small titles under `words` and `letters`.

    Boxes never overlap. A text whose letters cannot stand alone has no `letters`; an end card moves by its lines only,
    since so many words one after another would keep its button waiting.
    """
    if kind not in MOVING_KINDS:
        return {}
    ways: dict[str, Find] = {"lines": find_lines}
    if kind != "endcard":
        ways |= {"words": find_words, "letters": find_letters}
    parts: dict[str, Json] = {}
    for name, find in ways.items():
        if all(find(thing.block) for thing in sheet.things if isinstance(thing, Written)):
            parts[name] = [[box.x, box.y, box.width, box.height] for box in box_things(sheet, find)]
    return parts


def box_things(sheet: Sheet, find: Find) -> list[InkBox]:
    """The boxes of all things, clipped to the frame; type and pictures on a shape belong to the shape."""
    shapes = [thing for thing in sheet.things if isinstance(thing, Area)]
    boxes: list[InkBox] = []
    for thing in sheet.things:
        if isinstance(thing, Area):
            if not any(other is not thing and holds(other, thing) for other in shapes):
                boxes.append(clip(box_area(thing), sheet))
            continue
        found = [InkBox(one.x + thing.x, one.y + thing.y, one.width, one.height) for one in find(thing.block)]
        free = [
            box for box in found if not any(holds(area, Area(box.x, box.y, box.width, box.height)) for area in shapes)
        ]
        boxes += [clip(box, sheet) for box in free]
    return [box for box in boxes if box.width > 0 and box.height > 0]


def list_texts(sheet: Sheet, shown: Span) -> list[Json]:
    """Every line of type as TitlePayload describes it; `shown` are the frames in which all of it stands."""
    return [
        {
            "text": thing.block.text,
            "kind": thing.role,
            "rect": [box.x, box.y, box.width, box.height],
            "from": shown.start,
            "to": shown.end,
            "ink": thing.block.style.color,
            "plate": thing.ground or None,
        }
        for thing in sheet.things
        if isinstance(thing, Written)
        for line in box_lines(thing)
        if (box := clip(line, sheet)).width > 0
    ]


def box_lines(thing: Written) -> list[InkBox]:
    """The boxes of a text's lines on the sheet; turned type counts as one."""
    if thing.turn:
        return [thing.box]
    return [InkBox(one.x + thing.x, one.y + thing.y, one.width, one.height) for one in find_lines(thing.block)]


def find_shown(life: TitleLife, height: int, parts: dict[str, Json]) -> Span:
    """The frames from a title's first in which it stands still, wholly entered and not yet leaving."""
    name, boxes = choose_parts(parts, life.entrance)
    cue = TitleCue("title", 0, life.frames, name, life.exit)
    motion = plan_motion(cue, height, Rate(*life.rate), len(boxes))
    return Span(motion.entrance, max(0, life.frames - motion.entrance - motion.exit))


def holds(outer: Area, inner: Area) -> bool:
    """Whether the middle of one area lies in another."""
    x, y = inner.x + inner.width / 2, inner.y + inner.height / 2
    return outer.x <= x <= outer.right and outer.y <= y <= outer.bottom


def box_area(area: Area) -> InkBox:
    """The whole pixels an area touches."""
    x, y = math.floor(area.x), math.floor(area.y)
    return InkBox(x, y, math.ceil(area.right) - x, math.ceil(area.bottom) - y)


def clip(box: InkBox, sheet: Sheet) -> InkBox:
    """The part of a box inside the frame."""
    x, y = max(0, box.x), max(0, box.y)
    return InkBox(x, y, min(sheet.width, box.x + box.width) - x, min(sheet.height, box.y + box.height) - y)
