"""Burned-in captions: what is said set in the picture, where the brief asks for it (R3)."""

from __future__ import annotations

from workprint.film.board import Board
from workprint.film.brief import Brief
from workprint.film.cut_orders import BODY_FONT, CaptionPlatesPayload
from workprint.film.dailies import Voices
from workprint.film.edit import BurnedCaptions, CaptionedLine
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_scene
from workprint.film.time import Span
from workprint.ports.desk import Desk, stage

SPILL_S = 1
"""Seconds a caption may stand on into the next scene: a short one stays readable, and the next one waits for it."""

SpokenLine = tuple[int, int, AnyTake]
"""Scene number, start in ms, take."""


@stage(version=1)
async def burn_captions(brief: Brief, board: Board, voices: Voices, desk: Desk) -> BurnedCaptions:
    """Set what every line says, one order a line; nothing where captions are side files only.

    A recording of the whole film has no words anybody knows, and so no captions.
    """
    lines = tuple(line for line in voices.lines if line[0]) if brief.audio.burns_captions else ()
    cues = tuple((f"voice.{index}", start) for index, (_, start, _) in enumerate(lines))
    inputs = tuple(Input(role, line[2]) for (role, _), line in zip(cues, lines, strict=True))

    async def set_line(index: int) -> CaptionedLine:
        take = await desk.render(order_plates(brief, index, lines[index], cues, inputs))
        return CaptionedLine(f"captions.{index}", find_span(brief, board, lines[index]), take)

    return BurnedCaptions(tuple(await desk.each(tuple(range(len(lines))), set_line)))


def order_plates(
    brief: Brief, index: int, line: SpokenLine, cues: tuple[tuple[str, int], ...], inputs: tuple[Input, ...]
) -> Order:
    """The order of one line's captions; it hears all lines, since they share the time."""
    width, height = brief.size
    font = brief.product.style.body_font
    return Order(
        step="caption_plates",
        name=name_scene(line[0], "TEXT", "captions"),
        payload=CaptionPlatesPayload(
            line=cues[index][0],
            cues=cues,
            width=width,
            height=height,
            platform=brief.platform,
            rate=(brief.rate.numerator, brief.rate.denominator),
            frames=brief.frames,
            type_system=brief.product.style.font_family,
        ),
        inputs=(*inputs, *((Input(BODY_FONT, font),) if font is not None else ())),
    )


def find_span(brief: Brief, board: Board, line: SpokenLine) -> Span:
    """The film frames a line's captions may stand on: its scene, and a little of the next."""
    scene = next(chain.span for chain in board.chains if chain.number == line[0])
    end = min(brief.frames, scene.end + brief.rate.frames(SPILL_S))
    return Span(scene.start, end - scene.start)
