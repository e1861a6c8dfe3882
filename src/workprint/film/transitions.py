"""Which scene changes are more than a cut, by style and place, and the room they need (R1)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from workprint.film.board import Chain, Shot, Transition
from workprint.film.brief import Aspect, Brief, CameraMove, SceneType
from workprint.film.shot_variety import MULTI_PICTURE_LAYOUTS

CUT = "cut"
"""The choice of no transition."""

MATCH = "match_move"
"""The choice that needs two shots that fit: the same thing standing free in both, or one move in both."""

HALVES_S = {
    "dip": Fraction(8, 30),
    "dissolve": Fraction(10, 30),
    "light_leak": Fraction(12, 30),
    "match_move": Fraction(10, 30),
    "push": Fraction(8, 30),
    "whip": Fraction(6, 30),
    "wipe_circle": Fraction(9, 30),
    "wipe_diagonal": Fraction(9, 30),
}
"""Half the length of each kind in seconds, at full size: what is soft takes its time, what drives is short. Our own."""

KINDS = tuple(HALVES_S)
"""Every kind of transition."""

KINDS_WITHOUT_HANDLES = ("dip",)
"""Kinds that never show both shots, so that neither is needed beyond its own frames."""

LARGEST_SHARE = 4
"""A transition takes at most a quarter of each shot it joins, so that half of every shot stands free."""

SHORTEST_SHARE = 4
"""Frames on each side below which a transition reads as a stutter; a cut is better."""

TEMPERS = {
    "calm": "luxury luxurious elegant minimalist minimal premium cinematic serene timeless refined calm quiet",
    "driving": "energetic energy bold dynamic vibrant playful sporty sport fast street urban loud punchy young neon",
}
"""Words of a visual style that set how scenes change."""

DRIVING_BPM = 126
"""From this tempo a film with no such word drives: the lower edge of house and drum-led pop."""

CHOICES = {
    "calm": {"montage": ("light_leak",), "endcard": (MATCH, "dip"), "scene": ("dissolve", "light_leak", MATCH)},
    "even": {"montage": (CUT,), "endcard": (MATCH, "dissolve"), "scene": ("push", MATCH, "dissolve")},
    "driving": {"montage": ("whip",), "endcard": ("wipe_circle",), "scene": ("push", "wipe_diagonal", MATCH)},
}
"""What suits a temper, by what comes next: an end card takes the first that can be, others take theirs in turn."""

RUNNING = {
    CameraMove.DOLLY_IN: "in",
    CameraMove.DOLLY_OUT: "out",
    CameraMove.PAN: "left",
    CameraMove.TILT: "down",
    CameraMove.ORBIT: "left",
}
"""Where what is seen moves under a camera move."""

MATCHED_MOVES = (CameraMove.DOLLY_IN, CameraMove.DOLLY_OUT, CameraMove.PAN, CameraMove.TILT)
"""Moves that can run on from one picture into another; a turn about one thing cannot go on about another."""


def plan_transitions(brief: Brief, chains: tuple[Chain, ...]) -> tuple[Transition, ...]:
    """The transitions of a film, at most one a scene change; cuts inside a scene stay cuts.

    They hang on style, scene types and lengths, on pictures and on camera moves the brief names: a new intent or a new
    text changes none of them.
    """
    temper = read_temper(brief)
    planned: list[Transition] = []
    previous = CUT
    for turn, (before, after) in enumerate(pairwise(chains)):
        fits = match_shots(brief, before.shots[-1], after.shots[0])
        kind = choose_kind(temper, after.type, turn, previous, fits=bool(fits))
        share = measure_share(brief, kind, before.shots[-1], after.shots[0])
        if share and before.span.meets(after.span):
            direction = fits if kind == MATCH else choose_direction(kind, brief.aspect, turn)
            slates = before.shots[-1].slate, after.shots[0].slate
            planned.append(Transition(kind, direction, after.span.start, share, *slates))
        previous = kind
    return tuple(planned)


def read_temper(brief: Brief) -> str:
    """How scenes change: calm, even or driving, by the first word of the visual style that says so, else by tempo."""
    words = " ".join(brief.product.style.visual_style).lower().replace("-", " ").replace(",", " ").split()
    for word in words:
        for temper, known in TEMPERS.items():
            if word in known.split():
                return temper
    return "driving" if brief.audio.mode.has_music and brief.audio.bpm >= DRIVING_BPM else "even"


def choose_kind(temper: str, following: SceneType, turn: int, previous: str, *, fits: bool) -> str:
    """The kind for the n-th scene change; not the one before again where there is a choice."""
    place = following.value if following in (SceneType.MONTAGE, SceneType.ENDCARD) else "scene"
    kinds = tuple(kind for kind in CHOICES[temper][place] if fits or kind != MATCH)
    start = 0 if following is SceneType.ENDCARD else turn % len(kinds)
    rotated = kinds[start:] + kinds[:start]
    return next((kind for kind in rotated if kind != previous), rotated[0])


def match_shots(brief: Brief, before: Shot, after: Shot) -> str:
    """Where a match move between two shots goes (left, down, in, out), "" where they do not fit.

    Cut-outs stand free on a set, so one can become the other in place. Two photos fit where the brief has the camera
    make the same move over both.
    """
    wishes = {scene.id: scene.camera.move for scene in brief.scenes}
    leaving, coming = wishes.get(before.scene), wishes.get(after.scene)
    if _stands_free(brief, before) and _stands_free(brief, after):
        return RUNNING.get(leaving, "in") if leaving is not None else "in"
    is_single = before.layout not in MULTI_PICTURE_LAYOUTS and after.layout not in MULTI_PICTURE_LAYOUTS
    return RUNNING[leaving] if is_single and leaving in MATCHED_MOVES and leaving is coming else ""


def _stands_free(brief: Brief, shot: Shot) -> bool:
    return shot.picture >= 0 and brief.pictures[shot.picture].has_alpha


def measure_share(brief: Brief, kind: str, before: Shot, after: Shot) -> int:
    """Frames on each side of the cut, 0 where the kind is a cut or a shot is too short for it."""
    if kind == CUT:
        return 0
    room = min(before.span.length, after.span.length) // LARGEST_SHARE
    share = min(brief.rate.frames(HALVES_S[kind]), room)
    return share if share >= SHORTEST_SHARE else 0


def choose_direction(kind: str, aspect: Aspect, turn: int) -> str:
    """Where it moves: along the longer side of the frame; light comes from either side in turn."""
    if kind == "light_leak":
        return ("right", "left")[turn % 2]
    return "up" if aspect is Aspect.TALL and kind in ("push", "whip") else "left"


def needs_handles(transition: Transition) -> bool:
    """Whether both shots are seen at once, so that each must run on beyond the cut."""
    return shows_both(transition.kind)


def shows_both(kind: str) -> bool:
    """Whether a kind ever shows both shots in one frame."""
    return kind not in KINDS_WITHOUT_HANDLES


def make_room(chains: tuple[Chain, ...], transitions: tuple[Transition, ...]) -> tuple[Chain, ...]:
    """The chains with their edges marked and their shots given handles where a transition needs them."""
    opening = {transition.incoming: transition for transition in transitions}
    closing = {transition.outgoing: transition for transition in transitions}
    roomy = []
    for chain in chains:
        shots = tuple(
            replace(shot, head=_handle(opening.get(shot.slate)), tail=_handle(closing.get(shot.slate)))
            for shot in chain.shots
        )
        first, last = opening.get(shots[0].slate), closing.get(shots[-1].slate)
        roomy.append(replace(chain, shots=shots, opens=first.share if first else 0, closes=last.share if last else 0))
    return tuple(roomy)


def _handle(transition: Transition | None) -> int:
    return transition.share if transition is not None and needs_handles(transition) else 0
