"""The per-shot spec: one shot description, two halves compiled from it (G1-G3, I8)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """A picture a model should look at, with the reason; listed in order of priority."""

    picture: int
    reason: str


@dataclass(frozen=True)
class ImageHalf:
    """What an image model is asked for: the first frame."""

    mode: str
    references: tuple[Reference, ...]
    prompt: str
    negatives: tuple[str, ...]
    width: int
    height: int


@dataclass(frozen=True)
class VideoHalf:
    """What a video model is asked for: the motion between the frames."""

    input_frames: tuple[str, ...]
    prompt: str
    frames: int
    aspect: str
    camera_fixed: bool


@dataclass(frozen=True)
class ShotSpec:
    """One shot, written once: metadata, decomposition, sound layers, and both compiled halves."""

    slate: str
    name: str
    scene: str
    camera: str
    variation: str
    duration_frames: int
    emotion: str
    is_primary: bool
    first_frame: str
    last_frame: str
    motion: str
    modifier: str
    dialogue: str
    music: str
    effects: str
    dialect: str
    image: ImageHalf
    video: VideoHalf


@dataclass(frozen=True)
class Specs:
    """The specs of every shot, in film order."""

    shots: tuple[ShotSpec, ...]

    def of(self, slate: str) -> ShotSpec:
        """The spec of a shot, by its slate."""
        return next(spec for spec in self.shots if spec.slate == slate)
