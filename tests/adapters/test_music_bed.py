"""The music bed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.adapters.sound_bench import RATE, digest, make_elsewhere, set_up

from workprint.adapters.music_bed import play
from workprint.adapters.music_bed.grid import plan_sections
from workprint.adapters.music_bed.moods import MOODS, pick_mood
from workprint.film.errors import OrderFailed
from workprint.film.sound_orders import MusicPayload, MusicSection
from workprint.lab.loudness import measure
from workprint.lab.sound import measure_rms, read_sound

SECTIONS = (
    MusicSection("intro", 0),
    MusicSection("build", 2000),
    MusicSection("drop", 4000),
    MusicSection("button", 7600),
)


def levels(samples: np.ndarray, milliseconds: int) -> np.ndarray:
    """RMS in dBFS of consecutive blocks."""
    step = RATE * milliseconds // 1000
    return np.array([measure_rms(samples[i : i + step]) for i in range(0, len(samples) - step + 1, step)])


@pytest.mark.parametrize("mood", [mood.name for mood in MOODS])
def test_every_mood_is_a_clean_bed(tmp_path: Path, mood: str) -> None:
    """Right length and level, no clipping, no offset, no hole, both sides alive, and drums do not bury it."""
    made = play(set_up("music", MusicPayload(10_000, 100, mood, SECTIONS), tmp_path))
    samples = read_sound(made.files[0].path)
    assert len(samples) == 10 * RATE
    loudness = measure(samples)
    assert abs(loudness.lufs + 17.0) < 0.5
    assert loudness.true_peak_dbtp <= -0.9
    assert np.abs(samples.mean(axis=0)).max() < 1e-4
    assert levels(samples[: 9 * RATE], 200).min() > -40
    crest = 20 * np.log10(np.abs(samples).max() / np.sqrt(np.mean(samples**2)))
    assert 8 < crest < 20
    assert 0.2 < np.corrcoef(samples[:, 0], samples[:, 1])[0, 1] < 0.95


def test_it_ends_by_itself(tmp_path: Path) -> None:
    """The last chord dies away: the level falls through the button and the last sample is nothing."""
    samples = read_sound(play(set_up("music", MusicPayload(10_000, 100, "warm", SECTIONS), tmp_path)).files[0].path)
    end = levels(samples[8 * RATE :], 500)
    assert end[-1] < end[0] - 8
    assert np.abs(samples[-48:]).max() < 1e-3


def test_the_drop_is_a_lift(tmp_path: Path) -> None:
    """The drop is louder than the intro, and carries more treble than it."""
    samples = read_sound(play(set_up("music", MusicPayload(10_000, 120, "bright", SECTIONS), tmp_path)).files[0].path)
    intro, drop = samples[: 2 * RATE], samples[4 * RATE : 7 * RATE]
    assert measure_rms(drop) > measure_rms(intro) + 1.5

    def treble(part: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(part[:, 0])) ** 2
        return float(power[np.fft.rfftfreq(len(part), 1 / RATE) > 4000].sum() / len(part) ** 2)

    assert treble(drop) > 2 * treble(intro)


def test_beats_fall_where_the_facts_say(tmp_path: Path) -> None:
    """Bass drums of the drop are heard within 30 ms of the beats told; the grid covers the film."""
    made = play(set_up("music", MusicPayload(10_000, 96, "driving", SECTIONS), tmp_path))
    beats = made.facts["beats_ms"]
    assert beats[:6] == [round(i * 60_000 / 96) for i in range(6)]
    assert beats[-1] < 10_000 <= beats[-1] + 625
    start = next(start for role, start in made.facts["sections"] if role == "drop")
    assert start in beats
    samples = read_sound(made.files[0].path)[:, 0].astype(np.float64)
    low = np.fft.rfft(samples)
    low[np.fft.rfftfreq(len(samples), 1 / RATE) > 140] = 0
    power = np.fft.irfft(low, len(samples)) ** 2
    centre = round(start * RATE / 1000)
    rise = [power[c : c + 1440].mean() - power[c - 1440 : c].mean() for c in range(centre - 4800, centre + 4800, 240)]
    assert abs((int(np.argmax(rise)) - 20) * 5) <= 30


@pytest.mark.parametrize(("bpm", "drop", "button"), [(84, 8000, 11_500), (97, 3333, 9700), (170, 4111, 8001)])
def test_drop_and_button_begin_where_the_picture_turns(bpm: int, drop: int, button: int) -> None:
    """To the millisecond, at any tempo; only the beat before each is longer or shorter, never by more than 3 to 4."""
    sections = (MusicSection("intro", 0), MusicSection("drop", drop), MusicSection("button", button))
    grid, found = plan_sections(MusicPayload(15_000, bpm, "calm", sections))
    assert [grid.at(start) for role, start in found if role == "drop"] == [drop / 1000]
    assert min(abs(grid.at(start) - button / 1000) for _, start in found) < 1e-9
    beats = np.diff(grid.list_until(15.0)) * bpm / 60
    uneven = beats[np.abs(beats - 1) > 1e-6]
    assert len(uneven) <= 2
    assert ((uneven >= 0.75 - 1e-9) & (uneven <= 1.75)).all()


def test_the_final_chord_is_struck_when_the_end_card_comes(tmp_path: Path) -> None:
    """A button with the end card 3.5 s before the end: the bed's last attack rises there, and then only rings out."""
    sections = (MusicSection("intro", 0), MusicSection("drop", 4000), MusicSection("button", 6500))
    made = play(set_up("music", MusicPayload(10_000, 84, "elegant", sections), tmp_path))
    assert made.facts["sections"][-1] == ["final", 6500]
    samples = read_sound(made.files[0].path)
    assert measure_rms(samples[6500 * 48 : 6700 * 48]) > measure_rms(samples[9000 * 48 : 9500 * 48]) + 6


