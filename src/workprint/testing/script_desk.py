"""Desks for tests of stages: one that answers every order at once, one that only plans; both keep a transcript."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from workprint.film.canonical import Json, digest_of, encode
from workprint.film.lineage import FileRef
from workprint.film.order import AnyTake, Input, Order, PendingTake, Take
from workprint.ports.desk import Item, Made

NO_READINGS: Mapping[str, Json] = {"readings": []}

STEP_FACTS: Mapping[str, Mapping[str, Json]] = {
    "check": NO_READINGS,
    "film_check": NO_READINGS,
    "voice": {"words": [["word", 0, 400]], "duration_ms": 400},
    "conform_voice": {"words": [["word", 0, 400]], "duration_ms": 400, "is_timed": True},
}
"""Facts a stage or gate may rely on, as the real makers write them."""


@dataclass(frozen=True)
class Request:
    """One request as it reached the desk."""

    verb: str
    order: Order

    def __str__(self) -> str:
        roles = ", ".join(item.role for item in self.order.inputs)
        made_from = f" <- {roles}" if roles else ""
        shown = f" => {self.order.publish}" if self.order.publish else ""
        return f"{self.verb} {self.order.step} {self.order.name}{made_from}{shown}"


class _ListeningDesk:
    """What both desks share: the transcript, and fan-out one by one in order."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    @property
    def transcript(self) -> str:
        """All requests, one a line."""
        return "".join(f"{request}\n" for request in self.requests)

    def orders(self, step: str = "") -> tuple[Order, ...]:
        """The orders seen so far, of one step or of all."""
        return tuple(request.order for request in self.requests if step in ("", request.order.step))

    def answer(self, order: Order) -> AnyTake:
        """What an order gets."""
        raise NotImplementedError

    def _hear(self, verb: str, order: Order) -> AnyTake:
        self.requests.append(Request(verb, order))
        return self.answer(order)

    async def ask(self, order: Order) -> AnyTake:
        """A language model's answer."""
        return self._hear("ask", order)

    async def generate(self, order: Order) -> AnyTake:
        """An image, a clip, a voice, music or an effect."""
        return self._hear("generate", order)

    async def measure(self, order: Order) -> AnyTake:
        """Metrics of something made."""
        return self._hear("measure", order)

    async def render(self, order: Order) -> AnyTake:
        """An encode, a composite, a mix, a document."""
        return self._hear("render", order)

    async def each(self, items: Iterable[Item], work: Callable[[Item], Awaitable[Made]]) -> tuple[Made, ...]:
        """The work done on every item, one after the other."""
        return tuple([await work(item) for item in items])


class ScriptDesk(_ListeningDesk):
    """Answers every order with a take decided by the order alone: equal orders get equal takes, others never do.

    `facts` replaces the facts of a name's takes, for what a test wants measured.
    """

    def __init__(self, facts: Mapping[str, Mapping[str, Json]] | None = None) -> None:
        super().__init__()
        self._facts = dict(facts or {})

    def answer(self, order: Order) -> Take:
        """The take of an order."""
        recipe = digest_order(order)
        facts = self._facts.get(order.name, STEP_FACTS.get(order.step, {}))
        file = FileRef(digest_of(["content", recipe]), "application/octet-stream", 1, order.name)
        return Take(recipe, order.step, order.name, (file,), dict(facts))


class PendingDesk(_ListeningDesk):
    """Answers every order with a pending take, as the planning desk does where nothing is made yet."""

    def answer(self, order: Order) -> PendingTake:
        """The promise of an order."""
        return PendingTake(order.step, order.name)


def digest_order(order: Order) -> str:
    """The digest of all that decides an order's result, inputs by content, as a recipe has it."""
    inputs = [[item.role, _digest_source(item)] for item in order.inputs]
    return digest_of([order.step, encode(order.payload), inputs, order.model, order.seed])


def _digest_source(item: Input) -> str:
    return item.source.digest
