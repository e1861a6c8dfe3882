"""fal: bodies of every model, the returned paths, failures that look like successes, the list, prices."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.providers.golden_calls import catch_submit, check_golden, describe_call

from workprint.adapters.providers.fal import PROVIDER
from workprint.adapters.providers.fal.states import read_failure, read_outputs, read_refusal
from workprint.film.model_card import Recovery
from workprint.film.money import NOTHING
from workprint.film.request import GenerationRequest, ShotPart
from workprint.lab.exchange import Reply
from workprint.ports.provider import (
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    Found,
    JobPhase,
    NotFound,
    OutcomeUnknown,
    Provider,
    Receipt,
    Trouble,
)
from workprint.testing.fakes.fal import FakeFal
from workprint.testing.fakes.faults import Outcome, drop_after
from workprint.testing.fakes.loopback import answer_json
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import full_requests, plain_request

MODELS = {card.model: card for card in PROVIDER.models}
PIKA = MODELS["fal-ai/pika/v2.2/text-to-video"]
KLING = MODELS["fal-ai/kling-video/v3/standard/text-to-video"]


def _list_modes() -> Iterator[tuple[str, GenerationRequest]]:
    """The plain request of every model, and the richest one."""
    for card in PROVIDER.models:
        name = card.model.removeprefix("fal-ai/").replace("/", "_")
        plain = plain_request(card)
        yield name, plain
        richest = max(full_requests(card), key=lambda request: len(request.inputs))
        if richest != plain or card.takes_negatives:
            negatives = ("blur", "text") if card.takes_negatives else ()
            knobs = {"cfg_scale": 0.7} if "kling" in name else {}
            yield f"{name}_full", replace(richest, seed=7, negatives=negatives, knobs=knobs)
    shots = (ShotPart("She opens the box.", 3000), ShotPart("The lamp glows.", 5000))
    yield "kling_shots", replace(plain_request(KLING), shots=shots, duration_ms=8000, audio=True)


@pytest.mark.parametrize(("name", "request_"), _list_modes(), ids=lambda value: value if isinstance(value, str) else "")
def test_bodies_are_as_kept(name: str, request_: GenerationRequest) -> None:
    """What is sent for each model and mode is what the kept file says."""
    with FakeFal() as fake:
        callback = "https://film.example/hooks/fal/attempt-0000/token"
        call = asyncio.run(catch_submit(PROVIDER, fake, request_, callback))
        headers = ("x-fal-no-retry", "x-fal-request-timeout", "content-type")
        check_golden("fal", name, describe_call(call, fake.url, headers))


def _open(fake: FakeFal) -> Provider:
    return PROVIDER.make(open_account(fake))


def test_a_ticket_is_the_returned_path_below_owner_and_app() -> None:
    """The model's own path is dropped in tickets, and a foreign host in an answer never gets our key."""

    async def run(fake: FakeFal) -> tuple[str, str]:
        provider = _open(fake)
        first = await submit(provider, plain_request(PIKA))
        fake.returned_host = "https://queue.falrun.com"
        second = await submit(provider, plain_request(PIKA))
        return first.ticket, second.ticket

    with FakeFal() as fake:
        assert asyncio.run(run(fake)) == tuple(f"fal-ai/pika/requests/{job}" for job in fake.jobs)


@pytest.mark.parametrize(
    ("outcome", "phase", "trouble"),
    [
        (Outcome.FAIL, JobPhase.FAILED, Trouble.PROVIDER_ERROR),
        (Outcome.MODERATED_INPUT, JobPhase.MODERATED, Trouble.MODERATED_INPUT),
        (Outcome.MODERATED_OUTPUT, JobPhase.MODERATED, Trouble.MODERATED_OUTPUT),
    ],
)
def test_completed_may_be_a_failure(outcome: Outcome, phase: JobPhase, trouble: Trouble) -> None:
    """COMPLETED with an error as its result is told as what it is; what used no GPU is told as free."""

    async def run(fake: FakeFal) -> None:
        provider = _open(fake)
        state = await wait_for_end(provider, await submit(provider, plain_request(PIKA)))
        assert (state.raw, state.phase, state.trouble) == ("COMPLETED", phase, trouble)
        assert state.charge == (None if outcome is Outcome.MODERATED_OUTPUT else NOTHING)
        assert (fake.billed > 0) == (outcome is Outcome.MODERATED_OUTPUT)

    with FakeFal() as fake:
        fake.decide(outcome)
        asyncio.run(run(fake))


