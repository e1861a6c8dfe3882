"""Pulling the plug: kill -9, Ctrl-C and SIGTERM in the middle of real productions, and who may look on meanwhile."""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from tests.productions import run_cli, write_short_project

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.testing.crash_harness import (
    Event,
    KillPoint,
    Production,
    Run,
    crash_many,
    crash_until_finished,
    draw_point,
    find_faults,
    find_marked,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="finding a run's processes takes Linux's /proc"),
]

KILLS = 8
SMALLEST_PIPE = 4096
"""Bytes: about twenty lines of events. A production whose output nobody reads stops there, between two orders."""


def make_project(root: Path) -> Path:
    """A two-second project whose clips and music cost something, so that reservations count."""
    return write_short_project(root, cap="100", prices="clip = 0.01\nmusic = 0.001")


def read_spent(root: Path) -> tuple[str, str]:
    """Spent and reserved, as the ledger has them."""
    book = SqliteRecords(root / ".workprint" / "records.sqlite", SystemClock())
    try:
        with book.page() as page:
            balance = page.balance()
        return str(balance.spent), str(balance.reserved)
    finally:
        book.close()


def digest_frames(path: Path) -> str:
    """The sha256 of all decoded frames of a film."""
    summary = hashlib.sha256()
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            summary.update(frame.to_ndarray().tobytes())
    return summary.hexdigest()


def find_film(run: Run) -> Path:
    """The film a finished run tells of."""
    return Path(next(event["path"] for event in run.events if event["type"] == "film"))


def starts(step: str) -> Callable[[Event], bool]:
    """Whether an event is the start of an order of a step."""
    return lambda event: event["type"] == "order-started" and event["step"] == step


def is_told(kind: str) -> Callable[[Event], bool]:
    """Whether an event is of a kind."""
    return lambda event: event["type"] == kind


def produce(root: Path, *arguments: str) -> Production:
    """A production that has begun."""
    return Production("produce", "--json", "--yes", *arguments, cwd=root)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """A production nobody disturbed: what all others are compared with."""
    root = make_project(tmp_path_factory.mktemp("calm") / "short")
    run = produce(root).finish()
    assert run.code == 0, run.errors
    return root, run


def find_differences(undisturbed: tuple[Path, Run], root: Path, last: Run) -> list[str]:
    """In what a finished project differs from the undisturbed one: its film, its files, what was spent."""
    calm_root, calm = undisturbed
    film, other = find_film(calm), find_film(last)
    names = [sorted(str(path.relative_to(top)) for path in top.rglob("*")) for top in (calm_root / "out", root / "out")]
    found = []
    if film.read_bytes() != other.read_bytes():
        found.append("the film has other bytes")
    if digest_frames(film) != digest_frames(other):
        found.append("the film has other frames")
    if names[0] != names[1]:
        found.append(f"out/ has other files: {names}")
    if read_spent(calm_root) != read_spent(root):
        found.append(f"spent {read_spent(root)} instead of {read_spent(calm_root)}")
    return found


def check_promises(root: Path, runs: list[Run]) -> None:
    """Fail with every promise that these runs of a project broke."""
    faults = find_faults(root, runs)
    assert not faults, "\n".join(faults)


def test_killed_productions_finish_with_the_same_film(undisturbed: tuple[Path, Run], tmp_path: Path) -> None:
    """Killed at random moments and run again, a production makes the same film, keeps all it recorded and pays once."""
    report = crash_many(
        make_project, tmp_path, KILLS, seed=3, check=lambda root, last: find_differences(undisturbed, root, last)
    )
    assert not report.faults, "\n".join(report.faults)
    assert report.kills == KILLS


def test_workflow_database_may_vanish_after_a_kill(undisturbed: tuple[Path, Run], tmp_path: Path) -> None:
    """With workflows.sqlite deleted after every kill nothing recorded is lost or made again."""
    root = make_project(tmp_path / "short")
    report = crash_until_finished(root, [KillPoint(30), KillPoint(10)], forget=[".workprint/workflows.sqlite*"])
    assert report.kills == 2
    assert not report.faults, "\n".join(report.faults)
    assert find_differences(undisturbed, root, report.runs[-1]) == []


def test_harness_sees_what_is_broken(undisturbed: tuple[Path, Run]) -> None:
    """The harness itself finds what it looks for: a run that outlived its owner, and a recorded result not kept."""
    root, calm = undisturbed
    stranger = Run(-9, calm.events, "", ("sleep",))
    forgetful = Run(0, ({"type": "stage-started", "trace": "another"},), "", ())
    faults = find_faults(root, [stranger, forgetful])
    assert "run 0 left sleep" in faults
    assert sum("was recorded and not kept" in fault for fault in faults) == len(calm.named("order-made"))


