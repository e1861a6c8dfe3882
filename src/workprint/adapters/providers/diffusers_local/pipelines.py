"""Video pipelines of `diffusers`: loaded from a local folder, safetensors only, no network, no code of others."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from workprint.film.errors import MissingExtra, Remedy
from workprint.lab.encode import FilmWriter

PACKAGES = ("torch", "diffusers", "transformers", "accelerate", "safetensors", "ftfy")
INSTALL = "pip install 'workprint[diffusers]'"
UNSAFE_SUFFIXES = frozenset({".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle", ".h5", ".msgpack", ".npy", ".joblib"})
"""Weights in forms that can run code when they are read, or that nothing here needs."""


@dataclass(frozen=True)
class Family:
    """One kind of pipeline. `from_image` is the class that starts from a picture, "" when the model cannot.

    `frame_step`: frame counts are a multiple of it plus one (1 takes any). `arguments` are the call's own, and
    `rate_argument` names the one that takes the frame rate, "" for none.
    """

    from_text: str
    from_image: str
    fps: int
    frame_step: int
    arguments: Mapping[str, Any]
    rate_argument: str = ""
    takes_prompt: bool = True

    def count_frames(self, duration_ms: int) -> int:
        """Frames that last at least so long, in the steps the model takes."""
        frames = -(-duration_ms * self.fps // 1000)
        return frames if self.frame_step == 1 else -(-(frames - 1) // self.frame_step) * self.frame_step + 1


FAMILIES: Mapping[str, Family] = {
    "wan": Family("WanPipeline", "WanImageToVideoPipeline", 16, 4, {"num_inference_steps": 40, "guidance_scale": 4.0}),
    "ltx": Family(
        "LTXPipeline",
        "LTXImageToVideoPipeline",
        24,
        8,
        {"num_inference_steps": 40, "guidance_scale": 3.0},
        rate_argument="frame_rate",
    ),
    "cogvideox": Family(
        "CogVideoXPipeline",
        "CogVideoXImageToVideoPipeline",
        8,
        8,
        {"num_inference_steps": 50, "guidance_scale": 6.0},
    ),
    "svd": Family(
        "",
        "StableVideoDiffusionPipeline",
        6,
        1,
        {"num_inference_steps": 25, "decode_chunk_size": 4},
        rate_argument="fps",
        takes_prompt=False,
    ),
}


class Stopped(Exception):
    """A run was asked to end, and ended at its next step."""


def list_missing() -> list[str]:
    """Packages of the extra that are not installed."""
    return [name for name in PACKAGES if find_spec(name) is None]


def require_extra() -> None:
    """Raise MissingExtra, naming the install command, unless the extra is there."""
    missing = list_missing()
    if missing:
        raise MissingExtra(
            f"Local pipelines are not installed ({', '.join(missing)} missing): {INSTALL}",
            where="diffusers_local",
            remedy=Remedy("install the extra, or route to another provider", INSTALL),
        )


def check_folder(folder: Path) -> str:
    """Why a model's folder is not loaded, in a sentence; "" when it is sound.

    Only safetensors weights are taken, and no folder that brings Python files or names classes of its own.
    """
    index = folder / "model_index.json"
    if not index.is_file():
        return f"{folder} holds no pipeline (model_index.json is missing)"
    unsafe = sorted(
        path.name
        for path in folder.rglob("*")
        if path.suffix.lower() in UNSAFE_SUFFIXES or path.suffix.lower() == ".py"
    )
    if unsafe:
        return f"{folder} holds {unsafe[0]}, which may run code: only safetensors are loaded"
    try:
        named = json.loads(index.read_text(encoding="utf-8"))
    except ValueError:
        return f"{index} cannot be read"
    for part, source in named.items():
        if isinstance(source, list) and source and source[0] not in ("diffusers", "transformers", None):
            return f"{index} takes {part} from {source[0]}, which is not loaded"
    return ""


def choose_device(wanted: str) -> str:
    """The device to run on: the one that is named, else the GPU. Raises ValueError when there is none.

    A processor is used only when it is asked for: a clip takes it hours.
    """
    torch = import_module("torch")
    if wanted:
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    raise ValueError("no GPU is found; set DIFFUSERS_DEVICE to use another device")


def load_pipeline(family: Family, folder: Path, device: str, *, has_image: bool, offload: bool = False) -> Any:
    """A pipeline from a checked folder, on a device. Raises OSError or ValueError when the folder lacks a part."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    torch, diffusers = import_module("torch"), import_module("diffusers")
    kind = getattr(diffusers, family.from_image if has_image else family.from_text)
    precision = torch.float32 if device == "cpu" else torch.bfloat16
    pipeline = kind.from_pretrained(
        str(folder), local_files_only=True, use_safetensors=True, dtype=precision, trust_remote_code=False
    )
    pipeline.set_progress_bar_config(disable=True)
    if offload:
        pipeline.enable_model_cpu_offload(device=device)
        return pipeline
    return pipeline.to(device)


def run_pipeline(
    pipeline: Any,
    arguments: Mapping[str, Any],
    *,
    seed: int,
    picture: bytes | None,
    fps: int,
    on_step: Callable[[float], bool],
) -> bytes:
    """Make a clip and give its bytes (mp4). `on_step` hears how far it is, 0 to 1, and says whether to go on.

    Raises Stopped.
    """
    torch = import_module("torch")
    steps = int(arguments["num_inference_steps"])
    given: dict[str, Any] = dict(arguments)
    if picture is not None:
        given["image"] = _read_picture(picture, int(given["width"]), int(given["height"]))

    def hear(owner: object, step: int, time: object, values: dict[str, Any]) -> dict[str, Any]:
        if not on_step(min(1.0, (step + 1) / steps)):
            raise Stopped
        return values

    # A generator of the processor gives the same noise on every device.
    generator = torch.Generator("cpu").manual_seed(seed)
    made = pipeline(**given, generator=generator, output_type="np", callback_on_step_end=hear)
    return encode_frames(np.asarray(made.frames[0]), fps)


def _read_picture(data: bytes, width: int, height: int) -> Any:
    image = import_module("PIL.Image")
    with image.open(io.BytesIO(data)) as opened:
        return opened.convert("RGB").resize((width, height))


def encode_frames(frames: Any, fps: int) -> bytes:
    """Frames (n, h, w, 3) of 0 to 1 as an mp4; odd sides lose their last line."""
    pixels = np.clip(np.nan_to_num(frames) * 255.0 + 0.5, 0, 255).astype(np.uint8)
    height, width = pixels.shape[1] // 2 * 2, pixels.shape[2] // 2 * 2
    with tempfile.TemporaryDirectory(prefix="workprint-diffusers-") as folder:
        path = Path(folder) / "made.mp4"
        with FilmWriter(path, width, height, (fps, 1), "intermediate") as writer:
            for picture in pixels:
                writer.write_rgb(np.ascontiguousarray(picture[:height, :width]))
        return path.read_bytes()
