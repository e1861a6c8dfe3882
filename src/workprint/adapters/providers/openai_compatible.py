"""Whatever speaks OpenAI's `/v1/videos` and `/v1/images`: gateways, vLLM-Omni on one's own GPU (providers.md 8).

The address must be configured; it ends with `/v1`. OpenAI's own video service ended on 2026-09-24.

Recovery class D. Videos can be listed, and the list gives the prompt back, but nothing of ours: the form has no field
for a mark that every server keeps, several takes of a shot have the same prompt, and many gateways have no list at all.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Iterator, Mapping
from typing import Any

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.lab.data_uris import read_inline, write_inline
from workprint.lab.exchange import Exchange, Reply, SealedHeaders, dig
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

NAME = "openai_compatible"
KEY = "OPENAI_COMPATIBLE_API_KEY"
AS_OF = "2026-11-21"
SDK = "openai SDK 2.54.0 (providers.md 8)"
OMNI = f"docs.vllm.ai/projects/vllm-omni, serving/videos_api; {SDK}"
STILLS = f"{SDK}; prices by fal.ai/models/openai/gpt-image-2"
LARGEST_FRAME = 20_000_000
"""Bytes of a first frame: our own restraint, it goes up inside the paid request."""

PATIENCE = 3.0
"""A picture is made while we wait: this many times the usual time-out."""

SIZES = {
    ("16:9", "480p"): "832x480",
    ("9:16", "480p"): "480x832",
    ("16:9", "720p"): "1280x720",
    ("9:16", "720p"): "720x1280",
    ("16:9", "1024p"): "1792x1024",
    ("9:16", "1024p"): "1024x1792",
    ("1:1", "1k"): "1024x1024",
    ("3:2", "1k"): "1536x1024",
    ("2:3", "1k"): "1024x1536",
}
"""`size` by aspect and resolution."""


def _list_sizes(*resolutions: str) -> Iterator[tuple[str, str, int, int]]:
    for (aspect, resolution), size in SIZES.items():
        if resolution in resolutions:
            width, _, height = size.partition("x")
            yield aspect, resolution, int(width), int(height)


FIRST = InputLimit(Role.FIRST_FRAME, 1)


def _open_weights(model: str, **parts: Any) -> ModelCard:
    """Weights served on one's own GPU: nothing is charged there."""
    return ModelCard(
        NAME, model, Medium.VIDEO, AS_OF, OMNI, Recovery.NONE,
        prices=(Price(PriceUnit.SECOND, 0),),
        durations=Durations(choices=(5000,)),
        aspects=("16:9", "9:16"),
        resolutions=("480p", "720p"),
        fps=16,
        takes_negatives=True,
        seed=SeedKind.EXACT,
        frame_sizes=tuple(_list_sizes("480p", "720p")),
        link_life_s=0,
        typical_s=600,
        strengths=("draft", "own_gpu"),
        unsure=("longest clip", "how long results are kept"),
        **parts,
    )  # fmt: skip


def _sora(model: str, *prices: Price, resolutions: tuple[str, ...]) -> ModelCard:
    return ModelCard(
        NAME, model, Medium.VIDEO, AS_OF, SDK, Recovery.NONE,
        prices=prices,
        durations=Durations(choices=(4000, 8000, 12000)),
        aspects=("16:9", "9:16"),
        resolutions=resolutions,
        fps=30,
        inputs=(FIRST,),
        sound=SoundKind.ALWAYS,
        frame_sizes=tuple(_list_sizes(*resolutions)),
        ends_on="2026-09-24",
    )  # fmt: skip


def _still(quality: str, micros: int, *strengths: str) -> ModelCard:
    return ModelCard(
        NAME, f"gpt-image-2/{quality}", Medium.IMAGE, AS_OF, STILLS, Recovery.NONE,
        prices=(Price(PriceUnit.IMAGE, micros),),
        aspects=("1:1", "3:2", "2:3"),
        resolutions=("1k",),
        prompt_limit=32_000,
        frame_sizes=tuple(_list_sizes("1k")),
        link_life_s=0,
        typical_s=40,
        strengths=("still", "lettering", *strengths),
        unsure=("price at a gateway", "prompt_limit"),
    )  # fmt: skip


