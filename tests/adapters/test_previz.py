"""The previz renderer's stills and clips: exact, deterministic, alive, and sane for any picture."""

from __future__ import annotations

import multiprocessing
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from tests.adapters.previz_bench import SIZES, digest_clip, draw_bottle, draw_photo, look, set_bench

from workprint.adapters.previz import MAKERS, draw_still, shoot_clip
from workprint.adapters.previz.render import LAYOUTS, Shoot
from workprint.film.brief import CameraMove
from workprint.film.errors import OrderFailed
from workprint.film.order import Order
from workprint.film.picture_orders import ClipPayload, StillPayload
from workprint.lab.encode import to_rgb
from workprint.lab.pictures import load

PICTURES = {
    "cutout": (draw_bottle(),),
    "photo": (draw_photo(),),
    "two": (draw_photo(), draw_bottle()),
    "three": (draw_photo(), draw_photo(seed=2), draw_photo(160, 240, 3)),
}
WILD = {"tall": (draw_photo(60, 360),), "wide": (draw_photo(360, 60),), "sliver": (draw_bottle(30, 180),)}


def decode_clip(path: Path) -> list[np.ndarray]:
    """Every frame of a clip as RGB."""
    with av.open(str(path)) as container:
        return [to_rgb(frame) for frame in container.decode(video=0)]


def check_sane(luma: np.ndarray) -> None:
    """A picture that is neither black, nor blown, nor empty."""
    assert 24 < luma.mean() < 215
    assert luma.max() <= 242
    assert luma.std() > 4
    assert (luma > 235).mean() < 0.01


def test_clip_has_exact_frames_and_begins_with_its_still(tmp_path: Path) -> None:
    """A clip has exactly the frames and size ordered, and its first decoded frame is the still but for codec error."""
    wanted = look(layout="plinth", lighting="window")
    clip = shoot_clip(set_bench(ClipPayload(wanted, "", "intermediate"), tmp_path / "clip", (draw_bottle(),)))
    still = draw_still(set_bench(StillPayload(wanted, "", ()), tmp_path / "still", (draw_bottle(),)))
    frames = decode_clip(Path(clip.files[0].path))
    picture = load(still.files[0].path)[..., :3]
    assert len(frames) == 12
    facts = {key: value for key, value in clip.facts.items() if key != "subjects"}
    assert facts == {"frames": 12, "width": 192, "height": 108, "layout": "plinth"}
    assert still.facts["frames"] == 1
    assert picture.shape == frames[0].shape == (108, 192, 3)
    assert np.abs(picture.astype(int) - frames[0].astype(int)).mean() < 3


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_two_neighbouring_frames_are_equal(layout: str) -> None:
    """Even with a static camera every frame differs from the one before, and by less than a cut would."""
    shoot = Shoot(look(layout=layout, move=CameraMove.STATIC, frames=6), PICTURES["cutout"], 3)
    frames = [frame.y.astype(int) for frame in shoot.frames()]
    steps = [np.abs(after - before).mean() for before, after in pairwise(frames)]
    assert min(steps) > 0.05
    assert max(steps) < 25


