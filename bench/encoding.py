"""The baseline of every film: only encoding its own frames, decoded before the clock starts, on two processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from workprint.lab.decode import probe, read_frames
from workprint.lab.encode import EncodePreset, FilmWriter, view_planes

PROCESSES = 2
"""The reference machine has two cores."""

BASELINE = EncodePreset("baseline", "faster", 19, 60)
"""What films are measured against: x264 `faster` as it comes, at the master's quality. It stays what it is when the
program's own master preset gets cheaper: a film must not look slower because its encoder became faster."""


@dataclass(frozen=True)
class Frames:
    """Raw yuv420p frames in a file, one after another."""

    path: Path
    width: int
    height: int
    rate: tuple[int, int]
    count: int


def unpack(film: Path, target: Path) -> Frames:
    """Decode a film into raw frames on disk."""
    facts = probe(film)
    count = 0
    with target.open("wb") as file:
        for frame in read_frames(film, threads=PROCESSES):
            for plane in view_planes(frame):
                file.write(plane.tobytes())
            count += 1
    return Frames(target, facts.width, facts.height, facts.rate, count)


def time_encoding(frames: Frames) -> tuple[float, float]:
    """Wall and CPU seconds of encoding all frames by the baseline, each process its share; start-up is not counted."""
    bounds = [frames.count * part // PROCESSES for part in range(PROCESSES + 1)]
    runners = []
    for first, last in pairwise(bounds):
        task = {
            "source": str(frames.path),
            "target": str(frames.path.with_name(f"encoded-{first}.mp4")),
            "size": [frames.width, frames.height],
            "rate": list(frames.rate),
            "span": [first, last],
        }
        command = [sys.executable, "-m", "bench.encoding", json.dumps(task)]
        root = Path(__file__).resolve().parent.parent
        runners.append(subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True))
    times = [json.loads(runner.communicate()[0]) for runner in runners]
    return max(wall for wall, _ in times), sum(cpu for _, cpu in times)


def encode_share(source: Path, target: Path, *, size: list[int], rate: list[int], span: list[int]) -> None:
    """Encode the frames of a span."""
    width, height = size
    area, half = width * height, (width // 2) * (height // 2)
    raw = np.memmap(source, np.uint8, "r").reshape(-1, area + 2 * half)
    with FilmWriter(target, width, height, (rate[0], rate[1]), BASELINE) as writer:
        for number in range(*span):
            luma, blue, red = np.split(np.asarray(raw[number]), [area, area + half])
            chroma = (height // 2, width // 2)
            writer.write_planes(luma.reshape(height, width), blue.reshape(chroma), red.reshape(chroma))


def main() -> None:
    """One process of the baseline: a task as JSON in, wall and CPU seconds out."""
    task = json.loads(sys.argv[1])
    source, target = Path(task.pop("source")), Path(task.pop("target"))
    wall, cpu = time.monotonic(), time.process_time()
    encode_share(source, target, **task)
    sys.stdout.write(f"{json.dumps([time.monotonic() - wall, time.process_time() - cpu])}\n")


if __name__ == "__main__":
    main()
