"""What a brand's own fonts promise: hostile files are refused, words are set in them, lacking signs fall back."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.brief_project import ImportBook, build_project, good_copy, photograph, read_project, write_data
from tests.adapters.font_bench import HEBREW, WIDE, allow, patch, read_shipped, rename_table, scribble
from tests.strategies import make_brief

from workprint.adapters.brief_yaml.fonts import list_signs
from workprint.adapters.brief_yaml.schema import Document
from workprint.adapters.titles import draw_title
from workprint.film.cut_orders import TitleLife, TitlePayload
from workprint.film.errors import OrderFailed
from workprint.film.lineage import FileRef
from workprint.film.order import Order
from workprint.lab.font_headers import LARGEST_FONT, FontRefused, judge_font
from workprint.lab.font_trial import try_font
from workprint.lab.pictures import load
from workprint.ports.maker import Bench, BenchInput, Made
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film

HEADING = "product.style_pack.fonts.heading"

WRONG = {
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "font-not-a-font"),
    "nothing": (b"", "font-not-a-font"),
    "a web font renamed": (b"wOF2" + read_shipped()[4:], "font-web"),
    "a collection": (b"ttcf" + bytes(64), "font-collection"),
    "a head alone": (read_shipped()[:8], "font-truncated"),
    "half a table of contents": (read_shipped()[:40], "font-truncated"),
    "half a font": (read_shipped()[:40_000], "font-truncated"),
    "thousands of tables": (read_shipped()[:4] + b"\xff\xff" + read_shipped()[6:], "font-damaged"),
    "no tables": (read_shipped()[:4] + b"\0\0" + read_shipped()[6:], "font-damaged"),
    "without a cmap": (rename_table(read_shipped(), b"cmap", b"cmaq"), "font-damaged"),
    "without outlines": (rename_table(read_shipped(), b"glyf", b"glyg"), "font-damaged"),
    "a table twice": (rename_table(read_shipped(), b"head", b"hhea"), "font-damaged"),
    "without glyphs": (patch(read_shipped(), b"maxp", 4, b"\0\0"), "font-empty"),
    "restricted": (allow(0x0002), "font-restricted"),
    "a head of noise": (scribble(read_shipped(), b"head"), "font-damaged"),
}
"""What a file holds, and the code it is refused with."""


def bring(folder: Path, data: bytes, name: str = "assets/brand.ttf") -> Path:
    """A good project whose brief names a heading font of these bytes."""
    project = build_project(folder / "project")
    (project / name).write_bytes(data)
    brief = good_copy()
    brief["product"]["style_pack"]["fonts"] = {"heading": name}
    write_data(project, brief)
    return project


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_font_is_refused(tmp_path: Path, kind: str) -> None:
    """Each has its code and its path, nothing is imported, and nothing is written."""
    data, code = WRONG[kind]
    project, book = bring(tmp_path, data), ImportBook()
    before = photograph(project)
    brief, findings = read_project(project, book)
    assert [(found.code, found.path, found.level) for found in findings] == [(code, HEADING, "error")]
    assert brief is None
    assert book.files == []
    assert photograph(project) == before


def test_a_font_may_not_be_larger_than_the_limit() -> None:
    """One byte more than is read is too many."""
    with pytest.raises(FontRefused) as caught:
        judge_font(read_shipped() + bytes(LARGEST_FONT))
    assert caught.value.code == "font-too-large"


def test_a_font_outside_the_project_is_refused(tmp_path: Path) -> None:
    """A link that leads out of the folder is not followed."""
    project = bring(tmp_path, b"")
    (tmp_path / "secret.ttf").write_bytes(read_shipped())
    (project / "assets/brand.ttf").unlink()
    (project / "assets/brand.ttf").symlink_to(tmp_path / "secret.ttf")
    _, findings = read_project(project)
    assert [(found.code, found.path) for found in findings] == [("path-outside", HEADING)]


@pytest.mark.parametrize("table", [b"cmap", b"glyf", b"hmtx", b"GPOS", b"GSUB", b"loca"])
def test_a_font_with_a_broken_table_takes_nothing_down(tmp_path: Path, table: bytes) -> None:
    """Noise in a table ends in a finding or in type, and in this process nothing breaks."""
    _, findings = read_project(bring(tmp_path, scribble(read_shipped(), table)))
    assert {found.code for found in findings} <= {"font-damaged", "font-empty", "font-signs-missing"}


def test_a_good_font_is_imported(tmp_path: Path) -> None:
    """A font under any name becomes part of the brief, by what it is; another font is another brief."""
    book = ImportBook()
    brief, findings = read_project(bring(tmp_path, read_shipped(WIDE), "assets/brand.font"), book)
    assert findings == ()
    assert brief is not None
    assert ("brand.font", "font/otf") in book.files
    assert brief.product.style.heading_font is not None
    assert brief.product.style.body_font is None


@pytest.mark.parametrize(("use", "codes"), [(0, []), (8, []), (4, ["font-preview-only"]), (12, [])])
def test_permissions_are_read(tmp_path: Path, use: int, codes: list[str]) -> None:
    """Installable and editable fonts pass; one for preview and print passes with a warning."""
    brief, findings = read_project(bring(tmp_path, allow(use)))
    assert [found.code for found in findings] == codes
    assert brief is not None


def test_signs_a_font_lacks_are_named(tmp_path: Path) -> None:
    """A Hebrew font for a brief half in Latin is used, with a warning that names the first letters it lacks."""
    project = bring(tmp_path, read_shipped(HEBREW))
    brief_data = good_copy()
    brief_data["product"]["style_pack"]["fonts"] = {"heading": "assets/brand.ttf"}
    brief_data["call_to_action"]["headline"] = "\u05e9\u05dc\u05d5\u05dd"
    write_data(project, brief_data)
    brief, findings = read_project(project)
    assert [(found.code, found.level) for found in findings] == [("font-signs-missing", "warning")]
    assert 'lacks "Solvane' in findings[0].message
    assert brief is not None


def poison(folder: Path, *names: str, and_then: str = "") -> Path:
    """A folder with modules of these names; each leaves a file with its environment beside it when it is run."""
    folder.mkdir()
    for name in names:
        note = f"import os; open({str(folder / name)!r} + '.ran', 'w').write(repr(os.environ))\n"
        (folder / f"{name}.py").write_text(note + and_then)
    return folder


def test_modules_of_the_working_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with a json.py in it has its font tried, named relatively too, and the json.py lies untouched."""
    folder = poison(tmp_path / "project", "json", "socket", "resource")
    (folder / "f.ttf").write_bytes(read_shipped())
    monkeypatch.chdir(folder)
    assert try_font(Path("f.ttf"), str(folder), "abc") == ()
    assert not list(folder.glob("*.ran"))


