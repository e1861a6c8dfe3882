"""Lower thirds: a person's name and role in the form of their type system, clear of where captions are shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workprint.adapters.titles.colours import INK_DARK, to_hex
from workprint.adapters.titles.placing import Candidate, choose_place, grow, list_columns
from workprint.adapters.titles.plates import PAPER, ROOMS, choose_look
from workprint.adapters.titles.small import FEATHER, PAD, SCALES, Setting, start_of
from workprint.adapters.titles.tone import choose_tone
from workprint.lab.safe_areas import Area, name_shape
from workprint.lab.type_systems import RoleStyle
from workprint.lab.typeset import Block, set_whole

ABOVE_CAPTIONS = "above-captions"
"""The anchor of a lower third in a film with a voice."""

CAPTION_BAND = 0.20
"""Share of the height at the foot that players lay captions over: two lines of 5.33 % with their margins (CTA-708 and
WebVTT put them into the lowest fifth)."""

WIDTHS = {"tall": 0.90, "upright": 0.80, "square": 0.80, "wide": 0.46}
"""The longest line, as a share of the safe area's width."""

NAME_SIZES = {"card": 0.62, "framed": 0.66, "bars": 0.50, "paper": 0.56, "stub": 0.66, "blocks": 0.48}
"""Size of a name against the system's own for texts."""

ROLE_SIZES = {"card": 0.86, "framed": 1.02, "bars": 1.04, "paper": 0.98, "stub": 1.02, "blocks": 0.92}
"""Size of a role against the system's own for lines above a name, or below a headline."""

GAP = 0.012
"""Space between name and role in short sides; on plates of their own they touch."""

CARE = 0.5
"""How much a busy ground matters: the name is read on its plate, but the plate should not lie over a face."""


@dataclass(frozen=True)
class Lines:
    """Name and role as type, top down, each with its role's name; the side they stand on, the room around them."""

    blocks: tuple[tuple[Block, str], ...]
    side: str
    across: float
    down: float
    gap: float

    @property
    def width(self) -> float:
        """The longest line in pixels."""
        return max(block.line_width for block, _ in self.blocks)

    @property
    def height(self) -> float:
        """All lines and the gaps between them in pixels."""
        return sum(block.height for block, _ in self.blocks) + self.gap * (len(self.blocks) - 1)


def draw_lower_third(setting: Setting) -> None:
    """A name and perhaps a role, in the calmest place near the foot of the safe area."""
    sheet, form, unit = setting.sheet, setting.system.plate, setting.unit
    safe = setting.safe
    if setting.anchor == ABOVE_CAPTIONS:
        safe = replace(safe, height=min(safe.bottom, (1 - CAPTION_BAND) * sheet.height) - safe.y)
    lines = set_name(setting, (sheet.colours.ink,) * 2)
    size = (lines.width + 2 * lines.across, lines.height + 2 * lines.down)
    spots: list[Candidate] = list_columns(safe, size, "safe-lower-third", 0, {lines.side: 0.0})
    spots = [replace(one, cost=3 * one.cost) for one in spots]
    place = choose_place(sheet, spots, setting.mates, PAD * unit, CARE)
    sheet.tone = choose_tone(None, (), sheet.colours)
    inks, grounds = choose_pairs(setting, place.area)
    if form == "framed":
        sheet.tone = place.tone
        inks, grounds = (place.tone.ink, place.tone.quiet), ("", "")
        sheet.spread(grow(place.area, 0.25 * PAD * unit), FEATHER * unit)
    FORMS.get(form, draw_panelled)(setting, set_name(setting, inks), place.area, grounds)


def set_name(setting: Setting, inks: tuple[str, str]) -> Lines:
    """Name and role in the type system's styles; a data sheet labels first and names then."""
    system, sheet, form = setting.system, setting.sheet, setting.system.plate
    shape = name_shape(sheet.width, sheet.height)
    side = start_of(setting.lines[0][1])
    across, down = (room * setting.unit for room in ROOMS[form])
    across, down = max(across, 0.026 * setting.unit) * 0.9, max(down, 0.012 * setting.unit) * 0.8
    # What has no plate stands at the edge itself, as all other type does.
    across = 0.0 if form == "framed" else across
    width = WIDTHS[shape] * setting.safe.width - 2 * across
    styles: tuple[tuple[RoleStyle, float], ...] = (
        (system.roles["text"], NAME_SIZES[form]),
        (system.roles["subhead" if form in ("card", "framed") else "eyebrow"], ROLE_SIZES[form]),
    )
    blocks = []
    for index, (role, text) in enumerate(setting.lines[:2]):
        style, factor = styles[index]
        typed = style.at(setting.unit, inks[index], side, factor * SCALES[shape])
        typed = replace(typed, line_height=max(1.16, typed.line_height))
        blocks.append((set_whole(text, typed, width, 2, style.floors(setting.unit)), role))
    gap = 0.0 if form in ("bars", "blocks") else GAP * setting.unit
    gap = gap + 0.018 * setting.unit if form == "framed" else gap
    return Lines(tuple(blocks[::-1] if form == "stub" else blocks), side, across, down, gap)


