"""What the title maker promises: text verbatim, readable over anything, inside the frame, the same twice."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from workprint.adapters.titles import MAKERS, draw_title
from workprint.adapters.titles.colours import choose_colours, find_worst_contrast
from workprint.adapters.titles.endcard import STANDS
from workprint.adapters.titles.logo import prepare_logo
from workprint.adapters.titles.placing import grow, touches
from workprint.film.cut_orders import TitleLife, TitlePayload
from workprint.film.errors import OrderFailed
from workprint.lab.encode import FilmWriter
from workprint.lab.pictures import load, save_png
from workprint.lab.safe_areas import Area, find_safe_area
from workprint.lab.typeset import contrast_ratio
from workprint.lab.writing import split_clusters
from workprint.ports.maker import Bench, BenchInput, Made

VERBATIM = '50% off - "Tom\'s" {new} : [x], \\N %{pts} ünï 日本 مرحبا 🙂'
PALETTES = (("#14213D", "#FCA311", "#F5F1E8"), ("#F3EDE4", "#B4472E"), ("#0C7C59", "#0C7C59"), ("#808080",), ())
SIZES = {"wide": (640, 360), "tall": (360, 640), "square": (360, 360), "upright": (360, 450)}
LIFE = TitleLife((30, 1), 60, "lines", "fade")
CARD = (
    ("product", "Solvane Dawn"),
    ("headline", "Wake with the light"),
    ("subhead", "A lamp that brings the sunrise into your room."),
    ("price", "€149"),
    ("button", "Shop now"),
    ("url", "solvane.com/dawn"),
    ("legal", "Offer ends 31 December 2026."),
)
KINDS = {
    "logo": (("product", VERBATIM),),
    "product": (("product", VERBATIM),),
    "price": (("price", VERBATIM),),
    "text": (("text", VERBATIM),),
    "endcard": tuple((role, VERBATIM) for role, _ in CARD),
}


def make(
    scratch: Path,
    kind: str,
    lines: tuple[tuple[str, str], ...],
    *,
    size: tuple[int, int] = SIZES["wide"],
    anchor: str = "center",
    system: str = "modern",
    palette: tuple[str, ...] = PALETTES[0],
    platform: str = "web",
    logo: Path | None = None,
    life: TitleLife = LIFE,
) -> tuple[np.ndarray, Made]:
    """Draw a title; its pixels and what the maker says of it."""
    payload = TitlePayload(kind, lines, anchor, *size, platform, system, palette, life)
    inputs = {"logo": BenchInput((logo,), ("image/png",), {})} if logo else {}
    made = draw_title(Bench("title", "SC01_SH00_TEXT_title", payload, inputs, 0, scratch, lambda _: None))
    return load(made.files[0].path), made


def make_logo(path: Path, color: tuple[int, int, int]) -> Path:
    """A round logo with a transparent margin."""
    rows, columns = np.indices((80, 160))
    pixels = np.zeros((80, 160, 4), np.uint8)
    pixels[np.hypot(rows - 40, (columns - 80) / 1.5) < 30] = (*color, 255)
    save_png(pixels, path)
    return path


def lay_over(pixels: np.ndarray, level: int) -> np.ndarray:
    """The title over flat footage."""
    alpha = pixels[:, :, 3:].astype(float) / 255
    return pixels[:, :, :3] * alpha + level * (1 - alpha)


@pytest.mark.parametrize("kind", KINDS)
def test_text_is_drawn_verbatim(tmp_path: Path, kind: str) -> None:
    """In every kind each visible character matters: leaving one out of a line changes the picture."""
    size = (320, 180)
    whole, made = make(tmp_path, kind, KINDS[kind][:2], size=size)
    assert made.facts["missing"] == []
    clusters = split_clusters(VERBATIM)
    for index, cluster in enumerate(clusters):
        shorter = "".join(clusters[:index] + clusters[index + 1 :])
        lines = ((KINDS[kind][0][0], shorter), *KINDS[kind][1:2])
        if cluster != " " and (kind != "endcard" or index % 5 == 0):
            assert not np.array_equal(whole, make(tmp_path, kind, lines, size=size)[0]), cluster


SYSTEMS = ("modern", "elegant", "bold", "editorial", "technical", "poster")
HEADLINES = (
    "Die Leichtigkeit des Morgens beginnt mit gutem Licht zu Hause",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte",
    "光とともに静かに目覚める朝へ、あなたの部屋に日の出を運ぶやさしい灯り、毎日の始まりをもっと穏やかに、心地よく、美しく",
    "استيقظ مع الضوء كل صباح وابدأ يومك بهدوء وراحة في منزلك الجميل",
)


@pytest.mark.parametrize("platform", ["tiktok", "instagram", "youtube", "web"])
@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("system", SYSTEMS)
def test_end_cards_hold_any_headline(tmp_path: Path, shape: str, system: str, platform: str) -> None:
    """Headlines of 60 letters stand in the safe area with all else, readable, apart, clear of the product, unbroken."""
    width, height = SIZES[shape]
    if platform != "web" and shape != "tall":
        return
    safe = find_safe_area(platform, width, height)
    for headline in HEADLINES:
        lines = (CARD[0], ("headline", headline), *CARD[2:])
        _, made = make(tmp_path, "endcard", lines, size=(width, height), system=system, platform=platform)
        rects = [Area(*text["rect"]) for text in made.facts["texts"]]
        for rect in rects:
            assert safe.x - 2 <= rect.x
            assert rect.right <= safe.right + 2
            assert safe.y - 2 <= rect.y
            assert rect.bottom <= safe.bottom + 2
        product = Area(*(share * side for share, side in zip(STANDS[shape], (width, height) * 2, strict=True)))
        assert not any(touches(rect, product) for rect in rects)
        assert not any(touches(grow(one, -0.5), grow(other, -0.5)) for one, other in combinations(rects, 2))
        assert made.facts["contrast"] >= 4.5
        heads = [text for text in made.facts["texts"] if text["kind"] == "headline"]
        assert len(heads) <= (4 if " " in headline or ord(headline[0]) > 0x3000 else 1)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("kind", KINDS)
def test_type_is_readable_over_any_footage(tmp_path: Path, kind: str, palette: tuple[str, ...]) -> None:
    """With every palette the reported contrast is at least 4.5, dark, light, mid-toned and empty ones alike."""
    anchor = "corner" if kind == "logo" else "bottom"
    made = make(tmp_path, kind, KINDS[kind], palette=palette, anchor=anchor)[1]
    assert made.facts["contrast"] >= 4.5


@pytest.mark.parametrize("level", [0, 255])
def test_the_reported_contrast_is_true(tmp_path: Path, level: int) -> None:
    """Measured on the finished picture over black and over white, type reaches what the fact says."""
    pixels, made = make(tmp_path, "text", (("text", "MINIMUM"),), palette=("#14213D", "#FCA311"), anchor="bottom")
    seen = lay_over(pixels, level)
    x, y, width, height = made.facts["box"]
    ground = seen[y + height // 2, x - 3]
    letters = seen[y : y + height, x : x + width].reshape(-1, 3)
    ink = letters[np.abs(letters - ground).sum(axis=1).argmax()]
    colors = ["#" + "".join(f"{round(value):02X}" for value in color) for color in (ink, ground)]
    assert contrast_ratio(*colors) >= made.facts["contrast"] - 0.1
    assert contrast_ratio(*colors) >= 4.5


@pytest.mark.parametrize("anchor", ["top", "center", "bottom", "safe-lower-third"])
def test_plates_fade_softly(tmp_path: Path, anchor: str) -> None:
    """A plate has no edge: away from the letters, alpha changes by a few levels from one pixel to the next."""
    pixels, made = make(tmp_path, "text", (("text", "Soft"),), anchor=anchor)
    x, _, width, _ = made.facts["box"]
    column = pixels[:, min(x + width + 12, pixels.shape[1] - 1), 3].astype(int)
    assert max(abs(b - a) for a, b in pairwise(column)) <= 8
    assert column.max() > 120


def test_anchors_stand_in_their_places(tmp_path: Path) -> None:
    """Top is above the middle, the middle above the lower third, and the lower third not below the bottom."""
    tops = [
        make(tmp_path, "text", (("text", "Here"),), anchor=anchor)[1].facts["box"][1]
        for anchor in ("top", "center", "safe-lower-third", "bottom")
    ]
    assert tops[0] < tops[1] < tops[2] <= tops[3]


def test_platform_controls_are_avoided(tmp_path: Path) -> None:
    """On TikTok a tall frame's lower text stands above the lowest 22 %, on the web it may stand lower."""
    boxes = {
        platform: make(tmp_path, "text", (("text", "Here"),), size=SIZES["tall"], anchor="bottom", platform=platform)[1]
        for platform in ("tiktok", "web")
    }
    feet = {platform: made.facts["box"][1] + made.facts["box"][3] for platform, made in boxes.items()}
    assert feet["tiktok"] <= 0.78 * 640
    assert feet["web"] > feet["tiktok"]


