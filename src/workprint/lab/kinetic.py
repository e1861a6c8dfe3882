"""Titles that come part by part: the plate first, then each line, word or letter rising into its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import av
import numpy as np
import skia

from workprint.lab.card_motion import PartPose
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
from workprint.lab.title_motion import CARD, KINETIC, PART_RISE, plan_schedule

Edges = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""


SHEEN, SHEEN_WIDTH = 0.62, 1.1
"""Opacity of the light that runs over a button at its middle, and how far it reaches to each side, in its heights."""


@dataclass(frozen=True)
class Moved:
    """A part at one moment: which it is, where its ink is taken from, how far below its place it stands, its pose."""

    index: int
    edges: Edges
    drop: float
    pose: PartPose

    @property
    def grown(self) -> float:
        """Pixels it reaches beyond its edges because it is larger for a moment."""
        left, top, right, bottom = self.edges
        return max(0.0, self.pose.scale - 1) * max(right - left, bottom - top) / 2

    @property
    def rests(self) -> bool:
        """Whether it has come."""
        return self.pose == PartPose()


class KineticTitle:
    """A title of three full-frame pictures (whole, plate, ink) whose parts are boxes [x, y, width, height].

    Boxes are measured in the pictures' own pixels and must not overlap; `size` is that of the frames, `cast` the role
    of every part of a card. Raises ValueError or PictureRefused when a file is no picture.
    """

    def __init__(
        self,
        paths: Sequence[PurePath],
        boxes: Sequence[Sequence[float]],
        name: str,
        size: tuple[int, int],
        cast: Sequence[str] = (),
    ) -> None:
        whole, plate, ink = paths
        facts = sniff(whole)
        self._whole, self._plate = Title(whole, *size), Title(plate, *size)
        self._size = size
        self._rise = PART_RISE.get(name, PART_RISE["lines"]) * min(size)
        self._schedule = plan_schedule(name, len(boxes), cast)
        self._parts = [scale_box(box, (facts.width, facts.height), size) for box in boxes]
        pixels = read_premultiplied(ink, *size)
        self._ink = wrap(pixels)
        self._resting = make_resting(pixels, self._list_resting(), size)
        for x, y, right, bottom in self._parts:
            pixels[y:bottom, x:right] = 0
        # What no part claims, such as a fringe at the edge of a scaled box, comes with the plate.
        self._loose = make_loose(pixels)
        # Without a plate the bands are all there is, in much smaller boxes than the whole.
        self._is_all_bands = self._plate.ink is None and not self._loose

    def _list_resting(self) -> list[Moved]:
        return [Moved(index, edges, 0.0, PartPose()) for index, edges in enumerate(self._parts)]

    def lay(self, frame: av.VideoFrame, pose: Pose) -> None:
        """Lay the title over a yuv420p frame of one's own, in place."""
        if pose.revealed >= 1:
            self._lay_whole(frame, pose)
            return
        shown = self._schedule.show_plate(pose.revealed)
        self._plate.lay(frame, Pose(opacity=shown))
        for layer in self._loose:
            lay_over(frame, layer, round(FULL * shown))
        for band in group_bands(self._move(pose.revealed)):
            resting = self._resting.get(tuple(part.index for part in band))
            if resting is not None and all(part.rests for part in band):
                lay_over(frame, resting)
                continue
            box = enclose(band, self._size)
            lay_over(frame, make_layer(self._draw(band, box), box))

    def _lay_whole(self, frame: av.VideoFrame, pose: Pose) -> None:
        if not (self._is_all_bands and pose == Pose(opacity=pose.opacity)):
            self._whole.lay(frame, pose)
            return
        for layer in self._resting.values():
            lay_over(frame, layer, round(FULL * pose.opacity))

    def _move(self, share: float) -> list[Moved]:
        moved = []
        for index, edges in enumerate(self._parts):
            pose = self._schedule.pose(index, share)
            if pose.opacity > 0:
                drop = pose.rise * self._rise + pose.slide * (edges[3] - edges[1])
                moved.append(Moved(index, edges, drop, pose))
        return moved

    def _draw(self, band: Sequence[Moved], box: Box) -> Plane:
        """Parts on their way as premultiplied RGBA inside a box."""
        pixels = np.zeros((box.height, box.width, 4), np.uint8)
        info = skia.ImageInfo.Make(box.width, box.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        canvas = skia.Surface.MakeRasterDirect(info, pixels, box.width * 4).getCanvas()
        canvas.translate(-box.x, -box.y)
        for part in band:
            draw_part(canvas, self._ink, part)
        return pixels


def draw_part(canvas: skia.Canvas, ink: skia.Image, part: Moved) -> None:
    """Draw a part in its pose: sliding parts behind their own edges, grown ones about their middle."""
    pose, source = part.pose, skia.Rect.MakeLTRB(*part.edges)
    moves = part.drop or pose.scale != 1
    sampling = skia.SamplingOptions(skia.FilterMode.kLinear) if moves else skia.SamplingOptions()
    canvas.save()
    if pose.slide:
        canvas.clipRect(source)
    middle = (source.centerX(), source.centerY())
    canvas.translate(*middle)
    canvas.scale(pose.scale, pose.scale)
    canvas.translate(-middle[0], -middle[1])
    strict = skia.Canvas.SrcRectConstraint.kStrict_SrcRectConstraint
    target = source.makeOffset(0, part.drop)
    canvas.drawImageRect(ink, source, target, sampling, skia.Paint(Alphaf=pose.opacity), strict)
    if pose.sheen >= 0:
        draw_sheen(canvas, target, pose.sheen)
    canvas.restore()


def draw_sheen(canvas: skia.Canvas, area: skia.Rect, share: float) -> None:
    """A soft band of light running over a shape from left to right, slanted, only where there is ink."""
    reach = area.height() * SHEEN_WIDTH
    x = area.left() - reach + share * (area.width() + 2 * reach)
    slant = 0.35 * reach
    points = [skia.Point(x - reach, area.top() + slant), skia.Point(x + reach, area.top() - slant)]
    light = skia.ColorSetARGB(round(255 * SHEEN), 255, 255, 255)
    clear = skia.ColorSetARGB(0, 255, 255, 255)
    shader = skia.GradientShader.MakeLinear(points, [clear, light, clear], [0.0, 0.5, 1.0])
    canvas.drawRect(area, skia.Paint(Shader=shader, BlendMode=skia.BlendMode.kSrcATop))


def make_resting(pixels: Plane, parts: Sequence[Moved], size: tuple[int, int]) -> dict[tuple[int, ...], Layer]:
    """A layer for every band of resting parts, by their numbers: what has come is not drawn again for every frame."""
    layers = {}
    for band in group_bands(parts):
        box = enclose(band, size)
        layers[tuple(part.index for part in band)] = make_layer(cut(pixels, box), box)
    return layers


def choose_parts(parts: object, entrance: str) -> tuple[str, list[list[float]]]:
    """The entrance a title can make, and its parts, from the fact `parts`.

    Where letters do not stand alone it comes by words, else by lines, else as a whole: then the list is empty.
    """
    if entrance not in (*KINETIC, CARD) or not isinstance(parts, Mapping):
        return entrance, []
    for name in (CARD,) if entrance == CARD else reversed(KINETIC[: KINETIC.index(entrance) + 1]):
        boxes = parts.get(name)
        if isinstance(boxes, Sequence) and boxes:
            return name, [list(box) for box in boxes]
    return entrance, []


def read_cast(facts: Mapping[str, object]) -> tuple[str, ...]:
    """The roles of a card's parts from the facts of its title; empty for other titles."""
    cast = facts.get("cast")
    return tuple(str(role) for role in cast) if isinstance(cast, Sequence) else ()


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
    for part in sorted(parts, key=lambda one: one.edges[1] + one.drop - one.grown):
        # Two rows for resampling and two because boxes begin at even places.
        if not bands or part.edges[1] + part.drop - part.grown >= foot + 4:
            bands.append([])
        bands[-1].append(part)
        foot = max(foot, part.edges[3] + part.drop + part.grown)
    return bands


def enclose(parts: Sequence[Moved], size: tuple[int, int]) -> Box:
    """All of the frame that parts touch, with a pixel for resampling."""
    left = min(part.edges[0] - part.grown for part in parts) - 1
    right = max(part.edges[2] + part.grown for part in parts) + 1
    top = min(part.edges[1] + part.drop - part.grown for part in parts) - 1
    bottom = max(part.edges[3] + part.drop + part.grown for part in parts) + 1
    return even_box((max(0, left), max(0, top)), (right, bottom), size)
