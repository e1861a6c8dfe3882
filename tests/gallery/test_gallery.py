"""The gallery: everything registered is shown, every link leads to a file, nothing comes from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from gallery.__main__ import list_pieces, render
from gallery.changes import STAY
from gallery.designs import show_design
from gallery.exhibit import list_files, read_manifest
from gallery.films import PART as FILMS
from gallery.lettering import show_type_system
from gallery.page import PARTS, write_page
from gallery.readme import FRAMES, choose_frames, draw_designs
from gallery.registry import list_designs, list_looks, list_transitions, list_type_systems, read_brands

from workprint.film.grade import LOOKS
from workprint.film.shot_variety import CUTOUT_LAYOUTS, FRAMINGS, PHOTO_LAYOUTS
from workprint.film.transitions import KINDS
from workprint.lab.decode import count_frames, probe
from workprint.lab.pictures import load
from workprint.lab.type_systems import TYPE_SYSTEMS

SMALL = 96
"""Pixels of the short side: enough to see that something is drawn."""


class Links(HTMLParser):
    """Gathers what a page refers to, and the names of its cards."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.names: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [value for key in ("src", "href", "poster") if (value := given.get(key))]
        self.names += [given["data-name"] or ""] if "data-name" in given else []
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""


def read_page(page: Path) -> Links:
    """What a page refers to."""
    links = Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gallery of two parts, small."""
    folder = tmp_path_factory.mktemp("gallery")
    render(folder, ("transitions", "grades"), SMALL)
    return folder


def test_everything_registered_has_a_piece(tmp_path: Path) -> None:
    """Designs, type systems, transitions and looks come from the registries, each once; none is named by hand."""
    pieces = list_pieces(tmp_path, tuple(PARTS), SMALL)
    names = {part: [piece.name for piece in pieces if piece.part == part] for part in PARTS if part != FILMS}
    known = {name for table in (CUTOUT_LAYOUTS, PHOTO_LAYOUTS) for layouts in table.values() for name in layouts}
    assert names["designs"] == list(FRAMINGS)
    assert known <= set(names["designs"])
    assert set(names["types"]) == {system.name for system in TYPE_SYSTEMS.values()}
    assert names["transitions"] == list(KINDS)
    assert set(LOOKS) <= set(names["grades"])
    assert all(len(set(found)) == len(found) for found in names.values())


def test_the_page_shows_every_piece_and_every_link_resolves(folder: Path) -> None:
    """What was rendered is on the page under its registered name, and each file it refers to is there."""
    links = read_page(folder / "index.html")
    assert set(list_transitions()) | set(list_looks()) <= set(links.names)
    assert len(links.found) > 30
    for link in links.found:
        assert link.startswith("#") or (folder / link).is_file(), link
    assert load(folder / "sheet.png").shape[1] == 2400


def test_the_page_asks_nobody_else(folder: Path) -> None:
    """No address of another host, and a policy that would refuse one; nothing inline but what its hashes allow."""
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"(?:https?:)?//[a-z]", text.split("<script>")[0].replace("<!doctype html>", ""))
    policy = read_page(folder / "index.html").policy
    assert policy.startswith("default-src 'none'")
    assert policy.count("sha256-") == 2
    assert "unsafe" not in policy
    assert not re.search(r"<[^>]+ (?:style|on\w+)=", text)


def test_a_transition_preview_holds_both_shots(folder: Path) -> None:
    """Its film is as long as its parts and of the size it says."""
    for item in read_manifest(folder)["transitions"]:
        facts = probe(folder / item.video)
        assert (facts.width, facts.height) == (item.width, item.height)
        assert count_frames(folder / item.video) == 2 * STAY + int(item.note.split()[0])
        assert all((folder / path).is_file() for path in list_files(item))


def test_designs_and_type_systems_render(tmp_path: Path) -> None:
    """One of each with a cut-out and with photos: a moving picture, stills in other shapes, and both on a page."""
    brand = read_brands()[2]
    designs = [next(one for one in list_designs() if one.is_cutout is wanted) for wanted in (True, False)]
    shown = tuple(show_design(design, brand, tmp_path, SMALL) for design in designs)
    types = (show_type_system(list_type_systems()[-1], 0, brand, tmp_path, SMALL),)
    page = read_page(write_page(tmp_path, {"designs": shown, "types": types}))
    assert {item.name for item in (*shown, *types)} == set(page.names)
    shapes = {Path(still).stem.rpartition("-")[2] for still in shown[0].stills[1:]}
    assert shapes == {"16x9", "1x1", "9x16"}
    for still in shown[0].stills:
        height, width = load(tmp_path / still).shape[:2]
        assert min(height, width) >= SMALL
    picture = draw_designs(tmp_path, shown)
    assert picture.width() == 1600
    assert picture.height() > 200


def test_rendering_a_part_keeps_the_others(folder: Path) -> None:
    """Only grades are made again; the transitions stay on the page and keep their bytes."""
    before = {path: path.stat().st_mtime_ns for path in (folder / "transitions").iterdir()}
    render(folder, ("grades",), SMALL)
    assert {path: path.stat().st_mtime_ns for path in (folder / "transitions").iterdir()} == before
    assert set(list_transitions()) <= set(read_page(folder / "index.html").names)


def test_a_film_is_shown_by_all_of_its_scenes() -> None:
    """The README's strip has as many frames for every film, rising, one of each scene at least, none past the end."""
    for brand in read_brands():
        frames = choose_frames(brand.brief)
        assert len(set(frames)) == FRAMES
        assert list(frames) == sorted(frames)
        assert 0 <= frames[0] < frames[-1] < brand.brief.frames
        for scene in brand.brief.scenes:
            assert any(scene.span.start <= frame < scene.span.end for frame in frames)
