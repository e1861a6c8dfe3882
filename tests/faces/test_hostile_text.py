"""Text full of signs that mean something to somebody: it is drawn and written just so, and nothing obeys it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import av
import numpy as np
import opentimelineio as otio
import pytest
from tests.faces.inside import list_folder, run_inside
from tests.productions import COLOURS, draw_picture, film_path, made_steps, write_short_project

HOSTILE = '50% off - "Tom\'s" {new} : [x], \\N %{pts} ünï 日本 مرحبا 🙂'
PICTURE = f"{HOSTILE}.png"


def write_project(root: Path, headline: str) -> Path:
    """The short project with the text as product, project and picture name, spoken, and a headline to choose."""
    (root / "assets").mkdir(parents=True)
    write_short_project(
        root, name=HOSTILE, product=HOSTILE, headline=headline, aspect="1:1", short_side=240, voice=HOSTILE[:7]
    )
    draw_picture(root / "assets" / PICTURE, COLOURS[2])
    brief = root / "brief.yaml"
    text = brief.read_text(encoding="utf-8")
    name = json.dumps(f"assets/{PICTURE}", ensure_ascii=False)
    text = text.replace("assets/p2.png", name).replace("pictures: [assets/p1.png]", f"pictures: [{name}]")
    text = text.replace("end_s: 2", "end_s: 3").replace("duration_s: 2", "duration_s: 3")
    brief.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The finished project in a folder of its own, and its film."""
    home = tmp_path_factory.mktemp("hostile")
    root = write_project(home / "project", HOSTILE)
    result = run_inside("produce", "--json", cwd=root)
    assert result.returncode == 0, result.stdout + result.stderr
    return root, film_path(result.stdout)


def test_nothing_is_made_outside_the_project(produced: tuple[Path, Path]) -> None:
    """The folder around the project holds the project and nothing else; the picture keeps its name."""
    root, _ = produced
    assert [path.name for path in root.parent.iterdir()] == ["project"]
    assert (root / "assets" / PICTURE).is_file()
    top = {path.split("/")[0] for path in list_folder(root)}
    assert top == {"assets", "brief.yaml", "project.toml", ".workprint", "out"}


def test_delivered_names_are_safe_and_readable(produced: tuple[Path, Path]) -> None:
    """File names keep letters of every script and lose every sign a shell or a file system minds."""
    root, film = produced
    assert film.parent == root / "out"
    assert "50-off-Tom-s-new-x-N-pts-ünï-日本-مرحبا" in film.name
    for path in (root / "out").rglob("*"):
        assert re.fullmatch(r"[\w.-]+", path.name), path.name
        assert not path.name.startswith(("-", ".")), path.name
        assert len(path.name.encode()) <= 255


def test_every_document_holds_the_text_as_it_was_written(produced: tuple[Path, Path]) -> None:
    """Sidecar, timeline, EDL and specs hold the text verbatim; captions hold the words that are spoken."""
    root, film = produced
    sidecar = json.loads(film.with_suffix(".json").read_text(encoding="utf-8"))
    assert sidecar["title"] == HOSTILE
    assert sidecar["ownership"]["brand"] == HOSTILE
    assert PICTURE in [picture["name"] for picture in sidecar["pictures"]]
    timeline = otio.adapters.read_from_file(str(film.with_suffix(".otio")))
    assert timeline.name == HOSTILE
    assert film.with_suffix(".edl").read_text(encoding="utf-8").splitlines()[0] == f"TITLE: {HOSTILE}"[:77]
    spec = json.loads((root / "out" / "specs" / "SC01_SH01.json").read_text(encoding="utf-8"))
    assert HOSTILE in spec["image"]["prompt"]
    assert "50% off" in film.with_suffix(".srt").read_text(encoding="utf-8").replace("\n", " ")
    assert "\x00" not in film.with_suffix(".vtt").read_text(encoding="utf-8")
    outline = json.loads((root / "out" / "documents" / "outline.json").read_text(encoding="utf-8"))
    assert HOSTILE in outline["logline"]


def test_markdown_shows_signs_instead_of_obeying_them(produced: tuple[Path, Path]) -> None:
    """In the Markdown spec every sign of the text that is markup stands escaped."""
    text = (produced[0] / "out" / "specs" / "SC01_SH01.md").read_text(encoding="utf-8")
    assert "\\{new\\} : \\[x\\], \\\\N %\\{pts\\} ünï 日本 مرحبا 🙂" in text


def last_frame(film: Path) -> np.ndarray:
    """The last frame of a film as RGB."""
    with av.open(str(film)) as container:
        frames = list(container.decode(video=0))
    return frames[-1].to_ndarray(format="rgb24").astype(np.int16)


def test_the_end_card_shows_all_of_it(produced: tuple[Path, Path], tmp_path: Path) -> None:
    """Left out bit by bit, each part of the headline changes the end card: every part of it is drawn."""
    root, film = produced
    whole = last_frame(film)
    assert whole.shape[:2] == (240, 240)
    brief = (root / "brief.yaml").read_text(encoding="utf-8")
    shorter = HOSTILE.replace("مرحبا", "").replace("日本", "").replace("🙂", "").replace("%{pts}", "")
    old, new = (f"headline: {json.dumps(text, ensure_ascii=False)}" for text in (HOSTILE, shorter))
    assert old in brief
    (root / "brief.yaml").write_text(brief.replace(old, new), encoding="utf-8")
    try:
        result = run_inside("produce", "--json", cwd=root)
    finally:
        (root / "brief.yaml").write_text(brief, encoding="utf-8")
    assert result.returncode == 0, result.stdout
    assert "title" in {step for step, _ in made_steps(result.stdout)}
    changed = np.abs(whole - last_frame(film_path(result.stdout))).max(axis=2) > 40
    assert changed.sum() > 100, "the end card does not show the headline's signs"


def test_text_never_reaches_a_shell(tmp_path: Path) -> None:
    """Texts that shells, templates and formatters run are words like any other."""
    sly = "$(touch hacked) `touch hacked` ; touch hacked | {0} {product.name} %s {{7*7}}"
    root = write_short_project(tmp_path / "shell", headline=sly, intent=sly, product=sly[:60])
    assert run_inside("plan", cwd=root).returncode == 0
    result = run_inside("produce", "--only", "S01", "--draft", cwd=root)
    assert result.returncode == 0, result.stderr
    assert not list(tmp_path.rglob("hacked"))
    spec = json.loads(next((root / "out").rglob("SC01_SH01.json")).read_text(encoding="utf-8"))
    assert "{{7*7}}" in spec["image"]["prompt"]
