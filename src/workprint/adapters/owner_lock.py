"""One owner process a project: a lock file that the system releases when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from workprint.film.errors import ProjectBusy, Remedy
from workprint.ports.disk import explain_refusal

GLANCES = 5
GLANCE_SECONDS = 0.02
"""A look at the lock takes microseconds; a tenth of a second outlasts several of them."""


class OwnerLock:
    """Held while producing. The file tells who holds it, so that a second process can say so."""

    def __init__(self, file: Path, command: str, started: str) -> None:
        self._file = file
        self._note = {"pid": os.getpid(), "command": command, "started": started}
        self._handle: int | None = None

    def __enter__(self) -> OwnerLock:
        try:
            self._handle = self._take()
        except OSError as error:
            raise explain_refusal(error, "writing", self._file) from error
        return self

    def _take(self) -> int:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _lock(handle)
        except BlockingIOError as error:
            note = read_owner(self._file)
            os.close(handle)
            who = f"process {note.get('pid', '?')} (`{note.get('command', '?')}`, since {note.get('started', '?')})"
            remedy = Remedy("watch it from here, or wait for it to end", "workprint watch")
            raise ProjectBusy(
                f"{who} is producing in this folder.", where=str(self._file.parent), remedy=remedy
            ) from error
        try:
            os.ftruncate(handle, 0)
            os.write(handle, json.dumps(self._note).encode())
        except OSError:
            os.close(handle)
            raise
        return handle

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None


def _lock(handle: int) -> None:
    """Take the lock; whoever only looks whether it is held (`is_owned`) holds it for an instant, so try again."""
    for _ in range(GLANCES):
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(GLANCE_SECONDS)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def read_owner(file: Path) -> dict[str, object]:
    """What the holder wrote about itself; empty when there is none."""
    try:
        note = json.loads(file.read_text() or "{}")
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def is_owned(file: Path) -> bool:
    """Whether some process holds the lock right now."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
