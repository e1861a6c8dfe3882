"""Small real media for fakes: clips, pictures and sounds of the asked kind, size and length, the same every time."""

from __future__ import annotations

import io
import tempfile
from collections import deque
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from workprint.lab.encode import FilmWriter
from workprint.lab.pictures import save_png
from workprint.lab.sound import write_wav

SAMPLE_RATE = 48_000
FRAME_RATE = 24


@lru_cache(maxsize=64)
def make_media(kind: str, width: int, height: int, duration_ms: int, *, seed: int = 0) -> tuple[bytes, str]:
    """Bytes and media type of a video, image or audio. Sizes in pixels; another seed is another picture."""
    with tempfile.TemporaryDirectory(prefix="workprint-fake-") as folder:
        if kind == "image":
            path, media_type = Path(folder) / "made.png", "image/png"
            save_png(_paint(width, height, seed, 0), path)
        elif kind == "audio":
            path, media_type = Path(folder) / "made.wav", "audio/wav"
            write_wav(path, _sing(duration_ms, seed))
        else:
            path, media_type = Path(folder) / "made.mp4", "video/mp4"
            _film(path, width, height, duration_ms, seed)
        return path.read_bytes(), media_type


def read_length_ms(data: bytes) -> int:
    """How long a clip or sound is that somebody sent in, in milliseconds; 0 for bytes that are neither."""
    try:
        with av.open(io.BytesIO(data), "r") as container:
            return int((container.duration or 0) * 1000 // av.time_base)
    except (av.FFmpegError, ValueError):
        return 0


def cut_last_frame(film: bytes) -> tuple[bytes, str]:
    """The last picture of a film as a PNG, with its media type."""
    with av.open(io.BytesIO(film), "r") as container:
        last = deque(container.decode(video=0), maxlen=1)
    pixels = last[0].to_ndarray(format="rgba")
    with tempfile.TemporaryDirectory(prefix="workprint-fake-") as folder:
        path = Path(folder) / "last.png"
        save_png(np.ascontiguousarray(pixels), path)
        return path.read_bytes(), "image/png"


def _paint(width: int, height: int, seed: int, frame: int) -> npt.NDArray[np.uint8]:
    """A gradient with a bright bar that moves, in a hue of its own: no two frames alike, nothing black or frozen."""
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    hue = np.array([97, 57, 29]) * (seed + 1) % 160
    base = 40 + (across * 70 // max(1, width) + down * 50 // max(1, height))
    bar = ((across + 3 * frame) // max(1, width // 8)) % 2 * 60
    colour = np.clip((base + bar)[..., None] + hue, 0, 255)
    return np.dstack([colour, np.full_like(across, 255)]).astype(np.uint8)


def _film(path: Path, width: int, height: int, duration_ms: int, seed: int) -> None:
    frames = max(1, round(duration_ms * FRAME_RATE / 1000))
    with FilmWriter(path, width, height, (FRAME_RATE, 1), "draft") as writer:
        for frame in range(frames):
            writer.write_rgba(np.ascontiguousarray(_paint(width, height, seed, frame)))


def _sing(duration_ms: int, seed: int) -> npt.NDArray[np.float32]:
    moments = np.arange(SAMPLE_RATE * duration_ms // 1000) / SAMPLE_RATE
    tone = 0.2 * np.sin(2 * np.pi * (220 + 20 * (seed % 12)) * moments)
    return np.stack([tone, tone], axis=1).astype(np.float32)


def speak_tones(text: str, ms_per_character: int, *, seed: int = 0) -> bytes:
    """A text as a WAV file: a tone for every word, silence for every space, each character equally long."""
    step = SAMPLE_RATE * ms_per_character // 1000
    heard = np.repeat([not character.isspace() for character in text], step)
    tone = _sing(ms_per_character * len(text), seed)
    sound = np.zeros((len(heard), 2), np.float32)
    sound[: len(tone)] = tone[: len(heard)]
    with tempfile.TemporaryDirectory(prefix="workprint-fake-") as folder:
        path = Path(folder) / "spoken.wav"
        write_wav(path, np.ascontiguousarray(sound * heard[:, None]))
        return path.read_bytes()


def to_mp3(data: bytes) -> bytes:
    """A WAV file as MP3; what is no sound stays as it is."""
    if not data.startswith(b"RIFF") or not any(data[24:]):
        return data
    made = io.BytesIO()
    try:
        with av.open(io.BytesIO(data), "r") as source, av.open(made, "w", format="mp3") as target:
            stream = target.add_stream("libmp3lame", rate=44_100)
            for frame in source.decode(audio=0):
                target.mux(stream.encode(frame))
            target.mux(stream.encode(None))
    except av.error.FFmpegError:
        return data
    return made.getvalue()
