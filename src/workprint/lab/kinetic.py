"""Titles that come part by part: the plate first, then each line, word or letter rising into its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import av
import numpy as np
import skia

from workprint.lab.encode import Plane
from workprint.lab.overlay import FULL, Box, Pose, Title, even_box, lay_over, make_layer, read_premultiplied
from workprint.lab.pictures import sniff
from workprint.lab.title_motion import PART_RISE, Schedule, time_parts


class KineticTitle:
    """A title of three full-frame pictures (whole, plate, ink) whose parts are boxes [x, y, width, height].

    Boxes are measured in the pictures' own pixels and must not overlap; `size` is that of the frames. Raises ValueError
    or PictureRefused when a file is no picture.
    """

    def __init__(
        self,
        paths: Sequence[PurePath],
        boxes: Sequence[Sequence[float]],
        name: str,
        size: tuple[int, int],
    ) -> None:
        whole, plate, ink = paths
        self._whole = Title(whole, *size)
        self._plate = Title(plate, *size)
        self._size = size
        self._rise = PART_RISE[name] * min(size)
        self._schedule: Schedule = time_parts(name, len(boxes))
        pixels = read_premultiplied(ink, *size)
        facts = sniff(whole)
        drawn = (facts.width, facts.height)
        self._boxes = [scale_box(box, drawn, size) for box in boxes]
        self._ink = wrap(pixels)
        loose = pixels.copy()
        for x, y, right, bottom in self._boxes:
            loose[y:bottom, x:right] = 0
        # What no part claims, such as a fringe at the edge of a scaled box, comes with the plate.
        self._loose = wrap(loose) if loose.any() else None
        self._reach = reach(self._boxes, self._rise, size)

    def lay(self, frame: av.VideoFrame, pose: Pose) -> None:
        """Lay the title over a yuv420p frame of one's own, in place."""
        if pose.revealed >= 1:
            self._whole.lay(frame, pose)
            return
        shown = self._schedule.show_plate(pose.revealed)
        self._plate.lay(frame, Pose(opacity=shown))
        pixels = self._draw(pose.revealed, shown)
        if pixels.any():
            lay_over(frame, make_layer(pixels, self._reach), FULL)

    def _draw(self, share: float, shown: float) -> Plane:
        """The ink of all parts on their way as premultiplied RGBA inside the reach."""
        box = self._reach
        pixels = np.zeros((box.height, box.width, 4), np.uint8)
        info = skia.ImageInfo.Make(box.width, box.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        canvas = skia.Surface.MakeRasterDirect(info, pixels, box.width * 4).getCanvas()
        canvas.translate(-box.x, -box.y)
        if self._loose is not None:
            canvas.drawImage(self._loose, 0, 0, skia.SamplingOptions(), skia.Paint(Alphaf=shown))
        for index, (x, y, right, bottom) in enumerate(self._boxes):
            opacity, left = self._schedule.show_part(index, share)
            if opacity <= 0:
                continue
            source = skia.Rect.MakeLTRB(x, y, right, bottom)
            target = source.makeOffset(0, left * self._rise)
            moves = left * self._rise > 0.02
            sampling = skia.SamplingOptions(skia.FilterMode.kLinear) if moves else skia.SamplingOptions()
            strict = skia.Canvas.SrcRectConstraint.kStrict_SrcRectConstraint
            canvas.drawImageRect(self._ink, source, target, sampling, skia.Paint(Alphaf=opacity), strict)
        return pixels


def wrap(pixels: Plane) -> skia.Image:
    """A Skia picture of premultiplied pixels."""
    return skia.Image.fromarray(pixels, skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType)


def scale_box(box: Sequence[float], drawn: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a box at another size; boxes that only touch do not come to overlap."""
    x, y, width, height = box
    across, down = size[0] / drawn[0], size[1] / drawn[1]
    return round(x * across), round(y * down), round((x + width) * across), round((y + height) * down)


def reach(boxes: Sequence[tuple[int, int, int, int]], rise: float, size: tuple[int, int]) -> Box:
    """All of the frame that parts touch on their way, with a pixel for resampling."""
    near = (min(box[0] for box in boxes) - 1, min(box[1] for box in boxes) - 1)
    far = (max(box[2] for box in boxes) + 1, max(box[3] for box in boxes) + rise + 1)
    return even_box((max(0, near[0]), max(0, near[1])), far, size)
