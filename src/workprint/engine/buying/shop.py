"""The shop: the providers a run may buy from, opened, and how patient it is with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

from workprint.film.errors import ProviderRefused, Remedy
from workprint.film.model_card import ModelCard
from workprint.film.pricing import Quote, quote_price
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import Issue, Limits, Provider, ProviderCard


@dataclass(frozen=True)
class Counter:
    """One provider, opened. `account` names whose limits count; `hosts` are where results may lie."""

    card: ProviderCard
    provider: Provider
    account: str
    hosts: tuple[str, ...]
    limits: Limits
    callback: str = ""

    def hook_address(self, attempt: str) -> str:
        """Where this provider may call about an attempt; "" when nobody listens."""
        return f"{self.callback}/{self.card.name}/{attempt}" if self.callback else ""


@dataclass(frozen=True)
class Patience:
    """How long to wait, and how often to try. `pause` waits; a rehearsal waits less by its `pace`.

    `sends`: paid requests of one attempt, each sent only because the one before was proven not taken. `generations`:
    attempts of one order in one run, each begun only because the one before ended. `freshes`: fresh links asked for.
    """

    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    pace: float = 1.0
    sends: int = 6
    generations: int = 3
    freshes: int = 3
    asks: int = 5
    shortest_deadline_s: float = 900.0
    deadline_factor: float = 8.0
    first_wait_s: float = 2.0
    longest_wait_s: float = 60.0

    async def wait(self, seconds: float) -> None:
        """Wait, at the pace of this run."""
        await self.pause(seconds * self.pace)

    def backoff(self, count: int) -> float:
        """Seconds to wait after the n-th failure in a row, doubled each time."""
        return min(self.longest_wait_s, self.first_wait_s * 2.0 ** max(0, count - 1))

    def deadline_s(self, card: ModelCard) -> float:
        """Seconds after which a job that is still not over is left to the next run."""
        return max(self.shortest_deadline_s, card.typical_s * self.deadline_factor) * self.pace


@dataclass(frozen=True)
class Shop:
    """Every provider a run may buy from, by name. `today` is the ISO day ends of life are judged by.

    `cards` are models by their full names whose provider need not be opened: what was bought there is kept, and priced.
    """

    counters: Mapping[str, Counter] = field(default_factory=dict)
    today: str = ""
    patience: Patience = Patience()
    cards: Mapping[str, ModelCard] = field(default_factory=dict)

    def counter(self, request: GenerationRequest) -> Counter:
        """The provider of a request; raises ProviderRefused when it is not opened: nothing is bought elsewhere."""
        counter = self.counters.get(request.provider)
        if counter is None:
            remedy = Remedy(f"name it in project.toml, [providers] use, and set its key: {request.provider}")
            raise ProviderRefused(f"Nothing is bought at `{request.provider}` in this project.", remedy=remedy)
        return counter

    def card(self, request: GenerationRequest) -> ModelCard:
        """The card of a request's model; raises ProviderRefused for one nobody has written down."""
        card = self.cards.get(request.model) or self.counter(request).card.model(request.model)
        if card is None:
            names = ", ".join(model.model for model in self.counter(request).card.models)
            raise ProviderRefused(f"`{request.model}` is not known.", remedy=Remedy(f"known there: {names}"))
        return card

    def quote(self, request: GenerationRequest) -> Quote:
        """What a request costs at most; raises ProviderRefused when it has no price."""
        try:
            return quote_price(self.card(request), request)
        except ValueError as error:
            raise ProviderRefused(f"{error}.", remedy=Remedy("choose another model or another length")) from error

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """Every reason against a request: the card's limits, its end of life, and the provider's own rules."""
        card = self.card(request)
        found = [*check_card(card, request, self.today), *self.counter(request).provider.preflight(request)]
        return tuple(found)

    def require_fit(self, request: GenerationRequest, where: str) -> None:
        """Raise ProviderRefused, with every reason, for a request that must not be sent."""
        stops = [issue for issue in self.preflight(request) if issue.stops]
        if stops:
            words = "; ".join(issue.message for issue in stops)
            remedy = Remedy("; ".join(issue.remedy for issue in stops if issue.remedy) or "change the order")
            raise ProviderRefused(f"{words} Nothing was sent.", where=where, remedy=remedy)


