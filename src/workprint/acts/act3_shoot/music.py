"""Music: the user's own track, or a bed composed to the board's roles (Q2)."""

from __future__ import annotations

from workprint.film.board import Board
from workprint.film.brief import Brief
from workprint.film.dailies import Music
from workprint.film.lineage import FileRef
from workprint.film.look import derive_seed
from workprint.film.order import Input, Order
from workprint.film.shot_names import name_film
from workprint.film.sound_orders import MusicPayload, MusicSection, SoundImportPayload
from workprint.ports.desk import Desk, stage

PEAK_ROLES = ("proof", "solve", "desire")
"""Roles of the reveal, where the music drops: the third step of each framework."""

BUTTON_MS = 2000
"""The closing sting sits about this long before the end, so that it rings out inside the film."""

SHORTEST_SECTION_MS = 1000
"""A section shorter than this is not heard as one."""


@stage(version=1)
async def score_music(brief: Brief, board: Board, desk: Desk) -> Music:
    """Score the film; no music when the brief wants none."""
    if not brief.audio.mode.has_music:
        return Music(None)
    if brief.audio.music_file is not None:
        return Music(await desk.render(order_import(brief, brief.audio.music_file)))
    return Music(await desk.generate(order_score(brief, board)))


def order_import(brief: Brief, file: FileRef) -> Order:
    """The order that brings in the user's own track, fitted to the film."""
    length = brief.rate.milliseconds(brief.frames)
    return Order(
        step="sound_import",
        name=name_film("AUDIO", "own-music"),
        payload=SoundImportPayload(length, "music"),
        inputs=(Input("file", file),),
        units=max(1, length // 1000),
    )


def order_score(brief: Brief, board: Board) -> Order:
    """The order of a composed bed, exactly as long as the film; its units are seconds."""
    length = brief.rate.milliseconds(brief.frames)
    return Order(
        step="music",
        name=name_film("AUDIO", "music"),
        payload=MusicPayload(length, brief.audio.bpm, brief.audio.mood, plan_sections(brief, board)),
        seed=derive_seed(brief, "music"),
        units=max(1, length // 1000),
    )


def plan_sections(brief: Brief, board: Board) -> tuple[MusicSection, ...]:
    """Sections from the board: intro first, build from the second scene, drop at the reveal, button near the end.

    A section that would leave its neighbour shorter than a second is left out; the button stays.
    """
    length = brief.rate.milliseconds(brief.frames)
    closing = [
        brief.rate.milliseconds(beat) for beat in board.beats if brief.rate.milliseconds(beat) <= length - BUTTON_MS
    ]
    button = max(closing, default=max(0, length - BUTTON_MS))
    sections = [MusicSection("intro", 0)]
    for role, start in _list_rises(brief, board):
        if start - sections[-1].start_ms >= SHORTEST_SECTION_MS and button - start >= SHORTEST_SECTION_MS:
            sections.append(MusicSection(role, start))
    if button - sections[-1].start_ms >= SHORTEST_SECTION_MS:
        sections.append(MusicSection("button", button))
    return tuple(sections)


def _list_rises(brief: Brief, board: Board) -> list[tuple[str, int]]:
    peak = next((chain.number for chain in board.chains[1:] if chain.role in PEAK_ROLES), None)
    if peak is None:
        peak = board.chains[-1].number if len(board.chains) > 2 else None
    rises: list[tuple[str, int]] = []
    for index, chain in enumerate(board.chains):
        if chain.number == peak:
            return [*rises, ("drop", brief.rate.milliseconds(chain.span.start))]
        if index == 1:
            rises.append(("build", brief.rate.milliseconds(chain.span.start)))
    return rises
