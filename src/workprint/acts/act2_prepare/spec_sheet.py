"""A shot's spec as a document: Markdown for people, JSON for programs (G1)."""

from __future__ import annotations

import json
import re

from workprint.film.canonical import encode
from workprint.film.spec import Reference, ShotSpec
from workprint.film.time import Rate

MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
"""Signs that mean something in Markdown; what a user wrote is text, so they are escaped."""


def quote_text(text: str) -> str:
    """A text of the user's on one line, with nothing in it that Markdown would read as markup."""
    return MARKDOWN_SIGNS.sub(r"\\\1", " ".join(text.split())) or "none"


def write_json(spec: ShotSpec) -> str:
    """The spec as JSON with its fields in alphabetical order."""
    return json.dumps(encode(spec, whole=True), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write_markdown(spec: ShotSpec, rate: Rate) -> str:
    """The spec as a sheet to read: metadata, decomposition, sound, then the two halves compiled from it."""
    parts = (
        f"# {spec.slate}",
        _metadata(spec, rate),
        _decomposition(spec),
        _sound(spec),
        _image(spec),
        _video(spec, rate),
    )
    return "\n\n".join(parts) + "\n"


def _table(head: tuple[str, str], rows: tuple[tuple[str, str], ...]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {quote_text(value)} |" for name, value in rows)])


def _seconds(spec: ShotSpec, rate: Rate) -> str:
    return f"{float(rate.seconds(spec.duration_frames)):.2f} s ({spec.duration_frames} frames)"


def _metadata(spec: ShotSpec, rate: Rate) -> str:
    rows = (
        ("Name", spec.name),
        ("Scene", spec.scene),
        ("Camera", spec.camera),
        ("Variation", spec.variation),
        ("Duration", _seconds(spec, rate)),
        ("Emotion", spec.emotion),
        ("Primary shot", "yes" if spec.is_primary else "no"),
        ("Optics", spec.modifier),
        ("Dialect", spec.dialect),
    )
    return "## Metadata\n\n" + _table(("Field", "Value"), rows)


def _decomposition(spec: ShotSpec) -> str:
    frames = (("First frame", spec.first_frame), ("Last frame", spec.last_frame), ("Motion", spec.motion))
    return "## Decomposition\n\n" + "\n\n".join(f"**{name}.** {quote_text(text)}" for name, text in frames)


def _sound(spec: ShotSpec) -> str:
    rows = (("Dialogue", spec.dialogue), ("Music", spec.music), ("Effects", spec.effects))
    return "## Sound\n\n" + _table(("Layer", "Content"), rows)


def _image(spec: ShotSpec) -> str:
    half = spec.image
    references = "\n".join(_list_reference(rank, item) for rank, item in enumerate(half.references, start=1)) or "none"
    return (
        f"## Image: first frame\n\nMode: {half.mode}. Size: {half.width} x {half.height}.\n\n"
        f"References, the most important first:\n\n{references}\n\n"
        f"> {quote_text(half.prompt)}\n\nNot wanted: {quote_text(', '.join(half.negatives))}"
    )


def _list_reference(rank: int, item: Reference) -> str:
    return f"{rank}. Reference picture {item.picture + 1}: {quote_text(item.reason)}"


def _video(spec: ShotSpec, rate: Rate) -> str:
    half = spec.video
    camera = "fixed" if half.camera_fixed else "moving"
    return (
        f"## Video: clip\n\nInput frames: {quote_text(', '.join(half.input_frames))}. "
        f"Duration: {_seconds(spec, rate)}. Aspect: {half.aspect}. Camera: {camera}.\n\n> {quote_text(half.prompt)}"
    )
