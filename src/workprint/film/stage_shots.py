"""Which shots go to the stage, and the scene recipe of one: camera from the board, quality from the film's size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from workprint.film.board import Shot
from workprint.film.brief import Brief, CameraMove, StagePass, TextPosition
from workprint.film.look import seed_shot
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_shot
from workprint.film.stage_orders import (
    PASSES_FROM_KEYS,
    STAGE_CLIP,
    STAGE_KEY,
    STAGE_PASS,
    STAGE_SPAN,
    STAGE_STILL,
    FrameSpan,
    SceneRecipe,
    StageCamera,
    StageClipPayload,
    StageKeyPayload,
    StageLighting,
    StagePassPayload,
    StageQuality,
    StageRender,
    StageSpanPayload,
    StageStillPayload,
    name_key_role,
    name_span_role,
)

FILL = {"extreme close-up": 1.25, "close-up": 1.0, "close-up insert": 1.0, "medium close-up": 0.74, "medium shot": 0.62}
"""Share of the frame a product takes by shot size; our own, from packshots of this size of thing."""
FILL_OF_OTHERS = 0.54

LIFT, LIFT_OVER_TITLES = 0.03, 0.14
"""How far above the frame's middle the product stands, in frame heights: alone, and with words set below it."""
MOST_OVER_TITLES = {True: 0.42, False: 0.55}
"""Largest share of the frame a product may take up with words below it; less in a frame that stands, where the words
come up to six tenths of its height to be clear of what a platform lays over it."""

ANGLES = {"low angle": (1.5, 0.0), "high angle": (24.0, 0.0), "three-quarter angle": (12.0, 22.0)}
"""Elevation and azimuth of the camera in degrees by angle."""
EYE_LEVEL = (6.0, 0.0)

SAMPLES = {StageQuality.DRAFT: 8, StageQuality.FINAL: 16}
"""Paths a pixel before denoising: 8 hold for a look at 540p; from 16 on metal keeps its knurling at 1080p."""

INTERVALS = {
    StageQuality.DRAFT: {
        CameraMove.DOLLY_IN: 3,
        CameraMove.DOLLY_OUT: 3,
        CameraMove.ORBIT: 6,
        CameraMove.PAN: 2,
        CameraMove.TILT: 2,
    },
    StageQuality.FINAL: {
        CameraMove.DOLLY_IN: 5,
        CameraMove.DOLLY_OUT: 5,
        CameraMove.ORBIT: 9,
        CameraMove.PAN: 3,
        CameraMove.TILT: 3,
    },
}
"""Parts a move of full reach is cut into by key frames. It is the way that counts, not the time: between keys only
reflections change, and they change with the way. Measured on the example at 360x640 against 64 paths a pixel: a dolly
in 3 parts 36.9 dB and in 12 parts 36.5 (rendered in full 37.5); an orbit in 4 parts 30.2, 6 35.7, 9 36.1, 13 36.2
(rendered in full 37.0). Pan and tilt uncover nothing and change no reflection."""
CLIP_PRESET = "intermediate"
"""The encoder preset of clips that are cut and encoded again."""
LEAST_INTERVAL = 3
"""Frames from key to key at least; shorter, a reprojection saves nothing."""
SMALLEST_FINAL = 1080
"""Short side in pixels from which a film is made in final quality; below it is a look, or a draft."""


def is_staged(brief: Brief, shot: Shot) -> bool:
    """Whether a shot is filmed on the stage: its scene says so and there is a product to film."""
    scene = next((scene for scene in brief.scenes if scene.id == shot.scene), None)
    return scene is not None and scene.on_stage and brief.product_usd is not None


def choose_quality(brief: Brief) -> StageQuality:
    """Final for a film at full size, draft below."""
    return StageQuality.FINAL if brief.short_side >= SMALLEST_FINAL else StageQuality.DRAFT


def ease(frame: int, frames: int) -> float:
    """How far a move has come at a frame, 0..1, slow at both ends (half a cosine, as in the previz)."""
    return 0.5 - 0.5 * math.cos(math.pi * frame / max(1, frames - 1))


