"""Overlays sketched over a panel: cut-out paper with blue lettering, where the film will have its type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import skia

from workprint.adapters.storyboard.strokes import Hand
from workprint.film.board_orders import PanelMark, PanelPayload
from workprint.lab.safe_areas import Area, find_safe_area, is_wide
from workprint.lab.type_systems import TYPE_SYSTEMS
from workprint.lab.typeset import Block, set_whole

BLUE_HEX = "#1F5FA8"
BLUE = skia.Color(31, 95, 168)
"""Blue pencil: graphics. 5.9:1 on the paper."""

SCALE = 0.78
"""Lettering against the film's own type: smaller, since a sketch says what and where, not how."""

LEAST = 0.044
"""The smallest lettering, as a share of the short side: legible when a panel is printed 60 mm wide."""

PAD, GAP = 12.0, 9.0
"""Units around a text on its plate, and between plates."""

CARD_COLUMN = (0.07, 0.475)
"""Sides of a wide end card's column of type, as shares of the width: where the title maker sets it."""

CARD_UPPER_END, CARD_LOWER_START = 0.305, 0.74
"""Shares of the height other end cards leave to the product between their two blocks, as the title maker does."""

ROLES = {"headline": "headline", "subhead": "subhead", "price": "price", "button": "button", "product": "product"}
"""Type roles of the kinds of marks; any other kind is a text."""


@dataclass(frozen=True)
class Group:
    """Marks that stand together: their column, where it hangs (top, middle, bottom), and the side of its lines."""

    marks: tuple[PanelMark, ...]
    area: Area
    hold: str
    align: str


def draw_marks(canvas: skia.Canvas, hand: Hand, payload: PanelPayload, offset: float) -> None:
    """Sketch all overlays of a panel whose frame begins at (offset, offset)."""
    safe = find_safe_area(payload.platform, payload.width, payload.height)
    area = Area(safe.x + offset, safe.y + offset, safe.width, safe.height)
    frame = Area(offset, offset, payload.width, payload.height)
    for group in (*list_groups(payload.marks, area), *list_card(payload.marks, area, frame)):
        draw_group(canvas, hand, group, payload)


def list_groups(marks: Sequence[PanelMark], area: Area) -> tuple[Group, ...]:
    """Marks of a scene by place."""
    third = replace(area, height=area.height * 0.94)
    groups = (
        Group(_pick(marks, "corner"), area, "top", "left"),
        Group(_pick(marks, "top"), area, "top", "center"),
        Group(_pick(marks, "center"), area, "middle", "center"),
        Group(_pick(marks, "safe-lower-third"), third, "bottom", "left"),
        Group(_pick(marks, "bottom"), area, "bottom", "center"),
    )
    return tuple(group for group in groups if group.marks)


def list_card(marks: Sequence[PanelMark], area: Area, frame: Area) -> tuple[Group, ...]:
    """Marks of an end card: a column at the left of a wide frame, else words above and what to do below."""
    card = _pick(marks, "endcard")
    if is_wide(round(frame.width), round(frame.height)):
        left, right = (frame.x + share * frame.width for share in CARD_COLUMN)
        groups: tuple[Group, ...] = (Group(card, replace(area, x=left, width=right - left), "middle", "left"),)
    else:
        above = tuple(mark for mark in card if mark.kind in ("headline", "subhead"))
        below = tuple(mark for mark in card if mark not in above)
        upper = replace(area, height=frame.y + CARD_UPPER_END * frame.height - area.y)
        start = frame.y + CARD_LOWER_START * frame.height
        lower = replace(area, y=start, height=frame.bottom - start)
        groups = (Group(above, upper, "middle", "center"), Group(below, lower, "top", "center"))
    return tuple(group for group in groups if group.marks)


def _pick(marks: Sequence[PanelMark], anchor: str) -> tuple[PanelMark, ...]:
    return tuple(mark for mark in marks if mark.anchor == anchor)


def draw_group(canvas: skia.Canvas, hand: Hand, group: Group, payload: PanelPayload) -> None:
    """Draw the plates of a group one below the other."""
    pad, gap = PAD * hand.unit, GAP * hand.unit
    blocks = [set_mark(mark, payload, group.area.width - 2 * pad, group.align) for mark in group.marks]
    heights = [block.height + 1.1 * pad for block in blocks]
    total = sum(heights) + gap * (len(blocks) - 1)
    slack = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[group.hold]
    y = group.area.y + (group.area.height - total) * slack
    for mark, block, height in zip(group.marks, blocks, heights, strict=True):
        width = block.line_width + 2 * pad
        x = group.area.x + (group.area.width - width) * (0.5 if group.align == "center" else 0.0)
        draw_plate(canvas, hand, Area(x, y, width, height), is_logo=mark.kind == "logo")
        block.draw(canvas, x + pad, y + 0.55 * pad)
        y += height + gap


def set_mark(mark: PanelMark, payload: PanelPayload, width: float, align: str) -> Block:
    """The lettering of a mark, in the family the film sets it in, as wide as its longest line."""
    system = TYPE_SYSTEMS[payload.type_system if payload.type_system in TYPE_SYSTEMS else "modern"]
    role = system.roles[ROLES.get(mark.kind, "text")]
    short = min(payload.width, payload.height)
    style = role.at(short, BLUE_HEX, align, max(SCALE, LEAST / role.size))
    least = LEAST * short
    loose = set_whole(mark.text, style, width, role.max_lines, (least, least))
    # Its lines are as they were, so they fit the narrower column as well.
    narrow = min(width, loose.line_width + loose.hang + 2)
    return set_whole(loose.text, replace(style, size_px=loose.size_px), narrow, loose.lines, (least, least))


def draw_plate(canvas: skia.Canvas, hand: Hand, area: Area, *, is_logo: bool) -> None:
    """A piece of paper under lettering, outlined by hand; a logo's is crossed out, as a place to be filled."""
    paper = skia.Paint(Color=skia.ColorSetARGB(232, 252, 250, 246), AntiAlias=True)
    canvas.drawRect(skia.Rect.MakeXYWH(area.x, area.y, area.width, area.height), paper)
    over = 4 * hand.unit
    left, right, top, bottom = area.x, area.right, area.y, area.bottom
    for start, end in (
        ((left - over, top), (right + over, top)),
        ((right, top - over), (right, bottom + over)),
        ((right + over, bottom), (left - over, bottom)),
        ((left, bottom + over), (left, top - over)),
    ):
        hand.rule(start, end, 1.5, BLUE)
    if is_logo:
        faint = skia.ColorSetA(BLUE, 90)
        hand.rule((left, top), (right, bottom), 1.2, faint)
        hand.rule((right, top), (left, bottom), 1.2, faint)
