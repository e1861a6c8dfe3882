"""What is special about Comfy Router: one job a key however often it is sent, and a queue with one end."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.providers.golden_bodies import assert_golden

from workprint.adapters.providers.comfy_router import PROVIDER
from workprint.adapters.providers.comfy_router.bodies import build_body
from workprint.adapters.providers.comfy_router.cards import REPLAY_LIFE_S
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.lab.picture_headers import read_facts
from workprint.ports.provider import (
    AskFailed,
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    Found,
    JobPhase,
    OutcomeUnknown,
    PreparedInput,
    Receipt,
    Rejected,
    Trouble,
)
from workprint.testing.fakes.comfy_router import FakeComfyRouter
from workprint.testing.fakes.faults import Fault, Outcome, break_after, drop_after, drop_before
from workprint.testing.fakes.loopback import Answer, answer_json
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import lay_out_inputs, make_input

KEY = AttemptKey("wp-7f3a-1", 12345, 1_790_000_000.0)
H3 = GenerationRequest(
    Medium.VIDEO, "comfy_router/minimax/minimax-h3", "A brass lamp at dusk.", (), 5000, "9:16", "768P", audio=True
)
SEEDANCE = replace(H3, model="comfy_router/byteplus/dreamina-seedance-2-0-260128", aspect="16:9", resolution="720p")
FIRST = PreparedInput(Role.FIRST_FRAME, "data:image/png;base64,iVBORw0KFIRST", "image/png")
PICTURE = PreparedInput(Role.REFERENCE_IMAGE, "data:image/jpeg;base64,/9j/REFERENCE", "image/jpeg")
CLIP = PreparedInput(Role.REFERENCE_VIDEO, "data:video/mp4;base64,AAAAIGZ0", "video/mp4", 2000)
CASES = {
    "h3": (replace(H3, seed=7), ()),
    "h3-references": (H3, (PICTURE, CLIP)),
    "seedance": (SEEDANCE, (FIRST,)),
    "seedance-2-5-frame": (replace(SEEDANCE, model="comfy_router/byteplus/dreamina-seedance-2-5-260628"), (FIRST,)),
}


def _place(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> GenerationRequest:
    return replace(request, inputs=tuple(make_input(item.role) for item in prepared))


def _refuse(status: int, kind: str, **headers: str) -> Fault:
    """A submission that is refused with a kind in the header."""
    answer = answer_json({"detail": "words"}, status, x_comfy_error_type=kind, **headers)
    return Fault(kind, "submit", False, lambda _: answer)


@pytest.mark.parametrize("name", CASES)
def test_body_of_each_kind(name: str) -> None:
    """Each maker's body is sent as its golden file says, and is the same whenever it is built for one attempt."""
    request, prepared = CASES[name]
    placed = _place(request, prepared)
    body = build_body(placed, prepared, KEY)
    assert body == build_body(placed, prepared, replace(KEY, intent_s=0.0))
    assert_golden("comfy_router", name, body)


def test_one_job_however_often_a_key_is_sent() -> None:
    """Submits, lost answers and reconciliations of one attempt in any order: one job, one charge, one ticket."""

    async def run() -> None:
        now = time.time()
        with FakeComfyRouter() as fake:
            provider = PROVIDER.make(open_account(fake))
            fake.misbehave(drop_after("submit"), break_after("submit", 502), drop_before("submit"))
            with pytest.raises(OutcomeUnknown):
                await submit(provider, H3, intent_s=now)
            for _ in range(2):
                with pytest.raises(AskFailed) as caught:
                    await provider.reconcile(H3, make_key(1, intent_s=now))
                assert caught.value.trouble.is_passing
            found = await provider.reconcile(H3, make_key(1, intent_s=now))
            assert isinstance(found, Found)
            assert (await submit(provider, H3, intent_s=now)).ticket == found.ticket
            state = await wait_for_end(provider, Receipt(found.ticket))
            assert state.phase is JobPhase.SUCCEEDED
            # Long after the end the record still answers with the same request.
            assert await provider.reconcile(H3, make_key(1, intent_s=now)) == found
            assert (len(fake.jobs), fake.billed) == (1, 400_000)
            await provider.close()

    asyncio.run(run())


