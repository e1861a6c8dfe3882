"""Joins small films into one looping preview."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import av

from workprint.lab.decode import read_frames
from workprint.lab.encode import FilmWriter


def join_films(films: Iterable[Path], target: Path, rate: tuple[int, int]) -> None:
    """Every frame of every film, encoded once more as one film."""
    write_frames((frame for film in films for frame in read_frames(film)), target, rate)


def write_frames(frames: Iterable[av.VideoFrame], target: Path, rate: tuple[int, int]) -> None:
    """A film of frames; its size is that of the first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = iter(frames)
    first = next(waiting)
    with FilmWriter(target, first.width, first.height, rate, "master") as film:
        film.write_frame(first)
        for frame in waiting:
            film.write_frame(frame)
