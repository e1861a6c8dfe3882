"""Match cuts: a montage goes from picture to picture by shape and colour."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.strategies import make_brief

from workprint.film.board import Board
from workprint.film.brief import Picture, SceneType
from workprint.film.picture_match import measure_unlikeness, tour_by_match
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film


def look(name: str, tone: str, subject: tuple[int, int, int, int] | None) -> Picture:
    """A photo somebody looked at."""
    picture = make_brief().pictures[1]
    return replace(picture, file=replace(picture.file, digest=name * 64), tone=tone, subject=subject)


LEFT, RIGHT, LARGE = (100, 300, 300, 300), (600, 300, 300, 300), (80, 250, 420, 420)
PACK = (
    look("a", "#202020", LEFT),
    look("b", "#F0F0F0", RIGHT),
    look("c", "#302820", LARGE),
    look("d", "#E0D0D0", RIGHT),
)


def test_shape_and_colour_lead_from_one_to_the_next() -> None:
    """From the dark left one over the larger dark left one to the two light right ones; every picture once."""
    assert tour_by_match(PACK, (0, 1, 2, 3)) == (0, 2, 3, 1)
    assert tour_by_match(PACK, (1, 0, 2, 3)) == (1, 3, 0, 2)
    assert measure_unlikeness(PACK[0], PACK[0]) == 0
    assert measure_unlikeness(PACK[0], PACK[1]) == measure_unlikeness(PACK[1], PACK[0])


def test_pictures_nobody_looked_at_keep_their_order() -> None:
    """One picture without a sketch leaves the pack as it stands."""
    assert tour_by_match((*PACK[:3], look("d", "", None)), (0, 1, 2, 3)) == (0, 1, 2, 3)


def test_a_montage_takes_the_tour() -> None:
    """The board shows the montage's pictures in matched order, and none twice in a row."""
    brief = replace(make_brief(), pictures=PACK)
    board = asyncio.run(run_film(brief, ScriptDesk(), Board))[Board]
    assert isinstance(board, Board)
    shown = [shot.picture for shot in board.shots if shot.type is SceneType.MONTAGE]
    before = [shot.picture for shot in board.shots if shot.type is SceneType.LIFESTYLE][-1]
    tour = tour_by_match(PACK, tuple((before + step) % 4 for step in range(4)))
    assert shown == list(tour[1:])
