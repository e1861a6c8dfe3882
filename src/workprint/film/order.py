"""Orders and takes: what a stage asks for, and what it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from workprint.film.canonical import Json, digest_of
from workprint.film.errors import NotYetKnown
from workprint.film.lineage import FileRef
from workprint.film.money import NOTHING, Money


@dataclass(frozen=True)
class Take:
    """One made result: its files (the first is the main one) and facts measured while making it.

    Two takes with the same files and facts have the same digest, whatever they cost or are called.
    """

    recipe: str
    step: str
    name: str
    files: tuple[FileRef, ...]
    facts: Mapping[str, Json]
    cost: Money = NOTHING

    @property
    def file(self) -> FileRef:
        """The main file."""
        return self.files[0]

    @property
    def digest(self) -> str:
        """The content digest other recipes carry."""
        return digest_of([self.files, self.facts])


@dataclass(frozen=True)
class PendingTake:
    """A result that is planned, not made. It can be passed on as an input; reading it raises NotYetKnown."""

    step: str
    name: str

    def _refuse(self) -> NoReturn:
        raise NotYetKnown(self.name)

    @property
    def recipe(self) -> str:
        """Not known yet."""
        self._refuse()

    @property
    def files(self) -> tuple[FileRef, ...]:
        """Not known yet."""
        self._refuse()

    @property
    def file(self) -> FileRef:
        """Not known yet."""
        self._refuse()

    @property
    def facts(self) -> Mapping[str, Json]:
        """Not known yet."""
        self._refuse()

    @property
    def digest(self) -> str:
        """Not known yet."""
        self._refuse()


AnyTake = Take | PendingTake


@dataclass(frozen=True)
class Input:
    """A source an order is made from, under the role the maker knows it by."""

    role: str
    source: FileRef | Take | PendingTake


@dataclass(frozen=True)
class Order:
    """What a stage asks for. `payload` and `inputs` decide the content; the rest is bookkeeping.

    `name` is the D8 name. `publish` is a path below `out/` where a person finds the result ("" for none); one that
    ends with a slash is a folder, and every file of the result stands in it under its own name.
    `units` is how much work it is, in the maker's own unit (frames, seconds of sound), for price and time.
    """

    step: str
    name: str
    payload: object
    inputs: tuple[Input, ...] = ()
    model: str = "local"
    seed: int = 0
    units: int = 1
    publish: str = field(default="", metadata={"digest": False})
