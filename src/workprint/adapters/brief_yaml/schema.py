"""The shape of brief.yaml as strict models, and the JSON Schema (draft 2020-12) published from them.

Fields that must be given carry an example: it stands in for a wrong value, so that everything else can be judged.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workprint.adapters.brief_yaml.kinds import (
    Colour,
    FilePath,
    FilledLine,
    FilledProse,
    LanguageCode,
    Line,
    PictureChoice,
    Prose,
    ProviderHint,
    SceneId,
    WebAddress,
)

SCHEMA_NAME = "workprint/brief@1"
"""Name and version of the format; raised when an old brief would be read differently."""

SCHEMA_FILE = "brief.schema.json"
MAX_SCENES = 2_000
MAX_PICTURES = 500
LONGEST_S = 4 * 3600.0
"""Longest film of any format: a feature with room to spare."""

Format = Literal["ad", "music-video", "explainer", "trailer", "short-film", "episode"]
AspectName = Literal["16:9", "9:16", "1:1", "4:5"]


class Section(BaseModel):
    """A section of the brief: no unknown keys, no silent conversion, finite numbers only."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class ContractPart(Section):
    """The creative contract."""

    format: Format = Field(default="ad", description="What is made. An ad lasts 8 to 60 seconds.")
    cap_usd: float | None = Field(default=None, description="Most that may ever be spent, in US dollars; 0 is a cap.")
    quota_usd: float | None = Field(default=None, description="Spending beyond this asks first, in US dollars.")
    runtime_s: float | None = Field(default=None, description="Must equal project.duration_s when given.")
    aspect: AspectName | None = Field(default=None, description="Must equal project.aspect when given.")
    style_notes: Prose = Field(default="", max_length=2000, description="Anything about style, in your own words.")


class ProjectPart(Section):
    """The film as a whole."""

    name: FilledLine = Field(max_length=80, examples=["Film"], description="Name of the project.")
    objective: Literal["awareness", "conversion", "ugc", "launch"] = Field(
        default="awareness", description="What the film is to achieve."
    )
    audience: Line = Field(default="", max_length=200, description="Who it is for.")
    platform: Literal["instagram", "tiktok", "youtube", "web", "other"] = Field(
        default="instagram", description="Where it runs."
    )
    aspect: AspectName = Field(examples=["9:16"], description="Picture shape: 16:9, 9:16, 1:1 or 4:5.")
    duration_s: float = Field(gt=0, examples=[15], description="Length of the film in seconds.")
    fps: Literal[24, 25, 30, 50, 60] = Field(default=30, description="Frames per second.")
    seed: int | None = Field(
        default=None, ge=0, le=2**31 - 1, description="Where chance starts; taken from the name when absent."
    )


class FontsPart(Section):
    """The brand's own fonts, as files you have the right to use in a film."""

    heading: FilePath | None = Field(default=None, description="TTF or OTF for headline, names, price and texts.")
    body: FilePath | None = Field(default=None, description="TTF or OTF for everything else.")


class StylePart(Section):
    """How the film looks."""

    palette_hint: Literal["warm", "cool", "neutral"] = Field(default="neutral", description="Colour temperature.")
    font_family: Literal["modern", "elegant", "bold", "editorial", "technical", "poster"] = Field(
        default="modern", description="Type preset."
    )
    fonts: FontsPart = Field(
        default=FontsPart(), description="The brand's own fonts; signs they lack come from the type preset."
    )
    visual_style: list[FilledLine] = Field(
        default=[], max_length=20, examples=[["minimalist"]], description="Words for the look wanted."
    )
    negative_style: list[FilledLine] = Field(
        default=[], max_length=20, examples=[["cartoonish"]], description="Words for the look not wanted."
    )
    grade: Literal["none", "palette", "soft", "vivid"] | None = Field(
        default=None,
        description="Grade of the footage, tinted from palette hint and brand colours: palette is gentle and the "
        "default, none where there is a lut.",
    )
    lut: FilePath | None = Field(
        default=None,
        description="A look-up table, .cube in 1D or in 3D up to 65 points a side; after the grade, below the titles.",
    )


class ProductPart(Section):
    """What is advertised."""

    name: FilledLine = Field(max_length=80, examples=["Product"], description="Name of the product.")
    key_benefit: FilledProse = Field(max_length=200, examples=["Benefit"], description="What it does for the buyer.")
    price_text: Line = Field(default="", max_length=24, description='The price as it is shown, in quotes: "$129".')
    brand_colors: list[Colour] = Field(
        min_length=1,
        max_length=12,
        examples=[["#111111"]],
        description='Colours as "#RRGGBB" in quotes: the ground first, then the accent.',
    )
    logo: FilePath | None = Field(default=None, description="Picture file of the logo, best with a clear ground.")
    no_logo: bool = Field(default=False, description="Say true to make the film without a logo.")
    style_pack: StylePart = Field(default=StylePart(), description="How the film looks.")


