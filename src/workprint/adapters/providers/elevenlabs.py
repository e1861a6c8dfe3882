"""ElevenLabs: voice with the times of its words, sound effects and music, each in one answer (providers.md 16).

Recovery class B for speech: the history gives back text, voice, model, sound and times. Class D for the rest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from workprint.film.model_card import Durations, ModelCard, Price, PriceUnit, Recovery, SeedKind
from workprint.film.request import GenerationRequest, Medium
from workprint.lab.exchange import TROUBLES, Exchange, Reply, dig, read_json
from workprint.ports.provider import (
    Account,
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

NAME = "elevenlabs"
KEY = "ELEVENLABS_API_KEY"
HOOK_KEY = "ELEVENLABS_WEBHOOK_SECRET"
DEFAULT_VOICE = "JBFqnCBsd6RMkjVDRZzb"
"""The voice of the SDK's own example; a request names its own in `voice`."""

DEFAULT_FORMAT = "mp3_44100_128"
"""The best format that every plan may ask for; the knob `output_format` asks for another."""

MEDIA_TYPES = {"mp3": "audio/mpeg", "wav": "audio/wav", "opus": "audio/opus", "pcm": "audio/pcm"}
HISTORY_PAGE = 100
MOST_HISTORY_PAGES = 50
CLOCK_SLACK_S = 60
HOOK_TOLERANCE_S = 300
"""The SDK allows 30 minutes; five are enough, and a later one is only a missed hint."""

MUSIC_PATIENCE = 5
"""A piece of music takes this many times the usual time to answer."""

SOURCE = "elevenlabs SDK 2.78.0 (providers.md 16); prices from Comfy's page, with its mark-up"
SPEECH = {"v3": ("eleven_v3", 5000), "v4": ("eleven_v4", 5000), "v2": ("eleven_multilingual_v2", 10000),
          "flash": ("eleven_flash_v2_5", 40000)}  # fmt: skip
"""Speech models and the longest text of each."""


def _voice(model: str, limit: int, strengths: tuple[str, ...]) -> ModelCard:
    return ModelCard(
        NAME, model, Medium.VOICE, "2026-11-21", SOURCE, Recovery.BY_LIST,
        prices=(Price(PriceUnit.THOUSAND_CHARACTERS, 240_000),),
        prompt_limit=limit,
        seed=SeedKind.WEAK,
        typical_s=10,
        strengths=strengths,
        is_marked=False,
        unsure=("prompt_limit", "price", "history is empty for accounts without logging"),
    )  # fmt: skip


MODELS = (
    _voice(*SPEECH["v3"], ("voice", "expressive")),
    _voice(*SPEECH["v4"], ("voice", "expressive")),
    _voice(*SPEECH["v2"], ("voice", "languages")),
    _voice(*SPEECH["flash"], ("voice", "draft")),
    ModelCard(
        NAME, "eleven_text_to_sound_v2", Medium.EFFECT, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(Price(PriceUnit.MINUTE, 140_000),),
        durations=Durations(low=500, high=30_000, step=100),
        typical_s=15,
        strengths=("effect",),
        unsure=("price",),
    ),
    ModelCard(
        NAME, "music_v2", Medium.MUSIC, "2026-11-21", SOURCE, Recovery.NONE,
        prices=(Price(PriceUnit.MINUTE, 800_000),),
        durations=Durations(low=3000, high=120_000),
        typical_s=60,
        strengths=("music",),
        unsure=("price (0.80 USD a minute from memory)", "longest piece"),
    ),
)  # fmt: skip


