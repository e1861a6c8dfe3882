"""The final check: the delivered file itself, decoded and measured (T1)."""

from __future__ import annotations

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief, CameraMove, SceneType
from workprint.film.cut_orders import FilmCheckPayload
from workprint.film.edit import FinalCheck, Master
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_film
from workprint.ports.desk import Desk, stage


@stage(version=1)
async def check_master(brief: Brief, board: Board, master: Master, desk: Desk) -> FinalCheck:
    """Measure the master; what the readings mean is for the final gate to say."""
    return FinalCheck(await desk.measure(order_film_check(brief, board, master.take)))


def order_film_check(brief: Brief, board: Board, film: AnyTake) -> Order:
    """The order of the check: what the file must be, where its cuts are, where it may stand still."""
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
    )
    return Order("film_check", name_film("CUT", "final-check"), payload, (Input("film", film),), units=brief.frames)


def may_stand_still(shot: Shot) -> bool:
    """Whether stillness is meant: a locked-off shot, or an end card that is there to be read."""
    return shot.move is CameraMove.STATIC or shot.type is SceneType.ENDCARD


def has_voice(brief: Brief) -> bool:
    """Whether anything is spoken in the film."""
    spoken = brief.audio.voice_file is not None or any(scene.voice.strip() for scene in brief.scenes)
    return brief.audio.mode.has_voice and spoken
