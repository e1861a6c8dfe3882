"""Clip and film checks: clean work passes with grade A, every spoiled twin is found for its own fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.film_bench import HEIGHT, WIDTH, Pixels, faults, moving, set_up, verdicts, write_clip, write_title
from tests.adapters.test_films import make, noise

from workprint.adapters.clip_check import check_clip
from workprint.adapters.film_check import check_film
from workprint.adapters.titles import draw_title
from workprint.film.cut_orders import FilmCheckPayload, TitleCue, TitleLife, TitlePayload
from workprint.film.dailies import Reading, readings_of
from workprint.film.errors import OrderFailed
from workprint.film.picture_orders import ClipCheckPayload
from workprint.film.time import Rate, Span
from workprint.lab.decode import copy_frame
from workprint.lab.encode import FilmWriter, from_rgb
from workprint.lab.metrics import CLIP, FILM, METRICS
from workprint.lab.overlay import AT_REST, Title
from workprint.lab.readings import Readings
from workprint.lab.text_contrast import TextMeter
from workprint.lab.text_readings import TextFact, add_text_readings, watch_title
from workprint.ports.maker import BenchInput, Made

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
    assert set(verdicts(made)) == {name for name, metric in METRICS.items() if CLIP in metric.measured_on}
    assert check(tmp_path, PAN).facts == made.facts


BLACK = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
GLOW = np.linspace(60, 66, WIDTH)[None, :, None].repeat(HEIGHT, 0).repeat(3, 2).astype(np.uint8)

SPOILED: dict[str, tuple[Callable[[int], Pixels], int, str]] = {
    "frames": (PAN, 40, "F"),
    "size": (lambda n: PAN(n)[:80, :144], 45, "F"),
    "black": (lambda n: BLACK if 10 <= n < 14 else PAN(n), 45, "D"),
    "frozen": (lambda n: PAN(min(n, 15)), 45, "D"),
    "bars": (lambda n: np.vstack([BLACK[:12], PAN(n)[12:-12], BLACK[:12]]), 45, "D"),
    "flash": (lambda n: np.full_like(BLACK, 220 if n // 3 % 2 else 40), 45, "D"),
    "flash_red": (lambda n: np.full_like(BLACK, (230, 0, 0) if n // 3 % 2 else 118), 45, "D"),
    "empty": (lambda n: GLOW if 10 <= n < 14 else PAN(n), 45, "D"),
    "pops": (lambda n: np.flip(PAN(n), axis=0) if n == 20 else PAN(n), 45, "C"),
    "banding": (lambda n: GLOW, 45, "B"),
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
    assert list(verdicts(made)) == [name for name, metric in METRICS.items() if FILM in metric.measured_on]


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


BRIGHT = np.full((180, 320, 3), 225, np.uint8)


def lay_title(tmp_path: Path, light_from: int, *, file: int = 0, **changes: object) -> Made:
    """The check of a film of 60 frames that carries a drawn title (file 2: its ink alone); the ground turns bright."""
    pan = moving(width=320, height=180)
    life = TitleLife((30, 1), 40, "fade", "fade")
    payload = TitlePayload("endcard", (("headline", "Wake up"),), "center", 320, 180, "web", "bold", (), life)
    drawn = draw_title(set_up(payload, tmp_path / "title"))
    title = Title(drawn.files[file].path, 320, 180)
    film = tmp_path / "film.mp4"
    with FilmWriter(film, 320, 180, (30, 1), "master") as writer:
        for number in range(60):
            frame = copy_frame(from_rgb(BRIGHT if number >= light_from else pan(number) // 3))
            if 10 <= number < 50:
                title.lay(frame, AT_REST)
            writer.write_frame(frame)
    cues = (TitleCue("title.0", 10, 50, "none", "none"),)
    fields = {"width": 320, "height": 180, "frames": 60, "cuts": (light_from,), "titles": cues}
    order = FilmCheckPayload(**{"rate": (30, 1), "has_voice": False, **fields, **changes})  # type: ignore[arg-type]
    bench = set_up(order, tmp_path / "check", film=film)
    given = BenchInput(tuple(file.path for file in drawn.files), (), drawn.facts)
    return check_film(replace(bench, inputs={**bench.inputs, "title.0": given}))


def test_readable_type_in_the_safe_area_passes(tmp_path: Path) -> None:
    """A headline whose plate holds off even a bright ground reads well; that it comes and goes at once is no pop."""
    made = lay_title(tmp_path, 35)
    readings = {reading.metric: reading for reading in readings_of(made.facts)}
    assert readings["contrast"].verdict == readings["safe_area"].verdict == readings["pops"].verdict == "ok"
    assert 4.5 <= readings["contrast"].value < 21


def test_type_that_cannot_be_read_is_a_fault_in_its_frame(tmp_path: Path) -> None:
    """When the ground turns as bright as the type and no plate is laid, contrast fails from there on."""
    made = lay_title(tmp_path, 35, file=2)
    contrast = next(reading for reading in readings_of(made.facts) if reading.metric == "contrast")
    assert contrast.is_fault
    assert contrast.frame >= 35
    assert "headline" in contrast.note


def test_a_title_of_another_size_is_refused(tmp_path: Path) -> None:
    """Where type stands in a picture of another size says nothing about this film."""
    with pytest.raises(OrderFailed, match="size"):
        lay_title(tmp_path, 55, width=640, height=360)


def test_a_title_that_does_not_tell_its_texts_is_not_run(tmp_path: Path) -> None:
    """Contrast and safe area then say they were not measured, instead of passing."""
    title = write_title(tmp_path / "title.png", WIDTH, HEIGHT, (20, 20, 60, 20))
    film = write_clip(tmp_path / "film.mp4", 75, PAN, "master")
    fields = {"width": WIDTH, "height": HEIGHT, "rate": (30, 1), "frames": 75, "cuts": (35,), "has_voice": True}
    cues = (TitleCue("title.0", 5, 30, "fade", "fade"),)
    payload = FilmCheckPayload(**fields, titles=cues)  # type: ignore[arg-type]
    made = check_film(set_up(payload, tmp_path / "check", film=film, title_0=title))
    assert verdicts(made)["contrast"] == verdicts(made)["safe_area"] == "not_run"


def test_type_under_a_platforms_controls_is_a_fault() -> None:
    """A line at the foot of a tall frame is outside TikTok's free part and inside the web's; tiny type is not run."""
    picture = np.zeros((1920, 1080, 4), np.uint8)
    picture[1600:1640, 200:800:20] = 255
    text = TextFact("Fine print", "legal", (200, 1600, 600, 40), Span(0, 10), "#FFFFFF")
    for platform, is_fault in (("tiktok", True), ("web", False)):
        readings = Readings()
        add_text_readings(readings, TextMeter(watch_title([text], picture, 30)), platform, (1080, 1920), Rate(30))
        area = next(row for row in readings.rows if row["metric"] == "safe_area")
        assert (area["verdict"] == "fault") == is_fault
    small = replace(text, box=(200, 1600, 600, 6))
    readings = Readings()
    add_text_readings(readings, TextMeter(watch_title([small], picture, 30)), "web", (1080, 1920), Rate(30))
    assert readings.rows[0]["verdict"] == "not_run"


def test_rubbish_is_a_reading(tmp_path: Path) -> None:
    """A file that is no film gets an F and a reason."""
    film = tmp_path / "film.mp4"
    film.write_text("#EXTM3U\nhttp://example.com/a.ts\n")
    made = examine(film)
    assert faults(made) == {"container"}
    assert made.facts["grade"] == "F"
