"""The mix: voices at their cues, music and effects under them, one sound track at the target loudness (Q5, Q6)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workprint.adapters.sound_mix.effects import balance_effects, place_effects, tell_effects
from workprint.adapters.sound_mix.speech import BenchInputs, Marks, Span, Voices, mark_speech, place_voices
from workprint.adapters.sound_mix.speech import merge_spans as merge_spans
from workprint.film.canonical import Json
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.sound_orders import EFFECT_LEVEL_DB, SAMPLE_RATE, MixPayload
from workprint.lab.loudness import SILENT_LUFS, Loudness, limit_true_peak, measure
from workprint.lab.sound import (
    SILENCE_DB,
    Samples,
    fade,
    fit_length,
    measure_rms,
    read_sound,
    to_gain,
    to_samples,
    write_wav,
)
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

ATTACK_MS, RELEASE_MS = 120, 400
"""How long the music takes to sink, done when the voice starts, and to come back after it ends."""

BREATH_MS = 700
"""A pause shorter than this does not bring the music back: it would pump between words."""

VOICE_OVER_MUSIC_DB = 11.0
"""How far speech stands above the ducked music (the promise is 8 dB); broadcasters ask for 7 to 10 LU and more."""

LEAST_DUCK_DB = 6.5
"""The music during speech lies at least this far below the music outside it: the promise is 6 dB."""

DEEPEST_DUCK_DB = 24.0
"""However loud the music gets under a voice, it is not pressed further down than this: it would be gone."""

PEAK_DBTP = -1.6
"""True peak before AAC: -1.5 asked for, and 0.1 dB that two meters may differ. AAC adds up to 0.3 dB."""

NEAR_LU = 0.05
"""The loudness loop is done this close to its target."""

TURNS = 6
"""How often the level is corrected at most; two or three suffice unless the limiter works hard."""

MOST_GAIN_DB = 40.0
"""Sound further below the target than this is noise, not a programme; it is not lifted to full level."""

HEAD_FADE_MS, TAIL_FADE_MS = 8.0, 120.0

EDGE_MS = 400
"""Music at the very edges of the film fades by design; levels outside speech are measured inside them."""


@dataclass(frozen=True)
class Stems:
    """What is summed into the mix, before the master level. `duck_db` is None where nothing was ducked."""

    voice: Samples
    music: Samples
    duck_db: float | None


def mix(bench: Bench) -> Made:
    """Mix the sound track: a 48 kHz stereo WAV of exactly `duration_ms` at `target_lufs`, true peak under -1.5 dBTP.

    Inputs: the roles of the cues (their fact `words` tells where they speak), those of the effects, and `music` when
    `has_music`. Facts: those MixPayload names.
    """
    assert isinstance(bench.payload, MixPayload)
    payload = bench.payload
    length = to_samples(payload.duration_ms)
    voices = place_voices(payload, bench.inputs, length)
    music = _read_music(payload, bench.inputs, length)
    bench.report(0.3)
    stems = balance(voices, music, payload.duck_db)
    placed = place_effects(payload, bench.inputs, length, _find_reference(payload, stems, voices))
    effects = balance_effects(placed, voices, length)
    bench.report(0.4)
    mixed = fade(stems.voice + stems.music + effects.stem, HEAD_FADE_MS, TAIL_FADE_MS)
    mastered, loudness = master(mixed, payload.target_lufs)
    bench.report(0.9)
    path = Path(bench.scratch) / "mix.wav"
    write_wav(path, mastered)
    facts = _tell_facts(payload, voices, stems, loudness)
    facts.update(tell_effects(placed, effects, measure_rms(mastered) - measure_rms(mixed)))
    return Made((MadeFile(path, "audio/wav", f"{bench.name}.wav"),), facts)


def _find_reference(payload: MixPayload, stems: Stems, voices: Voices) -> float:
    """The level effects are set against, in dBFS RMS: the music where nobody speaks; without music, below the voice.

    Beside silent music effects are silent too: a track that is broken must not be hidden from the final check.
    """
    if payload.has_music:
        outside = _mark_outside(voices.spans, len(stems.music))
        return measure_rms(stems.music[outside] if np.count_nonzero(outside) >= SAMPLE_RATE // 4 else stems.music)
    speech = mark_speech(voices.spans, len(stems.voice))
    return measure_rms(stems.voice[speech]) - VOICE_OVER_MUSIC_DB if voices.spans else EFFECT_LEVEL_DB


def _tell_facts(payload: MixPayload, voices: Voices, stems: Stems, loudness: Loudness) -> dict[str, Json]:
    facts: dict[str, Json] = {
        "lufs": round(loudness.lufs, 2),
        "true_peak_dbtp": round(loudness.true_peak_dbtp, 2),
        "duration_ms": payload.duration_ms,
    }
    if stems.duck_db is not None:
        speech = mark_speech(voices.spans, len(stems.voice))
        facts["duck_db"] = round(stems.duck_db, 1)
        facts["voice_over_music_db"] = round(measure_rms(stems.voice[speech]) - measure_rms(stems.music[speech]), 1)
    return facts


def _read_music(payload: MixPayload, inputs: BenchInputs, length: int) -> Samples:
    if not payload.has_music:
        return np.zeros((length, 2), dtype=np.float32)
    return fit_length(read_sound(inputs["music"].path), length)


def balance(voices: Voices, music: Samples, duck_db: float) -> Stems:
    """Voice and music at their levels, the music ducked so far that the measured difference keeps its promise."""
    if not voices.spans or measure_rms(music) <= SILENCE_DB:
        return Stems(voices.stem, music, None)
    speech = mark_speech(voices.spans, len(music))
    outside = _mark_outside(voices.spans, len(music))
    deeper = duck_db
    for _ in range(4):
        ducked = (music * draw_duck(voices.spans, len(music), deeper)[:, None]).astype(np.float32)
        found = _measure_duck(music, ducked, speech, outside)
        if found >= LEAST_DUCK_DB or deeper >= DEEPEST_DUCK_DB:
            break
        deeper = min(DEEPEST_DUCK_DB, deeper + LEAST_DUCK_DB - found + 0.2)
    lift = measure_rms(voices.stem[speech]) - VOICE_OVER_MUSIC_DB - measure_rms(ducked[speech])
    # Quiet music comes up only half-way to its place: it was made quiet for a reason.
    gain = to_gain(lift if lift < 0 else min(lift / 2, 6.0))
    return Stems(voices.stem, (ducked * gain).astype(np.float32), found)


def _measure_duck(music: Samples, ducked: Samples, speech: Marks, outside: Marks) -> float:
    """RMS of the music outside speech minus during it, in dB; with no music outside, what the ducking took away."""
    during = measure_rms(ducked[speech])
    around = measure_rms(ducked[outside])
    if np.count_nonzero(outside) < SAMPLE_RATE // 4 or around <= -60.0:
        return measure_rms(music[speech]) - during
    return around - during


def draw_duck(spans: tuple[Span, ...], length: int, depth_db: float) -> NDArray[np.float32]:
    """The gain of the music (n,): down before each span begins, up after it ends, along raised cosines in dB."""
    places, levels = [0.0], [0.0]
    for first, last in merge_spans(list(spans), BREATH_MS + ATTACK_MS):
        for place, level in ((first - ATTACK_MS, 0.0), (first, 1.0), (last, 1.0), (last + RELEASE_MS, 0.0)):
            places.append(place * SAMPLE_RATE / 1000)
            levels.append(level)
    ordered = np.maximum.accumulate(np.array(places))
    shape = np.interp(np.arange(length), ordered, np.array(levels))
    depth = (0.5 - 0.5 * np.cos(np.pi * shape)) * depth_db
    return np.asarray(10.0 ** (-depth / 20.0), dtype=np.float32)


def _mark_outside(spans: tuple[Span, ...], length: int) -> Marks:
    """Which samples are clear of speech, of the music's way down and up, and of the film's edges."""
    clear = np.ones(length, dtype=np.bool_)
    edge = to_samples(EDGE_MS)
    clear[:edge] = clear[max(0, length - edge) :] = False
    edges = merge_spans([(max(0, first - ATTACK_MS), last + RELEASE_MS) for first, last in spans], BREATH_MS)
    return clear & ~mark_speech(edges, length)


def master(mixed: Samples, target_lufs: float) -> tuple[Samples, Loudness]:
    """The mix at the target loudness under PEAK_DBTP, and what it measures. Silence stays silence, at -70.0."""
    before = measure(mixed)
    if before.lufs <= SILENT_LUFS:
        return mixed, before
    gain_db = min(MOST_GAIN_DB, target_lufs - before.lufs)
    best, found = mixed, before
    for _ in range(TURNS):
        best = limit_true_peak((mixed * to_gain(gain_db)).astype(np.float32), PEAK_DBTP)
        found = measure(best)
        if abs(target_lufs - found.lufs) <= NEAR_LU or gain_db >= MOST_GAIN_DB:
            break
        gain_db = min(MOST_GAIN_DB, gain_db + target_lufs - found.lufs)
    return best, found


def _tools() -> str:
    return " ".join(f"{name}={version(name)}" for name in ("av", "numpy"))


def _cost(order: Order) -> Estimate:
    """0.15 CPU-s a second of film; measured, see tests/adapters/test_sound_mix.py."""
    length = order.payload.duration_ms if isinstance(order.payload, MixPayload) else 0
    return Estimate(NOTHING, 0.5 + 0.15 * length / 1000)


MAKERS = (MakerCard("mix", 2, MixPayload, "workprint.adapters.sound_mix:mix", True, _tools, _cost),)
