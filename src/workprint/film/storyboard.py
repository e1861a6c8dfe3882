"""The storyboard as made: drawn panels by slate, sheets, and the book that holds them all (F5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workprint.film.order import AnyTake


@dataclass(frozen=True)
class Storyboard:
    """Panels by slate, sheets in order, and the PDF."""

    panels: Mapping[str, AnyTake]
    sheets: tuple[AnyTake, ...]
    book: AnyTake
