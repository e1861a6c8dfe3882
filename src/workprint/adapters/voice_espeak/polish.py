"""What makes the scratch voice pleasant: cleaning, tone, soft compression, a small room, an even level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workprint.lab.sound import Samples, fade, to_gain
from workprint.lab.sound_levels import level_speech
from workprint.lab.sound_shaping import (
    apply_response,
    bell,
    compress,
    convolve,
    follow_level,
    high_pass,
    high_shelf,
    low_pass,
    spread_blocks,
)

REFLECTIONS = (
    ((7.3, -19.0), (13.1, -22.0), (21.7, -25.0), (31.9, -29.0)),
    ((8.9, -19.5), (15.7, -22.5), (24.1, -25.5), (35.3, -29.5)),
)
"""Delays in ms (no common divisors) and levels in dB of a small furnished room, left and right."""

HISS_BAND = (5200.0, 10500.0)
"""Where the s of eSpeak NG (22.05 kHz) is sharp, in hertz."""


def polish_voice(samples: NDArray[np.float32]) -> Samples:
    """One spoken channel (n,) made pleasant: (n, 2) of the same length at -18 LUFS, true peak under -2 dBTP."""
    toned = apply_response(
        samples,
        high_pass(85.0, 4),
        bell(190.0, 2.5, 0.9),
        bell(900.0, -2.0, 1.2),
        bell(2900.0, -1.5, 1.4),
        high_shelf(7000.0, -3.0),
        low_pass(9800.0, 4),
    )
    level = float(np.abs(toned).max())
    even = compress(_soften_hiss(toned / level if level else toned), -20.0, 3.0, 6.0, 110.0)
    placed = _add_room(even)
    return level_speech(fade(placed, 6.0, 40.0))


def _soften_hiss(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Less of the hiss band, only while it is louder than the body of the voice."""
    hiss = apply_response(samples, high_pass(HISS_BAND[0], 2), low_pass(HISS_BAND[1], 2))
    body = follow_level(samples - hiss, 4.0, 60.0)
    share = follow_level(hiss, 1.5, 30.0) / np.maximum(body, 0.02)
    cut = np.clip((share - 0.35) * 0.9, 0.0, 0.6)
    return samples - hiss * spread_blocks(cut, len(samples))


def _add_room(samples: NDArray[np.float32]) -> Samples:
    """Early reflections, darker than the voice, different on each side; the voice itself stays in the middle."""
    dark = apply_response(samples, low_pass(4200.0), high_pass(220.0))
    sides = []
    for reflections in REFLECTIONS:
        kernel = np.zeros(int(reflections[-1][0] * 48) + 1, dtype=np.float32)
        for delay_ms, decibels in reflections:
            kernel[int(delay_ms * 48)] = to_gain(decibels)
        sides.append(samples + convolve(dark, kernel)[: len(samples)])
    return np.stack(sides, axis=1)
