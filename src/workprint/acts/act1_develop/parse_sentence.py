"""A brief from one sentence (A5), without a language model: the same words always give the same brief.

Nothing is invented. What the sentence does not say is filled with a plain default and listed in `unclear`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from workprint.acts.act1_develop.scene_presets import AdFacts, ScenePreset, arrange_scenes
from workprint.film.errors import Remedy, UsageError

LONGEST_SENTENCE = 2_000
DEFAULT_SECONDS = 15.0
AD_SECONDS = (8.0, 60.0)
"""A2: an ad lasts 8 to 60 seconds."""
MOST_VARIATIONS = 20
HIGHEST_CAP_USD = 1_000_000.0
"""More than any production of this program can spend; a slip of the keyboard."""

PALETTES: Mapping[str, tuple[str, str]] = {
    "warm": ("#1F1510", "#E8A657"),
    "cool": ("#0E1A24", "#6FB7D6"),
    "neutral": ("#161616", "#D9D4CC"),
}
"""Ground and accent when the sentence gives no colours: quiet pairs with a contrast above 7:1 (WCAG 2.2 AAA)."""


@dataclass(frozen=True)
class SentenceBrief:
    """What a sentence asks for. `unclear` lists, in plain words, everything that had to be assumed."""

    product: str
    benefit: str
    price: str
    headline: str
    duration_s: float
    aspect: str
    platform: str
    objective: str
    audience: str
    audio_mode: str
    language: str
    mood: str
    styles: tuple[str, ...]
    palette_hint: str
    brand_colors: tuple[str, ...]
    framework: str
    url: str
    cap_usd: float | None
    variations: int
    scenes: tuple[ScenePreset, ...]
    unclear: tuple[str, ...]


_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_SMALL = {word: number for number, word in enumerate(f"{_UNITS} eighteen nineteen".split(), 1)}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_WORD = "|".join([*_TENS, *sorted(_SMALL, key=len, reverse=True)])
_NUMBER = rf"\d+(?:[.,]\d+)?|(?:{_WORD})(?:[ -](?:{_WORD}))?"

_QUOTED = re.compile(
    r"\"([^\"]+)\"|\u201c([^\u201d]+)\u201d|\u201e([^\u201c\u201d]+)[\u201c\u201d]|\u00ab([^\u00bb]+)\u00bb"
    r"|(?<!\w)['\u2018]([^'\u2019]*(?:['\u2019]\w[^'\u2019]*)*)['\u2019](?!\w)"
)
"""Straight, English, German and French quotation marks; inside single ones an apostrophe before a letter is kept."""
_MARK = re.compile("\ue000(\\d+)\ue001")
_SECONDS = re.compile(rf"\b({_NUMBER})[\s-]*(?:s|secs?|seconds?)\b", re.I)
_MINUTES = re.compile(rf"\b(half\s+an?|an?|{_NUMBER})[\s-]*(?:mins?|minutes?)\b", re.I)
_VARIATIONS = re.compile(
    rf"\b({_NUMBER})\s+(?!(?:s|secs?|seconds?|mins?|minutes?)\b)(?:\w+\s+)?"
    r"(?:variations?|versions?|variants?|alternatives?|options?|ads|spots|films|videos)\b"
    r"|\b(\d+)\s*[x\u00d7]\s*(?=\d+[\s-]*s)",
    re.I,
)
_PRICE = re.compile(
    r"([$€£¥]\s?\d(?:[\d.,]*\d)?)|\b(\d(?:[\d.,]*\d)?)\s?(€|£|\$|dollars?\b|euros?\b|pounds?\b|usd\b|eur\b|gbp\b)", re.I
)
_SIGNS = {"d": "$", "u": "$", "e": "€", "p": "£", "g": "£"}
_CAP = re.compile(
    r"\b(?:budget|cap)(?:\s+(?:of|is|at))?:?\s*\$?\s?(\d+(?:\.\d+)?)(?:\s?(?:dollars?|usd)\b)?"
    r"|\$\s?(\d+(?:\.\d+)?)\s+(?:budget|cap)\b",
    re.I,
)
_SHAPE = re.compile(r"(?<![\d:])(\d{1,2}):(\d{1,2})(?![\d:])")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\b")
_URL = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9](?:/[\w/.~%?=&+-]*[\w/~=-])?(?![@:\w])", re.ASCII)
_BENEFIT = re.compile(r"\b(?:that|which)\s+([^,.;\ue000\ue001]{3,})", re.I)
_AUDIENCE = re.compile(r"\b(?:aimed at|targeting|targeted at|audience:)\s+([^,.;\ue000\ue001]{2,})", re.I)

_SHAPES: Mapping[str, str] = {
    r"four[- ]by[- ]five|(?:instagram|insta|facebook) feed|feed (?:post|ad)": "4:5",
    r"vertical|portrait|tall|upright": "9:16",
    r"horizontal|landscape|widescreen|wide": "16:9",
    r"square": "1:1",
}
_PLATFORMS: Mapping[str, tuple[str, str]] = {
    r"tik\s?tok": ("tiktok", "9:16"),
    r"youtube shorts|shorts": ("youtube", "9:16"),
    r"instagram|insta|reels?|stories": ("instagram", "9:16"),
    r"youtube": ("youtube", "16:9"),
    r"web\s?site|web|homepage|landing page": ("web", "16:9"),
}
_FRAMEWORKS: Mapping[str, str] = {
    r"problem[\s,/-]+agitat\w+[\s,/-]+(?:and\s+)?sol\w+|\bpas\b": "pas",
    r"\baida\b|attention[\s,/-]+interest[\s,/-]+desire": "aida",
    r"\bhook\b": "hook-demo-proof-cta",
}
_OBJECTIVES: Mapping[str, str] = {
    r"\blaunch\w*": "launch",
    r"\bugc\b|user[\s-]generated": "ugc",
    r"\bconversions?\b|\bsales\b|\bsell\w*": "conversion",
    r"\bawareness\b": "awareness",
}
_LANGUAGES: Mapping[str, str] = {
    r"\bin english\b": "en",
    r"\bin german\b": "de",
    r"\bin french\b": "fr",
    r"\bin spanish\b": "es",
    r"\bin italian\b": "it",
    r"\bin portuguese\b": "pt",
    r"\bin dutch\b": "nl",
}
_MUTE = re.compile(r"\b(?:no|without(?: an?)?)\s+(?:voice|narrat|speech)", re.I)
_VOICE = re.compile(r"\bvoice[\s-]?overs?\b|\bvoiced\b|\bnarrat\w+|\bspoken\b|\bwith (?:a |an )?voice\b", re.I)
_NO_MUSIC = re.compile(r"\b(?:no|without)\s+music\b|\bvoice only\b", re.I)

STYLES: Mapping[str, str] = {
    "warm": "warm", "cosy": "warm", "cozy": "warm", "romantic": "warm",
    "elegant": "elegant", "luxury": "elegant", "luxurious": "elegant", "premium": "elegant", "refined": "elegant",
    "minimal": "elegant", "minimalist": "elegant", "clean": "elegant", "sophisticated": "elegant",
    "energetic": "energetic", "dynamic": "energetic", "bold": "energetic", "fast": "energetic", "sporty": "energetic",
    "playful": "playful", "fun": "playful", "quirky": "playful",
    "calm": "calm", "serene": "calm", "quiet": "calm", "soft": "calm", "cool": "calm", "natural": "calm",
}  # fmt: skip
"""Style words a sentence may use, and the mood of the music each asks for."""

_WARM = ("warm", "cosy", "cozy", "romantic")
_ARTICLES = re.compile(r"^(?:the|an?|our|my|your|this|these|new|brand[\s-]new)\s+", re.I)
_PRODUCT = re.compile(r"\b(?:for|of|about|promoting|advertising|selling|launching|featuring)\s+", re.I)
_STOP = re.compile(
    r"\s*(?:[,.;!?]|(?<!\w)[$€£¥]\d|\s(?:with|at|in|on|for|that|which|costing|priced|using|aimed|targeting|and a)\s|$)",
    re.I,
)
_NOT_A_PRODUCT = re.compile(
    r"^(?:tik\s?tok|youtube|instagram|insta|reels?|shorts|stories|web)\b"
    r"|\b(?:ads?|advert\w*|spots?|films?|videos?|clips?|commercials?|budget|seconds?|minutes?)\b",
    re.I,
)


def parse_sentence(sentence: str) -> SentenceBrief:
    """What a sentence asks for, with ready scenes. Raises UsageError when it is empty or far too long."""
    text = _tidy(sentence)
    quotes: list[str] = []
    plain = _QUOTED.sub(lambda found: _set_aside(found, quotes), text)
    unclear: list[str] = []
    product, headline = _find_names(plain, quotes, unclear)
    styles = tuple(dict.fromkeys(word for word in re.findall(r"[a-z]+", plain.lower()) if word in STYLES))
    platform, aspect = _find_shape(plain, unclear)
    spoken_of = _CAP.sub(" ", plain)
    price = _find_price(spoken_of)
    cap = _find_cap(plain, unclear)
    seconds = _find_seconds(plain, unclear)
    said = _BENEFIT.search(plain)
    benefit = said.group(1).strip()[:200] if said else ""
    if not benefit:
        unclear.append("No benefit given: the headline stands in for it.")
    palette = "warm" if any(word in _WARM for word in styles) else "cool" if "cool" in styles else "neutral"
    colors = tuple(dict.fromkeys(found.upper() for found in _COLOUR.findall(plain)))
    if not colors:
        unclear.append(f"No brand colours given: a {palette} pair is used.")
    framework = _pick(_FRAMEWORKS, plain) or "hook-demo-proof-cta"
    audio_mode, language = _find_sound(plain), _pick(_LANGUAGES, plain) or "en"
    facts = AdFacts(
        product, headline, benefit, price, " and ".join(styles[:3]), audio_mode != "music", language == "en"
    )
    url, audience = _URL.search(plain), _AUDIENCE.search(plain)
    return SentenceBrief(
        product=product,
        benefit=benefit or headline,
        price=price,
        headline=headline,
        duration_s=seconds,
        aspect=aspect,
        platform=platform,
        objective=_pick(_OBJECTIVES, plain) or "awareness",
        audience=audience.group(1).strip()[:200] if audience else "",
        audio_mode=audio_mode,
        language=language,
        mood=next((STYLES[word] for word in styles), ""),
        styles=styles,
        palette_hint=palette,
        brand_colors=colors[:12] or PALETTES[palette],
        framework=framework,
        url=url.group()[:300] if url else "",
        cap_usd=cap,
        variations=_find_variations(plain, unclear),
        scenes=arrange_scenes(framework, seconds, facts),
        unclear=tuple(unclear),
    )


def _tidy(sentence: str) -> str:
    """One line without control characters; the two private characters that mark quotations are taken out."""
    if len(sentence) > LONGEST_SENTENCE:
        raise UsageError(
            f"The sentence has {len(sentence):,} characters; at most {LONGEST_SENTENCE:,} are read.",
            remedy=Remedy("Write a brief.yaml instead.", "workprint new"),
        )
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") else char for char in sentence)
    text = " ".join(kept.split())
    if not text:
        raise UsageError("The sentence is empty.", remedy=Remedy('Say what to make: a 15 second ad for the "..."'))
    return text


def _set_aside(found: re.Match[str], quotes: list[str]) -> str:
    """Keep a quotation as it is and leave a mark: its words must not be taken for wishes."""
    said = next((part for part in found.groups() if part is not None), "").strip()
    if not said:
        return " "
    quotes.append(said)
    return f"\ue000{len(quotes) - 1}\ue001"


def _pick(table: Mapping[str, str], text: str) -> str:
    return next((value for pattern, value in table.items() if re.search(pattern, text, re.I)), "")


def _to_number(word: str) -> float:
    """A number from digits or English words up to ninety-nine; `a` and `an` are one."""
    word = word.lower().replace(",", ".")
    if word in ("a", "an"):
        return 1
    if word[0].isdigit():
        return float(word)
    return sum(_TENS.get(part, 0) or _SMALL.get(part, 0) for part in re.split(r"[ -]", word))


def _find_seconds(text: str, unclear: list[str]) -> float:
    found = _SECONDS.search(text)
    minutes = None if found else _MINUTES.search(text)
    if found:
        seconds = _to_number(found.group(1))
    elif minutes:
        half = minutes.group(1).lower().startswith("half")
        seconds = 30.0 if half else 60 * _to_number(minutes.group(1))
    else:
        unclear.append(f"No length given: {DEFAULT_SECONDS:g} seconds is used.")
        return DEFAULT_SECONDS
    shortest, longest = AD_SECONDS
    fitted = min(max(float(round(seconds)), shortest), longest)
    if fitted != seconds:
        unclear.append(f"{seconds:g} seconds is no length for an ad: {fitted:g} is used.")
    return fitted


def _find_shape(text: str, unclear: list[str]) -> tuple[str, str]:
    """Platform and aspect; a shape said in words or figures wins over the platform's usual one."""
    platform, usual = next((pair for pattern, pair in _PLATFORMS.items() if _has(pattern, text)), ("", ""))
    figures = _SHAPE.search(text)
    shape = figures.group() if figures else next((value for words, value in _SHAPES.items() if _has(words, text)), "")
    if shape and shape not in _SHAPES.values():
        unclear.append(f"{shape} cannot be made: {usual or '9:16'} is used.")
        shape = ""
    if not shape and not usual:
        unclear.append("No picture shape given: 9:16 is used.")
    return platform or "instagram", shape or usual or "9:16"


