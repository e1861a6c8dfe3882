"""What the sound of a film is tuned to: the mood a wish in words stands for, and the key everything is played in."""

from __future__ import annotations

import re

from workprint.film.brief import Brief
from workprint.film.canonical import digest_of

MOOD_WORDS: dict[str, tuple[str, ...]] = {
    "warm": (*("warm", "cozy", "cosy", "intimate", "hopeful", "tender", "friendly", "homely", "soft", "organic"),),
    "bright": (
        *("bright", "upbeat", "happy", "playful", "fun", "fresh", "joyful", "optimistic", "summer", "cheerful"),
    ),
    "calm": (
        *("calm", "quiet", "gentle", "ambient", "serene", "peaceful", "relaxed", "minimal", "dreamy", "meditative"),
    ),
    "driving": (
        *("driving", "energetic", "powerful", "bold", "dynamic", "sport", "epic", "urgent", "tech", "intense", "dark"),
    ),
    "elegant": (
        *("elegant", "luxury", "luxurious", "premium", "sophisticated", "refined", "chic", "jazzy", "stylish"),
        "cinematic",
    ),
}
"""The words a wish may use for each mood. The first mood is what a wish without a known word gets."""

TONICS = (57, 59, 60, 62, 64)
"""Tonics as MIDI pitches, A3 to E4: piano and pads then lie where small loudspeakers still speak."""


def name_mood(wish: str) -> str:
    """The mood whose word comes first in the wish; the first mood when none does."""
    for word in re.findall(r"[a-z]+", wish.lower()):
        for mood, words in MOOD_WORDS.items():
            if word in words:
                return mood
    return next(iter(MOOD_WORDS))


def choose_tonic(brief: Brief) -> int:
    """The key of the film as a MIDI pitch: music and tuned effects agree on it, and the brief's seed decides it."""
    return TONICS[int(digest_of([brief.seed, "tonic"])[:8], 16) % len(TONICS)]
