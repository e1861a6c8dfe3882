"""Draws a sheet on any canvas: picture or PDF, the same in both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import skia

from workprint.adapters.storyboard import layout
from workprint.adapters.storyboard.camera_marks import RED
from workprint.adapters.storyboard.drawing import PAPER
from workprint.adapters.storyboard.glyphs import draw_glyph
from workprint.adapters.storyboard.overlay_marks import BLUE
from workprint.film.board_orders import BoardPage, PanelNote
from workprint.lab.safe_areas import Area
from workprint.lab.typeset import Block, TypeStyle, contrast_ratio, parse_color, set_paragraph

MOVE_WORDS = {
    "static": "Locked off",
    "dolly_in": "Dolly in",
    "dolly_out": "Dolly out",
    "pan": "Pan right",
    "tilt": "Tilt up",
    "orbit": "Orbit",
}

DOT = "  \u00b7  "
NARROW = 480
"""Words narrower than this take three lines for what else stands on two."""

ACTION_SIZES = (layout.ACTION.size_px, 17.0, 15.5, 14.0, 13.0)
TIGHT = 140
"""Room below the facts at which a spoken line had better stand on one line."""

SPEECH_GAP, SPEECH_INDENT = 9, 16

FALLBACK_ACCENT = "#8A8478"

Panel = tuple[skia.Image, float]
"""A panel's picture and the share of its width that is bleed on one side."""


def draw_page(canvas: skia.Canvas, page: BoardPage, panels: list[Panel]) -> None:
    """Draw head, panels with their words, running strip and legend."""
    canvas.drawRect(skia.Rect.MakeWH(layout.WIDTH, layout.HEIGHT), skia.Paint(Color=skia.Color(*PAPER)))
    accent = choose_accent(page.palette)
    draw_head(canvas, page, accent)
    grid = layout.choose_grid(page.shape, page.room)
    facts = choose_facts(grid)
    places = [grid.place(number) for number in range(len(page.notes))]
    size = min(fit_action(grid.words(place), note, facts) for place, note in zip(places, page.notes, strict=True))
    for place, note, panel in zip(places, page.notes, panels, strict=True):
        draw_picture(canvas, place, panel)
        draw_note(canvas, grid.words(place), note, facts, size)
    draw_strip(canvas, page, accent)
    draw_legend(canvas, page)


def choose_accent(palette: tuple[str, ...]) -> str:
    """The first brand colour after the ground that can be told from the paper (1.6:1), else a quiet brown."""
    paper = "#{:02X}{:02X}{:02X}".format(*PAPER)
    return next(
        (color for color in (*palette[1:], *palette[:1]) if contrast_ratio(color, paper) >= 1.6), FALLBACK_ACCENT
    )


def draw_head(canvas: skia.Canvas, page: BoardPage, accent: str) -> None:
    """Title at the left, what the film is at the right, a rule below with a dash of the brand's colour."""
    room = layout.WIDTH - 2 * layout.MARGIN
    write("Storyboard", layout.KICKER, Area(layout.MARGIN, layout.HEAD_TOP - 8, 400, 20), canvas)
    write(page.title, layout.TITLE, Area(layout.MARGIN, layout.HEAD_TOP + 14, room * 0.66, 60), canvas, least=24)
    facts = DOT.join((*page.facts, f"Sheet {page.number} of {page.count}"))
    write(facts, layout.FACTS, Area(layout.WIDTH / 2 + 200, layout.HEAD_TOP + 36, room / 2 - 200, 30), canvas)
    fill(canvas, Area(layout.MARGIN, layout.HEAD_RULE, room, 1.5), layout.LINE)
    fill(canvas, Area(layout.MARGIN, layout.HEAD_RULE - 1, 96, 3.5), accent)


def draw_picture(canvas: skia.Canvas, place: Area, panel: Panel) -> None:
    """A panel's picture with its frame on the place; its bleed runs over, on the same paper."""
    image, share = panel
    factor = place.width / (image.width() * (1 - 2 * share))
    bleed = share * image.width() * factor
    target = skia.Rect.MakeXYWH(place.x - bleed, place.y - bleed, image.width() * factor, image.height() * factor)
    canvas.drawImageRect(image, target, skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear))


