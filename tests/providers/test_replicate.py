"""Replicate: bodies of every model, moderation by words, the hour after which data is gone, the list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.providers.golden_calls import catch_submit, check_golden, describe_call

from workprint.adapters.providers.replicate import PROVIDER, Replicate
from workprint.film.request import GenerationRequest, ShotPart
from workprint.ports.provider import (
    CancelOutcome,
    CannotKnow,
    Found,
    JobPhase,
    NotFound,
    Provider,
    Rejected,
    Trouble,
)
from workprint.testing.fakes.faults import Outcome, refuse
from workprint.testing.fakes.replicate import FakeReplicate
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import full_requests, plain_request

MODELS = {card.model: card for card in PROVIDER.models}
WAN = MODELS["alibaba/wan-3"]
KLING = MODELS["kwaivgi/kling-v3-video"]
FLUX = MODELS["black-forest-labs/flux-2-pro"]


def _list_modes() -> Iterator[tuple[str, GenerationRequest]]:
    for card in PROVIDER.models:
        name = card.model.replace("/", "_")
        yield name, plain_request(card)
        for number, request in enumerate(item for item in full_requests(card) if item.inputs):
            yield f"{name}_inputs{number + 1}", replace(request, seed=7)
    shots = (ShotPart("She opens the box.", 3000), ShotPart("The lamp glows.", 5000))
    yield "kling_shots", replace(plain_request(KLING), shots=shots, duration_ms=8000, audio=True, negatives=("blur",))


@pytest.mark.parametrize(("name", "request_"), _list_modes(), ids=lambda value: value if isinstance(value, str) else "")
def test_bodies_are_as_kept(name: str, request_: GenerationRequest) -> None:
    """What is sent for each model and mode is what the kept file says."""
    with FakeReplicate() as fake:
        callback = "https://film.example/hooks/replicate/attempt-0000/token"
        call = asyncio.run(catch_submit(PROVIDER, fake, request_, callback))
        assert "prefer" not in call.headers
        check_golden("replicate", name, describe_call(call, fake.url))


def _open(fake: FakeReplicate) -> Provider:
    return PROVIDER.make(open_account(fake))


@pytest.mark.parametrize(
    ("outcome", "phase", "trouble", "code"),
    [
        (Outcome.MODERATED_INPUT, JobPhase.MODERATED, Trouble.MODERATED_INPUT, "E005"),
        (Outcome.MODERATED_OUTPUT, JobPhase.MODERATED, Trouble.MODERATED_OUTPUT, ""),
        (Outcome.FAIL, JobPhase.FAILED, Trouble.PROVIDER_ERROR, "E8765"),
    ],
)
def test_moderation_is_told_from_failure_by_words(
    outcome: Outcome, phase: JobPhase, trouble: Trouble, code: str
) -> None:
    """All three are `failed`; the words and the code say which."""

    async def run(fake: FakeReplicate) -> None:
        provider = _open(fake)
        state = await wait_for_end(provider, await submit(provider, plain_request(WAN)))
        assert (state.raw, state.phase, state.trouble, state.code) == ("failed", phase, trouble, code)

    with FakeReplicate() as fake:
        fake.decide(outcome)
        asyncio.run(run(fake))


def test_after_an_hour_the_output_is_lost_and_absence_is_not_claimed() -> None:
    """A success whose data are removed has no output; a list without inputs proves nothing about an attempt."""

    async def run(fake: FakeReplicate) -> None:
        provider = _open(fake)
        receipt = await submit(provider, plain_request(WAN))
        await wait_for_end(provider, receipt)
        fake.has_forgotten = True
        state = await provider.poll(receipt.ticket)
        assert (state.phase, state.outputs, state.facts) == (JobPhase.SUCCEEDED, (), {"data_removed": True})
        assert isinstance(await provider.reconcile(plain_request(WAN), make_key(1)), CannotKnow)
        assert await provider.reconcile(plain_request(FLUX), make_key(1)) == NotFound()

    with FakeReplicate() as fake:
        asyncio.run(run(fake))


def test_a_throttle_without_a_header_still_names_its_wait() -> None:
    """The wait is read from Replicate's sentence when no `Retry-After` comes."""

    async def run(fake: FakeReplicate) -> None:
        with pytest.raises(Rejected) as refused:
            await submit(_open(fake), plain_request(WAN))
        assert (refused.value.trouble, refused.value.retry_after_s) == (Trouble.RATE_LIMITED, 30.0)

    with FakeReplicate() as fake:
        fake.misbehave(refuse("submit", 429))
        asyncio.run(run(fake))


