"""Makes one shot as it stands in the film: trimmed, graded, titles over it, finished with grain, encoded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path, PurePath

import av

from workprint.film.cut_orders import SegmentPayload, TitleCue
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.grade import LUT_ROLE
from workprint.film.money import Money
from workprint.film.order import Order
from workprint.film.time import Rate
from workprint.lab.caption_track import open_captions
from workprint.lab.decode import copy_frame, fit, read_stretch, require_fit
from workprint.lab.encode import FilmWriter, describe_presets
from workprint.lab.finishing_grain import choose_grain
from workprint.lab.grade import open_grade
from workprint.lab.kinetic import KineticTitle, choose_parts, read_cast
from workprint.lab.overlay import Title
from workprint.lab.title_motion import Motion, plan_motion
from workprint.ports.maker import Bench, BenchInput, Estimate, Made, MadeFile, MakerCard

SECONDS_PER_MEGAPIXEL = {"draft": 0.019, "master": 0.028}
"""CPU seconds to decode, grade, compose and encode a million pixels, measured on the reference machine."""

KINETIC_FILES = 3
"""Whole, plate, ink: the files of a title that can come part by part."""


def _describe_tools() -> str:
    return f"{describe_presets()} skia {version('skia-python')} numpy {version('numpy')}"


def _estimate(order: Order) -> Estimate:
    payload = order.payload
    assert isinstance(payload, SegmentPayload)
    pixels = payload.width * payload.height * payload.frames / 1e6
    return Estimate(Money(0), pixels * SECONDS_PER_MEGAPIXEL.get(payload.encode, 0.028) + 0.2)


def make_segment(bench: Bench) -> Made:
    """Cut, grade, title, finish and encode a segment. Facts: frames, width, height, duration_ms."""
    payload = bench.payload
    assert isinstance(payload, SegmentPayload)
    clip = bench.inputs["clip"].path
    require_fit(clip, (payload.width, payload.height), payload.rate)
    titles = _load_titles(bench, payload)
    grade = open_grade(payload.grade, bench.inputs[LUT_ROLE].path if LUT_ROLE in bench.inputs else None)
    grain = choose_grain(payload.encode, payload.width, payload.height, bench.seed)
    captions = open_captions(bench.inputs, payload.captions, (payload.width, payload.height))
    target = Path(bench.scratch) / "segment.mp4"
    with FilmWriter(target, payload.width, payload.height, payload.rate, payload.encode) as film:
        for number, frame in enumerate(_cut(clip, payload)):
            picture = frame if grade is None else grade.apply(frame)
            finished = _lay_titles(picture, titles, number, is_own=grade is not None)
            finished = captions.lay(finished, number, is_own=finished is not frame)
            if grain is not None:
                finished = copy_frame(finished) if finished is frame else finished
                grain.lay(finished, number)
            film.write_frame(finished)
            if number % 30 == 29:
                bench.report((number + 1) / payload.frames)
    if film.frames != payload.frames:
        raise OrderFailed(
            f"The clip ends {payload.frames - film.frames} frames too early.",
            where=bench.name,
            remedy=Remedy("Make the clip again, or shorten the shot."),
        )
    rate = Rate(*payload.rate)
    facts = {
        "frames": film.frames,
        "width": payload.width,
        "height": payload.height,
        "duration_ms": round(1000 * rate.seconds(film.frames)),
    }
    return Made((MadeFile(target, "video/mp4", "segment.mp4"),), facts)


def _cut(clip: PurePath, payload: SegmentPayload) -> Iterator[av.VideoFrame]:
    for frame in read_stretch(clip, payload.start, payload.frames):
        yield fit(frame, payload.width, payload.height)


AnyTitle = Title | KineticTitle


def _load_titles(bench: Bench, payload: SegmentPayload) -> list[tuple[Motion, AnyTitle]]:
    """Titles in the order they are drawn, back to front."""
    return [_load_title(bench.inputs[cue.role], cue, payload) for cue in payload.titles]


def _load_title(given: BenchInput, cue: TitleCue, payload: SegmentPayload) -> tuple[Motion, AnyTitle]:
    size, rate = (payload.width, payload.height), Rate(*payload.rate)
    parts = given.facts.get("parts") if len(given.paths) == KINETIC_FILES else None
    name, boxes = choose_parts(parts, cue.entrance)
    if not boxes:
        return plan_motion(cue, payload.height, rate), Title(given.path, *size)
    cast = read_cast(given.facts)
    motion = plan_motion(replace(cue, entrance=name), payload.height, rate, len(boxes), cast)
    return motion, KineticTitle(given.paths, boxes, name, size, cast)


def _lay_titles(
    frame: av.VideoFrame, titles: list[tuple[Motion, AnyTitle]], number: int, *, is_own: bool
) -> av.VideoFrame:
    """The frame with its titles; one the decoder may still refer to is copied first."""
    posed = [(title, pose) for motion, title in titles if (pose := motion.pose(number)) is not None]
    if not posed:
        return frame
    own = frame if is_own else copy_frame(frame)
    for title, pose in posed:
        title.lay(own, pose)
    return own


MAKERS = tuple(
    MakerCard(
        step=step,
        version=5,
        payload=SegmentPayload,
        entry="workprint.adapters.segments:make_segment",
        is_durable=True,
        tools=_describe_tools,
        cost=_estimate,
    )
    for step in ("draft_segment", "segment")
)
