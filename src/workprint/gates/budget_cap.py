"""Gate: the ledger never passes the cap (J3)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.money import NOTHING
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate

BUDGET_EXIT_CODE = 6
"""The exit code of every budget refusal."""


@gate(name="budget_cap", guards=("spend",))
def budget_cap(view: GateView) -> Verdict:
    """What is spent and reserved, with this order, stays within the budget cap."""
    cap = view.brief.contract.cap
    # The subject is this order at this price: an override for one order must not open the purse for all.
    order = view.order
    subject = digest_of(["budget_cap", cap, view.price, order and [order.step, order.name, order.payload]])
    after = view.balance.committed + view.price
    if cap is None or view.price == NOTHING or after <= cap:
        return Verdict(Level.PASS, subject=subject)
    reason = f"{view.price} USD more would bring the production to {after} USD, above the cap of {cap} USD."
    remedy = Remedy("Raise contract.cap_usd in the brief, or have an admin override with a reason.")
    return Verdict(Level.HARD, (reason,), (remedy,), subject=subject, exit_code=BUDGET_EXIT_CODE)
