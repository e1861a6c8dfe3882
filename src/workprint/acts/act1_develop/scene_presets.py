"""Scene presets (A8): the scenes of an ad by framework, scaled to its length and filled from given facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from workprint.film.brief import CameraMove, Overlays, SceneType, TextBlock, TextPosition
from workprint.film.speech import fits_scene

LONGEST_OVERLAY = 80
"""Two lines of 40 characters, the usual limit of a subtitle."""


@dataclass(frozen=True)
class AdFacts:
    """All that is known about what is advertised. Empty text: not known, and therefore not said."""

    product: str
    headline: str
    benefit: str = ""
    price: str = ""
    style: str = ""
    has_voice: bool = False
    is_english: bool = True


@dataclass(frozen=True)
class ScenePreset:
    """One ready scene: role in the framework, times in whole seconds where the length allows, and its content."""

    id: str
    role: str
    start_s: float
    end_s: float
    type: SceneType
    intent: str
    move: CameraMove
    focal_length_mm: int
    overlays: Overlays
    voice: str


@dataclass(frozen=True)
class _Plan:
    """A scene before it is filled: `share` of the film's length, what is staged, who speaks what."""

    role: str
    share: Fraction
    type: SceneType
    staging: str
    move: CameraMove
    focal_length_mm: int
    says: str


_HOOK = "{product} comes out of soft shadow, filling the frame"
_DETAIL = "{product} seen close, its shape and surface explored by the light"
_VIEWS = "quick views of {product} from several sides"
_CLOSE = "{product} stands clear on a plain ground with room for text"

_OPEN = _Plan("hook", Fraction(1, 5), SceneType.LIFESTYLE, _HOOK, CameraMove.DOLLY_IN, 50, "meet")
_SHOW = _Plan("demo", Fraction(7, 20), SceneType.PACKSHOT, _DETAIL, CameraMove.ORBIT, 85, "benefit")
_PROVE = _Plan("proof", Fraction(1, 4), SceneType.MONTAGE, _VIEWS, CameraMove.PAN, 50, "price")
_CALL = _Plan("cta", Fraction(1, 5), SceneType.ENDCARD, _CLOSE, CameraMove.STATIC, 50, "headline")

_AGITATE = "a dim, unsettled view of the place where {product} belongs"
_WANT = "{product} in its place, seen slowly from one side to the other"

PRESETS: Mapping[str, tuple[_Plan, ...]] = {
    "hook-demo-proof-cta": (_OPEN, _SHOW, _PROVE, _CALL),
    "pas": (
        _Plan(
            "problem", Fraction(1, 5), SceneType.LIFESTYLE, "an empty place, waiting", CameraMove.STATIC, 35, "nothing"
        ),
        _Plan("agitate", Fraction(1, 5), SceneType.MONTAGE, _AGITATE, CameraMove.PAN, 50, "nothing"),
        _Plan("solve", Fraction(2, 5), SceneType.PACKSHOT, _DETAIL, CameraMove.DOLLY_IN, 85, "benefit"),
        _CALL,
    ),
    "aida": (
        _Plan("attention", Fraction(1, 5), SceneType.LIFESTYLE, _HOOK, CameraMove.DOLLY_IN, 50, "meet"),
        _Plan("interest", Fraction(3, 10), SceneType.PACKSHOT, _DETAIL, CameraMove.ORBIT, 85, "benefit"),
        _Plan("desire", Fraction(3, 10), SceneType.LIFESTYLE, _WANT, CameraMove.PAN, 35, "price"),
        _Plan("action", Fraction(1, 5), SceneType.ENDCARD, _CLOSE, CameraMove.STATIC, 50, "headline"),
    ),
}
"""Frameworks of advertising: direct-response hook/demo/proof/call, problem-agitate-solve, E. St. Elmo Lewis's AIDA."""


def arrange_scenes(framework: str, duration_s: float, facts: AdFacts) -> tuple[ScenePreset, ...]:
    """The scenes of an ad of 4 seconds or more, covering it without gaps; raises KeyError for an unknown framework."""
    plans = PRESETS[framework]
    cuts = place_cuts(tuple(plan.share for plan in plans), duration_s)
    scenes = tuple(_fill(plan, start, end, facts) for plan, start, end in zip(plans, cuts[:-1], cuts[1:], strict=True))
    return scenes if any(scene.voice for scene in scenes) else _speak_somewhere(scenes, facts)


def place_cuts(shares: tuple[Fraction, ...], duration_s: float) -> tuple[float, ...]:
    """Where scenes meet, in seconds: whole ones, so that they fall on a frame at every rate; each at least one long."""
    cuts: list[float] = [0]
    spent = Fraction(0)
    for index, share in enumerate(shares[:-1]):
        spent += share
        left = len(shares) - 1 - index
        cut = int(spent * Fraction(duration_s) + Fraction(1, 2))
        cuts.append(max(cuts[-1] + 1, min(cut, int(duration_s) - left)))
    return (*cuts, duration_s)


def _fill(plan: _Plan, start: float, end: float, facts: AdFacts) -> ScenePreset:
    mood = f", {facts.style} mood" if facts.style else ""
    is_end = plan.type is SceneType.ENDCARD
    is_first = start == 0
    blocks: tuple[TextBlock, ...] = ()
    if is_end and len(facts.headline) <= LONGEST_OVERLAY:
        blocks = (TextBlock(facts.headline, TextPosition.LOWER_THIRD),)
    overlays = Overlays(
        show_price=bool(facts.price) and is_end,
        show_product=plan.says in ("meet", "benefit") and not is_first,
        text_blocks=blocks,
    )
    return ScenePreset(
        id=plan.role,
        role=plan.role,
        start_s=start,
        end_s=end,
        type=plan.type,
        intent=plan.staging.replace("{product}", facts.product) + mood,
        move=plan.move,
        focal_length_mm=plan.focal_length_mm,
        overlays=overlays,
        voice=_choose_line(plan.says, end - start, facts) if facts.has_voice else "",
    )


def _choose_line(says: str, seconds: float, facts: AdFacts) -> str:
    """The fullest line that can be said in the time; only what was given is ever said."""
    meet = f"Meet {facts.product}." if facts.is_english else _end(facts.product)
    lines: Mapping[str, tuple[str, ...]] = {
        "meet": (meet, _end(facts.product)),
        "benefit": (_end(facts.benefit),),
        "price": (f"{facts.product}, {facts.price}.", facts.price) if facts.price else (),
        "headline": (_end(facts.headline),),
        "nothing": (),
    }
    return next((line for line in lines[says] if line and fits_scene(line, seconds)), "")


def _end(text: str) -> str:
    """The text as a sentence of its own."""
    return text if not text or text[-1] in ".!?\u2026\u3002\uff01\uff1f" else f"{text}."


def _speak_somewhere(scenes: tuple[ScenePreset, ...], facts: AdFacts) -> tuple[ScenePreset, ...]:
    """With a voice asked for and no line that fits, the last scene at least names the product."""
    if not facts.has_voice:
        return scenes
    last = scenes[-1]
    return (*scenes[:-1], replace(last, voice=_end(facts.product)))
