"""The user's own music or voice, decoded as hostile input and fitted to the film's length."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np

from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.sound_orders import SAMPLE_RATE, SoundImportPayload
from workprint.lab.sound import Samples, SoundRefused, fade, fit_length, read_sound, to_samples, write_wav
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

CUT_FADE_MS = {"music": 1200.0, "voice": 30.0}
"""How long a sound fades where it had to be cut: music leaves slowly, a voice only without a click."""

EDGE_FADE_MS = 30.0
"""Every import starts and ends over this, so that no edge clicks."""

CROSSFADE_MS = 1500.0
"""How long a repeat of looped music overlaps the end before it."""

SILENT_PEAK = 1e-3
"""Below -60 dBFS the ends of looped music count as silence and are left out of the loop."""

WAYS_OUT = {
    "sound-is-playlist": "Save the sound itself into assets/ and name that file.",
    "sound-too-long": "Cut the part you need out of it first.",
    "sound-empty": "Export the sound again; the file holds none.",
    "sound-not-a-sound": "Name a WAV, MP3, FLAC, OGG, M4A or AIFF file with a sound track.",
    "sound-unreadable": "Save it as WAV, MP3, FLAC, OGG, M4A or AIFF.",
}


def import_sound(bench: Bench) -> Made:
    """The file of role `file` as a 48 kHz stereo WAV of exactly `duration_ms`.

    Longer than the film: cut with a fade. Shorter: a voice is followed by silence, music is repeated with crossfades.
    Facts: `duration_ms`, `source_ms`. Raises OrderFailed for a file that cannot be read.
    """
    assert isinstance(bench.payload, SoundImportPayload)
    payload = bench.payload
    try:
        source = read_sound(bench.inputs["file"].path)
    except SoundRefused as refused:
        remedy = Remedy(WAYS_OUT[refused.code])
        raise OrderFailed(f"The {payload.kind} file: {refused.message}", where="audio", remedy=remedy) from refused
    bench.report(0.6)
    fitted = fit_sound(source, to_samples(payload.duration_ms), payload.kind)
    path = Path(bench.scratch) / f"{payload.kind}.wav"
    write_wav(path, fitted)
    facts = {"duration_ms": payload.duration_ms, "source_ms": round(len(source) * 1000 / SAMPLE_RATE)}
    return Made((MadeFile(path, "audio/wav", f"{bench.name}.wav"),), facts)


def fit_sound(source: Samples, length: int, kind: str) -> Samples:
    """Exactly `length` samples of a sound, cut, followed by silence or repeated as its kind wants."""
    # An intersample over of a loud file must not be cut flat by a 24-bit WAV.
    peak = float(np.abs(source).max(initial=0.0))
    level = source / np.float32(peak) if peak > 1.0 else source
    if len(level) < length and kind == "music":
        level = _repeat(level, length)
    if len(level) > length:
        return fade(level[:length], EDGE_FADE_MS, min(CUT_FADE_MS[kind], length / SAMPLE_RATE * 250))
    return fit_length(fade(level, EDGE_FADE_MS, EDGE_FADE_MS), length)


def _repeat(source: Samples, length: int) -> Samples:
    """Music repeated until it is longer than `length`; equal-power crossfades, silent ends left out."""
    loud = np.flatnonzero(np.abs(source).max(axis=1) > SILENT_PEAK)
    body = source[loud[0] : loud[-1] + 1] if len(loud) else source
    overlap = min(to_samples(CROSSFADE_MS), len(body) // 3)
    turn = np.linspace(0, np.pi / 2, overlap, dtype=np.float32)[:, None]
    step = max(1, len(body) - overlap)
    count = -(-length // step) + 1
    result = np.zeros((step * (count - 1) + len(body), 2), dtype=np.float32)
    for i in range(count):
        part = body.copy()
        if i > 0:
            part[:overlap] *= np.sin(turn)
        part[len(part) - overlap :] *= np.cos(turn)
        result[i * step : i * step + len(part)] += part
    return np.clip(result[: length + 1], -1.0, 1.0)


def _tools() -> str:
    return " ".join(f"{name}={version(name)}" for name in ("av", "numpy"))


def _cost(order: Order) -> Estimate:
    """Decoding takes 0.02 CPU-s a second of sound."""
    length = order.payload.duration_ms if isinstance(order.payload, SoundImportPayload) else 0
    return Estimate(NOTHING, 0.3 + 0.02 * length / 1000)


MAKERS = (
    MakerCard(
        "sound_import", 1, SoundImportPayload, "workprint.adapters.sound_import:import_sound", True, _tools, _cost
    ),
)
