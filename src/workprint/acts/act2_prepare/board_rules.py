"""What the board reads from brief and role: pictures, light, camera, energy, emotion (F1, F2)."""

from __future__ import annotations

import re

from workprint.film.brief import Brief, CameraMove, SceneBrief, SceneType
from workprint.film.picture_match import tour_by_match

LIGHTING_WORDS = {
    "night": "night|in the dark|darkness|neon|moonlight|midnight|nocturnal",
    "golden": "golden|sunset|sunrise|dusk|amber|candlelight|evening|warm",
    "rim": "rim light|rim-light|rim lit|rim-lit|backlight|backlit|silhouette|edge light|dramatic",
    "window": "window|morning|daylight|daylit|natural light|airy|noon",
    "soft_top": "soft|softbox|studio|top light|overhead|diffuse|diffused",
}
"""Words of an intent and the light they ask for; not those that more often name a material (gold, dark wood)."""

PALETTE_LIGHTING = {
    ("warm", SceneType.LIFESTYLE): "golden",
    ("warm", SceneType.MONTAGE): "golden",
    ("cool", SceneType.LIFESTYLE): "window",
    ("cool", SceneType.PACKSHOT): "rim",
    ("cool", SceneType.MONTAGE): "rim",
    ("neutral", SceneType.LIFESTYLE): "window",
}
"""The light a palette hint and a scene type suggest when the intent is silent; everything else is soft_top."""

MOVE_WORDS = {
    CameraMove.ORBIT: "orbit|orbits|orbiting|spin|spins|spinning|turntable|revolve|revolves|circling",
    CameraMove.DOLLY_OUT: "dolly out|dolly-out|pull back|pull-back|pulls back|pull out|zoom out",
    CameraMove.DOLLY_IN: "dolly|dolly in|dolly-in|push in|push-in|pushes in|move in|zoom in",
    CameraMove.PAN: "pan across|pan left|pan right|slow pan|camera pans|pans|panning|tracking",
    CameraMove.TILT: "tilt|tilts|tilting|crane",
    CameraMove.STATIC: "static|locked off|locked-off|still camera|motionless",
}
"""Words of an intent and the camera move they ask for; a bare "pan" may be for frying."""

ENERGY = {
    "hook": 70,
    "demo": 55,
    "proof": 70,
    "problem": 40,
    "agitate": 60,
    "solve": 70,
    "attention": 75,
    "interest": 55,
    "desire": 70,
    "cta": 35,
    "action": 35,
}
"""How driving a role plays, 0 to 100: opening and peak high, the call calm enough to be read. Our own curve."""

MONTAGE_ENERGY = 15
"""A montage drives harder than its role alone."""

EMOTION = {
    "hook": "↑ curiosity rises",
    "demo": "→ interest holds",
    "proof": "↑ trust grows",
    "problem": "↓ unease sets in",
    "agitate": "↓↓ tension grows",
    "solve": "↑↑ relief",
    "attention": "↑ surprise",
    "interest": "→ interest holds",
    "desire": "↑↑ desire grows",
    "cta": "→ calm resolve",
    "action": "→ calm resolve",
}
"""Where a role takes the viewer: the arrow of the board, and the feeling."""


def find_word(words: dict[str, str], text: str) -> str | None:
    """The key whose words come first in a text, longer words first where two start together."""
    found = []
    for key, choices in words.items():
        match = re.search(rf"\b(?:{choices})\b", text, re.IGNORECASE)
        if match:
            found.append((match.start(), -len(match.group()), key))
    return min(found)[2] if found else None


def choose_lighting(scene: SceneBrief, palette_hint: str) -> str:
    """The light of a scene: what its intent says, else what palette hint and type suggest."""
    return find_lighting(scene.intent) or PALETTE_LIGHTING.get((palette_hint, scene.type), "soft_top")


def find_lighting(text: str) -> str | None:
    """The light the words of a text ask for, None where they ask for none."""
    return find_word(LIGHTING_WORDS, text)


def choose_wish(scene: SceneBrief) -> CameraMove | None:
    """The move asked for: the brief's camera, else a move named in the intent, else None."""
    if scene.camera.move is not None:
        return scene.camera.move
    words = {move.value: _longest_first(choices) for move, choices in MOVE_WORDS.items()}
    asked = find_word(words, scene.intent)
    return CameraMove(asked) if asked else None


def _longest_first(choices: str) -> str:
    return "|".join(sorted(choices.split("|"), key=len, reverse=True))


def rate_energy(role: str, kind: SceneType) -> int:
    """Energy of a role in a scene type, 0 to 100."""
    return min(100, ENERGY[role] + (MONTAGE_ENERGY if kind is SceneType.MONTAGE else 0))


def rate_variation(move: CameraMove, energy: int) -> str:
    """How far first and last frame lie apart: small, medium or large."""
    if move is CameraMove.STATIC:
        return "small"
    return "large" if move is CameraMove.ORBIT or energy > 80 else "medium"


def choose_picture(brief: Brief, scene: SceneBrief, index: int, ordinal: int, previous: int) -> int:
    """The reference picture of a shot, -1 when the pack is empty.

    Pictures the scene names are taken in turn, come what may. Else cut-outs serve packshots and end cards and photos
    the rest, `ordinal` counting such shots through the film; a neighbour's picture is avoided, except by an end card
    that has a single cut-out. A montage goes through its pictures so that each matches the one before.
    """
    asked = tuple(picture for picture in scene.pictures if 0 <= picture < len(brief.pictures))
    if asked:
        return asked[index % len(asked)]
    wanted = list_kin(brief, scene.type)
    if not wanted:
        return -1
    rest = tuple(picture for picture in range(len(brief.pictures)) if picture not in wanted)
    strangers = () if scene.type is SceneType.ENDCARD else _rotate(rest, ordinal)
    turned = _rotate(wanted, ordinal)
    if scene.type is SceneType.MONTAGE:
        turned = _rotate(tour_by_match(brief.pictures, _rotate(wanted, ordinal - index)), index)
    options = (*turned, *strangers)
    return next((picture for picture in options if picture != previous), options[0])


def list_kin(brief: Brief, kind: SceneType) -> tuple[int, ...]:
    """The pictures that suit a scene type: cut-outs for packshot and end card, photos else; all when there are none."""
    wants_alpha = needs_cutout(kind)
    every = tuple(range(len(brief.pictures)))
    return tuple(index for index in every if brief.pictures[index].has_alpha is wants_alpha) or every


def needs_cutout(kind: SceneType) -> bool:
    """Whether a scene type is better served by a product cut-out than by a photo."""
    return kind in (SceneType.PACKSHOT, SceneType.ENDCARD)


def _rotate(items: tuple[int, ...], turn: int) -> tuple[int, ...]:
    if not items:
        return ()
    start = turn % len(items)
    return items[start:] + items[:start]
