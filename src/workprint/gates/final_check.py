"""Gate: nothing leaves the house that failed its final check (T1)."""

from __future__ import annotations

from workprint.film.dailies import readings_of
from workprint.film.edit import FinalCheck
from workprint.film.errors import Remedy
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate

QUALITY_EXIT_CODE = 7
"""The exit code of a clip or film that failed its checks."""


@gate(name="final_check", guards=("stage:package",))
def final_check(view: GateView) -> Verdict:
    """The master passes its final technical check. Raises NotYetKnown while it is planned."""
    take = view.noun(FinalCheck).take
    faults = tuple(
        f"Master: {reading.metric} is {reading.value:g}, limit {reading.limit}."
        for reading in readings_of(take.facts)
        if reading.is_fault
    )
    if not faults:
        return Verdict(Level.PASS, subject=take.digest)
    remedy = Remedy(
        "Mend what the readings name and produce again, or approve the master as it is.",
        "workprint approve final_check",
    )
    return Verdict(Level.SOFT, faults, (remedy,), subject=take.digest, exit_code=QUALITY_EXIT_CODE)
