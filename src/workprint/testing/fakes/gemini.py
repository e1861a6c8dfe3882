"""The Gemini API: background interactions with files behind the key, pictures at once, webhooks of both kinds."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.lab import jwt_rs256, standard_webhooks
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

OMNI_LONGEST_S = {"gemini-omni-1.2-flash": 15, "gemini-omni-1.1-flash": 10}
OMNI_CENTS_TENTHS_PER_S = 146
PICTURE_MICROS = {"gemini-3.1-flash-image": 67_000, "gemini-3-pro-image": 134_000, "gemini-nano-banana-2.1": 34_000}
STATES = {"queued": "queued", "running": "in_progress", "succeeded": "completed", "failed": "failed",
          "moderated": "failed", "cancelled": "cancelled", "odd": "requires_continuation"}  # fmt: skip
WORDS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
         429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}  # fmt: skip
LABEL = re.compile(r"[a-z][a-z0-9_-]{0,62}")
TASKS = ("text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale")
AUDIENCE = "https://workprint.example/hooks/gemini"
KID = "fake-key-1"
MODULUS = int(
    "a7929fa7aa50183ce4dd67bdbcf5546d99743e4240d0928057860d11fd5f8c6a94464fefa8c50444f64a2ad2ca7e8b8e61b77e251221642f8a"
    "9daff4f0b57f33713e9856bbf9c91be29805fd4eaa79bc868dbf031aed046a5bbefe712dbdebebd89beed15f9cdb9044416ccd1be7be219f0f"
    "398959e65bc2cf6115f7d301f62f0508c40d1a58d758288ed5c6aa74cea54d97cfad714a8e7715abf8e71bd1e7eeb1d39afa3fc37332f6f557"
    "e4b9328c9366995cf299a5012484ab64de94465d379e316e0ab2461d9e56a4d6ce9f327a73ef5f3059afc88a334a0bba821576e87ee4ed6f6a"
    "87e76bd40dc6f466f5c6e31ae98976ced0ab8d04c7df5a39d1f0651b",
    16,
)
PRIVATE = int(
    "2cc72cfb8832c3ef4db6ee3850ec7ba597da6ca296a0456d9f35b67b66a9e82338c0fb2e4efa6a9424fe17a8612ce48ce506bbe21b10aa2d5c"
    "0c9c0ec75db0826611f47244e3cffe301430918a3a5ab26a80291922d2501a3daef15dfbfba2b5d099867d13601e79d40b698ffb93770693f2"
    "e50c9365cf8264990c5e3f57e8592450296781b0c9abd9e430ee2119c1c970b617c8a9ab7d958616b6a26dc41ce857b2decb2cc38b684042e9"
    "8a85e5c9075278752350ad09379e87798b98b2b8a1f9cc30edb37a1adcb7f63781149a6a86b26d3eee2c688bc64cfb34c7838e0a7f1ec8b94e"
    "78a0812da0fd5701ee76dc596860a7bf257855946ad967200ae71f99",
    16,
)
"""A key pair made for this fake alone: it signs nothing anywhere else."""


class FakeGemini(FakeProvider):
    """See `FakeProvider`. Moderation shows as a failed interaction whose errors speak of safety."""

    provider: ClassVar[str] = "gemini"
    signs_hooks: ClassVar[bool] = True
    moderates_at_submit: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {
        "GEMINI_API_KEY": f"AIza-{CANARY}-gemini",
        "GEMINI_WEBHOOK_SECRET": "whsec_" + base64.b64encode(f"{CANARY}-gemini-hooks".encode()).decode(),
    }
    settings: ClassVar[Mapping[str, str]] = {"GEMINI_WEBHOOK_AUDIENCE": AUDIENCE}

    def routes(self) -> tuple[Route, ...]:
        """Interactions, pictures, files, models, published keys."""
        return (
            Route("POST", r"/v1/interactions", "submit", self._interact),
            Route("GET", r"/v1/interactions/([^/]+)", "poll", self._poll),
            Route("POST", r"/v1/interactions/([^/]+)/cancel", "cancel", self._cancel),
            Route("POST", r"/v1beta/models/([^/:]+):generateContent", "submit", self._paint),
            Route("GET", r"/v1beta/files/([^/:]+):download", "media", self._download),
            Route("GET", r"/v1beta/models", "account", lambda call, match: answer_json({"models": []})),
            Route("GET", r"/\.well-known/jwks\.json", "open", self._publish),
        )

    def authorise(self, call: Call) -> bool:
        """The key comes in a header of its own."""
        return call.headers.get("x-goog-api-key") == self.secrets["GEMINI_API_KEY"]

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """Google's error envelope."""
        message = {401: "API key not valid.", 429: "Resource has been exhausted (check quota)."}.get(status, "Refused.")
        error = {"code": status, "message": message, "status": WORDS.get(status, "UNKNOWN")}
        return answer_json({"error": error}, status)

    def price(self, job: FakeJob) -> int:
        """By second of video, or by picture."""
        if job.kind == "picture":
            return PICTURE_MICROS[job.body["model"]]
        return OMNI_CENTS_TENTHS_PER_S * 1000 * _seconds(job)

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A small clip of the asked shape and length, or a small picture."""
        form = job.body["response_format"] if job.kind == "video" else {}
        across, down = (int(side) for side in str(form.get("aspect_ratio", job.body.get("aspect", "1:1"))).split(":"))
        width, height = across * 64 // max(across, down) // 2 * 2, down * 64 // max(across, down) // 2 * 2
        return ("video", width, height, _seconds(job) * 1000) if form else ("image", width, height, 0)

    def _interact(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        issue = _find_issue(body)
        if issue:
            return answer_json({"error": {"code": 400, "message": issue, "status": "INVALID_ARGUMENT"}}, 400)
        metadata = (body.get("webhook_config") or {}).get("user_metadata") or {}
        job = self.accept("video", body, marker=json.dumps(metadata))
        if isinstance(job, Answer):
            return job
        return answer_json({"id": job.id, "status": "queued", "model": body["model"], "labels": body.get("labels")})

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost":
            return self.refuse(404)
        data: dict[str, Any] = {"id": job.id, "status": STATES[state], "model": job.body["model"]}
        if state == "succeeded":
            steps = [{"type": "user_input", "content": job.body["input"]}]
            data |= {"steps": steps, "usage": {"total_tokens": 5792 * _seconds(job)}}
            video = self._describe_video(job)
            if video:
                steps.append({"type": "model_output", "content": [video]})
                data["output_video"] = video
        if state == "moderated":
            data["errors"] = [{"code": "content_blocked", "message": "The video was blocked by safety filters."}]
        if state == "failed":
            data["errors"] = [{"code": "internal", "message": "The model had a bad day."}]
        return answer_json(data)

    def _describe_video(self, job: FakeJob) -> dict[str, Any]:
        if job.body["response_format"].get("delivery") == "inline":
            content, media_type = self.deliver(job)
            return {"type": "video", "mime_type": media_type, "data": base64.b64encode(content).decode()}
        link = self.link(job)
        if not link:
            return {}
        name = link.rpartition("/")[2]
        return {"type": "video", "mime_type": "video/mp4", "uri": f"{self.url}/v1beta/files/{name}:download?alt=media"}

    def _download(self, call: Call, match: re.Match[str]) -> Answer:
        if not self.authorise(call):
            return self.refuse(403)
        return self._serve_media(call, match)

    def _cancel(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None:
            return self.refuse(404)
        job.is_cancelled = True
        return answer_json({"id": job.id, "status": "cancelled"})

    def _paint(self, call: Call, match: re.Match[str]) -> Answer:
        body, model = call.fields(), match.group(1)
        settings = body.get("generationConfig") or {}
        if model not in PICTURE_MICROS or settings.get("responseModalities") != ["IMAGE"]:
            return self.refuse(404 if model not in PICTURE_MICROS else 400)
        aspect = (settings.get("imageConfig") or {}).get("aspectRatio", "1:1")
        job = self.accept("picture", {**body, "model": model, "aspect": aspect})
        if isinstance(job, Answer):
            return job
        end = self.end_at_once(job)
        if end == "moderated" and job.outcome is Outcome.MODERATED_INPUT:
            return answer_json({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "responseId": job.id})
        if end == "moderated":
            return answer_json({"candidates": [{"finishReason": "IMAGE_SAFETY", "index": 0}], "responseId": job.id})
        if end != "succeeded":
            return self.refuse(500)
        content, media_type = self.deliver(job)
        made = {"inlineData": {"mimeType": media_type, "data": base64.b64encode(content).decode()}}
        candidate = {"content": {"role": "model", "parts": [made] if content else []}, "finishReason": "STOP"}
        return answer_json(
            {"candidates": [candidate], "responseId": job.id, "usageMetadata": {"totalTokenCount": 1290}}
        )

    def _publish(self, call: Call, match: re.Match[str]) -> Answer:
        return answer_json({"keys": [jwt_rs256.to_jwk(KID, MODULUS, 65_537)]})

    def hook(self, job: FakeJob, phase: str) -> tuple[dict[str, str], bytes]:
        """A delivery about a job to the address its request named: a token that holds the event."""
        now = int(time.time())
        event = _make_event(job, phase, now)
        token = jwt_rs256.sign(
            {"iss": "generativelanguage.googleapis.com", "aud": AUDIENCE, "iat": now, "exp": now + 300, **event},
            KID,
            MODULUS,
            PRIVATE,
        )
        headers = {"webhook-id": f"msg-{job.number}", "webhook-timestamp": str(now), "webhook-signature": token}
        return headers, json.dumps(event).encode()

    def registered_hook(self, job: FakeJob, phase: str) -> tuple[dict[str, str], bytes]:
        """A delivery about a job to a webhook registered for the project (Standard Webhooks)."""
        now = int(time.time())
        body = json.dumps(_make_event(job, phase, now)).encode()
        message = f"msg-{job.number}"
        seal = standard_webhooks.sign(self.secrets["GEMINI_WEBHOOK_SECRET"], message, now, body)
        return {"webhook-id": message, "webhook-timestamp": str(now), "webhook-signature": seal}, body


def _make_event(job: FakeJob, phase: str, now: int) -> dict[str, Any]:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    metadata = json.loads(job.marker or "{}")
    return {"type": phase, "version": "v1", "timestamp": stamp, "data": {"id": job.id}, "user_metadata": metadata}


def _seconds(job: FakeJob) -> int:
    return int(str(job.body["response_format"]["duration"]).removesuffix("s")) if job.kind == "video" else 0


def _find_issue(body: Mapping[str, Any]) -> str:
    """What is wrong with an interaction, in words; "" when nothing is."""
    form = body.get("response_format") or {}
    seconds = re.fullmatch(r"(\d+)s", str(form.get("duration", "8s")))
    task = ((body.get("generation_config") or {}).get("video_config") or {}).get("task", "text_to_video")
    labels = body.get("labels") or {}
    checks = (
        (body.get("model") in OMNI_LONGEST_S, "unknown model"),
        (body.get("background") is True and body.get("store") is True, "background needs store"),
        (form.get("type") == "video" and form.get("aspect_ratio") in ("16:9", "9:16"), "response_format"),
        (form.get("resolution") in ("360p", "720p", "1080p", "4k"), "resolution"),
        (form.get("delivery") in ("inline", "uri"), "delivery"),
        (bool(seconds) and 3 <= int(seconds.group(1)) <= OMNI_LONGEST_S.get(str(body.get("model")), 0), "duration"),  # type: ignore[union-attr]
        (task in TASKS, "task"),
        (all(LABEL.fullmatch(key) and LABEL.fullmatch(f"a{value}") for key, value in labels.items()), "labels"),
        (any(item.get("type") == "text" and item.get("text") for item in body.get("input") or ()), "input"),
        (all("data" in item for item in body.get("input") or () if item.get("type") != "text"), "media without data"),
    )
    return next((words for holds, words in checks if not holds), "")


FAKE = FakeGemini
