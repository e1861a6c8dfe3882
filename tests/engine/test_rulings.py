"""What people decide holds for what they decided about, and is written down."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.small_project import Project, open_project

from workprint.engine.gatekeeper import is_ruled
from workprint.engine.rulings import Acting, find_clips, find_waiting, lock, rule, unlock
from workprint.film.errors import UsageError
from workprint.film.people import Person, Role
from workprint.film.time import Instant
from workprint.film.verdict import Level, Verdict
from workprint.ports.records import Ruling

ANN, BEN, CAT = Person("ann", Role.ADMIN), Person("ben", Role.EDITOR), Person("cat", Role.VIEWER)


class StillClock:
    """Implements `workprint.ports.clock.Clock`: every look is one microsecond later."""

    def __init__(self) -> None:
        self._ticks = itertools.count(1)

    def now(self) -> Instant:
        """The next microsecond."""
        return Instant(next(self._ticks))

    def monotonic(self) -> float:
        """Never asked here."""
        return 0.0


CLOCK = StillClock()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project with three clips."""
    opened = open_project(tmp_path / "project")
    for seed, name in enumerate(("SC01_SH01_CLIP_a", "SC01_SH02_CLIP_b", "SC02_SH01_CLIP_c"), start=1):
        opened.make("clip", name, seed)
    yield opened
    opened.records.close()


def tell(project: Project, trace: str, kind: str, subject: str, **data: object) -> None:
    """Write one event."""
    with project.records.page() as page:
        page.add_event(trace, CLOCK.now(), kind, subject, data)


def stop_at(
    project: Project, gate: str, level: str = "soft", trace: str = "r1", judged: str = "s1", **data: object
) -> None:
    """A run that stopped at a gate."""
    tell(project, trace, "gate-stopped", gate, level=level, judged=judged, reasons=["why"], **data)
    tell(project, trace, "run-stopped", "film")


def act(project: Project, person: Person) -> Acting:
    """A person acting on the project."""
    return Acting(project.records, CLOCK, person, "t")


def decide(project: Project, person: Person, gate: str, kind: str, reason: str = "") -> None:
    """A ruling at a gate."""
    rule(act(project, person), gate, kind, reason)


@pytest.mark.parametrize(
    ("level", "kind", "passes"),
    [
        (Level.WAIT, "approve", True),
        (Level.SOFT, "approve", True),
        (Level.HARD, "approve", False),
        (Level.HARD, "override", True),
        (Level.SOFT, "override", True),
        (Level.SOFT, "revise", False),
        (Level.SOFT, "withdraw", False),
    ],
)
def test_what_a_ruling_lets_pass(level: Level, kind: str, passes: bool) -> None:
    """An approval passes what waits or blocks softly, an override everything, anything else nothing."""
    rulings = (Ruling("dailies", "s1", kind, "ann", Instant(1), ""),)
    assert is_ruled(rulings, "dailies", Verdict(level, subject="s1")) is passes
    assert not is_ruled(rulings, "dailies", Verdict(level, subject="s2")), "another subject"
    assert not is_ruled(rulings, "names", Verdict(level, subject="s1")), "another gate"


def test_the_last_ruling_counts() -> None:
    """An approval that was withdrawn no longer lets pass."""
    rulings = tuple(Ruling("dailies", "s1", kind, "ann", Instant(1), "") for kind in ("approve", "withdraw"))
    assert not is_ruled(rulings, "dailies", Verdict(Level.WAIT, subject="s1"))


def test_a_gate_of_locks_is_passed_by_locks() -> None:
    """Where an approval sets pins, the pins let pass and not the approval: unlocked, it waits again."""
    rulings = (Ruling("shot_lock", "s1", "approve", "ann", Instant(1), ""),)
    assert not is_ruled(rulings, "shot_lock", Verdict(Level.WAIT, subject="s1", pins=(("n", "r"),)))


