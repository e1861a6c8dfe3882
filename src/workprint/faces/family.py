"""Aspect families: the same brief in other shapes, each a production of its own, cut from what was paid for once."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from workprint.engine.handing_over import PaidResult, find_paid, hand_over, list_paid_sounds, list_priced_sounds
from workprint.engine.paid_files import PaidFile, list_paid_files
from workprint.engine.rulings import Acting
from workprint.engine.sidecars import to_iso
from workprint.engine.take_rulings import read_shelves
from workprint.engine.take_shelves import name_origin
from workprint.faces.library import Project, open_project, require_brief
from workprint.faces.shot_takes import ShotTakes
from workprint.film.brief import Aspect
from workprint.film.errors import Remedy, UsageError
from workprint.film.money import Money

ASPECT_LINE = re.compile(r"""(\baspect:\s*)(["']?)(?:\d+:\d+)(["']?)""")
"""Where a brief says its shape: `aspect: "9:16"`, quoted or not."""


@dataclass(frozen=True)
class Sibling:
    """One production of the family: its brief, and for every shot cut from a paid one how much of it goes, 0..1.

    None stands for a shot that was handed over before. `sounds` are the names of bought sounds it now has, `priced`
    those it would still have to buy, with the price: its brief asks for other ones.
    """

    brief: str
    aspect: str
    shots: tuple[tuple[str, float | None], ...]
    sounds: tuple[str, ...]
    priced: tuple[tuple[str, Money], ...]


def make_siblings(project: Project, aspects: tuple[str, ...], why: str) -> tuple[Sibling, ...]:
    """Write the briefs of the family, and give each what was paid for: clips, voice, music, effects.

    Nothing is bought or rendered.

    Raises UsageError for a shape there is not, and for the film's own.
    """
    own = require_brief(project.workspace.check_brief(), project.workspace).aspect.value
    for aspect in aspects:
        if aspect not in [known.value for known in Aspect] or aspect == own:
            others = ", ".join(known.value for known in Aspect if known.value != own)
            raise UsageError(f"`{aspect}` is no other shape of this film.", remedy=Remedy(f"name some of {others}"))
    with project.parts() as parts:
        files = list_paid_files(parts.records)
        clips = tuple((one, parts.vault.path(one.file.digest)) for one in files)
        origins = tuple(find_paid(one.origin, parts.vault) for one in files if one.origin is not None)
        paid = Paid(clips, origins, list_paid_sounds(parts.records, parts.vault))
    return tuple(_make_sibling(project, aspect, paid, why) for aspect in dict.fromkeys(aspects))


@dataclass(frozen=True)
class Paid:
    """What a film has paid for that its siblings can use: clips, each with where it lies; what they came as; sounds."""

    clips: tuple[tuple[PaidFile, Path], ...]
    origins: tuple[PaidResult, ...]
    sounds: tuple[PaidResult, ...]


def _make_sibling(project: Project, aspect: str, paid: Paid, why: str) -> Sibling:
    sibling = open_project(project.root, write_brief(project, aspect))
    shots = tuple((one.slate, _hand_over(sibling, one, path, why)) for one, path in paid.clips)
    sounds = _hand_over_results(sibling, paid)
    priced = list_priced_sounds(sibling.plan()) if paid.sounds else ()
    return Sibling(sibling.workspace.brief_name, aspect, shots, sounds, priced)


def _hand_over_results(sibling: Project, paid: Paid) -> tuple[str, ...]:
    """Hand over what is known of paid clips, and the paid sounds; the names of new sounds."""
    if not paid.origins and not paid.sounds:
        return ()
    with sibling.parts() as parts, sibling.workspace.own("workprint family", to_iso(parts.clock.now())):
        acting = Acting(parts.records, parts.clock, sibling.workspace.settings().person, secrets.token_hex(8))
        for origin in paid.origins:
            hand_over(acting, parts.vault, (origin,), name_origin(origin.known.take.file.digest))
        return hand_over(acting, parts.vault, paid.sounds)


def write_brief(project: Project, aspect: str) -> str:
    """The name of the sibling's brief, written when it is not there; one that is there is left as it is."""
    source = project.workspace.brief_file
    target = source.with_name(f"{source.stem}-{aspect.replace(':', 'x')}.yaml")
    if not target.exists():
        text, count = ASPECT_LINE.subn(rf'\g<1>"{aspect}"', source.read_text(encoding="utf-8"))
        if count != 1:
            remedy = Remedy(f"copy it to {target.name} and set project.aspect there")
            raise UsageError("The brief does not say its aspect in one place.", where=str(source), remedy=remedy)
        target.write_text(text, encoding="utf-8")
    sibling = open_project(project.root, target.name)
    found = require_brief(sibling.workspace.check_brief(), sibling.workspace).aspect.value
    if found != aspect:
        remedy = Remedy(f"set project.aspect to {aspect} there, or rename it")
        raise UsageError(f"{target.name} is there already and says {found}.", where=str(target), remedy=remedy)
    return target.name


def _hand_over(sibling: Project, paid: PaidFile, path: Path, why: str) -> float | None:
    """Put a paid clip into a sibling's shot as its footage; the share of the picture that is cut away."""
    takes = ShotTakes(sibling, paid.slate)
    with sibling.parts() as parts:
        log = read_shelves(parts.records).log(takes.slate)
        held = log.current.footage
    if held is not None and held.digest == paid.file.digest:
        return None
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{paid.slate}.mp4"
        shutil.copyfile(path, copy)
        _, footage = asyncio.run(takes.replace(copy, why, "workprint family"))
    return footage.cut_away
