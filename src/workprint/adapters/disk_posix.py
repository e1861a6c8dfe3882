"""The disk of a POSIX system, with every flush spelt out."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workprint.ports.disk import explain_refusal

try:
    from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined,unused-ignore]
except ImportError:  # only macOS has it
    F_FULLFSYNC = None  # type: ignore[assignment,unused-ignore]

READ_ONLY = 0o444
"""Mode of a stored file: nobody writes it."""


class PosixDisk:
    """Carries out the operations of `workprint.ports.disk.Disk`; raises DiskFull or StorageError, never OSError."""

    def make_folder(self, path: Path) -> None:
        """Create a folder and its parents; flushes each parent that gains a name."""
        missing: list[Path] = []
        folder = path
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for folder in reversed(missing):
            with _explained("creating the folder", folder):
                folder.mkdir(exist_ok=True)
            self.sync_folder(folder.parent)

    def write(self, path: Path, data: bytes) -> None:
        """Create or replace a file's bytes. Not durable by itself."""
        with _explained("writing", path):
            path.write_bytes(data)

    def copy(self, source: Path, target: Path) -> None:
        """Create or replace a file with the bytes of another. Not durable by itself."""
        with _explained(f"copying {source.name} to", target):
            shutil.copyfile(source, target)

    def sync_file(self, path: Path) -> None:
        """Make a file's bytes durable, through the drive's own cache where the system can ask for that."""
        with _explained("flushing", path):
            _flush(path, os.O_RDONLY)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file its final name, atomically. Not durable by itself."""
        with _explained(f"renaming {source.name} to", target):
            os.replace(source, target)

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable."""
        with _explained("flushing the folder", path):
            _flush(path, os.O_RDONLY | os.O_DIRECTORY)

    def remove(self, path: Path) -> None:
        """Remove a file; silent when it is gone."""
        with _explained("removing", path), suppress(FileNotFoundError):
            path.unlink()

    def protect(self, path: Path) -> None:
        """Make a file read-only."""
        with _explained("protecting", path):
            path.chmod(READ_ONLY)

    def free_bytes(self, path: Path) -> int:
        """Room left for this user on the file system, in bytes; a path that is not there yet counts as its parent."""
        with _explained("measuring the room at", path):
            while not path.exists():
                path = path.parent
            return shutil.disk_usage(path).free


@contextmanager
def _explained(doing: str, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise explain_refusal(error, doing, path) from error


def _flush(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        # A plain fsync on macOS leaves the bytes in the drive's cache; folders do not take the stronger call.
        if F_FULLFSYNC is not None and stat.S_ISREG(os.fstat(descriptor).st_mode):
            fcntl(descriptor, F_FULLFSYNC)
        else:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
