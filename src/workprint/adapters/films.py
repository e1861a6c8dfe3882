"""Joins segments into a film without encoding a picture again, with one continuous sound track at its loudness."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workprint.film.cut_orders import FilmPayload
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import Money
from workprint.film.order import Order
from workprint.film.sound_orders import LOUDNESS_TARGET_LUFS, TRUE_PEAK_LIMIT_DBTP
from workprint.film.time import Rate
from workprint.lab.decode import probe
from workprint.lab.encode import describe_presets
from workprint.lab.loudness import SILENT_LUFS, Loudness, limit_true_peak
from workprint.lab.mux import count_samples, hear_film, join_film, write_aac
from workprint.lab.sound import Samples, fit_length, read_sound, to_gain
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

SOUND_BITS = 256_000
"""Bits a second of the AAC track: transparent for stereo at 48 kHz."""

AIM_LU = 0.4
"""Sound farther than this from the target is corrected: a little inside the tolerance of a delivered film."""

PASSES = 5
"""Encodes at most: the first as mixed, then corrected by what was measured on the encoded sound."""

PEAK_MARGIN_DB = 0.3
"""How far below what was measured the next ceiling goes: AAC raises peaks differently at every level."""

CEILING_DBTP = -1.5
"""Where corrected sound is limited before AAC, which raises peaks by up to half a decibel."""


@dataclass(frozen=True)
class _Correction:
    """What is done to the mix before it is encoded: gain in dB, and a true peak ceiling once one is needed."""

    gain_db: float = 0.0
    ceiling_dbtp: float | None = None

    def apply(self, samples: Samples) -> Samples:
        """The corrected samples."""
        louder = samples if self.gain_db == 0 else (samples * np.float32(to_gain(self.gain_db))).astype(np.float32)
        return louder if self.ceiling_dbtp is None else limit_true_peak(louder, self.ceiling_dbtp)

    def improve(self, heard: Loudness) -> _Correction:
        """The next correction, from what the encoded sound measured."""
        over = max(0.0, heard.true_peak_dbtp - TRUE_PEAK_LIMIT_DBTP)
        ceiling = CEILING_DBTP if self.ceiling_dbtp is None else self.ceiling_dbtp
        if over:
            ceiling -= over + PEAK_MARGIN_DB
        # Loudness that is near enough is left alone: every change of gain moves the peaks again.
        off = LOUDNESS_TARGET_LUFS - heard.lufs
        return _Correction(round(self.gain_db + (off if abs(off) > AIM_LU / 2 else 0.0), 3), round(ceiling, 3))


def _estimate(order: Order) -> Estimate:
    payload = order.payload
    assert isinstance(payload, FilmPayload)
    seconds = payload.frames * payload.rate[1] / payload.rate[0]
    return Estimate(Money(0), 0.5 + seconds * 0.12)


def make_film(bench: Bench) -> Made:
    """Join, encode the sound, measure what was encoded. Facts as FilmPayload says; loudness is the film's own."""
    payload = bench.payload
    assert isinstance(payload, FilmPayload)
    segments = [bench.inputs[f"segment.{number:04d}"].path for number in range(payload.segments)]
    mix = fit_length(read_sound(bench.inputs["mix"].path), count_samples(payload.frames, payload.rate))
    sound = Path(bench.scratch) / "sound.m4a"
    target = Path(bench.scratch) / "film.mp4"
    _encode_sound(mix, sound, payload, bench)
    frames = join_film(target, segments, sound, payload.rate)
    sound.unlink()
    if frames != payload.frames:
        message = f"The segments hold {frames} frames, the film should have {payload.frames}."
        raise OrderFailed(message, where=bench.name, remedy=Remedy("Make the segments again."))
    return Made((MadeFile(target, "video/mp4", "film.mp4"),), _describe(target, payload))


def _encode_sound(mix: Samples, sound: Path, payload: FilmPayload, bench: Bench) -> None:
    """Encode until the encoded sound is within its limits, at most PASSES times; silence stays silent."""
    correction = _Correction()
    best: tuple[float, _Correction] | None = None
    for number in range(PASSES):
        write_aac(sound, correction.apply(mix), SOUND_BITS)
        heard = hear_film(sound, payload.frames, payload.rate)
        bench.report((number + 1) / (PASSES + 1))
        miss = _miss(heard)
        if miss == 0:
            return
        if best is None or miss < best[0]:
            best = (miss, correction)
        correction = correction.improve(heard)
    assert best is not None
    write_aac(sound, best[1].apply(mix), SOUND_BITS)


def _miss(heard: Loudness) -> float:
    """By how much loudness and true peak are outside their limits, in dB; 0 for silence."""
    if heard.lufs <= SILENT_LUFS:
        return 0.0
    off = max(0.0, abs(heard.lufs - LOUDNESS_TARGET_LUFS) - AIM_LU)
    return off + max(0.0, heard.true_peak_dbtp - TRUE_PEAK_LIMIT_DBTP)


def _describe(film: Path, payload: FilmPayload) -> dict[str, int | float]:
    facts = probe(film)
    heard = hear_film(film, payload.frames, payload.rate)
    return {
        "frames": payload.frames,
        "width": facts.width,
        "height": facts.height,
        "lufs": round(heard.lufs, 2),
        "true_peak_dbtp": round(heard.true_peak_dbtp, 2),
        "size_bytes": film.stat().st_size,
        "duration_ms": round(1000 * Rate(*payload.rate).seconds(payload.frames)),
    }


MAKERS = tuple(
    MakerCard(
        step=step,
        version=1,
        payload=FilmPayload,
        entry="workprint.adapters.films:make_film",
        is_durable=True,
        tools=lambda: f"{describe_presets()} aac {SOUND_BITS}",
        cost=_estimate,
    )
    for step in ("draft", "master")
)
