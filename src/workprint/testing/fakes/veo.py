"""Veo on Vertex AI: operations that are fetched by POST, videos inline, filtered results without an error."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

PLACE = r"/v1/projects/workprint-test/locations/europe-west4/publishers/google/models"
WORDS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
         429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}  # fmt: skip
CENTS_PER_SECOND = {
    "veo-3.1-lite-generate-001": {"720p": 5, "1080p": 8},
    "veo-3.1-fast-generate-001": {"720p": 10, "1080p": 12, "4k": 30},
    "veo-3.1-generate-001": {"720p": 40, "1080p": 40, "4k": 60},
}
ERRORS = {
    "failed": {"code": 13, "message": "Internal error encountered."},
    "cancelled": {"code": 1, "message": "The operation was cancelled."},
    "moderated": {"code": 3, "message": "The prompt violates our usage guidelines. Support codes: 58061214"},
}


RETIRED = ("veo-3.1-generate-001", "veo-3.1-fast-generate-001")
"""Models whose last day, 2026-11-17, is over."""


class FakeVeo(FakeProvider):
    """See `FakeProvider`. Prompts are refused by a finished operation, pictures by a filtered count."""

    provider: ClassVar[str] = "veo"
    moderates_at_submit: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {"VERTEX_ACCESS_TOKEN": f"ya29.{CANARY}-veo"}
    settings: ClassVar[Mapping[str, str]] = {
        "GOOGLE_CLOUD_PROJECT": "workprint-test",
        "GOOGLE_CLOUD_LOCATION": "europe-west4",
    }

    def routes(self) -> tuple[Route, ...]:
        """Submit, fetch, and the page of a model."""
        return (
            Route("POST", rf"{PLACE}/([^/:]+):predictLongRunning", "submit", self._submit),
            Route("POST", rf"{PLACE}/([^/:]+):fetchPredictOperation", "poll", self._fetch),
            Route("GET", r"/v1/publishers/google/models/([^/:]+)", "account", lambda call, match: answer_json({})),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """Google's error envelope."""
        message = {401: "Request had invalid authentication credentials.", 429: "Quota exceeded."}.get(status, "No.")
        return answer_json({"error": {"code": status, "message": message, "status": WORDS.get(status, "")}}, status)

    def price(self, job: FakeJob) -> int:
        """By second and size; the large model is half as dear without sound below 4k."""
        wanted = job.body["parameters"]
        cents = CENTS_PER_SECOND[job.kind][wanted["resolution"]]
        if cents == 40 and not wanted.get("generateAudio"):
            cents = 20
        return cents * 10_000 * int(wanted["durationSeconds"])

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A small clip of the asked shape and length."""
        wanted = job.body["parameters"]
        width, height = (64, 36) if wanted["aspectRatio"] == "16:9" else (36, 64)
        return "video", width, height, int(wanted["durationSeconds"]) * 1000

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        if match.group(1) in RETIRED:
            return self.refuse(404)
        issue = _find_issue(match.group(1), body)
        if issue:
            return answer_json({"error": {"code": 400, "message": issue, "status": "INVALID_ARGUMENT"}}, 400)
        job = self.accept(match.group(1), {**body, "model": match.group(1)})
        if isinstance(job, Answer):
            return job
        return answer_json({"name": self._name(job)})

    def _name(self, job: FakeJob) -> str:
        return f"{PLACE[4:]}/{job.kind}/operations/{job.id}"

    def _fetch(self, call: Call, match: re.Match[str]) -> Answer:
        name = str(call.fields().get("operationName", ""))
        job = self.find(name.rpartition("/")[2])
        state = self.look(job) if job and name == self._name(job) else "lost"
        if job is None or state == "lost":
            return self.refuse(404)
        operation: dict[str, Any] = {"name": name}
        if state in ("queued", "running"):
            return answer_json({**operation, "done": False} if state == "running" else operation)
        if state == "odd":
            return answer_json({**operation, "metadata": {"state": "MODERATING"}})
        operation["done"] = True
        if state == "moderated" and job.outcome is Outcome.MODERATED_OUTPUT:
            reasons = ["The video was filtered because it violated Vertex AI's usage guidelines."]
            operation["response"] = {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": reasons, "videos": []}
        elif state in ERRORS:
            operation["error"] = ERRORS[state]
        else:
            content, media_type = self.deliver(job)
            video = {"bytesBase64Encoded": base64.b64encode(content).decode(), "mimeType": media_type}
            operation["response"] = {"raiMediaFilteredCount": 0, "videos": [video] if content else []}
        return answer_json(operation)


def _find_issue(model: str, body: Mapping[str, Any]) -> str:
    """What is wrong with a request, in words; "" when nothing is."""
    wanted, instances = body.get("parameters") or {}, body.get("instances") or [{}]
    references = instances[0].get("referenceImages") or []
    pictures = [instances[0].get("image"), instances[0].get("lastFrame"), *(item.get("image") for item in references)]
    checks = (
        (model in CENTS_PER_SECOND, "unknown model"),
        (bool(instances[0].get("prompt")), "prompt"),
        (wanted.get("durationSeconds") in (4, 6, 8), "durationSeconds"),
        (wanted.get("aspectRatio") in ("16:9", "9:16"), "aspectRatio"),
        (wanted.get("resolution") in CENTS_PER_SECOND.get(model, {}), "resolution"),
        (isinstance(wanted.get("seed"), int) and 0 <= wanted["seed"] < 2**32, "seed"),
        (not references or "image" not in instances[0], "an image and reference images"),
        (not references or (wanted.get("durationSeconds") == 8 and len(references) <= 3), "reference images"),
        ("lastFrame" not in instances[0] or "image" in instances[0], "a last frame alone"),
        (all(item.get("bytesBase64Encoded") and item.get("mimeType") for item in pictures if item), "an empty picture"),
        (wanted.get("sampleCount") == 1, "sampleCount"),
    )
    return next((words for holds, words in checks if not holds), "")


FAKE = FakeVeo
