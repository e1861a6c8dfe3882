"""The outbox: the folder a person looks into, with readable names."""

from __future__ import annotations

from typing import Protocol

from workprint.film.lineage import FileRef


class Outbox(Protocol):
    """Puts stored files where a person finds them. Promise: a name shows either the old file or the new one, whole."""

    def publish(self, file: FileRef, relative: str) -> str:
        """Show a stored file under a path below the outbox; returns the path a person can open."""
        ...

    def publish_text(self, text: str, relative: str) -> str:
        """Show a text that is not an artifact (a sidecar with times and authors)."""
        ...

    def location(self, relative: str) -> str:
        """The path a published file has."""
        ...
