"""Names of delivered files: what a person looks for in the `out` folder."""

from __future__ import annotations

import unicodedata

from workprint.film.brief import Brief

LONGEST_NAME = 60
"""Characters kept of a project's name."""

LONGEST_NAME_BYTES = 180
"""Bytes kept of it: with our endings it stays below the 255 bytes most file systems allow."""


def name_delivery(brief: Brief) -> str:
    """The base of every delivered file's name: project, seconds, shape, as in Lamp_15s_9x16.

    Letters, digits and marks of any script stay; every other run of characters becomes one dash.
    """
    return f"{slug_name(brief.name)}_{_say_seconds(brief)}_{brief.aspect.value.replace(':', 'x')}"


def slug_name(text: str) -> str:
    """A text as part of a file name, at most 60 characters; `film` when nothing of it can stay."""
    kept = [char if unicodedata.category(char)[0] in "LNM" else "-" for char in unicodedata.normalize("NFC", text)]
    slug = "-".join(part for part in "".join(kept).split("-") if part)[:LONGEST_NAME]
    while len(slug.encode()) > LONGEST_NAME_BYTES:
        slug = slug[:-1]
    return slug.strip("-") or "film"


def _say_seconds(brief: Brief) -> str:
    seconds = float(brief.rate.seconds(brief.frames))
    # 450 frames at 29.97 are 15.015 s: a person calls that 15.
    return f"{round(seconds)}s" if abs(seconds - round(seconds)) < 0.05 else f"{seconds:.1f}s"
