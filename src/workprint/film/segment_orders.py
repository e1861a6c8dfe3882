"""Orders every version of the film is cut with, so that draft and master cannot differ in anything but quality."""

from __future__ import annotations

from collections.abc import Iterable

from workprint.film.brief import Brief
from workprint.film.cut_orders import FilmPayload, SegmentPayload
from workprint.film.edit import EditClip
from workprint.film.lineage import compose_name
from workprint.film.order import AnyTake, Input, Order

DRAFT_SHORT_SIDE = 720
"""Short side of a draft in pixels (S1)."""


def size_draft(brief: Brief) -> tuple[int, int]:
    """Width and height of the draft: the film's shape with a short side of at most 720, even numbers for 4:2:0."""
    width, height = brief.size
    short = min(width, height)
    target = min(short, DRAFT_SHORT_SIDE)
    return 2 * round(width * target / short / 2), 2 * round(height * target / short / 2)


def order_segment(brief: Brief, clip: EditClip, *, step: str, size: tuple[int, int], encode: str) -> Order:
    """One shot as it stands in the film: the trimmed clip with its titles, in the encoder preset named."""
    titles = tuple(Input(cue.role, take) for cue, take in clip.titles)
    return Order(
        step=step,
        name=compose_name(*_read_slate(clip.slate), "CUT", clip.label),
        payload=SegmentPayload(
            width=size[0],
            height=size[1],
            rate=(brief.rate.numerator, brief.rate.denominator),
            start=clip.source_start,
            frames=clip.span.length,
            titles=tuple(cue for cue, _ in clip.titles),
            encode=encode,
        ),
        inputs=(Input("clip", clip.clip), *titles),
        units=clip.span.length,
    )


def order_film(brief: Brief, segments: Iterable[AnyTake], mix: AnyTake, *, step: str, name: str, publish: str) -> Order:
    """All segments joined, with the sound track."""
    joined = tuple(Input(f"segment.{index:04d}", take) for index, take in enumerate(segments))
    return Order(
        step=step,
        name=name,
        payload=FilmPayload(brief.frames, (brief.rate.numerator, brief.rate.denominator), len(joined)),
        inputs=(*joined, Input("mix", mix)),
        units=brief.frames,
        publish=publish,
    )


def _read_slate(slate: str) -> tuple[int, int]:
    scene, shot = slate.split("_")
    return int(scene[2:]), int(shot[2:])
