"""What is special about ModelArk: modes, token prices, seeds that find an attempt, last frames, pictures at once."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import httpx
import pytest
from tests.providers.golden_bodies import assert_golden

from workprint.adapters.providers.modelark import PROVIDER
from workprint.adapters.providers.modelark.bodies import build_image, build_video
from workprint.film.pricing import count_tokens, quote_price
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.lab.picture_headers import read_facts
from workprint.ports.provider import (
    AskFailed,
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    Found,
    HookRefused,
    JobPhase,
    NotFound,
    OutcomeUnknown,
    PreparedInput,
    Rejected,
    Trouble,
)
from workprint.testing.fakes.faults import Fault, Outcome, drop_after
from workprint.testing.fakes.loopback import answer_json
from workprint.testing.fakes.modelark import FakeModelArk
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import make_input

KEY = AttemptKey("wp-7f3a-1", 12345, 1_790_000_000.0)
TEXT = GenerationRequest(
    Medium.VIDEO, "modelark/dreamina-seedance-2-0-260128", "A brass lamp at dusk.", (), 5000, "16:9", "720p", audio=True
)
TWO_FIVE = replace(TEXT, model="modelark/dreamina-seedance-2-5-260628", aspect="9:16")
STILL = GenerationRequest(Medium.IMAGE, "modelark/seedream-4-5-251128", "A brass lamp.", aspect="16:9", resolution="2K")
FIRST = PreparedInput(Role.FIRST_FRAME, "data:image/png;base64,iVBORw0KFIRST", "image/png")
LAST = PreparedInput(Role.LAST_FRAME, "data:image/png;base64,iVBORw0KLAST", "image/png")
PICTURE = PreparedInput(Role.REFERENCE_IMAGE, "data:image/jpeg;base64,/9j/REFERENCE", "image/jpeg")
SOUND = PreparedInput(Role.REFERENCE_AUDIO, "data:audio/wav;base64,UklGRg", "audio/wav", 2000)
CLIP = PreparedInput(Role.REFERENCE_VIDEO, "https://media.example.org/clip.mp4", "video/mp4", 2000)
CASES = {
    "text": (TEXT, ()),
    "own-seed": (replace(TEXT, seed=7, audio=False), ()),
    "first-frame": (TEXT, (FIRST,)),
    "frames-2-5": (TWO_FIVE, (FIRST, LAST)),
    "references": (TEXT, (PICTURE, CLIP, SOUND)),
    "references-2-5": (TWO_FIVE, (PICTURE, SOUND)),
    "still": (STILL, ()),
    "stills-from-reference": (replace(STILL, knobs={"count": 4}, seed=7), (PICTURE,)),
}


def _place(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> GenerationRequest:
    return replace(request, inputs=tuple(make_input(item.role) for item in prepared))


@pytest.mark.parametrize("name", CASES)
def test_body_of_each_kind(name: str) -> None:
    """Each mode is sent as its golden file says; 2.5 follows its frames; the mark is the seed or the identifier."""
    request, prepared = CASES[name]
    placed = _place(request, prepared)
    is_still = request.medium is Medium.IMAGE
    callback = "https://example.org/hooks/modelark/wp-7f3a-1/t0k3n"
    body = build_image(placed, prepared) if is_still else build_video(placed, prepared, KEY, callback)
    assert_golden("modelark", name, body)


def test_token_prices() -> None:
    """Tokens are those that were measured, one frame more than the seconds hold; a reference video lowers the rate."""
    two, five = PROVIDER.models[0], PROVIDER.model("modelark/dreamina-seedance-2-5-260628")
    assert five is not None
    assert count_tokens(two, TEXT, 24, 5000) == 108_900
    assert count_tokens(two, replace(TEXT, resolution="480p"), 24, 5000) == 50_639
    assert quote_price(two, TEXT).amount.micros == 108_900 * 7
    assert quote_price(five, replace(TWO_FIVE, aspect="16:9")).amount.micros == 1_165_230
    video = _place(TEXT, (CLIP,))
    assert quote_price(two, video).amount.micros == 152_100 * 43 // 10


def test_the_three_modes_are_kept_apart() -> None:
    """Frames exclude references, a last frame needs a first, 2.0 hears nothing alone, and no setting hides in words."""
    provider = PROVIDER.make(open_account(FakeModelArk()))
    cases = {
        "modes-exclusive": _place(TEXT, (FIRST, PICTURE)),
        "last-frame-alone": _place(TEXT, (LAST,)),
        "sound-alone": _place(TEXT, (SOUND,)),
        "setting-in-prompt": replace(TEXT, prompt="A lamp. --duration 12"),
        "too-many-pictures": _place(replace(STILL, knobs={"count": 15}), (PICTURE,)),
    }
    for code, request in cases.items():
        assert [issue.code for issue in provider.preflight(request)] == [code]
    for request in (_place(TWO_FIVE, (SOUND,)), replace(TEXT, prompt="A lamp -- lit -- at dusk."), STILL):
        assert provider.preflight(request) == ()


def test_the_last_frame_is_an_output() -> None:
    """A finished task gives the film and its last picture, which is a picture, with the tokens it took."""

    async def run() -> None:
        with FakeModelArk() as fake:
            provider = PROVIDER.make(open_account(fake))
            state = await wait_for_end(provider, await submit(provider, TEXT))
            assert [output.role for output in state.outputs] == ["video", "last_frame"]
            facts = read_facts(httpx.get(state.outputs[1].address).content)
            assert (facts.width, facts.height) == (128, 72)
            assert state.facts["completion_tokens"] == 108_900
            assert state.charge is None
            await provider.close()

    asyncio.run(run())


def test_an_attempt_is_found_by_its_mark_on_any_page() -> None:
    """Found by its own seed, or by the identifier when the request has a seed; others' tasks are never taken for it."""

    async def run() -> None:
        with FakeModelArk() as fake:
            fake.largest_page = 2
            provider = PROVIDER.make(open_account(fake))
            fixed = replace(TEXT, seed=7)
            tickets = [(await submit(provider, fixed, number=number)).ticket for number in range(1, 6)]
            fake.misbehave(drop_after("submit"))
            with pytest.raises(OutcomeUnknown):
                await submit(provider, TEXT, number=6)
            assert await provider.reconcile(fixed, make_key(1)) == Found(tickets[0])
            found = await provider.reconcile(TEXT, make_key(6))
            assert isinstance(found, Found)
            assert found.ticket not in tickets
            assert await provider.reconcile(TEXT, make_key(7)) == NotFound()
            assert await provider.reconcile(TEXT, make_key(6, intent_s=4e9)) == NotFound()
            assert isinstance(await provider.reconcile(TEXT, make_key(6, intent_s=1e9)), CannotKnow)
            assert isinstance(await provider.reconcile(STILL, make_key(6)), CannotKnow)
            await provider.close()

    asyncio.run(run())


