"""Bought clips at a lower rate than the film's: their repeated frames are known, and no fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.faces.buying_project import change_text, write_paid_film
from tests.faces.inside import run_inside

from workprint.lab.encode import FilmWriter
from workprint.testing.fakes.kling import FakeKling

ONE_MODEL = 'avoid = ["kling/kling-v3-omni", "kling/kling-video-o1"]'


def film_a_drift(folder: Path) -> bytes:
    """Five seconds of a soft texture that drifts, at 24 frames a second: nothing in it is still, or twice."""
    texture = np.random.default_rng(5).integers(60, 190, (45, 320), dtype=np.uint8)
    wide = np.kron(texture, np.ones((4, 4), np.uint8)).astype(np.uint16)
    soft = sum(np.roll(wide, step, 1) for step in range(12)) // 12
    path = folder / "drift.mp4"
    with FilmWriter(path, 320, 180, (24, 1), "draft") as writer:
        for frame in range(120):
            part = soft[:, 6 * frame : 6 * frame + 320].astype(np.uint8)
            writer.write_rgba(np.dstack([part, part, part // 2 + 60, np.full_like(part, 255)]))
    return path.read_bytes()


def test_a_clip_at_24_frames_a_second_passes_the_checks_of_a_film_at_30(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames repeat to keep the time of a bought clip: neither the dailies nor the final check call that a fault."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    clip = film_a_drift(tmp_path)
    with FakeKling(pace=(0, 0), media=lambda job: (clip, "video/mp4")) as kling:
        root = write_paid_film(
            tmp_path / "film", kling, settings='avoid = ["kling/kling-v3-omni", "kling/kling-video-o1"]'
        )
        change_text(
            root / "brief.yaml",
            ("duration_s: 2", "duration_s: 4"),
            ("start_s: 0, end_s: 1", "start_s: 0, end_s: 3"),
            ("start_s: 1, end_s: 2", "start_s: 3, end_s: 4"),
        )
        made = run_inside("produce", "--json", "--yes", cwd=root)
        assert made.returncode == 0, made.stdout[-1500:]
