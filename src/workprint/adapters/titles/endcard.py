"""The end card: type stacked beside the product (wide) or above and below it (else), over living footage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from workprint.adapters.titles.logo import Logo, draw_logo, tile_pad
from workprint.adapters.titles.marks import pad_area, write_centred
from workprint.adapters.titles.sheet import Sheet
from workprint.film.cut_orders import TitlePayload
from workprint.lab.safe_areas import Area, find_safe_area, is_tall, is_upright, is_wide
from workprint.lab.type_systems import TypeSystem
from workprint.lab.typeset import Block, find_luminance, set_paragraph
from workprint.lab.writing import is_right_to_left

UPPER_END = {"tall": 0.305, "upright": 0.315, "square": 0.305}
LOWER_START = {"tall": 0.735, "upright": 0.745, "square": 0.735}
LOWER_END = {"tall": 0.945, "upright": 0.95, "square": 0.95}
"""Shares of the height the type leaves to the product between. In tall frames the lower block starts at once below
the product: platforms cover the foot of the frame, so the button stands highest and the small print lowest. Meta asks
for 35 % free at the foot, which no card with a product in its middle leaves."""

COLUMN = (0.07, 0.475)
"""Left and right side of the type column in wide frames, as shares of the width."""

LARGEST = {"wide": 1.24, "tall head": 1.14, "tall foot": 1.34, "upright": 1.12, "square": 1.0}
"""The factor on all sizes a stack begins with: as large as its room lets it look calm."""

SHRINK, SMALLEST = 0.96, 0.34
"""A stack that is too high is set smaller as a whole, so that its proportions stay; down to this factor."""

OUTLINE = 0.0026
"""The stroke of an outlined button, in short sides."""

MEASURE_EM = 23.0
"""The longest line of running text, in em: about 45 letters, what is read in one glance."""


@dataclass(frozen=True)
class Item:
    """One thing in a stack: its height, how far the next stands below it, and how it is drawn at (left, y)."""

    width: float
    height: float
    gap: float
    draw: Callable[[float, float], None]


@dataclass(frozen=True)
class Setting:
    """How a stack is set: sheet, type system, lines by role, column width, alignment, factor on all sizes."""

    sheet: Sheet
    system: TypeSystem
    lines: tuple[tuple[str, str], ...]
    width: float
    align: str
    factor: float

    @property
    def unit(self) -> float:
        """The short side times the factor."""
        return self.sheet.short_side * self.factor

    def texts(self, role: str) -> tuple[str, ...]:
        """All lines of a role."""
        return tuple(text for kind, text in self.lines if kind == role)

    def offset(self, width: float) -> float:
        """Where a thing of this width stands in the column."""
        return (self.width - width) * {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]


Make = Callable[[Setting], list[Item]]


def draw_endcard(sheet: Sheet, payload: TitlePayload, system: TypeSystem, logo: Logo | None) -> None:
    """Draw the whole card for the frame's shape."""
    if is_wide(sheet.width, sheet.height):
        draw_wide(sheet, payload, system, logo)
    else:
        draw_stacked(sheet, payload, system, logo)


def draw_wide(sheet: Sheet, payload: TitlePayload, system: TypeSystem, logo: Logo | None) -> None:
    """One column on the left; the small print stands at its foot."""
    left, right = COLUMN[0] * sheet.width, COLUMN[1] * sheet.width
    safe = find_safe_area(payload.platform, sheet.width, sheet.height)
    align = "right" if is_right_to_left(find_lead(payload.lines)) else "left"
    base = Setting(sheet, system, payload.lines, right - left, align, 1.0)
    foot = stack_items(base, lambda setting: list_words(setting, ("legal",)), 0.2 * sheet.height, 1.0)
    foot_height = measure(foot)
    room = safe.height - foot_height - (0.05 * sheet.height if foot else 0)
    column = Area(left, 0, right - left, sheet.height)
    items = stack_items(base, lambda setting: list_card(setting, logo), room, LARGEST["wide"])
    sheet.spread(column, "ltb", 0.24 * sheet.width)
    y = safe.y + (room - measure(items)) / 2
    draw_items(items, left, y)
    draw_items(foot, left, safe.bottom - foot_height)


