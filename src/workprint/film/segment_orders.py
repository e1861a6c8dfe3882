"""Orders every version of the film is cut with, so that draft and master cannot differ in anything but quality."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from workprint.film.brief import Brief
from workprint.film.cut_orders import CaptionCue, FilmPayload, SegmentPayload, TitleCue, TransitionPayload
from workprint.film.edit import BurnedCaptions, Edit, EditClip, EditTransition
from workprint.film.grade import LUT_ROLE, Grade
from workprint.film.lineage import compose_name
from workprint.film.look import derive_seed
from workprint.film.order import AnyTake, Input, Order
from workprint.film.time import Span
from workprint.film.transitions import needs_handles

COLOURED_KINDS = ("dip", "light_leak", "wipe_circle", "wipe_diagonal")
"""Transitions that show a brand colour; the others are the same for every palette."""

DRAFT_SHORT_SIDE = 720
"""Short side of a draft in pixels (S1)."""


def size_draft(brief: Brief) -> tuple[int, int]:
    """Width and height of the draft: the film's shape with a short side of at most 720, even numbers for 4:2:0."""
    width, height = brief.size
    short = min(width, height)
    target = min(short, DRAFT_SHORT_SIDE)
    return 2 * round(width * target / short / 2), 2 * round(height * target / short / 2)


def list_pieces(edit: Edit) -> tuple[EditClip | EditTransition, ...]:
    """What the film is joined from, in film order: every clip, and every transition in front of the clip it leads to.

    A transition takes its frames from the clips beside it, so together they are exactly as long as the edit.
    """
    into = {joined.incoming.slate: joined for joined in edit.transitions}
    pairs = ((into.get(clip.slate), clip) for clip in edit.clips)
    return tuple(piece for pair in pairs for piece in pair if piece is not None)


def order_piece(
    brief: Brief, edit: Edit, piece: EditClip | EditTransition, *, prefix: str, size: tuple[int, int], encode: str
) -> Order:
    """The order of a clip's segment or of a transition of the edit; `prefix` tells the steps of the draft apart."""
    if isinstance(piece, EditTransition):
        order = order_transition(brief, piece, step=f"{prefix}transition", size=size, encode=encode)
        return burn_captions(order, edit.captions, piece.transition.span)
    order = order_segment(brief, piece, step=f"{prefix}segment", size=size, encode=encode)
    span = Span(piece.span.start + piece.opens, order.units)
    return burn_captions(order, edit.captions, span)


def burn_captions(order: Order, captions: BurnedCaptions, span: Span) -> Order:
    """The order of a piece that stands on the frames of `span`, with the captions that may lie over it."""
    lines, payload = captions.over(span), order.payload
    if not lines:
        return order
    assert isinstance(payload, (SegmentPayload, TransitionPayload))
    cue = CaptionCue(span.start, tuple(line.role for line in lines))
    plates = tuple(Input(line.role, line.take) for line in lines)
    return replace(order, payload=replace(payload, captions=cue), inputs=(*order.inputs, *plates))


def order_transition(brief: Brief, joined: EditTransition, *, step: str, size: tuple[int, int], encode: str) -> Order:
    """One transition, made from the two clips beside it and nothing that lies over them."""
    plan, before, after = joined.transition, joined.outgoing, joined.incoming
    frames = plan.span.length
    seen = frames if needs_handles(plan) else plan.share
    return Order(
        step=step,
        name=compose_name(*_read_slate(after.slate), "CUT", "transition"),
        payload=TransitionPayload(
            kind=plan.kind,
            direction=plan.direction,
            width=size[0],
            height=size[1],
            rate=(brief.rate.numerator, brief.rate.denominator),
            frames=frames,
            outgoing=(before.source_start + before.span.length - plan.share, seen),
            incoming=(after.source_start + plan.share - seen, seen),
            palette=brief.product.brand_colors if plan.kind in COLOURED_KINDS else (),
            encode=encode,
            outgoing_grade=before.grade,
            incoming_grade=after.grade,
        ),
        inputs=(
            Input("outgoing", before.clip),
            Input("incoming", after.clip),
            *_add_lut(brief, before.grade, after.grade),
        ),
        seed=derive_seed(brief, f"{after.slate} transition"),
        units=frames,
    )


def order_segment(brief: Brief, clip: EditClip, *, step: str, size: tuple[int, int], encode: str) -> Order:
    """One shot as it stands between its transitions: the trimmed clip with its titles, in the encoder preset named."""
    frames = clip.span.length - clip.opens - clip.closes
    placed = tuple((_shift_cue(cue, clip.opens, frames), take) for cue, take in clip.titles)
    titles = tuple((cue, take) for cue, take in placed if cue.start < cue.end)
    return Order(
        step=step,
        name=compose_name(*_read_slate(clip.slate), "CUT", clip.label),
        payload=SegmentPayload(
            width=size[0],
            height=size[1],
            rate=(brief.rate.numerator, brief.rate.denominator),
            start=clip.source_start + clip.opens,
            frames=frames,
            titles=tuple(cue for cue, _ in titles),
            encode=encode,
            grade=clip.grade,
        ),
        inputs=(
            Input("clip", clip.clip),
            *(Input(cue.role, take) for cue, take in titles),
            *_add_lut(brief, clip.grade),
        ),
        units=frames,
    )


def _add_lut(brief: Brief, *grades: Grade | None) -> tuple[Input, ...]:
    """The look-up table as an input where one of the grades has it."""
    lut = brief.product.style.lut
    wanted = lut is not None and any(grade is not None and grade.has_lut for grade in grades)
    return (Input(LUT_ROLE, lut),) if lut is not None and wanted else ()


def _shift_cue(cue: TitleCue, opens: int, frames: int) -> TitleCue:
    return replace(cue, start=max(0, cue.start - opens), end=min(frames, cue.end - opens))


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