class ElevenLabs:
    """Speech, effects and music; the answer is the sound."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._exchange = Exchange(account, lambda: {"xi-api-key": account.secret(KEY)})

    @property
    def limits(self) -> Limits:
        """The smallest plan's two calls at once (2 to 15 by plan)."""
        return Limits(creates_per_minute=60, jobs_at_once=2, poll_every_s=2.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """A voice of its own is worth naming; nothing else stops a request."""
        if request.medium is Medium.VOICE and not request.voice:
            message = "no voice is named; ElevenLabs' example voice would speak"
            return (Issue("voice-default", message, "set the voice id of your brand", stops=False),)
        return ()

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Nothing is sent along."""
        return ()

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST by medium; the answer carries the result. There is no webhook for these: `callback` is not used."""
        path, body = build_call(request, key)
        sound = read_format(request)
        patience = self._account.answer_s * (MUSIC_PATIENCE if request.medium is Medium.MUSIC else 1)
        reply = await self._exchange.post_once(path, json=body, params={"output_format": sound}, answer_s=patience)
        state = _read_result(reply, request.medium, sound) if reply.is_good else None
        if state is None:
            raise self._exchange.refuse(reply, _read_trouble(reply), *_read_words(reply))
        return Receipt(_read_ticket(reply, request.medium), state)

    async def poll(self, ticket: str) -> JobState:
        """Speech is fetched again from the history; the rest is kept nowhere."""
        kind, _, ident = ticket.partition("/")
        if kind == "request":
            ident = await self._find_by_request(ident)
        if kind not in ("history", "request") or not ident:
            return JobState(JobPhase.EXPIRED, "not kept", message="ElevenLabs keeps no record of it.")
        reply = await self._exchange.ask("GET", f"/v1/history/{quote(ident, safe='')}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="The history has no such item any more.")
        item = reply.fields()
        if not reply.is_good or "history_item_id" not in item:
            raise self._exchange.fail(reply)
        sound = await self._exchange.ask("GET", f"/v1/history/{quote(ident, safe='')}/audio")
        if not sound.is_good or not _is_audio(sound):
            raise self._exchange.fail(sound)
        media_type = str(item.get("content_type") or sound.headers.get("content-type", "audio/mpeg"))
        outputs = _to_outputs(sound.body, media_type, dig(item, "alignments", "alignment"))
        return JobState(JobPhase.SUCCEEDED, "created", outputs=outputs)

    async def _find_by_request(self, request_id: str) -> str:
        for item in await self._list_history({}):
            if item.get("request_id") == request_id:
                return str(item.get("history_item_id") or "")
        return ""

    async def _list_history(self, wanted: Mapping[str, str]) -> list[dict[str, Any]]:
        """All items under a filter, newest first, page by page."""
        found: list[dict[str, Any]] = []
        params = {"page_size": str(HISTORY_PAGE), "sort_direction": "desc", **wanted}
        for _ in range(MOST_HISTORY_PAGES):
            reply = await self._exchange.ask("GET", "/v1/history", params=params)
            page = reply.fields().get("history")
            if not reply.is_good or not isinstance(page, list):
                raise self._exchange.fail(reply)
            found += [item for item in page if isinstance(item, dict)]
            last = reply.fields().get("last_history_item_id")
            if not reply.fields().get("has_more") or not last:
                return found
            params["start_after_history_item_id"] = str(last)
        raise self._exchange.fail(reply, Trouble.PROVIDER_ERROR, "the history has no end")

    async def cancel(self, ticket: str) -> CancelOutcome:
        """The answer is the result: there is nothing left to cancel."""
        return CancelOutcome.TOO_LATE

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Speech: one item of the same text, voice and model in the window is ours; several are not to be told apart.

        Other adapters' attempts of the same words would match as well: a ticket found here may be known already.
        """
        if request.medium is not Medium.VOICE:
            return CannotKnow("ElevenLabs' history holds speech only; compare its usage page")
        start = max(0, int(key.intent_s) - CLOCK_SLACK_S)
        voice = request.voice or DEFAULT_VOICE
        wanted = {"voice_id": voice, "model_id": request.native_model, "date_after_unix": str(start), "source": "TTS"}
        items = await self._list_history(wanted)
        ours = [item for item in items if _is_same(item, request, voice) and _to_number(item.get("date_unix")) >= start]
        if not ours:
            return NotFound()
        if len(ours) > 1:
            return CannotKnow(f"the history has {len(ours)} recordings of this text in this time")
        return Found(f"history/{ours[0].get('history_item_id')}")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """`ElevenLabs-Signature: t=<seconds>,v0=<hex>`: HMAC-SHA256 over the time, a dot and the raw body."""
        parts = [part.strip().partition("=") for part in headers.get("elevenlabs-signature", "").split(",")]
        stamps = [value for name, _, value in parts if name == "t"]
        if len(stamps) != 1 or not stamps[0].isascii() or not stamps[0].isdigit() or len(stamps[0]) > 12:
            raise HookRefused("no time in ElevenLabs-Signature")
        if abs(now_s - int(stamps[0])) > HOOK_TOLERANCE_S:
            raise HookRefused("signed too long ago, or in the future")
        secret = self._account.secret(HOOK_KEY).encode()
        good = hmac.new(secret, stamps[0].encode() + b"." + body, hashlib.sha256).hexdigest().encode()
        if not any(hmac.compare_digest(good, value.encode()) for name, _, value in parts if name == "v0"):
            raise HookRefused("the signature is not ElevenLabs'")
        try:
            event = read_json(body)
        except ValueError as error:
            raise HookRefused("signed, but no JSON") from error
        request_id = dig(event, "data", "request_id")
        ticket = f"request/{request_id}" if isinstance(request_id, str) and request_id else ""
        return HookEvent(hashlib.sha256(body).hexdigest(), ticket=ticket, is_signed=True)

    async def check_key(self) -> KeyCheck:
        """The subscription's page: characters used of those bought."""
        reply = await self._exchange.ask("GET", "/v1/user/subscription")
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(_read_words(reply)[0] or reply.excerpt()))
        used, bought = reply.fields().get("character_count"), reply.fields().get("character_limit")
        detail = f"{used} of {bought} characters used" if bought is not None else f"HTTP {reply.status}"
        return KeyCheck(True if reply.is_good else None, detail)

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def build_call(request: GenerationRequest, key: AttemptKey) -> tuple[str, dict[str, Any]]:
    """Path and body by medium. Knobs go into the body as they are, `output_format` into the query."""
    knobs = {name: value for name, value in request.knobs.items() if name != "output_format"}
    if request.medium is Medium.VOICE:
        voice = quote(request.voice or DEFAULT_VOICE, safe="")
        body: dict[str, Any] = {"text": request.prompt, "model_id": request.native_model}
        if request.language:
            body["language_code"] = request.language
        body["seed"] = key.seed if request.seed is None else request.seed
        return f"/v1/text-to-speech/{voice}/with-timestamps", body | knobs
    card = next(card for card in MODELS if card.model == request.native_model)
    length_ms = card.durations.slot(request.duration_ms) or card.durations.longest
    if request.medium is Medium.EFFECT:
        body = {"text": request.prompt, "duration_seconds": length_ms / 1000, "model_id": request.native_model}
        return "/v1/sound-generation", body | knobs
    body = {
        "prompt": request.prompt,
        "music_length_ms": length_ms,
        "model_id": request.native_model,
        "force_instrumental": True,
    }
    if "composition_plan" in knobs:
        body = {"model_id": request.native_model}
    return "/v1/music", body | knobs


def time_words(alignment: object) -> dict[str, Any]:
    """Words and their times in milliseconds from the times of characters: [[word, start, end], ...].

    Words are what stands between white space; their marks stay on them. A broken alignment gives no words.
    """
    characters, starts, ends = (
        dig(alignment, name) for name in ("characters", "character_start_times_seconds", "character_end_times_seconds")
    )
    if not (isinstance(characters, list) and isinstance(starts, list) and isinstance(ends, list)):
        return {"words": [], "duration_ms": 0}
    words: list[list[Any]] = []
    is_inside = False
    for character, start, end in zip(characters, starts, ends, strict=False):
        if str(character).isspace() or not character:
            is_inside = False
        elif is_inside:
            words[-1][0] += str(character)
            words[-1][2] = _to_ms(end)
        else:
            words.append([str(character), _to_ms(start), _to_ms(end)])
            is_inside = True
    return {"words": words, "duration_ms": max((_to_ms(end) for end in ends), default=0)}


def _to_ms(seconds: object) -> int:
    return round(_to_number(seconds) * 1000)


def _to_number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def read_format(request: GenerationRequest) -> str:
    """The sound format that is asked for."""
    return str(request.knobs.get("output_format") or DEFAULT_FORMAT)


def _read_result(reply: Reply, medium: Medium, sound: str) -> JobState | None:
    """The finished state in a good answer; None when it is no result."""
    media_type = MEDIA_TYPES.get(sound.partition("_")[0], "audio/mpeg")
    cost = reply.headers.get("character-cost", "")
    facts = {"characters_charged": int(cost)} if cost.isdigit() else {}
    if medium is Medium.VOICE:
        encoded = reply.fields().get("audio_base64")
        if not isinstance(encoded, str):
            return None
        try:
            data = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            return None
        outputs = _to_outputs(data, media_type, reply.fields().get("alignment"))
        return JobState(JobPhase.SUCCEEDED, "created", outputs=outputs, facts=facts)
    if not _is_audio(reply):
        return None
    outputs = (Output("audio", media_type, data=reply.body),) if reply.body else ()
    return JobState(JobPhase.SUCCEEDED, "created", outputs=outputs, facts=facts)


def _to_outputs(data: bytes, media_type: str, alignment: object) -> tuple[Output, ...]:
    if not data:
        return ()
    sound = Output("audio", media_type, data=data)
    times = time_words(alignment)
    if not times["words"]:
        return (sound,)
    text = json.dumps(times, ensure_ascii=False, separators=(",", ":"))
    return (sound, Output("words", "application/json", data=text.encode()))


def _is_audio(reply: Reply) -> bool:
    return reply.headers.get("content-type", "").partition(";")[0].strip().startswith("audio/")


def _read_ticket(reply: Reply, medium: Medium) -> str:
    """What can be asked for again: the history item where it is named, else the request."""
    item, request_id = reply.headers.get("history-item-id", ""), reply.headers.get("request-id", "")
    if medium is not Medium.VOICE:
        return f"{medium.value}/{request_id}"
    return f"history/{item}" if item else f"request/{request_id}"


def _is_same(item: Mapping[str, Any], request: GenerationRequest, voice: str) -> bool:
    same_model = item.get("model_id") in (None, request.native_model)
    return item.get("text") == request.prompt and item.get("voice_id") == voice and same_model


def _read_words(reply: Reply) -> tuple[str, str]:
    """Message and code of an error: `detail` is an object, or a list of what is invalid."""
    detail = reply.fields().get("detail")
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        return "; ".join(str(dig(item, "msg") or "") for item in detail), "validation_error"
    code = dig(detail, "status") or dig(detail, "code")
    return str(dig(detail, "message") or (detail if isinstance(detail, str) else "")), str(code or "")


MODERATED = ("content_policy", "bad_prompt", "bad_composition_plan", "moderation", "terms_of_service")


def _read_trouble(reply: Reply) -> Trouble | None:
    """What a refused request means beyond its status; None leaves it to the status."""
    _, code = _read_words(reply)
    if reply.status not in TROUBLES:
        return None
    if code == "quota_exceeded":
        return Trouble.BUDGET
    if code == "system_busy":
        return Trouble.CAPACITY
    return Trouble.MODERATED_INPUT if any(word in code for word in MODERATED) else None


PROVIDER = ProviderCard(
    name=NAME,
    title="ElevenLabs",
    models=MODELS,
    make=ElevenLabs,
    base_url="https://api.elevenlabs.io",
    base_url_variable="ELEVENLABS_BASE_URL",
    secrets=(KEY,),
    hook_secrets=(HOOK_KEY,),
)
