"""Grades: one frame as it was shot, and under every look and the example's look-up table."""

from __future__ import annotations

from pathlib import Path

from gallery.exhibit import Exhibit
from gallery.making import SCRATCH, give_file, make, save_jpeg
from gallery.registry import Brand, say_name
from gallery.studio import Studio, size_feed
from workprint.film.grade import NO_LOOK, Grade
from workprint.film.picture_orders import StillPayload
from workprint.lab.encode import from_rgb, to_rgb
from workprint.lab.grade import open_grade
from workprint.lab.pictures import load

PART = "grades"
TABLE = "lut"
"""The name of the exhibit that shows a look-up table."""


def list_grades(brand: Brand, looks: tuple[str, ...]) -> tuple[str, ...]:
    """Every look, and the table of a brand that has one."""
    return (*looks, TABLE) if brand.brief.product.style.lut is not None else looks


def show_grade(name: str, brand: Brand, folder: Path, short: int) -> Exhibit:
    """Grade a still of a brand's first photo."""
    product, size = brand.brief.product, size_feed(short)
    studio = Studio(brand, size, folder / SCRATCH / f"grade-{name}")
    look = studio.plan_look("full_bleed", 30)
    picture = brand.list_pictures(has_alpha=False)[0]
    made = make("still", StillPayload(look, "", ()), studio.scratch, {"picture": give_file(picture)})
    frame = from_rgb(load(made.files[0].path))
    table = open_grade(*_choose(name, brand))
    still = Path(PART) / f"{name}.jpg"
    save_jpeg(to_rgb(table.apply(frame) if table else frame), folder / still)
    title = "As shot" if name == NO_LOOK else "Look-up table" if name == TABLE else say_name(name)
    note = {NO_LOOK: "grade: none", TABLE: f"lut: {product.style.lut.name}" if product.style.lut else ""}
    return Exhibit(
        PART, name, title, note.get(name, f"grade: {name}"), "", (still.as_posix(),), *size,
        f"A frame of {product.name}: {title.lower()}",
    )  # fmt: skip


def _choose(name: str, brand: Brand) -> tuple[Grade | None, Path | None]:
    style = brand.brief.product.style
    if name == TABLE and style.lut is not None:
        return Grade(NO_LOOK, "", (), has_lut=True), brand.folder / "assets" / style.lut.name
    if name == NO_LOOK:
        return None, None
    return Grade(name, style.palette_hint, brand.brief.product.brand_colors), None
