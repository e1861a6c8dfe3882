"""The storyboard: panels that read as the still redrawn, marks for every move, sheets and a PDF without a date."""

from __future__ import annotations

import hashlib
import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.previz_bench import draw_photo

from workprint.adapters.storyboard import bind_book, draw_panel, draw_sheet
from workprint.adapters.storyboard.drawing import PAPER
from workprint.adapters.storyboard.layout import HEIGHT, MARGIN, SQUARE, TALL, WIDE, WIDTH, Grid, choose_grid
from workprint.film.board_orders import (
    BoardBookPayload,
    BoardPage,
    BoardSheetPayload,
    PanelMark,
    PanelNote,
    PanelPayload,
    StripShot,
)
from workprint.film.brief import CameraMove
from workprint.film.errors import OrderFailed
from workprint.lab.pictures import Pixels, load, save_png
from workprint.ports.maker import Bench, BenchInput, Made

TEXTS = ("A quiet light for the long evening", "夕暮れの光をどこへでも。", "ضوء هادئ للمساء الطويل")
PALETTE = ("#12211D", "#E8A33D", "#F3EADB")


def order_panel(
    folder: Path,
    picture: Pixels,
    move: CameraMove = CameraMove.STATIC,
    marks: tuple[PanelMark, ...] = (),
    size: tuple[int, int] = (240, 135),
    seed: int = 3,
) -> Bench:
    """A bench for one panel of a picture."""
    scratch = folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    save_png(picture, folder / "still.png")
    payload = PanelPayload(*size, move, marks, "instagram", "elegant", PALETTE)
    still = BenchInput((folder / "still.png",), ("image/png",), {})
    return Bench("panel", "TEST", payload, {"still": still}, seed, scratch, lambda fraction: None)


def read(made: Made) -> Pixels:
    """The pixels of what was drawn, without alpha."""
    return load(made.files[0].path)[:, :, :3]


def inside(panel: Pixels, made: Made, share: float = 0.12) -> Pixels:
    """The middle of a panel's frame, away from paper, ruled frame and torn edge."""
    cut = int(made.facts["bleed"]) + round(min(panel.shape[:2]) * share)
    return panel[cut:-cut, cut:-cut]


def red_share(panel: Pixels) -> float:
    """How much of a panel is red pencil."""
    red, green, blue = (panel[:, :, channel].astype(int) for channel in range(3))
    return float(np.mean((red - green > 90) & (np.abs(green - blue) < 40)))


def make_note(number: int, text: str = TEXTS[0]) -> PanelNote:
    """The words of a panel."""
    moves = tuple(CameraMove)
    return PanelNote(
        slate=f"SC01_SH{number:02d}",
        starts_scene="dusk \u00b7 hook" if number == 1 else "",
        size="extreme close-up",
        angle="three-quarter angle",
        lens="35 mm",
        move=moves[number % len(moves)],
        duration="1.43 s",
        timecode="00:00:05:21",
        action=f"{text}. The camera moves smoothly in, then comes to rest.",
        dialogue=text if number % 2 else "",
    )


def make_page(count: int, shape: tuple[int, int], text: str = TEXTS[0]) -> BoardPage:
    """A sheet of that many panels."""
    strip = tuple(StripShot(30 * number, 30, 1, True) for number in range(count))
    notes = tuple(make_note(number + 1, text) for number in range(count))
    return BoardPage(text, ("15 s",), 1, 1, shape, count, notes, strip, (0, 20), 30 * count, PALETTE)


def set_sheet(folder: Path, payload: BoardSheetPayload | BoardBookPayload, panels: int) -> Bench:
    """A bench for a sheet or a PDF, every panel the same picture."""
    made = draw_panel(order_panel(folder / "panel", draw_photo()))
    source = BenchInput((made.files[0].path,), ("image/png",), made.facts)
    (folder / "scratch").mkdir(parents=True, exist_ok=True)
    inputs = {f"panel.{index:04d}": source for index in range(panels)}
    return Bench("sheet", "TEST", payload, inputs, 0, folder / "scratch", lambda fraction: None)