def test_a_trial_that_cannot_run_is_not_blamed_on_the_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a broken installation a good font is untried, not damaged; no keys reach the trial; mended, it passes."""
    folder = poison(tmp_path / "broken", "skia", and_then="raise ImportError")
    project = bring(tmp_path, read_shipped() + b"\0")
    monkeypatch.setenv("FAKE_PROVIDER_KEY", "canary-5521")
    with monkeypatch.context() as broken:
        broken.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        _, findings = read_project(project)
    assert [(found.code, found.path, found.level) for found in findings] == [("font-untried", HEADING, "error")]
    told = (folder / "skia.ran").read_text()
    assert "PATH" in told
    assert "canary" not in told
    assert [found.code for found in read_project(project)[1]] == []


def test_a_lower_limit_of_the_machine_is_kept_to(tmp_path: Path) -> None:
    """Where a process may not have as much memory as a trial, a good font is good all the same."""
    font = tmp_path / "f.ttf"
    font.write_bytes(read_shipped())
    code = "import sys, pathlib, workprint.lab.font_trial as t; print(t.try_font(pathlib.Path(sys.argv[1]), '', 'ab'))"
    lower = 2 * 1024**3

    def lower_limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (lower, lower))

    command = [sys.executable, "-c", code, str(font)]
    done = subprocess.run(command, preexec_fn=lower_limit, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "()"


def test_signs_are_those_that_are_set(tmp_path: Path) -> None:
    """Both fonts are asked for product and text blocks, and for the capitals of all letters; each only for its own."""
    brief = good_copy()
    brief["product"] |= {"name": "\u00e4", "price_text": "7"}
    brief["call_to_action"] |= {"headline": "\u00f6", "subhead": "\u00fc"}
    brief["scenes"][0]["overlays"] = {"text_blocks": [{"text": "stra\u00dfe", "position": "center"}]}
    document = Document.model_validate(brief)
    heading, body = list_signs(document, "heading"), list_signs(document, "body")
    for signs in (heading, body):
        assert set("\u00e4\u00c4stra\u00dfeSTRA") <= set(signs)
        assert len(set(signs)) == len(signs)
    assert set("\u00f6\u00d67") <= set(heading) - set(body)
    assert set("\u00fc\u00dc") <= set(body) - set(heading)


def draw(folder: Path, text: str, font: bytes | None, role: str = "font.heading") -> tuple[np.ndarray, Made]:
    """A text title, in a font of these bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "font").write_bytes(font or b"")
    payload = TitlePayload(
        "text", (("text", text),), "center", 480, 480, "web", "modern", ("#101820", "#F2AA4C"),
        TitleLife((30, 1), 60, "lines", "fade"),
    )  # fmt: skip
    inputs = {} if font is None else {role: BenchInput((folder / "font",), ("font/ttf",), {})}
    made = draw_title(Bench("title", "SC01_SH00_TEXT_text-1", payload, inputs, 0, folder, lambda _: None))
    return load(made.files[0].path), made


