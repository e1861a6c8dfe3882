"""An external render command as a provider: Omniverse Kit, Blender, any program that writes a clip (providers.md 14).

The command is an argv template from the settings: never a shell, and a placeholder is a whole argument. It runs in a
folder of its own with copies of the inputs, without our secrets in its environment, and ends when we end. So recovery
is class A: what this process does not know is not running.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import workprint.lab.kept_process
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
    PreparedInput,
    ProviderCard,
    Receipt,
    Reconciled,
    Rejected,
    Trouble,
)

NAME = "render_command"
COMMAND = "RENDER_COMMAND"
"""A JSON list: `["kit", "app.kit", "--exec", "render.py", "{request}", "{output}"]`."""

TIME_LIMIT = "RENDER_COMMAND_TIME_LIMIT_S"
PASSED_ON = "RENDER_COMMAND_ENVIRONMENT"
"""Names of further environment variables the command may see, with commas between."""

DEFAULT_TIME_LIMIT_S = 3600.0
BASIC_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "DISPLAY", "LD_LIBRARY_PATH",
                     "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "XDG_RUNTIME_DIR")  # fmt: skip
"""What programs need to start; none of it is a secret."""

PROGRESS = re.compile(r"PROGRESS (0(?:\.\d+)?|1(?:\.0+)?)\s*")
TAIL_LINES = 20
LONGEST_LINE = 65_536
POLL_WAIT_S = 1.0
"""A poll waits this long for the end: nothing else can happen meanwhile."""

OUTPUT_NAME = "output.mp4"
SOURCE = "a program of your own (providers.md 14)"
ROLES = (Role.FIRST_FRAME, Role.LAST_FRAME, Role.SOURCE_VIDEO, Role.REFERENCE_IMAGE)
VALUES = ("prompt", "seed", "width", "height", "fps", "frames", "duration_s", "output", "request")
PLACEHOLDERS = {f"{{{name}}}": name for name in (*VALUES, *(role.value for role in ROLES))}

MODELS = (
    ModelCard(
        NAME, "render", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_KEY,
        prices=(Price(PriceUnit.CALL, 0),),
        durations=Durations(low=1000, high=120_000),
        aspects=("16:9", "9:16", "1:1", "4:5"),
        resolutions=("1080p", "720p", "4k"),
        inputs=tuple(InputLimit(role, 1) for role in ROLES),
        takes_negatives=True,
        seed=SeedKind.EXACT,
        typical_s=600,
        strengths=("local", "product", "exact"),
    ),
)  # fmt: skip


@dataclass
class Run:
    """One command that was started. `ending` completes with the exit code; None is the time limit."""

    folder: Path
    process: asyncio.subprocess.Process
    ending: asyncio.Task[int | None]
    progress: float | None = None
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))
    is_cancelled: bool = False


class RenderCommand:
    """Starts commands, reads their progress, and takes their output."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._runs: dict[str, Run] = {}
        self._copies: list[Path] = []

    @property
    def limits(self) -> Limits:
        """One render at a time: it takes the whole machine."""
        return Limits(creates_per_minute=600, jobs_at_once=1, poll_every_s=1.0, settle_s=0.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """The template must be one, and ask for nothing the request does not have."""
        try:
            template = read_template(self._account.settings.get(COMMAND, ""))
        except ValueError as error:
            return (Issue("render-command", str(error), f"set {COMMAND} to a JSON list of arguments"),)
        given = {role.value for role in ROLES if request.of_role(role)}
        wanted = {PLACEHOLDERS[part] for part in template if part in PLACEHOLDERS}
        lacking = sorted(wanted - given - set(VALUES))
        if lacking:
            return (Issue("input-missing", f"the render command asks for {', '.join(lacking)}"),)
        if "prompt" in wanted and request.prompt.startswith("-"):
            message = "the prompt begins with a dash, which the command would take for an option"
            return (Issue("prompt-dash", message, "begin it with a word, or hand it over in {request}"),)
        return ()

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Inputs are copied: the command may do with its copies what it likes."""
        if not inputs:
            return ()
        folder = Path(tempfile.mkdtemp(prefix="workprint-render-in-"))
        self._copies.append(folder)
        prepared = []
        for item in inputs:
            suffix = re.sub(r"[^a-z0-9]", "", item.media_type.partition("/")[2])
            copied = shutil.copyfile(item.path, folder / f"{item.role.value}.{suffix}")
            prepared.append(PreparedInput(item.role, str(copied), item.media_type, item.duration_ms))
        return tuple(prepared)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """Start the command once for each attempt; an attempt that was started is not started again."""
        if key.id in self._runs:
            return Receipt(key.id)
        issues = [issue for issue in self.preflight(request) if issue.stops]
        if issues:
            raise Rejected(Trouble.UNSUPPORTED, self._scrub(issues[0].message), code=issues[0].code)
        template = read_template(self._account.settings.get(COMMAND, ""))
        if shutil.which(template[0]) is None:
            raise Rejected(Trouble.UNSUPPORTED, f"{template[0]} is not installed", code="program-missing")
        folder = Path(tempfile.mkdtemp(prefix="workprint-render-"))
        values = describe(request, prepared, key, folder)
        (folder / "request.json").write_text(json.dumps(values, ensure_ascii=False, indent=2), encoding="utf-8")
        argv = [str(values[PLACEHOLDERS[part]]) if part in PLACEHOLDERS else part for part in template]
        keeper = [sys.executable, "-I", workprint.lab.kept_process.__file__]
        process = await asyncio.create_subprocess_exec(
            *keeper,
            *argv,
            cwd=folder,
            env=self._environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LONGEST_LINE,
        )
        run = Run(folder, process, asyncio.create_task(_wait_for_nothing()))
        run.ending = asyncio.create_task(self._follow(run))
        self._runs[key.id] = run
        return Receipt(key.id)

    def _environment(self) -> dict[str, str]:
        """What the command sees of our environment: what programs need, and what the settings name."""
        further = self._account.settings.get(PASSED_ON, "").split(",")
        names = (*BASIC_ENVIRONMENT, *(name.strip() for name in further))
        return {name: os.environ[name] for name in names if name in os.environ}

    async def _follow(self, run: Run) -> int | None:
        """Read what the command says until it ends, or until its time is over."""
        try:
            limit = float(self._account.settings.get(TIME_LIMIT) or DEFAULT_TIME_LIMIT_S)
            async with asyncio.timeout(limit):
                await self._read_lines(run)
                return await run.process.wait()
        except TimeoutError:
            await _end(run.process)
            return None

    async def _read_lines(self, run: Run) -> None:
        stream = run.process.stdout
        while stream is not None:
            try:
                line = await stream.readline()
            except ValueError:  # longer than anything worth reading: the stream goes on behind it
                continue
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip()
            told = PROGRESS.fullmatch(text)
            if told:
                run.progress = float(told.group(1))
            elif text:
                run.tail.append(text)

    async def poll(self, ticket: str) -> JobState:
        """Where the command is; the poll waits a moment for its end."""
        run = self._runs.get(ticket)
        if run is None:
            return JobState(JobPhase.EXPIRED, "unknown", message="This process has started no such command.")
        await asyncio.wait({run.ending}, timeout=POLL_WAIT_S)
        if not run.ending.done():
            return JobState(JobPhase.RUNNING, "running", progress=run.progress)
        if run.is_cancelled:
            return JobState(JobPhase.CANCELLED, "cancelled")
        code = run.ending.result()
        words = self._scrub(" / ".join(run.tail))
        if code is None:
            return JobState(JobPhase.FAILED, "time limit", trouble=Trouble.TIMEOUT, message=words)
        if code != 0:
            message = f"exit {code}: {words}"
            return JobState(JobPhase.FAILED, f"exit {code}", trouble=Trouble.PROVIDER_ERROR, message=message)
        made = run.folder / OUTPUT_NAME
        data = made.read_bytes() if made.is_file() and not made.is_symlink() else b""
        outputs = (Output("video", "video/mp4", data=data),) if data else ()
        return JobState(JobPhase.SUCCEEDED, "exit 0", progress=1.0, outputs=outputs)

    async def cancel(self, ticket: str) -> CancelOutcome:
        """End the command and all that it started."""
        run = self._runs.get(ticket)
        if run is None or run.ending.done():
            return CancelOutcome.TOO_LATE
        run.is_cancelled = True
        await _end(run.process)
        await asyncio.wait({run.ending})
        return CancelOutcome.FREE

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """A command lives no longer than the process that started it."""
        return Found(key.id) if key.id in self._runs else NotFound()

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """A command sends none."""
        raise HookRefused("a render command sends no webhooks")

    async def check_key(self) -> KeyCheck:
        """Whether there is a command, and its program is installed."""
        try:
            program = read_template(self._account.settings.get(COMMAND, ""))[0]
        except ValueError as error:
            return KeyCheck(None, str(error))
        found = shutil.which(program)
        return KeyCheck(found is not None, f"{program} is {'there' if found else 'not installed'}")

    async def close(self) -> None:
        """End what still runs, and remove the folders."""
        for run in self._runs.values():
            if not run.ending.done():
                await _end(run.process)
                await asyncio.wait({run.ending})
        for folder in (*(run.folder for run in self._runs.values()), *self._copies):
            shutil.rmtree(folder, ignore_errors=True)
        self._runs.clear()
        self._copies.clear()

    def _scrub(self, text: str) -> str:
        return self._account.scrub(text)[-300:]


async def _wait_for_nothing() -> int | None:
    return None


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close the keeper's input: it kills the command and ends."""
    if process.stdin is not None:
        process.stdin.close()
    with suppress(ProcessLookupError):
        await process.wait()


def read_template(text: str) -> list[str]:
    """The argv template of a setting. Raises ValueError unless it is a list of texts with whole placeholders."""
    if not text:
        raise ValueError(f"{COMMAND} is not set")
    try:
        template = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{COMMAND} is no JSON list") from error
    if not isinstance(template, list) or not template or not all(isinstance(part, str) for part in template):
        raise ValueError(f"{COMMAND} is no JSON list of texts")
    if template[0] in PLACEHOLDERS or not template[0]:
        raise ValueError(f"{COMMAND} begins with no program")
    for part in template:
        partial = next((name for name in PLACEHOLDERS if name in part and part != name), None)
        if partial is not None:
            raise ValueError(f"{COMMAND}: {partial} must be an argument of its own, not part of {part!r}")
    if "{output}" not in template and "{request}" not in template:
        raise ValueError(f"{COMMAND} never says where the output goes: give {{output}} or {{request}}")
    return template


def describe(
    request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, folder: Path
) -> dict[str, Any]:
    """All that a command may be told, by placeholder; the same is written to `request.json`."""
    card = MODELS[0]
    width, height = card.frame_size(request.aspect, request.resolution)
    slot_ms = card.durations.slot(request.duration_ms) or card.durations.longest
    return {
        "prompt": request.prompt,
        "negatives": list(request.negatives),
        "seed": key.seed if request.seed is None else request.seed,
        "width": width,
        "height": height,
        "fps": card.fps,
        "frames": -(-slot_ms * card.fps // 1000),
        "duration_s": slot_ms / 1000,
        "output": str(folder / OUTPUT_NAME),
        "request": str(folder / "request.json"),
        "knobs": dict(request.knobs),
        **{item.role.value: item.handle for item in prepared},
    }


PROVIDER = ProviderCard(
    name=NAME,
    title="Render command",
    models=MODELS,
    make=RenderCommand,
    base_url="",
    base_url_variable="RENDER_COMMAND_BASE_URL",
    settings=(COMMAND, TIME_LIMIT, PASSED_ON),
    notice="Runs a program of your own on your own machine.",
    sends_in_process=True,
)
