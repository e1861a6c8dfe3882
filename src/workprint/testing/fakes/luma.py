"""Luma Agents: one path for all generations, files in three steps, links that live an hour, nothing to cancel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.media import read_length_ms
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

FILM_MICROS = {"360p": 60_000, "540p": 150_000, "720p": 300_000, "1080p": 1_200_000}
"""Five seconds; ten cost three times as much."""

EDIT_MICROS = {"360p": 108_000, "540p": 144_000, "720p": 216_000, "1080p": 432_000}
"""A second of the source."""

STATES = {
    "queued": "queued",
    "running": "processing",
    "odd": "dreaming_deeper",
    "succeeded": "completed",
    "failed": "failed",
    "moderated": "failed",
    "cancelled": "failed",
}
CODES = {Outcome.MODERATED_INPUT: "content_moderated", Outcome.MODERATED_OUTPUT: "content_moderated"}


class FakeLuma(FakeProvider):
    """See `FakeProvider`. What is asked is checked as the SDK's types say it must be."""

    provider: ClassVar[str] = "luma"
    moderates_at_submit: ClassVar[bool] = False
    signs_hooks: ClassVar[bool] = False
    can_end_cancelled: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {"LUMA_AGENTS_API_KEY": f"luma-api-{CANARY}"}

    def routes(self) -> tuple[Route, ...]:
        """Generations and files."""
        return (
            Route("POST", r"/generations", "submit", self._submit),
            Route("GET", r"/generations/([^/]+)", "poll", self._poll),
            Route("POST", r"/files", "upload", self._announce),
            Route("PUT", r"/_storage/(file-[0-9a-z-]+)", "open", self._store),
            Route("POST", r"/files/(file-[0-9a-z-]+)/complete", "upload", self._complete),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`{"detail": text}`."""
        texts = {401: "Invalid API key", 402: "Insufficient credits", 404: "Generation not found", 429: "Slow down"}
        code = {"code": "invalid_request"} if status == 400 else {}
        return answer_json({"detail": texts.get(status, "Invalid request"), **code}, status)

    def price(self, job: FakeJob) -> int:
        """By type: a film by its size and length, an edit by its source, a still by its references."""
        body = job.body
        if body["type"] == "image":
            return 40_400 + 3_000 * len(body.get("image_ref", ()))
        size = body["video"]["resolution"]
        if body["type"] == "video_edit":
            source = self.files[body["source"]["file_id"]]
            return EDIT_MICROS[size] * read_length_ms(source) // 1000
        return FILM_MICROS[size] * (1 if body["video"]["duration"] == "5s" else 3)

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """Small, of the asked aspect and length."""
        body = job.body
        wide, high = (int(part) for part in str(body.get("aspect_ratio", "16:9")).split(":"))
        scale = 96 / max(wide, high)
        size = round(wide * scale / 2) * 2, round(high * scale / 2) * 2
        if body["type"] == "image":
            return "image", *size, 0
        if body["type"] == "video_edit":
            return "video", *size, read_length_ms(self.files[body["source"]["file_id"]])
        return "video", *size, 5000 if body["video"]["duration"] == "5s" else 10000

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        if not body.get("prompt") or body.get("type") not in ("video", "video_edit", "image"):
            return self.refuse(400)
        if self._find_fault(body):
            return answer_json({"detail": self._find_fault(body), "code": "invalid_request"}, 400)
        made = self.accept(str(body["type"]), body)
        if isinstance(made, Answer):
            return made
        return answer_json(self._describe(made, "queued"), 201)

    def _find_fault(self, body: Mapping[str, Any]) -> str:
        """What is wrong with a request, "" for nothing."""
        video = body.get("video", {})
        frames = [video[name] for name in ("start_frame", "end_frame") if name in video]
        keyframes = video.get("keyframes", [])
        if frames and (keyframes or video.get("duration") != "5s"):
            return "frames are five seconds, and exclude keyframes"
        if len(keyframes) != len(video.get("keyframe_indexes", [])):
            return "each keyframe needs an index"
        references = [*frames, *keyframes, *body.get("image_ref", []), *([body["source"]] if "source" in body else [])]
        for reference in references:
            known = {("file_id", name) for name in self.files} | {("generation_id", name) for name in self.jobs}
            if len(reference) != 1 or not known.issuperset(reference.items()):
                return "a media reference names one thing that exists"
        return ""

    def _describe(self, job: FakeJob, state: str) -> dict[str, Any]:
        told: dict[str, Any] = {"id": job.id, "model": job.body["model"], "type": job.kind, "state": state}
        told |= {"created_at": "2026-11-21T10:00:00Z", "failure_code": None, "failure_reason": None, "output": []}
        if state == "completed":
            link = self.link(job)
            kind = "image" if job.kind == "image" else "video"
            told["output"] = [{"type": kind, "url": link}] if link else []
        if state == "failed":
            told["failure_code"] = CODES.get(job.outcome, "generation_failed")
            told["failure_reason"] = "The generation did not pass." if job.outcome in CODES else "Something went wrong."
        return told

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost":
            return self.refuse(404)
        return answer_json(self._describe(job, STATES[state]))

    def _announce(self, call: Call, match: re.Match[str]) -> Answer:
        asked = call.fields()
        if not asked.get("mime_type") or asked.get("purpose") not in ("input", "reference"):
            return self.refuse(400)
        name = f"file-{len(self.files) + 1:04d}-{asked['size_bytes']}"
        self.files[name] = b""
        upload = {"method": "PUT", "url": f"{self.url}/_storage/{name}", "headers": {"x-luma-upload": name}}
        return answer_json({"id": name, "state": "pending", "upload": upload}, 201)

    def _store(self, call: Call, match: re.Match[str]) -> Answer:
        name = match.group(1)
        if "authorization" in call.headers or call.headers.get("x-luma-upload") != name or name not in self.files:
            return Answer(403, b"storage takes its own headers only")
        self.files[name] = call.body
        return Answer(200)

    def _complete(self, call: Call, match: re.Match[str]) -> Answer:
        name = match.group(1)
        whole = len(self.files.get(name, b"")) == int(name.rpartition("-")[2])
        return answer_json({"id": name, "state": "ready" if whole else "failed"}, 200 if whole else 400)


FAKE = FakeLuma
