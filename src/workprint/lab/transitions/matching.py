"""Match move: the subject of one shot travels to where it stands in the next, or the camera's move simply runs on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.lab.transitions.planes import FULL, Mixer, Plane, Planes, Scene, Subject, ease, mix_all, resize

MATCHED_CROSS, RUN_CROSS = 0.24, 0.12
"""Share of the way in which one picture gives way to the other, in the middle, where the movement is fastest: longer
where the same thing stands in both, a matter of two frames where only the movement is shared."""

SHUTTER = 0.6
"""Share of a frame's movement that is blurred: a little more than a film camera's half."""

STEPS_PX = ((2.5, 1), (9.0, 2))
"""Pixels of movement up to which a blur takes one view, or two; beyond, four. Means of these are a shift."""

MOST_STEPS = 4

RUN_ON, RUN_ZOOM = 0.20, 0.40
"""How far a camera's move runs on without subjects to match: share of a side, and log of the zoom."""

LEAST_DRIVE, MOST_DRIVE = 0.05, 0.30
"""Zoom towards the subject and back, which carries the eye over the cut and covers what a moved picture would bare."""

FARTHEST, LARGEST_CHANGE = 0.34, 2.2
"""Subjects farther apart (share of the frame) or more unlike in size are not matched; the camera's move runs on."""


