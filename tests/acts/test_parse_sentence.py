"""One sentence gives a whole ad: what is said is found, what is not said is assumed and named, nothing is invented."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workprint.acts.act1_develop.parse_sentence import STYLES, parse_sentence
from workprint.acts.act1_develop.scene_presets import PRESETS, AdFacts, arrange_scenes
from workprint.film.brief import CameraMove, SceneType
from workprint.film.errors import UsageError

LAMP = (
    '15 second vertical ad for the "Solvane Ember" lamp, $129, warm and elegant, '
    '"Bring the evening with you", with voice-over'
)

SENTENCES: tuple[tuple[str, dict[str, Any]], ...] = (
    (LAMP, {"product": "Solvane Ember", "headline": "Bring the evening with you", "price": "$129", "duration_s": 15,
            "aspect": "9:16", "mood": "warm", "palette_hint": "warm", "audio_mode": "both", "variations": 1}),
    ("3 variations of a fifteen second vertical ad for our new coffee mill that grinds quietly, 129 euros, for TikTok",
     {"product": "coffee mill", "benefit": "grinds quietly", "price": "€129", "platform": "tiktok",
      "variations": 3, "duration_s": 15, "aspect": "9:16", "headline": "coffee mill"}),
    ('half a minute square spot about Auric Watch, "Own Your Time", budget of $5, no voice',
     {"product": "Auric Watch", "aspect": "1:1", "duration_s": 30, "cap_usd": 5, "price": "", "audio_mode": "music"}),
    ("Three versions of a 30s 16:9 launch film promoting the Nordwind kettle at £49.90 in German, narrated, AIDA",
     {"product": "Nordwind kettle", "price": "£49.90", "aspect": "16:9", "language": "de", "framework": "aida",
      "objective": "launch", "variations": 3, "audio_mode": "both", "duration_s": 30}),
    ("ad for YouTube about 'Tom's Tea', one minute, 21:9",
     {"product": "Tom's Tea", "platform": "youtube", "aspect": "16:9", "duration_s": 60}),
    ("forty-five second ad for shoes, voice only", {"duration_s": 45, "product": "shoes", "audio_mode": "voiceover"}),
    ("a 90 second horizontal ad for tea, #d4af37 and #111111, https://tea.example/buy.",
     {"duration_s": 60, "brand_colors": ("#D4AF37", "#111111"), "url": "https://tea.example/buy", "aspect": "16:9"}),
    ('9:16 ad for “Grüße” with the line „Guten Morgen“, problem-agitate-solve, targeting young parents, 20 sec',
     {"product": "Grüße", "headline": "Guten Morgen", "framework": "pas", "audience": "young parents"}),
    ('30s vertical ad for the "Wide Square" mug, "15 seconds of $5 TikTok", energetic',
     {"product": "Wide Square", "headline": "15 seconds of $5 TikTok", "duration_s": 30, "aspect": "9:16",
      "price": "", "mood": "energetic", "platform": "instagram"}),
    ("2 x 15s ads for Ember, a lamp that dims like dusk", {"variations": 2, "product": "Ember", "duration_s": 15}),
    ("three vertical videos of 10 seconds for the Ember lamp", {"variations": 3, "product": "Ember lamp"}),
    ("a 4:5 ad for Ember, 15s", {"aspect": "4:5"}),
    ("15s Instagram feed ad for Ember", {"aspect": "4:5", "platform": "instagram"}),
    ("15 second ads for Ember", {"variations": 1, "duration_s": 15}),
    ("ad", {"product": "Product", "duration_s": 15, "aspect": "9:16", "variations": 1}),
)  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES, ids=[sentence[:30] for sentence, _ in SENTENCES])
def test_what_is_said_is_found(sentence: str, expected: dict[str, Any]) -> None:
    """Length, shape, product, price, headline, sound and the rest are read from ordinary words."""
    said = parse_sentence(sentence)
    assert {name: getattr(said, name) for name in expected} == expected


def test_what_is_assumed_is_named() -> None:
    """A bare sentence lists each default in plain words; a full one lists only what it left open."""
    assert len(parse_sentence("ad").unclear) == 6
    full = parse_sentence(LAMP + ", #111111, that dims like dusk")
    assert full.unclear == ()


def test_presets_tell_the_framework_in_order() -> None:
    """The lamp's ad opens, shows, proves and calls; each scene has a type and a move; the end shows the price."""
    scenes = parse_sentence(LAMP).scenes
    assert [scene.role for scene in scenes] == ["hook", "demo", "proof", "cta"]
    assert [scene.type for scene in scenes] == [
        SceneType.LIFESTYLE, SceneType.PACKSHOT, SceneType.MONTAGE, SceneType.ENDCARD
    ]  # fmt: skip
    assert scenes[0].move is CameraMove.DOLLY_IN
    assert scenes[-1].overlays.show_price
    assert scenes[-1].overlays.text_blocks[0].text == "Bring the evening with you"
    assert [scene.voice for scene in scenes] == [
        "Meet Solvane Ember.", "", "Solvane Ember, $129.", "Bring the evening with you."
    ]  # fmt: skip