def check_card(card: ModelCard, request: GenerationRequest, today: str) -> Iterator[Issue]:
    """What a model card says against a request. Settings it does not take are listed, not stopped."""
    if card.ends_on and today > card.ends_on:
        yield Issue("model-ended", f"{card.name} could be asked until {card.ends_on}.", "choose its successor")
    if card.medium is not request.medium:
        yield Issue("medium-wrong", f"{card.name} makes {card.medium.value}, not {request.medium.value}.")
    if request.duration_ms and card.durations.longest and card.durations.slot(request.duration_ms) is None:
        longest = f"{card.durations.longest / 1000:g} s"
        yield Issue("too-long", f"{card.name} makes at most {longest}.", "make the shot shorter, or take another model")
    for word, given, choices in (
        ("aspect", request.aspect, card.aspects),
        ("resolution", request.resolution, card.resolutions),
    ):
        if choices and given not in choices:
            yield Issue(f"{word}-unknown", f"{card.name} has no {word} {given or '(none)'}.", f"use one of {choices}")
    yield from _check_prompt(card, request)
    yield from _check_inputs(card, request)
    if request.negatives and not card.takes_negatives:
        yield Issue("negatives-left-out", f"{card.name} takes no negatives.", stops=False)
    if request.camera_fixed and not card.takes_camera_fixed:
        yield Issue("camera-fixed-left-out", f"{card.name} has no switch for a fixed camera.", stops=False)


def _check_prompt(card: ModelCard, request: GenerationRequest) -> Iterator[Issue]:
    length = len(request.prompt.encode("utf-16-le")) // 2 if card.prompt_unit == "utf16" else len(request.prompt)
    if card.prompt_limit and length > card.prompt_limit:
        message = f"The prompt has {length} characters, {card.name} takes {card.prompt_limit}."
        yield Issue("prompt-too-long", message, "shorten it")
    if len(request.shots) > card.most_shots:
        yield Issue("too-many-shots", f"{card.name} takes at most {card.most_shots} shots in one request.")


def _check_inputs(card: ModelCard, request: GenerationRequest) -> Iterator[Issue]:
    roles = {item.role for item in request.inputs}
    for role in sorted(roles, key=lambda role: role.value):
        yield from _check_role(card, role, request)
    for limit in card.inputs:
        if len(request.of_role(limit.role)) < limit.least:
            yield Issue("input-missing", f"{card.name} needs {limit.least} {limit.role.value}.")
    groups = [group for group in card.exclusive if roles.intersection(group)]
    if len(groups) > 1:
        names = " or ".join("/".join(role.value for role in group) for group in groups)
        yield Issue("inputs-exclusive", f"{card.name} takes either {names}, not both.")


def _check_role(card: ModelCard, role: Role, request: GenerationRequest) -> Iterator[Issue]:
    """What speaks against the inputs of one role: too many, too long, or not without others beside them."""
    limit, given = card.limit(role), request.of_role(role)
    if limit is None:
        yield Issue("input-unknown", f"{card.name} takes no {role.value}.", "leave it out")
        return
    if len(given) > limit.most:
        yield Issue("too-many-inputs", f"{card.name} takes {limit.most} {role.value}, {len(given)} are given.")
    elif limit.most_total_ms and sum(item.duration_ms for item in given) > limit.most_total_ms:
        yield Issue("inputs-too-long", f"{card.name} takes {limit.most_total_ms / 1000:g} s of {role.value}.")
    if limit.beside and not request.of_role(*limit.beside):
        names = " or ".join(other.value for other in limit.beside)
        message = f"{card.name} takes {role.value} only together with {names}."
        yield Issue("input-alone", message, f"give it {names}, or leave {role.value} out")
