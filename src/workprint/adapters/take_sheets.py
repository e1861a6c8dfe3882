"""Draws the sheet of a shot's takes: a row each, so that they can be compared at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePath

import numpy as np
import skia

from workprint.film.errors import OrderFailed
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.take_orders import TAKE_SHEET, TakeRow, TakeSheetPayload
from workprint.lab.decode import count_frames, probe, read_frames
from workprint.lab.encode import Plane, to_rgb
from workprint.lab.fonts import font_digest
from workprint.lab.pictures import make_opaque, save_png
from workprint.lab.typeset import TypeStyle, contrast_ratio, parse_color, set_paragraph
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

SHEET_WIDTH = 2400
"""Pixels: as wide as the contact sheet, so that the two can lie side by side."""

MARGIN, GUTTER, ROW_GAP, HEAD_HEIGHT = 96, 16, 44, 172
"""Pixels around the sheet, between pictures, between rows, and for the heading."""

NOTE_WIDTH = 380
"""Pixels on the left of each row for the take's number and what is different about it."""

PICTURES = {"wide": 5, "square": 6, "tall": 8}
"""Pictures of a row, spread over the clip from its first frame to its last, by the shape of the film."""

PAPER, INK, QUIET, LINE = "#0F1012", "#F2F1EE", "#8C8F96", "#26282D"
"""Paper, text, secondary text (5.9:1 on the paper), hairlines: neutral, so that the pictures alone carry colour."""

SECONDS_A_TAKE = 1.2
"""CPU seconds to decode three seconds of 1080p and scale its pictures (measured, reference machine)."""


@dataclass(frozen=True)
class _Strip:
    """How many pictures a row has, and the size of each in pixels."""

    count: int
    width: int
    height: int


def draw_sheet(bench: Bench) -> Made:
    """The takes of the bench as one PNG. Facts: takes, width, height. Raises OrderFailed for a clip without a frame."""
    payload = bench.payload
    assert isinstance(payload, TakeSheetPayload)
    clips = [bench.inputs[f"take.{row.number:02d}"].path for row in payload.rows]
    facts = probe(clips[0])
    strip = _plan_strip(facts.width / facts.height)
    height = MARGIN + HEAD_HEIGHT + len(clips) * (strip.height + ROW_GAP) - ROW_GAP + MARGIN
    surface = skia.Surface(SHEET_WIDTH, height)
    canvas = surface.getCanvas()
    canvas.clear(skia.Color(*parse_color(PAPER)))
    _draw_head(canvas, payload)
    for number, (row, clip) in enumerate(zip(payload.rows, clips, strict=True)):
        top = MARGIN + HEAD_HEIGHT + number * (strip.height + ROW_GAP)
        _draw_note(canvas, row, top, strip.height)
        for place, pixels in enumerate(_pick(clip, strip)):
            _draw_picture(canvas, pixels, MARGIN + NOTE_WIDTH + place * (strip.width + GUTTER), top)
        bench.report((number + 1) / len(clips))
    target = Path(bench.scratch) / "takes.png"
    save_png(surface.makeImageSnapshot(), target)
    made = {"takes": len(clips), "width": SHEET_WIDTH, "height": height}
    return Made((MadeFile(target, "image/png", "takes.png"),), made)


def _plan_strip(shape: float) -> _Strip:
    count = PICTURES["wide" if shape > 1.2 else "square" if shape > 0.9 else "tall"]
    width = (SHEET_WIDTH - 2 * MARGIN - NOTE_WIDTH - (count - 1) * GUTTER) // count
    return _Strip(count, width, max(2, round(width / shape)))


def _pick(clip: PurePath, strip: _Strip) -> Iterator[Plane]:
    """Frames spread evenly over the clip, first and last among them."""
    frames = count_frames(clip)
    if not frames:
        raise OrderFailed("The clip holds no frame.", where=clip.name)
    wanted = [round(place * (frames - 1) / (strip.count - 1)) for place in range(strip.count)]
    for number, frame in enumerate(read_frames(clip)):
        for _ in range(wanted.count(number)):
            yield to_rgb(frame, (strip.width, strip.height))


def _draw_head(canvas: skia.Canvas, payload: TakeSheetPayload) -> None:
    """An accent rule, the film's title, and which shot this is."""
    accent = next((one for one in (*payload.palette[1:], *payload.palette[:1]) if contrast_ratio(one, PAPER) >= 3), INK)
    canvas.drawRect(skia.Rect.MakeXYWH(MARGIN, MARGIN - 28, 56, 6), skia.Paint(Color=skia.Color(*parse_color(accent))))
    room = SHEET_WIDTH - 2 * MARGIN
    title = TypeStyle("sans", "semibold", 60, tracking=-0.015, line_height=1.15, color=INK)
    set_paragraph(payload.title, title, room, 1, 36).draw(canvas, MARGIN, MARGIN)
    count = len(payload.rows)
    line = f"{payload.slate}   \u00b7   {'1 take' if count == 1 else f'{count} takes'}"
    set_paragraph(line, TypeStyle("sans", "regular", 26, line_height=1.2, color=QUIET), room, 1, 20).draw(
        canvas, MARGIN, MARGIN + 84
    )


def _draw_note(canvas: skia.Canvas, row: TakeRow, top: int, height: int) -> None:
    room = NOTE_WIDTH - 40
    strong = TypeStyle("sans", "semibold", 40, line_height=1.2, color=INK)
    set_paragraph(f"Take {row.number}", strong, room, 1, 24).draw(canvas, MARGIN, top - 6)
    quiet = TypeStyle("sans", "regular", 24, line_height=1.3, color=QUIET)
    lines = max(1, (height - 56) // 32)
    set_paragraph(row.describes, quiet, room, lines, 16).draw(canvas, MARGIN, top + 50)


def _draw_picture(canvas: skia.Canvas, pixels: Plane, left: int, top: int) -> None:
    height, width = pixels.shape[:2]
    rgba = np.ascontiguousarray(make_opaque(pixels))
    picture = skia.Image.fromarray(rgba, skia.kRGBA_8888_ColorType, alphaType=skia.kOpaque_AlphaType)
    shape = skia.RRect.MakeRectXY(skia.Rect.MakeXYWH(left, top, width, height), 6, 6)
    canvas.save()
    canvas.clipRRect(shape, True)
    canvas.drawImage(picture, left, top)
    canvas.restore()
    hairline = skia.Paint(Color=skia.Color(*parse_color(LINE)), Style=skia.Paint.kStroke_Style, StrokeWidth=2)
    hairline.setAntiAlias(True)
    canvas.drawRRect(shape, hairline)


def _describe_tools() -> str:
    return f"av {version('av')} skia {version('skia-python')} fonts {font_digest()}"


def _estimate(order: Order) -> Estimate:
    return Estimate(NOTHING, 0.3 + SECONDS_A_TAKE * order.units)


MAKERS = (
    MakerCard(
        step=TAKE_SHEET,
        version=1,
        payload=TakeSheetPayload,
        entry="workprint.adapters.take_sheets:draw_sheet",
        is_durable=False,
        tools=_describe_tools,
        cost=_estimate,
    ),
)
