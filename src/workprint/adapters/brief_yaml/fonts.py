"""Checks the brand's own fonts: outside first, then by setting the brief's words in a process of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from workprint.adapters.brief_yaml.codes import Findings, quote
from workprint.adapters.brief_yaml.files import Folder
from workprint.adapters.brief_yaml.schema import Document
from workprint.lab.font_headers import FontFacts, FontRefused, read_font
from workprint.lab.font_trial import try_font

MOST_NAMED = 12
"""Missing signs named in a finding."""


@dataclass(frozen=True)
class CheckedFont:
    """A font type can be set in: where it lies and what it is."""

    file: Path
    media_type: str


def check_fonts(document: Document, folder: Folder, findings: Findings) -> dict[str, CheckedFont]:
    """The fonts that passed, by `heading` and `body`; what is wrong with the others is found and reported."""
    checked = {}
    for name in ("heading", "body"):
        written = getattr(document.product.style_pack.fonts, name)
        font = None if written is None else _check_font(written, name, document, folder, findings)
        if font is not None:
            checked[name] = font
    return checked


def _check_font(written: str, name: str, document: Document, folder: Folder, findings: Findings) -> CheckedFont | None:
    path = f"product.style_pack.fonts.{name}"
    found = folder.find(written, path)
    if found is None:
        return None
    try:
        data, facts = read_font(found)
        missing = try_font(found, hashlib.sha256(data).hexdigest(), list_signs(document, name))
    except FontRefused as refused:
        remedy = "Ask its maker for a font that may be used, or remove the key."
        if refused.code == "font-untried":
            remedy = "Run it again when the machine has more time and memory (see `ulimit -a`), or remove the key."
        elif refused.code != "font-restricted":
            remedy = "Export it again as one TTF or OTF file, or remove the key."
        findings.error(refused.code, path, f"{quote(written)}: {refused.message}.", remedy)
        return None
    except OSError:
        findings.error("file-unreadable", path, f"{quote(written)} cannot be read.", "Copy the file here again.")
        return None
    _report_limits(written, path, facts, missing, findings)
    return CheckedFont(found, facts.media_type)


def _report_limits(written: str, path: str, facts: FontFacts, missing: tuple[str, ...], findings: Findings) -> None:
    if facts.is_preview_only:
        message = f"{quote(written)} may, by its own word, only be previewed and printed (OS/2 fsType 4)."
        findings.warn("font-preview-only", path, message, "Ask its maker whether a film is allowed.")
    if missing:
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        message = f"{quote(written)} lacks {quote(''.join(missing[:MOST_NAMED]))}{more}; the preset's fonts draw them."
        findings.warn("font-signs-missing", path, message, "Use a font that has them, if it matters.")


def list_signs(document: Document, name: str) -> str:
    """Every sign the titles set in a font: each once, in the order of the brief, spaces left out; capitals follow,
    which some type systems set instead.

    The product's name and text blocks are in both: some cards set them in the type of the second line.
    """
    call, product = document.call_to_action, document.product
    blocks = [block.text for scene in document.scenes for block in scene.overlays.text_blocks]
    thirds = [scene.overlays.lower_third for scene in document.scenes if scene.overlays.lower_third]
    if name == "body":
        own = [call.subhead, call.button_text, call.url, call.legal, *(third.role for third in thirds)]
        shown = "".join([*own, product.name, *blocks])
    else:
        shown = "".join([product.name, call.headline, product.price_text, *blocks, *(third.name for third in thirds)])
    return "".join(dict.fromkeys(char for char in shown + shown.upper() if not char.isspace()))
