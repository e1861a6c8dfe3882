"""Rows about shot designs: what drawing and encoding one frame of each costs at 1080p."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.table import Row
from workprint.adapters.previz.raster import Planes
from workprint.adapters.previz.render import DESIGNS, LAYOUTS, SETS, Shoot
from workprint.film.brief import CameraMove, SceneType
from workprint.film.picture_orders import Look
from workprint.lab.encode import FilmWriter
from workprint.lab.pictures import load

ASSETS = Path(__file__).resolve().parent.parent / "examples" / "solvane" / "assets"
CUTOUT = ("ember-cutout.png",)
PHOTOS = ("ember-detail.jpg", "ember-above.jpg", "ember-terrace.jpg")
SIDE = 2600
"""Pictures are read as the renderer's own maker reads them."""

FRAMES = 24
"""Consecutive frames measured, from the middle of a shot of 90: moves are fastest there."""
FIRST, LENGTH, RATE = 33, 90, (30, 1)
PRESET = "intermediate"
"""The preset every clip is encoded with before it is reviewed and cut."""
CORES = 2
"""The reference machine has two; shots are drawn one to a core, so a frame's CPU seconds count twice a second."""

LEAST_FPS = 8.0
"""Finished frames a second over two cores that no design may fall below."""
MEAN_FPS = 20.0
"""Finished frames a second over two cores that all designs reach on average: goals of the project's issue 3."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds: of making a shot ready, and to a frame of drawing and of encoding."""

    build: float
    draw: float
    encode: float

    @property
    def fps(self) -> float:
        """Finished frames a second over all cores."""
        return CORES / (self.draw + self.encode)


def measure_designs(folder: Path) -> Iterator[Row]:
    """Every design against encoding its frames alone, then all of them on average."""
    costs = {layout: measure_design(layout, folder) for layout in LAYOUTS}
    for layout, cost in costs.items():
        yield Row(
            f"designs {layout}",
            f"1080x1920 frame, drawn in {1000 * cost.draw:.0f} ms CPU (shot ready in {cost.build:.2f} s)",
            f"{cost.fps:.0f} frames/s",
            f"{1000 * cost.encode:.0f} ms to encode it",
            f"{(cost.draw + cost.encode) / cost.encode:.2f}",
            f">= {LEAST_FPS:g} frames/s",
            cost.fps >= LEAST_FPS,
        )
    draw, encode = (sum(getattr(cost, part) for cost in costs.values()) / len(costs) for part in ("draw", "encode"))
    fps = CORES / (draw + encode)
    yield Row(
        "designs mean",
        f"{len(costs)} designs, drawn in {1000 * draw:.0f} ms CPU",
        f"{fps:.0f} frames/s",
        f"{1000 * encode:.0f} ms to encode one",
        f"{(draw + encode) / encode:.2f}",
        f">= {MEAN_FPS:g} frames/s",
        fps >= MEAN_FPS,
    )


def measure_design(layout: str, folder: Path) -> Cost:
    """The cost of a design, in this process: drawing first, then encoding the frames it drew."""
    names = CUTOUT if layout in (*SETS, *DESIGNS) else PHOTOS
    pictures = tuple(load(ASSETS / name, SIDE) for name in names)
    start = time.process_time()
    shoot = Shoot(choose_look(layout), pictures, 7)
    build = time.process_time() - start
    start = time.process_time()
    frames = [shoot.draw(FIRST + number) for number in range(FRAMES)]
    draw = (time.process_time() - start) / FRAMES
    return Cost(build, draw, encode_frames(frames, folder / f"{layout}.mp4") / FRAMES)


def choose_look(layout: str) -> Look:
    """A vertical shot of a design in the colours of the example."""
    is_cutout = layout in (*SETS, *DESIGNS)
    return Look(
        width=1080,
        height=1920,
        rate=RATE,
        frames=LENGTH,
        type=SceneType.PACKSHOT if is_cutout else SceneType.MONTAGE,
        layout=layout,
        lighting="soft_top" if is_cutout else "golden",
        move=CameraMove.DOLLY_IN,
        focal_length_mm=50,
        f_number=2.0,
        energy=60,
        palette=("#12211D", "#E8A33D", "#F3EADB"),
        palette_hint="warm",
        picture_has_alpha=is_cutout,
    )


def encode_frames(frames: list[Planes], path: Path) -> float:
    """CPU seconds of encoding frames to a file."""
    height, width = frames[0].y.shape
    start = time.process_time()
    with FilmWriter(path, width, height, RATE, PRESET) as film:
        for frame in frames:
            film.write_planes(frame.y, frame.u, frame.v)
    return time.process_time() - start
