"""A rehearsal: providers played by fakes whose clips are the previz, with things going wrong as they do in life."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from workprint.film.money import Money
from workprint.testing.fakes.faults import Fault, Outcome, break_after, cut_off, drop_after, refuse
from workprint.testing.fakes.media import make_media
from workprint.testing.fakes.studio import FakeJob, FakeProvider
from workprint.testing.provider_contract import find_fakes

DEFAULT_CAST = ("kling", "fal", "modelark")
"""Three that can be asked what became of a lost request."""

PACE = 0.02
"""A fiftieth of the usual waiting: what takes minutes at a provider takes seconds here."""

MISHAPS: Mapping[str, tuple[tuple[str, tuple[Fault | Outcome, ...]], ...]] = {
    "calm": (),
    "usual": (
        ("is busy once: refused with 429, then taken", (refuse("submit", 429, {"retry-after": "2"}),)),
        ("takes a request and loses its answer; found again, not sent twice", (drop_after("submit"),)),
        ("fails a job; a second one is made", (Outcome.FAIL,)),
        ("stops answering polls for a moment", (break_after("poll", 503), refuse("poll", 429))),
        ("breaks off a download; it is resumed", (cut_off("media"),)),
    ),
    "rough": (
        ("takes a request and loses its answer; found again, not sent twice", (drop_after("submit"),)),
        ("refuses what is shown; another wording or model is tried", (Outcome.MODERATED_OUTPUT,)),
        ("fails a job twice", (Outcome.FAIL, Outcome.FAIL)),
        ("answers a web page instead of a job", (break_after("submit", 502),)),
        ("has a link that has expired; a fresh one is asked for", (Outcome.EXPIRED_LINK,)),
    ),
}
"""What goes wrong, in words, by how rough the rehearsal is to be; dealt out over the cast in turn."""


@dataclass
class Rehearsal:
    """The cast of a rehearsal on loopback. `clips` gives the previz clip for what a job asks, None for none.

    Use as a context: the fakes listen inside it, and stop by themselves.
    """

    cast: tuple[str, ...] = DEFAULT_CAST
    mood: str = "usual"
    clips: Callable[[str], Path | None] = lambda text: None
    fakes: dict[str, FakeProvider] = field(default_factory=dict)
    mishaps: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> Rehearsal:
        makers = find_fakes()
        for name in self.cast:
            self.fakes[name] = makers[name](media=self._make_media).start()
        for number, (words, wishes) in enumerate(MISHAPS[self.mood]):
            name = self.cast[number % len(self.cast)]
            self.mishaps.append((name, words))
            for wish in wishes:
                if isinstance(wish, Fault):
                    self.fakes[name].misbehave(wish)
                else:
                    self.fakes[name].decide(wish)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for fake in self.fakes.values():
            fake.stop()

    @property
    def accounts(self) -> Mapping[str, tuple[str, Mapping[str, str], Mapping[str, str]]]:
        """Address, secrets and settings of every fake."""
        return {name: (fake.url, dict(fake.secrets), dict(fake.settings)) for name, fake in self.fakes.items()}

    @property
    def billed(self) -> Mapping[str, Money]:
        """What each fake charges."""
        return {name: Money(fake.billed) for name, fake in self.fakes.items()}

    def _make_media(self, job: FakeJob) -> tuple[bytes, str]:
        fake = next(fake for fake in self.fakes.values() if job in fake.jobs.values())
        kind, width, height, length = fake.describe_media(job)
        clip = self.clips(json.dumps(job.body, ensure_ascii=False)) if kind == "video" else None
        if clip is not None and clip.is_file():
            return clip.read_bytes(), "video/mp4"
        return make_media(kind, width, height, length, seed=job.number)
