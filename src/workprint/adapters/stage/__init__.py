"""The stage: films a product's own USD file, lit and ray traced on the CPU; needs the extra `workprint[stage]`.

This file is all the base install reads of it: the cards. What renders lies in `work`, which imports the heavy parts.
"""

from __future__ import annotations

from importlib.metadata import version

from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.stage_orders import (
    STAGE_CLIP,
    STAGE_KEY,
    STAGE_PASS,
    STAGE_SPAN,
    STAGE_STILL,
    SceneRecipe,
    StageClipPayload,
    StageKeyPayload,
    StagePassPayload,
    StagePayload,
    StageSpanPayload,
    StageStillPayload,
)
from workprint.lab.encode import PRESETS, describe_presets
from workprint.lab.stage_extra import FAST, PLAIN, choose_variant, describe_stage, own_kernels, require_stage
from workprint.ports.maker import Estimate, MakerCard

# Every way to the renderer leads through this file, and Dr.Jit asks only once, when it is loaded.
own_kernels()

SECONDS_PER_PATH = {FAST: 1.3e-6, PLAIN: 1.1e-5}
"""CPU seconds a path takes on the example's packshot (reference machine, LLVM 19), compiled and plain."""
DENOISE_PER_MEGAPIXEL = 1.7
START_SECONDS = 1.2
"""CPU seconds before the first path, on average: imports and compiling once a worker, the product once a shot."""
FRAME_PER_MEGAPIXEL = {FAST: 0.28, PLAIN: 26.0}
"""CPU seconds to reproject, develop and encode a megapixel; the plain renderer has no single rays for outlines."""
PASS_PER_MEGAPIXEL = {FAST: 0.3, PLAIN: 10.0}
"""CPU seconds to measure or reproject a megapixel and to write it as EXR."""
MOST_SAMPLES = 4096
LARGEST_SIDE = 8192


def describe_tools() -> str:
    """Versions and settings that decide the bytes; the same text with the extra missing says so."""
    return f"{describe_stage()}; numpy {version('numpy')}; {describe_presets()}"


def estimate(order: Order) -> Estimate:
    """No price; time by paths and pixels.

    It is asked before anything is made, so here an order is refused that cannot be carried out: MissingExtra without
    the extra, OrderFailed for a recipe out of bounds.
    """
    require_stage(order.name)
    payload = order.payload
    assert isinstance(payload, StagePayload)
    check_recipe(payload.recipe, order.name)
    return Estimate(NOTHING, round(measure_seconds(payload, order.name), 2))


def measure_seconds(payload: StagePayload, where: str) -> float:
    """CPU seconds an order takes on the reference machine. Raises OrderFailed for an unknown encoder preset."""
    render = payload.recipe.render
    megapixels, variant = render.width * render.height / 1e6, choose_variant()
    if isinstance(payload, StageKeyPayload):
        seconds = START_SECONDS + 1e6 * megapixels * render.samples * SECONDS_PER_PATH[variant]
        return seconds + DENOISE_PER_MEGAPIXEL * megapixels * (1 if render.denoise else 0)
    if isinstance(payload, StageStillPayload):
        return 0.5 + megapixels
    if isinstance(payload, StagePassPayload):
        return START_SECONDS + PASS_PER_MEGAPIXEL[variant] * megapixels * payload.span.frames
    if payload.encode not in PRESETS:
        remedy = Remedy(f"Use one of {', '.join(PRESETS)}.")
        raise OrderFailed(f"{payload.encode!r} is not an encoder preset.", where=where, remedy=remedy)
    if isinstance(payload, StageClipPayload):
        return 0.2
    return START_SECONDS + FRAME_PER_MEGAPIXEL[variant] * megapixels * payload.span.frames


def check_recipe(recipe: SceneRecipe, where: str) -> None:
    """Raise OrderFailed for sizes and counts that no picture has."""
    render = recipe.render
    limits = (
        ("width", render.width, 16, LARGEST_SIDE),
        ("height", render.height, 16, LARGEST_SIDE),
        ("frames", render.frames, 1, 100_000),
        ("samples", render.samples, 1, MOST_SAMPLES),
        ("focal length", recipe.camera.focal_length_mm, 8, 400),
    )
    for name, value, least, most in limits:
        if not least <= value <= most:
            remedy = Remedy(f"Use {least} to {most}.")
            raise OrderFailed(f"The scene recipe's {name} is {value}.", where=where, remedy=remedy)


WORK = "workprint.adapters.stage.work"
MAKERS = (
    MakerCard(STAGE_KEY, 4, StageKeyPayload, f"{WORK}:render_key", True, describe_tools, estimate),
    MakerCard(STAGE_STILL, 3, StageStillPayload, f"{WORK}:develop_still", False, describe_tools, estimate),
    MakerCard(STAGE_SPAN, 3, StageSpanPayload, f"{WORK}:film_span", True, describe_tools, estimate),
    MakerCard(STAGE_CLIP, 2, StageClipPayload, f"{WORK}:join_clip", False, describe_tools, estimate),
    MakerCard(
        STAGE_PASS, 2, StagePassPayload, "workprint.adapters.stage.labels:make_pass", True, describe_tools, estimate
    ),
)
"""What this adapter makes."""
