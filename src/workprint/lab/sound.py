"""Sound files in and out: hardened decoding of untrusted files, a deterministic WAV writer, levels and fades."""

from __future__ import annotations

import math
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from workprint.film.sound_orders import SAMPLE_RATE

Samples = NDArray[np.float32]
"""Sound inside the program: shape (n, 2), 48 kHz, full scale is +-1.0."""

FORMATS = "wav,mp3,flac,ogg,mov,aac,aiff"
"""Demuxers a sound may come through; `mov` covers mp4 and m4a. No playlist, no network, no device."""

CODECS = (
    *("aac", "aac_fixed", "alac", "flac", "mp2", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis"),
    *("pcm_alaw", "pcm_mulaw", "pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be"),
    *("pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be"),
)
"""Decoders an untrusted stream may reach."""

PLAYLIST_MARKS = (b"#EXTM3U", b"ffconcat", b"[playlist]", b"<?xml", b"<MPD", b"<asx", b"<smil", b"<ASX")
"""How playlists and manifests begin: HLS, ffconcat, PLS, DASH, XSPF, ASX, SMIL."""

LONGEST_SECONDS = 30 * 60
"""Longest sound accepted: thirty minutes, far above any film this program makes."""

SHARE_DAMAGED = 0.05
"""Share of packets that may be damaged before a file counts as unreadable."""

SILENCE_DB = -120.0
"""What the level of digital silence is called."""


class SoundRefused(Exception):
    """A sound file is not accepted.

    `code`: sound-unreadable, sound-not-a-sound, sound-is-playlist, sound-too-long or sound-empty.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class SoundHeader:
    """What a file says it holds: length in seconds (0.0 when it does not say), codec, channels, samples a second."""

    seconds: float
    codec: str
    channels: int
    rate: int


def sniff_sound(path: PurePath) -> SoundHeader:
    """The header of a sound file after decoding its first second; raises SoundRefused."""
    with _open_sound(path) as (container, stream):
        seconds = _stated_seconds(container, stream)
        _check_length(seconds)
        decoded = 0
        for block in _decode_blocks(container, stream):
            decoded += len(block)
            if decoded >= SAMPLE_RATE:
                break
        if decoded == 0:
            raise SoundRefused("sound-empty", "The file holds no sound.")
        codec = stream.codec_context
        return SoundHeader(seconds, codec.name, codec.channels, codec.sample_rate)


def read_sound(path: PurePath) -> Samples:
    """A whole sound file as (n, 2) float32 at 48 kHz; mono goes to both sides, surround is folded down.

    Raises SoundRefused with the code of the reason.
    """
    with _open_sound(path) as (container, stream):
        _check_length(_stated_seconds(container, stream))
        blocks: list[Samples] = []
        length = 0
        for block in _decode_blocks(container, stream):
            blocks.append(block)
            length += len(block)
            _check_length(length / SAMPLE_RATE)
    if length == 0:
        raise SoundRefused("sound-empty", "The file holds no sound.")
    samples = np.concatenate(blocks)
    if not np.isfinite(samples).all():
        raise SoundRefused("sound-unreadable", "The file holds samples that are not numbers.")
    return samples


def _check_length(seconds: float) -> None:
    if seconds > LONGEST_SECONDS:
        minutes = LONGEST_SECONDS // 60
        raise SoundRefused("sound-too-long", f"The sound is longer than {minutes} minutes.")


def _stated_seconds(container: Any, stream: Any) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return max(0.0, float(stream.duration * stream.time_base))
    return max(0.0, (container.duration or 0) / 1_000_000)


def _refuse_by_first_bytes(path: Path) -> None:
    # is_file first: opening a pipe or a device could wait for ever.
    if not path.is_file():
        raise SoundRefused("sound-unreadable", "There is no such file.")
    try:
        with path.open("rb") as file:
            start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError as error:
        raise SoundRefused("sound-unreadable", "The file cannot be opened.") from error
    if not start:
        raise SoundRefused("sound-empty", "The file is empty.")
    if start.startswith(PLAYLIST_MARKS):
        raise SoundRefused("sound-is-playlist", "The file is a playlist that points elsewhere, not a sound.")


@contextmanager
def _open_sound(path: PurePath) -> Iterator[tuple[Any, Any]]:
    """The open container and its sound stream; nothing but this one local file can be reached from it."""
    source = Path(path)
    _refuse_by_first_bytes(source)
    guard = {"protocol_whitelist": "file", "format_whitelist": FORMATS, "codec_whitelist": ",".join(CODECS)}
    try:
        container = av.open(f"file:{source}", mode="r", container_options=guard)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise SoundRefused("sound-unreadable", "The file is not a sound in a format we read.") from error
    with container:
        if not container.streams.audio:
            raise SoundRefused("sound-not-a-sound", "The file holds no sound track.")
        stream = container.streams.audio[0]
        if stream.codec_context is None or stream.codec_context.name not in CODECS:
            raise SoundRefused("sound-unreadable", "The sound is coded in a way we do not read.")
        # One thread, so that a hostile file cannot take every core.
        stream.codec_context.thread_count = 1
        yield container, stream


def _decode_blocks(container: Any, stream: Any) -> Iterator[Samples]:
    """Blocks of (n, 2) at 48 kHz; a few damaged packets are passed over, many are refused."""
    resampler = av.AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)
    good = damaged = 0
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                damaged += 1
                continue
            good += 1
            for frame in frames:
                yield from _take_apart(resampler.resample(frame))
        yield from _take_apart(resampler.resample(None))
    except (av.error.FFmpegError, ValueError) as error:
        raise SoundRefused("sound-unreadable", "The sound is damaged or changes its layout half-way.") from error
    if damaged > SHARE_DAMAGED * (good + damaged):
        raise SoundRefused("sound-unreadable", f"The sound is damaged: {damaged} of {good + damaged} packets.")


def _take_apart(frames: list[Any]) -> Iterator[Samples]:
    for frame in frames:
        block: Samples = np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1, 2)
        yield block


def resample_mono(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """One channel (n,) at `rate` samples a second, brought to 48 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate = rate
    parts = [part.to_ndarray().reshape(-1) for part in (*resampler.resample(frame), *resampler.resample(None))]
    return np.concatenate(parts).astype(np.float32)


def write_wav(path: PurePath, samples: Samples) -> None:
    """Write (n, 2) samples as 24-bit PCM at 48 kHz; the bytes depend on the samples alone. Overs are held at +-1."""
    whole = np.rint(np.clip(samples, -1.0, 1.0).astype(np.float64) * 8_388_607.0).astype("<i4")
    data = whole.reshape(-1, 1).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(3)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(data)


def to_samples(milliseconds: float) -> int:
    """The number of samples nearest to a time."""
    return round(milliseconds * SAMPLE_RATE / 1000)


def to_gain(decibels: float) -> float:
    """The factor that changes a level by decibels."""
    return float(10.0 ** (decibels / 20.0))


def to_decibels(amplitude: float) -> float:
    """The level of an amplitude against full scale, SILENCE_DB at the lowest."""
    return max(SILENCE_DB, 20.0 * math.log10(amplitude)) if amplitude > 0 else SILENCE_DB


def measure_rms(samples: Samples) -> float:
    """The RMS level of all channels in dBFS, SILENCE_DB when there is nothing."""
    if samples.size == 0:
        return SILENCE_DB
    return to_decibels(math.sqrt(float(np.mean(np.square(samples, dtype=np.float64)))))


LOUDEST_MS = 100
"""The window in which the loudest moment of a short sound is measured: about how long the ear sums a blow."""


def measure_loudest(samples: Samples) -> float:
    """The RMS level in dBFS of the loudest 100 ms of (n, 2), or of all when it is shorter."""
    width = min(len(samples), to_samples(LOUDEST_MS))
    if width == 0:
        return SILENCE_DB
    power = np.square(samples, dtype=np.float64).mean(axis=1)
    sums = np.concatenate(([0.0], np.cumsum(power)))
    return to_decibels(math.sqrt(max(0.0, float((sums[width:] - sums[:-width]).max())) / width))


def fade(samples: Samples, start_ms: float, end_ms: float) -> Samples:
    """A copy that rises over its first `start_ms` and falls over its last `end_ms`, along a raised cosine."""
    result = samples.copy()
    head, tail = (min(len(samples), to_samples(length)) for length in (start_ms, end_ms))
    result[:head] *= _raised_cosine(head)[:, None]
    if tail:
        result[-tail:] *= _raised_cosine(tail)[::-1, None]
    return result


def _raised_cosine(length: int) -> NDArray[np.float32]:
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(1, length))).astype(np.float32)


def fit_length(samples: Samples, length: int) -> Samples:
    """Exactly `length` samples: cut at the end or filled up with silence."""
    missing = max(0, length - len(samples))
    return np.pad(samples[:length], ((0, missing), (0, 0)))
