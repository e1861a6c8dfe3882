"""Alibaba Model Studio (DashScope): Wan 2.7 and Wan 3.0 as asynchronous tasks (providers.md 9).

Recovery class D: no key of ours, no callback, and a list of tasks that gives back none of their inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workprint.adapters.providers.dashscope.bodies import build_body, check_request
from workprint.adapters.providers.dashscope.cards import LINK_LIFE_S, MODELS, NAME
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

KEY = "DASHSCOPE_API_KEY"
CREATE = "/services/aigc/video-generation/video-synthesis"
ASYNC = {"x-dashscope-async": "enable"}
"""Mandatory on create: without it the call is refused."""

LARGEST_INLINE = 20_000_000
"""Bytes of a file written into the request."""

PHASES = {
    "PENDING": JobPhase.QUEUED,
    "RUNNING": JobPhase.RUNNING,
    "SUSPENDED": JobPhase.RUNNING,
    "SUCCEEDED": JobPhase.SUCCEEDED,
    "FAILED": JobPhase.FAILED,
    "CANCELED": JobPhase.CANCELLED,
    "UNKNOWN": JobPhase.EXPIRED,
}
"""UNKNOWN is said of tasks older than a day, and of ids that never were."""

MODERATION = ("DataInspectionFailed", "IPInfringementSuspect")
TROUBLES = {
    "Arrearage": Trouble.BUDGET,
    "AccessDenied": Trouble.AUTH,
    "InvalidApiKey": Trouble.AUTH,
    "InvalidParameter": Trouble.INVALID_INPUT,
    "Throttling": Trouble.RATE_LIMITED,
}
"""By the first word of a code: `Throttling.RateQuota` is a `Throttling`."""


class DashScope:
    """One region's API; a ticket is a task's id."""

    def __init__(self, account: Account) -> None:
        self._exchange = Exchange(account, lambda: {"authorization": f"Bearer {account.secret(KEY)}"})

    @property
    def limits(self) -> Limits:
        """Polls every 15 seconds, as its pages ask; the rest depends on the account."""
        return Limits(creates_per_minute=60, jobs_at_once=2, poll_every_s=15.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """References of Wan 2.7, lone last frames, long negatives."""
        return tuple(check_request(request))

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Written into the request."""
        return tuple(write_inline(item, LARGEST_INLINE) for item in inputs)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST a task. Model Studio calls nobody back: `callback` is not used."""
        reply = await self._exchange.post_once(CREATE, json=build_body(request, prepared, key), headers=ASYNC)
        ticket = dig(reply.fields(), "output", "task_id")
        if reply.is_good and isinstance(ticket, str) and ticket:
            return Receipt(ticket)
        code, words = _read_code(reply), _read_words(reply)
        # A code names a refusal where the status proves one; on 5xx it proves nothing.
        trouble = read_trouble(code, words) if reply.status < 500 else None
        raise self._exchange.refuse(reply, trouble, words, code)

    def _fail(self, reply: Reply) -> AskFailed:
        code, words = _read_code(reply), _read_words(reply)
        return self._exchange.fail(reply, read_trouble(code, words), words, code)

    async def poll(self, ticket: str) -> JobState:
        """GET the task, for a day."""
        reply = await self._exchange.ask("GET", f"/tasks/{ticket}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="Model Studio has no such task any more.")
        task = dig(reply.fields(), "output")
        if not reply.is_good or not isinstance(dig(task, "task_status"), str):
            raise self._fail(reply)
        return self._read_task(task, dig(reply.fields(), "usage"))

    def _read_task(self, task: dict[str, Any], usage: Any) -> JobState:
        raw = str(task["task_status"])
        phase = PHASES.get(raw, JobPhase.RUNNING)
        code, words = str(task.get("code") or ""), str(task.get("message") or "")
        trouble = read_trouble(code, words) or Trouble.PROVIDER_ERROR if phase is JobPhase.FAILED else None
        if trouble is not None and trouble.is_moderation:
            phase = JobPhase.MODERATED
        link = task.get("video_url")
        has_film = phase is JobPhase.SUCCEEDED and isinstance(link, str) and link
        facts = {"actual_prompt": task.get("actual_prompt"), "billed_seconds": _read_seconds(usage)}
        return JobState(
            phase,
            raw,
            outputs=(Output("video", "video/mp4", str(link), expires_in_s=LINK_LIFE_S),) if has_film else (),
            trouble=trouble,
            message=self._exchange.scrub(words),
            code=code,
            facts={name: value for name, value in facts.items() if value is not None},
        )

    async def cancel(self, ticket: str) -> CancelOutcome:
        """Only a pending task can be stopped, and costs nothing then."""
        reply = await self._exchange.ask("POST", f"/tasks/{ticket}/cancel")
        if reply.is_good:
            return CancelOutcome.FREE
        if reply.status in (400, 404, 409):
            return CancelOutcome.TOO_LATE
        raise self._fail(reply)

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """The list tells model and time only: two attempts of a minute look alike, so nothing is concluded."""
        return CannotKnow(
            "Model Studio lists tasks without their inputs; compare its task list with this attempt's time"
        )

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """None is sent per request."""
        raise HookRefused("Model Studio sends no webhooks")

    async def check_key(self) -> KeyCheck:
        """One line of the list of tasks, which costs nothing."""
        reply = await self._exchange.ask("GET", "/tasks/", params={"page_no": "1", "page_size": "1"})
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(_read_words(reply) or reply.excerpt()))
        return KeyCheck(True if reply.is_good else None, f"HTTP {reply.status}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def read_trouble(code: str, words: str) -> Trouble | None:
    """What an error code means; None when the status decides. Inspection says in words which side it was."""
    if code.startswith(MODERATION):
        return Trouble.MODERATED_OUTPUT if "output" in words.lower() else Trouble.MODERATED_INPUT
    return TROUBLES.get(code.partition(".")[0])


def _read_seconds(usage: Any) -> float | None:
    """Seconds of the result as the bill counts them: named differently by the models."""
    for name in ("output_video_duration", "duration", "video_duration"):
        seconds = dig(usage, name)
        if isinstance(seconds, (int, float)):
            return float(seconds)
    return None


def _read_code(reply: Reply) -> str:
    return str(reply.fields().get("code") or "")


def _read_words(reply: Reply) -> str:
    return str(reply.fields().get("message") or "")


PROVIDER = ProviderCard(
    name=NAME,
    title="Alibaba Model Studio (Wan)",
    models=MODELS,
    make=DashScope,
    base_url="https://dashscope-intl.aliyuncs.com/api/v1",
    base_url_variable="DASHSCOPE_BASE_URL",
    secrets=(KEY,),
    media_hosts=("*.aliyuncs.com",),
)
