"""The Gemini API: Omni videos as background interactions, pictures in one answer (providers.md 7a, 7c).

Recovery class C for video: a webhook gives the attempt's metadata back; there is no list. Class D for pictures.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from workprint.adapters.providers.gemini.bodies import build_interaction, build_picture
from workprint.adapters.providers.gemini.cards import MODELS, NAME
from workprint.adapters.providers.gemini.hooks import read_dynamic, read_registered
from workprint.adapters.providers.gemini.states import read_error, read_interaction, read_picture
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.lab.exchange import Exchange, SealedHeaders
from workprint.lab.jwt_rs256 import RsaKey, read_key_id, read_rsa_keys
from workprint.ports.provider import (
    Account,
    AskFailed,
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    HookEvent,
    HookRefused,
    Issue,
    JobPhase,
    JobState,
    KeyCheck,
    Limits,
    LocalInput,
    PreparedInput,
    ProviderCard,
    Receipt,
    Reconciled,
    Trouble,
)

KEY = "GEMINI_API_KEY"
HOOK_KEY = "GEMINI_WEBHOOK_SECRET"
AUDIENCE = "GEMINI_WEBHOOK_AUDIENCE"
LARGEST_INLINE = 14_000_000
"""Bytes of an input: requests may have 20 MB, in base64."""

KEYS_LIVE_S = 24 * 3600.0


class Gemini:
    """Interactions and generateContent."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._exchange = Exchange(account, lambda: {"x-goog-api-key": account.secret(KEY)})
        self._keys: dict[str, RsaKey] = {}
        self._keys_s = 0.0

    @property
    def limits(self) -> Limits:
        """A careful pace: Google publishes its limits per project only."""
        return Limits(creates_per_minute=10, jobs_at_once=4, poll_every_s=10.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """A last frame needs a first one."""
        if request.of_role(Role.LAST_FRAME) and not request.of_role(Role.FIRST_FRAME):
            return (Issue("last-frame-alone", "Gemini Omni takes a last frame only together with a first one."),)
        return ()

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Inputs go into the request as base64."""
        return tuple([self._prepare(item) for item in inputs])

    def _prepare(self, item: LocalInput) -> PreparedInput:
        data = Path(item.path).read_bytes()
        if len(data) > LARGEST_INLINE:
            message = f"{item.name} has {len(data)} bytes; Gemini takes {LARGEST_INLINE} in a request"
            raise AskFailed(Trouble.INVALID_INPUT, self._exchange.scrub(message))
        return PreparedInput(item.role, base64.b64encode(data).decode(), item.media_type, item.duration_ms)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST an interaction in the background, or a picture whose answer is the result."""
        if request.medium is Medium.IMAGE:
            return await self._submit_picture(request, prepared, key)
        body = build_interaction(request, prepared, key, callback)
        reply = await self._exchange.post_once("/v1/interactions", json=body)
        ident = reply.fields().get("id")
        if not reply.is_good or not isinstance(ident, str) or not ident:
            raise self._exchange.refuse(reply, *read_error(reply))
        state = read_interaction(reply.fields(), self._open_file, self._exchange.scrub)
        return Receipt(f"interaction/{ident}", state if state.phase.is_over else None)

    async def _submit_picture(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey
    ) -> Receipt:
        path, body = build_picture(request, prepared, key)
        reply = await self._exchange.post_once(path, json=body)
        state = read_picture(reply.fields(), self._exchange.scrub) if reply.is_good else None
        if state is None:
            raise self._exchange.refuse(reply, *read_error(reply))
        return Receipt(f"picture/{reply.fields().get('responseId') or ''}", state)

    def _open_file(self, address: str) -> Mapping[str, str]:
        """Our key for a file that lies with the API itself; no other host gets to see it."""
        if not address.startswith(f"{self._exchange.base_url}/"):
            return {}
        return SealedHeaders({"x-goog-api-key": self._account.secret(KEY)})

    async def poll(self, ticket: str) -> JobState:
        """GET the interaction. A picture is kept nowhere."""
        kind, _, ident = ticket.partition("/")
        if kind != "interaction":
            return JobState(JobPhase.EXPIRED, "not kept", message="Gemini keeps no record of pictures.")
        reply = await self._exchange.ask("GET", f"/v1/interactions/{quote(ident, safe='')}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="Gemini has no such interaction any more.")
        if not reply.is_good or "status" not in reply.fields():
            trouble, message, code = read_error(reply)
            raise self._exchange.fail(reply, trouble, message, code)
        return read_interaction(reply.fields(), self._open_file, self._exchange.scrub)

    async def cancel(self, ticket: str) -> CancelOutcome:
        """Ask a background interaction to stop; what it has cost is not told."""
        kind, _, ident = ticket.partition("/")
        if kind != "interaction" or (await self.poll(ticket)).phase.is_over:
            return CancelOutcome.TOO_LATE
        reply = await self._exchange.ask("POST", f"/v1/interactions/{quote(ident, safe='')}/cancel")
        if not reply.is_good:
            raise self._exchange.fail(reply, *read_error(reply))
        return CancelOutcome.STOPPED

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Nothing lists interactions: only a webhook brings a lost one back."""
        if request.medium is Medium.IMAGE:
            return CannotKnow("Gemini keeps no record of pictures; compare its usage page")
        return CannotKnow("Gemini lists no interactions; its webhook says which attempt one was")

    async def refresh_keys(self) -> None:
        """Fetch the keys that sign webhooks of single requests. Raises AskFailed; the old keys are kept then."""
        reply = await self._exchange.ask("GET", "/.well-known/jwks.json", is_signed=False)
        keys = read_rsa_keys(reply.fields()) if reply.is_good else {}
        if not keys:
            raise self._exchange.fail(reply, Trouble.PROVIDER_ERROR, "Gemini publishes no webhook keys there")
        self._keys, self._keys_s = keys, time.time()

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Check a delivery. Without fresh keys a token cannot be told: call `refresh_keys` and ask again."""
        signature = headers.get("webhook-signature", "")
        if signature.startswith("v1,"):
            return read_registered(self._account.secret(HOOK_KEY), headers, body, now_s)
        kid = read_key_id(signature)
        if kid not in self._keys and now_s - self._keys_s > KEYS_LIVE_S:
            raise HookRefused("no fresh keys of Gemini are at hand", is_ours=True)
        return read_dynamic(self._keys, self._account.settings.get(AUDIENCE, ""), headers, body, now_s)

    async def check_key(self) -> KeyCheck:
        """The list of models, which costs nothing."""
        reply = await self._exchange.ask("GET", "/v1beta/models", params={"pageSize": "1"})
        trouble, message, _ = read_error(reply)
        if reply.status in (401, 403) or trouble is Trouble.AUTH:
            return KeyCheck(False, self._exchange.scrub(message or reply.excerpt()))
        return KeyCheck(True if reply.is_good else None, "the key lists models" if reply.is_good else message)

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


PROVIDER = ProviderCard(
    name=NAME,
    title="Google Gemini",
    models=MODELS,
    make=Gemini,
    base_url="https://generativelanguage.googleapis.com",
    base_url_variable="GEMINI_BASE_URL",
    secrets=(KEY,),
    settings=(AUDIENCE,),
    media_hosts=("generativelanguage.googleapis.com", "*.googleapis.com"),
    hook_secrets=(HOOK_KEY,),
)
