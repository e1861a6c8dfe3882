"""Burned-in captions over the frames of a piece of film: each stands from its first frame up to its end, plainly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import av
import numpy as np
import skia

from workprint.film.cut_orders import CaptionCue
from workprint.lab.decode import copy_frame
from workprint.lab.encode import Plane
from workprint.lab.overlay import Layer, cut, find_ink, lay_over, make_layer
from workprint.ports.maker import BenchInput


@dataclass(frozen=True)
class Plate:
    """A caption: the film frames it stands on, its recording's captions, and which of their files it is."""

    first: int
    end: int
    given: BenchInput
    file: int


@dataclass
class CaptionTrack:
    """The captions of a piece that begins at film frame `at` and is `size` pixels large."""

    at: int
    size: tuple[int, int]
    plates: Sequence[Plate] = ()
    _layers: dict[int, Layer | None] = field(default_factory=dict)

    def lay(self, frame: av.VideoFrame, number: int, *, is_own: bool) -> av.VideoFrame:
        """The piece's frame `number` with its captions; one the decoder may still refer to is copied first."""
        for index, plate in enumerate(self.plates):
            if plate.first <= self.at + number < plate.end:
                layer = self._open(index)
                if layer is not None:
                    frame, is_own = (frame if is_own else copy_frame(frame)), True
                    lay_over(frame, layer)
        return frame

    def _open(self, index: int) -> Layer | None:
        if index not in self._layers:
            plate = self.plates[index]
            whole = draw_plate(plate.given, plate.file, self.size)
            ink = find_ink(whole[:, :, 3])
            self._layers[index] = None if ink is None else make_layer(cut(whole, ink), ink)
        return self._layers[index]


def open_captions(inputs: Mapping[str, BenchInput], cue: CaptionCue | None, size: tuple[int, int]) -> CaptionTrack:
    """The captions a cue names; a track without any where there is no cue."""
    if cue is None:
        return CaptionTrack(0, size)
    plates = [
        Plate(int(told[0]), int(told[1]), inputs[role], file)
        for role in cue.roles
        for file, told in enumerate(inputs[role].facts["plates"])
    ]
    return CaptionTrack(cue.at, size, plates)


def draw_plate(given: BenchInput, file: int, size: tuple[int, int]) -> Plane:
    """One caption in its place in a frame of a size, (height, width, 4) premultiplied RGBA.

    Raises ValueError when the file is no picture.
    """
    picture = skia.Image.MakeFromEncoded(skia.Data.MakeFromFileName(str(given.paths[file])))
    if picture is None:
        raise ValueError(f"{given.paths[file].name} is not a picture")
    (width, height), (across, down) = size, given.facts["size"]
    _, _, x, y = given.facts["plates"][file]
    pixels = np.zeros((height, width, 4), np.uint8)
    info = skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    canvas = skia.Surface.MakeRasterDirect(info, pixels, width * 4).getCanvas()
    canvas.scale(width / across, height / down)
    is_same = (width, height) == (across, down)
    smaller = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    canvas.drawImage(picture, x, y, skia.SamplingOptions() if is_same else smaller)
    return pixels
