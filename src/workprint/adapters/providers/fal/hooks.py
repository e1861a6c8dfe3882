"""fal's webhooks: four headers, an Ed25519 signature over request, user, time and the body's digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from workprint.lab.ed25519 import is_signed_by_any
from workprint.lab.exchange import dig, read_json
from workprint.lab.standard_webhooks import check_age
from workprint.ports.provider import HookEvent, HookRefused

HEADERS = ("request-id", "user-id", "timestamp", "signature")


def read_hook(keys: tuple[bytes, ...], headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
    """The event of a delivery that fal signed. Header names come in lower case. Raises HookRefused."""
    request_id, user_id, timestamp, signature = (headers.get(f"x-fal-webhook-{name}", "") for name in HEADERS)
    if not request_id or not user_id:
        raise HookRefused("the webhook names no request or no user")
    check_age(timestamp, now_s)
    # Only the spelling fal uses is taken: one signature has one text.
    if not re.fullmatch(r"[0-9a-f]{128}", signature):
        raise HookRefused("the webhook's signature is none of Ed25519")
    message = "\n".join((request_id, user_id, timestamp, hashlib.sha256(body).hexdigest())).encode()
    if not is_signed_by_any(keys, bytes.fromhex(signature), message):
        raise HookRefused("the webhook's signature is not fal's")
    if _read_request_id(body) != request_id:
        raise HookRefused("the webhook's body is about another request than its headers")
    return HookEvent(message=request_id, ticket=request_id, is_signed=True)


def _read_request_id(body: bytes) -> object:
    try:
        return dig(read_json(body), "request_id")
    except ValueError:
        return None
