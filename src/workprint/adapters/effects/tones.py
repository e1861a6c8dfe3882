"""Tones: how soft, bright and roomy effects are in a mood, and what energy adds."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Tone:
    """How effects sound.

    `softness` rounds attacks, 0 hard to 1 round; `brightness` opens the noise, 0 dark to 1 bright; `body` is the share
    of low tones; `room_s` the reverberation time, and `wet` how much of it is heard.
    """

    softness: float
    brightness: float
    body: float
    room_s: float
    wet: float


TONES = {
    "calm": Tone(0.95, 0.34, 0.55, 2.6, 0.46),
    "elegant": Tone(0.80, 0.44, 0.65, 2.2, 0.40),
    "warm": Tone(0.70, 0.38, 0.75, 1.6, 0.32),
    "bright": Tone(0.35, 0.68, 0.75, 1.1, 0.22),
    "driving": Tone(0.10, 0.60, 1.0, 0.9, 0.18),
}
"""By mood, set by the figures tests look at: attack times, spectral centroids, tails."""


def pick_tone(mood: str, energy: int) -> Tone:
    """The tone of a mood (the warm one when unknown); energy above or below 50 hardens or softens it a little."""
    tone = TONES.get(mood, TONES["warm"])
    push = (max(0, min(100, energy)) - 50) / 50
    return replace(
        tone,
        softness=min(1.0, max(0.0, tone.softness - 0.15 * push)),
        brightness=min(1.0, max(0.0, tone.brightness + 0.08 * push)),
    )
