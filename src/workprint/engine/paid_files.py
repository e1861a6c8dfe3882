"""The files a film has paid for, shot by shot: what its siblings in other shapes are cut from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workprint.engine.take_rulings import Shelves, read_shelves
from workprint.engine.take_shelves import BOUGHT_CLIP, name_origin
from workprint.film.buy_orders import CONFORM
from workprint.film.lineage import FileRef
from workprint.film.shot_names import CLIP_STEPS, find_slate
from workprint.ports.records import Known, Records


@dataclass(frozen=True)
class PaidFile:
    """A shot of the film that was bought, or is own footage: the file as it came, before it was made to fit.

    `origin` is the result it was bought as, None for a person's own footage.
    """

    slate: str
    file: FileRef
    origin: Known | None


def list_paid_files(records: Records) -> tuple[PaidFile, ...]:
    """One file for every such shot, in film order, of the take that is in the film."""
    shelves = read_shelves(records)
    names = dict.fromkeys(name for step, name in sorted(shelves.current) if step in CLIP_STEPS and "/" not in name)
    slates = ((name, find_slate(name)) for name in names)
    found = ((name, shelves.clip(slate, shelves.log(slate).in_use)) for name, slate in slates)
    return tuple(
        _find_paid(shelves, name, clip)
        for name, clip in found
        if clip is not None and clip.take.step in (CONFORM, "splice") and _is_paid(clip)
    )


def _is_paid(clip: Known) -> bool:
    """Whether a clip came from outside: a bought one says from which model; own footage is made to fit without one."""
    return bool(clip.take.facts.get("model")) or clip.take.step == CONFORM


def _find_paid(shelves: Shelves, name: str, clip: Known) -> PaidFile:
    """What the clip was made to fit from; the clip itself where that is joined from several."""
    wanted, slate = clip.recipe.inputs.get("clip", ""), find_slate(name)
    for known in _list_bought(shelves, name):
        if known.take.digest == wanted:
            return PaidFile(slate, known.take.file, known)
    footage = shelves.log(slate).current.footage
    if footage is None or footage.digest != wanted:
        return PaidFile(slate, clip.take.file, clip if clip.take.facts.get("model") else None)
    held = (recipe for (_, kept), recipe in sorted(shelves.current.items()) if kept.startswith(name_origin(wanted)))
    return PaidFile(slate, footage, next((shelves.known[recipe] for recipe in held if recipe in shelves.known), None))


def _list_bought(shelves: Shelves, name: str) -> Iterator[Known]:
    for (step, kept_as), recipe in sorted(shelves.current.items()):
        if step == BOUGHT_CLIP and kept_as.rpartition("/")[2] == name and recipe in shelves.known:
            yield shelves.known[recipe]
