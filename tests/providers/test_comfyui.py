"""ComfyUI: templates that are sound, slots that take values only, the way back by our own id, progress."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from importlib.resources import files

import pytest
from tests.providers.golden_files import check_golden

from workprint.adapters.providers.comfyui import MODELS, PROVIDER, build_graph, to_prompt_id
from workprint.adapters.providers.comfyui.progress import ProgressListener
from workprint.adapters.providers.comfyui.workflows import load_workflow, read_workflow
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import (
    AttemptKey,
    CancelOutcome,
    Found,
    JobPhase,
    NotFound,
    PreparedInput,
    Rejected,
    Trouble,
)
from workprint.testing.fakes.comfyui import FakeComfyUi
from workprint.testing.fakes.faults import Outcome
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import plain_request

KEY = AttemptKey("attempt-0001", 70_001, 0.0)
TEMPLATES = sorted(
    path.name.removesuffix(".json")
    for path in files("workprint.adapters.providers").joinpath("comfyui_workflows").iterdir()
)
CARDS = {card.model: card for card in MODELS}


def test_every_template_is_sound() -> None:
    """Each of them loads, ends in a saved clip, and takes seed, size, frames and rate."""
    assert len(TEMPLATES) == 7
    for name in TEMPLATES:
        workflow = load_workflow(name)
        assert {"seed", "width", "height", "frames", "fps", "prefix"} <= set(workflow.slots), name
        assert workflow.graph[workflow.output]["class_type"] == "SaveVideo"


def test_graphs_are_as_agreed() -> None:
    """A filled graph is the one that is written down: first and last frame of Wan."""
    prepared = tuple(
        PreparedInput(role, f"workprint/{role.value}.png", "image/png") for role in (Role.FIRST_FRAME, Role.LAST_FRAME)
    )
    request = plain_request(CARDS["wan2.2-i2v"])
    wanted = replace(
        request,
        duration_ms=4100,
        negatives=("text", "logos"),
        inputs=(*request.inputs, replace(request.inputs[0], role=Role.LAST_FRAME)),
        knobs={"steps": 8},
    )
    check_golden("comfyui/first-last", build_graph(wanted, prepared, KEY))


@pytest.mark.parametrize("prompt", ['"}, "x": {"class_type": "Evil', "{{prompt}}", "\\u0022\n%s${x}", "{seed}"])
def test_a_prompt_stays_a_value(prompt: str) -> None:
    """Whatever a prompt looks like, it is the text of one input, and the graph has no other node."""
    plain = build_graph(plain_request(CARDS["wan2.2-t2v"]), (), KEY)
    graph = build_graph(replace(plain_request(CARDS["wan2.2-t2v"]), prompt=prompt), (), KEY)
    assert graph["positive"]["inputs"]["text"] == prompt
    assert json.loads(json.dumps(graph)).keys() == plain.keys()
    graph["positive"]["inputs"]["text"] = plain["positive"]["inputs"]["text"]
    assert graph == plain


def test_unknown_slots_and_broken_templates_are_refused() -> None:
    """A knob without a slot is said before; a template that leads nowhere is not loaded."""
    request: GenerationRequest = replace(plain_request(CARDS["wan2.2-t2v"]), knobs={"lora": "x"})
    provider = PROVIDER.make(open_account(FakeComfyUi()))
    assert [issue.code for issue in provider.preflight(request)] == ["knob-unknown"]
    with pytest.raises(ValueError, match="no slot 'lora'"):
        build_graph(request, (), KEY)
    data = {"fps": 1, "frame_step": 1, "output": "a", "slots": {"seed": [["a", "b"]]}, "graph": {"a": {"inputs": {}}}}
    with pytest.raises(ValueError, match=r"leads to a\.b"):
        read_workflow("broken", data)


@pytest.mark.parametrize(
    ("name", "ms", "frames"), [("wan2.2-t2v", 5000, 81), ("ltx-t2v", 4000, 97), ("svd-i2v", 4000, 24)]
)
def test_frames_last_as_long_as_asked(name: str, ms: int, frames: int) -> None:
    """Frame counts are what the model takes, and never too few."""
    workflow = load_workflow(name)
    assert workflow.count_frames(ms) == frames
    assert frames * 1000 >= ms * workflow.fps


def test_our_own_id_brings_a_job_back() -> None:
    """Before it is sent it is not there; queued, running and finished it is."""

    async def run() -> None:
        with FakeComfyUi() as fake:
            provider = PROVIDER.make(open_account(fake))
            request = plain_request(MODELS[0])
            assert isinstance(await provider.reconcile(request, make_key(1)), NotFound)
            receipt = await submit(provider, request)
            for _ in range(4):
                assert await provider.reconcile(request, make_key(1)) == Found(receipt.ticket)
                await provider.poll(receipt.ticket)
            assert receipt.ticket == to_prompt_id(make_key(1))
            await provider.close()

    asyncio.run(run())


def test_cancel_takes_it_out_of_the_queue_or_interrupts_it() -> None:
    """Waiting it is gone, running it ends as cancelled, finished it is too late."""

    async def run() -> None:
        for polls, outcome, phase in (
            (1, CancelOutcome.FREE, JobPhase.EXPIRED),
            (2, CancelOutcome.FREE, JobPhase.CANCELLED),
            (3, CancelOutcome.TOO_LATE, JobPhase.SUCCEEDED),
        ):
            with FakeComfyUi() as fake:
                provider = PROVIDER.make(open_account(fake))
                receipt = await submit(provider, plain_request(MODELS[0]))
                for _ in range(polls):
                    await provider.poll(receipt.ticket)
                assert await provider.cancel(receipt.ticket) is outcome
                assert (await wait_for_end(provider, receipt)).phase is phase
                await provider.close()

    asyncio.run(run())


def test_failures_say_what_can_be_done() -> None:
    """A full card may be free later; a node that is not installed never is."""

    async def run() -> None:
        with FakeComfyUi() as fake:
            fake.decide(Outcome.FAIL)
            provider = PROVIDER.make(open_account(fake))
            state = await wait_for_end(provider, await submit(provider, plain_request(MODELS[0])))
            assert (state.phase, state.trouble) == (JobPhase.FAILED, Trouble.CAPACITY)
            await provider.close()

    asyncio.run(run())


def test_a_missing_node_is_unsupported() -> None:
    """A server without the custom nodes refuses the graph, and says which node it lacks."""

    async def run() -> None:
        with FakeComfyUi() as fake:
            fake.known_nodes = frozenset({"CLIPLoader"})
            provider = PROVIDER.make(open_account(fake))
            with pytest.raises(Rejected) as caught:
                await submit(provider, plain_request(MODELS[0]))
            assert caught.value.trouble is Trouble.UNSUPPORTED
            assert "UNETLoader" in caught.value.message
            await provider.close()

    asyncio.run(run())


def test_progress_is_heard_of_our_graph_only() -> None:
    """Messages of others, garbage and odd numbers change nothing; the end ends it."""
    listener = ProgressListener("http://127.0.0.1:8188")

    def tell(kind: str, ident: str = "ours", **data: object) -> bool:
        return listener.hear("ours", json.dumps({"type": kind, "data": {"prompt_id": ident, **data}}))

    assert tell("progress", "other", value=1, max=2)
    assert listener.hear("ours", "no JSON")
    assert tell("progress", value=1, max=0)
    assert listener.progress("ours") is None
    assert tell("progress", value=5, max=20)
    assert listener.progress("ours") == 0.25
    assert not tell("execution_success")


def test_progress_comes_over_a_real_websocket() -> None:
    """Against a real websocket server the listener hears, and stops when it is closed."""
    server = pytest.importorskip("websockets.asyncio.server", reason="needs the package websockets")

    async def run() -> None:
        async def talk(socket: object) -> None:
            await socket.send(b"\x00\x00\x00\x01preview")  # type: ignore[attr-defined]
            told = {"type": "progress", "data": {"prompt_id": "ours", "value": 3, "max": 4}}
            await socket.send(json.dumps(told))  # type: ignore[attr-defined]

        async with server.serve(talk, "127.0.0.1", 0) as running:
            port = running.sockets[0].getsockname()[1]
            listener = ProgressListener(f"http://127.0.0.1:{port}")
            listener.start("ours")
            await asyncio.wait_for(asyncio.gather(*listener._tasks.values()), 10)
            assert listener.progress("ours") == 0.75
            await listener.close()

    asyncio.run(run())
