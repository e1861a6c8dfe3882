"""The instruments of a bed, synthesised from nothing: pads, felt piano, pluck, sub bass, brushes."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from workprint.film.sound_orders import SAMPLE_RATE
from workprint.lab.synthesis import Wave, draw_decay, shape_noise, soften_edges, to_hertz

TABLE_BITS = 15
"""Wave tables of 32768 points: reading without interpolation then stays 70 dB above its own noise."""

PAD_CENTS = ((-7.0, 4.5), (-4.0, 7.5))
"""Detuning of the two oscillators on each side, in cents: wide, but not out of tune."""

VELOCITY_STEPS = 5
"""A struck string is computed once for each of so many strengths."""


@cache
def _read_table(harmonics: int, slope: float) -> Wave:
    """One period of a saw with harmonics falling as 1 / k**slope, peak about 1."""
    turn = 2 * np.pi * np.arange(1 << TABLE_BITS) / (1 << TABLE_BITS)
    wave = np.zeros(1 << TABLE_BITS)
    for k in range(1, harmonics + 1):
        # A different phase for each harmonic keeps the wave round instead of spiky.
        wave += np.sin(k * turn + 1.7 * k * k) / k**slope
    return np.asarray(wave / np.abs(wave).max(), dtype=np.float32)


def _oscillate(hertz: float, length: int, phase: float) -> NDArray[np.uint32]:
    """Table places of an oscillator, from a 32-bit phase that wraps by itself."""
    step = np.uint32(round(hertz / SAMPLE_RATE * 2**32))
    start = np.uint32(int(phase * 2**32) & 0xFFFFFFFF)
    turned = np.arange(length, dtype=np.uint32) * step + start
    return np.asarray(turned >> np.uint32(32 - TABLE_BITS))


def play_pad(voices: tuple[int, ...], seconds: float, openness: Wave, rng: np.random.Generator) -> Wave:
    """A chord of detuned saws, (n, 2), without envelope. `openness` (n,) from 0 dark to 1 bright is the filter."""
    length = round(seconds * SAMPLE_RATE)
    dark, bright = _read_table(10, 2.1), _read_table(28, 1.25)
    sides = []
    for cents in PAD_CENTS:
        low, high = np.zeros(length, dtype=np.float32), np.zeros(length, dtype=np.float32)
        for pitch in voices:
            for offset in cents:
                places = _oscillate(to_hertz(pitch + offset / 100), length, float(rng.random()))
                low += dark[places]
                high += bright[places]
        sides.append(low + (high - low) * openness[:length])
    return np.asarray(np.stack(sides, axis=1) / np.float32(2 * len(voices)), dtype=np.float32)


@cache
def strike_piano(pitch: int, strength: int) -> Wave:
    """A felt-damped string (n,), three seconds; strength 1 to VELOCITY_STEPS makes it louder and brighter.

    Partials are stretched as stiff strings do, f_k = k f sqrt(1 + B k^2), and die the faster the higher they are.
    """
    hertz, velocity = to_hertz(pitch), strength / VELOCITY_STEPS
    seconds = np.arange(3 * SAMPLE_RATE, dtype=np.float32) / np.float32(SAMPLE_RATE)
    tone = np.zeros(len(seconds), dtype=np.float32)
    for k in range(1, 10):
        partial = k * hertz * (1 + 0.00035 * k * k) ** 0.5
        if partial > 9000:
            break
        size = k**-1.25 * np.exp(-0.42 * (k - 1) * (1.25 - velocity))
        life = 1.7 * (262 / hertz) ** 0.45 / (1 + 0.45 * (k - 1))
        # Two strings a breath apart: the beating is what makes a piano sound alive.
        for cents, share in ((-0.9, 0.55), (1.1, 0.45)):
            turn = np.float32(2 * np.pi * partial * 2 ** (cents / 1200)) * seconds + np.float32(0.6 * k)
            tone += np.float32(size * share) * np.sin(turn) * np.exp(seconds * np.float32(-1 / life))
    tone[: len(_felt())] += _felt() * np.float32(0.05 + 0.08 * velocity)
    return soften_edges(tone * np.float32(0.18 + 0.82 * velocity), 0.004, 0.4)


@cache
def _felt() -> Wave:
    """The thud of a felt hammer: 60 ms of dull noise."""
    noise = shape_noise(11, int(0.06 * SAMPLE_RATE), 90.0, 700.0)
    return noise * draw_decay(len(noise), 0.012)


@cache
def strike_pluck(pitch: int, strength: int) -> Wave:
    """A soft kalimba-like pluck (n,), one second."""
    hertz, velocity = to_hertz(pitch), strength / VELOCITY_STEPS
    seconds = np.arange(SAMPLE_RATE, dtype=np.float32) / np.float32(SAMPLE_RATE)
    tone = np.zeros(len(seconds), dtype=np.float32)
    for ratio, size, life in ((1.0, 1.0, 0.34), (2.0, 0.34, 0.2), (3.01, 0.16, 0.11), (5.4, 0.10 * velocity, 0.05)):
        if ratio * hertz < 12000:
            turn = np.float32(2 * np.pi * ratio * hertz) * seconds
            tone += np.float32(size) * np.sin(turn) * np.exp(seconds * np.float32(-1 / life))
    return soften_edges(tone * np.float32(0.3 + 0.7 * velocity), 0.003, 0.25)


def play_sub(pitch: int, seconds: float) -> Wave:
    """A round bass note (n,): a sine with enough overtones to be heard on a telephone."""
    length = round((seconds + 0.09) * SAMPLE_RATE)
    turn = 2 * np.pi * to_hertz(pitch) * np.arange(length) / SAMPLE_RATE
    tone = np.tanh(1.5 * (np.sin(turn) + 0.22 * np.sin(2 * turn))) + 0.10 * np.sin(3 * turn)
    return soften_edges((tone * np.exp(-np.arange(length) / (1.6 * SAMPLE_RATE))).astype(np.float32), 0.012, 0.09)


@cache
def hit_kick() -> Wave:
    """A soft bass drum (n,): a sine falling from 125 to 47 Hz, with a dull beater."""
    seconds = np.arange(int(0.42 * SAMPLE_RATE)) / SAMPLE_RATE
    turn = 2 * np.pi * (47 * seconds + 78 * 0.028 * (1 - np.exp(-seconds / 0.028)))
    body = np.sin(turn) * np.exp(-seconds / 0.13)
    body[: int(0.02 * SAMPLE_RATE)] += shape_noise(23, int(0.02 * SAMPLE_RATE), 400.0, 2600.0) * 0.12
    return soften_edges(body.astype(np.float32), 0.002, 0.05)


@cache
def sweep_brush() -> Wave:
    """A brush on a snare (n,): a swish into a soft slap."""
    length = int(0.26 * SAMPLE_RATE)
    noise = shape_noise(37, length, 900.0, 6800.0)
    shape = 0.3 * np.exp(-((np.arange(length) / SAMPLE_RATE - 0.05) ** 2) / 0.0018) + draw_decay(length, 0.055)
    drum = np.sin(2 * np.pi * 186 * np.arange(length) / SAMPLE_RATE) * draw_decay(length, 0.05) * 0.35
    return soften_edges((noise * shape + drum).astype(np.float32), 0.004, 0.05)


@cache
def shake_shaker() -> Wave:
    """One stroke of a shaker (n,)."""
    length = int(0.11 * SAMPLE_RATE)
    return soften_edges(shape_noise(41, length, 5200.0, 13000.0) * draw_decay(length, 0.026), 0.009, 0.03)
