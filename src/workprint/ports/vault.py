"""The vault: content-addressed files that are never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from workprint.film.lineage import FileRef


class Vault(Protocol):
    """Files by digest. Promise: once `put` returns, the file survives power loss; stored bytes never change."""

    def put(self, source: Path, media_type: str, name: str) -> FileRef:
        """Store a file by moving it in (same file system) or copying; returns its reference."""
        ...

    def put_bytes(self, data: bytes, media_type: str, name: str) -> FileRef:
        """Store bytes."""
        ...

    def path(self, digest: str) -> Path:
        """Where a stored file lies, to be read only. Raises ArtifactDamaged when it is missing."""
        ...

    def has(self, digest: str) -> bool:
        """Whether a file is stored."""
        ...

    def scratch(self) -> Path:
        """A new empty folder on the vault's file system, for work in progress."""
        ...

    def discard(self, scratch: Path) -> None:
        """Remove a scratch folder with whatever is left in it; silent when it is gone."""
        ...

    def digests(self) -> Iterator[str]:
        """Every stored digest."""
        ...

    def check(self, digest: str) -> bool:
        """Whether the stored bytes still match their name; a mismatch is quarantined, never served."""
        ...

    def sweep(self, keep: Iterable[str]) -> tuple[int, int]:
        """Remove what is not kept; returns how many files and bytes went."""
        ...
