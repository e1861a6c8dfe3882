"""The user's own sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.adapters.sound_bench import RATE, digest, make_elsewhere, save_input, set_up, tone

from workprint.adapters.sound_import import import_sound
from workprint.film.errors import OrderFailed
from workprint.film.sound_orders import SoundImportPayload
from workprint.lab.sound import measure_rms, read_sound
from workprint.ports.maker import Bench, BenchInput


def order(folder: Path, seconds: float, duration_ms: int, kind: str) -> Bench:
    """An import of a tone of some seconds."""
    source = save_input(folder / "source.wav", tone(440, seconds, 0.4), {})
    return set_up("sound_import", SoundImportPayload(duration_ms, kind), folder / "made", {"file": source})


@pytest.mark.parametrize("kind", ["music", "voice"])
def test_a_long_file_is_cut_with_a_fade(tmp_path: Path, kind: str) -> None:
    """Longer than the film: exactly the film's length, and the end falls to nothing."""
    made = import_sound(order(tmp_path, 4.0, 2500, kind))
    samples = read_sound(made.files[0].path)
    assert len(samples) == 2500 * 48
    assert np.abs(samples[-10:]).max() < 1e-3
    assert measure_rms(samples[RATE // 2 : RATE]) > -12
    assert made.facts == {"duration_ms": 2500, "source_ms": 4000}


def test_a_short_voice_is_followed_by_silence(tmp_path: Path) -> None:
    """A voice is never repeated."""
    samples = read_sound(import_sound(order(tmp_path, 1.0, 3000, "voice")).files[0].path)
    assert len(samples) == 3 * RATE
    assert (samples[RATE:] == 0).all()


def test_short_music_is_repeated_without_a_hole_or_a_click(tmp_path: Path) -> None:
    """Music fills the film: level without gaps, no jump at the seams, nothing over full scale."""
    samples = read_sound(import_sound(order(tmp_path, 2.3, 8000, "music")).files[0].path)
    assert len(samples) == 8 * RATE
    blocks = [measure_rms(samples[i : i + 4800]) for i in range(4800, len(samples) - 70_000, 4800)]
    assert min(blocks) > -24
    assert np.abs(np.diff(samples[:, 0])).max() < 2 * 0.4 * 2 * np.pi * 440 / RATE
    assert np.abs(samples).max() <= 1.0


def test_very_short_music_still_fills_the_film(tmp_path: Path) -> None:
    """Even a tenth of a second is looped to the exact length."""
    assert len(read_sound(import_sound(order(tmp_path, 0.1, 1500, "music")).files[0].path)) == 1500 * 48


def test_importing_twice_gives_the_same_file(tmp_path: Path) -> None:
    """Another process makes the same bytes."""
    bench = order(tmp_path, 2.0, 5000, "music")
    assert make_elsewhere("workprint.adapters.sound_import:import_sound", bench, tmp_path / "b") == (
        digest(import_sound(bench)),
        {"duration_ms": 5000, "source_ms": 2000},
    )


def test_a_hostile_file_fails_with_a_way_out(tmp_path: Path) -> None:
    """A playlist given as music becomes an OrderFailed with a remedy, not a fetch."""
    (tmp_path / "song.mp3").write_text("#EXTM3U\nhttp://127.0.0.1:1/x.mp3\n")
    given = BenchInput((tmp_path / "song.mp3",), ("audio/mpeg",), {})
    with pytest.raises(OrderFailed, match="playlist") as failure:
        import_sound(set_up("sound_import", SoundImportPayload(1000, "music"), tmp_path / "made", {"file": given}))
    assert failure.value.remedy is not None
