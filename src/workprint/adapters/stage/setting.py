"""Builds the Mitsuba scene: the product on its sweep under a preset, and the cameras that look at it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np
import numpy.typing as npt

from workprint.adapters.stage.camera import Pose, find_axes, measure_distance, measure_frame, place_camera
from workprint.adapters.stage.lighting import WALL_AT, find_preset, hang, lay_apron, point_spot, step_aside, weave_cloth
from workprint.adapters.stage.materials import dress, light_up
from workprint.adapters.stage.product import Floats, Indices, Part, Product
from workprint.film.stage_orders import SceneRecipe
from workprint.lab.stage_extra import PLAIN

LEAST_GROUND = 0.055
"""Luminance a sweep has at least: darker paint would swallow every shadow and the light with it."""
FLOOR_ROUGHNESS, WALL_ROUGHNESS = 0.20, 0.95
"""A floor that answers the product with a soft reflection, a wall that answers no lamp with a smear."""
GLOSS_ENDS, DULL_FROM = -0.55, -1.7
"""Towards the camera the gloss goes: at a low angle it would show the whole product a second time, upside down.
Product heights from the product; in the frame, the foot is mirrored before GLOSS_ENDS and the rest behind it."""
CURVE, EXTENT = 1.5, 30.0
"""The sweep behind the product: radius of its bend, how far it reaches; product heights."""
BENDS = 32
LEAST_FRONT, MOST_FRONT = 3.2, 8.0
"""Floor before the product that is lit at least and at most, in product heights."""


def load_scene(parts: dict[str, Any]) -> Any:
    """A scene loaded so that it is the same every time.

    In parallel, or optimised, the order of the emitters changes from run to run, and the picture with it (measured).
    """
    return mi.load_dict({"type": "scene", **parts}, parallel=False, optimize=False)


def build_scene(recipe: SceneRecipe, product: Product) -> Any:
    """The scene of a shot, without a camera: sweep, parts of the product, lights, in this order."""
    parts: dict[str, Any] = {"sweep": build_sweep(recipe, product.height)}
    glow = find_preset(recipe.lighting.preset).glow
    for number, part in enumerate(product.parts):
        parts[f"part_{number:04d}"] = build_mesh(part, glow)
    return load_scene({**parts, **build_lights(recipe, product)})


def build_shadow_scene(recipe: SceneRecipe, product: Product, *, with_product: bool) -> Any:
    """The set in plain white under its boxes, with the product as a dark body or without it: what a shadow is made of.

    Light the product gives is left out: it would fill the shadow it throws.
    """
    parts: dict[str, Any] = {"sweep": build_sweep(recipe, product.height, plain=True)}
    for number, part in enumerate(product.parts if with_product else ()):
        dark = replace(part, emission=0.0, kind="felt", colours=np.zeros((1, 3), np.float32))
        parts[f"part_{number:04d}"] = build_mesh(dark, 0.0)
    lights = build_lights(recipe, product)
    # They lie behind the product and in front of it, and are not meant to reach it.
    lights.pop("pool")
    lights.pop("apron")
    return load_scene({**parts, **lights})


def build_lights(recipe: SceneRecipe, product: Product) -> dict[str, Any]:
    """The boxes of a preset out of the frame's way, the pool on the wall, the light from everywhere."""
    preset, parts = find_preset(recipe.lighting.preset), {}
    half_width = measure_frame(recipe, measure_distance(recipe, product))[1] / 2 / product.height
    for number, box in enumerate(step_aside(box, half_width) for box in preset.boxes):
        cloth = {"type": "bitmap", "bitmap": mi.Bitmap(weave_cloth(box.light)), "raw": True, "wrap_mode": "clamp"}
        parts[f"box_{number}"] = hang(box, cloth, product.height, mi.ScalarTransform4f)
    apron = lay_apron(preset.pool, measure_front(recipe, product), product.radius / product.height)
    paint, is_wide = measure_luminance(lighten(recipe.ground)), recipe.render.width > recipe.render.height
    for name, spot, is_wider in (("pool", preset.pool, is_wide), ("apron", apron, False)):
        parts[name] = point_spot(spot, product.height, paint, is_wider, mi.ScalarTransform4f)
    parts["ambient"] = {"type": "constant", "radiance": {"type": "rgb", "value": list(preset.ambient)}}
    return parts