def test_the_list_is_read_to_its_end_and_the_seed_decides() -> None:
    """Each of five alike is found by its own seed, over several pages."""

    async def run(fake: FakeReplicate) -> None:
        provider = _open(fake)
        tickets = [(await submit(provider, plain_request(WAN), number=number)).ticket for number in range(5)]
        for number, ticket in enumerate(tickets):
            assert await provider.reconcile(plain_request(WAN), make_key(number)) == Found(ticket)
        assert await provider.reconcile(plain_request(WAN), make_key(77)) == NotFound()

    with FakeReplicate() as fake:
        asyncio.run(run(fake))


def test_a_model_without_a_seed_is_told_by_its_whole_input_and_only_once() -> None:
    """Kling: one prediction with this input is it, two are not decided, another prompt is none."""

    async def run(fake: FakeReplicate) -> None:
        provider = _open(fake)
        await submit(provider, replace(plain_request(KLING), prompt="Another lamp."))
        assert await provider.reconcile(plain_request(KLING), make_key(1)) == NotFound()
        first = await submit(provider, plain_request(KLING))
        assert await provider.reconcile(plain_request(KLING), make_key(1)) == Found(first.ticket)
        await submit(provider, plain_request(KLING), number=2)
        assert isinstance(await provider.reconcile(plain_request(KLING), make_key(1)), CannotKnow)

    with FakeReplicate() as fake:
        asyncio.run(run(fake))


def test_cancel_stops_what_waits_and_is_late_for_what_is_over() -> None:
    """What is cancelled is stopped with its charge unknown; what is over stays as it is."""

    async def run(fake: FakeReplicate) -> None:
        provider = _open(fake)
        waiting, over = await submit(provider, plain_request(WAN)), await submit(provider, plain_request(WAN), number=2)
        await wait_for_end(provider, over)
        assert await provider.cancel(waiting.ticket) is CancelOutcome.STOPPED
        assert await provider.cancel(over.ticket) is CancelOutcome.TOO_LATE
        assert (await provider.poll(waiting.ticket)).phase is JobPhase.CANCELLED

    with FakeReplicate() as fake:
        asyncio.run(run(fake))


def test_preflight_refuses_what_would_cost_more_than_quoted() -> None:
    """A knob cannot replace the resolution, the length or the seed; a last frame cannot come alone."""
    with FakeReplicate() as fake:
        provider = _open(fake)
        dear = replace(plain_request(WAN), knobs={"resolution": "1080p", "seed": 1, "enable_prompt_expansion": False})
        assert [issue.code for issue in provider.preflight(dear)] == ["knob-decides-price"] * 2
        alone = replace(
            plain_request(KLING),
            inputs=tuple(
                item for request in full_requests(KLING) for item in request.inputs if item.role.value == "last_frame"
            ),
        )
        assert [issue.code for issue in provider.preflight(alone)] == ["last-frame-alone"]
        assert provider.preflight(plain_request(FLUX)) == ()


def test_outputs_say_what_they_are() -> None:
    """A picture model gives an image, a film model a video, each for an hour and not refreshable."""

    async def run(fake: FakeReplicate) -> list[tuple[str, str, bool]]:
        provider = _open(fake)
        told = []
        for number, card in enumerate((WAN, FLUX)):
            state = await wait_for_end(provider, await submit(provider, plain_request(card), number=number))
            told += [(item.role, item.media_type, item.is_refreshable) for item in state.outputs]
        return told

    with FakeReplicate() as fake:
        assert asyncio.run(run(fake)) == [("video", "video/mp4", False), ("image", "image/png", False)]


@pytest.mark.parametrize(
    ("address", "has_key"),
    [
        ("https://replicate.delivery/xezq/film.mp4", True),
        ("https://pb.replicate.delivery/film.mp4", True),
        ("http://replicate.delivery/film.mp4", False),
        ("https://evilreplicate.delivery/film.mp4", False),
        ("https://replicate.delivery.evil.example/film.mp4", False),
        ("https://evil.example/https://replicate.delivery/film.mp4", False),
    ],
)
def test_only_the_file_host_gets_our_key(address: str, has_key: bool) -> None:
    """Outputs at Replicate's file host are fetched with the key, which is not printed; others without."""
    with FakeReplicate() as fake:
        provider = Replicate(open_account(fake))
        state = provider._read({"status": "succeeded", "output": address, "model": WAN.model})
        assert (state.outputs[0].headers != {}) == has_key
        assert "canary" not in repr(state)
