"""Shelves: where the takes of a shot stand in the records beside the film, and which clip a shelf holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workprint.film.buy_orders import BOUGHT_STEPS
from workprint.film.request import Medium
from workprint.film.shot_names import CLIP_STEPS, find_slate
from workprint.film.takes import TakeNote, TakeSheet, read_log
from workprint.ports.records import Known, Records

CHECK = "check"
"""The step that measures a clip: the last thing done to it, so a take is whole when it has one."""

BOUGHT_CLIP = BOUGHT_STEPS[Medium.VIDEO]

SHEETS = "takes"
"""The shelf of the sheets that show takes side by side."""


ORIGINS = "origin:"
"""How the shelves begin that hold what a sibling's footage was bought as, so that it goes on saying from whom."""


def name_origin(file: str) -> str:
    """The view under which what a file was bought as is kept, by the file's digest."""
    return f"{ORIGINS}{file[:16]}/"


def name_shelf(number: int) -> str:
    """The view a take is kept under."""
    return f"take:{number}"


def find_clip(
    current: Mapping[tuple[str, str], str], known: Mapping[str, Known], name: str, view: str = ""
) -> Known | None:
    """The clip a view holds under a name: the one its check measured. Without a view, the film's own."""
    kept_as = f"{view}/{name}" if view else name
    checked = known.get(current.get((CHECK, kept_as), ""))
    if checked is None:
        return None
    wanted = checked.recipe.inputs.get("clip")
    for step in CLIP_STEPS:
        clip = known.get(current.get((step, kept_as), ""))
        if clip is not None and clip.take.digest == wanted:
            return clip
    return None


def follow_film(
    current: Mapping[tuple[str, str], str], number: int, step: str, name: str, recipe: str
) -> dict[tuple[str, str], str]:
    """What changes on the shelf of the take in the film, where it is filled, when the film has a version of a clip.

    A shelf that stays behind would tell of a clip that is in the film no more. The clip goes onto it with the check
    that measured it, all at once: a run that stops in between leaves a shelf that still holds one whole take.
    """
    shelf = name_shelf(number)
    if step not in (CHECK, BOUGHT_CLIP) or (CHECK, f"{shelf}/{name}") not in current:
        return {}
    found = {step: recipe}
    if step == CHECK:
        found |= {clip: current[clip, name] for clip in CLIP_STEPS if (clip, name) in current}
    wanted = {(step, f"{shelf}/{name}"): recipe for step, recipe in found.items()}
    return {key: recipe for key, recipe in wanted.items() if current.get(key) != recipe}


def find_clip_name(current: Mapping[tuple[str, str], str], slate: str) -> str:
    """The D8 name of a shot's clip in the film, "" where nothing was made of it yet."""
    names = (name for step, name in current if step in CLIP_STEPS and "/" not in name and find_slate(name) == slate)
    return min(names, default="")


def read_sheet(records: Records) -> TakeSheet:
    """Which take of each shot is in the film, from the log."""
    known = records.all_known()
    shelves = ((name, known[recipe].take) for (_, name), recipe in sorted(records.current().items()) if recipe in known)
    origins = {take.file.digest: take for name, take in shelves if name.startswith(ORIGINS)}
    return replace(build_sheet(records.take_notes(), known), origins=origins)


def build_sheet(notes: tuple[TakeNote, ...], known: Mapping[str, Known]) -> TakeSheet:
    """The sheet of a log: takes in use that are not the first, and the pictures their shots go on starting from."""
    logs = read_log(notes)
    starts = {slate: known[log.starts[log.in_use]].take for slate, log in logs.items() if log.starts.get(log.in_use)}
    return TakeSheet({slate: log.current for slate, log in logs.items() if log.in_use != 1}, starts)
