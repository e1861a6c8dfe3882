"""Titles that come part by part: the plate first, then each line, word or letter rising into its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import av
import numpy as np
import skia

from workprint.lab.encode import Plane
from workprint.lab.overlay import (
    FULL,
    Box,
    Layer,
    Pose,
    Title,
    cut,
    even_box,
    find_ink,
    lay_over,
    make_layer,
    read_premultiplied,
)
from workprint.lab.pictures import sniff
from workprint.lab.title_motion import KINETIC, PART_RISE, Schedule, time_parts

Edges = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""


@dataclass(frozen=True)
class Moved:
    """A part at one moment: where its ink is taken from, how far below its place it stands, opacity 0..1."""

    edges: Edges
    drop: float
    opacity: float


class KineticTitle:
    """A title of three full-frame pictures (whole, plate, ink) whose parts are boxes [x, y, width, height].

    Boxes are measured in the pictures' own pixels and must not overlap; `size` is that of the frames. Raises ValueError
    or PictureRefused when a file is no picture.
    """

    def __init__(
        self, paths: Sequence[PurePath], boxes: Sequence[Sequence[float]], name: str, size: tuple[int, int]
    ) -> None:
        whole, plate, ink = paths
        facts = sniff(whole)
        self._whole, self._plate = Title(whole, *size), Title(plate, *size)
        self._size = size
        self._rise = PART_RISE[name] * min(size)
        self._schedule: Schedule = time_parts(name, len(boxes))
        self._parts = [scale_box(box, (facts.width, facts.height), size) for box in boxes]
        pixels = read_premultiplied(ink, *size)
        self._ink = wrap(pixels)
        for x, y, right, bottom in self._parts:
            pixels[y:bottom, x:right] = 0
        # What no part claims, such as a fringe at the edge of a scaled box, comes with the plate.
        self._loose = make_loose(pixels)

    def lay(self, frame: av.VideoFrame, pose: Pose) -> None:
        """Lay the title over a yuv420p frame of one's own, in place."""
        if pose.revealed >= 1:
            self._whole.lay(frame, pose)
            return
        shown = self._schedule.show_plate(pose.revealed)
        self._plate.lay(frame, Pose(opacity=shown))
        for layer in self._loose:
            lay_over(frame, layer, round(FULL * shown))
        for band in group_bands(self._move(pose.revealed)):
            box = enclose(band, self._size)
            lay_over(frame, make_layer(self._draw(band, box), box))

    def _move(self, share: float) -> list[Moved]:
        moved = []
        for index, edges in enumerate(self._parts):
            opacity, left = self._schedule.show_part(index, share)
            if opacity > 0:
                moved.append(Moved(edges, left * self._rise, opacity))
        return moved

    def _draw(self, band: Sequence[Moved], box: Box) -> Plane:
        """Parts on their way as premultiplied RGBA inside a box."""
        pixels = np.zeros((box.height, box.width, 4), np.uint8)
        info = skia.ImageInfo.Make(box.width, box.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        canvas = skia.Surface.MakeRasterDirect(info, pixels, box.width * 4).getCanvas()
        canvas.translate(-box.x, -box.y)
        strict = skia.Canvas.SrcRectConstraint.kStrict_SrcRectConstraint
        for part in band:
            source = skia.Rect.MakeLTRB(*part.edges)
            sampling = skia.SamplingOptions(skia.FilterMode.kLinear) if part.drop else skia.SamplingOptions()
            paint = skia.Paint(Alphaf=part.opacity)
            canvas.drawImageRect(self._ink, source, source.makeOffset(0, part.drop), sampling, paint, strict)
        return pixels


def choose_parts(parts: object, entrance: str) -> tuple[str, list[list[float]]]:
    """The entrance a title can make, and its parts, from the fact `parts`.

    Where letters do not stand alone it comes by words, else by lines, else as a whole: then the list is empty.
    """
    if entrance not in KINETIC or not isinstance(parts, Mapping):
        return entrance, []
    for name in reversed(KINETIC[: KINETIC.index(entrance) + 1]):
        boxes = parts.get(name)
        if isinstance(boxes, Sequence) and boxes:
            return name, [list(box) for box in boxes]
    return entrance, []


def wrap(pixels: Plane) -> skia.Image:
    """A Skia picture with its own copy of premultiplied pixels."""
    return skia.Image.fromarray(pixels, skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType, copy=True)


def scale_box(box: Sequence[float], drawn: tuple[int, int], size: tuple[int, int]) -> Edges:
    """The edges of a box [x, y, width, height] at another size; boxes that only touch do not come to overlap."""
    x, y, width, height = box
    across, down = size[0] / drawn[0], size[1] / drawn[1]
    return round(x * across), round(y * down), round((x + width) * across), round((y + height) * down)


def make_loose(pixels: Plane) -> list[Layer]:
    """A layer of what is left of the ink, or none."""
    box = find_ink(pixels[:, :, 3])
    return [make_layer(cut(pixels, box), box)] if box else []


def group_bands(parts: Sequence[Moved]) -> list[list[Moved]]:
    """The parts in groups that share no row of the frame: what lies between two groups need not be drawn."""
    bands: list[list[Moved]] = []
    foot = 0.0
    for part in sorted(parts, key=lambda one: one.edges[1] + one.drop):
        # Two rows for resampling and two because boxes begin at even places.
        if not bands or part.edges[1] + part.drop >= foot + 4:
            bands.append([])
        bands[-1].append(part)
        foot = max(foot, part.edges[3] + part.drop)
    return bands


def enclose(parts: Sequence[Moved], size: tuple[int, int]) -> Box:
    """All of the frame that parts touch, with a pixel for resampling."""
    left, right = min(part.edges[0] for part in parts) - 1, max(part.edges[2] for part in parts) + 1
    top = min(part.edges[1] + part.drop for part in parts) - 1
    bottom = max(part.edges[3] + part.drop for part in parts) + 1
    return even_box((max(0, left), max(0, top)), (right, bottom), size)
