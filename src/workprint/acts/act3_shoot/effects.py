"""Effects: what the ear is told of cuts and reveals, decided from the board and synthesised (Q3).

Where each stands: a riser ends on the reveal, a blow falls on it and a quieter one on the end card, calm films get a
glint of bells on the reveal, and air moves over the cuts of a montage. A film without music gets none: there, every
sound would be a remark on the voice. Beside the user's own track only what has no pitch and builds nothing up is used.
"""

from __future__ import annotations

from dataclasses import dataclass

from workprint.acts.act3_shoot.turns import find_closing, find_reveal
from workprint.film.board import Board
from workprint.film.brief import Brief, SceneType
from workprint.film.canonical import digest_of
from workprint.film.dailies import Effects
from workprint.film.look import derive_seed
from workprint.film.order import AnyTake, Order
from workprint.film.shot_names import name_film
from workprint.film.sound_mood import choose_tonic, name_mood
from workprint.film.sound_orders import EffectCue, EffectPayload
from workprint.ports.desk import Desk, stage

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
"""Length and event of each other kind, in ms. A calm whoosh is longer, see `shape_whoosh`."""

CALM_WHOOSH = (1000, 480)

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


@stage(version=1)
async def design_effects(brief: Brief, board: Board, desk: Desk) -> Effects:
    """Design the effects of the film. Each different sound is ordered once, however often it is heard."""
    orders: dict[str, Order] = {}
    placed: list[tuple[str, Event]] = []
    for event in list_events(brief, board):
        order = order_effect(brief, event)
        key = digest_of([order.payload, order.seed])
        orders.setdefault(key, order)
        placed.append((key, event))

    async def synthesise(order: Order) -> AnyTake:
        return await desk.generate(order)

    takes = await desk.each(orders.values(), synthesise)
    roles = {key: f"effect.{number}" for number, key in enumerate(orders)}
    cues = tuple(EffectCue(roles[key], event.at_ms - _sync_of(orders[key]), event.gain_db) for key, event in placed)
    return Effects(dict(zip(roles.values(), takes, strict=True)), cues)


def _sync_of(order: Order) -> int:
    assert isinstance(order.payload, EffectPayload)
    return order.payload.sync_ms


def order_effect(brief: Brief, event: Event) -> Order:
    """The order of the sound of an event. Events that sound alike get orders with one recipe."""
    energy = gauge_energy(brief)
    # Air has no key, and beside the user's own track nobody knows one.
    is_tuned = event.kind != "whoosh" and brief.audio.music_file is None
    pitch = choose_tonic(brief) if is_tuned else 0
    length, sync = shape_riser(event.at_ms) if event.kind == "riser" else shape_effect(event.kind, energy)
    label = f"effect-{event.kind}" + (f"-{event.variant}" if event.variant else "")
    return Order(
        step="effect",
        name=name_film("AUDIO", label),
        payload=EffectPayload(event.kind, length, sync, name_mood(brief.audio.mood), pitch, energy),
        seed=derive_seed(brief, label),
        units=max(1, length // 1000),
    )


def gauge_energy(brief: Brief) -> int:
    """How hard the film's effects are, 0 to 100 in steps of ten: its mood, moved by its tempo."""
    energy = MOOD_ENERGY[name_mood(brief.audio.mood)] + (brief.audio.bpm - MEDIUM_BPM) // 4
    return min(100, max(0, (energy + 5) // 10 * 10))


def shape_effect(kind: str, energy: int) -> tuple[int, int]:
    """Length and event in ms of a kind that is always equally long."""
    return CALM_WHOOSH if kind == "whoosh" and energy < PUNCH_ENERGY else SHAPES[kind]


def shape_riser(room_ms: int) -> tuple[int, int]:
    """Length and event of the longest riser that begins inside the film."""
    rise = next((length for length in RISERS_MS if length <= room_ms), RISERS_MS[-1])
    return rise + RISER_TAIL_MS, rise


def list_events(brief: Brief, board: Board) -> tuple[Event, ...]:
    """Every event of the film in order of time; none when it has no music or wants no effects."""
    if not brief.audio.mode.has_music or not brief.audio.effects:
        return ()
    turns = _list_turns(brief, board)
    blows = tuple(event.at_ms for event in turns if event.kind in ("hit", "impact"))
    return tuple(sorted((*turns, *_list_whooshes(brief, board, blows)), key=lambda event: (event.at_ms, event.kind)))


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


def _list_whooshes(brief: Brief, board: Board, blows: tuple[int, ...]) -> tuple[Event, ...]:
    """Air over the cuts of every montage, by turns in two variants, clear of blows and of each other."""
    energy = gauge_energy(brief)
    gain = GAINS_DB["whoosh"] + (0.0 if energy >= PUNCH_ENERGY else CALM_WHOOSH_DB)
    taken, events = list(blows), list[Event]()
    for chain in board.chains:
        shots = chain.shots if energy >= PUNCH_ENERGY else chain.shots[1:]
        cuts = [brief.rate.milliseconds(shot.span.start) for shot in shots if shot.span.start > 0]
        for cut in cuts if chain.type is SceneType.MONTAGE else []:
            if len(events) < MOST_WHOOSHES and all(abs(cut - other) >= CLEAR_MS for other in taken):
                taken.append(cut)
                events.append(Event("whoosh", cut, gain, variant=1 + len(events) % 2))
    return tuple(events)
