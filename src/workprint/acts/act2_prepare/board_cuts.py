"""Where the cuts fall: scenes split into shots, cut points set on the beats (F1, F3)."""

from __future__ import annotations

from fractions import Fraction

from workprint.film.brief import Brief, SceneBrief, SceneType
from workprint.film.time import Rate, Span

SNAP_FRAMES = 6
"""A cut this close to a beat moves onto it: a fifth of a second at 30 fps, about where a miss begins to be felt."""

SHORTEST_SHOT_S = Fraction(6, 10)
"""No shot is shorter: below it a viewer cannot take the picture in."""

PACKSHOT_SHOT_S = 5
"""A packshot longer than this becomes two shots."""

LIFESTYLE_SHOT_S = 4
"""A lifestyle shot is at most about this long."""

MONTAGE_SHOT_S = Fraction(9, 10)
"""The pace a montage is aimed at."""

MONTAGE_SHOTS = (3, 6)
"""Fewest and most shots of a montage."""


def lay_beats(brief: Brief) -> tuple[int, ...]:
    """The beats of the film as frames: the brief's own markers, else the grid of its tempo."""
    markers = brief.audio.beat_markers
    if not markers and brief.audio.bpm > 0:
        period = Fraction(60, brief.audio.bpm)
        count = int(brief.rate.seconds(brief.frames) / period) + 1
        markers = tuple(brief.rate.frames(period * beat) for beat in range(count))
    return tuple(sorted(dict.fromkeys(marker for marker in markers if 0 <= marker < brief.frames)))


def count_shots(scene: SceneBrief, rate: Rate) -> int:
    """How many shots a scene is split into, by its type and length; at least one, none shorter than 0.6 s."""
    seconds = rate.seconds(scene.span.length)
    most = scene.span.length // _shortest(rate)
    if scene.type is SceneType.MONTAGE:
        fewest, largest = MONTAGE_SHOTS
        wanted = min(largest, max(fewest, round(seconds / MONTAGE_SHOT_S)))
    elif scene.type is SceneType.ENDCARD:
        wanted = 1
    else:
        longest = PACKSHOT_SHOT_S if scene.type is SceneType.PACKSHOT else LIFESTYLE_SHOT_S
        wanted = -(-seconds.numerator // (seconds.denominator * longest))
    return max(1, min(wanted, most))


def cut_scene(scene: SceneBrief, rate: Rate, beats: tuple[int, ...]) -> tuple[Span, ...]:
    """The shots of a scene as spans that cover each of its frames exactly once.

    A montage cuts on beats wherever one lies within reach; other scenes only when a beat is close by.
    """
    count = count_shots(scene, rate)
    least = _shortest(rate) if count > 1 else scene.span.length
    reach = scene.span.length // count if scene.type is SceneType.MONTAGE else SNAP_FRAMES
    cuts = [scene.span.start]
    for index in range(1, count):
        ideal = scene.span.start + round(Fraction(scene.span.length * index, count))
        low, high = cuts[-1] + least, scene.span.end - least * (count - index)
        cuts.append(_settle_cut(ideal, low, high, tuple(beat for beat in beats if abs(beat - ideal) <= reach)))
    ends = [*cuts[1:], scene.span.end]
    return tuple(Span(start, end - start) for start, end in zip(cuts, ends, strict=True))


def _settle_cut(ideal: int, low: int, high: int, beats: tuple[int, ...]) -> int:
    eligible = [beat for beat in beats if low <= beat <= high]
    if eligible:
        return min(eligible, key=lambda beat: (abs(beat - ideal), beat))
    return min(max(ideal, low), high)


def _shortest(rate: Rate) -> int:
    return -int(-SHORTEST_SHOT_S * rate.fraction // 1)
