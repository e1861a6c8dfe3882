"""Gate: only clips that pass their checks, and a person's eye where the policy asks for it, are cut (M1, N2)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.dailies import Dailies, readings_of
from workprint.film.errors import Remedy
from workprint.film.people import Policy
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate

QUALITY_EXIT_CODE = 7
"""The exit code of a clip or film that failed its checks."""


@gate(name="dailies", guards=("stage:assemble",))
def dailies(view: GateView) -> Verdict:
    """Every clip passes its checks, and is approved where a person decides.

    Raises NotYetKnown while clips are only planned.
    """
    shot = view.noun(Dailies)
    subject = digest_of([[slate, take.digest] for slate, take in shot.clips.items()])
    faults = tuple(
        f"{slate}: {reading.metric} is {reading.value:g}, limit {reading.limit}."
        for slate, check in shot.checks.items()
        for reading in readings_of(check.facts)
        if reading.is_fault
    )
    if faults:
        remedy = Remedy(
            "Look at the clips named; change their scenes in the brief, or approve them as they are.",
            "workprint approve dailies",
        )
        return Verdict(Level.SOFT, faults, (remedy,), subject=subject, exit_code=QUALITY_EXIT_CODE)
    if view.policy is Policy.PERSON:
        remedy = Remedy("Look at the dailies and approve them.", "workprint approve dailies")
        return Verdict(Level.WAIT, (f"{len(shot.clips)} clips wait to be approved.",), (remedy,), subject=subject)
    return Verdict(Level.PASS, subject=subject)
