"""The stage in the base install: cards are there, orders are refused clearly, plans choose key frames."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.adapters.stage_bench import make_order, recipe, write_stage_project
from tests.productions import run_cli
from tests.strategies import change_scene, make_brief

from workprint.adapters.machine import examine_machine
from workprint.adapters.stage import MAKERS, estimate
from workprint.film.brief import Brief, CameraMove, SceneType, StagePass
from workprint.film.errors import MissingExtra, OrderFailed
from workprint.film.lineage import FileRef
from workprint.film.stage_orders import (
    FrameSpan,
    StageClipPayload,
    StageKeyPayload,
    StagePassPayload,
    StageQuality,
    StageSpanPayload,
    StageStillPayload,
)
from workprint.film.stage_shots import choose_keys, cut_spans
from workprint.lab.stage_extra import LLVM_VARIABLE, PLAIN, has_stage
from workprint.testing.crash_harness import Event, KillPoint, Production, Run
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film

WITHOUT = pytest.mark.skipif(has_stage(), reason="the extra workprint[stage] is installed here")
WITH = pytest.mark.skipif(not has_stage(), reason="needs the extra: pip install 'workprint[stage]'")

PAYLOADS = (
    ("stage_key", StageKeyPayload(recipe(), 0)),
    ("stage_still", StageStillPayload(recipe())),
    ("stage_span", StageSpanPayload(recipe(), FrameSpan(0, 6, (0, 5)), "draft")),
    ("stage_clip", StageClipPayload(recipe(), 1, "draft")),
    ("stage_pass", StagePassPayload(recipe(), FrameSpan(0, 6, (0, 5)), StagePass.DEPTH)),
)


@WITHOUT
@pytest.mark.parametrize(("step", "payload"), PAYLOADS)
def test_without_the_extra_an_order_is_refused_before_it_is_made(step: str, payload: object) -> None:
    """Any stage order says in one line what is missing and how to get it; exit code 4."""
    with pytest.raises(MissingExtra, match=r"pip install 'workprint\[stage\]'") as refused:
        estimate(make_order(step, payload))
    assert refused.value.exit_code == 4
    assert "\n" not in refused.value.message


@WITH
@pytest.mark.parametrize(("step", "payload"), PAYLOADS)
def test_with_the_extra_an_order_has_an_estimate(step: str, payload: object) -> None:
    """Every stage order costs no money and some time."""
    found = estimate(make_order(step, payload))
    assert found.price.micros == 0
    assert found.seconds > 0


@WITH
def test_a_recipe_out_of_bounds_is_refused() -> None:
    """A picture of a million columns is not begun."""
    with pytest.raises(OrderFailed, match="width"):
        estimate(make_order("stage_key", StageKeyPayload(recipe(width=1_000_000), 0)))


def test_the_cards_need_nothing_heavy() -> None:
    """Reading the catalogue of makers loads none of the renderer's packages."""
    heavy = "('mitsuba', 'pxr', 'drjit', 'pyoidn')"
    code = f"import sys, workprint.wiring as w; w.find_makers(); print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert {card.step for card in MAKERS} == {"stage_key", "stage_still", "stage_span", "stage_clip", "stage_pass"}
    assert all(card.fingerprint() for card in MAKERS)


def test_the_trial_of_an_llvm_runs_no_module_of_the_working_folder(tmp_path: Path) -> None:
    """A project with a mitsuba.py and a json.py in it: a library named as LLVM is tried, the files are not run."""
    (project := tmp_path / "project").mkdir()
    for name in ("mitsuba", "json", "drjit"):
        (project / f"{name}.py").write_text(f"open({str(project / name)!r} + '.ran', 'w')\nprint('drawn True')")
    (library := tmp_path / "libLLVM-19.so").write_text("no library at all")
    (script := tmp_path / "ask.py").write_text("import workprint.lab.stage_extra as s; print(s.choose_variant())")
    named = {LLVM_VARIABLE: str(library), "XDG_CACHE_HOME": str(tmp_path)}
    command, environment = [sys.executable, str(script)], {**os.environ, **named}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == PLAIN
    assert not list(project.glob("*.ran"))


