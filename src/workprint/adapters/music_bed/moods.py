"""Moods: which harmony, which instruments and how much of each a wish such as "warm, intimate" stands for."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.sound_mood import name_mood

Chord = tuple[int, tuple[int, ...]]
"""Root in semitones above the tonic, and the tones above the root."""

CHORDS: dict[str, Chord] = {
    **{"I": (0, (0, 4, 7, 12)), "Iadd9": (0, (0, 4, 7, 14)), "Imaj7": (0, (0, 4, 7, 11))},
    **{"ii9": (2, (0, 3, 10, 14)), "iii7": (4, (0, 3, 7, 10)), "IVmaj7": (5, (0, 4, 7, 11))},
    **{"IVadd9": (5, (0, 4, 7, 14)), "Vsus": (7, (0, 5, 7, 14)), "V": (7, (0, 4, 7, 12)), "vi7": (9, (0, 3, 7, 10))},
    **{"vi9": (9, (0, 3, 10, 14)), "i9": (0, (0, 3, 7, 14)), "iv7": (5, (0, 3, 7, 10)), "VImaj7": (8, (0, 4, 7, 11))},
    **{"III": (3, (0, 4, 7, 14)), "VII": (10, (0, 4, 7, 14))},
}
"""Chords by degree, with the sevenths, ninths and suspensions that keep a bed from sounding like a hymn."""


@dataclass(frozen=True)
class Mood:
    """How a bed sounds. Levels are factors; `swing` is where the off-beat eighth falls in its beat: 0.5 is straight."""

    name: str
    progressions: tuple[tuple[str, ...], ...]
    home: str
    dominant: str
    brightness: float
    swing: float
    piano: float
    pluck: float
    pad: float
    drums: float
    sub: float


MOODS = (
    Mood(
        "warm",
        (("Iadd9", "vi7", "IVmaj7", "Vsus"), ("Iadd9", "iii7", "IVadd9", "Vsus")),
        *("Iadd9", "Vsus", 0.30, 0.56, 1.0, 0.45, 0.95, 0.55, 0.85),
    ),
    Mood(
        "bright",
        (("I", "V", "vi7", "IVadd9"), ("IVadd9", "I", "Vsus", "vi7")),
        *("Iadd9", "V", 0.52, 0.53, 0.8, 0.75, 0.75, 0.85, 0.9),
    ),
    Mood(
        "calm",
        (("Imaj7", "IVmaj7", "vi9", "IVmaj7"), ("Iadd9", "iii7", "vi9", "IVmaj7")),
        *("Iadd9", "Vsus", 0.18, 0.54, 0.95, 0.3, 1.15, 0.26, 0.75),
    ),
    Mood(
        "driving",
        (("i9", "VImaj7", "III", "VII"), ("i9", "iv7", "VImaj7", "VII")),
        *("i9", "VII", 0.48, 0.5, 0.65, 0.7, 0.85, 0.9, 1.05),
    ),
    Mood(
        "elegant",
        (("Imaj7", "vi9", "ii9", "Vsus"), ("ii9", "Vsus", "Imaj7", "vi9")),
        *("Imaj7", "Vsus", 0.26, 0.6, 1.05, 0.4, 0.9, 0.6, 0.85),
    ),
)
"""One for each name in MOOD_WORDS."""


def pick_mood(wish: str) -> Mood:
    """The mood a wish in words stands for; the warm one when it holds no known word."""
    name = name_mood(wish)
    return next(mood for mood in MOODS if mood.name == name)
