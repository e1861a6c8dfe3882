"""Gate: everything made bears a D8 name (D8)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.lineage import ASSET_NAME
from workprint.film.story import Breakdown
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate

PATTERN_REMEDY = Remedy(
    "Name it SC01_SH03_PROP_Name: scene, shot, then CHAR, PROP, LOC, CLIP, STILL, TEXT, AUDIO, SPEC or CUT, "
    "then letters, digits and dashes."
)
"""What to do about any bad name."""


@gate(name="names", guards=("generate", "render", "measure"))
def names(view: GateView) -> Verdict:
    """Names of orders and of the manifest's assets follow SC01_SH03_KIND_Name."""
    found = view.nouns.get(Breakdown)
    assets = tuple(asset.name for asset in found.assets) if isinstance(found, Breakdown) else ()
    own = (view.order.name,) if view.order is not None else ()
    bad = tuple(dict.fromkeys(name for name in (*own, *assets) if not ASSET_NAME.fullmatch(name)))
    # The subject is the set of bad names, so that one override covers every order that runs into them.
    subject = digest_of(["names", bad])
    if not bad:
        return Verdict(Level.PASS, subject=subject)
    reasons = tuple(f"{name!r} is not a valid asset name." for name in bad)
    return Verdict(Level.HARD, reasons, (PATTERN_REMEDY,), subject=subject)
