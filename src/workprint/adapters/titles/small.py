"""The small titles (logo, text block), each in the calmest place near its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workprint.adapters.titles.colours import to_hex
from workprint.adapters.titles.logo import Logo, draw_logo
from workprint.adapters.titles.placing import (
    Candidate,
    Place,
    choose_place,
    grow,
    list_columns,
    mirror,
    share_covered,
)
from workprint.adapters.titles.plates import (
    BUSY,
    FOGGY,
    FOGGY_LIGHT,
    LINE_FORMS,
    choose_look,
    draw_lines,
    draw_panel,
    lead_lines,
)
from workprint.adapters.titles.sheet import Sheet
from workprint.adapters.titles.tone import choose_tone
from workprint.film.cut_orders import TitlePayload
from workprint.lab.safe_areas import Area, find_safe_area, is_tall, is_wide, name_shape
from workprint.lab.type_systems import TypeSystem
from workprint.lab.typeset import Block, find_luminance, set_whole
from workprint.lab.writing import is_right_to_left

FEATHER = 0.30
"""How far a scrim fades, in short sides: long enough to read as light falling off, not as a box."""

OVERHANG = 0.011
"""How far ink reaches out of its line box at the tightest setting, in short sides."""

PAD = 0.030
"""Room around type that must be calm too, in short sides."""

LOGO_SIDE = 0.115
"""Optical size of a corner logo, in short sides: seen, not read."""

MEASURES = {
    "tall": (
        (0.96, 1.0, 0.0),
        (0.70, 1.0, 0.03),
        (0.50, 1.0, 0.06),
        (0.72, 0.80, 0.08),
        (0.40, 0.82, 0.12),
        (1.0, 0.58, 0.17),
        (1.0, 0.44, 0.26),
    ),
    "upright": (
        (0.92, 1.0, 0.0),
        (0.66, 1.0, 0.03),
        (0.48, 0.94, 0.06),
        (0.72, 0.80, 0.08),
        (0.40, 0.82, 0.12),
        (1.0, 0.60, 0.17),
        (1.0, 0.46, 0.26),
    ),
    "square": (
        (0.90, 1.0, 0.0),
        (0.62, 1.0, 0.03),
        (0.46, 0.92, 0.06),
        (0.72, 0.80, 0.08),
        (0.38, 0.80, 0.12),
        (1.0, 0.62, 0.17),
        (1.0, 0.48, 0.26),
    ),
    "wide": ((0.56, 1.0, 0.0), (0.36, 1.0, 0.03), (0.28, 0.90, 0.08), (0.80, 0.80, 0.10)),
}
"""How a text is tried: line length as a share of the safe area's width, factor on its size, and what that costs. A
narrow one fits beside a subject, a wide small one above or below it."""

SHRUNK = 0.62
"""What it costs a measure to set a long text small, by how far it stays under the largest any measure allows."""

OFF_STANCE = {
    "center": {"left": 0.12, "center": 0.0, "right": 0.12},
    "left": {"left": 0.0, "center": 0.22, "right": 0.12},
}
"""What it costs a type system to stand on another side than its own."""

CARE_PLATED = 0.34
"""How much a busy ground matters to a text on a plate: it is read anyway, but should cover little."""

SCALES = {"tall": 1.16, "upright": 1.08, "square": 1.0, "wide": 0.94}
"""Type of small titles by the frame's shape: a tall film is seen small, a wide one large."""

SECOND_ROLE = "subhead"
"""The type of every line after the first in a small title."""


@dataclass(frozen=True)
class Setting:
    """How a small title is set: sheet, type system, its lines (role, text), the safe area, and other titles' boxes.

    `before` is where the same text stood up to a cut.
    """

    sheet: Sheet
    system: TypeSystem
    lines: tuple[tuple[str, str], ...]
    safe: Area
    mates: tuple[Area, ...]
    anchor: str
    before: Area | None = None

    @property
    def unit(self) -> int:
        """The short side in pixels."""
        return self.sheet.short_side

    @property
    def stance(self) -> str:
        """The side the title stands on of itself: centre, or where its writing begins."""
        return self.system.stance if self.system.stance == "center" else start_of(self.lines[0][1])


