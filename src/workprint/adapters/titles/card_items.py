"""The things an end card is stacked from: logo, words, price, button, each with its height and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from workprint.adapters.titles.bursts import split_price
from workprint.adapters.titles.logo import Logo, draw_logo, find_grounds, is_seen, tile_pad
from workprint.adapters.titles.sheet import Sheet
from workprint.adapters.titles.tone import Tone
from workprint.lab.safe_areas import Area, name_shape
from workprint.lab.type_systems import RoleStyle, TypeSystem
from workprint.lab.typeset import Block, set_paragraph, set_whole
from workprint.lab.writing import is_right_to_left

OUTLINE = 0.0030
"""The stroke of an outlined button, in short sides."""

MEASURE_EM = 23.0
"""The longest line of running text, in em: about 45 letters, what is read in one glance."""

BUTTON_LIFT = 1.16
"""A button's label against its role's size: what is to be pressed with a thumb must not look small."""

LEAST_LOGO = 0.86
"""The factor on a logo's size that it keeps while the stack shrinks."""

LEAST_ON_CARD = 0.0165
"""The smallest type of a card, in short sides: 18 px at 1080. A card that needs smaller is refused."""

HEADLINE_LIFT = 1.20
"""A card's headline against its role's size: alone on its ground it can be larger than over a picture."""

GAPS = {
    "product": 0.030,
    "eyebrow": 0.020,
    "headline": 0.034,
    "subhead": 0.050,
    "text": 0.050,
    "url": 0.026,
    "legal": 0.0,
}
"""Space below each role in short sides: things that belong together stand closer than things that do not."""

FLOORS = {"subhead": 0.0365, "text": 0.0365, "eyebrow": 0.0300, "url": 0.0335, "button": 0.0335, "price": 0.058}
"""Sizes, as shares of the short side, under which a card's smaller lines do not shrink with it: the headline gives way
first, or what is to be done after it could not be read. All lie above the small print, which keeps its own size."""

FLOOR_OF_SHAPE = {"tall": 1.14, "upright": 1.06, "square": 1.0, "wide": 0.94}
"""Those sizes by frame shape: a tall frame is seen on a telephone at arm's length."""

FLOOR_OF_FAMILY = {"condensed": 1.30}
"""Those sizes by family: condensed letters are as small as they are narrow."""

GIVING_WAY = 0.42
"""Factor on a stack below which even the smaller lines shrink: for texts far too long for their room."""

STYLE_OF = {"text": "subhead"}
"""Roles set in another role's type on an end card."""


@dataclass(frozen=True)
class Item:
    """One thing in a stack: its height, how far the next stands below it, and how it is drawn at (left, y)."""

    width: float
    height: float
    gap: float
    draw: Callable[[float, float], None]


@dataclass(frozen=True)
class Setting:
    """How a stack is set: sheet, tone, type system, lines by role, column width, alignment, factor on all sizes.

    A compact one has its smallest things in rows: logo beside name, address beside small print.
    """

    sheet: Sheet
    tone: Tone
    system: TypeSystem
    lines: tuple[tuple[str, str], ...]
    width: float
    align: str
    factor: float
    compact: bool = False

    @property
    def unit(self) -> float:
        """The short side times the factor."""
        return self.sheet.short_side * self.factor

    def size(self, role: str, style: RoleStyle, lift: float = 1.0) -> float:
        """The factor on a role's own size: the stack's, but no smaller than the role's floor."""
        shape = FLOOR_OF_SHAPE[name_shape(self.sheet.width, self.sheet.height)]
        floor = FLOORS.get(role, 0.0) * shape * FLOOR_OF_FAMILY.get(style.family, 1.0)
        least = floor / style.size * min(1.0, self.factor / GIVING_WAY)
        return max(self.factor * lift, least)

    @property
    def air(self) -> float:
        """The unit of gaps: they shrink with the stack, but things never stick to each other."""
        return self.sheet.short_side * max(self.factor, 0.72 * min(1.0, self.factor / GIVING_WAY))

    def texts(self, role: str) -> tuple[str, ...]:
        """All lines of a role."""
        return tuple(text for kind, text in self.lines if kind == role)

    def offset(self, width: float) -> float:
        """Where a thing of this width stands in the column."""
        return (self.width - width) * {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]


Make = Callable[[Setting], list[Item]]


def find_lead(lines: tuple[tuple[str, str], ...]) -> str:
    """The text that decides the direction of the card: the headline, else the first line."""
    heads = [text for role, text in lines if role == "headline"] or [text for _, text in lines]
    return heads[0] if heads else ""


