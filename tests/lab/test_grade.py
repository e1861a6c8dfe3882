"""Grades on planes: exact where nothing is asked, true to brand, greys and skin, and the same as the maths in RGB."""

from __future__ import annotations

import av
import numpy as np
import pytest

from workprint.film.grade import LOOKS, NO_LOOK, Grade
from workprint.lab.cube_lut import CubeLut
from workprint.lab.encode import from_planes, view_planes
from workprint.lab.grade import build_table, codes_to_rgb, grade_rgb, rgb_to_codes
from workprint.lab.looks import from_oklab, to_oklab
from workprint.lab.typeset import parse_color

BRANDS = (
    ("warm", ("#12211D", "#E8A33D", "#F3EADB")),
    ("cool", ("#EEF1F4", "#1566FF", "#1C2229")),
    ("warm", ("#F5A300", "#C4200F", "#FFF1D6")),
    ("neutral", ("#777777",)),
    ("cool", ("#003322",)),
)
NAMED = LOOKS[1:]
SKIN = np.array([[233, 190, 160], [198, 134, 103], [141, 85, 60], [90, 56, 40]], np.float32) / 255
"""Four tones from light to dark, sRGB."""


def cube(change: str) -> CubeLut:
    """A LUT: `same`, or `teal`, which turns everything blue-green and darker."""
    steps = np.linspace(0, 1, 17, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    table = np.stack((red, green, blue), axis=-1)
    if change == "teal":
        table = table * np.array((0.3, 0.85, 1.0), np.float32)
    return CubeLut(np.zeros(3, np.float32), np.ones(3, np.float32), None, table)


def differ(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Differences in OKLab, times 100: one is about what an eye can see."""
    return 100 * np.linalg.norm(to_oklab(before) - to_oklab(after), axis=1)


def paint(rgb: np.ndarray) -> av.VideoFrame:
    """A frame of 2x2 blocks, one a colour."""
    codes = np.rint(rgb_to_codes(rgb)).astype(np.uint8)
    luma = codes[:, 0].repeat(2)[None, :].repeat(2, 0)
    return from_planes(luma, codes[None, :, 1], codes[None, :, 2])


def read(frame: av.VideoFrame) -> np.ndarray:
    """The colours of such a frame."""
    luma, blue, red = view_planes(frame)
    codes = np.stack((luma[0, ::2], blue[0], red[0]), axis=1).astype(np.float32)
    return np.clip(codes_to_rgb(codes), 0, 1).astype(np.float32)


def test_an_identity_lut_changes_no_bit() -> None:
    """Random planes come back as they were, also codes no colour has."""
    random = np.random.default_rng(5)
    planes = [random.integers(16, 236, (62, 96)).astype(np.uint8)]
    planes += [random.integers(16, 241, (31, 48)).astype(np.uint8) for _ in range(2)]
    table = build_table(Grade(NO_LOOK, "", (), has_lut=True), cube("same"))
    graded = table.apply(from_planes(*planes))
    assert all(np.array_equal(new, old) for new, old in zip(view_planes(graded), planes, strict=True))


@pytest.mark.parametrize("look", NAMED)
@pytest.mark.parametrize(("hint", "palette"), BRANDS)
def test_brand_colours_stay_true(look: str, hint: str, palette: tuple[str, ...]) -> None:
    """Every brand colour, as decoded from the graded frame, stays within what an eye can see of what it was."""
    colours = np.array([parse_color(colour)[:3] for colour in palette], np.float32) / 255
    frame = paint(colours.repeat(8, 0))
    graded = build_table(Grade(look, hint, palette), None).apply(frame)
    assert differ(read(frame), read(graded)).max() < 1.2


@pytest.mark.parametrize("look", NAMED)
@pytest.mark.parametrize(("hint", "palette"), BRANDS)
def test_greys_and_skin_stay_sane(look: str, hint: str, palette: tuple[str, ...]) -> None:
    """No grey takes on a colour, none overtakes another, and skin keeps its hue to a few degrees."""
    greys = np.linspace(0, 1, 64, dtype=np.float32)[:, None].repeat(3, 1)
    lab = to_oklab(grade_rgb(greys, Grade(look, hint, palette), None))
    assert 100 * np.hypot(lab[:, 1], lab[:, 2]).max() < 3
    assert (np.diff(lab[:, 0]) > 0).all()
    before, after = (to_oklab(rgb) for rgb in (SKIN, grade_rgb(SKIN, Grade(look, hint, palette), None)))
    hues = [np.rad2deg(np.arctan2(tone[:, 2], tone[:, 1])) for tone in (before, after)]
    assert np.abs(hues[0] - hues[1]).max() < 12
    assert differ(SKIN, grade_rgb(SKIN, Grade(look, hint, palette), None)).max() < 5


@pytest.mark.parametrize("look", NAMED)
def test_a_look_can_be_seen(look: str) -> None:
    """Somewhere among the colours of a picture it moves more than an eye can miss."""
    colours = np.random.default_rng(2).random((400, 3)).astype(np.float32)
    assert differ(colours, grade_rgb(colours, Grade(look, *BRANDS[0]), None)).max() > 2


@pytest.mark.parametrize("look", NAMED)
def test_planes_are_graded_as_rgb_would_be(look: str) -> None:
    """The table, over chroma cells and dithered, stays within two codes of the exact grade on average."""
    colours = np.random.default_rng(8).random((500, 3)).astype(np.float32)
    grade = Grade(look, *BRANDS[1])
    frame = paint(colours)
    exact = rgb_to_codes(grade_rgb(read(frame), grade, cube("teal")))
    found = rgb_to_codes(read(build_table(grade, cube("teal")).apply(frame)))
    assert np.abs(exact - found).mean() < 1.0


def test_a_lut_spares_the_brand_ground_where_asked() -> None:
    """Over a packshot the ground stays; over other footage the table has its way."""
    ground = np.array([parse_color("#2A6B3F")[:3]], np.float32).repeat(8, 0) / 255
    frame = paint(ground)
    spared, graded = (
        build_table(Grade(NO_LOOK, "", ("#2A6B3F",), has_lut=True, guards_ground=guards), cube("teal")).apply(frame)
        for guards in (True, False)
    )
    assert differ(ground, read(spared)).max() < 1.2
    assert differ(ground, read(graded)).min() > 4


def test_a_gradient_stays_smooth() -> None:
    """A grey ramp has no step of more than two codes after the strongest look: nothing bands that did not before."""
    ramp = np.linspace(20, 230, 1680).astype(np.uint8)[None, :].repeat(2, 0)
    flat = np.full((1, 840), 128, np.uint8)
    graded = build_table(Grade("vivid", *BRANDS[2]), None).apply(from_planes(ramp, flat, flat))
    luma = view_planes(graded)[0].astype(int)
    assert np.abs(np.diff(luma[0])).max() <= 2
    assert (np.diff(luma[0]) >= -1).all()


@pytest.mark.parametrize("look", NAMED)
@pytest.mark.parametrize(("hint", "palette"), BRANDS)
def test_a_packshot_ground_keeps_its_colour_in_light_and_shade(look: str, hint: str, palette: tuple[str, ...]) -> None:
    """From a dim corner to a pool of light, the ground of a set moves less than an eye can see."""
    ground = to_oklab(np.array([parse_color(palette[0])[:3]], np.float32) / 255)
    lights = np.linspace(0.3, 1.2, 12, dtype=np.float32)[:, None] ** (1 / 3)
    colours = from_oklab((ground * lights).astype(np.float32))
    grade = Grade(look, hint, palette, guards_ground=True)
    assert differ(colours, grade_rgb(colours, grade, None)).max() < 1.0