def test_a_task_that_tells_no_seed_yet_keeps_the_question_open() -> None:
    """While a live task in the window hides its seed, an attempt is not called missing; once it tells, it is found."""

    async def run() -> None:
        with FakeModelArk() as fake:
            fake.tells_seed_late = True
            provider = PROVIDER.make(open_account(fake))
            receipt = await submit(provider, TEXT)
            for number in (1, 2):
                with pytest.raises(AskFailed) as caught:
                    await provider.reconcile(TEXT, make_key(number))
                assert caught.value.trouble.is_passing
            await wait_for_end(provider, receipt)
            assert await provider.reconcile(TEXT, make_key(1)) == Found(receipt.ticket)
            assert await provider.reconcile(TEXT, make_key(2)) == NotFound()
            await provider.close()

    asyncio.run(run())


def test_cancel_only_while_queued() -> None:
    """A queued task is stopped for free; a running or finished one is left alone, and never deleted by accident."""

    async def run() -> None:
        with FakeModelArk(pace=(2, 2)) as fake:
            provider = PROVIDER.make(open_account(fake))
            queued, running = await submit(provider, TEXT), await submit(provider, TEXT, number=2)
            assert await provider.cancel(queued.ticket) is CancelOutcome.FREE
            assert (await provider.poll(queued.ticket)).phase is JobPhase.CANCELLED
            for _ in range(3):
                await provider.poll(running.ticket)
            assert await provider.cancel(running.ticket) is CancelOutcome.TOO_LATE
            state = await wait_for_end(provider, running)
            assert state.phase is JobPhase.SUCCEEDED
            assert await provider.cancel(running.ticket) is CancelOutcome.TOO_LATE
            assert (await provider.poll(running.ticket)).phase is JobPhase.SUCCEEDED
            assert fake.billed == 108_900 * 7
            await provider.close()

    asyncio.run(run())


