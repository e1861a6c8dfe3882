"""Reads the outside of a font file as hostile input: what it is, whether it is whole, and what its maker allows."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import PurePath

LARGEST_FONT = 32 * 1024 * 1024
"""Bytes. The largest text fonts, with 65 535 Chinese characters, are below 25 MB."""

MOST_TABLES = 64
"""OpenType registers about 50 tables; a font has 10 to 30."""

SFNT_KINDS = (b"\x00\x01\x00\x00", b"OTTO", b"true")
"""How a font of TrueType or of CFF outlines begins (OpenType 1.9, "Organization of an OpenType font")."""

NEEDED = (b"cmap", b"head", b"hhea", b"hmtx", b"maxp")
OUTLINES = (b"glyf", b"CFF ", b"CFF2")

USE_BITS, RESTRICTED, PREVIEW = 0x000F, 0x0002, 0x0004
"""The use permissions of OS/2.fsType (OpenType 1.9, OS/2, fsType): installable is 0, editable 8."""


class FontRefused(Exception):
    """A font that is not used: `code` for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True)
class FontFacts:
    """What the outside of a font says: its media type, its glyphs, whether it may only be previewed and printed."""

    media_type: str
    glyphs: int
    is_preview_only: bool


def read_font(path: PurePath) -> tuple[bytes, FontFacts]:
    """The bytes of a font file and what they say. Raises FontRefused, and OSError where the file cannot be read."""
    with open(path, "rb") as stream:
        data = stream.read(LARGEST_FONT + 1)
    return data, judge_font(data)


def judge_font(data: bytes) -> FontFacts:
    """What the bytes of a font say about it. Raises FontRefused; codes:

    font-not-a-font, font-web, font-collection, font-too-large, font-truncated, font-damaged, font-empty,
    font-restricted.
    """
    if len(data) > LARGEST_FONT:
        raise FontRefused("font-too-large", f"it is larger than {LARGEST_FONT // 1024**2} MB")
    kind = data[:4]
    if kind in (b"wOFF", b"wOF2"):
        raise FontRefused("font-web", "it is packed for the web (WOFF), whatever its name says")
    if kind == b"ttcf":
        raise FontRefused("font-collection", "it holds several fonts (TTC)")
    if kind not in SFNT_KINDS:
        raise FontRefused("font-not-a-font", "it is no TrueType or OpenType font, whatever its name says")
    tables = list_tables(data)
    missing = [name for name in NEEDED if name not in tables]
    if missing or not any(name in tables for name in OUTLINES):
        names = ", ".join(name.decode("latin-1").strip() for name in missing) or "outlines"
        raise FontRefused("font-damaged", f"it lacks what every font has: {names}")
    glyphs = read_number(data, tables[b"maxp"], 4)
    if glyphs < 2:
        raise FontRefused("font-empty", "it has no letters")
    return FontFacts("font/otf" if kind == b"OTTO" else "font/ttf", glyphs, judge_use(data, tables))


def list_tables(data: bytes) -> dict[bytes, tuple[int, int]]:
    """Where every table lies: name to (offset, bytes). Raises FontRefused."""
    if len(data) < 12:
        raise FontRefused("font-truncated", "it ends inside its header")
    count = int.from_bytes(data[4:6], "big")
    if not 0 < count <= MOST_TABLES:
        raise FontRefused("font-damaged", f"it claims {count} tables; a font has up to {MOST_TABLES}")
    if len(data) < 12 + 16 * count:
        raise FontRefused("font-truncated", "it ends inside its table of contents")
    tables: dict[bytes, tuple[int, int]] = {}
    for place in range(12, 12 + 16 * count, 16):
        name, _, offset, size = struct.unpack(">4sIII", data[place : place + 16])
        if name in tables:
            raise FontRefused("font-damaged", "it names a table twice")
        if offset + size > len(data):
            raise FontRefused("font-truncated", "it ends before its last table does")
        tables[name] = (offset, size)
    return tables


def judge_use(data: bytes, tables: dict[bytes, tuple[int, int]]) -> bool:
    """Whether the font may only be previewed and printed; False where it says nothing. Raises FontRefused."""
    if b"OS/2" not in tables:
        return False
    use = read_number(data, tables[b"OS/2"], 8) & USE_BITS
    # Where several bits are set the least restrictive counts.
    if use == RESTRICTED:
        raise FontRefused("font-restricted", "its maker forbids embedding it (OS/2 fsType 2)")
    return bool(use) and not use & 0x0008 and bool(use & PREVIEW)


def read_number(data: bytes, table: tuple[int, int], place: int) -> int:
    """An unsigned number of 16 bits inside a table. Raises FontRefused where the table is too short."""
    offset, size = table
    if size < place + 2:
        raise FontRefused("font-damaged", "one of its tables is too short")
    return int.from_bytes(data[offset + place : offset + place + 2], "big")
