"""Where effects stand in a film, decided from the board."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.strategies import briefs, change_scene, make_brief, make_picture

from workprint.film.board import Board
from workprint.film.brief import AudioMode, Brief, SceneType
from workprint.film.dailies import Effects
from workprint.film.effect_plan import TRANSITION_SOUNDS
from workprint.film.sound_orders import EFFECT_KINDS, EffectPayload, MixPayload
from workprint.film.spec import Specs
from workprint.testing.script_desk import ScriptDesk, digest_order
from workprint.testing.script_film import run_film


def design(brief: Brief) -> tuple[list[tuple[str, int, float]], ScriptDesk, Board]:
    """(kind, event in ms, gain) of every cue, the desk, and the board."""
    desk = ScriptDesk()
    nouns = asyncio.run(run_film(brief, desk))
    effects, board = nouns[Effects], nouns[Board]
    assert isinstance(effects, Effects)
    assert isinstance(board, Board)
    by_name = {order.name: order.payload for order in desk.orders("effect")}
    found = []
    for cue in effects.cues:
        payload = by_name[effects.takes[cue.role].name]
        assert isinstance(payload, EffectPayload)
        found.append((payload.kind, cue.start_ms + payload.sync_ms, cue.gain_db))
    return found, desk, board


def with_audio(brief: Brief, **changes: object) -> Brief:
    """The brief with parts of its sound replaced."""
    return replace(brief, audio=replace(brief.audio, **changes))  # type: ignore[arg-type]


def test_a_calm_film_gets_a_riser_a_soft_blow_and_a_glint_on_its_reveal() -> None:
    """And air on the montage's cuts, and a quieter blow with the end card; nothing hard."""
    found, _, _ = design(with_audio(make_brief(), mood="elegant", bpm=84))
    assert [(kind, at) for kind, at, _ in found if kind != "whoosh"] == [
        ("impact", 9000),
        ("riser", 9000),
        ("shimmer", 9000),
        ("impact", 12000),
    ]
    assert [at for kind, at, _ in found if kind == "whoosh"]
    reveal, closing = (gain for kind, _, gain in found if kind == "impact")
    assert closing < reveal


def test_an_energetic_film_gets_punch() -> None:
    """Hits instead of soft blows, no bells, shorter and louder air."""
    found, desk, _ = design(with_audio(make_brief(), mood="driving", bpm=140))
    calm, _, _ = design(with_audio(make_brief(), mood="calm", bpm=70))
    kinds = [kind for kind, _, _ in found]
    assert "hit" in kinds
    assert not {"impact", "shimmer"} & {*kinds}
    loudest = [max(gain for kind, _, gain in film if kind == "whoosh") for film in (found, calm)]
    assert loudest[0] > loudest[1]
    assert all(order.payload.energy >= 90 for order in desk.orders("effect"))  # type: ignore[attr-defined]


def test_the_riser_ends_on_the_packshot() -> None:
    """A packshot later in the film is its reveal, for music and effects alike."""
    found, desk, _ = design(change_scene(make_brief(), 3, type=SceneType.PACKSHOT))
    assert ("riser", 9000) in [(kind, at) for kind, at, _ in found]
    assert ("drop", 9000) in [(section.role, section.start_ms) for section in desk.orders("music")[0].payload.sections]  # type: ignore[attr-defined]


@pytest.mark.parametrize("changes", [{"mode": AudioMode.VOICEOVER}, {"effects": False}])
def test_a_film_without_music_or_wish_has_no_effects(changes: dict[str, object]) -> None:
    """Nothing is ordered, and the mix knows of none."""
    found, desk, _ = design(with_audio(make_brief(), **changes))
    assert not found
    assert not desk.orders("effect")
    assert desk.orders("mix")[0].payload.effects == ()  # type: ignore[attr-defined]


def test_beside_the_users_own_track_nothing_is_tuned_or_built_up() -> None:
    """Only air and blows without a pitch: the key and the build of a foreign track are its own."""
    found, desk, _ = design(with_audio(make_brief(), music_file=make_picture("song.mp3", has_alpha=False).file))
    assert found
    assert {kind for kind, _, _ in found} <= {"whoosh", "impact", "hit"}
    assert all(order.payload.pitch == 0 for order in desk.orders("effect"))  # type: ignore[attr-defined]


def test_music_and_effects_share_their_key() -> None:
    """What is tuned is tuned to the music; another seed may choose another key, and both follow."""
    keys = []
    for seed in range(12):
        _, desk, _ = design(replace(make_brief(), seed=seed))
        pitches = {order.payload.pitch for order in desk.orders("effect")} - {0}  # type: ignore[attr-defined]
        assert pitches == {desk.orders("music")[0].payload.tonic}  # type: ignore[attr-defined]
        keys += sorted(pitches)
    assert len(set(keys)) > 1


