"""Attempts: one try to have a provider make something, from the intent to the result; each state a small class.

Intended -> Sending -> Running -> Delivered is the way of a good attempt. Everything else says what happened instead,
and what it cost. A state that is over never changes again, but for a person's correction of what was charged.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from workprint.film.canonical import Json, decode, encode
from workprint.film.money import NOTHING, Money
from workprint.film.time import Instant


@dataclass(frozen=True)
class Intended:
    """The price is reserved and nothing is sent: safe to send, safe to drop."""


@dataclass(frozen=True)
class Sending:
    """The paid request may be on its way. Found after a crash it means: the outcome is unknown."""


@dataclass(frozen=True)
class Running:
    """The provider took it; `ticket` is its id of the job."""

    ticket: str


@dataclass(frozen=True)
class Delivered:
    """The result is stored and settled. `assumed`: the provider did not say what it charged."""

    ticket: str
    charge: Money
    assumed: bool = False


@dataclass(frozen=True)
class Refused:
    """The provider did not take it: nothing ran, nothing was charged."""

    trouble: str
    message: str
    code: str = ""


@dataclass(frozen=True)
class Failed:
    """It ran and failed."""

    ticket: str
    trouble: str
    message: str
    charge: Money = NOTHING
    code: str = ""


@dataclass(frozen=True)
class Moderated:
    """The provider refused what it asks for or shows; `ticket` is "" when it was refused at once."""

    ticket: str
    trouble: str
    message: str
    charge: Money = NOTHING
    code: str = ""


@dataclass(frozen=True)
class Cancelled:
    """It was cancelled, by us or elsewhere."""

    ticket: str
    charge: Money = NOTHING
    assumed: bool = False


@dataclass(frozen=True)
class Lost:
    """The provider says it made it, or has forgotten it, and there is nothing to fetch: paid, not delivered."""

    ticket: str
    message: str
    charge: Money
    assumed: bool = True


@dataclass(frozen=True)
class Held:
    """Nobody can tell whether the provider took it. The price stays reserved until a person decides."""

    why: str


@dataclass(frozen=True)
class Abandoned:
    """A person decided about a held attempt: it counts as charged, or as never taken."""

    who: str
    why: str
    charge: Money


AttemptState = (
    Intended | Sending | Running | Delivered | Refused | Failed | Moderated | Cancelled | Lost | Held | Abandoned
)

STATES: dict[str, type] = {
    kind.__name__.lower(): kind
    for kind in (
        Intended, Sending, Running, Delivered, Refused, Failed, Moderated, Cancelled, Lost, Held, Abandoned,
    )
}  # fmt: skip
"""Every state by the word it is stored under."""

OPEN = ("intended", "sending", "running", "held")
"""Words of states whose reservation is still open."""

STEPS: dict[str, tuple[str, ...]] = {
    "intended": ("sending", "refused", "cancelled"),
    "sending": ("intended", "running", "delivered", "refused", "moderated", "failed", "lost", "held"),
    "running": ("delivered", "failed", "moderated", "cancelled", "lost", "held"),
    "held": ("running", "intended", "abandoned", "refused"),
}
"""What may follow what. Nothing follows a state that is over; nothing goes back from running."""


def word_of(state: AttemptState) -> str:
    """The word a state is stored under."""
    return type(state).__name__.lower()


def may_follow(old: AttemptState, new: AttemptState) -> bool:
    """Whether a state may come after another. A repeated or late event finds that it may not, and changes nothing."""
    return word_of(new) in STEPS.get(word_of(old), ())


def encode_state(state: AttemptState) -> Json:
    """A state as plain data."""
    return {"kind": word_of(state), **encode(state, whole=True)}


def decode_state(data: Json) -> AttemptState:
    """A state from plain data; raises ValueError for one this program does not know."""
    rest = {key: value for key, value in data.items() if key != "kind"}
    if data.get("kind") not in STATES:
        raise ValueError(f"unknown state {data.get('kind')!r}")
    state: AttemptState = decode(STATES[data["kind"]], rest)
    return state


@dataclass(frozen=True)
class Attempt:
    """One try. `recipe` is the order's, `generation` counts its tries; `request` is what is sent, as plain data.

    `reserved` is the upper bound held in the ledger under `reservation`. `sends` counts paid requests that left.
    """

    id: str
    recipe: str
    step: str
    name: str
    generation: int
    model: str
    request: Json
    reserved: Money
    opened: Instant
    trace: str
    state: AttemptState
    changed: Instant
    sends: int = 0
    note: str = ""

    @property
    def provider(self) -> str:
        """The provider's name."""
        return self.model.partition("/")[0]

    @property
    def reservation(self) -> str:
        """The ledger's name of what is reserved for this attempt."""
        return self.id

    @property
    def ticket(self) -> str:
        """The provider's id of the job; "" while there is none."""
        return str(getattr(self.state, "ticket", ""))

    @property
    def is_open(self) -> bool:
        """Whether its reservation still stands."""
        return word_of(self.state) in OPEN

    @property
    def charge(self) -> Money:
        """What it cost, as far as it is over."""
        charge = getattr(self.state, "charge", NOTHING)
        return charge if isinstance(charge, Money) else NOTHING

    @property
    def seed(self) -> int:
        """A number of its own, 0..2^31-1: the marker where a provider gives seeds back."""
        digest = hashlib.sha256(f"{self.recipe}|{self.generation}".encode()).hexdigest()
        return int(digest[:8], 16) & 0x7FFFFFFF


def name_attempt(recipe: str, generation: int) -> str:
    """The id of an attempt: letters, digits and dashes, so that every provider takes it as a key."""
    return f"wp-{recipe[:24]}-{generation:03d}"
