"""What is special about Kling: bodies by kind and shots, signed tokens, our own ids, business codes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import replace

import pytest
from tests.providers.golden_bodies import assert_golden

from workprint.adapters.providers.kling import PROVIDER, sign_token
from workprint.adapters.providers.kling.bodies import build_body
from workprint.film.pricing import quote_price
from workprint.film.request import GenerationRequest, Medium, Role, ShotPart
from workprint.ports.provider import (
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    Found,
    HookRefused,
    JobPhase,
    NotFound,
    OutcomeUnknown,
    PreparedInput,
    Receipt,
    Rejected,
    Trouble,
)
from workprint.testing.fakes.faults import Fault, Outcome, break_after, drop_after
from workprint.testing.fakes.kling import FakeKling
from workprint.testing.fakes.loopback import answer_json
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import make_input

KEY = AttemptKey("wp-7f3a-1", 12345, 1_790_000_000.0)
TEXT = GenerationRequest(
    Medium.VIDEO, "kling/kling-v3", "A brass lamp at dusk.", ("text", "watermark"), 5000, "9:16", "1080p", audio=True
)
OMNI = replace(TEXT, model="kling/kling-v3-omni", negatives=(), audio=False)
SHOTS = (ShotPart("Wide: the lamp on a desk.", 2400), ShotPart("Close: a hand turns the switch.", 4600))
FIRST = PreparedInput(Role.FIRST_FRAME, "data:image/png;base64,iVBORw0KFIRST", "image/png")
LAST = PreparedInput(Role.LAST_FRAME, "data:image/png;base64,iVBORw0KLAST", "image/png")
REFERENCE = PreparedInput(Role.REFERENCE_IMAGE, "data:image/jpeg;base64,/9j/REFERENCE", "image/jpeg")
CASES = {
    "text2video": (TEXT, ()),
    "text2video-shots": (replace(TEXT, shots=SHOTS, duration_ms=7000), ()),
    "image2video": (TEXT, (FIRST, LAST)),
    "omni-references": (OMNI, (REFERENCE, REFERENCE)),
    "omni-frames": (OMNI, (FIRST, LAST)),
    "omni-shots": (replace(OMNI, shots=SHOTS, duration_ms=7000, audio=True), (FIRST,)),
    "o1": (replace(OMNI, model="kling/kling-video-o1"), ()),
}


def _place(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> GenerationRequest:
    return replace(request, inputs=tuple(make_input(item.role) for item in prepared))


@pytest.mark.parametrize("name", CASES)
def test_body_of_each_kind(name: str) -> None:
    """Each kind of request is sent as its golden file says: strings for seconds, bare base64, our id."""
    request, prepared = CASES[name]
    body = build_body(_place(request, prepared), prepared, KEY, "https://example.org/hooks/kling/wp-7f3a-1/t0k3n")
    assert_golden("kling", name, body)


def test_token_is_a_jwt_that_expires() -> None:
    """The token is HS256 over header and claims, good for half an hour, and from five seconds ago."""
    head, claims, signature = sign_token("AK", "SK", 1_790_000_000.9).split(".")
    unpack = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))  # noqa: E731
    assert json.loads(unpack(head)) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(unpack(claims)) == {"iss": "AK", "exp": 1_790_001_800, "nbf": 1_789_999_995}
    assert unpack(signature) == hmac.new(b"SK", f"{head}.{claims}".encode(), hashlib.sha256).digest()


def test_a_token_that_is_echoed_is_scrubbed() -> None:
    """A provider that repeats our token in its words does not bring it into a message."""

    async def run() -> None:
        with FakeKling() as fake:
            provider = PROVIDER.make(open_account(fake))
            token = sign_token(*fake.secrets.values(), 1_790_000_000.0)
            answer = answer_json({"code": 1002, "message": f"bad token {token}, sorry"}, 401)
            fake.misbehave(Fault("echo", "submit", False, lambda _: answer))
            with pytest.raises(Rejected) as caught:
                await submit(provider, TEXT)
            assert caught.value.message == "bad token [token], sorry"
            await provider.close()

    asyncio.run(run())


def test_shots_add_up_to_the_slot() -> None:
    """However shots are cut, their whole seconds add up to what is billed; one of no second is an issue."""
    provider = PROVIDER.make(open_account(FakeKling()))
    for lengths in ((1500, 1500), (1200, 1900, 2900), (3333, 3333, 3334), (4400, 600)):
        shots = tuple(ShotPart("A shot.", length) for length in lengths)
        request = replace(TEXT, shots=shots, duration_ms=sum(lengths))
        body = build_body(request, (), KEY, "")
        seconds = [int(shot["duration"]) for shot in body["multi_prompt"]]
        assert sum(seconds) == int(body["duration"]) == quote_price(PROVIDER.models[0], request).billed_ms // 1000
        assert provider.preflight(request) == () or min(seconds) < 1
    bad = replace(TEXT, shots=(ShotPart("x" * 513, 2000), ShotPart("y", 1000)), duration_ms=5000)
    assert {issue.code for issue in provider.preflight(bad)} == {"shot-prompt-long", "shots-do-not-add-up"}


def test_an_id_in_use_is_a_receipt() -> None:
    """A second submit of one attempt is refused as a duplicate, and gives the first ticket: one job, one bill."""

    async def run() -> None:
        with FakeKling() as fake:
            provider = PROVIDER.make(open_account(fake))
            first = await submit(provider, TEXT)
            again = await submit(provider, TEXT)
            assert first == again
            assert (len(fake.jobs), fake.count("submit")) == (1, 2)
            assert fake.billed == 5 * 168_000
            fake.misbehave(break_after("poll", 503))
            with pytest.raises(OutcomeUnknown):
                await submit(provider, TEXT)
            await provider.close()

    asyncio.run(run())


def test_the_list_is_read_to_its_end() -> None:
    """When the query by our id gives nothing, every page of the list is read before a task is called not found."""

    async def run() -> None:
        with FakeKling() as fake:
            fake.largest_page = 2
            provider = PROVIDER.make(open_account(fake))
            tickets = [(await submit(provider, TEXT, number=number)).ticket for number in range(1, 8)]
            gone = Fault("404", "poll", False, lambda answer: answer, 404)
            fake.misbehave(gone)
            assert await provider.reconcile(TEXT, make_key(1)) == Found(tickets[0])
            assert fake.count("list") == 4
            fake.misbehave(gone)
            assert await provider.reconcile(TEXT, make_key(99)) == NotFound()
            # Pages run from new to old: the first one that ends before the window is the last that is read.
            lists = fake.count("list")
            fake.misbehave(gone)
            assert await provider.reconcile(TEXT, make_key(99, intent_s=4e9)) == NotFound()
            assert fake.count("list") == lists + 1
            await provider.close()

    asyncio.run(run())


def test_business_codes() -> None:
    """The code in the envelope decides, whatever the status: balance stops, full packs wait, faults prove nothing."""
    cases = {
        (429, 1101): Trouble.BUDGET,
        (429, 1102): Trouble.BUDGET,
        (429, 1302): Trouble.RATE_LIMITED,
        (429, 1303): Trouble.RATE_LIMITED,
        (429, 1304): Trouble.AUTH,
        (401, 1004): Trouble.AUTH,
        (400, 1300): Trouble.MODERATED_INPUT,
        (400, 1201): Trouble.INVALID_INPUT,
        (200, 1102): Trouble.BUDGET,
        (500, 5000): None,
        (503, 5001): None,
        (504, 5002): None,
    }

    async def run() -> None:
        with FakeKling() as fake:
            provider = PROVIDER.make(open_account(fake))
            for (status, code), trouble in cases.items():
                answer = answer_json({"code": code, "message": "no", "request_id": "r"}, status)
                fake.misbehave(Fault(str(code), "submit", False, lambda _, answer=answer: answer))
                kind = Rejected if trouble else OutcomeUnknown
                with pytest.raises(kind) as caught:
                    await submit(provider, TEXT)
                assert getattr(caught.value, "trouble", None) is trouble, (status, code)
                assert caught.value.code == str(code)
            await provider.close()

    asyncio.run(run())


def test_omni_and_image_jobs_end_and_are_found() -> None:
    """Jobs of every kind run to their end under their own path, with several shots too, and are found there."""

    async def run() -> None:
        for name, (request, prepared) in CASES.items():
            with FakeKling() as fake:
                provider = PROVIDER.make(open_account(fake))
                asked = _place(request, prepared)
                fake.misbehave(drop_after("submit"))
                with pytest.raises(OutcomeUnknown):
                    await submit(provider, asked)
                found = await provider.reconcile(asked, make_key(1))
                assert isinstance(found, Found), name
                state = await wait_for_end(provider, Receipt(found.ticket))
                assert state.phase is JobPhase.SUCCEEDED, name
                assert state.facts == {"units": str(asked.duration_ms // 1000)}, name
                assert await provider.cancel(found.ticket) is CancelOutcome.UNSUPPORTED
                await provider.close()

    asyncio.run(run())


def test_risk_control_is_moderation() -> None:
    """A finished task says in words that it was moderated; any other failure is the provider's."""

    async def run() -> None:
        with FakeKling() as fake:
            fake.decide(Outcome.MODERATED_OUTPUT, Outcome.FAIL)
            provider = PROVIDER.make(open_account(fake))
            states = [await wait_for_end(provider, await submit(provider, TEXT, number=n)) for n in (1, 2)]
            assert [state.trouble for state in states] == [Trouble.MODERATED_OUTPUT, Trouble.PROVIDER_ERROR]
            assert fake.billed == 0
            await provider.close()

    asyncio.run(run())


