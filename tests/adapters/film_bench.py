"""Small clips, titles and benches for tests of the cutting room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import av
import numpy as np
import skia
from numpy.typing import NDArray

from workprint.film.time import Rate
from workprint.lab.encode import FilmWriter, from_rgb
from workprint.lab.picture_scan import PictureScan, scan_pictures
from workprint.ports.maker import Bench, BenchInput, Made

Pixels = NDArray[np.uint8]

WIDTH, HEIGHT = 160, 90


def set_up(payload: object, scratch: Path, **inputs: Path) -> Bench:
    """A bench whose inputs are files by role (`segment_0000` stands for `segment.0000`)."""
    scratch.mkdir(parents=True, exist_ok=True)
    roles = {role.replace("_", "."): BenchInput((path,), (), {}) for role, path in inputs.items()}
    return Bench("step", "TEST", payload, roles, 7, scratch, lambda fraction: None)


def texture(seed: int = 0, width: int = WIDTH * 3, height: int = HEIGHT) -> Pixels:
    """A wide picture of coloured blocks to move across."""
    blocks = np.random.default_rng(seed).normal(120, 35, (height // 10 + 1, width // 10 + 1, 3))
    return np.clip(blocks, 30, 220).astype(np.uint8).repeat(10, 0).repeat(10, 1)[:height, :width]


def moving(seed: int = 0, speed: int = 1, width: int = WIDTH, height: int = HEIGHT) -> Callable[[int], Pixels]:
    """A camera that pans over a texture, `speed` pixels a frame."""
    wide = texture(seed, width * 3, height)
    return lambda n: np.roll(wide, -n * speed, axis=1)[:, :width]


def write_clip(
    path: Path,
    frames: int,
    picture: Callable[[int], Pixels],
    preset: str = "intermediate",
    rate: tuple[int, int] = (30, 1),
) -> Path:
    """A clip of pictures by frame number."""
    height, width = picture(0).shape[:2]
    with FilmWriter(path, width, height, rate, preset) as film:
        for number in range(frames):
            film.write_rgb(picture(number))
    return path


def scan(picture: Callable[[int], Pixels], frames: int = 60) -> PictureScan:
    """A scan of pictures at 30 fps, without an encoder between."""

    def make() -> Iterator[av.VideoFrame]:
        for number in range(frames):
            yield from_rgb(picture(number))

    return scan_pictures(make(), Rate(30))


def brighten(picture: Pixels, levels: int) -> Pixels:
    """The picture with a constant added."""
    return np.clip(picture.astype(int) + levels, 0, 255).astype(np.uint8)


def write_title(path: Path, width: int, height: int, box: tuple[int, int, int, int], color: str = "#FFFFFF") -> Path:
    """A full-frame RGBA picture with one opaque rectangle (x, y, width, height)."""
    surface = skia.Surface(width, height)
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    surface.getCanvas().drawRect(skia.Rect.MakeXYWH(*box), skia.Paint(Color=skia.Color(red, green, blue)))
    path.write_bytes(bytes(surface.makeImageSnapshot().encodeToData(skia.kPNG, 100)))
    return path


def verdicts(made: Made) -> Mapping[str, str]:
    """Verdict by metric of a check."""
    return {reading["metric"]: reading["verdict"] for reading in made.facts["readings"]}


def faults(made: Made) -> set[str]:
    """The metrics a check found at fault."""
    return {metric for metric, verdict in verdicts(made).items() if verdict == "fault"}
