"""The end card: all its type in the room the product leaves, in the composition that lets it be largest."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workprint.adapters.titles.card_items import (
    Item,
    Make,
    Setting,
    draw_items,
    find_headline_size,
    find_lead,
    list_foot,
    list_head,
    list_words,
    measure,
)
from workprint.adapters.titles.logo import Logo
from workprint.adapters.titles.placing import grow
from workprint.adapters.titles.sheet import Sheet, Written
from workprint.adapters.titles.small import Setting as Surroundings
from workprint.adapters.titles.small import start_of
from workprint.adapters.titles.tone import choose_tone
from workprint.film.cut_orders import TitlePayload
from workprint.lab.safe_areas import Area, find_safe_area, name_shape
from workprint.lab.writing import is_right_to_left

STANDS = {
    "tall": (0.18, 0.56, 0.64, 0.40),
    "upright": (0.20, 0.53, 0.60, 0.42),
    "square": (0.24, 0.56, 0.52, 0.38),
    "wide": (0.56, 0.17, 0.38, 0.66),
}
"""Where a product is taken to stand while nothing is known of the picture, as shares of the frame: x, y, width, height.
Below the words in upright frames: platforms cover the foot of a tall one, where a picture may lie and no word."""

CLEARANCE = 0.066
"""Room between product and type in short sides."""

LARGEST = {"wide": 1.22, "tall": 1.46, "upright": 1.28, "square": 1.10}
"""The factor on all sizes a stack begins with: as large as its room lets it look calm."""

SHRINK, SMALLEST = 0.97, 0.20
"""A stack that is too high is set smaller as a whole, so that its proportions stay; down to this factor."""

LIKED = {
    "wide": {"beside": 0.30, "above": 0.0, "split": 0.0},
    "tall": {"beside": -0.25, "above": 0.22, "split": 0.0},
    "upright": {"beside": 0.10, "above": 0.16, "split": 0.0},
    "square": {"beside": 0.10, "above": 0.10, "split": 0.0},
}
"""How much smaller type may be, as a factor, before a composition gives way to another in a frame of this shape."""

CAPTION_GAP = 0.03
"""Room between a card's type and burned-in captions below it, in short sides."""

COMPACT = ("square", "upright")
"""Frames in which a stack above the product has little height: its smallest things stand in rows."""

UNFIT = -1.0
"""A score below this is that of a stack higher than its room (see `score`)."""

LEAST_COLUMN = 0.34
"""A column narrower than this, in short sides, carries no card."""

FEATHER = 0.34
"""How far the scrim of a card fades, in short sides."""


@dataclass(frozen=True)
class Group:
    """A stack in its room: where, how it is aligned, at which factor, how it stands in it, and what it is made of."""

    room: Area
    make: Make
    align: str
    factor: float
    stand: float


def draw_endcard(around: Surroundings, payload: TitlePayload, logo: Logo | None) -> None:
    """Draw the whole card for the frame and what stands in it, above what is shown below: captions."""
    sheet, system = around.sheet, around.system
    safe = find_safe_area(payload.platform, sheet.width, sheet.height)
    floor = min((mate.y - CAPTION_GAP * sheet.short_side for mate in around.mates), default=safe.bottom)
    safe = replace_height(safe, floor - safe.y)
    shape = name_shape(sheet.width, sheet.height)
    base = Setting(sheet, sheet.tone, system, payload.lines, safe.width, "center", LARGEST[shape])
    groups = choose_composition(base, safe, find_product(sheet, shape), logo, shape)
    draw_groups(base, groups)


def find_product(sheet: Sheet, shape: str) -> Area:
    """The box of what stands on the card, measured in its picture, else where one is usually put."""
    measured = sheet.backdrop.subject if sheet.backdrop else None
    if measured is not None:
        return measured
    x, y, width, height = STANDS[shape]
    return Area(x * sheet.width, y * sheet.height, width * sheet.width, height * sheet.height)


