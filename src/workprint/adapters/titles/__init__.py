"""Titles: draws one overlay, from a corner logo to a whole end card, as a picture with alpha (R2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from workprint.adapters.titles.backdrop import read_backdrop
from workprint.adapters.titles.colours import choose_colours
from workprint.adapters.titles.endcard import draw_endcard
from workprint.adapters.titles.logo import Logo, open_logo
from workprint.adapters.titles.lower_thirds import draw_lower_third
from workprint.adapters.titles.parts import list_cast, list_parts, list_texts
from workprint.adapters.titles.placing import grow
from workprint.adapters.titles.price_places import draw_price
from workprint.adapters.titles.sheet import Sheet, Written
from workprint.adapters.titles.small import Setting, draw_lockup, draw_logo_mark, draw_text, prepare
from workprint.film.canonical import Json
from workprint.film.cut_orders import BODY_FONT, FONT_ROLES, HEADING_FONT, TitlePayload
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.grade import LUT_ROLE
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.lab.fonts import adopt_font, font_digest
from workprint.lab.grade import open_grade
from workprint.lab.kinetic import choose_parts
from workprint.lab.pictures import save_png
from workprint.lab.safe_areas import Area, find_safe_area
from workprint.lab.shaping import InkBox
from workprint.lab.type_systems import TYPE_SYSTEMS, TypeSystem, dress
from workprint.ports.maker import Bench, BenchInput, Estimate, Made, MadeFile, MakerCard

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
    table = open_grade(payload.grade, bench.inputs[LUT_ROLE].path if LUT_ROLE in bench.inputs else None)
    backdrop = read_backdrop(bench.inputs, payload.footage, payload.width, payload.height, table)
    bench.report(0.3)
    sheet = Sheet(payload.width, payload.height, choose_colours(payload.palette), backdrop)
    system = dress_system(TYPE_SYSTEMS[payload.type_system], bench)
    setting = prepare(sheet, payload, system, find_mates(bench.inputs), find_before(bench.inputs))
    _draw(setting, payload, logo)
    refuse_overflow(sheet, payload, bench.name)
    bench.report(0.6)
    parts = list_parts(sheet, payload.kind)
    pictures = {"title.png": sheet.flatten()}
    if parts:
        pictures |= {"plate.png": sheet.flatten_plate(), "ink.png": sheet.read_ink()}
    for name, pixels in pictures.items():
        save_png(pixels, Path(bench.scratch) / name)
    bench.report(1.0)
    files = tuple(MadeFile(Path(bench.scratch) / name, "image/png", name) for name in pictures)
    facts: dict[str, Json] = {"parts": parts} if parts else {}
    if "card" in parts:
        facts["cast"] = list_cast(sheet, choose_parts(parts, "card")[1])
    return Made(files, {**sheet.list_facts(), **facts, "texts": list_texts(sheet, payload.life, facts)})


SPILL = 0.02
"""How far type may reach out of the safe area, in short sides: accents and points, not letters."""

FIELDS = {
    "text": "the text block of the scene",
    "name": "overlays.lower_third.name",
    "role": "overlays.lower_third.role",
    "product": "product.name",
    "price": "product.price_text",
    "headline": "call_to_action.headline",
    "subhead": "call_to_action.subhead",
    "button": "call_to_action.button_text",
    "url": "call_to_action.url",
    "legal": "call_to_action.legal",
}
"""Where the brief has the words of a role."""


def refuse_overflow(sheet: Sheet, payload: TitlePayload, name: str) -> None:
    """Raise OrderFailed for a title whose words do not all stand in the safe area: nothing is cut off quietly."""
    safe = grow(find_safe_area(payload.platform, sheet.width, sheet.height), SPILL * sheet.short_side)
    written = [thing for thing in sheet.things if isinstance(thing, Written)]
    out = [one.role for one in written if not encloses(safe, one.box)]
    if not sheet.cut and not out:
        return
    longest = sorted(payload.lines, key=lambda line: -len(line[1]))[:2]
    fields = " and ".join(f"{FIELDS.get(role, role)} ({len(text)} characters)" for role, text in longest)
    count = sum(len(text) for _, text in payload.lines)
    message = f"Its {count} characters do not fit the {sheet.width}x{sheet.height} frame at a size that can be read."
    raise OrderFailed(message, where=name, remedy=Remedy(f"Shorten {fields}."))


def encloses(area: Area, box: InkBox) -> bool:
    """Whether a box lies wholly in an area."""
    across = area.x <= box.x and box.x + box.width <= area.right
    return across and area.y <= box.y and box.y + box.height <= area.bottom


def find_mates(inputs: Mapping[str, BenchInput]) -> tuple[Area, ...]:
    """The boxes of the titles and captions that stand in the frame at the same time."""
    boxes = (given.facts["box"] for role, given in inputs.items() if role.startswith("mate."))
    # Captions of a recording that tells no words stand nowhere.
    return tuple(Area(*box) for box in boxes if box[2] > 0)


def find_before(inputs: Mapping[str, BenchInput]) -> Area | None:
    """The box of the same text as it stood up to the cut, None where it begins here."""
    return Area(*inputs["before"].facts["box"]) if "before" in inputs else None


def dress_system(system: TypeSystem, bench: Bench) -> TypeSystem:
    """The type system in the brand's fonts, where the bench has them. Raises OrderFailed for one that is no font."""
    names = {}
    for role in FONT_ROLES:
        given = bench.inputs.get(role)
        try:
            names[role] = adopt_font(given.paths[0]).name if given else ""
        except ValueError as error:
            remedy = Remedy(f"Export it again as TTF or OTF, or remove product.style_pack.fonts.{role[5:]}.")
            raise OrderFailed(f"A brand font cannot be used: {error}.", where=bench.name, remedy=remedy) from error
    return dress(system, names[HEADING_FONT], names[BODY_FONT])


def _draw(setting: Setting, payload: TitlePayload, logo: Logo | None) -> None:
    kinds = {
        "endcard": lambda: draw_endcard(setting, payload, logo),
        "logo": lambda: draw_logo_mark(setting, logo),
        "product": lambda: draw_lockup(setting),
        "price": lambda: draw_price(setting),
        "text": lambda: draw_text(setting),
        "lower_third": lambda: draw_lower_third(setting),
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
        version=5,
        payload=TitlePayload,
        entry="workprint.adapters.titles:draw_title",
        is_durable=False,
        tools=_name_tools,
        cost=_estimate,
    ),
)
