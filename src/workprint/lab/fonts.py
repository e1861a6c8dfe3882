"""The fonts: those shipped, and those a brief brings as files; never the system's, so films are the same anywhere."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath

import skia

FAMILIES: dict[str, tuple[str, ...]] = {
    "sans": ("Inter-Regular.otf", "Inter-SemiBold.otf", "Inter-Bold.otf"),
    "display": ("InterDisplay-SemiBold.otf",),
    "serif": ("NotoSerifDisplay-Regular.ttf", "NotoSerifDisplay-Medium.ttf"),
    "condensed": ("SofiaSansExtraCondensed-ExtraBold.ttf",),
    "condensed-cyrillic": ("Oswald-Bold.ttf",),
    "arabic": ("NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"),
    "hebrew": ("NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf"),
    "devanagari": ("NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf"),
    "thai": ("NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf"),
    "cjk": ("NotoSansCJKjp-Medium.otf",),
    "symbols": ("NotoSansSymbols-SemiBold.ttf",),
    "symbols-2": ("NotoSansSymbols2-Regular.ttf",),
    "emoji": ("NotoColorEmoji.ttf",),
}
"""Family name as styles use it -> its files, light to heavy. Made by tools/build_fonts.py; licences lie beside them."""

FALLBACK = ("sans", "arabic", "hebrew", "devanagari", "thai", "cjk", "symbols", "symbols-2", "emoji")
"""Where a glyph is looked for when the wanted family has none, in this order."""

TEXT_FAMILIES = ("sans", "display", "serif", "condensed")
"""Families a style may ask for."""


def find_font_folder() -> Traversable:
    """The folder of vendored fonts inside the installed package."""
    return files("workprint.lab") / "font_files"


@lru_cache(maxsize=1)
def font_digest() -> str:
    """One sha256 over the names and bytes of all shipped font files, as hex; part of makers' fingerprints."""
    digest = hashlib.sha256()
    for names in FAMILIES.values():
        for name in names:
            data = (find_font_folder() / name).read_bytes()
            digest.update(f"{name}:{len(data)}:".encode())
            digest.update(data)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def load_typefaces() -> dict[str, tuple[skia.Typeface, ...]]:
    """Every shipped typeface by family. Raises RuntimeError when a file is not a font (a broken installation)."""
    # An empty manager of its own never asks fontconfig; skia.Typeface.MakeFromData would start it.
    manager = skia.FontMgr.New_Custom_Empty()
    loaded: dict[str, tuple[skia.Typeface, ...]] = {}
    for family, names in FAMILIES.items():
        faces = tuple(
            manager.makeFromData(skia.Data.MakeWithCopy((find_font_folder() / n).read_bytes())) for n in names
        )
        if None in faces:
            raise RuntimeError(f"a vendored font of the family {family} is damaged; reinstall workprint")
        loaded[family] = faces
    return loaded


@lru_cache(maxsize=1)
def load_provider() -> skia.textlayout.TypefaceFontProvider:
    """The shipped typefaces, and any that are adopted later, by family."""
    provider = skia.textlayout.TypefaceFontProvider()
    for family, faces in load_typefaces().items():
        for face in faces:
            provider.registerTypeface(face, family)
    return provider


@lru_cache(maxsize=1)
def load_collection() -> skia.textlayout.FontCollection:
    """The font collection for text layout: the shipped typefaces, adopted ones, and nothing of the system's."""
    collection = skia.textlayout.FontCollection()
    collection.setDefaultFontManager(load_provider())
    return collection


@dataclass(frozen=True, eq=False)
class AdoptedFont:
    """A font somebody brought: the family name it is known by here, and its typeface."""

    name: str
    face: skia.Typeface


_ADOPTED: dict[str, AdoptedFont] = {}
"""Adopted fonts by name. The name is made of the file's digest, so that who came before changes nothing."""


def adopt_font(path: PurePath) -> AdoptedFont:
    """Make a checked font file usable as `<name>/<family>`, the family being where signs it lacks are looked for first.

    Raises ValueError when Skia cannot read it, and OSError.
    """
    with open(path, "rb") as stream:
        data = stream.read()
    name = f"brand-{hashlib.sha256(data).hexdigest()}"
    if name not in _ADOPTED:
        face = skia.FontMgr.New_Custom_Empty().makeFromData(skia.Data.MakeWithCopy(data))
        if face is None:
            raise ValueError("this file is no font that can be read")
        load_provider().registerTypeface(face, name)
        _ADOPTED[name] = AdoptedFont(name, face)
    return _ADOPTED[name]


def find_face(family: str) -> skia.Typeface:
    """The typeface a family's measures are taken from: its heaviest, or the adopted one."""
    adopted, _, _ = family.rpartition("/")
    return _ADOPTED[adopted].face if adopted else load_typefaces()[family][-1]


def list_families(family: str) -> list[str]:
    """The wanted family followed by the fallbacks. Raises ValueError for a family that is not shipped or adopted."""
    adopted, _, own = family.rpartition("/")
    if own not in TEXT_FAMILIES or (adopted and adopted not in _ADOPTED):
        raise ValueError(f"no font family {family!r}; there are {', '.join(TEXT_FAMILIES)}")
    first = ["condensed", "condensed-cyrillic"] if own == "condensed" else [own]
    return ([adopted] if adopted else []) + first + [name for name in FALLBACK if name != own]


@lru_cache(maxsize=4096)
def has_glyph(char: str) -> bool:
    """Whether any fallback font draws this character."""
    return any(face.unicharToGlyph(ord(char)) for family in FALLBACK for face in load_typefaces()[family])


def is_ignorable(char: str) -> bool:
    """Whether a character has no picture by nature: controls, joiners, direction marks, variation selectors."""
    code = ord(char)
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE01EF
    return selector or char == "\u034f" or unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Zs")


def missing_glyphs(text: str, family: str = "sans") -> tuple[str, ...]:
    """The characters of a text that no shipped font and no adopted one of the family has, in order, each once.

    They show as a striped box.
    """
    # A letter typed as base and accent may exist only composed, which is how the shaper looks for it too.
    composed = unicodedata.normalize("NFC", text)
    own = find_face(family) if "/" in family else None
    return tuple(
        dict.fromkeys(
            char
            for char in composed
            if not is_ignorable(char) and not has_glyph(char) and not (own and own.unicharToGlyph(ord(char)))
        )
    )
