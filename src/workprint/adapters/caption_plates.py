"""Burned-in captions: the words of a spoken line set on plates, the same and at the same times as in the side files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

import skia

from workprint.film.canonical import Json
from workprint.film.cut_orders import BODY_FONT, CaptionPlatesPayload
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.lab.caption_timing import (
    PHRASE_END,
    Caption,
    break_words,
    join_words,
    read_said,
    time_captions,
)
from workprint.lab.fonts import adopt_font, font_digest
from workprint.lab.lettering import find_lines
from workprint.lab.line_breaks import break_phrases, has_phrases
from workprint.lab.pictures import save_png, to_array
from workprint.lab.safe_areas import Area, find_safe_area
from workprint.lab.type_systems import TYPE_SYSTEMS, dress
from workprint.lab.typeset import (
    Block,
    InkBox,
    TypeStyle,
    contrast_ratio,
    find_size,
    finish,
    fits,
    parse_color,
)
from workprint.ports.maker import Bench, BenchInput, Estimate, Made, MadeFile, MakerCard

INK, GROUND = "#FFFFFF", "#0E0F12"
"""White on nearly black: captions belong to the player's voice, not to the brand's."""

OPACITY = 0.80
"""Of the plate, so that a little of the picture stays: white ink has 10.7:1 on it even over white (`find_worst`)."""

LARGEST, SMALLEST = 0.043, 0.032
"""Sizes in short sides. All captions of a film have one: the largest that sets each on two lines, down to 35 px."""

MOST_LINES = 2
"""A caption that does not fit even at the smallest size takes more."""

LINE_COST = 0.25
"""What a line costs against breaking at phrases (see `line_breaks`)."""

PHRASE_WORTH = 12
"""Characters two lines may differ in more, so that the first ends where a phrase does: sizes leave few choices."""

LINE_HEIGHT = 1.28

PAD_ACROSS, PAD_DOWN = 0.62, 0.30
"""Room around the type on its plate, in sizes of the type."""

ROUNDING = 0.30
"""Radius of the plate's corners, in sizes of the type."""

LIFT = 0.012
"""How far above the foot of the safe area a plate stands, in short sides."""

BODY_ROLE = "subhead"
"""The role whose face is the type system's body face."""

SECONDS_PER_LINE = 0.4
"""CPU seconds to set a line's captions, measured on the reference machine."""


@dataclass(frozen=True)
class Sheet:
    """What captions are set in: the column's room, the style at its largest, and the short side in pixels."""

    room: Area
    style: TypeStyle
    short_side: int

    @property
    def column(self) -> float:
        """The widest a line may be."""
        return math.floor(self.room.width - 2 * PAD_ACROSS * self.style.size_px)


def find_worst(ink: str = INK, ground: str = GROUND, opacity: float = OPACITY) -> float:
    """The lowest contrast ratio of the ink on a plate of an opacity, over whatever ground."""
    mixed = (
        "#" + "".join(f"{round(part * opacity + behind * (1 - opacity)):02X}" for part in parse_color(ground))
        for behind in (0, 255)
    )
    return min(contrast_ratio(ink, color) for color in mixed)


def draw_plates(bench: Bench) -> Made:
    """Draw the captions of one line; see CaptionPlatesPayload. Raises OrderFailed for an unknown type system."""
    payload = bench.payload
    assert isinstance(payload, CaptionPlatesPayload)
    sheet = open_sheet(bench, payload)
    captions = time_captions(
        block for role, start in payload.cues for block in break_words(read_said(bench.inputs[role].facts, start, role))
    )
    size = choose_size(captions, sheet)
    files: list[MadeFile] = []
    plates: list[tuple[InkBox, list[int]]] = []
    texts: list[Json] = []
    for caption in (one for one in captions if one.role == payload.line):
        first, end = (min(payload.frames, find_frame(ms, payload)) for ms in (caption.start, caption.end))
        if first >= end:
            continue
        block = set_caption(caption, sheet, size)
        box = place_plate(block, sheet)
        name = f"caption-{len(files) + 1:03d}.png"
        save_png(to_array(draw_plate(block, box)), Path(bench.scratch) / name)
        texts += tell_lines(block, box, (first, end), len(files))
        files.append(MadeFile(Path(bench.scratch) / name, "image/png", name))
        plates.append((box, [first, end, box.x, box.y]))
        bench.report(0.5)
    facts: dict[str, Json] = {
        "size": [payload.width, payload.height],
        "plates": [told for _, told in plates],
        "box": enclose([box for box, _ in plates]),
        "texts": texts,
    }
    return Made(tuple(files), facts)


def open_sheet(bench: Bench, payload: CaptionPlatesPayload) -> Sheet:
    """The room and style of a film's captions: the body face, in the brand's own font where there is one."""
    if payload.type_system not in TYPE_SYSTEMS:
        remedy = Remedy(f"Choose one of {', '.join(TYPE_SYSTEMS)}.")
        raise OrderFailed(f"There is no type system {payload.type_system!r}.", where=bench.name, remedy=remedy)
    system = dress(TYPE_SYSTEMS[payload.type_system], "", _adopt(bench.inputs.get(BODY_FONT), bench.name))
    role, short = system.roles[BODY_ROLE], min(payload.width, payload.height)
    weight = "semibold" if role.weight in ("regular", "medium") else role.weight
    style = TypeStyle(role.family, weight, LARGEST * short, 0.0, LINE_HEIGHT, INK, "center")
    return Sheet(find_safe_area(payload.platform, payload.width, payload.height), style, short)


