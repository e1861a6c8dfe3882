"""Payloads of orders that make what was bought fit the film: pictures, voice, music, effects. Clips are in buy_orders.

Each says by a fixed rule what may be done to it: cut, scaled, trimmed, faded, levelled. Nothing is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

CONFORM_STILL = "conform_still"
CONFORM_VOICE = "conform_voice"
CONFORM_MUSIC = "conform_music"
CONFORM_EFFECT = "conform_effect"

PAID = "bought_usd"
"""The fact that says what was paid for something bought."""

ORIGIN = ("model", "ticket", "attempt", "notice", PAID)
"""Facts of what was bought that go with what is made from it, so that the master's sidecar can tell of them."""


@dataclass(frozen=True)
class ConformStillPayload:
    """A bought picture as a first frame of exactly this size, in pixels: its middle, cropped to the film's shape.

    What shows through where it is transparent is `ground` (#RRGGBB). Input role: `still`. Facts: `width`, `height`,
    `source_size`, `scaled_by`, `cut_away` (share), and those of ORIGIN.
    """

    width: int
    height: int
    ground: str


@dataclass(frozen=True)
class ConformVoicePayload:
    """A bought recording of a line: silence around it goes, at the level of every voice, ended within `longest_ms`.

    Its word times go to the words of `text`, as captions show them. Input role: `voice`. Facts: `words`
    [[text, start_ms, end_ms]], `duration_ms`, `unsaid` [words], `added` [words], `otherwise` [[written, said]],
    `is_timed`, and those of ORIGIN.
    """

    text: str
    longest_ms: int


@dataclass(frozen=True)
class ConformMusicPayload:
    """Bought music of exactly `duration_ms`: silence before it goes, the rest is cut and fades over `fade_ms`.

    Input role: `music`. Facts: `duration_ms`, `source_ms`, `trimmed_ms`, and those of ORIGIN.
    """

    duration_ms: int
    fade_ms: int


@dataclass(frozen=True)
class ConformEffectPayload:
    """A bought effect of exactly `duration_ms`, moved so that its event falls at `sync_ms`, at the effects' level.

    `kind` is one of EFFECT_KINDS and says what its event is. Input role: `effect`. Facts: as of an EffectPayload,
    `moved_ms`, and those of ORIGIN.
    """

    kind: str
    duration_ms: int
    sync_ms: int