def test_inputs_are_at_hand_until_the_answer_comes(tmp_path: Path) -> None:
    """With inputs the replay is the same body while this process lives; after a restart a submit with the key is."""

    async def run() -> None:
        now = time.time()
        request = replace(H3, inputs=(make_input(Role.FIRST_FRAME),))
        key = make_key(1, intent_s=now)
        with FakeComfyRouter() as fake:
            provider, restarted = PROVIDER.make(open_account(fake)), PROVIDER.make(open_account(fake))
            prepared = await provider.prepare_inputs(request, lay_out_inputs(request, tmp_path))
            fake.misbehave(drop_after("submit"))
            with pytest.raises(OutcomeUnknown):
                await provider.submit(request, prepared, key, "")
            assert isinstance(await restarted.reconcile(request, key), CannotKnow)
            found = await provider.reconcile(request, key)
            assert isinstance(found, Found)
            again = await restarted.submit(request, prepared, key, "")
            assert again.ticket == found.ticket
            assert len(fake.jobs) == 1
            # Answered, its bytes are let go: nothing but the key is left to ask with.
            assert isinstance(await provider.reconcile(request, key), CannotKnow)
            await provider.close()
            await restarted.close()

    asyncio.run(run())


def test_an_old_key_is_never_sent_again() -> None:
    """A key near the end of its record, or without a time, is not sent: it would make and pay a second job."""

    async def run() -> None:
        with FakeComfyRouter() as fake:
            provider = PROVIDER.make(open_account(fake))
            now = time.time()
            for intent_s in (0.0, now - REPLAY_LIFE_S, now + 3600):
                assert isinstance(await provider.reconcile(H3, make_key(1, intent_s=intent_s)), CannotKnow)
            assert fake.count("submit") == 0
            assert isinstance(await provider.reconcile(H3, make_key(1, intent_s=now - REPLAY_LIFE_S + 60)), Found)
            await provider.close()

    asyncio.run(run())


def test_conflicts_are_no_refusals() -> None:
    """409 is about an earlier request of the key: unknown at submit; waiting, or not knowable, when replayed."""

    async def run() -> None:
        now = time.time()
        with FakeComfyRouter() as fake:
            provider = PROVIDER.make(open_account(fake))
            for kind in ("concurrency_limit_exceeded", "invalid_input"):
                fake.misbehave(_refuse(409, kind))
                with pytest.raises(OutcomeUnknown):
                    await submit(provider, H3)
            fake.misbehave(_refuse(409, "concurrency_limit_exceeded", retry_after="9"))
            with pytest.raises(AskFailed) as caught:
                await provider.reconcile(H3, make_key(1, intent_s=now))
            assert caught.value.trouble.is_passing
            fake.misbehave(_refuse(409, "invalid_input"))
            assert isinstance(await provider.reconcile(H3, make_key(1, intent_s=now)), CannotKnow)
            # The fake itself refuses another body under a known key.
            await submit(provider, H3, number=2, intent_s=now)
            other = await provider.reconcile(replace(H3, prompt="Another lamp."), make_key(2, intent_s=now))
            assert isinstance(other, CannotKnow)
            assert len(fake.jobs) == 1
            await provider.close()

    asyncio.run(run())


def test_a_refused_repeat_is_no_proof() -> None:
    """When the first answer was lost, a refusal of the repeat leaves the outcome unknown: the first may run."""

    async def run() -> None:
        now = time.time()
        with FakeComfyRouter() as fake:
            provider = PROVIDER.make(open_account(fake))
            fake.misbehave(drop_after("submit"), _refuse(429, "rate_limited"))
            for _ in range(2):
                with pytest.raises(OutcomeUnknown):
                    await submit(provider, H3, intent_s=now)
            assert isinstance(await provider.reconcile(H3, make_key(1, intent_s=now)), Found)
            assert len(fake.jobs) == 1
            await provider.close()

    asyncio.run(run())


def test_kinds_of_refusals() -> None:
    """The kind in the header decides; nothing on a 5xx is a refusal; a refused replay never says there is no job."""
    cases = {
        (401, "unauthorized"): Trouble.AUTH,
        (402, "insufficient_credits"): Trouble.BUDGET,
        (403, "not_enabled"): Trouble.UNSUPPORTED,
        (404, "model_not_found"): Trouble.INVALID_INPUT,
        (422, "invalid_input"): Trouble.INVALID_INPUT,
        (400, "content_policy_violation"): Trouble.MODERATED_INPUT,
        (429, "queue_backlog_full"): Trouble.CAPACITY,
        (429, "rate_limited"): Trouble.RATE_LIMITED,
        (503, "service_unavailable"): None,
        (504, "deadline_exceeded"): None,
        (500, "internal_error"): None,
    }

    async def run() -> None:
        now = time.time()
        with FakeComfyRouter() as fake:
            provider = PROVIDER.make(open_account(fake))
            for (status, kind), trouble in cases.items():
                fake.misbehave(_refuse(status, kind), _refuse(status, kind))
                with pytest.raises(Rejected if trouble else OutcomeUnknown) as caught:
                    await submit(provider, H3, intent_s=now)
                assert getattr(caught.value, "trouble", None) is trouble, kind
                try:
                    answer: object = await provider.reconcile(H3, make_key(1, intent_s=now))
                except AskFailed as error:
                    answer = error
                assert isinstance(answer, (AskFailed, CannotKnow)), kind
            assert not fake.jobs
            await provider.close()

    asyncio.run(run())


