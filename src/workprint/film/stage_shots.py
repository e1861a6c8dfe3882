"""Which shots go to the stage, and the scene recipe of one: camera from the board, quality from the film's size."""

from __future__ import annotations

import math

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief, CameraMove
from workprint.film.look import derive_seed
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_shot
from workprint.film.stage_orders import (
    STAGE_CLIP,
    STAGE_KEY,
    STAGE_STILL,
    SceneRecipe,
    StageCamera,
    StageClipPayload,
    StageKeyPayload,
    StageLighting,
    StageQuality,
    StageRender,
    StageStillPayload,
    name_key_role,
)

FILL = {"extreme close-up": 1.25, "close-up": 1.0, "close-up insert": 1.0, "medium close-up": 0.74, "medium shot": 0.62}
"""Share of the frame a product takes by shot size; our own, from packshots of this size of thing."""
FILL_OF_OTHERS = 0.54

ANGLES = {"low angle": (1.5, 0.0), "high angle": (24.0, 0.0), "three-quarter angle": (12.0, 22.0)}
"""Elevation and azimuth of the camera in degrees by angle."""
EYE_LEVEL = (6.0, 0.0)

SAMPLES = {StageQuality.DRAFT: 6, StageQuality.FINAL: 10}
"""Paths a pixel before denoising: 6 hold for a look at 540p; 10 keep a 3 s packshot at 1080p under ten minutes."""
KEY_SPACING = {StageQuality.DRAFT: 15, StageQuality.FINAL: 8}
"""Frames from one key frame to the next, on average; what lies between is reprojected."""
SPACING_OF_TURNS = 2
"""Pan and tilt turn the camera where it stands: nothing is uncovered, so key frames may lie farther apart."""
SMALLEST_FINAL = 1080
"""Short side in pixels from which a film is made in final quality; below it is a look, or a draft."""


def is_staged(brief: Brief, shot: Shot) -> bool:
    """Whether a shot is filmed on the stage: its scene says so and there is a product to film."""
    scene = next((scene for scene in brief.scenes if scene.id == shot.scene), None)
    return scene is not None and scene.on_stage and brief.product_usd is not None


def has_staged(brief: Brief, board: Board) -> bool:
    """Whether any shot is filmed on the stage."""
    return any(is_staged(brief, shot) for shot in board.shots)


def choose_quality(brief: Brief) -> StageQuality:
    """Final for a film at full size, draft below."""
    return StageQuality.FINAL if brief.short_side >= SMALLEST_FINAL else StageQuality.DRAFT


def ease(frame: int, frames: int) -> float:
    """How far a move has come at a frame, 0..1, slow at both ends (half a cosine, as in the previz)."""
    return 0.5 - 0.5 * math.cos(math.pi * frame / max(1, frames - 1))


def choose_keys(move: CameraMove, frames: int, quality: StageQuality) -> tuple[int, ...]:
    """The frames rendered in full: first and last, and between them where the eased camera has come equally far."""
    if move is CameraMove.STATIC or frames < 2:
        return (0,)
    is_turn = move in (CameraMove.PAN, CameraMove.TILT)
    spacing = KEY_SPACING[quality] * (SPACING_OF_TURNS if is_turn else 1)
    count = max(1, math.ceil((frames - 1) / spacing))
    along = (math.acos(1 - 2 * step / count) / math.pi for step in range(count + 1))
    return tuple(sorted({round(share * (frames - 1)) for share in along}))


def build_scene_recipe(brief: Brief, shot: Shot) -> SceneRecipe:
    """The scene recipe of a shot."""
    width, height = brief.size
    elevation, azimuth = ANGLES.get(shot.angle, EYE_LEVEL)
    return SceneRecipe(
        camera=StageCamera(
            move=shot.move,
            focal_length_mm=shot.focal_length_mm,
            f_number=brief.optics.f_number,
            fill=FILL.get(shot.size, FILL_OF_OTHERS),
            elevation_deg=elevation,
            azimuth_deg=azimuth,
            reach=round(0.65 + 0.75 * shot.energy / 100, 3),
        ),
        lighting=StageLighting(shot.lighting),
        render=StageRender(
            width=width,
            height=height,
            rate=(brief.rate.numerator, brief.rate.denominator),
            frames=shot.span.length,
            samples=SAMPLES[choose_quality(brief)],
            denoise=True,
        ),
        ground=brief.product.brand_colors[0],
    )


def order_key(brief: Brief, shot: Shot, frame: int) -> Order:
    """The order of one key frame. Each is an order of its own, so a broken run goes on at the next one."""
    assert brief.product_usd is not None
    return Order(
        step=STAGE_KEY,
        name=name_shot(shot, "STILL", f"-key-{frame:04d}"),
        payload=StageKeyPayload(build_scene_recipe(brief, shot), frame),
        inputs=(Input("product", brief.product_usd),),
        seed=derive_seed(brief, shot.slate),
    )


def order_stage_still(brief: Brief, shot: Shot, key: AnyTake) -> Order:
    """The order of a shot's first frame, developed from its first key frame."""
    return Order(
        step=STAGE_STILL,
        name=name_shot(shot, "STILL"),
        payload=StageStillPayload(build_scene_recipe(brief, shot)),
        inputs=(Input(name_key_role(0), key),),
        seed=derive_seed(brief, shot.slate),
        publish=f"stills/{shot.slate}.png",
    )


def order_stage_clip(brief: Brief, shot: Shot, keys: tuple[tuple[int, AnyTake], ...]) -> Order:
    """The order of a clip from its key frames, in the encoder preset that segments are cut from."""
    assert brief.product_usd is not None
    frames = tuple(frame for frame, _ in keys)
    return Order(
        step=STAGE_CLIP,
        name=name_shot(shot, "CLIP"),
        payload=StageClipPayload(build_scene_recipe(brief, shot), frames, "intermediate"),
        inputs=(Input("product", brief.product_usd), *(Input(name_key_role(frame), take) for frame, take in keys)),
        seed=derive_seed(brief, shot.slate),
        units=shot.span.length,
        publish=f"clips/{shot.slate}.mp4",
    )
