"""Develops linear light into a picture: a lens's veil and fall-off, product-true tones, sRGB, dither against bands."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

SHOULDER, DESATURATION, TOE = 0.8 - 0.04, 0.15, 0.04
"""Khronos PBR Neutral tone mapper, specification 1.0: colours below the shoulder stay what they are. Its toe is half
the specification's 0.08: that one is made for a white studio, and drives the hues of a dark set apart."""

BLOOM = ((0.012, 0.030), (0.05, 0.020))
"""Light that strays in a lens: blur in short sides, and the share of all light that goes there."""
BLOOM_STEP = 8
"""Pixels to a side of a cell the stray light is worked out in: it has no detail."""
BRIGHTEST = 6.0
"""Linear light above this strays no further: a pinprick of sun in metal must not veil the picture."""
VIGNETTE = 0.22
"""Light a corner loses (a fast lens, a stop down)."""

TILE = 512
"""Side of the dither tile; it is shifted by a different way on every frame."""
LEVELS = 0.9
"""Dither in code values either side (triangular): less leaves bands in dark gradients, more is grain."""


def map_tones(light: Floats) -> Floats:
    """Linear light (h, w, 3) of any brightness to display light 0..1."""
    least = _fold(np.minimum, light)
    offset = np.where(least < TOE, least - least * least / (4 * (TOE / 2)), TOE / 2)
    colour = light - offset
    peak = _fold(np.maximum, colour)
    room = 1 - SHOULDER
    held = 1 - room * room / np.maximum(peak + room - SHOULDER, 1e-6)
    bright = colour * (held / np.maximum(peak, 1e-6))
    fade = 1 - 1 / (DESATURATION * (peak - held) + 1)
    bright = bright * (1 - fade) + held * fade
    return np.asarray(np.clip(np.where(peak < SHOULDER, colour, bright), 0, 1), np.float32)


def _fold(choose: np.ufunc, light: Floats) -> Floats:
    """The least or the greatest of the three colours, (h, w, 1): NumPy's own are slow over so short an axis."""
    return np.asarray(choose(choose(light[..., :1], light[..., 1:2]), light[..., 2:3]), np.float32)


def encode_srgb(light: Floats) -> Floats:
    """Display light to code values 0..255 (IEC 61966-2-1)."""
    code = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(np.maximum(light, 1e-8), 1 / 2.4) - 0.055)
    return np.asarray(code * 255, np.float32)


def stray(light: Floats) -> Floats:
    """The light (h, w, 3) as a lens passes it on: a small share of it lies as a veil round what is bright."""
    height, width = light.shape[:2]
    small = _average(np.minimum(light, np.float32(BRIGHTEST)))
    veil = np.zeros_like(small)
    for blur, share in BLOOM:
        sigma = blur * min(height, width) / BLOOM_STEP
        veil += np.float32(share) * _blur(_blur(small, sigma, 0), sigma, 1)
    kept = np.float32(1 - sum(share for _, share in BLOOM))
    return np.asarray(light * kept + _enlarge(_enlarge(veil, height, 0), width, 1), np.float32)


def _average(light: Floats) -> Floats:
    """Means over cells of BLOOM_STEP to a side; the last row and column are repeated to fill theirs."""
    down, across = (-size % BLOOM_STEP for size in light.shape[:2])
    full = np.pad(light, ((0, down), (0, across), (0, 0)), mode="edge") if down or across else light
    rows, columns = full.shape[0] // BLOOM_STEP, full.shape[1] // BLOOM_STEP
    cells = full.reshape(rows, BLOOM_STEP, columns, BLOOM_STEP, 3)
    return np.asarray(cells.mean(axis=1).mean(axis=2), np.float32)


def _blur(cells: Floats, sigma: float, axis: int) -> Floats:
    """A Gaussian along one axis."""
    reach = max(1, math.ceil(3 * sigma))
    places = np.arange(-reach, reach + 1, dtype=np.float32)
    weights = np.exp(-0.5 * (places / np.float32(max(sigma, 0.1))) ** 2)
    weights /= weights.sum()
    wide = np.pad(cells, [(reach, reach) if one == axis else (0, 0) for one in range(3)], mode="edge")
    size = cells.shape[axis]
    total = np.zeros_like(cells)
    for step, weight in enumerate(weights):
        total += weight * (wide[step : step + size] if axis == 0 else wide[:, step : step + size])
    return total


def _enlarge(cells: Floats, size: int, axis: int) -> Floats:
    """Cells back to pixels along one axis, in straight lines from middle to middle."""
    place = np.clip((np.arange(size, dtype=np.float32) + 0.5) / BLOOM_STEP - 0.5, 0, cells.shape[axis] - 1)
    low = place.astype(np.intp)
    high = np.minimum(low + 1, cells.shape[axis] - 1)
    share = (place - low).astype(np.float32).reshape([-1 if one == axis else 1 for one in range(3)])
    return np.asarray(cells.take(low, axis) * (1 - share) + cells.take(high, axis) * share, np.float32)


def fall_off(height: int, width: int) -> Floats:
    """What the lens leaves of the light at each pixel, (h, w, 1): 1 in the middle, 1 - VIGNETTE in the corners."""
    down = (np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1
    across = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    square = (down[:, None] ** 2 + across[None, :] ** 2) / 2
    return np.asarray(1 - VIGNETTE * square * np.sqrt(square), np.float32)[..., None]


class Darkroom:
    """Develops the frames of one shot. The same frame and seed always give the same bytes."""

    def __init__(self, seed: int) -> None:
        random = np.random.Generator(np.random.PCG64(seed))
        self._tile = np.asarray(random.triangular(-LEVELS, 0, LEVELS, (TILE, TILE, 1)), np.float32)
        self._falls: dict[tuple[int, ...], Floats] = {}
        self._shifts = np.random.Generator(np.random.PCG64([seed, 1])).integers(0, TILE, (4096, 2))

    def develop(self, light: Floats, frame: int) -> Pixels:
        """An (h, w, 3) RGB picture of linear light."""
        if light.shape[:2] not in self._falls:
            self._falls[light.shape[:2]] = fall_off(*light.shape[:2])
        code = encode_srgb(map_tones(stray(light) * self._falls[light.shape[:2]]))
        down, across = (int(shift) for shift in self._shifts[frame % len(self._shifts)])
        rows = (np.arange(light.shape[0]) + down) % TILE
        columns = (np.arange(light.shape[1]) + across) % TILE
        code += self._tile[rows[:, None], columns]
        return np.asarray(np.clip(np.rint(code), 0, 255), np.uint8)
