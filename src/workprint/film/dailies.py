"""What was shot and how it measures: stills, clips, sound takes, readings, dailies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workprint.film.canonical import Json
from workprint.film.order import AnyTake
from workprint.film.sound_orders import EffectCue


@dataclass(frozen=True)
class Reading:
    """One metric value with its limit and verdict: `ok`, `fault`, or `not_run` with the reason in `note`."""

    metric: str
    value: float
    limit: str
    verdict: str
    note: str = ""
    frame: int = -1

    @property
    def is_fault(self) -> bool:
        """Whether the reading breaks its limit."""
        return self.verdict == "fault"


def readings_of(facts: Mapping[str, Json]) -> tuple[Reading, ...]:
    """The readings a check wrote into its facts."""
    return tuple(Reading(**reading) for reading in facts["readings"])


@dataclass(frozen=True)
class Stills:
    """The first frame of every shot, by slate."""

    takes: Mapping[str, AnyTake]


@dataclass(frozen=True)
class Clips:
    """The clip of every shot, by slate."""

    takes: Mapping[str, AnyTake]


@dataclass(frozen=True)
class Voices:
    """Spoken lines: (scene number or 0 for the whole film, start in ms, take)."""

    lines: tuple[tuple[int, int, AnyTake], ...]


@dataclass(frozen=True)
class Music:
    """The music of the film, or None."""

    take: AnyTake | None


@dataclass(frozen=True)
class Effects:
    """Sound effects: the different sounds by input role, and every place one of them stands."""

    takes: Mapping[str, AnyTake]
    cues: tuple[EffectCue, ...]


@dataclass(frozen=True)
class Dailies:
    """Every clip with its checks, by slate."""

    clips: Mapping[str, AnyTake]
    checks: Mapping[str, AnyTake]