@dataclass(frozen=True)
class View:
    """Where a picture is seen: the point `source` of it stands at `target`, `zoom` times as large. Pixels, (x, y)."""

    source: tuple[float, float]
    target: tuple[float, float]
    zoom: float

    def show(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the picture is seen."""
        return (
            (x - self.source[0]) * self.zoom + self.target[0],
            (y - self.source[1]) * self.zoom + self.target[1],
        )


Path = Callable[[float], tuple[View, View]]
"""Views of the outgoing and the incoming picture at a share of the way."""


def glide(share: float) -> float:
    """Perlin's smoother step: no speed and no change of speed at the ends."""
    share = min(1.0, max(0.0, share))
    return share**3 * (share * (6 * share - 15) + 10)


def plan_match(scene: Scene) -> Mixer:
    """At every moment both subjects stand in one place at one size, so that the change of pictures is hardly seen."""
    matched = match_subjects(scene)
    path, cross = (matched, MATCHED_CROSS) if matched else (run_on(scene), RUN_CROSS)
    half = SHUTTER / (scene.frames - 1) / 2

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        weight = round(FULL * ease((share - 0.5) / cross + 0.5))
        seen = []
        for turn, planes in ((0, outgoing), (1, incoming)):
            if weight == (FULL, 0)[turn]:
                continue
            count = _count_steps(scene, path(share - half)[turn], path(share + half)[turn])
            shares = [share + half * ((2 * step + 1) / count - 1) for step in range(count)]
            seen.append(_average(planes, [path(one)[turn] for one in shares]))
        return seen[0] if len(seen) == 1 else mix_all(seen[0], seen[1], weight, weight)

    return mix


def match_subjects(scene: Scene) -> Path | None:
    """The path of matched subjects; None where there are none, or where they are too unlike."""
    if scene.subjects is None:
        return None
    (start, first), (end, last) = (_reduce(subject) for subject in scene.subjects)
    apart = max(abs(start[0] - end[0]) / scene.width, abs(start[1] - end[1]) / scene.height)
    change = math.log(last / first)
    if apart > FARTHEST or abs(change) > math.log(LARGEST_CHANGE):
        return None

    def find(share: float, drive: float) -> tuple[View, View]:
        along = glide(share)
        place = start[0] + (end[0] - start[0]) * along, start[1] + (end[1] - start[1]) * along
        zoom = 1 + drive * math.sin(math.pi * share) ** 2
        return (
            View(start, place, zoom * math.exp(change * along)),
            View(end, place, zoom * math.exp(change * (along - 1))),
        )

    drive = _choose_drive(scene, lambda share: find(share, 0))
    return lambda share: find(share, drive)


def _reduce(subject: Subject) -> tuple[tuple[float, float], float]:
    """Middle and size of a subject."""
    x, y, width, height = subject
    return (x + width / 2, y + height / 2), math.sqrt(width * height)


def _choose_drive(scene: Scene, path: Path) -> float:
    """The least zoom that keeps both pictures over the frame while they are seen."""
    drive = LEAST_DRIVE
    for number in range(1, 2 * scene.frames):
        share = number / (2 * scene.frames)
        for view, is_seen in zip(
            path(share), (share < 0.5 + MATCHED_CROSS / 2, share > 0.5 - MATCHED_CROSS / 2), strict=True
        ):
            if is_seen:
                drive = max(drive, (_measure_cover(scene, view) - 1) / math.sin(math.pi * share) ** 2)
    return min(drive, MOST_DRIVE)


def _measure_cover(scene: Scene, view: View) -> float:
    """How much larger a view must be, about its target, to leave no edge of the frame bare."""
    sides = ((view.source[0], view.target[0], scene.width), (view.source[1], view.target[1], scene.height))
    needs = [1.0]
    for source, target, side in sides:
        needs.append(target / max(1.0, source * view.zoom))
        needs.append((side - target) / max(1.0, (side - source) * view.zoom))
    return max(needs)


def run_on(scene: Scene) -> Path:
    """The camera's move goes on through the cut: as fast at its end in the one picture as at its start in the other."""
    middle = scene.width / 2, scene.height / 2
    pulls = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
    pull = pulls.get(scene.direction, (0, 0))
    zoom = {"in": RUN_ZOOM, "out": -RUN_ZOOM}.get(scene.direction, 0.0)

    def find(share: float) -> tuple[View, View]:
        drive = 1 + LEAST_DRIVE * math.sin(math.pi * share) ** 2
        views = []
        for along in (glide(share), glide(share) - 1):
            target = (
                middle[0] + pull[0] * RUN_ON * scene.width * along,
                middle[1] + pull[1] * RUN_ON * scene.height * along,
            )
            views.append(View(middle, target, drive * math.exp(zoom * along)))
        return views[0], views[1]

    return find


def _count_steps(scene: Scene, before: View, after: View) -> int:
    """Views a blur is made of, by how far the corners of the picture move."""
    corners = ((0, 0), (scene.width, 0), (0, scene.height), (scene.width, scene.height))
    moved = max(math.dist(before.show(*corner), after.show(*corner)) for corner in corners)
    return next((count for reach, count in STEPS_PX if moved <= reach), MOST_STEPS)


def _average(planes: Planes, views: list[View]) -> Planes:
    """The mean of one, two or four views of a picture."""
    if len(views) == 1:
        luma, blue, red = (look(plane, views[0], divisor) for plane, divisor in zip(planes, (1, 2, 2), strict=True))
        return luma, blue, red
    shift = len(views).bit_length() - 1
    done = []
    for plane, divisor in zip(planes, (1, 2, 2), strict=True):
        total: npt.NDArray[np.uint16] = np.full(plane.shape, len(views) // 2, np.uint16)
        for view in views:
            total += look(plane, view, divisor, is_blurred=True)
        done.append((total >> shift).astype(np.uint8))
    return done[0], done[1], done[2]


def look(plane: Plane, view: View, divisor: int, *, is_blurred: bool = False) -> Plane:
    """A plane as a view shows it, what lies beyond its edges mirrored; `divisor` is 2 for chroma.

    One of the views of a blur is placed to the nearest pixel, any other to a share of one.
    """
    sides = plane.shape
    starts = [
        (view.source[axis] - view.target[axis] / view.zoom) / divisor
        for axis in (1, 0)
    ]  # fmt: skip
    spans = [
        (math.floor(start), math.ceil(start + side / view.zoom) + 2) for start, side in zip(starts, sides, strict=True)
    ]
    part = _cut_mirrored(plane, spans)
    lengths = [round(count * view.zoom) for count in part.shape]
    scaled = resize(part, lengths[1], lengths[0])
    offsets = [
        (start - span[0]) * length / (span[1] - span[0])
        for start, span, length in zip(starts, spans, lengths, strict=True)
    ]
    if is_blurred:
        offsets = [float(round(offset)) for offset in offsets]
    return _shift(_shift(scaled, offsets[0], sides[0], 0), offsets[1], sides[1], 1)


def _cut_mirrored(plane: Plane, spans: list[tuple[int, int]]) -> Plane:
    """The part of a plane between rows and columns, mirrored at its edges where it ends before they do."""
    inner = tuple(slice(max(0, low), min(side, high)) for (low, high), side in zip(spans, plane.shape, strict=True))
    bare = [(max(0, -low), max(0, high - side)) for (low, high), side in zip(spans, plane.shape, strict=True)]
    part = plane[inner]
    return np.pad(part, bare, mode="symmetric") if any(map(any, bare)) else part


def _shift(plane: Plane, offset: float, side: int, axis: int) -> Plane:
    """`side` rows or columns from a fractional offset on, linear in between: a slow move does not jump by pixels."""
    whole = min(int(offset), plane.shape[axis] - side)
    rest = round((offset - whole) * FULL)
    near = _cut(plane, whole, side, axis)
    if rest <= 0 or whole + side >= plane.shape[axis]:
        return near
    far = _cut(plane, whole + 1, side, axis)
    mixed = near * np.uint16(FULL - min(rest, FULL))
    mixed += far * np.uint16(min(rest, FULL))
    mixed += FULL // 2
    mixed >>= 7
    return mixed.astype(np.uint8)


def _cut(plane: Plane, start: int, side: int, axis: int) -> Plane:
    return plane[start : start + side] if axis == 0 else plane[:, start : start + side]