def digest_all(folder: str) -> str:
    """Digest of a panel, a sheet and a PDF, made in whatever process calls this."""
    root = Path(folder)
    marks = (PanelMark("text", TEXTS[0], "bottom"), PanelMark("logo", "Logo", "corner"))
    panel = draw_panel(order_panel(root / "one", draw_photo(), CameraMove.ORBIT, marks))
    page = make_page(2, (1920, 1080))
    sheet = draw_sheet(set_sheet(root / "two", BoardSheetPayload(page), 2))
    book = bind_book(set_sheet(root / "three", BoardBookPayload((page,)), 2))
    whole = b"".join(Path(made.files[0].path).read_bytes() for made in (panel, sheet, book))
    return hashlib.sha256(whole).hexdigest()


@pytest.mark.parametrize("size", [(240, 135), (135, 240), (160, 160)])
def test_a_panel_is_drawn_on_paper_around_its_frame(size: tuple[int, int], tmp_path: Path) -> None:
    """The file is the frame plus the bleed its facts tell of; its outermost pixels are bare paper."""
    made = draw_panel(order_panel(tmp_path, draw_photo(), size=size))
    panel, bleed = read(made), made.facts["bleed"]
    assert panel.shape[:2] == (size[1] + 2 * bleed, size[0] + 2 * bleed)
    assert (made.facts["width"], made.facts["height"]) == (panel.shape[1], panel.shape[0])
    corner = panel[0, [0, -1]].astype(int)
    assert np.array_equal(corner, [PAPER, PAPER])


@pytest.mark.parametrize("gain", [0.12, 0.5, 1.0])
def test_night_and_noon_are_both_drawn_on_white_paper(gain: float, tmp_path: Path) -> None:
    """However dark the still, a part of the drawing stays bare paper and a part is drawn dark."""
    picture = draw_photo()
    picture[..., :3] = (picture[..., :3] * gain).astype(np.uint8)
    made = draw_panel(order_panel(tmp_path, picture))
    tones = inside(read(made), made).min(axis=2)
    assert np.mean(tones > 215) > 0.08
    assert np.mean(tones < 110) > 0.03


def test_a_drawing_keeps_the_tones_of_its_picture(tmp_path: Path) -> None:
    """Where the still is light the drawing is lighter than where it is dark."""
    picture = np.full((180, 320, 4), 255, np.uint8)
    picture[:, :160, :3], picture[:, 160:, :3] = 40, 210
    made = draw_panel(order_panel(tmp_path, picture))
    drawn = inside(read(made), made).mean(axis=2)
    half = drawn.shape[1] // 2
    assert drawn[:, : half - 12].mean() + 50 < drawn[:, half + 12 :].mean()


def test_the_brand_colour_marks_what_leans_to_it(tmp_path: Path) -> None:
    """An amber thing on a grey ground is tinted amber; the ground is not."""
    picture = np.full((180, 320, 4), 255, np.uint8)
    picture[..., :3] = 120
    picture[60:120, 120:200, :3] = (220, 150, 60)
    made = draw_panel(order_panel(tmp_path, picture))
    drawn, bleed = read(made).astype(int), int(made.facts["bleed"])
    warmth = drawn[:, :, 0] - drawn[:, :, 2]
    assert warmth[bleed + 60 : bleed + 75, bleed + 110 : bleed + 130].mean() > 50
    assert warmth[bleed + 20 : bleed + 30, bleed + 30 : bleed + 60].mean() < 20


def test_a_plain_picture_becomes_a_panel(tmp_path: Path) -> None:
    """One even colour, and the smallest still, are drawn without noise torn out of nothing or an error."""
    for number, size in enumerate(((200, 300), (1, 1))):
        picture = np.full((*size, 4), 255, np.uint8)
        picture[..., :3] = 90
        made = draw_panel(order_panel(tmp_path / str(number), picture))
        assert float(inside(read(made), made, 0.2).mean(axis=2).std()) < 30


def test_every_move_has_marks_of_its_own(tmp_path: Path) -> None:
    """Each move leaves red pencil on a grey picture, and no two moves the same."""
    picture = np.full((90, 160, 4), 255, np.uint8)
    picture[..., :3] = 128
    panels = {move: read(draw_panel(order_panel(tmp_path / move.value, picture, move))) for move in CameraMove}
    assert all(red_share(panel) > 0.001 for panel in panels.values())
    masks = {hashlib.sha256((panel[:, :, 0] > panel[:, :, 1] + 90).tobytes()).hexdigest() for panel in panels.values()}
    assert len(masks) == len(CameraMove)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("size", [(240, 135), (135, 240), (160, 160)])
