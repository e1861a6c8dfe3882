"""What each designed set promises: its own motion, room for a name, and layouts for whatever the board asks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.adapters.previz_bench import draw_bottle, draw_photo, look

from workprint.acts.act2_prepare.board_words import LAYOUT_WORDS
from workprint.adapters.previz.imaging import make_sprite
from workprint.adapters.previz.mixing import UNITY, mix_sprites, sweep_shares
from workprint.adapters.previz.render import DESIGNS, LAYOUTS, Shoot
from workprint.film.shot_variety import FRAMINGS

PALETTES = [("#FFFFFF",), ("#000000",), ("#C8102E",), ("#F3EADB", "#1F6F8B", "#222222", "#777777")]


def draw_middle(layout: str, frame: int, width: int = 192, height: int = 108) -> np.ndarray:
    """The luma of the middle of a frame, where the product is."""
    luma = Shoot(look(layout=layout, width=width, height=height, frames=24), (draw_bottle(),), 5).draw(frame).y
    return luma.astype(float)


def test_the_board_asks_only_for_what_can_be_drawn() -> None:
    """Every layout the board may choose is drawn by a design of its own, and has words."""
    assert set(FRAMINGS) <= set(LAYOUTS)
    assert set(FRAMINGS) <= set(LAYOUT_WORDS)
    assert len(FRAMINGS) >= 12


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("layout", [*DESIGNS, "grid_wall"])
def test_designs_are_sane_in_any_palette(layout: str, palette: tuple[str, ...]) -> None:
    """One colour or many, black or white: never black, never blown, never empty."""
    luma = Shoot(look(layout=layout, palette=palette), (draw_bottle(),), 5).draw(6).y
    assert 24 < luma.mean() < 215
    assert luma.max() <= 242
    assert luma.std() > 4


def test_a_silhouette_comes_to_light() -> None:
    """The product begins far darker than the light behind it, and ends lit."""
    before, after = draw_middle("silhouette", 0), draw_middle("silhouette", 23)
    product = (slice(45, 80), slice(88, 104))
    assert before[product].mean() < 50
    assert after[product].mean() > before[product].mean() + 50
    assert before.max() > 120


def test_the_focus_is_pulled_to_the_product() -> None:
    """Fine edges of the product grow from the first frame to the last."""
    before, after = (draw_middle("rack_focus", frame, 384, 216) for frame in (0, 23))
    assert np.abs(np.diff(after, axis=1)).max() > 2 * np.abs(np.diff(before, axis=1)).max()


def test_one_picture_of_the_wall_stays_in_the_light() -> None:
    """At the end the hero is as bright as ever, the wall round it darker than at the start, and still in colour."""
    shoot = Shoot(look(layout="grid_wall", frames=24), (draw_photo(), draw_photo(seed=2)), 5)
    first, last = shoot.draw(0), shoot.draw(23)
    hero, corner = (slice(40, 68), slice(76, 116)), (slice(0, 20), slice(0, 40))
    assert last.y[hero].mean() > 0.93 * first.y[hero].mean()
    assert last.y[corner].mean() < 0.92 * first.y[corner].mean()
    chroma = np.abs(last.u.astype(int) - 128) + np.abs(last.v.astype(int) - 128)
    assert chroma[:10, :20].mean() > 8


@pytest.mark.parametrize("layout", DESIGNS)
def test_tall_frames_keep_the_product_above_a_name(layout: str) -> None:
    """In 9:16 nothing of the product reaches down to where a name may stand."""
    shoot = Shoot(look(layout=layout, width=108, height=192, frames=24), (draw_bottle(),), 5)
    for number in (0, 23):
        placed = shoot.scene.placed(shoot.camera.pose(number))
        stands = [item for item in placed if item.sprite.size[1] > 60]
        figure = shoot.scene.figure  # type: ignore[attr-defined]
        assert stands
        assert figure.place(shoot.camera.pose(number)).y + figure.stand.foot[1] * stands[0].scale_y < 0.61 * 192


def test_mixed_sprites_lie_between_their_ends() -> None:
    """Share 0 is the first, share 1 the second, and in between no value leaves the span of the two."""
    bottle = draw_bottle(40, 60)
    dark = bottle.copy()
    dark[..., :3] //= 8
    first, second = make_sprite(dark), make_sprite(bottle)
    assert mix_sprites(first, second, 0.0) is first
    assert mix_sprites(first, second, 1.0) is second
    middle = mix_sprites(first, second, 0.5).y.astype(int)
    assert np.all(middle >= np.minimum(first.y, second.y))
    assert np.all(middle <= np.maximum(first.y, second.y))
    bare = replace(second, alpha=None, half=None)
    assert mix_sprites(bare, bare, 0.5).alpha is None


def test_a_sweep_comes_from_nothing_and_leaves_everything() -> None:
    """Shares are 0 everywhere at its start, UNITY everywhere at its end, and fall along each row between."""
    size = (50, 30)
    assert sweep_shares(size, 0.0, 0.2, 0.3).max() == 0
    assert sweep_shares(size, 1.0, 0.2, 0.3).min() == UNITY
    middle = sweep_shares(size, 0.5, 0.2, 0.3)
    assert middle.shape == (30, 50)
    assert np.all(np.diff(middle, axis=1) <= 0)
