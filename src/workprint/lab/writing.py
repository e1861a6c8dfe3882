"""What shaping leaves to us: user-perceived characters, emoji runs, direction, and what a script demands of a style."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby

ZERO_WIDTH_JOINER = "\u200d"
EMOJI_PRESENTATION = "\ufe0f"
RIGHT_TO_LEFT_ISOLATE, POP_ISOLATE = "\u2067", "\u2069"
ISOLATES = RIGHT_TO_LEFT_ISOLATE + POP_ISOLATE

LETTER_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "CJK", "HIRAGANA", "KATAKANA", "HANGUL")
"""Scripts whose letters stand apart, so that one may be shown without its neighbours (by Unicode character name)."""

EMOJI_BELOW_1F000 = frozenset(
    "\u231a\u231b\u23e9\u23ea\u23eb\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753\u2754\u2755"
    "\u2757\u2795\u2796\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
"""Characters of the basic plane that are pictures by default (Emoji_Presentation, Unicode 15 emoji-data.txt, part)."""


def is_extender(char: str) -> bool:
    """Whether a character belongs to the one before it: marks, joiners, selectors, skin tones."""
    code = ord(char)
    joins = char in (ZERO_WIDTH_JOINER, EMOJI_PRESENTATION, "\u200c", "\u20e3") or 0x1F3FB <= code <= 0x1F3FF
    return joins or unicodedata.category(char) in ("Mn", "Mc", "Me") or 0xE0020 <= code <= 0xE007F


def is_regional(char: str) -> bool:
    """Whether a character is half of a flag."""
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


@lru_cache(maxsize=4096)
def split_clusters(text: str) -> tuple[str, ...]:
    """User-perceived characters, after UAX #29 without its Hangul jamo rules (composed first by whoever types)."""
    clusters: list[str] = []
    for char in text:
        before = clusters[-1] if clusters else ""
        pairs_flag = is_regional(char) and len(before) == 1 and is_regional(before)
        if before and (is_extender(char) or before.endswith(ZERO_WIDTH_JOINER) or pairs_flag):
            clusters[-1] += char
        else:
            clusters.append(char)
    return tuple(clusters)


def is_emoji(cluster: str) -> bool:
    """Whether a cluster is to be drawn as a picture rather than in the text's own type."""
    first = cluster[0]
    return EMOJI_PRESENTATION in cluster or 0x1F000 <= ord(first) <= 0x1FAFF or first in EMOJI_BELOW_1F000


@lru_cache(maxsize=4096)
def split_runs(text: str) -> tuple[tuple[str, bool], ...]:
    """The text in runs of (text, is emoji)."""
    return tuple(("".join(run), emoji) for emoji, run in groupby(split_clusters(text), key=is_emoji))


@lru_cache(maxsize=4096)
def is_right_to_left(text: str) -> bool:
    """Direction of a paragraph by its first strong character (UAX #9, rules P2 and P3)."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def isolate_lines(text: str) -> str:
    """Wrap every line so that it runs right to left: Skia's binding has no paragraph direction to set."""
    return "\n".join(f"{RIGHT_TO_LEFT_ISOLATE}{line}{POP_ISOLATE}" for line in text.split("\n"))


@lru_cache(maxsize=4096)
def takes_tracking(text: str) -> bool:
    """Whether letters may be spaced: only in alphabets whose letters do not join or stack."""
    letters = (char for char in text if char.isalpha())
    return all(unicodedata.name(char, "").split(" ")[0] in ("LATIN", "GREEK", "CYRILLIC") for char in letters)


def stands_apart(text: str) -> bool:
    """Whether every letter of a text stands by itself: not in Arabic, which joins, nor in scripts that stack."""
    return all(unicodedata.name(char, "").startswith(LETTER_SCRIPTS) for char in text if char.isalpha())


@lru_cache(maxsize=4096)
def least_line_height(text: str) -> float:
    """The line height, in multiples of the size, that a text's script needs for its marks not to touch."""
    scripts = {unicodedata.name(char, "").split(" ")[0] for char in text if ord(char) > 0x24F}
    if scripts & {"ARABIC", "DEVANAGARI", "THAI"}:
        return 1.42
    if scripts & {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "HEBREW"}:
        return 1.26
    return 0.0
