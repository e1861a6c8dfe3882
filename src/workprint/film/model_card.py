"""Model cards: what a model can do and what it costs, as dated data. An unknown model is an error, never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from workprint.film.request import Medium, Role


class SeedKind(str, Enum):
    """What a seed means to a model: not taken, taken without a promise, the same picture again."""

    NONE = "none"
    WEAK = "weak"
    EXACT = "exact"


class SoundKind(str, Enum):
    """Whether a video model makes sound: never, when asked, always."""

    NONE = "none"
    OPTIONAL = "optional"
    ALWAYS = "always"


class Recovery(str, Enum):
    """What can be known about a request that was sent and never answered (providers.md B.1).

    A: found by a key we chose. B: found in a list that echoes a marker. C: told of by a webhook that carries the
    marker. D: nothing; the cost stays held until a person decides.
    """

    BY_KEY = "A"
    BY_LIST = "B"
    BY_WEBHOOK = "C"
    NONE = "D"


class PriceUnit(str, Enum):
    """What a price is for."""

    SECOND = "second"
    MINUTE = "minute"
    INPUT_VIDEO_SECOND = "input_video_second"
    IMAGE = "image"
    INPUT_IMAGE = "input_image"
    THOUSAND_TOKENS = "thousand_tokens"
    THOUSAND_CHARACTERS = "thousand_characters"
    CALL = "call"


@dataclass(frozen=True)
class Durations:
    """The slots a model sells, in milliseconds: `choices`, or every `step` from `low` to `high`."""

    choices: tuple[int, ...] = ()
    low: int = 0
    high: int = 0
    step: int = 1000

    def slot(self, wanted_ms: int) -> int | None:
        """The shortest slot that holds the wanted length; None when the model's longest is too short."""
        if self.choices:
            return min((choice for choice in self.choices if choice >= wanted_ms), default=None)
        if wanted_ms > self.high:
            return None
        return min(self.high, max(self.low, -(-wanted_ms // self.step) * self.step))

    @property
    def longest(self) -> int:
        """The longest slot."""
        return max(self.choices, default=self.high)


@dataclass(frozen=True)
class InputLimit:
    """How many inputs of one role a model takes, their total length (0 for no limit), and how many it needs.

    `beside` are roles of which at least one must come with it: a sound that is only taken with a picture or video.
    """

    role: Role
    most: int
    most_total_ms: int = 0
    least: int = 0
    beside: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Price:
    """One line of a price: micro-dollars a unit, where its conditions hold. Empty conditions always hold.

    Lines of the same unit are alternatives: the first whose conditions hold counts. Lines of other units add up.
    `frame_rate` is set for token prices: tokens are width x height x (frame_rate x seconds + 1) / 1024 (ModelArk).
    """

    unit: PriceUnit
    micros: int
    resolutions: tuple[str, ...] = ()
    audio: bool | None = None
    with_input: tuple[Role, ...] = ()
    durations_ms: tuple[int, ...] = ()
    above_count: int = 0
    frame_rate: int = 0


@dataclass(frozen=True)
class ModelCard:
    """One model of one provider. Dates are ISO days; `ends_on` is the last day it can be asked, "" for none known.

    `exclusive` are groups of roles that cannot be used together: a request uses roles of at most one group.
    `frame_sizes` are (aspect, resolution, width, height); `strengths` are words the router knows (film.routing).
    `replay_life_s` is set where an attempt is found by submitting it again under its key (record and replay): for so
    many seconds after the intent that gives the one job of the key, and makes it when there is none.
    `own_price_as_of` is the day of a project's own price, "" while the prices are the sheet's.
    `source` says where figures come from; `unsure` lists what stands on memory only. `is_marked` false (class B): the
    list gives back what was asked and no mark of ours, so that twins of one time cannot be told apart.
    """

    provider: str
    model: str
    medium: Medium
    as_of: str
    source: str
    recovery: Recovery
    prices: tuple[Price, ...]
    durations: Durations = Durations()
    aspects: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    fps: int = 24
    inputs: tuple[InputLimit, ...] = ()
    exclusive: tuple[tuple[Role, ...], ...] = ()
    prompt_limit: int = 0
    prompt_unit: str = "characters"
    takes_negatives: bool = False
    takes_camera_fixed: bool = False
    most_shots: int = 1
    seed: SeedKind = SeedKind.NONE
    sound: SoundKind = SoundKind.NONE
    minimum_micros: int = 0
    frame_sizes: tuple[tuple[str, str, int, int], ...] = ()
    ends_on: str = ""
    link_life_s: int = 3600
    typical_s: int = 120
    strengths: tuple[str, ...] = ()
    charges_failures: bool = False
    replay_life_s: int = 0
    is_marked: bool = True
    own_price_as_of: str = ""
    unsure: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The full name, `provider/native-id`."""
        return f"{self.provider}/{self.model}"

    def limit(self, role: Role) -> InputLimit | None:
        """What the model takes under a role; None when it takes nothing there."""
        return next((item for item in self.inputs if item.role is role), None)

    def frame_size(self, aspect: str, resolution: str) -> tuple[int, int]:
        """Width and height in pixels of an output; computed from the short side where the card lists none."""
        for listed_aspect, listed_resolution, width, height in self.frame_sizes:
            if (listed_aspect, listed_resolution) == (aspect, resolution):
                return width, height
        return size_of(aspect, resolution)


SHORT_SIDES = {"4k": 2160, "2k": 1440, "1k": 1024}
"""Resolution words that do not name their short side."""


def size_of(aspect: str, resolution: str) -> tuple[int, int]:
    """The usual frame of an aspect at a resolution: the short side is the resolution's number, both sides even.

    Raises ValueError when either cannot be read.
    """
    across, _, down = aspect.partition(":")
    word = resolution.lower()
    short = SHORT_SIDES.get(word) or int(word.rstrip("p"))
    wide, high = int(across), int(down)
    longer = short * max(wide, high) // min(wide, high) // 2 * 2
    return (longer, short) if wide >= high else (short, longer)