def choose_pairs(setting: Setting, area: Area) -> tuple[tuple[str, str], tuple[str, str]]:
    """The inks of name and role, and the opaque colours they stand on."""
    sheet, form = setting.sheet, setting.system.plate
    colours = sheet.colours
    if form == "paper":
        return (INK_DARK, INK_DARK), (PAPER, PAPER)
    if form in ("bars", "blocks"):
        behind = to_hex(*sheet.backdrop.find_color(area)) if sheet.backdrop else colours.plate
        look = choose_look(sheet, setting.system, behind)
        pairs = [(colours.on_accent, colours.accent), (colours.ink, colours.plate)]
        pairs.sort(key=lambda pair: pair[1] != look.ground)
        return (pairs[0][0], pairs[1][0]), (pairs[0][1], pairs[1][1])
    return (colours.ink, colours.ink), (colours.plate, colours.plate)


def find_left(lines: Lines, area: Area, block: Block) -> float:
    """The left side of a block's column in the area of a lower third."""
    return area.x + lines.across if lines.side == "left" else area.right - lines.across - block.width


def draw_panelled(setting: Setting, lines: Lines, area: Area, grounds: tuple[str, str]) -> None:
    """One plate under both: rounded with an accent bar, a sheet of paper with a rule on top, or with a broad stub."""
    sheet, form, unit = setting.sheet, setting.system.plate, setting.unit
    accent = sheet.colours.accent if sheet.colours.accent != grounds[0] else sheet.colours.ink
    sheet.lay_plate(area, grounds[0], 0.018 * unit if form == "card" else 0.0)
    thick = {"card": 0.0065, "paper": 0.0055, "stub": 0.0130}[form] * unit
    if form == "paper":
        sheet.lay_plate(replace(area, height=thick), INK_DARK, 0.0)
    else:
        inset = 0.016 * unit if form == "card" else 0.0
        x = area.x + inset if lines.side == "left" else area.right - inset - thick
        bar = Area(x, area.y + inset, thick, area.height - 2 * inset)
        sheet.lay_plate(bar, accent, thick / 2 if form == "card" else 0.0)
    write_lines(setting, lines, area, grounds)


def write_lines(setting: Setting, lines: Lines, area: Area, grounds: tuple[str, str]) -> list[float]:
    """Write the lines below each other; the y each gap begins at."""
    y, ends = area.y + lines.down, []
    for block, role in lines.blocks:
        setting.sheet.write(block, find_left(lines, area, block), y, role, grounds[0 if role == "name" else 1])
        y += block.height
        ends.append(y)
        y += lines.gap
    return ends


def draw_ruled(setting: Setting, lines: Lines, area: Area, grounds: tuple[str, str]) -> None:
    """On the picture itself, a hairline in the accent colour between name and role."""
    ends = write_lines(setting, lines, area, grounds)
    if len(lines.blocks) < 2:
        return
    thick = max(2.0, 0.0024 * setting.unit)
    length = min(lines.width, 0.20 * setting.unit)
    x = area.x + lines.across if lines.side == "left" else area.right - lines.across - length
    setting.sheet.fill(Area(x, ends[0] + (lines.gap - thick) / 2, length, thick), setting.sheet.colours.accent, 0.0)


def draw_stacked(setting: Setting, lines: Lines, area: Area, grounds: tuple[str, str]) -> None:
    """A plate for each, as wide as its line: rounded bars flush with each other, or blunt blocks set off sideways."""
    sheet, unit = setting.sheet, setting.unit
    is_block = setting.system.plate == "blocks"
    y = area.y + lines.down
    for index, (block, role) in enumerate(lines.blocks):
        width = block.line_width + 1.6 * lines.across
        step = 0.030 * unit * index if is_block and width + 0.030 * unit <= area.width else 0.0
        x = area.x + step if lines.side == "left" else area.right - step - width
        ground = grounds[0 if role == "name" else 1]
        sheet.fill(Area(x, y, width, block.height), ground, 0.0 if is_block else 0.008 * unit)
        left = x + 0.8 * lines.across if lines.side == "left" else x + width - 0.8 * lines.across - block.width
        sheet.write(block, left, y, role, ground)
        y += block.height + (0.004 * unit if not is_block else 0.0)


FORMS = {"framed": draw_ruled, "bars": draw_stacked, "blocks": draw_stacked}
"""How the forms of plates are drawn that are no single panel."""
