"""The board: coverage, cuts on beats, variety, pictures, and what intents ask for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from tests.strategies import briefs, change_scene, make_brief, make_picture, make_scene

from workprint.acts.act2_prepare.board_cuts import cut_scene, lay_beats
from workprint.acts.act2_prepare.board_rules import choose_lighting, choose_wish
from workprint.film.board import Board
from workprint.film.brief import Brief, CameraMove, CameraWish, SceneType
from workprint.film.time import Rate, Span
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film


def plan(brief: Brief) -> Board:
    """The board of a brief."""
    board = asyncio.run(run_film(brief, ScriptDesk(), Board))[Board]
    assert isinstance(board, Board)
    return board


@settings(max_examples=60, deadline=None)
@given(briefs())
def test_every_frame_is_covered_exactly_once(brief: Brief) -> None:
    """Shots follow each other without gap or overlap from frame 0 to the end, and stay inside their scenes."""
    board = plan(brief)
    spans = [shot.span for shot in board.shots]
    assert spans[0].start == 0
    assert spans[-1].end == brief.frames
    assert all(before.meets(after) for before, after in pairwise(spans))
    assert [chain.span for chain in board.chains] == [scene.span for scene in brief.scenes]
    for chain in board.chains:
        assert (chain.shots[0].span.start, chain.shots[-1].span.end) == (chain.span.start, chain.span.end)
        assert sum(shot.is_primary for shot in chain.shots) == 1


@settings(max_examples=60, deadline=None)
@given(briefs())
def test_no_two_shots_in_a_row_look_alike(brief: Brief) -> None:
    """Size, move and layout never all repeat across a cut, and every sentence of a shot is written."""
    shots = plan(brief).shots
    for before, after in pairwise(shots):
        assert (before.size, before.move, before.layout) != (after.size, after.move, after.layout)
    for shot in shots:
        assert all(text.endswith(".") for text in (shot.first_frame, shot.last_frame, shot.motion))
        assert 0 <= shot.energy <= 100


@settings(max_examples=60, deadline=None)
@given(briefs())
def test_a_shot_is_long_enough_to_be_seen(brief: Brief) -> None:
    """No scene is cut into shots below 0.6 s; lifestyle shots stay at about 2 to 4 s."""
    for chain in plan(brief).chains:
        lengths = [float(brief.rate.seconds(shot.span.length)) for shot in chain.shots]
        assert len(lengths) == 1 or min(lengths) >= 0.6
        if chain.type is SceneType.LIFESTYLE:
            assert max(lengths) <= 4.25
        if chain.type is SceneType.MONTAGE:
            assert len(lengths) <= 6


def test_packshots_split_only_when_long_and_end_cards_never() -> None:
    """Five seconds of packshot are one shot, a frame more is two; an end card is always one."""
    for kind, length, shots in (
        (SceneType.PACKSHOT, 150, 1),
        (SceneType.PACKSHOT, 151, 2),
        (SceneType.ENDCARD, 600, 1),
        (SceneType.MONTAGE, 90, 3),
        (SceneType.MONTAGE, 30, 1),
        (SceneType.MONTAGE, 900, 6),
        (SceneType.LIFESTYLE, 120, 1),
        (SceneType.LIFESTYLE, 180, 2),
    ):
        scene = make_scene(1, kind, 0, length, "a thing")
        assert len(cut_scene(scene, Rate(30), ())) == shots, (kind, length)


def test_montage_cuts_fall_on_beats() -> None:
    """At 100 bpm every cut of a montage stands on a beat of the grid."""
    brief = make_brief()
    board = plan(replace(brief, audio=replace(brief.audio, bpm=100)))
    montage = next(chain for chain in board.chains if chain.type is SceneType.MONTAGE)
    assert {shot.span.start for shot in montage.shots[1:]} <= set(board.beats)


def test_other_cuts_move_to_a_beat_only_when_it_is_close() -> None:
    """A marker 6 frames off draws the cut, one 7 frames off does not."""
    scene = make_scene(1, SceneType.LIFESTYLE, 0, 180, "a thing")
    assert cut_scene(scene, Rate(30), (96,))[1] == Span(96, 84)
    assert cut_scene(scene, Rate(30), (97,))[1] == Span(90, 90)


def test_beat_markers_replace_the_grid() -> None:
    """Markers of the brief are the beats, in order, once each, inside the film."""
    brief = make_brief()
    marked = replace(brief, audio=replace(brief.audio, beat_markers=(90, 30, 30, 9999)))
    assert lay_beats(marked) == (30, 90)
    assert lay_beats(brief)[:3] == (0, 15, 30)


def test_pictures_suit_their_scene_and_neighbours_differ() -> None:
    """Cut-outs stand in packshot and end card, photos elsewhere, and no picture follows itself."""
    brief = make_brief()
    shots = plan(brief).shots
    assert [brief.pictures[shot.picture].has_alpha for shot in shots] == [True, *[False] * 5, True]
    assert all(before.picture != after.picture for before, after in pairwise(shots))
    assert shots[0].layout == "silhouette"
    assert all(before.layout != after.layout for before, after in pairwise(shots))
    assert shots[-1].layout == "endcard"


def test_a_second_packshot_shot_with_one_cutout_takes_a_photo() -> None:
    """Showing the same cut-out twice in a row is avoided where the pack has anything else."""
    brief = make_brief()
    scenes = (make_scene(1, SceneType.PACKSHOT, 0, 450, "a lamp"),)
    shots = plan(replace(brief, scenes=scenes)).shots
    assert shots[0].picture != shots[1].picture


def test_pictures_a_scene_names_are_used_in_turn() -> None:
    """The brief's own choice of pictures beats every rule but order."""
    board = plan(change_scene(make_brief(), 3, pictures=(2, 0)))
    assert [shot.picture for shot in board.shots if shot.scene_number == 3] == [2, 0, 2]


