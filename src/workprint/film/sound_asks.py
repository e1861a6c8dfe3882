"""What a provider is asked for when sound is bought: the lines to speak, and music and effects in words."""

from __future__ import annotations

from workprint.film.board import Board, Chain
from workprint.film.brief import Brief
from workprint.film.effect_plan import PUNCH_ENERGY
from workprint.film.sound_mood import name_mood
from workprint.film.sound_orders import EffectPayload, MusicSection

MOODS = {
    "calm": "calm, unhurried: soft pads and a felt piano",
    "elegant": "elegant, restrained: strings, a muted piano, a light pulse",
    "warm": "warm, close: acoustic guitar, upright piano, brushed drums",
    "bright": "bright, light-footed: plucked strings, claps, a round bass",
    "driving": "driving, confident: a firm beat, a low synth bass, short stabs",
}
"""Each mood as instruments: words a music model can follow."""

SECTIONS = {
    "intro": "opens sparsely",
    "build": "a pulse comes in and it builds",
    "drop": "full arrangement, the high point",
    "button": "a closing chord that rings out",
}
"""Each role of a section in words."""

EFFECTS = {
    "riser": "A riser that swells steadily and ends in silence",
    "whoosh": "A single whoosh of air moving past",
    "hit": "A single hard cinematic hit with a short tail",
    "impact": "A single soft low thump, felt more than heard",
    "shimmer": "A short glint of small bells, bright and delicate",
}
"""Each kind of effect as one sentence."""


def list_spoken(brief: Brief, board: Board) -> tuple[tuple[Chain, str], ...]:
    """Every scene with a spoken line, and the line with single spaces; none where the film has no voice, or its own."""
    if not brief.audio.mode.has_voice or brief.audio.voice_file is not None:
        return ()
    lines = {scene.number: " ".join(scene.voice.split()) for scene in brief.scenes}
    return tuple((chain, lines[chain.number]) for chain in board.chains if lines.get(chain.number))


def describe_music(brief: Brief, sections: tuple[MusicSection, ...]) -> str:
    """The music in words: what it is, how fast, what happens when. The last sentence is the first to be dropped."""
    length = brief.rate.milliseconds(brief.frames) / 1000
    mood = MOODS[name_mood(brief.audio.mood)]
    course = "; ".join(f"at {section.start_ms / 1000:.1f} s {SECTIONS[section.role]}" for section in sections)
    wish = f" In the customer's words: {' '.join(brief.audio.mood.split())}." if brief.audio.mood.strip() else ""
    return (
        f"Instrumental music for a {length:g} second advertisement, {brief.audio.bpm} bpm, {mood}. "
        f"Course: {course}. No voices, no sound effects, nothing after the last chord.{wish}"
    )


def describe_effect(payload: EffectPayload) -> str:
    """An effect in words: what it is, how long, when its event falls, how it should feel."""
    feel = "hard and punchy" if payload.energy >= PUNCH_ENERGY else "soft and unobtrusive"
    when = "It peaks" if payload.kind in ("riser", "whoosh") else "It sounds"
    return (
        f"{EFFECTS[payload.kind]}, {payload.duration_ms / 1000:.1f} s long. "
        f"{when} at {payload.sync_ms / 1000:.1f} s. No music, no voice, dry. For an advertisement: {feel}."
    )
