"""A person's lock on a clip holds all that was paid for it: the clip as it came, its tails, its first frame."""

from __future__ import annotations

from pathlib import Path

from tests.engine.small_project import Project, open_project

from workprint.engine.book import Book
from workprint.film.lineage import Lock
from workprint.film.order import Take
from workprint.film.people import AUTO
from workprint.film.time import Instant

CLIP, TAIL, STILL = "SC01_SH01_CLIP_a", "SC01_SH01_CLIP_a-tail1", "SC01_SH01_STILL_a"


def make_extended(project: Project, seed: int) -> dict[str, Take]:
    """A bought clip that started from a bought still, with a bought tail, as the film makes it."""
    still = project.make("bought_image", STILL, seed)
    frame = project.make("conform_still", STILL, seed, still)
    bought = project.make("bought_clip", CLIP, seed, frame)
    clip = project.make("conform", CLIP, seed, bought)
    last = project.make("last_frame", "SC01_SH01_STILL_a-tail1-start", seed, clip)
    more = project.make("bought_clip", TAIL, seed, last)
    tail = project.make("conform_tail", TAIL, seed, more)
    whole = project.make("splice", CLIP, seed, clip, tail)
    return {"still": still, "bought": bought, "clip": clip, "more": more, "tail": tail, "whole": whole}


def pin(project: Project, take: Take, who: str, view: str = "") -> Book:
    """The book of a run after somebody locked a take."""
    with project.records.page() as page:
        page.set_lock(Lock(take.name, take.recipe, who, Instant(1), ""))
    return Book(project.records, project.vault, view)


def test_a_locked_longer_clip_holds_everything_that_was_bought_for_it(tmp_path: Path) -> None:
    """Clip, tail, still and parts answer for the version that is pinned, not for a newer one; a new tail is free."""
    project = open_project(tmp_path)
    old = make_extended(project, 1)
    make_extended(project, 2)
    book = pin(project, old["whole"], "ann")
    assert book.locked_take(CLIP, "splice") == old["whole"]
    assert book.locked_take(CLIP, "bought_clip") == old["bought"]
    assert book.locked_take(TAIL, "bought_clip") == old["more"]
    assert book.locked_take(STILL, "bought_image") == old["still"]
    assert book.locked_take(CLIP, "conform") == old["clip"]
    assert book.locked_take(TAIL, "conform_tail") == old["tail"]
    assert book.locked_take("SC01_SH01_CLIP_a-tail2", "bought_clip") is None
    assert book.locked_take("SC01_SH02_CLIP_a", "bought_clip") is None
    assert book.on_shelf("take:2").locked_take(TAIL, "bought_clip") is None, "takes beside the film are free"
    project.records.close()


def test_a_locked_bought_clip_holds_the_still_it_started_from(tmp_path: Path) -> None:
    """The still is held by a person's lock of the clip; the policy's own pins hold nothing back."""
    project = open_project(tmp_path)
    made = make_extended(project, 1)
    held = pin(project, made["clip"], "ann")
    assert held.locked_take(STILL, "bought_image") == made["still"]
    assert held.locked_take(CLIP, "bought_clip") == made["bought"]
    assert held.locked_take(STILL, "conform_still") is None, "what is made here is made again"
    assert pin(project, made["clip"], AUTO.name).locked_take(STILL, "bought_image") is None
    project.records.close()
