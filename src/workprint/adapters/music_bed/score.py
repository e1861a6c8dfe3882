"""The score of a bed: sections on a beat grid, harmony with voice leading, and every note that is played."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from workprint.adapters.music_bed.grid import BeatGrid, plan_sections
from workprint.adapters.music_bed.moods import CHORDS, Mood, pick_mood
from workprint.film.sound_mood import TONICS
from workprint.film.sound_orders import MusicPayload

BEATS_IN_BAR = 4

PAD_RANGE = (53, 74)
"""Where the four pad voices may move: under the spoken voice's clearest band, above the bass."""

MIDDLE_VOICES = (56, 60, 63, 67)
"""Where the first chord lies: about middle C."""

BRIGHTNESS = {"intro": 0.55, "build": 0.85, "drop": 1.25, "button": 0.75}
"""How open the pads are in a section, as a factor of the mood's brightness."""

MOTIFS = (
    ((0.0, 2), (1.5, 3), (2.0, 1), (3.0, 2)),
    ((0.0, 3), (0.75, 2), (1.5, 1), (2.5, 2), (3.5, 3)),
    ((0.5, 1), (1.0, 2), (1.5, 3), (3.0, 2)),
    ((0.0, 2), (1.0, 1), (1.5, 2), (2.5, 3)),
)
"""Melodic motifs over a bar: (beat, which of the four upper chord tones). One is chosen and kept."""

ARPEGGIOS = ((0, 1, 2, 3, 2, 1, 2, 1), (0, 2, 1, 3, 0, 2, 1, 2), (0, 2, 3, 1, 2, 3, 0, 1))
"""Orders in which eighths walk through the chord."""


@dataclass(frozen=True)
class Note:
    """A played note: instrument, start and length in seconds, MIDI pitch, velocity 0 to 1, pan -1 to 1."""

    instrument: str
    start: float
    length: float
    pitch: int
    velocity: float
    pan: float = 0.0


@dataclass(frozen=True)
class Bar:
    """A bar, or what is left of one before a section: beats, pad voices from below, bass pitch, and its section."""

    first: int
    beats: int
    voices: tuple[int, ...]
    bass: int
    role: str


@dataclass(frozen=True)
class Score:
    """Everything that will be played, in `seconds`."""

    mood: Mood
    seconds: float
    bars: tuple[Bar, ...]
    notes: tuple[Note, ...]


def compose(payload: MusicPayload, rng: np.random.Generator) -> Score:
    """The score of a bed that ends with a ringing final chord inside `duration_ms`."""
    mood = pick_mood(payload.mood)
    seconds = payload.duration_ms / 1000
    grid, sections = plan_sections(payload)
    tonic = payload.tonic or int(rng.choice(TONICS))
    bars = _write_harmony(mood, tonic, sections, rng)
    player = _Player(mood, grid, rng)
    for number, bar in enumerate(bars[:-1]):
        player.play_bar(bar, number)
    player.play_final(bars[-1], seconds)
    return Score(mood, seconds, bars, tuple(player.notes))


def _write_harmony(
    mood: Mood, tonic: int, sections: list[tuple[str, int]], rng: np.random.Generator
) -> tuple[Bar, ...]:
    progression = mood.progressions[int(rng.integers(len(mood.progressions)))]
    bars: list[Bar] = []
    voices: tuple[int, ...] = ()
    final = sections[-1][1]
    for (role, start), (_, end) in pairwise(sections):
        for place, first in enumerate(range(start, end, BEATS_IN_BAR)):
            beats = min(BEATS_IN_BAR, end - first)
            name = progression[place % len(progression)]
            # The bar before the final chord leads home, whatever the progression was doing.
            name = mood.dominant if first + beats == final and final > BEATS_IN_BAR else name
            voices = lead_voices(voices, tonic, name)
            bars.append(Bar(first, beats, voices, _find_bass(tonic, name), role))
    voices = lead_voices(voices, tonic, mood.home)
    return (*bars, Bar(final, BEATS_IN_BAR, voices, _find_bass(tonic, mood.home), "button"))


