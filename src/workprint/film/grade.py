"""Grades (R4): which look the footage of a scene is given under its titles, by name, by brand palette, by LUT."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.brief import Brief, SceneType

NO_LOOK = "none"
"""The name of no look at all."""

LOOKS = (NO_LOOK, "palette", "soft", "vivid")
"""Every look a style pack can name. All but the first take their tints from the palette hint and the brand colours."""

LUT_ROLE = "lut"
"""Input role of a look-up table, for whoever grades."""

UNGRADED = (SceneType.ENDCARD,)
"""Scenes that stay as drawn: an end card is brand ground and type, and both are given colours."""

GUARDED = (SceneType.PACKSHOT,)
"""Scenes on a set of the brand's own ground, which keeps its colour in all its lights."""


@dataclass(frozen=True)
class Grade:
    """What is done to the colours of footage, and nothing that lies over it.

    `look` is one of LOOKS, `hint` and `palette` (#RRGGBB, ground first) what its tints come from. `has_lut`: the table
    under the input role `lut` follows. A look leaves the colours of `palette` as they are; with `guards_ground` so does
    the table, and the ground stays itself in light and shade.
    """

    look: str
    hint: str
    palette: tuple[str, ...]
    has_lut: bool = False
    guards_ground: bool = False


def choose_grade(brief: Brief, kind: SceneType, asked: str = "") -> Grade | None:
    """The grade of a scene type's footage, None where it stays as it is; `asked` is a look for one shot alone."""
    style = brief.product.style
    look = asked or style.grade
    if kind in UNGRADED or (look == NO_LOOK and style.lut is None):
        return None
    guards = kind in GUARDED
    has_look = look != NO_LOOK
    return Grade(
        look=look,
        hint=style.palette_hint if has_look else "",
        palette=brief.product.brand_colors if has_look or guards else (),
        has_lut=style.lut is not None,
        guards_ground=guards,
    )
