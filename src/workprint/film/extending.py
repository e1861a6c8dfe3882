"""Longer takes: how far a shot may run on, and how the cut behind it moves when its tail is seen.

The film's duration, and where a scene ends, are the brief's. So a tail is a handle, or it takes the time of the next
shot of its own scene: that one starts later, with its first frames unseen, and no clip is made again.
"""

from __future__ import annotations

from dataclasses import replace

from workprint.film.board import Board, Shot
from workprint.film.time import Rate, Span

SHORTEST_SHOT_S = 0.5
"""Seconds that must stay of a shot whose start another one takes: less cannot be read as a shot."""

LONGEST_TAIL_S = 10.0
"""Seconds one tail may have: what most video models make in one go."""


def roll_cuts(rate: Rate, shots: tuple[Shot, ...]) -> tuple[Shot, ...]:
    """The shots of a scene with every cut moved by what its take shows of its tail, as far as there is room."""
    rolled: list[Shot] = []
    for place, shot in enumerate(shots):
        if rolled:
            took = rolled[-1].gained
            shot = replace(shot, span=Span(shot.span.start + took, shot.span.length - took), late=took)
        room = find_room(rate, shots[place + 1]) if place + 1 < len(shots) else 0
        gained = min(shot.take.on_screen, sum(shot.take.tails), room)
        rolled.append(replace(shot, span=Span(shot.span.start, shot.span.length + gained), gained=gained))
    return tuple(rolled)


def find_room(rate: Rate, after: Shot) -> int:
    """Frames a shot can give to the one before it."""
    return max(0, after.span.length - rate.frames(SHORTEST_SHOT_S))


def find_next(board: Board, slate: str) -> Shot | None:
    """The shot after a shot in its own scene."""
    chain = next(chain for chain in board.chains if any(shot.slate == slate for shot in chain.shots))
    slates = [shot.slate for shot in chain.shots]
    place = slates.index(slate) + 1
    return chain.shots[place] if place < len(slates) else None
