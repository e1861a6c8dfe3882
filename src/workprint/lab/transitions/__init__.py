"""Draws the frames between two shots: dip, dissolve, push, whip, wipes, light leak, match move, on YUV planes."""

from __future__ import annotations

from collections.abc import Callable

from workprint.lab.transitions.fades import plan_dip, plan_dissolve
from workprint.lab.transitions.leak import plan_leak
from workprint.lab.transitions.matching import plan_match
from workprint.lab.transitions.planes import Mixer, Planes, Scene
from workprint.lab.transitions.travel import plan_push, plan_whip
from workprint.lab.transitions.wipes import plan_circle, plan_diagonal

__all__ = ["Blend", "Planes", "Scene"]

PLANS: dict[str, Callable[[Scene], Mixer]] = {
    "dip": plan_dip,
    "dissolve": plan_dissolve,
    "light_leak": plan_leak,
    "match_move": plan_match,
    "push": plan_push,
    "whip": plan_whip,
    "wipe_circle": plan_circle,
    "wipe_diagonal": plan_diagonal,
}
"""Who draws each kind."""


class Blend:
    """A transition ready to be drawn. Its first frame is the outgoing picture untouched, its last the incoming one.

    Raises ValueError for a kind it does not know.
    """

    def __init__(self, scene: Scene) -> None:
        if scene.kind not in PLANS:
            raise ValueError(f"no transition is called {scene.kind!r}; choose one of {', '.join(PLANS)}")
        self._last = scene.frames - 1
        self._mix = PLANS[scene.kind](scene)

    def draw(self, number: int, outgoing: Planes, incoming: Planes) -> Planes:
        """The planes of frame `number`, made from the two pictures of that moment."""
        if number <= 0:
            return outgoing
        if number >= self._last:
            return incoming
        return self._mix(number / self._last, outgoing, incoming)
