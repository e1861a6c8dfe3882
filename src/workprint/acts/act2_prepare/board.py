"""The board: every scene as a chain of shots, cut on the beats, varied by rule (F1-F3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workprint.acts.act2_prepare.board_cuts import cut_scene, lay_beats
from workprint.acts.act2_prepare.board_rules import (
    EMOTION,
    choose_lighting,
    choose_picture,
    choose_wish,
    find_lighting,
    needs_cutout,
    rate_energy,
    rate_variation,
)
from workprint.acts.act2_prepare.board_wishes import grant_designs
from workprint.acts.act2_prepare.board_words import change_light, say_first_frame, say_last_frame, say_motion
from workprint.film.board import Board, Chain, Shot
from workprint.film.brief import Brief, SceneBrief, SceneType
from workprint.film.extending import roll_cuts
from workprint.film.optics import Optics
from workprint.film.shot_variety import Framing, choose_framing, choose_move, list_layouts
from workprint.film.story import Breakdown, Outline
from workprint.film.takes import ShotTake, TakeSheet
from workprint.film.time import Span
from workprint.film.transitions import make_room, plan_transitions
from workprint.ports.desk import Desk, stage


@dataclass(frozen=True)
class Thread:
    """What runs on from shot to shot: the last framing and picture, and how many shots of a kind there were.

    Nothing in it depends on an intent, so a new intent changes the shots of its own scene and no others.
    """

    framing: Framing | None = None
    picture: int = -1
    cutout_shots: int = 0
    photo_shots: int = 0


@stage(version=5)
async def plan_shots(
    brief: Brief, outline: Outline, breakdown: Breakdown, *, optics: Optics, sheet: TakeSheet, desk: Desk
) -> Board:
    """Split every scene into shots; together they cover each frame of the film exactly once.

    Each shot is told which take of it is made; that changes nothing about when it stands and what it shows.
    """
    beats = lay_beats(brief)
    chains: list[Chain] = []
    thread = Thread()
    for scene in brief.scenes:
        role, focal = outline.role_of(scene.id), optics.of(scene.id).focal_length_mm
        chain, thread = plan_chain(brief, scene, role=role, focal_length_mm=focal, beats=beats, thread=thread)
        chains.append(chain)
    granted = grant_designs(brief, tuple(chains))
    transitions = plan_transitions(brief, granted)
    roomy = make_room(granted, transitions)
    return Board(tuple(direct_takes(brief, chain, sheet) for chain in roomy), beats, transitions)


def direct_takes(brief: Brief, chain: Chain, sheet: TakeSheet) -> Chain:
    """The chain with the take of every shot; a word of light in a take's style sets the light of its shot."""
    shots = tuple(_direct(brief, shot, sheet.of(shot.slate)) for shot in chain.shots)
    return replace(chain, shots=roll_cuts(brief.rate, shots))


def _direct(brief: Brief, shot: Shot, take: ShotTake) -> Shot:
    if not (take.style or take.palette):
        return replace(shot, take=take)
    scene = next(scene for scene in brief.scenes if scene.id == shot.scene)
    hint = take.palette or brief.product.style.palette_hint
    lighting = find_lighting(take.style) or choose_lighting(scene, hint)
    return replace(
        shot,
        take=take,
        lighting=lighting,
        first_frame=change_light(shot.first_frame, shot.lighting, lighting),
    )


def plan_chain(
    brief: Brief, scene: SceneBrief, *, role: str, focal_length_mm: int, beats: tuple[int, ...], thread: Thread
) -> tuple[Chain, Thread]:
    """One scene as a chain of shots, and the thread to go on with. Its longest shot is the primary one."""
    spans = cut_scene(scene, brief.rate, beats)
    primary = max(range(len(spans)), key=lambda index: (spans[index].length, -index))
    shots: list[Shot] = []
    for index, span in enumerate(spans):
        shot, thread = plan_shot(brief, scene, role=role, index=index, span=span, thread=thread)
        shots.append(replace(shot, is_primary=index == primary, focal_length_mm=focal_length_mm))
    return Chain(scene.id, scene.number, scene.type, role, scene.span, scene.overlays, tuple(shots)), thread


def plan_shot(
    brief: Brief, scene: SceneBrief, *, role: str, index: int, span: Span, thread: Thread
) -> tuple[Shot, Thread]:
    """The n-th shot of a scene (from 0): picture first, since its kind decides which layouts there are."""
    is_cutout_shot = needs_cutout(scene.type)
    ordinal = thread.cutout_shots if is_cutout_shot else thread.photo_shots
    picture = choose_picture(brief, scene, index, ordinal, thread.picture)
    has_alpha = picture >= 0 and brief.pictures[picture].has_alpha
    photos = sum(not known.has_alpha for known in brief.pictures)
    family = brief.product.style.font_family
    layouts = list_layouts(scene.type, has_alpha=has_alpha, photos=photos, role=role, family=family)
    # A montage goes through its layouts in the order its type system likes them; other scenes take turns film-wide.
    turn = index if scene.type is SceneType.MONTAGE else ordinal
    framing = choose_framing(layouts, turn, thread.framing)
    shot = _describe_shot(brief, scene, role=role, index=index, span=span, framing=framing, picture=picture)
    return shot, Thread(
        framing, picture, thread.cutout_shots + is_cutout_shot, thread.photo_shots + (not is_cutout_shot)
    )


def _describe_shot(
    brief: Brief, scene: SceneBrief, *, role: str, index: int, span: Span, framing: Framing, picture: int
) -> Shot:
    # The label names the scene type only: a name that told of layout or picture would change with them, and a
    # lock held under the old name would no longer protect the shot.
    lighting = choose_lighting(scene, brief.product.style.palette_hint)
    move = choose_move(scene.type, choose_wish(scene), index)
    energy = rate_energy(role, scene.type)
    return Shot(
        scene=scene.id,
        scene_number=scene.number,
        number=index + 1,
        span=span,
        type=scene.type,
        size=framing.size,
        angle=framing.angle,
        move=move,
        focal_length_mm=scene.camera.focal_length_mm,
        variation=rate_variation(move, energy),
        emotion=EMOTION[role],
        energy=energy,
        is_primary=False,
        picture=picture,
        layout=framing.layout,
        lighting=lighting,
        first_frame=say_first_frame(brief.product.name, framing, lighting),
        last_frame=say_last_frame(move),
        motion=say_motion(move, energy),
        label=scene.type.value,
    )
