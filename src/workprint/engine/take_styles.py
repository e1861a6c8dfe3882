"""What a style swap may say, and whether it would change anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workprint.acts.act2_prepare.board_rules import find_lighting
from workprint.engine.take_runs import ShotPlace
from workprint.film.brief import Brief
from workprint.film.errors import Remedy, UsageError
from workprint.film.grade import LOOKS, UNGRADED
from workprint.film.stage_shots import is_staged

LONGEST_STYLE = 300
"""Characters: what a model's prompt has room for beside the shot itself."""


@dataclass(frozen=True)
class StyleWish:
    """Words of style, a palette hint and a look, each "" where nothing is asked."""

    style: str
    palette: str
    grade: str


def check_style(brief: Brief, place: ShotPlace, style: str, palette: str, grade: str) -> StyleWish:
    """The wish as it is kept: on one line. Raises UsageError for one that is too long, banned, or changes nothing."""
    words = " ".join(style.split())
    if not (words or palette or grade):
        raise UsageError("Nothing is asked.", remedy=Remedy('say how: --style "night, neon", --palette or --grade'))
    if len(words) > LONGEST_STYLE:
        raise UsageError(
            f"The style has {len(words)} characters; {LONGEST_STYLE} are read.", remedy=Remedy("shorten it")
        )
    banned = [term for term in brief.safety.banned_terms if _names(words, term)]
    if banned:
        raise UsageError(f"The brief bans {', '.join(banned)}.", remedy=Remedy("use other words"))
    if grade and grade not in LOOKS:
        raise UsageError(f"There is no grade `{grade}`.", remedy=Remedy(f"use one of {', '.join(LOOKS)}"))
    if grade and place.shot.type in UNGRADED:
        raise UsageError(f"{place.shot.slate} is an end card; its colours stay as drawn.")
    _check_effect(brief, place, StyleWish(words, palette, grade))
    return StyleWish(words, palette, grade)


def _names(words: str, term: str) -> bool:
    return bool(term.strip()) and re.search(rf"\b{re.escape(term.strip())}\b", words, re.IGNORECASE) is not None


def _check_effect(brief: Brief, place: ShotPlace, wish: StyleWish) -> None:
    """The previz draws no words: without a light, a palette or a grade among them the take would be the same."""
    if place.route.is_bought or wish.palette or wish.grade or find_lighting(wish.style):
        return
    what = "the stage" if is_staged(brief, place.shot) else "the previz"
    remedy = Remedy("name a light (night, golden, rim light, window, soft), or add --palette or --grade")
    raise UsageError(f"{place.shot.slate} is made by {what}, and these words change nothing it draws.", remedy=remedy)
