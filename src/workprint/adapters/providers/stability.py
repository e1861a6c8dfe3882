"""Stability AI: pictures and sound in one answer, asked for by multipart forms (providers.md 12).

Recovery class D: nothing lists what was made. Its hosted video model was retired; SVD runs on ComfyUI.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.lab.exchange import TROUBLES, Exchange, Reply, dig
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

NAME = "stability"
KEY = "STABILITY_API_KEY"
CREDIT_MICROS = 10_000
"""One credit is 0.01 USD."""

SOURCE = "ComfyUI stability_api 2025-10; prices litellm 1.106.2 (providers.md 12)"
ASPECTS = ("1:1", "16:9", "9:16", "3:2", "2:3", "5:4", "4:5", "21:9", "9:21")
LARGEST_FIELD = 10_000
"""Characters of a prompt."""

DEFAULT_STRENGTH = 0.6
"""How far a picture may move from its model when the request does not say (1 forgets it)."""

AUDIO_PATIENCE = 3
"""Sound takes this many times the usual time to answer."""


def _image(model: str, micros: int, strengths: tuple[str, ...], *, takes_picture: bool = True) -> ModelCard:
    return ModelCard(
        NAME, model, Medium.IMAGE, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(Price(PriceUnit.IMAGE, micros),),
        aspects=ASPECTS,
        resolutions=("1k",),
        inputs=(InputLimit(Role.REFERENCE_IMAGE, 1),) if takes_picture else (),
        prompt_limit=LARGEST_FIELD,
        takes_negatives=True,
        seed=SeedKind.EXACT,
        typical_s=20,
        strengths=strengths,
        unsure=("prompt_limit",),
    )  # fmt: skip


MODELS = (
    _image("core", 30_000, ("still", "draft"), takes_picture=False),
    _image("ultra", 80_000, ("still", "product")),
    _image("sd3.5-large", 65_000, ("still",)),
    _image("sd3.5-medium", 35_000, ("still", "draft")),
    ModelCard(
        NAME, "stable-audio-2", Medium.MUSIC, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(Price(PriceUnit.CALL, 200_000),),
        durations=Durations(low=1000, high=190_000),
        prompt_limit=LARGEST_FIELD,
        seed=SeedKind.EXACT,
        typical_s=40,
        strengths=("music",),
        unsure=("price (20 credits from memory)", "prompt_limit"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A call: path, text fields, and files as (name, bytes, media type)."""

    path: str
    fields: Mapping[str, str]
    files: Mapping[str, tuple[str, bytes, str]]


