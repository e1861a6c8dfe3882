"""Gate: past the quota a person has to agree (J3)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.money import NOTHING
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate

BUDGET_EXIT_CODE = 6
"""The exit code of every budget refusal."""


@gate(name="budget_quota", guards=("spend",))
def budget_quota(view: GateView) -> Verdict:
    """What is spent and reserved, with this order, stays within the quota."""
    quota = view.brief.contract.quota
    # One agreement covers the way from quota to cap; it ends when either is changed.
    subject = digest_of(["budget_quota", quota, view.brief.contract.cap])
    after = view.balance.committed + view.price
    if quota is None or view.price == NOTHING or after <= quota:
        return Verdict(Level.PASS, subject=subject)
    reason = f"{view.price} USD more would bring the production to {after} USD, above the quota of {quota} USD."
    remedy = Remedy(
        "Approve to go on up to the cap, or raise contract.quota_usd in the brief.", "workprint approve budget_quota"
    )
    return Verdict(Level.SOFT, (reason,), (remedy,), subject=subject, exit_code=BUDGET_EXIT_CODE)
