"""fal: a queue for many makers' models, Pika, Kling, Wan and FLUX among them (providers.md 2, 11).

Recovery class B where a model takes a seed: the platform's list gives the inputs back, and each attempt has a seed of
its own. Kling takes none there: class C, its webhook says which attempt it is. Webhooks are signed with Ed25519.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workprint.adapters.providers.fal.bodies import build_body, find_card, is_same
from workprint.adapters.providers.fal.cards import MODELS, NAME
from workprint.adapters.providers.fal.hooks import read_hook
from workprint.adapters.providers.fal.states import read_failure, read_outputs, read_refusal, read_trouble
from workprint.film.model_card import Recovery
from workprint.film.request import GenerationRequest, Role
from workprint.lab.ed25519 import read_jwks
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
    NotFound,
    Package,
    PreparedInput,
    ProviderCard,
    Receipt,
    Reconciled,
    Trouble,
)

KEY = "FAL_KEY"
QUEUE = "https://queue.fal.run"
REST = "https://rest.fal.ai"
PLATFORM = "https://api.fal.ai/v1"
KEY_SETS = ("https://rest.fal.ai/.well-known/jwks.json", "https://rest.alpha.fal.ai/.well-known/jwks.json")
"""Where webhook keys are published: the newer host first, then the one older pages name."""

START_WITHIN_S = 1800
"""`X-Fal-Request-Timeout`: a request that has not begun by then is ended by fal: a bound on how long it hides."""

LONGEST_RUN_S = 1800
"""What no model here takes once it has begun. Whether fal lists what still runs is not documented, so a request is
believed absent only after it must have ended."""

KEYS_LIVE_S = 3600
"""Keys older than this are fetched again before a webhook is refused by them; fal allows 24 hours."""

UPLOAD_LIFE_S = 24 * 3600
WINDOW_S = 60
MOST_PAGES = 50
SUBMIT_HEADERS = {"x-fal-no-retry": "1", "x-fal-request-timeout": str(START_WITHIN_S)}
"""Only our engine retries: fal's queue would run a failed request again, up to ten times."""

PRICED = ("duration", "resolution", "aspect_ratio", "image_size", "num_images", "generate_audio")
SET_BY_REQUEST = frozenset(("prompt", "seed", "voice_ids", "transitions", "multi_prompt", *PRICED))
"""Fields a knob may not replace: they are the request's own, they carry the marker, or fal charges more for them."""

APPS = tuple(sorted({"/".join(card.model.split("/")[:2]) for card in MODELS}))
"""Owner and app of every model here: under these fal keeps requests."""

PHASES = {"IN_QUEUE": JobPhase.QUEUED, "IN_PROGRESS": JobPhase.RUNNING}


