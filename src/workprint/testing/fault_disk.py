"""A disk that loses power and runs full on demand: over a real folder, it forgets whatever was not flushed.

The folder shows what a running system sees. Beside it the disk keeps what would survive: bytes since the last
`sync_file`, names since the last `sync_folder`. `cut_power` brings the folder to one state a real disk could be
found in: unflushed bytes lost or torn, unflushed names there or not, each settled by the seed.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from workprint.ports.disk import explain_refusal


class PowerCut(BaseException):
    """The power went. No Exception, so that nothing that handles errors outlives it."""


class _Node:
    """One file whatever its name; `safe` is what was last flushed, None when nothing ever was."""

    def __init__(self, safe: bytes | None = None) -> None:
        self.safe = safe


class FaultDisk:
    """Implements `workprint.ports.disk.Disk` below `root`. What lies there at the start is durable.

    The operation numbered `cut_at` (from 0) raises PowerCut, as does every one after it until `cut_power` is called.
    The operation numbered `full_at` finds no room; with `stays_full` so does every later one that needs room.
    `operations` counts. The same seed settles everything the same way.
    """

    def __init__(
        self,
        root: Path,
        *,
        seed: int = 0,
        cut_at: int | None = None,
        full_at: int | None = None,
        stays_full: bool = False,
    ) -> None:
        self._root = root
        self._dice = random.Random(seed)
        self.cut_at = cut_at
        self.full_at = full_at
        self.stays_full = stays_full
        self.operations = 0
        self._is_off = False
        self._take_stock()

    def make_folder(self, path: Path) -> None:
        """Create a folder and its parents, durably when new; a fault leaves folders whose names were not flushed."""

        def spoil() -> None:
            path.mkdir(parents=True, exist_ok=True)

        def act() -> None:
            new = [folder for folder in (path, *path.parents) if not folder.exists()]
            spoil()
            self._folders.update(new)

        self._perform(act, "creating the folder", path, spoil, needs_room=True)

    def write(self, path: Path, data: bytes) -> None:
        """Create or replace a file's bytes; a fault leaves half of them."""
        self._perform(
            lambda: self._store(path, data), "writing", path, lambda: self._store(path, data[: len(data) // 2]), True
        )

    def copy(self, source: Path, target: Path) -> None:
        """Create or replace a file with the bytes of another; a fault leaves half of them."""
        self._perform(
            lambda: self._store(target, source.read_bytes()),
            "copying to",
            target,
            lambda: self._store(target, source.read_bytes()[: source.stat().st_size // 2]),
            True,
        )

    def sync_file(self, path: Path) -> None:
        """Make a file's bytes durable."""

        def act() -> None:
            self._node(path).safe = path.read_bytes()

        self._perform(act, "flushing", path)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file its final name; until the folder is flushed a power cut may undo it."""

        def act() -> None:
            node = self._node(source)
            os.replace(source, target)
            del self._live[source]
            self._live[target] = node

        self._perform(act, "renaming to", target)

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable."""

        def act() -> None:
            for gone in [name for name in self._durable if name.parent == path and not name.is_file()]:
                del self._durable[gone]
            for entry in path.iterdir():
                if entry.is_dir():
                    self._folders.add(entry)
                else:
                    self._durable[entry] = self._node(entry)

        self._perform(act, "flushing the folder", path)

    def remove(self, path: Path) -> None:
        """Remove a file; until the folder is flushed a power cut may bring it back."""

        def act() -> None:
            path.unlink(missing_ok=True)
            self._live.pop(path, None)

        self._perform(act, "removing", path)

    def protect(self, path: Path) -> None:
        """Make a file read-only."""
        self._perform(lambda: path.chmod(0o444), "protecting", path)

    def free_bytes(self, path: Path) -> int:
        """Room left: none while full, else that of the real disk."""
        if self.stays_full and self.full_at is not None and self.operations > self.full_at:
            return 0
        return shutil.disk_usage(self._root).free

    def cut_power(self) -> None:
        """Bring the folder to a state a power cut could leave it in, and switch the disk on again, without faults."""
        self._node_everything()
        kept = self._settle_names()
        torn = {id(node): self._settle_bytes(node) for node in [*kept.values()]}
        for folder in sorted((path for path in self._root.rglob("*") if path.is_dir()), reverse=True):
            if folder not in self._folders and self._dice.random() < 0.5:
                kept = {path: node for path, node in kept.items() if folder not in path.parents}
                shutil.rmtree(folder)
        for path in [path for path in self._root.rglob("*") if not path.is_dir()]:
            path.unlink()
        for path, node in kept.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(torn[id(node)])
        self.cut_at = self.full_at = None
        self._is_off = False
        self._take_stock()

    def _perform(
        self,
        act: Callable[[], None],
        doing: str,
        path: Path,
        spoil: Callable[[], None] | None = None,
        needs_room: bool = False,
    ) -> None:
        if self._is_off:
            raise PowerCut
        number = self.operations
        self.operations += 1
        if number == self.cut_at:
            self._is_off = True
            if self._dice.random() < 0.5:
                (spoil or act)()
            raise PowerCut
        try:
            if self._is_full(number, needs_room):
                if spoil:
                    spoil()
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            act()
        except OSError as error:
            raise explain_refusal(error, doing, path) from error

    def _is_full(self, number: int, needs_room: bool) -> bool:
        if self.full_at is None:
            return False
        return number == self.full_at or (self.stays_full and needs_room and number > self.full_at)

    def _store(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        self._node(path)

    def _node(self, path: Path) -> _Node:
        """The file behind a name; one that others wrote has nothing flushed."""
        return self._live.setdefault(path, _Node())

    def _node_everything(self) -> None:
        files = [path for path in sorted(self._root.rglob("*")) if path.is_file()]
        self._live = {path: self._node(path) for path in files}

    def _take_stock(self) -> None:
        """Take all that lies in the folder for durable."""
        files = [path for path in sorted(self._root.rglob("*")) if path.is_file()]
        self._live = {path: _Node(path.read_bytes()) for path in files}
        self._durable = dict(self._live)
        self._folders = {self._root, *(path for path in self._root.rglob("*") if path.is_dir())}

    def _settle_names(self) -> dict[Path, _Node]:
        """Which names survive: a flushed one does, a change that was not flushed may or may not have arrived."""
        kept: dict[Path, _Node] = {}
        for path in sorted({*self._live, *self._durable}):
            now, then = self._live.get(path), self._durable.get(path)
            node = now if self._dice.random() < 0.5 else then
            if node is not None:
                kept[path] = node
        for path, node in self._durable.items():
            # A rename is atomic: a file that was only moved is found under one of its two names.
            if any(node is other for other in self._live.values()) and all(node is not x for x in kept.values()):
                kept.setdefault(path, node)
        return kept

    def _settle_bytes(self, node: _Node) -> bytes:
        """What survives of a file's bytes: all when flushed, else the old ones, none, a part, or noughts."""
        safe = node.safe or b""
        path = next((path for path, other in self._live.items() if other is node), None)
        now = path.read_bytes() if path else safe
        if now == node.safe:
            return now
        half = now[: len(now) // 2]
        return self._dice.choice([safe, b"", half, half + bytes(len(now) - len(half)), now])