def test_doctor_says_whether_the_extra_is_there(tmp_path: Path) -> None:
    """One line of `workprint doctor`: present with its LLVM, or absent with the command that brings it."""
    line = next(check for check in examine_machine(tmp_path) if check.name == "extra stage")
    assert line.state in ("ok", "note")
    assert ("LLVM" in line.detail) if has_stage() else ("workprint[stage]" in line.detail)


@pytest.mark.parametrize("move", list(CameraMove))
@pytest.mark.parametrize("frames", [1, 2, 7, 90, 241])
def test_key_frames_span_the_shot(move: CameraMove, frames: int) -> None:
    """Keys rise from the first frame to the last; a still camera needs one; final has at least as many as draft."""
    camera = recipe(move=move).camera
    draft, final = (choose_keys(camera, frames, quality) for quality in StageQuality)
    assert len(final) >= len(draft)
    for keys in (draft, final):
        assert list(keys) == sorted(set(keys))
        assert keys[0] == 0
        assert keys[-1] == (0 if move is CameraMove.STATIC else frames - 1)
        spans = cut_spans(keys, frames)
        assert [frame for span in spans for frame in range(span.first, span.first + span.frames)] == list(range(frames))
        assert all(span.keys[0] <= span.first and span.first in keys for span in spans)


def test_a_longer_shot_of_the_same_move_needs_no_more_keys() -> None:
    """Keys follow the camera's way: half the time or twice the time has as many, a greater reach has more."""
    camera = recipe(move=CameraMove.ORBIT).camera
    half, full = (choose_keys(camera, frames, StageQuality.FINAL) for frames in (90, 180))
    assert len(half) == len(full)
    assert len(choose_keys(replace(camera, reach=1.4), 90, StageQuality.FINAL)) > len(half)


def stage_brief() -> Brief:
    """The example brief with its packshot on the stage."""
    brief = replace(make_brief(), product_usd=FileRef("ab" * 32, "model/vnd.usd", 1000, "lamp.usdc"))
    scene = next(scene for scene in brief.scenes if scene.type is SceneType.PACKSHOT)
    return change_scene(brief, scene.number, on_stage=True)


def test_a_scene_on_the_stage_orders_keys_spans_and_a_clip() -> None:
    """Only its shots go to the stage: one order a key frame, one a span between two, the clip joined from all."""
    desk = ScriptDesk()
    asyncio.run(run_film(stage_brief(), desk))
    clips, spans = desk.orders("stage_clip"), desk.orders("stage_span")
    assert clips
    for clip in clips:
        payload = clip.payload
        assert isinstance(payload, StageClipPayload)
        assert [item.role for item in clip.inputs] == [f"span_{number:04d}" for number in range(payload.spans)]
    for span in spans:
        cut = span.payload.span  # type: ignore[attr-defined]
        assert [item.role for item in span.inputs] == ["product", *(f"key_{frame:04d}" for frame in cut.keys)]
    assert len(desk.orders("clip")) + len(clips) == len(desk.orders("check"))
    assert sum(span.units for span in spans) == sum(clip.units for clip in clips)
    assert not desk.orders("stage_pass")
    recipes = {order.payload.recipe for order in desk.orders("stage_key")}  # type: ignore[attr-defined]
    assert recipes == {order.payload.recipe for order in clips}  # type: ignore[attr-defined]


def test_passes_come_when_the_brief_asks_for_them() -> None:
    """Each pass of a shot is ordered span by span; the shadow has keys of its own, the others need none more."""
    desk, plain = ScriptDesk(), ScriptDesk()
    asyncio.run(run_film(stage_brief(), plain))
    asyncio.run(run_film(replace(stage_brief(), stage_passes=(StagePass.DEPTH, StagePass.SHADOW)), desk))
    orders = desk.orders("stage_pass")
    assert len(orders) == 2 * len(desk.orders("stage_span"))
    assert {order.publish.rsplit("/", 2)[1] for order in orders} == {"depth", "shadow"}
    assert len(desk.orders("stage_key")) == len(plain.orders("stage_key")) + len(
        {order for order in desk.orders("stage_key") if order.payload.of is StagePass.SHADOW}  # type: ignore[attr-defined]
    )


