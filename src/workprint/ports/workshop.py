"""The workshop: worker processes that carry out makers' work on all cores."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from workprint.film.canonical import Json
from workprint.ports.maker import Made


class Workshop(Protocol):
    """Runs a maker's entry in a worker process. Promise: workers are spawned and end when their owner ends."""

    async def run(self, entry: str, bench: Json, scratch: Path) -> tuple[Made, float]:
        """Carry out the work described by plain data; returns what was made and the CPU seconds it took.

        Raises OrderFailed with the maker's own message when the work fails, DiskFull when there is no room.
        """
        ...

    def close(self) -> None:
        """End all workers now."""
        ...
