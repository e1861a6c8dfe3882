"""What is special about MiniMax: two APIs, codes inside answers, uploads of large videos, the callback's challenge."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.providers.golden_bodies import assert_golden

from workprint.adapters.providers.minimax import LARGEST_INLINE_VIDEO, PROVIDER
from workprint.adapters.providers.minimax.bodies import build_body
from workprint.film.model_card import Recovery
from workprint.film.pricing import quote_price
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.ports.provider import (
    AskFailed,
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    HookRefused,
    JobPhase,
    LocalInput,
    OutcomeUnknown,
    PreparedInput,
    Rejected,
    Trouble,
)
from workprint.testing.fakes.faults import Fault, Outcome, break_after, drop_after
from workprint.testing.fakes.loopback import answer_json
from workprint.testing.fakes.media import make_media
from workprint.testing.fakes.minimax import FakeMiniMax
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import make_input

KEY = AttemptKey("wp-7f3a-1", 12345, 1_790_000_000.0)
H3 = GenerationRequest(
    Medium.VIDEO, "minimax/MiniMax-H3", "A brass lamp at dusk.", (), 5000, "9:16", "768P", audio=True
)
MAX = replace(H3, model="minimax/MiniMax-H3-Max", resolution="480P")
OLD = replace(H3, model="minimax/MiniMax-Hailuo-02", duration_ms=6000, aspect="16:9", audio=False)
FIRST = PreparedInput(Role.FIRST_FRAME, "data:image/png;base64,iVBORw0KFIRST", "image/png")
LAST = PreparedInput(Role.LAST_FRAME, "data:image/png;base64,iVBORw0KLAST", "image/png")
PICTURE = PreparedInput(Role.REFERENCE_IMAGE, "data:image/jpeg;base64,/9j/REFERENCE", "image/jpeg")
SOUND = PreparedInput(Role.REFERENCE_AUDIO, "data:audio/wav;base64,UklGRg", "audio/wav", 2000)
CLIP = PreparedInput(Role.REFERENCE_VIDEO, "mm_file://3000000", "video/mp4", 2000)
CASES = {
    "text": (H3, ()),
    "frames": (replace(H3, seed=7), (FIRST, LAST)),
    "references": (replace(H3, resolution="2K"), (PICTURE, CLIP, SOUND)),
    "max": (MAX, (FIRST,)),
    "hailuo-02": (OLD, ()),
    "hailuo-02-frames": (replace(OLD, resolution="1080P"), (FIRST, LAST)),
}


def _place(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> GenerationRequest:
    return replace(request, inputs=tuple(make_input(item.role) for item in prepared))


@pytest.mark.parametrize("name", CASES)
def test_body_of_each_kind(name: str) -> None:
    """Each API and mode is sent as its golden file says; a clip that follows its frames is `adaptive`."""
    request, prepared = CASES[name]
    body = build_body(_place(request, prepared), prepared, KEY, "https://example.org/hooks/minimax/wp-7f3a-1/t0k3n")
    assert_golden("minimax", name, body)


def test_prices() -> None:
    """Seconds by resolution, reference videos as seconds, pictures beyond the fifth, clips of V1 by the piece."""
    h3, _, old = PROVIDER.models
    assert quote_price(h3, H3).amount.micros == 5 * 80_000
    assert quote_price(h3, replace(H3, resolution="2K")).amount.micros == 5 * 130_000
    assert quote_price(h3, _place(H3, (CLIP,))).amount.micros == 7 * 80_000
    assert quote_price(h3, _place(H3, (PICTURE,) * 7)).amount.micros == 5 * 80_000 + 2 * 40_000
    assert quote_price(old, replace(OLD, duration_ms=6500)).amount.micros == 560_000


def test_preflight() -> None:
    """Ten seconds at 1080p, a last frame alone, a sound alone, a reference too short: each is refused before paying."""
    provider = PROVIDER.make(open_account(FakeMiniMax()))
    short = replace(make_input(Role.REFERENCE_VIDEO), duration_ms=1500)
    cases = {
        "too-long-for-1080": replace(OLD, duration_ms=9000, resolution="1080P"),
        "last-frame-alone": _place(OLD, (LAST,)),
        "sound-alone": _place(H3, (SOUND,)),
        "reference-length": replace(H3, inputs=(short,)),
    }
    for code, request in cases.items():
        assert [issue.code for issue in provider.preflight(request)] == [code]
    assert provider.preflight(_place(H3, (LAST,))) == ()


def test_both_apis_end_and_tell_why() -> None:
    """A job of either API is made, moderated or fails in its own words; V1's film lies behind a file of its own."""

    async def run() -> None:
        for request in (H3, OLD):
            with FakeMiniMax() as fake:
                fake.decide(Outcome.SUCCEED, Outcome.MODERATED_OUTPUT, Outcome.FAIL, Outcome.NO_OUTPUT, Outcome.LOST)
                provider = PROVIDER.make(open_account(fake))
                states = [await wait_for_end(provider, await submit(provider, request, number=n)) for n in range(1, 6)]
                assert [state.phase for state in states] == [
                    JobPhase.SUCCEEDED,
                    JobPhase.MODERATED,
                    JobPhase.FAILED,
                    JobPhase.SUCCEEDED,
                    JobPhase.EXPIRED,
                ]
                assert [len(state.outputs) for state in states] == [1, 0, 0, 0, 0]
                assert states[1].trouble is Trouble.MODERATED_OUTPUT
                assert states[1].code == "1027"
                await provider.close()

    asyncio.run(run())


