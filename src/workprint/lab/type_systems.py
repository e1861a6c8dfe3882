"""Type systems: which family, weight and size each role of a title has, as shares of the frame's short side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import skia

from workprint.lab.fonts import find_face
from workprint.lab.typeset import TypeStyle

ROLES = ("headline", "subhead", "product", "eyebrow", "price", "button", "legal", "url", "text")


LEGIBLE = 0.0240
"""The smallest type a film shows, in short sides: 26 px at 1080; see `_LEGAL`. Only a long word goes below it."""


@dataclass(frozen=True)
class RoleStyle:
    """Type of one role. `size` and `least` are shares of the short side, tracking in em; `max_lines` its longest.

    `case` is `as-is` or `upper`.
    """

    family: str
    weight: str
    size: float
    least: float
    tracking: float
    line_height: float
    max_lines: int
    case: str = "as-is"

    def at(self, short_side: float, color: str, align: str, factor: float = 1.0) -> TypeStyle:
        """The style in pixels for a frame."""
        size = self.size * short_side * factor
        return TypeStyle(
            self.family, self.weight, size, self.tracking, self.line_height, color, align, self.case, is_optical=True
        )

    def floors(self, short_side: float) -> tuple[float, float]:
        """The sizes in pixels a text keeps to, and a word too long for its room: see `set_whole`."""
        return max(LEGIBLE, self.least) * short_side, self.least * short_side


@dataclass(frozen=True)
class TypeSystem:
    """Roles and the shapes that go with them.

    `button_radius` is a share of the height; `button_form` is `filled`, or `outlined` with the label
    on the plate. The accent rule beside or above a product's name is `rule_width` thick and `rule_length` long, both
    shares of the short side (beside a name it is as long as the name is high). `stance` is where its type stands of
    itself, center or left; `plate` the solid ground under type on a busy picture; `burst` the price's shape.
    """

    name: str
    roles: Mapping[str, RoleStyle]
    button_radius: float
    stance: str
    plate: str
    burst: str
    button_form: str = "filled"
    rule_width: float = 0.0046
    rule_length: float = 0.075


_LEGAL = RoleStyle("sans", "regular", 0.0296, 0.0240, 0.004, 1.36, 4)
"""Small print. At 1080 pixels wide it is 32 px, never under 26: a phone of 6.1 inches shows that film 65 mm wide and is
read at 30 cm, where capitals of 16 minutes of arc are 1.4 mm or 23 px high. Text to be read is at least that high (U.S.
NRC, NUREG-0700 Rev. 2, guideline 1.3.1-4). Inter's capitals are 0.73 of its size, so 32 px; the floor of 26, our own
choice, is for texts too long for their room."""

MODERN = TypeSystem(
    "modern",
    {
        "headline": RoleStyle("display", "semibold", 0.086, 0.0150, -0.019, 1.06, 4),
        "subhead": RoleStyle("sans", "regular", 0.041, 0.019, -0.006, 1.36, 3),
        "product": RoleStyle("display", "semibold", 0.074, 0.022, -0.018, 1.12, 2),
        "eyebrow": RoleStyle("sans", "semibold", 0.031, 0.018, 0.012, 1.25, 2),
        "price": RoleStyle("sans", "bold", 0.066, 0.020, -0.025, 1.10, 2),
        "button": RoleStyle("sans", "semibold", 0.038, 0.018, -0.005, 1.15, 2),
        "url": RoleStyle("sans", "semibold", 0.0335, 0.016, 0.0, 1.25, 2),
        "legal": _LEGAL,
        "text": RoleStyle("display", "semibold", 0.076, 0.020, -0.017, 1.12, 3),
    },
    button_radius=0.5,
    stance="center",
    plate="card",
    burst="pill",
)
"""Quiet grotesque, tight in large sizes (Inter Display and Inter)."""

ELEGANT = TypeSystem(
    "elegant",
    {
        "headline": RoleStyle("serif", "medium", 0.094, 0.0150, -0.014, 1.08, 4),
        "subhead": RoleStyle("sans", "regular", 0.039, 0.018, 0.008, 1.45, 3),
        "product": RoleStyle("serif", "medium", 0.086, 0.022, -0.006, 1.12, 2),
        "eyebrow": RoleStyle("sans", "regular", 0.031, 0.018, 0.09, 1.30, 2),
        "price": RoleStyle("serif", "medium", 0.068, 0.020, 0.0, 1.10, 2),
        "button": RoleStyle("sans", "semibold", 0.033, 0.017, 0.06, 1.20, 2),
        "url": RoleStyle("sans", "regular", 0.033, 0.016, 0.040, 1.25, 2),
        "legal": _LEGAL,
        "text": RoleStyle("serif", "medium", 0.083, 0.020, -0.010, 1.14, 3),
    },
    button_radius=0.06,
    stance="center",
    plate="framed",
    burst="seal",
)
"""High-contrast serif with an airy sans (Noto Serif Display and Inter)."""

BOLD = TypeSystem(
    "bold",
    {
        "headline": RoleStyle("condensed", "extrabold", 0.150, 0.0150, -0.004, 0.96, 4),
        "subhead": RoleStyle("sans", "semibold", 0.044, 0.019, -0.012, 1.30, 3),
        "product": RoleStyle("condensed", "extrabold", 0.128, 0.022, 0.0, 1.00, 2),
        "eyebrow": RoleStyle("sans", "bold", 0.033, 0.018, 0.0, 1.25, 2),
        "price": RoleStyle("condensed", "extrabold", 0.106, 0.020, 0.0, 1.00, 2),
        "button": RoleStyle("sans", "bold", 0.042, 0.018, -0.010, 1.15, 2),
        "url": RoleStyle("sans", "bold", 0.036, 0.016, -0.004, 1.25, 2),
        "legal": _LEGAL,
        "text": RoleStyle("condensed", "extrabold", 0.14, 0.020, -0.002, 0.98, 3),
    },
    button_radius=0.18,
    stance="center",
    plate="bars",
    burst="starburst",
)
"""Tall condensed capitals-and-lower-case that fill the frame (Sofia Sans Extra Condensed and Inter)."""

EDITORIAL = TypeSystem(
    "editorial",
    {
        "headline": RoleStyle("serif", "regular", 0.112, 0.0150, -0.028, 1.00, 4),
        "subhead": RoleStyle("sans", "regular", 0.038, 0.018, 0.0, 1.52, 3),
        "product": RoleStyle("sans", "semibold", 0.046, 0.022, 0.18, 1.30, 2, "upper"),
        "eyebrow": RoleStyle("sans", "semibold", 0.027, 0.018, 0.20, 1.30, 2, "upper"),
        "price": RoleStyle("serif", "regular", 0.078, 0.020, -0.012, 1.08, 2),
        "button": RoleStyle("sans", "semibold", 0.029, 0.017, 0.15, 1.20, 2, "upper"),
        "url": RoleStyle("serif", "regular", 0.04, 0.016, 0.0, 1.25, 2),
        "legal": _LEGAL,
        "text": RoleStyle("serif", "regular", 0.104, 0.020, -0.024, 1.02, 3),
    },
    button_radius=0.0,
    stance="left",
    plate="paper",
    burst="numeral",
    button_form="outlined",
    rule_width=0.0020,
    rule_length=0.30,
)
"""A magazine page: large thin serif, small widely spaced capitals, hairlines, square corners (Noto Serif Display)."""

TECHNICAL = TypeSystem(
    "technical",
    {
        "headline": RoleStyle("sans", "regular", 0.078, 0.0150, -0.032, 1.12, 4),
        "subhead": RoleStyle("sans", "regular", 0.038, 0.018, -0.004, 1.46, 3),
        "product": RoleStyle("sans", "bold", 0.06, 0.022, -0.018, 1.16, 2),
        "eyebrow": RoleStyle("sans", "bold", 0.027, 0.017, 0.10, 1.30, 2, "upper"),
        "price": RoleStyle("sans", "regular", 0.064, 0.020, -0.030, 1.10, 2),
        "button": RoleStyle("sans", "bold", 0.029, 0.017, 0.08, 1.20, 2, "upper"),
        "url": RoleStyle("sans", "bold", 0.03, 0.016, 0.0, 1.25, 2),
        "legal": _LEGAL,
        "text": RoleStyle("sans", "regular", 0.07, 0.020, -0.030, 1.16, 3),
    },
    button_radius=0.12,
    stance="left",
    plate="stub",
    burst="tag",
    rule_width=0.0120,
    rule_length=0.036,
)
"""A data sheet: one light grotesque, small against the frame, labels in spaced bold capitals, a stub for a rule."""

POSTER = TypeSystem(
    "poster",
    {
        "headline": RoleStyle("condensed", "extrabold", 0.215, 0.0150, -0.008, 0.86, 4, "upper"),
        "subhead": RoleStyle("condensed", "extrabold", 0.052, 0.020, 0.022, 1.16, 3, "upper"),
        "product": RoleStyle("condensed", "extrabold", 0.112, 0.022, 0.004, 0.92, 2, "upper"),
        "eyebrow": RoleStyle("condensed", "extrabold", 0.048, 0.020, 0.06, 1.15, 2, "upper"),
        "price": RoleStyle("condensed", "extrabold", 0.120, 0.020, -0.004, 0.96, 2),
        "button": RoleStyle("condensed", "extrabold", 0.054, 0.020, 0.030, 1.10, 2, "upper"),
        "url": RoleStyle("condensed", "extrabold", 0.048, 0.018, 0.015, 1.15, 2),
        "legal": _LEGAL,
        "text": RoleStyle("condensed", "extrabold", 0.180, 0.020, -0.006, 0.88, 3, "upper"),
    },
    button_radius=0.0,
    stance="left",
    plate="blocks",
    burst="block",
    rule_width=0.0150,
    rule_length=0.16,
)
"""Street poster: capitals only, packed and huge, blunt blocks (Sofia Sans Extra Condensed in every role but print)."""

HEADING_ROLES = ("headline", "product", "price", "text")
"""Roles a brand's heading font sets; its body font sets all others."""

