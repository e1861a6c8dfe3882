"""What a project's own takes say about models (O4): how many were made, how many were good, who made what is there."""

from __future__ import annotations

from collections.abc import Mapping

from workprint.film.attempt import Delivered, Failed, Held, Lost, Moderated, Running, Sending
from workprint.film.buy_orders import MEDIA
from workprint.film.market import Learned, name_bought
from workprint.film.request import Medium
from workprint.film.shot_names import find_slate
from workprint.ports.records import Records

GOOD_GRADES = ("A", "B", "C", "")
"""Grades of the clip's check that count as good; "" is one that was not measured."""


def learn_models(records: Records) -> Mapping[str, Learned]:
    """Made and good takes by model: what failed, was refused or lost counts as made. Only clips are graded."""
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
        grade = grades.get(find_slate(attempt.name), "") if MEDIA[attempt.step] is Medium.VIDEO else ""
        is_good = isinstance(attempt.state, Delivered) and grade in GOOD_GRADES
        count = counts.setdefault(attempt.model, [0, 0])
        count[0] += 1
        count[1] += is_good
    return {model: Learned(made, good) for model, (made, good) in sorted(counts.items())}


def find_bought(records: Records) -> Mapping[str, str]:
    """The model that made what was bought and is there: clips and stills by shot, each kind of sound as a whole.

    Where several models made sounds of one kind, it is the one that made most of them. Where nothing is there yet, a
    job that runs, or whose outcome nobody knows, counts: it is waited for, and its thing not bought from somebody else.
    """
    known = records.all_known()
    models: dict[str, list[str]] = {}
    for (step, name), recipe in sorted(records.current().items()):
        if step in MEDIA and recipe in known and "/" not in name:
            models.setdefault(name_bought(MEDIA[step], find_slate(name)), []).append(known[recipe].recipe.model)
    under_way: dict[str, list[str]] = {}
    for attempt in records.attempts():
        if isinstance(attempt.state, (Sending, Running, Held)) and attempt.step in MEDIA:
            under_way.setdefault(name_bought(MEDIA[attempt.step], find_slate(attempt.name)), []).append(attempt.model)
    return {name: max(sorted(found), key=found.count) for name, found in {**under_way, **models}.items()}
