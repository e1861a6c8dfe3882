"""Open-weight models in process, on a GPU of one's own, through the package `diffusers` (extra `workprint[diffusers]`).

Weights lie in a folder of one's own, one folder a model; nothing is ever downloaded. Recovery class A: a run lives no
longer than this process, and what this process does not know is not running.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workprint.adapters.providers.diffusers_local.pipelines import (
    FAMILIES,
    INSTALL,
    Stopped,
    check_folder,
    choose_device,
    list_missing,
    load_pipeline,
    require_extra,
    run_pipeline,
)
from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.ports.provider import (
    Account,
    AttemptKey,
    CancelOutcome,
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
    Package,
    PreparedInput,
    ProviderCard,
    Receipt,
    Reconciled,
    Rejected,
    Trouble,
)

NAME = "diffusers_local"
FOLDER = "DIFFUSERS_MODELS"
"""A folder with one folder a model, by the model's name: `wan`, `ltx`, `cogvideox`, `svd`."""

DEVICE = "DIFFUSERS_DEVICE"
OFFLOAD = "DIFFUSERS_OFFLOAD"
"""Anything but "" keeps parts that rest in main memory: slower, for small GPUs."""

POLL_WAIT_S = 1.0
SOURCE = "diffusers 0.42.1, run with tiny weights; sizes from the models' own pages (memory)"
FIRST = InputLimit(Role.FIRST_FRAME, 1)


def _local(
    model: str, durations: Durations, sizes: tuple[tuple[str, str, int, int], ...], *, least: int = 0
) -> ModelCard:
    family = FAMILIES[model]
    return ModelCard(
        NAME, model, Medium.VIDEO, "2026-11-25", SOURCE, Recovery.BY_KEY,
        prices=(Price(PriceUnit.CALL, 0),),
        durations=durations,
        aspects=tuple(dict.fromkeys(aspect for aspect, _, _, _ in sizes)),
        resolutions=tuple(dict.fromkeys(resolution for _, resolution, _, _ in sizes)),
        fps=family.fps,
        inputs=(InputLimit(Role.FIRST_FRAME, 1, least=least),),
        takes_negatives=family.takes_prompt,
        seed=SeedKind.EXACT,
        frame_sizes=sizes,
        typical_s=900,
        strengths=("local", "draft"),
        unsure=("sizes and lengths of the real weights: no GPU was at hand",),
    )  # fmt: skip


WIDE = (("16:9", "480p", 832, 480), ("9:16", "480p", 480, 832))
MODELS = (
    _local("wan", Durations(low=1000, high=5000), WIDE),
    _local("ltx", Durations(low=1000, high=10_000), WIDE),
    _local("cogvideox", Durations(choices=(6000,)), (("3:2", "480p", 720, 480),)),
    _local("svd", Durations(choices=(4000,)), (("16:9", "576p", 1024, 576),), least=1),
)


@dataclass
class Run:
    """One clip in the making."""

    ending: asyncio.Task[bytes]
    progress: float | None = None
    is_cancelled: bool = False


