"""The words of a line as captions show them: what stands between spaces, or clauses where there are none."""

from __future__ import annotations

import re
import unicodedata

CLAUSES = re.compile(
    r"[^。、\uff0c\uff0e\uff01\uff1f\uff1b\uff1a]+[。、\uff0c\uff0e\uff01\uff1f\uff1b\uff1a]*"
    r"|[。、\uff0c\uff0e\uff01\uff1f\uff1b\uff1a]+"
)
"""A clause of a script without spaces, cut after its punctuation."""


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script written without spaces: Han, kana and their punctuation."""
    return "\u3000" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"


def split_unspaced(chunk: str) -> list[str]:
    """A run without spaces taken apart: each Han or kana clause, cut after its punctuation, is one word."""
    return CLAUSES.findall(chunk) if any(is_unspaced(c) for c in chunk) else [chunk]


def split_caption_words(text: str) -> tuple[str, ...]:
    """The words of a line in order. A token without letters or figures stays on the word before it."""
    words: list[str] = []
    for token in (part for chunk in text.split() for part in split_unspaced(chunk)):
        if words and not any(c.isalnum() or unicodedata.category(c) == "Sc" for c in token):
            words[-1] += ("" if is_unspaced(token[0]) else " ") + token
        else:
            words.append(token)
    return tuple(words)
