"""The small titles: logo in the corner, product in the lower third, price tag, text block."""

from __future__ import annotations

from workprint.adapters.titles.logo import Logo, draw_logo
from workprint.adapters.titles.sheet import Sheet
from workprint.film.cut_orders import TitlePayload
from workprint.lab.safe_areas import Area, find_safe_area, is_tall, is_wide
from workprint.lab.type_systems import TypeSystem
from workprint.lab.typeset import Block, set_paragraph
from workprint.lab.writing import is_right_to_left

FEATHER = 0.26
"""How far a plate fades, in short sides: long enough to read as light falling off, not as a box."""

PAD = 0.035
"""Room around type inside its plate, in short sides."""

LOGO_SIDE = 0.105
"""Optical size of a corner logo, in short sides: seen, not read."""

FAR_FROM_FOOT = 0.15
"""A plate this share of the height or more above the foot of the frame ends below its type: what stands lower stays
clear. Nearer, it runs to the edge."""

SECOND_ROLE = "subhead"
"""The type of every line after the first in a small title."""


def set_lines(
    sheet: Sheet, system: TypeSystem, lines: tuple[tuple[str, str], ...], width: float, align: str
) -> list[Block]:
    """The lines of a small title, one block each: the first in its own role, the others below it."""
    blocks = []
    for index, (role, text) in enumerate(lines):
        wanted = role if index == 0 and role in system.roles else SECOND_ROLE
        style = system.roles[wanted]
        color = sheet.colours.ink if index == 0 else sheet.colours.quiet
        typed = style.at(sheet.short_side, color, align)
        blocks.append(set_paragraph(text, typed, width, style.max_lines, style.least * sheet.short_side))
    return blocks


def write_stack(sheet: Sheet, blocks: list[Block], x: float, y: float, lines: tuple[tuple[str, str], ...]) -> None:
    """Write blocks below each other; `lines` are theirs, (role, text)."""
    for block, (role, _) in zip(blocks, lines, strict=True):
        sheet.write(block, x, y, role)
        y += block.height + gap_after(block)


def gap_after(block: Block) -> float:
    """The space below a block of a small title."""
    return 0.28 * block.size_px


def find_height(blocks: list[Block]) -> float:
    """The height of a stack of blocks with the gaps between them."""
    return sum(block.height + gap_after(block) for block in blocks) - gap_after(blocks[-1])


def draw_logo_mark(sheet: Sheet, payload: TitlePayload, system: TypeSystem, logo: Logo | None) -> None:
    """The logo (or, without one, the name as type) in the top left corner of the safe area."""
    safe = find_safe_area(payload.platform, sheet.width, sheet.height)
    unit = sheet.short_side
    if logo is None:
        blocks = set_lines(sheet, system, payload.lines, 0.4 * safe.width, "left")
        area = Area(safe.x, safe.y, max(block.line_width for block in blocks), find_height(blocks))
        sheet.spread(pad_area(area, PAD * unit), "tl", FEATHER * unit)
        write_stack(sheet, blocks, safe.x, safe.y, payload.lines)
        return
    width, height = logo.measure(LOGO_SIDE * unit, 0.30 * unit, 0.115 * unit)
    area = Area(safe.x, safe.y, width, height)
    sheet.glow(area)
    draw_logo(sheet, logo, area)


def draw_product(sheet: Sheet, payload: TitlePayload, system: TypeSystem) -> None:
    """The product's name with an accent rule: beside it in wide frames, above it in others."""
    safe = find_safe_area(payload.platform, sheet.width, sheet.height)
    unit, wide = sheet.short_side, is_wide(sheet.width, sheet.height)
    rule, inset = max(2.0, system.rule_width * unit), 0.030 * unit
    width = min(0.5 * sheet.width, safe.width) - inset if wide else 0.92 * safe.width
    blocks = set_lines(sheet, system, payload.lines, width, "start" if wide else "center")
    height = find_height(blocks)
    length, radius = system.rule_length * unit, rule / 2 if system.button_radius > 0 else 0.0
    at_top = payload.anchor == "top"
    top = safe.y + (0.02 * unit if at_top else safe.height - height - 0.045 * unit)
    if not wide:
        top = top + inset if at_top else top
        area = Area(safe.x, top - inset, safe.width, height + inset)
        sheet.spread(pad_area(area, PAD * unit), "tlr" if at_top else choose_low_edges(sheet, area), FEATHER * unit)
        sheet.fill(Area((sheet.width - length) / 2, top - inset, length, rule), sheet.colours.accent, radius)
        write_stack(sheet, blocks, (sheet.width - width) / 2, top, payload.lines)
        return
    line_width = max(block.line_width for block in blocks)
    mirrored = is_right_to_left(payload.lines[0][1])
    left = safe.right - line_width - inset if mirrored else safe.x
    area = Area(left, top, line_width + inset, height)
    edges = ("t" if at_top else "b") + ("r" if mirrored else "l")
    sheet.spread(pad_area(area, PAD * unit), edges, FEATHER * 1.2 * unit)
    rule_x = safe.right - rule if mirrored else safe.x
    sheet.fill(Area(rule_x, top + 0.06 * height, rule, 0.88 * height), sheet.colours.accent, radius)
    write_stack(sheet, blocks, safe.right - inset - width if mirrored else safe.x + inset, top, payload.lines)


