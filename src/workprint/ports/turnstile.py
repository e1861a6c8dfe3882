"""The turnstile: how many jobs and requests an account may have at once, over all processes of this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from workprint.ports.provider import Limits


@dataclass(frozen=True)
class Wait:
    """Not now: try again after so many seconds. `why` is what a person is told."""

    seconds: float
    why: str


class Turnstile(Protocol):
    """One for all processes. A holder that dies frees its place when its lease runs out."""

    def enter(self, account: str, holder: str, limits: Limits) -> Wait | None:
        """Take a place for a job; None when it is taken. A holder that has one keeps it, and is not counted again."""
        ...

    def pass_send(self, account: str, limits: Limits) -> Wait | None:
        """Ask to send one paid request now; None lets it pass, and counts it in the account's minute."""
        ...

    def stay(self, account: str, holder: str) -> None:
        """Renew a place's lease."""
        ...

    def leave(self, account: str, holder: str) -> None:
        """Give a place back; nothing happens when there is none."""
        ...

    def report(self, account: str, *, works: bool) -> None:
        """Tell whether the service answered sensibly: after several failures in a row the circuit opens for a while."""
        ...
