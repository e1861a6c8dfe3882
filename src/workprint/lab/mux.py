"""Joins finished picture packets and one sound track into an mp4, without encoding a picture again."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any

import av
import numpy as np
from av.codec.context import Flags

from workprint.film.errors import OrderFailed, Remedy
from workprint.film.sound_orders import SAMPLE_RATE
from workprint.lab.decode import open_video
from workprint.lab.encode import open_for_writing
from workprint.lab.loudness import Loudness, measure
from workprint.lab.sound import Samples, fit_length, read_sound

Packet = Any
"""An av.Packet; PyAV's own annotations make it generic, its class is not."""

AAC_FRAME = 1024
"""Samples in one AAC-LC frame: how finely a sound track's length can be cut."""


TOLERANCE_LU = 0.5
"""How far a delivered film may be from its target loudness."""


def hear_film(path: PurePath, frames: int, rate: tuple[int, int]) -> Loudness:
    """Loudness and true peak of a film's encoded sound, over exactly the time of its frames.

    Maker and check both ask here, so that they cannot disagree by the padding of the last AAC frame.
    """
    return measure(fit_length(read_sound(path), count_samples(frames, rate)))


def count_samples(frames: int, rate: tuple[int, int]) -> int:
    """The samples at 48 kHz that last as long as the frames, to the nearest one."""
    return round(Fraction(frames * rate[1] * SAMPLE_RATE, rate[0]))


def write_aac(path: PurePath, samples: Samples, bits_per_second: int) -> None:
    """Encode (n, 2) samples at 48 kHz as AAC-LC in an mp4; decoding gives sample 0 at time 0 (priming is cut)."""
    with open_for_writing(path) as container:
        stream: Any = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        stream.codec_context.bit_rate = bits_per_second
        stream.codec_context.flags |= Flags.bitexact
        stream.codec_context.thread_count = 1
        for frame in _slice(samples):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _slice(samples: Samples) -> Iterator[av.AudioFrame]:
    for start in range(0, len(samples), AAC_FRAME):
        block = np.ascontiguousarray(samples[start : start + AAC_FRAME].T, dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = start
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield frame


def join_film(target: PurePath, segments: Sequence[PurePath], sound: PurePath, rate: tuple[int, int]) -> int:
    """Copy the packets of all segments and of one AAC file into a film; returns the number of frames.

    Frame n stands at n / rate, decoding times rise by one frame each, the first frame stands at 0. Raises
    OrderFailed when the segments were not all encoded alike.
    """
    plans = _plan_segments(segments, rate)
    delay = max(plan.delay for plan in plans)
    with open_for_writing(target) as output, open_video(segments[0]) as first, av.open(f"file:{sound}") as music:
        picture = output.add_stream_from_template(first.streams.video[0])
        picture.time_base = 1 / Fraction(*rate)
        track = output.add_stream_from_template(music.streams.audio[0])
        pictures = _picture_packets(segments, picture, rate, delay)
        for packet in heapq.merge(pictures, _sound_packets(music, track), key=_decoding_time):
            output.mux(packet)
    return sum(plan.frames for plan in plans)


def join_pictures(target: PurePath, segments: Sequence[PurePath], rate: tuple[int, int]) -> int:
    """Copy the packets of all segments into one silent film; returns the number of frames. As `join_film` otherwise."""
    plans = _plan_segments(segments, rate)
    delay = max(plan.delay for plan in plans)
    with open_for_writing(target) as output, open_video(segments[0]) as first:
        picture = output.add_stream_from_template(first.streams.video[0])
        picture.time_base = 1 / Fraction(*rate)
        for packet in _picture_packets(segments, picture, rate, delay):
            output.mux(packet)
    return sum(plan.frames for plan in plans)


def _decoding_time(packet: Packet) -> Fraction:
    return Fraction((packet.dts or 0) * packet.time_base)


@dataclass(frozen=True)
class _Plan:
    """Frames of a segment, by how many frames its decoding order runs ahead of its display order, its settings."""

    frames: int
    delay: int
    settings: bytes


def _plan_segments(segments: Sequence[PurePath], rate: tuple[int, int]) -> list[_Plan]:
    """What every segment is; raises OrderFailed where they were not all encoded alike."""
    plans = [_plan_segment(path, rate) for path in segments]
    for path, plan in zip(segments, plans, strict=True):
        if plan.settings != plans[0].settings:
            raise OrderFailed(
                "The segments of this film were not encoded with the same settings.",
                where=path.name,
                remedy=Remedy("Make the segments again with one version of Workprint."),
            )
    return plans


def _plan_segment(path: PurePath, rate: tuple[int, int]) -> _Plan:
    with open_video(path) as container:
        settings = bytes(container.streams.video[0].codec_context.extradata or b"")
        places = [place for place, _ in _read_packets(container, rate)]
    if sorted(places) != list(range(len(places))) or not places:
        raise OrderFailed("A segment has gaps between its frames.", where=path.name)
    return _Plan(len(places), max(order - place for order, place in enumerate(places)), settings)


def _read_packets(container: Any, rate: tuple[int, int]) -> Iterator[tuple[int, Packet]]:
    """The packets in decoding order, each with the number of the frame it holds."""
    for packet in container.demux(container.streams.video[0]):
        if packet.size and packet.pts is not None:
            yield round(packet.pts * packet.time_base * Fraction(*rate)), packet


def _picture_packets(segments: Sequence[PurePath], stream: Any, rate: tuple[int, int], delay: int) -> Iterator[Packet]:
    start = 0
    for path in segments:
        number = 0
        with open_video(path) as container:
            for number, (place, packet) in enumerate(_read_packets(container, rate), start=1):
                packet.stream = stream
                packet.time_base = 1 / Fraction(*rate)
                packet.pts, packet.dts, packet.duration = start + place, start + number - 1 - delay, 1
                yield packet
        start += number


def _sound_packets(container: Any, stream: Any) -> Iterator[Packet]:
    for packet in container.demux(container.streams.audio[0]):
        if packet.size:
            packet.stream = stream
            yield packet


def describe_boxes(path: PurePath) -> tuple[tuple[str, int], ...]:
    """The top-level boxes of an mp4 (ISO/IEC 14496-12) in order: four-letter type and size in bytes."""
    boxes: list[tuple[str, int]] = []
    size_of_file = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        place = 0
        while place + 8 <= size_of_file:
            file.seek(place)
            head = file.read(16)
            size = int.from_bytes(head[:4], "big")
            if size == 1:
                size = int.from_bytes(head[8:16], "big")
            size = size or size_of_file - place
            if size < 8:
                break
            boxes.append((head[4:8].decode("latin-1"), size))
            place += size
    return tuple(boxes)
