"""What is shown: exhibits with their files, and the manifest that keeps them between runs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MANIFEST = "gallery.json"


@dataclass(frozen=True)
class Exhibit:
    """One thing on the page: registered name, title, a line about it, video, stills (paths below the gallery), shape.

    `width` and `height` are those of video and stills in pixels; `alt` says what is seen. `links` are (label, path).
    """

    part: str
    name: str
    title: str
    note: str
    video: str
    stills: tuple[str, ...]
    width: int
    height: int
    alt: str
    links: tuple[tuple[str, str], ...] = ()


def read_manifest(folder: Path) -> dict[str, tuple[Exhibit, ...]]:
    """Exhibits of earlier runs by part; those whose files are gone are left out."""
    file = folder / MANIFEST
    if not file.is_file():
        return {}
    kept: dict[str, tuple[Exhibit, ...]] = {}
    for part, found in json.loads(file.read_text(encoding="utf-8")).items():
        exhibits = [_read(item) for item in found]
        kept[part] = tuple(item for item in exhibits if all((folder / path).is_file() for path in list_files(item)))
    return kept


def _read(item: dict[str, Any]) -> Exhibit:
    return Exhibit(
        **{**item, "stills": tuple(item["stills"]), "links": tuple((label, path) for label, path in item["links"])}
    )


def list_files(exhibit: Exhibit) -> tuple[str, ...]:
    """Every file an exhibit shows or links to."""
    return tuple(path for path in (exhibit.video, *exhibit.stills, *(path for _, path in exhibit.links)) if path)


def write_manifest(folder: Path, exhibits: dict[str, tuple[Exhibit, ...]]) -> None:
    """Keep the exhibits for the next run."""
    data = {part: [asdict(item) for item in found] for part, found in exhibits.items()}
    (folder / MANIFEST).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
