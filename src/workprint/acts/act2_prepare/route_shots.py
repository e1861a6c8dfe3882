"""Routes: who makes every shot and sound, why, what it costs at most, and what comes next when it is refused (K5)."""

from __future__ import annotations

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief
from workprint.film.effect_plan import draft_effect, list_events
from workprint.film.look import gather_pictures
from workprint.film.market import Market
from workprint.film.media_routing import STILL_NEEDS, MediaNeed, Piece, route_media
from workprint.film.request import Medium, Role
from workprint.film.routing import Route, Routes, ShotNeed, route_shot
from workprint.film.shot_runs import list_openers
from workprint.film.sound_asks import describe_effect, list_spoken
from workprint.film.stage_shots import is_staged
from workprint.film.takes import TakeSheet
from workprint.ports.desk import Desk, stage

WHOLE_FILM = "SC00_SH00"
"""The slate of what belongs to no shot."""


@stage(version=4)
async def route_shots(brief: Brief, board: Board, *, market: Market, sheet: TakeSheet, desk: Desk) -> Routes:
    """Choose who makes each shot, its first frame, and the sound. Filed as a document, with every reason.

    A shot that keeps the picture it started from needs no still: nobody would see a bought one.
    """
    shots = Routes(tuple(choose_route(brief, shot, market) for shot in board.shots), market.continues_shots)
    openers = list_openers(board, shots, sheet.starts)
    return Routes(
        shots.shots,
        market.continues_shots,
        stills=tuple(route_media(draft_still(brief, shot), market) for shot in openers),
        voice=_route_sound(draft_voice(brief, board), market),
        music=_route_sound(draft_music(brief), market),
        effects=_route_sound(draft_effects(brief, board), market),
        speaker=market.speaker,
    )


def choose_route(brief: Brief, shot: Shot, market: Market) -> Route:
    """The route of one shot. A shot for the stage stays there: its product is exact in every frame."""
    scene = next(scene for scene in brief.scenes if scene.id == shot.scene)
    if shot.take.footage is not None:
        return Route(shot.slate, (), ("own footage: nothing is made",))
    if is_staged(brief, shot):
        return Route(shot.slate, (), ("stage: the product itself is filmed",))
    need = ShotNeed(
        slate=shot.slate,
        type=shot.type,
        intent=scene.intent,
        hint=scene.hint,
        duration_ms=brief.rate.milliseconds(shot.footage),
        aspect=brief.aspect.value,
        inputs=(Role.FIRST_FRAME,),
    )
    return route_shot(need, market)


def draft_still(brief: Brief, shot: Shot) -> MediaNeed:
    """What the first frame of a bought shot needs: the product as its pictures show it."""
    return MediaNeed(
        Medium.IMAGE,
        shot.slate,
        (Piece(),),
        STILL_NEEDS[shot.type],
        aspect=brief.aspect.value,
        references=len(gather_pictures(brief, shot)),
    )


def draft_voice(brief: Brief, board: Board) -> MediaNeed:
    """What the film's voice needs: every line of it, in one language."""
    is_foreign = not brief.audio.language.lower().startswith("en")
    pieces = tuple(Piece(text) for _, text in list_spoken(brief, board))
    return MediaNeed(Medium.VOICE, WHOLE_FILM, pieces, ("voice", "languages") if is_foreign else ("voice",))


def draft_music(brief: Brief) -> MediaNeed:
    """What the film's music needs: one piece as long as the film; nothing where there is none, or the user's own."""
    is_wanted = brief.audio.mode.has_music and brief.audio.music_file is None
    pieces = (Piece("", brief.rate.milliseconds(brief.frames)),) if is_wanted else ()
    return MediaNeed(Medium.MUSIC, WHOLE_FILM, pieces, ("music",))


def draft_effects(brief: Brief, board: Board) -> MediaNeed:
    """What the film's effects need: every sound that differs in words is asked for once."""
    payloads = (draft_effect(brief, event) for event in list_events(brief, board))
    lengths = {describe_effect(payload): payload.duration_ms for payload in payloads}
    return MediaNeed(Medium.EFFECT, WHOLE_FILM, tuple(map(Piece, lengths, lengths.values())), ("effect",))


def _route_sound(need: MediaNeed, market: Market) -> Route | None:
    return route_media(need, market) if need.pieces else None
