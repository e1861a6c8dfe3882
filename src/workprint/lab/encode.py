"""Writes H.264 films frame by frame: constant rate, BT.709 limited range, closed groups, the same bytes every time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.codec.context import Flags
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from workprint.lab.memory import keep_freed_memory

Plane = npt.NDArray[np.uint8]

BT709 = 1
"""Code point of BT.709 primaries, transfer and matrix in H.264 VUI (ITU-T H.273)."""

LIMITED_RANGE = 1
"""FFmpeg's number for tv range, Y' 16..235 (AVCOL_RANGE_MPEG)."""

EXACT_CHROMA = Interpolation.BILINEAR | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND
"""Swscale flags without which a picture comes back from YUV two values too dark (measured: 0.06 with, -1.3 without)."""

SMOOTH_SHRINK = Interpolation.AREA | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND
"""Swscale flags for pictures made smaller: averages over areas, so that fine lines do not flicker or break."""

MOST_SCALERS = 16
"""Scalers kept at once; a job needs two or three."""


@dataclass(frozen=True)
class EncodePreset:
    """Encoder settings by name: x264 speed preset, constant rate factor, key frame distance in frames.

    `tuning` are x264 parameters that differ from the speed preset's.
    """

    name: str
    speed: str
    crf: int
    gop: int
    tuning: str = ""


PRESETS: dict[str, EncodePreset] = {
    # Measured on 2 cores, see the media notes (VMAF ~98 at least cost).
    "draft": EncodePreset("draft", "ultrafast", 23, 30),
    # A clip that is encoded again: visually lossless at the least CPU; the disk pays. Grain is what it spends its bits
    # on: crf 12 keeps three drawn shots at 50 to 53 dB and decodes in 7.8 ms a frame, crf 10 at 52 to 57 dB in 9.9 ms.
    "intermediate": EncodePreset("intermediate", "ultrafast", 12, 30),
    # Without the macroblock tree crf 19 gives what 16 gave with it: 42.6 dB at 35 Mbit/s on a grainy 1080p pan.
    "master": EncodePreset("master", "faster", 19, 60, "subme=2:partitions=i8x8,i4x4"),
}
"""Every encoder setting of the program.

The master's tuning searches no motion finer than noise lets it find. Three finished shots of the example, graded and
grained: 37 ms CPU a frame instead of 64, 3.5 % fewer bits, XPSNR -.06, -.01 and +.09 dB, banding no higher.
"""

X264_PARAMS = "threads=1:lookahead-threads=1:mbtree=0:open-gop=0:8x8dct=1:force-cfr=1:no-dct-decimate=1"
"""What every preset adds to its speed.

x264's output depends on its thread count. Its macroblock tree gives other bits from run to run where AVX-512 is used
and the width is no multiple of 128 (measured at 720x1280 and 160x90; always the same bits without it or below
AVX-512). 8x8dct makes ultrafast signal High profile like the others. Without decimation small
coefficients are kept, which is what fine grain is made of: a fifth more bits, and a third of the banding.
"""


def describe_presets() -> str:
    """All that decides encoded bytes: library versions and every setting, for a maker's fingerprint."""
    settings = ";".join(f"{p.name}={p.speed}/{p.crf}/{p.gop}/{p.tuning}" for p in PRESETS.values())
    return f"av {av.__version__} ffmpeg {av.ffmpeg_version_info} {settings} {X264_PARAMS}"


@dataclass(frozen=True)
class PixelForm:
    """What swscale makes of a frame: size, format, ranges and matrix it is read and written with, scaler flags."""

    width: int
    height: int
    format: str
    source_range: ColorRange
    target_range: ColorRange
    scaler: Interpolation
    source_matrix: Colorspace = Colorspace.ITU709


_SCALERS = threading.local()


def convert(frame: av.VideoFrame, form: PixelForm) -> av.VideoFrame:
    """The frame in another form, its BT.709 matrix kept or made.

    Scalers are kept per thread: making one for every frame costs three times the conversion itself.
    """
    kept: dict[object, VideoReformatter] = _SCALERS.__dict__.setdefault("kept", {})
    key = (frame.width, frame.height, frame.format.name, form)
    if len(kept) > MOST_SCALERS:
        kept.clear()
    return kept.setdefault(key, VideoReformatter()).reformat(
        frame,
        width=form.width,
        height=form.height,
        format=form.format,
        src_colorspace=form.source_matrix,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=form.source_range,
        dst_color_range=form.target_range,
        interpolation=form.scaler,
        threads=1,
    )


