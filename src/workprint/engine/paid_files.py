"""The files a film has paid for, shot by shot: what its siblings in other shapes are cut from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workprint.engine.take_rulings import Shelves, read_shelves
from workprint.engine.take_shelves import BOUGHT_CLIP
from workprint.film.buy_orders import CONFORM
from workprint.film.lineage import FileRef
from workprint.film.shot_names import CLIP_STEPS, find_slate
from workprint.ports.records import Known, Records


@dataclass(frozen=True)
class PaidFile:
    """A shot of the film that was bought, or is own footage: the file as it came, before it was made to fit."""

    slate: str
    file: FileRef


def list_paid_files(records: Records) -> tuple[PaidFile, ...]:
    """One file for every such shot, in film order, of the take that is in the film."""
    shelves = read_shelves(records)
    names = dict.fromkeys(name for step, name in sorted(shelves.current) if step in CLIP_STEPS and "/" not in name)
    slates = ((name, find_slate(name)) for name in names)
    found = ((name, shelves.clip(slate, shelves.log(slate).in_use)) for name, slate in slates)
    return tuple(
        PaidFile(find_slate(name), _find_source(shelves, name, clip))
        for name, clip in found
        if clip is not None and clip.take.step in (CONFORM, "splice") and _is_paid(clip)
    )


def _is_paid(clip: Known) -> bool:
    """Whether a clip came from outside: a bought one says from which model; own footage is made to fit without one."""
    return bool(clip.take.facts.get("model")) or clip.take.step == CONFORM


def _find_source(shelves: Shelves, name: str, clip: Known) -> FileRef:
    """What the clip was made to fit from; the clip itself where that is joined from several."""
    wanted = clip.recipe.inputs.get("clip", "")
    for known in _list_bought(shelves, name):
        if known.take.digest == wanted:
            return known.take.file
    log = shelves.log(find_slate(name))
    footage = log.current.footage
    return footage if footage is not None and footage.digest == wanted else clip.take.file


def _list_bought(shelves: Shelves, name: str) -> Iterator[Known]:
    for (step, kept_as), recipe in sorted(shelves.current.items()):
        if step == BOUGHT_CLIP and kept_as.rpartition("/")[2] == name and recipe in shelves.known:
            yield shelves.known[recipe]
