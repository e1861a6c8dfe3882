"""What is told about takes: which there are, how they differ, what each cost, which one is in the film, who decided."""

from __future__ import annotations

from collections.abc import Mapping

from workprint.engine.recipes import explain_change
from workprint.engine.sidecars import to_iso
from workprint.engine.take_rulings import Shelves, read_shelves
from workprint.engine.take_shelves import CHECK, find_clip_name, name_shelf
from workprint.film.canonical import Json
from workprint.film.money import Money, parse_money
from workprint.film.takes import ShotTake
from workprint.ports.records import Known, Records
from workprint.ports.vault import Vault


def list_takes(records: Records, vault: Vault, slate: str) -> list[dict[str, Json]]:
    """Every take of a shot by number: what it is, how its recipe differs from the first, cost, grade, state."""
    shelves = read_shelves(records)
    log = shelves.log(slate)
    first = shelves.clip(slate, 1)
    return [_describe(shelves, vault, slate, take, first) for _, take in sorted(log.takes.items())]


def _describe(shelves: Shelves, vault: Vault, slate: str, take: ShotTake, first: Known | None) -> dict[str, Json]:
    log, clip = shelves.log(slate), shelves.clip(slate, take.number)
    asked = next((note for note in log.notes if note.take is not None and note.number == take.number), None)
    path = ""
    if clip is not None and vault.has(clip.take.file.digest):
        path = str(vault.path(clip.take.file.digest))
    return {
        "take": take.number,
        "kind": take.kind.value,
        "about": take.describes,
        "of": take.of,
        "in_film": take.number == log.in_use,
        "state": _say_state(shelves, slate, take, clip),
        "differs": _say_difference(first, clip),
        "model": str(clip.take.facts.get("model", "")) or clip.recipe.model if clip is not None else "",
        "cost_usd": str(sum_cost(clip)) if clip is not None else "",
        "grade": _find_grade(shelves, slate, take.number),
        "frames": int(clip.take.facts.get("frames", 0)) if clip is not None else 0,
        "recipe": clip.take.recipe if clip is not None else "",
        "path": path,
        "asked_by": asked.who if asked is not None else "",
        "asked_at": to_iso(asked.when) if asked is not None else "",
        "why": asked.why if asked is not None else "",
    }


def _say_difference(first: Known | None, clip: Known | None) -> str:
    """How a take's recipe differs from the first's; recipes of different steps have nothing to compare."""
    if first is None or clip is None or clip is first or clip.recipe.step != first.recipe.step:
        return ""
    return explain_change(first.recipe, clip.recipe)


def _say_state(shelves: Shelves, slate: str, take: ShotTake, clip: Known | None) -> str:
    if take.number in shelves.log(slate).dropped:
        return "given up"
    return "made" if clip is not None else "waits for produce" if take.footage is not None else "not made"


def sum_cost(clip: Known) -> Money:
    """What a clip cost: its own price, and what was paid for what it is made from, as its facts carry it."""
    bought = str(clip.take.facts.get("bought_usd", ""))
    return clip.take.cost + (parse_money(bought) if bought else Money(0))


def _find_grade(shelves: Shelves, slate: str, number: int) -> str:
    name = find_clip_name(shelves.current, slate)
    recipe = shelves.current.get((CHECK, f"{name_shelf(number)}/{name}"))
    if recipe is None and number == shelves.log(slate).in_use:
        recipe = shelves.current.get((CHECK, name))
    known = shelves.known.get(recipe or "")
    return str(known.take.facts.get("grade", "")) if known is not None else ""


def list_decisions(records: Records, slate: str) -> list[dict[str, Json]]:
    """The log of one shot, oldest first: what was done to which take, by whom, when and why."""
    return [
        {"deed": note.deed.value, "take": note.number, "who": note.who, "when": to_iso(note.when), "why": note.why}
        for note in read_shelves(records).log(slate).notes
    ]


def count_takes(records: Records) -> Mapping[str, dict[str, Json]]:
    """By slate, for shots that have more than one take: how many there are, and which is in the film."""
    shelves = read_shelves(records)
    return {
        slate: {"takes": len(log.takes) - len(log.dropped), "in_film": log.in_use, "about": log.current.describes}
        for slate, log in sorted(shelves.logs.items())
        if len(log.takes) > 1
    }
