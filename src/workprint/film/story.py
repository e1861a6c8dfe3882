"""Story nouns: the outline by ad framework (B6), the breakdown and its asset manifest (B3)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Beat:
    """What one scene does for the story: its role in the framework and what it must say."""

    scene: str
    role: str
    message: str


@dataclass(frozen=True)
class Outline:
    """Logline, framework and the beats in order."""

    logline: str
    framework: str
    beats: tuple[Beat, ...]

    def role_of(self, scene: str) -> str:
        """The role of a scene, by its id."""
        return next(beat.role for beat in self.beats if beat.scene == scene)


@dataclass(frozen=True)
class Asset:
    """A thing the production needs: D8 name, kind, description, and the picture it comes from (-1: a placeholder)."""

    name: str
    kind: str
    description: str
    picture: int = -1


@dataclass(frozen=True)
class SceneBreakdown:
    """A scene taken apart: prompt, what must be seen, what must not, which assets."""

    scene: str
    prompt: str
    elements: tuple[str, ...]
    negatives: tuple[str, ...]
    assets: tuple[str, ...]


@dataclass(frozen=True)
class Breakdown:
    """All scenes taken apart, and the asset manifest."""

    scenes: tuple[SceneBreakdown, ...]
    assets: tuple[Asset, ...]

    def of(self, scene: str) -> SceneBreakdown:
        """The breakdown of a scene, by its id."""
        return next(item for item in self.scenes if item.scene == scene)
