"""The contract suite of providers: what every adapter must do, checked against its fake, found by looking.

`find_pairs` lists every provider with its fake. Each check is a function that raises AssertionError with a sentence.
Checks ask the card what a model can do, never for a provider's name.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

import workprint.testing.fakes
from workprint.adapters.providers import find_providers
from workprint.film.model_card import ModelCard, Recovery
from workprint.film.pricing import quote_price
from workprint.film.request import GenerationRequest
from workprint.ports.provider import (
    Account,
    AskFailed,
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    Found,
    JobPhase,
    JobState,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Provider,
    ProviderCard,
    Receipt,
    Rejected,
    Trouble,
)
from workprint.testing.card_contract import list_sold
from workprint.testing.fakes.faults import Fault, Outcome, break_after, drop_after, garble, refuse, wrap_in_html
from workprint.testing.fakes.studio import CANARY, FakeProvider
from workprint.testing.provider_samples import full_requests, lay_out_inputs, plain_request

ANSWER_S = 15.0
"""Time-out of answers in the suite: loopback answers in milliseconds, a busy machine in seconds."""

MOST_POLLS = 12


@dataclass(frozen=True)
class Pair:
    """A provider and how its fake is made; `make_fake` is None for one that has none."""

    card: ProviderCard
    make_fake: Callable[[], FakeProvider] | None


def find_fakes() -> dict[str, Callable[..., FakeProvider]]:
    """Every fake, by the provider it stands for."""
    found: dict[str, Callable[..., FakeProvider]] = {}
    for info in pkgutil.iter_modules(workprint.testing.fakes.__path__):
        module = importlib.import_module(f"workprint.testing.fakes.{info.name}")
        if hasattr(module, "FAKE"):
            found[module.FAKE.provider] = module.FAKE
    return found


def find_pairs() -> tuple[Pair, ...]:
    """Every provider with its fake."""
    fakes = find_fakes()
    return tuple(Pair(card, fakes.get(card.name)) for card in find_providers())


def open_account(fake: FakeProvider, *, answer_s: float = ANSWER_S) -> Account:
    """An account at a fake, with the secrets and settings it accepts."""
    return Account(fake.url, lambda name: fake.secrets[name], _scrub, 2.0, answer_s, dict(fake.settings))


def _scrub(text: str) -> str:
    return re.sub(rf"[\w-]*{CANARY}[\w-]*", "[secret]", text)


# What an adapter must do, against its fake.


async def submit(
    provider: Provider,
    request: GenerationRequest,
    *,
    number: int = 1,
    callback: str = "",
    seed: int = 70_001,
    intent_s: float = 0.0,
) -> Receipt:
    """Prepare and submit as the engine does."""
    with tempfile.TemporaryDirectory(prefix="workprint-contract-") as folder:
        prepared = await provider.prepare_inputs(request, lay_out_inputs(request, Path(folder)))
    return await provider.submit(request, prepared, make_key(number, seed, intent_s), callback)


def make_key(number: int, seed: int = 70_001, intent_s: float = 0.0) -> AttemptKey:
    """The key of the n-th attempt; without a time its window begins long ago, as the fake's clock is the real one."""
    return AttemptKey(f"attempt-{number:04d}", seed + number, intent_s)


async def wait_for_end(provider: Provider, receipt: Receipt) -> JobState:
    """Poll to the end; fails when it does not come."""
    state = receipt.state
    for _ in range(MOST_POLLS):
        if state is not None and state.phase.is_over:
            return state
        state = await provider.poll(receipt.ticket)
    raise AssertionError(f"still {state.raw if state else '?'} after {MOST_POLLS} polls")


