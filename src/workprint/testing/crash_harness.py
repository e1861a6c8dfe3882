"""Pulls the plug on a real production again and again: kill -9 at chosen moments, then run it once more.

Moments are events, never times: so many lines of the program's own output, then so many more write calls to the
kernel, which lands inside transactions and half-written files. Needs Linux (/proc).
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords

MARK = "WORKPRINT_CRASH_MARK"
"""Environment variable by which all processes of one run are found again, whoever their parent is by then."""

REPEATED = ("order-kept", "stage-started")
"""Lines that every rerun prints again; moments are counted without them, so that each run gets some work done."""

MOST_LINES = 15
MOST_WRITES = 60
"""A two-second film prints about 65 lines that count, and makes about 10 to 20 write calls between two of them."""

GONE_SECONDS = 10.0
"""How long processes may take to notice that their owner is dead."""

GLANCE_MS = 1
"""How long a look for the next write call lasts when nothing else happens."""

Event = Mapping[str, Any]


@dataclass(frozen=True)
class KillPoint:
    """A moment: after so many counted lines of output, and then so many more write calls."""

    lines: int
    writes: int = 0


@dataclass(frozen=True)
class Run:
    """One run of the program. `code` is the exit code, -9 when killed; `orphans` are processes that outlived it."""

    code: int
    events: tuple[Event, ...]
    errors: str
    orphans: tuple[str, ...]
    point: KillPoint | None = None

    def named(self, kind: str) -> tuple[tuple[str, str], ...]:
        """(step, name) of every event of a kind, in order."""
        return tuple((str(event["step"]), str(event["subject"])) for event in self.events if event["type"] == kind)


@dataclass
class CrashReport:
    """What the runs of one production did, and every promise that was broken, in words."""

    runs: list[Run] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """Runs that were killed."""
        return sum(run.code == -signal.SIGKILL for run in self.runs)


class Production:
    """A running `workprint` process whose output is read line by line."""

    def __init__(self, *arguments: str, cwd: Path, errors: Path | None = None) -> None:
        self.mark = token_hex(8)
        self._unread = b""
        self._errors = (errors or cwd / f"errors-{self.mark}.txt").open("w+b")
        self.events: list[Event] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workprint", *arguments],
            cwd=cwd,
            env={**os.environ, MARK: self.mark, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self._output = self.process.stdout.fileno()

    def read_line(self) -> Event | None:
        """The next line of JSON; None at the end of the output."""
        while b"\n" not in self._unread:
            data = os.read(self._output, 65_536)
            if not data:
                return None
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        self.events.append(json.loads(line))
        return self.events[-1]

    def read_until(self, wanted: Callable[[Event], bool]) -> Event | None:
        """Read on to the first line that is wanted; None when the output ends before."""
        while (event := self.read_line()) is not None:
            if wanted(event):
                return event
        return None

    def reach(self, point: KillPoint) -> bool:
        """Read on to a moment; False when the output ends before."""
        left = point.lines
        while left > 0:
            event = self.read_line()
            if event is None:
                return False
            left -= event["type"] not in REPEATED
        return self._await_writes(self._count_writes() + point.writes)

    def _await_writes(self, target: int) -> bool:
        """Wait for write calls; output or the end of the process wakes at once, and output is kept for later."""
        handle = os.pidfd_open(self.process.pid)
        try:
            while self._count_writes() < target:
                ready, _, _ = select.select([handle, self._output], [], [], GLANCE_MS / 1000)
                if handle in ready:
                    return False
                if self._output in ready:
                    self._unread += os.read(self._output, 65_536)
            return True
        finally:
            os.close(handle)

    def _count_writes(self) -> int:
        try:
            lines = Path(f"/proc/{self.process.pid}/io").read_text().splitlines()
        except OSError:
            return sys.maxsize
        return next((int(line.split()[1]) for line in lines if line.startswith("syscw:")), sys.maxsize)

    def signal(self, number: int, *, group: bool = True) -> None:
        """Send a signal as a terminal does, to the whole group, or to the owner alone."""
        with suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(self.process.pid, number)

    def finish(self, point: KillPoint | None = None) -> Run:
        """Read to the end of the output, wait for the process, and count who outlived it."""
        self.read_until(lambda event: False)
        code = self.process.wait()
        orphans = find_orphans(self.mark)
        assert self.process.stdout is not None
        self.process.stdout.close()
        with self._errors as file:
            file.seek(0)
            errors = file.read().decode(errors="replace")
        Path(file.name).unlink(missing_ok=True)
        return Run(code, tuple(self.events), errors, orphans, point)

    def kill(self, point: KillPoint) -> Run:
        """End the owner as a power cut would, at a moment; it may finish before."""
        if self.reach(point):
            self.signal(signal.SIGKILL, group=False)
        return self.finish(point)


def find_marked(mark: str) -> dict[int, str]:
    """Every process born of a run, by id, with its command line. A zombie has no environment any more."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def find_orphans(mark: str) -> tuple[str, ...]:
    """Who outlives a run, after time to notice. They are ended, so that one fault does not become many."""
    for number in find_marked(mark):
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(number)
            select.select([handle], [], [], GONE_SECONDS)
            os.close(handle)
    left = find_marked(mark)
    for number in left:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    return tuple(left.values())


