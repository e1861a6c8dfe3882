"""The words of spoken lines as captions: broken where phrases end, and timed so that each can be read (R3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from workprint.film.canonical import Json
from workprint.lab.caption_words import is_unspaced

LINE_LENGTH, MOST_LINES = 42, 2
"""Characters a line and lines a caption: the usual broadcast and streaming limits."""

SHORTEST_MS = 800
"""A caption shorter than this cannot be read."""

LONGEST_MS = 6000
"""A caption stands no longer than this while words keep coming."""

GAP_MS = 40
"""Dark time between two captions (one frame), so that the change is seen."""

PAUSE_MS = 650
"""A silence this long ends a caption."""

HOLD_MS = 350
"""A caption stays this long after its last word when nothing follows at once."""

SENTENCE_END = re.compile(r"[.!?…。\uff01\uff1f؟।][\"'”\u2019»)\]]*$")
PHRASE_END = re.compile(r"[,;:—\u2013،、\uff0c\uff1b\uff1a][\"'”\u2019»)\]]*$")


@dataclass(frozen=True)
class Said:
    """A word with its times in the film, in milliseconds, and the role of the recording it is said in."""

    text: str
    start: int
    end: int
    role: str = ""


@dataclass(frozen=True)
class Caption:
    """A caption: lines, when it is shown, in milliseconds, and the role of the recording its words are said in."""

    lines: tuple[str, ...]
    start: int
    end: int
    role: str = ""


def read_said(facts: Mapping[str, Json], start_ms: int, role: str = "") -> list[Said]:
    """The words a recording's facts tell, at their places in the film; none for one whose words nobody knows."""
    words = facts.get("words") or []
    return [Said(_clean(text), start_ms + int(a), start_ms + int(b), role) for text, a, b in words if _clean(text)]


def _clean(text: str) -> str:
    """One line of text: a line break or control character inside it would end the caption early."""
    return " ".join("".join(c if c.isprintable() or c in "\u200c\u200d" else " " for c in text).split())


def break_words(words: list[Said]) -> list[list[Said]]:
    """Words in blocks of at most two lines, cut at sentences, pauses and phrases."""
    blocks: list[list[Said]] = []
    rest = [piece for word in words for piece in _split_long(word)]
    while rest:
        count = _pick_break(rest)
        blocks.append(rest[:count])
        rest = rest[count:]
    return blocks


def _split_long(word: Said) -> list[Said]:
    """A word longer than a line (scripts without spaces, web addresses) in pieces that fit, sharing its time."""
    pieces = [word.text[i : i + LINE_LENGTH] for i in range(0, len(word.text), LINE_LENGTH)]
    span = word.end - word.start
    marks = [word.start + span * i // len(pieces) for i in range(len(pieces) + 1)]
    return [replace(word, text=piece, start=marks[i], end=marks[i + 1]) for i, piece in enumerate(pieces)]


def _pick_break(words: list[Said]) -> int:
    """How many words the next caption takes: all up to a sentence end or a pause, else up to the best phrase end."""
    fitting = 1
    for count in range(1, len(words) + 1):
        if count > 1 and (not _fits(words[:count]) or words[count - 1].end - words[0].start > LONGEST_MS):
            break
        fitting = count
        ends_here = SENTENCE_END.search(words[count - 1].text) is not None
        pauses = count < len(words) and words[count].start - words[count - 1].end >= PAUSE_MS
        if (ends_here or pauses) and words[count - 1].end - words[0].start >= SHORTEST_MS:
            return count
    if fitting == len(words):
        return fitting
    # At least half of what fits, so that a comma early on does not make a caption of one word.
    for count in range(fitting, max(1, fitting // 2), -1):
        if PHRASE_END.search(words[count - 1].text):
            return count
    return fitting


def _fits(words: list[Said]) -> bool:
    return len(_wrap(words)) <= MOST_LINES


def _wrap(words: Iterable[Said]) -> list[str]:
    lines: list[str] = []
    for word in words:
        joined = join_words(lines[-1], word.text) if lines else word.text
        if lines and len(joined) <= LINE_LENGTH:
            lines[-1] = joined
        else:
            lines.append(word.text)
    return lines


def join_words(before: str, after: str) -> str:
    """Two words side by side: with a space, except between Han or kana, which are written without."""
    return before + after if is_unspaced(before[-1]) and is_unspaced(after[0]) else f"{before} {after}"


def _even_out(words: list[Said]) -> tuple[str, ...]:
    """The words on one line if they fit, else on two lines of nearly the same length, cut at a phrase if near."""
    single = _wrap(words)
    if len(single) < 2:
        return tuple(single)
    choices = []
    for cut in range(1, len(words)):
        first, second = _wrap(words[:cut]), _wrap(words[cut:])
        if len(first) == len(second) == 1:
            bonus = 8 if PHRASE_END.search(words[cut - 1].text) else 0
            choices.append((abs(len(first[0]) - len(second[0])) - bonus, cut, (first[0], second[0])))
    return min(choices)[2] if choices else tuple(single)


def time_captions(blocks: Iterable[list[Said]]) -> tuple[Caption, ...]:
    """Captions that start with their first word, last at least SHORTEST_MS and never overlap."""
    ordered = sorted(blocks, key=lambda block: block[0].start)
    captions: list[Caption] = []
    for i, words in enumerate(ordered):
        # When the one before had to stay readable, this one waits for it.
        start = max(words[0].start, captions[-1].end + GAP_MS) if captions else words[0].start
        following = ordered[i + 1][0].start if i + 1 < len(ordered) else None
        # The last caption is not held, or it might outlive the film.
        end = words[-1].end if following is None else min(words[-1].end + HOLD_MS, following - GAP_MS)
        captions.append(Caption(_even_out(words), start, max(end, start + SHORTEST_MS), words[0].role))
    return tuple(captions)