SIZE_LIMITS = (0.80, 1.25)
"""How far a brand's font is set smaller or larger than the font it stands in for, so that both look equally large."""


def dress(system: TypeSystem, heading: str, body: str) -> TypeSystem:
    """The type system set in a brand's fonts: adopted names, "" for the system's own.

    Capitals come out as high as in the system's own font, and letters as far apart as the brand's font has them.
    """
    roles = {}
    for role, style in system.roles.items():
        name = heading if role in HEADING_ROLES else body
        roles[role] = wear(style, f"{name}/{style.family}") if name else style
    return replace(system, roles=roles)


def wear(style: RoleStyle, family: str) -> RoleStyle:
    """A role's style in another family: equally large to the eye, never tighter than that family was drawn."""
    low, high = SIZE_LIMITS
    factor = min(high, max(low, measure_capitals(style.family) / measure_capitals(family)))
    return replace(
        style,
        family=family,
        size=style.size * factor,
        least=style.least * min(1.0, factor),
        tracking=max(0.0, style.tracking),
        line_height=max(1.0, style.line_height),
    )


def measure_capitals(family: str) -> float:
    """The height of a family's capitals as a share of its size; the usual 0.7 where it does not say."""
    height = skia.Font(find_face(family), 1000.0).getMetrics().fCapHeight / 1000
    return float(height) if 0.3 < height < 1.2 else 0.7


TYPE_SYSTEMS: Mapping[str, TypeSystem] = {
    "modern": MODERN,
    "elegant": ELEGANT,
    "bold": BOLD,
    "editorial": EDITORIAL,
    "technical": TECHNICAL,
    "poster": POSTER,
    "sans": MODERN,
    "serif": ELEGANT,
    "condensed": BOLD,
}
"""By name. Sizes were set by eye at 1080 pixels against each other; a family's own name stands for its system."""