class CallPart(Section):
    """The call to action."""

    headline: FilledLine = Field(max_length=120, examples=["Headline"], description="The line that must be read.")
    subhead: Line = Field(default="", max_length=160, description="The line below it.")
    button_text: Line = Field(default="Shop now", max_length=40, description="Text of the button.")
    url: WebAddress = Field(default="", description="Where the viewer is sent: http or https.")
    legal: Prose = Field(default="", max_length=400, description="Small print, word for word.")


class AudioPart(Section):
    """Sound."""

    mode: Literal["music", "voiceover", "both"] = Field(default="music", description="Which sound the film carries.")
    bpm: int = Field(default=96, ge=60, le=180, description="Tempo of the music in beats a minute.")
    mood: Line = Field(default="", max_length=60, description="Mood of the music; taken from the style when absent.")
    effects: bool = Field(default=True, description="Whooshes, risers and soft blows on cuts; false leaves them out.")
    language: LanguageCode = Field(default="en", description="Language of the voice: en, pt-BR, ...")
    captions: Literal["side", "burned"] = Field(
        default="side", description="What is said, as files beside the film; burned sets it in the picture as well."
    )
    music_file: FilePath | None = Field(default=None, description="Your own music.")
    voice_file: FilePath | None = Field(default=None, description="Your own recorded voice for the whole film.")
    beat_markers: list[float] = Field(
        default=[], max_length=5000, examples=[[0.0]], description="Seconds at which the film must cut, rising."
    )


class OpticsPart(Section):
    """Camera, lens and light of the whole film."""

    camera: FilledLine = Field(default="large-format digital", max_length=80, description="The camera body.")
    f_number: float = Field(default=2.8, ge=0.7, le=64, description="Aperture of the lens.")
    modifier: Prose | None = Field(
        default=None, max_length=600, description="Text used in every prompt instead of the compiled one."
    )


class ControlsPart(Section):
    """Structure controls for video models that take them: checked and kept, sent to no model yet."""

    segmaps: list[FilePath] = Field(default=[], max_length=200, examples=[["x.png"]], description="Segmentation maps.")
    depths: list[FilePath] = Field(default=[], max_length=200, examples=[["x.png"]], description="Depth maps.")
    pose: FilePath | None = Field(default=None, description="Pose or trajectory as JSON.")


class AssetsPart(Section):
    """Files the film is made from, all inside the project folder."""

    reference_images: list[FilePath] = Field(
        default=[], max_length=MAX_PICTURES, examples=[["x.png"]], description="Pictures of the product; three or more."
    )
    usd_scene: FilePath | None = Field(
        default=None, description="A USD scene: checked and kept, not used yet; the stage films product_usd."
    )
    product_usd: FilePath | None = Field(
        default=None, description="The product as one .usdc or .usda file, filmed on the stage."
    )
    stage_passes: list[Literal["beauty", "depth", "normals", "masks", "shadow"]] = Field(
        default=[],
        max_length=5,
        examples=[["depth", "masks"]],
        description="Passes of every shot on the stage, published below out/stage/: one file a frame.",
    )
    controls: ControlsPart = Field(
        default=ControlsPart(), description="Structure controls: checked and kept, sent to no model yet."
    )


class CameraPart(Section):
    """The camera of one scene."""

    move: Literal["static", "dolly_in", "dolly_out", "pan", "tilt", "orbit"] | None = Field(
        default=None, description="The move; the board chooses when absent."
    )
    focal_length_mm: int = Field(default=35, ge=12, le=200, description="Focal length, full-frame equivalent.")


class TextBlockPart(Section):
    """One text laid over a scene."""

    text: FilledLine = Field(max_length=400, examples=["Text"], description="The text.")
    position: Literal["top", "center", "bottom", "safe-lower-third"] = Field(
        default="safe-lower-third", description="Where it stands."
    )


class LowerThirdPart(Section):
    """Who is seen or speaks, in the lower third of the frame."""

    name: FilledLine = Field(max_length=60, examples=["Name"], description="The name.")
    role: Line = Field(default="", max_length=80, description="What the person is or does, below the name.")


class OverlaysPart(Section):
    """What is laid over one scene."""

    show_logo: bool = Field(default=False, description="Show the logo.")
    show_price: bool = Field(default=False, description="Show the price.")
    show_product: bool = Field(default=False, description="Show the name of the product.")
    text_blocks: list[TextBlockPart] = Field(
        default=[], max_length=8, examples=[[{"text": "Text"}]], description="Texts."
    )
    lower_third: LowerThirdPart | None = Field(
        default=None, examples=[{"name": "Name"}], description="Name and role of a person; not on an end card."
    )


