"""MiniMax: H3 through its V2 API, Hailuo-02 through V1 (providers.md 10).

Recovery class C: there is no key of ours, and the list of tasks names none of their inputs, but a callback address
carries the attempt. Without a callback a lost answer can only be held (D).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workprint.adapters.providers.minimax.bodies import build_body, check_request, is_first_api
from workprint.adapters.providers.minimax.cards import LINK_LIFE_S, MODELS, NAME
from workprint.film.request import GenerationRequest
from workprint.lab.data_uris import write_inline
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

KEY = "MINIMAX_API_KEY"
LARGEST_INLINE = 20_000_000
"""Bytes of a picture or sound written into the request."""

LARGEST_INLINE_VIDEO = 8_000_000
"""Bytes of a video written into the request; a larger one is uploaded and named as `mm_file://`."""

LONGEST_CHALLENGE = 1000
FIRST, SECOND = "v1", "v2"
"""What a ticket begins with: which API its task belongs to."""

PHASES = {
    "queued": JobPhase.QUEUED,
    "running": JobPhase.RUNNING,
    "succeeded": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "cancelled": JobPhase.CANCELLED,
    "expired": JobPhase.FAILED,
    "Preparing": JobPhase.QUEUED,
    "Queueing": JobPhase.QUEUED,
    "Processing": JobPhase.RUNNING,
    "Success": JobPhase.SUCCEEDED,
    "Fail": JobPhase.FAILED,
}
"""The words of both APIs; they share none."""

TROUBLES = {
    1002: Trouble.RATE_LIMITED,
    1004: Trouble.AUTH,
    2049: Trouble.AUTH,
    1008: Trouble.BUDGET,
    1026: Trouble.MODERATED_INPUT,
    1027: Trouble.MODERATED_OUTPUT,
    2013: Trouble.INVALID_INPUT,
}
"""Codes of both APIs that prove a refusal; 1000 is a fault of theirs, and proves nothing."""

NO_SUCH_TASK = 2013
CODE_IN_WORDS = re.compile(r"\((\d{4})\)\s*$")
"""V2 tells its code at the end of the message."""


class MiniMax:
    """Both APIs of MiniMax; a ticket is `v1/id` or `v2/id`."""

    def __init__(self, account: Account) -> None:
        self._exchange = Exchange(account, lambda: {"authorization": f"Bearer {account.secret(KEY)}"})

    @property
    def limits(self) -> Limits:
        """Modest: the published limits depend on the account."""
        return Limits(creates_per_minute=20, jobs_at_once=3, poll_every_s=10.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """Slots of V1, sounds alone, lengths of reference videos."""
        return tuple(check_request(request))

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Written into the request; large videos are uploaded."""
        return tuple([await self._prepare(item) for item in inputs])

    async def _prepare(self, item: LocalInput) -> PreparedInput:
        path = Path(item.path)
        if not item.media_type.startswith("video/") or path.stat().st_size <= LARGEST_INLINE_VIDEO:
            return write_inline(item, LARGEST_INLINE)
        files = {"file": (f"{item.digest[:16]}.mp4", path.read_bytes(), item.media_type)}
        form = {"purpose": "video_understanding"}
        reply = await self._exchange.ask("POST", "/v1/files/upload", data=form, files=files)
        file_id = dig(reply.fields(), "file", "file_id")
        if not reply.is_good or not file_id:
            raise self._fail(reply)
        return PreparedInput(item.role, f"mm_file://{file_id}", item.media_type, item.duration_ms)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST a task. V1 answers 200 even when it refuses: the code inside decides."""
        version = FIRST if is_first_api(request) else SECOND
        body = build_body(request, prepared, key, callback)
        reply = await self._exchange.post_once(f"/{version}/video_generation", json=body)
        ticket = reply.fields().get("task_id")
        if reply.is_good and isinstance(ticket, str) and ticket and not _read_code(reply):
            return Receipt(f"{version}/{ticket}")
        raise self._exchange.refuse(reply, _read_trouble(reply), _read_words(reply), str(_read_code(reply) or ""))

    def _fail(self, reply: Reply) -> AskFailed:
        return self._exchange.fail(reply, _read_trouble(reply), _read_words(reply), str(_read_code(reply) or ""))

    async def poll(self, ticket: str) -> JobState:
        """GET the task of its API. A week later it is gone."""
        version, _, task_id = ticket.partition("/")
        return await (self._poll_first(task_id) if version == FIRST else self._poll_second(task_id))

    async def _poll_second(self, task_id: str) -> JobState:
        reply = await self._exchange.ask("GET", f"/v2/query/video_generation/{task_id}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="MiniMax has no such task any more.")
        fields = reply.fields()
        task = fields["task"] if isinstance(fields.get("task"), dict) else fields
        if not reply.is_good or not isinstance(task.get("status"), str):
            raise self._fail(reply)
        state = self._read_state(task["status"], str(dig(task, "error", "code") or ""), dig(task, "error", "message"))
        link, usage = dig(task, "content", "url"), dig(task, "usage")
        return _finish(state, link, usage if isinstance(usage, dict) else {})

    async def _poll_first(self, task_id: str) -> JobState:
        reply = await self._exchange.ask("GET", "/v1/query/video_generation", params={"task_id": task_id})
        task, code = reply.fields(), _read_code(reply)
        if reply.is_good and code == NO_SUCH_TASK:
            return JobState(JobPhase.EXPIRED, str(code), message="MiniMax has no such task any more.")
        told = task.get("status")
        is_over = told == "Fail"
        if not reply.is_good or not isinstance(told, str) or (code and not is_over):
            raise self._fail(reply)
        state = self._read_state(told, str(code or ""), _read_words(reply) if is_over else "")
        link = await self._find_file(task.get("file_id")) if state.phase is JobPhase.SUCCEEDED else ""
        return _finish(state, link, {})

    async def _find_file(self, file_id: object) -> str:
        """The address of a finished file; none for a task that names no file."""
        if not file_id:
            return ""
        reply = await self._exchange.ask("GET", "/v1/files/retrieve", params={"file_id": str(file_id)})
        if not reply.is_good or _read_code(reply):
            raise self._fail(reply)
        return str(dig(reply.fields(), "file", "download_url") or "")

    def _read_state(self, raw: str, code: str, words: object) -> JobState:
        phase = PHASES.get(raw, JobPhase.RUNNING)
        trouble = _read_failure(raw, code) if phase is JobPhase.FAILED else None
        if trouble is not None and trouble.is_moderation:
            phase = JobPhase.MODERATED
        return JobState(phase, raw, trouble=trouble, message=self._exchange.scrub(str(words or "")), code=code)

    async def cancel(self, ticket: str) -> CancelOutcome:
        """V2 stops a queued task for free; DELETE would forget one that is over. V1 has no way."""
        version, _, task_id = ticket.partition("/")
        if version == FIRST:
            return CancelOutcome.UNSUPPORTED
        if (await self.poll(ticket)).phase is not JobPhase.QUEUED:
            return CancelOutcome.TOO_LATE
        reply = await self._exchange.ask("DELETE", f"/v2/video_generation/{task_id}")
        if reply.is_good:
            return CancelOutcome.FREE
        if reply.status in (400, 404, 409):
            return CancelOutcome.TOO_LATE
        raise self._fail(reply)

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Only a callback can tell: the list of tasks says nothing of what was asked."""
        return CannotKnow("MiniMax lists tasks without their inputs; wait for the callback that carries this attempt")

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """MiniMax signs nothing. Before its first callback it asks for a challenge back, which costs us nothing."""
        fields = Reply(200, {}, body).fields()
        challenge = fields.get("challenge")
        if isinstance(challenge, str) and 0 < len(challenge) <= LONGEST_CHALLENGE:
            return HookEvent(f"challenge:{challenge[:80]}", reply=json.dumps({"challenge": challenge}))
        task = fields["task"] if isinstance(fields.get("task"), dict) else fields
        version = FIRST if "task_id" in task else SECOND
        ticket = task.get("task_id" if version == FIRST else "id")
        if not isinstance(ticket, str) or not ticket:
            raise HookRefused("no task is named")
        return HookEvent(f"{version}/{ticket}:{task.get('status')}", ticket=f"{version}/{ticket}")

    async def check_key(self) -> KeyCheck:
        """One line of the list of tasks, which costs nothing."""
        reply = await self._exchange.ask(
            "GET", "/v2/query/video_generation", params={"page_num": "1", "page_size": "1"}
        )
        if _read_trouble(reply) is Trouble.AUTH or reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(_read_words(reply) or reply.excerpt()))
        return KeyCheck(True if reply.is_good else None, f"HTTP {reply.status}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def _finish(state: JobState, link: object, usage: dict[str, Any]) -> JobState:
    """A state with its output and what is worth keeping; seconds are told, money is not."""
    outputs: tuple[Output, ...] = ()
    if state.phase is JobPhase.SUCCEEDED and isinstance(link, str) and link:
        outputs = (Output("video", "video/mp4", link, expires_in_s=LINK_LIFE_S),)
    return JobState(
        state.phase,
        state.raw,
        outputs=outputs,
        trouble=state.trouble,
        message=state.message,
        code=state.code,
        facts={name: usage[name] for name in ("output_seconds", "total_seconds") if name in usage},
    )


def _read_failure(raw: str, code: str) -> Trouble:
    if raw == "expired":
        return Trouble.TIMEOUT
    return TROUBLES.get(int(code), Trouble.PROVIDER_ERROR) if code.isdigit() else Trouble.PROVIDER_ERROR


def _read_code(reply: Reply) -> int | None:
    """The code of a refusal: V1's `base_resp`, or what stands in brackets behind V2's words. None for none, or 0."""
    first = dig(reply.fields(), "base_resp", "status_code")
    if isinstance(first, int):
        return first or None
    found = CODE_IN_WORDS.search(_read_words(reply))
    return int(found.group(1)) if found else None


def _read_words(reply: Reply) -> str:
    fields = reply.fields()
    return str(dig(fields, "error", "message") or dig(fields, "base_resp", "status_msg") or "")


def _read_trouble(reply: Reply) -> Trouble | None:
    code = _read_code(reply)
    if code is not None:
        return TROUBLES.get(code)
    if dig(reply.fields(), "error", "type") == "unprocessable_entity_error":
        return Trouble.MODERATED_INPUT
    return None


PROVIDER = ProviderCard(
    name=NAME,
    title="MiniMax (Hailuo)",
    models=MODELS,
    make=MiniMax,
    base_url="https://api.minimax.io",
    base_url_variable="MINIMAX_BASE_URL",
    secrets=(KEY,),
    media_hosts=("*.minimax.io", "*.minimaxi.com", "*.hailuoai.com", "*.hailuoai.video", "*.aliyuncs.com"),
)
