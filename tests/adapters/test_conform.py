"""Bought clips made to fit: whatever came, the film gets its own frames, rate and size, or a refusal that says why."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.film_bench import moving, set_up, write_clip

from workprint.adapters.clip_check import check_clip, count_repeats_made
from workprint.adapters.conform import choose_pace, conform
from workprint.film.buy_orders import ConformPayload
from workprint.film.errors import OrderFailed
from workprint.film.picture_orders import ClipCheckPayload
from workprint.lab.decode import probe, read_frames
from workprint.lab.encode import to_rgb
from workprint.ports.maker import BenchInput, Made

FILM = ConformPayload(160, 90, (30, 1), 75, "intermediate")
"""Two and a half seconds at 30 fps."""


def fit(folder: Path, frames: int, rate: tuple[int, int], size: tuple[int, int] = (160, 90)) -> Made:
    """What becomes of a clip of a pan, of so many frames, at a rate and a size."""
    came = write_clip(folder / "came.mp4", frames, moving(width=size[0], height=size[1]), rate=rate)
    return conform(set_up(FILM, folder / "scratch", clip=came))


@pytest.mark.parametrize(
    ("frames", "rate", "size"),
    [
        (72, (24, 1), (160, 90)),
        (60, (24, 1), (160, 90)),
        (59, (24, 1), (160, 90)),
        (58, (24, 1), (160, 90)),
        (150, (60, 1), (160, 90)),
        (64, (25, 1), (160, 90)),
        (61, (24_000, 1001), (160, 90)),
        (72, (24, 1), (96, 96)),
        (72, (24, 1), (90, 160)),
        (80, (30, 1), (320, 136)),
    ],
    ids=str,
)
def test_whatever_came_fits_exactly(frames: int, rate: tuple[int, int], size: tuple[int, int], tmp_path: Path) -> None:
    """Of another rate, longer, a few frames shorter, smaller, larger or of another shape: 75 frames, 30 fps, 160x90."""
    made = fit(tmp_path, frames, rate, size)
    path = Path(made.files[0].path)
    pictures = [to_rgb(frame) for frame in read_frames(path)]
    assert (len(pictures), probe(path).rate) == (75, (30, 1))
    assert {picture.shape for picture in pictures} == {(90, 160, 3)}
    assert not np.array_equal(pictures[-1], pictures[0])


def test_the_end_is_not_frozen_when_a_few_frames_are_missing(tmp_path: Path) -> None:
    """Two of 60 frames short, it is slowed by as much, and says so; the last frames still move."""
    made = fit(tmp_path, 58, (24, 1))
    assert made.facts["slowed_by"] == pytest.approx(1 - 58 / 60, abs=1e-4)
    pictures = [to_rgb(frame).astype(int) for frame in read_frames(Path(made.files[0].path))]
    moved = [np.abs(after - before).mean() > 1 for before, after in zip(pictures[-6:], pictures[-5:], strict=False)]
    assert sum(moved) >= 3


def test_much_too_short_is_refused(tmp_path: Path) -> None:
    """A clip that would have to be slowed so much that it is seen is refused, with both lengths."""
    with pytest.raises(OrderFailed, match=r"The clip lasts 2\.29 s, the shot 2\.50 s"):
        fit(tmp_path, 55, (24, 1))


def test_the_pace_changes_only_where_it_must() -> None:
    """Long enough, or a film frame short: as it is. Below that just as slow as it takes, down to a 25th."""
    frame = Fraction(1, 30)
    assert choose_pace(Fraction(3), Fraction(5, 2), frame) == 1
    assert choose_pace(Fraction(5, 2) - frame, Fraction(5, 2), frame) == 1
    assert choose_pace(Fraction(12, 5), Fraction(5, 2), frame) == Fraction(24, 25)
    with pytest.raises(OrderFailed):
        choose_pace(Fraction(12, 5) - Fraction(1, 1000), Fraction(5, 2), frame)


def test_frames_that_repeat_to_reach_the_rate_are_no_fault(tmp_path: Path) -> None:
    """24 frames a second shown as 30 repeat every fifth: the check knows. The same repeats of a 30 fps clip are one."""
    made = fit(tmp_path, 60, (24, 1))
    payload = ClipCheckPayload(160, 90, (30, 1), 75, stillness_allowed=False)
    bench = set_up(payload, tmp_path / "check", clip=Path(made.files[0].path))
    told = {}
    for name, facts in (("known", made.facts), ("unknown", {})):
        inputs = {"clip": BenchInput(bench.inputs["clip"].paths, (), facts)}
        readings = check_clip(replace(bench, inputs=inputs)).facts["readings"]
        told[name] = next(reading for reading in readings if reading["metric"] == "duplicates")
    assert told["known"]["verdict"] == "ok", told
    assert told["unknown"]["verdict"] == "fault", told
    assert count_repeats_made(made.facts, payload) == 15
    assert count_repeats_made({"source_rate": [60, 1]}, payload) == 0
