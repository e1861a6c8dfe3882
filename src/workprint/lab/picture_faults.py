"""Finds faults of moving pictures on a small luma proxy: black, frozen, repeated, barred, flickering, flashing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt

from workprint.film.time import Rate, Span
from workprint.lab.decode import shrink
from workprint.lab.encode import Plane, view_planes
from workprint.lab.flashes import FlashMeter
from workprint.lab.memory import keep_freed_memory

Series = npt.NDArray[np.float64]

PROXY_SIDE = 320
"""Longest side of the proxy in pixels: a sixth of 1080p, where codec noise has averaged out."""

BLOCK = 20
"""Side of the blocks changes are averaged over, in proxy pixels; the greatest block speaks for the frame."""

BLACK_LUMA = 22
"""Limited-range luma a missing picture stays below, codec noise included; a dark brand colour lies above."""

BLACK_SHARE = 0.98
"""The part of a frame that has to be black."""

LONGEST_BLACK = 1
"""Frames; inside a shot two black frames are a fault, broadcasters' two seconds are made for programmes."""

STILL_LEVELS = 0.3
"""Greatest block change, in luma levels, that a frozen and re-encoded picture still shows."""

REPEAT_LEVELS = 0.02
"""Greatest block change of a repeated frame."""

MOVING_LEVELS = 0.5
"""Upper quartile of block changes from which a stretch counts as moving, so that repeats in it are faults."""

REPEAT_SHARE = 0.02
"""Repeated frames allowed, as a share: one in fifty; cadences (12-on-24, every fourth) lie far above."""

BAR_LUMA = 24
"""No pixel of a bar is brighter than this at any time of the clip."""

BAR_SHARE = 0.02
"""Thinnest bar that counts, as a share of the side."""

BAR_EDGE_SHARE = 0.6
"""The part of a bar's edge behind which there must be picture; less is a dark set, not a bar."""

FLICKER_LEVELS = 0.7
"""RMS of the second difference of mean luma; clean clips measured .001-.23, flickering ones 1.5-8."""

JUMP_LEVELS = 8.0
"""Change of mean luma from one frame to the next that may be a jump ..."""

JUMP_SCORE = 20.0
"""... when it is this many times the usual change (measured: clean up to 5.5, jumps 36 and more)."""


@dataclass(frozen=True)
class PictureScan:
    """What one pass over the frames measured; every series has one value per frame.

    `light`: mean luma. `black`: share of black pixels. `change` and `drift`: greatest block change in levels since
    the last frame and since half a second ago (infinite where there is none). `flashes`, `red_flashes`:
    transitions within the last second over a quarter of the picture. `brightest`: the maximum over time.
    """

    rate: Rate
    light: Series
    black: Series
    change: Series
    drift: Series
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