async def check_happy_path(pair: Pair) -> None:
    """Every request a card allows is taken by the fake, ends with an output, and costs at most what was quoted."""
    assert pair.make_fake is not None
    for model in list_sold(pair.card):
        for wanted in full_requests(model):
            with pair.make_fake() as fake:
                provider = pair.card.make(open_account(fake))
                request = _allow(provider, model, wanted)
                if request is None:
                    continue
                state = await wait_for_end(provider, await submit(provider, request))
                await provider.close()
                assert state.phase is JobPhase.SUCCEEDED, f"{model.name}: {state.phase} {state.raw} {state.message}"
                assert state.outputs, f"{model.name} made nothing"
                for output in state.outputs:
                    body = output.data or httpx.get(output.address, headers=dict(output.headers)).content
                    assert len(body) > 60, f"{model.name}: {output.role} has {len(body)} bytes"
                quote = quote_price(model, request).amount.micros
                assert fake.billed <= quote, f"{model.name} billed {fake.billed}, quoted {quote} micro-dollars"
                assert fake.billed >= quote * 0.5, f"{model.name} billed {fake.billed}, quoted far more: {quote}"
                assert state.charge is None or state.charge.micros == fake.billed, (
                    f"{model.name}: a wrong charge is told"
                )
                assert fake.count("submit") == 1, f"{model.name} sent {fake.count('submit')} paid requests"


async def check_retired(pair: Pair) -> None:
    """A model whose last day is over is refused by the provider: its card is there so that we refuse it first."""
    assert pair.make_fake is not None
    for model in set(pair.card.models).difference(list_sold(pair.card)):
        with pair.make_fake() as fake:
            provider = pair.card.make(open_account(fake))
            try:
                await submit(provider, plain_request(model))
            except Rejected as refusal:
                trouble: Trouble | None = refusal.trouble
            else:
                trouble = None
            assert trouble is not None, f"{model.name} ended on {model.ends_on}, and was sold"
            assert not trouble.is_passing, f"{model.name}: {trouble}"
            await provider.close()


def _allow(provider: Provider, model: ModelCard, request: GenerationRequest) -> GenerationRequest | None:
    """The request, or its longest form where only that passes the adapter's own preflight; None when neither does."""
    longest = replace(request, duration_ms=model.durations.longest or request.duration_ms)
    for form in (request, longest):
        if not any(issue.stops for issue in provider.preflight(form)):
            return form
    assert request != plain_request(model), f"{model.name}: its own preflight stops the simplest request"
    return None


async def check_refusals(pair: Pair) -> None:
    """Each refusal is told by its kind, sends one request and costs nothing."""
    if pair.card.sends_in_process:
        return  # there is no wire that could break
    cases = (
        (refuse("submit", 401), Trouble.AUTH),
        (refuse("submit", 429, {"retry-after": "7"}), Trouble.RATE_LIMITED),
        (refuse("submit", 429), Trouble.RATE_LIMITED),
    )
    for fault, trouble in cases:
        async with _submitted(pair, fault) as (refusal, fake, _):
            assert isinstance(refusal, Rejected), f"{fault.name}: {refusal!r}"
            assert refusal.trouble is trouble, f"{fault.name}: {refusal.trouble}"
            if "retry-after" in fault.name:
                assert refusal.retry_after_s == 7, f"{fault.name}: asked to wait {refusal.retry_after_s}"
            assert (fake.billed, fake.count("submit")) == (0, 1), f"{fault.name}: billed or sent again"
    async with _submitted(pair, Outcome.MODERATED_INPUT) as (refusal, fake, provider):
        if not fake.moderates:
            return
        if isinstance(refusal, Receipt):  # it takes everything, and moderates afterwards
            state = await wait_for_end(provider, refusal)
            assert state.phase is JobPhase.MODERATED, f"moderation: {state.phase}"
        else:
            assert isinstance(refusal, Rejected), f"moderation: {refusal!r}"
            assert refusal.trouble is Trouble.MODERATED_INPUT, f"moderation: {refusal.trouble}"
        assert fake.billed == 0


