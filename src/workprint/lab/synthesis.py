"""Raw material of synthesised sound: shaped noise, envelopes, a room. Shared by music and effects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workprint.film.sound_orders import SAMPLE_RATE
from workprint.lab.sound_shaping import apply_response, bell, convolve, high_pass, low_pass, smooth, spread_blocks

Wave = NDArray[np.float32]
"""Samples (n,) or (n, 2) at 48 kHz."""

NOISE_RMS = 0.3

ROOM_BANDS = ((120.0, 900.0, 1.0), (900.0, 3600.0, 0.75), (3600.0, 9000.0, 0.4))
"""Bands of a room in hertz, and how long each rings as a share of the whole: high tones die first."""


def to_hertz(pitch: float) -> float:
    """The frequency of a MIDI pitch, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


def shape_noise(seed: int, length: int, low: float, high: float) -> Wave:
    """Noise (n,) between two frequencies, RMS 0.3."""
    noise = np.random.Generator(np.random.PCG64(seed)).standard_normal(length).astype(np.float32)
    shaped = apply_response(noise, high_pass(low), low_pass(high), bell((low * high) ** 0.5, 2.0, 0.7))
    return shaped * np.float32(NOISE_RMS / max(1e-9, float(np.sqrt(np.mean(np.square(shaped))))))


def level_noise(noise: Wave) -> Wave:
    """The noise with its own swelling taken out, so that an envelope laid over it peaks where it is drawn to."""
    padded = np.pad(np.square(noise), (0, -len(noise) % 48))
    power = smooth(smooth(padded.reshape(-1, 48).mean(axis=1).astype(np.float64), 12, 12)[::-1], 12, 12)[::-1]
    return np.asarray(noise * (NOISE_RMS / np.sqrt(np.maximum(spread_blocks(power, len(noise)), 1e-6))), np.float32)


def draw_decay(length: int, life: float) -> Wave:
    """An exponential (n,) that falls to 1/e within `life` seconds."""
    return np.exp(-np.arange(length) / (life * SAMPLE_RATE)).astype(np.float32)


def soften_edges(wave: Wave, attack: float, release: float) -> Wave:
    """The wave with edges rounded over the given seconds, so that nothing clicks."""
    head, tail = min(len(wave), int(attack * SAMPLE_RATE)), min(len(wave), int(release * SAMPLE_RATE))
    shape = np.ones(len(wave), dtype=np.float32)
    shape[:head] = 0.5 - 0.5 * np.cos(np.pi * np.arange(head) / head)
    shape[len(wave) - tail :] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(tail) / tail)
    return wave * (shape if wave.ndim == 1 else shape[:, None])


def ring_room(wave: Wave, seconds: float, seed: int) -> Wave:
    """What a room with that reverberation time (60 dB) gives back of (n, 2), other noise on each side; same length."""
    length = max(1, round(seconds * SAMPLE_RATE))
    sides = []
    for side in (0, 1):
        tail = np.zeros(length, dtype=np.float32)
        for band, (low, high, share) in enumerate(ROOM_BANDS):
            # Down 60 dB (a factor of exp(-6.9078)) after the band's time.
            tail += shape_noise(seed + 17 * band + 5 * side, length, low, high) * draw_decay(
                length, share * seconds / 6.9078
            )
        sides.append(tail / np.float32(np.sqrt(np.sum(np.square(tail, dtype=np.float64)))))
    return convolve(wave, np.stack(sides, axis=1))[: len(wave)]
