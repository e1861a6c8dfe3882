"""Finds what happens inside a shot and should not: flicker, jumps of light, and pictures that pop for a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from workprint.film.time import Span
from workprint.lab.picture_scan import Blocks, PictureScan, mark_frames

FLICKER_LEVELS = 0.7
"""RMS of the second difference of mean luma; clean clips measured .001-.23, flickering ones 1.5-8."""

SHORTEST_FLICKER = 12
"""Frames of a stretch from which its flicker is judged: in fewer, one quick move is most of it."""

JUMP_LEVELS = 8.0
"""Change of mean luma from one frame to the next that may be a jump ..."""

JUMP_SCORE = 20.0
"""... when it is this many times the usual change (measured: clean up to 5.5, jumps 36 and more) ..."""

JUMP_RATIO = 2.0
"""... and this many times the changes right before and after: a light that is turned up takes its frames."""

POP_LEVELS = 6.0
"""Levels by which a block's change stands out from all there is around it on the two frames before and after ..."""

POP_RATIO = 2.0
"""... when it is also this many times as great."""


@dataclass(frozen=True)
class ShotMap:
    """What is known of where a film changes: its shots, spans that may stand still, transitions (`soft`), spans in
    which something laid over it comes or goes (`moves`), and frames on which it does so at once (`breaks`)."""

    shots: tuple[Span, ...]
    still: tuple[Span, ...] = ()
    soft: tuple[Span, ...] = ()
    moves: tuple[Span, ...] = ()
    breaks: tuple[int, ...] = ()

    @property
    def stretches(self) -> tuple[Span, ...]:
        """The shots without their transitions, parted where something comes or goes at once: nothing known happens."""
        parts: list[Span] = []
        for shot in self.shots:
            start = max((soft.end for soft in self.soft if soft.start <= shot.start < soft.end), default=shot.start)
            end = min((soft.start for soft in self.soft if soft.start < shot.end <= soft.end), default=shot.end)
            edges = sorted({start, end, *(place for place in self.breaks if start < place < end)})
            parts += [Span(near, far - near) for near, far in pairwise(edges)]
        return tuple(part for part in parts if part.length > 0)


def measure_flicker(scan: PictureScan, stretches: Sequence[Span]) -> tuple[float, int]:
    """RMS of y[t] - (y[t-1] + y[t+1]) / 2 of mean luma in levels, jumps left out (+-a in turn gives 2a).

    The worst of the stretches and its first frame; (0, -1) where none is long enough.
    """
    worst, place = 0.0, -1
    for stretch in stretches:
        light = scan.light[stretch.start : stretch.end]
        if len(light) < SHORTEST_FLICKER:
            continue
        second = light[1:-1] - (light[:-2] + light[2:]) / 2
        steady = np.maximum(np.abs(light[1:-1] - light[:-2]), np.abs(light[2:] - light[1:-1])) < JUMP_LEVELS
        flicker = float(np.sqrt(np.mean(second[steady] ** 2))) if steady.any() else 0.0
        if flicker > worst:
            worst, place = flicker, stretch.start
    return worst, place


def find_jump(scan: PictureScan, stretches: Sequence[Span]) -> tuple[float, int]:
    """The greatest jump of mean luma in levels and its frame; (0, -1) when no change stands out in any stretch."""
    worst, frame = 0.0, -1
    for stretch in stretches:
        steps = np.abs(np.diff(scan.light[stretch.start : stretch.end]))
        if not len(steps):
            continue
        usual = max(0.05, float(np.median(steps)) * 1.4826)
        beside = np.maximum(np.append(0, steps[:-1]), np.append(steps[1:], 0))
        jumps = np.where(steps >= np.maximum(max(JUMP_LEVELS, JUMP_SCORE * usual), JUMP_RATIO * beside), steps, 0)
        place = int(jumps.argmax())
        if jumps[place] > worst:
            worst, frame = float(jumps[place]), stretch.start + place + 1
    return worst, frame


def find_pop(scan: PictureScan, stretches: Sequence[Span], ignored: Sequence[Span] = ()) -> tuple[float, int]:
    """By how many levels the worst block stands out on one frame, and the frame; (0, -1) when nothing pops.

    Either something is there from one frame to the next, or a single frame differs from both beside it, which are
    alike. A whole move that jumps is found by the same measure, in every block it crosses. Where a title comes or
    goes (`ignored`) a wipe may cross a block within a frame; that is asked for.
    """
    worst, frame = 0.0, -1
    is_known = mark_frames(scan.frames, [Span(max(0, span.start - 1), span.length + 2) for span in ignored])
    for stretch in stretches:
        change = scan.changes[stretch.start + 1 : stretch.end]
        if len(change) < 4:
            continue
        skip = scan.skips[stretch.start + 1 : stretch.end]
        for series in (_find_steps(change), _find_strays(change, skip)):
            series[is_known[stretch.start + 1 : stretch.start + 1 + len(series)]] = 0
            place = int(series.argmax())
            if series[place] > worst:
                worst, frame = float(series[place]), stretch.start + 1 + place
    return worst, frame


def _find_steps(change: Blocks) -> npt.NDArray[np.float32]:
    """For every frame, how far the change of its most surprising block stands out from the frames around it."""
    near, around = _widen(change), np.zeros_like(change)
    for shift in (1, 2):
        np.maximum(around[shift:], near[:-shift], out=around[shift:])
        np.maximum(around[:-shift], near[shift:], out=around[:-shift])
    return _stand_out(change, around)


def _find_strays(change: Blocks, skip: Blocks) -> npt.NDArray[np.float32]:
    """The same for frames that differ from the ones before and after, where these two are alike."""
    both, near = np.minimum(change[:-1], change[1:]), _widen(change)
    around = skip[1:].copy()
    np.maximum(around[1:], near[:-2], out=around[1:])
    np.maximum(around[:-1], near[2:], out=around[:-1])
    return _stand_out(both, around)


def _widen(change: Blocks) -> Blocks:
    """The greatest change of every block and its eight neighbours: what moves on is still there, beside it."""
    padded = np.pad(change, ((0, 0), (1, 1), (1, 1)))
    rows, columns = change.shape[1:]
    parts = [padded[:, row : row + rows, column : column + columns] for row in range(3) for column in range(3)]
    return np.asarray(np.maximum.reduce(parts), np.float32)


def _stand_out(change: Blocks, around: Blocks) -> npt.NDArray[np.float32]:
    excess = change - around
    is_pop = (excess >= POP_LEVELS) & (change >= POP_RATIO * around)
    return np.asarray(np.where(is_pop, excess, 0).max(axis=(1, 2)), np.float32)