async def check_unknown_outcomes(pair: Pair) -> None:
    """An answer that proves nothing is never taken for a refusal: the job exists, and was asked for once."""
    if pair.card.sends_in_process:
        return  # there is no wire that could break
    faults = (drop_after("submit"), break_after("submit", 500), break_after("submit", 502), garble("submit"))
    for fault in (*faults, wrap_in_html("submit")):
        async with _submitted(pair, fault) as (refusal, fake, _):
            assert isinstance(refusal, OutcomeUnknown), f"{fault.name}: {refusal!r}"
            assert fake.count("submit") == 1, f"{fault.name}: sent {fake.count('submit')} times"
            assert len(fake.jobs) == 1
    assert pair.make_fake is not None
    gone = pair.make_fake().start()
    provider = pair.card.make(open_account(gone))
    gone.stop()
    request = plain_request(pair.card.models[0])
    if not any(item for item in request.inputs):
        try:
            await submit(provider, request)
        except NotSent:
            return
        raise AssertionError("nobody listens, and yet it was sent")


async def check_endings(pair: Pair) -> None:
    """Each ending of a job is told as what it is; an unknown state is running; a forgotten job is over."""
    expected = {
        Outcome.FAIL: (JobPhase.FAILED,),
        Outcome.MODERATED_OUTPUT: (JobPhase.MODERATED,),
        Outcome.CANCELLED: (JobPhase.CANCELLED,),
        Outcome.ODD_STATE: (JobPhase.SUCCEEDED,),
        Outcome.LOST: (JobPhase.EXPIRED, JobPhase.FAILED),
        Outcome.NO_OUTPUT: (JobPhase.SUCCEEDED,),
    }
    for outcome, phases in expected.items():
        async with _submitted(pair, outcome) as (receipt, fake, provider):
            if outcome is Outcome.CANCELLED and not fake.can_end_cancelled:
                phases = (JobPhase.FAILED,)
            if outcome is Outcome.MODERATED_OUTPUT and not fake.moderates:
                continue
            if outcome in CANNOT_HAPPEN_AT_ONCE and pair.card.sends_in_process:
                continue  # nobody else can reach it
            if not isinstance(receipt, Receipt) or (receipt.state is not None and outcome in CANNOT_HAPPEN_AT_ONCE):
                continue  # a synchronous provider tells its end at once; the fault table looks at that
            state = await wait_for_end(provider, receipt)
            assert state.phase in phases, f"{outcome.value}: {state.phase}"
            if outcome is Outcome.NO_OUTPUT:
                assert not [item for item in state.outputs if item.address or item.data], "an output out of nothing"


CANNOT_HAPPEN_AT_ONCE = (Outcome.CANCELLED, Outcome.LOST, Outcome.ODD_STATE)
"""Endings that take a job that waits, at somebody else's."""


async def check_reconciliation(pair: Pair) -> None:
    """A lost answer is found again where the card says so; what never arrived is not found."""
    assert pair.make_fake is not None
    model = pair.card.models[0]
    if model.replay_life_s:
        return  # looking for an attempt is submitting it again there: see provider_replay
    request = plain_request(model)
    with pair.make_fake() as fake:
        provider = pair.card.make(open_account(fake))
        before = await provider.reconcile(request, make_key(1))
        await _lose_answer(pair, fake, provider, request)
        alone = await provider.reconcile(request, make_key(1))
        await submit(provider, request, number=2)
        after = await provider.reconcile(request, make_key(1))
        if model.recovery in (Recovery.BY_KEY, Recovery.BY_LIST):
            assert isinstance(before, NotFound), f"before it was sent: {before!r}"
            assert isinstance(alone, Found), f"class {model.recovery.value} does not find its only job: {alone!r}"
            if not model.is_marked:
                assert isinstance(after, CannotKnow), f"twins cannot be told apart, and yet: {after!r}"
                return
            assert isinstance(after, Found), f"class {model.recovery.value} does not find its job: {after!r}"
            ours = await provider.reconcile(request, make_key(2))
            assert isinstance(ours, Found), f"the second job is not found: {ours!r}"
            assert after.ticket != ours.ticket, "two attempts are taken for one job"
        else:
            assert not isinstance(after, (Found, NotFound)), f"class {model.recovery.value} claims to know: {after!r}"
        await provider.close()


async def _lose_answer(pair: Pair, fake: FakeProvider, provider: Provider, request: GenerationRequest) -> None:
    """Submit a request whose answer does not arrive; in process nothing can get lost, and it is simply submitted."""
    if pair.card.sends_in_process:
        await submit(provider, request)
        return
    fake.misbehave(drop_after("submit"))
    try:
        await submit(provider, request)
    except OutcomeUnknown:
        return
    raise AssertionError("a dropped answer was taken for one")


