"""The plain dialect: order of the parts, and what must not leak into a picture's prompt."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hypothesis import given, settings
from tests.strategies import briefs, change_scene, make_brief

from workprint.dialects.plain import FIDELITY, PLAIN
from workprint.film.board import Board
from workprint.film.brief import Brief
from workprint.film.spec import Specs
from workprint.ports.dialect import ShotText
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film


def compile_film(brief: Brief) -> Specs:
    """The specs of a brief."""
    specs = asyncio.run(run_film(brief, ScriptDesk(), Specs))[Specs]
    assert isinstance(specs, Specs)
    return specs


def describe_shot() -> ShotText:
    """The first shot of the example."""
    board = asyncio.run(run_film(make_brief(), ScriptDesk(), Board))[Board]
    assert isinstance(board, Board)
    return ShotText(board.shots[0], "A lamp wakes.", "85 mm, warm", ("watermark", "blur"), "Say it!", 3.0)


def test_parts_come_in_the_order_subject_action_camera_style_constraints() -> None:
    """Both prompts open with what is seen and end with what must hold."""
    text = describe_shot()
    for prompt in (PLAIN.image_prompt(text), PLAIN.video_prompt(text)):
        places = [
            prompt.index(part) for part in (text.shot.first_frame, text.prompt, "Camera:", text.modifier, FIDELITY)
        ]
        assert places == sorted(places)


def test_the_video_prompt_adds_motion_length_and_what_to_avoid() -> None:
    """Motion, its end, the move by its trade name and the negatives are the video half's own."""
    text = describe_shot()
    image, video = PLAIN.image_prompt(text), PLAIN.video_prompt(text)
    for part in (text.shot.motion, text.shot.last_frame, "dolly in, 3 s in one take", "Avoid: watermark, blur."):
        assert part in video
        assert part not in image


def test_an_empty_modifier_leaves_no_stray_full_stop() -> None:
    """A missing part is left out whole."""
    prompt = PLAIN.image_prompt(replace(describe_shot(), modifier=""))
    assert ". ." not in prompt
    assert ".." not in prompt


@settings(max_examples=20, deadline=None)
@given(briefs())
def test_both_halves_are_compiled_from_one_shot(brief: Brief) -> None:
    """Each half of a spec carries the scene's intent and the first frame; no prompt breaks the line."""
    intents = {scene.id: " ".join(scene.intent.split()) for scene in brief.scenes}
    for spec in compile_film(brief).shots:
        for prompt in (spec.image.prompt, spec.video.prompt):
            assert intents[spec.scene] in prompt
            assert " ".join(spec.first_frame.split()) in prompt
            assert "\n" not in prompt


def test_what_is_laid_over_or_spoken_is_in_no_prompt() -> None:
    """Headline, price, overlay texts and dialogue never reach a picture, so changing them never costs one."""
    brief = change_scene(make_brief(), 2, voice="Unmistakable line.")
    texts = (brief.call.headline, brief.product.price_text, "Light that follows you", "Unmistakable line")
    for spec in compile_film(brief).shots:
        assert not [text for text in texts if text in spec.image.prompt or text in spec.video.prompt]
    assert compile_film(brief).of("SC02_SH01").dialogue == "Unmistakable line."