def choose_composition(base: Setting, safe: Area, product: Area, logo: Logo | None, shape: str) -> list[Group]:
    """Words beside the product, all above it, or above and below: whichever lets the headline be largest."""
    clear = grow(product, CLEARANCE * base.sheet.short_side)
    lead = find_lead(base.lines)
    side = base.system.stance if base.system.stance == "center" else start_of(lead)
    above = Area(safe.x, safe.y, safe.width, clear.y - safe.y)
    below = Area(safe.x, clear.bottom, safe.width, safe.bottom - clear.bottom)
    options: list[tuple[float, int, list[Group]]] = []

    def whole(setting: Setting) -> list[Item]:
        return [*list_head(setting, logo), *list_foot(setting)]

    for number, column in enumerate(list_columns_beside(safe, clear)):
        if column.width >= LEAST_COLUMN * base.sheet.short_side:
            align = "right" if is_right_to_left(lead) else "left"
            groups = fit_column(base, column, logo, align)
            options.append((score(base, groups) + LIKED[shape]["beside"], -number, groups))

    def rows(setting: Setting) -> list[Item]:
        return whole(replace(setting, compact=shape in COMPACT))

    groups = [fit_group(base, above, rows, side, 0.30)]
    options.append((score(base, groups) + LIKED[shape]["above"], -2, groups))
    groups = [
        fit_group(base, above, lambda one: list_head(one, logo), side, 0.42),
        fit_group(base, below, list_foot, side, 0.30),
    ]
    options.append((score(base, groups) + LIKED[shape]["split"], -3, groups))
    best = max(options, key=lambda option: option[:2])
    if best[0] > UNFIT:
        return best[2]
    # Where the picture leaves no room, the words stand on its scrim; what does not fit even then the maker refuses.
    over = [fit_group(base, safe, whole, side, 0.42)]
    if score(base, over) < UNFIT:
        base.sheet.cut.append("endcard")
    return over


def list_columns_beside(safe: Area, clear: Area) -> list[Area]:
    """The safe area's free columns left and right of the product."""
    left = Area(safe.x, safe.y, min(clear.x, safe.right) - safe.x, safe.height)
    start = max(clear.right, safe.x)
    return [left, Area(start, safe.y, safe.right - start, safe.height)]


def fit_column(base: Setting, column: Area, logo: Logo | None, align: str) -> list[Group]:
    """All words in one column, the small print at its foot."""
    legal = fit_group(base, column, lambda one: list_words(one, ("legal",)), align, 1.0)
    foot = measure(list_words(replace(base, width=column.width, align=align), ("legal",)))
    room = replace_height(column, column.height - foot - (0.06 * base.sheet.short_side if foot else 0.0))

    def words(setting: Setting) -> list[Item]:
        rest = replace(setting, lines=tuple(line for line in setting.lines if line[0] != "legal"))
        return [*list_head(rest, logo), *list_foot(rest)]

    main = fit_group(base, room, words, align, 0.5)
    return [main, legal] if foot else [main]


def replace_height(area: Area, height: float) -> Area:
    """The area cut to a height from its top."""
    return Area(area.x, area.y, area.width, height)


def fit_group(base: Setting, room: Area, make: Make, align: str, stand: float) -> Group:
    """A stack made smaller as a whole until it is no higher than its room."""
    factor = base.factor
    while (
        factor > SMALLEST and measure(make(replace(base, width=room.width, align=align, factor=factor))) > room.height
    ):
        factor *= SHRINK
    return Group(room, make, align, factor, stand)


def score(base: Setting, groups: list[Group]) -> float:
    """How large a composition's type is: its headline against the headline's own size, and its smallest factor."""
    head = replace(base, width=groups[0].room.width, align=groups[0].align, factor=groups[0].factor)
    own = base.system.roles["headline"].size * base.sheet.short_side
    fits = all(measure_group(base, group) <= group.room.height + 1 for group in groups)
    smallest = min(group.factor for group in groups)
    return 0.6 * find_headline_size(head, own) / own + 0.4 * smallest - (0.0 if fits else 2.0)


def measure_group(base: Setting, group: Group) -> float:
    """The height of a group's stack."""
    return measure(group.make(replace(base, width=group.room.width, align=group.align, factor=group.factor)))


def draw_groups(base: Setting, groups: list[Group]) -> None:
    """Draw the stacks in the tone of the ground their type stands on."""
    sheet = base.sheet
    # Drawn once for its boxes: how wide the ground is that must carry it shows only when it is set.
    trial = Sheet(sheet.width, sheet.height, sheet.colours)
    areas = [area for group in groups if (area := stack_group(replace(base, sheet=trial), group)) is not None]
    sheet.tone = choose_tone(sheet.backdrop, areas, sheet.colours)
    for area in areas:
        sheet.spread(grow(area, 0.01 * sheet.short_side), FEATHER * sheet.short_side)
    for group in groups:
        stack_group(replace(base, tone=sheet.tone), group)


def stack_group(base: Setting, group: Group) -> Area | None:
    """Draw a stack in its room; the box around its type that stands on the picture itself."""
    setting = replace(base, width=group.room.width, align=group.align, factor=group.factor)
    items, before = group.make(setting), len(base.sheet.things)
    y = group.room.y + max(0.0, group.room.height - measure(items)) * group.stand
    draw_items(items, group.room.x, y)
    written = [one for one in base.sheet.things[before:] if isinstance(one, Written) and not one.ground]
    if not written:
        return None
    x, y = min(one.box.x for one in written), min(one.box.y for one in written)
    right = max(one.box.x + one.box.width for one in written)
    bottom = max(one.box.y + one.box.height for one in written)
    return Area(x, y, right - x, bottom - y)
