"""Sound files in and out."""

from __future__ import annotations

import hashlib
import os
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from workprint.lab.sound import (
    SoundRefused,
    fade,
    fit_length,
    measure_rms,
    read_sound,
    resample_mono,
    sniff_sound,
    to_decibels,
    write_wav,
)

RATE = 48_000


def tone(seconds: float, peak: float = 0.5) -> np.ndarray:
    """A 440 Hz sine on both channels."""
    wave_ = peak * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    return np.repeat(wave_[:, None], 2, axis=1).astype(np.float32)


def encode_as(path: Path, codec: str, samples: np.ndarray, rate: int = RATE) -> Path:
    """Samples as a compressed file."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="stereo")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(stream.format.name, "stereo", rate, frame_size=stream.frame_size or 1024)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def write_floats(path: Path, samples: np.ndarray) -> Path:
    """A 32-bit float WAV, written by hand so that it may hold what no encoder would."""
    data = samples.astype("<f4").tobytes()
    head = b"RIFF" + (36 + len(data)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    form = (3).to_bytes(2, "little") + (2).to_bytes(2, "little") + RATE.to_bytes(4, "little")
    form += (RATE * 8).to_bytes(4, "little") + (8).to_bytes(2, "little") + (32).to_bytes(2, "little")
    path.write_bytes(head + form + b"data" + len(data).to_bytes(4, "little") + data)
    return path


def test_a_written_wav_reads_back_sample_for_sample(tmp_path: Path) -> None:
    """24-bit PCM keeps every sample within half a step and the length exactly."""
    samples = np.random.default_rng(3).uniform(-1, 1, (4321, 2)).astype(np.float32)
    write_wav(tmp_path / "a.wav", samples)
    back = read_sound(tmp_path / "a.wav")
    assert back.shape == (4321, 2)
    assert float(np.abs(back - samples).max()) < 2**-22


def test_a_wav_depends_on_its_samples_alone(tmp_path: Path) -> None:
    """The same samples give the same bytes under any name, and the header says 48 kHz, stereo, 24 bit."""
    write_wav(tmp_path / "a.wav", tone(0.1))
    write_wav(tmp_path / "other.wav", tone(0.1))
    first, second = ((tmp_path / name).read_bytes() for name in ("a.wav", "other.wav"))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes()) == (RATE, 2, 3, 4800)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [("a.mp3", "mp3", 44_100), ("a.flac", "flac", 96_000), ("a.m4a", "aac", 44_100), ("a.ogg", "libopus", 48_000)],
)
def test_usual_formats_come_in_at_48_khz(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    """MP3, FLAC, M4A and OGG at any rate become 48 kHz stereo of the same length and level."""
    path = encode_as(tmp_path / name, codec, tone(1.5), rate)
    samples = read_sound(path)
    assert abs(len(samples) / RATE - 1.5) < 0.08
    assert abs(measure_rms(samples[10_000:60_000]) - to_decibels(0.5 / 2**0.5)) < 0.5
    assert sniff_sound(path).rate == rate


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/x.ts\n", "sound-is-playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "sound-is-playlist"),
        (b"\xef\xbb\xbf  #EXTM3U\n", "sound-is-playlist"),
        (b'<?xml version="1.0"?><MPD></MPD>', "sound-is-playlist"),
        (b"", "sound-empty"),
        (b"RIFF\x24\x00\x00\x00WAVE", "sound-unreadable"),
        (b"not a sound at all " * 300, "sound-unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 400, "sound-unreadable"),
    ],
)
@pytest.mark.parametrize("read", [read_sound, sniff_sound])
def test_what_is_no_sound_is_refused_by_name(tmp_path: Path, content: bytes, code: str, read: object) -> None:
    """Playlists, empty files and rubbish named .wav are refused with a code, by both readers."""
    path = tmp_path / "song.wav"
    path.write_bytes(content)
    with pytest.raises(SoundRefused) as refusal:
        read(path)  # type: ignore[operator]
    assert refusal.value.code == code


def test_a_playlist_without_its_first_line_opens_nothing(tmp_path: Path) -> None:
    """A concat script that hides behind blank lines and comments still reaches no other file."""
    write_wav(tmp_path / "secret.wav", tone(0.2))
    path = tmp_path / "song.mp3"
    path.write_text("# hello\n" * 100 + "ffconcat version 1.0\nfile secret.wav\n")
    with pytest.raises(SoundRefused):
        read_sound(path)


def test_a_film_without_sound_is_not_a_sound(tmp_path: Path) -> None:
    """An MP4 with only a picture track is refused as not a sound."""
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    with pytest.raises(SoundRefused) as refusal:
        read_sound(path)
    assert refusal.value.code == "sound-not-a-sound"


def test_a_sound_that_claims_half_an_hour_and_more_is_too_long(tmp_path: Path) -> None:
    """Length is checked before decoding: a 31-minute WAV is refused at once."""
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(1000)
        file.writeframes(b"\x80" * 1000 * 31 * 60)
    with pytest.raises(SoundRefused) as refusal:
        sniff_sound(path)
    assert refusal.value.code == "sound-too-long"


@pytest.mark.parametrize("poison", [np.nan, np.inf])
def test_samples_that_are_not_numbers_are_refused(tmp_path: Path, poison: float) -> None:
    """A float WAV with a NaN or an infinity would silence a whole mix."""
    samples = tone(0.5)
    samples[1000, 1] = poison
    with pytest.raises(SoundRefused) as refusal:
        read_sound(write_floats(tmp_path / "nan.wav", samples))
    assert refusal.value.code == "sound-unreadable"


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    """A named pipe would block the reader for ever; it counts as no file."""
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(SoundRefused) as refusal:
        read_sound(tmp_path / "pipe.wav")
    assert refusal.value.code == "sound-unreadable"


def test_resampling_keeps_pitch_level_and_length() -> None:
    """22.05 kHz speech becomes 48 kHz with the same frequency, level and duration."""
    native = np.sin(2 * np.pi * 1000 * np.arange(22_050) / 22_050).astype(np.float32)
    found = resample_mono(native, 22_050)
    assert abs(len(found) - RATE) <= 2
    spectrum = np.abs(np.fft.rfft(found[:RATE], RATE))
    assert int(spectrum.argmax()) == 1000
    assert abs(float(np.abs(found[5000:40_000]).max()) - 1.0) < 0.01


def test_fades_end_in_silence_and_leave_the_middle() -> None:
    """A fade starts from nothing, ends in nothing, and touches nothing between."""
    ones = np.ones((RATE, 2), dtype=np.float32)
    faded = fade(ones, 100, 200)
    assert faded[0, 0] == 0
    assert faded[-1, 0] == 0
    assert (faded[4800:-9600] == 1).all()
    assert (ones == 1).all()


@pytest.mark.parametrize("length", [0, 10, 4800, 9000])
def test_fitting_gives_exactly_the_length(length: int) -> None:
    """Whatever the sound, the result has the asked number of samples."""
    assert len(fit_length(tone(0.1), length)) == length
