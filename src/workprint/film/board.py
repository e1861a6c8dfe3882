"""The board: scenes as chains of shots (F1-F3)."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.brief import CameraMove, Overlays, SceneType
from workprint.film.time import Span


@dataclass(frozen=True)
class Shot:
    """One shot: where it stands in the film (frames), what the camera does, what is seen first and last.

    `picture` indexes the reference pack. `energy` runs from 0 (calm) to 100 (driving).
    """

    scene: str
    scene_number: int
    number: int
    span: Span
    type: SceneType
    size: str
    angle: str
    move: CameraMove
    focal_length_mm: int
    variation: str
    emotion: str
    energy: int
    is_primary: bool
    picture: int
    layout: str
    lighting: str
    first_frame: str
    last_frame: str
    motion: str
    label: str

    @property
    def slate(self) -> str:
        """The short name on a slate: SC01_SH02."""
        return f"SC{self.scene_number:02d}_SH{self.number:02d}"


@dataclass(frozen=True)
class Chain:
    """A scene: shots that share one style, and what is laid over them."""

    scene: str
    number: int
    type: SceneType
    role: str
    span: Span
    overlays: Overlays
    shots: tuple[Shot, ...]


@dataclass(frozen=True)
class Board:
    """Every chain of the film, in order, with the beats (frames) the cuts were set on."""

    chains: tuple[Chain, ...]
    beats: tuple[int, ...]

    @property
    def shots(self) -> tuple[Shot, ...]:
        """All shots in film order."""
        return tuple(shot for chain in self.chains for shot in chain.shots)