def prepare(
    sheet: Sheet, payload: TitlePayload, system: TypeSystem, mates: Sequence[Area], before: Area | None = None
) -> Setting:
    """The setting of a payload."""
    # Accents and descenders reach out of tightly set lines.
    safe = grow(find_safe_area(payload.platform, sheet.width, sheet.height), -OVERHANG * sheet.short_side)
    return Setting(sheet, system, payload.lines, safe, tuple(mates), payload.anchor, before)


def start_of(text: str) -> str:
    """The side a text begins on."""
    return "right" if is_right_to_left(text) else "left"


def set_lines(setting: Setting, width: float, align: str, inks: tuple[str, str], factor: float = 1.0) -> list[Block]:
    """The lines of a small title, one block each: the first in its own role, the others below it, in a quieter ink."""
    sheet, blocks = setting.sheet, []
    scale = SCALES[name_shape(sheet.width, sheet.height)] * factor
    for index, (role, text) in enumerate(setting.lines):
        wanted = role if index == 0 and role in setting.system.roles else SECOND_ROLE
        style = setting.system.roles[wanted]
        typed = style.at(sheet.short_side, inks[min(index, 1)], align, scale)
        blocks.append(set_whole(text, typed, width, style.max_lines, style.floors(sheet.short_side)))
    return blocks


def write_stack(setting: Setting, blocks: list[Block], x: float, y: float, ground: str = "") -> None:
    """Write blocks below each other."""
    for block, (role, _) in zip(blocks, setting.lines, strict=True):
        setting.sheet.write(block, x, y, role, ground)
        y += block.height + gap_after(block)


def gap_after(block: Block) -> float:
    """The space below a block of a small title."""
    return 0.26 * block.size_px


def measure_stack(blocks: list[Block]) -> tuple[float, float]:
    """Width of the longest line and height of a stack of blocks with the gaps between them."""
    height = sum(block.height + gap_after(block) for block in blocks) - gap_after(blocks[-1])
    return max(block.line_width + block.hang for block in blocks), height


def draw_text(setting: Setting) -> None:
    """A text block in the calmest place near its anchor; where even that is busy, on a plate of its type system."""
    place, width, factor = place_text(setting, 0.0)
    if setting.sheet.backdrop is not None and needs_plate(place):
        draw_plated_text(setting, to_hex(*setting.sheet.backdrop.find_color(place.area)))
        return
    setting.sheet.tone = place.tone
    blocks = set_lines(setting, width, find_side(setting, place.area), (place.tone.ink, place.tone.quiet), factor)
    setting.sheet.spread(grow(place.area, 0.25 * PAD * setting.unit), FEATHER * setting.unit)
    write_stack(setting, blocks, find_column(place.area, width, find_side(setting, place.area)), place.area.y)


def needs_plate(place: Place) -> bool:
    """Whether type on the picture would stand on a busy ground or in a fog."""
    is_light = find_luminance(place.tone.scrim) > 0.4
    return place.unrest > BUSY or place.tone.strength > (FOGGY_LIGHT if is_light else FOGGY)


def draw_plated_text(setting: Setting, behind: str) -> None:
    """The text on solid plates that differ from the colour `behind`, again in the best place: covering least."""
    sheet, system = setting.sheet, setting.system
    look = choose_look(sheet, system, behind)
    sheet.tone = choose_tone(None, (), sheet.colours)
    if system.plate in LINE_FORMS:
        setting = replace(setting, system=lead_lines(system))
    room = max(look.across, look.down) * setting.unit
    place, width, factor = place_text(setting, room)
    side = find_side(setting, place.area)
    blocks = set_lines(setting, width, side, (look.ink, look.ink), factor)
    x = find_column(place.area, width, side)
    if system.plate not in LINE_FORMS:
        draw_panel(sheet, system, look, place.area)
        write_stack(setting, blocks, x, place.area.y, look.ground)
        return
    y = place.area.y
    for block, (role, _) in zip(blocks, setting.lines, strict=True):
        draw_lines(sheet, system, look, (block, role), (x, y))
        y += block.height + gap_after(block)


