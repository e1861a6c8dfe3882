"""Finishing grain: new on every frame, the same twice, even on average, and what keeps gradients from banding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workprint.lab.banding import measure_banding
from workprint.lab.decode import read_frames
from workprint.lab.encode import FilmWriter, Plane, from_planes, view_planes
from workprint.lab.finishing_grain import GREATEST, SIGMA_LEVELS, choose_grain
from workprint.lab.picture_faults import BANDING_LIMIT

WIDTH, HEIGHT = 640, 360


def lay(luma: Plane, number: int, seed: int = 7) -> Plane:
    """A luma plane with the grain of a frame number."""
    grain = choose_grain("master", WIDTH, HEIGHT, seed)
    assert grain is not None
    grey = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    frame = from_planes(luma, grey, grey)
    grain.lay(frame, number)
    assert all((plane == 128).all() for plane in view_planes(frame)[1:])
    return view_planes(frame)[0].copy()


def test_grain_is_new_on_every_frame_and_the_same_twice() -> None:
    """A frame number and a seed decide it; another of either gives another."""
    flat = np.full((HEIGHT, WIDTH), 120, np.uint8)
    assert np.array_equal(lay(flat, 3), lay(flat, 3))
    assert not np.array_equal(lay(flat, 3), lay(flat, 4))
    assert not np.array_equal(lay(flat, 3), lay(flat, 3, seed=8))


def test_grain_keeps_brightness_and_range() -> None:
    """Its mean is nil, its spread as stated, and neither black nor white wraps around."""
    noise = lay(np.full((HEIGHT, WIDTH), 120, np.uint8), 0).astype(float) - 120
    assert abs(noise.mean()) < 0.02
    assert noise.std() == pytest.approx(SIGMA_LEVELS, abs=0.08)
    assert np.abs(noise).max() <= GREATEST
    for level in (0, 255):
        ends = lay(np.full((HEIGHT, WIDTH), level, np.uint8), 0).astype(int)
        assert np.abs(ends - level).max() <= 2 * GREATEST


def test_a_draft_has_no_grain() -> None:
    """Only what is delivered is finished."""
    assert choose_grain("draft", WIDTH, HEIGHT, 7) is None
    assert choose_grain("intermediate", WIDTH, HEIGHT, 7) is None


def test_a_gradient_survives_the_master_with_grain_and_not_without(tmp_path: Path) -> None:
    """A gradient in single levels, as it lies under an opaque plate, is banded in the film unless grain was laid."""
    ramp = (60 + 14 * np.linspace(0, 1, WIDTH)[None, :] + np.zeros((HEIGHT, 1))).astype(np.uint8)
    grey = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    measured = []
    for has_grain in (False, True):
        with FilmWriter(tmp_path / "film.mp4", WIDTH, HEIGHT, (30, 1), "master") as film:
            for number in range(12):
                film.write_planes(lay(ramp, number) if has_grain else ramp, grey, grey)
        bands = [measure_banding(view_planes(frame)[0]) for frame in read_frames(tmp_path / "film.mp4")]
        measured.append(sum(bands) / len(bands))
    assert measured[0] > BANDING_LIMIT
    assert measured[1] < BANDING_LIMIT
