"""Reads films that may be hostile: facts, exact frames, small pictures for checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path, PurePath
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation

from workprint.film.errors import OrderFailed, Remedy
from workprint.lab.encode import BT709, PixelForm, convert, view_planes

FORMATS = ("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm")
"""Containers we open, by demuxer name: no playlist, concat or image-sequence format may name further files."""

VIDEO_CODECS = frozenset({"h264", "hevc", "av1", "libdav1d", "vp9", "libvpx-vp9", "vp8", "prores", "mpeg4"})
"""Picture decoders we trust with foreign bytes; a decoder of 2026's CVE list (MagicYUV) is left out on purpose."""

AUDIO_CODECS = frozenset({"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "pcm_s16le", "pcm_s24le"})
"""Sound decoders we trust beside a picture."""

LARGEST_SIDE = 8192
"""Pixels; a larger picture is refused before a frame of it is allocated."""

ASPECT_TOLERANCE = 0.01
"""A clip of another shape than the film would be stretched; 1 % covers codecs that want even sides."""

UNKNOWN_TAG = 2
"""H.273's code point for 'not said'."""


@dataclass(frozen=True)
class VideoFacts:
    """What a file says about its picture and sound. `frames` is the container's count, 0 when it gives none.

    Colour tags are H.273 code points (1 = BT.709, 2 = not said); range 1 = limited, 2 = full. Durations in
    seconds; `sound_codec` is "" and the rates are 0 without sound.
    """

    container: str
    width: int
    height: int
    rate: tuple[int, int]
    frames: int
    codec: str
    profile: str
    pix_fmt: str
    primaries: int
    transfer: int
    matrix: int
    color_range: int
    duration: Fraction
    video_start: Fraction
    has_audio: bool
    sound_codec: str
    sound_rate: int
    sound_channels: int


@dataclass
class FrameLog:
    """What passed by while frames were read: their times in seconds, and how many the decoder called damaged."""

    times: list[Fraction] = field(default_factory=list)
    damaged: int = 0

    def watch(self, frames: Iterable[av.VideoFrame]) -> Iterator[av.VideoFrame]:
        """The same frames, noted down."""
        for frame in frames:
            self.times.append((frame.pts or 0) * (frame.time_base or Fraction(0)))
            self.damaged += bool(frame.is_corrupt)
            yield frame

    def count_uneven(self, rate: Fraction) -> int:
        """Steps between frames that differ from 1 / rate by more than a millisecond."""
        steps = (after - before for before, after in pairwise(self.times))
        return sum(abs(step - 1 / rate) > Fraction(1, 1000) for step in steps)


@contextmanager
def open_video(path: PurePath) -> Iterator[av.container.InputContainer]:
    """A container opened with only local files, known formats and known codecs; closed at the end of the block.

    Raises OrderFailed when it is no such file or has no picture.
    """
    allowed = sorted(VIDEO_CODECS | AUDIO_CODECS)
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(FORMATS),
        "codec_whitelist": ",".join(allowed),
        "enable_drefs": "0",
    }
    try:
        container = av.open(f"file:{Path(path).absolute()}", options=options)
    except (av.error.FFmpegError, ValueError) as problem:
        raise _refuse(path, "is not a video file we can read") from problem
    try:
        _admit(container, path)
        yield container
    except av.error.FFmpegError as problem:
        raise _refuse(path, "is damaged") from problem
    finally:
        container.close()


def _admit(container: Any, path: PurePath) -> None:
    if container.format.name not in FORMATS:
        raise _refuse(path, f"has the container {container.format.name}, which is not accepted")
    if not container.streams.video:
        raise _refuse(path, "has no picture")
    codec = container.streams.video[0].codec_context
    if codec is None or codec.name not in VIDEO_CODECS:
        raise _refuse(path, f"has the codec {codec.name if codec else 'unknown'}, which is not accepted")
    if not (0 < codec.width <= LARGEST_SIDE and 0 < codec.height <= LARGEST_SIDE):
        raise _refuse(path, f"measures {codec.width}x{codec.height}, more than {LARGEST_SIDE} pixels a side")


def _refuse(path: PurePath, what: str) -> OrderFailed:
    remedy = Remedy("Convert it to an H.264 mp4 and try again.")
    return OrderFailed(f"{path.name} {what}.", where=path.name, remedy=remedy)


def probe(path: PurePath) -> VideoFacts:
    """What the file says, without decoding it. Raises OrderFailed when it cannot be read."""
    with open_video(path) as container:
        video = container.streams.video[0]
        codec = video.codec_context
        sound = container.streams.audio[0] if container.streams.audio else None
        rate = video.average_rate or Fraction(0, 1)
        step = video.time_base or Fraction(1)
        length = video.duration * step if video.duration else Fraction(container.duration or 0, 1_000_000)
        return VideoFacts(
            container=container.format.name,
            width=codec.width,
            height=codec.height,
            rate=(rate.numerator, rate.denominator),
            frames=video.frames,
            codec=video.codec.canonical_name,
            profile=codec.profile or "",
            pix_fmt=codec.pix_fmt or "",
            primaries=int(codec.color_primaries),
            transfer=int(codec.color_trc),
            matrix=int(codec.colorspace),
            color_range=int(codec.color_range),
            duration=length,
            video_start=(video.start_time or 0) * step,
            has_audio=sound is not None,
            sound_codec=sound.codec.canonical_name if sound else "",
            sound_rate=sound.codec_context.sample_rate if sound else 0,
            sound_channels=sound.codec_context.channels if sound else 0,
        )


def read_frames(path: PurePath, *, threads: int = 1) -> Iterator[av.VideoFrame]:
    """Every frame in display order, as decoded. Do not write into one: the decoder may still refer to it."""
    with open_video(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = threads
        if threads > 1:
            stream.thread_type = "FRAME"
        yield from container.decode(stream)


def read_stretch(path: PurePath, start: int, frames: int) -> Iterator[av.VideoFrame]:
    """The frames `start` to `start + frames - 1` that `read_frames` would give, fewer where the film ends before.

    Of an H.264 film nothing is decoded before the last key frame that stands at or before the first of them.
    """
    with open_video(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        key, first = _find_entry(container, start) if start else (0, None)
        if first is None:
            yield from islice(container.decode(stream), start, start + frames)
            return
        packets = islice(container.demux(stream), key, None)
        decoded = (frame for packet in packets for frame in packet.decode())
        # After a key frame in decoding order come pictures that are shown before it; none of those is asked for.
        yield from islice((frame for frame in decoded if (frame.pts or 0) >= first), frames)


def _find_entry(container: Any, start: int) -> tuple[int, int | None]:
    """Which packet to decode from to get frame `start`, and its time stamp; (0, None) where only counting will do.

    Leaves the container at its beginning.
    """
    stream = container.streams.video[0]
    if stream.codec.canonical_name != "h264":
        return 0, None
    demuxed = (packet for packet in container.demux(stream) if packet.size)
    packets = [(packet.pts, packet.dts, packet.is_keyframe, packet.is_discard) for packet in demuxed]
    stamps = sorted(pts for pts, _, _, is_dropped in packets if pts is not None and not is_dropped)
    if packets:
        container.seek(packets[0][1] or 0, stream=stream)
    if len(stamps) != len(packets) or start >= len(stamps):
        return 0, None
    first = stamps[start]
    keys = [place for place, (pts, _, is_key, _) in enumerate(packets) if is_key and pts <= first]
    return (keys[-1], first) if keys else (0, None)


def read_key_frames(path: PurePath) -> Iterator[tuple[int, av.VideoFrame]]:
    """Only the frames that stand by themselves, each with its number in the film; several times cheaper than all."""
    with open_video(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        stream.codec_context.skip_frame = "NONKEY"
        rate = stream.average_rate or Fraction(0)
        for frame in container.decode(stream):
            yield round((frame.pts or 0) * (frame.time_base or Fraction(0)) * rate), frame


def count_frames(path: PurePath) -> int:
    """The number of frames that really decode."""
    return sum(1 for _ in read_frames(path))


def shrink(frame: av.VideoFrame, width: int) -> av.VideoFrame:
    """The frame as yuv420p `width` pixels wide with its shape kept, sides even, averaged over areas."""
    height = max(2, round(frame.height * width / frame.width / 2) * 2)
    return fit(frame, width, height, Interpolation.AREA)


def fit(frame: av.VideoFrame, width: int, height: int, scaler: Interpolation = Interpolation.BICUBIC) -> av.VideoFrame:
    """The frame as BT.709 limited range yuv420p of a size; the same frame when it already is.

    Untagged pictures are taken for BT.709, as everything this program writes is.
    """
    matrix = Colorspace.ITU709 if int(frame.colorspace) in (BT709, UNKNOWN_TAG) else Colorspace(frame.colorspace)
    levels = ColorRange.JPEG if int(frame.color_range) == ColorRange.JPEG else ColorRange.MPEG
    same_size = (frame.width, frame.height) == (width, height)
    if same_size and frame.format.name == "yuv420p" and matrix == Colorspace.ITU709 and levels == ColorRange.MPEG:
        return frame
    flags = scaler | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
    return convert(frame, PixelForm(width, height, "yuv420p", levels, ColorRange.MPEG, flags, matrix))


def require_fit(path: PurePath, size: tuple[int, int], rate: tuple[int, int]) -> None:
    """Raise OrderFailed for a clip of another rate or another shape than the film: it would stutter or be stretched."""
    facts = probe(path)
    if facts.rate != rate:
        found, wanted = "/".join(map(str, facts.rate)), "/".join(map(str, rate))
        raise OrderFailed(f"The clip runs at {found} frames a second, the film at {wanted}.", where=path.name)
    width, height = size
    shape = facts.width * height / (facts.height * width)
    if abs(shape - 1) > ASPECT_TOLERANCE:
        sizes = f"{facts.width}x{facts.height}, the film {width}x{height}"
        raise OrderFailed(f"The clip has another shape: {sizes}.", where=path.name)


def copy_frame(frame: av.VideoFrame) -> av.VideoFrame:
    """A yuv420p frame of one's own with the same pixels, free to be written into."""
    own = av.VideoFrame(frame.width, frame.height, "yuv420p")
    for target, source in zip(view_planes(own), view_planes(frame), strict=True):
        np.copyto(target, source)
    return own