def test_words_are_set_in_the_brand_font(tmp_path: Path) -> None:
    """A serif changes the picture of a headline; as body font it does not touch it; twice is the same."""
    plain, _ = draw(tmp_path / "a", "Wake gently", None)
    serif, _ = draw(tmp_path / "b", "Wake gently", read_shipped())
    assert not np.array_equal(plain, serif)
    assert np.array_equal(serif, draw(tmp_path / "c", "Wake gently", read_shipped())[0])
    assert np.array_equal(plain, draw(tmp_path / "d", "Wake gently", read_shipped(), "font.body")[0])


def test_lacking_signs_fall_back_by_cluster(tmp_path: Path) -> None:
    """In a Hebrew brand font Japanese, and a Latin letter with its mark, come from other fonts; nothing is missing."""
    both, made = draw(tmp_path / "a", "שלום e\u0301 光", read_shipped(HEBREW))
    assert made.facts["missing"] == []
    for number, other in enumerate(("שלום e 光", "שלום e\u0301", "e\u0301 光")):
        assert not np.array_equal(both, draw(tmp_path / str(number), other, read_shipped(HEBREW))[0])


def test_a_font_that_is_none_fails_its_order(tmp_path: Path) -> None:
    """A maker given a damaged file says so with a remedy."""
    with pytest.raises(OrderFailed) as caught:
        draw(tmp_path, "Wake", b"no font")
    assert caught.value.remedy is not None


def list_orders(fonts: tuple[str, str]) -> dict[str, Order]:
    """What a brief with two fonts of these digests orders, by name."""
    heading, body = (FileRef(digest * 64, "font/ttf", 9, "f.ttf") for digest in fonts)
    brief = make_brief()
    style = replace(brief.product.style, heading_font=heading, body_font=body)
    desk = ScriptDesk()
    asyncio.run(run_film(replace(brief, product=replace(brief.product, style=style)), desk))
    return {order.name: order for step in ("title", "clip", "still", "mix") for order in desk.orders(step)}


def test_a_changed_font_remakes_the_titles_only() -> None:
    """Titles with words carry both fonts as inputs; of clips, stills and sound no order changes."""
    before, after = list_orders(("a", "b")), list_orders(("a", "c"))
    changed = {name for name, order in before.items() if order != after[name]}
    titles = {name for name, order in before.items() if order.step == "title" and order.payload.lines}  # type: ignore[attr-defined]
    assert titles
    assert changed == titles


def test_a_font_none_of_whose_letters_are_used_is_refused(tmp_path: Path) -> None:
    """A Hebrew font for a brief in Latin alone would set nothing, and is called empty."""
    _, findings = read_project(bring(tmp_path, read_shipped(HEBREW)))
    assert [found.code for found in findings] == ["font-empty"]
