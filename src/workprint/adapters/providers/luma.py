"""Luma Agents: Ray 3.2 films, edits and extensions, Uni 1 stills (providers.md 4a; luma-agents 0.5.0 read, not used).

Recovery class D: no list, no key, no webhook. The per-user usage page could show that something was made, but a field
meant for end users would have to be misused for it; a lost answer is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workprint.film.canonical import Json
from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery
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

NAME = "luma"
KEY = "LUMA_AGENTS_API_KEY"
AS_OF = "2026-11-21"
SOURCE = "luma-agents SDK 0.5.0; Comfy's rates, which are marked up (providers.md 4a)"
PRICES_PAGE = "docs.agents.lumalabs.ai/guides/pricing, pay as you go"
LINK_LIFE_S = 3600
"""Signed links live an hour; asking again gives fresh ones."""

UPLOAD_LIFE_S = 24 * 3600
FRAMES_A_SECOND = 24
"""The grid on which keyframes lie: 0..120 for 5 s, 0..240 for 10 s."""

EDIT = "ray-3.2/edit"
"""A card of its own for `video_edit`: priced by the second of the source, whose length the result keeps."""

LONGEST_EDIT_MS = 18_000
STRENGTH = "flex_2"
"""How freely an edit treats its source when no knob says so: the middle of nine steps."""

ASPECTS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")
SIZES = ("720p", "360p", "540p", "1080p")
FIVE_SECOND_MICROS = {"360p": 60_000, "540p": 150_000, "720p": 300_000, "1080p": 1_200_000}
EDIT_MICROS = {"360p": 108_000, "540p": 144_000, "720p": 216_000, "1080p": 432_000}


def _list_film_prices() -> Iterator[Price]:
    """Five seconds have a price; ten cost three times as much."""
    for size, micros in FIVE_SECOND_MICROS.items():
        yield Price(PriceUnit.SECOND, micros // 5, resolutions=(size,), durations_ms=(5000,))
        yield Price(PriceUnit.SECOND, micros * 3 // 10, resolutions=(size,), durations_ms=(10000,))


MODELS = (
    ModelCard(
        NAME, "ray-3.2", Medium.VIDEO, AS_OF, SOURCE, Recovery.NONE,
        prices=tuple(_list_film_prices()),
        durations=Durations(choices=(5000, 10000)),
        aspects=ASPECTS,
        resolutions=SIZES,
        inputs=(InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1)),
        prompt_limit=6000,
        link_life_s=LINK_LIFE_S,
        strengths=("cinematic", "light", "draft", "transition"),
        unsure=("price (Comfy's rate)", "seed", "whether failures are charged"),
    ),
    ModelCard(
        NAME, EDIT, Medium.VIDEO, AS_OF, SOURCE, Recovery.NONE,
        prices=tuple(Price(PriceUnit.SECOND, micros, resolutions=(size,)) for size, micros in EDIT_MICROS.items()),
        resolutions=SIZES,
        inputs=(InputLimit(Role.SOURCE_VIDEO, 1, most_total_ms=LONGEST_EDIT_MS, least=1),),
        prompt_limit=6000,
        link_life_s=LINK_LIFE_S,
        strengths=("edit", "style_swap"),
        unsure=("price (Comfy's rate)", "whether failures are charged"),
    ),
    ModelCard(
        NAME, "uni-1", Medium.IMAGE, AS_OF, PRICES_PAGE, Recovery.NONE,
        prices=(Price(PriceUnit.IMAGE, 40_400), Price(PriceUnit.INPUT_IMAGE, 3_000)),
        aspects=("16:9", "9:16", "1:1", "3:2", "2:3", "2:1", "1:2", "3:1", "1:3"),
        resolutions=("2k",),
        inputs=(InputLimit(Role.REFERENCE_IMAGE, 9),),
        prompt_limit=6000,
        link_life_s=LINK_LIFE_S,
        typical_s=30,
        strengths=("still", "references"),
        unsure=("frame_sizes",),
    ),
)  # fmt: skip

PHASES = {
    "queued": JobPhase.QUEUED,
    "processing": JobPhase.RUNNING,
    "dreaming": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
}
TROUBLES = {
    "content_moderated": Trouble.MODERATED_OUTPUT,
    "generation_failed": Trouble.PROVIDER_ERROR,
    "rate_limited": Trouble.RATE_LIMITED,
    "budget_exhausted": Trouble.BUDGET,
    "output_not_found": Trouble.OUTPUT_LOST,
    "image_too_large": Trouble.INVALID_INPUT,
    "unsupported_format": Trouble.INVALID_INPUT,
    "corrupt_input": Trouble.INVALID_INPUT,
    "invalid_request": Trouble.INVALID_INPUT,
}
"""By `failure_code`."""

EXTENSIONS = {"extend": "start_frame", "extend_before": "end_frame"}
"""Knobs that hold the id of an earlier generation: the film goes on behind it, or leads up to it."""

KNOBS = (*EXTENSIONS, "loop", "strength", "controls", "auto_controls", "style")
"""Settings that change no price. HDR and EXR have prices we do not know, and are not sold."""


class Luma:
    """One path for everything: POST generations, GET a generation. Files go up in three steps."""

    def __init__(self, account: Account) -> None:
        self._exchange = Exchange(account, lambda: {"authorization": f"Bearer {account.secret(KEY)}"})

    @property
    def limits(self) -> Limits:
        """Nothing is published; these are our own restraint."""
        return Limits(creates_per_minute=20, jobs_at_once=4, poll_every_s=5.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """Extensions and loops are five seconds; an edit is priced by its whole source; unknown knobs may cost."""
        issues = [
            Issue("knob-unpriced", f"Luma's `{name}` is not sold here: its price is not known.", "leave it out")
            for name in request.knobs
            if name not in KNOBS
        ]
        extends = [name for name in EXTENSIONS if name in request.knobs]
        if (extends or request.knobs.get("loop")) and _slot_s(request) != 5:
            issues.append(
                Issue("five-seconds-only", "Luma extends and loops in pieces of five seconds.", "ask for 5 s")
            )
        taken = {"extend": Role.FIRST_FRAME, "extend_before": Role.LAST_FRAME}
        if any(request.of_role(taken[name]) for name in extends):
            issues.append(Issue("extend-with-frame", "A film goes on from a generation or from a frame, not both."))
        if request.knobs.get("loop") and request.of_role(Role.LAST_FRAME):
            issues.append(Issue("loop-with-last-frame", "A loop ends where it begins: it takes no last frame."))
        source_ms = sum(item.duration_ms for item in request.of_role(Role.SOURCE_VIDEO))
        if source_ms > request.duration_ms:
            message = f"An edit keeps its source's length: {source_ms / 1000:g} s would be made and billed."
            issues.append(Issue("edit-longer-than-asked", message, "cut the source, or ask for its whole length"))
        return tuple(issues)

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Each file is announced, put where Luma says, and completed; its id is what a request names."""
        return tuple([await self._upload(item) for item in inputs])

    async def _upload(self, item: LocalInput) -> PreparedInput:
        data = Path(item.path).read_bytes()
        name = f"{item.digest[:16]}.{item.media_type.partition('/')[2]}"
        purpose = "reference" if item.role is Role.REFERENCE_IMAGE else "input"
        body = {"mime_type": item.media_type, "size_bytes": len(data), "filename": name, "purpose": purpose}
        reply = await self._exchange.ask("POST", "/files", json=body)
        file_id, upload = reply.fields().get("id"), reply.fields().get("upload")
        if not reply.is_good or not isinstance(file_id, str):
            raise self._exchange.fail(reply)
        # Without an upload the file is there already. The storage host gets its own headers, not our key.
        if isinstance(upload, dict):
            headers = {str(key): str(value) for key, value in (upload.get("headers") or {}).items()}
            method, address = str(upload.get("method") or "PUT"), str(upload.get("url") or "")
            put = await self._exchange.ask(method, address, content=data, headers=headers, is_signed=False)
            if not put.is_good:
                raise self._exchange.fail(put)
            done = await self._exchange.ask("POST", f"/files/{file_id}/complete")
            if not done.is_good or done.fields().get("state") == "failed":
                raise self._exchange.fail(done)
        return PreparedInput(item.role, file_id, item.media_type, item.duration_ms, UPLOAD_LIFE_S)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST the generation. Luma calls no webhook: `callback` is not used."""
        reply = await self._exchange.post_once("/generations", json=build_body(request, prepared))
        ticket = reply.fields().get("id")
        if not reply.is_good or not isinstance(ticket, str) or not ticket:
            message, code = _read_error(reply)
            trouble = TROUBLES.get(code) if reply.status in (400, 422) else None
            is_moderated = trouble is not None and trouble.is_moderation
            raise self._exchange.refuse(reply, Trouble.MODERATED_INPUT if is_moderated else trouble, message, code)
        return Receipt(ticket)

    async def poll(self, ticket: str) -> JobState:
        """GET the generation. An unknown one is gone: EXPIRED."""
        reply = await self._exchange.ask("GET", f"/generations/{ticket}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="Luma has no such generation any more.")
        if not reply.is_good or "state" not in reply.fields():
            raise self._exchange.fail(reply, message=_read_error(reply)[0])
        return self._read(reply.fields())

    def _read(self, generation: dict[str, Any]) -> JobState:
        raw, code = str(generation["state"]), str(generation.get("failure_code") or "")
        phase = PHASES.get(raw, JobPhase.RUNNING)
        trouble = None
        if phase is JobPhase.FAILED:
            trouble = TROUBLES.get(code, Trouble.PROVIDER_ERROR)
            phase = JobPhase.MODERATED if trouble.is_moderation else phase
        return JobState(
            phase,
            raw,
            outputs=tuple(_list_outputs(generation.get("output"))),
            trouble=trouble,
            message=self._exchange.scrub(str(generation.get("failure_reason") or "")),
            code=code,
        )

    async def cancel(self, ticket: str) -> CancelOutcome:
        """There is no way to cancel."""
        return CancelOutcome.UNSUPPORTED

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """There is no list of generations and no key to ask for."""
        return CannotKnow("Luma lists no generations; compare its usage page with the time of this attempt")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Luma Agents sends none."""
        raise HookRefused("Luma Agents sends no webhooks")

    async def check_key(self) -> KeyCheck:
        """Ask for a generation that cannot exist: 404 means that the key is good."""
        reply = await self._exchange.ask("GET", "/generations/00000000-0000-4000-8000-000000000000")
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(_read_error(reply)[0] or reply.excerpt()))
        return KeyCheck(True if reply.status in (200, 404) else None, f"HTTP {reply.status}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def build_body(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    """The body of a generation, by its type."""
    body: dict[str, Any] = {"prompt": request.prompt, "model": request.native_model.partition("/")[0]}
    if request.medium is Medium.IMAGE:
        references = [{"file_id": item.handle} for item in prepared]
        body |= {"type": "image", "aspect_ratio": request.aspect, "output_format": "png"}
        body |= {"style": request.knobs["style"]} if "style" in request.knobs else {}
        return body | ({"image_ref": references} if references else {})
    if request.native_model == EDIT:
        edit = {"strength": STRENGTH, **_pick(request, "strength", "controls", "auto_controls")}
        source = {"file_id": next(item.handle for item in prepared if item.role is Role.SOURCE_VIDEO)}
        video: dict[str, Any] = {"resolution": request.resolution, "edit": edit}
        return body | {"type": "video_edit", "source": source, "video": video}
    video = {"resolution": request.resolution, "duration": f"{_slot_s(request)}s", **_pick(request, "loop")}
    video |= _place_frames(request, prepared)
    return body | {"type": "video", "aspect_ratio": request.aspect, "video": video}


def _pick(request: GenerationRequest, *names: str) -> dict[str, Json]:
    return {name: request.knobs[name] for name in names if name in request.knobs}


def _place_frames(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    """Frames of a film: start and end for five seconds, keyframes on the grid for ten, generations for extensions."""
    frames = {item.role: {"file_id": item.handle} for item in prepared}
    if _slot_s(request) == 5:
        fields = {"start_frame": frames.get(Role.FIRST_FRAME), "end_frame": frames.get(Role.LAST_FRAME)}
        for knob, name in EXTENSIONS.items():
            if knob in request.knobs:
                fields[name] = {"generation_id": str(request.knobs[knob])}
        return {name: frame for name, frame in fields.items() if frame}
    places = {Role.FIRST_FRAME: 0, Role.LAST_FRAME: _slot_s(request) * FRAMES_A_SECOND}
    roles = [role for role in places if role in frames]
    if not roles:
        return {}
    return {"keyframes": [frames[role] for role in roles], "keyframe_indexes": [places[role] for role in roles]}


def _slot_s(request: GenerationRequest) -> int:
    durations = MODELS[0].durations
    return (durations.slot(request.duration_ms) or durations.longest) // 1000


def _list_outputs(output: Json) -> Iterator[Output]:
    for item in output if isinstance(output, list) else []:
        address = dig(item, "url")
        if isinstance(address, str) and address:
            role = "image" if dig(item, "type") == "image" else "video"
            media_type = "image/png" if role == "image" else "video/mp4"
            yield Output(role, media_type, address, expires_in_s=LINK_LIFE_S)


def _read_error(reply: Reply) -> tuple[str, str]:
    """Words and code of an error body; its form is not published, so the usual ones are tried."""
    data = reply.fields()
    message = dig(data, "error", "message") or data.get("detail") or data.get("message") or data.get("error") or ""
    code = dig(data, "error", "code") or data.get("failure_code") or data.get("code") or ""
    return (message if isinstance(message, str) else ""), (code if isinstance(code, str) else "")


PROVIDER = ProviderCard(
    name=NAME,
    title="Luma",
    models=MODELS,
    make=Luma,
    base_url="https://agents.lumalabs.ai/v1",
    base_url_variable="LUMA_BASE_URL",
    secrets=(KEY,),
    media_hosts=("*.lumalabs.ai", "*.amazonaws.com", "*.cloudfront.net", "storage.googleapis.com"),
)
