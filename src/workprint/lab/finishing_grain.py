"""The last thing laid over a finished frame: fine grain that carries gradients through the encoder without bands."""

from __future__ import annotations

from functools import lru_cache

import av
import numpy as np

from workprint.lab.encode import Plane, view_planes

SIGMA_LEVELS = 1.0
"""Standard deviation in levels of luma. Measured on an end card under its soft plate at 1080x1920, as a master: banding
(see `lab.banding`) .099 without, .052 with .6, .024 with .8, .016 with 1.0, .007 with 1.3, at 4.7, 5.8, 7.4, 9.9 and
15.1 Mbit/s. Footage has grain of its own; under a plate that is nine tenths opaque a tenth of it is left."""

GREATEST = 3
"""Levels no grain goes beyond, in either direction."""

ROOM = 64
"""The tile is this many pixels larger than the frame, so that every frame is laid under another part of it."""

GRAINED_PRESETS = ("master",)
"""A draft is looked at, not delivered; an intermediate will be encoded again."""


class FinishingGrain:
    """Grain for frames of a size: new on every frame, the same for the same seed and frame number."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        self._seed = seed & 0xFFFFFFFF
        self._tile = _make_tile(width, height, self._seed)

    def lay(self, frame: av.VideoFrame, number: int) -> None:
        """Lay the grain of a frame number over a yuv420p frame of one's own, in place."""
        luma: Plane = view_planes(frame)[0]
        random = np.random.Generator(np.random.PCG64([self._seed, 37, number]))
        down, across = (int(place) for place in random.integers(0, ROOM, 2))
        height, width = luma.shape
        np.clip(luma, GREATEST, 255 - GREATEST, out=luma)
        luma += self._tile[down : down + height, across : across + width]


@lru_cache(maxsize=2)
def _make_tile(width: int, height: int, seed: int) -> Plane:
    """Grain of a frame and ROOM more, as bytes that wrap: adding 255 takes one away.

    Kept, since all shots of a film have the same.
    """
    random = np.random.Generator(np.random.PCG64([seed, 31]))
    noise = random.standard_normal((height + ROOM, width + ROOM), np.float32) * np.float32(SIGMA_LEVELS)
    tile: Plane = np.clip(np.rint(noise), -GREATEST, GREATEST).astype(np.int8).view(np.uint8)
    return tile


def choose_grain(encode: str, width: int, height: int, seed: int) -> FinishingGrain | None:
    """The grain for an encoder preset, None where the film is not delivered in it."""
    return FinishingGrain(width, height, seed) if encode in GRAINED_PRESETS else None
