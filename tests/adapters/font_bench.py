"""Fonts for tests, made from the shipped ones by changing bytes: restricted, cut short, hollow, with broken tables."""

from __future__ import annotations

import struct

from workprint.lab.font_headers import list_tables
from workprint.lab.fonts import find_font_folder

SERIF, HEBREW, WIDE = "NotoSerifDisplay-Medium.ttf", "NotoSansHebrew-Bold.ttf", "Inter-Bold.otf"


def read_shipped(name: str = SERIF) -> bytes:
    """The bytes of a shipped font."""
    return (find_font_folder() / name).read_bytes()


def patch(data: bytes, table: bytes, place: int, value: bytes) -> bytes:
    """The font with some bytes of a table replaced."""
    at = list_tables(data)[table][0] + place
    return data[:at] + value + data[at + len(value) :]


def allow(use: int) -> bytes:
    """A font whose OS/2 fsType says this."""
    return patch(read_shipped(), b"OS/2", 8, struct.pack(">H", use))


def rename_table(data: bytes, table: bytes, name: bytes) -> bytes:
    """The font with a table under another name."""
    end = 12 + 16 * int.from_bytes(data[4:6], "big")
    return data[:12] + data[12:end].replace(table, name, 1) + data[end:]


def scribble(data: bytes, table: bytes) -> bytes:
    """The font with a whole table of noise that no parser can make sense of."""
    _, size = list_tables(data)[table]
    return patch(data, table, 0, bytes((index * 151 + 77) % 256 for index in range(size)))
