"""What a film has paid for, handed over to its siblings as results they know: what is known is never bought."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workprint.engine.rulings import Acting, refuse_role
from workprint.film.buy_orders import BOUGHT_STEPS
from workprint.film.money import NOTHING, Money
from workprint.film.people import Role
from workprint.film.plan import Action, Plan
from workprint.film.request import Medium
from workprint.ports.records import Known, Records
from workprint.ports.vault import Vault

SOUNDS = tuple(BOUGHT_STEPS[medium] for medium in (Medium.VOICE, Medium.MUSIC, Medium.EFFECT))
"""Steps whose results are the same in every shape of a film: what is asked for a sound says nothing of the picture."""


@dataclass(frozen=True)
class PaidResult:
    """A result that was paid for, and where its files lie, in their order."""

    known: Known
    paths: tuple[Path, ...]


def list_paid_sounds(records: Records, vault: Vault) -> tuple[PaidResult, ...]:
    """Every bought sound that is in the film, by step and name."""
    known, current = records.all_known(), sorted(records.current().items())
    recipes = (recipe for (step, name), recipe in current if step in SOUNDS and "/" not in name)
    found = (known[recipe] for recipe in dict.fromkeys(recipes) if recipe in known)
    return tuple(find_paid(one, vault) for one in found)


def find_paid(known: Known, vault: Vault) -> PaidResult:
    """A result with where its files lie. Raises ArtifactDamaged when one is missing."""
    return PaidResult(known, tuple(vault.path(file.digest) for file in known.take.files))


def hand_over(acting: Acting, vault: Vault, results: Sequence[PaidResult], shelf: str = "") -> tuple[str, ...]:
    """Make paid results known to another book, in one transaction; the names of those it did not know.

    They cost nothing there: the ledger that paid them has them already. When, by whom and in which run they were bought
    stays as it was. Whether a film uses one is for its orders to say: a sound is taken where its recipe is equal.
    With a `shelf` they are kept beside the film, under names below it. Raises UsageError for a person who may not edit.
    """
    if not acting.person.role.includes(Role.EDITOR):
        raise refuse_role(acting.person, "hand over what was paid for", Role.EDITOR)
    there = acting.records.all_known()
    new = [one for one in results if one.known.take.recipe not in there]
    for one in new:
        _store(vault, one)
    if not new:
        return ()
    with acting.records.page() as page:
        for one in new:
            take = one.known.take
            page.add_result(replace(one.known, take=replace(take, cost=NOTHING)), f"{shelf}{take.name}")
            about = {"step": take.step, "recipe": take.recipe, "who": acting.person.name, "paid_usd": str(take.cost)}
            page.add_event(acting.trace, acting.clock.now(), "paid-handed-over", take.name, about)
    return tuple(one.known.take.name for one in new)


def _store(vault: Vault, result: PaidResult) -> None:
    """Files first, safe on disk, before anything says that they are there. A vault moves what it is given."""
    scratch = vault.scratch()
    try:
        for number, (file, path) in enumerate(zip(result.known.take.files, result.paths, strict=True)):
            copy = scratch / f"paid-{number}"
            shutil.copyfile(path, copy)
            vault.put(copy, file.media_type, file.name)
    finally:
        vault.discard(scratch)


def list_priced_sounds(plan: Plan) -> tuple[tuple[str, Money], ...]:
    """The sounds a plan would buy, with their prices."""
    kept = (Action.KEEP, Action.DRIFTED)
    lines = (line for line in plan.lines if line.step in SOUNDS and line.action not in kept)
    return tuple((line.name, line.price) for line in lines if line.price.micros)
