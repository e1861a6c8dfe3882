"""The disk, as narrow as crash consistency needs it: every write, flush and rename is a call that can fail.

Its fake (`workprint.testing.fault_disk`) forgets what was not flushed, as a power cut does.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Protocol

from workprint.film.errors import DiskFull, Remedy, StorageError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""What a system says when a disk or a quota is full."""


def explain_full(where: str) -> DiskFull:
    """The one error for a full disk, whichever part of the program met it first."""
    return DiskFull(
        "The disk is full. Everything recorded so far is kept.",
        where=where,
        remedy=Remedy("Make room on this disk, then run the same command again: it goes on where it stopped."),
    )


def explain_refusal(error: OSError, doing: str, path: Path) -> StorageError:
    """The error a user meets when the system refused an operation: DiskFull when there is no room."""
    if error.errno in NO_ROOM:
        return explain_full(str(path))
    reason = error.strerror or type(error).__name__
    return StorageError(
        f"The disk refused {doing} {path.name}: {reason}.",
        where=str(path),
        remedy=Remedy("Check that the project lies on a local, writable disk and that you own its folders."),
    )


class Disk(Protocol):
    """File operations with their durability spelt out. A file is safe after sync_file, a name after sync_folder."""

    def make_folder(self, path: Path) -> None:
        """Create a folder and its parents; flushes each parent that gains a name."""
        ...

    def write(self, path: Path, data: bytes) -> None:
        """Create or replace a file's bytes. Not durable by itself."""
        ...

    def copy(self, source: Path, target: Path) -> None:
        """Create or replace a file with the bytes of another, of any size. Not durable by itself."""
        ...

    def sync_file(self, path: Path) -> None:
        """Make a file's bytes durable."""
        ...

    def rename(self, source: Path, target: Path) -> None:
        """Give a file its final name, atomically. Not durable by itself."""
        ...

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable."""
        ...

    def remove(self, path: Path) -> None:
        """Remove a file; silent when it is gone."""
        ...

    def protect(self, path: Path) -> None:
        """Make a file read-only."""
        ...

    def free_bytes(self, path: Path) -> int:
        """Room left on the file system."""
        ...
