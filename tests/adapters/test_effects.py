"""Synthesised sound effects, judged by the files they leave."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.adapters.sound_bench import RATE, digest, find_landing, make_elsewhere, set_up

from workprint.adapters.effects import MAKERS, make_effect
from workprint.adapters.effects.tones import TONES
from workprint.film.errors import OrderFailed
from workprint.film.sound_mood import MOOD_WORDS
from workprint.film.sound_orders import EFFECT_KINDS, EffectPayload
from workprint.lab.sound import measure_loudest, read_sound
from workprint.lab.synthesis import to_hertz

SHAPES = {"riser": (1400, 1000), "whoosh": (1000, 480), "hit": (1400, 10), "impact": (1800, 10), "shimmer": (2000, 10)}
ENERGY = {"calm": 10, "elegant": 30, "warm": 40, "bright": 65, "driving": 90}


def order(kind: str, mood: str = "elegant", pitch: int = 60) -> EffectPayload:
    """An effect as the stage orders it."""
    return EffectPayload(kind, *SHAPES[kind], mood, pitch, ENERGY[mood])


def make(payload: EffectPayload, folder: Path) -> NDArray[np.float32]:
    """The samples of an effect."""
    return read_sound(make_effect(set_up("effect", payload, folder)).files[0].path)


def find_power(samples: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies in hertz and the power at each, both channels together."""
    power = (np.abs(np.fft.rfft(samples.astype(np.float64), axis=0)) ** 2).sum(axis=1)
    return np.fft.rfftfreq(len(samples), 1 / RATE), power


@pytest.mark.parametrize("mood", sorted(TONES))
@pytest.mark.parametrize("kind", EFFECT_KINDS)
def test_every_effect_is_clean_and_lands_on_its_event(tmp_path: Path, kind: str, mood: str) -> None:
    """Exact length and level, no clipping, no offset, silent edges, energy where ears are, event within 20 ms."""
    made = make_effect(set_up("effect", order(kind, mood), tmp_path))
    samples = read_sound(made.files[0].path)
    length, sync = SHAPES[kind]
    assert len(samples) == length * 48
    assert abs(measure_loudest(samples) + 20.0) < 0.3
    assert np.abs(samples).max() <= 10 ** (-2.9 / 20)
    assert np.abs(samples.mean(axis=0)).max() < 1e-3
    assert np.abs(samples[[0, -1]]).max() < 1e-3
    assert abs(find_landing(samples, kind, sync) - sync) <= 20
    frequencies, power = find_power(samples)
    assert power[(frequencies > 28) & (frequencies < 16_000)].sum() > 0.97 * power.sum()
    assert (samples.std(axis=0) > 0.25 * samples.std()).all()
    assert made.facts["level_db"] == round(measure_loudest(samples), 1)
    assert 200 < made.facts["centroid_hz"] < 9000


def test_every_mood_has_a_tone() -> None:
    """What a brief may wish for is what effects know."""
    assert sorted(TONES) == sorted(MOOD_WORDS)


def test_energetic_blows_are_harder_than_calm_ones(tmp_path: Path) -> None:
    """A driving hit rises faster and is brighter than a calm impact; a calm one rings longer."""

    def describe(kind: str, mood: str) -> tuple[float, float, float]:
        samples = make(order(kind, mood), tmp_path / kind)
        frequencies, power = find_power(samples)
        strength = np.abs(samples).max(axis=1)
        attack = np.argmax(strength > 0.7 * strength.max()) / 48
        late = (samples[600 * 48 : 1300 * 48] ** 2).mean() / (samples[: 600 * 48] ** 2).mean()
        return float(attack), float((power * frequencies).sum() / power.sum()), float(late)

    (hard_attack, hard_centre, hard_ring), (soft_attack, soft_centre, soft_ring) = (
        describe("hit", "driving"),
        describe("impact", "calm"),
    )
    assert hard_attack < soft_attack
    assert hard_centre > soft_centre
    assert hard_ring < soft_ring


@pytest.mark.parametrize("pitch", [57, 62])
def test_blows_and_bells_are_in_the_key(tmp_path: Path, pitch: int) -> None:
    """The low tone of an impact settles on the tonic, and the strongest bell of a shimmer is one of its tones."""
    frequencies, power = find_power(make(order("impact", pitch=pitch), tmp_path / "i")[300 * 48 :])
    low = frequencies[(frequencies < 90)][np.argmax(power[frequencies < 90])]
    assert abs((12 * np.log2(low / to_hertz(pitch)) + 6) % 12 - 6) < 0.6
    frequencies, power = find_power(make(order("shimmer", pitch=pitch), tmp_path / "s"))
    tone = round(12 * np.log2(frequencies[np.argmax(power)] / to_hertz(pitch)))
    assert tone % 12 in (0, 7, 2)


def test_a_whoosh_crosses_from_one_side_to_the_other(tmp_path: Path) -> None:
    """Its energy begins on one side and ends on the other."""
    samples = make(order("whoosh"), tmp_path)
    before, after = (samples[part] ** 2 for part in (slice(250 * 48, 400 * 48), slice(560 * 48, 750 * 48)))
    lean = [float(np.log(part[:, 0].mean() / part[:, 1].mean())) for part in (before, after)]
    assert lean[0] * lean[1] < 0


@pytest.mark.parametrize("kind", EFFECT_KINDS)
def test_the_same_order_is_the_same_file(tmp_path: Path, kind: str) -> None:
    """Another process, with another hash seed and one BLAS thread, makes the same bytes."""
    bench = set_up("effect", order(kind), tmp_path / "a")
    made = make_effect(bench)
    assert digest(make_effect(set_up("effect", order(kind), tmp_path / "b"))) == digest(made)
    if kind in ("riser", "shimmer"):
        assert make_elsewhere(MAKERS[0].entry, bench, tmp_path / "c") == (digest(made), made.facts)


@pytest.mark.parametrize(
    "payload", [EffectPayload("boing", 500, 0, "calm", 60, 50), EffectPayload("hit", 500, 500, "calm", 0, 9)]
)
def test_impossible_effects_are_refused(tmp_path: Path, payload: EffectPayload) -> None:
    """An unknown kind, or an event outside the effect, fails with a way out."""
    with pytest.raises(OrderFailed) as failure:
        make_effect(set_up("effect", payload, tmp_path))
    assert failure.value.remedy is not None


@pytest.mark.parametrize("kind", EFFECT_KINDS)
def test_short_and_strange_effects_come_out(tmp_path: Path, kind: str) -> None:
    """A tenth of a second, no pitch, an unknown mood: exactly as long as asked for, finite, not silent."""
    samples = make(EffectPayload(kind, 100, 40, "xyzzy", 0, 50), tmp_path)
    assert samples.shape == (4800, 2)
    assert np.isfinite(samples).all()
    assert measure_loudest(samples) > -30
