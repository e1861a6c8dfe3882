"""Writes a new brief.yaml: commented, linked to its schema, and right as it is. A user's text is always quoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workprint.acts.act1_develop.parse_sentence import SentenceBrief
from workprint.acts.act1_develop.scene_presets import AdFacts, ScenePreset, arrange_scenes
from workprint.adapters.brief_yaml.schema import SCHEMA_FILE, SCHEMA_NAME


@dataclass(frozen=True)
class BriefChoices:
    """What a new brief is written from. `pictures` and `logo` are paths from the project folder.

    Without a price none is shown; without a logo the brief says `no_logo: true`; without scenes the framework's
    presets are used, scaled to the duration.
    """

    name: str
    product: str
    headline: str
    pictures: tuple[str, ...]
    logo: str | None = None
    price: str = ""
    key_benefit: str = ""
    brand_colors: tuple[str, ...] = ("#161616", "#D9D4CC")
    aspect: str = "9:16"
    duration_s: float = 15
    fps: int = 30
    platform: str = "instagram"
    objective: str = "awareness"
    audience: str = ""
    cap_usd: float | None = None
    style_notes: str = ""
    palette_hint: str = "neutral"
    visual_style: tuple[str, ...] = ()
    subhead: str = ""
    button_text: str = "Shop now"
    url: str = ""
    legal: str = ""
    audio_mode: str = "music"
    mood: str = ""
    language: str = "en"
    framework: str = "hook-demo-proof-cta"
    scenes: tuple[ScenePreset, ...] = ()


def choose_from_sentence(
    said: SentenceBrief, *, name: str, pictures: tuple[str, ...], logo: str | None = None
) -> BriefChoices:
    """The choices a parsed sentence makes, for a project of a name with the pictures found in its folder."""
    return BriefChoices(
        name=name,
        product=said.product,
        headline=said.headline,
        pictures=pictures,
        logo=logo,
        price=said.price,
        key_benefit=said.benefit,
        brand_colors=said.brand_colors,
        aspect=said.aspect,
        duration_s=said.duration_s,
        platform=said.platform,
        objective=said.objective,
        audience=said.audience,
        cap_usd=said.cap_usd,
        palette_hint=said.palette_hint,
        visual_style=said.styles,
        url=said.url,
        audio_mode=said.audio_mode,
        mood=said.mood,
        language=said.language,
        framework=said.framework,
        scenes=said.scenes,
    )


def write_brief(choices: BriefChoices, *, schema: str = SCHEMA_FILE) -> str:
    """The text of a brief.yaml that passes the checker as it is; `schema` is where editors find the schema."""
    parts = (
        _write_head(schema),
        _write_contract(choices),
        _write_project(choices),
        _write_product(choices),
        _write_call(choices),
        _write_audio(choices),
        _write_look(choices),
        _write_assets(choices),
        _write_scenes(choices),
        _write_safety(),
    )
    return "\n".join(line for part in parts for line in (*part, "")).rstrip("\n") + "\n"


def quote_yaml(text: str) -> str:
    """Text as a double-quoted YAML scalar on one line that reads back verbatim (YAML 1.2.2, section 7.3.1)."""
    return '"' + "".join(_escape(char) for char in text) + '"'


def _escape(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    point = ord(char)
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def _quote_list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quote_yaml(text) for text in texts) + "]"


def _optional(key: str, text: str, comment: str) -> str:
    """A setting, or the same line as a comment when there is nothing to set."""
    return f"  {key}: {quote_yaml(text)}" if text else f"  # {key}: {comment}"


def _write_head(schema: str) -> tuple[str, ...]:
    # A line break here would end the comment; the name of the schema never needs one.
    return (
        f"# yaml-language-server: $schema={' '.join(schema.split())}",
        "# The brief: all a production is made from. See what it takes with: workprint plan",
        "# Lines after a # are comments; remove the # to use a setting. Put texts in quotes.",
        f"schema: {SCHEMA_NAME}",
    )


def _write_contract(choices: BriefChoices) -> tuple[str, ...]:
    cap = "  # cap_usd: 0            # nothing is generated until a cap is set; 0 is a cap"
    return (
        "contract:",
        "  format: ad",
        cap if choices.cap_usd is None else f"  cap_usd: {_number(choices.cap_usd)}  # the most that may ever be spent",
        "  # quota_usd: 0          # spending beyond this asks first",
        _optional("style_notes", choices.style_notes, '"anything about style, in your own words"'),
    )


def _write_project(choices: BriefChoices) -> tuple[str, ...]:
    return (
        "project:",
        f"  name: {quote_yaml(choices.name)}",
        f"  objective: {quote_yaml(choices.objective)}  # awareness, conversion, ugc, launch",
        _optional("audience", choices.audience, '"who it is for"'),
        f"  platform: {quote_yaml(choices.platform)}  # instagram, tiktok, youtube, web, other",
        f"  aspect: {quote_yaml(choices.aspect)}  # 9:16, 16:9, 1:1, 4:5",
        f"  duration_s: {_number(choices.duration_s)}  # an ad lasts 8 to 60 seconds",
        f"  fps: {choices.fps}",
        "  # seed: 1               # another number, another film; taken from the name when absent",
    )


def _write_product(choices: BriefChoices) -> tuple[str, ...]:
    logo = f"  logo: {quote_yaml(choices.logo)}" if choices.logo else "  no_logo: true  # or give a picture: logo: ..."
    return (
        "product:",
        f"  name: {quote_yaml(choices.product)}",
        f"  key_benefit: {quote_yaml(choices.key_benefit or choices.headline)}",
        _optional("price_text", choices.price, '"$129"'),
        f"  brand_colors: {_quote_list(choices.brand_colors)}  # the ground first, then the accent",
        logo,
        "  style_pack:",
        f"    palette_hint: {quote_yaml(choices.palette_hint)}  # warm, cool, neutral",
        "    font_family: modern  # modern, elegant, bold, editorial, technical, poster",
        f"    visual_style: {_quote_list(choices.visual_style)}",
        "    negative_style: []",
        "    # grade: palette         # none, palette, soft, vivid",
        '    # lut: "assets/look.cube"',
        '    # fonts: {heading: "assets/brand-bold.otf", body: "assets/brand-regular.otf"}',
    )


def _write_call(choices: BriefChoices) -> tuple[str, ...]:
    return (
        "call_to_action:",
        f"  headline: {quote_yaml(choices.headline)}",
        _optional("subhead", choices.subhead, '"a second line"'),
        f"  button_text: {quote_yaml(choices.button_text)}",
        _optional("url", choices.url, '"https://example.com"'),
        _optional("legal", choices.legal, '"small print, word for word"'),
    )


def _write_audio(choices: BriefChoices) -> tuple[str, ...]:
    return (
        "audio:",
        f"  mode: {quote_yaml(choices.audio_mode)}  # music, voiceover, both",
        "  bpm: 96                 # beats a minute; cuts fall on beats",
        _optional("mood", choices.mood, '"warm"  # taken from the style when absent'),
        f"  language: {quote_yaml(choices.language)}",
        "  # effects: false         # no whooshes, risers and soft blows on cuts",
        '  # music_file: "assets/music.wav"',
        '  # voice_file: "assets/voice.wav"',
        "  # beat_markers: [2.5, 5.0]  # seconds at which the film must cut",
    )


def _write_look(choices: BriefChoices) -> tuple[str, ...]:
    return (
        "optics:",
        "  camera: large-format digital",
        "  f_number: 2.8",
        '  # modifier: "text used in every prompt instead of the compiled one"',
        "",
        "story:",
        f"  framework: {quote_yaml(choices.framework)}  # hook-demo-proof-cta, pas, aida",
    )


def _write_assets(choices: BriefChoices) -> tuple[str, ...]:
    return (
        "assets:",
        "  reference_images:  # pictures of the product; three or more",
        *(f"    - {quote_yaml(picture)}" for picture in choices.pictures),
        '  # product_usd: "assets/product.usdc"  # films the product itself, with the stage installed',
    )


def _write_scenes(choices: BriefChoices) -> tuple[str, ...]:
    facts = AdFacts(
        choices.product,
        choices.headline,
        choices.key_benefit,
        choices.price,
        " and ".join(choices.visual_style[:3]),
        choices.audio_mode != "music",
        choices.language.startswith("en"),
    )
    scenes = choices.scenes or arrange_scenes(choices.framework, choices.duration_s, facts)
    head = "scenes:  # in order, without gaps: each starts where the one before it ends"
    return (head, *(line for scene in scenes for line in _write_scene(scene, choices.logo is not None)))


def _write_scene(scene: ScenePreset, has_logo: bool) -> tuple[str, ...]:
    overlays = scene.overlays
    shows_logo = overlays.show_logo or (has_logo and scene.type.value == "endcard")
    blocks = tuple(
        f"        - {{text: {quote_yaml(block.text)}, position: {block.position.value}}}"
        for block in overlays.text_blocks
    )
    return (
        f"  - id: {quote_yaml(scene.id)}",
        f"    start_s: {_number(scene.start_s)}",
        f"    end_s: {_number(scene.end_s)}",
        f"    type: {scene.type.value}  # packshot, lifestyle, montage, endcard",
        f"    intent: {quote_yaml(scene.intent)}",
        f"    camera: {{move: {scene.move.value}, focal_length_mm: {scene.focal_length_mm}}}",
        "    overlays:",
        f"      show_logo: {_flag(shows_logo)}",
        f"      show_price: {_flag(overlays.show_price)}",
        f"      show_product: {_flag(overlays.show_product)}",
        *(("      text_blocks:", *blocks) if blocks else ()),
        f"    voice: {quote_yaml(scene.voice)}" if scene.voice else '    # voice: "what is said during the scene"',
    )


def _write_safety() -> tuple[str, ...]:
    return ("safety:", "  banned_terms: []", "  allow_faces: false")


def _number(value: float) -> str:
    """The shortest way to write a number that reads back as the same one."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _flag(value: bool) -> str:
    return "true" if value else "false"
