"""The scene recipe and the payloads of stage orders: a product's own USD file, lit and filmed in three dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from workprint.film.brief import CameraMove

STAGE_CLIP = "stage_clip"
STAGE_STILL = "stage_still"
STAGE_KEY = "stage_key"


class StageQuality(str, Enum):
    """How much work goes into a frame: a quick look, or the film itself."""

    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True)
class StageCamera:
    """The camera: its move over the shot, lens and aperture, and how the product is framed.

    `focal_length_mm` is for a full-frame sensor along the frame's long side. `fill` is the share of the frame the
    product takes up at the end of the move; `elevation_deg` and `azimuth_deg` say where the camera stands, `reach`
    scales the move (1 is its full extent).
    """

    move: CameraMove
    focal_length_mm: int
    f_number: float
    fill: float
    elevation_deg: float
    azimuth_deg: float
    reach: float


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
class StageReplicator:
    """Ground truth wanted beside the picture of every key frame."""

    depth: bool = False
    masks: bool = False
    normals: bool = False
    shadow: bool = False


@dataclass(frozen=True)
class SceneRecipe:
    """A whole shot on the stage. `ground` is the colour of the sweep, #RRGGBB."""

    camera: StageCamera
    lighting: StageLighting
    render: StageRender
    ground: str
    replicator: StageReplicator = StageReplicator()


@dataclass(frozen=True)
class StageKeyPayload:
    """One frame rendered in full. Input role: `product`."""

    recipe: SceneRecipe
    frame: int


@dataclass(frozen=True)
class StageStillPayload:
    """The first frame of a shot, developed from its key frame. Input role: `key_0000`."""

    recipe: SceneRecipe


@dataclass(frozen=True)
class StageClipPayload:
    """A clip. Input roles: `product`, and `key_NNNN` for every frame in `keys`. `encode` names an encoder preset."""

    recipe: SceneRecipe
    keys: tuple[int, ...]
    encode: str


StagePayload = StageKeyPayload | StageStillPayload | StageClipPayload


def name_key_role(frame: int) -> str:
    """The input role of a key frame."""
    return f"key_{frame:04d}"