@pytest.mark.parametrize(("number", "step"), [(signal.SIGINT, "clip"), (signal.SIGTERM, "master")])
def test_one_signal_stops_cleanly(
    number: signal.Signals, step: str, undisturbed: tuple[Path, Run], tmp_path: Path
) -> None:
    """Ctrl-C or SIGTERM ends with 130, says how to go on, leaves no process and no reservation; then it goes on."""
    root = make_project(tmp_path / "short")
    production = produce(root)
    assert production.read_until(starts(step)) is not None
    production.signal(number)
    stopped = production.finish()
    assert stopped.code == 130
    assert stopped.events[-1]["code"] == "interrupted"
    assert stopped.events[-1]["command"] == "workprint produce"
    assert "Traceback" not in stopped.errors
    assert stopped.orphans == ()
    assert read_spent(root)[1] == "0.00"
    again = produce(root).finish()
    check_promises(root, [stopped, again])
    assert find_differences(undisturbed, root, again) == []


def test_two_signals_stop_at_once(tmp_path: Path) -> None:
    """The second signal ends the process without another word; the next run goes on where it stopped."""
    root = make_project(tmp_path / "short")
    production = produce(root)
    assert production.read_until(starts("clip")) is not None
    # Two different signals, because the kernel folds two equal ones that are not yet delivered into one.
    production.signal(signal.SIGINT)
    production.signal(signal.SIGTERM)
    stopped = production.finish()
    assert stopped.code == 130
    assert "error" not in [event["type"] for event in stopped.events]
    assert "Traceback" not in stopped.errors
    assert stopped.orphans == ()
    check_promises(root, [stopped, produce(root).finish()])


def test_dead_worker_is_replaced(undisturbed: tuple[Path, Run], tmp_path: Path) -> None:
    """Killing every worker process in the middle of an order costs time and nothing else."""
    root = make_project(tmp_path / "short")
    production = produce(root)
    assert production.read_until(starts("clip")) is not None
    workers = [number for number, line in find_marked(production.mark).items() if "spawn_main" in line]
    assert workers
    for number in workers:
        os.kill(number, signal.SIGKILL)
    run = production.finish()
    check_promises(root, [run])
    assert find_differences(undisturbed, root, run) == []


def hold(production: Production) -> Event:
    """Let a production run until it waits for its output to be read; returns the event that says it has begun."""
    assert production.process.stdout is not None
    fcntl.fcntl(production.process.stdout.fileno(), fcntl.F_SETPIPE_SZ, SMALLEST_PIPE)
    begun = production.read_until(is_told("run-started"))
    assert begun is not None
    return begun


def test_second_produce_is_turned_away(tmp_path: Path) -> None:
    """While one process produces, another exits 10 and names its pid and `workprint watch`; the first goes on."""
    root = make_project(tmp_path / "short")
    production = produce(root)
    hold(production)
    second = run_cli("produce", "--yes", cwd=root)
    status = run_cli("status", cwd=root)
    assert second.returncode == 10
    assert str(production.process.pid) in second.stderr
    assert "workprint watch" in second.stderr
    assert str(production.process.pid) in status.stdout
    assert production.finish().code == 0


def test_watch_follows_to_the_end(tmp_path: Path) -> None:
    """`watch` in another process tells of the same orders as the production, and ends when it ends."""
    root = make_project(tmp_path / "short")
    production = produce(root)
    trace = hold(production)["trace"]
    watching = Production("watch", "--json", cwd=root)
    assert watching.read_until(is_told("run-started")) is not None
    run, watched = production.finish(), watching.finish()
    assert (run.code, watched.code) == (0, 0)
    assert watched.named("order-made") == run.named("order-made")
    assert watched.events[-1]["type"] == "run-finished"
    assert {event["trace"] for event in watched.events if "trace" in event} == {trace}


def test_watch_says_when_the_producer_died(tmp_path: Path) -> None:
    """`watch` ends when the producer is killed, and says that the run did not finish and what to do."""
    root = make_project(tmp_path / "short")
    production = produce(root)
    hold(production)
    watching = Production("watch", cwd=root)
    production.signal(signal.SIGKILL, group=False)
    production.finish()
    watched = watching.finish()
    assert watched.code == 0
    assert "workprint produce" in watched.errors


def test_moments_are_repeatable() -> None:
    """The same seed draws the same moments, and they differ from one another."""
    drawn = [[draw_point(random.Random(seed)) for seed in range(50)] for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len({(point.lines, point.writes) for point in drawn[0]}) > 40
