"""Captions as SRT and WebVTT side files, broken where phrases end (R3)."""

from __future__ import annotations

from pathlib import Path

from workprint.film.cut_orders import CaptionPayload
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.lab.caption_timing import Caption, break_words, read_said, time_captions
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

MEDIA_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt"}


def write_captions(bench: Bench) -> Made:
    """Captions of all cues whose takes tell their words, as a UTF-8 file; without one, a valid empty file.

    Facts: `cues`, how many captions it holds. Raises OrderFailed for a format other than srt and vtt.
    """
    assert isinstance(bench.payload, CaptionPayload)
    kind = bench.payload.format
    if kind not in MEDIA_TYPES:
        raise OrderFailed(
            f"Captions cannot be written as {kind!r}.", where="captions", remedy=Remedy("Choose srt or vtt.")
        )
    captions = time_captions(
        block
        for role, start in bench.payload.cues
        for block in break_words(read_said(bench.inputs[role].facts, start, role))
    )
    text = to_srt(captions) if kind == "srt" else to_vtt(captions)
    path = Path(bench.scratch) / f"captions.{kind}"
    path.write_bytes(text.encode())
    return Made((MadeFile(path, MEDIA_TYPES[kind], f"{bench.name}.{kind}"),), {"cues": len(captions)})


def to_srt(captions: tuple[Caption, ...]) -> str:
    """SubRip text. It has no escapes: text stands as written, only an arrow that would look like a time is parted."""
    blocks = [
        f"{number}\n{_stamp(c.start, ',')} --> {_stamp(c.end, ',')}\n" + "\n".join(map(_part_arrow, c.lines)) + "\n"
        for number, c in enumerate(captions, start=1)
    ]
    return "\n".join(blocks)


def to_vtt(captions: tuple[Caption, ...]) -> str:
    """WebVTT text; `&`, `<` and `>` are escaped, so no text can become a tag or a time line."""
    blocks = [
        f"{_stamp(c.start, '.')} --> {_stamp(c.end, '.')}\n" + "\n".join(map(_escape, c.lines)) + "\n" for c in captions
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _part_arrow(line: str) -> str:
    return line.replace("-->", "- ->")


def _escape(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _stamp(milliseconds: int, mark: str) -> str:
    seconds, thousandths = divmod(max(0, milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{thousandths:03d}"


def _tools() -> str:
    return ""


def _cost(order: Order) -> Estimate:
    """Text only."""
    return Estimate(NOTHING, 0.05)


MAKERS = (MakerCard("captions", 1, CaptionPayload, "workprint.adapters.captions:write_captions", False, _tools, _cost),)