def test_a_pack_of_cutouts_or_none_still_makes_a_board() -> None:
    """Missing kinds of pictures change layouts, never the coverage; without pictures a shot says so."""
    brief = make_brief()
    only = (make_picture("a.png", has_alpha=True), make_picture("b.png", has_alpha=True))
    layouts = [shot.layout for shot in plan(replace(brief, pictures=only)).shots]
    assert not {"full_bleed", "macro", "split", "cascade", "grid_wall"} & set(layouts)
    assert all(before != after for before, after in pairwise(layouts))
    assert {shot.picture for shot in plan(replace(brief, pictures=())).shots} == {-1}


def test_the_camera_wish_is_honoured_before_the_intent() -> None:
    """A move in the brief's camera wins over one named in the intent; silence leaves it to the board."""
    brief = make_brief()
    wished = change_scene(brief, 1, camera=CameraWish(CameraMove.ORBIT, 35))
    shot = plan(wished).shots[0]
    assert (shot.move, shot.focal_length_mm) == (CameraMove.ORBIT, 35)
    assert plan(brief).shots[0].move is CameraMove.DOLLY_IN


@pytest.mark.parametrize(
    ("intent", "light", "move"),
    [
        ("Slow dolly-in on watch, soft top light, evening", "soft_top", CameraMove.DOLLY_IN),
        ("Dolly out from the counter in the morning", "window", CameraMove.DOLLY_OUT),
        ("Frying pan on dark wood", "window", None),
        ("Turntable spin, rim light", "rim", CameraMove.ORBIT),
        ("City at night, camera pans over neon", "night", CameraMove.PAN),
        ("", "window", None),
    ],
)
def test_intents_ask_for_light_and_move(intent: str, light: str, move: CameraMove | None) -> None:
    """The first word about light or camera decides; words that name materials do not."""
    scene = make_scene(1, SceneType.LIFESTYLE, 0, 90, intent)
    assert choose_lighting(scene, "neutral") == light
    assert choose_wish(scene) is move


@pytest.mark.parametrize(
    ("intent", "layout"),
    [
        ("The lamp alone on a dark sweep", "hero_sweep"),
        ("On a stone pedestal in the morning", "plinth"),
        ("It hovers over nothing", "levitate"),
        ("A turntable and a spotlight", "orbit_stage"),
    ],
)
def test_an_intent_that_names_a_set_gets_it(intent: str, layout: str) -> None:
    """The packshot stands in the set its intent speaks of; the shots of other scenes stay as they were."""
    before, after = plan(make_brief()), plan(change_scene(make_brief(), 1, intent=intent))
    assert after.shots[0].layout == layout
    assert [shot.layout for shot in before.shots[1:]] == [shot.layout for shot in after.shots[1:]]


def test_films_of_different_type_systems_do_not_share_their_packshot() -> None:
    """One brief in six type systems makes packshots of several designs, not one for all."""
    brief = make_brief()
    layouts = set()
    for family in ("modern", "elegant", "bold", "editorial", "technical", "poster"):
        style = replace(brief.product.style, font_family=family)
        told = change_scene(replace(brief, product=replace(brief.product, style=style)), 1, intent="The lamp alone")
        scenes = tuple(replace(scene, type=SceneType.PACKSHOT) if scene.number == 3 else scene for scene in told.scenes)
        shots = plan(replace(told, scenes=scenes)).shots
        layouts.add(next(shot.layout for shot in shots if shot.scene_number == 3))
    assert len(layouts) >= 4
