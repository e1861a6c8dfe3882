"""Settings of a project: who approves, who acts, house prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workprint.film.market import PREVIZ
from workprint.film.own_price import OwnPrice
from workprint.film.people import Person, Policy
from workprint.film.request import Medium


@dataclass(frozen=True)
class ProviderSettings:
    """What a project buys, and how: `use` names providers in the order of preference; empty buys nothing.

    `prefer` is price or quality. `takes_dearer` lets a dearer fallback be used without asking. `short_side` is the
    shorter side asked of a model, in pixels. `hooks_url` is where providers may call, "" for nowhere. `stills`,
    `voice`, `music` and `effects` say who those may be bought from: previz (nobody), auto, a provider or a model of
    one. `speaker` is the provider's id of the voice, "" for its default. `media_hosts` are further hosts results may
    lie on; `prices` are what this project pays for models, by their full names.
    """

    use: tuple[str, ...] = ()
    prefer: str = "price"
    takes_dearer: bool = False
    continues_shots: bool = True
    short_side: int = 720
    avoid: tuple[str, ...] = ()
    hooks_url: str = ""
    stills: str = PREVIZ
    voice: str = PREVIZ
    music: str = PREVIZ
    effects: str = PREVIZ
    speaker: str = ""
    media_hosts: tuple[str, ...] = ()
    prices: Mapping[str, OwnPrice] = field(default_factory=dict)

    @property
    def wishes(self) -> Mapping[str, str]:
        """Who may be bought from by medium, without those that nothing is bought for."""
        given = {
            Medium.IMAGE: self.stills,
            Medium.VOICE: self.voice,
            Medium.MUSIC: self.music,
            Medium.EFFECT: self.effects,
        }
        return {medium.value: wish for medium, wish in given.items() if wish != PREVIZ}


@dataclass(frozen=True)
class Settings:
    """What `project.toml` says.

    `prices` are micro-dollars per unit of a step's work (a frame of a clip, a second of sound). `short_side` is
    the shorter side of the master in pixels.
    """

    person: Person
    policy: Policy = Policy.AUTO
    prices: Mapping[str, int] = field(default_factory=dict)
    short_side: int = 1080
    providers: ProviderSettings = ProviderSettings()
