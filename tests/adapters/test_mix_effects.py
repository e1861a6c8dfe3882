"""Effects in the mix, judged by what the delivered file holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.adapters.sound_bench import (
    RATE,
    as_input,
    digest,
    find_amplitude,
    find_landing,
    make_elsewhere,
    save_input,
    set_up,
    tone,
)

from workprint.adapters.effects import make_effect
from workprint.adapters.music_bed import play
from workprint.adapters.sound_mix import mix
from workprint.adapters.voice_espeak import speak
from workprint.film.sound_orders import EffectCue, EffectPayload, MixPayload, MusicPayload, VoiceCue, VoicePayload
from workprint.lab.loudness import measure
from workprint.lab.sound import measure_loudest, measure_rms, read_sound
from workprint.ports.maker import BenchInput

EFFECT_HZ, VOICE_HZ, MUSIC_HZ = 3000.0, 300.0, 1000.0


def synthesise(folder: Path, kind: str, length: int, sync: int) -> BenchInput:
    """A real effect."""
    payload = EffectPayload(kind, length, sync, "elegant", 60, 30)
    return as_input(make_effect(set_up("effect", payload, folder / kind)))


def hum(folder: Path, seconds: float) -> BenchInput:
    """A stand-in effect: one tone at the level effects are delivered at."""
    facts = {"level_db": -20.0, "sync_ms": 0}
    return save_input(folder / "hum.wav", tone(EFFECT_HZ, seconds, 0.1 * 2**0.5), facts)


def decibels(high: float, low: float) -> float:
    """How far one amplitude lies above another."""
    return float(20 * np.log10(high / low))


def test_effects_land_on_their_cuts_in_the_delivered_file(tmp_path: Path) -> None:
    """In the mix without music the riser's end, every whoosh's crest and each blow lie within 20 ms of their cut."""
    inputs = {
        "effect.0": synthesise(tmp_path, "whoosh", 1000, 480),
        "effect.1": synthesise(tmp_path, "impact", 1800, 10),
        "effect.2": synthesise(tmp_path, "riser", 1400, 1000),
    }
    cuts = [("effect.0", 480, 1000), ("effect.0", 480, 2433), ("effect.1", 10, 4000), ("effect.2", 1000, 8000)]
    cues = tuple(EffectCue(role, cut - sync, -6.0) for role, sync, cut in cuts)
    made = mix(set_up("mix", MixPayload(9000, (), False, effects=cues), tmp_path / "a", inputs))
    samples = read_sound(made.files[0].path)
    kinds = ("whoosh", "whoosh", "impact", "riser")
    for kind, (_, _, cut) in zip(kinds, cuts, strict=True):
        assert abs(find_landing(samples, kind, cut) - cut) <= 20, kind
    assert [fact[:2] for fact in made.facts["effects"]] == [[role, cut] for role, _, cut in cuts]
    assert np.abs(samples).max() < 1.0
    assert measure(samples).true_peak_dbtp <= -1.5


def test_effects_stay_below_the_voice_while_it_speaks(tmp_path: Path) -> None:
    """A loud effect through the whole line lies 8 dB and more under it, in every part of it, and swells after it."""
    voice = save_input(tmp_path / "v.wav", tone(VOICE_HZ, 2.0, 0.1), {"words": [["one", 0, 900], ["two", 1300, 2000]]})
    inputs = {
        "voice.0": voice,
        "effect.0": hum(tmp_path, 7.0),
        "music": save_input(tmp_path / "m.wav", tone(MUSIC_HZ, 8), {}),
    }
    payload = MixPayload(8000, (VoiceCue("voice.0", 3000),), True, effects=(EffectCue("effect.0", 500, 12.0),))
    made = mix(set_up("mix", payload, tmp_path / "a", inputs))
    samples = read_sound(made.files[0].path)
    for first, last in ((3000, 3400), (3500, 3900), (4300, 4700), (4600, 5000)):
        part = samples[first * 48 : last * 48]
        assert decibels(find_amplitude(part, VOICE_HZ), find_amplitude(part, EFFECT_HZ)) >= 8
    assert made.facts["voice_over_effects_db"] >= 8
    outside = samples[6 * RATE : 7 * RATE]
    assert decibels(find_amplitude(outside, EFFECT_HZ), find_amplitude(outside, MUSIC_HZ)) == pytest.approx(12, abs=1)
    # The promise about music holds beside them.
    under, clear = samples[3000 * 48 : 5000 * 48], samples[1000 * 48 : 2500 * 48]
    assert decibels(find_amplitude(clear, MUSIC_HZ), find_amplitude(under, MUSIC_HZ)) >= 6


@pytest.mark.parametrize("start", [2000, 2100])
def test_no_effect_is_at_full_level_where_speech_begins(tmp_path: Path, start: int) -> None:
    """From 150 ms before the first word to 150 ms after it an effect, even a quiet one, is 6 dB and more down."""
    voice = save_input(tmp_path / "v.wav", tone(VOICE_HZ, 1.0, 0.3), {"words": [["ah", 0, 60]]})
    inputs = {"voice.0": voice, "effect.0": hum(tmp_path, 4.0)}
    payload = MixPayload(4000, (VoiceCue("voice.0", start),), False, effects=(EffectCue("effect.0", 0, -20.0),))
    samples = read_sound(mix(set_up("mix", payload, tmp_path / "a", inputs)).files[0].path)
    full = find_amplitude(samples[500 * 48 : 1500 * 48], EFFECT_HZ)
    for first in range(start - 150, start + 150, 50):
        assert decibels(full, find_amplitude(samples[first * 48 : (first + 50) * 48], EFFECT_HZ)) >= 5.9
    before = samples[(start - 260) * 48 : (start - 200) * 48]
    assert abs(decibels(full, find_amplitude(before, EFFECT_HZ))) < 0.5


def test_one_sound_heard_twice_is_the_same_twice(tmp_path: Path) -> None:
    """Two cues of one role sound alike, each at its own level against the music; what leaves the film is cut."""
    inputs = {"effect.0": hum(tmp_path, 0.5), "music": save_input(tmp_path / "m.wav", tone(MUSIC_HZ, 6), {})}
    cues = tuple(
        EffectCue("effect.0", start, gain) for start, gain in ((-250, 0.0), (1000, 0.0), (3000, -6.0), (5800, 0.0))
    )
    samples = read_sound(
        mix(set_up("mix", MixPayload(6000, (), True, effects=cues), tmp_path / "a", inputs)).files[0].path
    )
    assert len(samples) == 6 * RATE
    first, second = (find_amplitude(samples[s * 48 : (s + 400) * 48], EFFECT_HZ) for s in (1050, 3050))
    assert decibels(first, second) == pytest.approx(6.0, abs=0.2)
    assert decibels(first, find_amplitude(samples[1050 * 48 : 1450 * 48], MUSIC_HZ)) == pytest.approx(0.0, abs=0.3)
    assert find_amplitude(samples[300 * 48 : 900 * 48], EFFECT_HZ) < first / 100


def test_a_real_film_with_effects_keeps_every_promise(tmp_path: Path) -> None:
    """Bed, line and effects: -14 LUFS, true peak, ducking, voice above both; the same bytes in another process."""
    music = MusicPayload(6000, 84, "elegant", (), 60)
    inputs = {
        "music": as_input(play(set_up("music", music, tmp_path / "m"))),
        "voice.0": as_input(
            speak(set_up("voice", VoicePayload("Solvane follows the sun.", "en", 3000), tmp_path / "v"))
        ),
        "effect.0": synthesise(tmp_path, "impact", 1800, 10),
        "effect.1": synthesise(tmp_path, "riser", 1400, 1000),
        "effect.2": synthesise(tmp_path, "shimmer", 2000, 10),
    }
    cues = (EffectCue("effect.0", 1990, 1.0), EffectCue("effect.1", 1000, -8.0), EffectCue("effect.2", 1990, -9.0))
    payload = MixPayload(6000, (VoiceCue("voice.0", 2200),), True, effects=cues)
    bench = set_up("mix", payload, tmp_path / "a", inputs)
    made = mix(bench)
    found = measure(read_sound(made.files[0].path))
    assert abs(found.lufs + 14.0) < 0.3
    assert found.true_peak_dbtp <= -1.5
    assert made.facts["duck_db"] >= 6
    assert made.facts["voice_over_music_db"] >= 8
    assert made.facts["voice_over_effects_db"] >= 8
    assert make_elsewhere("workprint.adapters.sound_mix:mix", bench, tmp_path / "b") == (digest(made), made.facts)


def test_the_facts_tell_the_levels_in_the_file(tmp_path: Path) -> None:
    """An effect alone in the film is told with the level it is heard at."""
    inputs = {"effect.0": hum(tmp_path, 1.0)}
    payload = MixPayload(3000, (), False, effects=(EffectCue("effect.0", 1000, 0.0),))
    made = mix(set_up("mix", payload, tmp_path / "a", inputs))
    samples = read_sound(made.files[0].path)
    ((role, event, level),) = made.facts["effects"]
    assert (role, event) == ("effect.0", 1000)
    assert abs(level - measure_loudest(samples)) < 0.3
    assert measure_rms(samples[: 900 * 48]) < -100
    assert "voice_over_effects_db" not in made.facts


def test_effects_do_not_hide_silent_music(tmp_path: Path) -> None:
    """Beside a track that holds nothing no effect is heard, so that the final check sees a silent film."""
    inputs = {
        "effect.0": hum(tmp_path, 1.0),
        "music": save_input(tmp_path / "m.wav", np.zeros((RATE, 2), np.float32), {}),
    }
    payload = MixPayload(3000, (), True, effects=(EffectCue("effect.0", 1000, 0.0),))
    made = mix(set_up("mix", payload, tmp_path / "a", inputs))
    assert measure_rms(read_sound(made.files[0].path)) < -80
    assert made.facts["lufs"] == -70.0
