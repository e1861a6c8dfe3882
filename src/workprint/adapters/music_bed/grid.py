"""The beat grid of a bed: a steady tempo that waits for the picture, so that sections begin where the film turns."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from workprint.film.sound_orders import MusicPayload

SHORTEST_TAIL, LONGEST_TAIL, TAIL_SHARE = 1.5, 2.8, 0.18
"""Seconds the final chord rings, and that as a share of the whole."""

LONGEST_BUTTON = 4.6
"""Seconds: a button up to this long is the final chord itself; a longer one plays on before it."""

HURRIED_BEAT = 0.75
"""The beat before an exact section may be this much of its length; else it is held, to 1.75 of it at most.

A held beat is a breath before the drop, a much hurried one a stumble. All other beats keep the tempo, so that cuts
set on the beat stay on it.
"""

EXACT_ROLES = ("drop", "button")
"""Sections that begin to the millisecond where they are asked for; others move to the nearest beat."""

KNOWN_ROLES = ("intro", "build", "drop", "button")


@dataclass(frozen=True)
class BeatGrid:
    """Where beats fall: `times` in seconds from beat 0 on, and beats of `beat` seconds after the last of them."""

    beat: float
    times: tuple[float, ...]

    def at(self, place: float) -> float:
        """The time of a place counted in beats; between two beats along a straight line."""
        whole = int(place)
        if whole >= len(self.times) - 1:
            return self.times[-1] + (place - len(self.times) + 1) * self.beat
        return self.times[whole] + (place - whole) * (self.times[whole + 1] - self.times[whole])

    def nearest(self, seconds: float) -> int:
        """The number of the beat nearest to a time."""
        low = self.last_before(seconds)
        return low if seconds - self.at(low) <= self.at(low + 1) - seconds else low + 1

    def last_before(self, seconds: float) -> int:
        """The number of the last beat at or before a time, 0 at the lowest."""
        if seconds >= self.times[-1]:
            return len(self.times) - 1 + int((seconds - self.times[-1]) / self.beat + 1e-9)
        return max(0, bisect_right(self.times, seconds + 1e-9) - 1)

    def list_until(self, seconds: float) -> list[float]:
        """The times of all beats before a time."""
        return [self.at(place) for place in range(self.last_before(seconds) + 1) if self.at(place) < seconds - 1e-9]


def lay_grid(beat: float, anchors: list[float]) -> BeatGrid:
    """A grid in which every anchor (seconds, rising) is a beat."""
    times = [0.0]
    for anchor in anchors:
        start = times[-1]
        count = max(1, int((anchor - start) / beat + 1 - HURRIED_BEAT))
        times += [start + step * beat for step in range(1, count)] + [anchor]
    return BeatGrid(beat, tuple(times))


def plan_sections(payload: MusicPayload) -> tuple[BeatGrid, list[tuple[str, int]]]:
    """The grid, and (role, first beat) of every section; the last is `final`, where the last chord is struck."""
    beat, seconds = 60.0 / payload.bpm, payload.duration_ms / 1000
    wishes = [(section.role, section.start_ms / 1000) for section in payload.sections] or _default_sections(seconds)
    wishes = sorted(wishes, key=lambda wish: wish[1])
    exact = [start for role, start in wishes if role in EXACT_ROLES and 0 < start < seconds]
    grid = lay_grid(beat, [start for before, start in pairwise([0.0, *exact]) if start > before])
    final = _place_final(grid, wishes, seconds)
    starts: dict[int, str] = {}
    for role, start in wishes:
        starts[grid.nearest(start)] = role if role in KNOWN_ROLES else "build"
    sections = [(role, start) for start, role in sorted(starts.items()) if start < final]
    if final > 0 and (not sections or sections[0][1] > 0):
        sections.insert(0, ("intro", 0))
    return grid, [*sections, ("final", final)]


def _place_final(grid: BeatGrid, wishes: list[tuple[str, float]], seconds: float) -> int:
    role, start = wishes[-1]
    if role == "button" and grid.beat < seconds - start <= LONGEST_BUTTON:
        return grid.nearest(start)
    tail = min(LONGEST_TAIL, max(SHORTEST_TAIL, seconds * TAIL_SHARE))
    return grid.last_before(max(0.0, seconds - tail))


def _default_sections(seconds: float) -> list[tuple[str, float]]:
    return [("intro", 0.0), ("build", seconds * 0.25), ("drop", seconds * 0.5)]