@pytest.mark.parametrize("pictures", PICTURES)
@pytest.mark.parametrize("aspect", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_takes_every_picture(layout: str, aspect: str, pictures: str) -> None:
    """All layouts in all aspects make a sane first and last frame of one cut-out, one photo, two or three pictures."""
    width, height = SIZES[aspect]
    shoot = Shoot(look(layout=layout, width=width, height=height), PICTURES[pictures], 5)
    for number in (0, 11):
        frame = shoot.draw(number)
        assert frame.y.shape == (height, width)
        check_sane(frame.y)


@pytest.mark.parametrize("wild", WILD)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_wild_pictures_are_fine(layout: str, wild: str) -> None:
    """A picture six times as long as it is wide still makes a sane frame."""
    check_sane(Shoot(look(layout=layout), WILD[wild], 5).draw(6).y)


@pytest.mark.parametrize("palette", [("#FFFFFF",), ("#000000",), ("#F3EADB", "#E8A33D"), ("#C8102E",)])
@pytest.mark.parametrize("lighting", ["soft_top", "window", "rim", "golden", "night", "no such light"])
def test_any_palette_and_light_is_sane(palette: tuple[str, ...], lighting: str) -> None:
    """One colour or many, black or white, under any light: never black, never blown."""
    hint = "cool" if lighting == "rim" else "neutral"
    frame = Shoot(look(palette=palette, lighting=lighting, palette_hint=hint), PICTURES["cutout"], 5).draw(4)
    check_sane(frame.y)


@pytest.mark.parametrize("move", list(CameraMove))
def test_moves_have_no_jump(move: CameraMove) -> None:
    """Between neighbours the frame changes evenly: no step is far larger than the steps round it."""
    shoot = Shoot(look(layout="full_bleed", move=move, frames=24, energy=90), PICTURES["photo"], 5)
    frames = [frame.y.astype(int) for frame in shoot.frames()]
    steps = np.array([np.abs(b - a).mean() for a, b in pairwise(frames)])
    assert np.abs(np.diff(steps)).max() < 0.5 + 0.35 * steps.max()


def test_frame_is_a_function_of_its_number() -> None:
    """A frame drawn alone equals the same frame drawn in a run, byte for byte."""
    run = list(Shoot(look(layout="cascade", frames=4), PICTURES["three"], 9).frames())
    alone = Shoot(look(layout="cascade", frames=4), PICTURES["three"], 9).draw(3)
    assert np.array_equal(run[3].y, alone.y)
    assert np.array_equal(run[3].u, alone.u)
    assert np.array_equal(run[3].v, alone.v)


def test_draft_looks_like_the_master() -> None:
    """A frame at half the size shows the same picture as the large one, reduced."""
    small = Shoot(look(width=192, height=108), PICTURES["cutout"], 5).draw(0).y.astype(float)
    large = Shoot(look(width=384, height=216), PICTURES["cutout"], 5).draw(0).y.astype(float)
    reduced = (large[0::2, 0::2] + large[1::2, 0::2] + large[0::2, 1::2] + large[1::2, 1::2]) / 4
    assert np.abs(reduced - small).mean() < 4


def test_two_spawned_processes_make_the_same_bytes(tmp_path: Path) -> None:
    """The same bench gives the same file in two processes of their own."""
    with multiprocessing.get_context("spawn").Pool(2, maxtasksperchild=1) as pool:
        first, second = pool.map(digest_clip, [str(tmp_path / "one"), str(tmp_path / "two")], chunksize=1)
    assert first == second


def test_end_card_leaves_room_for_type() -> None:
    """On an end card the product stands below the words when tall, and in the right half when wide."""
    tall = Shoot(look(layout="endcard", width=108, height=192, lighting="rim"), PICTURES["cutout"], 5).draw(6)
    wide = Shoot(look(layout="endcard", lighting="rim"), PICTURES["cutout"], 5).draw(6)
    rows = np.flatnonzero((tall.v > 150).sum(axis=1) > 3) / tall.v.shape[0]
    columns = np.flatnonzero((wide.v > 150).sum(axis=0) > 3) / wide.v.shape[1]
    assert rows.min() > 0.55
    assert rows.max() < 0.95
    assert columns.min() > 0.5


def test_plain_ground_is_cut_away() -> None:
    """A product photographed on a plain ground stands in the set without that ground."""
    bottle = draw_bottle(120, 200)
    alpha = bottle[..., 3:4] / 255
    packshot = bottle.copy()
    packshot[..., :3] = bottle[..., :3] * alpha + np.array((240, 240, 238)) * (1 - alpha)
    packshot[..., 3] = 255
    cut = Shoot(look(), (bottle,), 5).draw(0).y.astype(int)
    plain = Shoot(look(), (packshot,), 5).draw(0).y.astype(int)
    assert np.abs(cut - plain).mean() < 3


def test_broken_picture_is_refused_with_a_remedy(tmp_path: Path) -> None:
    """A file that is no picture fails the order with what to do about it."""
    bench = set_bench(StillPayload(look(), "", ()), tmp_path, (draw_photo(),))
    (tmp_path / "picture.png").write_bytes(b"not a picture")
    with pytest.raises(OrderFailed) as caught:
        draw_still(bench)
    assert caught.value.remedy


def test_cards_price_nothing_and_name_their_tools() -> None:
    """Previz is free, takes longer for more frames, and its fingerprint names what decides the bytes."""
    still, clip, _ = MAKERS
    short = clip.estimate(Order("clip", "a", ClipPayload(look(), "", "draft"), units=look().frames))
    long = clip.estimate(Order("clip", "a", ClipPayload(look(frames=240), "", "draft"), units=240))
    assert short.price.micros == 0
    assert short.seconds < long.seconds
    assert "skia" in still.fingerprint()
