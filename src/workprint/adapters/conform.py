"""Makes a bought clip fit the film: exactly its frames, rate and size; and takes single frames out of a clip.

Frames are chosen by time, never invented; the picture is cropped in its middle to the film's shape and scaled. What
was done stands in the facts: a clip made smaller than the film is scaled up, and one that came a little short is
slowed down, and both say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path, PurePath

import av
import numpy as np

from workprint.film.buy_orders import CONFORM, LAST_FRAME, ORIGIN_ROLE, ConformPayload, LastFramePayload
from workprint.film.canonical import Json
from workprint.film.conform_orders import ORIGIN, PAID
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.tail_orders import CONFORM_TAIL, ConformTailPayload
from workprint.lab.decode import fit, probe, read_frames
from workprint.lab.encode import FilmWriter, describe_presets, from_planes, to_rgb, view_planes
from workprint.lab.pictures import make_opaque, save_png
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

SECONDS_PER_FRAME = 0.02
"""CPU seconds a 1080p frame takes to decode, scale and encode on the reference machine."""


SLOWEST = Fraction(1, 25)
"""A clip that came shorter than it was ordered is slowed by at most this much: a film's 24 frames a second have been
shown as 25 on television since its beginnings, and nobody sees that motion is a 25th off."""


def conform(bench: Bench) -> Made:
    """The clip of role `clip` with exactly the film's frames, rate and size. Facts: what was cut and scaled.

    `repeats` is how many of its frames show the picture of the frame before them once more.

    Raises OrderFailed when the clip is shorter than the shot by more than slowing it down unseen makes up for.
    """
    assert isinstance(bench.payload, ConformPayload)
    return _fit(bench, bench.payload, 0)


def _fit(bench: Bench, payload: ConformPayload, skip: int) -> Made:
    path = bench.inputs["clip"].path
    facts = probe(path)
    source, rate = Fraction(*facts.rate), Fraction(*payload.rate)
    pace = choose_pace(Fraction(facts.frames or _count_frames(path)) / source, payload.frames / rate, 1 / rate)
    scale = max(payload.width / facts.width, payload.height / facts.height)
    width, height = (max(2, round(side * scale / 2) * 2) for side in (facts.width, facts.height))
    target = Path(bench.scratch) / "clip.mp4"
    before: av.VideoFrame | None = None
    repeats = 0
    with FilmWriter(target, payload.width, payload.height, payload.rate, payload.encode) as writer:
        for place, frame in enumerate(choose_frames(path, source * pace, rate, payload.frames)):
            # The first frame may repeat a skipped one: that is the picture which stands before a tail.
            is_repeat, before = frame is before, frame
            if place < skip:
                continue
            repeats += is_repeat
            writer.write_frame(_crop(fit(frame, max(width, payload.width), max(height, payload.height)), payload))
            bench.report(writer.frames / payload.frames)
    told = {
        "width": payload.width,
        "height": payload.height,
        "frames": payload.frames - skip,
        "source_size": [facts.width, facts.height],
        "source_rate": list(facts.rate),
        "repeats": repeats,
        "slowed_by": round(float(1 - pace), 4),
        "scaled_by": round(scale, 3),
        "cut_away": round(1 - payload.width * payload.height / (width * height), 3),
        **_tell_origin(bench),
    }
    return Made((MadeFile(target, "video/mp4", f"{bench.name}.mp4"),), told)


def _tell_origin(bench: Bench) -> dict[str, Json]:
    """Who made what is shown. What another film of the family has paid is no cost of this one."""
    if ORIGIN_ROLE in bench.inputs:
        return {key: told for key, told in bench.inputs[ORIGIN_ROLE].facts.items() if key in ORIGIN and key != PAID}
    return {key: told for key, told in bench.inputs["clip"].facts.items() if key in ORIGIN}


def choose_pace(have: Fraction, wanted: Fraction, frame: Fraction) -> Fraction:
    """How fast a clip plays to last as long as wanted, at most 1. All in seconds; one film `frame` short is let be.

    Raises OrderFailed where it would have to be slowed so much that it is seen.
    """
    if have >= wanted - frame:
        return Fraction(1)
    pace = have / wanted
    if pace < 1 - SLOWEST:
        remedy = Remedy("change the length of the scene in the brief, which makes it a new order")
        raise OrderFailed(f"The clip lasts {float(have):.2f} s, the shot {float(wanted):.2f} s.", remedy=remedy)
    return pace


def _count_frames(path: PurePath) -> int:
    return sum(1 for _ in read_frames(path))


def conform_tail(bench: Bench) -> Made:
    """A bought tail as `conform` makes a clip, without the frames that repeat what stands before it."""
    payload = bench.payload
    assert isinstance(payload, ConformTailPayload)
    return _fit(bench, payload.fit, payload.skip)


def choose_frames(path: PurePath, source: Fraction, rate: Fraction, frames: int) -> Iterator[av.VideoFrame]:
    """For every film frame the source frame on screen at that time. The last one may stand one film frame longer.

    `source` and `rate` are frames a second; a source that is slowed down has fewer of them.
    """
    wanted = iter(range(frames))
    place = next(wanted, None)
    current: av.VideoFrame | None = None
    index = -1
    for index, current in enumerate(read_frames(path)):
        while place is not None and int(Fraction(place) / rate * source) <= index:
            yield current
            place = next(wanted, None)
        if place is None:
            return
    if place == frames - 1 and current is not None:
        yield current
        return
    length = float(Fraction(index + 1) / source)
    remedy = Remedy("order the shot longer, or make it shorter in the brief")
    raise OrderFailed(f"The clip lasts {length:.2f} s, the shot {float(frames / rate):.2f} s.", remedy=remedy)


def _crop(frame: av.VideoFrame, payload: ConformPayload) -> av.VideoFrame:
    """The middle of a frame, at even offsets so that colour stays where it is."""
    if (frame.width, frame.height) == (payload.width, payload.height):
        return frame
    left = (frame.width - payload.width) // 4 * 2
    top = (frame.height - payload.height) // 4 * 2
    luma, blue, red = view_planes(frame)
    chroma = (slice(top // 2, top // 2 + payload.height // 2), slice(left // 2, left // 2 + payload.width // 2))
    middle = luma[top : top + payload.height, left : left + payload.width]
    return from_planes(*(np.ascontiguousarray(plane) for plane in (middle, blue[chroma], red[chroma])))


def take_frame(bench: Bench) -> Made:
    """One frame of the clip of role `clip` as PNG; the last one when the clip is shorter."""
    payload = bench.payload
    assert isinstance(payload, LastFramePayload)
    found: av.VideoFrame | None = None
    for index, frame in enumerate(read_frames(bench.inputs["clip"].path)):
        found = frame
        if index == payload.frame:
            break
    if found is None:
        raise OrderFailed("The clip holds no frame.")
    path = Path(bench.scratch) / "frame.png"
    save_png(make_opaque(to_rgb(found)), path)
    return Made((MadeFile(path, "image/png", f"{bench.name}.png"),), {"width": found.width, "height": found.height})


def _describe_tools() -> str:
    return f"av {version('av')} {describe_presets()}"


def _estimate_clip(order: Order) -> Estimate:
    return Estimate(NOTHING, 0.2 + order.units * SECONDS_PER_FRAME)


def _estimate_frame(order: Order) -> Estimate:
    return Estimate(NOTHING, 0.5)


MAKERS = (
    MakerCard(CONFORM, 3, ConformPayload, "workprint.adapters.conform:conform", True, _describe_tools, _estimate_clip),
    MakerCard(
        CONFORM_TAIL,
        2,
        ConformTailPayload,
        "workprint.adapters.conform:conform_tail",
        True,
        _describe_tools,
        _estimate_clip,
    ),
    MakerCard(
        LAST_FRAME,
        1,
        LastFramePayload,
        "workprint.adapters.conform:take_frame",
        False,
        _describe_tools,
        _estimate_frame,
    ),
)