def choose_keys(camera: StageCamera, frames: int, quality: StageQuality) -> tuple[int, ...]:
    """The frames rendered in full: first and last, and between them where the eased camera has come equally far."""
    if camera.move is CameraMove.STATIC or frames < 2:
        return (0,)
    wanted = math.ceil(INTERVALS[quality][camera.move] * camera.reach)
    count = max(1, min(wanted, (frames - 1) // LEAST_INTERVAL))
    along = (math.acos(1 - 2 * step / count) / math.pi for step in range(count + 1))
    return tuple(sorted({round(share * (frames - 1)) for share in along}))


def cut_spans(keys: tuple[int, ...], frames: int) -> tuple[FrameSpan, ...]:
    """The spans from key to key; the last one holds the last key's own frame too."""
    if len(keys) == 1:
        return (FrameSpan(0, frames, keys),)
    last = len(keys) - 2
    return tuple(
        FrameSpan(first, after - first + (number == last), (first, after))
        for number, (first, after) in enumerate(pairwise(keys))
    )


def has_words_below(brief: Brief, shot: Shot) -> bool:
    """Whether the scene lays words over the lower part of the frame."""
    overlays = next(scene for scene in brief.scenes if scene.id == shot.scene).overlays
    low = (TextPosition.BOTTOM, TextPosition.LOWER_THIRD)
    return overlays.show_product or any(block.position in low for block in overlays.text_blocks)


def build_scene_recipe(brief: Brief, shot: Shot) -> SceneRecipe:
    """The scene recipe of a shot."""
    width, height = brief.size
    elevation, azimuth = ANGLES.get(shot.angle, EYE_LEVEL)
    is_titled = has_words_below(brief, shot)
    fill = FILL.get(shot.size, FILL_OF_OTHERS)
    return SceneRecipe(
        camera=StageCamera(
            move=shot.move,
            focal_length_mm=shot.focal_length_mm,
            f_number=brief.optics.f_number,
            fill=min(fill, MOST_OVER_TITLES[height > width]) if is_titled else fill,
            elevation_deg=elevation,
            azimuth_deg=azimuth,
            reach=round(0.65 + 0.75 * shot.energy / 100, 3),
            lift=LIFT_OVER_TITLES if is_titled else LIFT,
        ),
        lighting=StageLighting(shot.lighting),
        render=StageRender(
            width=width,
            height=height,
            rate=(brief.rate.numerator, brief.rate.denominator),
            frames=shot.footage,
            samples=SAMPLES[choose_quality(brief)],
            denoise=True,
        ),
        ground=brief.product.brand_colors[0],
    )


def order_key(brief: Brief, shot: Shot, frame: int, of: StagePass = StagePass.BEAUTY) -> Order:
    """The order of one key frame. Each is an order of its own, so a broken run goes on at the next one."""
    label = "key" if of is StagePass.BEAUTY else f"{of.value}-key"
    return Order(
        step=STAGE_KEY,
        name=name_shot(shot, "STILL", f"-{label}-{frame:04d}"),
        payload=StageKeyPayload(build_scene_recipe(brief, shot), frame, of),
        inputs=_give_product(brief),
        seed=seed_shot(brief, shot),
    )


def order_stage_still(brief: Brief, shot: Shot, key: AnyTake) -> Order:
    """The order of a shot's first frame, developed from its first key frame."""
    return Order(
        step=STAGE_STILL,
        name=name_shot(shot, "STILL"),
        payload=StageStillPayload(build_scene_recipe(brief, shot)),
        inputs=(Input(name_key_role(0), key),),
        seed=seed_shot(brief, shot),
        publish=f"stills/{shot.slate}.png",
    )


def order_span(brief: Brief, shot: Shot, span: FrameSpan, keys: Mapping[int, AnyTake]) -> Order:
    """The order of the frames between two keys, in the encoder preset that segments are cut from."""
    return Order(
        step=STAGE_SPAN,
        name=name_shot(shot, "CLIP", f"-frames-{span.first:04d}-{span.first + span.frames - 1:04d}"),
        payload=StageSpanPayload(build_scene_recipe(brief, shot), span, CLIP_PRESET),
        inputs=(*_give_product(brief), *_give_keys(span, keys)),
        seed=seed_shot(brief, shot),
        units=span.frames,
    )


def order_stage_clip(brief: Brief, shot: Shot, spans: tuple[AnyTake, ...]) -> Order:
    """The order of a clip, joined from its spans."""
    return Order(
        step=STAGE_CLIP,
        name=name_shot(shot, "CLIP"),
        payload=StageClipPayload(build_scene_recipe(brief, shot), len(spans), CLIP_PRESET),
        inputs=tuple(Input(name_span_role(number), take) for number, take in enumerate(spans)),
        seed=seed_shot(brief, shot),
        units=shot.footage,
        publish=f"clips/{shot.slate}.mp4",
    )


def order_pass(brief: Brief, shot: Shot, of: StagePass, span: FrameSpan, keys: Mapping[int, AnyTake]) -> Order:
    """The order of a pass over a span: one file a frame, numbered as the clip's frames are."""
    is_from_keys = of in PASSES_FROM_KEYS
    return Order(
        step=STAGE_PASS,
        name=name_shot(shot, "CLIP", f"-{of.value}-{span.first:04d}-{span.first + span.frames - 1:04d}"),
        payload=StagePassPayload(build_scene_recipe(brief, shot), span, of),
        inputs=(*_give_product(brief), *(_give_keys(span, keys) if is_from_keys else ())),
        seed=seed_shot(brief, shot),
        units=span.frames,
        publish=f"stage/{shot.slate}/{of.value}/",
    )


def _give_product(brief: Brief) -> tuple[Input, ...]:
    assert brief.product_usd is not None
    return (Input("product", brief.product_usd),)


def _give_keys(span: FrameSpan, keys: Mapping[int, AnyTake]) -> tuple[Input, ...]:
    return tuple(Input(name_key_role(frame), keys[frame]) for frame in span.keys)
