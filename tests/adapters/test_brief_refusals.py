"""Wrong briefs, one a row: what is changed in a good one, and exactly which findings must come of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.brief_project import (
    ImportBook,
    build_project,
    good_copy,
    make_png,
    photograph,
    read_project,
    write_data,
)

from workprint.adapters.brief_yaml.codes import CODES

Change = Callable[[dict[str, Any], Path], None]


def put(path: str, value: Any) -> Change:
    """Set one value: `scenes.1.end_s`."""

    def change(data: dict[str, Any], folder: Path) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place: Any = data
        for part in parents:
            place = place[part] if isinstance(part, int) else place.setdefault(part, {})
        place[last] = value

    return change


def drop(path: str) -> Change:
    """Remove one value."""

    def change(data: dict[str, Any], folder: Path) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place: Any = data
        for part in parents:
            place = place[part]
        del place[last]

    return change


def file(name: str, content: bytes) -> Change:
    """Put a file into the project."""

    def change(data: dict[str, Any], folder: Path) -> None:
        (folder / name).write_bytes(content)

    return change


def link(name: str, target: str) -> Change:
    """Put a link into the project."""
    return lambda data, folder: (folder / name).symlink_to(target)


def pipe(name: str) -> Change:
    """Put a pipe into the project: opening it would wait for ever."""
    return lambda data, folder: os.mkfifo(folder / name)


def cut_file(name: str) -> Change:
    """Keep the first half of a file."""

    def change(data: dict[str, Any], folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return change


@dataclass(frozen=True)
class Wrong:
    """A wrong brief: its name, the changes or the raw bytes, the findings as (code, path), whether errors."""

    name: str
    change: tuple[Change, ...] | bytes
    found: tuple[tuple[str, str], ...]
    is_error: bool = True


HEAD = b"schema: workprint/brief@1\n"
FRONT, LOGO, MUSIC = "assets.reference_images[0]", "product.logo", "audio.music_file"
PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1/"/></svg>'
BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"


def front(name: str) -> Change:
    """Name another file as the first picture; the scene then chooses its picture by place."""

    def change(data: dict[str, Any], folder: Path) -> None:
        data["assets"]["reference_images"][0] = name
        data["scenes"][1]["pictures"] = [0]

    return change


TEXTS = (
    Wrong("empty file", b"", (("brief-empty", "brief.yaml"),)),
    Wrong("only a comment", b"# nothing\n", (("brief-empty", "brief.yaml"),)),
    Wrong("a list, not sections", b"- a\n- b\n", (("brief-empty", "brief.yaml"),)),
    Wrong("not UTF-8", HEAD + b"x: \xff\xfe\n", (("brief-not-utf8", "brief.yaml:2"),)),
    Wrong("UTF-16", "schema: x\n".encode("utf-16"), (("brief-not-utf8", "brief.yaml:1"),)),
    Wrong("NUL byte", HEAD + b"x: a\x00b\n", (("yaml-control", "brief.yaml:2"),)),
    Wrong("escape byte", HEAD + b"\nx: \x1b[2J\n", (("yaml-control", "brief.yaml:3"),)),
    Wrong("tab indentation", b"project:\n\tname: x\n", (("yaml-tab", "brief.yaml:2"),)),
    Wrong("bracket left open", b"project: [a, b\nscenes: 3\n", (("yaml-syntax", "brief.yaml:2"),)),
    Wrong("bare colour in a list", b"x: [#D4AF37, y]\nz: 1\n", (("yaml-syntax", "brief.yaml:3"),)),
    Wrong("two documents", HEAD + b"---\na: 1\n", (("yaml-documents", "brief.yaml:2"),)),
    Wrong("YAML bomb", BOMB, (("yaml-alias", "brief.yaml:2"),)),
    Wrong("nested too deep", b"a: " + b"[" * 60 + b"]" * 60, (("yaml-too-deep", "brief.yaml:1"),)),
    Wrong("too many values", b"a: [" + b"1," * 200_001 + b"]", (("yaml-too-many", "brief.yaml:1"),)),
    Wrong("too large", b"# " + b"x" * (2 * 1024 * 1024), (("brief-too-large", "brief.yaml"),)),
)

SHAPES = (
    Wrong("other version", (put("schema", "workprint/brief@9"),), (("schema-unsupported", "schema"),)),
    Wrong("unknown section", (put("cta", {}),), (("unknown-key", "cta"),)),
    Wrong("misspelt key", (put("project.fsp", 30),), (("unknown-key", "project.fsp"),)),
    Wrong("unknown key in a scene", (put("scenes.0.t2v_prompt", "x"),), (("unknown-key", "scenes[0].t2v_prompt"),)),
    Wrong("no headline", (drop("call_to_action.headline"),), (("missing-key", "call_to_action.headline"),)),
    Wrong("no project", (drop("project"),), (("missing-key", "project"),)),
    Wrong("no scenes", (drop("scenes"),), (("missing-key", "scenes"),)),
    Wrong("empty scenes", (put("scenes", []),), (("list-length", "scenes"),)),
    Wrong("scene is a word", (put("scenes.1", "lamp"),), (("wrong-type", "scenes[1]"),)),
    Wrong("number in quotes", (put("project.duration_s", "15"),), (("wrong-type", "project.duration_s"),)),
    Wrong("yes for true", (put("product.no_logo", "yes"),), (("wrong-type", "product.no_logo"),)),
    Wrong("true for a number", (put("audio.bpm", True),), (("wrong-type", "audio.bpm"),)),
    Wrong("true for a time", (put("scenes.0.start_s", False),), (("wrong-type", "scenes[0].start_s"),)),
    Wrong("half a beat", (put("audio.bpm", 99.5),), (("wrong-type", "audio.bpm"),)),
    Wrong("price as a number", (put("product.price_text", 129),), (("wrong-type", "product.price_text"),)),
    Wrong("picture chosen by a list", (put("scenes.1.pictures", [[0]]),), (("wrong-type", "scenes[1].pictures[0]"),)),
    Wrong("tempo too fast", (put("audio.bpm", 240),), (("number-range", "audio.bpm"),)),
    Wrong("time beyond all films", (put("scenes.2.end_s", 1e9),), (("number-range", "scenes[2].end_s"),)),
    Wrong("seed negative", (put("project.seed", -1),), (("number-range", "project.seed"),)),
    Wrong("frame rate 31", (put("project.fps", 31),), (("not-a-choice", "project.fps"),)),
    Wrong("unknown scene type", (put("scenes.0.type", "pack shot"),), (("not-a-choice", "scenes[0].type"),)),
    Wrong("unknown language", (put("audio.language", "English!"),), (("not-a-choice", "audio.language"),)),
    Wrong("shape 21:9", (put("project.aspect", "21:9"),), (("aspect-unsupported", "project.aspect"),)),
    Wrong("name of spaces", (put("project.name", "   "),), (("text-empty", "project.name"),)),
    Wrong(
        "headline of 200", (put("call_to_action.headline", "x" * 200),), (("text-too-long", "call_to_action.headline"),)
    ),
    Wrong("line break in a name", (put("product.name", "a\nb"),), (("text-control", "product.name"),)),
    Wrong("NUL in a line", (put("scenes.0.voice", "a\0b"),), (("text-control", "scenes[0].voice"),)),
    Wrong("no colours", (put("product.brand_colors", []),), (("list-length", "product.brand_colors"),)),
    Wrong("colour by name", (put("product.brand_colors", ["gold"]),), (("colour-invalid", "product.brand_colors[0]"),)),
    Wrong("bare colour", (put("product.brand_colors", [None]),), (("colour-invalid", "product.brand_colors[0]"),)),
    Wrong(
        "javascript address",
        (put("call_to_action.url", "javascript:alert(1)"),),
        (("url-refused", "call_to_action.url"),),
    ),
    Wrong(
        "address with a user", (put("call_to_action.url", "https://a@b.c"),), (("url-refused", "call_to_action.url"),)
    ),
    Wrong(
        "address without scheme",
        (put("call_to_action.url", "solvane.example"),),
        (("url-refused", "call_to_action.url"),),
    ),
    Wrong("scene id with a slash", (put("scenes.0.id", "../x"),), (("scene-id-invalid", "scenes[0].id"),)),
)

RULES = (
    Wrong("same id twice", (put("scenes.2.id", "OPEN"),), (("scene-id-duplicate", "scenes[2].id"),)),
    Wrong(
        "too long for an ad",
        (put("project.duration_s", 90), put("scenes.2.end_s", 90)),
        (("duration-range", "project.duration_s"),),
    ),
    Wrong("contract runs longer", (put("contract.runtime_s", 30),), (("runtime-mismatch", "contract.runtime_s"),)),
    Wrong("contract shaped otherwise", (put("contract.aspect", "1:1"),), (("aspect-mismatch", "contract.aspect"),)),
    Wrong(
        "cap below zero",
        (put("contract.cap_usd", -1), drop("contract.quota_usd")),
        (("budget-invalid", "contract.cap_usd"),),
    ),
    Wrong("cap of a billion", (put("contract.cap_usd", 1e9),), (("budget-invalid", "contract.cap_usd"),)),
    Wrong("quota above the cap", (put("contract.quota_usd", 9),), (("budget-contradiction", "contract.quota_usd"),)),
    Wrong("two budgets", (put("compute.budget_usd_max", 6),), (("budget-contradiction", "compute.budget_usd_max"),)),
    Wrong("gap between scenes", (put("scenes.1.start_s", 4.5),), (("scene-gap", "scenes[1].start_s"),)),
    Wrong("gap at the start", (put("scenes.0.start_s", 1),), (("scene-gap", "scenes[0].start_s"),)),
    Wrong("gap at the end", (put("scenes.2.end_s", 14),), (("scene-gap", "scenes[2].end_s"),)),
    Wrong("overlap", (put("scenes.1.start_s", 3),), (("scene-overlap", "scenes[1].start_s"),)),
    Wrong("past the end", (put("scenes.2.end_s", 16),), (("scene-past-end", "scenes[2].end_s"),)),
    Wrong(
        "out of order",
        (lambda data, folder: data["scenes"].insert(0, data["scenes"].pop(1)),),
        (("scene-gap", "scenes[0].start_s"), ("scene-order", "scenes[1].start_s")),
    ),
    Wrong(
        "no length",
        (put("scenes.0.end_s", 0), put("scenes.1.start_s", 0), put("scenes.0.voice", ""), put("audio.mode", "music")),
        (("scene-empty", "scenes[0].end_s"),),
    ),
    Wrong(
        "too short",
        (put("scenes.0.end_s", 0.3), put("scenes.1.start_s", 0.3)),
        (("scene-too-short", "scenes[0].end_s"), ("voice-too-long", "scenes[0].voice")),
    ),
    Wrong(
        "no logo for the end card",
        (drop("product.logo"), drop("scenes.1")),
        (("scene-gap", "scenes[1].start_s"), ("logo-missing", "scenes[1].type")),
    ),
    Wrong(
        "logo shown, none given",
        (drop("product.logo"), put("product.no_logo", True)),
        (("logo-missing", "scenes[1].overlays.show_logo"),),
    ),
    Wrong("logo and no logo", (put("product.no_logo", True),), (("logo-contradiction", "product.no_logo"),)),
    Wrong(
        "price shown, none given", (drop("product.price_text"),), (("price-missing", "scenes[2].overlays.show_price"),)
    ),
    Wrong("beat after the film", (put("audio.beat_markers", [3, 15]),), (("beat-outside", "audio.beat_markers[1]"),)),
    Wrong("beats not rising", (put("audio.beat_markers", [3, 3]),), (("beat-order", "audio.beat_markers[1]"),)),
    Wrong("nothing to say", (drop("scenes.0.voice"),), (("voice-missing", "audio.mode"),)),
    Wrong("banned word spoken", (put("scenes.0.voice", "A Miracle."),), (("banned-term", "scenes[0].voice"),)),
    Wrong(
        "banned word on screen",
        (put("call_to_action.headline", "\uff2d\uff29\uff32\uff21\uff23\uff2c\uff25 now"),),
        (("banned-term", "call_to_action.headline"),),
    ),
    Wrong(
        "overlay too long",
        (put("scenes.2.overlays.text_blocks.0.text", "x" * 81),),
        (("overlay-too-long", "scenes[2].overlays.text_blocks[0].text"),),
    ),
    Wrong("picture number 7", (put("scenes.1.pictures", [7]),), (("picture-unknown", "scenes[1].pictures[0]"),)),
    Wrong(
        "picture not in the pack",
        (put("scenes.1.pictures", ["back.png"]),),
        (("picture-unknown", "scenes[1].pictures[0]"),),
    ),
    Wrong(
        "no pictures",
        (put("assets.reference_images", []), drop("scenes.1.pictures")),
        (("pictures-missing", "assets.reference_images"),),
    ),
)

LUT = "product.style_pack.lut"

FILES = (
    Wrong("missing picture", (front("assets/frnt.png"),), (("file-missing", FRONT),)),
    Wrong("parent folder", (front("../front.png"),), (("path-outside", FRONT),)),
    Wrong("parent folder inside", (front("assets/../../x.png"),), (("path-outside", FRONT),)),
    Wrong("absolute path", (front("/etc/passwd"),), (("path-absolute", FRONT),)),
    Wrong("home folder", (front("~/x.png"),), (("path-absolute", FRONT),)),
    Wrong("drive letter", (front("C:/x.png"),), (("path-absolute", FRONT),)),
    Wrong("backslashes", (front("assets\\front.png"),), (("path-invalid", FRONT),)),
    Wrong("address", (front("https://127.0.0.1/x.png"),), (("path-url", FRONT),)),
    Wrong("share", (front("//host/share/x.png"),), (("path-url", FRONT),)),
    Wrong("protocol trick", (front("concat:a|b"),), (("path-url", FRONT),)),
    Wrong("data address", (front("data:image/png;base64,AA"),), (("path-url", FRONT),)),
    Wrong("NUL in a path", (front("assets/a\0.png"),), (("text-control", FRONT),)),
    Wrong("name of 300 letters", (front("x" * 300),), (("path-invalid", FRONT),)),
    Wrong("path of 500 letters", (front("x/" * 250),), (("text-too-long", FRONT),)),
    Wrong("link out of the project", (link("x.png", "/etc/hostname"), front("x.png")), (("path-outside", FRONT),)),
    Wrong("link in a circle", (link("x.png", "x.png"), front("x.png")), (("path-invalid", FRONT),)),
    Wrong("folder", (front("assets"),), (("file-not-regular", FRONT),)),
    Wrong("pipe", (pipe("x.png"), front("x.png")), (("file-not-regular", FRONT),)),
    Wrong("text named .png", (file("x.png", b"hello"), front("x.png")), (("picture-not-a-picture", FRONT),)),
    Wrong("playlist named .png", (file("x.png", PLAYLIST), front("x.png")), (("picture-is-playlist", FRONT),)),
    Wrong("drawing in SVG", (file("x.svg", SVG), front("x.svg")), (("picture-is-svg", FRONT),)),
    Wrong("drawing named .png", (file("x.png", SVG[21:]), front("x.png")), (("picture-is-svg", FRONT),)),
    Wrong("no bytes", (file("x.png", b""), front("x.png")), (("picture-empty", FRONT),)),
    Wrong("144 megapixels", (file("x.png", make_png(12_000, 12_000)), front("x.png")), (("picture-too-large", FRONT),)),
    Wrong(
        "moving picture", (file("x.png", make_png(8, 8, animated=True)), front("x.png")), (("picture-animated", FRONT),)
    ),
    Wrong("cut off", (cut_file("assets/front.png"),), (("picture-truncated", FRONT),)),
    Wrong("logo missing", (put("product.logo", "assets/log.png"),), (("file-missing", LOGO),)),
    Wrong(
        "music is a text", (file("x.wav", b"hello"), put("audio.music_file", "x.wav")), (("sound-unreadable", MUSIC),)
    ),
    Wrong(
        "music is a playlist",
        (file("x.mp3", PLAYLIST), put("audio.music_file", "x.mp3")),
        (("sound-is-playlist", MUSIC),),
    ),
    Wrong("music is empty", (file("x.wav", b""), put("audio.music_file", "x.wav")), (("sound-empty", MUSIC),)),
    Wrong(
        "a product that is no USD",
        (file("x.usda", b"solid thing"), put("assets.product_usd", "x.usda")),
        (("usd-refused", "assets.product_usd"),),
    ),
    *(
        Wrong(f"a table {name}", (file("x.cube", text), put(LUT, "x.cube")), ((code, LUT),))
        for name, text, code in (
            ("that is a picture", b"\x89PNG\0\0", "lut-not-a-cube"),
            ("of words", b"TITLE none\nhello\n", "lut-not-a-cube"),
            ("without its values", b"LUT_3D_SIZE 17\n0 0 0\n", "lut-damaged"),
            ("of infinities", b"LUT_1D_SIZE 2\n0 0 0\n1 1 inf\n", "lut-damaged"),
            ("too fine", b"LUT_3D_SIZE 256\n0 0 0\n", "lut-too-large"),
        )
    ),
    Wrong("a table outside", (put(LUT, "../x.cube"),), (("path-outside", LUT),)),
    Wrong("no such look", (put("product.style_pack.grade", "teal"),), (("not-a-choice", "product.style_pack.grade"),)),
    Wrong(
        "passes of a film without a stage",
        (put("assets.stage_passes", ["depth"]),),
        (("stage-passes-missing", "assets.stage_passes"),),
    ),
    Wrong(
        "scene of another kind",
        (file("x.blend", b"1"), put("assets.usd_scene", "x.blend")),
        (("file-kind", "assets.usd_scene"),),
    ),
)

WARNINGS = (
    Wrong(
        "headline long",
        (put("call_to_action.headline", "word " * 14),),
        (("headline-long", "call_to_action.headline"),),
        False,
    ),
    Wrong("voice too long", (put("scenes.0.voice", "word " * 14),), (("voice-too-long", "scenes[0].voice"),), False),
    Wrong("Chinese too long", (put("scenes.0.voice", "光" * 30),), (("voice-too-long", "scenes[0].voice"),), False),
    Wrong("voice unused", (put("audio.mode", "music"),), (("voice-unused", "scenes[0].voice"),), False),
    Wrong(
        "captions unused",
        (put("audio.captions", "burned"), put("audio.mode", "music"), put("scenes.0.voice", "")),
        (("captions-unused", "audio.captions"),),
        False,
    ),
    Wrong("music unused", (put("audio.mode", "voiceover"),), (("music-unused", MUSIC),), False),
    Wrong(
        "no USD for the hint",
        (put("scenes.0.provider_hint", "omniverse"),),
        (("hint-fallback", "scenes[0].provider_hint"),),
        False,
    ),
    Wrong(
        "between frames",
        (put("audio.beat_markers", []), put("scenes.0.end_s", 4.05), put("scenes.1.start_s", 4.05)),
        (("time-off-frame", "scenes[0].end_s"), ("time-off-frame", "scenes[1].start_s")),
        False,
    ),
    Wrong(
        "same picture twice",
        (put("assets.reference_images", ["assets/front.png"] * 3),),
        (("picture-duplicate", "assets.reference_images[1]"), ("picture-duplicate", "assets.reference_images[2]")),
        False,
    ),
    Wrong(
        "face asked for",
        (put("scenes.0.intent", "A smiling face"),),
        (("faces-contradiction", "scenes[0].intent"),),
        False,
    ),
)

TABLE = TEXTS + SHAPES + RULES + FILES + WARNINGS


@pytest.fixture(scope="session")
def good_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good project, copied for every test."""
    return build_project(tmp_path_factory.mktemp("brief") / "project")