@WITHOUT
def test_a_scene_that_insists_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    """`provider_hint: stage` without the extra: exit code 4, one clear line, no order made."""
    project = write_stage_project(tmp_path, "stage")
    done = run_cli("produce", "-C", str(project))
    assert done.returncode == 4
    assert "pip install 'workprint[stage]'" in done.stderr
    assert not list((project / "out").rglob("*.mp4")) if (project / "out").exists() else True


@WITHOUT
def test_a_scene_that_leaves_the_choice_is_made_from_pictures_and_says_so(tmp_path: Path) -> None:
    """`provider_hint: auto` without the extra: the plan goes on, with a warning that names the command."""
    project = write_stage_project(tmp_path, "auto")
    done = run_cli("plan", "-C", str(project))
    assert done.returncode == 0
    assert "stage_clip" not in done.stdout
    assert "pip install 'workprint[stage]'" in done.stderr


@WITHOUT
def test_passes_without_the_extra_are_refused(tmp_path: Path) -> None:
    """`assets.stage_passes` without the extra: the brief is refused with the command that brings it."""
    done = run_cli("plan", "-C", str(write_stage_project(tmp_path, "auto", "depth")))
    assert done.returncode == 2
    assert "stage-passes-missing" in done.stderr + done.stdout
    assert "pip install 'workprint[stage]'" in done.stderr + done.stdout


@WITH
def test_a_short_film_with_a_packshot_on_the_stage(tmp_path: Path) -> None:
    """With the extra the packshot is filmed, checked and cut in like any other clip, its passes beside it."""
    project = write_stage_project(tmp_path, "auto", "depth, masks")
    done = run_cli("produce", "-C", str(project))
    assert done.returncode in (0, 7), done.stderr
    assert list((project / "out" / "clips").glob("SC01_SH01.mp4"))
    depth, masks = (sorted((project / "out" / "stage" / "SC01_SH01" / of).iterdir()) for of in ("depth", "masks"))
    assert [path.name for path in depth] == [f"depth.{number:04d}.exr" for number in range(len(depth))]
    assert [path.name for path in masks] == [
        *(f"masks.{number:04d}.png" for number in range(len(depth))),
        "parts.json",
    ]


def name_made(run: Run) -> set[str]:
    """The key frames and spans a production has made, by name."""
    return {name for step, name in run.named("order-made") if step in ("stage_key", "stage_span")}


@WITH
def test_keys_and_spans_are_kept_after_a_kill(tmp_path: Path) -> None:
    """Killed -9 between key frames and again between spans, the next run makes only what was missing, and the clip
    has the same bytes as one that nobody disturbed."""
    calm = write_stage_project(tmp_path / "calm", "auto")
    reference = Production("produce", "--json", "--yes", cwd=calm).finish()
    assert reference.code in (0, 7), reference.errors
    project, finished = write_stage_project(tmp_path / "killed", "auto"), set[str]()
    for step in ("stage_key", "stage_span"):
        run = Production("produce", "--json", "--yes", cwd=project)

        def is_made(event: Event, step: str = step) -> bool:
            return event["type"] == "order-made" and event["step"] == step

        assert run.read_until(is_made)
        made = name_made(run.kill(KillPoint(0)))
        assert made
        assert not made & finished
        finished |= made
    again = Production("produce", "--json", "--yes", cwd=project).finish()
    assert again.code in (0, 7), again.errors
    assert name_made(again)
    assert name_made(again) | finished == name_made(reference)
    assert not name_made(again) & finished
    clips = [(root / "out" / "clips" / "SC01_SH01.mp4").read_bytes() for root in (calm, project)]
    assert clips[0] == clips[1]
