"""The storyboard room: stills redrawn as panels, panels laid out on sheets, sheets bound into a PDF (F5)."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np
import skia

from workprint.adapters.storyboard import layout
from workprint.adapters.storyboard.camera_marks import Frame, draw_camera
from workprint.adapters.storyboard.drawing import GRAPHITE, PAPER, Pixels, redraw
from workprint.adapters.storyboard.overlay_marks import draw_marks
from workprint.adapters.storyboard.page import Panel, draw_page
from workprint.adapters.storyboard.strokes import Hand
from workprint.film.board_orders import BoardBookPayload, BoardPage, BoardSheetPayload, PanelPayload
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.lab.fonts import font_digest
from workprint.lab.picture_headers import PictureRefused
from workprint.lab.pictures import load, load_image, make_opaque, save_png
from workprint.lab.typeset import parse_color
from workprint.ports.maker import Bench, BenchInput, Estimate, Made, MadeFile, MakerCard

BLEED_SHARE = 0.03
"""Bare paper around a panel's frame, as a share of its short side: room for strokes that run over."""

PANEL_SECONDS, SHEET_SECONDS, BOOK_PANEL_SECONDS = 0.3, 0.5, 0.12
"""CPU seconds of a panel, a sheet, and a panel's share of the PDF (measured, reference machine, rounded up)."""

LOW_ANCHORS = ("bottom", "safe-lower-third")

PRODUCER = "Workprint"
"""What the PDF says made it; it carries no dates, so that the same board is the same bytes."""


def draw_panel(bench: Bench) -> Made:
    """Redraw a still by hand, mark the camera's move in red and the titles in blue. See `PanelPayload`.

    Raises OrderFailed when the still cannot be read.
    """
    payload = bench.payload
    assert isinstance(payload, PanelPayload)
    short = min(payload.width, payload.height)
    bleed = round(short * BLEED_SHARE)
    still = fit_picture(_load(bench.inputs["still"], bench.name), payload.width, payload.height)
    bench.report(0.3)
    drawn = redraw(still, parse_color(_choose_accent(payload.palette)), bench.seed, bleed)
    bench.report(0.7)
    surface = skia.Surface(drawn.shape[1], drawn.shape[0])
    canvas = surface.getCanvas()
    canvas.drawImage(skia.Image.fromarray(make_opaque(drawn), skia.kRGBA_8888_ColorType, skia.kOpaque_AlphaType), 0, 0)
    hand = Hand(canvas, short / 540, bench.seed, skia.Color(*PAPER))
    is_low_taken = any(mark.anchor in LOW_ANCHORS for mark in payload.marks)
    frame = Frame(bleed, bleed, payload.width, payload.height, is_low_taken)
    rule_frame(hand, frame)
    draw_camera(hand, frame, payload.move)
    draw_marks(canvas, hand, payload, bleed)
    target = Path(bench.scratch) / "panel.png"
    save_png(surface.makeImageSnapshot(), target)
    facts = {"width": drawn.shape[1], "height": drawn.shape[0], "bleed": bleed}
    return Made((MadeFile(target, "image/png", "panel.png"),), facts)


def draw_sheet(bench: Bench) -> Made:
    """One sheet as a PNG of A3 shape. See `BoardSheetPayload`. Raises OrderFailed when a panel cannot be read."""
    payload = bench.payload
    assert isinstance(payload, BoardSheetPayload)
    surface = skia.Surface(layout.WIDTH, layout.HEIGHT)
    draw_page(surface.getCanvas(), payload.page, read_panels(bench, 0, payload.page))
    bench.report(0.7)
    target = Path(bench.scratch) / "sheet.png"
    save_png(surface.makeImageSnapshot(), target)
    facts = {"panels": len(payload.page.notes), "width": layout.WIDTH, "height": layout.HEIGHT}
    return Made((MadeFile(target, "image/png", "sheet.png"),), facts)


