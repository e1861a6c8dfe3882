"""Payloads of picture orders: what decides a still and a clip, for any maker of pictures."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.brief import CameraMove, SceneType


@dataclass(frozen=True)
class Look:
    """All that decides how a shot looks. Sizes in pixels, colours #RRGGBB (ground, accent, then others).

    `layout` and `lighting` are names the board chose; `energy` 0-100; `grain` and `seed` belong to the order.
    """

    width: int
    height: int
    rate: tuple[int, int]
    frames: int
    type: SceneType
    layout: str
    lighting: str
    move: CameraMove
    focal_length_mm: int
    f_number: float
    energy: int
    palette: tuple[str, ...]
    palette_hint: str
    picture_has_alpha: bool


@dataclass(frozen=True)
class StillPayload:
    """The first frame of a shot (stills first, K7). Input role: `picture`."""

    look: Look
    prompt: str
    negatives: tuple[str, ...]


@dataclass(frozen=True)
class ClipPayload:
    """A clip of a shot. Input roles: `picture`, `first_frame`. `encode` names an encoder preset."""

    look: Look
    prompt: str
    encode: str


@dataclass(frozen=True)
class ClipCheckPayload:
    """Technical checks of a clip against its spec (M1). Input role: `clip`."""

    width: int
    height: int
    rate: tuple[int, int]
    frames: int
    stillness_allowed: bool
