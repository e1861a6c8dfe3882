"""Render commands: arguments are arguments, secrets stay at home, nothing outlives its owner."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import workprint.lab.kept_process
from workprint.adapters.providers.render_command import MODELS, PROVIDER, RenderCommand, read_template
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import Account, JobPhase, Receipt, Rejected, Trouble
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.render_command import FakeRenderCommand
from workprint.testing.provider_contract import open_account, submit, wait_for_end
from workprint.testing.provider_samples import make_input, plain_request

REQUEST = plain_request(MODELS[0])
HOSTILE = ['"; rm -rf / #', "$(touch /tmp/x)", "{output}", "a\nb", "`id`", "ünï 'cö' |&>", "{request} {seed}"]


def _with(settings: dict[str, str]) -> RenderCommand:
    return RenderCommand(Account("", lambda name: "", settings=settings))


@pytest.mark.parametrize("prompt", HOSTILE)
def test_a_prompt_is_one_argument(prompt: str) -> None:
    """Whatever a prompt looks like, the command gets it whole, as one argument, and nothing in it is replaced."""

    async def run() -> None:
        with FakeRenderCommand() as fake:
            provider = PROVIDER.make(open_account(fake))
            await wait_for_end(provider, await submit(provider, replace(REQUEST, prompt=prompt)))
            (call,) = fake.list_calls()
            assert call["argv"] == [prompt, "70002"]
            await provider.close()

    asyncio.run(run())


def test_inputs_are_copied_and_secrets_stay_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sees copies of the inputs, and of our environment only what it needs or was granted."""
    monkeypatch.setenv("RUNWAYML_API_SECRET", "canary")
    monkeypatch.setenv("OMNI_SERVER", "127.0.0.1")

    async def run() -> None:
        with FakeRenderCommand() as fake:
            account = open_account(fake)
            granted = {**account.settings, "RENDER_COMMAND_ENVIRONMENT": "OMNI_SERVER, NOT_THERE"}
            provider = PROVIDER.make(replace(account, settings=granted))
            request = replace(REQUEST, inputs=(make_input(Role.FIRST_FRAME),), knobs={"stage": "lamp.usd"})
            state = await wait_for_end(provider, await submit(provider, request))
            (call,) = fake.list_calls()
            told = call["told"]
            assert isinstance(told, dict)
            assert Path(str(told["first_frame"])).name == "first_frame.png"
            assert told["knobs"] == {"stage": "lamp.usd"}
            assert "OMNI_SERVER" in str(call["environment"])
            assert "RUNWAYML_API_SECRET" not in str(call["environment"])
            assert state.outputs[0].data[4:8] == b"ftyp"
            await provider.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    "setting",
    ["", "kit --render", "{}", "[]", "[1]", '["{prompt}", "{output}"]', '["kit", "--out={output}"]', '["kit", "x"]'],
)
def test_odd_templates_are_refused(setting: str) -> None:
    """No template, no list, no program, a placeholder inside an argument, and no way to an output: each is said."""
    with pytest.raises(ValueError, match="RENDER_COMMAND"):
        read_template(setting)
    provider = _with({"RENDER_COMMAND": setting})
    assert [issue.code for issue in provider.preflight(REQUEST)] == ["render-command"]
    with pytest.raises(Rejected):
        asyncio.run(submit(provider, REQUEST))


@pytest.mark.parametrize(
    ("argv", "request_", "code"),
    [
        (["kit", "{first_frame}", "{output}"], REQUEST, "input-missing"),
        (["kit", "{prompt}", "{output}"], replace(REQUEST, prompt="--delete all"), "prompt-dash"),
        (["no-such-program-anywhere", "{output}"], REQUEST, "program-missing"),
    ],
)
def test_what_cannot_run_is_not_started(argv: list[str], request_: GenerationRequest, code: str) -> None:
    """A missing input, a prompt that looks like an option, and a program that is not there are refused by name."""
    with pytest.raises(Rejected) as caught:
        asyncio.run(submit(_with({"RENDER_COMMAND": json.dumps(argv)}), request_))
    assert (caught.value.code, caught.value.trouble) == (code, Trouble.UNSUPPORTED)


def test_failures_and_time_limits_are_told_with_the_last_words() -> None:
    """An exit code is a failure with what the command said last; too long is a time-out, and it is ended."""

    async def run() -> None:
        with FakeRenderCommand() as fake:
            fake.decide(Outcome.FAIL, Outcome.STUCK)
            account = open_account(fake)
            failing = PROVIDER.make(account)
            state = await wait_for_end(failing, await submit(failing, REQUEST))
            assert (state.phase, state.trouble) == (JobPhase.FAILED, Trouble.PROVIDER_ERROR)
            assert "no licence" in state.message
            await failing.close()
            settings = {**account.settings, "RENDER_COMMAND_TIME_LIMIT_S": "0.5"}
            slow = PROVIDER.make(replace(account, settings=settings))
            state = await wait_for_end(slow, await submit(slow, REQUEST, number=2))
            assert (state.phase, state.trouble) == (JobPhase.FAILED, Trouble.TIMEOUT)
            await slow.close()

    asyncio.run(run())


def test_progress_is_told_while_it_runs_and_an_attempt_starts_once() -> None:
    """`PROGRESS 0.4` is heard; the same attempt submitted again is the same run."""

    async def run() -> None:
        with FakeRenderCommand() as fake:
            fake.decide(Outcome.STUCK)
            provider = PROVIDER.make(open_account(fake))
            receipt = await submit(provider, REQUEST)
            assert await submit(provider, REQUEST) == Receipt(receipt.ticket)
            heard = None
            for _ in range(30):
                heard = (await provider.poll(receipt.ticket)).progress
                if heard is not None:
                    break
            assert heard == 0.4
            assert fake.count("submit") == 1
            await provider.close()

    asyncio.run(run())


def test_nothing_outlives_its_owner() -> None:
    """When the owner is killed without warning, the command it keeps ends as well."""
    inner = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(600)"
    keeper = [sys.executable, "-I", workprint.lab.kept_process.__file__, sys.executable, "-I", "-c", inner]
    owner = (
        "import subprocess, sys, time;"
        f"p = subprocess.Popen({keeper!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE);"
        "sys.stdout.write(p.stdout.readline().decode()); sys.stdout.flush(); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", owner], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        kept = int(process.stdout.readline())
        watch = os.pidfd_open(kept)
        process.send_signal(signal.SIGKILL)

    ended, _, _ = select.select([watch], [], [], 20)
    os.close(watch)
    assert ended