def test_without_facts_nothing_is_claimed() -> None:
    """Every word spoken or shown comes from the sentence; only `Meet` is ours."""
    for sentence, _ in SENTENCES:
        said = parse_sentence(sentence + ", with voice-over")
        known = f"{said.product} {said.headline} {said.benefit} {said.price} Meet"
        for scene in said.scenes:
            spoken = scene.voice + " " + " ".join(block.text for block in scene.overlays.text_blocks)
            assert all(word in known for word in re.findall(r"\w+", spoken))


@given(
    framework=st.sampled_from(sorted(PRESETS)),
    seconds=st.floats(8, 60) | st.integers(8, 60),
    product=st.text(min_size=1, max_size=80),
    headline=st.text(min_size=1, max_size=120),
    has_voice=st.booleans(),
)
def test_presets_cover_the_film(framework: str, seconds: float, product: str, headline: str, has_voice: bool) -> None:
    """Scenes meet on whole seconds from 0 to the end, each at least a second long; with a voice, something is said."""
    scenes = arrange_scenes(framework, seconds, AdFacts(product, headline, has_voice=has_voice))
    assert (scenes[0].start_s, scenes[-1].end_s) == (0, seconds)
    assert all(before.end_s == after.start_s for before, after in itertools.pairwise(scenes))
    assert all(scene.end_s - scene.start_s >= 1 for scene in scenes)
    assert all(float(scene.start_s).is_integer() for scene in scenes)
    assert any(scene.voice for scene in scenes) is has_voice


WORDS = st.sampled_from(
    [*STYLES, "15", "fifteen", "second", "s", "ad", "for", "the", '"', "'", "“", "”", "$", "$129", "3 variations", "of",
     "9:16", "0:0", "vertical", "with voice-over", "TikTok", ",", ".", "that", "budget", "minute", "half a", "\ue000"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(sentence=st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=200))
def test_any_sentence_gives_a_sound_brief(sentence: str) -> None:
    """Any words at all give the same brief twice, within the limits of an ad, or a usage error when there are none."""
    try:
        said = parse_sentence(sentence)
    except UsageError:
        assert not re.search(r"\w", sentence)
        return
    assert said == parse_sentence(sentence)
    assert 8 <= said.duration_s <= 60
    assert said.aspect in ("9:16", "16:9", "1:1", "4:5")
    assert 1 <= said.variations <= 20
    assert said.product.strip()
    assert said.headline.strip()
    assert len(said.product) <= 80
    assert len(said.headline) <= 120


def test_an_empty_or_endless_sentence_is_refused() -> None:
    """Nothing to read, or far too much, is a usage error that says what to do."""
    for sentence in ("", " \n\t", "\x00", "word " * 1000):
        with pytest.raises(UsageError) as caught:
            parse_sentence(sentence)
        assert caught.value.remedy is not None


def test_reading_time_is_bounded() -> None:
    """Sentences made to trip pattern matching are read all the same."""
    for sentence in ("'" * 1990, "'a" * 990, '"' * 1999, "for " * 490, "1" * 1999, "$" + "1," * 990, "half a " * 280):
        assert parse_sentence(sentence).duration_s >= 8


def test_no_line_is_longer_than_its_scene() -> None:
    """A headline too long to be said in the end card is not spoken there; what is spoken fits at 2.8 words a second."""
    facts = AdFacts("Ember", "word " * 20, benefit="so " * 30, price="$129", has_voice=True)
    for framework in PRESETS:
        for seconds in (8, 15, 60):
            for scene in arrange_scenes(framework, seconds, facts):
                assert len(scene.voice.split()) <= 2.8 * (scene.end_s - scene.start_s)