MODELS = (
    _open_weights("Wan-AI/Wan2.2-T2V-A14B-Diffusers"),
    _open_weights("Wan-AI/Wan2.2-I2V-A14B-Diffusers", inputs=(InputLimit(Role.FIRST_FRAME, 1, least=1),)),
    _still("low", 6_000, "draft"),
    _still("medium", 53_000),
    _still("high", 211_000, "product"),
    _sora("sora-2", Price(PriceUnit.SECOND, 100_000), resolutions=("720p",)),
    _sora(
        "sora-2-pro",
        Price(PriceUnit.SECOND, 300_000, resolutions=("720p",)),
        Price(PriceUnit.SECOND, 500_000, resolutions=("1024p",)),
        resolutions=("720p", "1024p"),
    ),
)
"""Stills have a card a quality, as each has its price: the square one, which is the dearest."""

PHASES = {
    "queued": JobPhase.QUEUED,
    "in_progress": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "cancelled": JobPhase.CANCELLED,
}
CODES = {
    "moderation_blocked": Trouble.MODERATED_INPUT,
    "content_policy_violation": Trouble.MODERATED_INPUT,
    "insufficient_quota": Trouble.BUDGET,
    "billing_hard_limit_reached": Trouble.BUDGET,
}
"""Codes that say more than their status (from memory)."""


