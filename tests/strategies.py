"""Briefs for tests: one that a person could have written, and a strategy of all sorts of others."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from workprint.film.brief import (
    Aspect,
    Audio,
    AudioMode,
    Brief,
    CallToAction,
    CameraMove,
    CameraWish,
    Contract,
    OpticsWish,
    Overlays,
    Picture,
    Product,
    Safety,
    SceneBrief,
    SceneType,
    StylePack,
    TextBlock,
    TextPosition,
)
from workprint.film.canonical import digest_of
from workprint.film.lineage import FileRef
from workprint.film.money import Money
from workprint.film.time import Rate, Span

FRAMEWORKS = ("hook-demo-proof-cta", "pas", "aida")


def make_picture(name: str, *, has_alpha: bool) -> Picture:
    """A reference picture that exists in name only."""
    return Picture(FileRef(digest_of(name), "image/png", 1000, name), 1600, 1200, has_alpha)


def make_scene(
    number: int,
    kind: SceneType,
    start: int,
    length: int,
    intent: str,
    overlays: Overlays | None = None,
    line: str = "",
) -> SceneBrief:
    """A scene with nothing asked of its camera."""
    camera = CameraWish(None, 50)
    return SceneBrief(f"s{number}", number, Span(start, length), kind, intent, camera, overlays or Overlays(), line, ())


def make_brief() -> Brief:
    """A 15 second vertical ad at 30 fps and 120 bpm: packshot, lifestyle, montage, end card."""
    scenes = (
        make_scene(
            1, SceneType.PACKSHOT, 0, 90, "Slow dolly-in on the lamp, soft top light", Overlays(True, False, True)
        ),
        make_scene(
            2,
            SceneType.LIFESTYLE,
            90,
            180,
            "Evening desk, warm glow on paper",
            Overlays(text_blocks=(TextBlock("Light that follows you", TextPosition.LOWER_THIRD),)),
            "Light that follows your hands.",
        ),
        make_scene(
            3,
            SceneType.MONTAGE,
            270,
            90,
            "Details of joint and switch, rim light",
            Overlays(
                False,
                True,
                text_blocks=(TextBlock("Solid brass", TextPosition.TOP), TextBlock("No glare", TextPosition.TOP)),
            ),
        ),
        make_scene(4, SceneType.ENDCARD, 360, 90, "Lamp to one side, calm", Overlays(True, True), "Order today."),
    )
    pictures = (
        make_picture("cut.png", has_alpha=True),
        make_picture("desk.jpg", has_alpha=False),
        make_picture("joint.jpg", has_alpha=False),
        make_picture("switch.jpg", has_alpha=False),
    )
    style = StylePack("warm", "grotesk", ("minimalist",), ("cartoonish",))
    logo = make_picture("logo.png", has_alpha=True)
    return Brief(
        name="Solvane Lamp",
        objective="launch",
        audience="people who work late",
        platform="instagram",
        framework="hook-demo-proof-cta",
        rate=Rate(30),
        frames=450,
        seed=7,
        contract=Contract("ad", 15.0, Aspect.TALL, Money(5_000_000), None, 4),
        product=Product(
            "Solvane One", "Light without glare", "$149", ("#12202B", "#E8B04A"), logo, no_logo=False, style=style
        ),
        call=CallToAction(
            "Work in your own light", "Ships tomorrow", "Order now", "solvane.example", "While stock lasts"
        ),
        audio=Audio(AudioMode.BOTH, 120, "warm", "en", None, None, ()),
        optics=OpticsWish(),
        scenes=scenes,
        pictures=pictures,
        safety=Safety(("miracle",)),
    )


def change_scene(brief: Brief, number: int, **changes: object) -> Brief:
    """The brief with fields of one scene replaced."""
    scenes = tuple(
        replace(scene, **changes) if scene.number == number else scene  # type: ignore[arg-type]
        for scene in brief.scenes
    )
    return replace(brief, scenes=scenes)


TEXTS = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
INTENTS = st.sampled_from(
    (
        "Slow dolly-in, soft top light",
        "orbit at night, neon",
        "golden hour on the terrace, pans across",
        "Ein Fenster am Morgen",
        "静物と柔光",
        "|# odd <b>signs</b> `here`",
    )
)


@st.composite
def overlays(draw: st.DrawFn) -> Overlays:
    """Any mix of overlays, up to four texts."""
    blocks = st.builds(TextBlock, TEXTS, st.sampled_from(TextPosition))
    return Overlays(
        draw(st.booleans()), draw(st.booleans()), draw(st.booleans()), tuple(draw(st.lists(blocks, max_size=4)))
    )


@st.composite
def scene_lists(draw: st.DrawFn, rate: Rate, pictures: int) -> tuple[SceneBrief, ...]:
    """One to six scenes of half a second to twelve seconds, one after the other from frame 0."""
    lengths = draw(st.lists(st.integers(rate.nominal // 2, rate.nominal * 12), min_size=1, max_size=6))
    scenes, start = [], 0
    for number, length in enumerate(lengths, start=1):
        wish = CameraWish(draw(st.none() | st.sampled_from(CameraMove)), draw(st.integers(18, 85)))
        asked = tuple(draw(st.lists(st.integers(0, pictures - 1), max_size=3))) if pictures else ()
        scenes.append(
            SceneBrief(
                id=f"s{number}",
                number=number,
                span=Span(start, length),
                type=draw(st.sampled_from(SceneType)),
                intent=draw(INTENTS),
                camera=wish,
                overlays=draw(overlays()),
                voice=draw(st.sampled_from(("", "Say this."))),
                pictures=asked,
            )
        )
        start += length
    return tuple(scenes)


@st.composite
def briefs(draw: st.DrawFn) -> Brief:
    """Any brief the reader could have accepted, and some it would not: no pictures, odd names, odd tempi."""
    rate = draw(st.sampled_from((Rate(24), Rate(25), Rate(30), Rate(30000, 1001))))
    pack = draw(st.lists(st.booleans(), max_size=5))
    pictures = tuple(make_picture(f"{index}.png", has_alpha=alpha) for index, alpha in enumerate(pack))
    scenes = draw(scene_lists(rate, len(pictures)))
    frames = scenes[-1].span.end
    markers = tuple(draw(st.lists(st.integers(0, frames + 50), max_size=8)))
    base = make_brief()
    product = replace(base.product, name=draw(TEXTS), no_logo=draw(st.booleans()))
    audio = replace(
        base.audio, mode=draw(st.sampled_from(AudioMode)), bpm=draw(st.integers(60, 180)), beat_markers=markers
    )
    contract = replace(base.contract, aspect=draw(st.sampled_from(Aspect)), references=len(pictures))
    return replace(
        base,
        name=draw(TEXTS),
        framework=draw(st.sampled_from(FRAMEWORKS)),
        rate=rate,
        frames=frames,
        contract=contract,
        product=product,
        audio=audio,
        scenes=scenes,
        pictures=pictures,
    )
