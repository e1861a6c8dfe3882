"""The final check: the delivered file itself, decoded and measured (T1)."""

from __future__ import annotations

from dataclasses import replace

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief, CameraMove, SceneType
from workprint.film.buy_orders import CONFORM
from workprint.film.cut_orders import FilmCheckPayload, TitleCue
from workprint.film.dailies import Dailies
from workprint.film.edit import BurnedCaptions, FinalCheck, Master, Titles
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_film
from workprint.film.tail_orders import SPLICE
from workprint.ports.desk import Desk, stage


@stage(version=3)
async def check_master(
    brief: Brief,
    board: Board,
    dailies: Dailies,
    *,
    titles: Titles,
    captions: BurnedCaptions,
    master: Master,
    desk: Desk,
) -> FinalCheck:
    """Measure the master; what the readings mean is for the final gate to say."""
    order = order_film_check(brief, board, titles, master.take, list_fitted(board, dailies))
    return FinalCheck(await desk.measure(add_captions(order, captions)))


def add_captions(order: Order, captions: BurnedCaptions) -> Order:
    """The check with the burned-in captions, where the film has any."""
    if not captions.spoken:
        return order
    assert isinstance(order.payload, FilmCheckPayload)
    payload = replace(order.payload, captions=tuple(line.role for line in captions.spoken))
    plates = tuple(Input(line.role, line.take) for line in captions.spoken)
    return replace(order, payload=payload, inputs=(*order.inputs, *plates))


def list_fitted(board: Board, dailies: Dailies) -> tuple[Input, ...]:
    """The clips that were made to fit the film, by the place of their shot: they tell which frames they repeat."""
    clips = ((index, dailies.clips[shot.slate]) for index, shot in enumerate(board.shots))
    return tuple(Input(f"fitted.{index}", clip) for index, clip in clips if clip.step in (CONFORM, SPLICE))


def order_film_check(
    brief: Brief, board: Board, titles: Titles, film: AnyTake, fitted: tuple[Input, ...] = ()
) -> Order:
    """The order of the check: what the file must be, where it changes or may stand still, what is laid over it."""
    placed = tuple(title for chain in board.chains for title in titles.scenes.get(chain.scene, ()))
    cues = tuple(
        TitleCue(f"title.{index}", title.span.start, title.span.end, title.entrance, title.exit)
        for index, title in enumerate(placed)
    )
    width, height = brief.size
    still = tuple((shot.span.start, shot.span.length) for shot in board.shots if may_stand_still(shot))
    payload = FilmCheckPayload(
        width=width,
        height=height,
        rate=(brief.rate.numerator, brief.rate.denominator),
        frames=brief.frames,
        cuts=tuple(shot.span.start for shot in board.shots[1:]),
        has_voice=has_voice(brief),
        still_spans=still,
        transitions=tuple((one.span.start, one.span.length) for one in board.transitions),
        titles=cues,
        platform=brief.platform,
    )
    laid_over = tuple(Input(cue.role, title.take) for cue, title in zip(cues, placed, strict=True))
    inputs = (Input("film", film), *laid_over, *fitted)
    return Order("film_check", name_film("CUT", "final-check"), payload, inputs, units=brief.frames)


def may_stand_still(shot: Shot) -> bool:
    """Whether stillness is meant: a locked-off shot, or an end card that is there to be read."""
    return shot.move is CameraMove.STATIC or shot.type is SceneType.ENDCARD


def has_voice(brief: Brief) -> bool:
    """Whether anything is spoken in the film."""
    spoken = brief.audio.voice_file is not None or any(scene.voice.strip() for scene in brief.scenes)
    return brief.audio.mode.has_voice and spoken
