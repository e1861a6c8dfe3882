"""The common part of every fake: jobs that move on as they are polled, links, bills, and faults on request."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from workprint.testing.fakes.faults import HTML, Fault, Outcome
from workprint.testing.fakes.loopback import Answer, Call, Loopback, answer_json
from workprint.testing.fakes.media import make_media

CANARY = "canary-7f3a9c5e1b"
"""Part of every secret a fake accepts: it must be found in no byte that is written."""


ENDS = {
    Outcome.FAIL: "failed",
    Outcome.MODERATED_INPUT: "moderated",
    Outcome.MODERATED_OUTPUT: "moderated",
    Outcome.CANCELLED: "cancelled",
}
"""How jobs end that do not succeed; none of these is charged."""


@dataclass
class FakeJob:
    """One accepted job. `body` is what was asked, in the provider's own words; `marker` is what it can be found by."""

    id: str
    number: int
    kind: str
    body: Mapping[str, Any]
    outcome: Outcome
    created_s: float
    marker: str = ""
    callback: str = ""
    polls: int = 0
    downloads: int = 0
    links: int = 0
    is_cancelled: bool = False
    is_forgotten: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Charge:
    """A line of the bill in micro-dollars for the n-th job; a refund sets it to nothing."""

    job: int
    micros: int
    model: str


@dataclass(frozen=True)
class Route:
    """A method and a path (a regular expression over the whole of it), the kind of call it is, and who answers."""

    method: str
    path: str
    kind: str
    answer: Callable[[Call, re.Match[str]], Answer]


