"""Makes a transition: the frames between two shots, encoded like the segments beside it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import av

from workprint.film.cut_orders import TransitionPayload
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.grade import LUT_ROLE
from workprint.film.money import Money
from workprint.film.order import Order
from workprint.film.time import Rate
from workprint.film.transitions import MATCH
from workprint.lab.caption_track import open_captions
from workprint.lab.decode import fit, read_stretch, require_fit
from workprint.lab.encode import FilmWriter, describe_presets, from_planes, view_planes
from workprint.lab.finishing_grain import choose_grain
from workprint.lab.grade import open_grade
from workprint.lab.subjects import find_subject
from workprint.lab.transitions import Blend, Planes, Scene
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

SECONDS_PER_MEGAPIXEL = 0.045
"""CPU seconds to decode two clips, blend and encode a million pixels, measured on the reference machine."""


def _describe_tools() -> str:
    return f"{describe_presets()} numpy {version('numpy')}"


def _estimate(order: Order) -> Estimate:
    payload = order.payload
    assert isinstance(payload, TransitionPayload)
    pixels = payload.width * payload.height * payload.frames / 1e6
    return Estimate(Money(0), pixels * SECONDS_PER_MEGAPIXEL + 0.3)


def make_transition(bench: Bench) -> Made:
    """Blend, finish, encode. Facts: frames, width, height, duration_ms. Raises OrderFailed when a clip is too short."""
    payload = bench.payload
    assert isinstance(payload, TransitionPayload)
    target = Path(bench.scratch) / "transition.mp4"
    blend, grain = None, choose_grain(payload.encode, payload.width, payload.height, bench.seed)
    captions = open_captions(bench.inputs, payload.captions, (payload.width, payload.height))
    with FilmWriter(target, payload.width, payload.height, payload.rate, payload.encode) as film:
        for number, pair in enumerate(_pair(bench, payload)):
            before, after = (view_planes(frame) for frame in pair)
            blend = blend or _plan_blend(bench, payload, before, after)
            finished = captions.lay(from_planes(*blend.draw(number, before, after)), number, is_own=True)
            if grain is not None:
                grain.lay(finished, number)
            film.write_frame(finished)
        bench.report(0.9)
    rate = Rate(*payload.rate)
    facts = {
        "frames": film.frames,
        "width": payload.width,
        "height": payload.height,
        "duration_ms": round(1000 * rate.seconds(film.frames)),
    }
    return Made((MadeFile(target, "video/mp4", "transition.mp4"),), facts)


def _plan_blend(bench: Bench, payload: TransitionPayload, before: Planes, after: Planes) -> Blend:
    """The transition of an order; a match move looks for the subjects of the first two pictures."""
    found = (find_subject(before), find_subject(after)) if payload.kind == MATCH else (None, None)
    return Blend(
        Scene(
            kind=payload.kind,
            direction=payload.direction,
            frames=payload.frames,
            width=payload.width,
            height=payload.height,
            palette=payload.palette,
            seed=bench.seed,
            subjects=None if found[0] is None or found[1] is None else (found[0], found[1]),
        )
    )


def _pair(bench: Bench, payload: TransitionPayload) -> Iterator[tuple[av.VideoFrame, av.VideoFrame]]:
    """The two pictures of every moment; a clip that is not running then stands in with its nearest frame."""
    leaving, coming = _cut(bench, payload, "outgoing"), _cut(bench, payload, "incoming")
    before, after = next(leaving), next(coming)
    for number in range(payload.frames):
        if 0 < number < payload.outgoing[1]:
            before = next(leaving)
        if number > payload.frames - payload.incoming[1]:
            after = next(coming)
        yield before, after


def _cut(bench: Bench, payload: TransitionPayload, role: str) -> Iterator[av.VideoFrame]:
    """The graded frames of one clip; raises OrderFailed where it ends before they do."""
    clip = bench.inputs[role].path
    size = (payload.width, payload.height)
    require_fit(clip, size, payload.rate)
    is_leaving = role == "outgoing"
    start, frames = payload.outgoing if is_leaving else payload.incoming
    wanted = payload.outgoing_grade if is_leaving else payload.incoming_grade
    grade = open_grade(wanted, bench.inputs[LUT_ROLE].path if LUT_ROLE in bench.inputs else None)
    found = 0
    for frame in read_stretch(clip, start, frames):
        found += 1
        fitted = fit(frame, *size)
        yield fitted if grade is None else grade.apply(fitted)
    if found < frames:
        message = f"The {role} clip ends {frames - found} frames too early."
        raise OrderFailed(message, where=bench.name, remedy=Remedy("Make the clip again."))


MAKERS = tuple(
    MakerCard(
        step=step,
        version=4,
        payload=TransitionPayload,
        entry="workprint.adapters.transitions:make_transition",
        is_durable=True,
        tools=_describe_tools,
        cost=_estimate,
    )
    for step in ("draft_transition", "transition")
)
