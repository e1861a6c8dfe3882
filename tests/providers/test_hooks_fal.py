"""fal's signed webhooks: a real one is taken, nothing forged is, and without keys nobody is blamed."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator

import pytest
from tests.providers.hook_forgeries import Forgery, Names, check_forgeries, list_forgeries

from workprint.adapters.providers.fal import PROVIDER, Fal
from workprint.ports.provider import AskFailed, HookRefused
from workprint.testing.fakes.fal import FakeFal
from workprint.testing.fakes.faults import Outcome, drop_before
from workprint.testing.fakes.signing import SigningKey
from workprint.testing.fakes.studio import FakeJob
from workprint.testing.provider_contract import open_account, plain_request, submit, wait_for_end

NAMES = Names("x-fal-webhook-request-id", "x-fal-webhook-timestamp", "x-fal-webhook-signature")


@pytest.fixture
def fake() -> Iterator[FakeFal]:
    """A fake that listens."""
    with FakeFal() as started:
        assert isinstance(started, FakeFal)
        yield started


async def _finish(fake: FakeFal) -> tuple[Fal, FakeJob, float]:
    provider = Fal(open_account(fake))
    await wait_for_end(provider, await submit(provider, plain_request(PROVIDER.models[0])))
    job = next(iter(fake.jobs.values()))
    await provider.refresh_keys()
    await provider.close()
    return provider, job, job.created_s


def test_a_real_delivery_is_taken_and_names_its_request(fake: FakeFal) -> None:
    """A delivery that fal signed is verified, told as signed, and says which request it is about."""
    provider, job, now_s = asyncio.run(_finish(fake))
    for late_s in (-299, 0, 299):
        headers, body = fake.hook(job, "completed", now_s=now_s)
        event = provider.verify_hook(headers, body, int(now_s) + late_s)
        assert (event.is_signed, event.ticket, event.message) == (True, job.id, job.id)


def test_a_delivery_about_a_failure_is_taken_too(fake: FakeFal) -> None:
    """An ERROR is signed like an OK; what it means is learned by polling."""
    fake.decide(Outcome.MODERATED_OUTPUT)
    provider, job, now_s = asyncio.run(_finish(fake))
    headers, body = fake.hook(job, "completed", now_s=now_s)
    assert json.loads(body)["status"] == "ERROR"
    assert provider.verify_hook(headers, body, now_s).ticket == job.id


def test_nothing_forged_is_taken(fake: FakeFal) -> None:
    """Of all changes of body, signature, time and headers, stale ones and wrong keys, none is accepted."""
    provider, job, now_s = asyncio.run(_finish(fake))
    headers, body = fake.hook(job, "completed", now_s=now_s)

    def forge() -> Iterator[Forgery]:
        yield from list_forgeries(headers, body, NAMES)
        for name, moved in (("six minutes old", -360), ("six minutes ahead", 360)):
            stale, raw = fake.hook(job, "completed", now_s=now_s + moved)
            yield name, stale, raw
        yield "another user", {**headers, "x-fal-webhook-user-id": "user-2"}, body
        yield "without a user", {k: v for k, v in headers.items() if not k.endswith("user-id")}, body
        yield "in capitals", {**headers, NAMES.signature: headers[NAMES.signature].upper()}, body
        told = [headers[f"x-fal-webhook-{name}"] for name in ("request-id", "user-id", "timestamp")]
        message = "\n".join((*told, hashlib.sha256(body).hexdigest())).encode()
        wrong = SigningKey(b"somebody else").sign(message).hex()
        yield "another key", {**headers, NAMES.signature: wrong}, body
        yield "an HMAC", {**headers, NAMES.signature: hashlib.sha256(message).hexdigest() * 2}, body
        raw_signed = fake.signer.sign("\n".join((*told, body.decode())).encode()).hex()
        yield "signed over the body itself", {**headers, NAMES.signature: raw_signed}, body
        other = json.dumps({**json.loads(body), "request_id": "another"}).encode()
        resigned = "\n".join((*told, hashlib.sha256(other).hexdigest())).encode()
        yield "a body about another request", {**headers, NAMES.signature: fake.signer.sign(resigned).hex()}, other

    assert check_forgeries(provider, forge(), now_s) >= 30


def test_without_fresh_keys_it_is_our_fault(fake: FakeFal) -> None:
    """Before keys are fetched, and when they are old, a delivery is neither taken nor blamed: it comes again."""
    provider, job, now_s = asyncio.run(_finish(fake))
    headers, body = fake.hook(job, "completed", now_s=now_s)
    for checker, moment in ((PROVIDER.make(open_account(fake)), now_s), (provider, now_s + 7200)):
        with pytest.raises(HookRefused) as refused:
            checker.verify_hook(headers, body, moment)
        assert refused.value.is_ours


def test_keys_are_kept_when_they_cannot_be_fetched(fake: FakeFal) -> None:
    """A key host that is down does not take away the keys that are at hand."""
    provider, job, now_s = asyncio.run(_finish(fake))
    fake.misbehave(drop_before("open"))
    with pytest.raises(AskFailed):
        asyncio.run(provider.refresh_keys())
    headers, body = fake.hook(job, "completed", now_s=now_s)
    assert provider.verify_hook(headers, body, now_s).is_signed
