"""Films: segments copied bit for bit, exact times, sound in sync and at its loudness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.adapters.film_bench import moving, set_up, write_clip

from workprint.adapters.films import MAKERS, make_film
from workprint.film.cut_orders import FilmPayload
from workprint.film.errors import OrderFailed
from workprint.lab.decode import open_video, probe, read_frames
from workprint.lab.encode import view_planes
from workprint.lab.mux import AAC_FRAME, count_samples, describe_boxes, hear_film
from workprint.lab.sound import read_sound, write_wav
from workprint.ports.maker import Made

Samples = NDArray[np.float32]


def noise(seconds: float, level: float) -> Samples:
    """Stereo noise that swells, so that it has peaks."""
    count = round(seconds * 48_000)
    swell = 0.6 + 0.4 * np.sin(np.arange(count) / 4800)[:, None]
    sound = np.random.default_rng(2).normal(0, level, (count, 2)) * swell
    return np.clip(sound, -1, 1).astype(np.float32)


def make(
    folder: Path, lengths: tuple[int, ...], sound: Samples, rate: tuple[int, int] = (30, 1), preset: str = "master"
) -> Made:
    """A film of shots of the given lengths."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs = {
        f"segment_{n:04d}": write_clip(folder / f"{n}.mp4", length, moving(n, n + 1), preset, rate)
        for n, length in enumerate(lengths)
    }
    write_wav(folder / "mix.wav", sound)
    payload = FilmPayload(sum(lengths), rate, len(lengths))
    return make_film(set_up(payload, folder / "out", mix=folder / "mix.wav", **inputs))


@pytest.mark.parametrize(("rate", "preset"), [((30, 1), "master"), ((30000, 1001), "master"), ((24, 1), "draft")])
def test_frames_and_times_are_exact(tmp_path: Path, rate: tuple[int, int], preset: str) -> None:
    """Shots of 37, 1, 2 and 40 frames become 80 frames with even times, rising decode times, and the same pixels."""
    made = make(tmp_path, (37, 1, 2, 40), noise(4, 0.1), rate, preset)
    film = made.files[0].path
    facts = probe(film)
    assert (facts.frames, facts.rate, facts.profile, facts.pix_fmt) == (80, rate, "High", "yuv420p")
    assert (facts.primaries, facts.transfer, facts.matrix, facts.color_range) == (1, 1, 1, 1)
    with open_video(film) as container:
        packets = [(p.pts, p.dts) for p in container.demux(video=0) if p.size]
    shown, decoded = sorted(pts for pts, _ in packets), [dts for _, dts in packets]
    assert shown[0] == 0
    assert len(set(np.diff(shown))) == len(set(np.diff(decoded))) == 1
    assert all(dts <= pts for pts, dts in packets)
    frames = list(read_frames(film))
    sources = [frame for n in range(4) for frame in read_frames(tmp_path / f"{n}.mp4")]
    assert len(frames) == 80
    assert all(np.array_equal(view_planes(a)[0], view_planes(b)[0]) for a, b in zip(frames, sources, strict=True))


def test_sound_is_in_sync_and_as_long_as_the_picture(tmp_path: Path) -> None:
    """A click at exactly one second is heard there, the container ends within an AAC frame of the picture."""
    sound = noise(2.5, 0.002)
    sound[48_000:48_040] = 0.7
    film = make(tmp_path, (30, 40), sound).files[0].path
    heard = read_sound(film)
    assert abs(int(np.abs(heard[:, 0]).argmax()) - 48_000) < 60
    wanted = count_samples(70, (30, 1))
    assert 0 <= len(heard) - wanted < AAC_FRAME
    with open_video(film) as container:
        assert container.duration / 1e6 - 70 / 30 < AAC_FRAME / 48_000
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.codec_context.sample_rate, stream.codec_context.channels) == (
            "aac",
            48_000,
            2,
        )


def test_the_index_stands_in_front_and_the_bytes_are_stable(tmp_path: Path) -> None:
    """moov before mdat, no encoder tag, and two makings are byte-identical."""
    first = Path(make(tmp_path / "a", (10, 12), noise(1, 0.1)).files[0].path)
    second = Path(make(tmp_path / "b", (10, 12), noise(1, 0.1)).files[0].path)
    names = [name for name, _ in describe_boxes(first)]
    assert names.index("moov") < names.index("mdat")
    assert first.read_bytes() == second.read_bytes()
    assert b"Lavf" not in first.read_bytes()
    assert sorted(path.name for path in first.parent.iterdir()) == ["film.mp4"]


@pytest.mark.parametrize("level", [0.01, 0.1, 0.9])
def test_loudness_is_corrected_on_the_encoded_sound(tmp_path: Path, level: float) -> None:
    """Whether mixed too soft or too hot, the film's own sound is at -14 LUFS and below -1 dBTP, as the facts say."""
    made = make(tmp_path, (60,), noise(2, level))
    heard = hear_film(made.files[0].path, 60, (30, 1))
    assert heard.lufs == pytest.approx(-14, abs=0.5)
    assert heard.true_peak_dbtp <= -1.0
    assert made.facts["lufs"] == pytest.approx(heard.lufs, abs=0.01)
    assert made.facts["true_peak_dbtp"] == pytest.approx(heard.true_peak_dbtp, abs=0.01)


def test_peaks_are_held_back_when_gain_would_raise_them(tmp_path: Path) -> None:
    """A soft mix with sharp clicks is brought up without its peaks passing -1 dBTP."""
    sound = noise(2, 0.02)
    sound[10_000::24_000] = 0.95
    assert make(tmp_path, (60,), sound).facts["true_peak_dbtp"] <= -1.0


def test_a_silent_mix_stays_silent(tmp_path: Path) -> None:
    """Silence is reported as -70 LUFS and not turned up."""
    made = make(tmp_path, (30,), np.zeros((48_000, 2), np.float32))
    assert made.facts["lufs"] == -70.0
    assert np.abs(read_sound(made.files[0].path)).max() < 1e-4


def test_facts_describe_the_film(tmp_path: Path) -> None:
    """Frames, size, bytes and length are those of the file."""
    made = make(tmp_path, (20, 25), noise(1.5, 0.1))
    film = Path(made.files[0].path)
    assert {key: made.facts[key] for key in ("frames", "width", "height", "duration_ms", "size_bytes")} == {
        "frames": 45,
        "width": 160,
        "height": 90,
        "duration_ms": 1500,
        "size_bytes": film.stat().st_size,
    }
    assert [card.step for card in MAKERS] == ["draft", "master"]


def test_segments_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    """Other encoder settings or a wrong number of frames stop the film with a reason."""
    one = write_clip(tmp_path / "a.mp4", 10, moving(), "master")
    other = write_clip(tmp_path / "b.mp4", 10, moving(), "draft")
    write_wav(tmp_path / "mix.wav", noise(1, 0.1))
    inputs = {"mix": tmp_path / "mix.wav", "segment_0000": one, "segment_0001": other}
    with pytest.raises(OrderFailed, match="same settings"):
        make_film(set_up(FilmPayload(20, (30, 1), 2), tmp_path / "x", **inputs))
    with pytest.raises(OrderFailed, match="20 frames"):
        make_film(set_up(FilmPayload(25, (30, 1), 2), tmp_path / "y", **{**inputs, "segment_0001": one}))
