"""One pass over moving pictures: what every frame measures on a small luma proxy, and how much of it is banded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt

from workprint.film.time import Rate, Span
from workprint.lab.banding import measure_banding
from workprint.lab.decode import shrink
from workprint.lab.encode import Plane, view_planes
from workprint.lab.flashes import FlashMeter
from workprint.lab.memory import keep_freed_memory

Series = npt.NDArray[np.float64]

Blocks = npt.NDArray[np.float32]
"""Changes in levels, averaged over blocks: (rows, columns), or (frames, rows, columns) over time."""

PROXY_SIDE = 320
"""Longest side of the proxy in pixels: a sixth of 1080p, where codec noise has averaged out."""

BLOCK = 20
"""Side of the blocks changes are averaged over, in proxy pixels; the greatest block speaks for the frame."""

BLACK_LUMA = 22
"""Limited-range luma a missing picture stays below, codec noise included; a dark brand colour lies above."""

EDGE_LEVELS = 4
"""Step between neighbouring proxy pixels, in levels, that counts as a detail: a gradient over the whole range of the
frame has less than one."""

BANDING_STRIDE = 3
"""Every so many frames are looked at for bands: a band that stands less than a tenth of a second is not seen."""


@dataclass(frozen=True)
class PictureScan:
    """What one pass over the frames measured; every series has one value per frame.

    `light`: mean luma. `black`: share of black pixels. `detail`: share of proxy pixels at an edge. `change` and
    `drift`: greatest block change in levels since the last frame and since half a second ago (infinite where there
    is none). `changes` and `skips`: every block's change since the last frame and since the one before it. `bands`:
    see `measure_banding`, held between the frames it is measured on. `flashes`, `red_flashes`: transitions within the
    last second over a quarter of the picture. `brightest`: the maximum over time.
    """

    rate: Rate
    light: Series
    black: Series
    detail: Series
    change: Series
    drift: Series
    changes: Blocks
    skips: Blocks
    bands: Series
    flashes: npt.NDArray[np.int64]
    red_flashes: npt.NDArray[np.int64]
    brightest: Plane

    @property
    def frames(self) -> int:
        """How many frames were scanned."""
        return len(self.light)

    @property
    def half_second(self) -> int:
        """Half a second in frames."""
        return max(1, self.rate.nominal // 2)


@dataclass(frozen=True)
class _Row:
    """One frame's measurements, named as in PictureScan."""

    light: float
    black: float
    detail: float
    drift: float
    changes: Blocks
    skips: Blocks
    bands: float
    flashes: tuple[int, int]

    @property
    def change(self) -> float:
        return float(self.changes.max())


def scan_pictures(frames: Iterable[av.VideoFrame], rate: Rate) -> PictureScan:
    """Measure every frame once; raises ValueError when there is none."""
    keep_freed_memory()
    brightest: list[Plane] = []
    rows = list(_measure(frames, rate, brightest))
    if not rows:
        raise ValueError("there is no frame to scan")
    flashes, red_flashes = (np.array(column) for column in zip(*(row.flashes for row in rows), strict=True))
    # A frame of another size than the one before has changed altogether; its blocks are as good as one.
    shape = rows[-1].changes.shape
    changes, skips = (
        np.stack([one if one.shape == shape else np.full(shape, one.max(), np.float32) for one in blocks])
        for blocks in ([row.changes for row in rows], [row.skips for row in rows])
    )
    series = {
        name: np.array([getattr(row, name) for row in rows])
        for name in ("light", "black", "detail", "change", "drift", "bands")
    }
    return PictureScan(
        rate,
        **series,
        changes=changes,
        skips=skips,
        flashes=flashes,
        red_flashes=red_flashes,
        brightest=brightest[0],
    )


def _measure(frames: Iterable[av.VideoFrame], rate: Rate, brightest: list[Plane]) -> Iterator[_Row]:
    earlier: deque[Plane] = deque(maxlen=max(2, rate.nominal // 2))
    meter, bands = FlashMeter(rate.nominal), 0.0
    for number, frame in enumerate(frames):
        luma, blue, red = _make_proxy(frame)
        brightest[:] = [luma.copy() if not brightest else np.maximum(brightest[0], luma)]
        if number % BANDING_STRIDE == 0:
            bands = measure_banding(view_planes(frame)[0]) if frame.format.name == "yuv420p" else 0.0
        yield _Row(
            light=float(luma.mean()),
            black=float(np.count_nonzero(luma <= BLACK_LUMA)) / luma.size,
            detail=_measure_detail(luma),
            drift=float(_change_blocks(earlier[0], luma).max()) if len(earlier) == earlier.maxlen else np.inf,
            changes=_change_blocks(earlier[-1] if earlier else None, luma),
            skips=_change_blocks(earlier[-2] if len(earlier) > 1 else None, luma),
            bands=bands,
            flashes=meter.add(luma, blue, red),
        )
        earlier.append(luma.copy())


def _make_proxy(frame: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    longest = max(frame.width, frame.height)
    width = max(2, round(frame.width * min(1.0, PROXY_SIDE / longest) / 2) * 2)
    return view_planes(shrink(frame, width))


def _measure_detail(luma: Plane) -> float:
    across = np.maximum(luma[:, 1:], luma[:, :-1]) - np.minimum(luma[:, 1:], luma[:, :-1])
    down = np.maximum(luma[1:], luma[:-1]) - np.minimum(luma[1:], luma[:-1])
    return float(max(np.count_nonzero(part >= EDGE_LEVELS) for part in (across, down))) / luma.size


def _change_blocks(before: Plane | None, after: Plane) -> Blocks:
    """Mean change of every block in levels; infinite where there is nothing to compare with."""
    height, width = (max(1, length // BLOCK) for length in after.shape)
    if before is None or before.shape != after.shape:
        return np.full((height, width), np.inf, np.float32)
    difference = np.maximum(before, after) - np.minimum(before, after)
    if min(difference.shape) < BLOCK:
        return np.full((height, width), difference.mean(), np.float32)
    blocks = difference[: height * BLOCK, : width * BLOCK].reshape(height, BLOCK, width, BLOCK)
    return np.asarray(blocks.sum(axis=(1, 3), dtype=np.uint32) / np.float32(BLOCK**2), np.float32)


def mark_frames(frames: int, spans: Iterable[Span]) -> npt.NDArray[np.bool_]:
    """True on every frame of some spans, in a film of so many frames."""
    marks = np.zeros(frames, np.bool_)
    for span in spans:
        marks[max(0, span.start) : max(0, span.end)] = True
    return marks
