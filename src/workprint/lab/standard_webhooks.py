"""Standard Webhooks 1.0.0: signs a delivery and checks one, with a shared secret (HMAC-SHA256, version `v1`).

Signed is `{id}.{timestamp}.{raw body}`; a delivery may carry several signatures while a secret is being changed, and
any one that fits counts. A repeat keeps its id, so the receiver takes each id once. https://www.standardwebhooks.com
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from workprint.ports.provider import HookRefused

TOLERANCE_S = 300
"""How far a delivery's time may be from ours, either way (the reference libraries' five minutes)."""

SECRET_PREFIX = "whsec_"
MOST_SIGNATURES = 16
"""More signatures than any change of secrets needs are not looked at."""


def read_secret(secret: str) -> bytes:
    """The key behind `whsec_...`; raises ValueError when it is no base64."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the webhook secret is no base64") from error
    if not key:
        raise ValueError("the webhook secret is empty")
    return key


def sign(secret: str, message_id: str, timestamp: int | str, body: bytes) -> str:
    """The `webhook-signature` of a delivery, with its version."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    seal = hmac.new(read_secret(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(seal).decode()


def verify(secret: str, headers: Mapping[str, str], body: bytes, now_s: float) -> str:
    """The message id of a delivery that is the sender's own and not too old. Header names come in lower case.

    Raises HookRefused.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if not message_id or "." in message_id or not signatures:
        raise HookRefused("the webhook carries no id or no signature")
    check_age(timestamp, now_s)
    expected = sign(secret, message_id, timestamp, body).encode()
    # Text is compared, not decoded bytes: base64 has several spellings of the same bytes.
    made = signatures.split(" ")[:MOST_SIGNATURES]
    fits = [hmac.compare_digest(expected, signature.encode()) for signature in made]
    if not any(fits):
        raise HookRefused("the webhook's signature is not the provider's")
    return message_id


def check_age(timestamp: str, now_s: float) -> None:
    """Refuse a time (Unix seconds, digits only) that is no time, or further from `now_s` than the tolerance."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise HookRefused("the webhook carries no time")
    if abs(now_s - int(timestamp)) > TOLERANCE_S:
        raise HookRefused(f"the webhook's time is more than {TOLERANCE_S} s from ours")
