"""Where briefs come from: a file a person wrote, read as hostile input."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from workprint.film.brief import Brief, Finding


class BriefSource(Protocol):
    """Reads and checks a brief. Promise: reports every finding at once, opens nothing outside the project."""

    def read(self, path: Path) -> tuple[Brief | None, tuple[Finding, ...]]:
        """The normalised brief (None when a finding is an error) and all findings, warnings included."""
        ...
