"""Runway's task API: version header, throttled tasks, credits on every ending, deletes without refund."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

CREDITS = {"gen4.5": 12, "gen4_turbo": 5}
"""Credits a second; veo3.1 depends on sound."""

CODES = {Outcome.MODERATED_INPUT: "SAFETY.INPUT.TEXT", Outcome.MODERATED_OUTPUT: "SAFETY.OUTPUT.VIDEO"}
STATES = {
    "queued": "PENDING",
    "running": "RUNNING",
    "odd": "REVIEWING_FRAMES",
    "succeeded": "SUCCEEDED",
    "failed": "FAILED",
    "moderated": "FAILED",
    "cancelled": "CANCELLED",
}


class FakeRunway(FakeProvider):
    """See `FakeProvider`. Concurrency beyond two jobs shows as THROTTLED."""

    provider: ClassVar[str] = "runway"
    moderates_at_submit: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {"RUNWAYML_API_SECRET": f"key_{CANARY}_runway"}

    def routes(self) -> tuple[Route, ...]:
        """Submit, poll, delete, upload, organisation."""
        return (
            Route("POST", r"/v1/(text_to_video|image_to_video)", "submit", self._submit),
            Route("GET", r"/v1/tasks/([^/]+)", "poll", self._poll),
            Route("DELETE", r"/v1/tasks/([^/]+)", "cancel", self._delete),
            Route("POST", r"/v1/uploads", "upload", self._begin_upload),
            Route("POST", r"/_storage/([0-9a-z.]+)", "open", self._store),
            Route("GET", r"/v1/organization", "account", lambda call, match: answer_json({"creditBalance": 4200})),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`{"error": text}`."""
        texts = {401: "Invalid API key.", 404: "Not found.", 429: "Too many requests."}
        return answer_json({"error": texts.get(status, "Validation of body failed"), "issues": []}, status)

    def price(self, job: FakeJob) -> int:
        """Credits a second, one cent each."""
        body = job.body
        rate = CREDITS.get(str(body["model"]), 40 if body.get("audio") else 20)
        return rate * int(body["duration"]) * 10_000

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A clip of the asked ratio at a tenth of its size, and of the asked length."""
        width, height = (int(side) // 20 * 2 for side in str(job.body["ratio"]).split(":"))
        return "video", width, height, int(job.body["duration"]) * 1000

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        if call.headers.get("x-runway-version") != "2024-11-06":
            return answer_json({"error": "X-Runway-Version is missing."}, 400)
        lacking = [name for name in ("model", "promptText", "ratio", "duration") if name not in body]
        if lacking or (match.group(1) == "image_to_video") != ("promptImage" in body):
            return answer_json({"error": "Validation of body failed", "issues": lacking}, 400)
        made = self.accept(match.group(1), body)
        if isinstance(made, Answer):
            return made
        return answer_json({"id": made.id, "estimatedCost": {"credits": self.price(made) / 10_000}})

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost" or job.extra.get("deleted"):
            return self.refuse(404)
        task: dict[str, Any] = {"id": job.id, "status": STATES[state], "createdAt": "2026-11-21T10:00:00Z"}
        credits_used = next(charge.micros for charge in self.charges if charge.job == job.number) / 10_000
        if state == "queued" and len([item for item in self.jobs.values() if item.polls]) > 2:
            task["status"] = "THROTTLED"
        if state == "running":
            task["progress"] = 0.5
        if state == "succeeded":
            link = self.link(job)
            task |= {"output": [link] if link else [], "cost": {"credits": credits_used}}
        if state in ("failed", "moderated"):
            code = CODES.get(job.outcome, "INTERNAL.BAD_OUTPUT.CODE01")
            task |= {"failure": "The generation failed.", "failureCode": code, "cost": {"credits": credits_used}}
        return answer_json(task)

    def _delete(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None:
            return self.refuse(404)
        if job.polls <= self.pace[0]:
            self.refund(job)
        job.is_cancelled, job.extra["deleted"] = True, True
        return Answer(204)

    def _begin_upload(self, call: Call, match: re.Match[str]) -> Answer:
        name = str(call.fields().get("filename", ""))
        handle = f"runway://{name}"
        return answer_json({"uploadUrl": f"{self.url}/_storage/{name}", "fields": {"key": name}, "runwayUri": handle})

    def _store(self, call: Call, match: re.Match[str]) -> Answer:
        if "authorization" in call.headers:
            return Answer(400, b"storage must not see the key")
        content, _ = call.parts().get("file", (b"", ""))
        self.files[match.group(1)] = content
        return Answer(204)


FAKE = FakeRunway
