"""Tries a stranger's font in a process of its own, so that one that breaks a native parser takes nothing else down.

As a program: `python -m workprint.lab.font_trial FILE` reads the signs it is to draw from standard input and prints,
as JSON, which of them the font has.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from functools import lru_cache
from pathlib import Path, PurePath

import skia

from workprint.lab.font_headers import FontRefused
from workprint.lab.fonts import adopt_font, is_ignorable
from workprint.lab.shaping import TypeStyle, find_ink, lay_out

PATIENCE_S = 20
"""CPU and wall seconds a font has to set its signs; an honest one needs one second with the start of the process."""

MOST_MEMORY = 3 * 1024**3
"""Bytes of address space of the trial; Skia and its data map under one."""

LINE = 60
"""Signs set in one line of the trial."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
"""Set whatever the brief says: what a font is most likely to be asked for next."""


def try_font(path: PurePath, digest: str, signs: str) -> tuple[str, ...]:
    """The signs, of those given, that a font lacks. Raises FontRefused (font-damaged, font-empty)."""
    found = _try_font(str(path), digest, "".join(dict.fromkeys(signs)))
    if isinstance(found, FontRefused):
        raise FontRefused(found.code, found.message)
    return found


@lru_cache(maxsize=32)
def _try_font(path: str, digest: str, signs: str) -> tuple[str, ...] | FontRefused:
    """The same file is tried once in a process: `digest` stands for its bytes."""
    command = [sys.executable, "-m", "workprint.lab.font_trial", path]
    try:
        done = subprocess.run(command, input=signs.encode(), capture_output=True, timeout=3 * PATIENCE_S, check=False)
        told = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        told = None
    if told is None:
        return FontRefused("font-damaged", "type cannot be set in it: the trial did not end as it should")
    if not told["drawn"]:
        return FontRefused("font-empty", "it draws none of the letters of this brief")
    return tuple(told["missing"])


def main(path: str) -> int:
    """Set all signs in the font, and print what it has."""
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE_S, PATIENCE_S))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signs = sys.stdin.buffer.read().decode("utf-8", "replace")
    font = adopt_font(Path(path))
    wanted = [sign for sign in signs if not is_ignorable(sign)]
    has = [sign for sign in wanted if font.face.unicharToGlyph(ord(sign))]
    letters = [*has, *(sign for sign in ALPHABET if font.face.unicharToGlyph(ord(sign)))]
    drawn = sum(set_line("".join(letters[start : start + LINE]), font.name) for start in range(0, len(letters), LINE))
    print(json.dumps({"drawn": drawn, "missing": [sign for sign in wanted if sign not in has]}))
    return 0


def set_line(text: str, family: str) -> bool:
    """Shape and draw a line as titles do; whether it leaves ink."""
    style = TypeStyle(f"{family}/sans", "bold", 48, align="left")
    paragraph = lay_out(text, style, 1e6)
    surface = skia.Surface(max(1, min(8000, int(paragraph.LongestLine) + 48)), 160)
    paragraph.paint(surface.getCanvas(), 8, 8)
    return find_ink(surface.toarray()[:, :, 3]) is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
