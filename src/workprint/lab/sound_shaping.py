"""Shaping of sound with numpy alone: filters in the frequency domain, convolution, level followers, compression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workprint.film.sound_orders import SAMPLE_RATE

Signal = NDArray[np.float32]
"""Samples along the first axis: (n,) or (n, channels)."""

Spectrum = NDArray[np.complexfloating[Any, Any]]
Frequencies = NDArray[np.floating[Any]]

Response = Callable[[Frequencies], Spectrum]
"""A filter: its complex gain at each frequency in hertz."""

FOLLOW_STEP = 48
"""Level followers work on blocks of one millisecond: finer than any attack used here."""


def pick_fft_length(shortest: int) -> int:
    """The smallest fast transform length of at least `shortest`: a power of two, or three quarters of one."""
    power = 1 << max(4, (shortest - 1).bit_length())
    return power * 3 // 4 if power * 3 // 4 >= shortest else power


def convolve(signal: Signal, kernel: Signal) -> Signal:
    """Full convolution along the first axis, length n + m - 1.

    By FFT, one channel after another: never a matrix product, whose sums may depend on the number of threads.
    """
    length = len(signal) + len(kernel) - 1
    size = pick_fft_length(length)
    pairs = _pair_channels(signal, kernel)
    parts = [np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(h, size), size)[:length] for x, h in pairs]
    return _join_channels(parts, signal.ndim)


def _pair_channels(signal: Signal, kernel: Signal) -> list[tuple[Signal, Signal]]:
    if signal.ndim == 1:
        return [(signal, kernel)]
    kernels = [kernel] * signal.shape[1] if kernel.ndim == 1 else [kernel[:, c] for c in range(signal.shape[1])]
    return [(signal[:, c], kernels[c]) for c in range(signal.shape[1])]


def _join_channels(parts: list[NDArray[np.float64]], dimensions: int) -> Signal:
    joined = parts[0] if dimensions == 1 else np.stack(parts, axis=1)
    return joined.astype(np.float32)


def apply_response(signal: Signal, *responses: Response) -> Signal:
    """The signal through filters given by their responses; same length. Tails beyond 0.17 s are cut."""
    size = pick_fft_length(len(signal) + 8192)
    frequencies = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    gain: Spectrum = np.ones(len(frequencies), dtype=np.complex128)
    for response in responses:
        gain = gain * response(frequencies)
    channels = [signal] if signal.ndim == 1 else [signal[:, c] for c in range(signal.shape[1])]
    parts = [np.fft.irfft(np.fft.rfft(x, size) * gain, size)[: len(signal)] for x in channels]
    return _join_channels(parts, signal.ndim)


def low_pass(corner: float, order: int = 2) -> Response:
    """A Butterworth-like low-pass of even order: cascaded analogue second-order sections, -3 dB at the corner."""

    def respond(hertz: Frequencies) -> Spectrum:
        return _cascade(1j * hertz / corner, order)

    return respond


def high_pass(corner: float, order: int = 2) -> Response:
    """The mirror image of `low_pass`; its gain at 0 Hz is 0."""

    def respond(hertz: Frequencies) -> Spectrum:
        s = 1j * np.maximum(hertz, 1e-6) / corner
        return _cascade(1 / s, order)

    return respond


def _cascade(s: Spectrum, order: int) -> Spectrum:
    """Butterworth poles: damping 2 sin((2k + 1) pi / 2n) of section k."""
    gain: Spectrum = np.ones(len(s), dtype=np.complex128)
    for k in range(order // 2):
        damping = 2 * np.sin((2 * k + 1) * np.pi / (2 * order))
        gain = gain / (1 + damping * s + s * s)
    return gain


def bell(centre: float, decibels: float, quality: float = 1.0) -> Response:
    """A peaking filter: `decibels` at the centre, nothing far from it. The analogue form of the RBJ cookbook."""
    strength = 10.0 ** (decibels / 40.0)

    def respond(hertz: Frequencies) -> Spectrum:
        s = 1j * hertz / centre
        gain: Spectrum = (s * s + s * (strength / quality) + 1) / (s * s + s / (strength * quality) + 1)
        return gain

    return respond


def high_shelf(corner: float, decibels: float) -> Response:
    """A gentle first-order shelf: `decibels` far above the corner, nothing far below."""
    strength = 10.0 ** (decibels / 40.0)

    def respond(hertz: Frequencies) -> Spectrum:
        s = 1j * hertz / corner
        gain: Spectrum = (1 + s * strength) / (1 + s / strength)
        return gain

    return respond


def follow_level(signal: Signal, attack_ms: float, release_ms: float) -> NDArray[np.float64]:
    """The level (linear, block peak smoothed) for every millisecond of a signal; the louder channel counts."""
    loudest = np.abs(signal) if signal.ndim == 1 else np.abs(signal).max(axis=1)
    padded = np.pad(loudest, (0, -len(loudest) % FOLLOW_STEP))
    blocks = padded.reshape(-1, FOLLOW_STEP).max(axis=1).astype(np.float64)
    return smooth(blocks, attack_ms, release_ms)


def smooth(blocks: NDArray[np.float64], attack_ms: float, release_ms: float) -> NDArray[np.float64]:
    """One-pole smoothing of millisecond values: rises with the attack, falls with the release time constant."""
    rise, fall = 1 - float(np.exp(-1 / max(0.1, attack_ms))), 1 - float(np.exp(-1 / max(0.1, release_ms)))
    result = np.empty_like(blocks)
    level = 0.0
    for i, value in enumerate(blocks.tolist()):
        level += (value - level) * (rise if value > level else fall)
        result[i] = level
    return result


def spread_blocks(blocks: NDArray[np.float64], length: int) -> Signal:
    """Millisecond values drawn out to `length` samples along straight lines."""
    places = (np.arange(len(blocks)) + 0.5) * FOLLOW_STEP
    return np.interp(np.arange(length), places, blocks).astype(np.float32)


def compress(signal: Signal, threshold_db: float, ratio: float, attack_ms: float, release_ms: float) -> Signal:
    """Soft compression: above the threshold the level rises `ratio` times slower. No make-up gain."""
    level = follow_level(signal, attack_ms, release_ms)
    over = 20 * np.log10(np.maximum(level, 1e-6)) - threshold_db
    # A knee of 6 dB, as a smooth maximum: sqrt form, half the knee squared under the root.
    excess = 0.5 * (over + np.sqrt(over * over + 9.0))
    gain = spread_blocks(10 ** (-excess * (1 - 1 / ratio) / 20), len(signal))
    return signal * (gain if signal.ndim == 1 else gain[:, None])
