"""`python -m gallery [--only PART ...] [--into FOLDER] [--short PIXELS] [--readme]`: render the gallery or parts."""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from gallery.changes import PART as TRANSITIONS
from gallery.changes import show_transition
from gallery.designs import PART as DESIGNS
from gallery.designs import show_design
from gallery.exhibit import Exhibit, read_manifest, write_manifest
from gallery.films import PART as FILMS
from gallery.films import show_film
from gallery.grades import PART as GRADES
from gallery.grades import list_grades, show_grade
from gallery.lettering import PART as TYPES
from gallery.lettering import show_type_system
from gallery.making import SCRATCH
from gallery.page import PARTS, write_page
from gallery.progress import Progress
from gallery.readme import write_readme_pictures
from gallery.registry import (
    FILMS as FILM_NAMES,
)
from gallery.registry import (
    ROOT,
    choose_brand,
    list_designs,
    list_looks,
    list_transitions,
    list_type_systems,
    read_brands,
)
from gallery.sheet import write_sheet

SHORT_SIDE = 432
"""Short side of the moving pictures: sharp at the size the page shows them, and a third less work than 540."""

WORKERS = 2
"""Processes: what the smallest machine has cores."""

FILM_SECONDS = 70.0
"""Wall seconds a film of the examples takes about, for the time left."""


@dataclass(frozen=True)
class Piece:
    """One exhibit to be made: its part and name, how to make it, and the wall seconds it takes about."""

    part: str
    name: str
    work: Callable[..., Exhibit]
    arguments: tuple[object, ...]
    seconds: float


def main() -> int:
    """Render what is asked for, then page and sheet of all there is."""
    parser = argparse.ArgumentParser(prog="python -m gallery", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=tuple(PARTS), metavar="PART", help=f"{', '.join(PARTS)} (all)")
    parser.add_argument("--into", type=Path, default=ROOT / "build" / "gallery", help="folder (build/gallery)")
    parser.add_argument("--short", type=int, default=SHORT_SIDE, help=f"short side of previews ({SHORT_SIDE})")
    parser.add_argument("--readme", action="store_true", help="also write the README's pictures, docs/images/*.jpg")
    asked = parser.parse_args()
    page = render(asked.into, tuple(asked.only or PARTS), asked.short)
    if asked.readme:
        for path in write_readme_pictures(asked.into, ROOT / "docs" / "images"):
            sys.stdout.write(f"{path}\n")
    sys.stdout.write(f"{page}\n")
    return 0


def render(folder: Path, parts: tuple[str, ...], short: int) -> Path:
    """Render parts into a folder and write page and sheet; other parts are kept as they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = list_pieces(folder, parts, short)
    films = FILM_NAMES if FILMS in parts else ()
    progress = Progress(sum(piece.seconds for piece in pieces) / WORKERS + FILM_SECONDS * len(films))
    made = _make_pieces(pieces, progress)
    for name in films:
        before = progress.done

        def report(share: float, name: str = name, before: float = before) -> None:
            progress.tell(before + share * FILM_SECONDS, f"film {name}")

        made.append(show_film(name, folder, report))
        progress.finish(FILM_SECONDS, f"film {name}")
    exhibits = read_manifest(folder)
    for part in parts:
        exhibits[part] = tuple(item for item in made if item.part == part)
    shutil.rmtree(folder / SCRATCH, ignore_errors=True)
    write_manifest(folder, exhibits)
    write_sheet(folder, exhibits, folder / "sheet.png")
    return write_page(folder, exhibits)


def list_pieces(folder: Path, parts: tuple[str, ...], short: int) -> list[Piece]:
    """Every exhibit of the parts but the films, brands taking turns."""
    brands = read_brands()
    pieces: list[Piece] = []
    if DESIGNS in parts:
        for turn, design in enumerate(list_designs()):
            pieces.append(
                Piece(DESIGNS, design.name, show_design, (design, brands[turn % len(brands)], folder, short), 4)
            )
    if TYPES in parts:
        for turn, system in enumerate(list_type_systems()):
            arguments = (system, turn, brands[turn % len(brands)], folder, short)
            pieces.append(Piece(TYPES, system, show_type_system, arguments, 6))
    if TRANSITIONS in parts:
        for turn, kind in enumerate(list_transitions()):
            arguments = (kind, turn, choose_brand(kind, brands), folder, short)
            pieces.append(Piece(TRANSITIONS, kind, show_transition, arguments, 4))
    if GRADES in parts:
        brand = brands[0]
        pieces += [
            Piece(GRADES, name, show_grade, (name, brand, folder, short), 1)
            for name in list_grades(brand, list_looks())
        ]
    return pieces


def _make_pieces(pieces: list[Piece], progress: Progress) -> list[Exhibit]:
    """The exhibits in the order of the pieces, made in spawned processes."""
    if not pieces:
        return []
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=spawn) as pool:
        running: dict[Future[Exhibit], Piece] = {pool.submit(piece.work, *piece.arguments): piece for piece in pieces}
        for done in as_completed(running):
            done.result()
            piece = running[done]
            progress.finish(piece.seconds / WORKERS, f"{piece.part}: {piece.name}")
        return [future.result() for future in running]


if __name__ == "__main__":
    sys.exit(main())
