"""Luma's older Dream Machine: Ray 2 from words, and extensions of what it made (providers.md 4b; lumaai 1.21.0).

Recovery class B: the list gives back each request's callback address, and the attempt is named in it. Where nobody
listens the address lies below `.invalid`, which never resolves (RFC 2606): a mark only. Pictures have to be addresses
the whole world can read, and there is no upload: frames are not sold here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from workprint.film.model_card import Durations, ModelCard, Price, PriceUnit, Recovery
from workprint.film.request import GenerationRequest, Medium
from workprint.lab.exchange import Exchange, dig, read_json
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
    Trouble,
)

NAME = "luma_dream"
KEY = "LUMAAI_API_KEY"
SOURCE = "lumaai SDK 1.21.0 (providers.md 4b); prices from memory: 0.0064 and 0.0022 USD a million pixels"
NOBODY = "https://workprint.invalid/hooks/luma_dream"
LINK_LIFE_S = 3600
WINDOW_S = 60
PAGE = 100
MOST_PAGES = 50

PIXELS = {"540p": 960 * 540, "720p": 1280 * 720, "1080p": 1920 * 1080, "4k": 3840 * 2160}
"""A 16:9 frame; other aspects have about as many pixels."""

MICROS = {"ray-2": 6_400, "ray-flash-2": 2_200}
"""Micro-dollars a million pixels, at 24 frames a second."""

CENT = 10_000


def _list_prices(model: str) -> Iterator[Price]:
    """What a clip costs in whole cents, as credits are, told by the second."""
    for size, pixels in PIXELS.items():
        for seconds in (5, 9):
            micros = -(-pixels * 24 * seconds * MICROS[model] // 1_000_000)
            clip = -(-micros // CENT) * CENT
            yield Price(PriceUnit.SECOND, -(-clip // seconds), resolutions=(size,), durations_ms=(1000 * seconds,))


MODELS = tuple(
    ModelCard(
        NAME, model, Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_LIST,
        prices=tuple(_list_prices(model)),
        durations=Durations(choices=(5000, 9000)),
        aspects=("16:9", "9:16", "1:1", "4:3", "3:4", "21:9", "9:21"),
        resolutions=tuple(PIXELS),
        link_life_s=LINK_LIFE_S,
        strengths=("draft",) if "flash" in model else ("cinematic",),
        unsure=(
            "prices", "frames of other aspects", "link_life_s", "an unresolvable callback", "prompt_limit"
        ),
    )
    for model in MICROS
)  # fmt: skip

PHASES = {
    "queued": JobPhase.QUEUED,
    "dreaming": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
}
EXTENSIONS = {"extend": "frame0", "extend_before": "frame1"}
"""Knobs that hold the id of an earlier generation; both together make a film between two."""

KNOBS = (*EXTENSIONS, "loop", "concepts")


class LumaDream:
    """Generations: submit, poll, delete, list. A ticket is the generation's id."""

    def __init__(self, account: Account) -> None:
        self._exchange = Exchange(account, lambda: {"authorization": f"Bearer {account.secret(KEY)}"})

    @property
    def limits(self) -> Limits:
        """Nothing is published; these are our own restraint."""
        return Limits(creates_per_minute=20, jobs_at_once=4, poll_every_s=5.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """Only knobs whose price is known."""
        strange = [name for name in request.knobs if name not in KNOBS]
        return tuple(
            Issue("knob-unpriced", f"The knob `{name}` is not known here.", "leave it out") for name in strange
        )

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """There is no upload."""
        if inputs:
            raise AskFailed(Trouble.UNSUPPORTED, "the Dream Machine takes pictures by public address only")
        return ()

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST the generation; its callback address names the attempt, whether anybody listens or not."""
        reply = await self._exchange.post_once("/generations", json=build_body(request, key, callback))
        ticket = reply.fields().get("id")
        if not reply.is_good or not isinstance(ticket, str) or not ticket:
            message = str(reply.fields().get("detail") or "")
            is_moderated = reply.status in (400, 422) and _is_moderated(message)
            trouble = Trouble.MODERATED_INPUT if is_moderated else None
            raise self._exchange.refuse(reply, trouble, message)
        return Receipt(ticket)

    async def poll(self, ticket: str) -> JobState:
        """GET the generation. An unknown or deleted one is gone: EXPIRED."""
        reply = await self._exchange.ask("GET", f"/generations/{ticket}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="Luma has no such generation any more.")
        generation = reply.fields()
        if not reply.is_good or "state" not in generation:
            raise self._exchange.fail(reply, message=str(generation.get("detail") or ""))
        raw, reason = str(generation["state"]), str(generation.get("failure_reason") or "")
        phase, trouble = PHASES.get(raw, JobPhase.RUNNING), None
        if phase is JobPhase.FAILED:
            trouble = Trouble.MODERATED_OUTPUT if _is_moderated(reason) else Trouble.PROVIDER_ERROR
            phase = JobPhase.MODERATED if trouble.is_moderation else phase
        film = dig(generation, "assets", "video")
        outputs = (Output("video", "video/mp4", film),) if isinstance(film, str) and film else ()
        return JobState(phase, raw, outputs=outputs, trouble=trouble, message=self._exchange.scrub(reason))

    async def cancel(self, ticket: str) -> CancelOutcome:
        """DELETE the generation. What had run may be charged: Luma does not say."""
        if (await self.poll(ticket)).phase.is_over:
            return CancelOutcome.TOO_LATE
        reply = await self._exchange.ask("DELETE", f"/generations/{ticket}")
        if not reply.is_good and reply.status != 404:
            raise self._exchange.fail(reply)
        return CancelOutcome.STOPPED

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Look for the attempt's name in the callback addresses of the list."""
        found, strange = set(), 0
        async for item in self._list_generations(key.intent_s - WINDOW_S):
            if not isinstance(item.get("request"), dict):
                strange += 1
            elif key.id in _split(dig(item, "request", "callback_url")):
                found.add(str(item.get("id")))
        if len(found) > 1:
            return CannotKnow(f"Luma lists {len(found)} generations of this attempt")
        if found:
            return Found(found.pop())
        return CannotKnow(f"Luma lists {strange} generations without their requests") if strange else NotFound()

    async def _list_generations(self, start_s: float) -> AsyncIterator[dict[str, Any]]:
        """Every generation since a moment. Raises AskFailed, also when the list does not end."""
        offset = 0
        for _ in range(MOST_PAGES):
            query = {"limit": str(PAGE), "offset": str(offset)}
            reply = await self._exchange.ask("GET", "/generations", params=query)
            items = reply.fields().get("generations")
            if not reply.is_good or not isinstance(items, list):
                raise self._exchange.fail(reply)
            for item in items:
                if isinstance(item, dict) and _read_time(item.get("created_at")) >= start_s:
                    yield item
            if not reply.fields().get("has_more") or not items:
                return
            offset += len(items)  # a page may be shorter than it was asked to be
        raise AskFailed(Trouble.PROVIDER_ERROR, f"the list of generations has more than {MOST_PAGES} pages")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """A generation as it stands. It is not signed: a hint only."""
        try:
            generation = read_json(body)
        except ValueError:
            generation = None
        ticket, state = dig(generation, "id"), dig(generation, "state")
        if not isinstance(ticket, str) or not isinstance(state, str):
            raise HookRefused("the webhook holds no generation")
        parts = _split(dig(generation, "request", "callback_url"))
        return HookEvent(f"{ticket}/{state}", ticket=ticket, attempt=parts[-1] if parts else "")

    async def check_key(self) -> KeyCheck:
        """The credits, which cost nothing to ask for."""
        reply = await self._exchange.ask("GET", "/credits")
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(str(reply.fields().get("detail") or reply.excerpt())))
        cents = reply.fields().get("credit_balance")
        detail = f"{cents / 100:.2f} USD left" if isinstance(cents, (int, float)) else f"HTTP {reply.status}"
        return KeyCheck(reply.is_good or None, detail)

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def build_body(request: GenerationRequest, key: AttemptKey, callback: str) -> dict[str, Any]:
    """The body of a generation."""
    durations = MODELS[0].durations
    body: dict[str, Any] = {
        "generation_type": "video",
        "model": request.native_model,
        "prompt": request.prompt,
        "aspect_ratio": request.aspect,
        "resolution": request.resolution,
        "duration": f"{(durations.slot(request.duration_ms) or durations.longest) // 1000}s",
        "callback_url": callback or f"{NOBODY}/{key.id}",
    }
    frames = {
        place: {"type": "generation", "id": str(request.knobs[knob])}
        for knob, place in EXTENSIONS.items()
        if knob in request.knobs
    }
    if frames:
        body["keyframes"] = frames
    return body | {name: value for name, value in request.knobs.items() if name not in EXTENSIONS}


def _split(address: object) -> list[str]:
    return [part for part in urlsplit(str(address or "")).path.split("/") if part]


def _is_moderated(text: str) -> bool:
    return "moderat" in text.lower()


def _read_time(text: object) -> float:
    """Seconds UTC of an ISO date; a date that cannot be read counts as now, so that nothing is passed over."""
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return float("inf")


PROVIDER = ProviderCard(
    name=NAME,
    title="Luma Dream Machine",
    models=MODELS,
    make=LumaDream,
    base_url="https://api.lumalabs.ai/dream-machine/v1",
    base_url_variable="LUMAAI_BASE_URL",
    secrets=(KEY,),
    media_hosts=("*.lumalabs.ai", "*.cdn-luma.com", "storage.googleapis.com"),
)