def test_titles_are_sketched_inside_the_frame(size: tuple[int, int], text: str, tmp_path: Path) -> None:
    """Lettering at every place stays inside the frame, in any script, and is there to be seen."""
    kinds = (("logo", "corner"), ("text", "safe-lower-third"), ("headline", "endcard"), ("button", "endcard"))
    marks = tuple(PanelMark(kind, text, anchor) for kind, anchor in kinds)
    picture = draw_photo()
    plain = read(draw_panel(order_panel(tmp_path / "plain", picture, size=size)))
    made = draw_panel(order_panel(tmp_path / "marked", picture, marks=marks, size=size))
    marked, bleed = read(made).astype(int), int(made.facts["bleed"])
    changed = np.abs(marked - plain).max(axis=2) > 40
    assert changed.mean() > 0.02
    changed[bleed:-bleed, bleed:-bleed] = False
    assert not changed.any()


def test_a_damaged_still_is_refused_with_a_remedy(tmp_path: Path) -> None:
    """A still that is no picture ends in OrderFailed that says what to do."""
    bench = order_panel(tmp_path, draw_photo())
    (tmp_path / "still.png").write_bytes(b"not a picture")
    with pytest.raises(OrderFailed) as caught:
        draw_panel(bench)
    assert caught.value.remedy is not None


@pytest.mark.parametrize("grid", [*WIDE, *SQUARE, *TALL])
def test_pictures_and_words_of_a_grid_never_meet(grid: Grid) -> None:
    """On every grid all pictures and words lie inside the margins and none over another."""
    places = [grid.place(number) for number in range(grid.columns * grid.rows)]
    areas = [area for place in places for area in (place, grid.words(place))]
    assert all(area.width > 0 and area.height > 90 for area in areas)
    assert all(area.x >= MARGIN - 1 and area.right <= WIDTH - MARGIN + 1 and area.bottom <= HEIGHT for area in areas)
    for index, one in enumerate(areas):
        for other in areas[index + 1 :]:
            apart = one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
            assert apart


@pytest.mark.parametrize(
    ("shape", "count"), [((1920, 1080), 8), ((1080, 1920), 6), ((1080, 1080), 8), ((1080, 1080), 1)]
)
def test_a_sheet_holds_every_panel(shape: tuple[int, int], count: int, tmp_path: Path) -> None:
    """A full sheet is A3 shaped, and each place of its grid is covered by a drawn picture with words by it."""
    page = make_page(count, shape, TEXTS[count % 3])
    made = draw_sheet(set_sheet(tmp_path, BoardSheetPayload(page), count))
    sheet = read(made)
    assert sheet.shape[:2] == (HEIGHT, WIDTH)
    assert made.facts["panels"] == count
    grid = choose_grid(shape, count)
    for number in range(count):
        place = grid.place(number)
        for area in (place, grid.words(place)):
            rows, columns = slice(round(area.y), round(area.bottom)), slice(round(area.x), round(area.right))
            assert float(sheet[rows, columns].min()) < 100


def test_the_pdf_has_a_page_a_sheet_and_no_date(tmp_path: Path) -> None:
    """The book is a PDF of A3 pages with embedded type, and nothing in it tells when it was made."""
    pages = (make_page(2, (1920, 1080)), make_page(1, (1920, 1080)))
    made = bind_book(set_sheet(tmp_path, BoardBookPayload(pages), 3))
    data = Path(made.files[0].path).read_bytes()
    assert data.startswith(b"%PDF-1.")
    assert data.rstrip().endswith(b"%%EOF")
    assert data.count(b"/Type /Page\n") == 2 == made.facts["pages"]
    assert b"/FontFile" in data
    assert b"CreationDate" not in data
    assert b"ModDate" not in data


def test_another_process_draws_the_same_bytes(tmp_path: Path) -> None:
    """Panel, sheet and PDF are byte-identical here, again here, and in a fresh process."""
    first = digest_all(str(tmp_path / "a"))
    assert digest_all(str(tmp_path / "b")) == first
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(digest_all, (str(tmp_path / "c"),)) == first


def test_the_seed_is_the_hand(tmp_path: Path) -> None:
    """Another seed draws the same picture with other strokes."""
    one, other = (read(draw_panel(order_panel(tmp_path / str(seed), draw_photo(), seed=seed))) for seed in (1, 2))
    difference = np.abs(one.astype(int) - other)
    assert difference.max() > 40
    assert difference.mean() < 25
