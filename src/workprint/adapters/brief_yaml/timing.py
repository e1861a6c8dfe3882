"""Checks of time: the film's length, scenes that cover it frame by frame, beat markers, words that fit."""

from __future__ import annotations

from workprint.adapters.brief_yaml.codes import Findings, quote
from workprint.adapters.brief_yaml.schema import LONGEST_S, Document, ScenePart
from workprint.film.speech import BREATH_S, WORDS_PER_SECOND, estimate_speech_s, fits_scene
from workprint.film.time import Rate

AD_SECONDS = (8.0, 60.0)
"""A2: an ad lasts 8 to 60 seconds."""

SHORTEST_SCENE_S = 0.5
"""Below half a second a picture is felt, not seen."""

OFF_FRAME_TOLERANCE = 0.05
"""Of a frame: 3.333 s at 30 fps is meant to be frame 100; 3.35 s is not meant to be any frame."""


def check_timing(document: Document, findings: Findings) -> None:
    """All checks of time."""
    _check_duration(document, findings)
    _check_scenes(document, findings)
    _check_beats(document, findings)
    _check_speech(document, findings)


def say_seconds(seconds: float) -> str:
    """Seconds as written: 7.5 s."""
    return f"{seconds:g} s"


def _check_duration(document: Document, findings: Findings) -> None:
    project, contract = document.project, document.contract
    shortest, longest = AD_SECONDS if contract.format == "ad" else (SHORTEST_SCENE_S, LONGEST_S)
    if not shortest <= project.duration_s <= longest:
        message = f"The film lasts {say_seconds(project.duration_s)}; {contract.format} films last "
        message += f"{say_seconds(shortest)} to {say_seconds(longest)}."
        remedy = "Change project.duration_s, or contract.format if this is no ad."
        findings.error("duration-range", "project.duration_s", message, remedy, uses=["contract.format"])
    if contract.runtime_s is not None and contract.runtime_s != project.duration_s:
        message = f"The contract says {say_seconds(contract.runtime_s)}, the project {say_seconds(project.duration_s)}."
        remedy = "Make both the same, or remove contract.runtime_s."
        findings.error("runtime-mismatch", "contract.runtime_s", message, remedy, uses=["project.duration_s"])
    _check_on_frame(project.duration_s, "project.duration_s", document, findings)


def _check_on_frame(seconds: float, path: str, document: Document, findings: Findings) -> None:
    fps = document.project.fps
    exact = seconds * fps
    if abs(exact - round(exact)) > OFF_FRAME_TOLERANCE:
        frame = Rate(fps).frames(seconds)
        message = f"{say_seconds(seconds)} lies between two frames at {fps} fps; it becomes frame {frame}."
        remedy = f"Write {float(Rate(fps).seconds(frame)):.4g} instead."
        findings.warn("time-off-frame", path, message, remedy, uses=["project.fps"])


def _check_scenes(document: Document, findings: Findings) -> None:
    rate = Rate(document.project.fps)
    covered_to, above = 0, ""
    previous_start = 0
    for index, scene in enumerate(document.scenes):
        path = f"scenes[{index}]"
        start, end = rate.frames(scene.start_s), rate.frames(scene.end_s)
        uses = ["project.fps", *([f"{above}.end_s", f"{above}.start_s"] if above else [])]
        if start < previous_start:
            message = f"Scene {scene.id} starts at {say_seconds(scene.start_s)}, before the scene above it."
            findings.error("scene-order", f"{path}.start_s", message, "Write scenes in order of time.", uses=uses)
        elif start != covered_to:
            _report_seam(scene, f"{path}.start_s", float(rate.seconds(covered_to)), uses, findings)
        _check_length(scene, path, end - start, document, findings)
        for name, seconds in (("start_s", scene.start_s), ("end_s", scene.end_s)):
            _check_on_frame(seconds, f"{path}.{name}", document, findings)
        covered_to, previous_start, above = max(covered_to, start, end), start, path
    _check_end(document, covered_to, rate, findings)


