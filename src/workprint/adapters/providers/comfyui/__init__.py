"""ComfyUI on one's own machine: workflow graphs in a queue, found again by an id of our own (providers.md 13).

Recovery class A: the prompt id is chosen by us, and queue and history are asked by it. The server forgets both when it
ends; what it then makes again costs nothing but time.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from workprint.adapters.providers.comfyui.cards import MODELS, NAME, choose_workflow
from workprint.adapters.providers.comfyui.progress import ProgressListener
from workprint.adapters.providers.comfyui.workflows import load_workflow
from workprint.film.request import GenerationRequest, Role
from workprint.lab.exchange import Exchange, Reply, dig, read_json
from workprint.ports.provider import (
    Account,
    AttemptKey,
    CancelOutcome,
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
    Package,
    PreparedInput,
    ProviderCard,
    Receipt,
    Reconciled,
    Trouble,
)

SPACE = uuid.UUID("6b1f4c1e-7d0a-5a58-9e0b-6f0a4a1c7d55")
"""Namespace of our prompt ids: newer servers take UUIDs only."""

SUBFOLDER = "workprint"
MEDIA_TYPES = {"mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime", "mkv": "video/x-matroska",
               "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
               "wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg"}  # fmt: skip


class ComfyUi:
    """Queue, history and files of one server."""

    def __init__(self, account: Account) -> None:
        self._exchange = Exchange(account, dict)
        self._listener = ProgressListener(self._exchange.base_url)

    @property
    def limits(self) -> Limits:
        """The server works on one graph at a time; what waits there waits here as well."""
        return Limits(creates_per_minute=60, jobs_at_once=2, poll_every_s=2.0, settle_s=10.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """The knobs must be slots of the workflow."""
        workflow = load_workflow(choose_workflow(request))
        unknown = [name for name in request.knobs if name not in workflow.slots]
        if unknown:
            message = f"workflow {workflow.name} has no slot {', '.join(unknown)}"
            return (Issue("knob-unknown", message, f"its slots: {', '.join(sorted(workflow.slots))}"),)
        return ()

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Pictures go to the server's input folder, under their digest."""
        return tuple([await self._upload(item) for item in inputs])

    async def _upload(self, item: LocalInput) -> PreparedInput:
        name = f"{item.digest.rpartition(':')[2][:32]}.{item.media_type.partition('/')[2]}"
        files = {"image": (name, Path(item.path).read_bytes(), item.media_type)}
        form = {"type": "input", "subfolder": SUBFOLDER, "overwrite": "true"}
        reply = await self._exchange.ask("POST", "/upload/image", data=form, files=files)
        stored = reply.fields().get("name")
        if not reply.is_good or not isinstance(stored, str) or not stored:
            raise self._exchange.fail(reply)
        folder = str(reply.fields().get("subfolder") or "")
        return PreparedInput(item.role, f"{folder}/{stored}" if folder else stored, item.media_type)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST the graph under our own id. ComfyUI calls no webhook: `callback` is not used."""
        ident = to_prompt_id(key)
        self._listener.start(ident)
        body = {"prompt": build_graph(request, prepared, key), "prompt_id": ident, "client_id": ident}
        reply = await self._exchange.post_once("/prompt", json=body)
        ticket = reply.fields().get("prompt_id")
        if not reply.is_good or not isinstance(ticket, str) or not ticket:
            words = _read_words(reply)
            trouble = Trouble.UNSUPPORTED if reply.status == 400 and "does not exist" in words else None
            raise self._exchange.refuse(reply, trouble, words, str(dig(reply.fields(), "error", "type") or ""))
        return Receipt(ticket)

    async def poll(self, ticket: str) -> JobState:
        """History, then queue, then history again: a graph may end between the two."""
        entry = await self._read_history(ticket)
        if entry is None:
            raw = await self._find_in_queue(ticket)
            if raw:
                phase = JobPhase.RUNNING if raw == "running" else JobPhase.QUEUED
                return JobState(phase, raw, progress=self._listener.progress(ticket))
            entry = await self._read_history(ticket)
        if entry is None:
            return JobState(JobPhase.EXPIRED, "unknown", message="ComfyUI knows no such prompt any more.")
        return self._read_entry(entry)

    async def _read_history(self, ticket: str) -> dict[str, Any] | None:
        reply = await self._exchange.ask("GET", f"/history/{quote(ticket, safe='')}")
        entry = self._read_object(reply).get(ticket)
        return entry if isinstance(entry, dict) else None

    async def _find_in_queue(self, ticket: str) -> str:
        """`running`, `pending`, or "" for a graph that is in neither list."""
        reply = await self._exchange.ask("GET", "/queue")
        queue = self._read_object(reply)
        for name in ("queue_running", "queue_pending"):
            if any(dig(item, 1) == ticket for item in queue.get(name) or ()):
                return name.removeprefix("queue_")
        return ""

    def _read_object(self, reply: Reply) -> dict[str, Any]:
        """A reply as an object: an empty one means "nothing", so garbage must not look like it."""
        try:
            data = read_json(reply.body)
        except ValueError:
            data = None
        if not reply.is_good or not isinstance(data, dict):
            raise self._exchange.fail(reply, Trouble.PROVIDER_ERROR if reply.is_good else None)
        return data

    def _read_entry(self, entry: Mapping[str, Any]) -> JobState:
        """The end of a graph: success, error, or an interrupt."""
        raw = str(dig(entry, "status", "status_str") or "success")
        events = {str(item[0]): item[1] for item in dig(entry, "status", "messages") or () if len(item) == 2}
        if "execution_interrupted" in events:
            return JobState(JobPhase.CANCELLED, "interrupted")
        if raw != "success":
            failure = events.get("execution_error")
            words = self._exchange.scrub(str(dig(failure, "exception_message") or raw))
            kind = str(dig(failure, "exception_type") or "")
            is_full = "OutOfMemory" in kind or "out of memory" in words.lower()
            trouble = Trouble.CAPACITY if is_full else Trouble.PROVIDER_ERROR
            return JobState(JobPhase.FAILED, raw, trouble=trouble, message=words, code=kind)
        files = [item for node in (entry.get("outputs") or {}).values() for item in _list_files(node)]
        outputs = [made for item in files if (made := self._to_output(item))]
        outputs.sort(key=lambda made: made.role != "video")
        return JobState(JobPhase.SUCCEEDED, raw, progress=1.0, outputs=tuple(outputs))

    def _to_output(self, item: Mapping[str, Any]) -> Output | None:
        name = str(item.get("filename") or "")
        media_type = MEDIA_TYPES.get(name.rpartition(".")[2].lower())
        if media_type is None or item.get("type") == "temp":
            return None
        query = {"filename": name, "subfolder": item.get("subfolder") or "", "type": item.get("type") or "output"}
        address = f"{self._exchange.base_url}/view?{urlencode(query)}"
        return Output(media_type.partition("/")[0], media_type, address)

    async def cancel(self, ticket: str) -> CancelOutcome:
        """Take it out of the queue, or interrupt it; both are free on one's own machine."""
        place = await self._find_in_queue(ticket)
        if not place:
            return CancelOutcome.TOO_LATE
        path, body = ("/interrupt", {"prompt_id": ticket}) if place == "running" else ("/queue", {"delete": [ticket]})
        reply = await self._exchange.ask("POST", path, json=body)
        if not reply.is_good:
            raise self._exchange.fail(reply)
        return CancelOutcome.FREE

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Ask history and queue for our own id."""
        ticket = to_prompt_id(key)
        if await self._find_in_queue(ticket) or await self._read_history(ticket) is not None:
            return Found(ticket)
        return NotFound()

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """ComfyUI sends none."""
        raise HookRefused("ComfyUI sends no webhooks")

    async def check_key(self) -> KeyCheck:
        """There is no key; the server says what it runs on."""
        reply = await self._exchange.ask("GET", "/system_stats")
        version = dig(reply.fields(), "system", "comfyui_version")
        device = dig(reply.fields(), "devices", 0, "name")
        return KeyCheck(reply.is_good or None, f"ComfyUI {version} on {device}" if reply.is_good else "no answer")

    async def close(self) -> None:
        """Let go of connections."""
        await self._listener.close()
        await self._exchange.close()


def to_prompt_id(key: AttemptKey) -> str:
    """Our id of an attempt, in the form the server takes; the same for the same attempt."""
    return str(uuid.uuid5(SPACE, key.id))


def build_graph(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> dict[str, Any]:
    """The request's workflow with its slots filled. Knobs fill slots of their own name. Raises ValueError."""
    workflow = load_workflow(choose_workflow(request))
    card = next(card for card in MODELS if card.model == request.native_model)
    width, height = card.frame_size(request.aspect, request.resolution)
    slot_ms = card.durations.slot(request.duration_ms) or card.durations.longest
    values: dict[str, Any] = {
        "seed": key.seed if request.seed is None else request.seed,
        "width": width,
        "height": height,
        "frames": workflow.count_frames(slot_ms),
        "fps": workflow.fps,
        "prefix": f"{SUBFOLDER}/{key.id}",
    }
    if "prompt" in workflow.slots:
        values["prompt"] = request.prompt
    if request.negatives:
        values["negatives"] = ", ".join(request.negatives)
    names = {Role.FIRST_FRAME: "first_frame", Role.LAST_FRAME: "last_frame"}
    values |= {names[item.role]: item.handle for item in prepared if item.role in names}
    return workflow.fill(values | dict(request.knobs))


def _list_files(node: object) -> list[dict[str, Any]]:
    """All files of a node's outputs, under whatever kind they are listed."""
    kinds = node.values() if isinstance(node, dict) else ()
    return [item for kind in kinds if isinstance(kind, list) for item in kind if isinstance(item, dict)]


def _read_words(reply: Reply) -> str:
    """What is wrong with a graph: the error, and the first complaint of each node."""
    data = reply.fields()
    words = [str(dig(data, "error", name) or "") for name in ("message", "details")]
    nodes = data.get("node_errors")
    for node, complaint in nodes.items() if isinstance(nodes, dict) else ():
        words.append(f"{node}: {dig(complaint, 'errors', 0, 'message')} {dig(complaint, 'errors', 0, 'details')}")
    return " ".join(word for word in words if word)


PROVIDER = ProviderCard(
    name=NAME,
    title="ComfyUI",
    models=MODELS,
    make=ComfyUi,
    base_url="http://127.0.0.1:8188",
    base_url_variable="COMFYUI_BASE_URL",
    media_hosts=("127.0.0.1",),
    notice="Runs on your own machine with open weights; cogvideox needs the custom nodes ComfyUI-CogVideoXWrapper.",
    packages=(Package("websockets", "to show how far a clip is"),),
)
