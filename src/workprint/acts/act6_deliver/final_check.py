"""The final check: the delivered file itself, decoded and measured (T1)."""

from __future__ import annotations

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief, CameraMove, SceneType
from workprint.film.cut_orders import FilmCheckPayload, TitleCue
from workprint.film.edit import FinalCheck, Master, Titles
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_film
from workprint.ports.desk import Desk, stage


@stage(version=2)
async def check_master(brief: Brief, board: Board, titles: Titles, master: Master, desk: Desk) -> FinalCheck:
    """Measure the master; what the readings mean is for the final gate to say."""
    return FinalCheck(await desk.measure(order_film_check(brief, board, titles, master.take)))


def order_film_check(brief: Brief, board: Board, titles: Titles, film: AnyTake) -> Order:
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
    inputs = (Input("film", film), *(Input(cue.role, title.take) for cue, title in zip(cues, placed, strict=True)))
    return Order("film_check", name_film("CUT", "final-check"), payload, inputs, units=brief.frames)


def may_stand_still(shot: Shot) -> bool:
    """Whether stillness is meant: a locked-off shot, or an end card that is there to be read."""
    return shot.move is CameraMove.STATIC or shot.type is SceneType.ENDCARD


def has_voice(brief: Brief) -> bool:
    """Whether anything is spoken in the film."""
    spoken = brief.audio.voice_file is not None or any(scene.voice.strip() for scene in brief.scenes)
    return brief.audio.mode.has_voice and spoken
