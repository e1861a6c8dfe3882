"""Webhooks of Gemini, per request and registered: real ones are taken, forged ones are refused."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping

import pytest

from workprint.adapters.providers.gemini import PROVIDER, Gemini
from workprint.lab import jwt_rs256, standard_webhooks
from workprint.ports.provider import Account, HookRefused
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.gemini import AUDIENCE, KID, MODULUS, PRIVATE, FakeGemini
from workprint.testing.fakes.studio import FakeJob
from workprint.testing.provider_contract import open_account

SECRET = FakeGemini.secrets["GEMINI_WEBHOOK_SECRET"]
METADATA = json.dumps({"workprint-attempt": "attempt-0009"})
JOB = FakeJob("v1_abc", 9, "video", {}, Outcome.SUCCEED, 0.0, marker=METADATA)
Delivery = tuple[str, Mapping[str, str], bytes, float]


def _open(settings: Mapping[str, str] = FakeGemini.settings) -> Gemini:
    """A provider that knows the published keys."""

    async def run() -> Gemini:
        with FakeGemini() as fake:
            account = open_account(fake)
            provider = Gemini(Account(account.base_url, account.secret, settings=dict(settings)))
            await provider.refresh_keys()
            await provider.close()
            return provider

    return asyncio.run(run())


@pytest.fixture(scope="module")
def provider() -> Gemini:
    """One provider for all deliveries."""
    return _open()


def _make() -> tuple[dict[str, str], bytes, float]:
    headers, body = FakeGemini().hook(JOB, "video.generated")
    return headers, body, float(headers["webhook-timestamp"])


def _forge_tokens() -> Iterator[Delivery]:
    headers, body, now = _make()
    token = headers["webhook-signature"]
    head, claims, seal = token.split(".")
    event = json.loads(body)
    fair = {"aud": AUDIENCE, "iat": int(now), "exp": int(now) + 300, **event}

    def carry(changed: str) -> dict[str, str]:
        return {**headers, "webhook-signature": changed}

    def sign(change: Mapping[str, object], kid: str = KID, private: int = PRIVATE) -> dict[str, str]:
        return carry(jwt_rs256.sign({**fair, **change}, kid, MODULUS, private))

    def encode(data: Mapping[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()

    for place in (0, len(body) // 2, len(body) - 2):
        flipped = bytearray(body)
        flipped[place] ^= 1
        yield f"body bit {place}", headers, bytes(flipped), now
    for place in (0, len(seal) // 2, len(seal) - 2):
        other = seal[:place] + ("A" if seal[place] != "A" else "B") + seal[place + 1 :]
        yield f"seal digit {place}", carry(f"{head}.{claims}.{other}"), body, now
    other_event = {**event, "data": {"id": "v1_evil"}}
    yield (
        "other claims",
        carry(f"{head}.{encode({**fair, **other_event})}.{seal}"),
        json.dumps(other_event).encode(),
        now,
    )
    yield "other body", headers, json.dumps(other_event).encode(), now
    yield "no algorithm", carry(f"{encode({'alg': 'none', 'kid': KID})}.{claims}."), body, now
    yield "other algorithm", carry(f"{encode({'alg': 'HS256', 'kid': KID})}.{claims}.{seal}"), body, now
    yield (
        "critical extension",
        carry(f"{encode({'alg': 'RS256', 'kid': KID, 'crit': ['x']})}.{claims}.{seal}"),
        body,
        now,
    )
    yield "no key named", carry(f"{encode({'alg': 'RS256'})}.{claims}.{seal}"), body, now
    yield "unknown key", sign({}, kid="other"), body, now
    yield "wrong key", sign({}, private=PRIVATE - 2), body, now
    yield "other audience", sign({"aud": "https://else.example"}), body, now
    yield "no audience", sign({"aud": None}), body, now
    yield "issued six minutes ago", sign({"iat": int(now) - 360}), body, now
    yield "issued in six minutes", sign({"iat": int(now) + 360}), body, now
    yield "over", sign({"exp": int(now) - 1}), body, now
    yield "no end", sign({"exp": None}), body, now
    yield "no beginning", sign({"iat": "now"}), body, now
    yield "six minutes late", headers, body, now + 360
    yield "six minutes early", headers, body, now - 360
    yield "no signature", {**headers, "webhook-signature": ""}, body, now
    yield "no time", {key: value for key, value in headers.items() if key != "webhook-timestamp"}, body, now
    yield "two parts", carry(f"{head}.{claims}"), body, now
    yield "four parts", carry(f"{token}.AAAA"), body, now
    yield "padded seal", carry(f"{token}=="), body, now
    yield "zero seal", carry(f"{head}.{claims}.{'A' * len(seal)}"), body, now
    yield "short seal", carry(f"{head}.{claims}.{seal[:-4]}"), body, now
    yield "no JSON", headers, b"hello", now
    yield "no event", headers, b"[]", now


def _forge_registered() -> Iterator[Delivery]:
    headers, body = FakeGemini().registered_hook(JOB, "video.generated")
    now = float(headers["webhook-timestamp"])
    seal = headers["webhook-signature"]
    for place in (0, len(body) // 2, len(body) - 1):
        flipped = bytearray(body)
        flipped[place] ^= 1
        yield f"body bit {place}", headers, bytes(flipped), now
    for place in (4, 20, 45):
        other = seal[:place] + ("A" if seal[place] != "A" else "B") + seal[place + 1 :]
        yield f"seal digit {place}", {**headers, "webhook-signature": other}, body, now
    for name in headers:
        yield f"no {name}", {key: value for key, value in headers.items() if key != name}, body, now
    yield "other id", {**headers, "webhook-id": "msg-10"}, body, now
    yield "id with a dot", {**headers, "webhook-id": "msg.9"}, body, now
    yield "other time", {**headers, "webhook-timestamp": str(int(now) + 1)}, body, now
    yield "six minutes late", headers, body, now + 360
    yield "six minutes early", headers, body, now - 360
    yield "other version", {**headers, "webhook-signature": "v2" + seal[2:]}, body, now
    yield "asymmetric version", {**headers, "webhook-signature": "v1a" + seal[2:]}, body, now
    yield "only a version", {**headers, "webhook-signature": "v1,"}, body, now
    wrong = standard_webhooks.sign("whsec_" + base64.b64encode(b"wrong").decode(), "msg-9", int(now), body)
    yield "wrong key", {**headers, "webhook-signature": wrong}, body, now
    yield "written again", headers, json.dumps(json.loads(body), separators=(",", ":")).encode(), now
    yield "empty body", headers, b"", now


def test_a_token_of_ours_is_taken(provider: Gemini) -> None:
    """It names interaction and attempt: that is how a lost answer comes back."""
    headers, body, now = _make()
    event = provider.verify_hook(headers, body, now)
    assert (event.ticket, event.attempt, event.is_signed) == ("interaction/v1_abc", "attempt-0009", True)
    assert provider.verify_hook(headers, body, now + 299).message == event.message


def test_a_registered_one_is_taken(provider: Gemini) -> None:
    """A webhook of the whole project is checked with its shared secret."""
    headers, body = FakeGemini().registered_hook(JOB, "interaction.completed")
    event = provider.verify_hook(headers, body, float(headers["webhook-timestamp"]))
    assert (event.ticket, event.attempt, event.is_signed) == ("interaction/v1_abc", "attempt-0009", True)


def test_without_an_audience_it_is_a_hint_only() -> None:
    """A token that may be meant for anybody is not called signed."""
    headers, body, now = _make()
    assert not _open({}).verify_hook(headers, body, now).is_signed


def test_without_keys_it_is_our_fault() -> None:
    """Keys that were not fetched yet are told as ours, so that the sender comes again."""
    headers, body, now = _make()
    with pytest.raises(HookRefused) as caught:
        PROVIDER.make(Account("http://127.0.0.1:9", str)).verify_hook(headers, body, now)
    assert caught.value.is_ours


@pytest.mark.parametrize("forged", [*_forge_tokens(), *_forge_registered()], ids=lambda forged: forged[0])
def test_a_forged_one_is_refused(provider: Gemini, forged: Delivery) -> None:
    """No change of body, token, key, algorithm, audience or time passes."""
    _, headers, body, now = forged
    with pytest.raises(HookRefused):
        provider.verify_hook(headers, body, now)
