"""Dream Machine: bodies, the attempt's name in the callback address, unsigned hooks, no pictures."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.providers.golden_calls import catch_submit, check_golden, describe_call

from workprint.adapters.providers.luma_dream import PROVIDER
from workprint.film.request import Role
from workprint.ports.provider import AskFailed, CancelOutcome, Found, HookRefused, JobPhase, NotFound, Provider, Trouble
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.luma_dream import FakeLumaDream
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import lay_out_inputs, make_input, plain_request

RAY = PROVIDER.models[0]


def _open(fake: FakeLumaDream) -> Provider:
    return PROVIDER.make(open_account(fake))


@pytest.mark.parametrize(
    ("name", "callback"), [("nobody_listens", ""), ("somebody_listens", "https://film.example/hooks/luma_dream/a-1")]
)
def test_bodies_are_as_kept(name: str, callback: str) -> None:
    """What is sent is what the kept file says; the callback names the attempt in either case."""
    with FakeLumaDream() as fake:
        call = asyncio.run(catch_submit(PROVIDER, fake, plain_request(RAY), callback))
        check_golden("luma_dream", name, describe_call(call, fake.url))


def test_a_film_goes_on_from_an_earlier_one() -> None:
    """Both ends of a film may be earlier generations."""

    async def run(fake: FakeLumaDream) -> None:
        provider = _open(fake)
        first = (await submit(provider, plain_request(RAY))).ticket
        further = replace(plain_request(RAY), knobs={"extend": first, "extend_before": first})
        assert provider.preflight(further) == ()
        await submit(provider, further, number=2)
        generation = {"type": "generation", "id": first}
        assert list(fake.jobs.values())[1].body["keyframes"] == {"frame0": generation, "frame1": generation}

    with FakeLumaDream() as fake:
        asyncio.run(run(fake))


def test_an_attempt_is_found_by_its_own_name_only() -> None:
    """Over several pages, by the whole name: one that begins alike is another; before its window is nothing."""

    async def run(fake: FakeLumaDream) -> None:
        provider = _open(fake)
        for number in (1, 2, 3, 10_001):
            callback = f"https://film.example/hooks/luma_dream/{make_key(number).id}" if number % 2 else ""
            ticket = (await submit(provider, plain_request(RAY), number=number, callback=callback)).ticket
            assert await provider.reconcile(plain_request(RAY), make_key(number)) == Found(ticket)
        first = next(iter(fake.jobs.values()))
        assert await provider.reconcile(plain_request(RAY), make_key(1)) == Found(first.id)
        assert await provider.reconcile(plain_request(RAY), make_key(1000)) == NotFound()
        late = replace(make_key(1), intent_s=first.created_s + 3600)
        assert await provider.reconcile(plain_request(RAY), late) == NotFound()

    with FakeLumaDream() as fake:
        asyncio.run(run(fake))


def test_hooks_are_hints() -> None:
    """An unsigned callback says which generation and attempt it is about, and that it is not signed."""

    async def run(fake: FakeLumaDream) -> None:
        provider = _open(fake)
        await submit(provider, plain_request(RAY), callback="https://film.example/hooks/luma_dream/attempt-0001")
        job = next(iter(fake.jobs.values()))
        headers, body = fake.hook(job, "dreaming")
        event = provider.verify_hook(headers, body, job.created_s)
        assert (event.ticket, event.attempt, event.is_signed) == (job.id, "attempt-0001", False)
        for nonsense in (b"", b"[]", b'{"id": 5}', b"\xff"):
            with pytest.raises(HookRefused):
                provider.verify_hook(headers, nonsense, job.created_s)

    with FakeLumaDream() as fake:
        asyncio.run(run(fake))


def test_moderation_is_told_from_failure_by_words() -> None:
    """Both are `failed`; the reason tells."""

    async def run(fake: FakeLumaDream) -> None:
        provider = _open(fake)
        moderated = await wait_for_end(provider, await submit(provider, plain_request(RAY)))
        failed = await wait_for_end(provider, await submit(provider, plain_request(RAY), number=2))
        assert (moderated.phase, moderated.trouble) == (JobPhase.MODERATED, Trouble.MODERATED_OUTPUT)
        assert (failed.phase, failed.trouble) == (JobPhase.FAILED, Trouble.PROVIDER_ERROR)

    with FakeLumaDream() as fake:
        fake.decide(Outcome.MODERATED_OUTPUT, Outcome.FAIL)
        asyncio.run(run(fake))


def test_pictures_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """There is no upload, and no picture is put on the open net: it is unsupported."""

    async def run(fake: FakeLumaDream) -> None:
        request = replace(plain_request(RAY), inputs=(make_input(Role.FIRST_FRAME),))
        with pytest.raises(AskFailed) as refused:
            await _open(fake).prepare_inputs(request, lay_out_inputs(request, tmp_path))
        assert refused.value.trouble is Trouble.UNSUPPORTED

    assert all(not card.inputs for card in PROVIDER.models)
    with FakeLumaDream() as fake:
        asyncio.run(run(fake))


def test_a_deleted_generation_is_stopped_at_unknown_charge() -> None:
    """Delete stops what waits; what is over stays."""

    async def run(fake: FakeLumaDream) -> None:
        provider = _open(fake)
        waiting, over = await submit(provider, plain_request(RAY)), await submit(provider, plain_request(RAY), number=2)
        await wait_for_end(provider, over)
        assert await provider.cancel(waiting.ticket) is CancelOutcome.STOPPED
        assert await provider.cancel(over.ticket) is CancelOutcome.TOO_LATE

    with FakeLumaDream() as fake:
        asyncio.run(run(fake))