class DiffusersLocal:
    """Loads one pipeline at a time and makes one clip at a time, in a thread of its own."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._runs: dict[str, Run] = {}
        self._turn = asyncio.Lock()
        self._loaded: tuple[tuple[str, bool], Any] | None = None

    @property
    def limits(self) -> Limits:
        """One clip at a time: it takes the whole GPU."""
        return Limits(creates_per_minute=600, jobs_at_once=1, poll_every_s=2.0, settle_s=0.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """The extra must be installed, and the model's folder be there and safe."""
        missing = list_missing()
        if missing:
            return (Issue("extra-missing", f"{', '.join(missing)} missing for local pipelines", INSTALL),)
        problem = check_folder(self._folder(request))
        return (Issue("model-folder", problem, f"set {FOLDER}, and put the weights there"),) if problem else ()

    def _folder(self, request: GenerationRequest) -> Path:
        return Path(self._account.settings.get(FOLDER) or "models") / request.native_model

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """A picture is read now: its handle is its base64, as its file may be gone when the run begins."""
        return tuple(
            PreparedInput(item.role, base64.b64encode(Path(item.path).read_bytes()).decode(), item.media_type)
            for item in inputs
        )

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """Start a run once for each attempt. Raises MissingExtra as well."""
        require_extra()
        if key.id in self._runs:
            return Receipt(key.id)
        issues = self.preflight(request)
        if issues:
            raise Rejected(Trouble.UNSUPPORTED, self._account.scrub(issues[0].message), code=issues[0].code)
        try:
            device = choose_device(self._account.settings.get(DEVICE, ""))
        except ValueError as error:
            raise Rejected(Trouble.UNSUPPORTED, str(error), code="no-device") from error
        picture = next((base64.b64decode(item.handle) for item in prepared if item.role is Role.FIRST_FRAME), None)
        run = Run(asyncio.create_task(_wait_for_nothing()))
        run.ending = asyncio.create_task(self._make(run, request, picture, key, device))
        self._runs[key.id] = run
        return Receipt(key.id)

    async def _make(
        self, run: Run, request: GenerationRequest, picture: bytes | None, key: AttemptKey, device: str
    ) -> bytes:
        family = FAMILIES[request.native_model]

        def hear(progress: float) -> bool:
            run.progress = progress
            return not run.is_cancelled

        def work() -> bytes:
            pipeline = self._take_pipeline(request, device, has_image=picture is not None)
            seed = key.seed if request.seed is None else request.seed
            return run_pipeline(
                pipeline, build_arguments(request), seed=seed, picture=picture, fps=family.fps, on_step=hear
            )

        async with self._turn:
            if run.is_cancelled:
                raise Stopped
            return await asyncio.to_thread(work)

    def _take_pipeline(self, request: GenerationRequest, device: str, *, has_image: bool) -> Any:
        """The pipeline of a request; the one before is let go of first, as two do not fit."""
        wanted = (request.native_model, has_image)
        if self._loaded is None or self._loaded[0] != wanted:
            self._loaded = None
            offload = bool(self._account.settings.get(OFFLOAD))
            family = FAMILIES[request.native_model]
            made = load_pipeline(family, self._folder(request), device, has_image=has_image, offload=offload)
            self._loaded = (wanted, made)
        return self._loaded[1]

    async def poll(self, ticket: str) -> JobState:
        """Where a run is; the poll waits a moment for its end."""
        run = self._runs.get(ticket)
        if run is None:
            return JobState(JobPhase.EXPIRED, "unknown", message="This process has started no such run.")
        await asyncio.wait({run.ending}, timeout=POLL_WAIT_S)
        if not run.ending.done():
            phase = JobPhase.QUEUED if run.progress is None else JobPhase.RUNNING
            return JobState(phase, phase.value, progress=run.progress)
        error = run.ending.exception()
        if isinstance(error, Stopped):
            return JobState(JobPhase.CANCELLED, "cancelled")
        if error is not None:
            words = self._account.scrub(f"{type(error).__name__}: {error}")[:300]
            is_full = "OutOfMemory" in type(error).__name__ or "out of memory" in words.lower()
            trouble = Trouble.CAPACITY if is_full else Trouble.PROVIDER_ERROR
            return JobState(JobPhase.FAILED, "failed", trouble=trouble, message=words)
        outputs = (Output("video", "video/mp4", data=run.ending.result()),)
        return JobState(JobPhase.SUCCEEDED, "done", progress=1.0, outputs=outputs)

    async def cancel(self, ticket: str) -> CancelOutcome:
        """End a run at its next step."""
        run = self._runs.get(ticket)
        if run is None or run.ending.done():
            return CancelOutcome.TOO_LATE
        run.is_cancelled = True
        return CancelOutcome.FREE

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """A run lives no longer than this process."""
        return Found(key.id) if key.id in self._runs else NotFound()

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """There are none."""
        raise HookRefused("local pipelines send no webhooks")

    async def check_key(self) -> KeyCheck:
        """Whether the extra and a device are there."""
        missing = list_missing()
        if missing:
            return KeyCheck(None, f"{', '.join(missing)} missing: {INSTALL}")
        try:
            return KeyCheck(True, f"runs on {choose_device(self._account.settings.get(DEVICE, ''))}")
        except ValueError as error:
            return KeyCheck(None, str(error))

    async def close(self) -> None:
        """End runs at their next step, and let go of the pipeline."""
        for run in self._runs.values():
            run.is_cancelled = True
        await asyncio.gather(*(run.ending for run in self._runs.values()), return_exceptions=True)
        self._runs.clear()
        self._loaded = None


async def _wait_for_nothing() -> bytes:
    return b""


def build_arguments(request: GenerationRequest) -> dict[str, Any]:
    """The arguments of a pipeline's call. Knobs are arguments too, and go before ours."""
    family = FAMILIES[request.native_model]
    card = next(card for card in MODELS if card.model == request.native_model)
    width, height = card.frame_size(request.aspect, request.resolution)
    slot_ms = card.durations.slot(request.duration_ms) or card.durations.longest
    arguments: dict[str, Any] = {
        **family.arguments,
        "width": width,
        "height": height,
        "num_frames": family.count_frames(slot_ms),
    }
    if family.takes_prompt:
        arguments["prompt"] = request.prompt
        if request.negatives:
            arguments["negative_prompt"] = ", ".join(request.negatives)
    if family.rate_argument:
        arguments[family.rate_argument] = family.fps
    return arguments | dict(request.knobs)


PROVIDER = ProviderCard(
    name=NAME,
    title="Local pipelines (diffusers)",
    models=MODELS,
    make=DiffusersLocal,
    base_url="",
    base_url_variable="DIFFUSERS_LOCAL_BASE_URL",
    settings=(FOLDER, DEVICE, OFFLOAD),
    notice=f"Runs open weights on your own GPU: {INSTALL}",
    sends_in_process=True,
    packages=tuple(Package(name, "to make anything", extra="diffusers") for name in ("torch", "diffusers")),
)