@pytest.mark.parametrize("wrong", TABLE, ids=[wrong.name for wrong in TABLE])
def test_every_wrong_brief_gets_exactly_its_findings(wrong: Wrong, good_project: Path, tmp_path: Path) -> None:
    """Each fault is found with its code and path, has a remedy, and nothing is imported or written."""
    folder = Path(shutil.copytree(good_project, tmp_path / "project"))
    if isinstance(wrong.change, bytes):
        (folder / "brief.yaml").write_bytes(wrong.change)
    else:
        data = good_copy()
        for change in wrong.change:
            change(data, folder)
        write_data(folder, data)
    before, book = photograph(folder), ImportBook()
    brief, findings = read_project(folder, book)
    assert sorted((found.code, found.path) for found in findings) == sorted(wrong.found)
    assert all(found.message and found.remedy and found.code in CODES for found in findings)
    assert {found.level for found in findings} == {"error" if wrong.is_error else "warning"} or len(findings) > 1
    assert (brief is None) is wrong.is_error
    assert photograph(folder) == before
    assert bool(book.files) is not wrong.is_error


def test_the_table_covers_most_codes() -> None:
    """Nearly every code has at least one row; those without need rights or times a test cannot arrange."""
    reached = {code for wrong in TABLE for code, _ in wrong.found}
    elsewhere = {"brief-missing", "brief-unreadable", "yaml-tag", "yaml-key", "duplicate-key", "number-not-finite"}
    rare = {"lut-unreadable", "file-unreadable", "picture-unreadable", "picture-refused"}
    # They depend on what is installed; tests/adapters/test_stage_refusal.py and test_stage_variant.py look at them.
    rare |= {"stage-missing", "stage-plain"}
    rare |= {"sound-not-a-sound", "sound-too-long", "sound-refused"}
    # tests/adapters/test_brand_fonts.py has a table of its own.
    fonts = {code for code in CODES if code.startswith("font-")}
    # tests/adapters/test_lower_thirds.py.
    fonts |= {"lower-third-unused"}
    assert set(CODES) - reached - elsewhere - fonts == rare
    assert len(TABLE) >= 60
