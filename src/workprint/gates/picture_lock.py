"""Gate: a master is made of a locked picture only (R7, T1)."""

from __future__ import annotations

from workprint.film.edit import Edit
from workprint.film.errors import Remedy
from workprint.film.lineage import PICTURE_LOCK
from workprint.film.people import AUTO
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate


@gate(name="picture_lock", guards=("stage:make_master",))
def picture_lock(view: GateView) -> Verdict:
    """The picture is locked as the edit stands. Raises NotYetKnown while clips or titles are planned."""
    subject = view.noun(Edit).picture_digest
    lock = view.locks.get(PICTURE_LOCK)
    if lock is not None and lock.recipe == subject:
        return Verdict(Level.PASS, subject=subject)
    if lock is None or lock.who == AUTO.name:
        # The policy's own lock moves with the edit; a person's holds.
        remedy = Remedy("Look at out/draft.mp4 and approve; that locks it.", "workprint approve picture_lock")
        pins = ((PICTURE_LOCK, subject),)
        return Verdict(Level.WAIT, ("The picture is not locked.",), (remedy,), subject=subject, pins=pins)
    reason = f"The picture is locked by {lock.who} and the edit has changed since; only sound may change now."
    remedy = Remedy("Undo the change, or unlock the picture with a reason.", 'workprint unlock picture --reason "..."')
    return Verdict(Level.HARD, (reason,), (remedy,), subject=subject)
