"""Composition in every design: the subject whole and inside the frame, coloured grounds kept, seams flush."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from tests.adapters.previz_bench import SIZES, draw_bottle, draw_photo, look

from workprint.adapters.previz.colour import mix_paint, parse_hex, planes_to_rgb
from workprint.adapters.previz.contact import find_contact
from workprint.adapters.previz.cropping import choose_crop, crop_with_room
from workprint.adapters.previz.layouts.panels import DIVISIONS, find_box, place_seams
from workprint.adapters.previz.render import DESIGNS, LAYOUTS, SETS, Shoot
from workprint.adapters.previz.subject import prepare_subject

CUTOUTS = {"tall": draw_bottle(90, 200), "square": draw_bottle(180, 190), "wide": draw_bottle(260, 120)}
SHAPES = {"portrait": (120, 180), "landscape": (200, 130)}


def draw(layout: str, aspect: str, pictures: tuple[np.ndarray, ...], frame: int = 11, **changes: object) -> np.ndarray:
    """A frame of a layout as RGB."""
    width, height = SIZES[aspect]
    frame_ = Shoot(look(layout=layout, width=width, height=height, **changes), pictures, 5).draw(frame)
    return planes_to_rgb(frame_.y, frame_.u, frame_.v)


@pytest.mark.parametrize("cutout", CUTOUTS)
@pytest.mark.parametrize("aspect", SIZES)
@pytest.mark.parametrize("layout", [*SETS, *DESIGNS])
def test_the_product_stands_whole_inside_the_frame(layout: str, aspect: str, cutout: str) -> None:
    """From the first to the last frame no side of a product, tall, square or wide, is cut by the frame."""
    width, height = SIZES[aspect]
    shoot = Shoot(look(layout=layout, width=width, height=height, energy=90), (CUTOUTS[cutout],), 5)
    figure = getattr(shoot.scene, "figure", shoot.scene)
    ink = prepare_subject(CUTOUTS[cutout]).picture
    assert ink.shape[1] > 0
    for number in (0, 11):
        pose = shoot.camera.pose(number)
        sprite = figure.stand.sprite
        placed = max(
            (item for item in shoot.scene.placed(pose) if item.sprite.size == sprite.size), key=lambda i: i.scale_x
        )
        left = placed.x + (figure.stand.foot[0] * placed.scale_x) - figure.size[0] * min(width, height) * pose.zoom / 2
        right = left + figure.size[0] * min(width, height) * pose.zoom
        foot = placed.y + figure.stand.foot[1] * placed.scale_y
        top = foot - figure.size[1] * min(width, height) * pose.zoom
        assert left >= -0.01 * width
        assert right <= 1.01 * width
        assert top >= -0.01 * height
        assert foot <= 1.01 * height


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("aspect", SIZES)
@pytest.mark.parametrize("layout", ["cascade", "frame_in_frame"])
def test_prints_lie_whole_inside_the_frame(layout: str, aspect: str, shape: str) -> None:
    """Once they have landed no print of a portrait or landscape picture runs off the frame, at any energy."""
    width, height = SIZES[aspect]
    pictures = tuple(draw_photo(*SHAPES[shape], seed) for seed in (1, 2, 3))
    shoot = Shoot(look(layout=layout, width=width, height=height, frames=40, energy=90), pictures, 5)
    for placed in shoot.scene.placed(shoot.camera.pose(39)):
        left, top, right, bottom = placed.clip or (
            placed.x,
            placed.y,
            placed.x + placed.sprite.size[0] * placed.scale_x,
            placed.y + placed.sprite.size[1] * placed.scale_y,
        )
        assert min(left, top) >= -3
        assert right <= width + 3
        assert bottom <= height + 3


@pytest.mark.parametrize(("count", "shape"), product((1, 2, 3, 7, 12), SHAPES))
@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_to_twelve_pictures_and_one_colour(layout: str, count: int, shape: str) -> None:
    """Any number of portrait or landscape pictures in a single brand colour makes a full, lively frame."""
    pictures = tuple(draw_photo(*SHAPES[shape], seed) for seed in range(1, count + 1))
    for aspect, colour in (("9:16", "#F5A300"), ("1:1", "#EEF1F4")):
        for frame in (0, 11):
            rgb = draw(layout, aspect, pictures, frame, palette=(colour,)).astype(float)
            assert 20 < rgb.mean() < 240
            # No quarter of the frame is a dead plane.
            height, width = rgb.shape[0] // 2, rgb.shape[1] // 2
            for row, column in product((0, height), (0, width)):
                assert rgb[row : row + height, column : column + width].std() > 1.5


@pytest.mark.parametrize("aspect", SIZES)
@pytest.mark.parametrize("layout", ["hero_sweep", "endcard", "levitate"])
@pytest.mark.parametrize("colour", ["#F5A300", "#C8102E", "#1566FF"])
def test_saturated_grounds_stay_saturated(colour: str, layout: str, aspect: str) -> None:
    """In every corner a coloured ground keeps at least four fifths of its brand colour's saturation."""
    brand = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)
    rgb = draw(layout, aspect, (CUTOUTS["tall"],), palette=(colour,), palette_hint="neutral").astype(float)
    height, width = rgb.shape[:2]
    for rows, columns in product((slice(0, 8), slice(height - 8, height)), (slice(0, 8), slice(width - 8, width))):
        corner = rgb[rows, columns].reshape(-1, 3).mean(axis=0)
        assert (corner.max() - corner.min()) / corner.max() > 0.8 * (brand.max() - brand.min()) / brand.max()
        assert corner.max() > 0.6 * brand.max()


