"""A new project: a folder with a brief that runs as it is, from a sentence, pictures and a cap."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from workprint.acts.act1_develop.parse_sentence import parse_sentence
from workprint.film.errors import Remedy, UsageError
from workprint.wiring import brief_schema_text, draw_samples, project_template, write_brief_text

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
MOST_PICTURES = 12
EXAMPLE_SENTENCE = 'A 15 second vertical ad for "Your product", warm and calm, "Say it in one line", with voice-over'

GITIGNORE = """\
.workprint/
out/
.env
"""


@dataclass(frozen=True)
class NewProject:
    """The folder made, and what had to be assumed."""

    root: Path
    assumed: tuple[str, ...]


def write_project(
    folder: Path | None,
    sentence: str,
    *,
    pictures: Path | None = None,
    cap_usd: float | None = None,
    approve: str = "auto",
) -> NewProject:
    """Make the folder. Raises UsageError when it is in the way or the pictures are not there; nothing is made then."""
    said = parse_sentence(sentence or EXAMPLE_SENTENCE)
    root = folder if folder is not None else Path(_name_folder(said.product))
    if root.exists() and any(root.iterdir() if root.is_dir() else [root]):
        remedy = Remedy("name another folder", "workprint new --into DIR ...")
        raise UsageError(f"`{root}` is there already, and not empty.", remedy=remedy)
    found, logo = _find_pictures(pictures)
    cap = said.cap_usd if cap_usd is None else cap_usd
    assumed = list(said.unclear)
    if cap is None:
        cap = 0.0
        assumed.append("a budget cap of 0.00 USD: nothing paid is made until you raise contract.cap_usd")
    assets = root / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    if found:
        names = tuple(f"assets/{shutil.copyfile(path, assets / path.name).name}" for path in found)
    else:
        names = tuple(f"assets/{name}" for name in draw_samples(assets, *said.brand_colors[:2]))
        assumed.append("sample pictures: put your own into assets/ and name them in brief.yaml")
    logo_name = f"assets/{shutil.copyfile(logo, assets / logo.name).name}" if logo else None
    (root / "brief.yaml").write_text(write_brief_text(said, names, logo_name, cap), encoding="utf-8")
    (root / "brief.schema.json").write_text(brief_schema_text(), encoding="utf-8")
    (root / "project.toml").write_text(project_template(approve), encoding="utf-8")
    (root / ".gitignore").write_text(GITIGNORE, encoding="utf-8")
    return NewProject(root, tuple(assumed))


def _find_pictures(folder: Path | None) -> tuple[tuple[Path, ...], Path | None]:
    """The pictures and the logo (the first file with `logo` in its name) in a folder."""
    if folder is None:
        return (), None
    if not folder.is_dir():
        raise UsageError(f"`{folder}` is not a folder.", remedy=Remedy("name a folder with pictures", "--pictures DIR"))
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file())
    logo = next((path for path in files if "logo" in path.stem.lower()), None)
    found = tuple(path for path in files if "logo" not in path.stem.lower())[:MOST_PICTURES]
    if not found:
        remedy = Remedy("put PNG, JPEG or WebP pictures there", "--pictures DIR")
        raise UsageError(f"There is no picture in `{folder}`.", remedy=remedy)
    return found, logo


def _name_folder(product: str) -> str:
    return re.sub(r"[^\w]+", "-", product.lower()).strip("-")[:60] or "new-ad"