def place_text(setting: Setting, room: float) -> tuple[Place, float, float]:
    """The best place of a text, the width of its column, the factor on its size.

    `room` pixels around it belong to its plate.
    """
    sheet = setting.sheet
    inner = grow(setting.safe, -room) if room else setting.safe
    measures = MEASURES[name_shape(sheet.width, sheet.height)]
    candidates: list[Candidate] = []
    sides = OFF_STANCE["center"] if setting.stance == "center" else mirror(OFF_STANCE["left"], setting.stance)
    tried = [
        set_lines(setting, share * inner.width, "center", (sheet.colours.ink,) * 2, factor)
        for share, factor, _ in measures
    ]
    whole = [key for key, blocks in enumerate(tried) if stands_whole(blocks, inner)]
    most = max(ease_of(setting, blocks) for blocks in tried)
    for key in whole or range(len(measures)):
        share = ease_of(setting, tried[key]) / (most * measures[key][1])
        dearer = measures[key][2] + SHRUNK * max(0.0, 1 - share)
        extra = {side: cost + dearer for side, cost in sides.items()}
        candidates += list_columns(inner, measure_stack(tried[key]), setting.anchor, key, extra)
    if setting.before is not None:
        candidates = [replace(one, cost=one.cost + weigh_jump(setting, one.area)) for one in candidates]
    place = choose_place(sheet, candidates, setting.mates, PAD * setting.unit + room, CARE_PLATED if room else 1.0)
    share, factor, _ = measures[place.key]
    return place, share * inner.width, factor


JUMP, REGROW = 1.1, 0.35
"""What it costs a text to stand a short side away from where it stood before the cut, and to be twice as high."""


def weigh_jump(setting: Setting, area: Area) -> float:
    """What the eye pays for a text that has moved or grown on a cut."""
    before = setting.before
    assert before is not None
    across = area.x + area.width / 2 - before.x - before.width / 2
    down = area.y + area.height / 2 - before.y - before.height / 2
    grown = abs(math.log2(max(area.height, 1.0) / max(before.height, 1.0)))
    return JUMP * math.hypot(across, down) / setting.unit + REGROW * grown


def stands_whole(blocks: list[Block], room: Area) -> bool:
    """Whether a text holds in a measure: no word torn, nothing cut, and no higher than its room."""
    return (
        not any(block.tears_word or block.is_truncated for block in blocks) and measure_stack(blocks)[1] <= room.height
    )


def ease_of(setting: Setting, blocks: list[Block]) -> float:
    """The size a title's first line is set in against its style's own."""
    role = setting.lines[0][0]
    style = setting.system.roles[role if role in setting.system.roles else SECOND_ROLE]
    scale = SCALES[name_shape(setting.sheet.width, setting.sheet.height)]
    return blocks[0].size_px / (style.size * setting.unit * scale)


def find_side(setting: Setting, area: Area) -> str:
    """How the lines of a title in this area are aligned: to the edge of the frame it stands near."""
    middle, width = area.x + area.width / 2, setting.sheet.width
    if abs(middle - width / 2) < 0.02 * width:
        return "center" if setting.stance == "center" else setting.stance
    return "left" if middle < width / 2 else "right"


def find_column(area: Area, width: float, side: str) -> float:
    """The left side of a column of this width whose lines fill the area."""
    return area.x + (area.width - width) * {"left": 0.0, "center": 0.5, "right": 1.0}[side]


def draw_logo_mark(setting: Setting, logo: Logo | None) -> None:
    """The logo (or, without one, the name as type) in the top left corner of the safe area."""
    sheet, safe = setting.sheet, setting.safe
    if logo is None:
        blocks = set_lines(setting, 0.4 * safe.width, "left", (sheet.colours.ink,) * 2)
        area = Area(safe.x, safe.y, *measure_stack(blocks))
        sheet.tone = choose_tone(sheet.backdrop, [grow(area, 0.01 * setting.unit)], sheet.colours)
        blocks = set_lines(setting, 0.4 * safe.width, "left", (sheet.tone.ink, sheet.tone.quiet))
        sheet.spread(grow(area, PAD * setting.unit), FEATHER * setting.unit)
        write_stack(setting, blocks, safe.x, safe.y)
        return
    area = Area(safe.x, safe.y, *logo.measure(LOGO_SIDE * setting.unit, 0.34 * setting.unit, 0.125 * setting.unit))
    draw_logo(sheet, logo, area, FEATHER * setting.unit)