def draw_price(sheet: Sheet, payload: TitlePayload, system: TypeSystem) -> None:
    """The price on a tag in the accent colour: right in wide frames and at the top, else in the middle below."""
    safe = find_safe_area(payload.platform, sheet.width, sheet.height)
    unit = sheet.short_side
    block = set_price(sheet, system, payload.lines, min(0.62 * safe.width, 0.80 * unit), 1.16)
    width, height = measure_tag(block)
    at_top, wide = payload.anchor == "top", is_wide(sheet.width, sheet.height)
    x = safe.right - width if wide or at_top else (sheet.width - width) / 2
    y = safe.y if at_top else safe.bottom - height - 0.02 * unit
    draw_tag(sheet, system, block, Area(x, y, width, height))


def set_price(
    sheet: Sheet, system: TypeSystem, lines: tuple[tuple[str, str], ...], width: float, factor: float
) -> Block:
    """The price as type for a tag."""
    style = system.roles["price"]
    typed = style.at(sheet.short_side, sheet.colours.on_accent, "center", factor)
    text = " ".join(text for _, text in lines)
    return set_paragraph(text, typed, width, style.max_lines, style.least * sheet.short_side)


def measure_tag(block: Block) -> tuple[float, float]:
    """Width and height of a tag around its type."""
    ink = block.ink
    height = max(block.height, ink.height) + 0.62 * block.size_px
    return max(ink.width + 1.15 * block.size_px, height), height


def draw_tag(sheet: Sheet, system: TypeSystem, block: Block, area: Area) -> None:
    """A price tag: shadow, shape, type centred on its ink both ways."""
    radius = system.tag_radius * min(area.height, 2.4 * block.size_px)
    sheet.shade(area, radius, 0.014 * sheet.short_side)
    sheet.fill(area, sheet.colours.accent, radius)
    write_centred(sheet, block, area, "price", sheet.colours.accent)


def write_centred(sheet: Sheet, block: Block, area: Area, role: str, ground: str) -> None:
    """Type in the optical middle of a shape: its ink is centred, not its line box."""
    ink = block.ink
    x = area.x + (area.width - ink.width) / 2 - ink.x
    y = area.y + (area.height - ink.height) / 2 - ink.y
    middle = area.y + (area.height - block.height) / 2
    # Between the ink's middle and the line's: descenders and accents must not push the letters off.
    sheet.write(block, x, (y + middle) / 2, role, ground)


def draw_text(sheet: Sheet, payload: TitlePayload, system: TypeSystem) -> None:
    """A text block at the top, in the middle, at the bottom, or in the lower third (to the side in wide frames)."""
    safe = find_safe_area(payload.platform, sheet.width, sheet.height)
    unit, wide = sheet.short_side, is_wide(sheet.width, sheet.height)
    aside = wide and payload.anchor == "safe-lower-third"
    width = (0.54 if wide else 0.94) * safe.width
    blocks = set_lines(sheet, system, payload.lines, width, "start" if aside else "center")
    height = find_height(blocks)
    top = place_text(payload.anchor, safe, height, sheet)
    line_width = max(block.line_width for block in blocks)
    mirrored = aside and is_right_to_left(payload.lines[0][1])
    centre = (sheet.width - width) / 2
    x = (safe.right - width if mirrored else safe.x) if aside else centre
    left = (safe.right - line_width if mirrored else safe.x) if aside else (sheet.width - line_width) / 2
    area = pad_area(Area(left, top, line_width, height), PAD * unit)
    low = choose_low_edges(sheet, area)
    beside = ("r" if mirrored else "l") + low.replace("l", "").replace("r", "")
    edges = beside if aside else {"top": "tlr", "center": "lr"}.get(payload.anchor, low)
    sheet.spread(area, edges, FEATHER * (1.25 if aside or payload.anchor == "top" else 1.0) * unit)
    write_stack(sheet, blocks, x, top, payload.lines)


def choose_low_edges(sheet: Sheet, area: Area) -> str:
    """The edges a plate low in the frame runs to: the foot too, unless it stands far above it."""
    return "lr" if sheet.height - area.bottom > FAR_FROM_FOOT * sheet.height else "blr"


def place_text(anchor: str, safe: Area, height: float, sheet: Sheet) -> float:
    """The top of a text block. The middle one stands a little high, where the eye puts the middle."""
    unit = sheet.short_side
    if anchor == "top":
        return safe.y + 0.02 * unit
    if anchor == "center":
        return safe.y + (safe.height - height) * 0.47
    lift = 0.07 if anchor == "safe-lower-third" and not is_tall(sheet.width, sheet.height) else 0.02
    return safe.bottom - height - lift * unit


def pad_area(area: Area, pad: float) -> Area:
    """An area grown on all sides."""
    return Area(area.x - pad, area.y - pad, area.width + 2 * pad, area.height + 2 * pad)