def from_rgb(pixels: Plane) -> av.VideoFrame:
    """A BT.709 limited range yuv420p frame of an (h, w, 3) RGB or (h, w, 4) RGBA picture; alpha is ignored.

    Plain bilinear: within 0.7 of a code value of BT.709, at a third of the cost of the exact flags.
    """
    height, width, channels = pixels.shape
    kind = "rgba" if channels == 4 else "rgb24"
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format=kind)
    form = PixelForm(width, height, "yuv420p", ColorRange.JPEG, ColorRange.MPEG, Interpolation.BILINEAR)
    return convert(frame, form)


def to_rgb(frame: av.VideoFrame, size: tuple[int, int] | None = None) -> Plane:
    """The (h, w, 3) RGB picture of a BT.709 limited range frame, scaled to (width, height) when given."""
    width, height = size or (frame.width, frame.height)
    scaler = EXACT_CHROMA if size is None else SMOOTH_SHRINK
    picture = convert(frame, PixelForm(width, height, "rgb24", ColorRange.MPEG, ColorRange.JPEG, scaler))
    return np.asarray(picture.to_ndarray(), np.uint8)


def view_planes(frame: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    """Writable views of the Y, U and V planes of a yuv420p frame, without the padding at row ends."""
    views = []
    for plane in frame.planes:
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        views.append(rows[:, : plane.width])
    return views[0], views[1], views[2]


def from_planes(luma: Plane, blue: Plane, red: Plane) -> av.VideoFrame:
    """A yuv420p frame with a copy of the planes: (h, w) luma, (h/2, w/2) blue and red difference."""
    frame = av.VideoFrame(luma.shape[1], luma.shape[0], "yuv420p")
    for view, plane in zip(view_planes(frame), (luma, blue, red), strict=True):
        view[:] = plane
    return frame


class FilmWriter:
    """Writes an H.264 High yuv420p mp4 in which frame n starts exactly at n / rate. Use it in a `with` block.

    Sides must be even. The file has no creation time and no encoder tag. After an error inside the block the
    file is closed and incomplete.
    """

    def __init__(
        self, path: PurePath, width: int, height: int, rate: tuple[int, int], preset: str | EncodePreset
    ) -> None:
        if width % 2 or height % 2:
            raise ValueError(f"sides must be even, not {width}x{height}")
        keep_freed_memory()
        self.frames = 0
        self._size = (width, height)
        self._container = open_for_writing(path)
        settings = PRESETS[preset] if isinstance(preset, str) else preset
        self._stream = _add_stream(self._container, width, height, Fraction(*rate), settings)

    def write_rgb(self, pixels: Plane) -> None:
        """Append an (h, w, 3) RGB picture."""
        self.write_frame(from_rgb(pixels))

    def write_rgba(self, pixels: Plane) -> None:
        """Append an (h, w, 4) RGBA picture; its alpha is ignored."""
        self.write_frame(from_rgb(pixels))

    def write_planes(self, luma: Plane, blue: Plane, red: Plane) -> None:
        """Append Y, U, V planes in BT.709 limited range."""
        self.write_frame(from_planes(luma, blue, red))

    def write_frame(self, frame: av.VideoFrame) -> None:
        """Append a yuv420p frame in BT.709 limited range; its times and picture type are replaced."""
        if (frame.width, frame.height) != self._size or frame.format.name != "yuv420p":
            raise ValueError(f"expected {self._size} yuv420p, not {frame.width}x{frame.height} {frame.format.name}")
        frame.pts = self.frames
        frame.time_base = self._stream.codec_context.time_base
        # A decoded frame carries the type it had; x264 would obey it and break the group structure.
        frame.pict_type = 0
        self.frames += 1
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def __enter__(self) -> FilmWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                for packet in self._stream.encode(None):
                    self._container.mux(packet)
        finally:
            self._container.close()


def open_for_writing(path: PurePath) -> av.container.OutputContainer:
    """An mp4 with its index in front (faststart), free of times and tags; the caller closes it."""
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    return av.open(f"file:{Path(path).absolute()}", "w", format="mp4", options=options)


def _add_stream(container: Any, width: int, height: int, rate: Fraction, preset: EncodePreset) -> Any:
    options = {"preset": preset.speed, "crf": str(preset.crf), "profile": "high", "a53cc": "0"}
    settings = ":".join(filter(None, (X264_PARAMS, preset.tuning)))
    stream = container.add_stream("libx264", rate=rate, options={**options, "x264-params": settings})
    codec = stream.codec_context
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.time_base = 1 / rate
    codec.gop_size = preset.gop
    codec.bit_rate = 0
    codec.thread_count = 1
    codec.flags |= Flags.bitexact | Flags.closed_gop
    # Without these four PyAV writes an untagged file, which players take for BT.601 below HD.
    codec.color_primaries = codec.color_trc = codec.colorspace = BT709
    codec.color_range = LIMITED_RANGE
    return stream