def draw_lockup(setting: Setting) -> None:
    """A name with an accent rule and perhaps a line of role: beside the rule, or below it in a centred style."""
    sheet, unit = setting.sheet, setting.unit
    is_centred = setting.stance == "center" and not is_wide(sheet.width, sheet.height)
    side = "center" if is_centred else start_of(setting.lines[0][1])
    inset = (0.036 if is_centred else 0.040) * unit
    share = LOCKUP_WIDTHS[name_shape(sheet.width, sheet.height)]
    width = share * setting.safe.width - (0 if is_centred else inset)
    factor = fit_lockup(setting, width, side)
    # In a tall frame the safe area ends high already; elsewhere a lower third stands clear of the foot.
    anchor = "bottom" if setting.anchor == "safe-lower-third" and is_tall(sheet.width, sheet.height) else setting.anchor
    candidates: list[Candidate] = []
    for key, (smaller, dearer) in enumerate(LOCKUP_SIZES):
        size = measure_stack(set_lines(setting, width, side, (sheet.colours.ink,) * 2, factor * smaller))
        box = (size[0], size[1] + inset) if is_centred else (size[0] + inset, size[1])
        candidates += list_columns(setting.safe, box, anchor, key, {side: dearer})
    subject = sheet.backdrop.subject if sheet.backdrop else None
    if subject is not None and sheet.backdrop is not None and not sheet.backdrop.find_presence(subject):
        candidates = [replace(one, cost=one.cost + ON_SUBJECT * share_covered(one.area, subject)) for one in candidates]
    place = choose_place(sheet, candidates, setting.mates, 1.2 * PAD * unit)
    factor *= LOCKUP_SIZES[place.key][0]
    sheet.tone = place.tone
    blocks = set_lines(setting, width, side, (place.tone.ink, place.tone.quiet), factor)
    area = place.area
    sheet.spread(grow(area, 0.25 * PAD * unit), FEATHER * unit)
    draw_rule(setting, area, side)
    if is_centred:
        write_stack(setting, blocks, find_column(area, width, side), area.y + inset)
        return
    inner = Area(area.x + (inset if side == "left" else 0.0), area.y, area.width - inset, area.height)
    write_stack(setting, blocks, find_column(inner, width, side), area.y)


LOCKUP_WIDTHS = {"tall": 1.0, "upright": 0.94, "square": 0.94, "wide": 0.56}
"""The longest line of a lockup, as a share of the safe area's width."""

ON_SUBJECT = 2.5
"""What it costs a lockup to lie wholly over the box around the subject, dark parts of it too."""

LOCKUP_SIZES = ((1.0, 0.0), (0.88, 0.16), (0.74, 0.52))
"""Factors a lockup is tried at, and what each costs: under a product that stands low there may be little room."""

SMALLEST_IN_ONE_LINE = 0.66
"""Down to this factor a name is set smaller to stand in one line; a longer one takes two."""


def fit_lockup(setting: Setting, width: float, side: str) -> float:
    """The factor on a lockup's size that keeps its name in one line, or 1."""
    factor = 1.0
    while factor > SMALLEST_IN_ONE_LINE:
        if set_lines(setting, width, side, (setting.sheet.colours.ink,) * 2, factor)[0].lines == 1:
            return factor
        factor *= 0.96
    return 1.0


def draw_rule(setting: Setting, area: Area, side: str) -> None:
    """The accent rule of a lockup: above a centred one, else along the side it begins on, as high as its letters."""
    unit, system = setting.unit, setting.system
    thick = max(3.0, system.rule_width * unit)
    radius = thick / 2 if system.button_radius > 0 else 0.0
    color = setting.sheet.colours.accent
    if side == "center":
        length = min(system.rule_length * unit, area.width)
        setting.sheet.fill(Area(area.x + (area.width - length) / 2, area.y, length, thick), color, radius)
        return
    x = area.x if side == "left" else area.right - thick
    setting.sheet.fill(Area(x, area.y + 0.10 * area.height, thick, 0.80 * area.height), color, radius)