@dataclass(frozen=True)
class Facts:
    """How the facts of a panel are drawn above its action line, and how high they are."""

    draw: Callable[[skia.Canvas, Area, PanelNote], None]
    height: float


def choose_facts(grid: layout.Grid) -> Facts:
    """In a column beside the picture, or below it in two lines or three."""
    if grid.beside:
        return Facts(draw_column, 184)
    return Facts(draw_narrow, 84) if grid.width < NARROW else Facts(draw_broad, 64)


def draw_note(canvas: skia.Canvas, area: Area, note: PanelNote, facts: Facts, size: float) -> None:
    """The words of a panel: slate and length, timecode, framing and move, action, dialogue."""
    facts.draw(canvas, area, note)
    y, left = area.y + facts.height, area.height - facts.height
    speech = set_speech(note, area.width, left)
    action = set_action(note.action, area.width, left - (speech.height + SPEECH_GAP if speech else 0), size)
    action.draw(canvas, area.x, y)
    if speech:
        top = y + action.height + SPEECH_GAP
        speech.draw(canvas, area.x + SPEECH_INDENT, top)
        fill(canvas, Area(area.x, top + 3, 2.5, speech.height - 6), layout.QUIET)


def draw_column(canvas: skia.Canvas, area: Area, note: PanelNote) -> None:
    """The facts of a panel in a column beside its picture."""
    write(note.starts_scene, layout.KICKER, Area(area.x, area.y + 2, area.width, 20), canvas, least=11)
    top = area.y + 26
    write(note.slate, layout.SLATE, Area(area.x, top, area.width, 26), canvas)
    length = replace(layout.LENGTH, align="left")
    said = write(note.duration, length, Area(area.x, top + 30, area.width, 26), canvas)
    timecode = Area(area.x + said.line_width + 16, top + 34, area.width - said.line_width - 16, 22)
    write(note.timecode, layout.DETAIL, timecode, canvas)
    draw_move(canvas, area.x, top + 66, note)
    write(note.size.capitalize(), layout.DETAIL, Area(area.x, top + 96, area.width, 24), canvas)
    write(DOT.join((note.angle, note.lens)), layout.DETAIL, Area(area.x, top + 119, area.width, 24), canvas)


def draw_broad(canvas: skia.Canvas, area: Area, note: PanelNote) -> None:
    """The facts of a panel in two lines below its picture."""
    length = write(note.duration, layout.LENGTH, Area(area.x, area.y, area.width, 26), canvas)
    room = area.width - length.line_width - 14
    timecode = Area(area.x, area.y + 3, room, 22)
    draw_slate(canvas, area, note, room - 118)
    write(note.timecode, replace(layout.DETAIL, align="right"), timecode, canvas)
    start = draw_move(canvas, area.x, area.y + 31, note)
    framing = Area(start, area.y + 31, area.right - start, 24)
    write(DOT.join((note.size.capitalize(), note.angle, note.lens)), layout.DETAIL, framing, canvas, least=11.5)


def draw_narrow(canvas: skia.Canvas, area: Area, note: PanelNote) -> None:
    """The facts of a panel in three lines below its picture."""
    length = write(note.duration, layout.LENGTH, Area(area.x, area.y, area.width, 26), canvas)
    draw_slate(canvas, area, note, area.width - length.line_width - 14)
    draw_move(canvas, area.x, area.y + 30, note)
    timecode = Area(area.x, area.y + 30, area.width, 24)
    write(note.timecode, replace(layout.DETAIL, align="right"), timecode, canvas)
    framing = Area(area.x, area.y + 54, area.width, 24)
    write(DOT.join((note.size.capitalize(), note.angle, note.lens)), layout.DETAIL, framing, canvas, least=11.5)


def draw_slate(canvas: skia.Canvas, area: Area, note: PanelNote, width: float) -> None:
    """The slate, and the scene's name after it where a scene starts, in a line of this width."""
    slate = write(note.slate, layout.SLATE, Area(area.x, area.y, width, 26), canvas)
    start = slate.line_width + 14
    write(note.starts_scene, layout.KICKER, Area(area.x + start, area.y + 4, width - start, 20), canvas, least=10)


