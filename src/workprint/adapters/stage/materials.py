"""What parts are made of: `workprint:kind` to Mitsuba's principled and dielectric surfaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workprint.adapters.stage.product import Part, Product


@dataclass(frozen=True)
class Kind:
    """A material: roughness where the part says none, metallic, specular, clear coat, light let through."""

    roughness: float
    metallic: float = 0.0
    specular: float = 0.5
    coat: float = 0.0
    glass: bool = False


KINDS = {
    "brass": Kind(0.22, metallic=1.0),
    "gold": Kind(0.16, metallic=1.0),
    "metal": Kind(0.25, metallic=1.0),
    "chrome": Kind(0.05, metallic=1.0),
    "plastic": Kind(0.35),
    "gloss": Kind(0.12, coat=1.0),
    "rubber": Kind(0.75, specular=0.25),
    "felt": Kind(0.95, specular=0.1),
    "paper": Kind(0.85, specular=0.2),
    "wood": Kind(0.55, specular=0.35),
    "ceramic": Kind(0.18, coat=0.6),
    "opal": Kind(0.07, coat=0.6),
    "glow": Kind(0.5),
    "glass": Kind(0.0, glass=True),
    "liquid": Kind(0.0, glass=True),
}
"""Every kind a part may name; an unknown one is taken for plastic. Values set by eye on the example product."""

REFRACTION = {"glass": 1.5, "liquid": 1.33}
"""Index of refraction: crown glass, water."""

OPAL_BASE = 0.25
"""Share of its glow's colour that lit opal glass shows by reflection; in daylight the glow must not be doubled."""


def find_kind(part: Part) -> Kind:
    """The material of a part."""
    return KINDS.get(part.kind, KINDS["plastic"])


def dress(part: Part) -> dict[str, Any]:
    """The surface of a part as a Mitsuba dictionary."""
    kind = find_kind(part)
    if kind.glass:
        surface: dict[str, Any] = {"type": "dielectric", "int_ior": REFRACTION.get(part.kind, 1.5), "ext_ior": 1.0}
        if len(part.colours) == 1:
            surface["specular_transmittance"] = paint(tuple(map(float, part.colours[0])))
        return surface
    return {
        "type": "twosided",
        "surface": {
            "type": "principled",
            "base_color": colour_of(part),
            "roughness": max(0.03, part.roughness if part.roughness >= 0 else kind.roughness),
            "metallic": kind.metallic,
            "specular": kind.specular,
            "clearcoat": kind.coat,
            "clearcoat_gloss": 0.95,
        },
    }


def colour_of(part: Part) -> dict[str, Any]:
    """The base colour: of every point where the part says so, else one."""
    if part.emission > 0:
        return paint(tuple(map(float, part.colours.mean(axis=0) * OPAL_BASE)))
    if len(part.colours) > 1:
        return {"type": "mesh_attribute", "name": "vertex_colour"}
    return paint(tuple(map(float, part.colours[0])))


def paint(colour: tuple[float, ...]) -> dict[str, Any]:
    """One linear colour."""
    return {"type": "rgb", "value": [round(float(np.clip(part, 0, 1)), 6) for part in colour]}


def light_up(part: Part) -> dict[str, Any] | None:
    """The emitter of a part that glows, None for others. The colour is in the mesh, multiplied by the strength."""
    if part.emission <= 0:
        return None
    if len(part.colours) > 1:
        return {"type": "area", "radiance": {"type": "mesh_attribute", "name": "vertex_glow"}}
    radiance = [float(value) * part.emission for value in part.colours[0]]
    return {"type": "area", "radiance": {"type": "rgb", "value": radiance}}


LIMB, LIMB_POWER = 0.16, 1.5
"""Opal glass seen edge-on: share of its glow that is left, and how fast it falls off. Light leaves milk glass mostly
straight out; a glow that is the same from everywhere looks like paper."""
BACK = np.float32(4)
"""How fast the glow comes back behind the outline, where the camera does not see it."""
LIMB_COLOUR = (1.0, 0.80, 0.50)
"""What the limb keeps of red, green and blue: light that went a longer way through the glass is warmer."""


def shade_limbs(product: Product, eye: tuple[float, float, float]) -> Product:
    """The product with the glow of its opal parts falling off towards their outline, as seen from a point in metres.

    It is laid on the glass once a shot, for the camera in the middle of its move: surfaces look the same from every
    frame, and what lies between key frames can be looked up in them.
    """
    return replace(product, parts=tuple(_shade_limb(part, eye) for part in product.parts))


def _shade_limb(part: Part, eye: tuple[float, float, float]) -> Part:
    if part.kind != "opal" or part.emission <= 0 or part.normals is None:
        return part
    away = np.array(eye, np.float32) - part.points
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    turned = np.einsum("ij,ij->i", part.normals, away)[:, None]
    # What faces away still lights the set behind and below; only towards the outline does it fade.
    facing = np.where(turned > 0, np.abs(turned) ** np.float32(LIMB_POWER), np.clip(-BACK * turned, 0, 1))
    share = np.float32(LIMB) + np.float32(1 - LIMB) * facing
    warmth = np.array(LIMB_COLOUR, np.float32)
    colours = np.broadcast_to(part.colours, part.points.shape) * share * (warmth + (1 - warmth) * facing)
    return replace(part, colours=np.ascontiguousarray(colours, np.float32))


GLOW_BANDS = 32
"""Steps a glow is cut into for the plain renderer; more cannot be told apart once developed."""


def band_glow(product: Product) -> Product:
    """The product with every glow that varies over its part cut into parts that glow evenly.

    Mitsuba's scalar variant ends the process on an emitter whose radiance is a mesh attribute (3.9.1, measured).
    """
    parts = tuple(band for part in product.parts for band in _cut_bands(part))
    return replace(product, parts=parts)


def _cut_bands(part: Part) -> Iterator[Part]:
    if part.emission <= 0 or len(part.colours) == 1:
        yield part
        return
    faces = part.colours[part.triangles].mean(axis=1)
    order = np.argsort(faces.sum(axis=1), kind="stable")
    for band in np.array_split(order, min(GLOW_BANDS, len(order))):
        used, triangles = np.unique(part.triangles[np.sort(band)], return_inverse=True)
        yield replace(
            part,
            points=part.points[used],
            normals=None if part.normals is None else part.normals[used],
            triangles=np.ascontiguousarray(triangles.reshape(-1, 3), np.uint32),
            colours=np.asarray(faces[band].mean(axis=0, keepdims=True), np.float32),
        )
