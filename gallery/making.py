"""Makes gallery pieces with the program's own makers, as a production would: a bench goes in, files come out."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
import skia

from workprint.lab.decode import read_frames
from workprint.lab.encode import Plane, to_rgb
from workprint.ports.maker import Bench, BenchInput, Made
from workprint.wiring import find_makers

SCRATCH = Path("work") / "scratch"
"""Folder, inside the gallery's, for files on the way; empty after a run."""

JPEG_QUALITY = 86
"""Percent: no block can be seen at the size of the page."""


def make(step: str, payload: object, scratch: Path, inputs: Mapping[str, BenchInput], seed: int = 11) -> Made:
    """What the registered maker of a step makes of a payload."""
    scratch.mkdir(parents=True, exist_ok=True)
    module, _, name = find_makers()[step].entry.partition(":")
    made: Made = getattr(importlib.import_module(module), name)(
        Bench(step, f"gallery {step}", payload, inputs, seed, scratch, lambda share: None)
    )
    return made


def give(made: Made) -> BenchInput:
    """What was made, as an input of the next piece."""
    return BenchInput(
        tuple(file.path for file in made.files), tuple(file.media_type for file in made.files), made.facts
    )


def give_file(path: Path, media_type: str = "image/png") -> BenchInput:
    """A file as an input."""
    return BenchInput((path,), (media_type,), {})


def pick_frames(film: Path, numbers: tuple[int, ...], size: tuple[int, int] | None = None) -> list[Plane]:
    """RGB pictures of some frames of a film, in the order asked for; a number past the end means the last frame."""
    found: dict[int, Plane] = {}
    last: av.VideoFrame | None = None
    count = -1
    for count, frame in enumerate(read_frames(film)):
        last = frame
        if count in numbers:
            found[count] = to_rgb(frame, size)
        if count >= max(numbers):
            break
    assert last is not None
    return [found[number] if number in found else to_rgb(last, size) for number in numbers]


def to_image(pixels: Plane) -> skia.Image:
    """An opaque Skia picture of RGB pixels."""
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    rgba = np.ascontiguousarray(np.concatenate((pixels[..., :3], opaque), axis=2))
    return skia.Image.fromarray(rgba, skia.kRGBA_8888_ColorType, alphaType=skia.kOpaque_AlphaType)


def save_jpeg(picture: Plane | skia.Image, path: Path, quality: int = JPEG_QUALITY) -> None:
    """Write a picture as a JPEG."""
    image = picture if isinstance(picture, skia.Image) else to_image(picture)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(image.encodeToData(skia.kJPEG, quality)))


def read_image(path: Path) -> skia.Image:
    """A picture file of our own making."""
    image = skia.Image.MakeFromEncoded(skia.Data.MakeFromFileName(str(path)))
    if image is None:
        raise ValueError(f"{path} is not a picture")
    return image
