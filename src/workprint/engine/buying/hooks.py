"""Webhooks: verified, kept once each, and never believed: they only make somebody look sooner, or find a lost job."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from workprint.ports.clock import Clock
from workprint.ports.provider import AskFailed, HoldsHookKeys, HookEvent, HookRefused, Provider
from workprint.ports.records import Hook, Records

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; inline results are fetched by polling, not taken from a stranger's request."""


@dataclass(frozen=True)
class HookAnswer:
    """What the caller is told: 200 with a body it may expect, 202 for a repeat or an unknown job, 401, 413 or 503.

    `why` is for our own eyes: what stands in the way here of verifying it.
    """

    status: int
    body: str = ""
    why: str = ""


async def receive_hook(
    records: Records,
    clock: Clock,
    name: str,
    provider: Provider,
    *,
    attempt: str,
    headers: Mapping[str, str],
    body: bytes,
) -> HookAnswer:
    """Verify one call of a provider and keep it. `attempt` is what its address names, "" for none.

    A signed message is believed to be the provider's; an unsigned one must come to an address that names an attempt of
    ours. Either way the job is polled afterwards: nothing in the body changes a state.
    """
    if len(body) > LARGEST_BODY:
        return HookAnswer(413)
    event = _verify(provider, clock, headers, body)
    if event is None and isinstance(provider, HoldsHookKeys):
        with suppress(AskFailed):  # the old keys, or none: the caller is asked to come again
            await provider.refresh_keys()
        event = _verify(provider, clock, headers, body)
    if event is None:
        return HookAnswer(503)
    if isinstance(event, HookRefused):
        return HookAnswer(401)
    if event.reply:
        return HookAnswer(200, event.reply)
    return _keep(records, clock, name, event, attempt)


def _verify(
    provider: Provider, clock: Clock, headers: Mapping[str, str], body: bytes
) -> HookEvent | HookRefused | None:
    """What a call says, or why it is refused; None when we cannot tell without fresh keys."""
    try:
        return provider.verify_hook(headers, body, clock.now().micros / 1e6)
    except HookRefused as refusal:
        return None if refusal.is_ours else refusal


def _keep(records: Records, clock: Clock, name: str, event: HookEvent, attempt: str) -> HookAnswer:
    meant = event.attempt or attempt
    with records.page() as page:
        known = page.attempt(meant) if meant else None
        if known is not None and known.provider != name:
            return HookAnswer(401)
        if known is None and not event.is_signed:
            return HookAnswer(202)  # neither signed nor about an attempt of ours: nothing to do with it
        is_new = page.add_hook(Hook(name, event.message, event.ticket, known.id if known else "", clock.now()))
    return HookAnswer(200 if is_new else 202)