@settings(max_examples=40, deadline=None)
@given(briefs())
def test_effects_stand_on_cuts_and_every_sound_is_made_once(brief: Brief) -> None:
    """In any film each event is the first frame of a shot, no recipe is ordered twice, whooshes keep clear."""
    found, desk, board = design(brief)
    cuts = {brief.rate.milliseconds(shot.span.start) for shot in board.shots[1:]}
    assert {at for _, at, _ in found} <= cuts
    assert {kind for kind, _, _ in found} <= {*EFFECT_KINDS}
    digests = [digest_order(order) for order in desk.orders("effect")]
    assert len(digests) == len(set(digests))
    others = sorted(at for kind, at, _ in found if kind in ("whoosh", "hit", "impact"))
    whooshes = [at for kind, at, _ in found if kind == "whoosh"]
    assert all(abs(at - other) >= 450 for at in whooshes for other in others if other != at)
    assert all(order.payload.duration_ms > order.payload.sync_ms for order in desk.orders("effect"))  # type: ignore[attr-defined]
    for order in desk.orders("mix"):
        assert isinstance(order.payload, MixPayload)
        assert {cue.role for cue in order.payload.effects} <= {item.role for item in order.inputs}


def test_a_sound_used_twice_is_ordered_once() -> None:
    """The blow of the reveal and that of the end card are one order, heard twice at two levels."""
    found, desk, _ = design(make_brief())
    assert [kind for kind, _, _ in found].count("impact") == 2
    assert [order.payload.kind for order in desk.orders("effect")].count("impact") == 1  # type: ignore[attr-defined]


def test_moving_a_cut_makes_no_new_sound() -> None:
    """Sounds do not hang on where they stand: a film cut half a second later orders the same effects."""
    brief = make_brief()
    third, fourth = brief.scenes[2].span, brief.scenes[3].span
    moved = change_scene(
        change_scene(brief, 3, span=replace(third, length=105)), 4, span=replace(fourth, start=375, length=75)
    )
    before, after = (design(film)[1].orders("effect") for film in (brief, moved))
    assert {digest_order(order) for order in after} == {digest_order(order) for order in before}


def styled(*styles: str) -> Brief:
    """The 15 second film in a visual style, which decides how its scenes change."""
    brief = make_brief()
    style = replace(brief.product.style, visual_style=styles)
    return replace(brief, product=replace(brief.product, style=style))


@pytest.mark.parametrize(("style", "mood"), [("energetic", "driving"), ("luxury", "elegant"), ("tech", "bright")])
def test_transitions_are_heard_in_their_middle(style: str, mood: str) -> None:
    """What rushes has air that crests where both pictures meet, light glints there, a dip lands."""
    found, _, board = design(with_audio(styled(style), mood=mood))
    assert board.transitions
    heard = {(kind, at) for kind, at, _ in found}
    for transition in board.transitions:
        kind, middle = TRANSITION_SOUNDS.get(transition.kind), 1000 * transition.at // 30
        assert transition.span.start + transition.share == transition.at
        blows = {one for one, at in heard if at == middle and one in ("hit", "impact")}
        if kind == "whoosh":
            assert ("whoosh", middle) in heard
        elif kind is not None:
            assert (kind, middle) in heard or blows


def test_a_film_of_rushing_changes_has_no_silent_one() -> None:
    """In a driving film the whip, the push and the wipe each have their whoosh, quieter where a blow takes over."""
    found, _, board = design(with_audio(styled("energetic"), mood="driving", bpm=140))
    rushing = {1000 * one.at // 30 for one in board.transitions if TRANSITION_SOUNDS.get(one.kind) == "whoosh"}
    air = {at: gain for kind, at, gain in found if kind == "whoosh"}
    blows = {at for kind, at, _ in found if kind in ("hit", "impact")}
    assert len(rushing) >= 2
    assert rushing <= set(air)
    led, alone = [air[at] for at in rushing & blows], [air[at] for at in rushing - blows]
    assert all(one < other for one in led for other in alone)


def test_light_that_leaks_over_the_users_own_track_has_no_bells() -> None:
    """Bells have a key; there, air moves instead."""
    song = make_picture("song.mp3", has_alpha=False).file
    found, _, board = design(with_audio(styled("luxury"), mood="elegant", music_file=song))
    leaks = {1000 * one.at // 30 for one in board.transitions if one.kind == "light_leak"}
    blows = {at for kind, at, _ in found if kind == "impact"}
    assert leaks
    assert "shimmer" not in {kind for kind, _, _ in found}
    assert leaks <= blows | {at for kind, at, _ in found if kind == "whoosh"}


@settings(max_examples=25, deadline=None)
@given(briefs())
def test_specs_tell_the_effects_that_will_be_made(brief: Brief) -> None:
    """Every blow, glint and whoosh stands in the spec of the shot it falls on, at its second; none where none is."""
    desk = ScriptDesk()
    nouns = asyncio.run(run_film(brief, desk, Specs))
    specs, board = nouns[Specs], nouns[Board]
    assert isinstance(specs, Specs)
    assert isinstance(board, Board)
    found, _, _ = design(brief)
    for shot in board.shots:
        first, end = brief.rate.milliseconds(shot.span.start), brief.rate.milliseconds(shot.span.end)
        told = specs.of(shot.slate).effects
        here = [(kind, at) for kind, at, _ in found if kind != "riser" and first <= at < end]
        assert [part for part in told.split("; ") if "riser" not in part] == (
            [f"{kind} at {(at - first) / 1000:.2f} s" for kind, at in here] or (["none"] if told == "none" else [])
        )
        assert ("riser" in told) == any(
            kind == "riser" and first < at and at - longest < end
            for kind, at, _ in found
            for longest in [next((rise for rise in (2400, 1600, 1000) if rise <= at), 1000)]
        )
