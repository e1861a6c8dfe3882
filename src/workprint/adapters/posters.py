"""Takes pictures out of a film: a poster frame, and a contact sheet of all shots."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePath

import numpy as np
import skia

from workprint.film.cut_orders import PosterPayload, SheetPayload
from workprint.film.errors import OrderFailed
from workprint.film.money import Money
from workprint.film.order import Order
from workprint.film.time import Rate, to_timecode
from workprint.lab.decode import VideoFacts, count_frames, probe, read_stretch
from workprint.lab.encode import Plane, to_rgb
from workprint.lab.fonts import font_digest
from workprint.lab.pictures import make_opaque, save_png
from workprint.lab.typeset import TypeStyle, contrast_ratio, parse_color, set_paragraph
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

SHEET_WIDTH = 2400
"""Pixels: legible when printed on A3 landscape at 150 dpi."""

MARGIN, GUTTER, ROW_GAP = 96, 36, 44
"""Pixels around the sheet, between panels, and between a caption and the next row."""

PAPER, INK, QUIET, LINE = "#0F1012", "#F2F1EE", "#8C8F96", "#26282D"
"""Paper, text, secondary text (5.9:1 on the paper), hairlines: neutral, so that the pictures alone carry colour."""

HEAD_HEIGHT, CAPTION_GAP, CAPTION_HEIGHT = 172, 16, 62
"""Pixels for the heading, between a picture and its caption, and for the caption's two lines."""

TIMES = "\u00d7"
"""The multiplication sign between two sides."""

TIMECODE = re.compile(r"\d\d:\d\d:\d\d[:;]\d\d")


@dataclass(frozen=True)
class _Grid:
    """Columns and the size of a picture on the sheet."""

    columns: int
    width: int
    height: int

    @property
    def row_height(self) -> int:
        return self.height + CAPTION_GAP + CAPTION_HEIGHT + ROW_GAP

    def place(self, number: int) -> tuple[int, int]:
        row, column = divmod(number, self.columns)
        return MARGIN + column * (self.width + GUTTER), MARGIN + HEAD_HEIGHT + row * self.row_height


def _describe_tools() -> str:
    return f"av {version('av')} skia {version('skia-python')} fonts {font_digest()}"


def _estimate(order: Order) -> Estimate:
    return Estimate(Money(0), 2.0 if isinstance(order.payload, SheetPayload) else 0.7)


def make_poster(bench: Bench) -> Made:
    """One frame as a PNG, every pixel as decoded. Facts: frame, width, height.

    Raises OrderFailed when the film is shorter.
    """
    payload = bench.payload
    assert isinstance(payload, PosterPayload)
    pixels = _pick(bench.inputs["film"].path, {payload.frame}, None)[payload.frame]
    target = Path(bench.scratch) / "poster.png"
    save_png(make_opaque(pixels), target)
    facts = {"frame": payload.frame, "width": pixels.shape[1], "height": pixels.shape[0]}
    return Made((MadeFile(target, "image/png", "poster.png"),), facts)


def make_sheet(bench: Bench) -> Made:
    """A contact sheet as PNG. Facts: panels, width, height. Raises OrderFailed when a frame is not in the film."""
    payload = bench.payload
    assert isinstance(payload, SheetPayload)
    film = bench.inputs["film"].path
    facts = probe(film)
    grid = _plan_grid(len(payload.panels), facts.width / facts.height)
    pictures = _pick(film, {frame for _, _, frame in payload.panels}, (grid.width, grid.height))
    bench.report(0.6)
    rows = max(1, math.ceil(len(payload.panels) / grid.columns))
    height = MARGIN + HEAD_HEIGHT + rows * grid.row_height - ROW_GAP + MARGIN
    surface = skia.Surface(SHEET_WIDTH, height)
    canvas = surface.getCanvas()
    canvas.clear(skia.Color(*parse_color(PAPER)))
    _draw_head(canvas, payload, facts)
    for number, panel in enumerate(payload.panels):
        _draw_panel(canvas, grid.place(number), panel, pictures[panel[2]], Rate(*facts.rate))
    target = Path(bench.scratch) / "contact-sheet.png"
    save_png(surface.makeImageSnapshot(), target)
    made = {"panels": len(payload.panels), "width": SHEET_WIDTH, "height": height}
    return Made((MadeFile(target, "image/png", "contact-sheet.png"),), made)


def _pick(film: PurePath, wanted: set[int], size: tuple[int, int] | None) -> Mapping[int, Plane]:
    found: dict[int, Plane] = {}
    for number in sorted(wanted):
        frame = next(read_stretch(film, number, 1), None)
        if frame is None:
            raise OrderFailed(f"The film has no frame {number}; it has {count_frames(film)}.", where=film.name)
        found[number] = to_rgb(frame, size)
    return found