def draw_stacked(sheet: Sheet, payload: TitlePayload, system: TypeSystem, logo: Logo | None) -> None:
    """Who and what above the product, what to do below it, both centred."""
    shape = name_shape(sheet)
    safe = find_safe_area(payload.platform, sheet.width, sheet.height)
    base = Setting(sheet, system, payload.lines, safe.width, "center", 1.0)
    upper_end = UPPER_END[shape] * sheet.height
    lower_start, lower_end = LOWER_START[shape] * sheet.height, LOWER_END[shape] * sheet.height
    head, foot = ("tall head", "tall foot") if shape == "tall" else (shape, shape)
    upper = stack_items(base, lambda setting: list_head(setting, logo), upper_end - safe.y, LARGEST[head])
    lower = stack_items(base, list_foot, lower_end - lower_start, LARGEST[foot])
    feather, pad = 0.085 * sheet.height, 0.004 * sheet.height
    if upper:
        y = safe.y + max(0, upper_end - safe.y - measure(upper)) * 0.42
        sheet.spread(pad_area(Area(safe.x, y, safe.width, measure(upper)), pad), "tlr", feather)
        draw_items(upper, safe.x, y)
    if lower:
        y = lower_start + max(0, lower_end - lower_start - measure(lower)) * (0.35 if shape == "tall" else 0.5)
        sheet.spread(pad_area(Area(safe.x, y, safe.width, measure(lower)), pad), "blr", feather)
        draw_items(lower, safe.x, y)


def name_shape(sheet: Sheet) -> str:
    """The frame's shape as the tables of a stacked card call it: tall, upright or square."""
    if is_tall(sheet.width, sheet.height):
        return "tall"
    return "upright" if is_upright(sheet.width, sheet.height) else "square"


def find_lead(lines: tuple[tuple[str, str], ...]) -> str:
    """The text that decides the direction of the card: the headline, else the first line."""
    heads = [text for role, text in lines if role == "headline"] or [text for _, text in lines]
    return heads[0] if heads else ""


def stack_items(base: Setting, make: Make, room: float, factor: float) -> list[Item]:
    """Make a stack, smaller as a whole until it is no higher than its room."""
    while True:
        setting = Setting(base.sheet, base.system, base.lines, base.width, base.align, factor)
        items = make(setting)
        if measure(items) <= room or factor <= SMALLEST:
            return items
        factor *= SHRINK


def measure(items: list[Item]) -> float:
    """The height of a stack; the gap below its last item does not count."""
    return sum(item.height + item.gap for item in items) - (items[-1].gap if items else 0)


def draw_items(items: list[Item], x: float, y: float) -> None:
    """Draw a stack downwards from (x, y)."""
    for item in items:
        item.draw(x, y)
        y += item.height + item.gap


def list_card(setting: Setting, logo: Logo | None) -> list[Item]:
    """The column of a wide card."""
    return [*list_head(setting, logo), *list_action(setting), *list_words(setting, ("url",))]


def list_head(setting: Setting, logo: Logo | None) -> list[Item]:
    """Logo, product, headline, subhead, further texts. Without a logo the product's name is the mark."""
    marks = list_logo(setting, logo) if logo is not None else []
    product = "eyebrow" if marks and setting.texts("headline") else "product"
    names = [set_words(setting, product, text, "ink") for text in setting.texts("product")]
    return [*marks, *names, *list_words(setting, ("headline", "subhead", "text"))]


def list_foot(setting: Setting) -> list[Item]:
    """Price and button, address, small print."""
    return [*list_action(setting), *list_words(setting, ("url", "legal"))]


GAPS = {
    "product": 0.030,
    "eyebrow": 0.016,
    "headline": 0.030,
    "subhead": 0.046,
    "text": 0.046,
    "url": 0.026,
    "legal": 0.0,
}
"""Space below each role in short sides: things that belong together stand closer than things that do not."""

STYLE_OF = {"text": "subhead"}
"""Roles set in another role's type on an end card."""


def list_words(setting: Setting, roles: tuple[str, ...]) -> list[Item]:
    """All lines of some roles, in the order of the roles."""
    return [
        set_words(setting, role, text, "ink" if role in ("headline", "url") else "quiet")
        for role in roles
        for text in setting.texts(role)
    ]


def set_words(setting: Setting, role: str, text: str, tone: str) -> Item:
    """A line of the card as an item. Small print keeps its size when the stack shrinks: it is small already."""
    style = setting.system.roles[STYLE_OF.get(role, role)]
    color = setting.sheet.colours.ink if tone == "ink" else setting.sheet.colours.quiet
    factor = min(max(setting.factor, 0.8), 1.0) if role == "legal" else setting.factor
    typed = style.at(setting.sheet.short_side, color, setting.align, factor)
    least = style.least * setting.sheet.short_side
    width = setting.width
    if role in ("subhead", "text"):
        typed = replace(typed, size_px=min(typed.size_px, find_largest_beside_headline(setting)))
        width = min(width, MEASURE_EM * typed.size_px)
    least = min(least, typed.size_px)
    block = set_paragraph(text, typed, width, style.max_lines, least)
    left = setting.offset(width)

    def draw(x: float, y: float) -> None:
        setting.sheet.write(block, x + left, y, role)

    return Item(width, block.height, GAPS[role] * setting.unit, draw)