def test_a_file_that_cannot_be_asked_for_is_asked_again() -> None:
    """A finished V1 task whose file is not told just now is a failed question, not a lost film."""

    async def run() -> None:
        with FakeMiniMax() as fake:
            provider = PROVIDER.make(open_account(fake))
            receipt = await submit(provider, OLD)
            fake.misbehave(break_after("fetch", 503))
            for _ in range(2):
                await provider.poll(receipt.ticket)
            with pytest.raises(AskFailed, match="upstream error"):
                await provider.poll(receipt.ticket)
            assert (await provider.poll(receipt.ticket)).outputs
            await provider.close()

    asyncio.run(run())


def test_codes_of_both_apis() -> None:
    """The code decides, in brackets behind V2's words or inside V1's answer of 200; 1000 proves nothing."""
    second = {
        (401, 1004): Trouble.AUTH,
        (402, 1008): Trouble.BUDGET,
        (422, 1026): Trouble.MODERATED_INPUT,
        (429, 1002): Trouble.RATE_LIMITED,
        (400, 2013): Trouble.INVALID_INPUT,
        (500, 1000): None,
    }
    first = {
        1002: Trouble.RATE_LIMITED,
        1004: Trouble.AUTH,
        2049: Trouble.AUTH,
        1008: Trouble.BUDGET,
        1026: Trouble.MODERATED_INPUT,
        2013: Trouble.INVALID_INPUT,
        1000: None,
    }
    answers = []
    for (status, code), trouble in second.items():
        error = {"type": "some_error", "message": f"words ({code})", "http_code": str(status)}
        answers.append((H3, answer_json({"type": "error", "error": error}, status), trouble))
    for code, trouble in first.items():
        fields = {"task_id": "", "base_resp": {"status_code": code, "status_msg": "words"}}
        answers.append((OLD, answer_json(fields), trouble))
    bare = {"type": "error", "error": {"type": "unprocessable_entity_error", "message": "sensitive"}}
    answers.append((H3, answer_json(bare, 422), Trouble.MODERATED_INPUT))

    async def run() -> None:
        with FakeMiniMax() as fake:
            provider = PROVIDER.make(open_account(fake))
            for request, answer, trouble in answers:
                fake.misbehave(Fault("code", "submit", False, lambda _, answer=answer: answer))
                with pytest.raises(Rejected if trouble else OutcomeUnknown) as caught:
                    await submit(provider, request)
                assert getattr(caught.value, "trouble", None) is trouble, answer.body
            assert not fake.jobs
            await provider.close()

    asyncio.run(run())