def draw_point(dice: random.Random) -> KillPoint:
    """A moment by chance."""
    return KillPoint(dice.randrange(MOST_LINES), dice.randrange(MOST_WRITES))


def crash_until_finished(
    root: Path, points: Iterable[KillPoint], *, forget: Sequence[str] = (), arguments: Sequence[str] = ()
) -> CrashReport:
    """Produce, killed at each moment in turn and run again, then once undisturbed; checks all promises.

    `forget` names files below the project that are deleted after each kill (the workflow database may be).
    """
    report = CrashReport()
    for point in points:
        report.runs.append(Production("produce", "--json", "--yes", *arguments, cwd=root).kill(point))
        if report.runs[-1].code != -signal.SIGKILL:
            break
        for pattern in forget:
            for path in root.glob(pattern):
                path.unlink()
    if report.runs[-1:] == [] or report.runs[-1].code == -signal.SIGKILL:
        report.runs.append(Production("produce", "--json", "--yes", *arguments, cwd=root).finish())
    report.faults = [*find_faults(root, report.runs)]
    return report


def find_faults(root: Path, runs: Sequence[Run]) -> list[str]:
    """Every promise that the runs of one project broke; empty when all were kept."""
    faults = [f"run {number} left {name}" for number, run in enumerate(runs) for name in run.orphans]
    last = runs[-1]
    if last.code != 0:
        return [*faults, f"the last run ended with {last.code}: {last.errors[-2000:]} {last.events[-1:]}"]
    faults += _find_lost(root, runs)
    faults += _find_open(root)
    for verb in (("verify", "--deep"), ("gc",)):
        done = subprocess.run(
            [sys.executable, "-m", "workprint", *verb], cwd=root, capture_output=True, text=True, check=False
        )
        if done.returncode:
            faults.append(f"{verb[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
    faults += [f"{path.name} is left of a dead process" for path in (root / ".workprint/vault/tmp").glob("*")]
    faults += [f"{path} is half a file" for path in (root / "out").rglob("*.part")]
    return faults


def _find_lost(root: Path, runs: Sequence[Run]) -> list[str]:
    """What was recorded and made again, told but not recorded, or recorded and not kept by the last run."""
    made: dict[tuple[str, str], list[str]] = {}
    for event in _read_book(root, lambda book: list(book.events())):
        if event.kind == "order-made":
            made.setdefault((str(event.data["step"]), event.subject), []).append(event.trace)
    last = next((str(event["trace"]) for event in runs[-1].events if "trace" in event), "")
    kept = frozenset(runs[-1].named("order-kept"))
    faults = [f"{key} was made {len(traces)} times" for key, traces in made.items() if len(traces) > 1]
    faults += [f"{key} was told but not recorded" for run in runs for key in run.named("order-made") if key not in made]
    return faults + [
        f"{key} was recorded and not kept" for key, traces in made.items() if last not in traces and key not in kept
    ]


def _find_open(root: Path) -> list[str]:
    """Reservations nobody settled or released, and orders that were paid twice."""

    def look(book: SqliteRecords) -> list[str]:
        with book.page() as page:
            return [f"{entry.reservation} is still reserved" for entry in page.open_reservations()]

    return _read_book(root, look)


def _read_book(root: Path, read: Callable[[SqliteRecords], list[Any]]) -> list[Any]:
    book = SqliteRecords(root / ".workprint" / "records.sqlite", SystemClock())
    try:
        return read(book)
    finally:
        book.close()


def crash_many(
    make_project: Callable[[Path], object],
    folder: Path,
    kills: int,
    seed: int,
    check: Callable[[Path, Run], Iterable[str]] = lambda root, run: (),
    *,
    keep: bool = False,
) -> CrashReport:
    """Kill so many times, over as many productions as that takes. `check` says what is wrong with a finished one.

    Stops at the first production with a fault; with `keep` the folders stay.
    """
    dice = random.Random(seed)
    total = CrashReport()
    while total.kills < kills and not total.faults:
        root = folder / f"production-{len(total.runs):03d}"
        make_project(root)
        points = [draw_point(dice) for _ in range(kills - total.kills)]
        report = crash_until_finished(root, points)
        report.faults += check(root, report.runs[-1])
        total.runs += report.runs
        total.faults += [f"{root.name}: {fault}" for fault in report.faults]
        if not keep:
            shutil.rmtree(root)
    return total
