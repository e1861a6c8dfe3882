"""Drawn product pictures, looks and benches for tests of the previz renderer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workprint.film.brief import CameraMove, SceneType
from workprint.film.look import COMPANION_ROLES
from workprint.film.picture_orders import Look
from workprint.lab.pictures import save_png
from workprint.ports.maker import Bench, BenchInput

Pixels = npt.NDArray[np.uint8]

SIZES = {"16:9": (192, 108), "9:16": (108, 192), "1:1": (120, 120), "4:5": (112, 140)}

LOOK = Look(
    width=192,
    height=108,
    rate=(24, 1),
    frames=12,
    type=SceneType.PACKSHOT,
    layout="hero_sweep",
    lighting="soft_top",
    move=CameraMove.DOLLY_IN,
    focal_length_mm=50,
    f_number=2.8,
    energy=50,
    palette=("#12211D", "#E8A33D", "#F3EADB"),
    palette_hint="warm",
    picture_has_alpha=True,
)


def look(**changes: Any) -> Look:
    """The standard look with some fields changed."""
    return replace(LOOK, **changes)


def draw_bottle(width: int = 90, height: int = 200) -> Pixels:
    """A shaded bottle cut out with soft alpha, clear all round."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    across = (x / width - 0.5) * 2
    half = np.where(y < 0.3 * height, 0.26, 0.74)
    away = (half - np.abs(across)) * width / 2
    alpha = np.clip(away + 0.5, 0, 1) * ((y > 0.06 * height) & (y < 0.95 * height))
    shade = 0.35 + 0.65 * np.clip(1 - np.abs(across + 0.25) / 0.8, 0, 1)
    picture = np.empty((height, width, 4), np.uint8)
    picture[..., :3] = shade[..., None] * (220, 150, 60)
    picture[..., 3] = 255 * alpha
    return picture


def draw_photo(width: int = 240, height: int = 160, seed: int = 1) -> Pixels:
    """An opaque scene: a sky, a floor, coloured blocks."""
    random = np.random.default_rng(seed)
    picture = np.full((height, width, 4), 255, np.uint8)
    picture[..., :3] = np.linspace((40, 60, 110), (190, 120, 70), height)[:, None]
    for _ in range(12):
        left, top = int(random.integers(0, width - 8)), int(random.integers(0, height - 8))
        picture[top : top + height // 6 + 4, left : left + width // 9 + 4, :3] = random.integers(20, 230, 3)
    return picture


def set_bench(payload: object, folder: Path, pictures: tuple[Pixels, ...], seed: int = 7) -> Bench:
    """A bench with pictures under the renderer's roles; its scratch is a new folder."""
    scratch = folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    inputs = {}
    for role, picture in zip(("picture", *COMPANION_ROLES), pictures, strict=False):
        path = folder / f"{role}.png"
        save_png(picture, path)
        inputs[role] = BenchInput((path,), ("image/png",), {})
    return Bench("clip", "TEST", payload, inputs, seed, scratch, lambda fraction: None)


def digest_clip(folder: str) -> str:
    """Digest of a clip's bytes, made in whatever process calls this."""
    from hashlib import sha256  # noqa: PLC0415

    from workprint.adapters.previz import shoot_clip  # noqa: PLC0415
    from workprint.film.picture_orders import ClipPayload  # noqa: PLC0415

    bench = set_bench(ClipPayload(look(frames=5), "", "intermediate"), Path(folder), (draw_bottle(),))
    return sha256(Path(shoot_clip(bench).files[0].path).read_bytes()).hexdigest()
