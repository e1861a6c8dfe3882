"""Dialects: how one model family wants a shot described. One file in `dialects/` is one dialect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from workprint.film.board import Shot


@dataclass(frozen=True)
class ShotText:
    """What a dialect compiles from: the shot, its scene prompt, its modifier, what must not be seen, dialogue."""

    shot: Shot
    prompt: str
    modifier: str
    negatives: tuple[str, ...]
    dialogue: str
    seconds: float


class Dialect(Protocol):
    """Compiles both halves of a spec from one description, so they cannot drift apart."""

    name: str

    def image_prompt(self, text: ShotText) -> str:
        """The prompt for the first frame."""
        ...

    def video_prompt(self, text: ShotText) -> str:
        """The prompt for the motion."""
        ...
