"""Payloads of sound orders. Times in milliseconds, loudness in LUFS, levels in dB."""

from __future__ import annotations

from dataclasses import dataclass

SAMPLE_RATE = 48_000
"""Every sound inside the program: 48 kHz, stereo, float."""

LOUDNESS_TARGET_LUFS = -14.0
"""Integrated loudness of a master for online platforms."""

TRUE_PEAK_LIMIT_DBTP = -1.0
"""Highest true peak of the encoded master; the mix aims lower because AAC raises peaks."""

DUCK_DB = 9.0
"""How far music sinks under the voice; the promise is at least 6 dB, measured."""

EFFECT_KINDS = ("riser", "whoosh", "hit", "impact", "shimmer")
"""What an effect can be: a rise into an event, air moving across a cut, a blow, a soft blow, a glint of bells."""

EFFECT_LEVEL_DB = -20.0
"""Every effect is delivered so loud: the RMS of its loudest 100 ms in dBFS. Cues set their level against the music."""


@dataclass(frozen=True)
class VoicePayload:
    """A line to be spoken; it must end within `longest_ms`.

    Facts: `words` [[text, start_ms, end_ms]], `duration_ms`.
    """

    text: str
    language: str
    longest_ms: int


@dataclass(frozen=True)
class MusicSection:
    """A part of the music: role (intro, build, drop, button) and where it starts."""

    role: str
    start_ms: int


@dataclass(frozen=True)
class MusicPayload:
    """A composed bed of exactly `duration_ms`; drop and button begin to the millisecond where they are asked for.

    `tonic` is the key as a MIDI pitch; 0 leaves it to the composer. Facts: `bpm`, `beats_ms`, `duration_ms`,
    `sections` [[role, start_ms]].
    """

    duration_ms: int
    bpm: int
    mood: str
    sections: tuple[MusicSection, ...]
    tonic: int = 0


@dataclass(frozen=True)
class EffectPayload:
    """A sound effect of exactly `duration_ms` whose event falls at `sync_ms`: a riser's end, a whoosh's crest, a blow.

    `kind` is one of EFFECT_KINDS, `mood` a name in MOOD_WORDS, `pitch` the film's tonic as a MIDI pitch (0 keeps it
    without a pitch), `energy` runs from 0 (airy) to 100 (hard). Facts: `level_db`, `peak_db`, `centroid_hz`,
    `sync_ms`, `duration_ms`.
    """

    kind: str
    duration_ms: int
    sync_ms: int
    mood: str
    pitch: int
    energy: int


@dataclass(frozen=True)
class SoundImportPayload:
    """The user's own file, decoded safely and fitted to `duration_ms`. Input role: `file`."""

    duration_ms: int
    kind: str


@dataclass(frozen=True)
class VoiceCue:
    """A spoken take placed in the film: input role and start."""

    role: str
    start_ms: int


@dataclass(frozen=True)
class EffectCue:
    """An effect placed in the film: input role, start (may lie before 0), and level in dB against the music.

    Several cues may share a role: one sound, made once, heard in several places.
    """

    role: str
    start_ms: int
    gain_db: float


@dataclass(frozen=True)
class MixPayload:
    """The whole sound track. Input roles: those of the cues and effects, and `music` when `has_music`.

    Facts: `lufs`, `true_peak_dbtp`, `duration_ms`; where they meet `duck_db`, `voice_over_music_db`,
    `voice_over_effects_db`; with effects `effects` [[role, event_ms, level_db]]. All measured.
    """

    duration_ms: int
    cues: tuple[VoiceCue, ...]
    has_music: bool
    target_lufs: float = LOUDNESS_TARGET_LUFS
    duck_db: float = DUCK_DB
    effects: tuple[EffectCue, ...] = ()
