"""What lies behind a title while it stands: how bright, how busy, and where the subject is, read from the clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation

from workprint.adapters.titles.subjects import Presence, paint, read_presence, widen
from workprint.lab.decode import fit, read_key_frames, read_stretch
from workprint.lab.encode import Plane, to_rgb
from workprint.lab.grade import GradeTable
from workprint.lab.safe_areas import Area
from workprint.ports.maker import BenchInput

Grid = npt.NDArray[np.float32]

WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Red, green and blue in luma and luminance (ITU-R BT.709, WCAG 2.2)."""

SHORT_CELLS = 216
"""Cells along the short side: five pixels of a 1080p frame each, half a stroke of the smallest type."""

MOST_SAMPLES = 12
"""Frames looked at in a short stretch; a camera move is slow against a twelfth of a shot."""

FEWEST_SAMPLES = 3
"""Key frames that are enough for a long stretch."""

ENOUGH_FOR_DUST = 8
"""Samples from which a change seen in one of them only is dust; in fewer it may be the subject on its way."""

SHORT_STRETCH = 40
"""Frames up to which every sample is decoded in its place: a short shot is a fast one."""

SOFT_EDGE, FULL_EDGE = 0.018, 0.115
"""Changes of luma from one cell to the next, of 1, up to which ground is soft and from which an edge is hard. Set by
eye on the example films: a sweep and lens blur stay under the first, the edge of a card or a lid reaches the other."""

SPREAD = 5
"""Cells an edge is busy around itself: type wants clearance, it must not touch."""

SUBJECT_EDGE = 0.30
"""Busyness from which a cell speaks for the subject: dust, grain and soft shadows stay below."""

COMMON_DIM, RARE_DIM = 0.02, 0.98
"""Quantiles of luminance taken for the darkest and the brightest behind: a glint of a few cells is neither."""