def test_same_order_same_bytes(tmp_path: Path) -> None:
    """Two makings give the same file and the same facts."""
    logo = make_logo(tmp_path / "logo.png", (255, 255, 255))
    first = make(tmp_path, "endcard", CARD, logo=logo)[1]
    data = Path(first.files[0].path).read_bytes()
    second = make(tmp_path, "endcard", CARD, logo=logo)[1]
    assert Path(second.files[0].path).read_bytes() == data
    assert second.facts == first.facts


@pytest.mark.parametrize("color", [(255, 255, 255), (10, 10, 12), (128, 128, 128)])
@pytest.mark.parametrize("kind", ["logo", "endcard"])
@pytest.mark.parametrize("palette", PALETTES[:2])
def test_logos_are_seen_on_any_plate(
    tmp_path: Path, kind: str, color: tuple[int, int, int], palette: tuple[str, ...]
) -> None:
    """A logo of the plate's own tone gets another plate or a tile; its surroundings differ from it."""
    logo = make_logo(tmp_path / "logo.png", color)
    pixels, made = make(tmp_path, kind, () if kind == "logo" else CARD, logo=logo, palette=palette, anchor="corner")
    seen = lay_over(pixels, 128).round().astype(int)
    hits = np.argwhere((np.abs(seen - color).sum(axis=2) <= 6) & (pixels[:, :, 3] == 255))
    assert len(hits) > 60
    row, column = np.median(hits, axis=0).astype(int) if kind == "logo" else hits[len(hits) // 2]
    assert made.facts["box"][2] > 0
    left = hits[hits[:, 0] == row][:, 1].min() if kind == "logo" else None
    if left is not None:
        assert column > left
        assert np.abs(seen[row, left - 4] - color).max() > 25


def test_logos_of_all_shapes_look_equally_large() -> None:
    """A wordmark and a badge get the same area, within the limits."""
    square = prepare_logo(np.full((50, 50, 4), 255, np.uint8)).measure(100, 1000, 1000)
    wide = prepare_logo(np.full((20, 80, 4), 255, np.uint8)).measure(100, 1000, 1000)
    assert square[0] * square[1] == pytest.approx(wide[0] * wide[1])


def test_an_order_that_cannot_be_drawn_says_what_to_do(tmp_path: Path) -> None:
    """No text, no such type system, no such kind, or a logo that is no picture: OrderFailed with a remedy."""
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"GIF89a")
    attempts = (
        lambda: make(tmp_path, "text", (("text", "  "),)),
        lambda: make(tmp_path, "text", (("text", "a"),), system="comic"),
        lambda: make(tmp_path, "sticker", (("text", "a"),)),
        lambda: make(tmp_path, "logo", (), logo=broken),
    )
    for attempt in attempts:
        with pytest.raises(OrderFailed) as caught:
            attempt()
        assert caught.value.remedy is not None


