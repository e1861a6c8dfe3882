"""Payloads of storyboard orders (F5): a drawn panel, a sheet of panels, and the whole board as one PDF."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.brief import CameraMove


@dataclass(frozen=True)
class PanelMark:
    """An overlay as the board sketches it. `kind`: logo, text, product, price, headline, subhead, button.

    `anchor`: top, center, bottom, safe-lower-third, corner, endcard.
    """

    kind: str
    text: str
    anchor: str


@dataclass(frozen=True)
class PanelPayload:
    """One drawn panel: the still redrawn by hand, camera arrows, overlays sketched in. Input role: `still`.

    Sizes in pixels of the picture frame; colours #RRGGBB. When it happens is no part of it, so retiming redraws
    nothing. Facts: `width`, `height` of the file, `bleed` pixels of bare paper on each side of the frame.
    """

    width: int
    height: int
    move: CameraMove
    marks: tuple[PanelMark, ...]
    platform: str
    type_system: str
    palette: tuple[str, ...]


@dataclass(frozen=True)
class PanelNote:
    """What stands beside a panel. `starts_scene` is the scene's name and role at its first panel, else empty."""

    slate: str
    starts_scene: str
    size: str
    angle: str
    lens: str
    move: CameraMove
    duration: str
    timecode: str
    action: str
    dialogue: str


@dataclass(frozen=True)
class StripShot:
    """A shot on the running strip below the panels: film frames, scene number, whether it is on this sheet."""

    start: int
    length: int
    scene: int
    is_here: bool


@dataclass(frozen=True)
class BoardPage:
    """All that is printed on one sheet. `shape` is the film's width and height, `beats` and the strip in frames.

    `room` is the most panels any sheet of this board holds, so that all its sheets have one grid.
    """

    title: str
    facts: tuple[str, ...]
    number: int
    count: int
    shape: tuple[int, int]
    room: int
    notes: tuple[PanelNote, ...]
    strip: tuple[StripShot, ...]
    beats: tuple[int, ...]
    frames: int
    palette: tuple[str, ...]


@dataclass(frozen=True)
class BoardSheetPayload:
    """One sheet as a picture. Input roles: `panel.0000` ... in the order of the notes. Facts: panels, width, height."""

    page: BoardPage


@dataclass(frozen=True)
class BoardBookPayload:
    """The whole board as one PDF. Input roles: `panel.0000` ... through all pages. Facts: `pages`, `panels`."""

    pages: tuple[BoardPage, ...]