def _adopt(given: BenchInput | None, name: str) -> str:
    try:
        return adopt_font(given.paths[0]).name if given else ""
    except ValueError as error:
        remedy = Remedy("Export it again as TTF or OTF, or remove product.style_pack.fonts.body.")
        raise OrderFailed(f"A brand font cannot be used: {error}.", where=name, remedy=remedy) from error


def find_frame(milliseconds: int, payload: CaptionPlatesPayload) -> int:
    """The first film frame that is not before a time: no word is read before it is said."""
    return math.ceil(Fraction(milliseconds, 1000) * Fraction(*payload.rate))


def join_lines(caption: Caption) -> str:
    """A caption's text in one run."""
    text = caption.lines[0]
    for line in caption.lines[1:]:
        text = join_words(text, line)
    return text


def choose_size(captions: Sequence[Caption], sheet: Sheet) -> float:
    """The largest size in pixels at which every caption takes at most two lines, or the smallest there is."""
    least = SMALLEST * sheet.short_side
    sizes = (
        find_size(join_lines(one), sheet.style, sheet.column, MOST_LINES, least) or least
        for one in captions
        if not fits_as_filed(one, sheet.style, sheet.column)
    )
    return min(sizes, default=sheet.style.size_px)


def fits_as_filed(caption: Caption, style: TypeStyle, column: float) -> bool:
    """Whether a caption can have the lines of the side files."""
    return fits("\n".join(caption.lines), style, column, len(caption.lines), True)


def set_caption(caption: Caption, sheet: Sheet, size: float) -> Block:
    """A caption at a size: on the lines of the side files where they fit, else on lines of about equal length."""
    style = replace(sheet.style, size_px=size)
    if fits_as_filed(caption, style, sheet.column):
        return finish("\n".join(caption.lines), style, sheet.column, False)
    text = join_lines(caption)
    return finish(break_lines(text, style, sheet.column), style, sheet.column, False)


def break_lines(text: str, style: TypeStyle, column: float) -> str:
    """A text with its lines' ends: at phrases where it can be, else as it is, to be broken anywhere between words.

    Chinese, Japanese and Korean take a third line where that saves a bad break.
    """
    if fits(text, style, column, 1, True):
        return text
    if not has_phrases(text):
        return halve(text, style, column)
    tries = (break_phrases(text, column / style.size_px, lines) for lines in (MOST_LINES, MOST_LINES + 1))
    found = [one for one in tries if one and fits(one.text, style, column, one.lines, False)]
    return min(found, key=lambda one: one.cost + LINE_COST * one.lines).text if found else text


def halve(text: str, style: TypeStyle, column: float) -> str:
    """Words on two lines of nearly the same length, cut at a phrase if near; as they are where they need more."""
    words = text.split(" ")
    halves = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    fitting = [pair for pair in halves if all(fits(line, style, column, 1, True) for line in pair)]
    return "\n".join(min(fitting, key=lambda pair: measure_halves(*pair))) if fitting else text


def measure_halves(first: str, second: str) -> int:
    """How uneven two lines are, in characters, less what a cut at a phrase is worth."""
    return abs(len(first) - len(second)) - (PHRASE_WORTH if PHRASE_END.search(first) else 0)


def place_plate(block: Block, sheet: Sheet) -> InkBox:
    """The plate's box in the frame: in the middle of the safe area, at its foot, even so that its chroma is whole."""
    width = 2 * math.ceil(block.line_width / 2 + PAD_ACROSS * block.size_px)
    height = 2 * math.ceil(block.height / 2 + PAD_DOWN * block.size_px)
    x = round((sheet.room.x + sheet.room.width / 2 - width / 2) / 2) * 2
    y = math.floor((sheet.room.bottom - LIFT * sheet.short_side - height) / 2) * 2
    return InkBox(x, y, width, height)


def find_origin(block: Block, box: InkBox) -> tuple[float, float]:
    """Where in a plate the block's column begins."""
    return (box.width - block.width) / 2, (box.height - block.height) / 2


def draw_plate(block: Block, box: InkBox) -> skia.Image:
    """The plate with its type, cut to the plate."""
    surface = skia.Surface(box.width, box.height)
    canvas = surface.getCanvas()
    paint = skia.Paint(Color=skia.Color(*parse_color(GROUND), round(255 * OPACITY)), AntiAlias=True)
    radius = ROUNDING * block.size_px
    canvas.drawRoundRect(skia.Rect.MakeWH(box.width, box.height), radius, radius, paint)
    block.draw(canvas, *find_origin(block, box))
    return surface.makeImageSnapshot()


def tell_lines(block: Block, box: InkBox, shown: tuple[int, int], file: int) -> list[Json]:
    """Every line of a caption as titles tell theirs."""
    x, y = (round(edge) for edge in find_origin(block, box))
    return [
        {
            "text": block.text,
            "kind": "caption",
            "rect": [box.x + x + line.x, box.y + y + line.y, line.width, line.height],
            "from": shown[0],
            "to": shown[1],
            "ink": INK,
            "plate": None,
            "file": file,
        }
        for line in find_lines(block)
    ]


def enclose(boxes: Sequence[InkBox]) -> list[int]:
    """[x, y, width, height] around all boxes; all 0 for none."""
    if not boxes:
        return [0, 0, 0, 0]
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return [x, y, right - x, bottom - y]


def _name_tools() -> str:
    return f"skia {version('skia-python')} fonts {font_digest()}"


def _estimate(order: Order) -> Estimate:
    return Estimate(NOTHING, SECONDS_PER_LINE)


MAKERS = (
    MakerCard(
        step="caption_plates",
        version=1,
        payload=CaptionPlatesPayload,
        entry="workprint.adapters.caption_plates:draw_plates",
        is_durable=False,
        tools=_name_tools,
        cost=_estimate,
    ),
)
