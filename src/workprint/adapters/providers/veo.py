"""Veo 3.1 on Vertex AI: long-running operations, near its end (providers.md 7b).

Recovery class D: operations are not listed, and nothing names an attempt. Its labels show in billing exports only.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.lab.exchange import TROUBLES, Exchange, Reply, SealedHeaders, dig
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

NAME = "veo"
TOKEN = "VERTEX_ACCESS_TOKEN"
"""A bearer token of Google Cloud (`gcloud auth print-access-token`); it lives for an hour."""

PROJECT = "GOOGLE_CLOUD_PROJECT"
LOCATION = "GOOGLE_CLOUD_LOCATION"
DEFAULT_LOCATION = "us-central1"
DEFAULT_BASE = f"https://{DEFAULT_LOCATION}-aiplatform.googleapis.com"
LARGEST_INLINE = 14_000_000
"""Bytes of a picture in a request of at most 20 MB, in base64."""

LABEL = "workprint-attempt"
REFERENCE_MS = 8000
"""The only length of a clip made after reference pictures."""

SOURCE = "google-genai SDK 3.4.0 converters, Comfy's veo_api; prices and ends from litellm (providers.md 7b)"
GA_ENDS = "2026-11-17"
"""Last day of the generally available ids (litellm's deprecation_date; no page of Google confirms it)."""

FRAMES = (InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1))
REFERENCES = InputLimit(Role.REFERENCE_IMAGE, 3)


def _veo(
    model: str, prices: tuple[Price, ...], sizes: tuple[str, ...], ends_on: str, strengths: tuple[str, ...]
) -> ModelCard:
    has_references = "lite" not in model
    return ModelCard(
        NAME, model, Medium.VIDEO, "2026-11-21", SOURCE, Recovery.NONE,
        prices=prices,
        durations=Durations(choices=(4000, 6000, 8000)),
        aspects=("16:9", "9:16"),
        resolutions=sizes,
        inputs=(*FRAMES, *((REFERENCES,) if has_references else ())),
        exclusive=((Role.FIRST_FRAME, Role.LAST_FRAME), (Role.REFERENCE_IMAGE,)),
        takes_negatives=True,
        seed=SeedKind.EXACT,
        sound=SoundKind.OPTIONAL,
        ends_on=ends_on,
        strengths=strengths,
        unsure=("end of life", "4k") if ends_on else ("no end date is published", "price without sound"),
    )  # fmt: skip


def _second(micros: int, *sizes: str, audio: bool | None = None) -> Price:
    return Price(PriceUnit.SECOND, micros, resolutions=sizes, audio=audio)


MODELS = (
    _veo("veo-3.1-lite-generate-001", (_second(80_000, "1080p"), _second(50_000)), ("720p", "1080p"), "",
         ("draft", "lifestyle")),
    _veo("veo-3.1-fast-generate-001", (_second(300_000, "4k"), _second(120_000, "1080p"), _second(100_000)),
         ("720p", "1080p", "4k"), GA_ENDS, ("realism", "dialogue")),
    _veo("veo-3.1-generate-001", (_second(600_000, "4k"), _second(400_000, audio=True), _second(200_000, audio=False)),
         ("720p", "1080p", "4k"), GA_ENDS, ("realism", "dialogue", "lifestyle")),
)  # fmt: skip

MODERATION = re.compile(r"violat|guideline|support code|safety|responsible|prohibited|sensitive", re.IGNORECASE)
ERROR_TROUBLES = {
    3: Trouble.INVALID_INPUT,
    4: Trouble.TIMEOUT,
    7: Trouble.AUTH,
    8: Trouble.CAPACITY,
    9: Trouble.INVALID_INPUT,
    16: Trouble.AUTH,
}
"""google.rpc.Code of a finished operation; all others are the provider's own trouble."""

CANCELLED_CODE = 1