def _find_bass(tonic: int, name: str) -> int:
    """The root between A1 and G#2: low, and still there on a telephone."""
    return 33 + (tonic + CHORDS[name][0] - 33) % 12


def lead_voices(before: tuple[int, ...], tonic: int, name: str) -> tuple[int, ...]:
    """The four tones of a chord, from below, in the spacing nearest to the voices before (or to middle C)."""
    root, tones = CHORDS[name]
    classes = sorted({(tonic + root + tone) % 12 for tone in tones})
    aim = before or MIDDLE_VOICES
    choices = []
    for lowest in range(*PAD_RANGE):
        if lowest % 12 in classes:
            turn = classes.index(lowest % 12)
            voices = _stack(lowest, classes[turn:] + classes[:turn])
            if voices[-1] <= PAD_RANGE[1]:
                choices.append((sum(abs(a - b) for a, b in zip(voices, aim, strict=True)), voices))
    return min(choices)[1]


def _stack(lowest: int, classes: list[int]) -> tuple[int, ...]:
    """Four tones upwards from the lowest, one of each class; three classes get the lowest doubled on top."""
    voices = [lowest]
    for tone in (*classes[1:], classes[0])[:3]:
        voices.append(voices[-1] + ((tone - voices[-1]) % 12 or 12))
    return tuple(voices)


