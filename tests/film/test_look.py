"""Look, lens and variety: the pure rules several acts share."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import change_scene, make_brief

from workprint.film.board import Board, Shot
from workprint.film.brief import SceneType
from workprint.film.lens import describe_depth, measure_field_of_view, measure_hyperfocal
from workprint.film.look import build_look, choose_companions, derive_seed, gather_pictures
from workprint.film.shot_variety import FRAMINGS, Framing, choose_framing, list_layouts
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film


def first_shot() -> Shot:
    """The first shot of the example."""
    board = asyncio.run(run_film(make_brief(), ScriptDesk(), Board))[Board]
    assert isinstance(board, Board)
    return board.shots[0]


@given(st.floats(8, 800), st.floats(1, 32))
def test_longer_lenses_see_less_and_focus_farther(focal: float, f_number: float) -> None:
    """Field of view falls and hyperfocal distance grows with focal length; stopping down brings it nearer."""
    assert measure_field_of_view(focal * 1.1) < measure_field_of_view(focal)
    assert measure_hyperfocal(focal * 1.1, f_number) > measure_hyperfocal(focal, f_number)
    assert measure_hyperfocal(focal, f_number * 1.1) < measure_hyperfocal(focal, f_number)


@pytest.mark.parametrize(
    ("focal", "f_number", "metres", "words"),
    [(24, 8.0, 2.51, "deep focus"), (35, 5.6, 7.58, "moderate"), (85, 1.8, 138.49, "shallow")],
)
def test_depth_of_field_is_told_from_the_hyperfocal_distance(
    focal: int, f_number: float, metres: float, words: str
) -> None:
    """Published depth-of-field tables and the words agree."""
    found = measure_hyperfocal(focal, f_number)
    assert found == pytest.approx(metres, abs=0.01)
    assert describe_depth(found).startswith(words)


def test_no_lens_without_length() -> None:
    """A focal length of nothing is refused, not divided by."""
    with pytest.raises(ValueError, match="positive"):
        measure_field_of_view(0)
    with pytest.raises(ValueError, match="no such lens"):
        measure_hyperfocal(50, 0)


def test_companions_are_photos_the_scene_asked_for_first() -> None:
    """A split shows two further photos, never a cut-out, those the scene names before others."""
    brief, shot = make_brief(), replace(first_shot(), layout="split", picture=1)
    assert choose_companions(brief, shot) == (2, 3)
    assert choose_companions(change_scene(brief, 1, pictures=(1, 3)), shot) == (3, 2)
    assert [item.role for item in gather_pictures(brief, shot)] == ["picture", "picture_b", "picture_c"]
    lone = replace(brief, pictures=brief.pictures[:2])
    assert [item.role for item in gather_pictures(lone, shot)] == ["picture"]
    assert gather_pictures(brief, replace(shot, picture=-1)) == ()


def test_the_look_knows_the_picture_and_the_size_made_at() -> None:
    """Alpha comes from the shot's own picture, width and height from the brief."""
    brief, shot = make_brief(), first_shot()
    assert build_look(brief, shot).picture_has_alpha
    assert not build_look(brief, replace(shot, picture=1)).picture_has_alpha
    small = build_look(replace(brief, short_side=540), shot)
    assert (small.width, small.height) == (540, 960)


@given(st.integers(0, 2**31), st.text(max_size=8), st.text(max_size=8))
def test_seeds_differ_by_subject_and_fit_any_model(seed: int, one: str, other: str) -> None:
    """A seed is 31 bits, the same for the same subject, another for another."""
    brief = replace(make_brief(), seed=seed)
    assert 0 <= derive_seed(brief, one) < 2**31
    assert (derive_seed(brief, one) == derive_seed(brief, other)) == (one == other)


@given(
    st.sampled_from(SceneType),
    st.booleans(),
    st.integers(0, 5),
    st.integers(0, 9),
    st.sampled_from([Framing(name, size, angle) for name, pairs in FRAMINGS.items() for size, angle in pairs]),
)
def test_a_framing_never_repeats_size_and_layout(
    kind: SceneType, has_alpha: bool, photos: int, turn: int, previous: Framing
) -> None:
    """Whatever went before, there is a framing that differs in size or layout."""
    layouts = list_layouts(kind, has_alpha=has_alpha, photos=photos)
    chosen = choose_framing(layouts, turn, previous)
    assert (chosen.layout, chosen.size) != (previous.layout, previous.size)


def test_layouts_of_several_photos_need_several_photos() -> None:
    """With one photo a montage has no split, no wall and no cascade."""
    assert list_layouts(SceneType.MONTAGE, has_alpha=False, photos=1) == ("macro", "full_bleed")


def test_a_cutout_may_open_a_film_as_a_riddle() -> None:
    """The silhouette comes first in an opening packshot and nowhere else."""
    opening = list_layouts(SceneType.PACKSHOT, has_alpha=True, photos=3, role="hook")
    assert opening[0] == "silhouette"
    assert "silhouette" not in list_layouts(SceneType.PACKSHOT, has_alpha=True, photos=3, role="proof")
    assert "silhouette" not in list_layouts(SceneType.ENDCARD, has_alpha=True, photos=3, role="hook")


def test_no_two_type_systems_share_their_first_packshot() -> None:
    """Brands of different type systems get different sets for the same product, and a family means its system."""
    systems = ("modern", "elegant", "bold", "editorial", "technical", "poster")
    firsts = {
        system: list_layouts(SceneType.PACKSHOT, has_alpha=True, photos=3, family=system)[0] for system in systems
    }
    assert len(set(firsts.values())) == len(systems)
    assert list_layouts(SceneType.PACKSHOT, has_alpha=True, photos=3, family="serif")[0] == firsts["elegant"]
    montages = {list_layouts(SceneType.MONTAGE, has_alpha=False, photos=3, family=system) for system in systems}
    assert len(montages) == len(systems)
