"""NVIDIA Cosmos on one's own GPU: Transfer 2.5 and the Cosmos3 generator as NIM servers (providers.md 14).

One answer after minutes, and nothing charged. Recovery class D: the server keeps nothing of what it made.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.lab.exchange import Exchange, Reply, dig
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
    Output,
    PreparedInput,
    ProviderCard,
    Receipt,
    Reconciled,
    Trouble,
)

NAME = "cosmos"
GENERATOR = "cosmos3-generator"
STILL = "cosmos3-generator-image"
TRANSFER = "cosmos-transfer2.5-2b"
GENERATOR_URL = "COSMOS_GENERATOR_URL"
TRANSFER_URL = "COSMOS_TRANSFER_URL"
PATIENCE = 30
"""One clip takes minutes: this many times the usual time to answer."""

LARGEST_VIDEO = 75_000_000
"""Bytes of an input video."""

FPS = 24
LEAST_FRAMES = 25
DEFAULT_CONTROL = ("edge", 1.0)
"""What Transfer follows when no control is given: the edges it finds in the video itself."""

CONTROLS = {Role.CONTROL_DEPTH: "depth", Role.CONTROL_EDGE: "edge", Role.CONTROL_SEGMENTATION: "seg"}
GUARDRAIL = re.compile(r"guardrail|unsafe|content safety|safety check|blocklist", re.IGNORECASE)
SOURCE = "NVIDIA's Cosmos cookbook and a deployment guide with its OpenAPI (providers.md 14)"
ASPECTS = ("16:9", "1:1", "9:16", "4:3", "3:4")
FREE = Price(PriceUnit.CALL, 0)
MODELS = (
    ModelCard(
        NAME, GENERATOR, Medium.VIDEO, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(FREE,),
        durations=Durations(low=1000, high=8000),
        aspects=ASPECTS,
        resolutions=("720p", "480p"),
        inputs=(InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.SOURCE_VIDEO, 1)),
        exclusive=((Role.FIRST_FRAME,), (Role.SOURCE_VIDEO,)),
        takes_negatives=True,
        seed=SeedKind.EXACT,
        typical_s=600,
        strengths=("local", "physics"),
        unsure=("pixel sizes", "how a guardrail refuses"),
    ),
    ModelCard(
        NAME, STILL, Medium.IMAGE, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(Price(PriceUnit.IMAGE, 0),),
        aspects=ASPECTS,
        resolutions=("720p", "480p"),
        takes_negatives=True,
        seed=SeedKind.EXACT,
        typical_s=60,
        strengths=("local", "still"),
        unsure=("pixel sizes",),
    ),
    ModelCard(
        NAME, TRANSFER, Medium.VIDEO, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(FREE,),
        resolutions=("720p", "480p"),
        inputs=(
            InputLimit(Role.SOURCE_VIDEO, 1, most_total_ms=20_000, least=1),
            InputLimit(Role.CONTROL_DEPTH, 1),
            InputLimit(Role.CONTROL_EDGE, 1),
            InputLimit(Role.CONTROL_SEGMENTATION, 1),
        ),
        takes_negatives=True,
        seed=SeedKind.EXACT,
        typical_s=900,
        strengths=("local", "restyle", "control"),
        unsure=("how a guardrail refuses",),
    ),
)  # fmt: skip


class Cosmos:
    """The `/v1/infer` of two servers; the one asked is the model's own."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._exchange = Exchange(account, dict)

    @property
    def limits(self) -> Limits:
        """A server makes one clip after the other."""
        return Limits(creates_per_minute=10, jobs_at_once=1, poll_every_s=5.0, settle_s=10.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """All that is limited stands on the card."""
        return ()

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Inputs go into the request as base64."""
        return tuple([self._prepare(item) for item in inputs])

    def _prepare(self, item: LocalInput) -> PreparedInput:
        data = Path(item.path).read_bytes()
        if len(data) > LARGEST_VIDEO:
            message = f"{item.name} has {len(data)} bytes; Cosmos takes {LARGEST_VIDEO}"
            raise AskFailed(Trouble.INVALID_INPUT, self._exchange.scrub(message))
        return PreparedInput(item.role, base64.b64encode(data).decode(), item.media_type, item.duration_ms)

    def _address(self, model: str, path: str) -> str:
        """Where a model's server listens: its own setting, else the base address."""
        own = self._account.settings.get(TRANSFER_URL if model == TRANSFER else GENERATOR_URL, "")
        return f"{own.rstrip('/')}{path}"

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST once and hold the line for minutes: a quiet server is at work. There is no webhook."""
        body = build_body(request, prepared, key)
        path = self._address(request.native_model, "/v1/infer")
        reply = await self._exchange.post_once(path, json=body, answer_s=self._account.answer_s * PATIENCE)
        state = _read_result(reply.fields()) if reply.is_good else None
        if state is None:
            words = _read_words(reply)
            raise self._exchange.refuse(reply, _read_trouble(reply, words), words)
        return Receipt(f"made/{key.id}", state)

    async def poll(self, ticket: str) -> JobState:
        """The server keeps nothing."""
        return JobState(JobPhase.EXPIRED, "not kept", message="A Cosmos server keeps nothing that it made.")

    async def cancel(self, ticket: str) -> CancelOutcome:
        """The answer is the result: there is nothing left to cancel."""
        return CancelOutcome.TOO_LATE

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Nothing is listed; nothing was charged either."""
        return CannotKnow("a Cosmos server lists nothing; it is your own GPU, and asking again costs its time only")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Cosmos sends none."""
        raise HookRefused("Cosmos servers send no webhooks")

    async def check_key(self) -> KeyCheck:
        """There is no key; the server says whether it is ready."""
        reply = await self._exchange.ask("GET", self._address(GENERATOR, "/v1/health/ready"))
        status = str(reply.fields().get("status") or f"HTTP {reply.status}")
        return KeyCheck(reply.is_good or None, self._exchange.scrub(f"the server is {status}"))

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def build_body(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> dict[str, Any]:
    """The body of `/v1/infer` by model. Knobs are further fields; the server refuses fields it does not know."""
    body: dict[str, Any] = {"prompt": request.prompt, "seed": key.seed if request.seed is None else request.seed}
    if request.negatives:
        body["negative_prompt"] = ", ".join(request.negatives)
    by_role = {item.role: item for item in prepared}
    if request.native_model == TRANSFER:
        return body | _build_transfer(request, by_role) | dict(request.knobs)
    return body | _build_generator(request, by_role) | dict(request.knobs)


def _build_transfer(request: GenerationRequest, by_role: Mapping[Role, PreparedInput]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "video": by_role[Role.SOURCE_VIDEO].handle,
        "resolution": request.resolution.rstrip("p"),
    }
    for role, name in CONTROLS.items():
        if role in by_role:
            body[name] = {"control_weight": 1.0, "control": by_role[role].handle}
    if not any(name in body for name in CONTROLS.values()):
        name, weight = DEFAULT_CONTROL
        body[name] = {"control_weight": weight}
    return body


def _build_generator(request: GenerationRequest, by_role: Mapping[Role, PreparedInput]) -> dict[str, Any]:
    shape = f"{request.resolution.rstrip('p')}_{request.aspect.replace(':', '_')}"
    if request.medium is Medium.IMAGE:
        return {"model_mode": "text2image", "resolution": shape}
    durations = next(card.durations for card in MODELS if card.model == request.native_model)
    slot_ms = durations.slot(request.duration_ms) or durations.longest
    given = by_role.get(Role.FIRST_FRAME) or by_role.get(Role.SOURCE_VIDEO)
    body: dict[str, Any] = {
        "model_mode": "text2video",
        "resolution": shape,
        "num_frames": max(LEAST_FRAMES, FPS * slot_ms // 1000 + 1),
        "fps": FPS,
    }
    if given is not None:
        body["model_mode"] = "image2video" if given.role is Role.FIRST_FRAME else "video2video"
        body["input_reference"] = given.handle
    return body


def _read_result(data: Mapping[str, Any]) -> JobState | None:
    """The finished state in a good answer; None when it is no result."""
    for name, role, media_type in (("b64_video", "video", "video/mp4"), ("b64_image", "image", "image/png")):
        encoded = data.get(name)
        if not isinstance(encoded, str):
            continue
        try:
            content = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            return None
        outputs = (Output(role, media_type, data=content),) if content else ()
        seed = data.get("seed")
        return JobState(JobPhase.SUCCEEDED, "done", outputs=outputs, facts={"seed": seed} if seed is not None else {})
    return None


def _read_words(reply: Reply) -> str:
    """What the server says is wrong: a sentence, or the complaints of its validation."""
    detail = reply.fields().get("detail") or reply.fields().get("error") or reply.fields().get("message")
    if isinstance(detail, list):
        return "; ".join(f"{dig(item, 'loc', -1)}: {dig(item, 'msg')}" for item in detail)
    return str(dig(detail, "message") or detail or "")


def _read_trouble(reply: Reply, words: str) -> Trouble | None:
    """A guardrail's refusal is one under any status: the server says that it made nothing."""
    if reply.status < 400 or not GUARDRAIL.search(words):
        return None
    shows = re.search(r"output|generated|video", words, re.IGNORECASE)
    return Trouble.MODERATED_OUTPUT if shows else Trouble.MODERATED_INPUT


PROVIDER = ProviderCard(
    name=NAME,
    title="NVIDIA Cosmos (NIM)",
    models=MODELS,
    make=Cosmos,
    base_url="http://127.0.0.1:8000",
    base_url_variable="COSMOS_BASE_URL",
    settings=(GENERATOR_URL, TRANSFER_URL),
    notice="Runs on your own GPU (24 GB and more) as NVIDIA's NIM containers, under NVIDIA's licence.",
)
