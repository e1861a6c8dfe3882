"""Local pipelines: refused without the extra, real pipelines with tiny weights where it is installed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.providers.tiny_pipelines import save_tiny

from workprint.adapters.providers.diffusers_local import MODELS, PROVIDER, DiffusersLocal, build_arguments
from workprint.adapters.providers.diffusers_local.pipelines import FAMILIES, check_folder, encode_frames, list_missing
from workprint.film.errors import MissingExtra
from workprint.film.request import Role
from workprint.ports.provider import Account, CancelOutcome, Found, JobPhase, JobState, NotFound, Rejected
from workprint.testing.provider_contract import make_key, submit
from workprint.testing.provider_samples import make_input, plain_request

CARDS = {card.model: card for card in MODELS}
SMALL = {
    "wan": {"width": 16, "height": 16, "num_frames": 9, "max_sequence_length": 16},
    "ltx": {"width": 32, "height": 32, "num_frames": 9, "max_sequence_length": 16},
    "cogvideox": {"width": 16, "height": 16, "num_frames": 8, "max_sequence_length": 16},
    "svd": {"width": 32, "height": 32, "num_frames": 2},
}
needs_extra = pytest.mark.skipif(bool(list_missing()), reason=f"extra workprint[diffusers] lacks {list_missing()}")
no_extra = pytest.mark.skipif(not list_missing(), reason="extra workprint[diffusers] is installed")


def _give(root: Path, **settings: str) -> DiffusersLocal:
    known = {"DIFFUSERS_MODELS": str(root), "DIFFUSERS_DEVICE": "cpu", **settings}
    return DiffusersLocal(Account("", lambda name: "", settings=known))


async def _wait(provider: DiffusersLocal, ticket: str) -> JobState:
    for _ in range(120):
        state = await provider.poll(ticket)
        if state.phase.is_over:
            return state
    raise AssertionError("it does not end")


@no_extra
def test_without_the_extra_it_is_refused_with_the_way_to_get_it(tmp_path: Path) -> None:
    """Preflight says it, submit raises MissingExtra, doctor names the install command."""
    provider = PROVIDER.make(Account("", lambda name: "", settings={"DIFFUSERS_MODELS": str(tmp_path)}))
    request = plain_request(CARDS["wan"])
    (issue,) = provider.preflight(request)
    assert (issue.code, issue.stops) == ("extra-missing", True)
    with pytest.raises(MissingExtra, match=r"workprint\[diffusers\]"):
        asyncio.run(submit(provider, request))
    assert asyncio.run(provider.check_key()).works is None


def test_arguments_follow_the_request() -> None:
    """Sizes, frames and rates are the card's; knobs win."""
    ltx = build_arguments(replace(plain_request(CARDS["ltx"]), duration_ms=3900, negatives=("text",)))
    assert (ltx["width"], ltx["height"], ltx["num_frames"], ltx["frame_rate"]) == (832, 480, 97, 24)
    assert ltx["negative_prompt"] == "text"
    svd = build_arguments(replace(plain_request(CARDS["svd"]), knobs={"num_frames": 14}))
    assert "prompt" not in svd
    assert (svd["num_frames"], svd["fps"]) == (14, 6)
    for name, card in CARDS.items():
        frames = FAMILIES[name].count_frames(card.durations.longest)
        assert frames * 1000 >= card.durations.longest * FAMILIES[name].fps


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("unet/diffusion_pytorch_model.bin", b"x", "may run code"),
        ("weights.PT", b"x", "may run code"),
        ("pipeline.py", b"import os", "may run code"),
        ("model_index.json", b"{", "cannot be read"),
        ("model_index.json", json.dumps({"vae": ["evil_module", "Vae"]}).encode(), "evil_module"),
    ],
)
def test_folders_that_could_run_code_are_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Pickles, Python files and classes from elsewhere are named, and nothing of such a folder is loaded."""
    (tmp_path / "model_index.json").write_text('{"vae": ["diffusers", "AutoencoderKLWan"]}', encoding="utf-8")
    assert check_folder(tmp_path) == ""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    assert words in check_folder(tmp_path)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    """A folder without a pipeline is told by its path."""
    assert str(tmp_path) in check_folder(tmp_path)


def test_frames_become_a_clip() -> None:
    """Frames of 0 to 1 are an mp4 that begins as one; broken values and odd sides do no harm."""
    frames = np.linspace(0, 1, 3 * 17 * 19 * 3).reshape(3, 17, 19, 3)
    frames[0, 0, 0, 0] = np.nan
    assert encode_frames(frames, 8)[4:8] == b"ftyp"


@needs_extra
@pytest.mark.parametrize(
    ("family", "has_image"),
    [
        ("wan", False),
        ("wan", True),
        ("ltx", False),
        ("ltx", True),
        ("cogvideox", False),
        ("cogvideox", True),
        ("svd", True),
    ],
)
def test_real_pipelines_make_a_clip(family: str, has_image: bool, tmp_path: Path) -> None:
    """Each family loads from a local folder and makes the same clip for the same seed, and another for another."""
    save_tiny(family, tmp_path / family, has_image=has_image)
    inputs = (make_input(Role.FIRST_FRAME),) if has_image else ()
    knobs = {**SMALL[family], "num_inference_steps": 2}
    request = replace(plain_request(CARDS[family]), inputs=inputs, knobs=knobs)

    async def run() -> None:
        provider = _give(tmp_path)
        assert provider.preflight(request) == ()
        assert isinstance(await provider.reconcile(request, make_key(1)), NotFound)
        made = []
        for number, seed in ((1, 5), (2, 5), (3, 6)):
            receipt = await submit(provider, replace(request, seed=seed), number=number)
            state = await _wait(provider, receipt.ticket)
            assert state.phase is JobPhase.SUCCEEDED, state.message
            made.append(state.outputs[0].data)
        assert isinstance(await provider.reconcile(request, make_key(1)), Found)
        assert made[0][4:8] == b"ftyp"
        assert made[0] == made[1]
        assert made[0] != made[2]
        await provider.close()

    asyncio.run(run())


@needs_extra
def test_a_run_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    """A cancelled run ends at its next step; the next one works."""
    save_tiny("ltx", tmp_path / "ltx", has_image=False)
    request = replace(plain_request(CARDS["ltx"]), knobs={**SMALL["ltx"], "num_inference_steps": 2000})

    async def run() -> None:
        provider = _give(tmp_path)
        receipt = await submit(provider, request)
        assert await provider.cancel(receipt.ticket) is CancelOutcome.FREE
        assert (await _wait(provider, receipt.ticket)).phase is JobPhase.CANCELLED
        short = replace(request, knobs={**SMALL["ltx"], "num_inference_steps": 2})
        again = await submit(provider, short, number=2)
        assert (await _wait(provider, again.ticket)).phase is JobPhase.SUCCEEDED
        await provider.close()

    asyncio.run(run())


@needs_extra
def test_no_gpu_is_no_reason_to_take_hours_in_silence(tmp_path: Path) -> None:
    """Without a GPU, and without a device that is named, a run is refused."""
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    save_tiny("ltx", tmp_path / "ltx", has_image=False)
    with pytest.raises(Rejected, match="DIFFUSERS_DEVICE"):
        asyncio.run(submit(_give(tmp_path, DIFFUSERS_DEVICE=""), plain_request(CARDS["ltx"])))