def draw_move(canvas: skia.Canvas, x: float, y: float, note: PanelNote) -> float:
    """The camera's sign and word; returns where they end, with a space."""
    draw_glyph(canvas, Area(x, y + 2, 30, 19), note.move)
    style = replace(layout.DETAIL, weight="semibold", color=layout.INK)
    word = write(MOVE_WORDS[note.move.value], style, Area(x + 40, y, 200, 24), canvas)
    return x + 40 + word.line_width + 14


def fit_action(area: Area, note: PanelNote, facts: Facts) -> float:
    """The largest size at which the whole action line stands in its room, the smallest there is when none does."""
    left = area.height - facts.height
    speech = set_speech(note, area.width, left)
    room = left - (speech.height + SPEECH_GAP if speech else 0)
    sizes = (size for size in ACTION_SIZES if not set_action(note.action, area.width, room, size).is_truncated)
    return next(sizes, ACTION_SIZES[-1])


def set_action(text: str, width: float, height: float, size: float) -> Block:
    """The action line at a size, in as many lines as its room holds."""
    lines = max(1, int(height / (size * layout.ACTION.line_height) + 0.05))
    return set_text(text, replace(layout.ACTION, size_px=size), width, lines, least=size)


def set_speech(note: PanelNote, width: float, height: float) -> Block | None:
    """The spoken line in quotation marks, None where nothing is said."""
    if not note.dialogue:
        return None
    text = f"\u201c{note.dialogue}\u201d"
    room = width - SPEECH_INDENT
    block = set_text(text, layout.SPEECH, room, 3 if height > TIGHT else 1, least=15)
    return set_text(text, layout.SPEECH, room, 2, least=14) if height <= TIGHT and block.is_truncated else block


def draw_strip(canvas: skia.Canvas, page: BoardPage, accent: str) -> None:
    """The whole film as a strip, shots in proportion: those of this sheet in the brand's colour, beats below."""
    room = layout.WIDTH - 2 * layout.MARGIN
    unit = room / max(1, page.frames)
    for shot in page.strip:
        gap = 3.0 if shot.length * unit > 8 else 0.8
        color = accent if shot.is_here else layout.LINE
        place = Area(layout.MARGIN + shot.start * unit, layout.STRIP_TOP, shot.length * unit - gap, layout.STRIP_HEIGHT)
        fill(canvas, place, color)
    for beat in page.beats:
        if 0 <= beat < page.frames:
            place = Area(layout.MARGIN + beat * unit, layout.STRIP_TOP + layout.STRIP_HEIGHT + 5, 1.5, 6)
            fill(canvas, place, layout.QUIET)


def draw_legend(canvas: skia.Canvas, page: BoardPage) -> None:
    """What the colours of the pencils mean."""
    x = float(layout.MARGIN)
    for color, text in ((RED, "Camera"), (BLUE, "Titles")):
        paint = skia.Paint(Color=color, AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=4)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        canvas.drawLine(x, layout.FOOT_TOP + 10, x + 22, layout.FOOT_TOP + 10, paint)
        word = write(text, layout.SMALL, Area(x + 32, layout.FOOT_TOP, 200, 20), canvas)
        x += 32 + word.line_width + 30
    beats = "Strip: the whole film, this sheet in colour" + (", beats as ticks" if page.beats else "")
    write(beats, layout.SMALL, Area(x, layout.FOOT_TOP, 700, 20), canvas)


def set_text(text: str, style: TypeStyle, width: float, lines: int, least: float) -> Block:
    """Set a text; see `set_paragraph`."""
    return set_paragraph(text, style, max(20.0, width), lines, least)


def write(text: str, style: TypeStyle, area: Area, canvas: skia.Canvas, least: float = 12) -> Block:
    """Draw one line into an area and return it."""
    block = set_text(text, style, area.width, 1, min(least, style.size_px))
    block.draw(canvas, area.x, area.y)
    return block


def fill(canvas: skia.Canvas, area: Area, color: str) -> None:
    """An even rectangle."""
    paint = skia.Paint(Color=skia.Color(*parse_color(color)), AntiAlias=True)
    canvas.drawRect(skia.Rect.MakeXYWH(area.x, area.y, area.width, area.height), paint)