def test_a_large_video_is_uploaded(tmp_path: Path) -> None:
    """A video too large to be written into the request goes up first, and is named by its file; the bytes arrive."""
    film, _ = make_media("video", 320, 180, 2000, seed=5)
    # A free box at the end of an MP4 is skipped by every reader (ISO/IEC 14496-12, 8.1.2).
    size = LARGEST_INLINE_VIDEO
    data = film + size.to_bytes(4, "big") + b"free" + bytes(size - 8)
    path = tmp_path / "large.mp4"
    path.write_bytes(data)
    item = LocalInput(Role.REFERENCE_VIDEO, path, "video/mp4", "ab" * 32, "large.mp4", 2000)
    request = replace(H3, inputs=(make_input(Role.REFERENCE_VIDEO),))

    async def run() -> None:
        with FakeMiniMax() as fake:
            provider = PROVIDER.make(open_account(fake))
            prepared = await provider.prepare_inputs(request, (item,))
            assert prepared[0].handle == "mm_file://3000000"
            assert fake.files["3000000"] == data
            receipt = await provider.submit(request, prepared, make_key(1), "")
            assert (await wait_for_end(provider, receipt)).phase is JobPhase.SUCCEEDED
            assert fake.billed == 7 * 80_000
            await provider.close()

    asyncio.run(run())


def test_cancel_by_api() -> None:
    """V2 stops what is queued for free and leaves the rest alone; V1 has no way."""

    async def run() -> None:
        with FakeMiniMax(pace=(2, 1)) as fake:
            provider = PROVIDER.make(open_account(fake))
            queued, running = await submit(provider, H3), await submit(provider, H3, number=2)
            assert await provider.cancel(queued.ticket) is CancelOutcome.FREE
            assert (await provider.poll(queued.ticket)).phase is JobPhase.CANCELLED
            for _ in range(2):
                await provider.poll(running.ticket)
            assert await provider.cancel(running.ticket) is CancelOutcome.TOO_LATE
            assert (await wait_for_end(provider, running)).phase is JobPhase.SUCCEEDED
            assert await provider.cancel(running.ticket) is CancelOutcome.TOO_LATE
            old = await submit(provider, OLD, number=3)
            assert await provider.cancel(old.ticket) is CancelOutcome.UNSUPPORTED
            await provider.close()

    asyncio.run(run())


def test_only_a_callback_tells_of_a_lost_answer() -> None:
    """Class C: the attempt stands in the callback address that was sent; the list is never taken for proof."""

    async def run() -> None:
        with FakeMiniMax() as fake:
            provider = PROVIDER.make(open_account(fake))
            fake.misbehave(drop_after("submit"))
            with pytest.raises(OutcomeUnknown):
                await submit(provider, H3, callback="https://example.org/hooks/minimax/attempt-0001/t0k3n")
            job = next(iter(fake.jobs.values()))
            assert "/attempt-0001/" in job.callback
            assert isinstance(await provider.reconcile(H3, make_key(1)), CannotKnow)
            event = provider.verify_hook(*fake.hook(job, "running"), 0.0)
            assert (await provider.poll(event.ticket)).phase is JobPhase.QUEUED
            await provider.close()

    asyncio.run(run())
    assert {card.recovery for card in PROVIDER.models} == {Recovery.BY_WEBHOOK}


def test_challenge_and_callbacks() -> None:
    """A challenge is echoed and nothing else; callbacks of both APIs are hints with a ticket; nonsense is refused."""

    async def run() -> None:
        with FakeMiniMax() as fake:
            provider = PROVIDER.make(open_account(fake))
            event = provider.verify_hook({}, b'{"challenge": "9f\\"2 \\u00e9"}', 0.0)
            assert json.loads(event.reply) == {"challenge": '9f"2 é'}
            assert (event.ticket, event.attempt, event.is_signed) == ("", "", False)
            for number, request in enumerate((H3, OLD), start=1):
                receipt = await submit(provider, request, number=number)
                job = list(fake.jobs.values())[-1]
                hint = provider.verify_hook(*fake.hook(job, "succeeded" if request is H3 else "Success"), 0.0)
                assert (hint.ticket, hint.is_signed, hint.reply) == (receipt.ticket, False, "")
            huge = json.dumps({"challenge": "x" * 1001}).encode()
            for nonsense in (b"", b"[]", b"{}", b'{"id": 7}', b'{"task_id": ""}', b'{"challenge": 5}', huge):
                with pytest.raises(HookRefused):
                    provider.verify_hook({}, nonsense, 0.0)
            await provider.close()

    asyncio.run(run())
