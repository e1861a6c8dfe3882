"""How titles come and go: eased poses for fade, rise, pop and wipe, in frames."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.cut_orders import TitleCue
from workprint.film.time import Rate
from workprint.lab.overlay import AT_REST, Pose

MOTIONS = ("none", "fade", "rise", "pop", "wipe")
"""Every entrance and exit a cue may name."""

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


def plan_motion(cue: TitleCue, height: int, rate: Rate) -> Motion:
    """The motion of a cue; one too short for both ways gives each its share. Raises ValueError on unknown names."""
    for name in (cue.entrance, cue.exit):
        if name not in MOTIONS:
            raise ValueError(f"no title motion is called {name!r}; choose one of {', '.join(MOTIONS)}")
    coming = rate.frames(ENTRANCE_SECONDS) if cue.entrance != "none" else 0
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
    return AT_REST


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