def scan_pictures(frames: Iterable[av.VideoFrame], rate: Rate) -> PictureScan:
    """Measure every frame once; raises ValueError when there is none."""
    keep_freed_memory()
    rows: list[tuple[float, float, float, float, int, int]] = []
    earlier: deque[Plane] = deque(maxlen=max(1, rate.nominal // 2))
    meter = FlashMeter(rate.nominal)
    brightest: Plane | None = None
    for frame in frames:
        luma, blue, red = _make_proxy(frame)
        brightest = luma.copy() if brightest is None else np.maximum(brightest, luma)
        change = _greatest_change(earlier[-1], luma) if earlier else np.inf
        drift = _greatest_change(earlier[0], luma) if len(earlier) == earlier.maxlen else np.inf
        black = float(np.count_nonzero(luma <= BLACK_LUMA)) / luma.size
        rows.append((float(luma.mean()), black, change, drift, *meter.add(luma, blue, red)))
        earlier.append(luma.copy())
    if brightest is None:
        raise ValueError("there is no frame to scan")
    table = [np.array(column) for column in zip(*rows, strict=True)]
    return PictureScan(rate, table[0], table[1], table[2], table[3], table[4], table[5], brightest)


def _make_proxy(frame: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    longest = max(frame.width, frame.height)
    width = max(2, round(frame.width * min(1.0, PROXY_SIDE / longest) / 2) * 2)
    return view_planes(shrink(frame, width))


def _greatest_change(before: Plane, after: Plane) -> float:
    if before.shape != after.shape:
        return float("inf")
    difference = np.maximum(before, after) - np.minimum(before, after)
    height, width = (length // BLOCK for length in difference.shape)
    if not height or not width:
        return float(difference.mean())
    blocks = difference[: height * BLOCK, : width * BLOCK].reshape(height, BLOCK, width, BLOCK)
    return float(blocks.sum(axis=(1, 3), dtype=np.uint32).max()) / BLOCK**2


def find_runs(marks: Sequence[bool] | npt.NDArray[np.bool_], shortest: int) -> tuple[Span, ...]:
    """Stretches of at least `shortest` marks in a row."""
    padded = np.concatenate(([0], np.asarray(marks, np.int8), [0]))
    edges = np.flatnonzero(np.diff(padded))
    spans = (Span(int(start), int(end - start)) for start, end in zip(edges[::2], edges[1::2], strict=True))
    return tuple(span for span in spans if span.length >= shortest)


def find_black(scan: PictureScan, still: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Stretches of black frames longer than LONGEST_BLACK; a still span is black only without any ink at all.

    Small type on a black end card fills less of it than the two per cent a moving picture must.
    """
    limit = np.where(_mark(scan, still), 1.0, BLACK_SHARE)
    return find_runs(scan.black >= limit, LONGEST_BLACK + 1)


def _mark(scan: PictureScan, spans: Sequence[Span]) -> npt.NDArray[np.bool_]:
    marks = np.zeros(scan.frames, np.bool_)
    for span in spans:
        marks[max(0, span.start) : max(0, span.end)] = True
    return marks


def find_frozen(scan: PictureScan, allowed: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Stretches of half a second and more in which nothing moved, outside the allowed ones.

    Both the step from frame to frame and the drift over half a second must be nil: a slow move has the first
    but not the second, a loop the second but not the first.
    """
    half = scan.half_second
    still = scan.change < STILL_LEVELS
    calm = np.convolve(still, np.ones(half), "full")[: scan.frames] >= half
    ends = calm & (scan.drift < STILL_LEVELS)
    frozen = np.zeros(scan.frames, np.bool_)
    for end in np.flatnonzero(ends):
        frozen[max(0, end - half) : end + 1] = True
    return find_runs(frozen & ~_mark(scan, allowed), half)


def count_repeats(scan: PictureScan, ignored: Sequence[Span] = ()) -> tuple[int, int]:
    """Repeated frames in a stretch that moves, and the first of them (-1 for none); 0 where it hardly moves."""
    counted = ~_mark(scan, ignored)
    counted[:1] = False
    changes = scan.change[counted]
    # The upper quarter, not the median: in a 12-on-24 cadence every second change is nil.
    if not len(changes) or float(np.quantile(changes, 0.75)) < MOVING_LEVELS:
        return 0, -1
    repeats = np.flatnonzero(counted & (scan.change < REPEAT_LEVELS))
    return len(repeats), int(repeats[0]) if len(repeats) else -1


def measure_bars(scan: PictureScan) -> tuple[float, float]:
    """Letterbox and pillarbox: the share of height and of width that stays black behind straight edges."""
    return _measure_side(scan.brightest), _measure_side(scan.brightest.T)


def _measure_side(brightest: Plane) -> float:
    height = len(brightest)
    picture = np.flatnonzero(brightest.max(axis=1) > BAR_LUMA)
    if not len(picture):
        return 0.0
    thickness = 0
    for bar, edge in ((picture[0], picture[0] + 1), (height - 1 - picture[-1], picture[-1] - 1)):
        row = brightest[min(max(int(edge), 0), height - 1)]
        if bar >= BAR_SHARE * height and float(np.mean(row > BAR_LUMA)) >= BAR_EDGE_SHARE:
            thickness += int(bar)
    return thickness / height


def measure_flicker(scan: PictureScan) -> float:
    """RMS of y[t] - (y[t-1] + y[t+1]) / 2 of mean luma in levels, jumps left out (+-a in turn gives 2a)."""
    light = scan.light
    if len(light) < 3:
        return 0.0
    second = light[1:-1] - (light[:-2] + light[2:]) / 2
    steady = np.maximum(np.abs(light[1:-1] - light[:-2]), np.abs(light[2:] - light[1:-1])) < JUMP_LEVELS
    return float(np.sqrt(np.mean(second[steady] ** 2))) if steady.any() else 0.0


def find_jump(scan: PictureScan) -> tuple[float, int]:
    """The greatest jump of mean luma in levels and its frame; (0, -1) when no change stands out."""
    steps = np.abs(np.diff(scan.light))
    if not len(steps):
        return 0.0, -1
    usual = max(0.05, float(np.median(steps)) * 1.4826)
    place = int(steps.argmax())
    if steps[place] < JUMP_LEVELS or steps[place] / usual < JUMP_SCORE:
        return 0.0, -1
    return float(steps[place]), place + 1