def test_missing_characters_are_reported_and_seen(tmp_path: Path) -> None:
    """A character no font has is named in the facts and leaves a box in the picture."""
    pixels, made = make(tmp_path, "text", (("text", "\u1200"),))
    assert made.facts["missing"] == ["\u1200"]
    assert made.facts["box"][2] > 4
    assert (pixels[:, :, 3] == 255).any()


@pytest.mark.parametrize("palette", PALETTES)
def test_colours_hold_their_promises(palette: tuple[str, ...]) -> None:
    """Plate, type and accent of any palette: type reaches 4.5 over black and white, labels on the accent too."""
    colours = choose_colours(palette)
    assert find_worst_contrast(colours.ink, colours.plate, colours.strength) >= 4.5
    assert find_worst_contrast(colours.quiet, colours.plate, colours.strength) >= 4.5
    assert contrast_ratio(colours.on_accent, colours.accent) >= 4.5
    assert colours.strength < 1


def test_the_maker_names_its_tools() -> None:
    """The fingerprint changes with the fonts and the drawing library, so a new font draws titles again."""
    assert [card.step for card in MAKERS] == ["title"]
    assert "fonts " in MAKERS[0].fingerprint()


@pytest.mark.parametrize("system", ["editorial", "technical", "poster"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_type_system_is_readable_over_anything(tmp_path: Path, system: str, kind: str) -> None:
    """In all kinds and palettes the lowest contrast stays at 4.5 or more, outlined buttons included."""
    for palette in PALETTES:
        lines = CARD if kind == "endcard" else ((KINDS[kind][0][0], "Solvane Straße"),)
        _, made = make(tmp_path, kind, lines, system=system, palette=palette)
        assert made.facts["contrast"] >= 4.5


def test_a_title_tells_its_parts(tmp_path: Path) -> None:
    """Texts by line, word and letter, end cards by line with a button as one part, price tags as a whole."""
    _, text = make(tmp_path, "text", (("text", "Wake with light"),))
    assert [len(text.facts["parts"][name]) for name in ("words", "letters")] == [3, 13]
    ink = load(text.files[2].path)
    assert [file.name for file in text.files] == ["title.png", "plate.png", "ink.png"]
    _, arabic = make(tmp_path, "text", (("text", "استيقظ مع الضوء"),))
    assert set(arabic.facts["parts"]) == {"lines", "words"}
    _, product = make(tmp_path, "product", (("product", "Solvane Dawn"), ("subhead", "The sunrise lamp")))
    assert len(product.facts["parts"]["lines"]) == 3
    _, card = make(tmp_path, "endcard", CARD[-3:])
    assert set(card.facts["parts"]) == {"lines", "card"}
    assert card.facts["cast"] == ["button", "url", "legal"]
    assert len(card.facts["parts"]["lines"]) == 3
    _, price = make(tmp_path, "price", (("price", "€149"),))
    assert "parts" not in price.facts
    assert len(price.files) == 1
    for x, y, width, height in text.facts["parts"]["words"]:
        assert ink[y : y + height, x : x + width, 3].any()
        ink[y : y + height, x : x + width] = 0
    assert not ink[:, :, 3].any()


def test_a_title_tells_where_and_when_its_type_stands(tmp_path: Path) -> None:
    """Every line has its role, colours and a box that holds its letters, from the end of the entrance to the exit."""
    pixels, made = make(tmp_path, "endcard", CARD, size=(720, 720))
    ink = load(made.files[2].path)
    kinds = [text["kind"] for text in made.facts["texts"]]
    assert sorted(set(kinds)) == ["button", "headline", "legal", "price", "product", "subhead", "url"]
    for text in made.facts["texts"]:
        x, y, width, height = text["rect"]
        part = ink[y : y + height, x : x + width]
        color = np.array([int(text["ink"][place : place + 2], 16) for place in (1, 3, 5)])
        assert (np.abs(part[:, :, :3].astype(int) - color).sum(axis=2)[part[:, :, 3] > 240] <= 24).any()
        assert (text["plate"] is not None) == (text["kind"] == "button")
        assert 12 < text["from"] <= 24
        assert text["to"] == 60 - 8
        ink[y : y + height, x : x + width, 3] = 0
    assert pixels[:, :, 3].any()
    button = made.facts["parts"]["lines"][kinds.index("button")]
    ink[button[1] : button[1] + button[3], button[0] : button[0] + button[2]] = 0
    assert not ink[:, :, 3].any()


def test_a_price_that_pops_stands_for_the_middle_of_its_life(tmp_path: Path) -> None:
    """A title that comes as a whole is there after twelve frames; one line of its type stands on its tag."""
    _, made = make(tmp_path, "price", (("price", "€149"),), life=TitleLife((30, 1), 40, "pop", "none"))
    (text,) = made.facts["texts"]
    assert (text["from"], text["to"], text["kind"]) == (12, 40, "price")
    assert contrast_ratio(text["ink"], text["plate"]) >= 4.5


@pytest.mark.parametrize("platform", ["tiktok", "instagram", "youtube", "web"])
@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("system", SYSTEMS)
def test_small_titles_stay_in_the_safe_area(tmp_path: Path, shape: str, system: str, platform: str) -> None:
    """Texts at every anchor, lower thirds and bursts stand inside the rectangle the platform leaves, long ones too."""
    size = SIZES[shape]
    safe = find_safe_area(platform, *size)
    orders = [("text", (("text", HEADLINES[0]),), anchor) for anchor in ("top", "center", "bottom", "safe-lower-third")]
    orders += [("product", (("product", "Solvane Dawn"), ("subhead", "Sunrise lamp")), "safe-lower-third")]
    orders += [("price", (("price", price),), "bottom") for price in ("$9", "ab 1.299,00 € im Monat")]
    for kind, lines, anchor in orders:
        _, made = make(tmp_path, kind, lines, size=size, system=system, platform=platform, anchor=anchor)
        for text in made.facts["texts"]:
            rect = Area(*text["rect"])
            assert safe.x - 2 <= rect.x
            assert rect.right <= safe.right + 2
            assert safe.y - 2 <= rect.y
            assert rect.bottom <= safe.bottom + 2


def make_footage(path: Path, paint: Callable[[np.ndarray], None], size: tuple[int, int] = (360, 640)) -> BenchInput:
    """A clip of one second of a gray ground that `paint` draws on."""
    pixels = np.full((size[1], size[0], 3), 70, np.uint8)
    paint(pixels)
    with FilmWriter(path, *size, (30, 1), "intermediate") as film:
        for _ in range(30):
            film.write_rgb(pixels)
    return BenchInput((path,), ("video/mp4",), {})


def checker(pixels: np.ndarray) -> None:
    """The upper half busy, a dark one below."""
    rows, columns = np.indices(pixels.shape[:2])
    pixels[(rows < 360) & ((rows // 12 + columns // 12) % 2 == 0)] = 240
    pixels[360:] = 20


def test_type_moves_to_the_calm_part_of_the_picture(tmp_path: Path) -> None:
    """Over a busy upper half a text in the middle goes below it, without a scrim on dark ground, in light ink."""
    clip = make_footage(tmp_path / "clip.mp4", checker)
    payload = TitlePayload(
        "text", (("text", "Calm"),), "center", 360, 640, "web", "modern", PALETTES[0], LIFE, ((0, 30),)
    )
    made = draw_title(Bench("title", "SC01_SH00_TEXT_x", payload, {"footage.0": clip}, 0, tmp_path, lambda _: None))
    (text,) = made.facts["texts"]
    assert text["rect"][1] >= 350
    assert text["plate"] is None
    assert contrast_ratio(text["ink"], "#141414") >= 4.5
    drawn = load(made.files[0].path)[:, :, 3]
    x, y, width, height = text["rect"]
    drawn[y - 1 : y + height + 1, x - 1 : x + width + 1] = 0
    assert drawn.max() <= 60


def test_a_price_keeps_clear_of_product_and_name(tmp_path: Path) -> None:
    """A burst covers neither the busy product nor another title that stands there at the same time."""

    def paint(pixels: np.ndarray) -> None:
        rows, columns = np.indices(pixels.shape[:2])
        inside = (abs(rows - 240) < 110) & (abs(columns - 180) < 80)
        pixels[inside & ((rows // 8 + columns // 8) % 2 == 0)] = 240

    clip = make_footage(tmp_path / "clip.mp4", paint)
    mate = BenchInput((), (), {"box": [60, 380, 240, 60]})
    payload = TitlePayload(
        "price", (("price", "$9"),), "bottom", 360, 640, "web", "bold", PALETTES[0], LIFE, ((0, 30),)
    )
    bench = Bench(
        "title", "SC01_SH00_TEXT_x", payload, {"footage.0": clip, "mate.0": mate}, 0, tmp_path, lambda _: None
    )
    box = Area(*draw_title(bench).facts["box"])
    assert not touches(box, Area(104, 134, 152, 212))
    assert not touches(box, Area(60, 380, 240, 60))


def test_a_card_says_when_each_of_its_lines_has_come(tmp_path: Path) -> None:
    """Lines of a card that come one after another are there one after another, all before the entrance is over."""
    _, made = make(tmp_path, "endcard", CARD, life=TitleLife((30, 1), 100, "card", "none"))
    come = {text["kind"]: text["from"] for text in made.facts["texts"]}
    assert come["product"] < come["headline"] < come["button"] <= 54
    assert {text["to"] for text in made.facts["texts"]} == {100}