def bind_book(bench: Bench) -> Made:
    """All sheets as one PDF, type as type. See `BoardBookPayload`. Raises OrderFailed when a panel cannot be read."""
    payload = bench.payload
    assert isinstance(payload, BoardBookPayload)
    target = Path(bench.scratch) / "storyboard.pdf"
    stream = skia.FILEWStream(str(target))
    title = f"{payload.pages[0].title}: storyboard" if payload.pages else "Storyboard"
    metadata = skia.PDF.Metadata()
    metadata.fTitle, metadata.fCreator, metadata.fProducer = title, PRODUCER, PRODUCER
    document = skia.PDF.MakeDocument(stream, metadata)
    first = 0
    for page in payload.pages:
        canvas = document.beginPage(layout.WIDTH * layout.POINTS, layout.HEIGHT * layout.POINTS)
        canvas.scale(layout.POINTS, layout.POINTS)
        draw_page(canvas, page, read_panels(bench, first, page))
        document.endPage()
        first += len(page.notes)
        bench.report(page.number / max(1, page.count))
    document.close()
    stream.flush()
    del document, stream
    facts = {"pages": len(payload.pages), "panels": first}
    return Made((MadeFile(target, "application/pdf", "storyboard.pdf"),), facts)


def read_panels(bench: Bench, first: int, page: BoardPage) -> list[Panel]:
    """The panels of a page, from the n-th of the bench on."""
    found: list[Panel] = []
    for index in range(first, first + len(page.notes)):
        panel = bench.inputs[f"panel.{index:04d}"]
        try:
            image = load_image(panel.path)
        except PictureRefused as refused:
            raise _refuse("panel", bench.name, refused) from refused
        found.append((image, panel.facts["bleed"] / panel.facts["width"]))
    return found


def fit_picture(pixels: Pixels, width: int, height: int) -> Pixels:
    """A picture scaled to cover a frame, its middle kept, as (height, width, 4)."""
    surface = skia.Surface(width, height)
    image = skia.Image.fromarray(np.ascontiguousarray(pixels), skia.kRGBA_8888_ColorType, skia.kOpaque_AlphaType)
    factor = max(width / image.width(), height / image.height())
    across, down = image.width() * factor, image.height() * factor
    target = skia.Rect.MakeXYWH((width - across) / 2, (height - down) / 2, across, down)
    smooth = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    surface.getCanvas().drawImageRect(image, target, smooth)
    return np.asarray(surface.toarray(colorType=skia.kRGBA_8888_ColorType))


def rule_frame(hand: Hand, frame: Frame) -> None:
    """The frame, ruled in pencil, its lines running over at the corners."""
    over = 0.012
    pencil = skia.ColorSetA(skia.Color(*GRAPHITE), 205)
    wide, high = over * min(1, frame.height / frame.width), over * min(1, frame.width / frame.height)
    for start, end in (
        ((-wide, 0.0), (1 + wide, 0.0)),
        ((1.0, -high), (1.0, 1 + high)),
        ((1 + wide, 1.0), (-wide, 1.0)),
        ((0.0, 1 + high), (0.0, -high)),
    ):
        hand.rule(frame.at(*start), frame.at(*end), 1.7, pencil)


def _load(source: BenchInput, name: str) -> Pixels:
    try:
        return load(source.path)
    except PictureRefused as refused:
        raise _refuse("still", name, refused) from refused


def _refuse(what: str, name: str, refused: PictureRefused) -> OrderFailed:
    remedy = Remedy("find and remake damaged files", "workprint verify --deep")
    return OrderFailed(f"The {what} cannot be used: {refused}", where=name, remedy=remedy)


def _choose_accent(palette: tuple[str, ...]) -> str:
    """The most colourful brand colour: what the spot of colour in a drawing is laid in."""
    return max(palette, key=lambda color: max(parse_color(color)) - min(parse_color(color)), default="#808080")


def _name_tools() -> str:
    return f"skia {version('skia-python')}; numpy {version('numpy')}; fonts {font_digest()}"


def _estimate(order: Order) -> Estimate:
    if isinstance(order.payload, PanelPayload):
        return Estimate(NOTHING, PANEL_SECONDS)
    if isinstance(order.payload, BoardSheetPayload):
        return Estimate(NOTHING, SHEET_SECONDS)
    return Estimate(NOTHING, round(SHEET_SECONDS + BOOK_PANEL_SECONDS * order.units, 2))


_HERE = "workprint.adapters.storyboard"

MAKERS = (
    MakerCard("panel", 2, PanelPayload, f"{_HERE}:draw_panel", False, _name_tools, _estimate),
    MakerCard("board_sheet", 2, BoardSheetPayload, f"{_HERE}:draw_sheet", False, _name_tools, _estimate),
    MakerCard("board_book", 2, BoardBookPayload, f"{_HERE}:bind_book", False, _name_tools, _estimate),
)
"""What this adapter makes."""
