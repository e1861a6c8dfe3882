"""Loudness after ITU-R BS.1770 and EBU R 128, true peaks, and a limiter that keeps them under a ceiling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from workprint.film.sound_orders import SAMPLE_RATE
from workprint.lab.sound import SILENCE_DB, Samples, to_decibels, to_gain
from workprint.lab.sound_shaping import Signal, convolve

SILENT_LUFS = -70.0
"""What the absolute gate of BS.1770 leaves of silence."""

METER_STEP = SAMPLE_RATE // 10
"""ebur128 reports every 100 ms, and says nothing about a shorter rest."""

OVERSAMPLING = 4
"""BS.1770-4 annex 2 asks for at least four times at 48 kHz."""

TAPS = 32
"""Taps of each interpolating phase: flat within 0.1 dB up to 20 kHz."""

LOOK_AHEAD = 96
"""Samples (2 ms) a peak is seen before it comes, so the gain can sink smoothly instead of clicking."""

RELEASE_SAMPLES = 48 * 60
"""The limiter lets go with a time constant of 60 ms: short enough not to duck what follows."""


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness (-70.0 for silence) and the highest true peak (-120.0 for silence)."""

    lufs: float
    true_peak_dbtp: float


def measure(samples: Samples) -> Loudness:
    """Integrated loudness and true peak of (n, 2) samples at 48 kHz, by libavfilter's ebur128.

    A sound shorter than one gating block of 0.4 s reads as silence, as the standard has it.
    """
    if len(samples) == 0:
        return Loudness(SILENT_LUFS, SILENCE_DB)
    readings = _run_meter(np.pad(samples, ((0, -len(samples) % METER_STEP), (0, 0))))
    lufs = float(readings["lavfi.r128.I"])
    peak = float(readings["lavfi.r128.true_peak"])
    return Loudness(max(SILENT_LUFS, lufs) if math.isfinite(lufs) else SILENT_LUFS, to_decibels(peak))


def _run_meter(samples: Samples) -> dict[str, str]:
    graph = av.filter.Graph()
    form = f"sample_rate={SAMPLE_RATE}:sample_fmt=flt:channel_layout=stereo:time_base=1/{SAMPLE_RATE}"
    source, meter, sink = (
        graph.add("abuffer", form),
        graph.add("ebur128", "metadata=1:peak=true"),
        graph.add("abuffersink"),
    )
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    data = np.ascontiguousarray(samples, dtype=np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(data, format="flt", layout="stereo")
    frame.sample_rate, frame.pts = SAMPLE_RATE, 0
    source.push(frame)
    source.push(None)
    return _drain(sink)


def _drain(sink: Any) -> dict[str, str]:
    readings: dict[str, str] = {}
    while True:
        try:
            readings = dict(sink.pull().metadata) or readings
        except (av.error.BlockingIOError, av.error.EOFError):
            return readings


@cache
def _interpolators() -> tuple[Signal, ...]:
    """Kernels for the points a quarter, a half and three quarters between samples: sinc under a Kaiser window."""
    kernels = []
    for phase in range(1, OVERSAMPLING):
        places = np.arange(TAPS) - (TAPS // 2 - 1) - phase / OVERSAMPLING
        window = np.i0(8.0 * np.sqrt(np.maximum(0.0, 1 - (places / (TAPS / 2)) ** 2))) / np.i0(8.0)
        kernel = np.sinc(places) * window
        kernels.append((kernel / kernel.sum()).astype(np.float32))
    return tuple(kernels)


def find_true_peaks(samples: Samples) -> NDArray[np.float32]:
    """For every sample the highest absolute value up to the next one, four times oversampled, over both channels."""
    peaks = np.abs(samples).max(axis=1)
    middle = TAPS // 2 - 1
    for kernel in _interpolators():
        between = convolve(samples, kernel[::-1])
        peaks = np.maximum(peaks, np.abs(between[TAPS - 1 - middle :][: len(samples)]).max(axis=1))
    return np.asarray(peaks, dtype=np.float32)


def limit_true_peak(samples: Samples, ceiling_dbtp: float) -> Samples:
    """The samples with true peaks at or below the ceiling: a look-ahead limiter, same bytes every time.

    The gain needed at each peak is held for the look-ahead on both sides, released slowly, and averaged over the
    look-ahead, so it sinks before the peak and never jumps. What needs no limiting comes back unchanged.
    """
    if len(samples) == 0:
        return samples
    ceiling = to_gain(ceiling_dbtp)
    peaks = find_true_peaks(samples)
    if float(peaks.max()) <= ceiling:
        return samples
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float64)
    held = _hold_minimum(needed, 2 * LOOK_AHEAD)
    gain = _average(_release(held), LOOK_AHEAD)
    return np.asarray(samples * gain[:, None], dtype=np.float32)


def _hold_minimum(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """The lowest value within `reach` samples on either side, by doubling windows."""
    padded = np.pad(values, reach, constant_values=1.0)
    width = 2 * reach + 1
    window, result = 1, padded
    while window * 2 <= width:
        result = np.minimum(result[:-window], result[window:])
        window *= 2
    rest = width - window
    result = np.minimum(result[: len(result) - rest], result[rest:])
    return np.asarray(result)


def _release(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gain that falls at once and rises along an exponential, worked in blocks of 16 samples."""
    step = 16
    blocks = np.pad(gain, (0, -len(gain) % step), constant_values=1.0).reshape(-1, step).min(axis=1)
    rise = 1 - math.exp(-step / RELEASE_SAMPLES)
    level = 1.0
    followed = np.empty_like(blocks)
    for i, value in enumerate(blocks.tolist()):
        level = min(value, level + (1.0 - level) * rise)
        followed[i] = level
    return np.asarray(np.minimum(np.repeat(followed, step)[: len(gain)], gain))


def _average(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """The mean over `reach` samples on either side."""
    sums = np.concatenate(([0.0], np.cumsum(np.pad(values, reach, mode="edge"))))
    width = 2 * reach + 1
    return np.asarray((sums[width:] - sums[:-width]) / width)
