"""Gate: nothing is generated until the cap is set and the reference pack is complete (A1)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate

FEWEST_REFERENCES = 3
"""References a pack needs: one picture shows a side, three show a thing."""


@gate(name="contract", guards=("generate",), reads_order=False)
def contract(view: GateView) -> Verdict:
    """The creative contract is complete: a budget cap (0 counts as set) and at least 3 reference pictures."""
    terms = view.brief.contract
    reasons, remedies = [], []
    if terms.cap is None:
        reasons.append("The contract has no budget cap.")
        remedies.append(Remedy("Set contract.cap_usd in the brief; 0 means that nothing may cost money."))
    if terms.references < FEWEST_REFERENCES:
        reasons.append(f"The reference pack has {terms.references} of at least {FEWEST_REFERENCES} pictures.")
        remedies.append(Remedy("Add pictures of the product to assets.reference_images in the brief."))
    level = Level.HARD if reasons else Level.PASS
    return Verdict(level, tuple(reasons), tuple(remedies), subject=digest_of(terms))
