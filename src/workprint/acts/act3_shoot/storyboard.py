"""The storyboard: every shot as a drawn panel, the panels on sheets, the sheets in one PDF (F5)."""

from __future__ import annotations

from itertools import pairwise

from workprint.acts.act3_shoot.board_sketch import sketch_marks
from workprint.film.board import Board, Chain, Shot
from workprint.film.board_orders import (
    BoardBookPayload,
    BoardPage,
    BoardSheetPayload,
    PanelNote,
    PanelPayload,
    StripShot,
)
from workprint.film.brief import Brief
from workprint.film.dailies import Stills
from workprint.film.delivery import name_delivery
from workprint.film.look import derive_seed
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_film, name_shot
from workprint.film.spec import ShotSpec, Specs
from workprint.film.storyboard import Storyboard
from workprint.film.time import to_timecode
from workprint.ports.desk import Desk, stage

PANELS_PER_SHEET = {"16:9": 8, "9:16": 6, "1:1": 8, "4:5": 6}
"""The most panels a landscape A3 sheet holds with words beside them that are legible at arm's length."""

PANEL_SIZE = {"16:9": (960, 540), "9:16": (540, 960), "1:1": (720, 720), "4:5": (640, 800)}
"""Pixels of a panel's picture: half a megapixel, which is 170 dpi and more on A3."""


@stage(version=1)
async def draw_storyboard(brief: Brief, board: Board, specs: Specs, stills: Stills, desk: Desk) -> Storyboard:
    """Draw the board from the first frames. Nothing waits for it, and nothing is made from it but itself."""
    pairs = tuple((chain, shot) for chain in board.chains for shot in chain.shots)

    async def draw(pair: tuple[Chain, Shot]) -> AnyTake:
        chain, shot = pair
        return await desk.render(order_panel(brief, chain, shot, stills.takes[shot.slate]))

    panels = await desk.each(pairs, draw)
    pages = lay_pages(brief, board, specs)
    sheets = await desk.each(order_sheets(pages, panels), desk.render)
    book = await desk.render(order_book(brief, pages, panels))
    return Storyboard({shot.slate: take for (_, shot), take in zip(pairs, panels, strict=True)}, sheets, book)


def order_panel(brief: Brief, chain: Chain, shot: Shot, still: AnyTake) -> Order:
    """The order of one panel; its hand (the seed) is the shot's own."""
    width, height = PANEL_SIZE[brief.aspect.value]
    payload = PanelPayload(
        width=width,
        height=height,
        move=shot.move,
        marks=sketch_marks(brief, chain, shot),
        platform=brief.platform,
        type_system=brief.product.style.font_family,
        palette=brief.product.brand_colors,
    )
    return Order(
        step="panel",
        name=name_shot(shot, "STILL", "-panel"),
        payload=payload,
        inputs=(Input("still", still),),
        seed=derive_seed(brief, f"panel {shot.slate}"),
        publish=f"storyboard/panels/{shot.slate}.png",
    )


def lay_pages(brief: Brief, board: Board, specs: Specs) -> tuple[BoardPage, ...]:
    """The sheets: all shots in film order, spread evenly over as few sheets as the shape allows."""
    notes = tuple(
        write_note(brief, chain, shot, specs.of(shot.slate)) for chain in board.chains for shot in chain.shots
    )
    count = -(-len(notes) // PANELS_PER_SHEET[brief.aspect.value])
    # Rounded up, so that the sheet with a gap is the last.
    edges = tuple(-(-len(notes) * index // count) for index in range(count + 1))
    room = max(end - start for start, end in pairwise(edges))
    return tuple(
        BoardPage(
            title=brief.name,
            facts=list_facts(brief, board),
            number=number,
            count=count,
            shape=brief.aspect.master_size,
            room=room,
            notes=notes[start:end],
            strip=tuple(
                StripShot(shot.span.start, shot.span.length, shot.scene_number, start <= index < end)
                for index, shot in enumerate(board.shots)
            ),
            beats=board.beats,
            frames=brief.frames,
            palette=brief.product.brand_colors,
        )
        for number, (start, end) in enumerate(pairwise(edges), start=1)
    )


def list_facts(brief: Brief, board: Board) -> tuple[str, ...]:
    """What the film is, for the head of a sheet: shots, seconds, shape, frames a second."""
    count = len(board.shots)
    rate = f"{float(brief.rate.fraction):.3f}".rstrip("0").rstrip(".")
    length = say_seconds(brief, brief.frames)
    return ("1 shot" if count == 1 else f"{count} shots", length, brief.aspect.value, f"{rate} fps")


def write_note(brief: Brief, chain: Chain, shot: Shot, spec: ShotSpec) -> PanelNote:
    """What stands beside a panel, all of it from board and spec."""
    return PanelNote(
        slate=shot.slate,
        starts_scene=" \u00b7 ".join(dict.fromkeys((chain.scene, chain.role))) if shot is chain.shots[0] else "",
        size=shot.size,
        angle=shot.angle,
        lens=f"{shot.focal_length_mm} mm",
        move=shot.move,
        duration=say_seconds(brief, shot.span.length),
        timecode=to_timecode(shot.span.start, brief.rate),
        action=describe_action(brief, shot, spec),
        dialogue=" ".join(spec.dialogue.split()),
    )


def describe_action(brief: Brief, shot: Shot, spec: ShotSpec) -> str:
    """The action line: a scene opens with what it is about, later shots with what they show; then the motion."""
    prefix = f"{shot.size.capitalize()} at {shot.angle}: "
    shown = spec.first_frame.removeprefix(prefix).split(". ")[0].strip().rstrip(".")
    intent = next((scene.intent for scene in brief.scenes if scene.id == shot.scene), "")
    opening = " ".join(intent.split()).rstrip(".") if shot.number == 1 and intent.strip() else shown
    return ". ".join(part[0].upper() + part[1:] for part in (opening, " ".join(spec.motion.split())) if part)


def say_seconds(brief: Brief, frames: int) -> str:
    """A length as a person says it: 4 s, 1.43 s."""
    seconds = f"{float(brief.rate.seconds(frames)):.2f}".rstrip("0").rstrip(".")
    return f"{seconds} s"


def order_sheets(pages: tuple[BoardPage, ...], panels: tuple[AnyTake, ...]) -> tuple[Order, ...]:
    """One order a sheet, made from its own panels only."""
    orders, start = [], 0
    for page in pages:
        mine = panels[start : start + len(page.notes)]
        start += len(page.notes)
        orders.append(
            Order(
                step="board_sheet",
                name=name_film("STILL", f"storyboard-{page.number:02d}"),
                payload=BoardSheetPayload(page),
                inputs=_number_panels(mine),
                units=len(mine),
                publish=f"storyboard/sheet-{page.number:02d}.png",
            )
        )
    return tuple(orders)


def order_book(brief: Brief, pages: tuple[BoardPage, ...], panels: tuple[AnyTake, ...]) -> Order:
    """The PDF of all sheets, type as type."""
    return Order(
        step="board_book",
        name=name_film("STILL", "storyboard"),
        payload=BoardBookPayload(pages),
        inputs=_number_panels(panels),
        units=len(panels),
        publish=f"storyboard/{name_delivery(brief)}_storyboard.pdf",
    )


def _number_panels(panels: tuple[AnyTake, ...]) -> tuple[Input, ...]:
    return tuple(Input(f"panel.{index:04d}", take) for index, take in enumerate(panels))
