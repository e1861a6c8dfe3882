"""Every error a user can meet, as one tree.

WorkprintError
├── BriefRejected            the brief has findings; nothing was written           exit 2
├── UsageError               the command or its arguments make no sense            exit 2
├── PlanIsStale              the plan was made from other inputs                   exit 9
├── MissingExtra             an optional part is not installed                     exit 4
├── GateStopped              a gate waits for a person, or blocks                  exit 5
│   └── BudgetRefused        the ledger would pass its cap                         exit 6
├── QualityRefused           a delivered file failed its own checks                exit 7
├── ProjectBusy              another process owns the project                      exit 10
├── StorageError             the disk refused, or a stored file is damaged         exit 1
│   ├── DiskFull             no room left; everything recorded so far is kept      exit 1
│   └── ArtifactDamaged      stored bytes do not match their digest                exit 1
├── MissingKey               a provider's key is not in the environment            exit 4
├── ProviderStopped          a provider did not make what was ordered              exit 8
│   ├── ProviderUnavailable  it cannot be reached, is busy, or takes too long      exit 8
│   ├── ProviderRefused      it refused the request, or failed                     exit 8
│   ├── ProviderModerated    it refused what is asked for or shown                 exit 8
│   ├── OutcomeHeld          nobody can tell whether it took a paid request        exit 8
│   └── OutputLost           it was paid, and there is nothing to fetch            exit 8
├── OrderFailed              a maker could not carry out an order                  exit 1
├── NotYetKnown              a planned result was read before it was made          (internal)
└── Interrupted              Ctrl-C; all that was recorded is kept                 exit 130
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Remedy:
    """What a person can do about an error: a sentence, and a command where one helps."""

    text: str
    command: str = ""


class WorkprintError(Exception):
    """Base of every error a user can meet: what happened, where, and what to do."""

    exit_code = 1
    code = "failed"

    def __init__(self, message: str, *, where: str = "", remedy: Remedy | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy


class BriefRejected(WorkprintError):
    """The brief cannot be produced as it stands. `findings` holds every reason, not the first."""

    exit_code = 2
    code = "brief-rejected"

    def __init__(self, findings: tuple[object, ...], *, where: str = "brief.yaml") -> None:
        noun = "finding" if len(findings) == 1 else "findings"
        super().__init__(f"The brief has {len(findings)} {noun}.", where=where)
        self.findings = findings


class UsageError(WorkprintError):
    """The command or its arguments make no sense."""

    exit_code = 2
    code = "usage"


class PlanIsStale(WorkprintError):
    """A saved plan was made from other inputs, prices or program versions than those present."""

    exit_code = 9
    code = "plan-stale"


class MissingExtra(WorkprintError):
    """An optional part of Workprint is not installed."""

    exit_code = 4
    code = "missing-extra"


class GateStopped(WorkprintError):
    """A gate waits for a person, or blocks. `gate` names it."""

    exit_code = 5
    code = "gate-stopped"

    def __init__(self, message: str, *, gate: str, where: str = "", remedy: Remedy | None = None) -> None:
        super().__init__(message, where=where, remedy=remedy)
        self.gate = gate


class BudgetRefused(GateStopped):
    """The order would take the ledger past its quota or cap. Nothing was spent on it."""

    exit_code = 6
    code = "budget-refused"


class QualityRefused(GateStopped):
    """A clip or the master failed its technical checks."""

    exit_code = 7
    code = "quality-refused"


class ProjectBusy(WorkprintError):
    """Another process is producing in this project folder."""

    exit_code = 10
    code = "project-busy"


class StorageError(WorkprintError):
    """The disk refused an operation."""

    code = "storage"


class DiskFull(StorageError):
    """No room is left. Everything recorded so far is kept."""

    code = "disk-full"


class ArtifactDamaged(StorageError):
    """Stored bytes do not match the digest that names them."""

    code = "artifact-damaged"


class MissingKey(WorkprintError):
    """A provider's key is not in the environment. Its value is never shown, only its name."""

    exit_code = 4
    code = "missing-key"


class ProviderStopped(WorkprintError):
    """A provider did not make what was ordered. `attempt` names the try; the message says what it cost."""

    exit_code = 8
    code = "provider-stopped"

    def __init__(self, message: str, *, attempt: str = "", where: str = "", remedy: Remedy | None = None) -> None:
        super().__init__(message, where=where, remedy=remedy)
        self.attempt = attempt


class ProviderUnavailable(ProviderStopped):
    """It cannot be reached, is busy, or takes too long. What runs there runs on, and is fetched by the next run."""

    code = "provider-unavailable"


class ProviderRefused(ProviderStopped):
    """It refused the request, or failed on it, and would again."""

    code = "provider-refused"


class ProviderModerated(ProviderStopped):
    """It refused what is asked for or shown. Another wording or another model may help."""

    code = "provider-moderated"


class OutcomeHeld(ProviderStopped):
    """Nobody can tell whether the provider took a paid request. The price stays reserved; a person decides."""

    code = "outcome-held"


class OutputLost(ProviderStopped):
    """The provider was paid, and there is nothing to fetch."""

    code = "output-lost"


class OrderFailed(WorkprintError):
    """A maker could not carry out an order; what was made before is kept."""

    code = "order-failed"


class NotYetKnown(WorkprintError):
    """A planned result was read before it exists. `after` names the order that will make it."""

    code = "not-yet-known"

    def __init__(self, after: str) -> None:
        super().__init__(f"known after {after}")
        self.after = after


class Interrupted(WorkprintError):
    """The run was stopped by the user; all that was recorded is kept."""

    exit_code = 130
    code = "interrupted"
