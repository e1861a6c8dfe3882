"""OpenAI-compatible servers: forms and bodies, pictures at once, content behind the key, Sora's end, no address."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from tests.providers.golden_calls import catch_submit, check_golden, describe_call

from workprint.adapters.providers.openai_compatible import PROVIDER
from workprint.film.request import GenerationRequest
from workprint.ports.provider import (
    Account,
    CancelOutcome,
    CannotKnow,
    JobPhase,
    NotSent,
    Provider,
    Rejected,
    Trouble,
)
from workprint.testing.fakes.faults import Fault, Outcome
from workprint.testing.fakes.loopback import answer_json
from workprint.testing.fakes.openai_compatible import FakeOpenAICompatible
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import full_requests, plain_request

MODELS = {card.model: card for card in PROVIDER.models}
WAN = MODELS["Wan-AI/Wan2.2-T2V-A14B-Diffusers"]
STILL = MODELS["gpt-image-2/high"]


def _list_modes() -> Iterator[tuple[str, GenerationRequest]]:
    yield "wan", replace(plain_request(WAN), negatives=("blur", "text"), resolution="720p")
    yield "wan_frame", plain_request(MODELS["Wan-AI/Wan2.2-I2V-A14B-Diffusers"])
    yield "still", plain_request(STILL)
    yield "still_draft", replace(plain_request(MODELS["gpt-image-2/low"]), aspect="2:3", knobs={"count": 3})
    yield "sora", plain_request(MODELS["sora-2"])
    pro = full_requests(MODELS["sora-2-pro"])
    yield "sora_pro_frame", replace(next(request for request in pro if request.inputs), resolution="1024p")


@pytest.mark.parametrize(("name", "request_"), _list_modes(), ids=lambda value: value if isinstance(value, str) else "")
def test_bodies_are_as_kept(name: str, request_: GenerationRequest) -> None:
    """What is sent for each model and mode is what the kept file says; films are forms."""
    with FakeOpenAICompatible() as fake:
        assert isinstance(fake, FakeOpenAICompatible)
        fake.sells_sora = True
        call = asyncio.run(catch_submit(PROVIDER, fake, request_))
        is_form = call.headers["content-type"].startswith("multipart/form-data")
        assert is_form == (name[:5] != "still")
        check_golden("openai_compatible", name, describe_call(call, fake.url))
        if request_.inputs:
            assert len(fake.files["input_reference"]) == request_.inputs[0].file.size


def _open(fake: FakeOpenAICompatible) -> Provider:
    return PROVIDER.make(open_account(fake))


def test_sora_is_refused_since_its_end() -> None:
    """Its cards say when it ended, and what OpenAI answers since then is told as no use to repeat."""

    async def run(fake: FakeOpenAICompatible) -> None:
        with pytest.raises(Rejected) as refused:
            await submit(_open(fake), plain_request(MODELS["sora-2"]))
        assert refused.value.trouble is Trouble.INVALID_INPUT
        assert refused.value.code == "model_not_found"

    assert {card.ends_on for card in PROVIDER.models if card.model.startswith("sora")} == {"2026-09-24"}
    with FakeOpenAICompatible() as fake:
        asyncio.run(run(fake))


def test_pictures_come_at_once_and_are_charged_by_the_piece() -> None:
    """One request, all its pictures as bytes, and nothing to poll."""

    async def run(fake: FakeOpenAICompatible) -> None:
        receipt = await submit(_open(fake), replace(plain_request(STILL), knobs={"count": 2}))
        assert receipt.state is not None
        assert receipt.state.phase is JobPhase.SUCCEEDED
        assert [item.data[:4] for item in receipt.state.outputs] == [b"\x89PNG"] * 2
        assert (fake.billed, fake.count("poll")) == (422_000, 0)

    with FakeOpenAICompatible() as fake:
        asyncio.run(run(fake))


def test_content_needs_the_key_and_shows_it_to_nobody() -> None:
    """The film lies at the server itself: with the output's headers it comes, without them it does not."""

    async def run(fake: FakeOpenAICompatible) -> None:
        provider = _open(fake)
        state = await wait_for_end(provider, await submit(provider, plain_request(WAN)))
        (film,) = state.outputs
        assert httpx.get(film.address).status_code == 401
        assert len(httpx.get(film.address, headers=dict(film.headers)).content) > 60
        assert 3500 < film.expires_in_s <= 3600
        assert "canary" not in repr(state)

    with FakeOpenAICompatible() as fake:
        asyncio.run(run(fake))


