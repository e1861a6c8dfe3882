"""Turns a checked document into the brief noun: defaults filled in, times in frames, files as references."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from workprint.adapters.brief_yaml.rules import may_film
from workprint.adapters.brief_yaml.schema import Document, ScenePart
from workprint.film.brief import (
    Aspect,
    Audio,
    AudioMode,
    Brief,
    CallToAction,
    CameraMove,
    CameraWish,
    Contract,
    LowerThird,
    OpticsWish,
    Overlays,
    Picture,
    Product,
    Safety,
    SceneBrief,
    SceneType,
    StagePass,
    StylePack,
    TextBlock,
    TextPosition,
)
from workprint.film.grade import NO_LOOK
from workprint.film.lineage import FileRef
from workprint.film.money import Money, parse_money
from workprint.film.time import Rate, Span
from workprint.lab.stage_extra import has_stage

MOODS: tuple[tuple[str, frozenset[str]], ...] = (
    ("energetic", frozenset({"energetic", "sport", "sporty", "bold", "dynamic", "urban", "fast"})),
    ("elegant", frozenset({"elegant", "luxury", "luxurious", "premium", "refined", "minimalist"})),
    ("playful", frozenset({"playful", "fun", "colorful", "colourful", "quirky"})),
    ("calm", frozenset({"calm", "serene", "quiet", "natural", "soft"})),
)
"""Moods and the style words that ask for them, the most demanding first."""

PALETTE_MOODS: Mapping[str, str] = {"warm": "warm", "cool": "calm", "neutral": "elegant"}
"""The mood when no style word decides it."""


@dataclass(frozen=True)
class StoredFiles:
    """The brief's files after import: by the text the brief names them with."""

    pictures: Mapping[str, Picture]
    sounds: Mapping[str, FileRef]
    product_usd: FileRef | None = None
    lut: FileRef | None = None
    fonts: Mapping[str, FileRef] = field(default_factory=dict)


def derive_seed(name: str) -> int:
    """The default seed of a project: 31 bits of the sha256 of its name, the same on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1


def choose_mood(document: Document) -> str:
    """The mood of the music: as written, else by the first style word that asks for one, else by the palette."""
    style = document.product.style_pack
    words = {part for phrase in style.visual_style for part in phrase.lower().replace("-", " ").split()}
    for mood, signs in MOODS:
        if words & signs:
            return document.audio.mood.strip() or mood
    return document.audio.mood.strip() or PALETTE_MOODS[style.palette_hint]


def find_picture(choice: int | str, images: list[str]) -> int | None:
    """The place in the reference pack of a picture chosen by number, by path, or by file name; None when unknown."""
    if isinstance(choice, int):
        return choice if 0 <= choice < len(images) else None
    if choice in images:
        return images.index(choice)
    different = list(dict.fromkeys(images))
    for names in (
        [PurePosixPath(image).name for image in different],
        [PurePosixPath(image).stem for image in different],
    ):
        if names.count(choice) == 1:
            return images.index(different[names.index(choice)])
    return None


def normalise(document: Document, files: StoredFiles, notes: tuple[str, ...]) -> Brief:
    """The brief of a document that has no errors."""
    project = document.project
    rate = Rate(project.fps)
    return Brief(
        name=project.name,
        objective=project.objective,
        audience=project.audience,
        platform=project.platform,
        framework=document.story.framework,
        rate=rate,
        frames=rate.frames(project.duration_s),
        seed=derive_seed(project.name) if project.seed is None else project.seed,
        contract=_make_contract(document, files),
        product=_make_product(document, files),
        call=_make_call(document),
        audio=_make_audio(document, files, rate),
        optics=OpticsWish(document.optics.camera, float(document.optics.f_number), document.optics.modifier),
        scenes=tuple(_make_scene(scene, index, document, rate) for index, scene in enumerate(document.scenes)),
        pictures=tuple(files.pictures[name] for name in document.assets.reference_images),
        safety=Safety(tuple(document.safety.banned_terms), document.safety.allow_faces),
        notes=notes,
        product_usd=files.product_usd,
        stage_passes=tuple(of for of in StagePass if of.value in document.assets.stage_passes),
    )


def _to_money(amount: float | None) -> Money | None:
    return None if amount is None else parse_money(amount)


def _make_contract(document: Document, files: StoredFiles) -> Contract:
    contract = document.contract
    cap = contract.cap_usd if contract.cap_usd is not None else document.compute.budget_usd_max
    shown = (files.pictures[name].file.digest for name in document.assets.reference_images)
    return Contract(
        format=contract.format,
        runtime_s=float(document.project.duration_s),
        aspect=Aspect(document.project.aspect),
        cap=_to_money(cap),
        quota=_to_money(contract.quota_usd),
        references=len(dict.fromkeys(shown)),
        style_notes=contract.style_notes,
    )


def _make_product(document: Document, files: StoredFiles) -> Product:
    product, style = document.product, document.product.style_pack
    return Product(
        name=product.name,
        key_benefit=product.key_benefit,
        price_text=product.price_text,
        brand_colors=tuple(product.brand_colors),
        logo=None if product.logo is None else files.pictures[product.logo],
        no_logo=product.no_logo,
        style=StylePack(
            style.palette_hint,
            style.font_family,
            tuple(style.visual_style),
            tuple(style.negative_style),
            grade=style.grade or ("palette" if files.lut is None else NO_LOOK),
            lut=files.lut,
            heading_font=files.fonts.get("heading"),
            body_font=files.fonts.get("body"),
        ),
    )


def _make_call(document: Document) -> CallToAction:
    call = document.call_to_action
    return CallToAction(call.headline, call.subhead, call.button_text, call.url, call.legal)


def _make_audio(document: Document, files: StoredFiles, rate: Rate) -> Audio:
    audio = document.audio
    return Audio(
        mode=AudioMode(audio.mode),
        bpm=audio.bpm,
        mood=choose_mood(document),
        language=audio.language,
        music_file=None if audio.music_file is None else files.sounds[audio.music_file],
        voice_file=None if audio.voice_file is None else files.sounds[audio.voice_file],
        beat_markers=tuple(rate.frames(seconds) for seconds in audio.beat_markers),
        effects=audio.effects,
        burns_captions=audio.captions == "burned",
    )


def _make_scene(scene: ScenePart, index: int, document: Document, rate: Rate) -> SceneBrief:
    start = rate.frames(scene.start_s)
    found = (find_picture(choice, document.assets.reference_images) for choice in scene.pictures)
    move = scene.camera.move
    overlays = scene.overlays
    return SceneBrief(
        id=scene.id,
        number=index + 1,
        span=Span(start, rate.frames(scene.end_s) - start),
        type=SceneType(scene.type),
        intent=scene.intent,
        camera=CameraWish(None if move is None else CameraMove(move), scene.camera.focal_length_mm),
        overlays=Overlays(
            overlays.show_logo,
            overlays.show_price,
            overlays.show_product,
            tuple(TextBlock(block.text, TextPosition(block.position)) for block in overlays.text_blocks),
            None if overlays.lower_third is None else LowerThird(overlays.lower_third.name, overlays.lower_third.role),
        ),
        voice=scene.voice,
        pictures=tuple(place for place in found if place is not None),
        asset_name=scene.asset_name,
        on_stage=may_film(document, scene) and (scene.provider_hint != "auto" or has_stage()),
        hint=scene.provider_hint,
    )
