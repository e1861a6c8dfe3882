"""The mix, judged by what the delivered file holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.adapters.sound_bench import (
    RATE,
    as_input,
    digest,
    find_amplitude,
    make_elsewhere,
    save_input,
    set_up,
    tone,
)

from workprint.adapters.music_bed import play
from workprint.adapters.sound_mix import draw_duck, merge_spans, mix
from workprint.adapters.voice_espeak import speak
from workprint.film.sound_orders import MixPayload, MusicPayload, VoiceCue, VoicePayload
from workprint.lab.loudness import measure
from workprint.lab.sound import read_sound
from workprint.ports.maker import Bench, BenchInput

MUSIC_HZ, VOICE_HZ = 2000.0, 300.0


def talk(folder: Path, *, words: bool = True) -> BenchInput:
    """A stand-in voice: two seconds of one tone, two words."""
    facts = {"words": [["one", 0, 900], ["two", 1000, 2000]]} if words else {"duration_ms": 2000}
    return save_input(folder / "voice.wav", tone(VOICE_HZ, 2.0, 0.2), facts)


def order(folder: Path, music: np.ndarray, *, words: bool = True) -> Bench:
    """A mix of eight seconds: music, and the stand-in voice from the third second on."""
    inputs = {"voice.0": talk(folder, words=words), "music": save_input(folder / "music.wav", music, {})}
    payload = MixPayload(8000, (VoiceCue("voice.0", 3000),), True)
    return set_up("mix", payload, folder / "made", inputs)


def decibels(high: float, low: float) -> float:
    """How far one amplitude lies above another."""
    return float(20 * np.log10(high / low))


@pytest.mark.parametrize("words", [True, False])
def test_music_ducks_under_the_voice_in_the_delivered_file(tmp_path: Path, words: bool) -> None:
    """The music's own frequency, read out of the mix, is 6 dB and more lower during speech; the voice stands clear.

    Without word times (a recording) the speech is found by its sound.
    """
    made = mix(order(tmp_path, tone(MUSIC_HZ, 8.0), words=words))
    samples = read_sound(made.files[0].path)
    during, before, after = samples[3 * RATE : 5 * RATE], samples[RATE : 2 * RATE], samples[6 * RATE : 7 * RATE]
    ducked = find_amplitude(during, MUSIC_HZ)
    assert decibels(find_amplitude(before, MUSIC_HZ), ducked) >= 6
    assert decibels(find_amplitude(after, MUSIC_HZ), ducked) >= 6
    assert decibels(find_amplitude(during, VOICE_HZ), ducked) >= 8
    assert abs(made.facts["duck_db"] - decibels(find_amplitude(before, MUSIC_HZ), ducked)) < 1.0


def test_music_that_swells_under_the_voice_is_ducked_deeper(tmp_path: Path) -> None:
    """Music 8 dB louder during the line still lies 6 dB under its level outside."""
    music = tone(MUSIC_HZ, 8.0)
    music[3 * RATE : 5 * RATE] *= 2.5
    made = mix(order(tmp_path, music))
    samples = read_sound(made.files[0].path)
    ducked = find_amplitude(samples[3 * RATE : 5 * RATE], MUSIC_HZ)
    assert decibels(find_amplitude(samples[RATE : 2 * RATE], MUSIC_HZ), ducked) >= 6
    assert made.facts["duck_db"] >= 6


def test_a_real_film_meets_its_figures(tmp_path: Path) -> None:
    """Bed and two spoken lines: -14 LUFS, true peak, exact length, duck; and the same bytes in another process."""
    inputs = {"music": as_input(play(set_up("music", MusicPayload(8000, 100, "bright", ()), tmp_path / "m")))}
    for i, text in enumerate(("Evenings deserve a softer light.", "Solvane follows the sun.")):
        inputs[f"voice.{i}"] = as_input(speak(set_up("voice", VoicePayload(text, "en", 3500), tmp_path / f"v{i}")))
    payload = MixPayload(8000, (VoiceCue("voice.0", 300), VoiceCue("voice.1", 4100)), True)
    bench = set_up("mix", payload, tmp_path / "a", inputs)
    made = mix(bench)
    samples = read_sound(made.files[0].path)
    found = measure(samples)
    assert len(samples) == 8 * RATE
    assert abs(found.lufs + 14.0) < 0.3
    assert found.true_peak_dbtp <= -1.5
    assert abs(made.facts["lufs"] - found.lufs) < 0.05
    assert made.facts["duck_db"] >= 6
    assert made.facts["voice_over_music_db"] >= 8
    assert make_elsewhere("workprint.adapters.sound_mix:mix", bench, tmp_path / "b") == (digest(made), made.facts)


def test_music_alone_is_not_ducked(tmp_path: Path) -> None:
    """Without a voice the music is level from start to end, at the target, and no duck is told."""
    inputs = {"music": save_input(tmp_path / "m.wav", tone(MUSIC_HZ, 3.0), {})}
    made = mix(set_up("mix", MixPayload(3000, (), True), tmp_path / "a", inputs))
    samples = read_sound(made.files[0].path)
    assert "duck_db" not in made.facts
    assert abs(measure(samples).lufs + 14.0) < 0.3
    assert abs(decibels(find_amplitude(samples[:RATE], MUSIC_HZ), find_amplitude(samples[RATE:-RATE], MUSIC_HZ))) < 0.5


def test_a_voice_alone_reaches_the_target(tmp_path: Path) -> None:
    """A film without music is as loud as any other, and a line longer than the film is cut with it."""
    payload = MixPayload(4000, (VoiceCue("voice.0", 500), VoiceCue("voice.0", 3000)), False)
    made = mix(set_up("mix", payload, tmp_path / "a", {"voice.0": talk(tmp_path)}))
    samples = read_sound(made.files[0].path)
    assert len(samples) == 4 * RATE
    assert abs(measure(samples).lufs + 14.0) < 0.3
    assert "duck_db" not in made.facts


@pytest.mark.parametrize("has_music", [True, False])
def test_silence_stays_silence(tmp_path: Path, has_music: bool) -> None:
    """Nothing in, nothing out: digital silence of the exact length, told as -70.0 LUFS."""
    inputs = {"music": save_input(tmp_path / "m.wav", np.zeros((RATE, 2), np.float32), {})} if has_music else {}
    made = mix(set_up("mix", MixPayload(2001, (), has_music), tmp_path / "a", inputs))
    samples = read_sound(made.files[0].path)
    assert samples.shape == (2001 * 48, 2)
    assert (samples == 0).all()
    assert made.facts["lufs"] == -70.0


def test_the_duck_is_down_when_speech_starts_and_never_jumps() -> None:
    """Full depth over the whole span, back to full level after the release, no step larger than 0.1 dB a sample."""
    gain = draw_duck(((1000, 2000),), 4 * RATE, 9.0)
    assert np.allclose(20 * np.log10(gain[RATE : 2 * RATE]), -9.0, atol=0.01)
    assert (gain[: 880 * 48] == 1).all()
    assert np.allclose(gain[2401 * 48 :], 1)
    assert np.abs(np.diff(20 * np.log10(gain))).max() < 0.1


def test_a_short_pause_does_not_bring_the_music_back() -> None:
    """Between two phrases half a second apart the music stays down."""
    gain = draw_duck(((500, 1000), (1500, 2000)), 3 * RATE, 9.0)
    assert gain[500 * 48 : 2000 * 48].max() < 0.36
    assert merge_spans([(5, 9), (0, 4)], 2) == ((0, 9),)