def measure_front(recipe: SceneRecipe, product: Product) -> float:
    """How far before the product the frame shows the floor at either end of the move, in product heights."""
    fronts = []
    for frame in (0, recipe.render.frames - 1):
        pose = place_camera(recipe, product, frame)
        _, down, forward = find_axes(pose)
        tall = measure_frame(recipe, 1.0)[0]
        way = forward + down * tall / 2
        # A camera that looks up past the floor shows none of it.
        fronts.append(-(pose.origin[1] - way[1] * pose.origin[2] / min(way[2], -1e-3)) / product.height)
    return float(np.clip(max(fronts), LEAST_FRONT, MOST_FRONT))


def build_mesh(part: Part, glow: float) -> Any:
    """A part as a Mitsuba mesh with its surface, its glow, and colours by point where it has them."""
    properties = mi.Properties()
    properties["surface"] = mi.load_dict(dress(part))
    emitter = light_up(part)
    if emitter:
        properties["emitter"] = mi.load_dict(emitter)
    mesh = make_mesh(part.name, part.points, part.triangles, part.normals, properties)
    if len(part.colours) > 1:
        mesh.add_attribute("vertex_colour", 3, part.colours.ravel())
        mesh.add_attribute("vertex_glow", 3, (part.colours * (part.emission * glow)).ravel())
    return mesh


def make_mesh(name: str, points: Floats, triangles: Indices, normals: Floats | None, properties: Any) -> Any:
    """A mesh from arrays."""
    mesh = mi.Mesh(name, len(points), len(triangles), has_vertex_normals=normals is not None, props=properties)
    values = mi.traverse(mesh)
    values["vertex_positions"] = points.ravel()
    values["faces"] = triangles.ravel()
    if normals is not None:
        values["vertex_normals"] = normals.ravel()
    values.update()
    return mesh


def build_sweep(recipe: SceneRecipe, height: float, *, plain: bool = False) -> Any:
    """Floor and wall in one bend, in the brand's ground colour, or plain white without a gloss."""
    angles = np.linspace(0, np.pi / 2, BENDS + 1)
    bend = np.stack([WALL_AT - CURVE + CURVE * np.sin(angles), CURVE - CURVE * np.cos(angles)], axis=1)
    floor = [(-EXTENT, 0.0), (DULL_FROM, 0.0), (GLOSS_ENDS, 0.0)]
    profile = np.concatenate([floor, bend, [(WALL_AT, EXTENT)]])
    across = np.concatenate(
        [[(0.0, 1.0)] * len(floor), np.stack([-np.sin(angles), np.cos(angles)], axis=1), [(-1.0, 0.0)]]
    )
    points = np.array([(side * EXTENT, y, z) for y, z in profile for side in (-1, 1)], np.float32) * np.float32(height)
    normals = np.array([(0.0, y, z) for y, z in across for _ in (-1, 1)], np.float32)
    steps = np.arange(len(profile) - 1)[:, None] * 2
    triangles = np.concatenate([steps + np.array((0, 1, 3)), steps + np.array((0, 3, 2))]).astype(np.uint32)
    properties = mi.Properties()
    properties["surface"] = mi.load_dict({"type": "twosided", "surface": PLAIN_WHITE if plain else paint_sweep(recipe)})
    mesh = make_mesh("sweep", points, triangles, normals, properties)
    mesh.add_attribute("vertex_roughness", 1, grade_roughness(points / np.float32(height)))
    mesh.add_attribute("vertex_dull", 1, grade_dullness(points / np.float32(height)))
    return mesh


