"""What a clip tells of its subjects: the box it names holds the product; and how many pictures a montage shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.adapters.previz_bench import SIZES, look, set_bench

from workprint.adapters.previz import shoot_clip
from workprint.adapters.previz.colour import planes_to_rgb
from workprint.adapters.previz.render import DESIGNS, SETS, Shoot
from workprint.adapters.previz.whereabouts import tell_subjects
from workprint.film.brief import SceneType
from workprint.film.picture_orders import ClipPayload


def draw_block() -> np.ndarray:
    """A flat green block cut out, clear all round: no set has its colour."""
    picture = np.zeros((200, 140, 4), np.uint8)
    picture[20:180, 20:120] = (30, 230, 60, 255)
    return picture


@pytest.mark.parametrize("aspect", SIZES)
@pytest.mark.parametrize("layout", [*SETS, *DESIGNS])
def test_the_told_box_is_where_the_product_is(layout: str, aspect: str) -> None:
    """At the first and the last frame the box a clip tells of holds the product's colour, and fits it."""
    width, height = SIZES[aspect]
    shoot = Shoot(look(layout=layout, width=width, height=height), (draw_block(),), 5)
    tracks = tell_subjects(shoot.place, 12, (width, height))
    assert tracks
    for number, x, y, wide, high in (tracks[0][0], tracks[0][-1]):
        planes = shoot.draw(number)
        rgb = planes_to_rgb(planes.y, planes.u, planes.v).astype(int)
        green = rgb[..., 1] - np.maximum(rgb[..., 0], rgb[..., 2])
        if layout == "silhouette" and number == 0:
            continue
        rows, columns = np.nonzero(green > 0.5 * green.max())
        left, top, right, bottom = (x * width, y * height, (x + wide) * width, (y + high) * height)
        assert columns.min() >= left / 1000 - 3
        assert columns.max() <= right / 1000 + 3
        assert rows.min() >= top / 1000 - 3
        # A mirror image may lie below it.
        assert abs(rows.min() - top / 1000) <= 0.06 * height
        assert abs(columns.max() - columns.min() - wide * width / 1000) <= 0.10 * width
        assert bottom > top


def test_a_clip_tells_of_its_subjects(tmp_path: Path) -> None:
    """The facts of a clip name one subject for a packshot, frame by frame, none for a photo that fills the frame."""
    made = shoot_clip(set_bench(ClipPayload(look(), "", "intermediate"), tmp_path, (draw_block(),)))
    (track,) = made.facts["subjects"]
    assert [row[0] for row in track] == sorted({row[0] for row in track})
    assert track[0][0] == 0
    assert track[-1][0] == 11
    photo = np.full((160, 240, 4), 255, np.uint8)
    photo[..., :3] = np.random.default_rng(1).integers(0, 255, (160, 240, 3))
    payload = ClipPayload(look(layout="full_bleed", picture_has_alpha=False), "", "intermediate")
    assert shoot_clip(set_bench(payload, tmp_path / "b", (photo,))).facts["subjects"] == []


COLOURS = ((200, 30, 30), (30, 200, 30), (40, 60, 220), (220, 200, 40), (200, 40, 200))


@pytest.mark.parametrize("aspect", SIZES)
@pytest.mark.parametrize(("layout", "count"), [("split", 4), ("cascade", 5), ("grid_wall", 5)])
def test_a_montage_shows_all_the_pictures_it_is_given(layout: str, count: int, aspect: str) -> None:
    """Four fields, five prints, a wall of five: each picture's colour is seen in the last frame."""
    width, height = SIZES[aspect]
    pictures = []
    for colour in COLOURS[:count]:
        picture = np.full((160, 160, 4), 255, np.uint8)
        picture[..., :3] = np.random.default_rng(2).integers(0, 24, (160, 160, 3)) + np.array(colour)
        pictures.append(picture)
    wanted = look(layout=layout, width=width, height=height, type=SceneType.MONTAGE, frames=40, picture_has_alpha=False)
    planes = Shoot(wanted, tuple(pictures), 5).draw(39)
    rgb = planes_to_rgb(planes.y, planes.u, planes.v).astype(int)
    tints = rgb - rgb.mean(axis=2, keepdims=True)
    for colour in COLOURS[:count]:
        tint = np.array(colour) - np.mean(colour)
        like = (tints @ tint) / (np.linalg.norm(tints, axis=2) * np.linalg.norm(tint) + 1e-6)
        strong = np.linalg.norm(tints, axis=2) > 35
        assert ((like > 0.95) & strong).mean() > 0.01, colour