class OpenAICompatible:
    """Videos are jobs, pictures come at once. A ticket is the video's id."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._exchange = Exchange(account, self._sign)

    def _sign(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._account.secret(KEY)}"}

    @property
    def limits(self) -> Limits:
        """Every server has its own; one's own GPU makes one film at a time."""
        return Limits(creates_per_minute=60, jobs_at_once=2, poll_every_s=5.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """Without an address there is nobody to ask; a knob may not replace what was priced."""
        issues = []
        if not self._exchange.base_url:
            message = "No address of an OpenAI-compatible server is configured."
            issues.append(Issue("no-address", message, f"set {PROVIDER.base_url_variable}, ending with /v1"))
        for name in sorted({"model", "prompt", "seconds", "size", "quality", "n"}.intersection(request.knobs)):
            issues.append(Issue("knob-decides-price", f"The knob `{name}` would change what was priced."))
        return tuple(issues)

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """A first frame is kept inline: it goes up as a part of the paid request itself."""
        return tuple(write_inline(item, LARGEST_FRAME) for item in inputs)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST a form for a video, JSON for pictures. No webhook is called: `callback` is not used."""
        if request.medium is Medium.IMAGE:
            return await self._make_still(request)
        form: dict[str, Any] = {name: (None, value) for name, value in build_form(request, key).items()}
        for item in prepared:
            name = f"first_frame.{item.media_type.partition('/')[2]}"
            form["input_reference"] = (name, read_inline(item.handle), item.media_type)
        reply = await self._exchange.post_once("/videos", files=form)
        ticket = reply.fields().get("id")
        if not reply.is_good or not isinstance(ticket, str) or not ticket:
            raise self._refuse(reply)
        return Receipt(ticket)

    async def _make_still(self, request: GenerationRequest) -> Receipt:
        wait_s = PATIENCE * self._account.answer_s
        reply = await self._exchange.post_once("/images/generations", json=build_still(request), answer_s=wait_s)
        items = reply.fields().get("data")
        if not reply.is_good or not isinstance(items, list):
            raise self._refuse(reply)
        prompts = [str(dig(item, "revised_prompt")) for item in items if dig(item, "revised_prompt")]
        state = JobState(
            JobPhase.SUCCEEDED,
            "completed",
            outputs=tuple(_list_pictures(items)),
            facts={"revised_prompt": prompts[0]} if prompts else {},
        )
        return Receipt(f"image/{reply.headers.get('x-request-id', '')}", state)

    def _refuse(self, reply: Reply) -> Exception:
        """The error of a refused POST: its code where a status of 4xx comes with one that says more."""
        code = str(dig(reply.fields(), "error", "code") or "")
        message = str(dig(reply.fields(), "error", "message") or "")
        trouble = CODES.get(code) if reply.status in (400, 402, 403, 422, 429) else None
        return self._exchange.refuse(reply, trouble, message, code)

    async def poll(self, ticket: str) -> JobState:
        """GET the video. An unknown or deleted one is gone: EXPIRED."""
        reply = await self._exchange.ask("GET", f"/videos/{ticket}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="The server has no such video any more.")
        if not reply.is_good or "status" not in reply.fields():
            raise self._exchange.fail(reply, message=str(dig(reply.fields(), "error", "message") or ""))
        return self._read(reply)

    def _read(self, reply: Reply) -> JobState:
        video = reply.fields()
        raw, code = str(video["status"]), str(dig(video, "error", "code") or "")
        phase, trouble = PHASES.get(raw, JobPhase.RUNNING), None
        if phase is JobPhase.FAILED:
            is_moderated = CODES.get(code) is Trouble.MODERATED_INPUT
            trouble = Trouble.MODERATED_OUTPUT if is_moderated else Trouble.PROVIDER_ERROR
            phase = JobPhase.MODERATED if is_moderated else phase
        wait, progress = reply.headers.get("openai-poll-after-ms", ""), video.get("progress")
        return JobState(
            phase,
            raw,
            progress=progress / 100 if isinstance(progress, (int, float)) else None,
            outputs=self._list_outputs(video) if phase is JobPhase.SUCCEEDED else (),
            trouble=trouble,
            message=self._exchange.scrub(str(dig(video, "error", "message") or "")),
            code=code,
            retry_after_s=int(wait) / 1000 if wait.isdigit() else None,
        )

    def _list_outputs(self, video: dict[str, Any]) -> tuple[Output, ...]:
        """The content lies at the server itself and wants our key. What has expired is not there any more."""
        expires = video.get("expires_at")
        left_s = int(expires - time.time()) if isinstance(expires, (int, float)) else 0
        if isinstance(expires, (int, float)) and left_s <= 0:
            return ()
        address = self._exchange.address(f"/videos/{video.get('id')}/content")
        headers = SealedHeaders(self._sign())
        return (Output("video", "video/mp4", address, expires_in_s=left_s, headers=headers),)

    async def cancel(self, ticket: str) -> CancelOutcome:
        """DELETE the video. What had run may be charged: nobody says."""
        state = await self.poll(ticket)
        if state.phase.is_over:
            return CancelOutcome.TOO_LATE
        reply = await self._exchange.ask("DELETE", f"/videos/{ticket}")
        if reply.status in (404, 405, 501):
            return CancelOutcome.UNSUPPORTED
        if reply.status in (400, 409):
            return CancelOutcome.TOO_LATE
        if not reply.is_good:
            raise self._exchange.fail(reply)
        return CancelOutcome.STOPPED

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """A list would give back the prompt and nothing that marks an attempt."""
        return CannotKnow("videos are listed by their prompt at most, which several takes share; look at the server")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """There are none for videos."""
        raise HookRefused("this interface sends no webhooks for videos")

    async def check_key(self) -> KeyCheck:
        """The list of models, which costs nothing."""
        if not self._exchange.base_url:
            return KeyCheck(None, f"no address: set {PROVIDER.base_url_variable}")
        reply = await self._exchange.ask("GET", "/models")
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(str(dig(reply.fields(), "error", "message") or "")))
        names = [str(dig(item, "id")) for item in reply.fields().get("data") or ()]
        known = sorted(
            {card.model.partition("/")[0] for card in MODELS}.union(card.model for card in MODELS) & {*names}
        )
        return KeyCheck(reply.is_good or None, f"{len(names)} models, {', '.join(known) or 'none of ours'}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def build_form(request: GenerationRequest, key: AttemptKey) -> dict[str, str]:
    """The fields of a video's form. Sora takes what the interface has; open weights take a seed and more."""
    card = next(card for card in MODELS if card.model == request.native_model)
    form = {
        "model": request.native_model,
        "prompt": request.prompt,
        "seconds": str((card.durations.slot(request.duration_ms) or card.durations.longest) // 1000),
        "size": SIZES[(request.aspect, request.resolution)],
    }
    if card.seed is not SeedKind.NONE:
        form |= {"seed": str(key.seed if request.seed is None else request.seed), "fps": str(card.fps)}
    if request.negatives and card.takes_negatives:
        form["negative_prompt"] = ", ".join(request.negatives)
    return form | {name: str(value) for name, value in request.knobs.items()}


def build_still(request: GenerationRequest) -> dict[str, Any]:
    """The body of a picture; the card's name says its quality."""
    model, _, quality = request.native_model.partition("/")
    body = {"model": model, "prompt": request.prompt, "quality": quality, "output_format": "png"}
    body |= {"size": SIZES[(request.aspect, request.resolution)], "n": request.knobs.get("count", 1)}
    return {**body, **{name: value for name, value in request.knobs.items() if name != "count"}}


def _list_pictures(items: list[Any]) -> Iterator[Output]:
    """Pictures as bytes, or as addresses where a gateway gives those."""
    for item in items:
        address = dig(item, "url")
        try:
            data = base64.b64decode(str(dig(item, "b64_json") or ""), validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if data:
            yield Output("image", "image/png", data=data)
        elif isinstance(address, str) and address:
            yield Output("image", "image/png", address, is_refreshable=False)


PROVIDER = ProviderCard(
    name=NAME,
    title="OpenAI-compatible server",
    models=MODELS,
    make=OpenAICompatible,
    base_url="",
    base_url_variable="OPENAI_COMPATIBLE_BASE_URL",
    secrets=(KEY,),
)
