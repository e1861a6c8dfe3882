"""The breakdown: every scene taken apart, and the manifest of things the production needs (B3)."""

from __future__ import annotations

import re

from workprint.film.brief import Brief, SceneBrief
from workprint.film.shot_names import name_film, name_scene
from workprint.film.story import Asset, Breakdown, Outline, SceneBreakdown
from workprint.ports.desk import Desk, stage

GLOBAL_CLEANLINESS = (
    "watermark",
    "written text",
    "signature",
    "foreign logo",
    "deformed shapes",
    "fused or missing parts",
    "extra limbs",
    "blur",
    "noise",
    "compression artifacts",
)
"""What no picture of any production may show (G5); titles and logo are laid over later, so text is unwanted too."""

PEOPLE_NEGATIVES = ("recognisable faces", "portraits of people")
"""What is added when the brief does not allow faces."""

CAMERA_TALK = re.compile(r"\b(dolly|push|pull|orbit|pans|panning|tilt|track|zoom|camera|shot|static)\b", re.IGNORECASE)
"""A phrase of an intent with one of these words tells how to film, not what is to be seen."""


@stage(version=1)
async def break_down(brief: Brief, outline: Outline, desk: Desk) -> Breakdown:
    """Take every scene apart into prompt, elements, negatives and assets."""
    shared = list_shared_assets(brief)
    places = tuple(place_scene(scene) for scene in brief.scenes)
    return Breakdown(
        scenes=tuple(
            take_apart(brief, scene, shared, place) for scene, place in zip(brief.scenes, places, strict=True)
        ),
        assets=(*shared, *places),
    )


def take_apart(brief: Brief, scene: SceneBrief, shared: tuple[Asset, ...], place: Asset) -> SceneBreakdown:
    """One scene: its own intent decides its prompt, so another scene's intent never touches it."""
    return SceneBreakdown(
        scene=scene.id,
        prompt=f"{end_sentence(scene.intent)} Product: {end_sentence(brief.product.name)}",
        elements=list_elements(brief, scene),
        negatives=list_negatives(brief),
        assets=(*(asset.name for asset in shared if _serves(asset, scene)), place.name),
    )


def end_sentence(text: str) -> str:
    """A text on one line that ends as a sentence does."""
    flat = " ".join(text.split())
    return flat if flat.endswith((".", "!", "?", "…")) else f"{flat}."


def list_elements(brief: Brief, scene: SceneBrief) -> tuple[str, ...]:
    """What must be seen: the product, then the phrases of the intent that are not about the camera."""
    phrases = (" ".join(part.split()).rstrip(".") for part in re.split(r"[,;.]\s+|\n", scene.intent))
    seen = (phrase for phrase in phrases if phrase and not CAMERA_TALK.search(phrase))
    return tuple(dict.fromkeys((brief.product.name, *seen)))


def list_negatives(brief: Brief) -> tuple[str, ...]:
    """What must not be seen: the global list, the style pack's, banned terms, and people when faces are not allowed."""
    people = () if brief.safety.allow_faces else PEOPLE_NEGATIVES
    unwanted = (*GLOBAL_CLEANLINESS, *brief.product.style.negative_style, *people, *brief.safety.banned_terms)
    return tuple(dict.fromkeys(" ".join(item.split()) for item in unwanted if item.strip()))


def list_shared_assets(brief: Brief) -> tuple[Asset, ...]:
    """Product, logo and every reference picture."""
    product = Asset(name_film("PROP", f"product-{brief.product.name}"), "PROP", brief.product.name)
    has_logo = brief.product.logo is not None and not brief.product.no_logo
    logo = (Asset(name_film("PROP", "logo"), "PROP", f"Logo of {brief.product.name}"),) if has_logo else ()
    pictures = tuple(
        Asset(name_film("PROP", f"reference-{index + 1}"), "PROP", _describe_picture(brief, index), index)
        for index in range(len(brief.pictures))
    )
    return (product, *logo, *pictures)


def _describe_picture(brief: Brief, index: int) -> str:
    picture = brief.pictures[index]
    kind = "cut-out" if picture.has_alpha else "photo"
    return f"Reference {kind} {index + 1}, {picture.width} x {picture.height}"


def place_scene(scene: SceneBrief) -> Asset:
    """Where a scene plays, as a placeholder; a name the brief gives is taken as it stands, for the gate to judge."""
    name = scene.asset_name or name_scene(scene.number, "LOC", scene.id)
    return Asset(name, "LOC", end_sentence(scene.intent))


def _serves(asset: Asset, scene: SceneBrief) -> bool:
    return asset.picture < 0 or not scene.pictures or asset.picture in scene.pictures
