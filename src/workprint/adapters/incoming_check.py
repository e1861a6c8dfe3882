"""Checks what a provider sent by decoding all of it, in a worker process: size, rate, length, first and last frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path, PurePath

import av

from workprint.film.canonical import Json
from workprint.film.errors import OrderFailed
from workprint.lab.decode import probe, read_frames
from workprint.lab.encode import to_rgb
from workprint.lab.picture_headers import PictureRefused
from workprint.lab.pictures import load, make_opaque, save_png
from workprint.lab.sound import SoundRefused, sniff_sound
from workprint.ports.maker import Bench, Made, MadeFile

ENTRY = "workprint.adapters.incoming_check:examine"
"""How a worker finds the check."""

THUMBNAIL_WIDTH = 320

Examined = tuple[Mapping[str, Json], tuple[Path, ...]]


def examine(bench: Bench) -> Made:
    """The file of role `incoming`; facts as `examine_file` gives them, pictures made from it as files."""
    given = bench.inputs["incoming"]
    facts, made = examine_file(given.path, given.media_types[0], Path(bench.scratch))
    files = tuple(MadeFile(path, "image/png", path.name) for path in made)
    return Made(files, facts)


def examine_file(path: PurePath, media_type: str, folder: Path) -> Examined:
    """Facts of a result and pictures made from it: `last.png` and `thumbnail.png` of a clip.

    Every frame is decoded: a header that promises more than the file holds is found. Raises OrderFailed.
    """
    kind = media_type.partition("/")[0]
    checks: dict[str, Callable[[PurePath, Path], Examined]] = {
        "video": _examine_clip,
        "image": _examine_picture,
        "audio": _examine_sound,
    }
    if kind not in checks:
        raise OrderFailed(f"{media_type} is neither a clip, a picture nor a sound.")
    return checks[kind](path, folder)


def _examine_clip(path: PurePath, folder: Path) -> Examined:
    facts = probe(path)
    first: av.VideoFrame | None = None
    last: av.VideoFrame | None = None
    count = 0
    for frame in read_frames(path):
        if frame.is_corrupt:
            raise OrderFailed(f"Frame {count} of the clip is damaged.")
        first, last, count = first or frame, frame, count + 1
    if first is None or last is None:
        raise OrderFailed("The clip holds no frame that decodes.")
    if facts.frames and count < facts.frames:
        raise OrderFailed(f"The clip promises {facts.frames} frames, {count} decode.")
    ending, thumbnail = folder / "last.png", folder / "thumbnail.png"
    save_png(make_opaque(to_rgb(last)), ending)
    height = max(2, round(first.height * THUMBNAIL_WIDTH / first.width / 2) * 2)
    save_png(make_opaque(to_rgb(first, (THUMBNAIL_WIDTH, height))), thumbnail)
    rate = Fraction(*facts.rate) if facts.rate[0] else Fraction(24)
    told: dict[str, Json] = {
        "width": facts.width,
        "height": facts.height,
        "rate": list(facts.rate),
        "frames": count,
        "duration_ms": round(count * 1000 / rate),
        "codec": facts.codec,
        "has_audio": facts.has_audio,
    }
    return told, (ending, thumbnail)


def _examine_picture(path: PurePath, folder: Path) -> Examined:
    try:
        pixels = load(path)
    except PictureRefused as refused:
        raise OrderFailed(f"The picture cannot be used: {refused.message}") from refused
    height, width = pixels.shape[:2]
    return {"width": int(width), "height": int(height)}, ()


def _examine_sound(path: PurePath, folder: Path) -> Examined:
    try:
        header = sniff_sound(path)
    except SoundRefused as refused:
        raise OrderFailed(f"The sound cannot be used: {refused}") from refused
    return {"duration_ms": round(header.seconds * 1000), "codec": header.codec, "channels": header.channels}, ()
