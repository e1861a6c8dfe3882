"""Titles part by part: whole clusters in reading order, the plate first, smooth, and at the end as if set at once."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
import skia

from workprint.lab.decode import copy_frame
from workprint.lab.encode import from_rgb, view_planes
from workprint.lab.kinetic import KineticTitle
from workprint.lab.lettering import find_letters, find_lines, find_words
from workprint.lab.overlay import AT_REST, Pose
from workprint.lab.pictures import save_png
from workprint.lab.title_motion import KINETIC, LONGEST_SECONDS, time_parts
from workprint.lab.typeset import Block, InkBox, TypeStyle, set_paragraph

SIZE = (160, 90)
BOXES = ([20, 40, 50, 20], [80, 40, 60, 20])
TEXTS = {
    "latin": "Ünï AV flow fi ❤️ go",
    "arabic": "استيقظ مع الضوء",
    "hebrew": "שלום לכם עולם",
    "japanese": "光とともに、静かに目覚める朝へ",
    "hindi": "सुबह की रोशनी",
}


def set_text(text: str, family: str = "display") -> Block:
    """A text in two or three lines."""
    return set_paragraph(text, TypeStyle(family, "semibold", 40, line_height=1.0), 240, 3, 20)


def draw(block: Block) -> np.ndarray:
    """Coverage of a block with 40 pixels around it."""
    surface = skia.Surface(round(block.width) + 80, round(block.height) + 80)
    block.draw(surface.getCanvas(), 40, 40)
    return surface.toarray()[:, :, 3].astype(int)


def overlap(first: InkBox, second: InkBox) -> bool:
    """Whether two boxes share a pixel."""
    across = min(first.x + first.width, second.x + second.width) > max(first.x, second.x)
    return across and min(first.y + first.height, second.y + second.height) > max(first.y, second.y)


@pytest.mark.parametrize("script", TEXTS)
@pytest.mark.parametrize("find", [find_lines, find_words, find_letters])
def test_parts_hold_all_ink_and_never_overlap(script: str, find: object) -> None:
    """No ink is left outside the boxes (a stray fringe at most), and no pixel belongs to two of them."""
    block = set_text(TEXTS[script])
    boxes = find(block)  # type: ignore[operator]
    if not boxes:
        assert find is find_letters
        assert script in ("arabic", "hindi")
        return
    left = draw(block)
    whole = left.sum()
    for box in boxes:
        left[box.y + 40 : box.y + 40 + box.height, box.x + 40 : box.x + 40 + box.width] = 0
    assert left.sum() <= 0.005 * whole
    assert not any(overlap(first, second) for first, second in combinations(boxes, 2))


def test_words_come_in_the_order_they_are_read() -> None:
    """Right-to-left words begin at the right; letters are user-perceived characters, an accent with its letter."""
    assert len(find_words(set_text(TEXTS["latin"]))) == 6
    for script in ("arabic", "hebrew"):
        words = find_words(set_text(TEXTS[script]))
        assert len(words) == 3
        assert words[0].x > words[1].x or words[0].y < words[1].y
    composed, apart = (find_letters(set_text(text)) for text in ("Zoé né", "Zoe\u0301 ne\u0301"))
    assert len(composed) == len(apart) == 5


def test_a_word_broken_over_lines_counts_once_a_line() -> None:
    """A word too long for its column has a part on every line it stands on."""
    block = set_text("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte")
    assert block.lines > 1
    assert len(find_words(block)) == len(find_lines(block)) == block.lines


@pytest.mark.parametrize("name", KINETIC)
@pytest.mark.parametrize("count", [1, 2, 9, 48])
def test_parts_follow_each_other_and_all_arrive(name: str, count: int) -> None:
    """Within the room planned for them, each after the one before, never backwards; nothing before its plate."""
    schedule = time_parts(name, count)
    assert schedule.total <= LONGEST_SECONDS + 1e-9
    steps = np.linspace(0, 1, 25)
    shown = np.array([[schedule.show_part(index, share)[0] for index in range(count)] for share in steps])
    away = np.array([[schedule.show_part(index, share)[1] for index in range(count)] for share in steps])
    assert (np.diff(shown, axis=0) >= 0).all()
    assert (np.diff(away, axis=0) <= 0).all()
    assert (np.diff(shown, axis=1) <= 1e-9).all()
    assert shown[-1] == pytest.approx(1)
    assert away[-1] == pytest.approx(0, abs=1e-9)
    plate = np.array([schedule.show_plate(share) for share in steps])
    assert (plate[:, None] >= shown - 1e-9).all()


def write_kinetic(folder: Path) -> list[Path]:
    """Whole, plate and ink of a title with two white words on a half-clear dark plate."""
    ink = np.zeros((*SIZE[::-1], 4), np.uint8)
    for x, y, width, height in BOXES:
        ink[y : y + height, x : x + width] = 255
    plate = np.zeros_like(ink)
    plate[20:70] = (10, 10, 30, 150)
    whole = np.where(ink[:, :, 3:] > 0, ink, plate)
    paths = [folder / f"{name}.png" for name in ("whole", "plate", "ink")]
    for path, pixels in zip(paths, (whole, plate, ink), strict=True):
        save_png(pixels, path)
    return paths


def lay(title: KineticTitle, pose: Pose, size: tuple[int, int] = SIZE) -> np.ndarray:
    """Luma of a bright frame with the title over it."""
    frame = copy_frame(from_rgb(np.full((size[1], size[0], 3), 190, np.uint8)))
    title.lay(frame, pose)
    return view_planes(frame)[0].astype(int)


def test_a_kinetic_title_shows_its_plate_then_its_parts(tmp_path: Path) -> None:
    """The plate darkens first, the first word follows, then the second; the end of it is the title at rest."""
    title = KineticTitle(write_kinetic(tmp_path), BOXES, "words", SIZE)
    frames = [lay(title, Pose(revealed=share)) for share in np.linspace(0.04, 0.999, 24)]
    rest = lay(title, AT_REST)
    assert np.abs(frames[-1] - rest).max() <= 2
    first, second = (np.array([frame[50, x] for frame in frames]) for x in (45, 110))
    assert first.argmax() <= second.argmax()
    assert (first[first.argmin() :] >= second[first.argmin() :] - 1).all()
    assert first.min() < 120
    changes = [np.abs(after - before)[40:60].mean() for before, after in pairwise(frames)]
    assert max(changes) < 0.4 * 190
    assert all((frame[:18] == frames[0][0, 0]).all() for frame in frames)


def test_a_kinetic_title_is_scaled_to_the_draft(tmp_path: Path) -> None:
    """In a frame of half the size the parts arrive at half the place."""
    title = KineticTitle(write_kinetic(tmp_path), BOXES, "lines", (80, 46))
    rest, near = lay(title, AT_REST, (80, 46)), lay(title, Pose(revealed=0.999), (80, 46))
    assert np.abs(rest - near).max() <= 12
    assert rest[25, 22] > 220