def test_a_blackened_picture_is_moderation() -> None:
    """A success whose safety checker blackened the picture is no success."""
    state = read_outputs(
        {"images": [{"url": "https://v3.fal.media/black.png"}], "has_nsfw_concepts": [True], "seed": 3}
    )
    assert (state.phase, state.trouble, state.outputs) == (JobPhase.MODERATED, Trouble.MODERATED_OUTPUT, ())


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("request_timeout", Trouble.TIMEOUT),
        ("runner_scheduling_failure", Trouble.CAPACITY),
        ("runner_connection_refused", Trouble.PROVIDER_ERROR),
        ("internal_error", Trouble.PROVIDER_ERROR),
        ("bad_request", Trouble.INVALID_INPUT),
    ],
)
def test_request_errors_are_told_apart(code: str, trouble: Trouble) -> None:
    """Each `error_type` of a completed request is the trouble it stands for; at submit the same 504 proves nothing."""
    body = answer_json({"detail": "no", "error_type": code}).body
    failure = read_failure(Reply(504, {}, body), "COMPLETED")
    assert failure is not None
    assert (failure.phase, failure.trouble, failure.code) == (JobPhase.FAILED, trouble, code)
    assert read_refusal(Reply(504, {}, body))[0] is None


def test_an_empty_purse_is_told() -> None:
    """A locked account is a matter of budget, not of the key."""
    body = answer_json({"detail": "User is locked. Reason: Exhausted balance."}).body
    assert read_refusal(Reply(403, {}, body))[0] is Trouble.BUDGET


def test_the_list_is_read_to_its_end() -> None:
    """The attempt is found on a later page, by its own seed among requests that are alike."""

    async def run(fake: FakeFal) -> None:
        provider = _open(fake)
        tickets = [(await submit(provider, plain_request(PIKA), number=number)).ticket for number in range(5)]
        for number, ticket in enumerate(tickets):
            assert await provider.reconcile(plain_request(PIKA), make_key(number)) == Found(ticket)
        late = AttemptKey("attempt-0004", make_key(4).seed, next(iter(fake.jobs.values())).created_s + 3600)
        assert await provider.reconcile(plain_request(PIKA), late) == NotFound()

    with FakeFal() as fake:
        asyncio.run(run(fake))
        assert fake.count("list") >= 5


def test_what_the_list_cannot_show_is_not_claimed_absent() -> None:
    """Two alike under a fixed seed, a list without inputs, and a model without a seed end in not knowing."""

    async def run(fake: FakeFal) -> None:
        provider = _open(fake)
        fixed = replace(plain_request(PIKA), seed=5)
        await submit(provider, fixed, number=1)
        assert isinstance(await provider.reconcile(fixed, make_key(1)), Found)
        await submit(provider, fixed, number=2)
        assert isinstance(await provider.reconcile(fixed, make_key(1)), CannotKnow)
        assert isinstance(await provider.reconcile(plain_request(KLING), make_key(1)), CannotKnow)
        fake.lists_inputs = False
        assert isinstance(await provider.reconcile(plain_request(PIKA), make_key(9)), CannotKnow)

    with FakeFal() as fake:
        asyncio.run(run(fake))


def test_a_running_request_may_be_hidden_until_its_settle_time() -> None:
    """If fal lists only what has ended, a lost request shows when it ends; the settle time covers start and run."""

    async def run(fake: FakeFal) -> None:
        fake.lists_running = False
        provider = _open(fake)
        fake.misbehave(drop_after("submit"))
        with pytest.raises(OutcomeUnknown):
            await submit(provider, plain_request(PIKA))
        assert await provider.reconcile(plain_request(PIKA), make_key(1)) == NotFound()
        ticket = f"fal-ai/pika/requests/{next(iter(fake.jobs))}"
        for _ in range(3):
            await provider.poll(ticket)
        assert await provider.reconcile(plain_request(PIKA), make_key(1)) == Found(ticket)
        deadline_s = float(next(call for kind, call in fake.calls if kind == "submit").headers["x-fal-request-timeout"])
        assert provider.limits.settle_s > deadline_s

    with FakeFal() as fake:
        asyncio.run(run(fake))


