"""The music bed: composed and synthesised to the film's length, tempo, mood and sections (Q2)."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np

from workprint.adapters.music_bed.grid import plan_sections
from workprint.adapters.music_bed.score import compose
from workprint.adapters.music_bed.studio import record
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.sound_orders import MusicPayload
from workprint.lab.sound import fit_length, to_samples, write_wav
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

SLOWEST_BPM, FASTEST_BPM = 40, 220
"""Tempos a person can still tap to."""

LONGEST_MS = 5 * 60 * 1000
"""Five minutes: the whole bed is held in memory while it is made."""


def play(bench: Bench) -> Made:
    """Compose and play a bed: a 48 kHz stereo WAV of exactly `duration_ms`, ending on a chord that rings out.

    Facts: `bpm`, `beats_ms`, `duration_ms`, `sections` [[role, start_ms]]. Raises OrderFailed for a tempo or a
    length no music can have.
    """
    assert isinstance(bench.payload, MusicPayload)
    payload = bench.payload
    _check(payload)
    rng = np.random.Generator(np.random.PCG64(bench.seed & 0xFFFFFFFFFFFFFFFF))
    score = compose(payload, rng)
    bench.report(0.1)
    samples = fit_length(record(score, bench.seed & 0xFFFFFFFF, rng), to_samples(payload.duration_ms))
    bench.report(0.9)
    path = Path(bench.scratch) / "music.wav"
    write_wav(path, samples)
    return Made((MadeFile(path, "audio/wav", f"{bench.name}.wav"),), _tell_facts(payload))


def _check(payload: MusicPayload) -> None:
    if not SLOWEST_BPM <= payload.bpm <= FASTEST_BPM:
        raise OrderFailed(
            f"A bed cannot have {payload.bpm} beats a minute.",
            where="audio.bpm",
            remedy=Remedy(f"Give a tempo from {SLOWEST_BPM} to {FASTEST_BPM}."),
        )
    if not 500 <= payload.duration_ms <= LONGEST_MS:
        raise OrderFailed(
            f"A bed cannot be {payload.duration_ms / 1000:g} s long.",
            where="duration",
            remedy=Remedy("Make the film between half a second and five minutes long."),
        )


def _tell_facts(payload: MusicPayload) -> dict[str, object]:
    grid, sections = plan_sections(payload)
    return {
        "bpm": payload.bpm,
        "beats_ms": [round(time * 1000) for time in grid.list_until(payload.duration_ms / 1000)],
        "duration_ms": payload.duration_ms,
        "sections": [[role, round(grid.at(start) * 1000)] for role, start in sections],
    }


def _tools() -> str:
    return " ".join(f"{name}={version(name)}" for name in ("numpy", "av"))


def _cost(order: Order) -> Estimate:
    """0.2 CPU-s a second of music; measured, see tests/adapters/test_music_bed.py."""
    length = order.payload.duration_ms if isinstance(order.payload, MusicPayload) else 0
    return Estimate(NOTHING, 0.5 + 0.2 * length / 1000)


MAKERS = (MakerCard("music", 2, MusicPayload, "workprint.adapters.music_bed:play", True, _tools, _cost),)
