"""Gate: every asset of the manifest bears a D8 name (D8)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.lineage import ASSET_NAME, NAME_RULE
from workprint.film.story import Breakdown
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate


@gate(name="asset_names", guards=("ask", "generate", "render", "measure"), reads_order=False)
def asset_names(view: GateView) -> Verdict:
    """The names of the asset manifest, those the brief gave among them, follow SC01_SH03_KIND_Name."""
    found = view.nouns.get(Breakdown)
    if not isinstance(found, Breakdown):
        return Verdict(Level.PASS, subject="asset_names")
    bad = tuple(dict.fromkeys(asset.name for asset in found.assets if not ASSET_NAME.fullmatch(asset.name)))
    # The subject is the set of bad names, so that one override covers every order that runs into them.
    subject = digest_of(["asset_names", bad])
    if not bad:
        return Verdict(Level.PASS, subject=subject)
    reasons = tuple(f"{name!r} is not a valid asset name." for name in bad)
    return Verdict(Level.HARD, reasons, (Remedy(NAME_RULE),), subject=subject)