class ScenePart(Section):
    """One scene. Scenes stand in order and cover the film without gaps."""

    id: SceneId = Field(examples=["scene"], description="Short name of the scene, used once.")
    start_s: float = Field(ge=0, le=LONGEST_S, examples=[0], description="Start in seconds from the film's start.")
    end_s: float = Field(ge=0, le=LONGEST_S, examples=[15], description="End in seconds; the next scene starts there.")
    type: Literal["packshot", "lifestyle", "montage", "endcard"] = Field(
        examples=["lifestyle"], description="What the scene is for."
    )
    intent: FilledProse = Field(max_length=500, examples=["Scene"], description="What is seen, in your own words.")
    camera: CameraPart = Field(default=CameraPart(), description="The camera.")
    provider_hint: ProviderHint = Field(
        default="auto",
        description="What makes the scene: `auto`, `previz` (here, from pictures), `stage` (product_usd in three "
        "dimensions; `omniverse` means the same), `t2v` (any model that may be bought, else previz), "
        "`cosmos` (NVIDIA's alone, else previz), a provider such as `kling`, or one of its models. A provider that "
        "cannot make it stops the production at the gate `route`.",
    )
    pictures: list[PictureChoice] = Field(
        default=[], max_length=20, examples=[[0]], description="Reference pictures: file names, or places from 0."
    )
    overlays: OverlaysPart = Field(default=OverlaysPart(), description="What is laid over the scene.")
    voice: Prose = Field(default="", max_length=600, description="What is said during the scene.")
    asset_name: Line = Field(
        default="", max_length=120, description="Asset name of the scene, if it must be a given one."
    )


class SafetyPart(Section):
    """What must not appear."""

    banned_terms: list[FilledLine] = Field(
        default=[], max_length=200, examples=[["x"]], description="Words no text of the film may use."
    )
    allow_faces: bool = Field(default=False, description="Whether faces may be seen.")


class StoryPart(Section):
    """How the film is told."""

    framework: Literal["hook-demo-proof-cta", "pas", "aida"] = Field(
        default="hook-demo-proof-cta", description="The ad framework that gives scenes their roles."
    )


class ComputePart(Section):
    """How much effort goes into generation. Checked and kept; it changes nothing in the film today."""

    quality: Literal["draft", "standard", "high"] = Field(default="standard", description="Quality tier.")
    ip_frame_mode: Literal["full_t2v", "keyframes_plus_fill"] = Field(default="full_t2v", description="Keyframe mode.")
    keyframe_density: Literal["low", "medium", "high"] = Field(default="medium", description="Keyframes.")
    budget_usd_max: float | None = Field(default=None, description="The cap, when contract.cap_usd is absent.")


class Document(Section):
    """A whole brief as written."""

    schema_name: Line = Field(default=SCHEMA_NAME, alias="schema", description=f"The format: {SCHEMA_NAME}.")
    contract: ContractPart = Field(default=ContractPart(), description="The creative contract.")
    project: ProjectPart = Field(
        examples=[{"name": "Film", "aspect": "9:16", "duration_s": 15}], description="The film as a whole."
    )
    product: ProductPart = Field(
        examples=[{"name": "Product", "key_benefit": "Benefit", "brand_colors": ["#111111"]}],
        description="What is advertised.",
    )
    call_to_action: CallPart = Field(examples=[{"headline": "Headline"}], description="The call to action.")
    audio: AudioPart = Field(default=AudioPart(), description="Sound.")
    optics: OpticsPart = Field(default=OpticsPart(), description="Camera, lens and light of the whole film.")
    assets: AssetsPart = Field(default=AssetsPart(), description="Files the film is made from.")
    scenes: list[ScenePart] = Field(
        min_length=1,
        max_length=MAX_SCENES,
        examples=[[{"id": "scene", "start_s": 0, "end_s": 15, "type": "lifestyle", "intent": "Scene"}]],
        description="The scenes in order.",
    )
    safety: SafetyPart = Field(default=SafetyPart(), description="What must not appear.")
    story: StoryPart = Field(default=StoryPart(), description="How the film is told.")
    compute: ComputePart = Field(default=ComputePart(), description="How much effort goes into generation.")


def json_schema() -> dict[str, Any]:
    """The published schema of brief.yaml, draft 2020-12."""
    schema = Document.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:workprint:schema:brief:1",
        **schema,
        "title": "Workprint brief",
    }


def json_schema_text() -> str:
    """The published schema as the text of its file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def publish_schema(file: Path) -> None:
    """Write the published schema; the repository's own copy is docs/schema/brief.schema.json."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json_schema_text(), encoding="utf-8")
