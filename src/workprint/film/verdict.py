"""Verdicts of gates (I4): pass, warn, soft block, hard block, each with reasons and remedies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from workprint.film.errors import Remedy


class Level(str, Enum):
    """How far a gate lets a production go."""

    PASS = "pass"
    WARN = "warn"
    WAIT = "wait"
    SOFT = "soft"
    HARD = "hard"


@dataclass(frozen=True)
class Verdict:
    """A gate's answer. WAIT: nothing is wrong, a person's approval is due. SOFT can be approved, HARD only overridden.

    `subject` is the digest of what was judged: an approval or override holds for that subject only.
    `pins` are the locks an approval sets: (name, recipe) pairs.
    """

    level: Level
    reasons: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    subject: str = ""
    exit_code: int = 5
    pins: tuple[tuple[str, str], ...] = ()

    @property
    def stops(self) -> bool:
        """Whether the production may not go on by itself."""
        return self.level in (Level.WAIT, Level.SOFT, Level.HARD)


PASS = Verdict(Level.PASS)
