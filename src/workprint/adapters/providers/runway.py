"""Runway: one task API for its own and many other video models (providers.md 3; SDK 5.24.0 read, not used).

Recovery class D: no list, no key, no webhook. A lost answer can only be held.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.money import Money
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.lab.exchange import Exchange, Reply, dig
from workprint.ports.provider import (
    Account,
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
    Output,
    PreparedInput,
    ProviderCard,
    Receipt,
    Reconciled,
    Trouble,
)

NAME = "runway"
KEY = "RUNWAYML_API_SECRET"
VERSION = "2024-11-06"
"""Mandatory header; another version is another interface."""

CREDIT_MICROS = 10_000
"""One credit is 0.01 USD."""

LARGEST_DATA_URI = 5_000_000
"""Bytes of a picture sent inline; larger ones are uploaded."""

UPLOAD_LIFE_S = 24 * 3600
LINK_LIFE_S = 24 * 3600
"""Output links live 24 to 48 hours; a poll gives fresh ones."""

SOURCE = "runwayml SDK 5.24.0; docs.dev.runwayml.com errors, tiers (providers.md 3)"
RATIOS = {
    ("16:9", "720p"): "1280:720",
    ("9:16", "720p"): "720:1280",
    ("1:1", "720p"): "960:960",
    ("4:3", "720p"): "1104:832",
    ("3:4", "720p"): "832:1104",
    ("21:9", "720p"): "1584:672",
    ("16:9", "1080p"): "1920:1080",
    ("9:16", "1080p"): "1080:1920",
}
"""`ratio` by aspect and resolution."""


def _list_sizes() -> Iterator[tuple[str, str, int, int]]:
    for (aspect, size), ratio in RATIOS.items():
        width, _, height = ratio.partition(":")
        yield aspect, size, int(width), int(height)


SIZES = tuple(_list_sizes())


def _credits(count: int, **conditions: Any) -> Price:
    return Price(PriceUnit.SECOND, count * CREDIT_MICROS, **conditions)


FIRST = InputLimit(Role.FIRST_FRAME, 1)
LAST = InputLimit(Role.LAST_FRAME, 1)
MODELS = (
    ModelCard(
        NAME, "gen4.5", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(_credits(12),),
        durations=Durations(low=2000, high=10000),
        aspects=("16:9", "9:16", "1:1", "4:3", "3:4", "21:9"),
        resolutions=("720p",),
        inputs=(FIRST,),
        prompt_limit=1000,
        prompt_unit="utf16",
        seed=SeedKind.EXACT,
        frame_sizes=SIZES,
        link_life_s=LINK_LIFE_S,
        strengths=("camera", "cinematic", "product"),
        unsure=("fps",),
    ),
    ModelCard(
        NAME, "gen4_turbo", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(_credits(5),),
        durations=Durations(choices=(5000, 10000)),
        aspects=("16:9", "9:16", "1:1", "4:3", "3:4", "21:9"),
        resolutions=("720p",),
        inputs=(InputLimit(Role.FIRST_FRAME, 1, least=1),),
        prompt_limit=1000,
        prompt_unit="utf16",
        seed=SeedKind.EXACT,
        frame_sizes=SIZES,
        link_life_s=LINK_LIFE_S,
        strengths=("draft", "camera"),
    ),
    ModelCard(
        NAME, "veo3.1", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(_credits(40, audio=True), _credits(20, audio=False)),
        durations=Durations(choices=(4000, 6000, 8000)),
        aspects=("16:9", "9:16"),
        resolutions=("720p", "1080p"),
        inputs=(FIRST, LAST),
        prompt_limit=1000,
        prompt_unit="utf16",
        takes_negatives=True,
        seed=SeedKind.EXACT,
        sound=SoundKind.OPTIONAL,
        frame_sizes=SIZES,
        link_life_s=LINK_LIFE_S,
        strengths=("realism", "dialogue", "lifestyle"),
    ),
)  # fmt: skip
"""What is bought here through Runway; its other models are bought from their makers, which can be reconciled."""

PHASES = {
    "PENDING": JobPhase.QUEUED,
    "THROTTLED": JobPhase.QUEUED,
    "RUNNING": JobPhase.RUNNING,
    "SUCCEEDED": JobPhase.SUCCEEDED,
    "FAILED": JobPhase.FAILED,
    "CANCELLED": JobPhase.CANCELLED,
}


class Runway:
    """The task API: submit by kind, poll tasks, cancel by deleting."""

    def __init__(self, account: Account) -> None:
        self._exchange = Exchange(account, lambda: {"authorization": f"Bearer {account.secret(KEY)}", **_VERSION})

    @property
    def limits(self) -> Limits:
        """Tier 1 of the published tiers; polls no more often than every five seconds."""
        return Limits(creates_per_minute=60, jobs_at_once=2, poll_every_s=5.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """A last frame needs a first one, and frames decide the ratio of text-only models."""
        issues = []
        if request.of_role(Role.LAST_FRAME) and not request.of_role(Role.FIRST_FRAME):
            issues.append(Issue("last-frame-alone", "Runway takes a last frame only together with a first one."))
        if (request.aspect, request.resolution) not in RATIOS:
            message = f"Runway makes no {request.aspect} at {request.resolution}."
            issues.append(Issue("ratio-unknown", message, f"use one of {sorted(RATIOS)}"))
        if request.native_model == "gen4.5" and not request.inputs and request.aspect not in ("16:9", "9:16"):
            message = "gen4.5 makes 16:9 and 9:16 from text alone; other aspects need a first frame."
            issues.append(Issue("aspect-needs-frame", message, "give a first frame"))
        return tuple(issues)

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Small pictures inline, larger files through an upload that lives for a day."""
        return tuple([await self._prepare(item) for item in inputs])

    async def _prepare(self, item: LocalInput) -> PreparedInput:
        data = Path(item.path).read_bytes()
        if item.media_type.startswith("image/") and len(data) * 4 // 3 < LARGEST_DATA_URI:
            inline = f"data:{item.media_type};base64,{base64.b64encode(data).decode()}"
            return PreparedInput(item.role, inline, item.media_type, item.duration_ms)
        suffix = item.media_type.partition("/")[2]
        body = {"filename": f"{item.digest[:16]}.{suffix}", "type": "ephemeral"}
        reply = await self._exchange.ask("POST", "/v1/uploads", json=body)
        fields, address = dig(reply.fields(), "fields"), dig(reply.fields(), "uploadUrl")
        handle = dig(reply.fields(), "runwayUri")
        if not reply.is_good or not isinstance(address, str) or not isinstance(handle, str):
            raise self._exchange.fail(reply)
        form = {str(key): str(value) for key, value in (fields or {}).items()}
        files = {"file": (body["filename"], data, item.media_type)}
        # The upload goes to a storage host that must not see our key: its form fields carry the permission.
        stored = await self._exchange.ask("POST", address, data=form, files=files, is_signed=False)
        if not stored.is_good:
            raise self._exchange.fail(stored)
        return PreparedInput(item.role, handle, item.media_type, item.duration_ms, UPLOAD_LIFE_S)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST to text_to_video or image_to_video. Runway calls no webhook: `callback` is not used."""
        body = build_body(request, prepared, key)
        path = "/v1/image_to_video" if "promptImage" in body else "/v1/text_to_video"
        reply = await self._exchange.post_once(path, json=body)
        ticket = reply.fields().get("id")
        if not reply.is_good or not isinstance(ticket, str) or not ticket:
            raise self._exchange.refuse(reply, _read_trouble(reply), str(reply.fields().get("error", "")))
        return Receipt(ticket, estimate=_to_money(dig(reply.fields(), "estimatedCost", "credits")))

    async def poll(self, ticket: str) -> JobState:
        """GET the task. A deleted or unknown task is gone: EXPIRED."""
        reply = await self._exchange.ask("GET", f"/v1/tasks/{ticket}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="Runway has no such task any more.")
        task = reply.fields()
        if not reply.is_good or "status" not in task:
            raise self._exchange.fail(reply)
        return self._read_task(task)

    def _read_task(self, task: dict[str, Any]) -> JobState:
        raw = str(task["status"])
        phase = PHASES.get(raw, JobPhase.RUNNING)
        code = str(task.get("failureCode") or "")
        trouble = _read_failure(code) if phase is JobPhase.FAILED else None
        if trouble is not None and trouble.is_moderation:
            phase = JobPhase.MODERATED
        links = tuple(link for link in task.get("output") or () if isinstance(link, str) and link)
        return JobState(
            phase,
            raw,
            progress=task.get("progress"),
            outputs=tuple(Output("video", "video/mp4", link, expires_in_s=LINK_LIFE_S) for link in links),
            charge=_to_money(dig(task, "cost", "credits")),
            trouble=trouble,
            message=self._exchange.scrub(str(task.get("failure") or "")),
            code=code,
        )

    async def cancel(self, ticket: str) -> CancelOutcome:
        """DELETE the task. What was seen running is not refunded; the next poll cannot tell, the task is gone."""
        state = await self.poll(ticket)
        if state.phase.is_over:
            return CancelOutcome.TOO_LATE
        reply = await self._exchange.ask("DELETE", f"/v1/tasks/{ticket}")
        if not reply.is_good and reply.status != 404:
            raise self._exchange.fail(reply)
        return CancelOutcome.FREE if state.phase is JobPhase.QUEUED else CancelOutcome.CHARGED

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """There is no list of tasks and no key to ask for."""
        return CannotKnow("Runway lists no tasks; compare its usage page with the time of this attempt")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Runway sends none."""
        raise HookRefused("Runway sends no webhooks")

    async def check_key(self) -> KeyCheck:
        """The organisation's page, which costs nothing."""
        reply = await self._exchange.ask("GET", "/v1/organization")
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(reply.excerpt()))
        balance = reply.fields().get("creditBalance")
        return KeyCheck(reply.is_good or None, f"{balance} credits" if balance is not None else f"HTTP {reply.status}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


_VERSION = {"x-runway-version": VERSION}


def build_body(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> dict[str, Any]:
    """The body of a task in Runway's camelCase. Without a seed of the request's own, the attempt's is used."""
    body: dict[str, Any] = {
        "model": request.native_model,
        "promptText": request.prompt,
        "duration": _to_seconds(request),
        "ratio": RATIOS[(request.aspect, request.resolution)],
        "seed": key.seed if request.seed is None else request.seed,
        **request.knobs,
    }
    if request.native_model.startswith("veo"):
        body["audio"] = request.audio
        if request.negatives:
            body["negativePrompt"] = ", ".join(request.negatives)
    positions = {Role.FIRST_FRAME: "first", Role.LAST_FRAME: "last"}
    frames = [{"position": positions[item.role], "uri": item.handle} for item in prepared if item.role in positions]
    if frames:
        body["promptImage"] = frames
    return body


def _to_seconds(request: GenerationRequest) -> int:
    card = next(card for card in MODELS if card.model == request.native_model)
    slot = card.durations.slot(request.duration_ms)
    return (slot or card.durations.longest) // 1000


def _to_money(credits_used: object) -> Money | None:
    if isinstance(credits_used, (int, float)) and not isinstance(credits_used, bool):
        return Money(round(credits_used * CREDIT_MICROS))
    return None


def _read_trouble(reply: Reply) -> Trouble | None:
    """What a refused POST means beyond its status: none of 500, 502, 503, 504 proves that no task exists."""
    text = str(reply.fields().get("error", "")).lower()
    return Trouble.BUDGET if reply.status == 400 and "credits" in text else None


def _read_failure(code: str) -> Trouble:
    """The trouble of a failure code (docs errors/task-failures)."""
    if "SAFETY" in code:
        return Trouble.MODERATED_OUTPUT if "OUTPUT" in code else Trouble.MODERATED_INPUT
    return Trouble.INVALID_INPUT if code.startswith("ASSET.") else Trouble.PROVIDER_ERROR


PROVIDER = ProviderCard(
    name=NAME,
    title="Runway",
    models=MODELS,
    make=Runway,
    base_url="https://api.dev.runwayml.com",
    base_url_variable="RUNWAYML_BASE_URL",
    secrets=(KEY,),
    media_hosts=("*.cloudfront.net", "*.runwayml.com", "*.amazonaws.com"),
)
