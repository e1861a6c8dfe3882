"""Gate: no frame without a master cinematic modifier (E2)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.optics import Optics
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate

FRAME_STEPS = ("still", "clip", "stage_key", "stage_clip", "bought_image", "bought_clip")
"""Steps that shoot frames, here or elsewhere."""


@gate(
    name="modifier",
    guards=tuple(f"generate:{step}" for step in FRAME_STEPS),
    reads_order=False,
)
def modifier(view: GateView) -> Verdict:
    """Every scene has a master cinematic modifier before a frame of it is shot."""
    chains = view.noun(Optics).chains
    subject = digest_of([[chain.scene, chain.modifier] for chain in chains])
    bare = tuple(chain.scene for chain in chains if not chain.modifier.strip())
    if not bare:
        return Verdict(Level.PASS, subject=subject)
    reasons = tuple(f"Scene {scene} has no cinematic modifier: its shots would not share one style." for scene in bare)
    remedy = Remedy(
        "Remove optics.modifier from the brief to have it compiled, or write one there.", "workprint approve modifier"
    )
    return Verdict(Level.SOFT, reasons, (remedy,), subject=subject)
