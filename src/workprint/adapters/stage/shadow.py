"""The shadow pass: how much of the set's light the product leaves on the sweep."""

from __future__ import annotations

import numpy as np

from workprint.adapters.stage.camera import Pose
from workprint.adapters.stage.product import Floats
from workprint.adapters.stage.rendering import View, denoise, render_beauty
from workprint.adapters.stage.setting import build_shadow_scene
from workprint.adapters.stage.shoot import Shoot

SWEEP = 1
"""The number of the sweep among the scene's shapes; the product's parts follow, then the lights."""
DIRECT = 2
"""Path length of a shadow: from a light over the sweep into the lens."""


def render_shadow(shoot: Shoot, pose: Pose, seed: int) -> Floats:
    """What the product leaves of the light, (h, w, 3), 1 for no shadow; 1 on the product itself.

    The plain white set with the product over the set without it, both lit by the boxes alone and denoised.
    """
    render = shoot.recipe.render
    view = View(pose, render.width, render.height, sharp=True, depth=DIRECT)
    shaded, bare = (
        denoise(
            render_beauty(
                build_shadow_scene(shoot.recipe, shoot.product, with_product=with_product),
                view,
                render.samples,
                seed,
                lambda done: None,
            )
        ).mean(axis=-1)
        for with_product in (True, False)
    )
    left = np.clip(shaded / np.maximum(bare, 1e-4), 0, 1)
    ratio = np.where(shoot.guide(pose).shape == SWEEP, left, 1)
    return np.repeat(ratio[..., None], 3, axis=-1).astype(np.float32)
