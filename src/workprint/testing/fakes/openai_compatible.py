"""A server with OpenAI's videos and images: a form in, content behind our key, Sora gone since September 2026."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

STILL_MICROS = {"low": (6_000, 5_000), "medium": (53_000, 41_000), "high": (211_000, 165_000)}
"""A picture, square and not."""

SORA_MICROS = {"sora-2": 100_000, "sora-2-pro": 300_000}
STATES = {
    "queued": "queued",
    "running": "in_progress",
    "odd": "rendering_audio",
    "succeeded": "completed",
    "failed": "failed",
    "moderated": "failed",
    "cancelled": "failed",
}
ERRORS = {
    Outcome.MODERATED_OUTPUT: {"code": "moderation_blocked", "message": "Your request was rejected by our system."},
    Outcome.FAIL: {"code": "video_generation_failed", "message": "Video generation failed."},
}
LIFE_S = 3600


class FakeOpenAICompatible(FakeProvider):
    """See `FakeProvider`. `sells_sora`: a gateway that still answers for it."""

    provider: ClassVar[str] = "openai_compatible"
    refreshes_links: ClassVar[bool] = False
    signs_hooks: ClassVar[bool] = False
    can_end_cancelled: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {"OPENAI_COMPATIBLE_API_KEY": f"sk-{CANARY}-compatible"}
    sells_sora = False

    def routes(self) -> tuple[Route, ...]:
        """Videos, their content, pictures, models."""
        return (
            Route("POST", r"/videos", "submit", self._submit),
            Route("POST", r"/images/generations", "submit", self._draw),
            Route("GET", r"/videos/([^/]+)", "poll", self._poll),
            Route("GET", r"/videos/([^/]+)/content", "media", self._content),
            Route("DELETE", r"/videos/([^/]+)", "cancel", self._delete),
            Route("GET", r"/models", "account", self._list_models),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`{"error": {message, type, param, code}}`."""
        code, message = "invalid_request", "Invalid request."
        if outcome is Outcome.MODERATED_INPUT:
            code, message = "moderation_blocked", "Your request was rejected by our safety system."
        if status == 401:
            code, message = "invalid_api_key", "Incorrect API key provided."
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        return answer_json({"error": error}, status)

    def price(self, job: FakeJob) -> int:
        """Pictures by quality and shape; films by the second, and nothing on one's own GPU."""
        body = job.body
        if job.kind == "image":
            square, other = STILL_MICROS[body["quality"]]
            return int(body["n"]) * (square if body["size"] == "1024x1024" else other)
        rate = 500_000 if "1792" in body["size"] else SORA_MICROS.get(body["model"], 0)
        return rate * int(body["seconds"])

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A tenth of the asked size, and the asked length."""
        width, height = (int(side) // 20 * 2 for side in str(job.body["size"]).split("x"))
        return job.kind, width, height, 1000 * int(job.body.get("seconds", 0))

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        parts = call.parts()
        form = {name: content.decode() for name, (content, file_name) in parts.items() if not file_name}
        if form.get("model") in SORA_MICROS and not self.sells_sora:
            error = {"message": "The model has been shut down.", "type": "invalid_request_error"}
            return answer_json({"error": {**error, "param": "model", "code": "model_not_found"}}, 404)
        frame = parts.get("input_reference")
        lacking = [name for name in ("model", "prompt", "seconds", "size") if not form.get(name)]
        if lacking or ("I2V" in form["model"] and frame is None) or (frame is not None and not frame[0]):
            return self.refuse(400)
        if frame is not None:
            self.files["input_reference"] = frame[0]
        made = self.accept("video", form)
        return made if isinstance(made, Answer) else answer_json(self._describe(made, "queued"))

    def _describe(self, job: FakeJob, status: str) -> dict[str, Any]:
        told: dict[str, Any] = {"id": job.id, "object": "video", "status": status, "progress": 0, "error": None}
        told |= {name: job.body[name] for name in ("model", "prompt", "seconds", "size")}
        told |= {"created_at": int(job.created_s), "completed_at": None, "expires_at": None}
        if status == "completed":
            has_content = bool(self.link(job))
            expires = int(time.time()) + LIFE_S if has_content else int(job.created_s)
            told |= {"progress": 100, "completed_at": int(time.time()), "expires_at": expires}
        if status == "failed":
            told["error"] = ERRORS.get(job.outcome, ERRORS[Outcome.FAIL])
        return told

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost" or job.extra.get("deleted"):
            return self.refuse(404)
        return answer_json(self._describe(job, STATES[state]), openai_poll_after_ms="1500")

    def _content(self, call: Call, match: re.Match[str]) -> Answer:
        """The content of a video, only with the key: what media links are elsewhere."""
        job = self.find(match.group(1))
        if job is None or not self.authorise(call):
            return self.refuse(404 if job is None else 401)
        link = re.fullmatch(r"(.*)", f"{job.id}-{job.links}-main")
        assert link is not None
        return self._serve_media(call, link)

    def _delete(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None:
            return self.refuse(404)
        job.is_cancelled, job.extra["deleted"] = True, True
        return answer_json({"id": job.id, "object": "video.deleted", "deleted": True})

    def _draw(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        if not body.get("prompt") or body.get("quality") not in STILL_MICROS or body.get("output_format") != "png":
            return self.refuse(400)
        made = self.accept("image", body)
        if isinstance(made, Answer):
            return made
        if self.end_at_once(made) != "succeeded":
            return self.refuse(400, Outcome.MODERATED_INPUT)
        data = base64.b64encode(self.deliver(made)[0]).decode()
        pictures = [{"b64_json": data}] * int(body["n"]) if data else []
        usage = {"total_tokens": 4200}
        return answer_json({"created": int(made.created_s), "data": pictures, "usage": usage}, x_request_id=made.id)

    def _list_models(self, call: Call, match: re.Match[str]) -> Answer:
        names = ("gpt-image-2", "Wan-AI/Wan2.2-T2V-A14B-Diffusers", "some-language-model")
        return answer_json({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})


FAKE = FakeOpenAICompatible
