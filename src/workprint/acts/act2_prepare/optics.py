"""Optics: field of view, hyperfocal distance and the master cinematic modifier of every scene (E1, E2)."""

from __future__ import annotations

from workprint.film.brief import Brief, SceneBrief
from workprint.film.lens import describe_depth, measure_field_of_view, measure_hyperfocal
from workprint.film.optics import ChainOptics, Optics
from workprint.ports.desk import Desk, stage

PALETTE_WORDS = {
    "warm": "warm palette with amber highlights",
    "cool": "cool palette with steel-blue shadows",
    "neutral": "neutral palette with true whites",
}
"""Palette hints of the brief in words a picture model understands."""


@stage(version=1)
async def set_optics(brief: Brief, desk: Desk) -> Optics:
    """Set camera, lens and aperture for every scene; a modifier the brief gives is taken as it stands, even empty."""
    return Optics(tuple(set_chain(brief, scene) for scene in brief.scenes))


def set_chain(brief: Brief, scene: SceneBrief) -> ChainOptics:
    """The optics of one scene."""
    focal, f_number = scene.camera.focal_length_mm, brief.optics.f_number
    hyperfocal = measure_hyperfocal(focal, f_number)
    given = brief.optics.modifier
    return ChainOptics(
        scene=scene.id,
        focal_length_mm=focal,
        f_number=f_number,
        field_of_view_deg=measure_field_of_view(focal),
        hyperfocal_m=hyperfocal,
        modifier=compose_modifier(brief, focal, hyperfocal) if given is None else given,
    )


def compose_modifier(brief: Brief, focal_length_mm: int, hyperfocal_m: float) -> str:
    """The text that goes into every generation of a chain: camera, lens, aperture, depth, palette, style."""
    style = brief.product.style
    parts = (
        f"{brief.optics.camera} camera",
        f"{focal_length_mm} mm lens at f/{brief.optics.f_number:g}",
        describe_depth(hyperfocal_m),
        PALETTE_WORDS.get(style.palette_hint, f"{style.palette_hint} palette"),
        *style.visual_style,
        brief.contract.style_notes,
    )
    return ", ".join(" ".join(part.split()).rstrip(".") for part in parts if part.strip())
