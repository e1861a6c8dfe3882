"""Music: the user's own track, or a bed composed to the board's roles (Q2)."""

from __future__ import annotations

from workprint.acts.act3_shoot.bought_sounds import buy_music
from workprint.film.board import Board
from workprint.film.brief import Brief
from workprint.film.dailies import Music
from workprint.film.lineage import FileRef
from workprint.film.look import derive_seed
from workprint.film.order import Input, Order
from workprint.film.routing import Routes
from workprint.film.shot_names import name_film
from workprint.film.sound_mood import choose_tonic
from workprint.film.sound_orders import MusicPayload, MusicSection, SoundImportPayload
from workprint.film.turns import find_closing, find_reveal
from workprint.ports.desk import Desk, stage

BUTTON_MS = 2000
"""Without an end card the closing sting sits about this long before the end, so that it rings out inside the film."""

SHORTEST_BUTTON_MS = 1200
"""An end card shorter than this leaves no room for the sting to ring; it comes earlier then."""

SHORTEST_SECTION_MS = 1000
"""A section shorter than this is not heard as one."""


@stage(version=2)
async def score_music(brief: Brief, board: Board, routes: Routes, desk: Desk) -> Music:
    """Score the film, here or where its music is bought; no music when the brief wants none."""
    if not brief.audio.mode.has_music:
        return Music(None)
    if brief.audio.music_file is not None:
        return Music(await desk.render(order_import(brief, brief.audio.music_file)))
    if routes.music is not None and routes.music.is_bought:
        return Music(await buy_music(desk, brief, routes.music, plan_sections(brief, board)))
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
        payload=MusicPayload(
            length, brief.audio.bpm, brief.audio.mood, plan_sections(brief, board), choose_tonic(brief)
        ),
        seed=derive_seed(brief, "music"),
        units=max(1, length // 1000),
    )


def plan_sections(brief: Brief, board: Board) -> tuple[MusicSection, ...]:
    """Sections from the board: intro, build from the second scene, drop at the reveal, button at the end card.

    A section that would leave its neighbour shorter than a second is left out; the button stays.
    """
    button = _place_button(brief, board)
    sections = [MusicSection("intro", 0)]
    for role, start in _list_rises(brief, board):
        if start - sections[-1].start_ms >= SHORTEST_SECTION_MS and button - start >= SHORTEST_SECTION_MS:
            sections.append(MusicSection(role, start))
    if button - sections[-1].start_ms >= SHORTEST_SECTION_MS:
        sections.append(MusicSection("button", button))
    return tuple(sections)


def _place_button(brief: Brief, board: Board) -> int:
    """Where the closing sting begins: with the end card, or on the last beat that leaves it room."""
    length = brief.rate.milliseconds(brief.frames)
    closing, reveal = find_closing(board), find_reveal(board)
    if closing is not None and closing is not reveal:
        start = brief.rate.milliseconds(closing.span.start)
        if length - start >= SHORTEST_BUTTON_MS:
            return start
    beats = [brief.rate.milliseconds(beat) for beat in board.beats]
    return max((beat for beat in beats if beat <= length - BUTTON_MS), default=max(0, length - BUTTON_MS))


def _list_rises(brief: Brief, board: Board) -> list[tuple[str, int]]:
    reveal = find_reveal(board)
    rises: list[tuple[str, int]] = []
    for index, chain in enumerate(board.chains):
        if chain is reveal:
            return [*rises, ("drop", brief.rate.milliseconds(chain.span.start))]
        if index == 1:
            rises.append(("build", brief.rate.milliseconds(chain.span.start)))
    return rises
