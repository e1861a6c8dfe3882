"""Finds faults that a stretch of moving pictures shows by itself: black, frozen, repeated, barred, empty, banded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from workprint.film.time import Span
from workprint.lab.encode import Plane
from workprint.lab.picture_scan import BANDING_STRIDE, PictureScan, mark_frames

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

EMPTY_SHARE = 0.0005
"""Share of proxy pixels at an edge below which a frame shows nothing: thirty of them, fewer than a short word has."""

LONGEST_EMPTY = 1
"""Frames; a picture that takes shape may begin from nothing, but nothing is not held."""

BANDING_LIMIT = 0.05
"""Mean of half a second: a third of what the gentlest gradient in single levels measures, four times grain of one
level (see `lab.banding`)."""


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
    limit = np.where(mark_frames(scan.frames, still), 1.0, BLACK_SHARE)
    return find_runs(scan.black >= limit, LONGEST_BLACK + 1)


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
    return find_runs(frozen & ~mark_frames(scan.frames, allowed), half)


def count_repeats(scan: PictureScan, ignored: Sequence[Span] = ()) -> tuple[int, int]:
    """Repeated frames in a stretch that moves, and the first of them (-1 for none); 0 where it hardly moves."""
    counted = ~mark_frames(scan.frames, ignored)
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


def find_empty(scan: PictureScan, allowed: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Stretches of frames without a single detail longer than LONGEST_EMPTY, outside the allowed ones."""
    return find_runs((scan.detail < EMPTY_SHARE) & ~mark_frames(scan.frames, allowed), LONGEST_EMPTY + 1)


def find_banding(scan: PictureScan, ignored: Sequence[Span] = ()) -> tuple[float, int]:
    """The worst half second's mean of `measure_banding` and its first frame; ignored frames count as clean."""
    # What is measured on one frame is held until the next that is looked at.
    held = [Span(span.start, span.length + BANDING_STRIDE - 1) for span in ignored]
    bands = np.where(mark_frames(scan.frames, held), 0.0, scan.bands)
    length = min(scan.half_second, len(bands))
    means = np.convolve(bands, np.ones(length) / length, "valid")
    place = int(means.argmax())
    return float(means[place]), place
