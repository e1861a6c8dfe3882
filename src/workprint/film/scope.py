"""Scope: the part of a film a quick look is made of."""

from __future__ import annotations

from dataclasses import replace

from workprint.film.board import Board, Chain
from workprint.film.brief import Brief
from workprint.film.time import Span


def find_scene(brief: Brief, text: str) -> str | None:
    """The id of the scene a person means by `text`: its id, SC02 or S02 (by number)."""
    wanted = text.strip().lower()
    for scene in brief.scenes:
        if wanted in (scene.id.lower(), f"s{scene.number:02d}", f"sc{scene.number:02d}"):
            return scene.id
    return None


def narrow_brief(brief: Brief, scene_id: str) -> Brief:
    """The brief of one scene alone, moved to the start of the film. Its number and texts stay."""
    scene = next(scene for scene in brief.scenes if scene.id == scene_id)
    moved = replace(scene, span=Span(0, scene.span.length))
    markers = tuple(m - scene.span.start for m in brief.audio.beat_markers if scene.span.start <= m < scene.span.end)
    audio = replace(brief.audio, beat_markers=markers)
    return replace(brief, scenes=(moved,), frames=scene.span.length, audio=audio)


def narrow_board(board: Board, scene_id: str) -> Board:
    """The board of one scene alone: the very shots the whole film has there, moved to the start."""
    chain = next(chain for chain in board.chains if chain.scene == scene_id)
    start, end = chain.span.start, chain.span.end
    shots = tuple(replace(shot, span=shot.span.shifted(-start)) for shot in chain.shots)
    moved = _moved(chain, start, shots)
    return Board((moved,), tuple(beat - start for beat in board.beats if start <= beat < end))


def narrow_to_shot(board: Board, slate: str) -> Board:
    """The board of one shot, where it stands, with the shots right before it that show the same picture.

    One of those may be what it starts from. Scene changes are left out: a single shot has none.
    """
    chain = next(chain for chain in board.chains if any(shot.slate == slate for shot in chain.shots))
    slates = [shot.slate for shot in chain.shots]
    first = last = slates.index(slate)
    while first and chain.shots[first - 1].picture == chain.shots[last].picture:
        first -= 1
    return Board((replace(chain, shots=chain.shots[first : last + 1]),), board.beats)


def _moved(chain: Chain, start: int, shots: tuple[object, ...]) -> Chain:
    return replace(chain, span=chain.span.shifted(-start), shots=shots)  # type: ignore[arg-type]