def _has(words: str, text: str) -> bool:
    return re.search(rf"\b(?:{words})\b", text, re.I) is not None


def _find_price(text: str) -> str:
    found = _PRICE.search(text)
    if not found:
        return ""
    if found.group(1):
        return found.group(1).replace(" ", "")[:24]
    return (_SIGNS.get(found.group(3)[0].lower(), found.group(3)) + found.group(2))[:24]


def _find_cap(text: str, unclear: list[str]) -> float | None:
    found = _CAP.search(text)
    cap = float(found.group(1) or found.group(2)) if found else None
    if cap is not None and cap > HIGHEST_CAP_USD:
        unclear.append(f"{cap:g} US dollars is no budget for an ad: no cap is set.")
        return None
    return cap


def _find_sound(text: str) -> str:
    has_voice = not _MUTE.search(text) and (_VOICE.search(text) or _NO_MUSIC.search(text))
    if not has_voice:
        return "music"
    return "voiceover" if _NO_MUSIC.search(text) else "both"


def _find_variations(text: str, unclear: list[str]) -> int:
    found = _VARIATIONS.search(text)
    wanted = int(_to_number(found.group(1) or found.group(2))) if found else 1
    if not 1 <= wanted <= MOST_VARIATIONS:
        unclear.append(f"{wanted} variations are too many: {MOST_VARIATIONS} are made." if wanted else "1 is made.")
    return min(max(wanted, 1), MOST_VARIATIONS)


