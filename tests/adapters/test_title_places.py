"""Where titles stand: clear of the subject a clip tells of or a picture shows, in ink for the graded picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.test_titles import LIFE, PALETTES, SYSTEMS, make, make_footage

from workprint.adapters.titles import draw_title
from workprint.adapters.titles.placing import touches
from workprint.film.cut_orders import TitlePayload
from workprint.film.grade import LUT_ROLE, Grade
from workprint.lab.safe_areas import Area
from workprint.lab.typeset import contrast_ratio
from workprint.ports.maker import Bench, BenchInput, Made

PAYLOAD = TitlePayload(
    "text", (("text", "Stand clear"),), "center", 360, 640, "web", "modern", PALETTES[0], LIFE, ((0, 30),)
)


def set_text(scratch: Path, inputs: dict[str, BenchInput], payload: TitlePayload = PAYLOAD) -> Made:
    """Draw a title over its inputs."""
    return draw_title(Bench("title", "SC01_SH00_TEXT_x", payload, inputs, 0, scratch, lambda _: None))


def find_box(made: Made) -> Area:
    """The box of a title."""
    return Area(*made.facts["box"])


def leave_flat(pixels: np.ndarray) -> None:
    """Nothing is painted: a ground without an edge."""


def tell(clip: BenchInput, *boxes: tuple[int, int, int, int]) -> BenchInput:
    """The clip telling where its subjects stand, in thousandths of the frame, all through."""
    return replace(clip, facts={"subjects": [[[0, *box], [29, *box]] for box in boxes]})


@pytest.mark.parametrize("anchor", ["center", "bottom", "safe-lower-third", "top"])
@pytest.mark.parametrize("kind", ["text", "product", "price"])
def test_a_title_keeps_clear_of_the_subject_a_clip_tells_of(tmp_path: Path, kind: str, anchor: str) -> None:
    """On a ground as calm inside the subject's box as outside, no title touches the box."""
    spans = {"center": (0, 330, 1000, 380), "top": (0, 0, 1000, 300)}
    x, y, width, height = spans.get(anchor, (0, 560, 1000, 440))
    clip = tell(make_footage(tmp_path / "clip.mp4", leave_flat), (x, y, width, height))
    payload = replace(PAYLOAD, kind=kind, lines=((kind, "Ember 9"),), anchor=anchor)
    made = set_text(tmp_path, {"footage.0": clip}, payload)
    assert not touches(find_box(made), Area(0.36 * x, 0.64 * y, 0.36 * width, 0.64 * height))


def test_a_subject_that_fills_the_frame_is_a_ground(tmp_path: Path) -> None:
    """Where nothing could stand clear, a title stands where it was asked to."""
    clip = make_footage(tmp_path / "clip.mp4", leave_flat)
    free = set_text(tmp_path, {"footage.0": clip})
    full = set_text(tmp_path, {"footage.0": tell(clip, (20, 20, 960, 960))})
    assert find_box(free) == find_box(full)


def test_a_title_keeps_clear_of_what_stands_out_of_one_ground(tmp_path: Path) -> None:
    """A smooth bright shape without an edge, on a plain ground, is seen as the subject though no clip tells of it."""

    def paint(pixels: np.ndarray) -> None:
        rows, columns = np.indices(pixels.shape[:2])
        soft = np.clip(1.6 - np.hypot((rows - 320) / 110, (columns - 180) / 150), 0, 1)[..., None]
        pixels[:] = (np.array((214, 200, 170)) * (1 - soft) + np.array((238, 186, 96)) * soft).astype(np.uint8)

    made = set_text(tmp_path, {"footage.0": make_footage(tmp_path / "clip.mp4", paint)})
    assert not touches(find_box(made), Area(90, 240, 180, 160))


def test_a_text_that_goes_on_after_a_cut_stays_where_it_stood(tmp_path: Path) -> None:
    """Over the same calm ground the text does not jump on a cut; over a subject it steps aside."""
    clip = make_footage(tmp_path / "clip.mp4", leave_flat)
    before = BenchInput((), (), {"box": [60, 420, 240, 40]})
    stays = find_box(set_text(tmp_path, {"footage.0": clip, "before": before}))
    assert abs(stays.y + stays.height / 2 - 440) < 60
    told = tell(clip, (0, 560, 1000, 300))
    steps = find_box(set_text(tmp_path, {"footage.0": told, "before": before}))
    assert not touches(steps, Area(0, 358, 360, 192))


def write_lut(path: Path, change: Callable[[float], float]) -> BenchInput:
    """A table of two nodes a side that changes every channel alike."""
    rows = [f"{change(r)} {change(g)} {change(b)}" for b in (0.0, 1.0) for g in (0.0, 1.0) for r in (0.0, 1.0)]
    path.write_text("LUT_3D_SIZE 2\n" + "\n".join(rows) + "\n", encoding="ascii")
    return BenchInput((path,), ("text/plain",), {})


@pytest.mark.parametrize(("level", "graded"), [(30, 0.92), (225, 0.08)])
def test_ink_is_chosen_for_the_graded_picture(tmp_path: Path, level: int, graded: float) -> None:
    """Where a table turns a dark picture bright, or a bright one dark, the ink is readable on what it will lie over."""

    def paint(pixels: np.ndarray) -> None:
        pixels[:] = level

    clip = make_footage(tmp_path / "clip.mp4", paint)
    lut = write_lut(tmp_path / "table.cube", lambda value: graded)
    payload = replace(PAYLOAD, grade=Grade("none", "", (), has_lut=True))
    made = set_text(tmp_path, {"footage.0": clip, LUT_ROLE: lut}, payload)
    (text,) = made.facts["texts"]
    code = round(255 * graded)
    assert text["plate"] is None
    assert contrast_ratio(text["ink"], f"#{code:02X}{code:02X}{code:02X}") >= 4.5


@pytest.mark.parametrize("shape", ["tall", "upright", "square", "wide"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_on_a_card_is_smaller_than_its_small_print(tmp_path: Path, system: str, shape: str) -> None:
    """The same word is no lower in the address, under the headline or on the button than in the small print."""
    size = {"tall": (540, 960), "upright": (540, 676), "square": (540, 540), "wide": (960, 540)}[shape]
    roles = ("headline", "subhead", "price", "button", "url", "legal")
    lines = (("product", "Pikaro Chilli Crunch"), *((role, "PEPPER") for role in roles))
    _, made = make(tmp_path, "endcard", lines, size=size, system=system, platform="instagram")
    heights = {text["kind"]: text["rect"][3] for text in made.facts["texts"]}
    assert all(heights[role] >= heights["legal"] for role in roles)
    assert heights["headline"] >= heights["subhead"]
