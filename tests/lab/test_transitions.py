"""Transitions as drawn: they begin and end as the shots beside them, move one way, and hold no empty frame."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from workprint.film.transitions import KINDS
from workprint.lab.transitions import Blend, Planes, Scene

WIDTH, HEIGHT, FRAMES = 96, 64, 14


def paint(seed: int, light: int) -> Planes:
    """The planes of a blocky picture of a mean luma."""
    random = np.random.default_rng(seed)
    luma = np.clip(random.normal(light, 20, (HEIGHT // 8, WIDTH // 8)), 30, 220).astype(np.uint8)
    chroma = random.integers(100, 156, (2, HEIGHT // 8, WIDTH // 8)).astype(np.uint8)
    blue, red = (plane.repeat(4, 0).repeat(4, 1) for plane in chroma)
    return luma.repeat(8, 0).repeat(8, 1), blue, red


def draw(kind: str, direction: str = "left", palette: tuple[str, ...] = ("#12211D", "#E8A33D")) -> list[Planes]:
    """Every frame of a transition between two standing pictures."""
    blend = Blend(Scene(kind, direction, FRAMES, WIDTH, HEIGHT, palette, 7))
    before, after = paint(1, 90), paint(2, 150)
    return [blend.draw(number, before, after) for number in range(FRAMES)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("direction", ["left", "right", "up"])
def test_first_and_last_frames_are_the_neighbours(kind: str, direction: str) -> None:
    """Every plane of the first frame is the outgoing picture's, of the last the incoming one's."""
    frames = draw(kind, direction)
    for plane, wanted in zip((*frames[0], *frames[-1]), (*paint(1, 90), *paint(2, 150)), strict=True):
        assert np.array_equal(plane, wanted)


@pytest.mark.parametrize("kind", KINDS)
def test_it_eases_in_and_out(kind: str) -> None:
    """The first and last steps are smaller than the greatest one: nothing jumps where a transition begins or ends."""
    luma = [frame[0].astype(int) for frame in draw(kind)]
    steps = [np.abs(after - before).mean() for before, after in pairwise(luma)]
    assert max(steps[0], steps[-1]) < 0.6 * max(steps)
    assert all(plane.shape == wanted.shape for plane, wanted in zip(draw(kind)[5], paint(1, 90), strict=True))


@pytest.mark.parametrize("palette", [(), ("#000000",), ("#000000", "#0000FF"), ("#FFFFFF", "#101010", "#FF0000")])
@pytest.mark.parametrize("kind", KINDS)
def test_every_palette_will_do(kind: str, palette: tuple[str, ...]) -> None:
    """No colours, one, or black ones: no frame is black, and colours stay in limited range."""
    for luma, blue, red in draw(kind, palette=palette):
        assert (luma > 22).mean() > 0.02
        assert luma.min() >= 16
        assert max(luma.max(), blue.max(), red.max()) <= 240


def test_the_same_scene_gives_the_same_frames() -> None:
    """The noise in a light leak comes from the seed alone."""
    for one, other in zip(draw("light_leak"), draw("light_leak"), strict=True):
        assert np.array_equal(one[0], other[0])


def test_a_push_moves_the_pictures_side_by_side() -> None:
    """Half way, the left half is the outgoing picture's right and the right half the incoming one's left."""
    blend = Blend(Scene("push", "left", 1001, WIDTH, HEIGHT, (), 0))
    before, after = paint(1, 90), paint(2, 150)
    half = blend.draw(500, before, after)[0]
    assert np.array_equal(half, np.concatenate([before[0][:, WIDTH // 2 :], after[0][:, : WIDTH // 2]], axis=1))


def test_an_unknown_kind_is_refused() -> None:
    """The error names the kinds there are."""
    with pytest.raises(ValueError, match="dissolve"):
        Blend(Scene("star", "left", FRAMES, WIDTH, HEIGHT, (), 0))