class Fal:
    """The queue: submit, status and result apart, cancel by PUT.

    A ticket is `owner/app/requests/id`, the path fal returned. A webhook knows the id alone: that is a ticket too, and
    the apps of our cards are asked for it once.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._exchange = Exchange(account, lambda: {"authorization": f"Key {account.secret(KEY)}"})
        self._keys: tuple[bytes, ...] = ()
        self._keys_s = 0.0
        self._apps: dict[str, str] = {}

    def _locate(self, setting: str, usual: str, path: str) -> str:
        """A sister host of the queue: by setting; the usual one; or below a base address that was replaced."""
        named = self._account.settings.get(setting, "")
        if named:
            return named.rstrip("/")
        return usual if self._exchange.base_url == QUEUE else f"{self._exchange.base_url}{path}"

    @property
    def limits(self) -> Limits:
        """New accounts run two at once and queue the rest; what is absent from the list is believed after an hour."""
        return Limits(creates_per_minute=60, jobs_at_once=2, settle_s=START_WITHIN_S + LONGEST_RUN_S)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """No knob may change a price; Kling has shots or a last frame; FLUX.2 makes one picture a call."""
        issues = [
            Issue("knob-decides-price", f"The knob `{name}` would change what was priced or marked.", "leave it out")
            for name in sorted(SET_BY_REQUEST.intersection(request.knobs))
        ]
        if request.shots and request.of_role(Role.LAST_FRAME):
            message = "Kling on fal takes several shots or a last frame, not both."
            issues.append(Issue("shots-with-last-frame", message, "leave one of them out"))
        if request.knobs.get("count", 1) != 1 and "flux-2" in request.native_model:
            issues.append(Issue("one-picture-a-call", "FLUX.2 on fal makes one picture a call.", "ask several times"))
        return tuple(issues)

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Everything is uploaded to fal's CDN with a token of its own, so that the list stays short to read."""
        if not inputs:
            return ()
        rest = self._locate("FAL_REST_URL", REST, "")
        query = {"storage_type": "fal-cdn-v3"}
        reply = await self._exchange.ask("POST", f"{rest}/storage/auth/token", params=query, json={})
        token, base = dig(reply.fields(), "token"), dig(reply.fields(), "base_url")
        if not reply.is_good or not isinstance(token, str) or not isinstance(base, str):
            raise self._exchange.fail(reply)
        kind = str(reply.fields().get("token_type") or "Bearer")
        return tuple([await self._upload(item, base.rstrip("/"), f"{kind} {token}") for item in inputs])

    async def _upload(self, item: LocalInput, base: str, permission: str) -> PreparedInput:
        name = f"{item.digest[:16]}.{item.media_type.partition('/')[2]}"
        headers = {"authorization": permission, "content-type": item.media_type, "x-fal-file-name": name}
        data = Path(item.path).read_bytes()
        # The CDN is told its own token, not our key.
        address = f"{base}/files/upload"
        reply = await self._exchange.ask("POST", address, content=data, headers=headers, is_signed=False)
        handle = reply.fields().get("access_url")
        if not reply.is_good or not isinstance(handle, str):
            raise self._exchange.fail(reply)
        return PreparedInput(item.role, handle, item.media_type, item.duration_ms, UPLOAD_LIFE_S)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST to the model's queue; the webhook address goes into the query."""
        body = build_body(request, prepared, key)
        params = {"fal_webhook": callback} if callback else None
        reply = await self._exchange.post_once(
            f"/{request.native_model}", json=body, params=params, headers=SUBMIT_HEADERS
        )
        request_id = reply.fields().get("request_id")
        if not reply.is_good or not isinstance(request_id, str) or not request_id:
            trouble, message, code = read_refusal(reply)
            raise self._exchange.refuse(reply, trouble, message, code)
        return Receipt(self._name_ticket(request, request_id, reply.fields().get("response_url")))

    def _name_ticket(self, request: GenerationRequest, request_id: str, address: object) -> str:
        """The path fal returned, when it is below our base address; else owner and app, which is where fal keeps them.

        The address itself is not kept: a ticket must never send our key to another host.
        """
        base, answered = self._exchange.base_url, str(address or "")
        path = answered.removeprefix(f"{base}/") if answered.startswith(f"{base}/") else ""
        if path.endswith(f"/requests/{request_id}") and not urlsplit(path).query:
            return path
        return f"{'/'.join(request.native_model.split('/')[:2])}/requests/{request_id}"

    async def poll(self, ticket: str) -> JobState:
        """The status; when it is complete, the result tells whether it is one. An unknown request is gone: EXPIRED."""
        path, reply = await self._ask_status(ticket)
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="fal has no such request any more.")
        raw = reply.fields().get("status")
        if not reply.is_good or not isinstance(raw, str):
            raise self._exchange.fail(reply)
        if raw != "COMPLETED":
            return JobState(PHASES.get(raw, JobPhase.RUNNING), raw)
        failure = read_failure(reply, raw)
        return self._tidy(failure) if failure else await self._read_result(path)

    async def _ask_status(self, ticket: str) -> tuple[str, Reply]:
        """Where a ticket's request lies, and its status."""
        paths = [ticket] if "/" in ticket else [f"{app}/requests/{ticket}" for app in self._list_apps(ticket)]
        for path in paths:
            reply = await self._exchange.ask("GET", f"/{path}/status", params={"logs": "0"})
            if reply.status != 404:
                self._apps[ticket] = path.partition("/requests/")[0]
                return path, reply
        return paths[-1], reply

    def _list_apps(self, ticket: str) -> tuple[str, ...]:
        known = self._apps.get(ticket)
        return (known,) if known else APPS

    async def _read_result(self, path: str) -> JobState:
        reply = await self._exchange.ask("GET", f"/{path}")
        if reply.is_good and reply.fields():
            return self._tidy(read_outputs(reply.fields()))
        failure = read_failure(reply, "COMPLETED")
        if failure is None:
            raise self._exchange.fail(reply)
        return self._tidy(failure)

    def _tidy(self, state: JobState) -> JobState:
        return JobState(**{**vars(state), "message": self._exchange.scrub(state.message)})

    async def cancel(self, ticket: str) -> CancelOutcome:
        """Ask by PUT, then look: an accepted wish is no end yet, and what runs may still finish and be billed."""
        path, _ = await self._ask_status(ticket) if "/" not in ticket else (ticket, None)
        reply = await self._exchange.ask("PUT", f"/{path}/cancel")
        if reply.status in (400, 404):
            return CancelOutcome.TOO_LATE
        if not reply.is_good:
            raise self._exchange.fail(reply)
        state = await self.poll(ticket)
        return CancelOutcome.STOPPED if state.phase is JobPhase.CANCELLED else CancelOutcome.TOO_LATE

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Look for the attempt's seed in the inputs the platform lists for the model."""
        if find_card(request).recovery is not Recovery.BY_LIST:
            return CannotKnow("this model takes no seed on fal: only its webhook can say which attempt it is")
        found, unreadable = set(), 0
        async for item in self._list_requests(request.native_model, key.intent_s - WINDOW_S):
            if "json_input" not in item or item["json_input"] is None:
                unreadable += 1
            elif is_same(request, key, item["json_input"]):
                found.add(str(item.get("request_id")))
        if len(found) > 1:
            return CannotKnow(f"fal lists {len(found)} requests with this seed and prompt")
        if found:
            return Found(self._name_ticket(request, found.pop(), None))
        if unreadable:
            return CannotKnow(f"fal lists {unreadable} requests without their inputs")
        return NotFound()

    async def _list_requests(self, model: str, start_s: float) -> AsyncIterator[dict[str, Any]]:
        """Every listed request of a model since a moment. Raises AskFailed, also when the list does not end."""
        platform = self._locate("FAL_API_URL", PLATFORM, "/v1")
        start = datetime.fromtimestamp(start_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        query = {"endpoint_id": model, "start": start, "expand": "payloads", "limit": "100"}
        for _ in range(MOST_PAGES):
            reply = await self._exchange.ask("GET", f"{platform}/models/requests/by-endpoint", params=query)
            items = dig(reply.fields(), "items")
            if not reply.is_good or not isinstance(items, list):
                raise self._exchange.fail(reply)
            for item in items:
                if isinstance(item, dict):
                    yield item
            cursor = reply.fields().get("next_cursor")
            if not reply.fields().get("has_more") or not cursor:
                return
            query["cursor"] = str(cursor)
        raise AskFailed(Trouble.PROVIDER_ERROR, f"the list of requests has more than {MOST_PAGES} pages")

    async def refresh_keys(self) -> None:
        """Fetch the keys that sign webhooks. Raises AskFailed when no address has any; the old ones are kept then."""
        base = self._exchange.base_url
        named = self._account.settings.get("FAL_JWKS_URL", "")
        own = KEY_SETS if base == QUEUE else (f"{base}/.well-known/jwks.json",)
        reply = Reply(404, {}, b"")
        for address in (named,) if named else own:
            reply = await self._exchange.ask("GET", address, is_signed=False)
            keys = read_jwks(reply.fields()) if reply.is_good else ()
            if keys:
                self._keys, self._keys_s = keys, time.time()
                return
        raise self._exchange.fail(reply, Trouble.PROVIDER_ERROR, "fal publishes no webhook keys there")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Check fal's Ed25519 signature. Without fresh keys it cannot be told: call `refresh_keys` and ask again."""
        if not self._keys or now_s - self._keys_s > KEYS_LIVE_S:
            raise HookRefused("no fresh keys of fal are at hand", is_ours=True)
        return read_hook(self._keys, headers, body, now_s)

    async def check_key(self) -> KeyCheck:
        """The price of one model, which costs nothing to ask; the webhook keys are fetched along the way."""
        platform = self._locate("FAL_API_URL", PLATFORM, "/v1")
        query = {"endpoint_id": MODELS[0].model}
        reply = await self._exchange.ask("GET", f"{platform}/models/pricing", params=query)
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(read_trouble(reply)[1] or reply.excerpt()))
        try:
            await self.refresh_keys()
        except AskFailed as error:
            return KeyCheck(reply.is_good or None, f"webhooks cannot be verified: {error.message}")
        price, unit = dig(reply.fields(), "prices", 0, "unit_price"), dig(reply.fields(), "prices", 0, "unit")
        return KeyCheck(
            reply.is_good or None, f"{MODELS[0].model} at {price} USD per {unit}" if price else f"{reply.status}"
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


PROVIDER = ProviderCard(
    name=NAME,
    title="fal",
    models=MODELS,
    make=Fal,
    base_url=QUEUE,
    base_url_variable="FAL_QUEUE_URL",
    secrets=(KEY,),
    settings=("FAL_REST_URL", "FAL_API_URL", "FAL_JWKS_URL"),
    media_hosts=("*.fal.media", "fal.media", "storage.googleapis.com"),
    packages=(Package("cryptography", "to verify its webhooks", checks_hooks=True),),
)
