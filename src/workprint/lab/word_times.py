"""Word times of a recording given to the words of its script: what is written is shown when it is said.

A speaker may say things another way than they are written ("$149" as five words), leave words out, or add some. What is
the same is found letter by letter; what differs keeps its time and is told. No written word gets lost.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Timed = tuple[str, int, int]
"""A word, its start and its end in milliseconds."""

LEAST_SAME = 0.5
"""A word counts as said when at least this share of its letters was heard in their order."""


@dataclass(frozen=True)
class Alignment:
    """The script's words with their times, and how the recording differs: words `unsaid`, words `added`, and what was
    said `otherwise` as (written, said)."""

    words: tuple[Timed, ...]
    unsaid: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    otherwise: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Letter:
    """A letter or figure: of which word, and when."""

    sign: str
    word: int
    start: int = 0
    end: int = 0


def align_words(script: Sequence[str], said: Sequence[Timed]) -> Alignment:
    """The words of a script at the times they are said. A word that is not said joins the one before it."""
    written, heard = _spell([(word, 0, 0) for word in script]), _spell(said)
    places = _match(written, heard)
    lengths = [sum(letter.word == index for letter in written) for index in range(len(script))]
    found = [[places[i] for i, letter in enumerate(written) if letter.word == index and i in places]
             for index in range(len(script))]  # fmt: skip
    is_said = [len(at) >= LEAST_SAME * length for at, length in zip(found, lengths, strict=True)]
    words: list[Timed] = []
    unsaid: list[str] = []
    otherwise: list[tuple[str, str]] = []
    used = {place for at, good in zip(found, is_said, strict=True) if good for place in at}
    waiting = ""
    for first, last in _list_groups(is_said):
        if is_said[first]:
            at = found[first]
            words.append((waiting + script[first], heard[min(at)].start, heard[max(at)].end))
            waiting = ""
            continue
        gap = _find_gap(found, is_said, first, last, len(heard))
        group = script[first:last]
        if gap:
            otherwise.append((" ".join(group), _say(said, heard, gap)))
            used.update(gap)
            words += _share_out(group, lengths[first:last], heard[gap[0]].start, heard[gap[-1]].end)
        else:
            unsaid += group
            waiting = _join_unsaid(words, group)
    if waiting and not words:
        return Alignment((), tuple(unsaid), tuple(word for word, _, _ in said))
    return Alignment(tuple(words), tuple(unsaid), _find_added(said, heard, used), tuple(otherwise))


def _spell(words: Sequence[Timed]) -> list[_Letter]:
    """Every letter and figure of the words, small and without its marks, evenly over the time of its word."""
    letters: list[_Letter] = []
    for index, (word, start, end) in enumerate(words):
        signs = [c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalnum()]
        for place, sign in enumerate(signs):
            begins, ends = (start + (end - start) * step // len(signs) for step in (place, place + 1))
            letters.append(_Letter(sign, index, begins, ends))
    return letters


def _match(written: list[_Letter], heard: list[_Letter]) -> dict[int, int]:
    """Which written letter is which heard one, in order on both sides."""
    signs = ["".join(letter.sign for letter in side) for side in (written, heard)]
    blocks = SequenceMatcher(None, signs[0], signs[1], autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _list_groups(is_said: list[bool]) -> list[tuple[int, int]]:
    """Spans of word numbers: each said word alone, neighbours that were not said together."""
    groups: list[tuple[int, int]] = []
    for index, good in enumerate(is_said):
        if groups and not good and not is_said[index - 1]:
            groups[-1] = (groups[-1][0], index + 1)
        else:
            groups.append((index, index + 1))
    return groups


def _find_gap(found: list[list[int]], is_said: list[bool], first: int, last: int, count: int) -> range:
    """The heard letters between the said words on both sides of a group."""
    before = max((place for at, good in zip(found[:first], is_said, strict=False) if good for place in at), default=-1)
    after = next((min(found[i]) for i in range(last, len(found)) if is_said[i]), count)
    return range(before + 1, after)


def _say(said: Sequence[Timed], heard: list[_Letter], gap: range) -> str:
    return " ".join(said[number][0] for number in dict.fromkeys(heard[place].word for place in gap))


def _share_out(group: Sequence[str], lengths: list[int], start: int, end: int) -> list[Timed]:
    """The words of a group one after the other over its time, each as long as its letters."""
    shared: list[Timed] = []
    total, passed = max(1, sum(lengths)), 0
    for word, length in zip(group, lengths, strict=True):
        begins = start + (end - start) * passed // total
        passed += length
        shared.append((word, begins, start + (end - start) * passed // total))
    return shared


def _join_unsaid(words: list[Timed], group: Sequence[str]) -> str:
    """Put what was not said onto the word before it; what stands first waits for the word after it."""
    text = " ".join(group)
    if not words:
        return f"{text} "
    before, start, end = words[-1]
    words[-1] = (f"{before} {text}", start, end)
    return ""


def _find_added(said: Sequence[Timed], heard: list[_Letter], used: set[int]) -> tuple[str, ...]:
    """Heard words that belong to nothing that is written."""
    added = []
    for index, (word, _, _) in enumerate(said):
        own = [place for place, letter in enumerate(heard) if letter.word == index]
        if own and sum(place in used for place in own) < LEAST_SAME * len(own):
            added.append(word)
    return tuple(added)
