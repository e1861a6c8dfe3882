"""What still and clip of a shot share: the look, the pictures they are made from, and the seed."""

from __future__ import annotations

from workprint.film.board import Shot
from workprint.film.brief import Brief
from workprint.film.canonical import digest_of
from workprint.film.order import Input
from workprint.film.picture_orders import Look

COMPANIONS = {"split": 3, "cascade": 4, "grid_wall": 11}
"""How many further pictures a layout shows beside the shot's own, where the pack has them."""

COMPANION_ROLES = tuple(f"picture_{letter}" for letter in "bcdefghijkl")
"""Input roles of those further pictures, in order."""


def build_look(brief: Brief, shot: Shot) -> Look:
    """All that decides how a shot looks, and nothing that is laid over it: titles change without a reshoot."""
    width, height = brief.size
    return Look(
        width=width,
        height=height,
        rate=(brief.rate.numerator, brief.rate.denominator),
        frames=shot.footage,
        type=shot.type,
        layout=shot.layout,
        lighting=shot.lighting,
        move=shot.move,
        focal_length_mm=shot.focal_length_mm,
        f_number=brief.optics.f_number,
        energy=shot.energy,
        palette=brief.product.brand_colors,
        palette_hint=shot.take.palette or brief.product.style.palette_hint,
        picture_has_alpha=shot.picture >= 0 and brief.pictures[shot.picture].has_alpha,
    )


def choose_companions(brief: Brief, shot: Shot) -> tuple[int, ...]:
    """The reference pictures shown beside the shot's own: the photos that follow it in the pack, around the end.

    Photos the scene asked for come first; a cut-out beside photos would look pasted in.
    """
    wanted = COMPANIONS.get(shot.layout, 0)
    if not wanted or shot.picture < 0:
        return ()
    count = len(brief.pictures)
    around = tuple((shot.picture + step) % count for step in range(1, count))
    photos = tuple(index for index in around if not brief.pictures[index].has_alpha)
    asked = next((scene.pictures for scene in brief.scenes if scene.id == shot.scene), ())
    ordered = sorted(photos, key=lambda index: index not in asked)
    return tuple(ordered[:wanted])


def gather_pictures(brief: Brief, shot: Shot) -> tuple[Input, ...]:
    """The reference pictures as inputs: `picture`, then `picture_b` to `picture_l` where the layout shows more."""
    if shot.picture < 0:
        return ()
    companions = zip(COMPANION_ROLES, choose_companions(brief, shot), strict=False)
    rest = tuple(Input(role, brief.pictures[index].file) for role, index in companions)
    return (Input("picture", brief.pictures[shot.picture].file), *rest)


def seed_shot(brief: Brief, shot: Shot) -> int:
    """The seed a shot is made with: the one its take names, else one of its own."""
    return derive_seed(brief, shot.slate) if shot.take.seed is None else shot.take.seed


def derive_seed(brief: Brief, subject: str) -> int:
    """A seed of 31 bits for one subject (a slate): the same for the same brief seed, different for its neighbours."""
    return int(digest_of([brief.seed, subject])[:8], 16) & 0x7FFFFFFF
