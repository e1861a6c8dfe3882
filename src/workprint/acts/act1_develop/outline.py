"""The outline: logline, and what every scene does for the story by an ad framework (B6)."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.brief import Brief, SceneBrief, SceneType
from workprint.film.errors import Remedy, UsageError
from workprint.film.story import Beat, Outline
from workprint.ports.desk import Desk, stage


@dataclass(frozen=True)
class Framework:
    """An ad framework: how it opens, how the middle rises and peaks, how it closes; the peak is the reveal."""

    opening: str
    rise: str
    peak: str
    close: str
    lead: str


FRAMEWORKS = {
    "hook-demo-proof-cta": Framework("hook", "demo", "proof", "cta", "See"),
    "pas": Framework("problem", "agitate", "solve", "cta", "Put an end to what gets in the way:"),
    "aida": Framework("attention", "interest", "desire", "action", "Look closer, then want it:"),
}
"""Frameworks of advertising: direct response, problem-agitate-solve, and AIDA (E. St. Elmo Lewis)."""


@stage(version=1)
async def outline(brief: Brief, desk: Desk) -> Outline:
    """Give every scene its role in the framework and say the film in one line.

    Raises UsageError for a framework nobody knows.
    """
    framework = FRAMEWORKS.get(brief.framework)
    if framework is None:
        raise UsageError(
            f"There is no ad framework {brief.framework!r}.",
            where="project.framework",
            remedy=Remedy(f"Use one of: {', '.join(FRAMEWORKS)}."),
        )
    roles = assign_roles(framework, brief.scenes)
    beats = tuple(
        Beat(scene.id, role, say_message(brief, framework, role))
        for scene, role in zip(brief.scenes, roles, strict=True)
    )
    return Outline(write_logline(brief, framework), brief.framework, beats)


def assign_roles(framework: Framework, scenes: tuple[SceneBrief, ...]) -> tuple[str, ...]:
    """Roles by place and type: first opens, last closes, the second half of the middle is the peak.

    An end card always closes, a montage in the middle is always part of the peak.
    """
    return tuple(_assign_role(framework, scene, index, len(scenes)) for index, scene in enumerate(scenes))


def _assign_role(framework: Framework, scene: SceneBrief, index: int, count: int) -> str:
    if scene.type is SceneType.ENDCARD or (index == count - 1 and count > 1):
        return framework.close
    if index == 0:
        return framework.opening
    if scene.type is SceneType.MONTAGE:
        return framework.peak
    middles = count - 2
    # A single middle scene explains; with more, the later half proves.
    return framework.rise if 2 * (index - 1) < middles else framework.peak


def say_message(brief: Brief, framework: Framework, role: str) -> str:
    """What a scene of a role must get across."""
    product = brief.product
    if role == framework.close:
        return brief.call.headline
    if role == framework.opening:
        return f"{brief.audience}: {product.key_benefit}" if brief.audience else product.key_benefit
    return f"{product.name}: {product.key_benefit}"


def write_logline(brief: Brief, framework: Framework) -> str:
    """The film in one sentence, from product and benefit."""
    benefit = brief.product.key_benefit.strip().rstrip(".")
    return f"{framework.lead} {brief.product.name}: {benefit}."
