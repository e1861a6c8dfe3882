"""Screens a film for flashes after the general and red flash rules, per part of the picture; no certification."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.lab.encode import Plane

Cells = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

LUMINANCE_STEP = 0.1
"""A transition changes relative luminance by a tenth of full white (WCAG 2.3.1, ITU-R BT.1702) ..."""

BRIGHT = 0.8
"""... when the darker side is below this relative luminance."""

RED_STEP = 20.0
"""A red transition changes (R - G - B) x 320 by this much (WCAG 2.3.1) ..."""

RED_SHARE = 0.8
"""... and one side is saturated red: R / (R + G + B) at least this."""

AREA_SHARE = 0.25
"""The part of the picture that has to flash."""

TRANSITIONS_A_SECOND = 6
"""Three flashes, which are pairs of opposing transitions; more within a second are a fault."""

CELL = 4
"""Luma pixels of the proxy on a cell's side: so that moving texture is not taken for flashing."""


@dataclass
class _Turns:
    """Counts, for every cell, how often a value has swung by a step within the last second."""

    step: float
    window: int

    def __post_init__(self) -> None:
        self._low: Cells | None = None
        self._recent: deque[Mask] = deque()

    def add(self, value: Cells, may_rise: Mask, dark_limit: float, *, first_falls: bool) -> int:
        """Take in a frame; returns the transitions of the last second that a quarter of the picture has seen."""
        if self._low is None:
            self._low, self._high = value.copy(), value.copy()
            self._last = np.zeros(value.shape, np.int8)
            self._count = np.zeros(value.shape, np.int16)
        np.minimum(self._low, value, out=self._low)
        np.maximum(self._high, value, out=self._high)
        rises = (self._last <= 0) & (value - self._low >= self.step) & (self._low < dark_limit) & may_rise
        before_fall = self._last >= 0 if first_falls else self._last > 0
        falls = before_fall & (self._high - value >= self.step) & (value < dark_limit)
        turned = rises | falls
        self._last[rises], self._last[falls] = 1, -1
        self._low[turned] = self._high[turned] = value[turned]
        return self._remember(turned)

    def _remember(self, turned: Mask) -> int:
        self._recent.append(turned)
        self._count += turned
        if len(self._recent) > self.window:
            self._count -= self._recent.popleft()
        ranked = np.sort(self._count, axis=None)
        return int(ranked[len(ranked) - max(1, round(len(ranked) * AREA_SHARE))])


class FlashMeter:
    """Takes in small limited-range planes frame by frame; remembers one second."""

    def __init__(self, frames_a_second: int) -> None:
        self._light = _Turns(LUMINANCE_STEP, frames_a_second)
        self._red = _Turns(RED_STEP, frames_a_second)

    def add(self, luma: Plane, blue: Plane, red: Plane) -> tuple[int, int]:
        """Luminance and red transitions within the last second over at least a quarter of the picture."""
        color = _to_linear(_average(luma, CELL), _average(blue, CELL // 2), _average(red, CELL // 2))
        light = 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2]
        always = np.ones(light.shape, np.bool_)
        redness = np.maximum(0, color[0] - color[1] - color[2]) * 320
        is_red = color[0] >= RED_SHARE * (color.sum(axis=0) + 1e-6)
        general = self._light.add(light, always, BRIGHT, first_falls=True)
        return general, self._red.add(redness, is_red, np.inf, first_falls=False)


def _average(plane: Plane, side: int) -> Cells:
    height, width = (max(1, length // side) for length in plane.shape)
    part = plane[: height * side, : width * side].astype(np.float32)
    cells: Cells = part.reshape(height, min(side, part.shape[0]), width, min(side, part.shape[1])).mean(axis=(1, 3))
    return cells


def _to_linear(luma: Cells, blue: Cells, red: Cells) -> Cells:
    """Linear R, G, B of BT.709 limited range values, by the sRGB curve the rules are written in."""
    height, width = min(luma.shape[0], blue.shape[0]), min(luma.shape[1], blue.shape[1])
    y = (luma[:height, :width] - 16) / 219
    b, r = (blue[:height, :width] - 128) / 224, (red[:height, :width] - 128) / 224
    color = np.clip(np.stack([y + 1.5748 * r, y - 0.1873 * b - 0.4681 * r, y + 1.8556 * b]), 0, 1)
    linear: Cells = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return linear
