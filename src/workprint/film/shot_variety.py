"""Shot variety (F2): framings by layout, and the choice that never repeats size and layout across a cut."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.brief import CameraMove, SceneType


@dataclass(frozen=True)
class Framing:
    """How a shot is framed: layout, size, angle."""

    layout: str
    size: str
    angle: str


FRAMINGS = {
    "hero_sweep": (
        ("medium shot", "eye level"),
        ("full shot", "low angle"),
        ("medium close-up", "three-quarter angle"),
    ),
    "plinth": (("full shot", "eye level"), ("medium shot", "low angle"), ("medium close-up", "three-quarter angle")),
    "macro": (
        ("extreme close-up", "three-quarter angle"),
        ("close-up", "eye level"),
        ("close-up insert", "high angle"),
    ),
    "full_bleed": (
        ("wide shot", "eye level"),
        ("medium shot", "three-quarter angle"),
        ("medium wide shot", "low angle"),
    ),
    "split": (("medium close-up", "eye level"), ("medium shot", "three-quarter angle")),
    "cascade": (("medium shot", "high angle"), ("medium wide shot", "eye level")),
    "orbit_stage": (("full shot", "high angle"), ("medium shot", "eye level")),
    "silhouette": (("medium shot", "eye level"), ("full shot", "low angle")),
    "rack_focus": (("medium close-up", "eye level"), ("medium shot", "three-quarter angle")),
    "levitate": (("full shot", "eye level"), ("medium shot", "low angle")),
    "horizon": (("wide shot", "low angle"), ("medium wide shot", "eye level")),
    "frame_in_frame": (("medium wide shot", "eye level"), ("medium shot", "eye level")),
    "grid_wall": (("wide shot", "eye level"), ("medium wide shot", "high angle")),
    "endcard": (("medium shot", "eye level"), ("full shot", "eye level")),
}
"""Sizes and angles that suit a layout, best first. Every layout has at least two sizes, so a choice always exists."""

CUTOUT_LAYOUTS = {
    SceneType.PACKSHOT: ("hero_sweep", "orbit_stage", "rack_focus", "plinth", "levitate", "horizon"),
    SceneType.LIFESTYLE: ("plinth", "horizon", "rack_focus", "hero_sweep"),
    SceneType.MONTAGE: ("levitate", "rack_focus", "orbit_stage", "hero_sweep", "horizon", "plinth"),
    SceneType.ENDCARD: ("endcard",),
}
"""Layouts for a product picture with alpha: it stands on a set of our own."""

PHOTO_LAYOUTS = {
    SceneType.PACKSHOT: ("full_bleed", "macro", "frame_in_frame"),
    SceneType.LIFESTYLE: ("full_bleed", "macro", "frame_in_frame"),
    SceneType.MONTAGE: ("macro", "split", "full_bleed", "grid_wall", "cascade"),
    SceneType.ENDCARD: ("endcard",),
}
"""Layouts for a photo with its own background: it fills the frame, or stands beside its like."""

STYLE_CUTOUTS = {
    "elegant": ("rack_focus", "hero_sweep", "plinth", "orbit_stage", "horizon", "levitate"),
    "bold": ("orbit_stage", "levitate", "plinth", "rack_focus", "hero_sweep", "horizon"),
    "editorial": ("horizon", "plinth", "hero_sweep", "rack_focus", "levitate", "orbit_stage"),
    "technical": ("levitate", "orbit_stage", "hero_sweep", "plinth", "rack_focus", "horizon"),
    "poster": ("plinth", "levitate", "orbit_stage", "horizon", "hero_sweep", "rack_focus"),
}
"""Sets for a packshot by the brand's type system, the most fitting first; no two systems begin with the same. A system
that is not here, such as modern, takes them as CUTOUT_LAYOUTS has them."""

STYLE_MONTAGES = {
    "elegant": ("macro", "full_bleed", "frame_in_frame"),
    "bold": ("cascade", "macro", "grid_wall", "full_bleed", "split"),
    "editorial": ("frame_in_frame", "full_bleed", "cascade", "macro", "split"),
    "technical": ("split", "macro", "grid_wall", "full_bleed", "cascade"),
    "poster": ("macro", "grid_wall", "full_bleed", "cascade", "split"),
}
"""Layouts of a montage of photos by type system: an elegant one tosses no prints and builds no wall of
tiles, but lets every picture fill the frame."""

FAMILY_SYSTEMS = {"sans": "modern", "serif": "elegant", "condensed": "bold"}
"""Families that stand for a type system in a brief."""

DESIGN_WORDS = {
    "plinth": "plinth|plinths|pedestal|column|podium",
    "orbit_stage": "turntable|revolving|carousel|spotlight|spotlights|spotlit",
    "rack_focus": "rack focus|rack-focus|out of focus|bokeh|focus pull",
    "levitate": "float|floats|floating|levitate|levitates|levitating|hover|hovers|hovering|weightless|mid-air",
    "horizon": "horizon|desert|dune|dunes|sunrise|sunset",
    "silhouette": "silhouette|silhouetted",
    "hero_sweep": "sweep|seamless|cyclorama|infinity cove",
}
"""Words of an intent that name a set for a cut-out."""

OPENING_ROLES = ("hook", "attention", "problem")
"""Roles that open a film: there a riddle is worth more than a plain view."""

OPENING_LAYOUTS = ("silhouette",)
"""What a cut-out shows first in an opening packshot or montage: a shape, then what it is."""

MULTI_PICTURE_LAYOUTS = ("split", "cascade", "grid_wall")
"""Layouts that need more than one photo."""

MOVES = {
    SceneType.PACKSHOT: (CameraMove.DOLLY_IN, CameraMove.ORBIT, CameraMove.TILT),
    SceneType.LIFESTYLE: (CameraMove.PAN, CameraMove.DOLLY_IN, CameraMove.DOLLY_OUT),
    SceneType.MONTAGE: (CameraMove.DOLLY_IN, CameraMove.PAN, CameraMove.TILT, CameraMove.ORBIT, CameraMove.DOLLY_OUT),
    SceneType.ENDCARD: (CameraMove.DOLLY_IN, CameraMove.STATIC),
}
"""Camera moves that suit a scene type, in the order they are used; neighbours in a list differ."""


def choose_framing(layouts: tuple[str, ...], turn: int, previous: Framing | None) -> Framing:
    """The best framing from `turn` on that does not repeat the previous shot's size and layout together.

    A new layout is worth more than a new size; both are worth more than the order of preference.
    """
    start = turn % len(layouts)
    rotated = layouts[start:] + layouts[:start]
    options = [Framing(layout, size, angle) for layout in rotated for size, angle in FRAMINGS[layout]]
    if previous is None:
        return options[0]
    ranked = sorted(options, key=lambda option: (_repeats(option, previous), options.index(option)))
    return ranked[0]


def _repeats(option: Framing, previous: Framing) -> int:
    same_layout, same_size = option.layout == previous.layout, option.size == previous.size
    return 4 * (same_layout and same_size) + 2 * same_layout + same_size


def choose_move(kind: SceneType, wish: CameraMove | None, index: int) -> CameraMove:
    """The move of the n-th shot of a scene: the wish of brief or intent, else the next that suits the type."""
    if wish is not None:
        return wish
    moves = MOVES[kind]
    return moves[index % len(moves)]


def list_layouts(kind: SceneType, *, has_alpha: bool, photos: int, role: str = "", family: str = "") -> tuple[str, ...]:
    """Layouts for a picture in a scene; those that show several photos only where the pack has them.

    A cut-out that opens the film, told by the role of its scene, may begin as a riddle. The brand's type system
    (`family`) decides which come first, so that brands do not share one packshot and one montage.
    """
    layouts = CUTOUT_LAYOUTS[kind] if has_alpha else PHOTO_LAYOUTS[kind]
    system = FAMILY_SYSTEMS.get(family, family)
    if has_alpha and kind is SceneType.PACKSHOT:
        layouts = STYLE_CUTOUTS.get(system, layouts)
    if not has_alpha and kind is SceneType.MONTAGE:
        layouts = STYLE_MONTAGES.get(system, layouts)
    if has_alpha and role in OPENING_ROLES and kind in (SceneType.PACKSHOT, SceneType.MONTAGE):
        layouts = (*OPENING_LAYOUTS, *layouts)
    return tuple(layout for layout in layouts if photos > 1 or layout not in MULTI_PICTURE_LAYOUTS)
