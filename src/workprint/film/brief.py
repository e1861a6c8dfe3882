"""The brief, normalised: creative contract and ad brief with every default filled in (A1, A2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from workprint.film.lineage import FileRef
from workprint.film.money import Money
from workprint.film.time import Rate, Span


class Aspect(str, Enum):
    """Picture shapes a film can be made in."""

    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"
    FEED = "4:5"

    @property
    def master_size(self) -> tuple[int, int]:
        """Width and height in pixels at 1080p."""
        sizes = {"16:9": (1920, 1080), "9:16": (1080, 1920), "1:1": (1080, 1080), "4:5": (1080, 1350)}
        return sizes[self.value]


class SceneType(str, Enum):
    """What a scene of an ad is for."""

    PACKSHOT = "packshot"
    LIFESTYLE = "lifestyle"
    MONTAGE = "montage"
    ENDCARD = "endcard"


class CameraMove(str, Enum):
    """Camera moves the board understands."""

    STATIC = "static"
    DOLLY_IN = "dolly_in"
    DOLLY_OUT = "dolly_out"
    PAN = "pan"
    TILT = "tilt"
    ORBIT = "orbit"


class TextPosition(str, Enum):
    """Where a text block stands inside the safe area."""

    TOP = "top"
    CENTER = "center"
    BOTTOM = "bottom"
    LOWER_THIRD = "safe-lower-third"


class AudioMode(str, Enum):
    """Which sound the film carries."""

    MUSIC = "music"
    VOICEOVER = "voiceover"
    BOTH = "both"

    @property
    def has_voice(self) -> bool:
        """Whether lines are spoken."""
        return self is not AudioMode.MUSIC

    @property
    def has_music(self) -> bool:
        """Whether music plays."""
        return self is not AudioMode.VOICEOVER


@dataclass(frozen=True)
class Picture:
    """A reference picture: the stored file, its size in pixels, whether it is a cut-out with alpha.

    `tone` is its mean colour #RRGGBB ("" where nobody looked), `subject` the box of what stands out in it, x, y, width
    and height in thousandths of its sides, None where nothing does.
    """

    file: FileRef
    width: int
    height: int
    has_alpha: bool
    tone: str = ""
    subject: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class Contract:
    """The creative contract: nothing is generated until the cap is set and the reference pack is complete."""

    format: str
    runtime_s: float
    aspect: Aspect
    cap: Money | None
    quota: Money | None
    references: int
    style_notes: str = ""


@dataclass(frozen=True)
class StylePack:
    """How the film should look: palette hint, type preset, words wanted and unwanted, grade.

    `grade` is one of `film.grade.LOOKS`; `lut` a stored look-up table in .cube form. `heading_font` and `body_font` are
    the brand's own font files; None leaves the type preset's.
    """

    palette_hint: str = "neutral"
    font_family: str = "sans"
    visual_style: tuple[str, ...] = ()
    negative_style: tuple[str, ...] = ()
    grade: str = "palette"
    lut: FileRef | None = None
    heading_font: FileRef | None = None
    body_font: FileRef | None = None


@dataclass(frozen=True)
class Product:
    """What is advertised. Colours are #RRGGBB, upper case; the first is the ground, the second the accent."""

    name: str
    key_benefit: str
    price_text: str
    brand_colors: tuple[str, ...]
    logo: Picture | None
    no_logo: bool
    style: StylePack


@dataclass(frozen=True)
class CallToAction:
    """What the viewer is asked to do."""

    headline: str
    subhead: str
    button_text: str
    url: str
    legal: str


@dataclass(frozen=True)
class VoiceLine:
    """A line to be spoken inside one scene."""

    scene: str
    text: str


@dataclass(frozen=True)
class Audio:
    """Sound: mode, tempo in beats a minute, own files, hard-cut beat markers as frames, whether effects are wanted.

    `burns_captions`: what is said is set in the picture, too, not only in side files.
    """

    mode: AudioMode
    bpm: int
    mood: str
    language: str
    music_file: FileRef | None
    voice_file: FileRef | None
    beat_markers: tuple[int, ...]
    effects: bool = True
    burns_captions: bool = field(default=False, metadata={"digest": "if-set"})


@dataclass(frozen=True)
class CameraWish:
    """The camera a scene asks for; None leaves the choice to the board."""

    move: CameraMove | None
    focal_length_mm: int


@dataclass(frozen=True)
class TextBlock:
    """A line of text laid over a scene."""

    text: str
    position: TextPosition


@dataclass(frozen=True)
class LowerThird:
    """Who is seen or speaks: a name, and a role or "" for none."""

    name: str
    role: str = ""


@dataclass(frozen=True)
class Overlays:
    """What is laid over a scene."""

    show_logo: bool = False
    show_price: bool = False
    show_product: bool = False
    text_blocks: tuple[TextBlock, ...] = ()
    lower_third: LowerThird | None = None


class StagePass(str, Enum):
    """What the stage can give of a shot besides the developed picture: one file a frame."""

    BEAUTY = "beauty"
    DEPTH = "depth"
    NORMALS = "normals"
    MASKS = "masks"
    SHADOW = "shadow"


@dataclass(frozen=True)
class SceneBrief:
    """One scene of the brief. `pictures` index the reference pack; empty leaves the choice to the board.

    `on_stage` says that the product itself is filmed in three dimensions, not its pictures. `hint` is what the brief
    prefers to have it made by: auto, previz, stage, cosmos, t2v, a provider, or one of its models.
    """

    id: str
    number: int
    span: Span
    type: SceneType
    intent: str
    camera: CameraWish
    overlays: Overlays
    voice: str
    pictures: tuple[int, ...]
    asset_name: str = ""
    on_stage: bool = False
    hint: str = "auto"


@dataclass(frozen=True)
class OpticsWish:
    """Camera, lens and light of the whole film; `modifier` replaces the compiled text, None compiles it."""

    camera: str = "large-format digital"
    f_number: float = 2.8
    modifier: str | None = None


@dataclass(frozen=True)
class Safety:
    """What must not appear."""

    banned_terms: tuple[str, ...] = ()
    allow_faces: bool = False


@dataclass(frozen=True)
class Brief:
    """A whole production as asked for, every default filled in and every file stored."""

    name: str
    objective: str
    audience: str
    platform: str
    framework: str
    rate: Rate
    frames: int
    seed: int
    contract: Contract
    product: Product
    call: CallToAction
    audio: Audio
    optics: OpticsWish
    scenes: tuple[SceneBrief, ...]
    pictures: tuple[Picture, ...]
    safety: Safety
    notes: tuple[str, ...] = field(default=(), metadata={"digest": False})
    short_side: int = 1080
    product_usd: FileRef | None = None
    stage_passes: tuple[StagePass, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels everything is made at: the master size, or smaller for a quick look."""
        width, height = self.aspect.master_size
        return (width * self.short_side // 1080 // 2 * 2, height * self.short_side // 1080 // 2 * 2)

    @property
    def aspect(self) -> Aspect:
        """The picture shape of the master."""
        return self.contract.aspect


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a brief: a stable code, the path in the file, what, and what to do."""

    code: str
    path: str
    message: str
    remedy: str
    level: str = "error"
