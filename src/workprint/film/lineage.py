"""Where things come from: files by digest, artifact names, recipes, versions, locks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workprint.film.canonical import Json, digest_of
from workprint.film.money import NOTHING, Money
from workprint.film.time import Instant

ASSET_NAME = re.compile(
    r"^SC\d{2,4}_SH\d{2,3}_(CHAR|PROP|LOC|CLIP|STILL|TEXT|AUDIO|SPEC|CUT)_[A-Za-z0-9][A-Za-z0-9-]*$"
)
"""D8: scene, shot, type and a name. SH00 is a thing of the whole scene, SC00 of the whole film."""

NAME_RULE = (
    "Name it SC01_SH03_PROP_Name: scene, shot, then CHAR, PROP, LOC, CLIP, STILL, TEXT, AUDIO, SPEC or CUT, "
    "then letters, digits and dashes."
)
"""What to do about a name that is not one."""


def compose_name(scene: int, shot: int, kind: str, label: str) -> str:
    """A D8 asset name: SC01_SH03_CLIP_wide-shot. The label keeps ASCII letters, digits and dashes."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-")[:40].strip("-") or "untitled"
    return f"SC{scene:02d}_SH{shot:02d}_{kind}_{slug}"


@dataclass(frozen=True)
class FileRef:
    """A stored file: sha256 of its bytes, media type, size in bytes. The name a person gave it is not part of it."""

    digest: str
    media_type: str
    size: int
    name: str = field(default="", metadata={"digest": False})


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a result: the same recipe is the same result, kept and free.

    `inputs` maps a role to a content digest. `maker` is the fingerprint of the tools: encoder settings,
    fonts, library versions.
    """

    step: str
    version: int
    payload: Json
    inputs: Mapping[str, str]
    model: str
    seed: int
    maker: str

    @property
    def digest(self) -> str:
        """The digest that names the result."""
        return digest_of(self)


PICTURE_LOCK = "PICTURE"
"""The name the lock of the whole picture is kept under; it pins the digest of the edit's picture, not a result."""


@dataclass(frozen=True)
class Lock:
    """A pin on one version of a named thing: who, when, why. `released` is an event of its own."""

    name: str
    recipe: str
    who: str
    when: Instant
    why: str


@dataclass(frozen=True)
class Version:
    """The n-th version a name has had, and the recipe that made it."""

    name: str
    number: int
    recipe: str
    when: Instant
    cost: Money = NOTHING