def test_waiting_is_what_the_last_run_stopped_at(project: Project) -> None:
    """A stop is open until it is ruled on, the film is finished, or a later run stopped elsewhere."""
    records = project.records
    stop_at(project, "contract", "hard")
    assert list(find_waiting(records)) == ["contract"]
    tell(project, "r2", "run-stopped", "film")
    assert list(find_waiting(records)) == ["contract"], "a run its user stopped says nothing of gates"
    tell(project, "r2", "run-finished", "s1-draft")
    assert list(find_waiting(records)) == ["contract"], "neither does a quick look"
    stop_at(project, "dailies", "wait", "r3")
    assert list(find_waiting(records)) == ["dailies"], "the contract was passed this time"
    tell(project, "r4", "run-finished", "film")
    assert find_waiting(records) == {}


def test_a_ruling_is_written_with_its_locks_and_event(project: Project) -> None:
    """An approval records who, what about and why, sets the pins it stands for, and closes the stop."""
    recipe = project.records.current()["clip", "SC01_SH01_CLIP_a"]
    stop_at(project, "shot_lock", "wait", judged="d1", pins=[["SC01_SH01_CLIP_a", recipe]])
    decide(project, BEN, "shot-lock", "approve")
    ruling = project.records.rulings()[-1]
    assert (ruling.gate, ruling.subject, ruling.kind, ruling.who) == ("shot_lock", "d1", "approve", "ben")
    pinned = project.records.locks()["SC01_SH01_CLIP_a"]
    assert (pinned.recipe, pinned.who) == (recipe, "ben")
    assert find_waiting(project.records) == {}
    assert [event.kind for event in project.records.events()][-1] == "gate-approved"
    with pytest.raises(UsageError, match="No stop of a gate `shot_lock` is open"):
        decide(project, BEN, "shot_lock", "approve")


@pytest.mark.parametrize(
    ("person", "level", "kind", "reason", "words"),
    [
        (CAT, "wait", "approve", "", "cat is viewer; to approve a gate takes editor"),
        (BEN, "soft", "override", "so", "ben is editor; to override a gate takes admin"),
        (ANN, "hard", "approve", "so", "is a hard block"),
        (ANN, "hard", "override", " ", "needs a reason"),
    ],
)
def test_who_may_not_rule(project: Project, person: Person, level: str, kind: str, reason: str, words: str) -> None:
    """A role too low, a hard block or a missing reason: refused with a way out, and nothing is recorded."""
    stop_at(project, "dailies", level)
    with pytest.raises(UsageError, match=words) as caught:
        decide(project, person, "dailies", kind, reason)
    assert caught.value.remedy is not None
    assert project.records.rulings() == ()
    assert list(find_waiting(project.records)) == ["dailies"]


@pytest.mark.parametrize(
    ("text", "slates"),
    [
        ("S01", ["SC01_SH01", "SC01_SH02"]),
        ("sc02", ["SC02_SH01"]),
        ("SC01_SH02", ["SC01_SH02"]),
        ("SC02_SH01_CLIP_c", ["SC02_SH01"]),
        ("all", ["SC01_SH01", "SC01_SH02", "SC02_SH01"]),
        ("S1", []),
        ("", []),
    ],
)
def test_a_person_names_clips_by_scene_shot_or_name(project: Project, text: str, slates: list[str]) -> None:
    """A scene, a slate, a whole name or all; nothing else matches anything."""
    assert ["_".join(name.split("_")[:2]) for name, _ in find_clips(project.records, text)] == slates


def test_locks_are_set_and_released_by_those_who_may(project: Project) -> None:
    """An editor locks, an admin unlocks with a reason; both are events; a viewer does neither."""
    records = project.records
    with pytest.raises(UsageError, match="to lock takes editor"):
        lock(act(project, CAT), "all", "")
    assert lock(act(project, BEN), "S01", "good") == ("SC01_SH01_CLIP_a", "SC01_SH02_CLIP_b")
    with pytest.raises(UsageError, match="to unlock takes admin"):
        unlock(act(project, BEN), "S01", "new light")
    with pytest.raises(UsageError, match="needs a reason"):
        unlock(act(project, ANN), "S01", "")
    with pytest.raises(UsageError, match="Nothing called `S02` is locked"):
        unlock(act(project, ANN), "S02", "why")
    assert unlock(act(project, ANN), "SC01_SH02", "new light") == ("SC01_SH02_CLIP_b",)
    assert list(records.locks()) == ["SC01_SH01_CLIP_a"]
    kinds = [event.kind for event in records.events() if event.kind in ("locked", "unlocked")]
    assert kinds == ["locked", "locked", "unlocked"]
