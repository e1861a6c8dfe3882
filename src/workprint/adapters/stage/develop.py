"""Develops linear light into a picture: product-true tone mapping, sRGB code values, dither against banding."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

SHOULDER, DESATURATION, TOE = 0.8 - 0.04, 0.15, 0.08
"""Khronos PBR Neutral tone mapper, specification 1.0: colours below the shoulder stay what they are."""

TILE = 512
"""Side of the dither tile; it is shifted by a different way on every frame."""
LEVELS = 0.9
"""Dither in code values either side (triangular): less leaves bands in dark gradients, more is grain."""


def map_tones(light: Floats) -> Floats:
    """Linear light (h, w, 3) of any brightness to display light 0..1."""
    least = light.min(axis=-1, keepdims=True)
    offset = np.where(least < TOE, least - least * least / (4 * (TOE / 2)), TOE / 2)
    colour = light - offset
    peak = colour.max(axis=-1, keepdims=True)
    room = 1 - SHOULDER
    held = 1 - room * room / np.maximum(peak + room - SHOULDER, 1e-6)
    bright = colour * (held / np.maximum(peak, 1e-6))
    fade = 1 - 1 / (DESATURATION * (peak - held) + 1)
    bright = bright * (1 - fade) + held * fade
    return np.asarray(np.clip(np.where(peak < SHOULDER, colour, bright), 0, 1), np.float32)


def encode_srgb(light: Floats) -> Floats:
    """Display light to code values 0..255 (IEC 61966-2-1)."""
    code = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(np.maximum(light, 1e-8), 1 / 2.4) - 0.055)
    return np.asarray(code * 255, np.float32)


class Darkroom:
    """Develops the frames of one shot. The same frame and seed always give the same bytes."""

    def __init__(self, seed: int) -> None:
        random = np.random.Generator(np.random.PCG64(seed))
        self._tile = np.asarray(random.triangular(-LEVELS, 0, LEVELS, (TILE, TILE, 1)), np.float32)
        self._shifts = np.random.Generator(np.random.PCG64([seed, 1])).integers(0, TILE, (4096, 2))

    def develop(self, light: Floats, frame: int) -> Pixels:
        """An (h, w, 3) RGB picture of linear light."""
        code = encode_srgb(map_tones(light))
        down, across = (int(shift) for shift in self._shifts[frame % len(self._shifts)])
        rows = (np.arange(light.shape[0]) + down) % TILE
        columns = (np.arange(light.shape[1]) + across) % TILE
        code += self._tile[rows[:, None], columns]
        return np.asarray(np.clip(np.rint(code), 0, 255), np.uint8)
