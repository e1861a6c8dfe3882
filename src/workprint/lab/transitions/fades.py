"""Fades: the dissolve, and the dip through the ground colour."""

from __future__ import annotations

from workprint.lab.transitions.planes import FULL, Mixer, Planes, Scene, ease, mix_all, to_code

DARKEST_DIP = 28
"""Limited-range luma a dip never goes below: two frames of true black would be a fault, and look like one."""


def plan_dissolve(scene: Scene) -> Mixer:
    """One picture through the other."""

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        weight = round(FULL * ease(share))
        return mix_all(outgoing, incoming, weight, weight)

    return mix


def plan_dip(scene: Scene) -> Mixer:
    """Through the ground colour, which is never held: the frame in the middle is the only full one."""
    luma, blue, red = to_code(scene.palette[0]) if scene.palette else (DARKEST_DIP, 128, 128)
    ground = (max(DARKEST_DIP, luma), blue, red)

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        weight = round(FULL * ease(1 - abs(2 * share - 1)))
        return mix_all(outgoing if share < 0.5 else incoming, ground, weight, weight)

    return mix
