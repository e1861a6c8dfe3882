"""Which effects a film has and when: what the ear is told of cuts, transitions and reveals, from the board (Q3).

Where each stands: a riser ends on the reveal, a blow falls on it and a quieter one on the end card, calm films get a
glint of bells on the reveal. A picture that rushes or is wiped away takes its air with it, light that leaks in glints,
a dip lands softly, and air moves over the cuts of a montage. A film without music gets none: there, every sound would
be a remark on the voice. Beside the user's own track only what has no pitch and builds nothing up is used.
"""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.board import Board, Shot, Transition
from workprint.film.brief import Brief, SceneType
from workprint.film.sound_mood import choose_tonic, name_mood
from workprint.film.sound_orders import EffectPayload
from workprint.film.time import Rate
from workprint.film.turns import find_closing, find_reveal

MOOD_ENERGY = {"calm": 10, "elegant": 30, "warm": 40, "bright": 65, "driving": 90}
"""How hard effects are in a mood at a medium tempo, 0 to 100."""

MEDIUM_BPM = 96
"""Every four beats a minute more or less than this move the energy by one."""

PUNCH_ENERGY = 55
"""From here on blows are hard, and the cut into a montage is heard too."""

RISERS_MS = (2400, 1600, 1000)
"""Lengths of a riser up to its event. Few of them, so that moving a scene a little makes no new sound."""

RISER_TAIL_MS = 400
"""What rings on after a riser has ended."""

SHAPES = {"whoosh": (700, 300), "hit": (1400, 10), "impact": (1800, 10), "shimmer": (2600, 10)}
"""Length and event of each other kind, in ms."""

CALM_WHOOSH = (1000, 480)
"""Length and event of a whoosh in a calm film."""

TRANSITION_SOUNDS = {
    "dip": "impact",
    "light_leak": "shimmer",
    "match_move": "whoosh",
    "push": "whoosh",
    "whip": "whoosh",
    "wipe_circle": "whoosh",
    "wipe_diagonal": "whoosh",
}
"""What a transition sounds like, its event in the middle of it, where both pictures meet; a dissolve is not heard."""

TRANSITION_DB = {"impact": -8.0, "shimmer": -5.0, "whoosh": 0.0}
"""Level of a transition's sound against the same kind elsewhere: a dip is no climax and light is hardly heard."""

LED_DB = -3.0
"""A whoosh that leads into a blow on the same frame makes room for it."""

GAINS_DB = {"riser": -10.0, "whoosh": -6.0, "hit": 2.0, "impact": 1.0, "shimmer": -9.0}
"""Level of each kind against the music, by ear of the figures: the loudest 100 ms against the music's RMS."""

CALM_WHOOSH_DB = -3.0
"""Air in a calm film is felt rather than heard."""

CLOSING_DB = -4.0
"""The end card arrives more quietly than the reveal: it is an answer, not a second climax."""

CLEAR_MS = 450
"""A whoosh this close to a blow or to another whoosh is left out: two events at once are noise."""

MOST_WHOOSHES = 5
"""After so many a montage has made its point."""


@dataclass(frozen=True)
class Event:
    """Something that is heard at a moment of the film: which kind, when (ms), how loud, and which variant of it."""

    kind: str
    at_ms: int
    gain_db: float
    variant: int = 0


