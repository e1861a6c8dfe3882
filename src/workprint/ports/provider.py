"""Providers: whoever generates media for money. One file in `adapters/providers/` is one provider.

The contract suite is `workprint.testing.provider_contract`; behavioural fakes are in `workprint.testing.fakes`.

A provider only talks: it never decides whether to pay, to retry or to give up. `submit` sends exactly one request
that can cost money, and says truthfully which of three things it knows: accepted (a Receipt), refused (Rejected,
NotSent), or nothing (OutcomeUnknown). Everything else may be asked again at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePath
from typing import Protocol, runtime_checkable

from workprint.film.canonical import Json
from workprint.film.model_card import ModelCard
from workprint.film.money import Money
from workprint.film.request import GenerationRequest, Role


class Trouble(str, Enum):
    """Why something failed, by what can be done about it (providers.md C.2)."""

    INVALID_INPUT = "invalid_input"
    MODERATED_INPUT = "moderated_input"
    MODERATED_OUTPUT = "moderated_output"
    AUTH = "auth"
    BUDGET = "budget"
    RATE_LIMITED = "rate_limited"
    CAPACITY = "capacity"
    PROVIDER_ERROR = "provider_error"
    TIMEOUT = "timeout"
    OUTPUT_LOST = "output_lost"
    UNSUPPORTED = "unsupported"

    @property
    def is_passing(self) -> bool:
        """Whether the same request may work later."""
        return self in (Trouble.RATE_LIMITED, Trouble.CAPACITY, Trouble.PROVIDER_ERROR, Trouble.TIMEOUT)

    @property
    def is_moderation(self) -> bool:
        """Whether the provider refused what is shown or asked for."""
        return self in (Trouble.MODERATED_INPUT, Trouble.MODERATED_OUTPUT)


class ProviderFault(Exception):
    """Base of what a provider's call can end in. `message` is the provider's own words, shortened, without secrets."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Rejected(ProviderFault):
    """The provider answered that it did not take the request: nothing runs, nothing was charged.

    `retry_after_s` is what the provider asked for, None when it named nothing.
    """

    def __init__(self, trouble: Trouble, message: str, *, code: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message, code=code)
        self.trouble = trouble
        self.retry_after_s = retry_after_s


class NotSent(ProviderFault):
    """The request provably never reached the provider (no connection, no name): it may be sent again."""


class OutcomeUnknown(ProviderFault):
    """The request was sent and no usable answer came: the job may exist and cost money. Never send it again blindly."""


class AskFailed(ProviderFault):
    """A free call (poll, list, fetch, cancel, upload) failed. It may be asked again when `trouble` is passing."""

    def __init__(self, trouble: Trouble, message: str, *, code: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message, code=code)
        self.trouble = trouble
        self.retry_after_s = retry_after_s


class HookRefused(ProviderFault):
    """A webhook is not the provider's, or too old. `is_ours`: we cannot verify now (no keys at hand), answer 503."""

    def __init__(self, message: str, *, is_ours: bool = False) -> None:
        super().__init__(message)
        self.is_ours = is_ours


@dataclass(frozen=True)
class LocalInput:
    """An input as a provider gets it: its role, where its bytes lie (read only), media type, digest, length."""

    role: Role
    path: PurePath
    media_type: str
    digest: str
    name: str = ""
    duration_ms: int = 0


@dataclass(frozen=True)
class PreparedInput:
    """An input the provider can reach: an address or id of its own, or a data URI. `expires_in_s` 0: never."""

    role: Role
    handle: str
    media_type: str
    duration_ms: int = 0
    expires_in_s: int = 0


@dataclass(frozen=True)
class AttemptKey:
    """What marks one attempt at the provider, so that it can be found again: the same for the same attempt, always.

    `id` is ours, letters and digits and dashes, at most 48 long (a client-chosen key). `seed` is unique to the attempt,
    0..2^31-1. `intent_s` is when the intent was written, seconds UTC: the start of the window to look in.
    """

    id: str
    seed: int
    intent_s: float


@dataclass(frozen=True)
class Output:
    """One result: either an address to fetch, or its bytes (synchronous providers). `role` is video, last_frame, image,
    audio, thumbnail, words. `expires_in_s` 0: not known. `is_refreshable`: polling again gives a fresh address."""

    role: str
    media_type: str
    address: str = ""
    data: bytes = b""
    expires_in_s: int = 0
    is_refreshable: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