class _Player:
    """Writes the notes of each bar, a little off the grid and never twice equally loud, as people play."""

    def __init__(self, mood: Mood, grid: BeatGrid, rng: np.random.Generator) -> None:
        self.mood, self.grid, self.rng = mood, grid, rng
        self.notes: list[Note] = []
        self.motif = MOTIFS[int(rng.integers(len(MOTIFS)))]
        self.arpeggio = ARPEGGIOS[int(rng.integers(len(ARPEGGIOS)))]

    def play_bar(self, bar: Bar, number: int) -> None:
        """All parts of one bar."""
        upper = tuple(pitch + 12 if pitch < 60 else pitch for pitch in bar.voices)
        self._play_pad(bar)
        if bar.role == "drop":
            self._play_arpeggio(bar, upper, "pluck", 0.5, 0.62)
            self._play_motif(bar, upper, 0.86)
            self._play_chord(bar, 0.42)
        elif bar.role == "build":
            self._play_arpeggio(bar, upper, "piano", 0.5, 0.55)
            self._play_arpeggio(bar, upper, "pluck", 1.0, 0.4)
        else:
            self._play_chord(bar, 0.36)
            self._play_motif(bar, upper, 0.52)
        self._play_bass(bar)
        self._play_drums(bar, number)

    def play_final(self, bar: Bar, seconds: float) -> None:
        """The last chord, spread like a harp, with its octave on top and the bass below."""
        start, beat = self.grid.at(bar.first), self.grid.beat
        length = seconds - start
        self.notes.append(Note("final-pad", start, length, 0, 0.9))
        for i, pitch in enumerate((*bar.voices, bar.voices[0] + 12, bar.voices[1] + 12)):
            self.notes.append(Note("piano", start + 0.022 * i, length, pitch, 0.8 - 0.04 * i, (i - 2) * 0.14))
        self.notes.append(Note("piano", start, length, bar.bass + 12, 0.55, -0.1))
        self.notes.append(Note("sub", start, min(length, 2.2), bar.bass, 0.75))
        if length > 4 * beat:
            for i, tone in enumerate((2, 3, 1)):
                self._add("piano", bar.first + i + 1.5, 2.0, bar.voices[tone] + 12, 0.36)

    def _add(
        self, instrument: str, beat: float, beats: float, pitch: int, velocity: float, *, pan: float = 0.0
    ) -> None:
        loose = 0.0025 if instrument in ("kick", "brush", "shaker", "sub") else 0.006
        on_grid = self.grid.at(self._swing(beat))
        start = max(0.0, on_grid + float(np.clip(self.rng.normal(0, loose), -0.012, 0.012)))
        strength = float(np.clip(velocity * (1 + self.rng.normal(0, 0.07)), 0.05, 1.0))
        self.notes.append(Note(instrument, start, beats * self.grid.beat, pitch, strength, pan))

    def _swing(self, beat: float) -> float:
        whole, part = divmod(beat, 1.0)
        swing = self.mood.swing
        return whole + (part * 2 * swing if part <= 0.5 else swing + (part - 0.5) * 2 * (1 - swing))

    def _play_pad(self, bar: Bar) -> None:
        start, end = self.grid.at(bar.first), self.grid.at(bar.first + bar.beats)
        self.notes.append(Note("pad", start, end - start, bar.first, BRIGHTNESS[bar.role]))

    def _play_chord(self, bar: Bar, velocity: float) -> None:
        for i, pitch in enumerate((bar.bass + 24, *bar.voices[1:])):
            self._add("piano", bar.first + 0.02 * i, bar.beats + 0.5, pitch, velocity - 0.03 * i, pan=(i - 1.5) * 0.12)

    def _play_motif(self, bar: Bar, upper: tuple[int, ...], velocity: float) -> None:
        for place, tone in self.motif:
            if place < bar.beats:
                pitch = upper[tone] + (12 if upper[tone] < 70 else 0)
                self._add("piano", bar.first + place, 2.0, pitch, velocity, pan=0.12)

    def _play_arpeggio(self, bar: Bar, upper: tuple[int, ...], instrument: str, step: float, velocity: float) -> None:
        for i in range(int(bar.beats / step)):
            accent = 1.0 if i % 4 == 0 else (0.72 if i % 2 else 0.84)
            pitch = upper[self.arpeggio[i % 8]] + (12 if instrument == "pluck" else 0)
            pan = 0.34 * (1 if i % 2 else -1) if instrument == "pluck" else 0.0
            self._add(instrument, bar.first + i * step, step * 2.5, pitch, velocity * accent, pan=pan)

    def _play_bass(self, bar: Bar) -> None:
        if bar.role in ("intro", "button"):
            self._add("sub", bar.first, bar.beats * 0.95, bar.bass, 0.55)
            return
        places = ((0.0, 1.4), (1.5, 0.45), (2.0, 1.3), (3.5, 0.4)) if bar.role == "drop" else ((0.0, 1.9), (2.0, 1.8))
        for place, beats in places:
            if place < bar.beats:
                self._add("sub", bar.first + place, min(beats, bar.beats - place), bar.bass, 0.8 if place else 0.92)

    def _play_drums(self, bar: Bar, number: int) -> None:
        for place, instrument, velocity in _pick_pattern(bar.role, number):
            if place < bar.beats:
                pan = {"shaker": 0.28, "brush": -0.12}.get(instrument, 0.0)
                self._add(instrument, bar.first + place, 0.5, 0, velocity, pan=pan)


def _pick_pattern(role: str, number: int) -> list[tuple[float, str, float]]:
    """(beat, instrument, velocity) of a bar of percussion; every other bar is varied a little."""
    eighths = [(i / 2, "shaker", (0.62, 0.34, 0.5, 0.38)[i % 4]) for i in range(8)]
    if role == "drop":
        kicks = ((0.0, 1.0), (1.5, 0.55), (2.0, 0.9), *(((3.5, 0.5),) if number % 2 else ()))
        ghosts = [(3.75, "brush", 0.3)] if number % 2 else [(2.75, "brush", 0.24)]
        sixteenths = [(i / 2 + 0.25, "shaker", 0.2) for i in range(8)]
        return (
            [(b, "kick", v) for b, v in kicks]
            + [(1.0, "brush", 0.9), (3.0, "brush", 1.0)]
            + ghosts
            + eighths
            + sixteenths
        )
    if role == "build":
        return [(0.0, "kick", 0.75), (2.0, "kick", 0.6), (1.0, "brush", 0.4), (3.0, "brush", 0.5), *eighths]
    if role == "intro":
        return [(b, i, v * 0.55) for b, i, v in eighths if b >= 1.0]
    return [(1.0, "brush", 0.3), (3.0, "brush", 0.3)]