def _find_names(text: str, quotes: list[str], unclear: list[str]) -> tuple[str, str]:
    """Product and headline. A quotation right after `for` (and the like) is the product, any other the headline."""
    left = list(range(len(quotes)))
    product = ""
    for found in _PRODUCT.finditer(text):
        words = _name_plainly(text[found.end() :])
        mark = _MARK.search(words)
        product = quotes[int(mark.group(1))] if mark else words
        if mark:
            left.remove(int(mark.group(1)))
        if product:
            break
    if not product and len(left) > 1:
        product = quotes[left.pop(0)]
    if not product:
        unclear.append("No product named: it is called Product.")
    headline = quotes[left[0]] if left else ""
    if not headline:
        unclear.append("No headline given: the product's name is used. Put a headline in quotes.")
    product = _cut(_MARK.sub("", product) or "Product", 80, "product name", unclear)
    return product, _cut(headline or product, 120, "headline", unclear)


def _strip_articles(text: str) -> str:
    shorter = _ARTICLES.sub("", text)
    return shorter if shorter == text else _strip_articles(shorter)


def _name_plainly(rest: str) -> str:
    """What is named after `for` and the like: the words up to a comma or the next part of the sentence."""
    rest = _strip_articles(rest)
    stop = _STOP.search(rest)
    words = (rest[: stop.start()] if stop else rest).strip(" '\u2019-")
    return "" if _NOT_A_PRODUCT.search(words) else words


def _cut(text: str, longest: int, what: str, unclear: list[str]) -> str:
    if len(text) > longest:
        unclear.append(f"The {what} is cut to {longest} characters.")
    return text[:longest].strip() or what.capitalize()
