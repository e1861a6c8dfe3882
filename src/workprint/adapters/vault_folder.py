"""A vault in a folder: every file lies at root/ab/cdef..., named by the sha256 of its bytes, and is never changed.

A file is complete, flushed and read-only before it gets its name, so a name never shows half a file.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workprint.film.errors import ArtifactDamaged, Remedy, StorageError
from workprint.film.lineage import FileRef
from workprint.ports.disk import Disk, explain_refusal

DIGEST = re.compile(r"[0-9a-f]{64}")
PREFIX = re.compile(r"[0-9a-f]{2}")
READ_SIZE = 1 << 20
"""Bytes hashed at a time: a gigabyte film must not need a gigabyte of memory."""


def locate(root: Path, digest: str) -> Path:
    """Where a digest lies below a root, stored or not. Raises ArtifactDamaged when it is no sha256 in hex."""
    if not DIGEST.fullmatch(digest):
        raise ArtifactDamaged(f"{digest[:80]!r} is not the name of a stored file.", where=str(root), remedy=_MEND)
    return root / digest[:2] / digest[2:]


def _find(root: Path, digest: str) -> Path:
    path = locate(root, digest)
    if not path.is_file():
        raise ArtifactDamaged(f"The stored file {digest[:12]} is missing.", where=str(path), remedy=_MEND)
    return path


_MEND = Remedy("Run produce to make it again, or restore a backup; verify --deep lists all that is amiss.")


class VaultReader:
    """What a worker process knows of a vault: where files lie. It writes nothing."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, digest: str) -> Path:
        """Where a stored file lies, to be read only. Raises ArtifactDamaged when it is missing."""
        return _find(self._root, digest)


