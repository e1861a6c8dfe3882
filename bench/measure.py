"""Runs a command and measures it: wall time, CPU time of all its processes, and their memory at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.1
"""Between two looks at memory: films are made in seconds, so a peak lasts several looks."""

PAGE_KB = 4


@dataclass(frozen=True)
class Measured:
    """What a command took: wall and CPU seconds of the whole process tree, its memory at the peak in megabytes."""

    code: int
    output: str
    errors: str
    wall: float
    cpu: float
    peak_mb: float

    def require(self) -> Measured:
        """Itself; raises RuntimeError with what the command said when it failed."""
        if self.code:
            raise RuntimeError(f"the command ended with {self.code}: {self.errors[-2000:]}{self.output[-2000:]}")
        return self


def workprint(*arguments: str) -> list[str]:
    """The command line of this very installation."""
    return [sys.executable, "-m", "workprint", *arguments]


def run(command: Sequence[str], cwd: Path, *, memory: bool = True) -> Measured:
    """Run a command to its end. Without `memory` nothing looks on, for commands that take milliseconds."""
    began = time.monotonic()
    cpu_before = _children_cpu()
    with (
        subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        _MemoryWatch(process.pid if memory else 0) as watch,
    ):
        output, errors = process.communicate()
    wall = time.monotonic() - began
    return Measured(process.returncode, output, errors, wall, _children_cpu() - cpu_before, watch.peak_kb / 1000)


def _children_cpu() -> float:
    """CPU seconds of all children that have ended, and of theirs; commands are run one after another."""
    times = os.times()
    return times.children_user + times.children_system


class _MemoryWatch:
    """Adds up the memory of a process tree again and again in a thread, and keeps the largest sum."""

    def __init__(self, root: int) -> None:
        self._root = root
        self.peak_kb = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _MemoryWatch:
        if self._root:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._root:
            self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self.peak_kb = max(self.peak_kb, sum(_memory_kb(process) for process in find_tree(self._root)))


def find_tree(root: int) -> list[int]:
    """A process and all its descendants (Linux; elsewhere nothing is found and memory reads 0)."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            # The name in parentheses may hold anything; the parent is the second field after it.
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    tree = [root]
    for process in tree:
        tree += children.get(process, [])
    return tree


def _memory_kb(process: int) -> int:
    """Proportional set size: memory shared by several processes counts once over all of them."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    with suppress(OSError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_KB
    return 0
