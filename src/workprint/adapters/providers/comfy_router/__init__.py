"""Comfy Router: many makers' models behind one queue that records a submission under our key (providers.md 15).

Recovery class A, by replay. There is no way to ask for a key: the only question is to submit again under it. What that
means is fixed by the record: a key that was accepted answers with its own request, and a key that never arrived makes
its request now. So `reconcile` never answers NotFound, and its `Found` must be taken by the engine for the submission
itself: the attempt it was asked about has one job now, under this ticket, and one charge. It is asked only for an
attempt whose cost is still reserved and that may still be sent; an attempt that was given up is not asked about.

Three guards keep a replay from making a job that nobody knows of:
- a key is sent again only within `replay_life_s` of its intent (Router forgets it after 24 hours, and would pay twice);
- the body must be the same, so it is built from request and attempt alone; bytes of inputs are remembered while an
  answer is outstanding, and where they are gone (after a restart) the answer is CannotKnow. The engine may then prepare
  the inputs again and call `submit` with the same key within the same time: that is the same replay, and a refusal of
  it proves nothing about the first submission (this process knows and says so; after a restart the engine must);
- whatever is no clear receipt is no answer: 409 `concurrency_limit_exceeded` waits, 409 `invalid_input` (a record that
  cannot be replayed) is CannotKnow, and a replay that is itself lost can be asked again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from workprint.adapters.providers.comfy_router.bodies import build_body, check_request
from workprint.adapters.providers.comfy_router.cards import LINK_LIFE_S, MODELS, NAME, REPLAY_LIFE_S
from workprint.film.money import Money
from workprint.film.request import GenerationRequest
from workprint.lab.data_uris import write_inline
from workprint.lab.exchange import Exchange, Reply, dig
from workprint.ports.provider import (
    Account,
    AskFailed,
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    Found,
    HookEvent,
    HookRefused,
    Issue,
    JobPhase,
    JobState,
    KeyCheck,
    Limits,
    LocalInput,
    NotSent,
    OutcomeUnknown,
    Output,
    PreparedInput,
    ProviderCard,
    ProviderFault,
    Receipt,
    Reconciled,
    Rejected,
    Trouble,
)

KEY = "COMFY_API_KEY"
LARGEST_INLINE = 20_000_000
"""Bytes of a file written into the request."""

CREDITS_A_DOLLAR = 211
KIND = "x-comfy-error-type"
"""The header that names what went wrong; bodies carry words only."""

TROUBLES = {
    "invalid_input": Trouble.INVALID_INPUT,
    "model_not_found": Trouble.INVALID_INPUT,
    "content_policy_violation": Trouble.MODERATED_OUTPUT,
    "provider_error": Trouble.PROVIDER_ERROR,
    "provider_timeout": Trouble.TIMEOUT,
    "insufficient_credits": Trouble.BUDGET,
    "unauthorized": Trouble.AUTH,
    "forbidden": Trouble.AUTH,
    "not_enabled": Trouble.UNSUPPORTED,
    "concurrency_limit_exceeded": Trouble.CAPACITY,
    "queue_backlog_full": Trouble.CAPACITY,
    "service_unavailable": Trouble.CAPACITY,
    "rate_limited": Trouble.RATE_LIMITED,
    "deadline_exceeded": Trouble.TIMEOUT,
    "queue_timeout": Trouble.TIMEOUT,
    "client_disconnected": Trouble.PROVIDER_ERROR,
    "internal_error": Trouble.PROVIDER_ERROR,
}
"""Every kind of failure but `cancelled` and `request_not_found`; a new one is the provider's."""