class FolderVault:
    """Implements `workprint.ports.vault.Vault` in a folder; creates nothing before something is stored.

    `put` moves a file only out of a scratch folder of its own; anything else is copied, so that a file of the user
    stays where it is.
    """

    def __init__(self, root: Path, disk: Disk) -> None:
        self._root = root
        self._tmp = root / "tmp"
        self._disk = disk
        self._ready: set[Path] = set()

    def put(self, source: Path, media_type: str, name: str) -> FileRef:
        """Store a file: moved in from a scratch folder, copied from anywhere else."""
        if self._is_ours(source):
            return self._take_in(source, media_type, name)
        with self._temporary() as temporary:
            self._disk.copy(source, temporary)
            return self._take_in(temporary, media_type, name)

    def put_bytes(self, data: bytes, media_type: str, name: str) -> FileRef:
        """Store bytes."""
        with self._temporary() as temporary:
            self._disk.write(temporary, data)
            return self._take_in(temporary, media_type, name)

    def path(self, digest: str) -> Path:
        """Where a stored file lies, to be read only. Raises ArtifactDamaged when it is missing."""
        return _find(self._root, digest)

    def has(self, digest: str) -> bool:
        """Whether a file is stored."""
        return DIGEST.fullmatch(digest) is not None and locate(self._root, digest).is_file()

    def scratch(self) -> Path:
        """A new empty folder on the vault's file system; `sweep` removes it once this process is gone."""
        self._prepare(self._tmp)
        folder = self._tmp / _own_name()
        self._disk.make_folder(folder)
        return folder

    def discard(self, scratch: Path) -> None:
        """Remove a scratch folder of this vault with whatever is left in it; silent when it is gone."""
        if scratch.parent == self._tmp:
            shutil.rmtree(scratch, ignore_errors=True)

    def digests(self) -> Iterator[str]:
        """Every stored digest, in order."""
        for folder in _list(self._root):
            if PREFIX.fullmatch(folder.name):
                for path in _list(folder):
                    if DIGEST.fullmatch(folder.name + path.name):
                        yield folder.name + path.name

    def check(self, digest: str) -> bool:
        """Whether the stored bytes match their name, read in full; what does not is moved to root/quarantine.

        Raises StorageError when the bytes cannot be read at all.
        """
        if not self.has(digest):
            return False
        path = locate(self._root, digest)
        if _hash_file(path)[0] == digest:
            return True
        self._quarantine(path, digest)
        return False

    def sweep(self, keep: Iterable[str]) -> tuple[int, int]:
        """Remove stored files that are not kept, and what dead processes left in progress (not counted).

        Returns how many stored files and bytes went. Nothing may be storing files meanwhile.
        """
        kept = frozenset(keep)
        files = size = 0
        for digest in self.digests():
            if digest not in kept:
                path = locate(self._root, digest)
                size += path.stat().st_size
                files += 1
                self._disk.remove(path)
        for leftover in _list(self._tmp):
            if not _is_owner_alive(leftover.name):
                self._clear(leftover)
        return files, size

    def _is_ours(self, source: Path) -> bool:
        """Whether a file may be moved: a plain file in our own scratch that has no second name elsewhere."""
        try:
            facts = source.lstat()
        except OSError as error:
            raise explain_refusal(error, "reading", source) from error
        in_scratch = self._tmp.resolve() in source.parent.resolve().parents
        if in_scratch and not stat.S_ISREG(facts.st_mode):
            raise StorageError(
                f"{source.name} is not a plain file.", where=str(source), remedy=Remedy("Store plain files only.")
            )
        return in_scratch and facts.st_nlink == 1

    def _take_in(self, temporary: Path, media_type: str, name: str) -> FileRef:
        """Give a complete file on our file system its final name; the file at `temporary` is used up."""
        self._disk.protect(temporary)
        self._disk.sync_file(temporary)
        digest, size = _hash_file(temporary)
        target = locate(self._root, digest)
        self._prepare(target.parent)
        if self.check(digest):
            self._disk.remove(temporary)
        else:
            self._disk.rename(temporary, target)
        # Also when it was there: whoever stored it may have died before its name was flushed.
        self._disk.sync_folder(target.parent)
        return FileRef(digest, media_type, size, name)

    @contextmanager
    def _temporary(self) -> Iterator[Path]:
        """A name for a file in progress; when the disk refuses, half of a file must not fill it further."""
        self._prepare(self._tmp)
        path = self._tmp / f"{_own_name()}.part"
        try:
            yield path
        except StorageError:
            with suppress(StorageError):
                self._disk.remove(path)
            raise

    def _prepare(self, folder: Path) -> None:
        """Have a folder whose name is durable: made now, or left by a process that died before its flush."""
        if folder in self._ready:
            return
        self._disk.make_folder(folder)
        self._disk.sync_folder(folder.parent)
        if folder.parent == self._root:
            self._disk.sync_folder(self._root.parent)
        self._ready.add(folder)

    def _quarantine(self, path: Path, digest: str) -> None:
        folder = self._root / "quarantine"
        self._prepare(folder)
        self._disk.rename(path, folder / f"{digest}.{_own_name()}")
        self._disk.sync_folder(folder)
        self._disk.sync_folder(path.parent)

    def _clear(self, leftover: Path) -> None:
        """Remove a leftover file, or a folder with all that is in it; links are removed, never followed."""
        if leftover.is_dir() and not leftover.is_symlink():
            for inner in _list(leftover):
                self._clear(inner)
            with suppress(OSError):
                leftover.rmdir()
        else:
            self._disk.remove(leftover)


def _own_name() -> str:
    """A name nobody else has, which says whose it is."""
    return f"{os.getpid()}-{secrets.token_hex(6)}"


def _is_owner_alive(name: str) -> bool:
    owner = name.partition("-")[0]
    if not owner.isdecimal():
        return False
    try:
        os.kill(int(owner), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _list(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise explain_refusal(error, "listing", folder) from error


def _hash_file(path: Path) -> tuple[str, int]:
    """The sha256 and the size of a file."""
    hasher = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as file:
            while block := file.read(READ_SIZE):
                hasher.update(block)
                size += len(block)
    except OSError as error:
        raise explain_refusal(error, "reading", path) from error
    return hasher.hexdigest(), size
