"""What is spoken: the user's words as data, the voice of a language, and when each word begins and ends."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workprint.film.errors import OrderFailed, Remedy
from workprint.lab.caption_words import is_unspaced, split_unspaced

VOICES = {
    **{"af": "af", "ar": "ar", "bg": "bg", "bn": "bn", "ca": "ca", "cs": "cs", "cy": "cy", "da": "da", "de": "de"},
    **{
        "el": "el",
        "en": "en-us",
        "en-gb": "en-gb",
        "en-us": "en-us",
        "es": "es",
        "es-419": "es-419",
        "es-mx": "es-419",
    },
    **{"et": "et", "eu": "eu", "fa": "fa", "fi": "fi", "fr": "fr", "fr-be": "fr-be", "fr-ch": "fr-ch", "ga": "ga"},
    **{"he": "he", "hi": "hi", "hr": "hr", "hu": "hu", "id": "id", "is": "is", "it": "it", "ja": "ja"},
    **{"ka": "ka", "ko": "ko", "lt": "lt", "lv": "lv", "mk": "mk", "ms": "ms", "nb": "nb", "nl": "nl", "no": "nb"},
    **{"pl": "pl", "pt": "pt", "pt-br": "pt-br", "ro": "ro", "ru": "ru", "sk": "sk", "sl": "sl", "sr": "sr"},
    **{"sv": "sv", "sw": "sw", "ta": "ta", "te": "te", "th": "th", "tr": "tr", "uk": "uk", "ur": "ur", "vi": "vi"},
    **{"zh": "cmn", "zh-cn": "cmn", "cmn": "cmn", "yue": "yue"},
}
"""Language codes (BCP 47, lower case) and the eSpeak NG 1.52 voice of each."""

CURRENCY = re.compile(r"^([$€£¥])(\d[\d.,]*\d|\d)(\D*)$")
"""A price with its sign in front, which eSpeak NG would read sign first."""

QUIET_DB = -38.0
"""A word has ended where its sound stays this far below the loudest of the line."""

STEP_MS = 5
"""How finely the end of a word is looked for."""


@dataclass(frozen=True)
class Word:
    """A word as the user wrote it (captions show it), as it is spoken, and its place in the spoken text."""

    text: str
    spoken: str
    offset: int


def pick_voice(language: str) -> str:
    """The voice of a language code such as `en`, `de` or `pt-BR`; raises OrderFailed for one we cannot speak."""
    code = language.strip().lower().replace("_", "-") or "en"
    voice = VOICES.get(code) or VOICES.get(code.split("-")[0])
    if voice is None:
        known = ", ".join(sorted(code for code in VOICES if "-" not in code))
        raise OrderFailed(
            f"The scratch voice does not speak the language {language!r}.",
            where="audio.language",
            remedy=Remedy(f"Use one of {known}, or give a recording of your own as audio.voice_file."),
        )
    return voice


def split_words(text: str, language: str) -> tuple[Word, ...]:
    """The words of a line with their places in the spoken text, which is their spoken forms joined by spaces.

    Control characters go: eSpeak NG reads \\x01 as the start of a command. Raises OrderFailed where no word is left.
    """
    clean = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    _refuse_kanji(clean, language)
    words: list[Word] = []
    offset = 0
    for token in (part for chunk in clean.split() for part in split_unspaced(chunk)):
        if words and not any(c.isalnum() or unicodedata.category(c) == "Sc" for c in token):
            last = words[-1]
            glue = "" if is_unspaced(token[0]) else " "
            words[-1] = Word(last.text + glue + token, f"{last.spoken} {_speakable(token)}".rstrip(), last.offset)
        else:
            words.append(Word(token, _speakable(token), offset))
        offset = words[-1].offset + len(words[-1].spoken) + 1
    if not any(c.isalnum() for c in clean):
        raise OrderFailed("The line holds no word to speak.", where="voice", remedy=Remedy("Write a line with words."))
    return tuple(words)


def _speakable(token: str) -> str:
    """A token as the voice gets it: prices with the sign last, no emoji or marks, which it would read by name."""
    plain = "".join(c for c in token if unicodedata.category(c) not in ("So", "Sk", "Co", "Cn"))
    return CURRENCY.sub(r"\2 \1\3", plain)


def _refuse_kanji(text: str, language: str) -> None:
    if pick_voice(language) == "ja" and any("\u4e00" <= c <= "\u9fff" for c in text):
        raise OrderFailed(
            "The scratch voice cannot read kanji; it would spell them as 'Chinese letter'.",
            where="voice",
            remedy=Remedy("Write the line in kana, or give a recording of your own as audio.voice_file."),
        )


def join_spoken(words: tuple[Word, ...]) -> str:
    """The text handed to the speaker."""
    return " ".join(word.spoken for word in words)


def time_words(
    words: tuple[Word, ...], events: list[list[int]], samples: NDArray[np.float32], rate: int
) -> list[tuple[str, int, int]]:
    """(text, start, end) in milliseconds of each word; a word the voice passed over joins the one before it.

    `events` are [offset in the spoken text, start in ms]. A word ends where its sound dies away, at the latest where
    the next begins.
    """
    starts: list[tuple[str, int]] = []
    for i, word in enumerate(words):
        limit = words[i + 1].offset if i + 1 < len(words) else 1 << 30
        begins = [ms for offset, ms in events if word.offset <= offset < limit]
        if begins:
            starts.append((word.text, max(min(begins), starts[-1][1] if starts else 0)))
        elif starts:
            starts[-1] = (f"{starts[-1][0]} {word.text}", starts[-1][1])
        else:
            starts.append((word.text, 0))
    ends = [*(start for _, start in starts[1:]), round(len(samples) * 1000 / rate)]
    loud = _find_loud_steps(samples, rate)
    return [(text, start, _find_end(loud, start, end)) for (text, start), end in zip(starts, ends, strict=True)]


def _find_loud_steps(samples: NDArray[np.float32], rate: int) -> NDArray[np.bool_]:
    step = rate * STEP_MS // 1000
    blocks = np.abs(np.pad(samples, (0, -len(samples) % step))).reshape(-1, step).max(axis=1)
    return np.asarray(blocks > float(blocks.max()) * 10 ** (QUIET_DB / 20))


def _find_end(loud: NDArray[np.bool_], start: int, end: int) -> int:
    """The end of the last loud step between two times; a word is never shorter than 40 ms unless the next comes."""
    span = np.flatnonzero(loud[start // STEP_MS : -(-end // STEP_MS)])
    found = (start // STEP_MS + int(span[-1]) + 1) * STEP_MS if len(span) else start
    return min(end, max(found, start + 40))
