"""BytePlus ModelArk: Seedance videos as tasks, Seedream pictures at once (providers.md 6).

Recovery of videos is class B: the list gives back a seed that is the attempt's own. Pictures are listed nowhere, so
they are class D: their answer is the only one there is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from workprint.adapters.providers.modelark.bodies import build_image, build_video, check_image, check_video, mark
from workprint.adapters.providers.modelark.cards import LINK_LIFE_S, MODELS, NAME
from workprint.film.request import GenerationRequest, Medium
from workprint.lab.data_uris import write_inline
from workprint.lab.exchange import Exchange, Reply, dig
from workprint.ports.provider import (
    Account,
    AskFailed,
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

KEY = "ARK_API_KEY"
TASKS = "/contents/generations/tasks"
LARGEST_INPUT = 30_000_000
"""Bytes of a picture or sound written into the request; the request as a whole is bounded, too."""

LIST_PAGE = 100
MOST_PAGES = 100
WINDOW_S = 60
"""Seconds the list is read back beyond the intent, for clocks that differ."""

RECORDS_LIFE_S = 7 * 24 * 3600
"""Tasks can be asked for about a week; an older attempt cannot be proven not to exist."""

IMAGE_PATIENCE = 4
"""A picture is made while we wait: so many times longer than for other answers."""

PHASES = {
    "queued": JobPhase.QUEUED,
    "running": JobPhase.RUNNING,
    "succeeded": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "cancelled": JobPhase.CANCELLED,
    "expired": JobPhase.FAILED,
}
"""`expired` is a task that waited longer than `execution_expires_after`: it failed for lack of time."""

TROUBLES = {"AccountOverdueError": Trouble.BUDGET, "ServerOverloaded": Trouble.CAPACITY}


class ModelArk:
    """The Ark API of one region."""

    def __init__(self, account: Account) -> None:
        self._exchange = Exchange(account, lambda: {"authorization": f"Bearer {account.secret(KEY)}"})
        self._image_answer_s = account.answer_s * IMAGE_PATIENCE

    @property
    def limits(self) -> Limits:
        """Requests a minute and tasks at once depend on the account; these are modest."""
        return Limits(creates_per_minute=60, jobs_at_once=3, poll_every_s=5.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """The three modes, sounds, and settings hidden in the prompt."""
        return tuple(check_image(request) if request.medium is Medium.IMAGE else check_video(request))

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Pictures and sounds are written into the request."""
        return tuple(write_inline(item, LARGEST_INPUT) for item in inputs)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST a task, or a picture whose end comes with the answer."""
        if request.medium is Medium.IMAGE:
            return await self._make_image(request, prepared, key)
        reply = await self._exchange.post_once(TASKS, json=build_video(request, prepared, key, callback))
        ticket = reply.fields().get("id")
        if not reply.is_good or not isinstance(ticket, str) or not ticket:
            raise self._refuse(reply)
        return Receipt(ticket)

    async def _make_image(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey
    ) -> Receipt:
        body = build_image(request, prepared)
        reply = await self._exchange.post_once("/images/generations", json=body, answer_s=self._image_answer_s)
        made = reply.fields().get("data")
        if not reply.is_good or not isinstance(made, list):
            raise self._refuse(reply)
        return Receipt(f"image-{key.id}", self._read_images(reply.fields(), made))

    def _read_images(self, fields: dict[str, Any], made: list[Any]) -> JobState:
        """Each picture has an address or an error of its own; it is over when none has an address."""
        links = [link for item in made if isinstance(link := dig(item, "url"), str) and link]
        faults = [fault for item in made if (fault := dig(item, "error"))]
        outputs = tuple(
            Output("image", "image/jpeg", link, expires_in_s=LINK_LIFE_S, is_refreshable=False) for link in links
        )
        facts = {"generated_images": dig(fields, "usage", "generated_images")}
        if links or not faults:
            return JobState(JobPhase.SUCCEEDED, "200", outputs=outputs, facts=facts)
        code = str(dig(faults[0], "code") or "")
        trouble = read_trouble(code) or Trouble.PROVIDER_ERROR
        phase = JobPhase.MODERATED if trouble.is_moderation else JobPhase.FAILED
        words = self._exchange.scrub(str(dig(faults[0], "message") or ""))
        return JobState(phase, "200", trouble=trouble, message=words, code=code, facts=facts)

    def _refuse(self, reply: Reply) -> Exception:
        code = _read_code(reply)
        return self._exchange.refuse(reply, read_trouble(code), _read_words(reply), code)

    def _fail(self, reply: Reply) -> AskFailed:
        code = _read_code(reply)
        return self._exchange.fail(reply, read_trouble(code), _read_words(reply), code)

    async def poll(self, ticket: str) -> JobState:
        """GET the task. Pictures keep no record: asking for one later finds nothing."""
        if ticket.startswith("image-"):
            return JobState(JobPhase.EXPIRED, "", message="Seedream keeps no record of pictures.")
        reply = await self._exchange.ask("GET", f"{TASKS}/{ticket}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="ModelArk has no such task any more.")
        task = reply.fields()
        if not reply.is_good or "status" not in task:
            raise self._fail(reply)
        return self._read_task(task)

    def _read_task(self, task: dict[str, Any]) -> JobState:
        raw = str(task["status"])
        phase = PHASES.get(raw, JobPhase.RUNNING)
        code = str(dig(task, "error", "code") or "")
        trouble = _read_failure(raw, code) if phase is JobPhase.FAILED else None
        if trouble is not None and trouble.is_moderation:
            phase = JobPhase.MODERATED
        told = {name: task.get(name) for name in ("seed", "revised_prompt")}
        # Tokens are told, money is not: which of two rates counted is known to the bill only.
        told["completion_tokens"] = dig(task, "usage", "completion_tokens")
        return JobState(
            phase,
            raw,
            outputs=tuple(_read_outputs(task)) if phase is JobPhase.SUCCEEDED else (),
            trouble=trouble,
            message=self._exchange.scrub(str(dig(task, "error", "message") or "")),
            code=code,
            facts={name: value for name, value in told.items() if value is not None},
        )

    async def cancel(self, ticket: str) -> CancelOutcome:
        """DELETE stops a queued task for free. It cannot stop a running one, and would forget one that is over."""
        if ticket.startswith("image-"):
            return CancelOutcome.TOO_LATE
        if (await self.poll(ticket)).phase is not JobPhase.QUEUED:
            return CancelOutcome.TOO_LATE
        reply = await self._exchange.ask("DELETE", f"{TASKS}/{ticket}")
        if reply.is_good:
            return CancelOutcome.FREE
        if reply.status in (400, 404, 409):
            return CancelOutcome.TOO_LATE
        raise self._fail(reply)

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Read the list for our mark within the window; a task that does not tell its mark yet keeps it open."""
        if request.medium is Medium.IMAGE:
            return CannotKnow("ModelArk lists no pictures; compare its bill with the time of this attempt")
        if 0 < key.intent_s < time.time() - RECORDS_LIFE_S:
            return CannotKnow("ModelArk keeps tasks for about a week, and this attempt is older")
        ((name, value),) = mark(request, key).items()
        dumb = ""
        tasks: list[Any] | None
        for page in range(1, MOST_PAGES + 1):
            tasks = await self._list(page)
            for task in _in_window(tasks, key):
                if task.get(name) == value:
                    return Found(str(task["id"]))
                if task.get(name) is None and PHASES.get(str(task.get("status"))) not in UNCHARGED:
                    dumb = str(task["id"])
            if not tasks:
                return _conclude(name, dumb)
        return CannotKnow(f"the list of tasks has more than {MOST_PAGES} pages")

    async def _list(self, page: int) -> list[Any]:
        # Not narrowed by model or state: a filter that means something else would hide a paid task.
        params = {"page_num": str(page), "page_size": str(LIST_PAGE)}
        reply = await self._exchange.ask("GET", TASKS, params=params)
        tasks = reply.fields().get("items")
        if not reply.is_good or not isinstance(tasks, list):
            raise self._fail(reply)
        return tasks

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """ModelArk signs nothing that we know of: a hint, with the task as a poll would give it."""
        task = Reply(200, {}, body).fields()
        ticket = task.get("id")
        if not isinstance(ticket, str) or not ticket:
            raise HookRefused("no task is named")
        return HookEvent(f"{ticket}:{task.get('status')}:{task.get('updated_at')}", ticket=ticket)

    async def check_key(self) -> KeyCheck:
        """One line of the list of tasks, which costs nothing."""
        reply = await self._exchange.ask("GET", TASKS, params={"page_num": "1", "page_size": "1"})
        if reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(_read_words(reply) or reply.excerpt()))
        return KeyCheck(True if reply.is_good else None, f"HTTP {reply.status}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


UNCHARGED = (JobPhase.FAILED, JobPhase.CANCELLED)
"""Tasks that cost nothing: when one of these is ours and does not say so, nothing is paid twice."""


def _in_window(tasks: list[Any], key: AttemptKey) -> Iterator[dict[str, Any]]:
    for task in tasks:
        created = dig(task, "created_at")
        is_older = isinstance(created, (int, float)) and created < key.intent_s - WINDOW_S
        if isinstance(dig(task, "id"), str) and not is_older:
            yield task


def _conclude(name: str, dumb: str) -> Reconciled:
    """What a list without our mark proves: nothing while a task of the window does not tell its own."""
    if dumb:
        raise AskFailed(Trouble.PROVIDER_ERROR, f"task {dumb} does not tell its {name} yet, and may be this attempt")
    return NotFound()


def _read_outputs(task: dict[str, Any]) -> Iterator[Output]:
    kinds = {"mov": "video/quicktime"}
    video, last = dig(task, "content", "video_url"), dig(task, "content", "last_frame_url")
    if isinstance(video, str) and video:
        yield Output("video", kinds.get(str(task.get("output_format")), "video/mp4"), video, expires_in_s=LINK_LIFE_S)
    if isinstance(last, str) and last:
        yield Output("last_frame", "image/png", last, expires_in_s=LINK_LIFE_S)


def read_trouble(code: str) -> Trouble | None:
    """What an error code means beyond the status it came with; None when the status decides."""
    if "Sensitive" in code or "RiskDetection" in code:
        return Trouble.MODERATED_OUTPUT if code.startswith("Output") else Trouble.MODERATED_INPUT
    return TROUBLES.get(code)


def _read_failure(raw: str, code: str) -> Trouble:
    return Trouble.TIMEOUT if raw == "expired" else read_trouble(code) or Trouble.PROVIDER_ERROR


def _read_code(reply: Reply) -> str:
    return str(dig(reply.fields(), "error", "code") or "")


def _read_words(reply: Reply) -> str:
    return str(dig(reply.fields(), "error", "message") or "")


PROVIDER = ProviderCard(
    name=NAME,
    title="ModelArk (Seedance, Seedream)",
    models=MODELS,
    make=ModelArk,
    base_url="https://ark.ap-southeast.bytepluses.com/api/v3",
    base_url_variable="ARK_BASE_URL",
    secrets=(KEY,),
    media_hosts=("*.bytepluses.com", "*.volces.com", "*.byteplus.com"),
)
