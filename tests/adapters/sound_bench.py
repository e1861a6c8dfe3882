"""Benches and signals for tests of the sound makers, and a second process that makes the same thing again."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workprint.film.canonical import decode, encode
from workprint.lab.sound import write_wav
from workprint.ports.maker import Bench, BenchInput, Made

RATE = 48_000


def set_up(step: str, payload: object, scratch: Path, inputs: Mapping[str, BenchInput] | None = None) -> Bench:
    """A bench with seed 7 that reports to nobody."""
    scratch.mkdir(parents=True, exist_ok=True)
    return Bench(step, "TEST", payload, inputs or {}, 7, scratch, lambda fraction: None)


def as_input(made: Made) -> BenchInput:
    """What was made, as the next maker gets it."""
    return BenchInput(
        tuple(file.path for file in made.files), tuple(file.media_type for file in made.files), made.facts
    )


def save_input(path: Path, samples: NDArray[np.float32], facts: Mapping[str, object]) -> BenchInput:
    """Samples (n, 2) as a file a maker can be given."""
    write_wav(path, samples)
    return BenchInput((path,), ("audio/wav",), facts)


def tone(hertz: float, seconds: float, peak: float = 0.1) -> NDArray[np.float32]:
    """A sine on both channels, (n, 2)."""
    wave = peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def find_amplitude(samples: NDArray[np.float32], hertz: float) -> float:
    """The peak of one frequency in the left channel: correlation with a windowed sine and cosine."""
    window = np.hanning(len(samples))
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / RATE)
    return float(2 * abs(np.sum(samples[:, 0] * window * turn)) / np.sum(window))


def find_landing(samples: NDArray[np.float32], kind: str, near: int) -> int:
    """The millisecond at which an effect's event is heard, looked for within 250 ms of where it should be.

    The crest of 10 ms power for a whoosh, the steepest fall (25 ms before against 25 after: one turn of the lowest
    tone) for the end of a riser, the steepest rise for every blow.
    """
    power = (samples.astype(np.float64) ** 2).mean(axis=1)
    blocks = np.pad(power[: len(power) // 48 * 48].reshape(-1, 48).mean(axis=1), 25)
    smooth = np.convolve(blocks, np.ones(10) / 10, "same")
    change = np.array([blocks[i : i + 25].mean() - blocks[i - 25 : i].mean() for i in range(25, len(blocks) - 25)])
    curve = {"whoosh": smooth[25:-25], "riser": -change}.get(kind, change)
    first = max(0, near - 250)
    return first + int(np.argmax(curve[first : near + 250]))


def digest(made: Made) -> str:
    """The digest of the main file."""
    return hashlib.sha256(Path(made.files[0].path).read_bytes()).hexdigest()


def make_elsewhere(entry: str, bench: Bench, scratch: Path) -> tuple[str, object]:
    """Digest and facts of the same bench worked in another process, with another hash seed and thread count."""
    task = {
        "entry": entry,
        "payload": encode(bench.payload, whole=True),
        "kind": f"{type(bench.payload).__module__}:{type(bench.payload).__name__}",
        "step": bench.step,
        "scratch": str(scratch),
        "inputs": {
            role: [[str(path) for path in given.paths], list(given.media_types), dict(given.facts)]
            for role, given in bench.inputs.items()
        },
    }
    environment = {
        "PYTHONPATH": ":".join(path for path in sys.path if path),
        "PYTHONHASHSEED": "99",
        "OPENBLAS_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, __file__], input=json.dumps(task), env=environment, capture_output=True, text=True, check=True
    )
    found, facts = json.loads(done.stdout)
    return found, facts


def _find(entry: str) -> object:
    module, _, name = entry.partition(":")
    return getattr(import_module(module), name)


def _work() -> None:
    task = json.loads(sys.stdin.read())
    payload = decode(_find(task["kind"]), task["payload"])  # type: ignore[arg-type]
    inputs = {role: BenchInput(tuple(map(Path, p)), tuple(m), f) for role, (p, m, f) in task["inputs"].items()}
    made = _find(task["entry"])(set_up(task["step"], payload, Path(task["scratch"]), inputs))  # type: ignore[operator]
    print(json.dumps([digest(made), made.facts]))


if __name__ == "__main__":
    _work()
