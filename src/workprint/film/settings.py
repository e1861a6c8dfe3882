"""Settings of a project: who approves, who acts, house prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workprint.film.people import Person, Policy


@dataclass(frozen=True)
class Settings:
    """What `project.toml` says.

    `prices` are micro-dollars per unit of a step's work (a frame of a clip, a millisecond of sound). `short_side` is
    the shorter side of the master in pixels.
    """

    person: Person
    policy: Policy = Policy.AUTO
    prices: Mapping[str, int] = field(default_factory=dict)
    short_side: int = 1080
