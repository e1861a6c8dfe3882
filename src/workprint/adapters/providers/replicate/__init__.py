"""Replicate: official models of many makers behind one kind of job, the prediction (providers.md 1).

Recovery class B, within the hour: the list gives inputs back until they are removed. Where a model takes a seed, each
attempt has its own; Kling takes none and is told by its whole input. Webhooks are Standard Webhooks.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workprint.adapters.providers.replicate.bodies import build_input, is_same
from workprint.adapters.providers.replicate.cards import LINK_LIFE_S, MODELS, NAME
from workprint.film.canonical import Json
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.lab.exchange import Exchange, Reply, SealedHeaders, dig, read_json
from workprint.lab.standard_webhooks import read_secret, verify
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
    NotFound,
    Output,
    PreparedInput,
    ProviderCard,
    Receipt,
    Reconciled,
    Rejected,
    Trouble,
)

KEY = "REPLICATE_API_TOKEN"
UPLOAD_LIFE_S = 20 * 3600
"""Uploaded files live a day (from memory)."""

KEYS_LIVE_S = 3600
WINDOW_S = 60
MOST_PAGES = 50
EVENTS = ["start", "completed"]
"""`output` and `logs` come every half second and say nothing a poll would not."""

FREE_KNOBS = ("enable_prompt_expansion", "watermark", "output_format")
"""Settings of ours that a knob may replace; the others decide the price or mark the attempt."""

PHASES = {
    "starting": JobPhase.QUEUED,
    "processing": JobPhase.RUNNING,
    "succeeded": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "canceled": JobPhase.CANCELLED,
    "aborted": JobPhase.CANCELLED,
}
MODERATION = re.compile(r"\(E005\)|nsfw|flagged as sensitive|content policy|safety (filter|system)", re.IGNORECASE)
"""Moderation is a failure like others, told apart by its words only (from memory, but for E005 and NSFW)."""

KINDS = {"mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime", "webp": "image/webp", "png": "image/png",
         "jpg": "image/jpeg", "jpeg": "image/jpeg", "wav": "audio/wav", "mp3": "audio/mpeg"}  # fmt: skip


class Replicate:
    """Predictions of official models: submit, poll, cancel, list. A ticket is the prediction's id."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._exchange = Exchange(account, lambda: {"authorization": f"Bearer {account.secret(KEY)}"})
        self._hook_secret = ""
        self._hook_secret_s = 0.0

    @property
    def limits(self) -> Limits:
        """600 creations a minute are allowed, and 3,000 questions; jobs at once are our own restraint."""
        return Limits(creates_per_minute=600, jobs_at_once=8, poll_every_s=2.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """A last frame needs a first one; a knob may not replace what was priced or marks the attempt."""
        issues = []
        if request.of_role(Role.LAST_FRAME) and not request.of_role(Role.FIRST_FRAME):
            issues.append(Issue("last-frame-alone", "A last frame is taken only together with a first one."))
        if request.shots and request.of_role(Role.LAST_FRAME):
            issues.append(Issue("shots-with-last-frame", "Kling takes several shots or a last frame, not both."))
        own = build_input(replace(request, knobs={}), (), AttemptKey("", 0, 0.0))
        for name in sorted(own.keys() & request.knobs.keys()):
            if name not in FREE_KNOBS:
                message = f"The knob `{name}` would change what was priced or marked."
                issues.append(Issue("knob-decides-price", message, "leave it out"))
        if request.knobs.get("count", 1) != 1:
            issues.append(Issue("one-picture-a-call", "FLUX.2 makes one picture a call.", "ask several times"))
        return tuple(issues)

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Every file is uploaded: inline it would be repeated in each line of the list."""
        return tuple([await self._upload(item) for item in inputs])

    async def _upload(self, item: LocalInput) -> PreparedInput:
        name = f"{item.digest[:16]}.{item.media_type.partition('/')[2]}"
        files = {"content": (name, Path(item.path).read_bytes(), item.media_type)}
        reply = await self._exchange.ask("POST", "/v1/files", files=files)
        handle = dig(reply.fields(), "urls", "get")
        told = dig(reply.fields(), "checksums", "sha256")
        if not reply.is_good or not isinstance(handle, str) or (told and told != item.digest):
            raise self._exchange.fail(reply)
        return PreparedInput(item.role, handle, item.media_type, item.duration_ms, UPLOAD_LIFE_S)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST to the model's predictions. `Prefer: wait` is not sent: a held connection is one more answer to lose."""
        body: dict[str, Any] = {"input": build_input(request, prepared, key)}
        if callback:
            body |= {"webhook": callback, "webhook_events_filter": EVENTS}
        reply = await self._exchange.post_once(f"/v1/models/{request.native_model}/predictions", json=body)
        ticket = reply.fields().get("id")
        if not reply.is_good or not isinstance(ticket, str) or not ticket:
            raise self._refuse(reply)
        return Receipt(ticket, self._read(reply.fields()) if "status" in reply.fields() else None)

    def _refuse(self, reply: Reply) -> Exception:
        """The refusal; Replicate names the wait in its sentence, not always in a header."""
        words = str(reply.fields().get("detail") or reply.fields().get("title") or "")
        refusal = self._exchange.refuse(reply, None, words)
        wait = re.search(r"resets in ~?(\d+)s", words)
        if isinstance(refusal, Rejected) and refusal.retry_after_s is None and wait:
            refusal.retry_after_s = float(wait.group(1))
        return refusal

    async def poll(self, ticket: str) -> JobState:
        """GET the prediction. An unknown one is gone: EXPIRED."""
        reply = await self._exchange.ask("GET", f"/v1/predictions/{ticket}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="Replicate has no such prediction any more.")
        if not reply.is_good or "status" not in reply.fields():
            raise self._exchange.fail(reply)
        return self._read(reply.fields())

    def _read(self, prediction: dict[str, Any]) -> JobState:
        raw = str(prediction["status"])
        phase = PHASES.get(raw, JobPhase.RUNNING)
        error = str(prediction.get("error") or "")
        code = re.search(r"\((E\d+)\)", error)
        trouble = None
        if phase is JobPhase.FAILED:
            trouble = _read_failure(error)
            phase = JobPhase.MODERATED if trouble.is_moderation else phase
        return JobState(
            phase,
            raw,
            outputs=tuple(self._open(item) for item in _list_outputs(prediction))
            if phase is JobPhase.SUCCEEDED
            else (),
            trouble=trouble,
            message=self._exchange.scrub(error),
            code=code.group(1) if code else "",
            facts={"data_removed": True} if prediction.get("data_removed") else {},
        )

    def _open(self, output: Output) -> Output:
        """Replicate's own file host wants our key; no other host gets it."""
        if not re.match(r"https://([a-z0-9-]+\.)*replicate\.delivery/", output.address):
            return output
        return replace(output, headers=SealedHeaders({"authorization": f"Bearer {self._account.secret(KEY)}"}))

    async def cancel(self, ticket: str) -> CancelOutcome:
        """Ask for an end. What had run may be charged: Replicate does not say."""
        reply = await self._exchange.ask("POST", f"/v1/predictions/{ticket}/cancel")
        if reply.status == 404:
            return CancelOutcome.TOO_LATE
        if not reply.is_good:
            raise self._exchange.fail(reply)
        phase = PHASES.get(str(reply.fields().get("status")), JobPhase.RUNNING)
        return CancelOutcome.STOPPED if phase is JobPhase.CANCELLED else CancelOutcome.TOO_LATE

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Look for the attempt's input among the model's predictions of the window."""
        found, removed = set(), 0
        sent = build_input(request, (), key)
        async for item in self._list_predictions(key.intent_s - WINDOW_S):
            listed = item.get("input")
            if item.get("model", request.native_model) != request.native_model or item.get("source") == "web":
                continue
            if item.get("data_removed") or not isinstance(listed, dict) or not listed:
                removed += 1
            elif is_same(sent, listed):
                found.add(str(item.get("id")))
        if len(found) > 1:
            return CannotKnow(f"Replicate lists {len(found)} predictions with this very input")
        if found:
            return Found(found.pop())
        if removed:
            return CannotKnow(f"Replicate has already removed the inputs of {removed} predictions")
        return NotFound()

    async def _list_predictions(self, start_s: float) -> AsyncIterator[dict[str, Any]]:
        """Every prediction since a moment. Raises AskFailed, also when the list leads elsewhere or does not end."""
        start = datetime.fromtimestamp(start_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        reply = await self._exchange.ask("GET", "/v1/predictions", params={"created_after": start})
        for _ in range(MOST_PAGES):
            results = reply.fields().get("results")
            if not reply.is_good or not isinstance(results, list):
                raise self._exchange.fail(reply)
            for item in results:
                if isinstance(item, dict):
                    yield item
            further = reply.fields().get("next")
            if not further:
                return
            if not str(further).startswith(f"{self._exchange.base_url}/"):
                raise AskFailed(Trouble.PROVIDER_ERROR, "the list goes on at another host")
            reply = await self._exchange.ask("GET", str(further))
        raise AskFailed(Trouble.PROVIDER_ERROR, f"the list of predictions has more than {MOST_PAGES} pages")

    async def refresh_keys(self) -> None:
        """Fetch the account's webhook secret. It is kept in memory only."""
        reply = await self._exchange.ask("GET", "/v1/webhooks/default/secret")
        secret = reply.fields().get("key")
        if not reply.is_good or not isinstance(secret, str) or not secret:
            raise self._exchange.fail(reply)
        try:
            read_secret(secret)
        except ValueError as error:
            raise self._exchange.fail(reply, Trouble.PROVIDER_ERROR, str(error)) from error
        self._hook_secret, self._hook_secret_s = secret, time.time()

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Check the Standard Webhooks signature. Without a fresh secret it cannot be told: call `refresh_keys`."""
        if not self._hook_secret or now_s - self._hook_secret_s > KEYS_LIVE_S:
            raise HookRefused("no fresh webhook secret of Replicate is at hand", is_ours=True)
        message = verify(self._hook_secret, headers, body, now_s)
        try:
            ticket = dig(read_json(body), "id")
        except ValueError:
            ticket = None
        return HookEvent(message, ticket=ticket if isinstance(ticket, str) else "", is_signed=True)

    async def check_key(self) -> KeyCheck:
        """The account, which costs nothing; the webhook secret is fetched along the way."""
        reply = await self._exchange.ask("GET", "/v1/account")
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(str(reply.fields().get("detail") or reply.excerpt())))
        try:
            await self.refresh_keys()
        except AskFailed as error:
            return KeyCheck(reply.is_good or None, f"webhooks cannot be verified: {error.message}")
        return KeyCheck(reply.is_good or None, f"account {reply.fields().get('username')}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def _read_failure(error: str) -> Trouble:
    if not MODERATION.search(error):
        return Trouble.PROVIDER_ERROR
    is_input = re.search(r"\b(prompt|input) (was|is|contains)\b", error, re.IGNORECASE)
    return Trouble.MODERATED_INPUT if is_input else Trouble.MODERATED_OUTPUT


def _list_outputs(prediction: dict[str, Any]) -> Iterator[Output]:
    """Addresses in an output, which is one address, a list, or an object of them. Their ending says what they are."""
    output: Json = prediction.get("output")
    many = output if isinstance(output, list) else list(output.values()) if isinstance(output, dict) else [output]
    model = next((card for card in MODELS if card.model == prediction.get("model")), MODELS[0])
    usual = "image/png" if model.medium is Medium.IMAGE else "video/mp4"
    for address in many:
        if isinstance(address, str) and address.startswith(("https://", "http://")):
            ending = address.partition("?")[0].rpartition(".")[2].lower()
            media_type = KINDS.get(ending, usual)
            role = media_type.partition("/")[0]
            yield Output(role, media_type, address, expires_in_s=LINK_LIFE_S, is_refreshable=False)


PROVIDER = ProviderCard(
    name=NAME,
    title="Replicate",
    models=MODELS,
    make=Replicate,
    base_url="https://api.replicate.com",
    base_url_variable="REPLICATE_BASE_URL",
    secrets=(KEY,),
    media_hosts=("*.replicate.delivery", "replicate.delivery"),
)
