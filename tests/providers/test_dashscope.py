"""What is special about Model Studio: the asynchronous header, media lists of Wan 2.7 and 3.0, a day for a task."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest
from tests.providers.golden_bodies import assert_golden

from workprint.adapters.providers.dashscope import PROVIDER
from workprint.adapters.providers.dashscope.bodies import build_body
from workprint.film.pricing import quote_price
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.ports.provider import (
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    HookRefused,
    JobPhase,
    OutcomeUnknown,
    PreparedInput,
    Rejected,
    Trouble,
)
from workprint.testing.fakes.dashscope import FakeDashScope
from workprint.testing.fakes.faults import Fault, Outcome
from workprint.testing.fakes.loopback import answer_json
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import make_input

KEY = AttemptKey("wp-7f3a-1", 12345, 1_790_000_000.0)
T2V = GenerationRequest(
    Medium.VIDEO, "dashscope/wan2.7-t2v", "A brass lamp at dusk.", ("text", "blur"), 5000, "9:16", "720P", audio=True
)
I2V, R2V = replace(T2V, model="dashscope/wan2.7-i2v"), replace(T2V, model="dashscope/wan2.7-r2v", negatives=())
THREE = replace(T2V, model="dashscope/wan3.0-video", resolution="1080P", duration_ms=29_500)
FIRST = PreparedInput(Role.FIRST_FRAME, "data:image/png;base64,iVBORw0KFIRST", "image/png")
LAST = PreparedInput(Role.LAST_FRAME, "data:image/png;base64,iVBORw0KLAST", "image/png")
PICTURE = PreparedInput(Role.REFERENCE_IMAGE, "data:image/jpeg;base64,/9j/REFERENCE", "image/jpeg")
CLIP = PreparedInput(Role.REFERENCE_VIDEO, "data:video/mp4;base64,AAAAIGZ0", "video/mp4", 2000)
SOUND = PreparedInput(Role.REFERENCE_AUDIO, "data:audio/wav;base64,UklGRg", "audio/wav", 2000)
CASES = {
    "t2v": (replace(T2V, seed=7), ()),
    "t2v-sound": (T2V, (SOUND,)),
    "i2v": (I2V, (FIRST, LAST, SOUND)),
    "r2v": (R2V, (PICTURE, CLIP)),
    "wan3-text": (THREE, ()),
    "wan3-frames": (replace(THREE, model="dashscope/wan3.0-video-prime"), (FIRST, LAST)),
    "wan3-references": (replace(THREE, knobs={"enable_thinking": True}), (PICTURE, CLIP, SOUND)),
}


def _place(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> GenerationRequest:
    return replace(request, inputs=tuple(make_input(item.role) for item in prepared))


@pytest.mark.parametrize("name", CASES)
def test_body_of_each_kind(name: str) -> None:
    """Each model is sent as its golden file says: 3.0 knows no negatives, frames decide the shape."""
    request, prepared = CASES[name]
    assert_golden("dashscope", name, build_body(_place(request, prepared), prepared, KEY))


def test_prices_count_what_comes_in() -> None:
    """Seconds made, by resolution; reference videos cost their own seconds at the same rate."""
    two, r2v, three = (PROVIDER.model(name) for name in (T2V.model, R2V.model, THREE.model))
    assert two is not None
    assert r2v is not None
    assert three is not None
    assert quote_price(two, T2V).amount.micros == 500_000
    assert quote_price(r2v, _place(R2V, (PICTURE, CLIP))).amount.micros == 700_000
    assert quote_price(three, THREE).amount.micros == 30 * 200_000


def test_preflight() -> None:
    """Too many references, ten seconds with a video, a last frame alone stop; long negatives are only cut."""
    provider = PROVIDER.make(open_account(FakeDashScope()))
    cases = {
        "too-many-references": _place(R2V, (PICTURE,) * 4 + (CLIP,) * 2),
        "too-long-with-video": _place(replace(R2V, duration_ms=11_000), (PICTURE, CLIP)),
        "last-frame-alone": _place(THREE, (LAST,)),
        "negatives-long": replace(T2V, negatives=("x" * 501,)),
    }
    for code, request in cases.items():
        (issue,) = provider.preflight(request)
        assert (issue.code, issue.stops) == (code, code != "negatives-long")
    assert len(build_body(cases["negatives-long"], (), KEY)["input"]["negative_prompt"]) == 500


def test_the_asynchronous_header_is_sent() -> None:
    """A create without the header is refused by the provider; ours carries it."""

    async def run() -> None:
        with FakeDashScope() as fake:
            provider = PROVIDER.make(open_account(fake))
            await submit(provider, T2V)
            bare = {"authorization": f"Bearer {fake.secrets['DASHSCOPE_API_KEY']}"}
            path = f"{fake.url}/services/aigc/video-generation/video-synthesis"
            answer = httpx.post(path, json=build_body(T2V, (), KEY), headers=bare)
            assert (answer.status_code, len(fake.jobs)) == (403, 1)
            await provider.close()

    asyncio.run(run())


def test_a_day_later_a_task_is_gone() -> None:
    """A task that is not known any more answers UNKNOWN with status 200: it is over, not running for ever."""

    async def run() -> None:
        with FakeDashScope() as fake:
            provider = PROVIDER.make(open_account(fake))
            state = await provider.poll("0385dc79-5ff8-4d82-bcb6-7c1a9f2e4d60")
            assert (state.phase, state.raw) == (JobPhase.EXPIRED, "UNKNOWN")
            await provider.close()

    asyncio.run(run())


def test_cancel_only_pending() -> None:
    """A pending task is stopped for free; a running one goes on and is paid."""

    async def run() -> None:
        with FakeDashScope(pace=(1, 2)) as fake:
            provider = PROVIDER.make(open_account(fake))
            pending, running = await submit(provider, T2V), await submit(provider, T2V, number=2)
            assert await provider.cancel(pending.ticket) is CancelOutcome.FREE
            assert (await provider.poll(pending.ticket)).phase is JobPhase.CANCELLED
            for _ in range(2):
                await provider.poll(running.ticket)
            assert await provider.cancel(running.ticket) is CancelOutcome.TOO_LATE
            assert (await wait_for_end(provider, running)).phase is JobPhase.SUCCEEDED
            assert fake.billed == 500_000
            await provider.close()

    asyncio.run(run())


def test_moderation_and_codes() -> None:
    """Inspection is moderation, of what came in or of what came out; a code on a 500 proves nothing."""
    cases = {
        (400, "DataInspectionFailed", "Input data may contain inappropriate content."): Trouble.MODERATED_INPUT,
        (400, "DataInspectionFailed", "Output data may contain inappropriate content."): Trouble.MODERATED_OUTPUT,
        (400, "IPInfringementSuspect", "Input data is suspected of infringement."): Trouble.MODERATED_INPUT,
        (400, "Arrearage", "Access denied, please make sure your account is in good standing."): Trouble.BUDGET,
        (403, "AccessDenied", "Access denied."): Trouble.AUTH,
        (429, "Throttling.AllocationQuota", "Allocated quota exceeded."): Trouble.RATE_LIMITED,
        (400, "InvalidParameter", "duration is invalid."): Trouble.INVALID_INPUT,
        (500, "InternalError.Timeout", "An internal error."): None,
        (503, "Throttling", "Too many requests."): None,
    }

    async def run() -> None:
        with FakeDashScope() as fake:
            provider = PROVIDER.make(open_account(fake))
            for (status, code, words), trouble in cases.items():
                answer = answer_json({"code": code, "message": words, "request_id": "r"}, status)
                fake.misbehave(Fault(code, "submit", False, lambda _, answer=answer: answer))
                with pytest.raises(Rejected if trouble else OutcomeUnknown) as caught:
                    await submit(provider, T2V)
                assert getattr(caught.value, "trouble", None) is trouble, code
            fake.decide(Outcome.MODERATED_OUTPUT)
            state = await wait_for_end(provider, await submit(provider, T2V))
            assert (state.phase, state.trouble) == (JobPhase.MODERATED, Trouble.MODERATED_OUTPUT)
            assert fake.billed == 0
            await provider.close()

    asyncio.run(run())


def test_nothing_is_concluded_from_its_list() -> None:
    """Two attempts of a minute look alike in the list, and no hook exists: a lost answer can only be held."""

    async def run() -> None:
        with FakeDashScope() as fake:
            provider = PROVIDER.make(open_account(fake))
            await submit(provider, T2V)
            assert isinstance(await provider.reconcile(T2V, make_key(1)), CannotKnow)
            with pytest.raises(HookRefused):
                provider.verify_hook({}, b"{}", 0.0)
            await provider.close()

    asyncio.run(run())