def test_callbacks_are_hints() -> None:
    """A callback names our attempt, flat or in the envelope; it is never taken for signed; nonsense is refused."""

    async def run() -> None:
        with FakeKling() as fake:
            provider = PROVIDER.make(open_account(fake))
            await submit(provider, TEXT, callback="https://example.org/hooks/kling/attempt-0001/t")
            job = next(iter(fake.jobs.values()))
            assert job.callback.endswith("/attempt-0001/t")
            headers, body = fake.hook(job, "succeed")
            flat = provider.verify_hook(headers, body, 0.0)
            wrapped = provider.verify_hook(headers, json.dumps({"code": 0, "data": json.loads(body)}).encode(), 0.0)
            assert (flat.attempt, flat.is_signed, flat) == ("attempt-0001", False, wrapped)
            for nonsense in (b"", b"[]", b"{}", b'{"task_id": 7}', b'{"task_info": {"external_task_id": 1}}'):
                with pytest.raises(HookRefused):
                    provider.verify_hook(headers, nonsense, 0.0)
            await provider.close()

    asyncio.run(run())


def test_a_list_that_never_ends_proves_nothing() -> None:
    """A list too long to be read is told as not knowable, never as not found."""

    async def run() -> None:
        with FakeKling() as fake:
            provider = PROVIDER.make(open_account(fake))
            page = answer_json({"code": 0, "data": [{"task_id": "x", "created_at": 9e12}]})
            fake.misbehave(Fault("404", "poll", False, lambda answer: answer, 404))
            fake.misbehave(*[Fault("full", "list", False, lambda answer: page)] * 60)
            assert isinstance(await provider.reconcile(TEXT, make_key(1)), CannotKnow)
            await provider.close()

    asyncio.run(run())
