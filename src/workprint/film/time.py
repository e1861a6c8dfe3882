"""Film time: whole frames at a rational rate, instants in microseconds, SMPTE timecode."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, order=True)
class Rate:
    """Frames per second as an exact ratio: 30 is Rate(30), NTSC 29.97 is Rate(30000, 1001)."""

    numerator: int
    denominator: int = 1

    @property
    def fraction(self) -> Fraction:
        """The rate as an exact fraction."""
        return Fraction(self.numerator, self.denominator)

    @property
    def nominal(self) -> int:
        """The whole number of frames a timecode second counts (30 for 29.97)."""
        return round(self.fraction)

    def frames(self, seconds: Fraction | float | int) -> int:
        """The frame number nearest to a time in seconds; halves round up, so cuts never drift."""
        exact = Fraction(seconds).limit_denominator(1_000_000) * self.fraction
        return int(exact + Fraction(1, 2)) if exact >= 0 else -int(-exact + Fraction(1, 2))

    def seconds(self, frames: int) -> Fraction:
        """The exact time in seconds at which a frame starts."""
        return Fraction(frames) / self.fraction

    def milliseconds(self, frames: int) -> int:
        """The time at which a frame starts in whole milliseconds, rounded down."""
        return int(self.seconds(frames) * 1000)


@dataclass(frozen=True, order=True)
class Span:
    """A half-open range of frames: `start` is in, `start + length` is out."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """The first frame after the span."""
        return self.start + self.length

    def shifted(self, frames: int) -> Span:
        """The same length, moved by a number of frames."""
        return Span(self.start + frames, self.length)

    def meets(self, other: Span) -> bool:
        """Whether the other span starts on the frame this one ends."""
        return self.end == other.start

    def overlap(self, other: Span) -> int:
        """The number of frames both spans share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, order=True)
class Instant:
    """A moment, in whole microseconds since 1970-01-01 UTC. Only the clock port makes one."""

    micros: int


def to_timecode(frames: int, rate: Rate) -> str:
    """Non-drop SMPTE timecode HH:MM:SS:FF for a frame count (SMPTE ST 12-1)."""
    nominal = rate.nominal
    seconds, frame = divmod(frames, nominal)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}:{frame:02d}"


def from_timecode(text: str, rate: Rate) -> int:
    """The frame count of a non-drop SMPTE timecode; raises ValueError when it is not one."""
    parts = text.split(":")
    if len(parts) != 4 or not all(part.isdigit() for part in parts):
        raise ValueError(f"not a timecode: {text!r}")
    hour, minute, second, frame = (int(part) for part in parts)
    if minute > 59 or second > 59 or frame >= rate.nominal:
        raise ValueError(f"not a timecode at {rate.nominal} fps: {text!r}")
    return ((hour * 60 + minute) * 60 + second) * rate.nominal + frame
