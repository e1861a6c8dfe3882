"""How far a take may be extended: the film's duration and its scenes' ends are the brief's, and stay."""

from __future__ import annotations

from workprint.engine.take_runs import ShotPlace
from workprint.film.brief import Brief
from workprint.film.errors import Remedy, UsageError
from workprint.film.extending import LONGEST_TAIL_S, SHORTEST_SHOT_S, find_next, find_room
from workprint.film.routing import list_allowed


def check_extension(brief: Brief, place: ShotPlace, seconds: float, *, on_screen: bool) -> int:
    """The frames of a tail. Raises UsageError when it is no length, has no room, or cannot be made."""
    if not 0 < seconds <= LONGEST_TAIL_S:
        message = f"A tail lasts up to {LONGEST_TAIL_S:g} s."
        raise UsageError(message, remedy=Remedy("extend again for more"))
    frames = max(1, brief.rate.frames(seconds))
    if place.route.is_bought and not any(choice.takes_first_frame for choice in list_allowed(place.route)):
        remedy = Remedy("vary it, or replace it with footage of your own")
        raise UsageError(f"The model of {place.shot.slate} cannot go on from a frame.", remedy=remedy)
    if on_screen:
        _check_room(brief, place, frames)
    return frames


def _check_room(brief: Brief, place: ShotPlace, frames: int) -> None:
    slate = place.shot.slate
    after = find_next(place.board, slate)
    as_handle = Remedy("leave --on-screen out to have it as a handle, or give the scene more time in the brief")
    if after is None:
        end = float(brief.rate.seconds(place.shot.span.end))
        raise UsageError(
            f"{slate} is the last shot of its scene, which ends at {end:g} s as the brief says; the film's "
            f"{float(brief.rate.seconds(brief.frames)):g} s are a contract. {frames} frames have no room on screen.",
            remedy=as_handle,
        )
    room = find_room(brief.rate, after)
    if frames > room:
        raise UsageError(
            f"{after.slate} can give {room} of its {after.span.length} frames, and {frames} are asked: at least "
            f"{SHORTEST_SHOT_S:g} s of it stay, and the film's duration is a contract.",
            remedy=as_handle,
        )
