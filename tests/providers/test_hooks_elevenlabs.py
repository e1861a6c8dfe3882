"""Webhooks of ElevenLabs: a real one is taken, every forged one is refused."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from workprint.adapters.providers.elevenlabs import HOOK_KEY, PROVIDER
from workprint.ports.provider import Account, HookRefused
from workprint.testing.fakes.elevenlabs import FakeElevenLabs
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.studio import FakeJob

SECRET = FakeElevenLabs.secrets[HOOK_KEY]
VERIFY = PROVIDER.make(Account("http://127.0.0.1:9", lambda name: FakeElevenLabs.secrets[name])).verify_hook


def _make() -> tuple[dict[str, str], bytes, float]:
    fake = FakeElevenLabs()
    job = FakeJob("item-1", 7, "speech", {"text": "Hello"}, Outcome.SUCCEED, 0.0)
    headers, body = fake.hook(job, "speech.completed")
    stamp = headers["elevenlabs-signature"].split(",")[0][2:]
    return headers, body, float(stamp)


def _sign(stamp: str, body: bytes, secret: str = SECRET, kind: str = "sha256") -> str:
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, getattr(hashlib, kind)).hexdigest()
    return f"t={stamp},v0={digest}"


def _forge() -> Iterator[tuple[str, dict[str, str], bytes, float]]:
    headers, body, now = _make()
    name = "elevenlabs-signature"
    stamp, digest = (part.partition("=")[2] for part in headers[name].split(","))
    for place in (0, len(body) // 2, len(body) - 1):
        flipped = bytearray(body)
        flipped[place] ^= 1
        yield f"body bit {place}", headers, bytes(flipped), now
    for place in (0, 31, 63):
        other = digest[:place] + ("0" if digest[place] != "0" else "1") + digest[place + 1 :]
        yield f"signature digit {place}", {name: f"t={stamp},v0={other}"}, body, now
    yield "other time", {name: f"t={int(stamp) + 1},v0={digest}"}, body, now
    yield "no header", {}, body, now
    yield "empty header", {name: ""}, body, now
    yield "no time", {name: f"v0={digest}"}, body, now
    yield "two times", {name: f"t={stamp},t={int(stamp) + 1},v0={digest}"}, body, now
    yield "no signature", {name: f"t={stamp}"}, body, now
    yield "empty signature", {name: f"t={stamp},v0="}, body, now
    yield "other scheme", {name: f"t={stamp},v1={digest}"}, body, now
    yield "cut signature", {name: f"t={stamp},v0={digest[:32]}"}, body, now
    yield "upper case", {name: f"t={stamp},v0={digest.upper()}"}, body, now
    yield "no ASCII", {name: f"t={stamp},v0=é{digest[1:]}"}, body, now
    yield "odd digits", {name: f"t=²{stamp},v0={digest}"}, body, now
    yield "negative time", {name: f"t=-{stamp},v0={digest}"}, body, now
    yield "six minutes old", headers, body, now + 360
    yield "six minutes early", headers, body, now - 360
    yield "wrong key", {name: _sign(stamp, body, "wrong")}, body, now
    yield "wrong hash", {name: _sign(stamp, body, kind="sha512")}, body, now
    yield "written again", headers, json.dumps(json.loads(body), separators=(",", ":")).encode(), now
    yield "empty body", headers, b"", now
    yield "signed, no JSON", {name: _sign(stamp, b"hello")}, b"hello", now
    yield "longer body", headers, body + b" ", now


def test_a_real_one_is_taken() -> None:
    """A signed event names its request, and a repeat is the same message."""
    headers, body, now = _make()
    event = VERIFY(headers, body, now)
    assert event.is_signed
    assert event.ticket == "request/req-7"
    assert VERIFY(headers, body, now + 299).message == event.message


@pytest.mark.parametrize("forged", list(_forge()), ids=lambda forged: forged[0])
def test_a_forged_one_is_refused(forged: tuple[str, dict[str, str], bytes, float]) -> None:
    """No change of body, signature, time, key or algorithm passes."""
    _, headers, body, now = forged
    with pytest.raises(HookRefused):
        VERIFY(headers, body, now)