def measure(items: list[Item]) -> float:
    """The height of a stack; the gap below its last item does not count."""
    return sum(item.height + item.gap for item in items) - (items[-1].gap if items else 0)


def draw_items(items: list[Item], x: float, y: float) -> None:
    """Draw a stack downwards from (x, y)."""
    for item in items:
        item.draw(x, y)
        y += item.height + item.gap


def list_head(setting: Setting, logo: Logo | None) -> list[Item]:
    """Logo, product, headline, subhead, further texts. Without a logo the product's name is the mark."""
    marks = list_logo(setting, logo) if logo is not None else []
    product = "eyebrow" if marks and setting.texts("headline") else "product"
    names = [set_words(setting, product, text, "ink") for text in setting.texts("product")]
    if setting.compact and logo is not None and product == "eyebrow":
        pieces = [tighten(setting, product, text, "ink") for text in setting.texts("product")]
        marks, names = join_row(setting, [*tighten_logo(setting, logo), *pieces], [*marks, *names]), []
    return [*marks, *names, *list_words(setting, ("headline", "subhead", "text"))]


def list_foot(setting: Setting) -> list[Item]:
    """Price and button, address, small print."""
    words = list_words(setting, ("url", "legal"))
    if setting.compact:
        tight = [tighten(setting, role, text, tone) for role, tone in LAST_ROW for text in setting.texts(role)]
        words = join_row(setting, tight, words)
    return [*list_action(setting), *words]


LAST_ROW = (("url", "ink"), ("legal", "quiet"))
"""What stands in the last row of a compact card, and its tone."""


def join_row(setting: Setting, tight: list[Item], stacked: list[Item]) -> list[Item]:
    """Things side by side in one row where the column holds them, else the same things stacked."""
    between = 0.040 * setting.sheet.short_side
    width = sum(item.width for item in tight) + between * (len(tight) - 1)
    if len(tight) < 2 or width > setting.width:
        return stacked
    gap = max(item.gap for item in tight)
    return [replace(join_items(setting, tight, between, width), gap=gap)]


def tighten(setting: Setting, role: str, text: str, tone: str) -> Item:
    """A line of the card no wider than its type."""
    wide = measure_words(setting, role, text)
    return set_words(replace(setting, width=wide, align="left"), role, text, tone)


def measure_words(setting: Setting, role: str, text: str) -> float:
    """How wide a line of the card is in one line."""
    style = setting.system.roles[STYLE_OF.get(role, role)]
    factor = 1.0 if role == "legal" else setting.size(role, style)
    typed = style.at(setting.sheet.short_side, setting.tone.ink, "left", factor)
    return set_paragraph(text, typed, 8 * setting.sheet.width, 1, typed.size_px).line_width + 2


def tighten_logo(setting: Setting, logo: Logo) -> list[Item]:
    """The logo no wider than itself."""
    wide = list_logo(setting, logo)[0].width
    return list_logo(replace(setting, width=wide, align="left"), logo)


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
    color = setting.tone.ink if tone == "ink" else setting.tone.quiet
    if role == "headline":
        factor = setting.factor * HEADLINE_LIFT
    else:
        factor = 1.0 if role == "legal" else setting.size(role, style)
    typed = style.at(setting.sheet.short_side, color, setting.align, factor)
    typed = replace(typed, size_px=max(typed.size_px, LEAST_ON_CARD * setting.sheet.short_side))
    width = setting.width
    if role in ("subhead", "text"):
        typed = replace(typed, size_px=min(typed.size_px, 0.86 * find_headline_size(setting, typed.size_px / 0.86)))
        width = min(width, MEASURE_EM * typed.size_px)
    block = set_whole(text, typed, width, style.max_lines, style.floors(setting.sheet.short_side), ease=0.0)
    left = setting.offset(width)

    def draw(x: float, y: float) -> None:
        setting.sheet.write(block, x + left, y, "product" if role == "eyebrow" else role)

    return Item(width, block.height, GAPS[role] * setting.air, draw)


def find_headline_size(setting: Setting, otherwise: float) -> float:
    """The size of the headline in pixels once it fits its column; `otherwise` where there is none.

    Running text stays smaller than a headline that one long word has made small.
    """
    style = setting.system.roles["headline"]
    typed = style.at(setting.sheet.short_side, setting.tone.ink, setting.align, setting.factor * HEADLINE_LIFT)
    floors = style.floors(setting.sheet.short_side)
    heads = (
        set_whole(text, typed, setting.width, style.max_lines, floors, ease=0.0) for text in setting.texts("headline")
    )
    return min((head.size_px for head in heads), default=otherwise)