class Veo:
    """predictLongRunning and fetchPredictOperation of one project and location."""

    def __init__(self, account: Account) -> None:
        location = account.settings.get(LOCATION) or DEFAULT_LOCATION
        if account.base_url.rstrip("/") == DEFAULT_BASE:
            host = "aiplatform" if location == "global" else f"{location}-aiplatform"
            account = replace(account, base_url=f"https://{host}.googleapis.com")
        self._account = account
        self._project = account.settings.get(PROJECT, "")
        self._location = location
        self._exchange = Exchange(account, self._sign)

    def _sign(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self._account.secret(TOKEN)}"}

    @property
    def limits(self) -> Limits:
        """Ten requests a minute and project."""
        return Limits(creates_per_minute=10, jobs_at_once=4, poll_every_s=10.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """A project must be named, a last frame needs a first one, references make eight seconds."""
        issues = []
        if not self._project:
            issues.append(Issue("project-missing", f"{PROJECT} is not set.", f"set {PROJECT} and {LOCATION}"))
        if request.of_role(Role.LAST_FRAME) and not request.of_role(Role.FIRST_FRAME):
            issues.append(Issue("last-frame-alone", "Veo takes a last frame only together with a first one."))
        if request.of_role(Role.REFERENCE_IMAGE) and _to_slot(request) != REFERENCE_MS:
            issues.append(Issue("references-length", "Veo makes 8 s after reference pictures.", "ask for 7 to 8 s"))
        return tuple(issues)

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Pictures go into the request as base64."""
        return tuple([self._prepare(item) for item in inputs])

    def _prepare(self, item: LocalInput) -> PreparedInput:
        data = Path(item.path).read_bytes()
        if len(data) > LARGEST_INLINE:
            message = f"{item.name} has {len(data)} bytes; Veo takes {LARGEST_INLINE} in a request"
            raise AskFailed(Trouble.INVALID_INPUT, self._exchange.scrub(message))
        return PreparedInput(item.role, base64.b64encode(data).decode(), item.media_type, item.duration_ms)

    def _path(self, model: str, verb: str) -> str:
        place = f"projects/{quote(self._project, safe='')}/locations/{quote(self._location, safe='')}"
        return f"/v1/{place}/publishers/google/models/{quote(model, safe='')}:{verb}"

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST predictLongRunning. Vertex calls no webhook: `callback` is not used."""
        body = build_body(request, prepared, key)
        reply = await self._exchange.post_once(self._path(request.native_model, "predictLongRunning"), json=body)
        name = reply.fields().get("name")
        if not reply.is_good or not isinstance(name, str) or not name:
            raise self._exchange.refuse(reply, *_read_error(reply))
        return Receipt(f"{request.native_model}/{name}")

    async def poll(self, ticket: str) -> JobState:
        """POST fetchPredictOperation, which is free. The video lies in the answer, or in a bucket of one's own."""
        model, _, name = ticket.partition("/")
        path = self._path(model, "fetchPredictOperation")
        reply = await self._exchange.ask("POST", path, json={"operationName": name})
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="Vertex has no such operation any more.")
        operation = reply.fields()
        if not reply.is_good or "name" not in operation:
            raise self._exchange.fail(reply, *_read_error(reply))
        return self._read_operation(operation)

    def _read_operation(self, operation: Mapping[str, Any]) -> JobState:
        if operation.get("done") is not True:
            return JobState(JobPhase.RUNNING, "running")
        error = operation.get("error")
        if error:
            return self._read_failure(error)
        response = operation.get("response") or {}
        outputs = tuple(made for video in response.get("videos") or () if (made := self._read_video(video)))
        filtered = response.get("raiMediaFilteredCount") or 0
        if not outputs and filtered:
            words = self._exchange.scrub("; ".join(map(str, response.get("raiMediaFilteredReasons") or ())))
            return JobState(JobPhase.MODERATED, "filtered", trouble=Trouble.MODERATED_OUTPUT, message=words)
        return JobState(JobPhase.SUCCEEDED, "done", outputs=outputs)

    def _read_failure(self, error: object) -> JobState:
        code, words = dig(error, "code"), str(dig(error, "message") or "")
        if code == CANCELLED_CODE:
            return JobState(JobPhase.CANCELLED, "cancelled", message=self._exchange.scrub(words))
        if code == 3 and MODERATION.search(words):
            phase, trouble = JobPhase.MODERATED, Trouble.MODERATED_INPUT
        else:
            phase, trouble = JobPhase.FAILED, ERROR_TROUBLES.get(code, Trouble.PROVIDER_ERROR)
        return JobState(phase, "error", trouble=trouble, message=self._exchange.scrub(words), code=str(code))

    def _read_video(self, video: object) -> Output | None:
        media_type = str(dig(video, "mimeType") or "video/mp4")
        address = dig(video, "gcsUri")
        if isinstance(address, str) and address.startswith("gs://"):
            bucket, _, name = address.removeprefix("gs://").partition("/")
            link = f"https://storage.googleapis.com/{quote(bucket, safe='')}/{quote(name)}"
            return Output("video", media_type, link, headers=SealedHeaders(self._sign()))
        try:
            data = base64.b64decode(str(dig(video, "bytesBase64Encoded") or ""), validate=True)
        except binascii.Error:
            return None
        return Output("video", media_type, data=data) if data else None

    async def cancel(self, ticket: str) -> CancelOutcome:
        """There is no way to stop an operation of a publisher's model."""
        return CancelOutcome.UNSUPPORTED

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Operations are not listed."""
        return CannotKnow(f"Vertex lists no operations of Veo; look for the label {LABEL} in its billing export")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Vertex sends none."""
        raise HookRefused("Vertex AI sends no webhooks")

    async def check_key(self) -> KeyCheck:
        """The page of a model, which costs nothing."""
        reply = await self._exchange.ask("GET", f"/v1/publishers/google/models/{MODELS[0].model}")
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(_read_error(reply)[1] or reply.excerpt()))
        return KeyCheck(True if reply.is_good else None, "the token opens Vertex AI" if reply.is_good else "no answer")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def build_body(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> dict[str, Any]:
    """Instance and parameters of one clip. Knobs are further parameters (personGeneration, storageUri, ...)."""
    instance: dict[str, Any] = {"prompt": request.prompt}
    for item in prepared:
        picture = {"bytesBase64Encoded": item.handle, "mimeType": item.media_type}
        if item.role is Role.FIRST_FRAME:
            instance["image"] = picture
        elif item.role is Role.LAST_FRAME:
            instance["lastFrame"] = picture
        else:
            instance.setdefault("referenceImages", []).append({"image": picture, "referenceType": "asset"})
    parameters: dict[str, Any] = {
        "sampleCount": 1,
        "durationSeconds": _to_slot(request) // 1000,
        "aspectRatio": request.aspect,
        "resolution": request.resolution,
        "generateAudio": request.audio,
        "seed": key.seed if request.seed is None else request.seed,
    }
    if request.negatives:
        parameters["negativePrompt"] = ", ".join(request.negatives)
    return {
        "instances": [instance],
        "parameters": parameters | dict(request.knobs),
        "labels": {LABEL: key.id.lower()},
    }


def _to_slot(request: GenerationRequest) -> int:
    durations = next(card.durations for card in MODELS if card.model == request.native_model)
    return durations.slot(request.duration_ms) or durations.longest


def _read_error(reply: Reply) -> tuple[Trouble | None, str, str]:
    """Trouble, message and code of Google's error envelope; the trouble is None where the status says it."""
    message = str(dig(reply.fields(), "error", "message") or "")
    code = str(dig(reply.fields(), "error", "status") or "")
    trouble = None
    if reply.status == 400 and MODERATION.search(message):
        trouble = Trouble.MODERATED_INPUT
    elif reply.status in TROUBLES and "billing" in message.lower():
        trouble = Trouble.BUDGET
    return trouble, message, code


def _list_ending() -> str:
    return " and ".join(card.model for card in MODELS if card.ends_on)


def _list_staying() -> str:
    return " and ".join(card.model for card in MODELS if not card.ends_on)


PROVIDER = ProviderCard(
    name=NAME,
    title="Veo on Vertex AI",
    models=MODELS,
    make=Veo,
    base_url=DEFAULT_BASE,
    base_url_variable="VERTEX_BASE_URL",
    secrets=(TOKEN,),
    settings=(PROJECT, LOCATION),
    media_hosts=("storage.googleapis.com",),
    notice=f"{_list_ending()} had their last day on {GA_ENDS} as litellm gives it, which no page of Google confirms; "
    f"for {_list_staying()} none is published. Gemini Omni takes their place.",
)
