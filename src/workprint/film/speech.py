"""How long words take to say: an estimate made before anybody speaks."""

from __future__ import annotations

import re

WORDS_PER_SECOND = 2.8
"""A brisk English announcer, about 170 words a minute."""

BREATH_S = 0.4
"""What a line leaves free of its scene: it starts a little after the cut and ends before the next."""

CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
SIGN = re.compile(r"[$€£¥%&@+]")


def count_spoken_words(text: str) -> float:
    """Words as they are said: `$129` is five, not one; two Chinese, Japanese or Korean characters are one."""
    spaced = CJK.sub(" ", text)
    words = sum(1 for word in spaced.split() if any(char.isalpha() for char in word))
    numbers = sum(len(re.sub(r"\D", "", number)) + 1 for number in NUMBER.findall(spaced))
    return len(CJK.findall(text)) / 2 + words + numbers + len(SIGN.findall(spaced))


def estimate_speech_s(text: str) -> float:
    """Seconds a line takes to say."""
    return count_spoken_words(text) / WORDS_PER_SECOND


def fits_scene(text: str, seconds: float) -> bool:
    """Whether a line can be said in a scene of this length."""
    return estimate_speech_s(text) <= max(0.0, seconds - BREATH_S)