class Stability:
    """Multipart forms in, base64 in JSON out."""

    def __init__(self, account: Account) -> None:
        self._account = account
        headers = {"accept": "application/json", "stability-client-id": "workprint"}
        self._exchange = Exchange(account, lambda: {"authorization": f"Bearer {account.secret(KEY)}", **headers})

    @property
    def limits(self) -> Limits:
        """150 requests in ten seconds are allowed; far fewer are needed."""
        return Limits(creates_per_minute=60, jobs_at_once=4, poll_every_s=5.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """All that is limited stands on the card."""
        return ()

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """A picture goes into the form: its handle is its base64."""
        return tuple(
            PreparedInput(item.role, base64.b64encode(Path(item.path).read_bytes()).decode(), item.media_type)
            for item in inputs
        )

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST the form; the answer is the result. There is no webhook: `callback` is not used."""
        form = build_form(request, prepared, key)
        patience = self._account.answer_s * (AUDIO_PATIENCE if request.medium is Medium.MUSIC else 1)
        # A form without a file is sent as multipart all the same: the interface takes nothing else.
        parts = {name: (None, value) for name, value in form.fields.items()}
        reply = await self._exchange.post_once(form.path, files={**parts, **form.files}, answer_s=patience)
        state = _read_result(reply.fields(), request) if reply.is_good else None
        if state is None:
            raise self._exchange.refuse(reply, _read_trouble(reply), *_read_words(reply))
        return Receipt(f"made/{reply.headers.get('x-request-id', '')}", state)

    async def poll(self, ticket: str) -> JobState:
        """What was made at once is kept nowhere."""
        return JobState(JobPhase.EXPIRED, "not kept", message="Stability keeps no record of it.")

    async def cancel(self, ticket: str) -> CancelOutcome:
        """The answer is the result: there is nothing left to cancel."""
        return CancelOutcome.TOO_LATE

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Nothing is listed."""
        return CannotKnow("Stability lists nothing that was made; compare the balance with the time of this attempt")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Stability sends none."""
        raise HookRefused("Stability sends no webhooks")

    async def check_key(self) -> KeyCheck:
        """The balance, which costs nothing to ask."""
        reply = await self._exchange.ask("GET", "/v1/user/balance")
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(reply.excerpt()))
        balance = reply.fields().get("credits")
        return KeyCheck(True if reply.is_good else None, f"{balance} credits" if reply.is_good else "no answer")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def build_form(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> Form:
    """The form of a picture or of a sound. Knobs are further fields."""
    fields: dict[str, Any] = {"prompt": request.prompt, "seed": key.seed if request.seed is None else request.seed}
    if request.medium is Medium.MUSIC:
        card = next(card for card in MODELS if card.model == request.native_model)
        length_ms = card.durations.slot(request.duration_ms) or card.durations.longest
        fields |= {"duration": length_ms // 1000, "output_format": "mp3", **request.knobs}
        return Form("/v2beta/audio/stable-audio-2/text-to-audio", _to_texts(fields), {})
    fields["output_format"] = "png"
    if request.negatives:
        fields["negative_prompt"] = ", ".join(request.negatives)
    kind = "sd3" if request.native_model.startswith("sd3") else request.native_model
    if kind == "sd3":
        fields["model"] = request.native_model
        fields["mode"] = "image-to-image" if prepared else "text-to-image"
    if prepared:
        fields["strength"] = DEFAULT_STRENGTH
    # sd3's image-to-image takes its shape from the picture.
    if not (kind == "sd3" and prepared):
        fields["aspect_ratio"] = request.aspect
    files = {}
    for item in prepared[:1]:
        name = f"image.{item.media_type.partition('/')[2]}"
        files["image"] = (name, base64.b64decode(item.handle), item.media_type)
    fields |= dict(request.knobs)
    return Form(f"/v2beta/stable-image/generate/{kind}", _to_texts(fields), files)


def _to_texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}


def _read_result(data: Mapping[str, Any], request: GenerationRequest) -> JobState | None:
    """The finished state in a good answer; None when it is no result."""
    kind = "audio" if request.medium is Medium.MUSIC else "image"
    end, encoded = data.get("finish_reason"), data.get(kind)
    if end == "CONTENT_FILTERED":
        return JobState(JobPhase.MODERATED, str(end), trouble=Trouble.MODERATED_OUTPUT, message="content filtered")
    if not isinstance(encoded, str) or not isinstance(end, str):
        return None
    try:
        content = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    media_type = _to_media_type(kind, str(request.knobs.get("output_format", "mp3" if kind == "audio" else "png")))
    outputs = (Output(kind, media_type, data=content),) if content else ()
    seed = data.get("seed")
    return JobState(JobPhase.SUCCEEDED, end, outputs=outputs, facts={"seed": seed} if isinstance(seed, int) else {})


def _to_media_type(kind: str, suffix: str) -> str:
    return f"{kind}/{'mpeg' if suffix == 'mp3' else suffix}"


def _read_words(reply: Reply) -> tuple[str, str]:
    errors = reply.fields().get("errors")
    words = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    return words, str(dig(reply.fields(), "name") or "")


def _read_trouble(reply: Reply) -> Trouble | None:
    """What a refused form means beyond its status: a 403 may speak of the content, a 402 of credits."""
    name = str(reply.fields().get("name") or "")
    if reply.status in TROUBLES and name == "content_moderation":
        return Trouble.MODERATED_INPUT
    return None


PROVIDER = ProviderCard(
    name=NAME,
    title="Stability AI",
    models=MODELS,
    make=Stability,
    base_url="https://api.stability.ai",
    base_url_variable="STABILITY_BASE_URL",
    secrets=(KEY,),
)
