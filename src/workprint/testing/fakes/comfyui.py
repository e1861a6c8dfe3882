"""ComfyUI: client-chosen prompt ids, queue and history, uploads checked by the graphs that use them, no bill."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.studio import FakeJob, FakeProvider, Route

KNOWN_NODES = {
    "UNETLoader", "CLIPLoader", "VAELoader", "CLIPTextEncode", "ModelSamplingSD3", "EmptyHunyuanLatentVideo",
    "WanImageToVideo", "WanFirstLastFrameToVideo", "KSamplerAdvanced", "KSampler", "VAEDecode", "CreateVideo",
    "SaveVideo", "LoadImage", "CheckpointLoaderSimple", "EmptyLTXVLatentVideo", "LTXVImgToVideo", "LTXVConditioning",
    "LTXVScheduler", "KSamplerSelect", "SamplerCustom", "DownloadAndLoadCogVideoModel", "CogVideoTextEncode",
    "EmptyLatentImage", "CogVideoSampler", "CogVideoDecode", "ImageOnlyCheckpointLoader", "SVD_img2vid_Conditioning",
    "VideoLinearCFGGuidance",
}  # fmt: skip
LENGTHS = ("length", "num_frames", "video_frames")


class FakeComfyUi(FakeProvider):
    """See `FakeProvider`. It never moderates; each look at the history moves on. `known_nodes` are installed."""

    provider: ClassVar[str] = "comfyui"
    moderates: ClassVar[bool] = False
    known_nodes: frozenset[str] = frozenset(KNOWN_NODES)
    _next_id = ""

    def routes(self) -> tuple[Route, ...]:
        """Prompts, history, queue, interrupt, files, the machine."""
        return (
            Route("POST", r"/prompt", "submit", self._submit),
            Route("GET", r"/history/([^/]+)", "poll", self._history),
            Route("GET", r"/queue", "list", self._queue),
            Route("POST", r"/queue", "cancel", self._delete),
            Route("POST", r"/interrupt", "cancel", self._interrupt),
            Route("GET", r"/view", "media", self._view),
            Route("POST", r"/upload/image", "upload", self._upload),
            Route("GET", r"/system_stats", "account", self._describe),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """An error with the complaints of nodes."""
        error = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation"}
        return answer_json({"error": {**error, "details": "", "extra_info": {}}, "node_errors": {}}, status)

    def price(self, job: FakeJob) -> int:
        """Nothing: it is one's own machine."""
        return 0

    def make_id(self, number: int) -> str:
        """What the client chose."""
        return self._next_id or super().make_id(number)

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A small clip of the graph's shape, and of its frames over its rate."""
        inputs = {key: value for node in job.body.values() for key, value in node["inputs"].items()}
        frames = next(inputs[name] for name in LENGTHS if name in inputs)
        width, height = inputs["width"] // 20 * 2, inputs["height"] // 20 * 2
        rate = next(node["inputs"]["fps"] for node in job.body.values() if node["class_type"] == "CreateVideo")
        return "video", width, height, -(-1000 * frames // rate)

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        graph = body.get("prompt")
        if not isinstance(graph, dict) or not graph:
            return self.refuse(400)
        complaints = {node: issue for node in graph if (issue := self._find_issue(graph, node))}
        if complaints:
            return answer_json({"error": {"type": "invalid_prompt", "message": "Cannot execute because of nodes",
                                          "details": "; ".join(complaints.values())},
                                "node_errors": {}}, 400)  # fmt: skip
        self._next_id = str(body.get("prompt_id") or "")
        job = self.accept("prompt", graph)
        if isinstance(job, Answer):
            return job
        return answer_json({"prompt_id": job.id, "number": job.number, "node_errors": {}})

    def _find_issue(self, graph: dict[str, Any], node: str) -> str:
        kind, inputs = graph[node].get("class_type"), graph[node].get("inputs", {})
        if kind not in self.known_nodes:
            return f"node {kind} does not exist."
        if kind == "LoadImage" and inputs.get("image") not in self.files:
            return f"Invalid image file: {inputs.get('image')}"
        lost = [value[0] for value in inputs.values() if isinstance(value, list) and value[0] not in graph]
        return f"{node} comes from {lost[0]}" if lost else ""

    def _history(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None or job.extra.get("deleted"):
            return answer_json({})
        state = self.look(job)
        job.extra["state"] = state
        if state in ("queued", "running", "odd", "lost"):
            return answer_json({})
        messages: list[Any] = [["execution_start", {"prompt_id": job.id}]]
        if state == "cancelled":
            messages.append(["execution_interrupted", {"prompt_id": job.id}])
        elif state != "succeeded":
            messages.append(["execution_error", {"prompt_id": job.id, "node_type": "KSampler",
                                                 "exception_message": "Allocation on device failed",
                                                 "exception_type": "torch.OutOfMemoryError"}])  # fmt: skip
        link = self.link(job) if state == "succeeded" else ""
        name = link.rpartition("/")[2]
        files = [{"filename": f"{name}.mp4", "subfolder": "workprint", "type": "output"}] if link else []
        status = {"status_str": "success" if state == "succeeded" else "error", "completed": state == "succeeded"}
        outputs = {"save": {"images": files, "animated": [True]}} if state == "succeeded" else {}
        return answer_json({job.id: {"outputs": outputs, "status": {**status, "messages": messages}}})

    def _queue(self, call: Call, match: re.Match[str]) -> Answer:
        waiting: dict[str, list[Any]] = {"queue_running": [], "queue_pending": []}
        for job in self.jobs.values():
            state = job.extra.get("state", "queued")
            if state in ("queued", "running", "odd") and not job.is_forgotten and not job.extra.get("deleted"):
                name = "queue_pending" if state == "queued" else "queue_running"
                waiting[name].append([job.number, job.id, job.body, {}, ["save"]])
        return answer_json(waiting)

    def _delete(self, call: Call, match: re.Match[str]) -> Answer:
        for ident in call.fields().get("delete") or ():
            job = self.find(str(ident))
            if job is not None and job.extra.get("state", "queued") == "queued":
                job.extra["deleted"] = True
        return Answer(200)

    def _interrupt(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(str(call.fields().get("prompt_id")))
        if job is not None:
            job.is_cancelled = True
        return Answer(200)

    def _view(self, call: Call, match: re.Match[str]) -> Answer:
        name = re.fullmatch(r"([0-9a-z-]+)\.mp4", call.query.get("filename", ""))
        if name is None or call.query.get("type") != "output":
            return Answer(404)
        return self._serve_media(call, name)

    def _upload(self, call: Call, match: re.Match[str]) -> Answer:
        parts = call.parts()
        content, name = parts.get("image", (b"", ""))
        folder = parts.get("subfolder", (b"", ""))[0].decode()
        if not name or not content.startswith(b"\x89PNG"):
            return Answer(400)
        self.files[f"{folder}/{name}"] = content
        return answer_json({"name": name, "subfolder": folder, "type": "input"})

    def _describe(self, call: Call, match: re.Match[str]) -> Answer:
        return answer_json({"system": {"comfyui_version": "0.3.75"}, "devices": [{"name": "cuda:0 fake"}]})


FAKE = FakeComfyUi
