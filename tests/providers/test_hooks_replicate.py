"""Replicate's signed webhooks: a real one is taken, nothing forged is, and without the secret nobody is blamed."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator

import pytest
from tests.providers.hook_forgeries import Forgery, Names, check_forgeries, list_forgeries

from workprint.adapters.providers.replicate import PROVIDER, Replicate
from workprint.lab.standard_webhooks import sign
from workprint.ports.provider import AskFailed, HookRefused
from workprint.testing.fakes.replicate import FakeReplicate
from workprint.testing.fakes.studio import FakeJob
from workprint.testing.provider_contract import open_account, plain_request, submit, wait_for_end

NAMES = Names("webhook-id", "webhook-timestamp", "webhook-signature")


@pytest.fixture
def fake() -> Iterator[FakeReplicate]:
    """A fake that listens."""
    with FakeReplicate() as started:
        assert isinstance(started, FakeReplicate)
        yield started


async def _finish(fake: FakeReplicate) -> tuple[Replicate, FakeJob, float]:
    provider = Replicate(open_account(fake))
    await wait_for_end(provider, await submit(provider, plain_request(PROVIDER.models[0])))
    job = next(iter(fake.jobs.values()))
    await provider.refresh_keys()
    await provider.close()
    return provider, job, job.created_s


def test_a_real_delivery_is_taken_and_a_repeat_has_the_same_message(fake: FakeReplicate) -> None:
    """Signed deliveries are verified and name the prediction; start and end are two messages, a repeat is none."""
    provider, job, now_s = asyncio.run(_finish(fake))
    events = []
    for phase, moment in (("start", now_s), ("completed", now_s + 5), ("completed", now_s + 35)):
        headers, body = fake.hook(job, phase, now_s=moment)
        events.append(provider.verify_hook(headers, body, moment))
    assert {(event.ticket, event.is_signed) for event in events} == {(job.id, True)}
    assert events[1].message == events[2].message != events[0].message


def test_nothing_forged_is_taken(fake: FakeReplicate) -> None:
    """Of all changes of body, signature, time and headers, stale ones and wrong secrets, none is accepted."""
    provider, job, now_s = asyncio.run(_finish(fake))
    headers, body = fake.hook(job, "completed", now_s=now_s)
    moment = headers[NAMES.time]

    def forge() -> Iterator[Forgery]:
        yield from list_forgeries(headers, body, NAMES)
        for name, moved in (("six minutes old", -360), ("six minutes ahead", 360)):
            stale, raw = fake.hook(job, "completed", now_s=now_s + moved)
            yield name, stale, raw
        yield "in capitals", {**headers, NAMES.signature: headers[NAMES.signature].upper()}, body
        wrong = "whsec_" + base64.b64encode(b"somebody else's secret").decode()
        yield "another secret", {**headers, NAMES.signature: sign(wrong, headers[NAMES.id], moment, body)}, body
        other = sign(fake.hook_secret, "another", moment, body)
        yield "signed for another message", {**headers, NAMES.signature: other}, body
        asymmetric = headers[NAMES.signature].replace("v1,", "v1a,")
        yield "another algorithm", {**headers, NAMES.signature: asymmetric}, body
        sorted_body = json.dumps(json.loads(body), sort_keys=True).encode()
        yield "keys sorted", headers, sorted_body

    assert check_forgeries(provider, forge(), now_s) >= 30


def test_a_damaged_secret_is_not_taken(fake: FakeReplicate) -> None:
    """What is no secret is not kept, and its text is not repeated in the error."""
    fake.hook_secret = "whsec_canary-7f3a9c5e1b!"
    provider = Replicate(open_account(fake))
    with pytest.raises(AskFailed) as failed:
        asyncio.run(provider.refresh_keys())
    assert "canary" not in failed.value.message


def test_without_a_fresh_secret_it_is_our_fault(fake: FakeReplicate) -> None:
    """Before the secret is fetched, and when it is old, a delivery is neither taken nor blamed: it comes again."""
    provider, job, now_s = asyncio.run(_finish(fake))
    headers, body = fake.hook(job, "completed", now_s=now_s)
    for checker, moment in ((Replicate(open_account(fake)), now_s), (provider, now_s + 7200)):
        with pytest.raises(HookRefused) as refused:
            checker.verify_hook(headers, body, moment)
        assert refused.value.is_ours
