"""The scene recipe and the payloads of stage orders: a product's own USD file, lit and filmed in three dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from workprint.film.brief import CameraMove, StagePass

STAGE_KEY = "stage_key"
STAGE_STILL = "stage_still"
STAGE_SPAN = "stage_span"
STAGE_CLIP = "stage_clip"
STAGE_PASS = "stage_pass"


class StageQuality(str, Enum):
    """How much work goes into a frame: a quick look, or the film itself."""

    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True)
class StageCamera:
    """The camera: its move over the shot, lens and aperture, and how the product is framed.

    `focal_length_mm` is for a full-frame sensor along the frame's long side. `fill` is the share of the frame the
    product takes up at the end of the move; `elevation_deg` and `azimuth_deg` say where the camera stands, `reach`
    scales the move (1 is its full extent). `lift` is how far above the frame's middle the product stands, in frame
    heights.
    """

    move: CameraMove
    focal_length_mm: int
    f_number: float
    fill: float
    elevation_deg: float
    azimuth_deg: float
    reach: float
    lift: float = 0.03


@dataclass(frozen=True)
class StageLighting:
    """The light: one of the board's lighting names."""

    preset: str


@dataclass(frozen=True)
class StageRender:
    """Size in pixels, frames and their rate, paths a pixel, denoised or not."""

    width: int
    height: int
    rate: tuple[int, int]
    frames: int
    samples: int
    denoise: bool


@dataclass(frozen=True)
class SceneRecipe:
    """A whole shot on the stage. `ground` is the colour of the sweep, #RRGGBB."""

    camera: StageCamera
    lighting: StageLighting
    render: StageRender
    ground: str


@dataclass(frozen=True)
class StageKeyPayload:
    """One frame rendered in full: `of` beauty, or the shadow on the sweep. Input role: `product`."""

    recipe: SceneRecipe
    frame: int
    of: StagePass = StagePass.BEAUTY


@dataclass(frozen=True)
class StageStillPayload:
    """The first frame of a shot, developed from its key frame. Input role: `key_0000`."""

    recipe: SceneRecipe


@dataclass(frozen=True)
class FrameSpan:
    """A run of frames of a shot, and the key frames it is looked up in: the one at its start and the next."""

    first: int
    frames: int
    keys: tuple[int, ...]


@dataclass(frozen=True)
class StageSpanPayload:
    """A span developed and encoded. Input roles: `product`, `key_NNNN` for its keys. `encode` names a preset."""

    recipe: SceneRecipe
    span: FrameSpan
    encode: str


@dataclass(frozen=True)
class StageClipPayload:
    """A clip joined from its spans. Input roles: `span_NNNN`, numbered from 0. `encode` names an encoder preset."""

    recipe: SceneRecipe
    spans: int
    encode: str


@dataclass(frozen=True)
class StagePassPayload:
    """A pass over a span, one file a frame. Input roles: `product`; for beauty and shadow `key_NNNN` of that kind."""

    recipe: SceneRecipe
    span: FrameSpan
    of: StagePass


StagePayload = StageKeyPayload | StageStillPayload | StageSpanPayload | StageClipPayload | StagePassPayload

PASSES_FROM_KEYS = (StagePass.BEAUTY, StagePass.SHADOW)
"""Passes that are rendered at key frames and looked up between them; the others are measured at every frame."""


def name_key_role(frame: int) -> str:
    """The input role of a key frame."""
    return f"key_{frame:04d}"


def name_span_role(number: int) -> str:
    """The input role of a span."""
    return f"span_{number:04d}"