class FakeProvider(ABC):
    """A provider's server. A subclass says what its words are; this class keeps jobs, bills and faults.

    `pace` is how many polls a job stays queued, and then running. `media` makes a job's output; the default is a small
    real file of the right kind, size and length. Use as a context: it listens on `url`.
    """

    provider: ClassVar[str] = ""
    moderates_at_submit: ClassVar[bool] = True
    """Whether what is asked is judged before a job exists; else the job is taken and ends as moderated."""
    can_end_cancelled: ClassVar[bool] = True
    """Whether a job that was stopped by somebody else says so; else it looks like any that failed."""
    signs_hooks: ClassVar[bool] = False
    """Whether its webhooks are signed; an unsigned one is a hint only."""
    refreshes_links: ClassVar[bool] = True
    """Whether asking again about a job that is over gives a fresh address; else an expired one loses the output."""
    moderates: ClassVar[bool] = True
    """Whether it judges at all; one's own machine does not."""
    secrets: ClassVar[Mapping[str, str]] = {}
    settings: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self, *, pace: tuple[int, int] = (1, 1), media: Callable[[FakeJob], tuple[bytes, str]] | None = None
    ) -> None:
        self.pace = pace
        self._media = media
        self.jobs: dict[str, FakeJob] = {}
        self.charges: list[Charge] = []
        self.calls: list[tuple[str, Call]] = []
        self.files: dict[str, bytes] = {}
        self._faults: list[Fault] = []
        self._outcomes: list[Outcome] = []
        self._served: dict[str, tuple[bytes, str]] = {}
        self._lock = threading.RLock()
        self._server = Loopback(self._handle)
        self._routes = (
            *self.routes(),
            Route("GET", r"/_media/([0-9a-z-]+)", "media", self._serve_media),
            Route("GET", r"/_fake/charges", "bill", lambda call, match: answer_json({"micros": self.billed})),
        )

    # What a subclass says.

    @abstractmethod
    def routes(self) -> tuple[Route, ...]:
        """The provider's paths."""

    @abstractmethod
    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """A refusal in the provider's own envelope: a bare status, or INVALID or MODERATED_INPUT at submit."""

    def authorise(self, call: Call) -> bool:
        """Whether a call carries the right credentials and mandatory headers."""
        expected = next(iter(self.secrets.values()), "")
        return not expected or call.headers.get("authorization") == f"Bearer {expected}"

    @abstractmethod
    def price(self, job: FakeJob) -> int:
        """What an accepted job costs, in micro-dollars, by the fake's own price list."""

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """Kind of output (video, image, audio), width, height and length in milliseconds."""
        return "video", 64, 36, 1000

    # What a test or a rehearsal does.

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._server.url

    def start(self) -> FakeProvider:
        """Listen."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        self._server.stop()

    def __enter__(self) -> FakeProvider:
        return self.start()

    def __exit__(self, *unused: object) -> None:
        self.stop()

    def misbehave(self, *faults: Fault) -> None:
        """The next call of each fault's kind goes wrong in that way; several of a kind happen in turn."""
        with self._lock:
            self._faults += faults

    def recover(self) -> None:
        """Behave from now on: what was to go wrong yet does not."""
        with self._lock:
            self._faults.clear()
            self._outcomes.clear()

    def decide(self, *outcomes: Outcome) -> None:
        """What becomes of the next jobs, in turn; later ones succeed."""
        with self._lock:
            self._outcomes += outcomes

    @property
    def billed(self) -> int:
        """All that is charged and not refunded, in micro-dollars."""
        with self._lock:
            return sum(charge.micros for charge in self.charges)

    def count(self, kind: str) -> int:
        """How many calls of a kind came."""
        with self._lock:
            return sum(1 for name, _ in self.calls if name == kind)

    # What a subclass uses.

    def accept(self, kind: str, body: Mapping[str, Any], *, marker: str = "", callback: str = "") -> FakeJob | Answer:
        """Take a request as a new job, charged at once; or refuse it when it was decided so."""
        outcome = self._outcomes.pop(0) if self._outcomes else Outcome.SUCCEED
        if outcome is Outcome.INVALID:
            return self.refuse(400, outcome)
        if outcome is Outcome.MODERATED_INPUT and self.moderates_at_submit:
            return self.refuse(400, outcome)
        number = len(self.jobs) + 1
        job = FakeJob(self.make_id(number), number, kind, body, outcome, time.time(), marker, callback)
        if outcome is Outcome.DUPLICATE_ID and self.jobs:
            job.id = next(reversed(self.jobs))
        self.jobs[job.id if outcome is not Outcome.DUPLICATE_ID else f"{job.id}#{number}"] = job
        self.charges.append(Charge(job.number, self.price(job), str(body.get("model", kind))))
        return job

    def make_id(self, number: int) -> str:
        """The id of a job: looks random, is the same in every run."""
        seed = hashlib.sha256(f"{self.provider}-{number}".encode()).hexdigest()
        return f"{seed[:8]}-{seed[8:12]}-4{seed[13:16]}-a{seed[17:20]}-{seed[20:32]}"

    def refund(self, job: FakeJob) -> None:
        """Take the charge of a job back."""
        for charge in self.charges:
            if charge.job == job.number:
                charge.micros = 0

    def find(self, job_id: str) -> FakeJob | None:
        """A job by its id; None for one the provider has forgotten."""
        job = self.jobs.get(job_id)
        return None if job is None or job.is_forgotten else job

    def look(self, job: FakeJob) -> str:
        """Poll a job: queued, running, succeeded, failed, moderated, cancelled or odd. Refunds what is not charged."""
        job.polls += 1
        queued, running = self.pace
        if job.is_cancelled:
            return "cancelled"
        if job.polls <= queued:
            return "queued"
        if job.outcome is Outcome.STUCK or job.polls <= queued + running:
            return "running"
        if job.outcome is Outcome.ODD_STATE and job.polls <= queued + running + 1:
            return "odd"
        if job.outcome is Outcome.LOST:
            job.is_forgotten = True
            return "lost"
        end = ENDS.get(job.outcome, "succeeded")
        if end != "succeeded":
            self.refund(job)
        return end

    def link(self, job: FakeJob, role: str = "main") -> str:
        """An address of a job's output; each call gives a fresh one. "" when the job has none to give."""
        if job.outcome is Outcome.NO_OUTPUT:
            return ""
        job.links += 1
        return f"{self.url}/_media/{job.id}-{job.links}-{role}"

    def output(self, job: FakeJob) -> tuple[bytes, str]:
        """The bytes of a job's output and their media type, always the same."""
        if job.id not in self._served:
            made = self._media(job) if self._media else make_media(*self.describe_media(job), seed=job.number)
            self._served[job.id] = made
        return self._served[job.id]

    def side_output(self, job: FakeJob, role: str) -> tuple[bytes, str]:
        """What lies behind a link that is not the main one; a provider with further outputs says what they are."""
        return self.output(job)

    def end_at_once(self, job: FakeJob) -> str:
        """How a job ends whose result comes in the same answer. Refunds what is not charged."""
        end = ENDS.get(job.outcome, "succeeded")
        if end != "succeeded":
            self.refund(job)
        return end

    def deliver(self, job: FakeJob) -> tuple[bytes, str]:
        """The bytes of a job's output and their media type as an answer carries them, damaged where it was decided."""
        job.downloads += 1
        body, media_type = self.output(job)
        if job.outcome is Outcome.NO_OUTPUT:
            return b"", media_type
        if job.outcome is Outcome.HTML_OUTPUT:
            return HTML, media_type
        if job.outcome is Outcome.CORRUPT_OUTPUT:
            return body[:24] + bytes(len(body) - 24), media_type
        is_cut = job.outcome is Outcome.CUT_OUTPUT and job.downloads == 1
        return (body[: len(body) * 2 // 3] if is_cut else body), media_type

    def hook(self, job: FakeJob, phase: str) -> tuple[dict[str, str], bytes]:
        """What the provider sends to a job's callback when it reaches a phase: headers and body."""
        raise NotImplementedError(f"{self.provider} sends no webhooks")

    # Inside.

    def _handle(self, call: Call) -> Answer:
        with self._lock:
            for route in self._routes:
                match = re.fullmatch(route.path, call.path)
                if match and route.method == call.method:
                    self.calls.append((route.kind, call))
                    return self._answer(route, call, match)
            self.calls.append(("unknown", call))
            return self.refuse(404)

    def _answer(self, route: Route, call: Call, match: re.Match[str]) -> Answer:
        fault = next((fault for fault in self._faults if fault.kind == route.kind), None)
        if fault is not None:
            self._faults.remove(fault)
            if not fault.is_processed:
                return fault.change(self.refuse(fault.status) if fault.status else Answer())
        if route.kind not in ("media", "bill", "open") and not self.authorise(call):
            return self.refuse(401)
        answer = route.answer(call, match)
        return fault.change(answer) if fault is not None else answer

    def _serve_media(self, call: Call, match: re.Match[str]) -> Answer:
        name, _, rest = match.group(1).rpartition("-")
        job_id, _, link = name.rpartition("-")
        job = self.jobs.get(job_id)
        if job is None or not rest:
            return Answer(404, b"not found")
        job.downloads += 1
        if job.outcome is Outcome.DEAD_LINK or (job.outcome is Outcome.EXPIRED_LINK and link == "1"):
            return Answer(403, b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
        if job.outcome is Outcome.HTML_OUTPUT:
            return Answer(200, HTML, {"content-type": "text/html"})
        body, media_type = self.output(job) if rest == "main" else self.side_output(job, rest)
        if job.outcome is Outcome.CORRUPT_OUTPUT:
            body = body[:24] + bytes(len(body) - 24)
        return _serve_range(call, body, media_type, is_cut=job.outcome is Outcome.CUT_OUTPUT and job.downloads == 1)


def _serve_range(call: Call, body: bytes, media_type: str, *, is_cut: bool) -> Answer:
    """The body, or the rest of it from where `Range` asks (RFC 9110, 14.2)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"content-type": media_type, "etag": etag, "accept-ranges": "bytes"}
    asked = re.fullmatch(r"bytes=(\d+)-", call.headers.get("range", ""))
    start = int(asked.group(1)) if asked and call.headers.get("if-range", etag) == etag else 0
    if start >= len(body):
        return Answer(416, b"", {"content-range": f"bytes */{len(body)}"})
    if asked and start:
        headers["content-range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
    cut = len(body) * 2 // 3 if is_cut else None
    return Answer(206 if asked and start else 200, body[start:], headers, cut=cut)
