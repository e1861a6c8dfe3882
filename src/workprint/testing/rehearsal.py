"""A rehearsal: providers played by fakes whose work is the previz, with things going wrong as they do in life."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from workprint.acts.act3_shoot.buying import drop_demand
from workprint.adapters.providers import find_providers
from workprint.film.canonical import decode
from workprint.film.market import PREVIZ
from workprint.film.model_card import Recovery
from workprint.film.money import Money
from workprint.film.request import Medium
from workprint.film.sound_asks import describe_effect
from workprint.film.sound_orders import EffectPayload
from workprint.lab.word_times import Timed
from workprint.ports.records import Records
from workprint.ports.vault import Vault
from workprint.testing.fakes.elevenlabs import FakeElevenLabs
from workprint.testing.fakes.faults import Fault, Outcome, break_after, cut_off, drop_after, refuse
from workprint.testing.fakes.media import make_media
from workprint.testing.fakes.studio import FakeJob, FakeProvider
from workprint.testing.provider_contract import find_fakes

DEFAULT_CAST = ("kling", "fal", "modelark")
"""Three that can be asked what became of a lost request."""

SPEAKER = "elevenlabs"
"""Who voice, music and effects are bought from. What it makes beside speech cannot be asked for again (class D)."""

MEDIA_TYPES = {"video": "video/mp4", "image": "image/png", "audio": "audio/wav"}
MUSIC_OPENING = "Instrumental music for a"
"""How music is asked for: there is one piece in a film."""

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

SPOKEN_MISHAPS: Mapping[str, tuple[tuple[str, tuple[Fault, ...]], ...]] = {
    "calm": (),
    "usual": (("is busy twice: refused with 429, then taken", (refuse("submit", 429), refuse("submit", 429))),),
    "rough": (("is busy three times in a row", (refuse("submit", 429),) * 3),),
}
"""What goes wrong where sound is bought: only what leaves no doubt, as sound of class D would wait for a person."""


@dataclass(frozen=True)
class Playback:
    """What the fakes hand out as their own: files of the previz by what asks for them, lines with their word times."""

    clips: Mapping[str, Path] = field(default_factory=dict)
    stills: Mapping[str, Path] = field(default_factory=dict)
    sounds: Mapping[str, Path] = field(default_factory=dict)
    lines: Mapping[str, tuple[bytes, tuple[Timed, ...]]] = field(default_factory=dict)

    def find(self, kind: str, body: str) -> Path | None:
        """The file for what a job asks (the JSON text of its body), also where the last sentence was left out."""
        files = {"video": self.clips, "image": self.stills, "audio": self.sounds}[kind]
        return next((path for words, path in files.items() if _quote(drop_demand(words)) in body), None)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def gather_playback(records: Records, vault: Vault) -> Playback:
    """The current takes of a previz, by the words a provider would be asked with."""
    known = records.all_known()
    files: dict[str, dict[str, Path]] = {"clip": {}, "still": {}, "sound": {}}
    lines: dict[str, tuple[bytes, tuple[Timed, ...]]] = {}
    for (step, name), digest in sorted(records.current().items()):
        if "/" in name or digest not in known or not known[digest].take.files:
            continue
        take, payload = known[digest].take, known[digest].recipe.payload
        path = Path(vault.path(take.file.digest))
        if step in ("clip", "still"):
            files[step][payload["prompt"]] = path
        elif step == "effect":
            files["sound"][describe_effect(decode(EffectPayload, payload))] = path
        elif step == "music":
            files["sound"][MUSIC_OPENING] = path
        elif step == "voice":
            words = tuple((str(word), int(start), int(end)) for word, start, end in take.facts["words"])
            lines[payload["text"]] = (path.read_bytes(), words)
    return Playback(files["clip"], files["still"], files["sound"], lines)


@dataclass
class Rehearsal:
    """The cast of a rehearsal on loopback, which hands out what `playback` holds; `speaker` is one who sells sound.

    Use as a context: the fakes listen inside it, and stop by themselves.
    """

    cast: tuple[str, ...] = DEFAULT_CAST
    mood: str = "usual"
    playback: Playback = Playback()
    speaker: str = ""
    fakes: dict[str, FakeProvider] = field(default_factory=dict)
    mishaps: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> Rehearsal:
        makers = find_fakes()
        for name in dict.fromkeys((*self.cast, *((self.speaker,) if self.speaker else ()))):
            fake = makers[name](media=self._make_media)
            if isinstance(fake, FakeElevenLabs):
                fake.lines = self.playback.lines
            self.fakes[name] = fake.start()
        for number, (words, wishes) in enumerate(MISHAPS[self.mood]):
            turn = (*self.cast[number % len(self.cast) :], *self.cast)
            able = (name for name in turn if Outcome.EXPIRED_LINK not in wishes or self.fakes[name].refreshes_links)
            name = next(able, "")
            if name:
                self._go_wrong(name, words, wishes)
        for words, faults in SPOKEN_MISHAPS[self.mood] if self.speaker else ():
            self._go_wrong(self.speaker, words, faults)
        return self

    def _go_wrong(self, name: str, words: str, wishes: Iterable[Fault | Outcome]) -> None:
        self.mishaps.append((name, words))
        for wish in wishes:
            if isinstance(wish, Fault):
                self.fakes[name].misbehave(wish)
            else:
                self.fakes[name].decide(wish)

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
        found = self.playback.find(kind, json.dumps(job.body, ensure_ascii=False))
        if found is None:
            return make_media(kind, width, height, length, seed=job.number)
        return found.read_bytes(), MEDIA_TYPES[kind]


def choose_painter(cast: Iterable[str]) -> str:
    """Who of a cast makes stills: one that can be asked what became of a lost request; "previz" where nobody is."""
    models = [model for card in find_providers() for model in card.models if model.medium is Medium.IMAGE]
    safe = {model.provider for model in models if model.recovery in (Recovery.BY_KEY, Recovery.BY_LIST)}
    return next((name for name in cast if name in safe), PREVIZ)
