"""Specs: both halves of every shot compiled from one description, and filed as documents (G1-G3)."""

from __future__ import annotations

from workprint.acts.act2_prepare.spec_sheet import write_json, write_markdown
from workprint.dialects.plain import PLAIN
from workprint.film.board import Board, Chain, Shot
from workprint.film.brief import Brief, CameraMove
from workprint.film.cut_orders import DocumentPayload
from workprint.film.effect_plan import Event, describe_effects, list_events
from workprint.film.look import choose_companions
from workprint.film.optics import Optics
from workprint.film.order import AnyTake, Order
from workprint.film.shot_names import name_shot
from workprint.film.spec import ImageHalf, Reference, ShotSpec, Specs, VideoHalf
from workprint.film.story import Breakdown
from workprint.ports.desk import Desk, stage
from workprint.ports.dialect import Dialect, ShotText


@stage(version=3)
async def write_specs(brief: Brief, breakdown: Breakdown, optics: Optics, board: Board, desk: Desk) -> Specs:
    """Compile the spec of every shot and file it as Markdown and JSON."""
    events = list_events(brief, board)
    specs = tuple(
        (shot, compile_spec(brief, breakdown, optics, chain, shot, dialect=PLAIN, events=events))
        for chain in board.chains
        for shot in chain.shots
    )

    async def file_order(order: Order) -> AnyTake:
        return await desk.render(order)

    await desk.each(tuple(order for shot, spec in specs for order in order_documents(brief, shot, spec)), file_order)
    return Specs(tuple(spec for _, spec in specs))


def order_documents(brief: Brief, shot: Shot, spec: ShotSpec) -> tuple[Order, Order]:
    """The spec's two documents."""
    markdown = DocumentPayload("text/markdown", write_markdown(spec, brief.rate))
    data = DocumentPayload("application/json", write_json(spec))
    return (
        Order("document", name_shot(shot, "SPEC", "-md"), markdown, publish=f"specs/{shot.slate}.md"),
        Order("document", name_shot(shot, "SPEC", "-json"), data, publish=f"specs/{shot.slate}.json"),
    )


def compile_spec(
    brief: Brief,
    breakdown: Breakdown,
    optics: Optics,
    chain: Chain,
    shot: Shot,
    *,
    dialect: Dialect,
    events: tuple[Event, ...],
) -> ShotSpec:
    """One shot, written once; both prompts come from the same text, so they cannot drift apart (I8).

    `events` are the effects of the whole film, as they will be synthesised.
    """
    scene = breakdown.of(shot.scene)
    seconds = round(float(brief.rate.seconds(shot.planned)), 3)
    dialogue = _find_dialogue(brief, shot)
    prompt = add_style(scene.prompt, shot.take.style)
    text = ShotText(shot, prompt, optics.of(shot.scene).modifier, scene.negatives, dialogue, seconds)
    width, height = brief.size
    return ShotSpec(
        slate=shot.slate,
        name=name_shot(shot, "SPEC"),
        scene=shot.scene,
        camera=f"{shot.size}, {shot.angle}, {shot.focal_length_mm} mm, {shot.move.value.replace('_', ' ')}",
        variation=shot.variation,
        duration_frames=shot.span.length,
        emotion=shot.emotion,
        is_primary=shot.is_primary,
        first_frame=shot.first_frame,
        last_frame=shot.last_frame,
        motion=shot.motion,
        modifier=text.modifier,
        dialogue=dialogue,
        music=f"{brief.audio.mood} bed, {chain.role}" if brief.audio.mode.has_music else "none",
        effects=describe_effects(events, shot, brief.rate),
        dialect=dialect.name,
        image=ImageHalf(
            mode="image-to-image" if shot.picture >= 0 else "text-to-image",
            references=list_references(brief, shot),
            prompt=dialect.image_prompt(text),
            negatives=scene.negatives,
            width=width,
            height=height,
        ),
        video=VideoHalf(
            input_frames=("first_frame",),
            prompt=dialect.video_prompt(text),
            frames=shot.footage,
            aspect=brief.aspect.value,
            camera_fixed=shot.move is CameraMove.STATIC,
        ),
    )


def add_style(prompt: str, style: str) -> str:
    """The scene's prompt with the words of style a take was asked for with."""
    return f"{prompt} Style: {' '.join(style.split()).rstrip('.')}." if style.strip() else prompt


def list_references(brief: Brief, shot: Shot) -> tuple[Reference, ...]:
    """The pictures a model should look at: the shot's own first, then those shown beside it."""
    if shot.picture < 0:
        return ()
    beside = tuple(Reference(index, "shown beside it") for index in choose_companions(brief, shot))
    return (Reference(shot.picture, "the product as it is; every take is judged against it"), *beside)


def _find_dialogue(brief: Brief, shot: Shot) -> str:
    # A scene's line starts with its first shot; repeating it on every slate would ask for it more than once.
    if shot.number != 1 or not brief.audio.mode.has_voice:
        return ""
    return next((scene.voice for scene in brief.scenes if scene.id == shot.scene), "")
