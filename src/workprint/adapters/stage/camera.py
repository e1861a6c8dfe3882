"""Where the camera stands at every frame: framing from the product's size, eased moves, depth of field."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.stage.product import Product
from workprint.film.brief import CameraMove
from workprint.film.lens import SENSOR_WIDTH_MM, measure_field_of_view
from workprint.film.stage_orders import SceneRecipe
from workprint.film.stage_shots import ease

DOLLY = 0.20
"""Way of a dolly in distances to the product."""
TURN_X, TURN_Y = 0.075, 0.06
"""Reach of a pan and a tilt to either side, in frame widths and heights."""
ORBIT_DEG = 13.0
"""Reach of an orbit to either side: a product shows another face, and its front stays seen."""
LARGEST_BLUR = 0.0022
"""Most blur the product's own depth may get, in frame heights: beyond it a packshot looks out of focus. A shorter
aperture is used where the lens of the brief would give more."""

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Pose:
    """A camera: where it stands, what it looks at, its field of view along the frame's long side, focus, aperture.

    Lengths in metres, z up. `lens_radius` is that of the entrance pupil.
    """

    origin: Vector
    target: Vector
    fov_deg: float
    focus: float
    lens_radius: float


def place_camera(recipe: SceneRecipe, product: Product, frame: int) -> Pose:
    """The camera at a frame. The same frame always gives the same pose."""
    camera, render = recipe.camera, recipe.render
    share = ease(frame, render.frames)
    swing = (2 * share - 1) * camera.reach
    distance = measure_distance(recipe, product)
    tall, wide = measure_frame(recipe, distance)
    azimuth, elevation = camera.azimuth_deg, camera.elevation_deg
    aim_x, aim_z = 0.0, product.height / 2 - camera.lift * tall
    if camera.move is CameraMove.DOLLY_IN:
        distance *= 1 + DOLLY * camera.reach * (1 - share)
    elif camera.move is CameraMove.DOLLY_OUT:
        distance *= 1 + DOLLY * camera.reach * share
    elif camera.move is CameraMove.ORBIT:
        azimuth += ORBIT_DEG * swing
    pan = TURN_X * wide * swing if camera.move is CameraMove.PAN else 0.0
    tilt = TURN_Y * tall * swing if camera.move is CameraMove.TILT else 0.0
    turn, rise = math.radians(azimuth), math.radians(elevation)
    origin = (
        distance * math.cos(rise) * math.sin(turn),
        -distance * math.cos(rise) * math.cos(turn),
        max(0.06 * product.height, aim_z + distance * math.sin(rise)),
    )
    aim = (aim_x + pan * math.cos(turn), pan * math.sin(turn), aim_z - tilt)
    return Pose(
        origin, aim, measure_field_of_view(camera.focal_length_mm), distance, open_lens(recipe, product, distance)
    )


def measure_distance(recipe: SceneRecipe, product: Product) -> float:
    """Distance in metres at which the product fills its share of the frame, in height or in width."""
    tall, wide = measure_frame(recipe, 1.0)
    fill = recipe.camera.fill
    width = min(1.0, 1.2 * fill)
    return max(product.height / (fill * tall), 2 * product.radius / (width * wide)) + product.radius * 0.5


def measure_frame(recipe: SceneRecipe, distance: float) -> tuple[float, float]:
    """Height and width in metres of what the frame shows at a distance."""
    render = recipe.render
    long_side = distance * SENSOR_WIDTH_MM / recipe.camera.focal_length_mm
    scale = long_side / max(render.width, render.height)
    return render.height * scale, render.width * scale


def open_lens(recipe: SceneRecipe, product: Product, distance: float) -> float:
    """Radius of the entrance pupil in metres: f / 2N, held so small that the product itself stays sharp.

    A point `radius` behind the focus is blurred over 2 r * radius / (distance + radius) at the focus plane
    (thin lens, similar triangles).
    """
    asked = recipe.camera.focal_length_mm / 1000 / (2 * recipe.camera.f_number)
    tall, _ = measure_frame(recipe, distance)
    most = LARGEST_BLUR * tall * (distance + product.radius) / (2 * product.radius)
    return min(asked, most)


def find_axes(pose: Pose) -> npt.NDArray[np.float64]:
    """Rows: right, down, forward of a camera held level."""
    forward = np.array(pose.target, np.float64) - np.array(pose.origin, np.float64)
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(forward, right), forward])