def find_largest_beside_headline(setting: Setting) -> float:
    """The largest size of running text in pixels: smaller than a headline that one long word has made small."""
    style = setting.system.roles["headline"]
    typed = style.at(setting.sheet.short_side, setting.sheet.colours.ink, setting.align, setting.factor)
    least = min(style.least * setting.sheet.short_side, typed.size_px)
    heads = (set_paragraph(t, typed, setting.width, style.max_lines, least) for t in setting.texts("headline"))
    return min((0.86 * head.size_px for head in heads), default=typed.size_px)


def list_logo(setting: Setting, logo: Logo) -> list[Item]:
    """The logo, with room for the tile it may need."""
    width, height = logo.measure(0.125 * setting.unit, 0.36 * setting.unit, 0.13 * setting.unit)
    needs_tile = not logo.is_tile and not logo.stands_out(find_luminance(setting.sheet.colours.plate))
    pad = tile_pad(Area(0, 0, width, height)) if needs_tile else 0.0
    left = setting.offset(width + 2 * pad) + pad

    def draw(x: float, y: float) -> None:
        draw_logo(setting.sheet, logo, Area(x + left, y + pad, width, height))

    return [Item(width, height + 2 * pad, 0.040 * setting.unit, draw)]


def list_action(setting: Setting) -> list[Item]:
    """Price and button: side by side where both fit, else below each other."""
    parts = [make_price(setting, text) for text in setting.texts("price")]
    parts += [make_button(setting, text) for text in setting.texts("button")]
    between = 0.036 * setting.unit
    width = sum(part.width for part in parts) + between * (len(parts) - 1)
    if len(parts) > 1 and width <= setting.width:
        return [join_items(setting, parts, between, width)]
    return [centre_item(setting, part) for part in parts]


def join_items(setting: Setting, parts: list[Item], between: float, width: float) -> Item:
    """Items side by side, centred on each other's height; right-to-left cards begin at the right."""
    height = max(part.height for part in parts)
    ordered = parts[::-1] if is_right_to_left(find_lead(setting.lines)) else parts
    left = setting.offset(width)

    def draw(x: float, y: float) -> None:
        at = x + left
        for part in ordered:
            part.draw(at, y + (height - part.height) / 2)
            at += part.width + between

    return Item(width, height, parts[-1].gap, draw)


def centre_item(setting: Setting, part: Item) -> Item:
    """An item alone in its row, on the side the column is aligned to."""
    left = setting.offset(part.width)
    return Item(part.width, part.height, part.gap, lambda x, y: part.draw(x + left, y))


def make_price(setting: Setting, text: str) -> Item:
    """The price as plain type: the button stays the only thing on the card that looks as if it could be pressed."""
    style = setting.system.roles["price"]
    typed = style.at(setting.sheet.short_side, setting.sheet.colours.ink, "left", setting.factor)
    least = min(style.least * setting.sheet.short_side, typed.size_px)
    block = set_paragraph(text, typed, setting.width, style.max_lines, least)
    width = block.line_width
    area_of = partial(Area, width=width, height=block.height)
    return Item(
        width,
        block.height,
        0.026 * setting.unit,
        lambda x, y: write_centred(setting.sheet, block, area_of(x, y), "price", ""),
    )


def make_button(setting: Setting, text: str) -> Item:
    """The button: a shape filled with the accent colour or drawn in it, its label in the middle."""
    style = setting.system.roles["button"]
    colours = setting.sheet.colours
    is_filled = setting.system.button_form == "filled"
    label = colours.on_accent if is_filled else colours.ink
    typed = style.at(setting.sheet.short_side, label, "center", setting.factor)
    least = min(style.least * setting.sheet.short_side, typed.size_px)
    block: Block = set_paragraph(text, typed, setting.width - 2.6 * typed.size_px, style.max_lines, least)
    height = block.height + 1.30 * block.size_px
    width = block.ink.width + 2.6 * block.size_px
    radius = setting.system.button_radius * min(height, 2.6 * block.size_px)

    def draw(x: float, y: float) -> None:
        area = Area(x, y, width, height)
        if is_filled:
            setting.sheet.fill(area, colours.accent, radius)
        else:
            setting.sheet.outline(area, colours.accent, radius, max(2.0, OUTLINE * setting.unit))
        write_centred(setting.sheet, block, area, "button", colours.accent if is_filled else "")

    return Item(width, height, 0.032 * setting.unit, draw)
