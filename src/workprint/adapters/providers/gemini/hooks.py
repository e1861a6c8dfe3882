"""Webhooks of the Gemini API: tokens of per-request webhooks (RS256), and Standard Webhooks of registered ones.

A token carries the event, and is trusted only when it names our own audience; without an audience at hand, or with an
event that only the unsigned body tells, the event is a hint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from workprint.adapters.providers.gemini.bodies import LABEL
from workprint.lab import jwt_rs256, standard_webhooks
from workprint.lab.exchange import dig, read_json
from workprint.ports.provider import HookEvent, HookRefused

TOLERANCE_S = standard_webhooks.TOLERANCE_S


def read_registered(secret: str, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
    """An event of a webhook registered for the whole project. Raises HookRefused."""
    try:
        message = standard_webhooks.verify(secret, headers, body, now_s)
    except ValueError as error:
        raise HookRefused(str(error), is_ours=True) from error
    return _to_event(message, _read_body(body), is_signed=True)


def read_dynamic(
    keys: Mapping[str, jwt_rs256.RsaKey], audience: str, headers: Mapping[str, str], body: bytes, now_s: float
) -> HookEvent:
    """An event of a webhook that was named in the request. Raises HookRefused."""
    claims = jwt_rs256.verify(headers.get("webhook-signature", ""), keys)
    standard_webhooks.check_age(headers.get("webhook-timestamp", ""), now_s)
    _check_times(claims, now_s)
    named = claims.get("aud")
    if audience and audience not in (named if isinstance(named, list) else [named]):
        raise HookRefused("the webhook's token is meant for somebody else")
    told = _read_body(body)
    if "data" in claims and any(claims.get(name) != value for name, value in told.items()):
        raise HookRefused("the webhook's body says something else than its token")
    is_covered = bool(audience) and "data" in claims
    token = headers["webhook-signature"].rpartition(".")[0]
    message = headers.get("webhook-id") or hashlib.sha256(token.encode()).hexdigest()
    return _to_event(message, claims if is_covered else told, is_signed=is_covered)


def _check_times(claims: Mapping[str, Any], now_s: float) -> None:
    issued, ends = claims.get("iat"), claims.get("exp")
    for name, value in (("iat", issued), ("exp", ends)):
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise HookRefused(f"the webhook's token has no {name}")
    if abs(now_s - float(issued or 0)) > TOLERANCE_S or now_s > float(ends or 0):
        raise HookRefused("the webhook's token is too old, or of the future")


def _read_body(body: bytes) -> dict[str, Any]:
    try:
        data = read_json(body)
    except ValueError as error:
        raise HookRefused("the webhook's body is no JSON") from error
    if not isinstance(data, dict):
        raise HookRefused("the webhook's body is no event")
    return data


def _to_event(message: str, event: Mapping[str, Any], *, is_signed: bool) -> HookEvent:
    """Which interaction, and by the metadata of the request which attempt, an event is about."""
    look: Callable[..., Any] = dig
    marker = look(event, "user_metadata", LABEL) or look(event, "data", "user_metadata", LABEL)
    ticket = look(event, "data", "id")
    return HookEvent(
        message,
        ticket=f"interaction/{ticket}" if isinstance(ticket, str) and ticket else "",
        attempt=marker if isinstance(marker, str) else "",
        is_signed=is_signed,
    )