def test_content_that_has_expired_is_no_output() -> None:
    """A finished video whose content is past its day is lost, not downloaded."""

    async def run(fake: FakeOpenAICompatible) -> None:
        provider = _open(fake)
        state = await wait_for_end(provider, await submit(provider, plain_request(WAN)))
        assert (state.phase, state.outputs) == (JobPhase.SUCCEEDED, ())

    with FakeOpenAICompatible() as fake:
        fake.decide(Outcome.NO_OUTPUT)
        asyncio.run(run(fake))


@pytest.mark.parametrize(
    ("status", "code", "trouble"),
    [
        (400, "moderation_blocked", Trouble.MODERATED_INPUT),
        (429, "insufficient_quota", Trouble.BUDGET),
        (429, "rate_limit_exceeded", Trouble.RATE_LIMITED),
        (400, "billing_hard_limit_reached", Trouble.BUDGET),
    ],
)
def test_codes_say_more_than_statuses(status: int, code: str, trouble: Trouble) -> None:
    """An empty purse comes as 429, moderation as 400: the code tells."""

    async def run(fake: FakeOpenAICompatible) -> None:
        with pytest.raises(Rejected) as refused:
            await submit(_open(fake), plain_request(WAN))
        assert (refused.value.trouble, refused.value.code) == (trouble, code)

    with FakeOpenAICompatible() as fake:
        answer = answer_json({"error": {"message": "no", "code": code}}, status)
        fake.misbehave(Fault(code, "submit", False, lambda refused: answer, status))
        asyncio.run(run(fake))


def test_the_server_says_when_to_ask_again() -> None:
    """`openai-poll-after-ms` is passed on as seconds."""

    async def run(fake: FakeOpenAICompatible) -> float | None:
        provider = _open(fake)
        return (await provider.poll((await submit(provider, plain_request(WAN))).ticket)).retry_after_s

    with FakeOpenAICompatible() as fake:
        assert asyncio.run(run(fake)) == 1.5


def test_cancel_and_reconcile_claim_no_more_than_is_known() -> None:
    """A deleted job is stopped at unknown charge; a lost answer cannot be found by its prompt."""

    async def run(fake: FakeOpenAICompatible) -> None:
        provider = _open(fake)
        receipt = await submit(provider, plain_request(WAN))
        assert await provider.cancel(receipt.ticket) is CancelOutcome.STOPPED
        assert await provider.cancel(receipt.ticket) is CancelOutcome.TOO_LATE
        assert isinstance(await provider.reconcile(plain_request(WAN), make_key(1)), CannotKnow)

    with FakeOpenAICompatible() as fake:
        asyncio.run(run(fake))


def test_without_an_address_nothing_is_sent() -> None:
    """No server is assumed: preflight and doctor say what to set, and a submit reaches nobody."""

    async def run() -> None:
        provider = PROVIDER.make(Account("", lambda name: "key"))
        assert [issue.code for issue in provider.preflight(plain_request(WAN))] == ["no-address"]
        assert "OPENAI_COMPATIBLE_BASE_URL" in (await provider.check_key()).detail
        with pytest.raises(NotSent):
            await submit(provider, plain_request(WAN))

    assert PROVIDER.base_url == ""
    asyncio.run(run())