@pytest.mark.parametrize("aspect", SIZES)
def test_a_near_white_ground_is_luminous(aspect: str) -> None:
    """On a near-white brand ground the set is near-white: bright in the middle, no corner grey."""
    rgb = draw("hero_sweep", aspect, (CUTOUTS["tall"],), palette=("#EEF1F4",), palette_hint="neutral").astype(float)
    height, width = rgb.shape[:2]
    assert np.percentile(rgb, 75) > 218
    for row, column in product((0, height - 8), (0, width - 8)):
        assert rgb[row : row + 8, column : column + 8].mean() > 190


def test_paint_in_shade_keeps_its_hue() -> None:
    """Yellow in shade goes towards orange, never towards grey; white stays without a hue."""
    yellow, white = mix_paint(parse_hex("#F5A300")), mix_paint(parse_hex("#FFFFFF"))
    levels = np.array([1.0, 0.7, 0.4, 0.2], np.float32)
    shades = yellow.lit(levels)
    saturation = 1 - shades.min(axis=-1) / shades.max(axis=-1)
    assert np.all(np.diff(saturation) >= -1e-4)
    assert np.all(np.diff(shades.max(axis=-1)) < 0)
    assert np.ptp(white.lit(levels), axis=-1).max() < 1e-4


@pytest.mark.parametrize("division", DIVISIONS)
def test_panels_fill_the_frame_at_every_moment(division: tuple[int, str]) -> None:
    """The boxes of a split tile the whole frame while their seams glide: nothing is left over, nothing overlaps."""
    for share in (0.0, 0.3, 1.0):
        plan = DIVISIONS[division]
        seams = place_seams(plan, share)
        cover = np.zeros((200, 200), int)
        for index in range(len(plan.panels)):
            left, top, right, bottom = (round(200 * side) for side in find_box(plan, index, seams))
            assert right - left >= 30
            assert bottom - top >= 30
            cover[top:bottom, left:right] += 1
        assert cover.min() == cover.max() == 1


@pytest.mark.parametrize("aspect", [9 / 16, 0.8, 1.0, 16 / 9])
def test_a_crop_holds_the_subject_whole(aspect: float) -> None:
    """A thing that stands off the middle of a plain picture is inside the crop, and not cut by its sides."""
    picture = np.full((200, 200, 4), 255, np.uint8)
    picture[..., :3] = (236, 228, 214)
    picture[80:140, 36:84, :3] = (160, 40, 20)
    for window in (choose_crop(picture, aspect), crop_with_room(picture, aspect, 1.17)):
        left, top, width, height = window
        assert left <= 36
        assert left + width >= 84
        assert top <= 80
        assert top + height >= 140


def test_contact_follows_a_slanted_edge_and_leaves_a_round_one() -> None:
    """A box seen from above lies on its whole lower edge; a ball touches only at its foot."""
    y, x = np.mgrid[0:120, 0:200].astype(np.float32)
    box = ((y < 120 - 0.3 * x) & (y > 20)).astype(np.float32)
    ball = (np.hypot(x - 100, y - 60) < 60).astype(np.float32)
    assert find_contact(box).touches.mean() > 0.9
    assert find_contact(box).rise > 40
    assert find_contact(ball).touches.mean() < 0.75
