"""Stability AI: multipart only, base64 in JSON, moderation as status 403 or as a filtered result."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import ClassVar

from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.media import to_mp3
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

CREDITS = {"core": 3.0, "ultra": 8.0, "sd3.5-large": 6.5, "sd3.5-medium": 3.5, "stable-audio-2": 20.0}
ASPECTS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
NAMES = {401: "unauthorized", 429: "rate_limit_exceeded", 404: "not_found", 402: "payment_required"}


class FakeStability(FakeProvider):
    """See `FakeProvider`."""

    provider: ClassVar[str] = "stability"
    secrets: ClassVar[Mapping[str, str]] = {"STABILITY_API_KEY": f"sk-{CANARY}-stability"}

    def routes(self) -> tuple[Route, ...]:
        """Pictures, sound, the balance."""
        return (
            Route("POST", r"/v2beta/stable-image/generate/(ultra|core|sd3)", "submit", self._paint),
            Route("POST", r"/v2beta/audio/stable-audio-2/text-to-audio", "submit", self._play),
            Route("GET", r"/v1/user/balance", "account", lambda call, match: answer_json({"credits": 812.5})),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`name` and a list of `errors`."""
        if outcome is Outcome.MODERATED_INPUT:
            words = "Your request was flagged by our content moderation system."
            return answer_json({"id": "e1", "name": "content_moderation", "errors": [words]}, 403)
        words = {401: "authorization: invalid or missing header value"}.get(status, "some-field: is not right")
        return answer_json({"id": "e1", "name": NAMES.get(status, "bad_request"), "errors": [words]}, status)

    def price(self, job: FakeJob) -> int:
        """Credits by model, one cent each."""
        return round(CREDITS[str(job.body["model"])] * 10_000)

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A small picture of the asked shape, or a sound of the asked length."""
        if job.kind == "audio":
            return "audio", 0, 0, int(job.body["duration"]) * 1000
        across, down = (int(side) for side in str(job.body.get("aspect_ratio", "1:1")).split(":"))
        return "image", across * 96 // max(across, down), down * 96 // max(across, down), 0

    def _paint(self, call: Call, match: re.Match[str]) -> Answer:
        texts = _read_form(call)
        kind = match.group(1)
        needs_strength = "image" in call.parts() and "strength" not in texts
        is_odd = texts.get("aspect_ratio", "1:1") not in ASPECTS or (kind == "core" and "image" in call.parts())
        has_shape = texts.get("mode") == "image-to-image" and "aspect_ratio" in texts
        if not texts.get("prompt") or needs_strength or is_odd or has_shape:
            return self.refuse(400)
        return self._make(kind, "image", {**texts, "model": texts.get("model", kind)})

    def _play(self, call: Call, match: re.Match[str]) -> Answer:
        texts = _read_form(call)
        if not texts.get("prompt") or not 1 <= int(texts.get("duration", "0")) <= 190:
            return self.refuse(400)
        return self._make("audio", "audio", {**texts, "model": "stable-audio-2"})

    def _make(self, kind: str, field: str, body: Mapping[str, str]) -> Answer:
        if body["model"] not in CREDITS:
            return self.refuse(400)
        job = self.accept(kind, body)
        if isinstance(job, Answer):
            return job
        end = self.end_at_once(job)
        content, _ = self.deliver(job)
        if body.get("output_format") == "mp3":
            content = to_mp3(content)
        result = {field: base64.b64encode(content).decode(), "seed": int(body.get("seed", "0"))}
        if end == "moderated":
            return answer_json({**result, "finish_reason": "CONTENT_FILTERED"})
        return answer_json({**result, "finish_reason": "SUCCESS"}) if end == "succeeded" else self.refuse(500)


def _read_form(call: Call) -> dict[str, str]:
    """The text fields of a multipart form; empty for any other body, and without the right `Accept`."""
    if not call.headers.get("content-type", "").startswith("multipart/form-data"):
        return {}
    if call.headers.get("accept") != "application/json":
        return {}
    return {name: content.decode() for name, (content, file_name) in call.parts().items() if not file_name}


FAKE = FakeStability