@dataclass(frozen=True)
class Backdrop:
    """A grid of cells over the frame. `low` and `high`: least and greatest relative luminance of a cell over time.

    `color` is its mean sRGB 0..255, `edges` its change towards the next cell, 0..1, at its strongest. `presences` are
    the subjects of every stretch, where they are known.
    """

    width: int
    height: int
    low: Grid
    high: Grid
    color: Grid
    edges: Grid
    presences: tuple[Presence, ...] = ()

    @property
    def cell(self) -> float:
        """Pixels of the frame a cell is wide."""
        return self.width / int(self.low.shape[1])

    @cached_property
    def busy(self) -> Grid:
        """How unquiet every cell's neighbourhood is, 0..1: edges widened, and what stands out from its surroundings."""
        return np.asarray(np.maximum(widen(self.edges, SPREAD), 0.5 * stand_out(self.color)), np.float32)

    @cached_property
    def _sums(self) -> npt.NDArray[np.float64]:
        return sum_up(self.busy)

    @cached_property
    def _presence_sums(self) -> npt.NDArray[np.float64]:
        rows, columns = self.low.shape
        return sum_up(paint(self.presences, (rows, columns), self.cell, min(self.width, self.height)))

    def find_unrest(self, area: Area) -> float:
        """The mean busyness 0..1 of an area in frame pixels."""
        return self._mean(self._sums, area)

    def find_presence(self, area: Area) -> float:
        """How much of an area in frame pixels, 0..1, lies over a subject in the worst of the shots behind it."""
        return self._mean(self._presence_sums, area) if self.presences else 0.0

    def _mean(self, sums: npt.NDArray[np.float64], area: Area) -> float:
        top, bottom, left, right = self._span(area)
        total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        return float(total) / ((bottom - top) * (right - left))

    def find_range(self, area: Area) -> tuple[float, float]:
        """The darkest and the brightest luminance behind an area, over the whole time."""
        top, bottom, left, right = self._span(area)
        low = np.quantile(self.low[top:bottom, left:right], COMMON_DIM)
        high = np.quantile(self.high[top:bottom, left:right], RARE_DIM)
        return float(low), float(high)

    def find_color(self, area: Area) -> tuple[float, float, float]:
        """The mean colour behind an area, 0..255."""
        top, bottom, left, right = self._span(area)
        red, green, blue = self.color[top:bottom, left:right].reshape(-1, 3).mean(axis=0)
        return float(red), float(green), float(blue)

    @cached_property
    def subject(self) -> Area | None:
        """The box around the subject as a single shot tells it, else around what is sharp; None where there is none."""
        if len(self.presences) == 1 and self.presences[0].is_told and self.presences[0].around is not None:
            return self.presences[0].around
        weight = np.maximum(self.edges - SUBJECT_EDGE, 0)
        if weight.sum() < 1e-4 * weight.size:
            return None
        (left, right), (top, bottom) = find_middle(weight.sum(axis=0)), find_middle(weight.sum(axis=1))
        cell = self.cell
        return Area(left * cell, top * cell, (right - left) * cell, (bottom - top) * cell)

    def _span(self, area: Area) -> tuple[int, int, int, int]:
        rows, columns = self.low.shape
        top, left = int(area.y / self.cell), int(area.x / self.cell)
        top, left = min(max(top, 0), rows - 1), min(max(left, 0), columns - 1)
        bottom = min(max(-int(-area.bottom // self.cell), top + 1), rows)
        right = min(max(-int(-area.right // self.cell), left + 1), columns)
        return top, bottom, left, right


def sum_up(grid: Grid) -> npt.NDArray[np.float64]:
    """Sums of a grid from its top left corner, so that the mean of any rectangle takes four look-ups."""
    return np.pad(grid.astype(np.float64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def read_backdrop(
    inputs: Mapping[str, BenchInput],
    footage: Sequence[tuple[int, int]],
    width: int,
    height: int,
    grade: GradeTable | None = None,
) -> Backdrop | None:
    """The backdrop of the inputs `footage.0`, `footage.1` and so on, each (first frame, frames); None without any.

    It is measured in the picture the title will stand on: `grade` is what the segment does to it first.
    """
    columns = round(width * SHORT_CELLS / min(width, height))
    rows = round(height * SHORT_CELLS / min(width, height))
    samples: list[Plane] = []
    presences: list[Presence] = []
    for index, (start, frames) in enumerate(footage):
        clip = inputs[f"footage.{index}"]
        seen = sample_frames(clip, start, frames, (columns, rows), grade)
        told = clip.facts.get("subjects")
        presences.append(read_presence(told, (start, frames), seen, (width, height)))
        samples += seen
    return replace(measure(samples, width, height), presences=tuple(presences)) if samples else None


def sample_frames(
    clip: BenchInput, start: int, frames: int, size: tuple[int, int], grade: GradeTable | None = None
) -> list[Plane]:
    """Small RGB pictures of a stretch of a clip: its key frames, or where they are few, frames spread over it."""
    keys = read_key_frames(clip.path) if frames > SHORT_STRETCH else iter(())
    # The one just before the stretch shows best how it begins.
    near = [see(frame, size, grade) for number, frame in keys if start - SHORT_STRETCH < number < start + frames]
    if len(near) >= FEWEST_SAMPLES:
        return near
    step = max(1, -(-frames // MOST_SAMPLES))
    stretch = enumerate(read_stretch(clip.path, start, frames))
    return [see(frame, size, grade) for index, frame in stretch if index % step == 0 or index == frames - 1]


def see(frame: av.VideoFrame, size: tuple[int, int], grade: GradeTable | None) -> Plane:
    """A frame as a small RGB picture, graded. It is made small first: a grade is a table of colours, not of places."""
    if grade is None:
        return to_rgb(frame, size)
    small = fit(frame, size[0] + size[0] % 2, size[1] + size[1] % 2, Interpolation.AREA)
    return to_rgb(grade.apply(small), size)


def measure(samples: Sequence[Plane], width: int, height: int) -> Backdrop:
    """The backdrop of at least one small RGB picture of a frame of this size."""
    light = [find_light(sample) for sample in samples]
    luma = [np.asarray(sample @ WEIGHTS / 255, np.float32) for sample in samples]
    return Backdrop(
        width,
        height,
        np.minimum.reduce(light),
        np.maximum.reduce(light),
        np.mean(np.stack(samples), axis=0, dtype=np.float32),
        find_lasting([find_edges(one) for one in luma]),
    )


def find_lasting(grids: Sequence[Grid]) -> Grid:
    """The greatest value of every cell, or of samples enough the second: dust that drifts by is no edge."""
    if len(grids) < ENOUGH_FOR_DUST:
        return np.asarray(np.maximum.reduce(list(grids)), np.float32)
    return np.asarray(np.partition(np.stack(grids), len(grids) - 2, axis=0)[-2], np.float32)


def find_light(sample: Plane) -> Grid:
    """Relative luminance 0..1 of every pixel (WCAG 2.2)."""
    codes = np.arange(256, dtype=np.float32) / 255
    table = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return np.asarray(table[sample] @ WEIGHTS, np.float32)


def find_edges(luma: Grid) -> Grid:
    """How much a cell differs from the next to its right and below, 0 soft to 1 hard."""
    across = np.abs(np.diff(luma, axis=1, append=luma[:, -1:]))
    down = np.abs(np.diff(luma, axis=0, append=luma[-1:]))
    hardness = (np.maximum(across, down) - SOFT_EDGE) / (FULL_EDGE - SOFT_EDGE)
    return np.asarray(np.clip(hardness, 0, 1), np.float32)


def stand_out(color: Grid) -> Grid:
    """How far every cell's colour is from the mean of a wide neighbourhood, 0..1: a lamp shade stands out too."""
    reach = max(2, round(0.22 * float(color.shape[0] * color.shape[1]) ** 0.5))
    around = blur(blur(color, reach), reach)
    return np.asarray(np.minimum(np.abs(color - around).max(axis=2) / 130, 1), np.float32)


def blur(color: Grid, reach: int) -> Grid:
    """A box mean over (2 reach + 1) cells both ways."""
    for axis in (0, 1):
        pads = [(reach + 1, reach) if side == axis else (0, 0) for side in (0, 1, 2)]
        sums = np.pad(color.astype(np.float64), pads, mode="edge").cumsum(axis)
        near = np.take(sums, range(2 * reach + 1, sums.shape[axis]), axis)
        color = ((near - np.take(sums, range(near.shape[axis]), axis)) / (2 * reach + 1)).astype(np.float32)
    return color


def find_middle(weights: Grid) -> tuple[int, int]:
    """Where the middle 98 % of a row of weights begin and end."""
    share = weights.cumsum() / weights.sum()
    return int(np.searchsorted(share, 0.008)), int(np.searchsorted(share, 0.992)) + 1
