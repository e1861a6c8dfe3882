"""Events (I7): what happened, in order, never changed; progress, audit and reports all read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workprint.film.canonical import Json
from workprint.film.time import Instant

EVENT_SCHEMA = 1
"""Major version of the event stream; a reader refuses a newer one."""


@dataclass(frozen=True)
class Event:
    """One thing that happened. `trace` ties the events of one run together; `number` orders them."""

    number: int
    trace: str
    when: Instant
    kind: str
    subject: str
    data: Mapping[str, Json]
