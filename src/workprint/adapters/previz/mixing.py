"""Two bakings of one thing mixed per frame: a focus that is pulled, a light that sweeps on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.raster import Sprite

UNITY = 128
"""Share that means all of the second: the largest power of two whose product with a code value fits 16 signed bits."""


def mix_sprites(first: Sprite, second: Sprite, share: float | npt.NDArray[np.int16]) -> Sprite:
    """Two sprites of equal size mixed: 0 gives the first, 1 (or UNITY in a plane of shares, full size) the second."""
    if isinstance(share, np.ndarray):
        whole: Any = share
        half: Any = share[::2, ::2]
    else:
        whole = half = np.int16(round(UNITY * min(1.0, max(0.0, share))))
        if whole in (0, UNITY):
            return second if whole else first
    y, u, v = (
        mix_planes(a, b, part)
        for a, b, part in ((first.y, second.y, whole), (first.u, second.u, half), (first.v, second.v, half))
    )
    if first.alpha is None or second.alpha is None or first.half is None or second.half is None:
        return Sprite(y, u, v)
    return Sprite(y, u, v, mix_planes(first.alpha, second.alpha, whole), mix_planes(first.half, second.half, half))


def mix_planes(first: Any, second: Any, share: Any) -> Any:
    """One plane of two mixed, of the type of the first; a plane they share is left as it is."""
    if first is second:
        return first
    change = second.astype(np.int16)
    change -= first
    change *= share
    change += UNITY // 2
    change >>= 7
    change += first
    return change.astype(first.dtype)


def sweep_shares(size: tuple[int, int], place: float, width: float, lean: float) -> npt.NDArray[np.int16]:
    """Shares (rows, columns) of a leaning edge that has come to `place` (0 left of all, 1 right of all), UNITY behind.

    `width` of the soft edge and `lean` of its foot are shares of the sprite's width.
    """
    columns, rows = size
    tilt, soft = max(1, round(lean * columns)), max(1.0, width * columns)
    edge = (place * (1 + lean + 2 * width) - width) * columns
    along = np.arange(columns + tilt, dtype=np.float32)
    t = np.clip((np.float32(edge) - along) / np.float32(soft) * np.float32(0.5) + np.float32(0.5), 0, 1)
    ramp = np.rint(t * t * (3 - 2 * t) * UNITY).astype(np.int16)
    shifts = np.arange(rows) * (tilt - 1) // max(1, rows - 1)
    return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(ramp, columns)[shifts])
