"""The package: captions, edit decision lists and timeline beside the master (T3, R3)."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.brief import Brief
from workprint.film.cmx3600 import MOST_EVENTS, EdlEvent, shorten_reel, write_edl
from workprint.film.cut_orders import CaptionPayload, DocumentPayload, TimelinePayload
from workprint.film.dailies import Voices
from workprint.film.delivery import name_delivery
from workprint.film.edit import Delivery, Edit, EditClip, FinalCheck, Master
from workprint.film.lineage import compose_name
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_film
from workprint.film.time import Span
from workprint.ports.desk import Desk, stage

CAPTION_FORMATS = ("srt", "vtt")
"""Side files every platform takes one of."""


PICTURES_PER_EDL = MOST_EVENTS - 2
"""Two events are the sound."""


@dataclass(frozen=True)
class Piece:
    """One thing of the package: the key it is known by, and its order."""

    key: str
    order: Order


@stage(version=2)
async def package(
    *, brief: Brief, edit: Edit, voices: Voices, master: Master, final_check: FinalCheck, desk: Desk
) -> Delivery:
    """Make all that leaves the house beside the master."""
    pieces = (
        *order_captions(brief, voices),
        *order_edls(brief, edit),
        order_timeline(brief, edit),
    )

    async def make(piece: Piece) -> AnyTake:
        return await desk.render(piece.order)

    takes = await desk.each(pieces, make)
    return Delivery({piece.key: take for piece, take in zip(pieces, takes, strict=True)})


def order_captions(brief: Brief, voices: Voices) -> tuple[Piece, ...]:
    """Captions in both forms; none where no line was spoken by us, since only our voice knows its word times."""
    lines = tuple((start, take) for scene, start, take in voices.lines if scene)
    if not lines:
        return ()
    cues = tuple((f"voice.{index}", start) for index, (start, _) in enumerate(lines))
    inputs = tuple(Input(role, take) for (role, _), (_, take) in zip(cues, lines, strict=True))
    return tuple(
        Piece(
            form,
            Order(
                "captions",
                name_film("TEXT", f"captions-{form}"),
                CaptionPayload(form, cues),
                inputs,
                publish=f"{name_delivery(brief)}.{form}",
            ),
        )
        for form in CAPTION_FORMATS
    )


def order_edls(brief: Brief, edit: Edit) -> tuple[Piece, ...]:
    """Edit decision lists for a re-conform: every clip by its slate, and the mix on two tracks.

    A list holds at most 999 events, so a long film takes several, each with the sound under its own pictures.
    """
    pieces = []
    for part, start in enumerate(range(0, len(edit.clips), PICTURES_PER_EDL), start=1):
        clips = edit.clips[start : start + PICTURES_PER_EDL]
        suffix = "" if len(edit.clips) <= PICTURES_PER_EDL else f"-part{part}"
        events = _list_events(clips, _find_dissolves(edit))
        payload = DocumentPayload("application/x-edl", write_edl(brief.name, brief.rate, events))
        order = Order(
            "document", name_film("CUT", f"edl{suffix}"), payload, publish=f"{name_delivery(brief)}{suffix}.edl"
        )
        pieces.append(Piece(f"edl{suffix}", order))
    return tuple(pieces)


def _find_dissolves(edit: Edit) -> dict[str, int]:
    """Frames on each side of the cut by the slate dissolved to; in the list other transitions are cuts."""
    dissolves = (joined.transition for joined in edit.transitions if joined.transition.kind == "dissolve")
    return {transition.incoming: transition.share for transition in dissolves}


def _list_events(clips: tuple[EditClip, ...], dissolves: dict[str, int]) -> tuple[EdlEvent, ...]:
    following = (*(dissolves.get(clip.slate, 0) for clip in clips[1:]), 0)
    pictures = tuple(
        _list_picture(clip, dissolves.get(clip.slate, 0), closes, is_first=clip is clips[0])
        for clip, closes in zip(clips, following, strict=True)
    )
    under = Span(pictures[0].record.start, pictures[-1].record.end - pictures[0].record.start)
    return (*pictures, *(EdlEvent("MIX", track, under, under, name_film("AUDIO", "mix")) for track in ("A", "A2")))


def _list_picture(clip: EditClip, opens: int, closes: int, *, is_first: bool) -> EdlEvent:
    """A clip's event from where its dissolve begins to where the next one begins; a list cannot open with one."""
    length = opens + clip.span.length - closes
    return EdlEvent(
        reel=shorten_reel(clip.slate),
        track="V",
        source=Span(clip.source_start - opens, length),
        record=Span(clip.span.start - opens, length),
        clip_name=_name_clip(clip.slate, clip.label),
        dissolve=0 if is_first else 2 * opens,
    )


def order_timeline(brief: Brief, edit: Edit) -> Piece:
    """The timeline for other editors, playing from the published clips and the mix, relative to the timeline."""
    payload = TimelinePayload(
        title=brief.name,
        rate=(brief.rate.numerator, brief.rate.denominator),
        clips=tuple(
            (_name_clip(clip.slate, clip.label), clip.span.start, clip.span.length, f"clips/{clip.slate}.mp4")
            for clip in edit.clips
        ),
        sounds=((name_film("AUDIO", "mix"), 0, edit.frames, "sound/mix.wav"),),
        handles=tuple((clip.source_start, clip.after) for clip in edit.clips),
        transitions=tuple(
            (joined.transition.kind, joined.transition.at, joined.transition.share) for joined in edit.transitions
        ),
    )
    name = name_film("CUT", "timeline")
    return Piece("otio", Order("timeline", name, payload, publish=f"{name_delivery(brief)}.otio"))


def _name_clip(slate: str, label: str) -> str:
    scene, shot = slate.split("_")
    return compose_name(int(scene[2:]), int(shot[2:]), "CLIP", label)
