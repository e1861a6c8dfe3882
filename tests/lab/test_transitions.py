"""Transitions as drawn: they begin and end as the shots beside them, move one way, and hold no empty frame."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from workprint.film.transitions import KINDS
from workprint.lab.subjects import find_subject
from workprint.lab.transitions import Blend, Planes, Scene
from workprint.lab.transitions.matching import match_subjects, run_on
from workprint.lab.transitions.planes import Plane
from workprint.lab.transitions.travel import smear

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


def paint_disc(middle: tuple[float, float], radius: float) -> Planes:
    """A bright disc on a plain ground."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    inside = np.hypot(x - middle[0], y - middle[1]) < radius
    luma = np.where(inside, 200, 60).astype(np.uint8)
    return luma, np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8), np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)


def find_disc(luma: Plane) -> tuple[float, float, float]:
    """Middle and area of what is bright."""
    rows, columns = np.nonzero(luma > 130)
    return float(columns.mean()), float(rows.mean()), float(len(rows))


def test_a_match_move_carries_the_subject_over_the_cut() -> None:
    """One disc becomes another: it moves in small eased steps from place to place, and is never seen double."""
    places = ((38, 26), 9.0), ((52, 36), 14.0)
    before, after = (paint_disc(*place) for place in places)
    subjects = tuple((x - r, y - r, 2 * r, 2 * r) for (x, y), r in places)
    blend = Blend(Scene("match_move", "in", FRAMES, WIDTH, HEIGHT, (), 0, subjects=(subjects[0], subjects[1])))
    found = np.array([find_disc(blend.draw(number, before, after)[0]) for number in range(FRAMES)])
    steps = np.abs(np.diff(found[:, :2], axis=0)).max(axis=1)
    assert steps.max() < 3
    assert max(steps[0], steps[-1]) < 0.5 * steps.max()
    assert 0.9 < found[1, 2] / found[0, 2] < 1.2
    assert np.abs(np.diff(np.sqrt(found[:, 2]))).max() < 5


@pytest.mark.parametrize("direction", ["left", "right", "up", "down", "in", "out"])
def test_a_move_runs_on_through_the_cut(direction: str) -> None:
    """At the cut both pictures move the same way and as fast as each other, and faster than at either end."""
    path = run_on(Scene("match_move", direction, FRAMES, WIDTH, HEIGHT, (), 0))

    def move(share: float, turn: int) -> tuple[float, ...]:
        one, other = path(share - 0.01)[turn], path(share + 0.01)[turn]
        return tuple(b - a for a, b in zip((*one.show(0, 0), one.zoom), (*other.show(0, 0), other.zoom), strict=True))

    leaving, coming = move(0.5, 0), move(0.5, 1)
    assert np.array(leaving[:2]) @ np.array(coming[:2]) > 0
    assert 0.6 < np.linalg.norm(leaving) / np.linalg.norm(coming) < 1.7
    assert np.linalg.norm(move(0.02, 0)) < 0.2 * np.linalg.norm(leaving)
    assert path(0)[0].zoom == path(1)[1].zoom == 1


def test_subjects_too_unlike_are_not_matched() -> None:
    """Nothing is blown up fourfold to fit, and nothing dragged across the frame."""
    small, large, far = (4.0, 4.0, 10.0, 10.0), (20.0, 0.0, 64.0, 64.0), (80.0, 4.0, 10.0, 10.0)
    for one, other in ((small, large), (small, far)):
        scene = Scene("match_move", "in", FRAMES, WIDTH, HEIGHT, (), 0, subjects=(one, other))
        assert match_subjects(scene) is None


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("blur", [0, 6, 40, 300])
def test_a_whip_blurs_along_its_way_only(axis: int, blur: int) -> None:
    """Lines along the movement stay sharp; across it nothing but their mean is left once the blur is wide."""
    side = 400
    stripes = (np.arange(32) % 2 * 120 + 60).astype(np.uint8)
    along = np.repeat(stripes[:, None], side + blur, axis=1) if axis == 1 else np.repeat(stripes[None], side + blur, 0)
    assert np.abs(smear(along, blur, side, axis).astype(int) - np.take(along, range(side), axis=axis)).max() <= 1
    lines = (np.arange(side + blur) % 2 * 120 + 60).astype(np.uint8)
    across = np.repeat(lines[None], 32, 0) if axis == 1 else np.repeat(lines[:, None], 32, 1)
    assert not blur or np.ptp(smear(across, blur, side, axis)) <= 4


def test_a_subject_is_found_on_a_graded_ground() -> None:
    """The box holds the thing and little else, also over a gradient with grain."""
    random = np.random.default_rng(4)
    luma = np.linspace(60, 140, 360)[:, None].repeat(640, 1) + random.normal(0, 2, (360, 640))
    luma[90:270, 400:520] = random.choice([40, 220], (18, 12)).repeat(10, 0).repeat(10, 1)
    flat = np.full((180, 320), 128, np.uint8)
    found = find_subject((luma.astype(np.uint8), flat, flat))
    assert found is not None
    assert np.abs(np.array(found) - (400, 90, 120, 180)).max() < 24
    assert (
        find_subject((random.choice([40, 220], (36, 64)).repeat(10, 0).repeat(10, 1).astype(np.uint8), flat, flat))
        is None
    )


def test_a_whip_is_calmest_where_it_is_fastest() -> None:
    """Even what lies along its way, which no blur evens out, has lost a third of its contrast in the middle."""
    luma = (np.arange(WIDTH) // 12 % 2 * 120 + 60).astype(np.uint8)[None].repeat(HEIGHT, 0)
    red = (np.arange(WIDTH // 2) // 6 % 2 * 80 + 120).astype(np.uint8)[None].repeat(HEIGHT // 2, 0)
    picture = (luma, np.full_like(red, 110), red)
    blend = Blend(Scene("whip", "up", FRAMES, WIDTH, HEIGHT, (), 7))
    frames = [blend.draw(number, picture, picture) for number in range(FRAMES)]
    for plane, standing in ((0, luma), (2, red)):
        spread = [float(frame[plane].std()) / float(standing.std()) for frame in frames]
        assert spread[0] == spread[-1] == 1
        assert min(spread[FRAMES // 2 - 1 : FRAMES // 2 + 1]) < 0.67
