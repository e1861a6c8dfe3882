"""The page: one HTML file beside its pictures, films and type; nothing is fetched from anywhere else."""

from __future__ import annotations

import base64
import hashlib
import shutil
from html import escape
from pathlib import Path

from gallery.exhibit import Exhibit
from gallery.registry import ROOT

HERE = Path(__file__).resolve().parent
FONTS = ("InterDisplay-SemiBold.otf", "Inter-Regular.otf")
"""The type of the page, copied beside it: SIL Open Font Licence 1.1."""

PARTS = {
    "films": ("Films", "Three brands, produced from the briefs in examples/."),
    "designs": ("Shot designs", "Each is drawn anew for every shape: the small stills are recomposed, not cropped."),
    "types": (
        "Type systems",
        "A style pack names one. Texts come by line, word or letter; an end card closes the film.",
    ),
    "transitions": ("Transitions", "Chosen by the style of the brief; most scenes simply cut."),
    "grades": ("Grades", "Laid on the footage, never on titles, logo or end card. Brand colours stay where they are."),
}
"""Parts of the gallery in the order they are shown: heading, and a line below it."""


def write_page(folder: Path, exhibits: dict[str, tuple[Exhibit, ...]]) -> Path:
    """Write index.html and what it needs beside it."""
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    for font in FONTS:
        shutil.copy(ROOT / "src" / "workprint" / "lab" / "font_files" / font, folder / "fonts" / font)
    style = (HERE / "page.css").read_text(encoding="utf-8")
    script = (HERE / "page.js").read_text(encoding="utf-8")
    shown = [part for part in PARTS if exhibits.get(part)]
    links = "".join(
        f'<a href="#{part}">{escape(PARTS[part][0])} <span>{len(exhibits[part])}</span></a>' for part in shown
    )
    sections = "".join(_write_part(part, exhibits[part]) for part in shown)
    page = folder / "index.html"
    page.write_text(
        "<!doctype html>\n"
        '<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_write_policy(style, script)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="dark"><title>Workprint gallery</title>'
        f"<style>{style}</style></head><body>"
        "<header><p class=mark>Workprint</p><h1>Everything here was drawn by the offline renderer.</h1>"
        "<p class=lead>No model, no network, no footage: product pictures and a brief go in.</p>"
        f"<nav>{links}</nav></header><main>{sections}</main>"
        "<footer><p>Rendered by <code>make gallery</code>. The brands are invented; their pictures are CC0. "
        '<a href="sheet.png">All of it on one sheet</a></p></footer>'
        f"<script>{script}</script></body></html>\n",
        encoding="utf-8",
    )
    return page


def _write_policy(style: str, script: str) -> str:
    """What the page may load: its own files, this style and this script."""
    own = "'self' file:"
    return (
        f"default-src 'none'; img-src {own}; media-src {own}; font-src {own}; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _write_part(part: str, exhibits: tuple[Exhibit, ...]) -> str:
    title, line = PARTS[part]
    cards = "".join(_write_card(item) for item in exhibits)
    return (
        f'<section id="{part}"><div class=head><h2>{escape(title)}</h2><p>{escape(line)}</p></div>'
        f'<div class="cards {part}">{cards}</div></section>'
    )


def _write_card(item: Exhibit) -> str:
    shape = _name_shape(item.width, item.height)
    caption = (
        f"<figcaption><b>{escape(item.title)}</b><span>{escape(item.note)}</span>{_write_links(item)}</figcaption>"
    )
    inside = f"{_write_main(item)}{_write_rest(item)}{caption}"
    return f'<figure class="card {shape}" data-name="{escape(item.name)}">{inside}</figure>'


def _write_main(item: Exhibit) -> str:
    """The picture, and the film over it: until it plays, and where it cannot, the picture is seen."""
    size = f'width="{item.width}" height="{item.height}"'
    still = f'<img src="{escape(item.stills[0])}" {size} loading="lazy" alt="{escape(item.alt)}">'
    if not item.video:
        return f"<div class=main>{still}</div>"
    if item.part == "films":
        manner = f'controls preload="none" poster="{escape(item.stills[0])}"'
        film = f'<video src="{escape(item.video)}" {size} {manner} aria-label="{escape(item.alt)}"></video>'
        return f"<div class=main>{film}</div>"
    film = f'<video src="{escape(item.video)}" {size} class="loop" muted loop playsinline preload="none"></video>'
    return f"<div class=main>{still}{film}</div>"


def _write_rest(item: Exhibit) -> str:
    if item.part == "films" or len(item.stills) < 2:
        return ""
    stills = "".join(
        f'<img src="{escape(still)}" class="{_shape_of(still)}" loading="lazy" alt="">' for still in item.stills[1:]
    )
    return f"<div class=rest>{stills}</div>"


def _write_links(item: Exhibit) -> str:
    links = " ".join(f'<a href="{escape(path)}">{escape(label)}</a>' for label, path in item.links)
    return f"<span>{links}</span>" if links else ""


def _name_shape(width: int, height: int) -> str:
    return "tall" if height > 1.5 * width else "square" if height < 1.1 * width else "feed"


def _shape_of(still: str) -> str:
    """The class of a small still by the shape in its name; the page's style knows how wide each is."""
    shape = Path(still).stem.rpartition("-")[2]
    return {"16x9": "s16x9", "1x1": "s1x1", "9x16": "s9x16", "card": "scard"}.get(shape, "strip")
