"""Checks across fields: contradictions, things called for but not given, words the brief itself bans."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from workprint.adapters.brief_yaml.codes import Findings, quote
from workprint.adapters.brief_yaml.schema import Document, ScenePart
from workprint.adapters.brief_yaml.timing import check_timing
from workprint.lab.stage_extra import INSTALL_LLVM, PLAIN_COST, explain_plain, has_stage

HIGHEST_BUDGET_USD = 1_000_000.0
"""More than any production of this program can spend; a slip of the keyboard."""

HEADLINE_LENGTH = 60
"""About what fits on two lines of a phone and is read in three seconds."""

OVERLAY_LENGTH = 80
"""Two lines of 40 characters, the usual limit of a subtitle."""

_FACES = re.compile(r"\b(faces?|portraits?|close-up of (her|his|their) eyes|selfies?)\b", re.IGNORECASE)
_NO_FACES = re.compile(
    r"\b((no|without|never|nor)\s+(any\s+)?(faces?|portraits?|selfies?)|(watch|clock|dial|rock)\s+faces?)\b",
    re.IGNORECASE,
)
"""Words that name faces only to keep them out, and things that have a face and are no person."""


def check_rules(document: Document, findings: Findings) -> None:
    """Every check across fields; all findings are collected, none stops the others."""
    check_timing(document, findings)
    _check_contract(document, findings)
    _check_ids(document, findings)
    _check_logo(document, findings)
    _check_price(document, findings)
    _check_sound(document, findings)
    _check_hints(document, findings)
    _check_banned_terms(document, findings)
    _check_lengths(document, findings)
    _check_faces(document, findings)
    _check_lower_thirds(document, findings)


def _check_lower_thirds(document: Document, findings: Findings) -> None:
    for path, scene in _scenes(document):
        if scene.type == "endcard" and scene.overlays.lower_third is not None:
            message = f"Scene {scene.id} is an end card; it shows no lower third."
            at = f"{path}.overlays.lower_third"
            findings.warn("lower-third-unused", at, message, "Move it to the scene where the person is seen.")


def _scenes(document: Document) -> Iterator[tuple[str, ScenePart]]:
    for index, scene in enumerate(document.scenes):
        yield f"scenes[{index}]", scene


def _check_contract(document: Document, findings: Findings) -> None:
    contract = document.contract
    if contract.aspect is not None and contract.aspect != document.project.aspect:
        message = f"The contract says {contract.aspect}, the project {document.project.aspect}."
        remedy = "Make both the same, or remove contract.aspect."
        findings.error("aspect-mismatch", "contract.aspect", message, remedy, uses=["project.aspect"])
    budgets = (
        ("contract.cap_usd", contract.cap_usd),
        ("contract.quota_usd", contract.quota_usd),
        ("compute.budget_usd_max", document.compute.budget_usd_max),
    )
    for path, amount in budgets:
        if amount is not None and not 0 <= amount <= HIGHEST_BUDGET_USD:
            message = f"{amount:g} US dollars cannot be a budget."
            remedy = f"Write an amount from 0 to {HIGHEST_BUDGET_USD:,.0f}."
            findings.error("budget-invalid", path, message, remedy)
    _check_budgets_agree(document, findings)


def _check_budgets_agree(document: Document, findings: Findings) -> None:
    cap, quota, most = (
        document.contract.cap_usd,
        document.contract.quota_usd,
        document.compute.budget_usd_max,
    )
    if cap is not None and quota is not None and quota > cap:
        message = f"The quota ({quota:g} USD) is higher than the cap ({cap:g} USD)."
        remedy = "Lower contract.quota_usd or raise contract.cap_usd."
        findings.error("budget-contradiction", "contract.quota_usd", message, remedy, uses=["contract.cap_usd"])
    if cap is not None and most is not None and most != cap:
        message = f"compute.budget_usd_max ({most:g}) and contract.cap_usd ({cap:g}) differ."
        findings.error(
            "budget-contradiction",
            "compute.budget_usd_max",
            message,
            "Remove compute.budget_usd_max.",
            uses=["contract.cap_usd"],
        )


def _check_ids(document: Document, findings: Findings) -> None:
    first: dict[str, str] = {}
    for path, scene in _scenes(document):
        # File systems that ignore case would merge two names that differ by it alone.
        key = scene.id.casefold()
        if findings.is_broken(f"{path}.id"):
            continue
        if key in first:
            message = f"The id {quote(scene.id)} is already used by {first[key]}."
            findings.error("scene-id-duplicate", f"{path}.id", message, "Give every scene an id of its own.")
        first.setdefault(key, path)


def _check_logo(document: Document, findings: Findings) -> None:
    product = document.product
    if product.logo is not None:
        if product.no_logo:
            message = "A logo is given, and no_logo is true."
            remedy = "Remove product.logo or product.no_logo."
            findings.error("logo-contradiction", "product.no_logo", message, remedy, uses=["product.logo"])
        return
    for path, scene in _scenes(document):
        given = ["product.logo", "product.no_logo"]
        if scene.overlays.show_logo:
            message = f"Scene {scene.id} shows the logo, but product.logo is not given."
            remedy = "Add product.logo, or remove show_logo."
            findings.error("logo-missing", f"{path}.overlays.show_logo", message, remedy, uses=given)
        elif scene.type in ("packshot", "endcard") and not product.no_logo:
            message = f"Scene {scene.id} is {'an' if scene.type == 'endcard' else 'a'} {scene.type}: it needs a logo."
            remedy = "Add product.logo, or say product.no_logo: true."
            findings.error("logo-missing", f"{path}.type", message, remedy, uses=given)


def _check_price(document: Document, findings: Findings) -> None:
    if document.product.price_text.strip():
        return
    for path, scene in _scenes(document):
        if scene.overlays.show_price:
            message = f"Scene {scene.id} shows the price, but product.price_text is not given."
            remedy = 'Add product.price_text, for example "$129", or remove show_price.'
            uses = ["product.price_text"]
            findings.error("price-missing", f"{path}.overlays.show_price", message, remedy, uses=uses)


def _check_sound(document: Document, findings: Findings) -> None:
    audio = document.audio
    spoken = [path for path, scene in _scenes(document) if scene.voice.strip()]
    broken = [path for path, _ in _scenes(document) if findings.is_broken(f"{path}.voice")]
    has_voice, has_music = audio.mode != "music", audio.mode != "voiceover"
    if has_voice and not spoken and not broken and audio.voice_file is None:
        message = f"The sound mode is {audio.mode}, but no scene has a line to say and there is no voice file."
        remedy = "Add voice: to a scene, or audio.voice_file, or set audio.mode: music."
        findings.error("voice-missing", "audio.mode", message, remedy, uses=["audio.voice_file"])
    unused = [f"{path}.voice" for path in spoken] + (["audio.voice_file"] if audio.voice_file is not None else [])
    for path in () if has_voice else unused:
        message = "The sound mode is music, so this voice is not heard."
        remedy = "Set audio.mode: both, or remove the voice."
        findings.warn("voice-unused", path, message, remedy, uses=["audio.mode"])
    has_words = has_voice and (spoken or broken) and audio.voice_file is None
    if audio.captions == "burned" and not has_words:
        message = "No line of a scene is spoken here, so there are no captions to burn into the picture."
        remedy = "Give scenes a voice: and set audio.mode: both, without audio.voice_file, or remove audio.captions."
        findings.warn("captions-unused", "audio.captions", message, remedy, uses=["audio.mode", "audio.voice_file"])
    if audio.music_file is not None and not has_music:
        message = "The sound mode is voiceover, so this music is not heard."
        remedy = "Set audio.mode: both, or remove the music."
        findings.warn("music-unused", "audio.music_file", message, remedy, uses=["audio.mode"])


def _check_hints(document: Document, findings: Findings) -> None:
    assets = document.assets
    inputs = {
        "stage": (assets.product_usd, "assets.product_usd"),
        "omniverse": (assets.product_usd, "assets.product_usd"),
    }
    for path, scene in _scenes(document):
        given, name = inputs.get(scene.provider_hint, (True, ""))
        if not given:
            message = f"Scene {scene.id} hints at {scene.provider_hint}, but {name} is not given; t2v is used instead."
            remedy = f"Add {name}, or set provider_hint: auto."
            findings.warn("hint-fallback", f"{path}.provider_hint", message, remedy, uses=[name])


def check_stage(document: Document, findings: Findings) -> None:
    """Say which scenes are made from pictures because the stage is not installed, and which take many times as long."""
    for path, scene in _scenes(document):
        if not may_film(document, scene):
            continue
        if has_stage():
            _check_renderer(path, scene, findings)
        elif scene.provider_hint == "auto":
            message = f"Scene {scene.id} is made from pictures; with the stage installed its product would be filmed."
            remedy = "To have that: pip install 'workprint[stage]'. To keep to pictures: provider_hint: t2v."
            findings.note("stage-missing", f"{path}.type", message, remedy, uses=["assets.product_usd"])


def _check_renderer(path: str, scene: ScenePart, findings: Findings) -> None:
    reason = explain_plain()
    if reason:
        message = f"Scene {scene.id} is filmed by the plain renderer, {PLAIN_COST}: {reason}."
        findings.note("stage-plain", f"{path}.type", message, f"To have the compiled one: {INSTALL_LLVM}.")


def check_passes(document: Document, findings: Findings) -> None:
    """Refuse passes nobody can make: without the extra, or without a scene on the stage."""
    wanted, path = document.assets.stage_passes, "assets.stage_passes"
    if not wanted:
        return
    if not has_stage():
        message = "Passes of the stage are asked for, but the stage is not installed."
        remedy = "Install it: pip install 'workprint[stage]'. Or remove assets.stage_passes."
        findings.error("stage-passes-missing", path, message, remedy)
    elif not any(may_film(document, scene) for scene in document.scenes):
        message = "Passes of the stage are asked for, but no scene is filmed on it."
        remedy = "Add assets.product_usd and a packshot, or provider_hint: stage; or remove assets.stage_passes."
        findings.error("stage-passes-missing", path, message, remedy, uses=["assets.product_usd"])


def may_film(document: Document, scene: ScenePart) -> bool:
    """Whether a scene is for the stage: it says so, or it is a packshot that leaves the choice, and there is a USD.

    A scene that says so is never quietly made another way: without the extra its orders are refused.
    """
    if document.assets.product_usd is None:
        return False
    return scene.provider_hint in ("stage", "omniverse") or (scene.provider_hint == "auto" and scene.type == "packshot")


def list_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every text that is shown, spoken or describes a picture, with its path."""
    call = document.call_to_action
    yield "product.name", document.product.name
    yield "product.key_benefit", document.product.key_benefit
    for name in ("headline", "subhead", "button_text", "legal"):
        yield f"call_to_action.{name}", getattr(call, name)
    for path, scene in _scenes(document):
        yield f"{path}.intent", scene.intent
        yield f"{path}.voice", scene.voice
        for index, block in enumerate(scene.overlays.text_blocks):
            yield f"{path}.overlays.text_blocks[{index}].text", block.text
        if scene.overlays.lower_third is not None:
            yield f"{path}.overlays.lower_third.name", scene.overlays.lower_third.name
            yield f"{path}.overlays.lower_third.role", scene.overlays.lower_third.role


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _check_banned_terms(document: Document, findings: Findings) -> None:
    terms = [
        (term, re.compile(rf"(?<!\w){re.escape(_fold(term.strip()))}(?!\w)"))
        for index, term in enumerate(document.safety.banned_terms)
        if not findings.is_broken(f"safety.banned_terms[{index}]")
    ]
    for path, text in list_texts(document) if terms else ():
        folded = _fold(text)
        for term, pattern in terms:
            if pattern.search(folded):
                message = f"The text uses {quote(term)}, which safety.banned_terms forbids."
                findings.error("banned-term", path, message, "Reword the text, or lift the ban.")


def _check_lengths(document: Document, findings: Findings) -> None:
    headline = document.call_to_action.headline
    if len(headline) > HEADLINE_LENGTH:
        message = f"The headline has {len(headline)} characters; viewers take in about {HEADLINE_LENGTH}."
        findings.warn("headline-long", "call_to_action.headline", message, "Shorten the headline.")
    for path, scene in _scenes(document):
        for index, block in enumerate(scene.overlays.text_blocks):
            if len(block.text) > OVERLAY_LENGTH:
                message = f"The text has {len(block.text)} characters; at most {OVERLAY_LENGTH} can be read."
                at = f"{path}.overlays.text_blocks[{index}].text"
                findings.error("overlay-too-long", at, message, "Shorten it, or make two blocks in two scenes.")


def _check_faces(document: Document, findings: Findings) -> None:
    if document.safety.allow_faces:
        return
    for path, scene in _scenes(document):
        found = _FACES.search(_NO_FACES.sub("", scene.intent))
        if found:
            message = f"The intent asks for {quote(found.group())}, but safety.allow_faces is false."
            remedy = "Set safety.allow_faces: true, or reword the intent."
            findings.warn("faces-contradiction", f"{path}.intent", message, remedy, uses=["safety.allow_faces"])