class ComfyRouter:
    """The queue of every model; a ticket is the path of a request, `maker/model/requests/id`."""

    def __init__(self, account: Account) -> None:
        self._exchange = Exchange(account, lambda: {"authorization": f"Bearer {account.secret(KEY)}"})
        self._unanswered: dict[str, dict[str, Any]] = {}

    @property
    def limits(self) -> Limits:
        """Five calls at once is the smallest paid tier; a run of five dollars or more counts four times."""
        return Limits(creates_per_minute=60, jobs_at_once=5, poll_every_s=5.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """The makers' own rules."""
        return tuple(check_request(request))

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Written into the request."""
        return tuple(write_inline(item, LARGEST_INLINE) for item in inputs)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST to the model's queue under our key. Router calls nobody back: `callback` is not used."""
        body, was_lost = build_body(request, prepared, key), key.id in self._unanswered
        self._unanswered[key.id] = body
        try:
            receipt = await self._send(request, body, key)
        except (Rejected, NotSent) as error:
            if was_lost:  # what refuses a repeat says nothing of the first submission, which may run
                raise OutcomeUnknown(error.message, code=error.code) from error
            del self._unanswered[key.id]
            raise
        del self._unanswered[key.id]
        return receipt

    async def _send(self, request: GenerationRequest, body: dict[str, Any], key: AttemptKey) -> Receipt:
        path = f"/v2/models/{request.native_model}/requests"
        reply = await self._exchange.post_once(path, json=body, headers={"idempotency-key": key.id})
        request_id = reply.fields().get("request_id")
        if reply.is_good and isinstance(request_id, str) and request_id:
            return Receipt(f"{request.native_model}/requests/{quote(request_id, safe='')}")
        kind, words = reply.headers.get(KIND, ""), self._exchange.scrub(_read_words(reply) or f"HTTP {reply.status}")
        # A conflict is about an earlier request of this key, so one may exist; on 5xx the kind proves nothing.
        if reply.status == 409 or reply.status >= 500:
            raise OutcomeUnknown(f"HTTP {reply.status}: {words}", code=kind)
        raise self._exchange.refuse(reply, _read_refusal(kind), words, kind)

    def _fail(self, reply: Reply) -> AskFailed:
        kind = reply.headers.get(KIND, "")
        return self._exchange.fail(reply, TROUBLES.get(kind), _read_words(reply), kind)

    async def poll(self, ticket: str) -> JobState:
        """GET the status, and the result once it is there. Router keeps a finished request for a day."""
        reply = await self._exchange.ask("GET", f"/v2/models/{ticket}/status")
        if reply.status in (404, 410):
            return JobState(JobPhase.EXPIRED, str(reply.status), message="Comfy Router has no such request any more.")
        raw = reply.fields().get("status")
        if not reply.is_good or not isinstance(raw, str):
            raise self._fail(reply)
        if raw != "COMPLETED":
            phase = JobPhase.QUEUED if raw == "IN_QUEUE" else JobPhase.RUNNING
            return JobState(phase, raw, retry_after_s=reply.retry_after_s)
        if reply.fields().get("error_type"):
            return self._read_failure(reply.fields())
        return await self._collect(ticket)

    def _read_failure(self, fields: dict[str, Any]) -> JobState:
        """A completion that names an error: everything that did not succeed is one."""
        kind, words = str(fields["error_type"]), self._exchange.scrub(str(fields.get("detail") or ""))
        if kind == "cancelled":
            return JobState(JobPhase.CANCELLED, "COMPLETED", message=words, code=kind)
        trouble = TROUBLES.get(kind, Trouble.PROVIDER_ERROR)
        phase = JobPhase.MODERATED if trouble.is_moderation else JobPhase.FAILED
        return JobState(phase, "COMPLETED", trouble=trouble, message=words, code=kind)

    async def _collect(self, ticket: str) -> JobState:
        """The maker's own answer. It is in no envelope, so an `error_type` in it is one only beside our status."""
        reply = await self._exchange.ask("GET", f"/v2/models/{ticket}")
        if reply.status == 202:
            return JobState(JobPhase.RUNNING, "COMPLETED", retry_after_s=reply.retry_after_s)
        if reply.status in (404, 410):
            return JobState(JobPhase.EXPIRED, str(reply.status), message="Comfy Router has deleted the result.")
        fields = reply.fields()
        if not reply.is_good or not fields:
            raise self._fail(reply)
        if fields.get("status") == "COMPLETED" and fields.get("error_type"):
            return self._read_failure(fields)
        served = reply.headers.get("x-comfy-router-fallback-provider")
        return JobState(
            JobPhase.SUCCEEDED,
            "COMPLETED",
            outputs=_read_outputs(fields),
            charge=_read_charge(reply),
            facts={"served_by": served} if served else {},
        )

    async def cancel(self, ticket: str) -> CancelOutcome:
        """PUT asks for an end, which comes only to what is still queued; then it was never run, and costs nothing."""
        if (await self.poll(ticket)).phase is not JobPhase.QUEUED:
            return CancelOutcome.TOO_LATE
        reply = await self._exchange.ask("PUT", f"/v2/models/{ticket}/cancel")
        if not reply.is_good and reply.status not in (400, 404, 409):
            raise self._fail(reply)
        # An accepted wish is no promise: only the status says whether it was in time.
        return CancelOutcome.FREE if (await self.poll(ticket)).phase is JobPhase.CANCELLED else CancelOutcome.TOO_LATE

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Submit again under the same key (see above): the engine takes `Found` for the submission of this attempt."""
        if not 0 <= time.time() - key.intent_s < REPLAY_LIFE_S:
            return CannotKnow("Comfy Router may have forgotten this attempt's key: sending it again could pay twice")
        body = self._unanswered.get(key.id)
        if body is None and request.inputs:
            return CannotKnow("the inputs are not at hand: submit this attempt again under its key, prepared as before")
        try:
            receipt = await self._send(request, body or build_body(request, (), key), key)
        except (NotSent, OutcomeUnknown, Rejected) as error:
            return _judge_replay(error)
        self._unanswered.pop(key.id, None)
        return Found(receipt.ticket)

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Router sends none."""
        raise HookRefused("Comfy Router sends no webhooks")

    async def check_key(self) -> KeyCheck:
        """One line of the catalogue, which costs nothing."""
        reply = await self._exchange.ask("GET", "/v2/models", params={"limit": "1"})
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(_read_words(reply) or reply.excerpt()))
        return KeyCheck(True if reply.is_good else None, f"HTTP {reply.status}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def _judge_replay(error: ProviderFault) -> Reconciled:
    """What a replay without a receipt proves: never that there is no job.

    A record that cannot be replayed, or a body that is refused now, will not change; all else is asked again.
    """
    if error.code == "concurrency_limit_exceeded":
        raise AskFailed(Trouble.CAPACITY, error.message, code=error.code) from error
    if error.code == "invalid_input" or (isinstance(error, Rejected) and error.trouble is Trouble.INVALID_INPUT):
        return CannotKnow(f"Comfy Router does not replay this attempt: {error.message}")
    if isinstance(error, Rejected):
        raise AskFailed(error.trouble, error.message, code=error.code, retry_after_s=error.retry_after_s) from error
    raise AskFailed(Trouble.PROVIDER_ERROR, error.message, code=error.code) from error


def _read_refusal(kind: str) -> Trouble | None:
    """The trouble of a refused submission: what a queue refuses for its content came in."""
    return Trouble.MODERATED_INPUT if kind == "content_policy_violation" else TROUBLES.get(kind)


def _read_words(reply: Reply) -> str:
    """`detail` is a sentence, or a list of fields that were refused."""
    detail = reply.fields().get("detail")
    if isinstance(detail, list):
        return "; ".join(f"{'.'.join(map(str, dig(item, 'loc') or ()))}: {dig(item, 'msg')}" for item in detail)
    return str(detail or "")


def _read_outputs(fields: dict[str, Any]) -> tuple[Output, ...]:
    """The film, and its last frame where the maker gives one. Asking again gives the same addresses."""
    found = (
        ("video", "video/mp4", dig(fields, "content", "video_url") or dig(fields, "task", "content", "url")),
        ("last_frame", "image/png", dig(fields, "content", "last_frame_url")),
    )
    return tuple(
        Output(role, media_type, link, expires_in_s=LINK_LIFE_S, is_refreshable=False)
        for role, media_type, link in found
        if isinstance(link, str) and link
    )


def _read_charge(reply: Reply) -> Money | None:
    """Comfy's own charge, told for some makers in a header; what the maker's answer says of cost is not it."""
    text = reply.headers.get("x-comfy-credits-used", "")
    if not text.replace(".", "", 1).isdigit():
        return None
    return Money(round(float(text) * 1_000_000 / CREDITS_A_DOLLAR))


PROVIDER = ProviderCard(
    name=NAME,
    title="Comfy Router",
    models=MODELS,
    make=ComfyRouter,
    base_url="https://api.comfy.org",
    base_url_variable="COMFY_ROUTER_BASE_URL",
    secrets=(KEY,),
    media_hosts=("*.comfy.org", "*.googleapis.com", "*.volces.com", "*.minimax.io", "*.aliyuncs.com"),
    notice="The queue is switched on per workspace; a workspace without it is refused as `not_enabled`.",
)
