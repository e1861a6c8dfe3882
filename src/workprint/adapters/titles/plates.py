"""Solid plates under type where the ground is too busy for a scrim: one form a type system."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workprint.adapters.titles.colours import INK_DARK
from workprint.adapters.titles.placing import grow
from workprint.adapters.titles.sheet import Sheet
from workprint.lab.lettering import find_lines
from workprint.lab.safe_areas import Area
from workprint.lab.type_systems import TypeSystem
from workprint.lab.typeset import Block, parse_color

BUSY, FOGGY = 0.42, 0.66
"""Unrest of a ground, and strength of a scrim, from which a solid plate looks better than type on the picture."""

FOGGY_LIGHT = 0.40
"""The same strength for a light scrim: a light haze over a picture looks like a fault much sooner than a dark one."""

PAPER = "#F5F2EB"
"""The paper of an editorial plate."""

LINE_FORMS = ("bars", "blocks")
"""Forms that lay a plate under every line instead of one under them all."""

LINE_LEADING = 1.16
"""Line height of type on plates of its own, in sizes."""


ROOMS = {
    "card": (0.048, 0.036),
    "framed": (0.066, 0.052),
    "bars": (0.026, 0.0),
    "paper": (0.050, 0.042),
    "stub": (0.044, 0.032),
    "blocks": (0.022, 0.0),
}
"""Room around the type of every form, in short sides, across and down."""

NEAR_COLOR = 150
"""Distance of two colours, of 765, under which a plate would sink into the picture."""


@dataclass(frozen=True)
class PlateLook:
    """A plate's colour, the ink on it, and the room around its type in short sides (across, down)."""

    ground: str
    ink: str
    across: float
    down: float


def choose_look(sheet: Sheet, system: TypeSystem, behind: str) -> PlateLook:
    """The look of a type system's plates; bars take the brand colour that stands off the picture `behind`."""
    across, down = ROOMS[system.plate]
    if system.plate == "paper":
        return PlateLook(PAPER, INK_DARK, across, down)
    colours = sheet.colours
    if system.plate not in LINE_FORMS:
        return PlateLook(colours.plate, colours.ink, across, down)
    pairs = [(colours.accent, colours.on_accent), (colours.plate, colours.ink)]
    if measure_distance(colours.accent, behind) < NEAR_COLOR:
        pairs.sort(key=lambda pair: -measure_distance(pair[0], behind))
    ground, ink = pairs[0]
    return PlateLook(ground, ink, across, down)


def measure_distance(first: str, second: str) -> float:
    """How far two colours are apart in their channels, 0..765."""
    return float(sum(abs(a - b) for a, b in zip(parse_color(first), parse_color(second), strict=True)))


def draw_panel(sheet: Sheet, system: TypeSystem, look: PlateLook, area: Area) -> None:
    """One plate under a whole text; `area` is the type's, without the room around it."""
    unit = sheet.short_side
    across, down = look.across * unit, look.down * unit
    outer = Area(area.x - across, area.y - down, area.width + 2 * across, area.height + 2 * down)
    sheet.lay_plate(outer, look.ground, 0.026 * unit if system.plate == "card" else 0.0)
    hair = max(2.0, 0.0022 * unit)
    trim = sheet.colours.accent if look.ground != sheet.colours.accent else look.ink
    if system.plate == "framed":
        sheet.rule_plate(grow(outer, -0.014 * unit), trim, 0.0, hair)
    if system.plate == "paper":
        sheet.lay_plate(Area(outer.x, outer.y, outer.width, 3 * hair), INK_DARK, 0.0)
    if system.plate == "stub":
        sheet.lay_plate(Area(outer.x, outer.y, 0.0105 * unit, outer.height), trim, 0.0)


def draw_lines(
    sheet: Sheet, system: TypeSystem, look: PlateLook, written: tuple[Block, str], at: tuple[float, float]
) -> None:
    """A plate under every line of a block, each as wide as its line, and the type of a role on them."""
    (block, role), unit = written, sheet.short_side
    pitch = block.height / block.lines
    radius = 0.010 * unit if system.plate == "bars" else 0.0
    x, y = round(at[0]), round(at[1])
    for row, line in enumerate(find_lines(block)):
        left, width = x + line.x - look.across * unit, line.width + 2 * look.across * unit
        sheet.fill(Area(left, y + row * pitch, width, pitch), look.ground, radius)
    sheet.write(block, x, y, role, look.ground)


def lead_lines(system: TypeSystem) -> TypeSystem:
    """The type system with its texts set wide enough apart for a plate under every line."""
    roles = {
        name: replace(style, line_height=max(style.line_height, LINE_LEADING)) for name, style in system.roles.items()
    }
    return replace(system, roles=roles)
