"""The parts of a title that come one after another: shapes, and the lines, words or letters of its type."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from workprint.adapters.titles.sheet import Sheet, Written
from workprint.film.canonical import Json
from workprint.film.cut_orders import TitleCue, TitleLife
from workprint.film.time import Rate
from workprint.lab.card_motion import time_card
from workprint.lab.kinetic import choose_parts, read_cast
from workprint.lab.lettering import find_letters, find_lines, find_words
from workprint.lab.safe_areas import Area
from workprint.lab.title_motion import CARD, plan_motion
from workprint.lab.typeset import Block, InkBox

MOVING_KINDS = ("endcard", "lower_third", "product", "text")
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
    if kind == "endcard" and "lines" in parts:
        parts[CARD] = parts["lines"]
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


def list_cast(sheet: Sheet, boxes: Sequence[Sequence[float]]) -> list[Json]:
    """The role of every part of a card: that of the type in it, else it is a logo."""
    written = [thing for thing in sheet.things if isinstance(thing, Written)]
    cast: list[Json] = []
    for box in boxes:
        area = Area(*box)
        roles = [one.role for one in written if any(holds(area, to_area(line)) for line in box_lines(one))]
        cast.append(roles[0] if roles else "logo")
    return cast


def to_area(box: InkBox) -> Area:
    """A box as an area."""
    return Area(box.x, box.y, box.width, box.height)


def list_texts(sheet: Sheet, life: TitleLife, facts: Mapping[str, Json]) -> list[Json]:
    """Every line of type as TitlePayload describes it; `facts` are the title's `parts` and `cast` where it has them."""
    name, boxes = choose_parts(facts.get("parts"), life.entrance)
    cast = read_cast(facts)
    motion = plan_motion(
        TitleCue("title", 0, life.frames, name, life.exit), sheet.height, Rate(*life.rate), len(boxes), cast
    )
    texts: list[Json] = []
    for thing in sheet.things:
        if not isinstance(thing, Written):
            continue
        for line in box_lines(thing):
            box = clip(line, sheet)
            come = find_end(name, boxes, cast, box)
            texts.append(
                {
                    "text": thing.block.text,
                    "kind": thing.role,
                    "rect": [box.x, box.y, box.width, box.height],
                    "from": min(math.ceil(come * (motion.entrance + 1)), motion.entrance),
                    "to": max(motion.entrance, life.frames - motion.exit),
                    "ink": thing.block.style.color,
                    "plate": thing.ground or None,
                }
            )
    return texts


def find_end(name: str, boxes: Sequence[Sequence[float]], cast: Sequence[str], box: InkBox) -> float:
    """The share 0..1 of an entrance after which a line stands: on a card each has its own time."""
    if name != CARD:
        return 1.0
    schedule = time_card(cast)
    own = [index for index, part in enumerate(boxes) if holds(Area(*part), to_area(box))]
    return schedule.end(own[0]) if own else 1.0


def box_lines(thing: Written) -> list[InkBox]:
    """The boxes of a text's lines on the sheet; turned type counts as one."""
    if thing.turn:
        return [thing.box]
    return [InkBox(one.x + thing.x, one.y + thing.y, one.width, one.height) for one in find_lines(thing.block)]


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
