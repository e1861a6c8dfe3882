"""How titles come and go: eased poses for fade, rise, pop, wipe, and part after part, in frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workprint.film.cut_orders import TitleCue
from workprint.film.time import Rate
from workprint.lab.card_motion import CardSchedule, PartPose, time_card
from workprint.lab.overlay import AT_REST, Pose

MOTIONS = ("none", "fade", "rise", "pop", "wipe")
"""Every entrance and exit a cue may name."""

KINETIC = ("lines", "words", "letters")
"""Entrances that bring a title part by part, all parts alike. A title without parts rises instead."""

CARD = "card"
"""The entrance of an end card: part by part, each in the manner of its role."""

LONGEST_SECONDS = 24 / 30
"""A kinetic entrance takes no longer, however many parts there are: the planner leaves it this much room."""

PLATE_SECONDS = 0.10
"""The plate's lead over the first part: no letter is ever seen without what makes it readable."""

STEP_SECONDS = {"lines": 0.12, "words": 0.075, "letters": 0.030}
"""From one part to the next where there are few: lines are phrases, words beats, letters a ripple."""

MOVE_SECONDS = {"lines": 0.46, "words": 0.40, "letters": 0.32}
"""How long one part moves: the smaller it is, the shorter."""

PART_RISE = {"lines": 0.044, "words": 0.034, "letters": 0.030}
"""How far a part rises, as a share of the frame's short side; further than a whole title, being lighter."""

ENTRANCE_SECONDS = 12 / 30
"""Long enough to be read as movement, short enough not to delay reading (motion design's usual 0.3-0.5 s)."""

EXIT_SECONDS = 8 / 30
"""Exits are shorter than entrances: what leaves must not hold the eye."""

RISE_SHARE = 0.032
"""How far a rising title travels, as a share of the frame's height (35 px at 1080)."""

POP_FROM = 0.86
"""Scale a pop starts at."""

BACK = 1.70158
"""Penner's constant for the ease-out-back curve: 10 % overshoot of the distance travelled."""


@dataclass(frozen=True)
class Motion:
    """The poses of one cue. `height` is the frame's, in pixels; the cue covers frames start <= n < end."""

    cue: TitleCue
    height: int
    entrance: int
    exit: int

    def pose(self, frame: int) -> Pose | None:
        """The pose on a frame of the segment, or None while the title is away."""
        if not self.cue.start <= frame < self.cue.end:
            return None
        since, left = frame - self.cue.start, self.cue.end - frame
        if since < self.entrance:
            return enter(self.cue.entrance, (since + 1) / (self.entrance + 1), self.height)
        if left <= self.exit:
            return leave(self.cue.exit, 1 - left / (self.exit + 1), self.height)
        return AT_REST


def plan_motion(cue: TitleCue, height: int, rate: Rate, parts: int = 0, cast: Sequence[str] = ()) -> Motion:
    """The motion of a cue; one too short for both ways gives each its share. Raises ValueError on unknown names.

    `parts` is how many parts the title has for its entrance, `cast` the roles of a card's parts.
    """
    for name, known in ((cue.entrance, (*MOTIONS, *KINETIC, CARD)), (cue.exit, MOTIONS)):
        if name not in known:
            raise ValueError(f"no title motion is called {name!r}; choose one of {', '.join(known)}")
    if cue.entrance in (*KINETIC, CARD) and not parts:
        cue = replace(cue, entrance="rise")
    seconds = ENTRANCE_SECONDS
    if cue.entrance in (*KINETIC, CARD):
        seconds = plan_schedule(cue.entrance, parts, cast).total
    coming = rate.frames(seconds) if cue.entrance != "none" else 0
    going = rate.frames(EXIT_SECONDS) if cue.exit != "none" else 0
    length = cue.end - cue.start
    if coming + going > length:
        coming, going = coming * length // (coming + going), going * length // (coming + going)
    return Motion(cue, height, coming, going)


def enter(name: str, share: float, height: int) -> Pose:
    """The pose at a share 0..1 of an entrance."""
    eased = 1 - (1 - share) ** 3
    if name == "fade":
        return Pose(opacity=eased)
    if name == "rise":
        return Pose(opacity=eased, drop=(1 - eased) * RISE_SHARE * height)
    if name == "pop":
        return Pose(opacity=min(1.0, 1.6 * eased), scale=POP_FROM + (1 - POP_FROM) * _overshoot(share))
    if name == "wipe":
        return Pose(shown=eased)
    if name in (*KINETIC, CARD):
        return Pose(revealed=share)
    return AT_REST


@dataclass(frozen=True)
class Schedule:
    """When the parts of a kinetic entrance come: seconds from one to the next, of one's move, of them all."""

    step: float
    move: float
    total: float

    def show_plate(self, share: float) -> float:
        """The plate's opacity 0..1 at a share of the entrance; whole before the first part is half there."""
        return _settle(min(1.0, share * self.total / (2 * PLATE_SECONDS)))

    def pose(self, index: int, share: float) -> PartPose:
        """The pose of a part at a share of the entrance."""
        opacity, left = self.show_part(index, share)
        return PartPose(opacity, rise=left)

    def show_part(self, index: int, share: float) -> tuple[float, float]:
        """Opacity 0..1 of a part, and how much of its way it still has to rise, 1..0."""
        local = (share * self.total - PLATE_SECONDS - index * self.step) / self.move
        local = min(1.0, max(0.0, local))
        return _settle(min(1.0, 1.7 * local)), (1 - local) ** 4


def time_parts(name: str, parts: int) -> Schedule:
    """The schedule of an entrance of so many parts, closer together the more there are."""
    move, gaps = MOVE_SECONDS[name], max(1, parts - 1)
    step = min(STEP_SECONDS[name], (LONGEST_SECONDS - PLATE_SECONDS - move) / gaps)
    return Schedule(step, move, PLATE_SECONDS + step * (parts - 1) + move)


def plan_schedule(name: str, parts: int, cast: Sequence[str] = ()) -> Schedule | CardSchedule:
    """The schedule of a kinetic entrance of so many parts; a card's needs the roles of its parts."""
    return time_card(cast) if name == CARD else time_parts(name, parts)


def _settle(share: float) -> float:
    return share * share * (3 - 2 * share)


def leave(name: str, share: float, height: int) -> Pose:
    """The pose at a share 0..1 of an exit: slow at first, so that the eye lets go."""
    eased = share**3
    fading = 1 - share**2
    if name == "fade":
        return Pose(opacity=fading)
    if name == "rise":
        return Pose(opacity=fading, drop=-eased * RISE_SHARE * height)
    if name == "pop":
        return Pose(opacity=fading, scale=1 - (1 - POP_FROM) * eased)
    if name == "wipe":
        return Pose(hidden=share**2)
    return AT_REST


def _overshoot(share: float) -> float:
    rest = share - 1
    return 1 + (BACK + 1) * rest**3 + BACK * rest**2