async def check_cancel(pair: Pair) -> None:
    """Cancel tells the truth: what it calls free is not billed, what it calls too late goes on."""
    assert pair.make_fake is not None
    with pair.make_fake() as fake:
        provider = pair.card.make(open_account(fake))
        receipt = await submit(provider, plain_request(pair.card.models[0]))
        outcome = await provider.cancel(receipt.ticket)
        if outcome is CancelOutcome.FREE:
            assert fake.billed == 0, "called free, and billed"
        if outcome is CancelOutcome.CHARGED:
            assert fake.billed > 0, "called charged, and not billed"
        if outcome in (CancelOutcome.TOO_LATE, CancelOutcome.UNSUPPORTED):
            state = await wait_for_end(provider, receipt)
            assert state.phase is JobPhase.SUCCEEDED, f"too late, and yet {state.phase}"
        await provider.close()


async def check_free_calls(pair: Pair) -> None:
    """A poll that fails is told as a failed question, never as the end of the job, and can be asked again."""
    if pair.card.sends_in_process:
        return  # there is no wire that could break
    async with _submitted(pair) as (receipt, fake, provider):
        assert isinstance(receipt, Receipt), repr(receipt)
        if receipt.state is not None and receipt.state.phase.is_over:
            return
        throttled = refuse("poll", 429, {"retry-after": "3"})
        for fault in (throttled, break_after("poll", 503), garble("poll"), drop_after("poll")):
            fake.misbehave(fault)
            trouble = await _ask(provider, receipt.ticket)
            assert isinstance(trouble, Trouble), f"{fault.name}: read as {trouble}"
            assert trouble.is_passing, f"{fault.name}: {trouble}"
        state = await wait_for_end(provider, receipt)
        assert state.phase is JobPhase.SUCCEEDED


async def _ask(provider: Provider, ticket: str) -> Trouble | JobPhase:
    try:
        return (await provider.poll(ticket)).phase
    except AskFailed as error:
        return error.trouble


async def check_keys(pair: Pair) -> None:
    """`doctor` learns whether a key works without spending."""
    assert pair.make_fake is not None
    with pair.make_fake() as fake:
        good = await pair.card.make(open_account(fake)).check_key()
        account = open_account(fake)
        wrong = Account(account.base_url, lambda name: "wrong", _scrub, 2.0, ANSWER_S, account.settings)
        bad = await pair.card.make(wrong).check_key()
        assert good.works is not False, good.detail
        assert bad.works is not True or not pair.card.secrets, bad.detail
        assert fake.billed == 0, "asking cost something"


ADAPTER_CHECKS: tuple[Callable[[Pair], Coroutine[Any, Any, None]], ...] = (
    check_happy_path,
    check_retired,
    check_refusals,
    check_unknown_outcomes,
    check_endings,
    check_reconciliation,
    check_cancel,
    check_free_calls,
    check_keys,
)
"""Every check of an adapter against its fake; each is a coroutine function of a pair."""


Submitted = tuple[Receipt | Rejected | OutcomeUnknown | NotSent, FakeProvider, Provider]


@asynccontextmanager
async def _submitted(pair: Pair, wish: Fault | Outcome | None = None) -> AsyncIterator[Submitted]:
    """The plain request, submitted to a fresh fake that was told to misbehave; the fake goes on until the end."""
    assert pair.make_fake is not None
    with pair.make_fake() as fake:
        if isinstance(wish, Fault):
            fake.misbehave(wish)
        if isinstance(wish, Outcome):
            fake.decide(wish)
        provider = pair.card.make(open_account(fake))
        came: Receipt | Rejected | OutcomeUnknown | NotSent
        try:
            came = await submit(provider, plain_request(pair.card.models[0]))
        except (Rejected, OutcomeUnknown, NotSent) as refusal:
            came = refusal
        yield came, fake, provider
        await provider.close()
