"""Names of delivered files: readable in any script, safe on any disk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import make_brief

from workprint.film.brief import Aspect
from workprint.film.delivery import name_delivery, slug_name
from workprint.film.time import Rate


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Solvane Lamp", "Solvane-Lamp"),
        ("  Müller & Söhne: 50% ", "Müller-Söhne-50"),
        ("../../etc/passwd", "etc-passwd"),
        ("夏の広告 2026", "夏の広告-2026"),
        ("हिन्दी विज्ञापन", "हिन्दी-विज्ञापन"),
        ("إعلان", "إعلان"),
        ("🔥🔥", "film"),
        ("a" * 80, "a" * 60),
    ],
)
def test_letters_of_every_script_stay(name: str, slug: str) -> None:
    """Letters, their marks and digits stay; everything else becomes one dash."""
    assert slug_name(name) == slug


@given(st.text(max_size=200))
def test_a_slug_is_safe_on_any_disk(text: str) -> None:
    """No separators, dots or controls, not empty, at most 60 characters and 180 bytes."""
    slug = slug_name(text)
    assert 0 < len(slug) <= 60
    assert len(slug.encode()) <= 180
    assert not [char for char in slug if char in '/\\.:*?"<>|' or ord(char) < 32]


def test_a_delivery_says_length_and_shape() -> None:
    """Seconds are what a person calls them, even at 29.97."""
    brief = make_brief()
    wide = replace(brief, contract=replace(brief.contract, aspect=Aspect.WIDE))
    assert name_delivery(brief) == "Solvane-Lamp_15s_9x16"
    assert name_delivery(replace(wide, rate=Rate(30000, 1001))) == "Solvane-Lamp_15s_16x9"
    assert name_delivery(replace(brief, frames=375)) == "Solvane-Lamp_12.5s_9x16"