def _to_image(pixels: Plane) -> skia.Image:
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    rgba = np.ascontiguousarray(np.concatenate((pixels, opaque), axis=2))
    return skia.Image.fromarray(rgba, skia.kRGBA_8888_ColorType, alphaType=skia.kOpaque_AlphaType)


def _plan_grid(panels: int, shape: float) -> _Grid:
    """Panels as large as a balanced sheet allows, in the number of columns that leaves the fewest gaps below."""
    narrowest, widest = (2, 5) if shape > 1.2 else (3, 6) if shape > 0.8 else (4, 7)
    ideal = math.sqrt(max(1, panels) * 1.6 / min(shape, 1.4))

    def judge(columns: int) -> float:
        gaps = -panels % columns / columns
        return abs(columns - ideal) + 2.0 * gaps

    columns = min(range(narrowest, widest + 1), key=judge)
    width = (SHEET_WIDTH - 2 * MARGIN - (columns - 1) * GUTTER) // columns
    return _Grid(columns, width, max(2, round(width / shape)))


def _draw_head(canvas: skia.Canvas, payload: SheetPayload, facts: VideoFacts) -> None:
    """An accent rule, the title, and what the film is."""
    accent = _choose_accent(payload.palette)
    canvas.drawRect(skia.Rect.MakeXYWH(MARGIN, MARGIN - 28, 56, 6), skia.Paint(Color=skia.Color(*parse_color(accent))))
    room = SHEET_WIDTH - 2 * MARGIN
    title = TypeStyle("sans", "semibold", 60, tracking=-0.015, line_height=1.15, color=INK)
    set_paragraph(payload.title, title, room, 1, 36).draw(canvas, MARGIN, MARGIN)
    rate = Rate(*facts.rate)
    shots = "1 shot" if len(payload.panels) == 1 else f"{len(payload.panels)} shots"
    length = f"{float(rate.seconds(facts.frames)):.2f}".rstrip("0").rstrip(".")
    speed = f"{float(rate.fraction):.3f}".rstrip("0").rstrip(".")
    line = f"{shots}   ·   {length} s   ·   {facts.width} {TIMES} {facts.height}   ·   {speed} fps"
    style = TypeStyle("sans", "regular", 26, line_height=1.2, color=QUIET)
    set_paragraph(line, style, room, 1, 20).draw(canvas, MARGIN, MARGIN + 84)


def _choose_accent(palette: tuple[str, ...]) -> str:
    """The first brand colour after the ground that can be seen on the paper (WCAG 3:1 for graphics)."""
    for color in (*palette[1:], *palette[:1]):
        if contrast_ratio(color, PAPER) >= 3:
            return color
    return INK


def _draw_panel(
    canvas: skia.Canvas, place: tuple[int, int], panel: tuple[str, str, int], pixels: Plane, rate: Rate
) -> None:
    slate, second, frame = panel
    x, y = place
    height, width = pixels.shape[:2]
    box = skia.Rect.MakeXYWH(x, y, width, height)
    frame_shape = skia.RRect.MakeRectXY(box, 8, 8)
    canvas.save()
    canvas.clipRRect(frame_shape, True)
    canvas.drawImage(_to_image(pixels), x, y)
    canvas.restore()
    hairline = skia.Paint(Color=skia.Color(*parse_color(LINE)), Style=skia.Paint.kStroke_Style, StrokeWidth=2)
    hairline.setAntiAlias(True)
    canvas.drawRRect(frame_shape, hairline)
    timecode, label = (second, "") if TIMECODE.fullmatch(second) else (to_timecode(frame, rate), second)
    _draw_caption(canvas, x, y + height + CAPTION_GAP, width, (slate, timecode, label))


def _draw_caption(canvas: skia.Canvas, x: int, y: int, width: int, texts: tuple[str, str, str]) -> None:
    """Slate on the left, timecode on the right of one line; a label below when there is one."""
    slate, timecode, label = texts
    strong = TypeStyle("sans", "semibold", 24, line_height=1.25, color=INK, align="left")
    quiet = TypeStyle("sans", "regular", 22, line_height=1.25 * 24 / 22, color=QUIET, align="right")
    set_paragraph(slate, strong, width * 0.62, 1, 16).draw(canvas, x, y)
    set_paragraph(timecode, quiet, width * 0.38, 1, 14).draw(canvas, x + width * 0.62, y)
    if label:
        below = TypeStyle("sans", "regular", 21, line_height=1.25, color=QUIET)
        set_paragraph(label, below, width, 1, 17).draw(canvas, x, y + 32)


MAKERS = (
    MakerCard(
        step="poster",
        version=1,
        payload=PosterPayload,
        entry="workprint.adapters.posters:make_poster",
        is_durable=False,
        tools=_describe_tools,
        cost=_estimate,
    ),
    MakerCard(
        step="sheet",
        version=1,
        payload=SheetPayload,
        entry="workprint.adapters.posters:make_sheet",
        is_durable=False,
        tools=_describe_tools,
        cost=_estimate,
    ),
)