def _report_seam(scene: ScenePart, at: str, reached: float, uses: list[str], findings: Findings) -> None:
    remedy = f"Start {scene.id} at {reached:g}, or move the end of the scene before it."
    if scene.start_s > reached:
        message = f"Nothing covers {reached:g} to {say_seconds(scene.start_s)}."
        remedy = remedy if reached else f"Start {scene.id} at 0."
        findings.error("scene-gap", at, message, remedy, uses=uses)
    else:
        message = f"Scene {scene.id} starts at {scene.start_s:g} s while the scene above runs to {reached:g} s."
        findings.error("scene-overlap", at, message, remedy, uses=uses)


def _check_length(scene: ScenePart, path: str, frames: int, document: Document, findings: Findings) -> None:
    at, uses = f"{path}.end_s", [f"{path}.start_s", "project.fps"]
    length = frames / document.project.fps
    if frames <= 0:
        message = f"Scene {scene.id} runs from {scene.start_s:g} to {scene.end_s:g} s: it has no length."
        findings.error("scene-empty", at, message, "Give it an end after its start, or remove it.", uses=uses)
    elif length < SHORTEST_SCENE_S:
        message = f"Scene {scene.id} lasts {round(length, 3):g} s; less than {SHORTEST_SCENE_S:g} s is not seen."
        findings.error("scene-too-short", at, message, "Make it longer or remove it.", uses=uses)


def _check_end(document: Document, covered_to: int, rate: Rate, findings: Findings) -> None:
    duration = document.project.duration_s
    total = rate.frames(duration)
    uses = ["project.duration_s", "project.fps"]
    for index, scene in enumerate(document.scenes):
        if rate.frames(scene.end_s) > total:
            message = f"Scene {scene.id} ends at {scene.end_s:g} s; the film ends at {duration:g} s."
            remedy = "End it with the film, or make project.duration_s longer."
            findings.error("scene-past-end", f"scenes[{index}].end_s", message, remedy, uses=uses)
    if covered_to < total:
        last = f"scenes[{len(document.scenes) - 1}]"
        message = f"Nothing covers {float(rate.seconds(covered_to)):g} to {duration:g} s, the end of the film."
        remedy = f"End the last scene at {duration:g}, or make project.duration_s shorter."
        findings.error("scene-gap", f"{last}.end_s", message, remedy, uses=[*uses, f"{last}.start_s"])


def _check_beats(document: Document, findings: Findings) -> None:
    previous: float | None = None
    for index, seconds in enumerate(document.audio.beat_markers):
        path = f"audio.beat_markers[{index}]"
        if not 0 <= seconds < document.project.duration_s:
            message = f"The beat marker at {seconds:g} s lies outside the film."
            remedy = f"Keep markers from 0 to below {document.project.duration_s:g}."
            findings.error("beat-outside", path, message, remedy, uses=["project.duration_s"])
        if previous is not None and seconds <= previous:
            message = f"The beat marker at {seconds:g} s follows one at {previous:g} s."
            uses = [f"audio.beat_markers[{index - 1}]"]
            findings.error("beat-order", path, message, "Write markers in rising order, each once.", uses=uses)
        previous = seconds


def _check_speech(document: Document, findings: Findings) -> None:
    for index, scene in enumerate(document.scenes):
        needed = estimate_speech_s(scene.voice)
        room = scene.end_s - scene.start_s
        if scene.voice.strip() and room > 0 and not fits_scene(scene.voice, room):
            message = f"The line takes about {needed:.1f} s to say; scene {scene.id} lasts {say_seconds(room)}: "
            message += quote(scene.voice)
            remedy = (
                f"Shorten it to {max(1, int((room - BREATH_S) * WORDS_PER_SECOND))} words, or make the scene longer."
            )
            uses = [f"scenes[{index}].start_s", f"scenes[{index}].end_s"]
            findings.warn("voice-too-long", f"scenes[{index}].voice", message, remedy, uses=uses)