def gauge_energy(brief: Brief) -> int:
    """How hard the film's effects are, 0 to 100 in steps of ten: its mood, moved by its tempo."""
    energy = MOOD_ENERGY[name_mood(brief.audio.mood)] + (brief.audio.bpm - MEDIUM_BPM) // 4
    return min(100, max(0, (energy + 5) // 10 * 10))


def shape_riser(room_ms: int) -> tuple[int, int]:
    """Length and event of the longest riser that begins inside the film."""
    rise = next((length for length in RISERS_MS if length <= room_ms), RISERS_MS[-1])
    return rise + RISER_TAIL_MS, rise


def shape_event(event: Event, energy: int) -> tuple[int, int]:
    """Length of an event's sound, and where in it the event falls, in ms."""
    if event.kind == "riser":
        return shape_riser(event.at_ms)
    return CALM_WHOOSH if event.kind == "whoosh" and energy < PUNCH_ENERGY else SHAPES[event.kind]


def draft_effect(brief: Brief, event: Event) -> EffectPayload:
    """The sound of an event, as it is ordered. Air has no key, and beside the user's own track nobody knows one."""
    energy = gauge_energy(brief)
    is_tuned = event.kind != "whoosh" and brief.audio.music_file is None
    length, sync = shape_event(event, energy)
    pitch = choose_tonic(brief) if is_tuned else 0
    return EffectPayload(event.kind, length, sync, name_mood(brief.audio.mood), pitch, energy)


def list_events(brief: Brief, board: Board) -> tuple[Event, ...]:
    """Every event of the film in order of time; none when it has no music or wants no effects."""
    if not brief.audio.mode.has_music or not brief.audio.effects:
        return ()
    events = list(_list_turns(brief, board))
    for transition in board.transitions:
        events += _sound_transition(brief, transition, events)
    events += _list_whooshes(brief, board, events)
    return tuple(sorted(events, key=lambda event: (event.at_ms, event.kind)))


def _list_turns(brief: Brief, board: Board) -> tuple[Event, ...]:
    """What stands on the reveal, and the blow under the end card."""
    energy = gauge_energy(brief)
    blow = "hit" if energy >= PUNCH_ENERGY else "impact"
    reveal, closing = find_reveal(board), find_closing(board)
    events: list[Event] = []
    if reveal is not None:
        kinds = [blow]
        if brief.audio.music_file is None:
            at_ms = brief.rate.milliseconds(reveal.span.start)
            kinds += ["riser"] if at_ms >= RISERS_MS[-1] else []
            kinds += ["shimmer"] if energy < PUNCH_ENERGY else []
        events += [Event(kind, brief.rate.milliseconds(reveal.span.start), GAINS_DB[kind]) for kind in kinds]
    if closing is not None and closing is not reveal:
        events.append(Event(blow, brief.rate.milliseconds(closing.span.start), GAINS_DB[blow] + CLOSING_DB))
    return tuple(events)


def _sound_transition(brief: Brief, transition: Transition, events: list[Event]) -> list[Event]:
    """The sound of a transition, unless something else is heard there that says the same or stands too near."""
    kind = TRANSITION_SOUNDS.get(transition.kind, "")
    if kind == "shimmer" and brief.audio.music_file is not None:
        # Bells have a key, and nobody knows that of the user's own track; air has none.
        kind = "whoosh"
    if not kind:
        return []
    at_ms = brief.rate.milliseconds(transition.at)
    near = [event for event in events if event.kind != "riser" and abs(event.at_ms - at_ms) < CLEAR_MS]
    is_led = kind == "whoosh" and {(event.kind, event.at_ms) for event in near} <= {("hit", at_ms), ("impact", at_ms)}
    if near and not is_led:
        return []
    gain = GAINS_DB[kind] + TRANSITION_DB[kind] + (LED_DB if near else 0.0)
    gain += CALM_WHOOSH_DB if kind == "whoosh" and gauge_energy(brief) < PUNCH_ENERGY else 0.0
    return [Event(kind, at_ms, gain, variant=_turn(events) if kind == "whoosh" else 0)]


def _turn(events: list[Event]) -> int:
    """The variant of the next whoosh: 1 and 2 by turns."""
    return 1 + sum(event.kind == "whoosh" for event in events) % 2


def _list_whooshes(brief: Brief, board: Board, others: list[Event]) -> list[Event]:
    """Air over the cuts of every montage, by turns in two variants, clear of blows and of each other."""
    energy = gauge_energy(brief)
    gain = GAINS_DB["whoosh"] + (0.0 if energy >= PUNCH_ENERGY else CALM_WHOOSH_DB)
    taken = [event.at_ms for event in others if event.kind != "riser"]
    events: list[Event] = []
    for chain in board.chains:
        shots = chain.shots if energy >= PUNCH_ENERGY else chain.shots[1:]
        cuts = [brief.rate.milliseconds(shot.span.start) for shot in shots if shot.span.start > 0]
        for cut in cuts if chain.type is SceneType.MONTAGE else []:
            if len(events) < MOST_WHOOSHES and all(abs(cut - other) >= CLEAR_MS for other in taken):
                taken.append(cut)
                events.append(Event("whoosh", cut, gain, variant=_turn([*others, *events])))
    return events


def describe_effects(events: tuple[Event, ...], shot: Shot, rate: Rate) -> str:
    """What is heard of the effects during a shot, in seconds from its first frame; "none" where nothing is."""
    first, end = rate.milliseconds(shot.span.start), rate.milliseconds(shot.span.end)
    return "; ".join(filter(None, (_tell(event, first, end) for event in events))) or "none"


def _tell(event: Event, first: int, end: int) -> str:
    """The part of an event between two moments in ms, in words; "" for none."""
    if event.kind != "riser":
        return f"{event.kind} at {(event.at_ms - first) / 1000:.2f} s" if first <= event.at_ms < end else ""
    begins = event.at_ms - shape_riser(event.at_ms)[1]
    if event.at_ms <= first or begins >= end:
        return ""
    heard = max(begins, first) - first, min(event.at_ms, end) - first
    return f"riser from {heard[0] / 1000:.2f} s to {heard[1] / 1000:.2f} s"
