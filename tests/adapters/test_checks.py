"""Clip and film checks: clean work passes with grade A, every spoiled twin is found for its own fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.film_bench import HEIGHT, WIDTH, Pixels, faults, moving, set_up, verdicts, write_clip
from tests.adapters.test_films import make, noise

from workprint.adapters.clip_check import check_clip
from workprint.adapters.film_check import check_film
from workprint.film.cut_orders import FilmCheckPayload
from workprint.film.dailies import Reading, readings_of
from workprint.film.picture_orders import ClipCheckPayload
from workprint.ports.maker import Made

PAN = moving()


def check(tmp_path: Path, picture: Callable[[int], Pixels], frames: int = 45, may_stand_still: bool = False) -> Made:
    """The check of a clip ordered as 45 frames of 160x90 at 30 fps."""
    clip = write_clip(tmp_path / "clip.mp4", frames, picture)
    payload = ClipCheckPayload(WIDTH, HEIGHT, (30, 1), 45, may_stand_still)
    return check_clip(set_up(payload, tmp_path / "out", clip=clip))


def test_a_clean_clip_gets_an_a(tmp_path: Path) -> None:
    """Nothing is found, everything was measured, and the readings are readings."""
    made = check(tmp_path, PAN)
    assert made.facts["grade"] == "A"
    assert set(verdicts(made).values()) == {"ok"}
    assert all(isinstance(reading, Reading) for reading in readings_of(made.facts))
    assert check(tmp_path, PAN).facts == made.facts


BLACK = np.zeros((HEIGHT, WIDTH, 3), np.uint8)

SPOILED: dict[str, tuple[Callable[[int], Pixels], int, str]] = {
    "frames": (PAN, 40, "F"),
    "size": (lambda n: PAN(n)[:80, :144], 45, "F"),
    "black": (lambda n: BLACK if 10 <= n < 14 else PAN(n), 45, "D"),
    "frozen": (lambda n: PAN(min(n, 15)), 45, "D"),
    "bars": (lambda n: np.vstack([BLACK[:12], PAN(n)[12:-12], BLACK[:12]]), 45, "D"),
    "flash": (lambda n: np.full_like(BLACK, 220 if n // 3 % 2 else 40), 45, "D"),
    "flash_red": (lambda n: np.full_like(BLACK, (230, 0, 0) if n // 3 % 2 else 118), 45, "D"),
    "duplicates": (lambda n: moving(speed=2)(n // 2 * 2), 45, "C"),
    "luma_jump": (lambda n: PAN(n) // 2 if n < 20 else PAN(n), 45, "C"),
    "flicker": (lambda n: PAN(n) - np.uint8(4 * (n % 2)), 45, "B"),
}


@pytest.mark.parametrize("metric", sorted(SPOILED))
def test_every_fault_is_found_through_the_encoder(tmp_path: Path, metric: str) -> None:
    """A clip spoiled in one way has that metric at fault and no better grade than it allows."""
    picture, frames, grade = SPOILED[metric]
    made = check(tmp_path, picture, frames)
    assert metric in faults(made)
    assert made.facts["grade"] >= grade


def test_stillness_may_be_allowed(tmp_path: Path) -> None:
    """A locked-off picture is a fault only where the board asked for motion."""
    assert "frozen" in faults(check(tmp_path, lambda n: PAN(0)))
    assert faults(check(tmp_path, lambda n: PAN(0), may_stand_still=True)) == set()


def test_a_broken_clip_is_a_reading_not_a_crash(tmp_path: Path) -> None:
    """Rubbish gets an F with a reason, and what could not be measured says so."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"\x00" * 5000)
    payload = ClipCheckPayload(WIDTH, HEIGHT, (30, 1), 45, False)
    made = check_clip(set_up(payload, tmp_path / "out", clip=clip))
    assert made.facts["grade"] == "F"
    assert faults(made) == {"decode"}
    assert verdicts(made)["black"] == "not_run"


def test_a_cut_off_clip_is_found(tmp_path: Path) -> None:
    """A clip whose last third is missing from the disk does not pass."""
    clip = write_clip(tmp_path / "clip.mp4", 45, PAN)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size * 2 // 3])
    payload = ClipCheckPayload(WIDTH, HEIGHT, (30, 1), 45, False)
    assert check_clip(set_up(payload, tmp_path / "out", clip=clip)).facts["grade"] == "F"


def examine(film: Path, **changes: object) -> Made:
    """The final check of a film ordered as 75 frames with a cut at 35."""
    fields: dict[str, object] = {
        "width": WIDTH,
        "height": HEIGHT,
        "rate": (30, 1),
        "frames": 75,
        "cuts": (35,),
        "has_voice": True,
    }
    payload = FilmCheckPayload(**{**fields, **changes})  # type: ignore[arg-type]
    return check_film(set_up(payload, film.parent / "check", film=film))


def test_a_delivered_film_passes(tmp_path: Path) -> None:
    """A real two-shot film has no fault at all, and everything ran."""
    film = Path(make(tmp_path, (35, 40), noise(2.5, 0.1)).files[0].path)
    made = examine(film)
    assert faults(made) == set()
    assert made.facts["grade"] == "A"
    assert set(verdicts(made).values()) == {"ok"}


def test_what_was_ordered_otherwise_is_a_fault(tmp_path: Path) -> None:
    """Frames, size and rate are held against the order, not against the file's own word."""
    film = Path(make(tmp_path, (35, 40), noise(2.5, 0.1)).files[0].path)
    assert faults(examine(film, frames=76)) == {"frames"}
    assert faults(examine(film, width=320, height=180)) == {"size"}
    assert {"rate", "cadence"} <= faults(examine(film, rate=(25, 1)))


def test_a_silent_film_is_a_fault(tmp_path: Path) -> None:
    """No loudness and 2.5 seconds of silence are both named."""
    film = Path(make(tmp_path, (35, 40), np.zeros((120_000, 2), np.float32)).files[0].path)
    assert faults(examine(film)) == {"lufs", "silence"}


def test_a_film_without_sound_or_index_is_a_fault(tmp_path: Path) -> None:
    """A picture-only file has no sound track; nothing is measured on sound that is not there."""
    film = write_clip(tmp_path / "film.mp4", 75, PAN, "master")
    made = examine(film)
    assert faults(made) == {"audio"}
    assert verdicts(made)["lufs"] == "not_run"


def test_stillness_in_a_film_is_held_against_the_board(tmp_path: Path) -> None:
    """A frozen shot is a fault unless its span may stand still."""
    film = write_clip(tmp_path / "film.mp4", 75, lambda n: PAN(min(n, 35)), "master")
    assert "frozen" in faults(examine(film))
    assert "frozen" not in faults(examine(film, still_spans=((35, 40),)))


def test_rubbish_is_a_reading(tmp_path: Path) -> None:
    """A file that is no film gets an F and a reason."""
    film = tmp_path / "film.mp4"
    film.write_text("#EXTM3U\nhttp://example.com/a.ts\n")
    made = examine(film)
    assert faults(made) == {"container"}
    assert made.facts["grade"] == "F"
