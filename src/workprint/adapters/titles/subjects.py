"""Where the subjects of the shots behind a title stand: told by the clips, else found in their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.film.canonical import Json
from workprint.lab.encode import Plane
from workprint.lab.safe_areas import Area
from workprint.lab.subjects import NEAR, find_subject

Grid = npt.NDArray[np.float32]

WHOLE_FRAME = 0.62
"""Share of the frame from which a subject is the ground of a title: nothing could stand clear of it."""

CLEARANCE = 0.022
"""Room around a subject that belongs to it, in short sides: type that touches a lid reads as a fault."""

HEART, SLOPE, LEAST = 0.90, 1.8, 0.06
"""A subject found in a picture is a guess, and its box holds what flies or lies round it too: it weighs fully in the
middle and fades towards the rim as SLOPE times what is left to the squared distance HEART, never under LEAST."""


PLAIN_RIM, FAR_TINT = 0.030, 0.085
"""Spread of chromaticity round the rim of a picture below which the rim counts as one ground, and how far a colour is
from it that is surely no ground: a shadow keeps the ground's chromaticity, a lamp's shade does not."""

MASK_REACH = 3
"""Cells round a subject that stands out of one ground which belong to it."""


@dataclass(frozen=True)
class Presence:
    """The subjects of one stretch of footage in frame pixels; `is_told` when the clip itself says so.

    `mask`: what every cell has of a subject that stands out of one ground, 0..1.
    """

    boxes: tuple[Area, ...]
    is_told: bool
    mask: Grid | None = None

    @property
    def around(self) -> Area | None:
        """The box around all of them."""
        if not self.boxes:
            return None
        x, y = min(box.x for box in self.boxes), min(box.y for box in self.boxes)
        return Area(x, y, max(box.right for box in self.boxes) - x, max(box.bottom for box in self.boxes) - y)


def read_presence(told: Json, stretch: tuple[int, int], samples: Sequence[Plane], size: tuple[int, int]) -> Presence:
    """The subjects of a stretch (first frame, frames): `told` is the clip's fact `subjects`, None where it has none."""
    if told:
        boxes = tuple(box for track in told if (box := join_track(track, stretch, size)) is not None)
        if boxes:
            return Presence(tuple(box for box in boxes if is_apart(box, size)), True)
    mask = find_mask(samples)
    if mask is not None:
        return Presence((), False, mask)
    found = [find_subject((one[..., 0], one[..., 1], one[..., 2])) for one in samples]
    places = [scale_box(box, one, size) for box, one in zip(found, samples, strict=True) if box is not None]
    if 2 * len(places) <= len(found):
        return Presence((), False)
    box = join(places)
    return Presence((box,) if is_apart(box, size) else (), False)


def find_mask(samples: Sequence[Plane]) -> Grid | None:
    """What stands out of the one ground that all pictures are framed in; None where there is none, or where it fills
    the frame.
    """
    masks = [mask for one in samples if (mask := leave_ground(one)) is not None]
    if len(masks) < len(samples) or not masks:
        return None
    mask = np.asarray(np.maximum.reduce(masks), np.float32)
    return mask if 0.01 < float(mask.mean()) < WHOLE_FRAME else None


def leave_ground(picture: Plane) -> Grid | None:
    """How far every place is from the colour of a plain rim, 0..1, in chromaticity; None where the rim is not plain."""
    color = picture.astype(np.float32) / np.float32(255)
    tint = color / (color.sum(axis=2, keepdims=True) + np.float32(0.15))
    rim = np.concatenate((tint[:4].reshape(-1, 3), tint[:, :4].reshape(-1, 3), tint[:, -4:].reshape(-1, 3)))
    middle = np.median(rim, axis=0)
    if float(np.abs(rim - middle).max(axis=1).mean()) > PLAIN_RIM:
        return None
    return np.asarray(np.clip(np.abs(tint - middle).max(axis=2) / np.float32(FAR_TINT), 0, 1), np.float32)


def join_track(track: Json, stretch: tuple[int, int], size: tuple[int, int]) -> Area | None:
    """The box around one told subject while a stretch lasts."""
    start, frames = stretch
    rows = [row for row in track if start - NEAR <= row[0] < start + frames + NEAR]
    across, down = size[0] / 1000, size[1] / 1000
    places = [Area(x * across, y * down, w * across, h * down) for _, x, y, w, h in rows]
    return join(places) if places else None


def scale_box(box: tuple[float, float, float, float], picture: Plane, size: tuple[int, int]) -> Area:
    """A box in a small picture in pixels of the frame."""
    across, down = size[0] / picture.shape[1], size[1] / picture.shape[0]
    return Area(box[0] * across, box[1] * down, box[2] * across, box[3] * down)


def join(boxes: Sequence[Area]) -> Area:
    """The box around at least one box."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Area(x, y, max(box.right for box in boxes) - x, max(box.bottom for box in boxes) - y)


def is_apart(box: Area, size: tuple[int, int]) -> bool:
    """Whether a subject leaves room beside it."""
    return box.width * box.height < WHOLE_FRAME * size[0] * size[1]


def widen(grid: Grid, reach: int) -> Grid:
    """The greatest value within `reach` cells of every cell."""
    for axis in (0, 1):
        pads = [(reach, reach) if side == axis else (0, 0) for side in (0, 1)]
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(grid, pads, mode="edge"), 2 * reach + 1, axis=axis)
        grid = windows.max(axis=-1)
    return grid


def paint(presences: Sequence[Presence], shape: tuple[int, int], cell: float, short_side: float) -> Grid:
    """How much every cell belongs to a subject, 0..1, in the stretch in which it does most. `cell` in pixels."""
    rows, columns = shape
    x = ((np.arange(columns, dtype=np.float32) + 0.5) * np.float32(cell))[None, :]
    y = ((np.arange(rows, dtype=np.float32) + 0.5) * np.float32(cell))[:, None]
    out = np.zeros(shape, np.float32)
    for presence in presences:
        if presence.mask is not None:
            np.maximum(out, widen(presence.mask, MASK_REACH), out=out)
        pad = CLEARANCE * short_side if presence.is_told else 0.0
        for box in presence.boxes:
            across = np.abs(x - np.float32(box.x + box.width / 2)) / np.float32(box.width / 2 + pad)
            down = np.abs(y - np.float32(box.y + box.height / 2)) / np.float32(box.height / 2 + pad)
            inside = (across <= 1) & (down <= 1)
            if presence.is_told:
                weight = inside.astype(np.float32)
            else:
                weight = np.where(inside, np.clip(SLOPE * (HEART - across**2 - down**2), LEAST, 1), 0).astype(
                    np.float32
                )
            np.maximum(out, weight, out=out)
    return out
