"""Contrast on the decoded film: the ratio that was drawn is the ratio that is measured, in its worst frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skia

from workprint.film.time import Span
from workprint.lab.decode import copy_frame, read_frames
from workprint.lab.encode import FilmWriter, from_rgb
from workprint.lab.overlay import AT_REST, Title
from workprint.lab.pictures import Pixels, load
from workprint.lab.text_contrast import LEAST_CONTRAST, TextMeter, TextWatch, find_cover, watch_text
from workprint.lab.typeset import TypeStyle, contrast_ratio, set_paragraph

WIDTH, HEIGHT = 640, 360


def draw_title(path: Path, ink: str, size: float = 48, text: str = "Readable Ag") -> tuple[Pixels, tuple[int, ...]]:
    """A full-frame title of one line, and the box of its ink."""
    block = set_paragraph(text, TypeStyle("sans", "semibold", size, color=ink), 600, 1, size)
    surface = skia.Surface(WIDTH, HEIGHT)
    block.draw(surface.getCanvas(), 40, 140)
    surface.makeImageSnapshot().save(str(path), skia.kPNG)
    return load(path), (40 + block.ink.x, 140 + block.ink.y, block.ink.width, block.ink.height)


def film(tmp_path: Path, grounds: list[Pixels], ink: str, size: float = 48) -> TextWatch:
    """The text laid over grounds, encoded as a master, and watched over all of its frames."""
    picture, box = draw_title(tmp_path / "title.png", ink, size)
    title = Title(tmp_path / "title.png", WIDTH, HEIGHT)
    with FilmWriter(tmp_path / "film.mp4", WIDTH, HEIGHT, (30, 1), "master") as writer:
        for ground in grounds:
            frame = copy_frame(from_rgb(ground))
            title.lay(frame, AT_REST)
            writer.write_frame(frame)
    watch = watch_text("headline", box, Span(0, len(grounds)), ink, picture)  # type: ignore[arg-type]
    for _ in TextMeter([watch]).watch(read_frames(tmp_path / "film.mp4")):
        pass
    return watch


def fill(color: str) -> Pixels:
    """A ground of one colour #RRGGBB."""
    ground = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    ground[:] = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    return ground


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("#FFFFFF", "#101010"),
        ("#FFFFFF", "#767676"),
        ("#222222", "#EEF1F4"),
        ("#F3EADB", "#1F6F8B"),
        ("#C4200F", "#FFF1D6"),
        ("#8A8A8A", "#7F7F7F"),
        ("#1566FF", "#FFFFFF"),
    ],
)
def test_the_drawn_ratio_is_the_measured_ratio(tmp_path: Path, ink: str, ground: str) -> None:
    """Over an even ground, light on dark and dark on light, coloured and nearly invisible, within a tenth."""
    watch = film(tmp_path, [fill(ground)] * 5, ink)
    assert watch.is_measurable
    assert watch.worst == pytest.approx(contrast_ratio(ink, ground), rel=0.1)


def test_small_type_is_measured_by_the_middle_of_its_strokes(tmp_path: Path) -> None:
    """Letters of thirteen pixels lose no more than a fifth to chroma and encoder."""
    assert film(tmp_path, [fill("#202020")] * 3, "#FFFFFF", 13).worst == pytest.approx(
        contrast_ratio("#FFFFFF", "#202020"), rel=0.2
    )


def test_the_worst_frame_decides(tmp_path: Path) -> None:
    """A light that passes behind white type for four frames of thirty fails it, and is named by its frame."""
    grounds = [fill("#E0E0E0" if 14 <= number < 18 else "#202020") for number in range(30)]
    watch = film(tmp_path, grounds, "#FFFFFF")
    assert watch.worst == pytest.approx(contrast_ratio("#FFFFFF", "#E0E0E0"), rel=0.15)
    assert 14 <= watch.frame < 18
    assert film(tmp_path, grounds[:14], "#FFFFFF").worst > LEAST_CONTRAST


def test_the_worst_place_decides(tmp_path: Path) -> None:
    """Type that runs from dark into bright ground fails, though most of it reads well; so a busy ground does."""
    ground = fill("#202020")
    ground[:, 200:] = 230
    assert film(tmp_path, [ground] * 3, "#FFFFFF").worst < 1.6
    checks = np.indices((HEIGHT, WIDTH)).sum(axis=0) // 12 % 2 * 235
    busy = np.repeat(checks[:, :, None], 3, 2).astype(np.uint8)
    assert film(tmp_path, [busy] * 3, "#FFFFFF").worst < LEAST_CONTRAST


def test_ground_of_the_inks_colour_is_not_taken_for_letters(tmp_path: Path) -> None:
    """White type over a white patch reads one to one, where looking for white alone would see only more letters."""
    ground = fill("#101010")
    ground[100:260, 60:200] = 255
    assert film(tmp_path, [ground] * 3, "#FFFFFF").worst < 1.3


def test_letters_on_a_shape_of_their_own_are_told_apart() -> None:
    """On an opaque button only the letters count as ink; without a shape everything drawn does."""
    part = np.zeros((4, 6, 4), np.uint8)
    part[:, :5] = (232, 163, 61, 255)
    part[1:3, 1:3] = (16, 16, 16, 255)
    cover = find_cover(part, "#101010")
    assert cover[1:3, 1:3].min() == 1
    assert cover.sum() == pytest.approx(4, abs=0.1)
    part[:, :5, :3] = 16
    assert find_cover(part, "#101010").sum() == 20


def test_a_text_without_letters_or_frames_says_so(tmp_path: Path) -> None:
    """A box without ink in it, and a text that never stands, cannot be measured and never pass as measured."""
    picture, box = draw_title(tmp_path / "title.png", "#FFFFFF")
    assert not watch_text("legal", (400, 300, 50, 20), Span(0, 5), "#FFFFFF", picture).is_measurable
    assert not watch_text("legal", box, Span(0, 0), "#FFFFFF", picture).is_measurable  # type: ignore[arg-type]
