"""What the vendored fonts promise: small, complete for what is advertised, honest about what they lack."""

from __future__ import annotations

import pytest

from workprint.lab.fonts import FAMILIES, find_font_folder, font_digest, list_families, missing_glyphs

SAMPLES = {
    "latin": "Grüße aus Łódź, año, çà et là, İstanbul",
    "greek": "Καλημέρα κόσμε",
    "cyrillic": "Доброе утро, Київ",
    "arabic": "مرحبا بالعالم",
    "hebrew": "שלום עולם",
    "devanagari": "नमस्ते दुनिया",
    "thai": "สวัสดีชาวโลก",
    "japanese": "光とともに、静かに目覚める朝へ。ランプ",
    "chinese": "随光而醒 隨光而醒",
    "korean": "빛과 함께 일어나세요",
    "signs": "→ • © ® ™ € £ ¥ ½ \u00d7 ✓ \u2013 — … „“ « »",
    "emoji": "🙂 👋 ❤️ 🔥 ✨ ☕ 👍🏽 🇩🇪 👩‍💻",
}


@pytest.mark.parametrize("script", SAMPLES)
def test_advertised_scripts_are_complete(script: str) -> None:
    """Every character of every advertised script has a glyph."""
    assert missing_glyphs(SAMPLES[script]) == ()


def test_missing_characters_are_named_once_and_in_order() -> None:
    """A character no font has is reported once, in order; spaces, joiners and marks of direction never are."""
    assert missing_glyphs("a\u1200 b\u200d\u1210\u1200\u2067\u2069\n") == ("\u1200", "\u1210")


def test_font_files_stay_within_their_budget() -> None:
    """The fonts are together under 4.8 MB, none is over 3.5 MB, and their licence lies beside them."""
    sizes = [len((find_font_folder() / name).read_bytes()) for names in FAMILIES.values() for name in names]
    assert sum(sizes) < 4_800_000
    assert max(sizes) < 3_500_000
    licence = (find_font_folder() / "LICENCES.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(name in licence for names in FAMILIES.values() for name in names)


def test_font_digest_is_a_stable_name() -> None:
    """The digest is 64 hex digits and the same whenever asked."""
    assert len(bytes.fromhex(font_digest())) == 32
    assert font_digest() == font_digest()


def test_unknown_family_is_an_error() -> None:
    """A family that is not shipped is refused, never replaced by a system font."""
    with pytest.raises(ValueError, match="no font family"):
        list_families("Helvetica")
