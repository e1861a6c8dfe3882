"""Runs of bought shots: which start from a still of their own, and which from the last frame of the one before."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from workprint.film.board import Board, Shot
from workprint.film.routing import Routes


def list_runs(board: Board, routes: Routes) -> tuple[tuple[Shot, ...], ...]:
    """Shots that follow from each other: bought neighbours of one scene that show the same picture; others alone (K6).

    Each shot after the first of a run starts from the last frame of the one before.
    """

    def name_run(shot: Shot) -> tuple[str, int, int]:
        continues = routes.continues_shots and shot.picture >= 0 and routes.of(shot.slate).is_bought
        return (shot.scene, shot.picture, 0 if continues else shot.number)

    return tuple(tuple(shots) for _, shots in groupby(board.shots, key=name_run))


def list_openers(board: Board, routes: Routes, kept: Collection[str] = ()) -> tuple[Shot, ...]:
    """The bought shots that start from a still: the first of every run. A still of another would be seen by nobody.

    `kept` are the slates of shots that go on starting from a picture there is already, whoever stands before them now.
    """
    firsts = (run[0] for run in list_runs(board, routes))
    return tuple(shot for shot in firsts if routes.of(shot.slate).is_bought and shot.slate not in kept)
