"""Cosmos NIM servers: strict fields, one long answer with base64, guardrails, no bill."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.studio import FakeJob, FakeProvider, Route

SHARED = {"prompt", "negative_prompt", "seed", "resolution"}
TRANSFER_FIELDS = SHARED | {"video", "image_context", "guidance", "num_steps", "num_conditional_frames", "sigma_max",
                            "edge", "depth", "seg", "vis"}  # fmt: skip
GENERATOR_FIELDS = SHARED | {"model_mode", "input_reference", "num_frames", "fps", "num_inference_steps",
                             "guidance_scale", "flow_shift", "transfer", "condition_frame_indexes_vision",
                             "condition_video_keep"}  # fmt: skip
MOST_FRAMES = {"256": 397, "480": 297, "720": 197}
SHAPE = re.compile(r"(256|480|720)_(16_9|1_1|9_16|4_3|3_4)")


class FakeCosmos(FakeProvider):
    """See `FakeProvider`. One server stands for both models."""

    provider: ClassVar[str] = "cosmos"

    def routes(self) -> tuple[Route, ...]:
        """Inference and health."""
        return (
            Route("POST", r"/v1/infer", "submit", self._infer),
            Route("GET", r"/v1/health/ready", "account", lambda call, match: answer_json({"status": "ready"})),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`detail` as a sentence."""
        if outcome is Outcome.MODERATED_INPUT:
            return answer_json({"detail": "Guardrail blocked the text prompt."}, 400)
        return answer_json(
            {"detail": {429: "Too many requests", 401: "Unauthorized"}.get(status, "Bad request")}, status
        )

    def price(self, job: FakeJob) -> int:
        """Nothing: it is one's own machine."""
        return 0

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A small clip of the asked shape and length, or a small picture."""
        shape = SHAPE.fullmatch(str(job.body["resolution"]))
        across, down = (int(side) for side in (shape.group(2) if shape else "16_9").split("_"))
        width, height = across * 64 // max(across, down) // 2 * 2, down * 64 // max(across, down) // 2 * 2
        if job.kind == "image":
            return "image", width, height, 0
        length_ms = -(-1000 * job.body["num_frames"] // job.body["fps"]) if "num_frames" in job.body else 4000
        return "video", width, height, length_ms

    def _infer(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        issue = _find_issue(body)
        if issue:
            detail = [{"loc": ["body", issue], "msg": "not permitted or not valid", "type": "value_error"}]
            return answer_json({"detail": detail}, 422)
        kind = "image" if body.get("model_mode") == "text2image" else "video"
        job = self.accept(kind, body)
        if isinstance(job, Answer):
            return job
        end = self.end_at_once(job)
        if end == "moderated":
            return answer_json({"detail": "Guardrail blocked the generated video."}, 400)
        if end != "succeeded":
            return answer_json({"detail": "CUDA error"}, 500)
        content, _ = self.deliver(job)
        return answer_json({f"b64_{kind}": base64.b64encode(content).decode(), "seed": body.get("seed", 0)})


def _find_issue(body: Mapping[str, Any]) -> str:
    """The first field that is missing, unknown or wrong; "" for none."""
    is_transfer = "model_mode" not in body
    unknown = sorted(set(body) - (TRANSFER_FIELDS if is_transfer else GENERATOR_FIELDS))
    if unknown or not body.get("prompt"):
        return unknown[0] if unknown else "prompt"
    return _find_transfer_issue(body) if is_transfer else _find_generator_issue(body)


def _find_transfer_issue(body: Mapping[str, Any]) -> str:
    controls = {name: body[name] for name in ("edge", "depth", "seg", "vis") if name in body}
    checks = (
        (body.get("resolution") in ("256", "480", "512", "720"), "resolution"),
        (_is_media(body.get("video")), "video"),
        (bool(controls), "edge"),
        *((set(value) <= {"control_weight", "control"}, name) for name, value in controls.items()),
        *(("control" not in value or _is_media(value["control"]), name) for name, value in controls.items()),
    )
    return next((name for holds, name in checks if not holds), "")


def _find_generator_issue(body: Mapping[str, Any]) -> str:
    shape, mode = SHAPE.fullmatch(str(body.get("resolution"))), body["model_mode"]
    if shape is None:
        return "resolution"
    if mode == "text2image":
        return ""
    if not 25 <= int(body.get("num_frames", 0)) <= MOST_FRAMES[shape.group(1)]:
        return "num_frames"
    needs = mode in ("image2video", "video2video")
    return (
        ""
        if needs == ("input_reference" in body) and (not needs or _is_media(body["input_reference"]))
        else "model_mode"
    )


def _is_media(text: object) -> bool:
    try:
        data = base64.b64decode(str(text), validate=True)
    except binascii.Error:
        return False
    return data.startswith(b"\x89PNG") or data[4:8] == b"ftyp"


FAKE = FakeCosmos
