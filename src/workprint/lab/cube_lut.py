"""Reads colour look-up tables in the .cube form, as hostile input: limited before it is read, refused with a code."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePath

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float32]

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes. 65 points a side with nine digits a value make 10 MB."""

LARGEST_SIDE = 65
"""Points a side of a 3D table; the largest cameras and grading programs write."""

LARGEST_RAMP = 65_536
"""Entries of a 1D table (Adobe, Cube LUT Specification 1.0, section 5)."""

LONGEST_LINE = 250
"""Characters of a line, as the specification allows."""

MOST_HEADS = 1_000
"""Lines of title, comment and keyword before the values; real ones hold a dozen."""

LARGEST_VALUE = 1e4
"""A value beyond it is damage: tables of display colours stay near 0 to 1, those of scene light below 100."""

_KEYWORD = re.compile(r"[A-Z][A-Z0-9_]*")
_RANGES = {"LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"}
"""How DaVinci Resolve writes the domain."""


class CubeRefused(Exception):
    """A table that is not read: `code` for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True)
class CubeLut:
    """A colour table: three curves (entries, 3), then a cube (side, side, side, 3) indexed blue, green, red; or one.

    Input below `low` or above `high` (one number a channel) counts as the nearest inside.
    """

    low: Table
    high: Table
    curves: Table | None
    cube: Table | None

    def apply(self, rgb: Table) -> Table:
        """Colours (n, 3) through the table: curves interpolated linearly, the cube by tetrahedra."""
        share = np.clip((rgb - self.low) / (self.high - self.low), 0, 1).astype(np.float32)
        if self.curves is not None:
            steps = np.linspace(0, 1, len(self.curves), dtype=np.float32)
            share = np.stack([np.interp(share[:, i], steps, self.curves[:, i]) for i in range(3)], axis=1)
        if self.cube is None:
            return np.asarray(share, np.float32)
        return _look_up(self.cube, np.clip(share, 0, 1).astype(np.float32))


@dataclass
class _Head:
    """What stands before the values."""

    curves: int = 0
    side: int = 0
    low: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    high: list[float] = field(default_factory=lambda: [1.0, 1.0, 1.0])


def read_cube(path: PurePath) -> CubeLut:
    """The table of a .cube file. Raises CubeRefused; nothing but the values of a well-formed table is kept."""
    text = _read_text(path)
    lines = text.splitlines()
    head, start = _read_head(lines)
    wanted = head.curves + head.side**3
    if not wanted:
        raise CubeRefused("lut-not-a-cube", "it names neither LUT_1D_SIZE nor LUT_3D_SIZE")
    values = _read_values(lines, start, wanted)
    low, high = np.array(head.low, np.float32), np.array(head.high, np.float32)
    if not (np.isfinite(low).all() and np.isfinite(high).all() and (high - low > 1e-6).all()):
        raise CubeRefused("lut-damaged", "its domain is empty")
    side = head.side
    return CubeLut(
        low=low,
        high=high,
        curves=values[: head.curves] if head.curves else None,
        cube=values[head.curves :].reshape(side, side, side, 3) if side else None,
    )


def _read_text(path: PurePath) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        raise CubeRefused("lut-unreadable", "it cannot be opened") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise CubeRefused("lut-unreadable", "it is not a regular file")
        if status.st_size > LARGEST_FILE:
            raise CubeRefused("lut-too-large", f"it has {status.st_size:,} bytes; the limit is {LARGEST_FILE:,}")
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(LARGEST_FILE)
    finally:
        os.close(handle)
    if b"\0" in data:
        raise CubeRefused("lut-not-a-cube", "it is no text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CubeRefused("lut-not-a-cube", "it is no text") from error


def _read_head(lines: list[str]) -> tuple[_Head, int]:
    """Keywords up to the first line of values, and where that stands."""
    head = _Head()
    for number, line in enumerate(islice(lines, MOST_HEADS)):
        words = line.split()
        if not words or line.lstrip().startswith("#"):
            continue
        if not _KEYWORD.fullmatch(words[0]):
            return head, number
        _read_keyword(head, words)
    return head, len(lines)


def _read_keyword(head: _Head, words: list[str]) -> None:
    name = words[0]
    if name in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
        most = LARGEST_RAMP if name == "LUT_1D_SIZE" else LARGEST_SIDE
        setattr(head, "curves" if name == "LUT_1D_SIZE" else "side", _read_size(words, most))
    elif name in ("DOMAIN_MIN", "DOMAIN_MAX"):
        setattr(head, "low" if name == "DOMAIN_MIN" else "high", _read_numbers(words, 3))
    elif name in _RANGES:
        low, high = _read_numbers(words, 2)
        head.low, head.high = [low] * 3, [high] * 3
    # Any other keyword (TITLE and what programs add) changes no value.


def _read_size(words: list[str], most: int) -> int:
    if len(words) != 2 or not re.fullmatch(r"[0-9]{1,9}", words[1]) or int(words[1]) < 2:
        raise CubeRefused("lut-damaged", f"its {words[0]} is no size")
    if int(words[1]) > most:
        raise CubeRefused("lut-too-large", f"its {words[0]} is {int(words[1]):,}; the limit is {most:,}")
    return int(words[1])


def _read_numbers(words: list[str], count: int) -> list[float]:
    try:
        numbers = [float(word) for word in words[1:]]
    except ValueError as error:
        raise CubeRefused("lut-damaged", f"its {words[0]} is not made of numbers") from error
    if len(numbers) != count:
        raise CubeRefused("lut-damaged", f"its {words[0]} holds {len(numbers)} numbers instead of {count}")
    return numbers


def _read_values(lines: list[str], start: int, wanted: int) -> Table:
    rows = [line for line in lines[start:] if line.strip() and not line.lstrip().startswith("#")]
    if len(rows) != wanted:
        raise CubeRefused("lut-damaged", f"it holds {len(rows):,} lines of values instead of {wanted:,}")
    if max(map(len, rows)) > LONGEST_LINE:
        raise CubeRefused("lut-damaged", f"a line is longer than {LONGEST_LINE} characters")
    words = [row.split() for row in rows]
    if any(len(row) != 3 for row in words):
        raise CubeRefused("lut-damaged", "a line holds other than three values")
    try:
        values = np.array(words, dtype=np.float64)
    except ValueError as error:
        raise CubeRefused("lut-damaged", "a value is no number") from error
    if not np.isfinite(values).all() or np.abs(values).max() > LARGEST_VALUE:
        raise CubeRefused("lut-damaged", "a value is infinite or beyond all reason")
    return values.astype(np.float32)


def _look_up(cube: Table, share: Table) -> Table:
    """Tetrahedral interpolation: along the cell's diagonal first by the largest fraction, so that greys stay exact."""
    last = len(cube) - 1
    place = share[:, ::-1] * last  # The cube is stored with red fastest.
    corner = np.minimum(place.astype(np.int64), last - 1)
    rest = (place - corner).astype(np.float32)
    order = np.argsort(-rest, axis=1, kind="stable")
    at = corner.copy()
    rows = np.arange(len(at))
    found = cube[at[:, 0], at[:, 1], at[:, 2]].copy()
    before = found.copy()
    for turn in range(3):
        axis = order[:, turn]
        at[rows, axis] += 1
        after = cube[at[:, 0], at[:, 1], at[:, 2]]
        found += rest[rows, axis][:, None] * (after - before)
        before = after
    return np.asarray(found, np.float32)
