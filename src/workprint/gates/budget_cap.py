"""Gate: the ledger never passes the cap (J3)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.ledger import Balance
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
    override = Remedy(
        "Raise contract.cap_usd in the brief and produce again, or have an admin override it",
        'workprint override budget_cap --reason "..."',
    )
    reasons = (reason, *tell_committed(view.balance))
    raised = Remedy("Raise contract.cap_usd in the brief.")
    return Verdict(Level.HARD, reasons, (override, raised), subject=subject, exit_code=BUDGET_EXIT_CODE)


def tell_committed(balance: Balance) -> tuple[str, ...]:
    """What is spent and reserved already, and that it is safe; nothing while there is none."""
    if balance.committed == NOTHING:
        return ()
    reserved = f" and {balance.reserved} USD reserved" if balance.reserved != NOTHING else ""
    return (f"{balance.spent} USD are spent{reserved}; what that makes is kept and not paid for again.",)
