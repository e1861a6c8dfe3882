"""Whatever a brief brings, every shot and every title is drawn: 1 to 12 pictures, any shape, any script, no logo."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.previz_bench import draw_bottle, draw_photo
from tests.strategies import change_scene, make_brief, make_picture

from workprint.adapters.previz.render import Shoot
from workprint.adapters.titles import draw_title
from workprint.film.board import Board
from workprint.film.brief import Aspect, Brief, Overlays, SceneType, TextBlock, TextPosition
from workprint.film.cut_orders import TitlePayload
from workprint.film.order import Order
from workprint.film.picture_orders import ClipPayload
from workprint.film.time import Rate
from workprint.lab.encode import from_planes
from workprint.lab.picture_faults import BLACK_SHARE, EMPTY_SHARE
from workprint.lab.picture_scan import scan_pictures
from workprint.lab.pictures import Pixels
from workprint.lab.safe_areas import find_safe_area
from workprint.lab.type_systems import TYPE_SYSTEMS
from workprint.ports.maker import Bench, BenchInput, Made
from workprint.testing.fakes.media import make_media
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film

SHORT_SIDE = 216

HEADLINES = {
    "german": "Donaudampfschifffahrtsgesellschaft verbindet Licht und Ruhe!",
    "japanese": "光とともに静かに目覚める朝へようこそ、あなたの部屋に夜明けを運ぶ"
    "銅のランプが、今日から毎日をやさしく照らします。灯りよ",
    "arabic": "ضوء الصباح يرافقك أينما كنت ويجعل بيتك أكثر دفئا وهدوءا اليوم",
}
"""Sixty letters, as many as a brief takes without a warning."""

PLATFORMS = {Aspect.TALL: "instagram", Aspect.WIDE: "youtube", Aspect.SQUARE: "web", Aspect.FEED: "instagram"}


@dataclass(frozen=True)
class Case:
    """One kind of brief: how many pictures, the film's shape, the script, the pictures' shape (w, h),
    brand colours, type system."""

    pictures: int
    aspect: Aspect
    script: str
    shape: tuple[int, int]
    colours: tuple[str, ...]
    family: str

    def __str__(self) -> str:
        way = "portrait" if self.shape[0] < self.shape[1] else "landscape"
        return f"{self.pictures}-{self.aspect.value.replace(':', 'x')}-{self.script}-{way}-{self.family}"


def list_cases() -> list[Case]:
    """Every number of pictures in every shape of film, scripts and pictures and colours by turns."""
    scripts, shapes = cycle(HEADLINES), cycle([(150, 220), (240, 150), (300, 90)])
    colours = cycle([("#C8102E",), ("#12202B", "#E8B04A"), ("#F5F5F0",), ("#0B0B0C",)])
    families = cycle(TYPE_SYSTEMS)
    return [
        Case(count, aspect, next(scripts), next(shapes), next(colours), next(families))
        for count in (1, 2, 3, 5, 12)
        for aspect in Aspect
    ]


def write_brief(case: Case) -> Brief:
    """A film of every scene type without a logo, in a script, with texts everywhere a text can stand."""
    brief, headline = make_brief(), HEADLINES[case.script]
    pictures = tuple(make_picture(f"p{number}.png", has_alpha=number == 0) for number in range(case.pictures))
    style = replace(brief.product.style, font_family=case.family)
    product = replace(brief.product, brand_colors=case.colours, logo=None, no_logo=True, style=style)
    brief = replace(
        brief,
        platform=PLATFORMS[case.aspect],
        contract=replace(brief.contract, aspect=case.aspect, references=case.pictures),
        product=product,
        call=replace(brief.call, headline=headline),
        pictures=pictures,
        short_side=SHORT_SIDE,
    )
    for number, position in ((1, TextPosition.TOP), (2, TextPosition.LOWER_THIRD), (3, TextPosition.CENTER)):
        texts = Overlays(True, number == 1, number == 2, (TextBlock(headline, position),))
        brief = change_scene(brief, number, overlays=texts)
    return brief


def plan(brief: Brief) -> tuple[ScriptDesk, Board]:
    """What a brief orders, and its board."""
    desk = ScriptDesk()
    board = asyncio.run(run_film(brief, desk))[Board]
    assert isinstance(board, Board)
    return desk, board


def draw_picture(name: str, shape: tuple[int, int]) -> Pixels:
    """The picture of a name: the first of the pack cut out, the others photos of a shape."""
    number = int(name.removeprefix("p").removesuffix(".png"))
    return draw_bottle() if number == 0 else draw_photo(*shape, seed=number)


def look_at(order: Order, shape: tuple[int, int]) -> tuple[float, float]:
    """The least detail and the most black of a clip's first, middle and last frame."""
    assert isinstance(order.payload, ClipPayload)
    given = {item.role: draw_picture(item.source.name, shape) for item in order.inputs if item.role != "first_frame"}  # type: ignore[union-attr]
    shoot = Shoot(order.payload.look, tuple(given.values()), order.seed)
    look = order.payload.look
    frames = [shoot.draw(number) for number in (0, look.frames // 2, look.frames - 1)]
    assert all(frame.y.shape == (look.height, look.width) for frame in frames)
    scan = scan_pictures((from_planes(frame.y, frame.u, frame.v) for frame in frames), Rate(30))
    return float(scan.detail.min()), float(scan.black.max())


@pytest.mark.parametrize("case", list_cases(), ids=str)
def test_every_shot_shows_something(case: Case) -> None:
    """No shot of any brief fails, is black, or is empty at its beginning, middle or end."""
    brief = write_brief(case)
    desk, board = plan(brief)
    clips = desk.orders("clip")
    assert len(clips) == len(board.shots)
    for order in clips:
        detail, black = look_at(order, case.shape)
        assert detail > 4 * EMPTY_SHARE, order.name
        assert black < BLACK_SHARE, order.name


def set_title(order: Order, scratch: Path, made: dict[str, Made]) -> Made:
    """The title of an order over footage that moves; `made` holds the titles it stands clear of, by name."""
    scratch.mkdir(parents=True, exist_ok=True)
    footage = scratch / "footage.mp4"
    footage.write_bytes(make_media("video", 320, 180, 2000, seed=1)[0])
    inputs = {}
    for item in order.inputs:
        facts = made[item.source.name].facts if item.role.startswith(("mate.", "before")) else {}
        inputs[item.role] = BenchInput((footage,), ("video/mp4",), facts)
    made[order.name] = draw_title(Bench("title", order.name, order.payload, inputs, 0, scratch, lambda _: None))
    return made[order.name]


def spell(texts: set[tuple[str, str]]) -> dict[str, list[str]]:
    """The letters of every role, whatever pieces it is set in (a price has a sign of its own)."""
    spelt: dict[str, list[str]] = {}
    for role, text in texts:
        spelt[role] = sorted([*spelt.get(role, []), *"".join(text.split()).casefold()])
    return spelt


@pytest.mark.parametrize("case", list_cases(), ids=str)
def test_every_text_stands_whole_in_the_safe_area(case: Case, tmp_path: Path) -> None:
    """Each line ordered is drawn, in glyphs that exist, readable, and nothing of it leaves the platform's safe area."""
    brief = write_brief(case)
    desk, _ = plan(brief)
    area = find_safe_area(brief.platform, *brief.size)
    titles = desk.orders("title")
    assert {kind for order in titles if isinstance(order.payload, TitlePayload) for kind in [order.payload.kind]} >= {
        "endcard",
        "text",
        "product",
        "price",
    }
    done: dict[str, Made] = {}
    for order in titles:
        assert isinstance(order.payload, TitlePayload)
        made = set_title(order, tmp_path / order.name, done)
        assert made.facts["missing"] == []
        assert made.facts["contrast"] >= 4.5
        told = spell({(text["kind"], text["text"]) for text in made.facts["texts"]})
        assert told == spell(set(order.payload.lines)), order.name
        for text in made.facts["texts"]:
            x, y, width, height = text["rect"]
            assert area.x - 1.5 <= x, text
            assert area.y - 1.5 <= y, text
            assert x + width <= area.right + 1.5, text
            assert y + height <= area.bottom + 1.5, text


def test_headlines_are_long_enough() -> None:
    """Every script's headline has sixty signs or more; the German one has a word of thirty letters."""
    assert all(58 <= len(text) <= 62 for text in HEADLINES.values())
    assert max(len(word) for word in HEADLINES["german"].split()) > 30


def test_a_scene_may_have_one_picture() -> None:
    """A montage given a single photo of a full pack shows only that, and nothing of it is empty."""
    brief = write_brief(Case(3, Aspect.TALL, "german", (240, 150), ("#12202B",), "modern"))
    brief = change_scene(brief, 3, type=SceneType.MONTAGE, pictures=(1,))
    desk, board = plan(brief)
    scene = {shot.slate for shot in board.shots if shot.scene == "s3"}
    assert scene
    for shot, order in zip(board.shots, desk.orders("clip"), strict=True):
        if shot.slate in scene:
            assert next(item for item in order.inputs if item.role == "picture").source.name == "p1.png"  # type: ignore[union-attr]
            assert look_at(order, (240, 150))[0] > 4 * EMPTY_SHARE
    assert np.isfinite(len(scene))
