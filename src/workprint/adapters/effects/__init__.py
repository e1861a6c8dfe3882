"""Sound effects: risers, whooshes, blows and glints, synthesised from nothing (Q3). No samples."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np

from workprint.adapters.effects.kinds import KINDS, Sketch
from workprint.adapters.effects.tones import pick_tone
from workprint.film.canonical import Json
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.sound_orders import EFFECT_KINDS, SAMPLE_RATE, EffectPayload
from workprint.lab.sound import Samples, fade, measure_loudest, to_decibels, to_samples, write_wav
from workprint.lab.sound_levels import level_effect
from workprint.lab.sound_shaping import apply_response, high_pass
from workprint.lab.synthesis import ring_room
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

LONGEST_MS = 20_000
"""Longer than this is no effect."""

LOWEST_HZ = 28.0
"""Below this there is only movement of the membrane, and no sound."""

HEAD_FADE_MS, TAIL_FADE_MS = 1.0, 60.0


def make_effect(bench: Bench) -> Made:
    """Synthesise an effect: a 48 kHz stereo WAV of exactly `duration_ms` at EFFECT_LEVEL_DB, its event at `sync_ms`.

    Facts: `level_db` (loudest 100 ms), `peak_db`, `centroid_hz`, `sync_ms`, `duration_ms`. Raises OrderFailed for an
    unknown kind, or an event outside the effect.
    """
    assert isinstance(bench.payload, EffectPayload)
    payload = bench.payload
    _check(payload)
    tone = pick_tone(payload.mood, payload.energy)
    sketch = Sketch(to_samples(payload.duration_ms), to_samples(payload.sync_ms), payload.pitch, tone, bench.seed)
    dry = KINDS[payload.kind](sketch)
    bench.report(0.5)
    samples = dry + ring_room(dry, tone.room_s, bench.seed + 900) * np.float32(tone.wet)
    samples = apply_response(samples, high_pass(LOWEST_HZ, 4))
    samples = level_effect(fade(samples, HEAD_FADE_MS, min(TAIL_FADE_MS, payload.duration_ms / 4)))
    path = Path(bench.scratch) / "effect.wav"
    write_wav(path, samples)
    return Made((MadeFile(path, "audio/wav", f"{bench.name}.wav"),), _tell_facts(payload, samples))


def _check(payload: EffectPayload) -> None:
    if payload.kind not in EFFECT_KINDS:
        raise OrderFailed(
            f"There is no effect `{payload.kind}`.",
            where="effect",
            remedy=Remedy(f"Ask for one of {', '.join(EFFECT_KINDS)}."),
        )
    if not (0 < payload.duration_ms <= LONGEST_MS and 0 <= payload.sync_ms < payload.duration_ms):
        raise OrderFailed(
            f"A {payload.kind} of {payload.duration_ms} ms cannot have its event at {payload.sync_ms} ms.",
            where="effect",
            remedy=Remedy(f"Put the event inside an effect of at most {LONGEST_MS // 1000} s."),
        )


def _tell_facts(payload: EffectPayload, samples: Samples) -> dict[str, Json]:
    return {
        "level_db": round(measure_loudest(samples), 1),
        "peak_db": round(to_decibels(float(np.abs(samples).max())), 1),
        "centroid_hz": round(_find_centroid(samples)),
        "sync_ms": payload.sync_ms,
        "duration_ms": payload.duration_ms,
    }


def _find_centroid(samples: Samples) -> float:
    """The centre of gravity of the amplitude spectrum in hertz: how bright a sound is."""
    spectrum = np.abs(np.fft.rfft(samples.mean(axis=1)))
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    return float(np.sum(spectrum * frequencies) / max(1e-9, float(np.sum(spectrum))))


def _tools() -> str:
    return " ".join(f"{name}={version(name)}" for name in ("numpy", "av"))


def _cost(order: Order) -> Estimate:
    """0.2 CPU-s a second of effect; measured, see tests/adapters/test_effects.py."""
    length = order.payload.duration_ms if isinstance(order.payload, EffectPayload) else 0
    return Estimate(NOTHING, 0.1 + 0.2 * length / 1000)


MAKERS = (MakerCard("effect", 1, EffectPayload, "workprint.adapters.effects:make_effect", False, _tools, _cost),)
