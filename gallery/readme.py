"""The README's pictures: the demo's contact sheet, a strip of the three films, and a sheet of the designs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import skia

from gallery.exhibit import Exhibit, read_manifest
from gallery.making import pick_frames, read_image, save_jpeg, to_image
from gallery.registry import EXAMPLES, read_brand
from workprint.film.brief import Brief, SceneType
from workprint.lab.encode import Plane
from workprint.lab.typeset import TypeStyle, parse_color, set_paragraph

LARGEST = 400_000
"""Bytes of a picture in docs/."""

WIDTH, GUTTER, MARGIN = 1600, 10, 28
PAPER, INK, QUIET = "#0F1012", "#F2F1EE", "#8C8F96"

FRAMES = 6
"""Frames a film is shown by."""

MIDDLES = {SceneType.ENDCARD: 0.92}
"""Where in a scene it is best seen, as a share of it: an end card when all its words are up; the others at 0.6."""

EXTRAS = ((SceneType.MONTAGE, 0.15), (SceneType.MONTAGE, 0.85), (SceneType.LIFESTYLE, 0.3), (SceneType.PACKSHOT, 0.35))
"""Further places for a film of few scenes, the most telling first; none in a transition."""


COLUMNS = 7
DEMO = "solvane"


def write_readme_pictures(gallery: Path, images: Path) -> Iterator[Path]:
    """Write docs/images/*.jpg from a rendered gallery. Raises ValueError when a part of it is missing."""
    exhibits = read_manifest(gallery)
    for part in ("films", "designs"):
        if not exhibits.get(part):
            raise ValueError(f"the gallery has no {part}; render them first")
    demo = next(item for item in exhibits["films"] if item.name == DEMO)
    sheet = read_image(gallery / demo.stills[1])
    pictures = {
        "demo-sheet.jpg": sheet.resize(1200, round(sheet.height() * 1200 / sheet.width())),
        "films.jpg": draw_films(gallery, exhibits["films"]),
        "designs.jpg": draw_designs(gallery, exhibits["designs"]),
    }
    for name, picture in pictures.items():
        _save(picture, images / name)
        yield images / name


def _save(picture: skia.Image, path: Path) -> None:
    """As good as fits the limit."""
    for quality in (88, 82, 76, 68, 60):
        save_jpeg(picture, path, quality)
        if path.stat().st_size < LARGEST:
            return
    raise ValueError(f"{path.name} does not fit {LARGEST:,} bytes")


def draw_films(gallery: Path, films: tuple[Exhibit, ...]) -> skia.Image:
    """One row of frames a film, all frames of the picture at one height."""
    rows = [(film, [to_image(pixels) for pixels in _pick(gallery, film)]) for film in films]
    heights = [_fit_row([image.width() / image.height() for image in images]) for _, images in rows]
    surface = skia.Surface(WIDTH, round(sum(heights)) + MARGIN * 2 + (len(rows) - 1) * 64 + 44)
    canvas = surface.getCanvas()
    canvas.clear(skia.Color(*parse_color(PAPER)))
    top = float(MARGIN)
    for (film, images), height in zip(rows, heights, strict=True):
        x = float(MARGIN)
        for image in images:
            width = image.width() / image.height() * height
            _draw(canvas, image, skia.Rect.MakeXYWH(x, top, width, height))
            x += width + GUTTER
        _caption(canvas, (MARGIN, top + height + 10), WIDTH - 2 * MARGIN, film.title, film.note)
        top += height + 64
    return surface.makeImageSnapshot()


def _pick(gallery: Path, film: Exhibit) -> list[Plane]:
    brief = read_brand(EXAMPLES / film.name).brief
    size = 2 * round(film.width / 6), 2 * round(film.height / 6)
    return pick_frames(gallery / film.video, choose_frames(brief), size)


def choose_frames(brief: Brief) -> tuple[int, ...]:
    """Frames that show a film: one of every scene, and more of a montage where there are few scenes."""
    places = [(scene, MIDDLES.get(scene.type, 0.6)) for scene in brief.scenes]
    places += [(scene, share) for kind, share in EXTRAS for scene in brief.scenes if scene.type is kind]
    frames = (scene.span.start + round(scene.span.length * share) for scene, share in places)
    return tuple(sorted(islice(frames, FRAMES)))


def _fit_row(shapes: list[float]) -> float:
    return (WIDTH - 2 * MARGIN - GUTTER * (len(shapes) - 1)) / sum(shapes)


def draw_designs(gallery: Path, designs: tuple[Exhibit, ...]) -> skia.Image:
    """Every design in its first shape, named."""
    width = (WIDTH - 2 * MARGIN - GUTTER * (COLUMNS - 1)) / COLUMNS
    height = width * designs[0].height / designs[0].width
    rows = -(-len(designs) // COLUMNS)
    surface = skia.Surface(WIDTH, round(2 * MARGIN + rows * (height + 46) - 12))
    canvas = surface.getCanvas()
    canvas.clear(skia.Color(*parse_color(PAPER)))
    for number, item in enumerate(designs):
        row, column = divmod(number, COLUMNS)
        x, y = MARGIN + column * (width + GUTTER), MARGIN + row * (height + 46)
        _draw(canvas, read_image(gallery / item.stills[0]), skia.Rect.MakeXYWH(x, y, width, height))
        _caption(canvas, (x, y + height + 7), width, item.title, "")
    return surface.makeImageSnapshot()


def _draw(canvas: skia.Canvas, image: skia.Image, box: skia.Rect) -> None:
    canvas.save()
    canvas.clipRRect(skia.RRect.MakeRectXY(box, 5, 5), True)
    canvas.drawImageRect(image, box, skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear))
    canvas.restore()


def _caption(canvas: skia.Canvas, place: tuple[float, float], room: float, title: str, note: str) -> None:
    name = set_paragraph(title, TypeStyle("sans", "semibold", 19, line_height=1.25, color=INK), room, 1, 13)
    x, y = place
    name.draw(canvas, x, y)
    if note:
        style = TypeStyle("sans", "regular", 17, line_height=1.25 * 19 / 17, color=QUIET, align="right")
        set_paragraph(note, style, room * 0.8, 1, 12).draw(canvas, x + room * 0.2, y)
