"""A person's own footage, taken in like anything from outside: copied, decoded whole in a worker, measured, stored."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workprint.film.board import Shot
from workprint.film.brief import Brief
from workprint.film.errors import OrderFailed, Remedy, UsageError
from workprint.film.footage import FootageFacts, count_film_frames, measure_cut, measure_enlargement
from workprint.film.lineage import FileRef
from workprint.ports.vault import Vault
from workprint.ports.workshop import Workshop

MEDIA_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
}
"""Endings of files that may be footage, and what they are."""

LARGEST_FILE = 4_000_000_000
"""Bytes; a shot of an ad that is larger is the wrong file."""


@dataclass(frozen=True)
class Footage:
    """Own footage that fits its shot: the stored file, what it holds, and what making it fit takes away or enlarges."""

    file: FileRef
    facts: FootageFacts
    cut_away: float
    scaled_by: float


async def take_in(
    path: Path, brief: Brief, shot: Shot, *, vault: Vault, check: str, make_workshop: Callable[[], Workshop]
) -> Footage:
    """Store a file as footage of a shot. Raises UsageError when it is no film, or too short for the shot."""
    media_type = check_path(path)
    scratch = vault.scratch()
    try:
        # Examined is the copy that is stored: what lies outside may change at any moment.
        copy = scratch / f"footage{path.suffix.lower()}"
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            raise UsageError(f"The file cannot be read: {error.strerror}.", where=str(path)) from error
        facts = await _examine(copy, media_type, scratch, check, make_workshop)
        check_length(facts, brief, shot, path)
        file = vault.put(copy, media_type, path.name[:120])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Footage(file, facts, measure_cut(facts, brief.size), measure_enlargement(facts, brief.size))


def check_path(path: Path) -> str:
    """The media type of a file that may be footage. Raises UsageError for what is none."""
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        remedy = Remedy(f"name a file that ends in {', '.join(MEDIA_TYPES)}")
        raise UsageError("This is not footage.", where=str(path), remedy=remedy)
    if not path.is_file():
        raise UsageError("There is no such file.", where=str(path), remedy=Remedy("name a file with a film in it"))
    if path.stat().st_size > LARGEST_FILE:
        raise UsageError("The file is too large for one shot.", where=str(path), remedy=Remedy("cut it out first"))
    return media_type


async def _examine(
    copy: Path, media_type: str, scratch: Path, check: str, make_workshop: Callable[[], Workshop]
) -> FootageFacts:
    """Decode the copy in a worker: bytes from outside meet no decoder in the process that holds the book."""
    bench = {
        "step": "incoming",
        "name": copy.name,
        "payload_type": "workprint.film.lineage:FileRef",
        "payload": {"digest": "", "media_type": media_type, "size": copy.stat().st_size, "name": copy.name},
        "inputs": {"incoming": {"paths": [str(copy)], "media_types": [media_type], "facts": {}}},
        "seed": 0,
    }
    workshop = make_workshop()
    try:
        made, _ = await workshop.run(check, bench, scratch)
    except OrderFailed as error:
        remedy = Remedy("export it again as H.264 in mp4")
        raise UsageError(f"The footage cannot be used: {error.message}", remedy=remedy) from error
    finally:
        workshop.close()
    told = made.facts
    return FootageFacts(
        int(told["width"]), int(told["height"]), int(told["frames"]), (told["rate"][0], told["rate"][1])
    )


def check_length(facts: FootageFacts, brief: Brief, shot: Shot, path: Path) -> None:
    """Raises UsageError when footage is too short for a shot; the last frame may stand one frame longer."""
    have = count_film_frames(facts, brief.rate)
    missing = shot.footage - have
    if missing <= 1:
        return
    handles = shot.head + shot.tail
    why = f", {handles} of them for the transitions beside it" if handles else ""
    raise UsageError(
        f"{shot.slate} needs {shot.footage} frames at {float(brief.rate.fraction):g} fps{why}; the file gives {have}. "
        f"{missing} frames are missing.",
        where=str(path),
        remedy=Remedy("name longer footage; nothing is stretched or frozen"),
    )
