"""Races for a cap: fifty processes want to spend from a purse that holds enough for ten, again and again.

Every race draws prices such that any ten fit under the cap and no eleven do. What is granted may be given back and
tried again, fall back to another model, or stay reserved. Afterwards every line of the ledger is added up: at no moment
may more be spent and reserved than the cap, and exactly ten must keep their money.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.film.ledger import Entry, balance_of
from workprint.testing.cap_racer import KEEPS, Racer

WORKERS = 50
ALLOWED = 10

RACES_A_BOOK = 25
"""A book serves so many races one after another, each with a cap above what is committed already."""

LANES = 2
"""Races go on side by side in so many books: who waits for a lock sleeps, and leaves a core idle."""

MOST_ROUNDS = 40
"""Rounds after which a race that is not decided is called stuck; most take three or four."""

DEAREST_CENT = 500
"""The dearest price of a race in cents; the cheapest is one."""


@dataclass(frozen=True)
class RaceResult:
    """What one race came to. `tries` are grants asked for; `most` is the largest share of the cap at any moment."""

    race: int
    granted: int
    tries: int
    given_back: int
    most: float
    faults: tuple[str, ...]


class Field:
    """The racers of all races: real processes, forked once from this one, each on a line of its own."""

    def __init__(self, workers: int) -> None:
        self._lines: list[tuple[TextIO, TextIO]] = []
        self._children: list[int] = []
        for number in range(workers):
            ours, theirs = socket.socketpair()
            child = os.fork()
            if child == 0:
                ours.close()
                _serve(number, theirs)
            theirs.close()
            self._children.append(child)
            self._lines.append((ours.makefile("r"), ours.makefile("w")))

    def tell(self, numbers: list[int], task: dict[str, Any]) -> list[dict[str, Any]]:
        """Send the same task to some racers at once; their answers in the same order."""
        text = json.dumps(task) + "\n"
        for number in numbers:
            self._lines[number][1].write(text)
            self._lines[number][1].flush()
        answers = []
        for number in numbers:
            line = self._lines[number][0].readline()
            answers.append(json.loads(line) if line else {"came": "died", "fault": f"racer {number} has died"})
        return answers

    def close(self) -> None:
        """Send everybody home."""
        for reading, writing in self._lines:
            for line in (writing, reading):
                with suppress(OSError):
                    line.close()
        for child in self._children:
            os.waitpid(child, 0)


def _serve(number: int, line: socket.socket) -> None:
    """The life of one racer; it never returns."""
    code = 1
    try:
        racer, writing = Racer(number), line.makefile("w")
        for text in line.makefile("r"):
            task, answer = json.loads(text), {}
            try:
                if task["do"] == "prepare":
                    racer.prepare(task)
                else:
                    answer = asdict(racer.run())
            except Exception as error:  # whatever it is, the race must hear of it
                answer = {"came": "broke", "fault": f"{type(error).__name__}: {error}"}
            writing.write(json.dumps(answer) + "\n")
            writing.flush()
        code = 0
    finally:
        os._exit(code)


def run_races(
    races: int, folder: Path, *, seed: int = 1, workers: int = WORKERS, allowed: int = ALLOWED, careless: bool = False
) -> Iterator[RaceResult]:
    """Run so many races in processes of their own, and tell of each as it ends. `seed` decides all prices and fates.

    `careless` lets everybody look into the purse before the race: such a race must overspend.
    """
    base = {"seed": seed, "workers": workers, "allowed": allowed, "careless": careless}
    lanes = []
    for lane in range(min(LANES, races)):
        mine = {"races": list(range(races))[lane::LANES], "folder": str(folder / f"lane-{lane}")}
        command = [sys.executable, "-m", "workprint.testing.cap_race", json.dumps({**base, **mine})]
        lanes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    try:
        for race in range(races):
            stdout = lanes[race % LANES].stdout
            assert stdout is not None
            line = stdout.readline()
            if not line:
                raise RuntimeError(f"race {race} ended with {lanes[race % LANES].wait()}")
            data = json.loads(line)
            yield RaceResult(**{**data, "faults": tuple(data["faults"])})
    finally:
        for process in lanes:
            process.terminate()
            process.communicate()


def direct(task: dict[str, Any]) -> Iterator[RaceResult]:
    """Run the races of a task with racers forked from this process."""
    field = Field(task["workers"])
    numbers = task["races"]
    for first in range(0, len(numbers), RACES_A_BOOK):
        book = Path(task["folder"]) / f"book-{first}"
        book.mkdir(parents=True)
        records = SqliteRecords(book / "records.sqlite", SystemClock())
        batch = numbers[first : first + RACES_A_BOOK]
        for race in batch:
            result = _run_race(field, records, {**task, "race": race, "folder": str(book)})
            unsound = records.check() if race == batch[-1] else ()
            yield RaceResult(**{**asdict(result), "faults": (*result.faults, *unsound)})
        records.close()
        shutil.rmtree(book)
    field.close()


def draw_prices(seed: int, race: int, allowed: int) -> tuple[int, int, int]:
    """The cheapest and the dearest price of a race in micro-dollars, and a cap that holds `allowed` of any of them."""
    chance = random.Random(f"{seed}-{race}-prices")
    cheapest = chance.randint(1, DEAREST_CENT) * 10_000
    dearest = cheapest + chance.randint(0, cheapest // (allowed + 2))
    return cheapest, dearest, chance.randint(allowed * dearest, (allowed + 1) * cheapest - 1)


def _run_race(field: Field, records: SqliteRecords, task: dict[str, Any]) -> RaceResult:
    before = records.entries()
    base = balance_of(before).committed.micros
    cheapest, dearest, room = draw_prices(task["seed"], task["race"], task["allowed"])
    prices = {"cheapest": cheapest, "dearest": dearest, "cap": base + room}
    wanting, faults, granted, tries, given_back = list(range(task["workers"])), [], 0, 0, 0
    faults += _list_faults(field.tell(wanting, {**task, **prices, "do": "prepare"}))
    is_last = False
    for _ in range(MOST_ROUNDS):
        answers = field.tell(wanting, {"do": "try"})
        faults += _list_faults(answers)
        kept = [answer["came"] in KEEPS for answer in answers]
        turned_away = [answer["came"] == "refused by the cap" for answer in answers]
        granted += sum(kept)
        tries += len(answers)
        given_back += len(answers) - sum(kept) - sum(turned_away)
        wanting = [number for number, is_kept in zip(wanting, kept, strict=True) if not is_kept]
        if is_last or not wanting:
            break
        # Once more when all is gone: everybody who is left has to be turned away.
        is_last = granted >= task["allowed"]
    else:
        faults.append(f"undecided after {MOST_ROUNDS} rounds")
    entries = records.entries()
    most = _find_most(before, entries) - base
    checks = (
        (granted == task["allowed"], f"{granted} were granted, {task['allowed']} fit"),
        (most <= room, f"{most} micro-dollars were committed at one moment, the cap is {room}"),
        (_count_kept(entries[len(before) :]) == granted, "the ledger keeps money for others than were granted"),
    )
    faults += [words for holds, words in checks if not holds]
    return RaceResult(task["race"], granted, tries, given_back, most / room, tuple(faults))


def _list_faults(answers: list[dict[str, Any]]) -> list[str]:
    return [str(answer["fault"]) for answer in answers if answer.get("fault")]


def _find_most(before: tuple[Entry, ...], entries: tuple[Entry, ...]) -> int:
    """The largest sum of spent and reserved after any line of the ledger, which is the order things happened in."""
    open_before = balance_of(before)
    spent, reserved = open_before.spent.micros, open_before.reserved.micros
    standing: dict[str, int] = {}
    most = spent + reserved
    for entry in entries[len(before) :]:
        if entry.kind.value == "reserve":
            standing[entry.reservation] = entry.amount.micros
        elif entry.kind.value in ("settle", "release"):
            standing.pop(entry.reservation)
            spent += entry.amount.micros
        most = max(most, spent + reserved + sum(standing.values()))
    return most


def _count_kept(entries: tuple[Entry, ...]) -> int:
    """Reservations of these lines that were settled, or still stand."""
    kinds = {entry.reservation: entry.kind.value for entry in entries}
    return sum(kind in ("settle", "reserve") for kind in kinds.values())


def main() -> None:
    """Run the races of the task that is the first argument; a JSON line for each that has ended."""
    for result in direct(json.loads(sys.argv[1])):
        sys.stdout.write(json.dumps(asdict(result)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
