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
    """A composed bed of exactly `duration_ms`. Facts: `bpm`, `beats_ms`, `duration_ms`."""

    duration_ms: int
    bpm: int
    mood: str
    sections: tuple[MusicSection, ...]


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
class MixPayload:
    """The whole sound track. Input roles: those of the cues, and `music` when `has_music`.

    Facts: `lufs`, `true_peak_dbtp`, `duck_db` (measured), `duration_ms`.
    """

    duration_ms: int
    cues: tuple[VoiceCue, ...]
    has_music: bool
    target_lufs: float = LOUDNESS_TARGET_LUFS
    duck_db: float = DUCK_DB
