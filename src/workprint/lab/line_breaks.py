"""Where lines of Chinese, Japanese and Korean break best: at phrases, never inside a word, by the rules of kinsoku."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from workprint.lab.writing import split_clusters

NO_START = frozenset(
    "\u3001\u3002\uff0c\uff0e\u30fb\uff1a\uff1b\uff1f\uff01\u309b\u309c\u30fd\u30fe\u309d\u309e\u3005\u30fc\u2019\u201d"
    "\uff09\u3015\uff3d\uff5d\u3009\u300b\u300d\u300f\u3011)]}!?,.:;%\u2030\uff05\u2026\u2025\u301c\uff5e"
    "\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7"
    "\u30ee\u30f5\u30f6"
)
"""Characters that begin no line (JIS X 4051, line-start prohibition, the strict set with small kana)."""

NO_END = frozenset(
    "\u2018\u201c\uff08\u3014\uff3b\uff5b\u3008\u300a\u300c\u300e\u3010([{$\u00a3\u00a5\u20ac\uffe5\uff04#@"
)
"""Characters that end no line (JIS X 4051, line-end prohibition, with signs that go before a number)."""

STOPS, COMMAS = frozenset("\u3002\uff01\uff1f!?"), frozenset("\u3001\uff0c\uff1b\uff1a\u30fb,;:")
PARTICLES = frozenset("\u306f\u3092\u306b\u304c\u3067\u3068\u3082\u3078\u306e\u3084")
"""Hiragana that mostly end a phrase: the case and topic particles."""

HONORIFICS = frozenset("\u304a\u3054")
"""Hiragana that mostly begin a word."""

NEVER = 1e6
"""The price of a break nobody forgives."""

PRICES = {
    ("kana", "kanji"): 0.15,
    ("kana", "katakana"): 0.15,
    ("kana", "kana"): 1.3,
    ("kanji", "kana"): 2.2,
    ("kanji", "kanji"): 1.6,
    ("kanji", "katakana"): 0.9,
    ("katakana", "kana"): 1.8,
    ("katakana", "kanji"): 0.9,
    ("katakana", "katakana"): 3.0,
    ("hangul", "hangul"): 12.0,
    ("latin", "latin"): NEVER,
}
"""What a break between two classes of letters costs. Set by eye on 40 advertising lines: Japanese phrases begin where
hiragana ends; a word of katakana and a verb's ending stay whole. Pairs not named cost 0.6."""

ALL_KANJI = 0.8
"""A break between characters of a text without kana: Chinese has no sign where its words end."""

RAGGED = 7.0
"""What uneven lines cost against bad breaks: a line a fifth shorter than the mean weighs as much as a fair break."""

ORPHAN, ORPHAN_SHARE = 1.2, 0.34
"""What a last line costs that is shorter than this share of the mean."""

MORE_LINES = 0.25
"""What one line more must save of the cost a line."""

LONGEST = 90
"""Clusters up to which phrases are looked for; small print longer than this is filled line by line."""

SPACES = frozenset(" \u3000")


def has_phrases(text: str) -> bool:
    """Whether breaks by phrase matter to a text: it has Han, kana or Hangul, and no breaks of its own."""
    return "\n" not in text and any(classify(char) in ("kanji", "kana", "katakana", "hangul") for char in text)


def classify(char: str) -> str:
    """The class of a character's letter: kanji, kana, katakana, hangul, latin (all other letters, digits) or other."""
    name = unicodedata.name(char, "")
    for start, kind in (("CJK UNIFIED", "kanji"), ("HIRAGANA", "kana"), ("KATAKANA", "katakana"), ("HANGUL", "hangul")):
        if name.startswith(start):
            return kind
    if char == "\u3005":
        return "kanji"
    return "latin" if char.isalnum() else "other"


def measure_em(cluster: str) -> float:
    """The width of a cluster in em, as near as a choice of breaks needs it."""
    if cluster in SPACES:
        return 0.28
    return 1.0 if unicodedata.east_asian_width(cluster[0]) in ("W", "F") else 0.56


