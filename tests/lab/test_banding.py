"""Banding: steps in gradients are measured before and after the encoder, grain that hides them is not accused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workprint.lab.banding import measure_banding
from workprint.lab.decode import read_frames
from workprint.lab.encode import FilmWriter, Plane, view_planes
from workprint.lab.picture_faults import BANDING_LIMIT

WIDTH, HEIGHT = 960, 540


def ramp(levels: float, base: float = 40) -> np.ndarray:
    """A slanted gradient over so many levels."""
    x, y = np.linspace(0, 1, WIDTH)[None, :], np.linspace(0, 1, HEIGHT)[:, None]
    return base + levels * (0.7 * x + 0.3 * y)


def step(size: int) -> Callable[[np.ndarray, np.random.Generator], np.ndarray]:
    """A gradient in steps of some levels."""
    return lambda gradient, _: np.floor(gradient / size) * size


def grain(sigma: float) -> Callable[[np.ndarray, np.random.Generator], np.ndarray]:
    """A gradient under Gaussian noise."""
    return lambda gradient, random: gradient + random.normal(0, sigma, gradient.shape)


def dither(gradient: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A gradient rounded with noise of one level."""
    return np.floor(gradient + random.random(gradient.shape))


def encode(path: Path, make: Callable[[], Plane]) -> list[Plane]:
    """The luma of some frames after the master's encoder."""
    grey = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    with FilmWriter(path, WIDTH, HEIGHT, (30, 1), "master") as film:
        for _ in range(9):
            film.write_planes(make(), grey, grey)
    return [view_planes(frame)[0].copy() for frame in read_frames(path)][::4]


@pytest.mark.parametrize("levels", [12, 20])
@pytest.mark.parametrize(
    ("spoil", "is_banded"), [(step(1), True), (step(2), True), (step(4), True), (grain(1.5), False), (grain(3), False)]
)
def test_steps_are_found_through_the_encoder_and_grain_is_not(
    tmp_path: Path, levels: int, spoil: Callable[[np.ndarray, np.random.Generator], np.ndarray], is_banded: bool
) -> None:
    """A gradient in steps lies over the limit as drawn and as decoded, the same under grain below it."""
    random = np.random.default_rng(levels)

    def draw() -> Plane:
        return np.rint(spoil(ramp(levels), random)).astype(np.uint8)

    assert (measure_banding(draw()) > BANDING_LIMIT) == is_banded
    decoded = [measure_banding(luma) for luma in encode(tmp_path / "film.mp4", draw)]
    assert (sum(decoded) / len(decoded) > BANDING_LIMIT) == is_banded


def test_coarser_steps_are_worse() -> None:
    """The same gradient measures more, the fewer steps it is drawn in."""
    random = np.random.default_rng(0)
    measured = [measure_banding(step(size)(ramp(24), random).astype(np.uint8)) for size in (1, 2, 4)]
    assert measured == sorted(measured)
    assert measured[0] * 3 < measured[2]


def test_dither_is_clean_before_the_encoder() -> None:
    """One level of noise hides every step as drawn; whether it survives is for the decoded film to say."""
    random = np.random.default_rng(1)
    assert measure_banding(dither(ramp(20), random).astype(np.uint8)) == 0


def test_flat_colour_and_drawn_edges_are_no_bands() -> None:
    """A poster of even fields far apart, and a single even field, measure nothing; so does a picture without room."""
    poster = np.full((HEIGHT, WIDTH), 60, np.uint8)
    assert measure_banding(poster) == 0
    poster[:, 300:] = 90
    poster[200:, :] += 40
    assert measure_banding(poster) == 0
    assert measure_banding(np.zeros((8, 200), np.uint8)) == 0
