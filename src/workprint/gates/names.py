"""Gate: everything made bears a D8 name (D8)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.lineage import ASSET_NAME, NAME_RULE
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate


@gate(name="names", guards=("ask", "generate", "render", "measure"))
def names(view: GateView) -> Verdict:
    """The name of every order follows SC01_SH03_KIND_Name."""
    if view.order is None or ASSET_NAME.fullmatch(view.order.name):
        return Verdict(Level.PASS, subject="names")
    reason = f"{view.order.name!r} is not a valid asset name."
    return Verdict(Level.HARD, (reason,), (Remedy(NAME_RULE),), subject=digest_of(["names", view.order.name]))
