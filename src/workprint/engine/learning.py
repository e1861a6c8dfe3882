"""What a project's own takes say about models (O4): how many were made, how many were good, who made what is there."""

from __future__ import annotations

from collections.abc import Mapping

from workprint.film.attempt import Delivered, Failed, Lost, Moderated
from workprint.film.buy_orders import BOUGHT_STEPS
from workprint.film.market import Learned
from workprint.film.request import Medium
from workprint.film.shot_names import find_slate
from workprint.ports.records import Records

GOOD_GRADES = ("A", "B", "C", "")
"""Grades of the clip's check that count as good; "" is one that was not measured."""


def learn_models(records: Records) -> Mapping[str, Learned]:
    """Made and good takes by model: what failed, was refused or lost counts as made."""
    known, current = records.all_known(), records.current()
    grades = {
        find_slate(name): str(known[recipe].take.facts.get("grade", ""))
        for (step, name), recipe in current.items()
        if step == "check" and recipe in known
    }
    counts: dict[str, list[int]] = {}
    for attempt in records.attempts():
        if not isinstance(attempt.state, (Delivered, Failed, Lost, Moderated)):
            continue
        is_good = isinstance(attempt.state, Delivered) and grades.get(find_slate(attempt.name), "") in GOOD_GRADES
        count = counts.setdefault(attempt.model, [0, 0])
        count[0] += 1
        count[1] += is_good
    return {model: Learned(made, good) for model, (made, good) in sorted(counts.items())}


def find_bought(records: Records) -> Mapping[str, str]:
    """The model that made the bought clip that is there, by slate."""
    known = records.all_known()
    return {
        find_slate(name): known[recipe].recipe.model
        for (step, name), recipe in sorted(records.current().items())
        if step == BOUGHT_STEPS[Medium.VIDEO] and recipe in known and "/" not in name
    }