def test_the_key_asked_for_is_the_key_played(tmp_path: Path) -> None:
    """Two tonics give two beds; the same tonic with the same seed gives the same one."""
    made = [
        play(set_up("music", MusicPayload(3000, 100, "warm", (), k), tmp_path / f"{i}"))
        for i, k in enumerate((57, 62, 57))
    ]
    assert digest(made[0]) == digest(made[2]) != digest(made[1])


def test_the_same_order_is_the_same_file(tmp_path: Path) -> None:
    """Another process, with another hash seed and one BLAS thread, makes the same bytes and facts."""
    bench = set_up("music", MusicPayload(5000, 88, "elegant", SECTIONS[:2]), tmp_path / "a")
    made = play(bench)
    other, facts = make_elsewhere("workprint.adapters.music_bed:play", bench, tmp_path / "b")
    assert digest(made) == other
    assert made.facts == facts


@pytest.mark.parametrize(("duration", "bpm"), [(500, 60), (1733, 220), (3001, 40), (8008, 117)])
def test_odd_lengths_and_tempos_come_out_exact(tmp_path: Path, duration: int, bpm: int) -> None:
    """Any film gets a bed of exactly its length, with or without sections asked for."""
    made = play(set_up("music", MusicPayload(duration, bpm, "", ()), tmp_path))
    assert len(read_sound(made.files[0].path)) == duration * 48
    assert made.facts["duration_ms"] == duration


@pytest.mark.parametrize(("duration", "bpm"), [(8000, 0), (8000, 999), (0, 100), (10**9, 100)])
def test_impossible_music_is_refused(tmp_path: Path, duration: int, bpm: int) -> None:
    """A tempo or a length no music can have fails with a way out."""
    with pytest.raises(OrderFailed) as failure:
        play(set_up("music", MusicPayload(duration, bpm, "warm", ()), tmp_path))
    assert failure.value.remedy is not None


def test_a_wish_in_words_finds_its_mood() -> None:
    """The first known word decides; an unknown wish is warm."""
    assert pick_mood("Luxury, calm evenings").name == "elegant"
    assert pick_mood("something UPBEAT").name == "bright"
    assert pick_mood("xyzzy").name == "warm"