def price_break(before: str, after: str, has_kana: bool) -> float:
    """What a break between two clusters costs; marks that end a phrase make it cheaper than none."""
    first, last = after[0], before[0]
    if first in NO_START or last in NO_END or first in SPACES:
        return NEVER
    if last in STOPS or last in COMMAS:
        return -0.6 if last in STOPS else -0.5
    if last in SPACES:
        return -0.3
    return price_letters(last, first, has_kana)


def price_letters(last: str, first: str, has_kana: bool) -> float:
    """What a break between two letters costs."""
    pair = (classify(last), classify(first))
    if pair == ("kanji", "kanji") and not has_kana:
        return ALL_KANJI
    if last in HONORIFICS and pair[1] == "kanji":
        return 1.5
    if last in PARTICLES and pair[0] == "kana":
        return 0.05 if pair[1] != "kana" else 0.5
    return PRICES.get(pair, 0.6)


@dataclass(frozen=True)
class Broken:
    """A text with breaks in it, how many lines that makes, and what its breaks and its rag cost a line."""

    text: str
    lines: int
    cost: float


def break_phrases(text: str, width_em: float, most: int) -> Broken | None:
    """The text broken into at most so many lines of at most `width_em`, at its phrases; None where it fits in none.

    The space a line breaks at gives way to the break.
    """
    # Widths in quarters of an em: the many sizes tried for one text ask for few different breaks.
    return _break_phrases(text, math.floor(width_em * 4) / 4, most)


@lru_cache(maxsize=1024)
def _break_phrases(text: str, width_em: float, most: int) -> Broken | None:
    clusters = split_clusters(text)
    if len(clusters) > LONGEST:
        return None
    if width_em <= 0:
        return None
    least = max(1, math.ceil(sum(map(measure_em, clusters)) / width_em))
    options = []
    for lines in range(least, min(most, least + 2) + 1):
        found = lay_lines(clusters, width_em, lines)
        if found is not None:
            options.append((found[0] / lines + MORE_LINES * lines, lines, found))
    if not options:
        return None
    _, lines, (cost, breaks) = min(options)
    edges = pairwise([0, *breaks, len(clusters)])
    broken = "\n".join("".join(clusters[start:end]).strip(" \u3000") for start, end in edges)
    return Broken(broken, lines, cost / lines)


def lay_lines(clusters: tuple[str, ...], width: float, lines: int) -> tuple[float, tuple[int, ...]] | None:
    """The best breaks into so many lines, with their cost; None where they do not fit or tear what belongs together."""
    count = len(clusters)
    reach = [0.0]
    for cluster in clusters:
        reach.append(reach[-1] + measure_em(cluster))
    has_kana = any(classify(cluster[0]) in ("kana", "katakana") for cluster in clusters)
    prices = [NEVER, *(price_break(clusters[i - 1], clusters[i], has_kana) for i in range(1, count)), 0.0]
    mean = reach[-1] / lines
    # best[end]: the cheapest way to fill the lines so far up to `end`, and its breaks.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for line in range(lines):
        ends = (count,) if line == lines - 1 else range(1, count)
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for end in ends:
            ways = [
                (cost + price_line(reach[end] - reach[start], mean, width, end == count) + prices[end], (*path, end))
                for start, (cost, path) in best.items()
                if start < end and reach[end] - reach[start] <= width
            ]
            if ways and min(ways)[0] < NEVER:
                following[end] = min(ways)
        best = following
    return (best[count][0], best[count][1][:-1]) if count in best else None


def price_line(length: float, mean: float, width: float, is_last: bool) -> float:
    """What a line of a length costs: how far it is from the mean, and whether it leaves an orphan."""
    orphan = ORPHAN if is_last and length < ORPHAN_SHARE * mean else 0.0
    return RAGGED * ((length - mean) / width) ** 2 + orphan