def test_pictures_come_with_the_receipt() -> None:
    """A picture's end is in its receipt: made, refused for what it shows, or failed; a series costs by the piece."""

    async def run() -> None:
        with FakeModelArk() as fake:
            provider = PROVIDER.make(open_account(fake))
            made = (await submit(provider, replace(STILL, knobs={"count": 4}))).state
            assert made is not None
            assert (made.phase, len(made.outputs)) == (JobPhase.SUCCEEDED, 4)
            assert not made.outputs[0].is_refreshable
            assert fake.billed == 4 * 40_000
            fake.decide(Outcome.MODERATED_OUTPUT, Outcome.FAIL)
            shown = await submit(provider, STILL, number=2)
            failed = (await submit(provider, STILL, number=3)).state
            assert shown.state is not None
            assert failed is not None
            assert (shown.state.phase, shown.state.trouble) == (JobPhase.MODERATED, Trouble.MODERATED_OUTPUT)
            assert (failed.phase, failed.trouble) == (JobPhase.FAILED, Trouble.PROVIDER_ERROR)
            assert fake.billed == 4 * 40_000
            assert (await provider.poll(shown.ticket)).phase is JobPhase.EXPIRED
            await provider.close()

    asyncio.run(run())


def test_error_codes() -> None:
    """Sensitive and risk codes are moderation, of what came in or of what came out; balance stops; overload waits."""
    cases = {
        (400, "InputImageSensitiveContentDetected.PrivacyInformation"): Trouble.MODERATED_INPUT,
        (400, "InputTextRiskDetection"): Trouble.MODERATED_INPUT,
        (400, "OutputVideoSensitiveContentDetected"): Trouble.MODERATED_OUTPUT,
        (403, "AccountOverdueError"): Trouble.BUDGET,
        (403, "AccessDenied"): Trouble.AUTH,
        (429, "ServerOverloaded"): Trouble.CAPACITY,
        (429, "SetLimitExceeded"): Trouble.RATE_LIMITED,
        (500, "InternalServiceError"): None,
        (503, "ServiceUnavailable"): None,
    }

    async def run() -> None:
        with FakeModelArk() as fake:
            provider = PROVIDER.make(open_account(fake))
            for (status, code), trouble in cases.items():
                answer = answer_json({"error": {"code": code, "message": "no", "param": "", "type": ""}}, status)
                fake.misbehave(Fault(code, "submit", False, lambda _, answer=answer: answer))
                with pytest.raises(Rejected if trouble else OutcomeUnknown) as caught:
                    await submit(provider, TEXT)
                assert getattr(caught.value, "trouble", None) is trouble, code
            await provider.close()

    asyncio.run(run())


def test_callbacks_are_hints() -> None:
    """A callback names its task, is never taken for signed, and is the same for repeats; nonsense is refused."""

    async def run() -> None:
        with FakeModelArk() as fake:
            provider = PROVIDER.make(open_account(fake))
            receipt = await submit(provider, TEXT, callback="https://example.org/hooks/modelark/attempt-0001/t")
            job = next(iter(fake.jobs.values()))
            headers, body = fake.hook(job, "running")
            event = provider.verify_hook(headers, body, 0.0)
            assert (event.ticket, event.is_signed) == (receipt.ticket, False)
            assert event == provider.verify_hook(headers, body, 9.9)
            assert event.message != provider.verify_hook(headers, fake.hook(job, "failed")[1], 0.0).message
            for nonsense in (b"", b"[]", b"{}", b'{"id": 7}', json.dumps({"id": ""}).encode()):
                with pytest.raises(HookRefused):
                    provider.verify_hook(headers, nonsense, 0.0)
            await provider.close()

    asyncio.run(run())
