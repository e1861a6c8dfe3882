"""Type systems: a line set over moving footage as it would be in a film, and the end card."""

from __future__ import annotations

from pathlib import Path

from gallery.exhibit import Exhibit
from gallery.joining import join_films
from gallery.making import SCRATCH, pick_frames, save_jpeg
from gallery.registry import Brand, say_name
from gallery.studio import RATE, Studio, size_feed
from workprint.acts.act5_cut.title_plan import choose_entrance, show_address
from workprint.film.cut_orders import TitleCue

PART = "types"
SHOW, THIRD, CARD = 75, 60, 66
"""Frames of the line over footage, of the lower third, and of the end card."""


def show_type_system(system: str, turn: int, brand: Brand, folder: Path, short: int) -> Exhibit:
    """Set a brand's words in a type system: a line, a lower third, then the end card."""
    size = size_feed(short)
    studio = Studio(brand, size, folder / SCRATCH / f"type-{system}")
    photos, cutouts = brand.list_pictures(has_alpha=False), brand.list_pictures(has_alpha=True)
    line = brand.brief.scenes[0].overlays.text_blocks
    text = line[0].text if line else brand.brief.call.headline
    entrance = choose_entrance(system, turn, text)
    over = TitleCue("title", 8, SHOW - 6, entrance, "fade")
    third = TitleCue("title", 8, THIRD - 6, "lines", "fade")
    card = TitleCue("title", 4, CARD, "card", "none")
    clips = (
        studio.shoot("full_bleed", photos[0], SHOW),
        studio.shoot("full_bleed", photos[-1], THIRD),
        studio.shoot("endcard", cutouts[0], CARD),
    )
    named = (("name", "Annalena Vogt"), ("role", "Lighting designer"))
    titles = (
        studio.set_title(system, "text", (("text", text),), (clips[0], over)),
        studio.set_title(system, "lower_third", named, (clips[1], third)),
        studio.set_title(system, "endcard", _list_card(brand), (clips[2], card)),
    )
    cues = ((over, SHOW), (third, THIRD), (card, CARD))
    segments = [
        studio.cut(clip, title, cue, frames) for clip, title, (cue, frames) in zip(clips, titles, cues, strict=True)
    ]
    video = Path(PART) / f"{system}.mp4"
    join_films((Path(made.files[0].path) for made in segments), folder / video, RATE)
    stills = tuple(Path(PART) / f"{system}{name}.jpg" for name in ("", "-third", "-card"))
    for still, number in zip(stills, (SHOW // 2 + 8, SHOW + THIRD // 2 + 8, SHOW + THIRD + CARD - 2), strict=True):
        save_jpeg(pick_frames(folder / video, (number,))[0], folder / still)
    note = f"comes {'as a whole' if entrance in ('wipe', 'rise') else 'by ' + entrance}"
    return Exhibit(
        PART, system, say_name(system), note, video.as_posix(), tuple(still.as_posix() for still in stills), *size,
        f"The words of {brand.brief.product.name} in the type system {system}",
    )  # fmt: skip


def _list_card(brand: Brand) -> tuple[tuple[str, str], ...]:
    call, product = brand.brief.call, brand.brief.product
    lines = (
        ("product", product.name),
        ("headline", call.headline),
        ("subhead", call.subhead),
        ("price", product.price_text),
        ("button", call.button_text),
        ("url", show_address(call.url)),
    )
    return tuple((role, text) for role, text in lines if text)