def test_a_cancel_that_comes_late_is_called_late() -> None:
    """An accepted wish to cancel a running request is no end: it runs on, and is told so."""

    async def run(fake: FakeFal) -> tuple[CancelOutcome, CancelOutcome, CancelOutcome]:
        provider = _open(fake)
        queued = await submit(provider, plain_request(PIKA), number=1)
        running = await submit(provider, plain_request(PIKA), number=2)
        for _ in range(2):
            await provider.poll(running.ticket)
        early, late = await provider.cancel(queued.ticket), await provider.cancel(running.ticket)
        await wait_for_end(provider, running)
        return early, late, await provider.cancel(running.ticket)

    with FakeFal() as fake:
        assert asyncio.run(run(fake)) == (CancelOutcome.STOPPED, CancelOutcome.TOO_LATE, CancelOutcome.TOO_LATE)


def test_preflight_names_what_cannot_go_together() -> None:
    """Shots with a last frame, and several FLUX.2 pictures in one call, are refused before anything is sent."""
    with FakeFal() as fake:
        provider = _open(fake)
        card = MODELS["fal-ai/kling-video/v3/pro/image-to-video"]
        both = max(full_requests(card), key=lambda request: len(request.inputs))
        both = replace(both, shots=(ShotPart("a", 3000),))
        assert [issue.code for issue in provider.preflight(both)] == ["shots-with-last-frame"]
        many = replace(plain_request(MODELS["fal-ai/flux-2-pro"]), knobs={"count": 3})
        assert [issue.code for issue in provider.preflight(many)] == ["one-picture-a-call"]
        dear = replace(
            plain_request(MODELS["fal-ai/flux/dev"]), knobs={"num_images": 4, "seed": 1, "guidance_scale": 3}
        )
        assert [issue.code for issue in provider.preflight(dear)] == ["knob-decides-price"] * 2
        assert provider.preflight(plain_request(PIKA)) == ()


def test_the_id_a_webhook_knows_is_a_ticket_too() -> None:
    """A lost request that only its webhook told of is found below its app, polled, fetched and cancelled by its id."""

    async def run(fake: FakeFal) -> None:
        provider = _open(fake)
        fake.misbehave(drop_after("submit"))
        with pytest.raises(OutcomeUnknown):
            await submit(provider, plain_request(KLING))
        job = next(iter(fake.jobs.values()))
        assert (await provider.poll(job.id)).phase is JobPhase.QUEUED
        asked = fake.count("poll")
        state = await wait_for_end(provider, Receipt(job.id))
        assert state.outputs
        assert fake.count("poll") - asked == 2, "the apps are asked once"
        assert await provider.cancel(job.id) is CancelOutcome.TOO_LATE
        assert (await provider.poll("nobody-knows")).phase is JobPhase.EXPIRED

    with FakeFal() as fake:
        asyncio.run(run(fake))


def test_uploads_arrive_whole_and_the_cdn_never_sees_our_key() -> None:
    """The bytes the CDN holds are the input's, and its calls carry its own token only."""

    async def run(fake: FakeFal) -> None:
        provider = _open(fake)
        await submit(provider, plain_request(MODELS["fal-ai/pika/v2.2/pikaframes"]))

    with FakeFal() as fake:
        asyncio.run(run(fake))
        uploads = [call for kind, call in fake.calls if call.path == "/files/upload"]
        assert [call.body for call in uploads] == list(fake.files.values()) * 2
        assert all(fake.secrets["FAL_KEY"] not in str(call.headers) for call in uploads)


def test_cards_without_a_seed_do_not_claim_the_list() -> None:
    """Only models that take a seed are called recoverable by the list."""
    for card in PROVIDER.models:
        takes_seed = card.seed.value != "none"
        assert (card.recovery is Recovery.BY_LIST) == takes_seed, card.name
