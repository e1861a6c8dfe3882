"""The edit: every clip in its place, gapless, with the titles that lie over it (R1)."""

from __future__ import annotations

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief
from workprint.film.cut_orders import TitleCue
from workprint.film.dailies import Dailies
from workprint.film.edit import BurnedCaptions, Edit, EditClip, EditTransition, PlacedTitle, Titles
from workprint.film.grade import choose_grade
from workprint.film.order import AnyTake
from workprint.ports.desk import Desk, stage


@stage(version=3)
async def assemble(
    brief: Brief, board: Board, dailies: Dailies, titles: Titles, *, captions: BurnedCaptions, desk: Desk
) -> Edit:
    """Put the clips in film order, each with its grade and its share of the titles, and the transitions between."""
    opens = {transition.incoming: transition.share for transition in board.transitions}
    closes = {transition.outgoing: transition.share for transition in board.transitions}
    clips = tuple(
        EditClip(
            slate=shot.slate,
            label=shot.label,
            span=shot.span,
            source_start=shot.source_start,
            clip=dailies.clips[shot.slate],
            titles=share_titles(shot, titles.scenes.get(shot.scene, ())),
            opens=opens.get(shot.slate, 0),
            closes=closes.get(shot.slate, 0),
            grade=choose_grade(brief, shot.type, shot.take.grade),
            after=shot.clip_frames - shot.source_start - shot.span.length,
        )
        for shot in board.shots
    )
    by_slate = {clip.slate: clip for clip in clips}
    transitions = tuple(
        EditTransition(transition, by_slate[transition.outgoing], by_slate[transition.incoming])
        for transition in board.transitions
    )
    return Edit(clips, sum(clip.span.length for clip in clips), transitions, brief.product.style.lut, captions)


def share_titles(shot: Shot, titles: tuple[PlacedTitle, ...]) -> tuple[tuple[TitleCue, AnyTake], ...]:
    """The part of each title that falls on a shot, in frames of the shot.

    A title longer than the shot runs on without a break: it enters only where it starts and leaves only where it ends.
    """
    over = tuple(title for title in titles if title.span.overlap(shot.span))
    return tuple((cue_title(f"title.{index}", shot, title), title.take) for index, title in enumerate(over))


def cue_title(role: str, shot: Shot, title: PlacedTitle) -> TitleCue:
    """One title's cue on one shot."""
    start, end = max(title.span.start, shot.span.start), min(title.span.end, shot.span.end)
    return TitleCue(
        role=role,
        start=start - shot.span.start,
        end=end - shot.span.start,
        entrance=title.entrance if start == title.span.start else "none",
        exit=title.exit if end == title.span.end else "none",
    )