def grade_roughness(points: Floats) -> Floats:
    """Roughness (n,) of the sweep at points in product heights: glossy round the product, matte behind it."""
    rise = np.sqrt(np.clip(points[:, 2] / CURVE, 0, 1))
    return np.asarray(FLOOR_ROUGHNESS + (WALL_ROUGHNESS - FLOOR_ROUGHNESS) * rise, np.float32)


def grade_dullness(points: Floats) -> Floats:
    """How far the sweep is without any gloss (n,), 0..1, at points in product heights: so it is in front."""
    return np.asarray(np.clip((GLOSS_ENDS - points[:, 1]) / (GLOSS_ENDS - DULL_FROM), 0, 1), np.float32)


PLAIN_WHITE = {"type": "diffuse", "reflectance": {"type": "rgb", "value": 0.5}}


def paint_sweep(recipe: SceneRecipe) -> dict[str, Any]:
    """The surface of the sweep as a Mitsuba dictionary."""
    paint = {"type": "rgb", "value": lighten(recipe.ground)}
    return {
        "type": "blendbsdf",
        "weight": {"type": "mesh_attribute", "name": "vertex_dull"},
        "gloss": {
            "type": "principled",
            "base_color": paint,
            "roughness": {"type": "mesh_attribute", "name": "vertex_roughness"},
            "specular": 0.2,
            # At a low angle a floor mirrors the boxes behind the product: untinted, their grey covers the paint.
            "spec_tint": 1.0,
        },
        "matte": {"type": "diffuse", "reflectance": paint},
    }


def lighten(colour: str) -> list[float]:
    """A #RRGGBB colour as linear RGB (IEC 61966-2-1), no darker than a sweep may be."""
    code = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    luminance = measure_luminance(linear)
    if luminance < LEAST_GROUND:
        linear = linear * LEAST_GROUND / luminance if luminance > 1e-3 else np.full(3, LEAST_GROUND)
    return [round(float(value), 6) for value in np.clip(linear, 0, 0.9)]


def measure_luminance(linear: npt.ArrayLike) -> float:
    """Luminance 0..1 of a linear RGB colour (Rec. 709 primaries)."""
    return float(np.asarray(linear) @ (0.2126, 0.7152, 0.0722))


def build_sensor(pose: Pose, width: int, height: int, *, sharp: bool, band: tuple[int, int] | None = None) -> Any:
    """A camera with film and sampler; `band` is the first row and the number of rows of a part of the picture.

    `sharp` is a pinhole whose one ray goes through the middle of each pixel."""
    top, rows = band or (0, height)
    lens = {"type": "perspective"}
    if not sharp:
        lens = {"type": "thinlens", "aperture_radius": pose.lens_radius, "focus_distance": pose.focus}  # type: ignore[dict-item]
    sampler = {"type": "multijitter", "jitter": False, "sample_count": 1} if sharp else {"type": "independent"}
    sensor = mi.load_dict(
        {
            **lens,
            "fov": pose.fov_deg,
            "fov_axis": "larger",
            "near_clip": 1e-3,
            "far_clip": 1e4,
            "to_world": mi.ScalarTransform4f().look_at(
                origin=list(pose.origin), target=list(pose.target), up=[0, 0, 1]
            ),
            "film": {
                "type": "hdrfilm",
                "width": width,
                "height": height,
                "crop_offset_y": top,
                "crop_width": width,
                "crop_height": rows,
                "pixel_format": "rgb",
                "component_format": "float32",
                # Any wider filter adds neighbours up in the order threads come in: the bits would change.
                "rfilter": {"type": "box"},
            },
            "sampler": sampler,
        }
    )
    if not sharp and mi.variant() != PLAIN:
        hide_numbers(sensor)
    return sensor


def hide_numbers(sensor: Any) -> None:
    """Keep a lens's numbers from the compiler: a kernel that knew them would be built anew for every key frame, for two
    seconds each.
    """
    values = mi.traverse(sensor)
    for name in ("aperture_radius", "focus_distance"):
        values[name] = dr.opaque(mi.Float, dr.slice(values[name]))
    values.update()
