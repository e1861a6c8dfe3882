"""Word times that came with a bought recording, read as what a stranger wrote."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from workprint.film.canonical import Json
from workprint.lab.word_times import Timed
from workprint.ports.maker import BenchInput

WORD_TIMES = "application/json"
LARGEST_FILE = 1_000_000
BEYOND_MS = 500
"""Times may run so far beyond the sound: encoders cut a little. Further, they are not the times of this sound."""


def read_word_times(given: BenchInput, length_ms: int) -> tuple[Timed, ...]:
    """The words of a recording with their times in ms; none where none came, or where they cannot be this sound's."""
    path = next((path for path, kind in zip(given.paths, given.media_types, strict=True) if kind == WORD_TIMES), None)
    if path is None or Path(path).stat().st_size > LARGEST_FILE:
        return ()
    try:
        told: Json = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError:
        return ()
    rows = told.get("words") if isinstance(told, dict) else None
    words = tuple(tuple(row) for row in rows if _is_timed(row)) if isinstance(rows, list) else ()
    in_order = all(before[1] <= after[1] for before, after in pairwise(words))
    if not words or len(words) != len(rows or ()) or not in_order or words[-1][2] > length_ms + BEYOND_MS:
        return ()
    return words


def _is_timed(row: Json) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 3
        and isinstance(row[0], str)
        and all(isinstance(moment, int) and not isinstance(moment, bool) for moment in row[1:])
        and 0 <= row[1] <= row[2]
    )