def list_logo(setting: Setting, logo: Logo) -> list[Item]:
    """The logo, with room for the tile it may need."""
    unit = max(setting.unit, LEAST_LOGO * setting.sheet.short_side * min(1.0, setting.factor / GIVING_WAY))
    width, height = logo.measure(0.150 * unit, 0.46 * unit, 0.15 * unit)
    sheet = setting.sheet
    whole = Area(0, 0, sheet.width, sheet.height)
    needs_tile = sheet.backdrop is None and not is_seen(logo, find_grounds(sheet, whole))
    pad = tile_pad(Area(0, 0, width, height)) if needs_tile else 0.0
    left = setting.offset(width + 2 * pad) + pad

    def draw(x: float, y: float) -> None:
        draw_logo(sheet, logo, Area(x + left, y + pad, width, height))

    return [Item(width, height + 2 * pad, 0.046 * setting.air, draw)]


def list_action(setting: Setting) -> list[Item]:
    """Price and button: side by side where both fit, else below each other."""
    parts = [make_price(setting, text) for text in setting.texts("price")]
    parts += [make_button(setting, text) for text in setting.texts("button")]
    between = 0.042 * setting.air
    width = sum(part.width for part in parts) + between * (len(parts) - 1)
    if len(parts) > 1 and width <= setting.width:
        return [join_items(setting, parts, between, width)]
    return [place_item(setting, part) for part in parts]


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


def place_item(setting: Setting, part: Item) -> Item:
    """An item alone in its row, on the side the column is aligned to."""
    left = setting.offset(part.width)
    return Item(part.width, part.height, part.gap, lambda x, y: part.draw(x + left, y))


def make_price(setting: Setting, text: str) -> Item:
    """The price as large plain type, a short currency sign raised: the button stays the only thing to be pressed."""
    style = setting.system.roles["price"]
    symbol, number = split_price(text)
    block = fit_price(setting, style, number, 1.34)
    sign = fit_price(setting, style, symbol, 0.70) if symbol else None
    lead = sign.ink.width + 0.07 * block.size_px if sign else 0.0
    ink, gap = block.ink, 0.034 * setting.air

    def draw(x: float, y: float) -> None:
        if sign:
            setting.sheet.write(sign, x - sign.ink.x, y + ink.y - sign.ink.y, "price")
        setting.sheet.write(block, x + lead - ink.x, y, "price")

    return Item(lead + ink.width, block.height, gap, draw)


def fit_price(setting: Setting, style: RoleStyle, text: str, factor: float) -> Block:
    """A piece of a price as type."""
    typed = style.at(setting.sheet.short_side, setting.tone.ink, "left", setting.size("price", style) * factor)
    return set_whole(text, typed, setting.width, style.max_lines, style.floors(setting.sheet.short_side), ease=0.0)


def make_button(setting: Setting, text: str) -> Item:
    """The button: a shape filled with the accent colour or drawn in it, its label in the middle."""
    style = setting.system.roles["button"]
    colours = setting.sheet.colours
    is_filled = setting.system.button_form == "filled"
    label = colours.on_accent if is_filled else setting.tone.ink
    typed = style.at(setting.sheet.short_side, label, "center", setting.size("button", style, BUTTON_LIFT))
    room = setting.width - 3.0 * typed.size_px
    block: Block = set_whole(text, typed, room, style.max_lines, style.floors(setting.sheet.short_side), ease=0.0)
    height = block.height + 1.46 * block.size_px
    width = block.ink.width + 3.0 * block.size_px
    radius = setting.system.button_radius * min(height, 2.8 * block.size_px)

    def draw(x: float, y: float) -> None:
        area = Area(x, y, width, height)
        if is_filled:
            setting.sheet.fill(area, colours.accent, radius)
        else:
            setting.sheet.outline(area, setting.tone.ink, radius, max(2.0, OUTLINE * setting.unit))
        write_centred(setting.sheet, block, area, colours.accent if is_filled else "")

    return Item(width, height, 0.040 * setting.air, draw)


def write_centred(sheet: Sheet, block: Block, area: Area, ground: str) -> None:
    """A label in the optical middle of a shape: between its ink's middle and its line's, so marks shift nothing."""
    ink = block.ink
    x = area.x + (area.width - ink.width) / 2 - ink.x
    y = area.y + (area.height - ink.height) / 2 - ink.y
    middle = area.y + (area.height - block.height) / 2
    sheet.write(block, x, (y + middle) / 2, "button", ground)
