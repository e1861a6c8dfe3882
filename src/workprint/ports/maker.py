"""Makers: whoever carries out the orders of one step. The contract suite is `workprint.testing.maker_contract`.

A maker is described in the owning process and works in a worker process: `entry` names the function as
`package.module:function`; it gets a Bench (decoded order, input files, a scratch folder) and returns what it made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from workprint.film.canonical import Json
from workprint.film.money import Money
from workprint.film.order import Order


@dataclass(frozen=True)
class BenchInput:
    """An input as a maker sees it: the paths of its files (main first), media types, and the facts of its take."""

    paths: tuple[PurePath, ...]
    media_types: tuple[str, ...]
    facts: Mapping[str, Json]

    @property
    def path(self) -> PurePath:
        """The main file."""
        return self.paths[0]


@dataclass(frozen=True)
class Bench:
    """What a maker works with. `payload` has the maker's payload type; new files go into `scratch` and nowhere else."""

    step: str
    name: str
    payload: object
    inputs: Mapping[str, BenchInput]
    seed: int
    scratch: PurePath
    report: Callable[[float], None]


@dataclass(frozen=True)
class MadeFile:
    """A file a maker left in the scratch folder."""

    path: PurePath
    media_type: str
    name: str


@dataclass(frozen=True)
class Made:
    """What a maker made: files (main first) and facts. The same bench must give the same bytes and facts."""

    files: tuple[MadeFile, ...]
    facts: Mapping[str, Json]


@dataclass(frozen=True)
class Estimate:
    """Upper bound of the price, and expected CPU seconds on the reference machine (2 cores)."""

    price: Money
    seconds: float


class Maker(Protocol):
    """One step's maker. Promise: deterministic for one fingerprint, touches only its bench, no network."""

    @property
    def step(self) -> str:
        """The step it serves: still, clip, voice, ..."""
        ...

    @property
    def version(self) -> int:
        """Raised when the same order should give another result."""
        ...

    @property
    def payload(self) -> type:
        """The payload type of its orders."""
        ...

    @property
    def entry(self) -> str:
        """`package.module:function` that does the work in a worker process."""
        ...

    @property
    def is_durable(self) -> bool:
        """Whether an order is long enough to be a durable job; short ones are simply made."""
        ...

    def fingerprint(self) -> str:
        """What else decides the bytes: library versions, font digests, encoder presets."""
        ...

    def estimate(self, order: Order) -> Estimate:
        """Price and time of an order, before it is made."""
        ...


@dataclass(frozen=True)
class MakerCard:
    """A maker written down as data: what most makers need. A module lists its cards in `MAKERS`."""

    step: str
    version: int
    payload: type
    entry: str
    is_durable: bool
    tools: Callable[[], str]
    cost: Callable[[Order], Estimate]

    def fingerprint(self) -> str:
        """What else decides the bytes."""
        return self.tools()

    def estimate(self, order: Order) -> Estimate:
        """Price and time of an order."""
        return self.cost(order)
