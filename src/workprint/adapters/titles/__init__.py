"""Titles: draws one overlay, from a corner logo to a whole end card, as a picture with alpha (R2)."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from workprint.adapters.titles.colours import choose_colours, oppose
from workprint.adapters.titles.endcard import draw_endcard
from workprint.adapters.titles.logo import Logo, choose_plate_tone, open_logo
from workprint.adapters.titles.marks import draw_logo_mark, draw_price, draw_product, draw_text
from workprint.adapters.titles.parts import find_shown, list_parts, list_texts
from workprint.adapters.titles.sheet import Sheet
from workprint.film.cut_orders import TitlePayload
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.lab.fonts import font_digest
from workprint.lab.pictures import save_png
from workprint.lab.type_systems import TYPE_SYSTEMS
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

SECONDS_PER_MEGAPIXEL = 0.5
"""Measured on the reference machine: an end card at 1920 x 1080."""


def draw_title(bench: Bench) -> Made:
    """Draw the title of a TitlePayload. Raises OrderFailed for an empty one.

    Facts: `box`, `contrast`, `missing`, `texts`, and `parts` by entrance where the title can come part by part; plate
    and ink alone are then files of their own beside the whole.
    """
    payload = bench.payload
    assert isinstance(payload, TitlePayload)
    payload = replace(payload, lines=tuple((role, text) for role, text in payload.lines if text.strip()))
    if payload.type_system not in TYPE_SYSTEMS:
        remedy = Remedy(f"Choose one of {', '.join(TYPE_SYSTEMS)}.")
        raise OrderFailed(f"There is no type system {payload.type_system!r}.", where=bench.name, remedy=remedy)
    logo = open_logo(bench)
    if not payload.lines and (logo is None or payload.kind not in ("logo", "endcard")):
        raise OrderFailed(
            "The title has nothing to show.", where=bench.name, remedy=Remedy("Give it a text or a logo.")
        )
    colours = choose_colours(payload.palette)
    if payload.kind == "logo" and logo is not None:
        tone = choose_plate_tone(logo, colours)
        colours = colours if tone == "own" else oppose(colours, light=tone == "light")
    sheet = Sheet(payload.width, payload.height, colours)
    _draw(sheet, payload, logo)
    bench.report(0.6)
    parts = list_parts(sheet, payload.kind)
    pictures = {"title.png": sheet.flatten()}
    if parts:
        pictures |= {"plate.png": sheet.flatten_plate(), "ink.png": sheet.read_ink()}
    for name, pixels in pictures.items():
        save_png(pixels, Path(bench.scratch) / name)
    bench.report(1.0)
    files = tuple(MadeFile(Path(bench.scratch) / name, "image/png", name) for name in pictures)
    shown = find_shown(payload.life, payload.height, parts)
    facts = {**sheet.list_facts(), "texts": list_texts(sheet, shown)}
    return Made(files, {**facts, **({"parts": parts} if parts else {})})


def _draw(sheet: Sheet, payload: TitlePayload, logo: Logo | None) -> None:

    system = TYPE_SYSTEMS[payload.type_system]
    kinds = {
        "endcard": lambda: draw_endcard(sheet, payload, system, logo),
        "logo": lambda: draw_logo_mark(sheet, payload, system, logo),
        "product": lambda: draw_product(sheet, payload, system),
        "price": lambda: draw_price(sheet, payload, system),
        "text": lambda: draw_text(sheet, payload, system),
    }
    if payload.kind not in kinds:
        raise OrderFailed(f"There is no title kind {payload.kind!r}.", remedy=Remedy(f"Known: {', '.join(kinds)}."))
    kinds[payload.kind]()


def _name_tools() -> str:
    return f"skia {version('skia-python')} numpy {version('numpy')} fonts {font_digest()}"


def _estimate(order: Order) -> Estimate:
    payload = order.payload
    assert isinstance(payload, TitlePayload)
    return Estimate(NOTHING, SECONDS_PER_MEGAPIXEL * payload.width * payload.height / 1e6)


MAKERS = (
    MakerCard(
        step="title",
        version=3,
        payload=TitlePayload,
        entry="workprint.adapters.titles:draw_title",
        is_durable=False,
        tools=_name_tools,
        cost=_estimate,
    ),
)
