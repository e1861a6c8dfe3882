"""The timeline and what is made from it: titles, edit, mix, draft, master (R1, R2, S1, T2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workprint.film.board import Transition
from workprint.film.canonical import digest_of
from workprint.film.cut_orders import TitleCue
from workprint.film.grade import Grade
from workprint.film.lineage import FileRef
from workprint.film.order import AnyTake
from workprint.film.time import Span


@dataclass(frozen=True)
class PlacedTitle:
    """A title in a scene: its take and the film frames it stands on."""

    name: str
    span: Span
    entrance: str
    exit: str
    take: AnyTake


@dataclass(frozen=True)
class Titles:
    """Titles by scene id, drawn back to front."""

    scenes: Mapping[str, tuple[PlacedTitle, ...]]


@dataclass(frozen=True)
class CaptionedLine:
    """The burned-in captions of one spoken line: the input role they have, the film frames they may stand on."""

    role: str
    span: Span
    take: AnyTake


@dataclass(frozen=True)
class BurnedCaptions:
    """What is said, to be set in the picture, line by line; empty where captions are side files only."""

    spoken: tuple[CaptionedLine, ...]

    def over(self, span: Span) -> tuple[CaptionedLine, ...]:
        """The lines whose captions may stand in a stretch of the film."""
        return tuple(line for line in self.spoken if line.span.overlap(span))


@dataclass(frozen=True)
class EditClip:
    """A shot on the timeline: where it stands, from which clip frame it starts, and what lies over it.

    `opens` and `closes` are the frames at the edges of its span that are seen inside a transition. `grade` is what is
    done to its colours below the titles. `after` are frames the clip runs on behind what is seen of it.
    """

    slate: str
    label: str
    span: Span
    source_start: int
    clip: AnyTake
    titles: tuple[tuple[TitleCue, AnyTake], ...]
    opens: int = 0
    closes: int = 0
    grade: Grade | None = None
    after: int = 0


@dataclass(frozen=True)
class EditTransition:
    """A transition on the timeline, and the two clips it is made from."""

    transition: Transition
    outgoing: EditClip
    incoming: EditClip


@dataclass(frozen=True)
class Edit:
    """The picture timeline, gapless from frame 0. Transitions play over the edges of the clips they join.

    `lut` is the look-up table of the grades that have one. `captions` lie over all of it.
    """

    clips: tuple[EditClip, ...]
    frames: int
    transitions: tuple[EditTransition, ...] = ()
    lut: FileRef | None = None
    captions: BurnedCaptions = field(default=BurnedCaptions(()), metadata={"digest": "if-set"})

    @property
    def picture_digest(self) -> str:
        """The digest of all that is seen: clips, where they stand, titles, transitions, grades. Sound is not (R7).

        Raises NotYetKnown while a clip or a title is only planned.
        """
        return digest_of(
            [
                [clip.span, clip.source_start, clip.clip.digest, [[cue, take.digest] for cue, take in clip.titles]]
                for clip in self.clips
            ]
            + [[joined.transition] for joined in self.transitions]
            + [[clip.grade for clip in self.clips], self.lut]
            + [[line.role, line.take.digest] for line in self.captions.spoken]
        )


@dataclass(frozen=True)
class Mix:
    """The finished sound track."""

    take: AnyTake


@dataclass(frozen=True)
class Draft:
    """The 720p film a person reviews."""

    take: AnyTake


@dataclass(frozen=True)
class Master:
    """The delivered film."""

    take: AnyTake


@dataclass(frozen=True)
class FinalCheck:
    """The final technical check of the master."""

    take: AnyTake


@dataclass(frozen=True)
class Presentation:
    """What a person sees of the film without playing it."""

    poster: AnyTake
    sheet: AnyTake


@dataclass(frozen=True)
class Delivery:
    """All that leaves the house beside the master."""

    takes: Mapping[str, AnyTake]
