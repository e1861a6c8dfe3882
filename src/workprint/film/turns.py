"""Where the film turns for the ear: the reveal, and the end card that closes it."""

from __future__ import annotations

from workprint.film.board import Board, Chain
from workprint.film.brief import SceneType

PEAK_ROLES = ("proof", "solve", "desire")
"""Roles of the reveal, where the music drops: the third step of each framework."""


def find_reveal(board: Board) -> Chain | None:
    """The scene the film rises to: the packshot in a role of the reveal, else the last packshot, else that role alone.

    With neither it is the last scene of three or more. It is never the first: nothing can rise before it.
    """
    later = board.chains[1:]
    packshots = [chain for chain in later if chain.type is SceneType.PACKSHOT]
    in_role = [chain for chain in later if chain.role in PEAK_ROLES]
    best = [chain for chain in packshots if chain.role in PEAK_ROLES]
    last = board.chains[-1:] if len(board.chains) > 2 else ()
    return next(iter((*best, *reversed(packshots), *in_role, *last)), None)


def find_closing(board: Board) -> Chain | None:
    """The end card, when the film ends on one and does not begin with it."""
    if len(board.chains) < 2 or board.chains[-1].type is not SceneType.ENDCARD:
        return None
    return board.chains[-1]
