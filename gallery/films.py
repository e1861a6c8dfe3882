"""Finished films: the examples, produced from their briefs by the command line, kept when nothing changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from gallery.exhibit import Exhibit
from gallery.making import pick_frames, read_image, save_jpeg
from gallery.registry import EXAMPLES, read_brand
from workprint.film.brief import Brief
from workprint.lab.decode import probe

PART = "films"
WORK = "work"
"""Folder of projects and scratch files: the page needs nothing in it."""

SHEET_WIDTH = 1600
"""Pixels of a contact sheet on the page."""

POSTER_SHARE = 0.16
"""Where in a film the picture is taken that stands for it before it plays: in the first scene, its title up."""


def show_film(name: str, folder: Path, report: Callable[[float], None]) -> Exhibit:
    """Produce an example into the gallery. Raises RuntimeError with what the program said when it fails."""
    project = folder / WORK / PART / name
    shutil.copytree(
        EXAMPLES / name, project, dirs_exist_ok=True, ignore=shutil.ignore_patterns("out", ".workprint", "source")
    )
    said = _produce(project, report)
    film = Path(str(said["path"]))
    film = film if film.is_absolute() else project / film
    inside, poster, sheet = (Path(PART) / f"{name}{end}" for end in (".mp4", ".jpg", "-sheet.jpg"))
    (folder / PART).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(film, folder / inside)
    facts = probe(film)
    save_jpeg(pick_frames(film, (round(facts.frames * POSTER_SHARE),))[0], folder / poster)
    _shrink_sheet(film, folder / sheet)
    brief = read_brand(project).brief
    links = (("Contact sheet", sheet.as_posix()), ("Film", inside.as_posix()))
    stills = poster.as_posix(), sheet.as_posix()
    return Exhibit(
        PART, name, brief.name, _describe(brief), inside.as_posix(), stills, facts.width, facts.height,
        f"The film {brief.name}", links,
    )  # fmt: skip


def _describe(brief: Brief) -> str:
    style = brief.product.style
    grade = "own look-up table" if style.lut is not None else f"{style.grade} grade"
    seconds = float(brief.rate.seconds(brief.frames))
    shape = f"{seconds:.0f} s, {brief.contract.aspect.value}"
    return f"{shape}, {style.font_family} type, {grade}, {brief.audio.mood} music at {brief.audio.bpm} bpm"


def _produce(project: Path, report: Callable[[float], None]) -> dict[str, object]:
    command = [sys.executable, "-m", "workprint", "produce", "--json", "-C", str(project)]
    planned = subprocess.run(
        [sys.executable, "-m", "workprint", "plan", "--json", "-C", str(project)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    wanted = max(1, planned.count('"create"') + planned.count('"replace"'))
    last, made = "", 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            last = line
            made += '"order-made"' in line
            report(min(0.99, made / wanted))
        errors = running.stderr.read() if running.stderr is not None else ""
    if running.returncode:
        raise RuntimeError(f"{project.name} could not be produced: {errors.strip() or last.strip()}")
    said: dict[str, object] = json.loads(last)
    return said


def _shrink_sheet(film: Path, target: Path) -> None:
    sheet = read_image(film.with_name(film.stem + "_contact-sheet.png"))
    height = round(sheet.height() * SHEET_WIDTH / sheet.width())
    save_jpeg(sheet.resize(SHEET_WIDTH, height), target)