def test_completions() -> None:
    """COMPLETED is the only end: what it names tells success, refusal, failure and cancellation apart."""

    async def run() -> None:
        with FakeComfyRouter() as fake:
            fake.decide(Outcome.MODERATED_INPUT, Outcome.MODERATED_OUTPUT, Outcome.FAIL, Outcome.CANCELLED)
            provider = PROVIDER.make(open_account(fake))
            states = [await wait_for_end(provider, await submit(provider, H3, number=n)) for n in range(1, 5)]
            assert [(state.phase, state.code) for state in states] == [
                (JobPhase.MODERATED, "content_policy_violation"),
                (JobPhase.MODERATED, "content_policy_violation"),
                (JobPhase.FAILED, "provider_error"),
                (JobPhase.CANCELLED, "cancelled"),
            ]
            assert {state.raw for state in states} == {"COMPLETED"}
            assert fake.billed == 0
            await provider.close()

    asyncio.run(run())


def test_the_result_and_its_charge() -> None:
    """Seedance gives film and last frame, and its real charge in Comfy's credits; H3 gives a film and no charge."""

    async def run() -> None:
        with FakeComfyRouter() as fake:
            provider = PROVIDER.make(open_account(fake))
            state = await wait_for_end(provider, await submit(provider, SEEDANCE))
            assert [output.role for output in state.outputs] == ["video", "last_frame"]
            assert not state.outputs[0].is_refreshable
            assert read_facts(httpx.get(state.outputs[1].address).content).width == 128
            assert state.charge is not None
            assert state.charge.micros == fake.billed == 108_900 * 7
            other = await wait_for_end(provider, await submit(provider, H3, number=2))
            assert ([output.role for output in other.outputs], other.charge) == (["video"], None)
            await provider.close()

    asyncio.run(run())


def test_a_result_that_is_not_there_yet_and_one_that_aged_out() -> None:
    """A result still being written is running; one that cannot be fetched is asked again; an aged one is over."""

    async def run() -> None:
        with FakeComfyRouter() as fake:
            provider = PROVIDER.make(open_account(fake))
            receipt = await submit(provider, H3)
            for _ in range(2):
                await provider.poll(receipt.ticket)
            late = Fault("late", "fetch", False, lambda _: Answer(202, b"{}", {"retry-after": "2"}))
            gone = Fault("gone", "fetch", False, lambda answer: answer, 410)
            fake.misbehave(late, break_after("fetch", 503), gone)
            running = await provider.poll(receipt.ticket)
            assert (running.phase, running.retry_after_s) == (JobPhase.RUNNING, 2.0)
            with pytest.raises(AskFailed):
                await provider.poll(receipt.ticket)
            assert (await provider.poll(receipt.ticket)).phase is JobPhase.EXPIRED
            assert (await provider.poll("minimax/minimax-h3/requests/none")).phase is JobPhase.EXPIRED
            await provider.close()

    asyncio.run(run())


def test_cancel_believes_the_status_only() -> None:
    """What is queued is stopped for free; an accepted wish about a running request is not called a success."""

    async def run() -> None:
        with FakeComfyRouter(pace=(2, 2)) as fake:
            provider = PROVIDER.make(open_account(fake))
            queued, running = await submit(provider, H3), await submit(provider, H3, number=2)
            assert await provider.cancel(queued.ticket) is CancelOutcome.FREE
            for _ in range(3):
                await provider.poll(running.ticket)
            assert await provider.cancel(running.ticket) is CancelOutcome.TOO_LATE
            assert (await wait_for_end(provider, running)).phase is JobPhase.SUCCEEDED
            assert fake.billed == 400_000
            await provider.close()

    asyncio.run(run())


def test_preflight() -> None:
    """The makers' rules that no card can hold: lone last frames and sounds, settings hidden in words."""
    provider = PROVIDER.make(open_account(FakeComfyRouter()))
    last, sound = make_input(Role.LAST_FRAME), make_input(Role.REFERENCE_AUDIO)
    cases = {
        "last-frame-alone": replace(SEEDANCE, inputs=(last,)),
        "sound-alone": replace(H3, inputs=(sound,)),
        "setting-in-prompt": replace(SEEDANCE, prompt="A lamp --dur 12"),
    }
    for code, request in cases.items():
        assert [issue.code for issue in provider.preflight(request)] == [code]
    assert provider.preflight(replace(H3, inputs=(last,), prompt="A lamp --dur 12")) == ()
