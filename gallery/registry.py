"""What there is to show, found by looking: designs, type systems, transitions, looks, and the example brands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workprint.adapters.brief_yaml import YamlBriefSource
from workprint.film.brief import Brief, CameraMove, SceneType
from workprint.film.grade import LOOKS
from workprint.film.look import COMPANIONS
from workprint.film.shot_variety import (
    CUTOUT_LAYOUTS,
    FRAMINGS,
    MOVES,
    OPENING_LAYOUTS,
    PHOTO_LAYOUTS,
)
from workprint.film.transitions import CHOICES, KINDS, read_temper
from workprint.lab.type_systems import TYPE_SYSTEMS

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"

FILMS = ("solvane", "ortik", "pikaro")
"""The finished films, by their folders in examples/: three brands, two shapes, two lengths."""

LIGHTS = ("soft_top", "golden", "rim", "window")
"""The light a design is shown in, in turn."""


@dataclass(frozen=True)
class Brand:
    """An example brand: its folder and its brief."""

    name: str
    folder: Path
    brief: Brief

    def list_pictures(self, *, has_alpha: bool) -> tuple[Path, ...]:
        """Its reference pictures, cut-outs or photos."""
        chosen = (picture for picture in self.brief.pictures if picture.has_alpha is has_alpha)
        return tuple(self.folder / "assets" / picture.file.name for picture in chosen)

    @property
    def logo(self) -> Path | None:
        """Its logo."""
        logo = self.brief.product.logo
        return None if logo is None else self.folder / "assets" / logo.file.name


@dataclass(frozen=True)
class Design:
    """A shot design as it is shown: the scene it is for, cut-out or photo, move and light."""

    name: str
    type: SceneType
    is_cutout: bool
    pictures: int
    move: CameraMove
    lighting: str


def read_brands() -> tuple[Brand, ...]:
    """The brands of the example films. Raises ValueError for a brief that has an error."""
    return tuple(read_brand(EXAMPLES / name) for name in FILMS)


def read_brand(folder: Path) -> Brand:
    """The brand of a project folder."""
    brief, findings = YamlBriefSource(folder).read(folder / "brief.yaml")
    if brief is None:
        raise ValueError(f"{folder.name}: {findings[0].message}")
    return Brand(folder.name, folder, brief)


def list_designs() -> tuple[Design, ...]:
    """Every design a board can choose, in the order they are registered."""
    return tuple(_describe_design(name, turn) for turn, name in enumerate(FRAMINGS))


def _describe_design(name: str, turn: int) -> Design:
    photo_types = tuple(kind for kind, names in PHOTO_LAYOUTS.items() if name in names)
    cutout_types = tuple(kind for kind, names in CUTOUT_LAYOUTS.items() if name in names)
    is_cutout = bool(cutout_types) or name in OPENING_LAYOUTS
    types = cutout_types or photo_types or (SceneType.PACKSHOT,)
    moves = MOVES[types[0]]
    return Design(
        name=name,
        type=types[0],
        is_cutout=is_cutout,
        pictures=1 + COMPANIONS.get(name, 0),
        move=moves[turn % len(moves)],
        lighting=LIGHTS[turn % len(LIGHTS)],
    )


def list_type_systems() -> tuple[str, ...]:
    """Every type system by its own name; other names of the same one are left out."""
    return tuple(dict.fromkeys(system.name for system in TYPE_SYSTEMS.values()))


def list_transitions() -> tuple[str, ...]:
    """Every kind of transition."""
    return KINDS


def choose_brand(kind: str, brands: tuple[Brand, ...]) -> Brand:
    """The brand whose style takes a kind of transition; the first where none does."""
    for brand in brands:
        if any(kind in kinds for kinds in CHOICES[read_temper(brand.brief)].values()):
            return brand
    return brands[0]


def list_looks() -> tuple[str, ...]:
    """Every look a brief can name."""
    return LOOKS


def say_name(name: str) -> str:
    """A registered name as a person reads it."""
    return name.replace("_", " ").capitalize()
