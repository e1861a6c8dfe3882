"""The outbox: copies stored files to `out/` under readable names, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path, PurePosixPath

from workprint.film.errors import StorageError
from workprint.film.lineage import FileRef
from workprint.ports.disk import explain_refusal
from workprint.ports.vault import Vault

PART_SUFFIX = ".part"


class FolderOutbox:
    """Publishes into a folder. What already shows the same bytes is left alone."""

    def __init__(self, root: Path, vault: Vault) -> None:
        self._root = root
        self._vault = vault

    def location(self, relative: str) -> str:
        """The path a published file has."""
        return str(self._resolve(relative))

    def publish(self, file: FileRef, relative: str) -> str:
        """Copy a stored file to its readable name."""
        target = self._resolve(relative)
        if target.is_file() and target.stat().st_size == file.size and _digest(target) == file.digest:
            return str(target)
        source = self._vault.path(file.digest)
        self._replace(target, lambda part: shutil.copyfile(source, part))
        return str(target)

    def publish_text(self, text: str, relative: str) -> str:
        """Write a text to its readable name."""
        target = self._resolve(relative)
        data = text.encode()
        if not (target.is_file() and target.read_bytes() == data):
            self._replace(target, lambda part: part.write_bytes(data))
        return str(target)

    def _resolve(self, relative: str) -> Path:
        parts = PurePosixPath(relative)
        if parts.is_absolute() or ".." in parts.parts or not parts.parts:
            raise StorageError(f"`{relative}` is not a name inside the outbox.")
        return self._root.joinpath(*parts.parts)

    def _replace(self, target: Path, fill: object) -> None:
        part = target.with_name(target.name[:80] + PART_SUFFIX)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fill(part)  # type: ignore[operator]
            with part.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(part, target)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise explain_refusal(error, "publishing", target) from error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
