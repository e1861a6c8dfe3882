"""Where voices speak in the film, as spans of milliseconds and as marks on samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workprint.film.canonical import Json
from workprint.film.sound_orders import MixPayload
from workprint.lab.sound import Samples, read_sound, to_gain, to_samples
from workprint.lab.sound_shaping import follow_level
from workprint.ports.maker import BenchInput

Span = tuple[int, int]
"""First and last millisecond of speech."""

Marks = NDArray[np.bool_]
Facts = Mapping[str, Json]
BenchInputs = Mapping[str, BenchInput]

PHRASE_GAP_MS = 160
"""Words closer than this are one span of speech when levels are measured."""

SPEECH_BELOW_PEAK_DB = 32.0
"""A voice without word times speaks where its level is within this of its peak."""


@dataclass(frozen=True)
class Voices:
    """All placed voices: their sum (n, 2), and where they speak in milliseconds."""

    stem: Samples
    spans: tuple[Span, ...]


def place_voices(payload: MixPayload, inputs: BenchInputs, length: int) -> Voices:
    """Every voice at its cue; what would sound after the end of the film is cut."""
    stem = np.zeros((length, 2), dtype=np.float32)
    spans: list[Span] = []
    for cue in payload.cues:
        samples = read_sound(inputs[cue.role].path)
        start = to_samples(max(0, cue.start_ms))
        samples = samples[: max(0, length - start)]
        stem[start : start + len(samples)] += samples
        heard = _find_speech(samples, inputs[cue.role].facts)
        spans += [(first + cue.start_ms, last + cue.start_ms) for first, last in heard]
    whole = [(max(0, a), min(b, payload.duration_ms)) for a, b in spans if a < payload.duration_ms and b > a]
    return Voices(stem, merge_spans(whole, PHRASE_GAP_MS))


def _find_speech(samples: Samples, facts: Facts) -> list[Span]:
    """Where a take speaks: its word times, or for a recording without them, where it is loud."""
    if facts.get("words"):
        return [(int(start), int(end)) for _, start, end in facts["words"]]
    if len(samples) == 0 or not np.abs(samples).max() > 0:
        return []
    level = follow_level(samples, 3.0, 40.0)
    loud = np.flatnonzero(level > float(level.max()) * to_gain(-SPEECH_BELOW_PEAK_DB))
    edges = np.flatnonzero(np.diff(loud) > 1)
    firsts, lasts = [loud[0], *loud[edges + 1]], [*loud[edges], loud[-1]]
    return [(int(first), int(last) + 1) for first, last in zip(firsts, lasts, strict=True)]


def merge_spans(spans: list[Span], gap_ms: int) -> tuple[Span, ...]:
    """Spans in order, joined where the pause between them is shorter than `gap_ms`."""
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first - merged[-1][1] < gap_ms:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def mark_speech(spans: tuple[Span, ...], length: int) -> Marks:
    """Which samples lie in a span."""
    marks = np.zeros(length, dtype=np.bool_)
    for first, last in spans:
        marks[to_samples(first) : to_samples(last)] = True
    return marks
