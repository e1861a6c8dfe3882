"""The board: scenes as chains of shots (F1-F3)."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.brief import CameraMove, Overlays, SceneType
from workprint.film.takes import FIRST_TAKE, ShotTake
from workprint.film.time import Span


@dataclass(frozen=True)
class Shot:
    """One shot: where it stands in the film (frames), what the camera does, what is seen first and last.

    `picture` indexes the reference pack. `energy` runs from 0 (calm) to 100 (driving). `head` and `tail` are the
    handles: frames shot before and after the span. `take` says which take of the shot this is. `gained` are frames of
    its take's tail that are seen, `late` those at its start that the shot before it took.
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
    head: int = 0
    tail: int = 0
    take: ShotTake = FIRST_TAKE
    gained: int = 0
    late: int = 0

    @property
    def planned(self) -> int:
        """Frames the shot was planned to be seen: what it gained at its end, or starts late, changes no clip."""
        return self.span.length - self.gained + self.late

    @property
    def footage(self) -> int:
        """Frames the clip is made with: its own, and the handles a transition plays from."""
        return self.head + self.planned + self.tail

    @property
    def source_start(self) -> int:
        """The frame of the clip that is seen first."""
        return self.head + self.late

    @property
    def clip_frames(self) -> int:
        """Frames the finished clip has: its footage, and what the take was extended by."""
        return self.footage + sum(self.take.tails)

    @property
    def slate(self) -> str:
        """The short name on a slate: SC01_SH02."""
        return f"SC{self.scene_number:02d}_SH{self.number:02d}"


@dataclass(frozen=True)
class Chain:
    """A scene: shots that share one style, and what is laid over them.

    `opens` and `closes` are the frames at its edges that transitions play over: no title stands there.
    """

    scene: str
    number: int
    type: SceneType
    role: str
    span: Span
    overlays: Overlays
    shots: tuple[Shot, ...]
    opens: int = 0
    closes: int = 0


@dataclass(frozen=True)
class Transition:
    """A scene change that is more than a cut: it plays over `share` frames on each side of the cut at frame `at`.

    `kind` is one of `film.transitions.KINDS`; `direction` is where it moves: left, right, up, down, in or
    out. `outgoing` and `incoming` are the slates of the shots it joins.
    """

    kind: str
    direction: str
    at: int
    share: int
    outgoing: str
    incoming: str

    @property
    def span(self) -> Span:
        """The film frames it plays over."""
        return Span(self.at - self.share, 2 * self.share)


@dataclass(frozen=True)
class Board:
    """Every chain of the film, in order, with the beats (frames) the cuts were set on, and the transitions."""

    chains: tuple[Chain, ...]
    beats: tuple[int, ...]
    transitions: tuple[Transition, ...] = ()

    @property
    def shots(self) -> tuple[Shot, ...]:
        """All shots in film order."""
        return tuple(shot for chain in self.chains for shot in chain.shots)
