"""Gate: a master is made of locked shots only (I5, T1)."""

from __future__ import annotations

from workprint.film.canonical import digest_of
from workprint.film.edit import Edit, EditClip
from workprint.film.errors import Remedy
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate


@gate(name="shot_lock", guards=("stage:make_master",))
def shot_lock(view: GateView) -> Verdict:
    """Every shot is locked at the take the edit uses. Raises NotYetKnown while clips are planned."""
    clips = view.noun(Edit).clips
    subject = digest_of([[clip.slate, clip.clip.digest] for clip in clips])
    flaws = tuple((clip, flaw) for clip in clips if (flaw := find_flaw(view, clip)))
    if not flaws:
        return Verdict(Level.PASS, subject=subject)
    remedy = Remedy("Approve the shots as they are; that locks them.", "workprint approve shot_lock")
    pins = tuple((clip.clip.name, clip.clip.recipe) for clip, _ in flaws)
    return Verdict(Level.WAIT, tuple(flaw for _, flaw in flaws), (remedy,), subject=subject, pins=pins)


def find_flaw(view: GateView, clip: EditClip) -> str:
    """What is wrong with a shot's lock, "" when nothing is."""
    lock = view.locks.get(clip.clip.name)
    if lock is None:
        return f"{clip.slate} is not locked."
    return "" if lock.recipe == clip.clip.recipe else f"{clip.slate} is locked at another take."
