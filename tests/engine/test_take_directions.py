"""Directions of new takes: like the one in the film, with what was asked for changed and nothing else."""

from __future__ import annotations

from dataclasses import replace

from workprint.engine.take_rulings import plan_restyled, plan_varied
from workprint.film.takes import ShotLog, ShotTake, TakeKind

SHOT = "SC01_SH01"
LONG = ShotTake(
    number=2,
    kind=TakeKind.EXTENDED,
    of=1,
    seed=7,
    names_seed=True,
    style="night, neon",
    palette="cool",
    grade="soft",
    tails=(15, 9),
    on_screen=15,
)
LOG = ShotLog({1: ShotTake(), 2: LONG}, in_use=2)


def test_another_style_changes_what_is_asked_and_keeps_the_rest() -> None:
    """Words, palette, grade, seed and tails that nobody asked to change stay."""
    graded = plan_restyled(LOG, SHOT, style="", palette="", grade="vivid")
    assert graded == replace(LONG, number=3, kind=TakeKind.RESTYLED, of=2, grade="vivid")
    worded = plan_restyled(LOG, SHOT, style="golden hour", palette="", grade="")
    assert worded == replace(LONG, number=3, kind=TakeKind.RESTYLED, of=2, style="golden hour")


def test_another_seed_keeps_style_and_tails() -> None:
    """A varied take is as long as the one in the film and looks like it; only the seed is its own."""
    first, second = plan_varied(LOG, SHOT, count=2, seed=40, film_seed=1)
    assert first == replace(LONG, number=3, kind=TakeKind.VARIED, of=2, seed=40)
    assert second == replace(first, number=4, seed=41)
    (drawn,) = plan_varied(LOG, SHOT, count=1, seed=None, film_seed=1)
    assert (drawn.names_seed, drawn.tails, drawn.on_screen) == (False, (15, 9), 15)
    assert drawn.seed not in (None, LONG.seed)