class JobPhase(str, Enum):
    """Where a job is. A state the adapter does not know is RUNNING, never failed."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    MODERATED = "moderated"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (JobPhase.QUEUED, JobPhase.RUNNING)


@dataclass(frozen=True)
class JobState:
    """What the provider says about a job now.

    `raw` is its own word. `charge` is the real charge where it is told, None where it is not. `trouble` is set for
    failed and moderated jobs. `facts` are worth keeping (revised prompt, seed used). SUCCEEDED without outputs is a
    lost output, and stays SUCCEEDED here: the engine says so.
    """

    phase: JobPhase
    raw: str
    progress: float | None = None
    outputs: tuple[Output, ...] = ()
    charge: Money | None = None
    trouble: Trouble | None = None
    message: str = ""
    code: str = ""
    retry_after_s: float | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """Proof that a request was taken. `ticket` is what to poll with; a synchronous provider tells the state too."""

    ticket: str
    state: JobState | None = None
    estimate: Money | None = None


class CancelOutcome(str, Enum):
    """What became of a wish to cancel. FREE: stopped and not charged. CHARGED: stopped, and charged all the same.
    STOPPED: stopped, the charge is not known. TOO_LATE: it runs on, or is over. UNSUPPORTED: there is no way."""

    FREE = "free"
    CHARGED = "charged"
    STOPPED = "stopped"
    TOO_LATE = "too_late"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True)
class Found:
    """Reconciliation: the job exists, under this ticket."""

    ticket: str


@dataclass(frozen=True)
class NotFound:
    """Reconciliation: the provider has no such job. Believed only after its settle time."""


@dataclass(frozen=True)
class CannotKnow:
    """Reconciliation: the provider offers no way to tell."""

    why: str


Reconciled = Found | NotFound | CannotKnow


@dataclass(frozen=True)
class HookEvent:
    """A verified (or unsigned) webhook. The body is a hint only: the job is always polled afterwards.

    `message` is the same for repeats of one delivery. `ticket` or `attempt` says which job it is about. `reply` is a
    body the sender expects (a challenge), "" for none.
    """

    message: str
    ticket: str = ""
    attempt: str = ""
    is_signed: bool = False
    reply: str = ""


@dataclass(frozen=True)
class Limits:
    """What an account may do: requests a minute, jobs at once, shortest time between polls of one job (seconds).

    `settle_s`: how long after a request was sent the provider's list may still lack it (listing lag plus our timeout).
    """

    creates_per_minute: int = 60
    jobs_at_once: int = 2
    poll_every_s: float = 5.0
    settle_s: float = 120.0


@dataclass(frozen=True)
class KeyCheck:
    """What `workprint doctor` learns about a key without spending: whether it works, and what the account says."""

    works: bool | None
    detail: str


@dataclass(frozen=True)
class Issue:
    """A reason a request cannot, or should not, be sent as it is. `stops` false: a setting is left out, and listed."""

    code: str
    message: str
    remedy: str = ""
    stops: bool = True


@dataclass(frozen=True)
class Account:
    """How a provider is reached: its base address, its secrets by name, and how to wait.

    `secret` gives the value of a named secret, or raises MissingKey; `scrub` takes every secret out of a text.
    `connect_s` and `answer_s` are time-outs in seconds.
    """

    base_url: str
    secret: Callable[[str], str]
    scrub: Callable[[str], str] = str
    connect_s: float = 10.0
    answer_s: float = 60.0
    settings: Mapping[str, str] = field(default_factory=dict)


class Provider(Protocol):
    """One provider's API. All `async` calls raise only ProviderFault subclasses (and MissingKey from the account)."""

    @property
    def limits(self) -> Limits:
        """What the account may do."""
        ...

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """What speaks against this request beyond the card's own limits. Pure, offline."""
        ...

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Bring the inputs to where the provider can read them: uploads, or data URIs. Costs nothing."""
        ...

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """Send exactly one POST. `callback` is the webhook address, "" for none.

        Raises Rejected, NotSent or OutcomeUnknown; never anything in between.
        """
        ...

    async def poll(self, ticket: str) -> JobState:
        """Where the job is. Raises AskFailed. A job the provider has no record of is EXPIRED."""
        ...

    async def cancel(self, ticket: str) -> CancelOutcome:
        """Ask for an end. Raises AskFailed."""
        ...

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Whether an attempt that was sent without an answer exists. Raises AskFailed."""
        ...

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Check a webhook against its signature. Header names come in lower case. Raises HookRefused."""
        ...

    async def check_key(self) -> KeyCheck:
        """Whether the key works, without spending."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class HoldsHookKeys(Protocol):
    """A provider whose webhooks are verified with keys it has to fetch. Until then `verify_hook` says `is_ours`."""

    async def refresh_keys(self) -> None:
        """Fetch the keys, free of charge. Raises AskFailed, and keeps the old ones then."""
        ...


@dataclass(frozen=True)
class Package:
    """An optional Python package: the name it is imported under, what it is for, and the extra that brings it.

    `checks_hooks`: without it the provider's webhooks cannot be verified.
    """

    module: str
    purpose: str
    checks_hooks: bool = False
    extra: str = "providers"

    @property
    def install(self) -> str:
        """The command that brings it."""
        return f"pip install 'workprint[{self.extra}]'"


@dataclass(frozen=True)
class ProviderCard:
    """A provider written down as data: a file in `adapters/providers/` names one as `PROVIDER`.

    `secrets` are names of environment variables, all needed; `hook_secrets` only to verify webhooks.
    `base_url_variable` replaces the address.
    `sends_in_process` marks a provider that needs no network (a local model, an external command).
    """

    name: str
    title: str
    models: tuple[ModelCard, ...]
    make: Callable[[Account], Provider]
    base_url: str
    base_url_variable: str
    secrets: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    media_hosts: tuple[str, ...] = ()
    notice: str = ""
    hook_secrets: tuple[str, ...] = ()
    sends_in_process: bool = False
    packages: tuple[Package, ...] = ()

    def model(self, name: str) -> ModelCard | None:
        """The card of a model by its full name."""
        return next((card for card in self.models if card.name == name), None)
