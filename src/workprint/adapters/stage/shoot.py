"""A scene ready to be filmed: opened once a worker and shot, however many orders of it come along."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import numpy.typing as npt

from workprint.adapters.stage.camera import Pose, place_camera
from workprint.adapters.stage.materials import band_glow, shade_limbs
from workprint.adapters.stage.product import Floats, Product, read_product
from workprint.adapters.stage.rendering import (
    Guide,
    open_renderer,
    render_guide,
    render_inside,
    render_positions,
)
from workprint.adapters.stage.setting import build_scene, build_sensor
from workprint.film.stage_orders import SceneRecipe
from workprint.lab.stage_extra import PLAIN
from workprint.ports.maker import Bench


@dataclass(frozen=True)
class Shoot:
    """A scene ready to be filmed: recipe, product, Mitsuba's scene, the variant that renders it."""

    recipe: SceneRecipe
    product: Product
    scene: Any
    variant: str

    def pose(self, frame: int) -> Pose:
        """The camera at a frame."""
        return place_camera(self.recipe, self.product, frame)

    def positions(self, pose: Pose) -> Floats:
        """What a camera sees (h, w, 3) in metres."""
        return render_positions(self.scene, self._see(pose))

    def inside(self, pose: Pose, pixels: npt.NDArray[np.intp]) -> Floats:
        """What a camera sees at four points inside each of some pixels (n, 4, 3) in metres."""
        render = self.recipe.render
        return render_inside(self.scene, pose, (render.width, render.height), pixels)

    def guide(self, pose: Pose) -> Guide:
        """What a camera sees: positions, normals, which part."""
        return render_guide(self.scene, self._see(pose))

    def _see(self, pose: Pose) -> Any:
        return build_sensor(pose, self.recipe.render.width, self.recipe.render.height, sharp=True)


_OPENED: dict[tuple[PurePath, int, SceneRecipe], Shoot] = {}
"""The shoot this process opened last: orders of a shot come one after another, and opening costs as much as a frame."""


def open_shoot(bench: Bench, recipe: SceneRecipe) -> Shoot:
    """The scene of an order. Raises OrderFailed when its product cannot be used."""
    path = Path(bench.inputs["product"].path)
    key = (path, path.stat().st_mtime_ns, recipe)
    if key not in _OPENED:
        _OPENED.clear()
        _OPENED[key] = _open(path, bench.scratch, recipe)
    return _OPENED[key]


def _open(path: Path, scratch: PurePath, recipe: SceneRecipe) -> Shoot:
    variant = open_renderer()
    product = read_product(path, scratch)
    product = shade_limbs(product, place_camera(recipe, product, recipe.render.frames // 2).origin)
    if variant == PLAIN:
        product = band_glow(product)
    return Shoot(recipe, product, build_scene(recipe, product), variant)
